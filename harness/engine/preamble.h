/*
 * preamble - what comes before line one (Start:), as steps built here
 */
#ifndef MAILSPEC_ENGINE_PREAMBLE_H
#define MAILSPEC_ENGINE_PREAMBLE_H

#include "engine/case_run.h"

/* The first step of a connection is to run: open it and bring it to the Start: of the program. */
void preamble_implicit(struct case_run *run, unsigned connection);
/*
 * <open connection> as written. What follows it tells how far to go: nothing when the dialogue shows the greeting, only
 * the greeting when it says EHLO or the like itself, else as Start: has it.
 */
void preamble_explicit(struct case_run *run, const struct step *open);

/*
 * The verb that this target is greeted with: LHLO under LMTP, HELO where EHLO was refused (RFC 5321 section 3.2),
 * else EHLO.
 */
const char *preamble_hello(const struct case_run *run);

#endif
