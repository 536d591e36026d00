/*
 * verbs - what a command says about the dialogue around it
 */
#ifndef MAILSPEC_SCRIPT_VERBS_H
#define MAILSPEC_SCRIPT_VERBS_H

#include "model/side.h"

enum verb {
    VERB_OTHER,
    VERB_EHLO,
    VERB_HELO,
    VERB_LHLO,
    VERB_MAIL,
    VERB_RCPT,
    VERB_DATA,
    VERB_BDAT,
    VERB_AUTH,
    VERB_USER,
    VERB_PASS,
    VERB_APOP,
    VERB_CAPA,
    VERB_LANG,
    VERB_UTF8,
    VERB_LIST,
    VERB_UIDL,
    VERB_RETR,
    VERB_TOP,
    VERB_STLS,
    VERB_TURN,
    VERB_OTHER_SMTP,
    VERB_OTHER_POP3,
    VERB_HELLO, /* no verb: what beginners write */
    VERB_COUNT
};

struct verb_info {
    const char *name;
    bool tells; /* only this protocol has it */
    enum protocol protocol;
    bool greets;             /* EHLO, HELO, LHLO */
    bool keywords;           /* the reply is a list of keywords */
    bool multiline;          /* POP3: the response has a body ... */
    bool multiline_argument; /* ... also when there is an argument */
    bool begins;             /* sent right after the greeting */
    bool logs_in;            /* POP3: it needs a user */
};

enum verb verb_find(struct bytes word);
const struct verb_info *verb_info(enum verb verb);

#endif
