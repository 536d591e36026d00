/*
 * memory - the unique-ids of the messages that clients have fetched whole, kept from one session to the next (RFC 1939 section 7)
 *
 * A client may leave a message in the maildrop, or lose the connection before QUIT has deleted it: by its unique-id it knows it the next time.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_MEMORY_H
#define MAILSPEC_FAKE_CLIENTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct client_memory;

struct client_memory *client_memory_new(void);
/* `owner`: whose id that is, any number; ids are compared octet by octet. */
void client_memory_add(struct client_memory *memory, size_t owner, struct bytes id);
bool client_memory_has(const struct client_memory *memory, size_t owner, struct bytes id);
void client_memory_free(struct client_memory **memory_p);

#endif
