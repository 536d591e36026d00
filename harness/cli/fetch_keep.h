/*
 * fetch_keep - what becomes of a message that was fetched: a file, standard output, its text, its attachments
 */
#ifndef MAILSPEC_CLI_FETCH_KEEP_H
#define MAILSPEC_CLI_FETCH_KEEP_H

#include "cli/options.h"
#include "fake_clients/wishes.h"

struct fetch_keep;

/* By --out, --text, --attachments; without any of them standard output. */
struct fetch_keep *fetch_keep_new(const struct options *options);
/* A message that will come, so that its file can have its unique-id for a name. */
void fetch_keep_name(struct fetch_keep *keep, const struct client_listed *listed);
/* All that is asked for. False: it could not be written, and fetch_keep_failure() says why. */
bool fetch_keep_message(struct fetch_keep *keep, uint64_t number, struct bytes message);
const char *fetch_keep_failure(const struct fetch_keep *keep); /* NULL: none */
void fetch_keep_free(struct fetch_keep **keep_p);

#endif
