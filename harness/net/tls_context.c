/*
 * From settings to a context of the library.
 *
 * A test tool talks to what is old and broken: TLS 1.0, old ciphers and short keys are on unless the settings say otherwise
 * (security level 0), whatever the system's own configuration has. Sessions are never resumed, so that each handshake is a whole
 * one and shows its certificate; there is no renegotiation and no compression.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/tls_internal.h"

static const int numbers[] = {
    [TLS_ANY] = 0,
    [TLS_1_0] = TLS1_VERSION,
    [TLS_1_1] = TLS1_1_VERSION,
    [TLS_1_2] = TLS1_2_VERSION,
    [TLS_1_3] = TLS1_3_VERSION,
};

#define USUAL_CIPHERS "DEFAULT:@SECLEVEL=0"

/* ---- Key log ---- */

/* The format that Wireshark reads; one write a line, so that processes can share a file. */
static void log_key(const SSL *ssl, const char *line)
{
    const struct tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    struct buf text = {0};
    buf_printf(&text, "%s\n", line);
    (void)file_write_all(context->keylog, buf_bytes(&text));
    OPENSSL_cleanse(text.p, text.n);
    buf_deinit(&text);
}

static int open_keylog(struct tls_context *context, const char *path, struct error *error)
{
    context->keylog = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (context->keylog < 0) {
        return error_set(error, "the key log %s cannot be opened: %s", path, strerror(errno));
    }
    SSL_CTX_set_keylog_callback(context->ssl, log_key);
    return 0;
}

/* ---- Certificates ---- */

/* `all` is used up. */
static int use_chain(SSL_CTX *ssl, STACK_OF(X509) * all, EVP_PKEY *key)
{
    X509 *own = sk_X509_shift(all);
    int status = SSL_CTX_use_cert_and_key(ssl, own, key, all, 1) == 1 ? 0 : -1;
    X509_free(own);
    sk_X509_pop_free(all, X509_free);
    return status;
}

static int use_files(SSL_CTX *ssl, const struct tls_settings *settings, struct error *error)
{
    const char *key_file =
        settings->key_file != NULL ? settings->key_file : settings->certificate_file;
    STACK_OF(X509) *all = tls_pem_certificates(settings->certificate_file, error);
    EVP_PKEY *key = all != NULL ? tls_pem_key(key_file, error) : NULL;
    int status = -1;
    if (key == NULL) {
        sk_X509_pop_free(all, X509_free);
    } else if (X509_check_private_key(sk_X509_value(all, 0), key) != 1) {
        (void)tls_failure_reason();
        error_set(error,
                  "the key in %s is not that of the first certificate in %s: give the server's or "
                  "client's own first, then those who signed it",
                  key_file, settings->certificate_file);
        sk_X509_pop_free(all, X509_free);
    } else {
        status = use_chain(ssl, all, key);
        if (status != 0) {
            error_set(error, "the certificate in %s cannot be used: %s", settings->certificate_file,
                      tls_failure_reason());
        }
    }
    EVP_PKEY_free(key);
    return status;
}

/* Has the list ciphers for keys of RSA, and none for ECDSA? */
static bool wants_rsa(const SSL_CTX *ssl)
{
    STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(ssl);
    bool rsa = false;
    for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
        int kind = SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(all, i));
        if (kind == NID_auth_ecdsa) {
            return false;
        }
        rsa = rsa || kind == NID_auth_rsa;
    }
    return rsa;
}

static int use_made(SSL_CTX *ssl, const struct tls_settings *settings,
                    const struct tls_authority *authority, struct error *error)
{
    struct tls_pair pair;
    if (tls_make_server(authority, settings, wants_rsa(ssl), &pair, error) != 0) {
        return -1;
    }
    STACK_OF(X509) *all = sk_X509_new_null();
    bool alone = settings->certificate == TLS_CERTIFICATE_BROKEN_CHAIN ||
                 settings->certificate == TLS_CERTIFICATE_SELF_SIGNED;
    X509_up_ref(pair.certificate);
    sk_X509_push(all, pair.certificate);
    if (!alone) {
        X509_up_ref(authority->between.certificate);
        sk_X509_push(all, authority->between.certificate);
    }
    int status = use_chain(ssl, all, pair.key);
    tls_pair_deinit(&pair);
    return status == 0
               ? 0
               : error_set(error, "the made certificate cannot be used: %s", tls_failure_reason());
}

/* ---- What is trusted ---- */

static int trust_file(SSL_CTX *ssl, const char *path, struct error *error)
{
    STACK_OF(X509) *all = tls_pem_certificates(path, error);
    if (all == NULL) {
        return -1;
    }
    for (int i = 0; i < sk_X509_num(all); i++) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), sk_X509_value(all, i));
    }
    sk_X509_pop_free(all, X509_free);
    return 0;
}

