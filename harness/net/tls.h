/*
 * tls - contexts for TLS sessions on connections (OpenSSL 3 over memory BIOs)
 *
 * A context is made once from its settings and serves any number of connections: conn_start_tls() (conn.h) begins a session. The
 * certificates of our own servers are made here when they are needed, by an authority that lives as long as the program does.
 */
#ifndef MAILSPEC_NET_TLS_H
#define MAILSPEC_NET_TLS_H

#include "base/error.h"
#include "model/tls.h"

struct tls_context;

/*
 * NULL and a sentence that names the file: a certificate, key or CA file is missing, cannot be read, holds no PEM, or they do not
 * belong together; a cipher list that the library does not know; versions the wrong way round. The settings are copied.
 */
struct tls_context *tls_context_new_client(const struct tls_settings *settings,
                                           struct error *error);
struct tls_context *tls_context_new_server(const struct tls_settings *settings,
                                           struct error *error);
void tls_context_free(
    struct tls_context **context_p); /* sessions that use it keep what they need */

/* The authority of the certificates that are made, as PEM: for clients that are to trust them. -1: it cannot be written. */
int tls_write_authority(const char *path, struct error *error);
/* A client certificate of the same authority and its key, one PEM file, mode 0600. Its subject is CN=`name`. */
int tls_write_client_certificate(const char *path, const char *name, struct error *error);

#endif
