/* SCRAM's client: first message, final message with the proof, and the server's signature checked. */
#include <stdlib.h>
#include <string.h>

#include "auth/prepare.h"
#include "auth/sasl_exchange.h"
#include "auth/scram.h"
#include "auth/scram_nonce.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"

enum { SHOWN_MAX = 80 };

struct state {
    char *secret;     /* prepared */
    struct buf first; /* client-first-message */
    size_t header;    /* octets of it that are the GS2 header */
    struct buf nonce; /* of the client */
    struct buf auth;  /* AuthMessage */
    struct scram_keys keys;
};

static int not_prepared(const char *what, struct error *error)
{
    return error_set(error,
                     "SCRAM: the %s is not UTF-8, is longer than %d octets or has a "
                     "character that SASLprep (RFC 4013) prohibits",
                     what, PREPARE_MAX);
}

static int client_start(struct sasl_client *client, struct error *error)
{
    const struct sasl_identity *identity = &client->identity;
    struct state *state = mem_alloc(sizeof *state);
    client->state = state;
    if (scram_append_nonce(&state->nonce, identity->nonce, error) < 0) {
        return -1;
    }
    state->secret = prepare_text(bytes_of(identity->secret));
    if (state->secret == NULL) {
        return not_prepared("secret", error);
    }
    char *user = prepare_text(bytes_of(identity->user));
    if (user == NULL) {
        return not_prepared("name of the user", error);
    }
    struct scram_client_first parts;
    scram_append_client_first(&state->first, bytes_of(identity->authorize_as), bytes_of(user),
                              buf_bytes(&state->nonce));
    free(user);
    if (!scram_parse_client_first(buf_bytes(&state->first), &parts)) {
        return error_set(error, "SCRAM: the name of the user, or whom to act for, is empty or no "
                                "UTF-8");
    }
    state->header = parts.header.n;
    return 0;
}

/* One sentence about what the server said, and that. */
static enum sasl_result refuse(struct error *error, const char *what, struct bytes said)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(said, 0, SHOWN_MAX), 0);
    error_set(error, "SCRAM: %s: \"%s\"", what, buf_text(&text));
    buf_deinit(&text);
    return SASL_FAILED;
}

/* What is wrong with the first message of the server, or NULL; its salt is decoded. */
static const char *check_first(const struct state *state, struct bytes text,
                               struct scram_server_first *parts, struct buf *salt)
{
    if (!scram_parse_server_first(text, parts)) {
        return "not a server's first message (RFC 5802 section 7)";
    }
    if (parts->nonce.n <= state->nonce.n ||
        memcmp(parts->nonce.p, state->nonce.p, state->nonce.n) != 0) {
        return "the server's nonce does not continue the client's";
    }
    if (base64_decode(salt, parts->salt64) != 0) {
        return "the salt is not base64";
    }
    return parts->iterations > SCRAM_ITERATIONS_MAX ? "more than 1000000 iterations are asked for"
                                                    : NULL;
}

static enum sasl_result send_final(struct sasl_client *client, struct bytes server_first,
                                   const struct scram_server_first *parts, struct bytes salt,
                                   struct buf *out)
{
    struct state *state = client->state;
    struct bytes first = buf_bytes(&state->first);
    struct buf bare = {0};
    struct scram_digest proof;
    scram_append_final_bare(&bare, bytes_slice(first, 0, state->header), parts->nonce);
    scram_append_auth(&state->auth, bytes_skip(first, state->header), server_first,
                      buf_bytes(&bare));
    bool ok = scram_keys(client->mechanism, bytes_of(state->secret), salt, parts->iterations,
                         &state->keys) &&
              scram_proof(client->mechanism, &state->keys, buf_bytes(&state->auth), &proof);
    if (ok) {
        buf_append(out, buf_bytes(&bare));
        buf_append_text(out, ",p=");
        base64_encode(out, bytes_make(proof.octets, proof.n));
    }
    buf_deinit(&bare);
    return ok ? SASL_GOES_ON : SASL_FAILED;
}

static enum sasl_result answer_first(struct sasl_client *client, struct bytes challenge,
                                     struct buf *out, struct error *error)
{
    struct scram_server_first parts;
    struct buf salt = {0};
    const char *wrong = check_first(client->state, challenge, &parts, &salt);
    enum sasl_result result = SASL_FAILED;
    if (wrong != NULL) {
        refuse(error, wrong, challenge);
    } else {
        result = send_final(client, challenge, &parts, buf_bytes(&salt), out);
        if (result == SASL_FAILED) {
            error_set(error, "SCRAM: OpenSSL cannot compute the proof");
        }
    }
    buf_deinit(&salt);
    return result;
}

static enum sasl_result check_final(struct sasl_client *client, struct bytes challenge,
                                    struct error *error)
{
    struct state *state = client->state;
    struct bytes value;
    bool is_error = false;
    struct scram_digest signature;
    if (!scram_parse_server_final(challenge, &value, &is_error)) {
        return refuse(error, "not a server's final message (RFC 5802 section 7)", challenge);
    }
    if (is_error) {
        return refuse(error, "the server tells of an error", value);
    }
    if (!scram_signature(client->mechanism, &state->keys, buf_bytes(&state->auth), &signature) ||
        !scram_is_digest(value, &signature)) {
        return refuse(error, "the server's signature is wrong, so it does not know the secret",
                      value);
    }
    return SASL_DONE;
}

static enum sasl_result client_step(struct sasl_client *client, struct bytes challenge,
                                    struct buf *out, struct error *error)
{
    const struct state *state = client->state;
    switch (client->step) {
    case 0:
        buf_append(out, buf_bytes(&state->first));
        return SASL_GOES_ON;
    case 1:
        return answer_first(client, challenge, out, error);
    default:
        return check_final(client, challenge, error);
    }
}

static void client_stop(struct sasl_client *client)
{
    struct state *state = client->state;
    free(state->secret);
    buf_deinit(&state->first);
    buf_deinit(&state->nonce);
    buf_deinit(&state->auth);
    free(state);
}

const struct sasl_client_side sasl_scram_client = {client_start, client_step, client_stop, false};
