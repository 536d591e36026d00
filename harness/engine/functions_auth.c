#include "engine/functions_auth.h"

#include "auth/digest.h"
#include "auth/oauth.h"
#include "auth/scram.h"
#include "base/base64.h"
#include "base/escape.h"

enum { SHOWN_MAX = 40 };

/* "{{NAME}}: WHAT: "ARGUMENT"" */
static int wrong(const char *name, const char *what, struct bytes argument, struct error *error)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(argument, 0, SHOWN_MAX), 0);
    error_set(error, "{{%s}}: %s: \"%s\"", name, what, buf_text(&text));
    buf_deinit(&text);
    return -1;
}

/* The value is base64 of what was put together; that is used up. */
static int finish(struct buf *out, const struct function_call *call, struct buf *message,
                  const char *name, struct error *error)
{
    int status = 0;
    if (message->n > call->room / 4 * 3) {
        status = error_set(error, "{{%s}}: the line would be longer than 64 MiB", name);
    } else {
        base64_encode(out, buf_bytes(message));
    }
    buf_deinit(message);
    return status;
}

/* RFC 4616 section 2 */
int function_plain(struct buf *out, const struct function_call *call, struct error *error)
{
    struct buf message = {0};
    for (size_t i = 0; i < call->count; i++) {
        if (i > 0 || call->count == 2) {
            buf_append_octet(&message, '\0');
        }
        buf_append(&message, call->arguments[i]);
    }
    return finish(out, call, &message, "plain", error);
}

/* RFC 2195 section 2 */
int function_cram_md5(struct buf *out, const struct function_call *call, struct error *error)
{
    struct buf challenge = {0};
    struct buf message = {0};
    int status = 0;
    if (base64_decode(&challenge, call->arguments[2]) != 0) {
        status = wrong("cram-md5", "the challenge is not base64", call->arguments[2], error);
    } else {
        buf_append(&message, call->arguments[0]);
        buf_append_octet(&message, ' ');
        digest_hmac_md5(&message, call->arguments[1], buf_bytes(&challenge));
        status = finish(out, call, &message, "cram-md5", error);
    }
    buf_deinit(&challenge);
    return status;
}

int function_xoauth2(struct buf *out, const struct function_call *call, struct error *error)
{
    struct buf message = {0};
    oauth_append_xoauth2(&message, call->arguments[0], call->arguments[1]);
    return finish(out, call, &message, "xoauth2", error);
}

/* RFC 7628 section 3.1 */
int function_oauthbearer(struct buf *out, const struct function_call *call, struct error *error)
{
    uint64_t port = 0;
    struct buf message = {0};
    if (call->count > 3 && (!bytes_to_u64(call->arguments[3], &port) || port > UINT16_MAX)) {
        return wrong("oauthbearer", "expected a port, at most 65535", call->arguments[3], error);
    }
    oauth_append_bearer(&message, call->arguments[0], call->arguments[1],
                        call->count > 2 ? call->arguments[2] : (struct bytes){NULL, 0},
                        (unsigned)port);
    return finish(out, call, &message, "oauthbearer", error);
}

int function_scram_first(struct buf *out, const struct function_call *call, struct error *error)
{
    struct buf message = {0};
    scram_append_client_first(&message, (struct bytes){NULL, 0}, call->arguments[0],
                              call->arguments[1]);
    return finish(out, call, &message, "scram-first", error);
}

/* What was said so far of an exchange, decoded; the parts are views of it. */
struct scram_talk {
    const char *function;
    struct buf first;
    struct buf challenge;
    struct buf final;
    struct scram_client_first first_parts;
    struct scram_server_first challenge_parts;
    struct scram_client_final final_parts;
};

static void talk_deinit(struct scram_talk *talk)
{
    buf_deinit(&talk->first);
    buf_deinit(&talk->challenge);
    buf_deinit(&talk->final);
}

static int read_first(struct scram_talk *talk, struct bytes base64, struct error *error)
{
    return base64_decode(&talk->first, base64) == 0 &&
                   scram_parse_client_first(buf_bytes(&talk->first), &talk->first_parts)
               ? 0
               : wrong(talk->function, "not a client's first message of SCRAM in base64", base64,
                       error);
}

static int read_challenge(struct scram_talk *talk, struct bytes base64, struct error *error)
{
    return base64_decode(&talk->challenge, base64) == 0 &&
                   scram_parse_server_first(buf_bytes(&talk->challenge), &talk->challenge_parts)
               ? 0
               : wrong(talk->function, "not a server's first message of SCRAM in base64", base64,
                       error);
}

static int read_final(struct scram_talk *talk, struct bytes base64, struct error *error)
{
    return base64_decode(&talk->final, base64) == 0 &&
                   scram_parse_client_final(buf_bytes(&talk->final), &talk->final_parts)
               ? 0
               : wrong(talk->function, "not a client's final message of SCRAM in base64", base64,
                       error);
}

