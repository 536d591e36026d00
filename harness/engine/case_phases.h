/*
 * case_phases - from the preparation of a case to its end: each phase, and what comes behind it
 */
#ifndef MAILSPEC_ENGINE_CASE_PHASES_H
#define MAILSPEC_ENGINE_CASE_PHASES_H

#include "engine/case_run.h"

/* case_run.c: CASE_BEGIN, once; close every connection. */
void case_emit_begin(struct case_run *run);
void case_close_sessions(struct case_run *run);
/* case_end.c: the same, then CASE_END, unless that is held. */
void case_finish(struct case_run *run);

#endif
