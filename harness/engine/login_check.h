/*
 * login_check - finds out, before the first case that logs in, whether the target's users can
 *
 * By POP3 one short session for each user: USER and PASS, or AUTH, or either inside TLS, where the server refuses the one before
 * (engine/login.h); then QUIT. By SMTP or LMTP the same with AUTH, for the users that log in there. A wrong secret would otherwise
 * leave every such case INCONCLUSIVE, each after its own tries, in a run that looks acceptable, or FAIL for what is no fault of the server.
 */
#ifndef MAILSPEC_ENGINE_LOGIN_CHECK_H
#define MAILSPEC_ENGINE_LOGIN_CHECK_H

#include "engine/case_run.h"

struct login_check;

enum login_result {
    LOGIN_WAITS,
    LOGIN_GOOD,    /* also when nothing can be told: the maildrop is in use, the connection ends */
    LOGIN_NO_USER, /* POP3: every way is refused before a secret is told: nobody can log in */
    LOGIN_REFUSED  /* a user is refused for good */
};

/* Everything given outlives the check. The way that logins by POP3 go is put into `facts`. */
struct login_check *login_check_new(const struct case_env *env, const struct target *target,
                                    struct facts *facts, bool pop3);
/* Whenever something changed (env->wake was called). */
enum login_result login_check_advance(struct login_check *check);
/* LOGIN_NO_USER: what the server said. LOGIN_REFUSED: who, what it said, and what to do. Valid until freed. */
const char *login_check_text(struct login_check *check);
void login_check_free(struct login_check **check_p);

#endif
