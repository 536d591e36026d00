/*
 * needs_client - can a case be played against the client that is tested?
 *
 * What we say and offer ourselves is always there; what the client speaks, does of itself and tells is not.
 */
#ifndef MAILSPEC_ENGINE_NEEDS_CLIENT_H
#define MAILSPEC_ENGINE_NEEDS_CLIENT_H

#include "base/buf.h"
#include "engine/engine.h"
#include "engine/facts.h"

/* False: one sentence is appended to `reason`. */
bool needs_of_client_met(const struct engine_case *given, const struct facts *facts,
                         struct buf *reason);

#endif
