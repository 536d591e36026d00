/*
 * SASL exchanges with a hostile peer, either side. The first octet is the mechanism, the second says which side is ours and what
 * it knows; then come the peer's messages, each ended by LF. Nobody logs in with a secret that cannot be guessed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AS_CLIENT = 1, WITH_RESPONSE = 2, KNOWN_SECRET = 4, ANY = 8 };

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static const char *find_secret(void *self, const char *user)
{
    return strcmp(user, "u") == 0 ? self : NULL;
}

static void as_server(enum sasl_mechanism mechanism, unsigned flags, struct bytes rest)
{
    char known[] = "w";
    char unknown[] = "VzRxY2ZwS2hNdWRtbXZ3Zm5qZ2Q";
    bool guessable = (flags & (KNOWN_SECRET | ANY)) != 0 || mechanism == SASL_EXTERNAL;
    const struct sasl_lookup lookup = {.secret = find_secret,
                                       .external_user = "u",
                                       .any = (flags & ANY) != 0,
                                       .salt = BYTES_INIT("salt"),
                                       .iterations = 1,
                                       .self = (flags & KNOWN_SECRET) != 0 ? known : unknown};
    struct sasl_server *server = sasl_server_new(mechanism, &lookup, "mx", "s", NULL);
    enum sasl_result result = SASL_GOES_ON;
    struct bytes message = {NULL, 0};
    struct buf out = {0};
    bool has_response = (flags & WITH_RESPONSE) != 0;
    if (!has_response) {
        result = sasl_server_step(server, false, message, &out);
    }
    while (bytes_next(&rest, '\n', &message)) {
        bool ended = result != SASL_GOES_ON;
        buf_clear(&out);
        result = sasl_server_step(server, true, message, &out);
        must(!ended || result == SASL_FAILED);
        must(result != SASL_DONE || guessable);
        must(result != SASL_DONE || sasl_server_user(server) != NULL ||
             mechanism == SASL_OAUTHBEARER);
        must(result != SASL_FAILED || out.n == 0);
        must((result == SASL_FAILED) == (sasl_server_failure(server) != SASL_FAILURE_NONE) ||
             sasl_server_failure(server) == SASL_FAILURE_TOKEN);
        must(out.n <= message.n + 200);
    }
    buf_deinit(&out);
    sasl_server_free(&server);
}

static void as_client(enum sasl_mechanism mechanism, struct bytes rest)
{
    const struct sasl_identity who = {.user = "u", .secret = "w", .nonce = "c"};
    struct sasl_client *client = sasl_client_new(mechanism, &who, NULL);
    enum sasl_result result = SASL_GOES_ON;
    struct bytes message = {NULL, 0};
    struct buf out = {0};
    unsigned steps = 0;
    if (sasl_client_speaks_first(mechanism)) {
        result = sasl_client_step(client, message, &out, NULL);
        must(result != SASL_FAILED && (out.n > 0 || mechanism == SASL_EXTERNAL));
    }
    while (bytes_next(&rest, '\n', &message) && result != SASL_FAILED) {
        struct error error = {""};
        buf_clear(&out);
        result = sasl_client_step(client, message, &out, &error);
        must((result == SASL_FAILED) == (error.text[0] != '\0'));
        must(out.n <= message.n + 200);
        must(++steps <= 4 || result == SASL_FAILED);
    }
    buf_deinit(&out);
    sasl_client_free(&client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    enum sasl_mechanism mechanism = (enum sasl_mechanism)(data[0] % SASL_MECHANISM_COUNT);
    struct bytes rest = bytes_make(data + 2, size - 2);
    if ((data[1] & AS_CLIENT) != 0) {
        as_client(mechanism, rest);
    } else {
        as_server(mechanism, data[1], rest);
    }
    return 0;
}
