/*
 * watch - one connection's events, given to the session tracker of its protocol
 *
 * The tracker is chosen when the server first speaks: a greeting of "+OK" means POP3, whatever the events say.
 */
#ifndef MAILSPEC_JUDGE_WATCH_H
#define MAILSPEC_JUDGE_WATCH_H

#include "judge/pop3_tracker.h"
#include "judge/smtp_tracker.h"

struct watch {
    struct moment_sink sink;
    bool begun;              /* `protocol` and `tracker` are set */
    bool in_tls;             /* before that: TLS from the start */
    bool failed;             /* so it was to be, and TLS could not begin: nothing can be told */
    size_t early_n;          /* octets of the client before the first of the server: their */
    unsigned char early[64]; /* beginning */
    enum protocol protocol;
    union {
        struct smtp_tracker smtp; /* LMTP too */
        struct pop3_tracker pop3;
    } tracker;
};

void watch_init(struct watch *watch, struct moment_sink sink);
/* EVENT_OCTETS, EVENT_SECURED, EVENT_TIMEOUT and EVENT_CLOSED of this connection; others change nothing. */
void watch_event(struct watch *watch, const struct event *event);
void watch_deinit(struct watch *watch);

#endif
