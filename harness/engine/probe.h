/*
 * probe - finds out what a target offers, in one short session for each endpoint
 *
 * Greeting, EHLO (LHLO) or CAPA, the same inside TLS where that is offered, QUIT. A server that answers oddly is no reason to stop: the cases and the judges will name
 * it. One that cannot be reached, says 421 to every try or never greets is.
 */
#ifndef MAILSPEC_ENGINE_PROBE_H
#define MAILSPEC_ENGINE_PROBE_H

#include "engine/case_run.h"
#include "engine/facts.h"

struct probe;

enum probe_result { PROBE_WAITS, PROBE_DONE, PROBE_FAILED };

/* `facts` are filled in; everything given outlives the probe. `inside`: what is offered inside TLS matters, too. */
struct probe *probe_new(const struct case_env *env, const struct target *target, bool inside,
                        struct facts *facts);
/* Whenever something changed (env->wake was called). */
enum probe_result probe_advance(struct probe *probe);
/* PROBE_FAILED: which endpoint, what is wrong and what to do; valid until freed. */
const char *probe_failure(struct probe *probe);
void probe_free(struct probe **probe_p);

#endif
