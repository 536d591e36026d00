/*
 * client_beginning - watches whether a client begins in TLS where clear text is expected, or the reverse
 *
 * Two that wait for each other tell nothing: one in clear text waits for a greeting, the server for a handshake. So the watch looks at
 * what comes first, and takes a handshake that has not begun some seconds after the connection for one that never comes.
 */
#ifndef MAILSPEC_ENGINE_CLIENT_BEGINNING_H
#define MAILSPEC_ENGINE_CLIENT_BEGINNING_H

#include "engine/case_run.h"

struct client_beginning;

/* env->wake is called when the time of a handshake is over. `env` outlives the watch. */
struct client_beginning *client_beginning_new(const struct case_env *env, enum protocol protocol);
/* Whenever something changed in the session: is the client of the other kind? Then a sentence on it is appended. */
bool client_beginning_is_wrong(struct client_beginning *beginning, const struct serve *serve,
                               struct buf *why);
void client_beginning_free(struct client_beginning **beginning_p);

#endif
