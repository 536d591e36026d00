/*
 * rounds - many runs of one kind, several at a time, each in a process of its own
 *
 * What a round prints, and what it notes, comes out whole, in the order of the rounds. A round that dies, or
 * for which no process can be had, counts as bad and says so.
 */
#ifndef MAILSPEC_CLI_ROUNDS_H
#define MAILSPEC_CLI_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/bytes.h"

struct rounds_plan {
    size_t count;
    size_t at_once; /* at least 1 */
    /* Says whether round `i` was good; what it writes to `note` goes to ended(). */
    bool (*round)(void *self, size_t i, FILE *note);
    void (*ended)(void *self, size_t i,
                  struct bytes note); /* may be NULL; in the process of the caller */
    void *self;
};

/* Returns how many rounds were not good. To be called before anything else runs beside us. */
size_t rounds_run(const struct rounds_plan *plan);

#endif
