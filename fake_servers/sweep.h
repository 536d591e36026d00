/*
 * sweep - every reply at every stage, one pair a connection, in a fixed order
 *
 *     sweep = what *( "," what ) [ "@" STAGE *( "," STAGE ) ]
 *     what  = N / N "-" M / "smtp" / "odd" / "pop3" / "all"
 *
 * "smtp" are the codes that documents list, "odd" those of reply_text_odd_code(), "pop3" the responses of POP3 with their codes (RFC 2449 8,
 * RFC 3206). Pairs go stage by stage, and within a stage code by code; behind the last one the first comes again. A sweep belongs to the
 * settings, lives in their arena, and is shared by all sessions of a server, which take the next pair each.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SWEEP_H
#define MAILSPEC_FAKE_SERVERS_SWEEP_H

#include "base/buf.h"
#include "fake_servers/reply_rule.h"

enum sweep_kind { SWEEP_SMTP, SWEEP_LMTP, SWEEP_POP3, SWEEP_KIND_COUNT };

struct sweep;

struct sweep_pair {
    enum stage stage;
    struct asked_reply reply;
    uint64_t number; /* 1, 2 ... `count` */
    uint64_t count;  /* of all pairs of its kind; 0: this is none */
};

/* NULL and a sentence: it is none. */
struct sweep *sweep_read(struct bytes text, struct arena *arena, struct error *error);
/* Settings have changed: where the sweep is as before, it goes on. Either may be NULL. */
void sweep_follow(struct sweep *sweep, const struct sweep *before);
/* The next pair; with `count` 0 where there are none of that kind, or no sweep. */
struct sweep_pair sweep_next(struct sweep *sweep, enum sweep_kind kind);
/* "sweep 5 of 7200: RCPT 452" */
void sweep_pair_print(const struct sweep_pair *pair, struct buf *out);

#endif
