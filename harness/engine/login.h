/*
 * login - whether a connection begins TLS and logs in before it is used, and how
 *
 * A case goes as far as Start: says; what its dialogue does itself is left to it. The target's Start-with: has every connection that
 * is brought further than the greeting begin TLS, and log in where it goes on to EHLO. Logins by POP3 find their way: what the
 * server is known to take (facts). Where a mechanism is offered inside TLS only, TLS begins for it.
 */
#ifndef MAILSPEC_ENGINE_LOGIN_H
#define MAILSPEC_ENGINE_LOGIN_H

#include "engine/exchange.h"
#include "engine/facts.h"
#include "model/program.h"
#include "model/target.h"

/* What the server lists there: AUTH of EHLO or SASL of CAPA names the mechanism (in any case). */
bool login_is_offered(const struct offers *offers, bool pop3, const char *mechanism);
/* The mechanism that we log in by when it is left to us, the plainest one that is offered; NULL: none that we have. */
const char *login_mechanism(const struct offers *offers, bool pop3);
/* Does the server offer STARTTLS, or STLS? */
bool login_can_begin_tls(const struct facts *facts, bool pop3);

/* Is the case about TLS or logins by SASL at all? */
bool login_matters(const struct program *program);

/* What a connection of the case does on the way to its line one. */
struct login_way login_way_of_case(const struct program *program,
                                   const struct program_connection *connection,
                                   const struct target *target, const struct facts *facts);
/* Of the harness's own connections: those that prepare and look after a maildrop. */
struct login_way login_way_of_ours(const struct target *target, const struct facts *facts,
                                   bool pop3);

/* Does the step tell the user's secret, or prove that it is known? */
bool login_uses_secret(const struct step *step);
/* Does the case log in by SMTP or LMTP with its user's secret, or tell that there? */
bool login_is_by_mail(const struct program *program, const struct target *target,
                      const struct facts *facts);

enum { LOGIN_WAYS_MAX = 4 };
/* How logins by SMTP or LMTP may go: the plainest mechanism and the strongest, in clear text and inside TLS; as many as are offered. */
size_t login_ways_by_mail(const struct target *target, const struct facts *facts,
                          struct login_way ways_r[LOGIN_WAYS_MAX]);
/* How POP3 logins may go, the likeliest first: USER or AUTH, in clear text or inside TLS. At least one. */
size_t login_ways(const struct target *target, const struct facts *facts,
                  struct login_way ways_r[LOGIN_WAYS_MAX]);

/* The lines of a session of ours through its login: the greeting first. */
void login_add_pop3(struct exchange *exchange, const struct login_way *way,
                    const struct target_user *user);
/* `hello`: "EHLO NAME"; `user` may be NULL where the way has no login. */
void login_add_mail(struct exchange *exchange, const struct login_way *way, const char *hello,
                    const struct target_user *user);

#endif
