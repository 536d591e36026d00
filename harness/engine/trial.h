/*
 * trial - matching with captures that are thrown away: to see whether a line fits before it is known to belong there
 */
#ifndef MAILSPEC_ENGINE_TRIAL_H
#define MAILSPEC_ENGINE_TRIAL_H

#include "engine/vars.h"

struct trial {
    struct scope real; /* private */
    struct scope scope;
};

/* What `scope` binds is seen; what is bound in trial->scope is not seen by `scope`. The struct must not move. */
void trial_begin(struct trial *trial, const struct scope *scope);
void trial_end(struct trial *trial);

#endif
