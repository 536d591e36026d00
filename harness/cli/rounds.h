/*
 * rounds - many runs of one kind, several at a time, each in a process of its own
 *
 * What a round prints comes out whole, in the order of the rounds. A round that dies counts as bad and says so.
 */
#ifndef MAILSPEC_CLI_ROUNDS_H
#define MAILSPEC_CLI_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>

/* `round` says whether round `i` was good. Returns how many were not. To be called before anything else runs beside us. */
size_t rounds_run(size_t count, size_t at_once, bool (*round)(void *self, size_t i), void *self);

#endif
