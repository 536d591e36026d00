/*
 * tags - which cases -t selects: "a,!b" those with a and without b; of several words one must fit
 */
#ifndef MAILSPEC_CLI_TAGS_H
#define MAILSPEC_CLI_TAGS_H

#include "base/arena.h"
#include "cli/options.h"
#include "model/program.h"

/* Without words everything fits. Cases tagged "slow" or "mistaken" want that word to be said, or to be `named` themselves. */
bool tags_fit(const struct program *program, const char *const *words, size_t count, bool named);

struct suite;
/* The first tag that is wanted and that no case of the suite has, with the nearest one that there is (or NULL); or NULL. */
const char *tags_unknown(const struct suite *suite, const char *const *words, size_t count,
                         struct arena *arena, const char **nearest_r);

/* -1: a word of -t has an empty tag in it. */
int tags_check(const struct option_value *words, struct error *error);

#endif
