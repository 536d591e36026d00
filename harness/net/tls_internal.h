/*
 * tls_internal - what the files of TLS share; nobody outside harness/net includes it
 *
 * Files: tls_context.c settings, tls_pem.c files, tls_make.c certificates, tls_authority.c who signs them, tls_facts.c what is
 * known of a session, tls_failure.c why there is none, conn_tls*.c a session on a connection.
 */
#ifndef MAILSPEC_NET_TLS_INTERNAL_H
#define MAILSPEC_NET_TLS_INTERNAL_H

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.h"

/* A certificate and its key; both are owned. */
struct tls_pair {
    X509 *certificate;
    EVP_PKEY *key;
};

struct tls_authority {
    struct tls_pair root;
    struct tls_pair between; /* signed by the root, signs the certificates of servers */
};

struct tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *method; /* of conn_tls_begin.c's BIO */
    unsigned users;     /* sessions, and who made it */
    bool server;
    bool verify;
    char *name; /* settings->name */
    enum tls_disturbance disturbance;
    size_t cut_at;
    int keylog; /* the descriptor of the key log, or -1 */
};

enum { TLS_NO_ALERT = -1, TLS_BEGINNING = 60 };

/* What the library's callbacks note about one session; it is the SSL's app data. */
struct tls_watch {
    struct tls_facts *facts; /* NULL: they have been told */
    bool verify;
    bool not_tls;   /* as tls_failure_text() found */
    int alert_sent; /* its number, or TLS_NO_ALERT; close_notify does not count */
    int alert_received;
    unsigned char beginning[TLS_BEGINNING]; /* of the peer's last record: shown where it is none */
    size_t beginning_n;
    bool has_begun; /* it is not the first record */
};

/* ---- Contexts ---- */

void tls_context_unref(struct tls_context *context);
/* Of the BIO between a session and its connection, made by conn_tls_begin.c; NULL when memory is out. */
BIO_METHOD *conn_tls_method(void);

/* ---- Files ---- */

enum { TLS_MAX_FILE = 4 * 1024 * 1024 };

/* All certificates of a file, at least one, to be freed by the caller. */
STACK_OF(X509) * tls_pem_certificates(const char *path, struct error *error);
EVP_PKEY *tls_pem_key(const char *path, struct error *error);
/* What a file is written for only its owner to read: atomically, mode 0600. */
int tls_pem_write_private(const char *path, struct bytes pem, struct error *error);
/* The pair as PEM, the key first; `key` false: the certificate alone. */
int tls_pem_print(const struct tls_pair *pair, bool key, struct buf *out, struct error *error);

/* ---- Making ---- */

void tls_pair_deinit(struct tls_pair *pair);
int tls_make_root(struct tls_pair *root_r, struct error *error);
int tls_make_between(const struct tls_pair *root, struct tls_pair *between_r, struct error *error);
/* As settings->names and settings->certificate say; with a key for RSA, or else for ECDSA. */
int tls_make_server(const struct tls_authority *authority, const struct tls_settings *settings,
                    bool rsa, struct tls_pair *pair_r, struct error *error);
int tls_make_client(const struct tls_authority *authority, const char *name,
                    struct tls_pair *pair_r, struct error *error);

/* ---- Facts ---- */

/* The library's cert_verify_callback: notes all about the peer's certificate, and accepts it unless the session verifies. */
int tls_facts_judge(X509_STORE_CTX *store, void *unused);
/* Version, cipher, server name. */
void tls_facts_of_session(SSL *ssl, struct tls_facts *facts);
/* The library's message callback, of clients: notes whether the server asks for our certificate, and whether it gets one. */
void tls_facts_watch(int written, int version, int type, const void *message, size_t n, SSL *ssl,
                     void *unused);
/* Is the certificate as a client that verifies wants it? */
bool tls_facts_are_good(const struct tls_facts *facts);

/* ---- Failures ---- */

/* Forget the library's queue of errors and say what its last one was; never empty. */
const char *tls_failure_reason(void);
/* Why a call to the library has failed, in words, from its queue of errors and what was noted. */
void tls_failure_text(struct tls_watch *watch, char *text_r, size_t size);
/* The library's info callback: notes alerts. */
void tls_failure_watch(const SSL *ssl, int where, int value);

#endif
