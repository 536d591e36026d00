/*
 * rehearsal - before a run with no target, each dialogue that can be played from both sides is played against itself
 *
 * One that does not go through cannot be satisfied by anybody: it is the author's mistake, and no verdict on a server or a client.
 */
#ifndef MAILSPEC_CLI_REHEARSAL_H
#define MAILSPEC_CLI_REHEARSAL_H

#include "cli/run.h"

struct rehearsal;

/* Plays them all; NULL and an error: it could not begin. */
struct rehearsal *rehearsal_new(const struct run_request *request, struct error *error);
/* Why the program (by its number in the suite) does not go through; NULL: it does, or was not played. */
const char *rehearsal_failure(const struct rehearsal *rehearsal, size_t program);
size_t rehearsal_count(const struct rehearsal *rehearsal); /* how many were played */
void rehearsal_free(struct rehearsal **rehearsal_p);

#endif
