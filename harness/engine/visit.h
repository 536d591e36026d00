/*
 * visit - is a server there, and does it serve? One short session: its greeting, QUIT, and the reply
 *
 * No harm is done by it, so a server that goes away behind a visit does so by itself. Alone with the server it tells the truth; beside
 * other connections a server without room may refuse it.
 */
#ifndef MAILSPEC_ENGINE_VISIT_H
#define MAILSPEC_ENGINE_VISIT_H

#include "engine/case_run.h"

struct visit;

enum visit_result {
    VISIT_WAITS,
    VISIT_SERVED,  /* greeted, also with a refusal */
    VISIT_REFUSED, /* nobody listens */
    VISIT_CUT,     /* connected, and closed or reset before a greeting */
    VISIT_SILENT   /* connected or not, no greeting came in the time of a reply */
};

/* Everything given outlives the visit. */
struct visit *visit_new(const struct case_env *env, const struct target *target, bool pop3);
/* Whenever something changed (env->wake was called). */
enum visit_result visit_advance(struct visit *visit);
/* How long a greeting is waited for, scaled. */
int64_t visit_greeting_ms(const struct case_env *env, const struct target *target);
void visit_free(struct visit **visit_p);

#endif
