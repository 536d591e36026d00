/*
 * case_steps - goes through the steps of a case
 *
 * It never blocks: the case calls again when octets came, a connection ended or the timer of the step ran out. Before a step
 * it sends what was collected, opens the step's connection and brings it to its Start: (preamble.h). What a step finds is
 * in run->outcome; the steps belong to the program or to the case's arena.
 */
#ifndef MAILSPEC_ENGINE_CASE_STEPS_H
#define MAILSPEC_ENGINE_CASE_STEPS_H

#include "engine/case_run.h"

/* Do one step, or go on with the one at hand. STEP_ENDS: behind the last, or no further. */
enum step_result case_steps_advance(struct case_run *run);

#endif
