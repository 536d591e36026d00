/*
 * given - what Given: of a scenario says, as settings of a server
 */
#ifndef MAILSPEC_CLI_GIVEN_H
#define MAILSPEC_CLI_GIVEN_H

#include "base/arena.h"
#include "base/error.h"
#include "fake_servers/settings.h"
#include "model/program.h"

/*
 * Change the settings as Given: of the program says; what it does not name stays, but of users, domains and messages there are
 * the given ones alone. The texts are the arena's. -1: a field is wrong, and the settings are as they were.
 */
int given_apply(const struct program *program, struct server_settings *settings,
                struct arena *arena, struct error *error);
/* Is there a field of that name: "user", "message"? */
bool given_has(const struct program *program, const char *name);

#endif
