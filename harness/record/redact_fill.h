/*
 * redact_fill - the octets of one connection with as many fillers in place of secrets
 *
 * For what must keep its length (captures). A line is held until its end is there, for a secret may begin in one write and end in another; what is
 * clean stands at the front of its side and can be taken from there, in pieces of any size.
 */
#ifndef MAILSPEC_RECORD_REDACT_FILL_H
#define MAILSPEC_RECORD_REDACT_FILL_H

#include "record/redact.h"

#define REDACT_FILLER 'x'

struct redact_fill_side {
    struct buf octets; /* that were not taken yet */
    size_t clean;      /* of them */
    size_t searched;   /* of them, for the end of a line */
};

/* Zeroed: nothing was said yet; deinit it. */
struct redact_fill {
    struct redact_session session;
    struct redact_fill_side sides[2]; /* by enum side */
};

void redact_fill_add(struct redact_fill *fill, const struct redact *redact, enum side side,
                     enum protocol protocol, struct bytes octets);
/* Nothing more comes for now, and none of it is held: before TLS begins, and when the connection is over. */
void redact_fill_end(struct redact_fill *fill, const struct redact *redact, enum protocol protocol);
/* At the front of a side: so many octets can be taken. */
struct bytes redact_fill_clean(const struct redact_fill *fill, enum side side);
void redact_fill_take(struct redact_fill *fill, enum side side, size_t octets);
void redact_fill_deinit(struct redact_fill *fill);

#endif
