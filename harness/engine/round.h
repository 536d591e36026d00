/*
 * round - visits to a server, one for each of its endpoints that matters (engine/visit.h)
 *
 * What serves a visit has survived all that ended before it: contacts are told.
 */
#ifndef MAILSPEC_ENGINE_ROUND_H
#define MAILSPEC_ENGINE_ROUND_H

#include "engine/visit.h"

/* A zeroed struct is none that is under way. */
struct round {
    const struct case_env *env;
    const struct target *target;
    struct contacts *contacts;
    struct visit *visit; /* private, as are those below */
    unsigned left;
    enum contact_endpoint endpoint;
    uint64_t begun;
};

/* Begin with the first of a set of endpoints; a round that is under way is given up. Everything given outlives it. */
void round_begin(struct round *round, const struct case_env *env, const struct target *target,
                 unsigned endpoints, struct contacts *contacts);
/* VISIT_SERVED: at every one of them. Else what came of the first that does not serve. Whatever it is, the round is over then. */
enum visit_result round_advance(struct round *round);
bool round_is_open(const struct round *round);
/* The endpoint of the last visit. */
const char *round_url(const struct round *round);
void round_end(struct round *round);

#endif
