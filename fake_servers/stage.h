/*
 * stage - the moments of a session at which a server says something, by name
 *
 * One table for SMTP, LMTP and POP3. A stage is the greeting, a command, or what is said behind a command's own reply: the steps of AUTH
 * (RFC 4954 4, RFC 5034 4), the end of message data (RFC 5321 4.1.1.4). Names know no case. Plain data, nothing is allocated.
 */
#ifndef MAILSPEC_FAKE_SERVERS_STAGE_H
#define MAILSPEC_FAKE_SERVERS_STAGE_H

#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* In the order in which sessions come to them; a sweep goes by it. */
enum stage {
    STAGE_GREETING,
    STAGE_EHLO,
    STAGE_HELO,
    STAGE_LHLO,
    STAGE_STARTTLS,
    STAGE_CAPA,
    STAGE_STLS,
    STAGE_USER,
    STAGE_PASS,
    STAGE_APOP,
    STAGE_AUTH,
    STAGE_AUTH_RESPONSE,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA,
    STAGE_END_OF_DATA,
    STAGE_BDAT,
    STAGE_STAT,
    STAGE_LIST,
    STAGE_UIDL,
    STAGE_RETR,
    STAGE_TOP,
    STAGE_DELE,
    STAGE_LANG,
    STAGE_UTF8,
    STAGE_VRFY,
    STAGE_EXPN,
    STAGE_HELP,
    STAGE_NOOP,
    STAGE_RSET,
    STAGE_QUIT,
    STAGE_OTHER, /* a command that has no stage of its own, or that nobody knows */
    STAGE_ANY,   /* every one of these; no session is ever at it */
    STAGE_COUNT
};

/* Protocols, to be joined. LMTP is SMTP here. */
enum { STAGE_SMTP = 1, STAGE_POP3 = 2, STAGE_BOTH = STAGE_SMTP | STAGE_POP3 };

struct stage_row {
    const char *name;   /* "end-of-data" */
    const char *other;  /* another name for it, "dot"; or NULL */
    unsigned protocols; /* that have it */
    const char *what;   /* what is answered there, for people */
};

const struct stage_row *stage_row(enum stage stage);
/* By either name. False: there is none. */
bool stage_find(struct bytes name, enum stage *stage_r);
/* The name that is most like that one; NULL: none is. */
const char *stage_nearest(struct bytes name);
enum stage stage_of_smtp(enum smtp_verb verb); /* SMTP_VERB_COUNT: the greeting */
enum stage stage_of_pop3(enum pop3_verb verb); /* POP3_VERB_COUNT: the greeting */

#endif
