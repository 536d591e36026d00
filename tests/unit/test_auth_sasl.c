#include "unit.h"

#include <string.h>

#include "auth/sasl.h"
#include "base/base64.h"

enum { MESSAGES_MAX = 8 };

/* One user is known; EXTERNAL knows whom the certificate names. */
struct known {
    const char *user, *secret;
};

static const char *find_secret(void *self, const char *user)
{
    const struct known *known = self;
    return known->user != NULL && strcmp(known->user, user) == 0 ? known->secret : NULL;
}

/* An exchange with all that was said, in base64 as it is sent; "" is an empty response ("="), NULL the end. */
static const struct vector {
    const char *name;
    enum sasl_mechanism mechanism;
    struct sasl_identity identity;
    struct known known;
    const char *server_nonce;
    const char *salt64;
    /* By the client, the server, ...; LOGIN and CRAM-MD5 begin with the server. */
    const char *said[MESSAGES_MAX];
    enum sasl_failure failure;
} vectors[] = {
    {.name = "RFC 4616 section 4, first",
     .mechanism = SASL_PLAIN,
     .identity = {.user = "tim", .secret = "tanstaaftanstaaf"},
     .known = {"tim", "tanstaaftanstaaf"},
     .said = {"AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}                                          },
    {.name = "RFC 4616 section 4, second: the server rejects the authorization identity",
     .mechanism = SASL_PLAIN,
     .identity = {.user = "Kurt", .secret = "xipj3plmq", .authorize_as = "Ursel"},
     .known = {"Kurt", "xipj3plmq"},
     .said = {"VXJzZWwAS3VydAB4aXBqM3BsbXE="},
     .failure = SASL_FAILURE_IDENTITY},
    {.name = "RFC 4954 section 4.1, PLAIN",
     .mechanism = SASL_PLAIN,
     .identity = {.user = "test", .secret = "1234", .authorize_as = "test"},
     .known = {"test", "1234"},
     .said = {"dGVzdAB0ZXN0ADEyMzQ="}                                                         },
    {.name = "RFC 5034 section 6, PLAIN",
     .mechanism = SASL_PLAIN,
     .identity = {.user = "test", .secret = "test", .authorize_as = "test"},
     .known = {"test", "test"},
     .said = {"dGVzdAB0ZXN0AHRlc3Q="}                                                         },
    {.name = "RFC 2195 section 2",
     .mechanism = SASL_CRAM_MD5,
     .identity = {.user = "tim", .secret = "tanstaaftanstaaf"},
     .known = {"tim", "tanstaaftanstaaf"},
     .server_nonce = "<1896.697170952@postoffice.reston.mci.net>",
     .said = {"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
              "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"}},
    {.name = "RFC 4954 section 4.1, CRAM-MD5",                        /* the secret is that of its PLAIN examples */
     .mechanism = SASL_CRAM_MD5,
     .identity = {.user = "rjs3", .secret = "1234"},
     .known = {"rjs3", "1234"},
     .server_nonce = "<4192942341.12828472@sourcefour.andrew.cmu.edu>",
     .said = {"PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=",
              "cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA=="}},
    {.name = "RFC 5802 section 5",
     .mechanism = SASL_SCRAM_SHA_1,
     .identity = {.user = "user", .secret = "pencil", .nonce = "fyko+d2lbbFgONRv9qkxdawL"},
     .known = {"user", "pencil"},
     .server_nonce = "3rfcNHYJY1ZVvWVs7j",
     .salt64 = "QSXCR+Q6sek8bf92",
     .said =
         {"biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM",
          "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9"
          "NDA5Ng==",
          "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBD"
          "SkdiSlF5RjBYK0hJNFRzPQ==",
          "dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9", ""}},
    {.name = "RFC 7677 section 3",
     .mechanism = SASL_SCRAM_SHA_256,
     .identity = {.user = "user", .secret = "pencil", .nonce = "rOprNGfwEbeRWgbNEkqO"},
     .known = {"user", "pencil"},
     .server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
     .salt64 = "W22ZaJ0SNY7soEsUEjb6gQ==",
     .said =
         {"biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=",
          "cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3"
          "c29Fc1VFamI2Z1E9PSxpPTQwOTY=",
          "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kSHpi"
          "WmFwV0lrNGpVaE4rVXRlOXl0YWc5empmTUhnc3FtbWl6N0FuZFZRPQ==",
          "dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==", ""}},
    {.name = "RFC 4954 section 4.1, EXTERNAL",
     .mechanism = SASL_EXTERNAL,
     .known = {"alice", NULL},
     .said = {""}                                                                                       },
    {.name = "RFC 7628 section 4.1",
     .mechanism = SASL_OAUTHBEARER,
     .identity = {.user = "user@example.com",
                  .secret = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
                  .host = "server.example.com",
                  .port = 143},
     .known = {"user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="},
     .said =
         {"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
          "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"}                                              },
    {.name = "RFC 7628 section 4.3: the token is refused, and the client acknowledges",
     .mechanism = SASL_OAUTHBEARER,
     .identity = {.user = "user@example.com",
                  .secret = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
                  .host = "server.example.com",
                  .port = 143},
     .known = {"user@example.com", "another"},
     .said =
         {"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
          "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
          "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=", "AQ=="},
     .failure = SASL_FAILURE_TOKEN},
    {.name = "Google's example of XOAUTH2",
     .mechanism = SASL_XOAUTH2,
     .identity = {.user = "someuser@example.com",
                  .secret = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"},
     .known = {"someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"},
     .said =
         {"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhk"
          "SFJoZG1semRHRXVZMjl0Q2cBAQ=="}              },
    {.name = "XOAUTH2 refused",
     .mechanism = SASL_XOAUTH2,
     .identity = {.user = "u", .secret = "t"},
     .known = {"u", "other"},
     .said = {"dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==",
              "eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=", ""},
     .failure = SASL_FAILURE_TOKEN},
    {.name = "LOGIN as course texts print it",
     .mechanism = SASL_LOGIN,
     .identity = {.user = "alice", .secret = "wonderland"},
     .known = {"alice", "wonderland"},
     .said = {"VXNlcm5hbWU6", "YWxpY2U=", "UGFzc3dvcmQ6", "d29uZGVybGFuZA=="}},
};

static struct sasl_lookup lookup_of(const struct vector *vector, struct buf *salt)
{
    if (vector->salt64 != NULL) {
        base64_decode(salt, bytes_of(vector->salt64));
    }
    return (struct sasl_lookup){.secret = find_secret,
                                .external_user = vector->known.user,
                                .salt = buf_bytes(salt),
                                .self = (void *)(uintptr_t)&vector->known};
}

static bool is_base64_of(struct buf *octets, const char *text)
{
    struct buf encoded = {0};
    base64_encode(&encoded, buf_bytes(octets));
    bool same = text != NULL && bytes_is(buf_bytes(&encoded), text);
    if (!same) {
        fprintf(stderr, "said %s\n", buf_text(&encoded));
    }
    buf_deinit(&encoded);
    return same;
}

/* One side's half of the vector: what the other says is read, what this one says is compared. */
static void play_client(const struct vector *vector)
{
    struct error error = {""};
    struct buf in = {0};
    struct buf out = {0};
    struct sasl_client *client = sasl_client_new(vector->mechanism, &vector->identity, &error);
    size_t i = 0;
    bool ok = client != NULL;
    enum sasl_result result = SASL_GOES_ON;
    if (!sasl_client_speaks_first(vector->mechanism)) {
        base64_decode(&in, bytes_of(vector->said[i++]));
    }
    while (ok && vector->said[i] != NULL) {
        buf_clear(&out);
        result = sasl_client_step(client, buf_bytes(&in), &out, &error);
        ok = result != SASL_FAILED && is_base64_of(&out, vector->said[i++]);
        buf_clear(&in);
        if (vector->said[i] != NULL) {
            base64_decode(&in, bytes_of(vector->said[i++]));
        }
    }
    UNIT_ROW(vector->name, ok && result == SASL_DONE);
    UNIT_ROW(vector->name,
             client == NULL ||
                 sasl_client_step(client, bytes_of(""), &out, &error) == SASL_FAILED ||
                 vector->mechanism >= SASL_XOAUTH2);
    buf_deinit(&in);
    buf_deinit(&out);
    sasl_client_free(&client);
}

static struct sasl_server *server_of(const struct vector *vector, struct buf *salt)
{
    struct sasl_lookup lookup = lookup_of(vector, salt);
    return sasl_server_new(vector->mechanism, &lookup, "localhost", vector->server_nonce, NULL);
}

static void play_server(const struct vector *vector)
{
    struct buf salt = {0};
    struct buf in = {0};
    struct buf out = {0};
    struct sasl_server *server = server_of(vector, &salt);
    size_t i = sasl_client_speaks_first(vector->mechanism) ? 1 : 0;
    enum sasl_result result = SASL_GOES_ON;
    bool ok = true;
    base64_decode(&in, bytes_of(i == 1 ? vector->said[0] : NULL));
    while (ok && result == SASL_GOES_ON) {
        buf_clear(&out);
        result = sasl_server_step(server, i > 0, buf_bytes(&in), &out);
        ok = out.n == 0 || is_base64_of(&out, vector->said[i]);
        i += 2;
        buf_clear(&in);
        if (result == SASL_GOES_ON) {
            base64_decode(&in, bytes_of(vector->said[i - 1]));
        }
    }
    UNIT_ROW(vector->name, ok && sasl_server_failure(server) == vector->failure);
    UNIT_ROW(vector->name,
             result == (vector->failure == SASL_FAILURE_NONE ? SASL_DONE : SASL_FAILED));
    UNIT_ROW(vector->name, sasl_server_user(server) != NULL &&
                               strcmp(sasl_server_user(server), vector->known.user) == 0);
    UNIT_ROW(vector->name, sasl_server_step(server, true, bytes_of("x"), &out) == SASL_FAILED);
    buf_deinit(&in);
    buf_deinit(&out);
    buf_deinit(&salt);
    sasl_server_free(&server);
}

static void test_vectors(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        play_client(&vectors[i]);
        play_server(&vectors[i]);
    }
}

/* The side hears message `at` of the vector cut behind `n` octets, and all before it in full. */
static enum sasl_result cut_for_server(const struct vector *vector, size_t at, size_t n)
{
    struct buf salt = {0};
    struct buf in = {0};
    struct buf out = {0};
    struct sasl_server *server = server_of(vector, &salt);
    size_t i = at % 2;
    enum sasl_result result = SASL_GOES_ON;
    if (!sasl_client_speaks_first(vector->mechanism)) {
        result = sasl_server_step(server, false, bytes_of(""), &out);
    }
    for (; i <= at && result == SASL_GOES_ON; i += 2) {
        buf_clear(&in);
        base64_decode(&in, bytes_of(vector->said[i]));
        struct bytes octets = buf_bytes(&in);
        result = sasl_server_step(server, true, i == at ? bytes_slice(octets, 0, n) : octets, &out);
    }
    buf_deinit(&in);
    buf_deinit(&out);
    buf_deinit(&salt);
    sasl_server_free(&server);
    return result;
}

static enum sasl_result cut_for_client(const struct vector *vector, size_t at, size_t n)
{
    struct buf in = {0};
    struct buf out = {0};
    struct sasl_client *client = sasl_client_new(vector->mechanism, &vector->identity, NULL);
    enum sasl_result result = SASL_GOES_ON;
    if (sasl_client_speaks_first(vector->mechanism)) {
        result = sasl_client_step(client, bytes_of(""), &out, NULL);
    }
    for (size_t i = at % 2; i <= at && result != SASL_FAILED; i += 2) {
        buf_clear(&in);
        base64_decode(&in, bytes_of(vector->said[i]));
        struct bytes octets = buf_bytes(&in);
        result = sasl_client_step(client, i == at ? bytes_slice(octets, 0, n) : octets, &out, NULL);
    }
    buf_deinit(&in);
    buf_deinit(&out);
    sasl_client_free(&client);
    return result;
}

static size_t octets_in(const char *base64)
{
    struct buf octets = {0};
    base64_decode(&octets, bytes_of(base64));
    size_t n = octets.n;
    buf_deinit(&octets);
    return n;
}

/* Only SCRAM's client can tell that a server's message was cut. */
static void cut(const struct vector *vector)
{
    bool client_first = sasl_client_speaks_first(vector->mechanism);
    bool scram = vector->salt64 != NULL;
    for (size_t at = 0; at < MESSAGES_MAX && vector->said[at] != NULL; at++) {
        bool by_client = (at % 2 == 0) == client_first;
        for (size_t n = 0; n < octets_in(vector->said[at]); n++) {
            enum sasl_result result =
                by_client ? cut_for_server(vector, at, n) : cut_for_client(vector, at, n);
            UNIT_ROW(vector->name, result != SASL_DONE || (!by_client && !scram));
        }
    }
}

static void test_cut(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        cut(&vectors[i]);
    }
}

static const struct unit_test tests[] = {
    {"golden vectors",               test_vectors},
    {"every message cut everywhere", test_cut    },
};

UNIT_MAIN("auth/sasl", tests)
