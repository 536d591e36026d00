/*
 * serve_table - what each kind of step does when a client is tested
 *
 * As step_table.h: `begin` acts and says whether the step is done, `changed` is called while it waits, `timed_out` when its wait is
 * over (NULL: done).
 */
#ifndef MAILSPEC_ENGINE_SERVE_TABLE_H
#define MAILSPEC_ENGINE_SERVE_TABLE_H

#include "engine/step_table.h"

struct serve_row {
    step_fn begin;
    step_fn changed;
    step_fn timed_out;
};

/* Some directions mean one thing said by the client, another said by us. */
const struct serve_row *serve_row(enum step_kind kind, enum side side);

#endif
