/*
 * wire_say - what becomes of a session's output: reply by reply, as it is or with the fault of its stage
 *
 * Pure: octets and marks go in, a plan comes out. A reply that is not complete waits, up to WIRE_REPLY_OCTETS.
 */
#ifndef MAILSPEC_FAKE_SERVERS_WIRE_SAY_H
#define MAILSPEC_FAKE_SERVERS_WIRE_SAY_H

#include "fake_servers/reply_marks.h"
#include "fake_servers/wire_fault.h"

/* Of one connection. Zeroed: nothing was said. */
struct wire_say {
    struct wire_plan plan;
    struct reply_tally tally;
    struct buf open; /* a reply whose end has not come */
    struct buf held; /* a reply that goes out behind the next one */
    bool swallows;   /* the next one has gone out already */
    bool passes;     /* the rest of a reply that was too long to wait for */
    uint64_t nth;    /* faults so far */
};

/* `stage` is that of the reply behind the last mark, where there is one. */
void wire_say_octets(struct wire_say *say, const struct wire_faults *faults, unsigned protocol,
                     struct bytes octets, const struct reply_marks *marks, enum stage stage);
/* Is a reply there whose end has not come? */
bool wire_say_waits(const struct wire_say *say);
void wire_say_deinit(struct wire_say *say);

#endif
