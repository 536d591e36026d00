/*
 * sasl_login - a login by any SASL mechanism, as both clients do it for people (RFC 4954, RFC 5034)
 *
 * What stands behind AUTH and in the lines of the exchange; the caller frames them. A zeroed struct knows of no mechanism; deinit it.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_SASL_LOGIN_H
#define MAILSPEC_FAKE_CLIENTS_SASL_LOGIN_H

#include "fake_clients/settings.h"

struct sasl_login {
    bool offered[SASL_MECHANISM_COUNT];
    bool too_weak[SASL_MECHANISM_COUNT]; /* refused so by the server: not tried again */
    enum sasl_mechanism mechanism;
    struct sasl_client *exchange; /* NULL: none goes on */
    struct buf first;             /* a response that did not go with AUTH */
    bool first_waits;
    bool is_done; /* this side has nothing more to say */
};

/* The server names a mechanism; one that is not known is let by. */
void sasl_login_offer(struct sasl_login *login, struct bytes name);
/* What the server said before TLS does not count (RFC 3207 4.2, RFC 2595 4). */
void sasl_login_forget(struct sasl_login *login);
/* Choose one of those offered. `is_private`: the secret may be shown. False: there is none that may be used. */
bool sasl_login_choose(struct sasl_login *login, const struct client_wishes *wishes,
                       bool is_private);
/*
 * Append the mechanism, and the initial response where there is one and the line keeps within `most` octets of both (RFC 4954 section
 * 4). False: no exchange can be begun with that secret; the error says why.
 */
bool sasl_login_begin(struct sasl_login *login, const struct client_settings *settings, size_t most,
                      struct buf *out, struct error *error);
/* Append the answer to a challenge, in base64. False: the login is to be cancelled. */
bool sasl_login_answer(struct sasl_login *login, struct bytes challenge, struct buf *out,
                       struct error *error);
/* The server says yes: is it time for that? Not before it has shown, in SCRAM, that it knows the secret (RFC 5802 section 5). */
bool sasl_login_may_succeed(const struct sasl_login *login);
void sasl_login_deinit(struct sasl_login *login);

#endif
