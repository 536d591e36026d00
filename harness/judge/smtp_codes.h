/*
 * smtp_codes - the reply codes that are usual for a command
 *
 * RFC 5321 4.3.2 (successes of each command; refusals, which 4.2.2 and 4.2.3 list), with those of the extensions and of RFC 821.
 */
#ifndef MAILSPEC_JUDGE_SMTP_CODES_H
#define MAILSPEC_JUDGE_SMTP_CODES_H

#include "proto/smtp_command.h"
#include "proto/smtp_reply.h"

/* Defects of a line of a reply. */
enum {
    SMTP_CODES_NO_CODE = SMTP_REPLY_NO_CODE | SMTP_REPLY_BAD_CODE |
                         SMTP_REPLY_FOUR_DIGITS, /* its code says nothing */
    SMTP_CODES_NO_TEXT =
        SMTP_CODES_NO_CODE | SMTP_REPLY_BAD_SEPARATOR /* the text cannot be found for sure */
};

/* `end_of_data`: of DATA, or of a login, the later replies. True also of a command that nobody knows. */
bool smtp_codes_are_usual(enum smtp_verb verb, bool end_of_data, unsigned code);

#endif
