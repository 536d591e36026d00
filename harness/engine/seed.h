/*
 * seed - brings the leased user's maildrop to what a case needs before its first step
 *
 * `messages N`: when fewer are there, messages are sent through the target's own SMTP or LMTP endpoint until they are seen. `empty
 * maildrop`: what is there is deleted; only ever the maildrop of a user that the target names as a test user.
 */
#ifndef MAILSPEC_ENGINE_SEED_H
#define MAILSPEC_ENGINE_SEED_H

#include "model/program.h"

struct case_run;
struct seed;

enum seed_result { SEED_WAITS, SEED_DONE, SEED_FAILED };

/* NULL: the case needs no preparation. */
struct seed *seed_new(struct case_run *run);
/* Whenever something changed. SEED_FAILED: the run's outcome says why. */
enum seed_result seed_advance(struct seed *seed);
void seed_free(struct seed **seed_p);

#endif
