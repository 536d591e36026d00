/*
 * client_probe - finds out what a client does, in two sessions with a conforming server
 *
 * Which commands it sends of itself, and that it can be started at all: first to a server that offers neither TLS nor logins, then to
 * one that offers both, so that it is known whether it uses them, and whether it gets on without. A client that does not get on with a conforming server is no
 * reason to stop: the cases show it. One that cannot be started, or ends without connecting, is.
 */
#ifndef MAILSPEC_ENGINE_CLIENT_PROBE_H
#define MAILSPEC_ENGINE_CLIENT_PROBE_H

#include "engine/probe.h"

struct client_probe;

/* `facts` are filled in; everything given outlives the probe. */
struct client_probe *client_probe_new(const struct case_env *env, const struct target *target,
                                      enum protocol protocol, struct facts *facts);
/* Whenever something changed (env->wake was called). */
enum probe_result client_probe_advance(struct client_probe *probe);
/* PROBE_FAILED: what is wrong; valid until freed. */
const char *client_probe_failure(struct client_probe *probe);
void client_probe_free(struct client_probe **probe_p);

#endif
