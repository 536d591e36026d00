/*
 * said - what was sent before something else came than was written: its octets, for the sentence that tells of it
 */
#ifndef MAILSPEC_ENGINE_SAID_H
#define MAILSPEC_ENGINE_SAID_H

#include "engine/case_run.h"

/*
 * Append the line that `step` answers (program_said_before()) with its names filled in, without its end. Nothing: there is none, it is a
 * pattern, or a secret may be in it.
 */
void said_print(struct buf *out, const struct case_run *run, const struct step *step);

#endif
