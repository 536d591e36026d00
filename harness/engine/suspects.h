/*
 * suspects - the cases that were there when the server went away, or hung
 *
 * Those whose connection ended without a reply come first, in that order; then those that were put back in the middle; those that had ended
 * in order, the last one first; and those that have met a server that hung, on another connection than before. A suspect has said something to the server, and nobody was served since.
 */
#ifndef MAILSPEC_ENGINE_SUSPECTS_H
#define MAILSPEC_ENGINE_SUSPECTS_H

#include "engine/engine_internal.h"

/* The next one to try, or NULL. Once somebody is convicted, those that had ended in order are none any more. */
struct case_run *suspects_next(struct engine *engine);
/* How many there are; in how many of them a connection ended without a reply; how many others were put back. */
size_t suspects_count(const struct engine *engine, size_t *cut_off_r, size_t *silent_r);
/* The server is back, and that case has done it. */
void suspects_convict(struct engine *engine, struct case_run *run);
/* All are tried: who is left begins anew. Unless `all_anew` what has come of those that spoke to the server counts. */
void suspects_settle(struct engine *engine, bool all_anew);
/* The server does not come back: why the run breaks off, with the names of the suspects; and all cases end. */
void suspects_break_off(struct engine *engine);
/* All are tried: tell of it, above all where no case has brought it about alone. */
void suspects_report(struct engine *engine);

#endif
