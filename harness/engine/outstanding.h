/*
 * outstanding - the commands that have no reply yet, in the order sent
 *
 * Replies pair with commands by count (RFC 2920 3.1). What we send is cut into command lines as a server would
 * do it, so that a command in three writes is one and two commands in one line are two. A zeroed
 * struct is empty and ready for use.
 */
#ifndef MAILSPEC_ENGINE_OUTSTANDING_H
#define MAILSPEC_ENGINE_OUTSTANDING_H

#include "base/buf.h"
#include "model/side.h"

enum awaited_kind {
    AWAITED_NOTHING, /* no command is outstanding */
    AWAITED_GREETING,
    AWAITED_HELLO, /* EHLO, LHLO, CAPA: the answer lists what is offered */
    AWAITED_CLEAR, /* HELO, MAIL, RSET: an accepted one leaves no recipient */
    AWAITED_RCPT,
    AWAITED_DATA_END, /* the end of message data */
    AWAITED_OTHER
};

struct awaited {
    enum awaited_kind kind;
    bool multiline;     /* POP3: a positive response has a body */
    bool logs_in;       /* AUTH; POP3: USER, PASS, APOP, too */
    bool never_refused; /* NOOP, RSET, QUIT: one answer only (RFC 5321 4.3.2) */
};

struct outstanding {
    struct awaited *items; /* private, as are those below */
    size_t count;
    size_t capacity;
    size_t first;
    struct buf line; /* of a command without its end so far */
    bool quit_sent;
    bool dele_sent; /* POP3: ending the session with QUIT would remove messages */
};

void outstanding_add(struct outstanding *outstanding, enum awaited_kind kind);
/* Octets that are command lines; `recipients`: how many replies the last chunk of BDAT has (LMTP), else 1. */
void outstanding_say(struct outstanding *outstanding, enum protocol protocol, struct bytes octets,
                     unsigned recipients);
struct awaited outstanding_next(const struct outstanding *outstanding); /* stays in the queue */
struct awaited outstanding_take(struct outstanding *outstanding);
/* How many of that kind stand one behind the other at the front. */
unsigned outstanding_leading(const struct outstanding *outstanding, enum awaited_kind kind);
size_t outstanding_count(const struct outstanding *outstanding);
/* No reply is awaited and no command line is half sent. */
bool outstanding_in_sync(const struct outstanding *outstanding);
void outstanding_deinit(struct outstanding *outstanding);

#endif
