/*
 * Our exchanges against those of another implementation: libgsasl's own client and server of every mechanism that it has.
 */
#include "unit.h"

#include <gsasl.h>
#include <string.h>

#include "auth/sasl.h"
#include "sasl_pair.h"

static const enum sasl_mechanism mechanisms[] = {
    SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5, SASL_SCRAM_SHA_1, SASL_SCRAM_SHA_256, SASL_EXTERNAL,
};

/* The user and the secret, right or wrong; a name that SCRAM quotes and SASLprep changes. */
static const struct row {
    const char *name, *user, *secret;
    bool right;
} rows[] = {
    {"right",        "a,b=c", "wonder land", true },
    {"prepared",
     "a,\xc2\xad"
     "b=c",                   "wonder land", true },
    {"wrong",        "a,b=c", "wonder lane", false},
    {"another user", "a,b=d", "wonder land", false},
};

static const char known_user[] = "a,b=c";
static const char known_secret[] = "wonder land";

struct library {
    Gsasl *context;
    Gsasl_session *session;
    const struct row *row;
};

static int serve(Gsasl *context, Gsasl_session *session, Gsasl_property property)
{
    (void)context;
    if (property == GSASL_VALIDATE_EXTERNAL) {
        const struct library *library = gsasl_session_hook_get(session);
        return library->row->right ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
    }
    if (property != GSASL_PASSWORD) {
        return GSASL_NO_CALLBACK;
    }
    const char *user = gsasl_property_fast(session, GSASL_AUTHID);
    return strcmp(user, known_user) != 0 ? GSASL_NO_PASSWORD
                                         : gsasl_property_set(session, property, known_secret);
}

static void library_begin(struct library *library, enum sasl_mechanism mechanism, bool client)
{
    const char *name = sasl_mechanism_name(mechanism);
    CU_ASSERT_FATAL(gsasl_init(&library->context) == GSASL_OK);
    CU_ASSERT_FATAL((client ? gsasl_client_start : gsasl_server_start)(
                        library->context, name, &library->session) == GSASL_OK);
    if (client) {
        gsasl_property_set(library->session, GSASL_AUTHID, library->row->user);
        gsasl_property_set(library->session, GSASL_PASSWORD, library->row->secret);
    } else {
        gsasl_callback_set(library->context, serve);
        gsasl_session_hook_set(library->session, library);
    }
}

static void library_end(struct library *library)
{
    gsasl_finish(library->session);
    gsasl_done(library->context);
}

static enum sasl_result library_step(struct library *library, struct bytes in, struct buf *out)
{
    char *said = NULL;
    size_t n = 0;
    int status =
        gsasl_step(library->session, in.p == NULL ? "" : (const char *)in.p, in.n, &said, &n);
    if (status != GSASL_OK && status != GSASL_NEEDS_MORE) {
        return SASL_FAILED;
    }
    buf_append(out, bytes_make(said, n));
    gsasl_free(said);
    return status == GSASL_OK ? SASL_DONE : SASL_GOES_ON;
}

/* One side steps: ours, or the library's. */
struct side {
    struct library *library;
    struct sasl_client *client;
    struct sasl_server *server;
};

static enum sasl_result side_step(struct side *side, struct bytes in, struct buf *out)
{
    if (side->library != NULL) {
        return library_step(side->library, in, out);
    }
    return side->client != NULL ? sasl_client_step(side->client, in, out, NULL)
                                : sasl_server_step(side->server, true, in, out);
}

/* Both are done, as far as each can tell. */
static bool run(struct side *client, struct side *server, enum sasl_mechanism mechanism)
{
    struct buf request = {0};
    struct buf answer = {0};
    enum sasl_result of_client = SASL_GOES_ON;
    enum sasl_result of_server = SASL_GOES_ON;
    if (!sasl_client_speaks_first(mechanism)) {
        of_server = server->library != NULL
                        ? library_step(server->library, bytes_of(NULL), &answer)
                        : sasl_server_step(server->server, false, bytes_of(NULL), &answer);
    }
    for (int i = 0; i < 4 && of_server != SASL_FAILED; i++) {
        buf_clear(&request);
        of_client = side_step(client, buf_bytes(&answer), &request);
        if (of_client == SASL_FAILED || of_server == SASL_DONE) {
            break;
        }
        buf_clear(&answer);
        of_server = side_step(server, buf_bytes(&request), &answer);
        if (of_server == SASL_DONE && answer.n == 0) {
            break;
        }
    }
    buf_deinit(&request);
    buf_deinit(&answer);
    return of_client == SASL_DONE && of_server == SASL_DONE;
}

static void our_client(const struct row *row, enum sasl_mechanism mechanism)
{
    struct library library = {.row = row};
    const struct sasl_identity who = {.user = row->user, .secret = row->secret};
    struct side client = {.client = sasl_client_new(mechanism, &who, NULL)};
    struct side server = {.library = &library};
    library_begin(&library, mechanism, false);
    /* No text demands preparation of LOGIN, and the library does none. */
    bool right = row->right && (mechanism != SASL_LOGIN || strcmp(row->user, known_user) == 0);
    UNIT_ROW(row->name, run(&client, &server, mechanism) == right);
    library_end(&library);
    sasl_client_free(&client.client);
}

static void our_server(const struct row *row, enum sasl_mechanism mechanism)
{
    struct library library = {.row = row};
    struct pair_known known = {known_user, known_secret};
    const struct sasl_lookup lookup = {
        .secret = pair_find, .external_user = row->right ? "alice" : NULL, .self = &known};
    struct side client = {.library = &library};
    struct side server = {.server = sasl_server_new(mechanism, &lookup, "mx", NULL, NULL)};
    library_begin(&library, mechanism, true);
    UNIT_ROW(row->name, run(&client, &server, mechanism) == row->right);
    library_end(&library);
    sasl_server_free(&server.server);
}

static void each(void (*check)(const struct row *row, enum sasl_mechanism mechanism))
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t m = 0; m < sizeof mechanisms / sizeof mechanisms[0]; m++) {
            check(&rows[i], mechanisms[m]);
        }
    }
}

static void test_clients(void)
{
    each(our_client);
}

static void test_servers(void)
{
    each(our_server);
}

static const struct unit_test tests[] = {
    {"our client, the library's server", test_clients},
    {"the library's client, our server", test_servers},
};

UNIT_MAIN("auth/sasl_peer", tests)
