/*
 * client_fields - the fields of a target file that describe a client
 *
 * Client, Outcome, Speaks, Folder, Environment, Input, Fetched, Sends, Exit-ok, Exit-temporary, Exit-permanent, Time-limit (docs/targets.md).
 */
#ifndef MAILSPEC_ENGINE_CLIENT_FIELDS_H
#define MAILSPEC_ENGINE_CLIENT_FIELDS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/target.h"

/* The client that nobody has said anything about yet: status 0 is success. */
struct client client_plain(void);
/* One line of the field; the text of a defect, or NULL. Lines of Environment add up. */
const char *client_field_take(struct client *client, const char *name, struct bytes value,
                              struct arena *arena);
/*
 * [smtp: | lmtp: | pop3:] COMMAND. Without the word in front the command itself tells what it speaks, where smtp://, lmtp:// or
 * pop3:// stands in it. smtps, lmtps and pop3s: TLS begins before the greeting. -1: {{...}} in it is not known.
 */
int client_command_read(const char *text, struct client *client, struct arena *arena,
                        struct error *error);
/* Names for what a client target leaves open: two users, a domain. */
void client_target_complete(struct target *target, struct arena *arena);

#endif
