/*
 * XOAUTH2 and OAUTHBEARER, both sides. One message logs in. Where the token will not do, the server's challenge is JSON that says
 * why; the client answers with nothing (XOAUTH2) or with one %x01 (RFC 7628 section 3.2.3), and then the login is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "auth/oauth.h"
#include "auth/sasl_exchange.h"

static int client_start(struct sasl_client *client, struct error *error)
{
    struct buf first = {0};
    struct oauth_message parts;
    const struct sasl_identity *identity = &client->identity;
    bool right;
    if (client->mechanism == SASL_XOAUTH2) {
        oauth_append_xoauth2(&first, bytes_of(identity->user), bytes_of(identity->secret));
        right = oauth_parse_xoauth2(buf_bytes(&first), &parts);
    } else {
        oauth_append_bearer(&first, bytes_of(identity->user), bytes_of(identity->secret),
                            bytes_of(identity->host), identity->port);
        right = oauth_parse_bearer(buf_bytes(&first), &parts);
    }
    buf_deinit(&first);
    return right ? 0
                 : error_set(error,
                             "%s: the user is empty, or the secret is no bearer token "
                             "(letters, digits, \"-._~+/\", and \"=\" at its end)",
                             sasl_mechanism_name(client->mechanism));
}

static enum sasl_result client_step(struct sasl_client *client, struct bytes challenge,
                                    struct buf *out, struct error *error)
{
    (void)challenge;
    (void)error;
    const struct sasl_identity *identity = &client->identity;
    bool is_first = client->step == 0;
    if (client->mechanism == SASL_XOAUTH2) {
        if (is_first) {
            oauth_append_xoauth2(out, bytes_of(identity->user), bytes_of(identity->secret));
        }
    } else if (is_first) {
        oauth_append_bearer(out, bytes_of(identity->user), bytes_of(identity->secret),
                            bytes_of(identity->host), identity->port);
    } else {
        buf_append_octet(out, '\x01');
    }
    return SASL_DONE;
}

const struct sasl_client_side sasl_oauth_client = {client_start, client_step, NULL, true};

/* The user whom the message names; OAUTHBEARER need not name one. */
static bool take_user(struct sasl_server *server, struct bytes name)
{
    if (server->mechanism == SASL_XOAUTH2) {
        return sasl_server_take_user(server, name);
    }
    return name.p == NULL || sasl_server_take_saslname(server, name);
}

/* A token alone names nobody here: it is the user's secret, so there must be a user, or all will do. */
static bool is_right(struct sasl_server *server, struct bytes token)
{
    if (server->lookup.any) {
        return true;
    }
    if (server->user == NULL) {
        return false;
    }
    struct buf text = {0};
    buf_append(&text, token);
    bool right = sasl_server_check(server, buf_text(&text)) == SASL_DONE;
    buf_deinit(&text);
    return right;
}

static enum sasl_result check(struct sasl_server *server, struct bytes response, struct buf *out)
{
    struct oauth_message message;
    bool xoauth2 = server->mechanism == SASL_XOAUTH2;
    if (!(xoauth2 ? oauth_parse_xoauth2 : oauth_parse_bearer)(response, &message) ||
        !take_user(server, message.user)) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    if (is_right(server, message.token)) {
        return SASL_DONE;
    }
    buf_append_text(out, xoauth2 ? "{\"status\":\"401\",\"schemes\":\"bearer\"}"
                                 : "{\"status\":\"invalid_token\"}");
    server->failure = SASL_FAILURE_TOKEN;
    server->ended = false;
    return SASL_GOES_ON;
}

static enum sasl_result server_step(struct sasl_server *server, struct bytes response,
                                    struct buf *out)
{
    if (server->step == 0) {
        return check(server, response, out);
    }
    bool right = server->mechanism == SASL_XOAUTH2 ? response.n == 0 : bytes_is(response, "\x01");
    return sasl_server_fail(server, right ? SASL_FAILURE_TOKEN : SASL_FAILURE_MALFORMED);
}

const struct sasl_server_side sasl_oauth_server = {
    NULL, server_step, NULL, SASL_TOKEN_RESPONSE_MAX, false, false};
