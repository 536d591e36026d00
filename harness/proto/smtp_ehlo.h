/*
 * smtp_ehlo - the reply to EHLO (RFC 5321 4.1.1.1)
 *
 *     ehlo-line    = ehlo-keyword *( SP ehlo-param )
 *     ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 *     ehlo-param   = 1*(%d33-126)
 */
#ifndef MAILSPEC_PROTO_SMTP_EHLO_H
#define MAILSPEC_PROTO_SMTP_EHLO_H

#include "base/bytes.h"

enum smtp_ehlo_defect {
    SMTP_EHLO_BAD_DOMAIN = 1, /* first line: no Domain or address literal at its start */
    SMTP_EHLO_BAD_KEYWORD = 2,
    SMTP_EHLO_BAD_PARAM = 4, /* an odd octet, two blanks, a blank at the end */
    SMTP_EHLO_EMPTY = 8      /* a keyword line without text */
};

struct smtp_ehlo_line {
    struct bytes keyword;
    struct bytes params; /* behind the first blank */
    unsigned defects;
};

/* `text` is the reply line's text, the code and separator taken off. */
struct smtp_ehlo_line smtp_ehlo_line_read(struct bytes text);
/*
 * The first line: Domain [ SP ehlo-greet ]; a set of enum smtp_ehlo_defect. An address literal stands for the domain as well,
 * as it does in the greeting (4.2).
 *     ehlo-greet = 1*(%d0-9 / %d11-12 / %d14-127)
 */
unsigned smtp_ehlo_greeting_check(struct bytes text);

#endif
