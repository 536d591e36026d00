/*
 * LOGIN and CRAM-MD5, where the server begins with a challenge; of LOGIN the server only (library.c has the client)
 */
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/digest.h"
#include "auth/prepare.h"
#include "auth/sasl_exchange.h"
#include "base/mem.h"

enum { MD5_HEX = 32 };

static enum sasl_result login_secret(struct sasl_server *server, struct bytes response)
{
    char *secret = prepare_text(response);
    if (secret == NULL) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    enum sasl_result result = sasl_server_check(server, secret);
    free(secret);
    return result;
}

static enum sasl_result login_step(struct sasl_server *server, struct bytes response,
                                   struct buf *out)
{
    switch (server->step) {
    case 0:
        buf_append_text(out, "Username:");
        return SASL_GOES_ON;
    case 1:
        if (!sasl_server_take_user(server, response)) {
            return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
        }
        buf_append_text(out, "Password:");
        return SASL_GOES_ON;
    default:
        return login_secret(server, response);
    }
}

const struct sasl_server_side sasl_login_server = {NULL,  login_step, NULL, SASL_RESPONSE_MAX,
                                                   false, true};

static int cram_unprepared(const char *what, struct error *error)
{
    return error_set(error, "CRAM-MD5: the %s is no text that SASLprep (RFC 4013) allows", what);
}

/* The name, a space, and the digest of the challenge, keyed by the secret. */
static int cram_answer(const struct sasl_identity *identity, struct bytes challenge,
                       struct buf *out, struct error *error)
{
    char *user = prepare_text(bytes_of(identity->user));
    char *secret = prepare_text(bytes_of(identity->secret));
    int status = 0;
    if (user == NULL || *user == '\0') {
        status = cram_unprepared("name of the user", error);
    } else if (secret == NULL) {
        status = cram_unprepared("secret", error);
    } else {
        buf_append_text(out, user);
        buf_append_octet(out, ' ');
        digest_hmac_md5(out, bytes_of(secret), challenge);
    }
    free(user);
    free(secret);
    return status;
}

static enum sasl_result cram_client_step(struct sasl_client *client, struct bytes challenge,
                                         struct buf *out, struct error *error)
{
    if (challenge.n == 0) {
        error_set(error, "CRAM-MD5: the server's challenge is empty");
        return SASL_FAILED;
    }
    return cram_answer(&client->identity, challenge, out, error) < 0 ? SASL_FAILED : SASL_DONE;
}

const struct sasl_client_side sasl_cram_md5_client = {NULL, cram_client_step, NULL, false};

/* "<random.seconds@host>", RFC 2195 section 2 */
static int cram_start(struct sasl_server *server, struct error *error)
{
    struct buf *challenge = mem_alloc(sizeof *challenge);
    server->state = challenge;
    if (server->nonce != NULL) {
        buf_append_text(challenge, server->nonce);
        return 0;
    }
    uint64_t number = 0;
    if (RAND_bytes((unsigned char *)&number, sizeof number) != 1) {
        return error_set(error, "CRAM-MD5: OpenSSL has no random numbers");
    }
    buf_printf(challenge, "<%" PRIu64 ".%lld@%s>", number, (long long)time(NULL),
               server->hostname == NULL ? "localhost" : server->hostname);
    return 0;
}

static bool cram_is_right(struct sasl_server *server, struct bytes digest)
{
    bool right = false;
    char *secret = sasl_server_secret(server);
    if (secret != NULL) {
        struct buf own = {0};
        digest_hmac_md5(&own, bytes_of(secret), buf_bytes(server->state));
        right = own.n == digest.n && CRYPTO_memcmp(own.p, digest.p, own.n) == 0;
        buf_deinit(&own);
    }
    free(secret);
    return right;
}

static bool is_digest(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("0123456789abcdef", text.p[i]) == NULL) {
            return false;
        }
    }
    return text.n == MD5_HEX;
}

/* user, space, digest; the user's name may have spaces */
static enum sasl_result cram_check(struct sasl_server *server, struct bytes response)
{
    size_t at = response.n < MD5_HEX + 1 ? 0 : response.n - MD5_HEX - 1;
    struct bytes digest = bytes_skip(response, at + 1);
    if (response.n < MD5_HEX + 2 || response.p[at] != ' ' || !is_digest(digest) ||
        !sasl_server_take_user(server, bytes_slice(response, 0, at))) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    return server->lookup.any || cram_is_right(server, digest)
               ? SASL_DONE
               : sasl_server_fail(server, SASL_FAILURE_CREDENTIALS);
}

static enum sasl_result cram_step(struct sasl_server *server, struct bytes response,
                                  struct buf *out)
{
    if (server->step == 0) {
        buf_append(out, buf_bytes(server->state));
        return SASL_GOES_ON;
    }
    return cram_check(server, response);
}

static void cram_stop(struct sasl_server *server)
{
    buf_deinit(server->state);
    free(server->state);
}

const struct sasl_server_side sasl_cram_md5_server = {cram_start,        cram_step, cram_stop,
                                                      SASL_RESPONSE_MAX, false,     false};
