/*
 * client_tls - what TLS told a session of its client
 *
 * Zeroed: there is no TLS. The only thing that is still known when TLS begins in the middle of a session (RFC 3207 4.2, RFC 2595 4).
 */
#ifndef MAILSPEC_FAKE_SERVERS_CLIENT_TLS_H
#define MAILSPEC_FAKE_SERVERS_CLIENT_TLS_H

#include "fake_servers/settings.h"

struct client_tls {
    bool secured;
    bool has_certificate; /* one that is trusted and not out of date */
    char *user;           /* whom that names: a user by name or address; NULL: nobody */
};

/*
 * TLS has begun. The certificate names its user by a CN or an e-mail address of its subject; where any login does, also one
 * that is no user.
 */
void client_tls_take(struct client_tls *tls, const struct server_settings *settings,
                     const struct tls_facts *facts);
void client_tls_deinit(struct client_tls *tls);

#endif
