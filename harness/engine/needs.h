/*
 * needs - can a case run against its target at all?
 *
 * What Requires: demands, what the dialogue implies (its protocols, its variables), and what is not built
 * in yet. The first thing that is missing becomes the reason of UNSUPPORTED.
 */
#ifndef MAILSPEC_ENGINE_NEEDS_H
#define MAILSPEC_ENGINE_NEEDS_H

#include "base/buf.h"
#include "engine/engine.h"
#include "engine/facts.h"

/* False: one sentence is appended to `reason`. */
bool needs_met(const struct engine_config *config, const struct engine_case *given,
               const struct facts *facts, struct buf *reason);
/* Does the case need a user's maildrop for itself? */
bool needs_maildrop(const struct program *program);

#endif
