/*
 * conforming_mail - what stands in a maildrop for which the scenario names no messages
 */
#ifndef MAILSPEC_CLI_CONFORMING_MAIL_H
#define MAILSPEC_CLI_CONFORMING_MAIL_H

#include "base/arena.h"
#include "fake_servers/settings.h"
#include "model/program.h"

/*
 * Put messages for the first user into the settings: a short one, and one with an empty line in its body, lines that begin with
 * dots, and a longer text. More of both kinds where the program requires so many; none where it requires an empty maildrop.
 * Their octets are the arena's.
 */
void conforming_mail_add(struct server_settings *settings, const struct program *program,
                         struct arena *arena);

#endif
