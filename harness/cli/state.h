/*
 * state - which cases were not acceptable last time, and among which they were, for --failed
 *
 * $XDG_STATE_HOME/mailspec/failed (~/.local/state without it): a line "operand WORD" for each operand of the run, files by
 * their whole path, and "case ID" for each case. Only a run writes it.
 */
#ifndef MAILSPEC_CLI_STATE_H
#define MAILSPEC_CLI_STATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* Zeroed: empty; deinit it. */
struct state {
    struct buf operands; /* each ended by LF */
    struct buf ids;      /* the same */
};

void state_deinit(struct state *state);
void state_add_operands(struct state *state, const char *const *operands, size_t count);
/* As an array; they live in `arena`. */
const char **state_operands(const struct state *state, struct arena *arena, size_t *count_r);
int state_read(struct state *state, struct arena *arena, struct error *error);
/* A state that cannot be kept does no harm: silent. */
void state_write(const struct state *state, struct arena *arena);

#endif