static bool has_hashes(const char *folder)
{
    DIR *dir = folder != NULL ? opendir(folder) : NULL;
    bool found = false;
    const struct dirent *entry = NULL;
    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        found = bytes_ends(bytes_of(entry->d_name), ".0");
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

/*
 * The system's file holds all of some hundred certificates, and reading it takes longer than a handshake. A folder where each
 * stands under its hash holds the same ones and is looked into only for the one that is wanted. A system without any trusts nobody.
 */
static void trust_system(SSL_CTX *ssl)
{
    const char *folder = getenv(X509_get_default_cert_dir_env());
    folder = folder != NULL ? folder : X509_get_default_cert_dir();
    if (getenv(X509_get_default_cert_file_env()) == NULL && has_hashes(folder)) {
        SSL_CTX_set_default_verify_dir(ssl);
    } else {
        SSL_CTX_set_default_verify_paths(ssl);
    }
}

/* Whoever trusts a certificate that is no authority's means that very one. */
static int trust(SSL_CTX *ssl, const struct tls_settings *settings, bool system,
                 struct error *error)
{
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ssl), X509_V_FLAG_PARTIAL_CHAIN);
    if (settings->ca_file != NULL) {
        return trust_file(ssl, settings->ca_file, error);
    }
    if (system) {
        trust_system(ssl);
    }
    return 0;
}

/* ---- Contexts ---- */

static int set_versions(SSL_CTX *ssl, const struct tls_settings *settings, struct error *error)
{
    if (settings->least != TLS_ANY && settings->most != TLS_ANY &&
        settings->least > settings->most) {
        return error_set(error,
                         "TLS %s as the least version is above TLS %s as the most: no version is "
                         "left; give them the other way round",
                         tls_version_name(settings->least), tls_version_name(settings->most));
    }
    enum tls_version least = settings->least != TLS_ANY ? settings->least : TLS_1_0;
    if (SSL_CTX_set_min_proto_version(ssl, numbers[least]) != 1 ||
        SSL_CTX_set_max_proto_version(ssl, numbers[settings->most]) != 1) {
        return error_set(error, "the library has no TLS %s to %s: %s", tls_version_name(least),
                         tls_version_name(settings->most), tls_failure_reason());
    }
    return 0;
}

static int set_ciphers(SSL_CTX *ssl, const char *ciphers, struct error *error)
{
    if (SSL_CTX_set_cipher_list(ssl, ciphers != NULL ? ciphers : USUAL_CIPHERS) != 1) {
        return error_set(error,
                         "the cipher list \"%.200s\" has no cipher that the library knows: "
                         "\"openssl ciphers\" shows the names",
                         ciphers != NULL ? ciphers : USUAL_CIPHERS);
    }
    return 0;
}

static void set_manners(SSL_CTX *ssl)
{
    SSL_CTX_set_security_level(ssl, 0);
    SSL_CTX_clear_options(ssl, SSL_CTX_get_options(ssl));
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                 SSL_OP_ENABLE_MIDDLEBOX_COMPAT | SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_dh_auto(ssl, 1);
    SSL_CTX_set_info_callback(ssl, tls_failure_watch);
    SSL_CTX_set_cert_verify_callback(ssl, tls_facts_judge, NULL);
}

static int set_up(struct tls_context *context, const struct tls_settings *settings,
                  struct error *error)
{
    if (context->ssl == NULL || context->method == NULL) {
        return error_set(error, "TLS cannot be used: %s", tls_failure_reason());
    }
    SSL_CTX_set_app_data(context->ssl, context);
    set_manners(context->ssl);
    if (!context->server) {
        SSL_CTX_set_msg_callback(context->ssl, tls_facts_watch);
    }
    bool asks = !context->server || settings->asks_certificate;
    SSL_CTX_set_verify(context->ssl, asks ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    if (set_versions(context->ssl, settings, error) != 0 ||
        set_ciphers(context->ssl, settings->ciphers, error) != 0 ||
        trust(context->ssl, settings, !context->server, error) != 0) {
        return -1;
    }
    if (settings->certificate_file != NULL && use_files(context->ssl, settings, error) != 0) {
        return -1;
    }
    return settings->keylog_file != NULL ? open_keylog(context, settings->keylog_file, error) : 0;
}

static struct tls_context *context_new(const struct tls_settings *settings, bool server)
{
    struct tls_context *context = mem_alloc(sizeof *context);
    context->users = 1;
    context->server = server;
    context->keylog = -1;
    context->verify = !server && settings->verify;
    context->name = mem_strdup(settings->name);
    context->disturbance = settings->disturbance;
    context->cut_at = settings->cut_at;
    context->ssl = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    context->method = conn_tls_method();
    return context;
}

struct tls_context *tls_context_new_client(const struct tls_settings *settings, struct error *error)
{
    struct tls_context *context = context_new(settings, false);
    if (set_up(context, settings, error) != 0) {
        tls_context_free(&context);
    }
    return context;
}

struct tls_context *tls_context_new_server(const struct tls_settings *settings,
                                           const struct tls_authority *authority,
                                           struct error *error)
{
    struct tls_context *context = context_new(settings, true);
    int status = set_up(context, settings, error);
    if (status == 0 && settings->certificate_file == NULL) {
        status = authority != NULL
                     ? use_made(context->ssl, settings, authority, error)
                     : error_set(error, "a server needs a certificate: give a certificate file");
    }
    if (status == 0 && authority != NULL) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context->ssl), authority->root.certificate);
    }
    if (status != 0) {
        tls_context_free(&context);
    }
    return context;
}

void tls_context_unref(struct tls_context *context)
{
    if (--context->users > 0) {
        return;
    }
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->method);
    if (context->keylog >= 0) {
        close(context->keylog);
    }
    free(context->name);
    free(context);
}

void tls_context_free(struct tls_context **context_p)
{
    if (*context_p != NULL) {
        tls_context_unref(*context_p);
        *context_p = NULL;
    }
}
