/*
 * talk - whose turn it is in a dialogue that does not say so
 *
 * Commands and replies are paired by count (RFC 2920 3.1); the state tells message data (RFC 5321 4.1.1.4), chunks (RFC 3030 2), SASL responses
 * (RFC 4954 4, RFC 5034 4) and the bodies of POP3 responses (RFC 1939 3) from commands and replies.
 */
#ifndef MAILSPEC_SCRIPT_TALK_H
#define MAILSPEC_SCRIPT_TALK_H

#include "base/bytes.h"

#define TALK_PENDING   64
#define TALK_NAME_SIZE 64

enum talk_turn {
    TALK_COMMAND,  /* the client may say a command */
    TALK_DATA,     /* message data or a chunk */
    TALK_RESPONSE, /* a SASL response */
    TALK_REPLY,    /* the server owes a reply */
    TALK_BODY      /* lines of a POP3 response through "." */
};

struct talk {
    unsigned char pending[TALK_PENDING];
    size_t pending_count;
    enum talk_turn turn;
    bool pop3;
    bool in_reply;     /* a line with a hyphen came */
    uint64_t chunk;    /* octets of BDAT that are owed */
    bool plain, login; /* the SASL mechanism */
    bool named;        /* LOGIN: the name of the user was said */
    bool whole;        /* <authenticate> stands for the exchange: what is said is left out */
    char user[TALK_NAME_SIZE]; /* as it may stand in {{secret:NAME}}; "" unknown */
};

void talk_init(struct talk *talk); /* the server owes a greeting */
void talk_client(struct talk *talk, struct bytes line);
void talk_server(struct talk *talk, struct bytes line);
/* A TLS session has begun: nothing of before is owed any more, but a greeting that did not come yet. */
void talk_secured(struct talk *talk);
/* Three digits of RFC 5321 4.2 and a blank, a hyphen or the end; or +OK, -ERR, "+ ". */
bool talk_is_reply(struct bytes line);
bool talk_is_verb(struct bytes line); /* begins with a known verb of SMTP, LMTP or POP3 */
/* Note the user that logs in. */
void talk_user(struct talk *talk, struct bytes name);

#endif
