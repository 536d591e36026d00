/*
 * wire_plan - how the octets of a reply go out: in which pieces, with which pauses, and what becomes of the connection
 *
 * Plain data, and a queue: whoever has the connection takes step by step. What is endless, or very long, is a step that is written in pieces, so a
 * plan stays small.
 */
#ifndef MAILSPEC_FAKE_SERVERS_WIRE_PLAN_H
#define MAILSPEC_FAKE_SERVERS_WIRE_PLAN_H

#include "base/buf.h"
#include "fake_servers/reply_rule.h"

enum wire_step_kind {
    WIRE_STEP_OCTETS,
    WIRE_STEP_PAUSE,
    WIRE_STEP_FILL, /* `octets` over and over */
    WIRE_STEP_END   /* close, reset, half-close, or silence */
};

enum { WIRE_PIECE_OCTETS = 16 * 1024 };
#define WIRE_ENDLESS UINT64_MAX

struct wire_step {
    enum wire_step_kind kind;
    struct buf octets;
    int64_t pause_ms;
    uint64_t times; /* of a fill that are left; WIRE_ENDLESS: up to the end of the connection */
    enum reply_action action;
};

/* Zeroed: nothing is to be done. */
struct wire_plan {
    struct wire_step *steps;
    size_t first; /* that is not done */
    size_t count;
    size_t capacity;
};

void wire_plan_octets(struct wire_plan *plan, struct bytes octets);
void wire_plan_pause(struct wire_plan *plan, int64_t ms);
void wire_plan_fill(struct wire_plan *plan, struct bytes octets, uint64_t times);
void wire_plan_end(struct wire_plan *plan, enum reply_action action);
bool wire_plan_is_done(const struct wire_plan *plan);
/* The step that comes; there is one. */
struct wire_step *wire_plan_step(struct wire_plan *plan);
/* A piece of a fill, at most WIRE_PIECE_OCTETS where one of `octets` is not longer; counts it. */
void wire_step_piece(struct wire_step *fill, struct buf *out);
/* The step that comes is done. */
void wire_plan_done(struct wire_plan *plan);
void wire_plan_deinit(struct wire_plan *plan);

#endif
