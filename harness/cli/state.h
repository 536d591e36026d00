/*
 * state - which cases were not acceptable last time, for --failed
 *
 * One id a line in $XDG_STATE_HOME/mailspec/failed (~/.local/state without it). Only a run writes it.
 */
#ifndef MAILSPEC_CLI_STATE_H
#define MAILSPEC_CLI_STATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

int state_read(struct buf *ids_r, struct arena *arena, struct error *error);
/* A state that cannot be kept does no harm: silent. */
void state_write(struct bytes ids, struct arena *arena);

#endif
