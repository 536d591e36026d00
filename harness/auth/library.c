/*
 * The mechanisms that libgsasl does: the client of PLAIN, LOGIN and EXTERNAL, the server of EXTERNAL.
 *
 * The others are own code. Of the library (2.2.0), PLAIN's server and CRAM-MD5's client refuse every character that Unicode has
 * got since version 3.2 (SASLprep's flag is the wrong way round), LOGIN's server asks "User Name" where the world says
 * "Username:", and neither CRAM-MD5's challenge nor SCRAM's nonces can be given to it.
 */
#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

#include "auth/sasl_exchange.h"
#include "base/mem.h"

struct library {
    Gsasl *context;
    Gsasl_session *session;
};

/* What libgsasl has to say, of a mechanism. */
static int library_error(struct error *error, enum sasl_mechanism mechanism, int status)
{
    return error_set(error, "%s: %s", sasl_mechanism_name(mechanism), gsasl_strerror(status));
}

static void library_free(struct library *library)
{
    if (library == NULL) {
        return;
    }
    if (library->session != NULL) {
        gsasl_finish(library->session);
    }
    if (library->context != NULL) {
        gsasl_done(library->context);
    }
    free(library);
}

typedef int (*start_fn)(Gsasl *context, const char *mechanism, Gsasl_session **session_r);

static struct library *library_new(enum sasl_mechanism mechanism, start_fn start,
                                   struct error *error)
{
    struct library *library = mem_alloc(sizeof *library);
    int status = gsasl_init(&library->context);
    if (status == GSASL_OK) {
        status = start(library->context, sasl_mechanism_name(mechanism), &library->session);
    }
    if (status != GSASL_OK) {
        library_error(error, mechanism, status);
        library_free(library);
        return NULL;
    }
    return library;
}

/* One step; what the library says goes to `out`. */
static int library_step(struct library *library, struct bytes in, struct buf *out)
{
    char *said = NULL;
    size_t length = 0;
    int status =
        gsasl_step(library->session, in.n > 0 ? (const char *)in.p : "", in.n, &said, &length);
    if (status == GSASL_OK || status == GSASL_NEEDS_MORE) {
        buf_append(out, bytes_make(said, length));
        gsasl_free(said);
    }
    return status;
}

static int client_start(struct sasl_client *client, struct error *error)
{
    const struct sasl_identity *identity = &client->identity;
    struct library *library = library_new(client->mechanism, gsasl_client_start, error);
    client->state = library;
    if (library == NULL) {
        return -1;
    }
    const struct {
        Gsasl_property property;
        const char *value;
    } values[] = {
        {GSASL_AUTHID,   identity->user        },
        {GSASL_PASSWORD, identity->secret      },
        {GSASL_AUTHZID,  identity->authorize_as},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        int status =
            values[i].value == NULL
                ? GSASL_OK
                : gsasl_property_set(library->session, values[i].property, values[i].value);
        if (status != GSASL_OK) {
            return library_error(error, client->mechanism, status);
        }
    }
    return 0;
}

static enum sasl_result client_step(struct sasl_client *client, struct bytes challenge,
                                    struct buf *out, struct error *error)
{
    int status = library_step(client->state, challenge, out);
    if (status != GSASL_OK && status != GSASL_NEEDS_MORE) {
        library_error(error, client->mechanism, status);
        return SASL_FAILED;
    }
    return status == GSASL_OK ? SASL_DONE : SASL_GOES_ON;
}

static void client_stop(struct sasl_client *client)
{
    library_free(client->state);
}

const struct sasl_client_side sasl_library_client = {client_start, client_step, client_stop, false};

/* EXTERNAL: whom the certificate names, and nobody else (RFC 4422 appendix A). */
static enum sasl_result validate_external(struct sasl_server *server, Gsasl_session *session)
{
    const char *wanted = gsasl_property_fast(session, GSASL_AUTHZID);
    const char *known = server->lookup.external_user;
    const char *user = wanted == NULL || *wanted == '\0' ? known : wanted;
    if (user == NULL || (known == NULL && !server->lookup.any)) {
        return sasl_server_fail(server, SASL_FAILURE_CREDENTIALS);
    }
    sasl_server_set_user(server, user);
    return server->lookup.any || (known != NULL && strcmp(user, known) == 0)
               ? SASL_DONE
               : sasl_server_fail(server, SASL_FAILURE_IDENTITY);
}

static int validate(Gsasl *context, Gsasl_session *session, Gsasl_property property)
{
    (void)context;
    if (property != GSASL_VALIDATE_EXTERNAL) {
        return GSASL_NO_CALLBACK;
    }
    return validate_external(gsasl_session_hook_get(session), session) == SASL_DONE
               ? GSASL_OK
               : GSASL_AUTHENTICATION_ERROR;
}

static int server_start(struct sasl_server *server, struct error *error)
{
    struct library *library = library_new(server->mechanism, gsasl_server_start, error);
    server->state = library;
    if (library == NULL) {
        return -1;
    }
    gsasl_callback_set(library->context, validate);
    gsasl_session_hook_set(library->session, server);
    return 0;
}

static enum sasl_result server_step(struct sasl_server *server, struct bytes response,
                                    struct buf *out)
{
    int status = library_step(server->state, response, out);
    if (status == GSASL_OK) {
        return SASL_DONE;
    }
    /* What the callback did not refuse, the library did, for its form; it wants more of nothing. */
    return server->failure == SASL_FAILURE_NONE ? sasl_server_fail(server, SASL_FAILURE_MALFORMED)
                                                : SASL_FAILED;
}

static void server_stop(struct sasl_server *server)
{
    library_free(server->state);
}

const struct sasl_server_side sasl_external_server = {server_start,      server_step, server_stop,
                                                      SASL_RESPONSE_MAX, false,       false};
