/*
 * lull - when a loop that serves many sleeps by the clock for a moment, instead of in poll (harness/net only)
 *
 * Who sleeps in poll is woken by the first octets that come, and it is the sender that pays for the wakeup: with a thousand senders of small
 * messages it is a tenth of all that they do. Where several connections have sent something small within a millisecond, more
 * will follow, so the loop lets that gather for LULL_US and finds it all at once. One connection alone, or large pieces, never wait.
 */
#ifndef MAILSPEC_NET_LULL_H
#define MAILSPEC_NET_LULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LULL_US = 60 };

/* A zeroed struct has seen nothing. */
struct lull {
    const void *last; /* who sent last, only to be compared */
    unsigned turns;   /* small pieces since then that came from another than the one before */
    uint64_t since_ns;
};

/* `who` sent so many octets. */
void lull_note(struct lull *lull, const void *who, size_t octets);
/* Before the loop sleeps: shall it be a lull? */
bool lull_is_due(struct lull *lull, uint64_t now_ns);

#endif
