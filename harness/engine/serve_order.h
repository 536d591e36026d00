/*
 * serve_order - the order in which the steps are done when mailspec plays the server
 *
 * The dialogue shows a pipelined group as it is written: commands, then their replies. A client need not pipeline, so each reply
 * goes out when its command is complete: it comes right behind it. Only where the group stands behind <together> all commands come
 * first. What pairs is counted on one connection, between directions that everything before must have reached.
 */
#ifndef MAILSPEC_ENGINE_SERVE_ORDER_H
#define MAILSPEC_ENGINE_SERVE_ORDER_H

#include "base/arena.h"
#include "model/program.h"

/* order[i] is the index of the step that is done i-th. */
const size_t *serve_order(struct arena *arena, const struct step *steps, size_t count);

#endif
