/*
 * client_command - starts the command of a client target
 *
 * In its command, folder, environment and input {{host}}, {{port}}, {{smtp-port}}, {{pop3-port}}, {{user}}, {{secret}}, {{sender}},
 * {{rcpt}}, {{rcpt2}}, {{client}}, {{case}}, {{dir}}, {{message-file}}, {{ca}} and {{client-certificate}} are filled in, in the command
 * as words of the shell.
 */
#ifndef MAILSPEC_ENGINE_CLIENT_COMMAND_H
#define MAILSPEC_ENGINE_CLIENT_COMMAND_H

#include "engine/client.h"

struct client_starter client_command_starter(void);
/* Does the target's command, or what goes with it, hold {{name}}? */
bool client_command_uses(const struct target *target, const char *name);
/* Is the client given {{name}}? One that comes by itself is not given anything. */
bool client_is_given(const struct target *target, const char *name);
/* All of its {{...}} are known; else the error names the first one that is not. */
int client_command_check(const char *text, struct error *error);

#endif
