/*
 * SCRAM's server. An unknown user is asked for a proof like any other, so that nobody learns who is known; a wrong proof ends the
 * exchange without an "e=" (RFC 5802 section 5.1: optional).
 */
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "auth/sasl_exchange.h"
#include "auth/scram.h"
#include "auth/scram_nonce.h"
#include "base/base64.h"
#include "base/mem.h"

enum { SALT_OCTETS = 16 };

struct state {
    struct buf header;    /* GS2 header of the client */
    struct buf bare;      /* client-first-message-bare, as it came */
    struct buf authorize; /* whom to act for, decoded */
    struct buf nonce;     /* of both */
    struct buf salt;
    struct buf first; /* server-first-message */
};

static int server_start(struct sasl_server *server, struct error *error)
{
    struct state *state = mem_alloc(sizeof *state);
    server->state = state;
    if (server->nonce != NULL && !scram_is_nonce(bytes_of(server->nonce))) {
        return scram_append_nonce(&state->nonce, server->nonce, error);
    }
    if (server->lookup.salt.n > 0) {
        buf_append(&state->salt, server->lookup.salt);
        return 0;
    }
    unsigned char octets[SALT_OCTETS];
    if (RAND_bytes(octets, sizeof octets) != 1) {
        return error_set(error, "SCRAM: OpenSSL has no random numbers");
    }
    buf_append(&state->salt, bytes_make(octets, sizeof octets));
    return 0;
}

static unsigned iterations_of(const struct sasl_server *server)
{
    return server->lookup.iterations == 0 ? SCRAM_ITERATIONS : server->lookup.iterations;
}

static enum sasl_result answer_first(struct sasl_server *server, struct bytes response,
                                     struct buf *out)
{
    struct state *state = server->state;
    struct scram_client_first parts;
    if (!scram_parse_client_first(response, &parts) ||
        !sasl_server_take_saslname(server, parts.user) ||
        !scram_decode_name(&state->authorize, parts.authorize_as)) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    buf_append(&state->header, parts.header);
    buf_append(&state->bare, parts.bare);
    buf_append(&state->nonce, parts.nonce);
    if (scram_append_nonce(&state->nonce, server->nonce, NULL) < 0) {
        return sasl_server_fail(server, SASL_FAILURE_CREDENTIALS);
    }
    scram_append_server_first(&state->first, buf_bytes(&state->nonce), buf_bytes(&state->salt),
                              iterations_of(server));
    buf_append(out, buf_bytes(&state->first));
    return SASL_GOES_ON;
}

static bool is_base64(struct bytes text)
{
    struct buf octets = {0};
    bool right = base64_decode(&octets, text) == 0;
    buf_deinit(&octets);
    return right;
}

/* Does the client repeat its own header and the whole nonce? */
static bool repeats(const struct state *state, const struct scram_client_final *parts)
{
    struct buf header64 = {0};
    base64_encode(&header64, buf_bytes(&state->header));
    bool same = bytes_equal(buf_bytes(&header64), parts->header64) &&
                bytes_equal(buf_bytes(&state->nonce), parts->nonce);
    buf_deinit(&header64);
    return same;
}

static bool is_right(const struct sasl_server *server, const struct scram_client_final *parts,
                     const char *secret, struct scram_digest *signature_r)
{
    const struct state *state = server->state;
    struct scram_keys keys;
    struct scram_digest proof;
    struct buf auth = {0};
    scram_append_auth(&auth, buf_bytes(&state->bare), buf_bytes(&state->first),
                      parts->without_proof);
    bool right = scram_keys(server->mechanism, bytes_of(secret), buf_bytes(&state->salt),
                            iterations_of(server), &keys) &&
                 scram_proof(server->mechanism, &keys, buf_bytes(&auth), &proof) &&
                 scram_is_digest(parts->proof64, &proof) &&
                 scram_signature(server->mechanism, &keys, buf_bytes(&auth), signature_r);
    buf_deinit(&auth);
    return right;
}

/* Only for oneself. */
static bool acts_for_another(const struct sasl_server *server)
{
    const struct state *state = server->state;
    return state->authorize.n > 0 && !bytes_is(buf_bytes(&state->authorize), server->user);
}

static enum sasl_result check_final(struct sasl_server *server, struct bytes response,
                                    struct buf *out)
{
    struct scram_client_final parts;
    struct scram_digest signature;
    if (!scram_parse_client_final(response, &parts) || !is_base64(parts.proof64) ||
        !repeats(server->state, &parts)) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    char *secret = sasl_server_secret(server);
    bool right =
        is_right(server, &parts, secret == NULL ? "" : secret, &signature) && secret != NULL;
    free(secret);
    if (!right) {
        return sasl_server_fail(server, SASL_FAILURE_CREDENTIALS);
    }
    if (acts_for_another(server)) {
        return sasl_server_fail(server, SASL_FAILURE_IDENTITY);
    }
    buf_append_text(out, "v=");
    base64_encode(out, bytes_make(signature.octets, signature.n));
    return SASL_DONE;
}

static enum sasl_result server_step(struct sasl_server *server, struct bytes response,
                                    struct buf *out)
{
    return server->step == 0 ? answer_first(server, response, out)
                             : check_final(server, response, out);
}

static void server_stop(struct sasl_server *server)
{
    struct state *state = server->state;
    struct buf *const all[] = {&state->header, &state->bare, &state->authorize,
                               &state->nonce,  &state->salt, &state->first};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        buf_deinit(all[i]);
    }
    free(state);
}

const struct sasl_server_side sasl_scram_server = {server_start,      server_step, server_stop,
                                                   SASL_RESPONSE_MAX, false,       false};
