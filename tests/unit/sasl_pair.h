/*
 * sasl_pair - a client and a server of ours, played against one another
 */
#ifndef MAILSPEC_TESTS_SASL_PAIR_H
#define MAILSPEC_TESTS_SASL_PAIR_H

#include <string.h>

#include "auth/sasl.h"

enum { PAIR_MESSAGES_MAX = 8 };

/* One user is known. */
struct pair_known {
    const char *user, *secret;
};

static inline const char *pair_find(void *self, const char *user)
{
    const struct pair_known *known = self;
    return known->user != NULL && strcmp(known->user, user) == 0 ? known->secret : NULL;
}

struct pair {
    struct sasl_client *client;
    struct sasl_server *server;
    struct buf said
        [PAIR_MESSAGES_MAX]; /* one after the other, the client's first message or the challenge first */
    size_t count;
    enum sasl_result client_result;
    enum sasl_result server_result;
    struct error error;
};

static inline void pair_begin(struct pair *pair, enum sasl_mechanism mechanism,
                              const struct sasl_identity *identity,
                              const struct sasl_lookup *lookup)
{
    *pair = (struct pair){.client_result = SASL_FAILED, .server_result = SASL_FAILED};
    pair->client = sasl_client_new(mechanism, identity, &pair->error);
    pair->server = sasl_server_new(mechanism, lookup, "mx.example.org", NULL, &pair->error);
}

static inline void pair_end(struct pair *pair)
{
    for (size_t i = 0; i < pair->count; i++) {
        buf_deinit(&pair->said[i]);
    }
    sasl_client_free(&pair->client);
    sasl_server_free(&pair->server);
}

/* The whole exchange, as AUTH has it: an answer to the last challenge is read, whatever its result was. */
static inline void pair_run(struct pair *pair, enum sasl_mechanism mechanism)
{
    struct bytes last = {NULL, 0};
    bool asked = sasl_client_speaks_first(mechanism);
    if (pair->client == NULL || pair->server == NULL) {
        return;
    }
    if (!asked) {
        struct buf *said = &pair->said[pair->count++];
        pair->server_result = sasl_server_step(pair->server, false, last, said);
        last = buf_bytes(said);
    }
    while (pair->count + 2 <= PAIR_MESSAGES_MAX) {
        struct buf *said = &pair->said[pair->count++];
        pair->client_result = sasl_client_step(pair->client, last, said, &pair->error);
        if (pair->client_result == SASL_FAILED || pair->server_result == SASL_DONE) {
            return;
        }
        struct buf *answer = &pair->said[pair->count++];
        pair->server_result = sasl_server_step(pair->server, true, buf_bytes(said), answer);
        if (pair->server_result == SASL_FAILED ||
            (pair->server_result == SASL_DONE && answer->n == 0)) {
            return;
        }
        last = buf_bytes(answer);
    }
}

#endif
