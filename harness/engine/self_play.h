/*
 * self_play - the same dialogue, played from its other side: proof that it can be satisfied
 *
 * As the client of a case that plays the server it runs the case's own program against the ports we listen on. Its events are not
 * told: the case that plays the server sees both sides. It ends with status 0 where the dialogue went as it is
 * written, else with 1 and its outcome as an error.
 */
#ifndef MAILSPEC_ENGINE_SELF_PLAY_H
#define MAILSPEC_ENGINE_SELF_PLAY_H

#include "engine/case_run.h"
#include "engine/client.h"

/* `env` outlives all that are started. */
struct client_starter self_play_starter(struct case_env *env);

#endif