static int read_mechanism(const struct scram_talk *talk, struct bytes name,
                          enum sasl_mechanism *mechanism_r, struct error *error)
{
    return sasl_mechanism_from_name(name, mechanism_r) &&
                   (*mechanism_r == SASL_SCRAM_SHA_1 || *mechanism_r == SASL_SCRAM_SHA_256)
               ? 0
               : wrong(talk->function, "expected SCRAM-SHA-1 or SCRAM-SHA-256, found", name, error);
}

int function_scram_challenge(struct buf *out, const struct function_call *call, struct error *error)
{
    struct scram_talk talk = {.function = "scram-challenge"};
    struct buf message = {0};
    int status = read_first(&talk, call->arguments[0], error);
    if (status == 0) {
        buf_append_text(&message, "r=");
        buf_append(&message, talk.first_parts.nonce);
        buf_append(&message, call->arguments[1]);
        buf_append_text(&message, ",s=");
        buf_append(&message, call->arguments[2]);
        buf_append_text(&message, ",i=");
        buf_append(&message, call->arguments[3]);
        status = finish(out, call, &message, talk.function, error);
    }
    talk_deinit(&talk);
    return status;
}

/* The keys of the secret, with the challenge's salt and iterations. */
static int make_keys(const struct scram_talk *talk, enum sasl_mechanism mechanism,
                     struct bytes secret, struct scram_keys *keys_r, struct error *error)
{
    struct buf salt = {0};
    int status = 0;
    if (base64_decode(&salt, talk->challenge_parts.salt64) != 0) {
        status =
            wrong(talk->function, "the salt is not base64", talk->challenge_parts.salt64, error);
    } else if (talk->challenge_parts.iterations > SCRAM_ITERATIONS_MAX) {
        status = error_set(error, "{{%s}}: more than %d iterations are asked for", talk->function,
                           SCRAM_ITERATIONS_MAX);
    } else if (!scram_keys(mechanism, secret, buf_bytes(&salt), talk->challenge_parts.iterations,
                           keys_r)) {
        status = error_set(error, "{{%s}}: OpenSSL cannot compute the keys", talk->function);
    }
    buf_deinit(&salt);
    return status;
}

/* MECHANISM SECRET FIRST64 CHALLENGE64 */
static int read_talk(struct scram_talk *talk, const struct function_call *call,
                     enum sasl_mechanism *mechanism_r, struct scram_keys *keys_r,
                     struct error *error)
{
    return read_mechanism(talk, call->arguments[0], mechanism_r, error) < 0 ||
                   read_first(talk, call->arguments[2], error) < 0 ||
                   read_challenge(talk, call->arguments[3], error) < 0
               ? -1
               : make_keys(talk, *mechanism_r, call->arguments[1], keys_r, error);
}

static void append_auth(struct buf *auth, const struct scram_talk *talk, struct bytes final_bare)
{
    scram_append_auth(auth, talk->first_parts.bare, buf_bytes(&talk->challenge), final_bare);
}

/* The message ends in the digest; a null pointer: it could not be computed. */
static int finish_digest(struct buf *out, const struct function_call *call, struct buf *message,
                         const struct scram_digest *digest, const char *name, struct error *error)
{
    if (digest == NULL) {
        buf_deinit(message);
        return error_set(error, "{{%s}}: OpenSSL cannot compute it", name);
    }
    base64_encode(message, bytes_make(digest->octets, digest->n));
    return finish(out, call, message, name, error);
}

int function_scram_final(struct buf *out, const struct function_call *call, struct error *error)
{
    struct scram_talk talk = {.function = "scram-final"};
    enum sasl_mechanism mechanism = SASL_PLAIN;
    struct scram_keys keys;
    struct scram_digest proof = {{0}, 0};
    int status = read_talk(&talk, call, &mechanism, &keys, error);
    if (status == 0) {
        struct buf auth = {0};
        struct buf message = {0};
        scram_append_final_bare(&message, talk.first_parts.header, talk.challenge_parts.nonce);
        append_auth(&auth, &talk, buf_bytes(&message));
        bool done = scram_proof(mechanism, &keys, buf_bytes(&auth), &proof);
        buf_append_text(&message, ",p=");
        status = finish_digest(out, call, &message, done ? &proof : NULL, talk.function, error);
        buf_deinit(&auth);
    }
    talk_deinit(&talk);
    return status;
}

int function_scram_signature(struct buf *out, const struct function_call *call, struct error *error)
{
    struct scram_talk talk = {.function = "scram-signature"};
    enum sasl_mechanism mechanism = SASL_PLAIN;
    struct scram_keys keys;
    struct scram_digest signature = {{0}, 0};
    int status = read_talk(&talk, call, &mechanism, &keys, error);
    if (status == 0) {
        status = read_final(&talk, call->arguments[4], error);
    }
    if (status == 0) {
        struct buf auth = {0};
        struct buf message = {0};
        append_auth(&auth, &talk, talk.final_parts.without_proof);
        bool done = scram_signature(mechanism, &keys, buf_bytes(&auth), &signature);
        buf_append_text(&message, "v=");
        status = finish_digest(out, call, &message, done ? &signature : NULL, talk.function, error);
        buf_deinit(&auth);
    }
    talk_deinit(&talk);
    return status;
}
