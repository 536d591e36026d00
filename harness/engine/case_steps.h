/*
 * case_steps - goes through the steps of a case
 */
#ifndef MAILSPEC_ENGINE_CASE_STEPS_H
#define MAILSPEC_ENGINE_CASE_STEPS_H

#include "engine/case_run.h"

/* Do one step, or go on with the one at hand. STEP_ENDS: behind the last, or no further. */
enum step_result case_steps_advance(struct case_run *run);

#endif
