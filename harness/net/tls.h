/*
 * tls - contexts for TLS sessions on connections (OpenSSL 3 over memory BIOs)
 *
 * A context is made once from its settings and serves any number of connections: conn_start_tls() (conn.h) begins a session. The
 * certificates of our own servers are made when they are needed, by an authority that the caller opens once and hands to each
 * server's context.
 */
#ifndef MAILSPEC_NET_TLS_H
#define MAILSPEC_NET_TLS_H

#include "base/error.h"
#include "model/tls.h"

struct tls_context;
struct tls_authority;

/*
 * The authority of the certificates that are made. With a folder it is kept there, for clients that trust it once and for all:
 * ca.pem is its certificate, ca-key.pem its key with the certificate (mode 0600); both are made when they are absent. NULL: it
 * lives as long as the object. NULL and a sentence when the folder or what stands in it cannot be used.
 */
struct tls_authority *tls_authority_open(const char *folder, struct error *error);
void tls_authority_free(struct tls_authority **authority_p); /* contexts keep what they need */
/* Its certificate as PEM: for clients that are to trust it. -1: it cannot be written. */
int tls_authority_write(const struct tls_authority *authority, const char *path,
                        struct error *error);
/* A client certificate of the authority and its key, one PEM file, mode 0600. Its subject is CN=`name`. */
int tls_authority_write_client(const struct tls_authority *authority, const char *path,
                               const char *name, struct error *error);

/*
 * NULL and a sentence that names the file: a certificate, key or CA file is missing, cannot be read, holds no PEM, or they do not
 * belong together; a cipher list that the library does not know; versions the wrong way round. The settings are copied. A server
 * shows the certificate of settings->certificate_file, or else one of the authority (which may be NULL only where there is a
 * file); clients' certificates of the authority are trusted by it.
 */
struct tls_context *tls_context_new_client(const struct tls_settings *settings,
                                           struct error *error);
struct tls_context *tls_context_new_server(const struct tls_settings *settings,
                                           const struct tls_authority *authority,
                                           struct error *error);
void tls_context_free(
    struct tls_context **context_p); /* sessions that use it keep what they need */

#endif
