/*
 * patience - has a client waited long enough to give up?
 *
 * A client that waits in vain may go on or close (RFC 5321 4.5.3.2 gives it minutes). After a second of silence nobody can tell from
 * octets whether its time was over, so nothing is held against it then.
 */
#ifndef MAILSPEC_JUDGE_PATIENCE_H
#define MAILSPEC_JUDGE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { PATIENCE_US = 1000000 };

struct patience {
    int64_t last_us; /* of the last octets of either side */
    bool given_up;   /* what the client sends now began behind a long silence */
};

static inline bool patience_is_over(const struct patience *patience, int64_t now_us)
{
    return now_us - patience->last_us >= PATIENCE_US;
}

/* Octets come; `goes_on`: they are the client's, and go on with a line that it began earlier. */
static inline void patience_octets(struct patience *patience, int64_t now_us, bool goes_on)
{
    if (!goes_on) {
        patience->given_up = patience_is_over(patience, now_us);
    }
    patience->last_us = now_us;
}

#endif
