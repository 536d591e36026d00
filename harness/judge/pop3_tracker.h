/*
 * pop3_tracker - follows one POP3 connection from the octets of both sides
 *
 * Commands and SASL responses are paired with responses by count (RFC 1939 3 and 5, RFC 2449 6.6); a response to a
 * multi-line command runs to its dot. Where the octets leave room for doubt what is a response and to
 * what, the session is `lost`: without its command, nothing in a response can be told any more.
 */
#ifndef MAILSPEC_JUDGE_POP3_TRACKER_H
#define MAILSPEC_JUDGE_POP3_TRACKER_H

#include "judge/moment.h"
#include "judge/patience.h"
#include "judge/pending.h"
#include "model/event.h"

/* What the client's next octets are. */
enum pop3_client_mode {
    POP3_CLIENT_COMMAND,
    POP3_CLIENT_RESPONSE, /* a SASL response: "+ " asked for it */
    POP3_CLIENT_TLS_ASKED /* STLS is accepted: a TLS record, or a command when we see inside */
};

struct pop3_tracker {
    struct moment_sink sink;
    bool greeted;
    bool lost;
    bool left;    /* QUIT is answered: what the client sends now is none of the server's business */
    bool refused; /* the last response was -ERR */
    bool pipelining_offered;
    bool text_left;     /* as in SMTP */
    bool injected;      /* too */
    bool commands_left; /* too */
    bool after_message; /* the response before was a message */
    enum pop3_client_mode mode;
    struct pop3_client facts; /* what the rules that bind the client go by */
    struct pop3_server shown; /* what the server has told */
    struct patience patience;
    struct wire_reader client;
    struct pending_queue queue;
    struct wire_reader server;
    enum moment_kind held_kind; /* of `held`: AT_REFUSED or AT_SURPLUS */
    struct buf held;            /* -ERR that is broken only when more follows; empty: none */

    bool in_body;
    struct pending current; /* in_body: the command that is answered */
    struct buf status;      /* its status line, cut */
    size_t body_index;      /* of the next line */
    bool body_altered;      /* fillers stand in it */
    bool bare_lf_ends;      /* in_body: the server ends its own lines with LF */
    bool line_before_had_crlf;

    struct pop3_totals told;   /* by STAT, while nothing was deleted since */
    struct pop3_totals listed; /* in_body: by the lines of LIST so far */
};

void pop3_tracker_init(struct pop3_tracker *tracker, struct moment_sink sink);
void pop3_tracker_client(struct pop3_tracker *tracker, struct bytes octets, int64_t time_us);
void pop3_tracker_server(struct pop3_tracker *tracker, struct bytes octets, int64_t time_us);
/* As in SMTP: smtp_tracker_altered(); `octets` are those that come next. */
void pop3_tracker_altered(struct pop3_tracker *tracker, enum side side, struct bytes octets);
/* A wait for the server ended, in silence or while it was `sending`: a maildrop may be large. */
void pop3_tracker_timeout(struct pop3_tracker *tracker, bool sending);
void pop3_tracker_closed(struct pop3_tracker *tracker, enum side side, enum close_kind close);
/* As in SMTP: smtp_tracker_secured(). The server's state is not reset, but AUTHORIZATION it was (RFC 2595 section 4). */
void pop3_tracker_secured(struct pop3_tracker *tracker, enum side side, struct bytes octets,
                          int64_t time_us);
void pop3_tracker_not_secured(struct pop3_tracker *tracker, enum side side, struct bytes octets);
void pop3_tracker_deinit(struct pop3_tracker *tracker);

/* ---- Between pop3_tracker.c, pop3_client_side.c and pop3_body.c ---- */

void pop3_tracker_lose(struct pop3_tracker *tracker);
/* The same, but what is held still counts. */
void pop3_tracker_lose_count(struct pop3_tracker *tracker);
void pop3_tracker_tell(struct pop3_tracker *tracker, struct moment *moment);
/* Clear text of the client is left where TLS begins. */
void pop3_tracker_tell_left(struct pop3_tracker *tracker, struct bytes octets);
/* The response to a multi-line command begins; `line` is its status line. */
void pop3_body_begin(struct pop3_tracker *tracker, const struct pending *pending,
                     const struct wire_line *line);
void pop3_body_take(struct pop3_tracker *tracker, const struct wire_line *line);
/* What all moments about the answer to a command have in common. */
struct moment pop3_moment_for(const struct pending *pending, enum moment_kind kind,
                              const struct wire_line *line);

#endif
