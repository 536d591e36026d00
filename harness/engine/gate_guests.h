/*
 * gate_guests - clients that came in, and whose case is not known yet
 *
 * The responder plays the server to them, and what happened is kept, until the chooser knows the case from what one says: it gets all
 * of that, and its visitor. What is kept is bounded, and a guest that is silent makes room for others.
 */
#ifndef MAILSPEC_ENGINE_GATE_GUESTS_H
#define MAILSPEC_ENGINE_GATE_GUESTS_H

#include "engine/case_run.h"
#include "engine/visitor.h"

struct guests;

struct guest_chooser {
    /* The case that is told by this unit; NULL: it tells none. */
    struct case_run *(*choose)(void *self, enum protocol protocol, const struct unit *unit);
    void *self;
};

/* What it is given outlives the guests. */
struct guests *guests_new(const struct case_env *env, const struct target *target,
                          struct guest_chooser chooser);
void guests_free(struct guests **guests_p);
/* A client waits at the listener. */
void guests_add(struct guests *guests, struct listener *listener, enum protocol protocol);

#endif
