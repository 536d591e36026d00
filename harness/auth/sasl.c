#include "auth/sasl.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "auth/prepare.h"
#include "auth/sasl_exchange.h"
#include "auth/scram.h"
#include "base/mem.h"

enum { CHALLENGE_MAX = 16384 };

static const struct mechanism {
    const struct sasl_client_side *client;
    const struct sasl_server_side *server;
    bool client_first;
    bool tells_secret;
} mechanisms[SASL_MECHANISM_COUNT] = {
    [SASL_PLAIN] = {&sasl_library_client,  &sasl_plain_server,    true,  true },
    [SASL_LOGIN] = {&sasl_library_client,  &sasl_login_server,    false, true },
    [SASL_CRAM_MD5] = {&sasl_cram_md5_client, &sasl_cram_md5_server, false, false},
    [SASL_SCRAM_SHA_1] = {&sasl_scram_client,    &sasl_scram_server,    true,  false},
    [SASL_SCRAM_SHA_256] = {&sasl_scram_client,    &sasl_scram_server,    true,  false},
    [SASL_EXTERNAL] = {&sasl_library_client,  &sasl_external_server, true,  false},
    [SASL_XOAUTH2] = {&sasl_oauth_client,    &sasl_oauth_server,    true,  true },
    [SASL_OAUTHBEARER] = {&sasl_oauth_client,    &sasl_oauth_server,    true,  true },
};

bool sasl_client_speaks_first(enum sasl_mechanism mechanism)
{
    return mechanisms[mechanism].client_first;
}

bool sasl_tells_secret(enum sasl_mechanism mechanism)
{
    return mechanisms[mechanism].tells_secret;
}

struct sasl_client *sasl_client_new(enum sasl_mechanism mechanism,
                                    const struct sasl_identity *identity, struct error *error)
{
    const char *name = sasl_mechanism_name(mechanism);
    if (mechanism != SASL_EXTERNAL && identity->user == NULL) {
        error_set(error, "%s needs the name of a user", name);
        return NULL;
    }
    if (mechanism != SASL_EXTERNAL && identity->secret == NULL) {
        error_set(error, "%s needs the secret of %s", name, identity->user);
        return NULL;
    }
    struct sasl_client *client = mem_alloc(sizeof *client);
    client->mechanism = mechanism;
    client->identity = *identity;
    client->side = mechanisms[mechanism].client;
    if (client->side->start != NULL && client->side->start(client, error) < 0) {
        sasl_client_free(&client);
        return NULL;
    }
    return client;
}

/* What a server may not say, whatever the mechanism. */
static int check_challenge(const struct sasl_client *client, struct bytes challenge,
                           struct error *error)
{
    const char *name = sasl_mechanism_name(client->mechanism);
    if (client->ended) {
        return error_set(error, "%s: the server goes on after the end of the exchange", name);
    }
    if (challenge.n > CHALLENGE_MAX) {
        return error_set(error, "%s: the challenge has %zu octets, more than %d", name, challenge.n,
                         CHALLENGE_MAX);
    }
    if (client->step == 0 && mechanisms[client->mechanism].client_first && challenge.n > 0) {
        return error_set(error,
                         "%s: the server's first challenge is not empty, but it is the "
                         "client that begins",
                         name);
    }
    return 0;
}

enum sasl_result sasl_client_step(struct sasl_client *client, struct bytes challenge,
                                  struct buf *out, struct error *error)
{
    if (check_challenge(client, challenge, error) < 0) {
        client->ended = true;
        return SASL_FAILED;
    }
    enum sasl_result result = client->side->step(client, challenge, out, error);
    client->step++;
    client->ended = result == SASL_FAILED ||
                    (result == SASL_DONE && (client->step > 1 || !client->side->answers_error));
    return result;
}

void sasl_client_free(struct sasl_client **client_p)
{
    struct sasl_client *client = *client_p;
    if (client == NULL) {
        return;
    }
    if (client->side->stop != NULL) {
        client->side->stop(client);
    }
    free(client);
    *client_p = NULL;
}

