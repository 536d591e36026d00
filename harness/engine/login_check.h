/*
 * login_check - finds out, before the first case that logs in, whether the target's users can
 *
 * One short POP3 session for each user: USER, PASS, QUIT. A wrong secret would otherwise leave every such case
 * INCONCLUSIVE, each after its own tries, in a run that looks acceptable.
 */
#ifndef MAILSPEC_ENGINE_LOGIN_CHECK_H
#define MAILSPEC_ENGINE_LOGIN_CHECK_H

#include "engine/case_run.h"

struct login_check;

enum login_result {
    LOGIN_WAITS,
    LOGIN_GOOD, /* also when nothing can be told: the maildrop is in use, the connection ends */
    LOGIN_NO_USER, /* USER is refused: nobody can log in with it (RFC 2595 section 2.2 wants that without TLS) */
    LOGIN_REFUSED /* a user is refused for good */
};

/* Everything given outlives the check. */
struct login_check *login_check_new(const struct case_env *env, const struct target *target);
/* Whenever something changed (env->wake was called). */
enum login_result login_check_advance(struct login_check *check);
/* LOGIN_NO_USER: what the server said. LOGIN_REFUSED: who, what it said, and what to do. Valid until freed. */
const char *login_check_text(struct login_check *check);
void login_check_free(struct login_check **check_p);

#endif
