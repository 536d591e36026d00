/*
 * absence_internal - what absence.c and absence_trial.c share; private to them
 *
 * Functions that begin with a verb in the third person are a step from one state to another: true, the next one can be taken at once.
 */
#ifndef MAILSPEC_ENGINE_ABSENCE_INTERNAL_H
#define MAILSPEC_ENGINE_ABSENCE_INTERNAL_H

#include "engine/absence.h"

/* As events have it. */
int64_t absence_now_us(const struct engine *engine);
bool absence_begins_looking(struct engine *engine);
/* The same when somebody has just left. */
bool absence_looks_behind(struct engine *engine);
/* The server is not back, and will not be waited for any longer. */
bool absence_is_gone(struct engine *engine);
/* The server is there, and nothing is left of the absence. */
void absence_settle(struct engine *engine);

/* It is back, and stays: what is known of the absence is kept, and who was there is on trial. */
void absence_begin_trials(struct engine *engine);
/* Where a loss is expected, the only case that was there has done it, and needs no trial. */
void absence_spare_trial(struct engine *engine);
bool absence_tries(struct engine *engine);
/* Behind the case on trial the server is there, or is back. */
void absence_end_trial(struct engine *engine);

#endif