struct sasl_server *sasl_server_new(enum sasl_mechanism mechanism, const struct sasl_lookup *lookup,
                                    const char *hostname, const char *nonce, struct error *error)
{
    struct sasl_server *server = mem_alloc(sizeof *server);
    server->mechanism = mechanism;
    server->lookup = *lookup;
    server->hostname = hostname;
    server->nonce = nonce;
    server->side = mechanisms[mechanism].server;
    if (server->side->start != NULL && server->side->start(server, error) < 0) {
        sasl_server_free(&server);
        return NULL;
    }
    return server;
}

/*
 * The first call: a challenge goes out first where there is no initial response; one where the server
 * begins is an error (RFC 4954 section 4), but with LOGIN it is usual and answers the first challenge.
 */
static enum sasl_result begin(struct sasl_server *server, bool has_response, bool *go_on_r)
{
    bool client_first = mechanisms[server->mechanism].client_first;
    server->begun = true;
    *go_on_r = true;
    if (client_first && !has_response) {
        *go_on_r = false; /* an empty challenge asks for what the client begins with */
    } else if (!client_first && has_response) {
        *go_on_r = server->side->allows_early_start;
        server->step++;
        return *go_on_r ? SASL_GOES_ON : sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    return SASL_GOES_ON;
}

static bool is_acceptable(const struct sasl_server *server, struct bytes response)
{
    return !server->ended && response.n <= server->side->most &&
           (server->side->allows_nul || bytes_index(response, '\0', 0) == BYTES_NONE);
}

enum sasl_result sasl_server_step(struct sasl_server *server, bool has_response,
                                  struct bytes response, struct buf *out)
{
    if (!is_acceptable(server, response)) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    if (!server->begun) {
        bool go_on = false;
        enum sasl_result result = begin(server, has_response, &go_on);
        if (!go_on) {
            return result;
        }
    }
    enum sasl_result result = server->side->step(server, response, out);
    server->step++;
    server->ended = result != SASL_GOES_ON;
    return result;
}

enum sasl_failure sasl_server_failure(const struct sasl_server *server)
{
    return server->failure;
}

const char *sasl_server_user(const struct sasl_server *server)
{
    return server->user;
}

void sasl_server_free(struct sasl_server **server_p)
{
    struct sasl_server *server = *server_p;
    if (server == NULL) {
        return;
    }
    if (server->side->stop != NULL) {
        server->side->stop(server);
    }
    free(server->user);
    free(server);
    *server_p = NULL;
}

enum sasl_result sasl_server_fail(struct sasl_server *server, enum sasl_failure failure)
{
    server->failure = failure;
    server->ended = true;
    return SASL_FAILED;
}

void sasl_server_set_user(struct sasl_server *server, const char *user)
{
    char *copy = mem_strdup(user);
    free(server->user);
    server->user = copy;
}

bool sasl_server_take_user(struct sasl_server *server, struct bytes name)
{
    char *user = prepare_text(name);
    bool ok = user != NULL && *user != '\0';
    if (ok) {
        sasl_server_set_user(server, user);
    }
    free(user);
    return ok;
}

bool sasl_server_take_saslname(struct sasl_server *server, struct bytes name)
{
    struct buf decoded = {0};
    bool ok =
        scram_decode_name(&decoded, name) && sasl_server_take_user(server, buf_bytes(&decoded));
    buf_deinit(&decoded);
    return ok;
}

char *sasl_server_secret(struct sasl_server *server)
{
    const char *secret = server->lookup.secret == NULL
                             ? NULL
                             : server->lookup.secret(server->lookup.self, server->user);
    char *prepared = secret == NULL ? NULL : prepare_text(bytes_of(secret));
    return prepared != NULL ? prepared : mem_strdup(secret);
}

enum sasl_result sasl_server_check(struct sasl_server *server, const char *secret)
{
    if (server->lookup.any) {
        return SASL_DONE;
    }
    char *right = sasl_server_secret(server);
    bool same = right != NULL && strlen(right) == strlen(secret) &&
                CRYPTO_memcmp(right, secret, strlen(right)) == 0;
    free(right);
    return same ? SASL_DONE : sasl_server_fail(server, SASL_FAILURE_CREDENTIALS);
}
