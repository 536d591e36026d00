/*
 * What is known of a session: version, cipher, and the peer's certificate judged as RFC 5280, 6125 and 7817 say.
 *
 * A certificate that is not good is a fact like any other. The library asks tls_facts_judge() instead of verifying by itself: all
 * that is wrong is found in one walk that goes on at each error, and only a session that is told to verify ends there. What the
 * peer put into its certificate is text of the peer: octets that are not printable are escaped.
 */
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "net/address.h"
#include "net/tls_internal.h"

static void keep(char *text_r, size_t size, const void *octets, size_t n)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(bytes_make(octets, n), 0, size), 0);
    snprintf(text_r, size, "%s", buf_text(&text));
    buf_deinit(&text);
}

/* ---- The certificate as it stands ---- */

/* RFC 2253 form; the library escapes what is not printable ASCII. */
static void keep_name(char *text_r, size_t size, const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253);
    long n = BIO_get_mem_data(bio, &text);
    snprintf(text_r, size, "%.*s", (int)(n < (long)size ? n : (long)size), n > 0 ? text : "");
    BIO_free(bio);
}

static void keep_time(char *text_r, size_t size, const ASN1_TIME *time)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(time, &tm) != 1 || strftime(text_r, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
        snprintf(text_r, size, "?");
    }
}

static void keep_address(char *text_r, size_t size, const ASN1_OCTET_STRING *address)
{
    const unsigned char *octets = ASN1_STRING_get0_data(address);
    int n = ASN1_STRING_length(address);
    bool known = n == 4 || n == 16;
    if (!known || uv_inet_ntop(n == 4 ? AF_INET : AF_INET6, octets, text_r, size) != 0) {
        keep(text_r, size, octets, (size_t)n);
    }
}

static void keep_names(struct tls_facts *facts, const X509 *certificate)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(all) && facts->name_count < TLS_MAX_NAMES; i++) {
        int type = 0;
        char *text_r = facts->names[facts->name_count];
        const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all, i), &type);
        if (type == GEN_DNS) {
            keep(text_r, TLS_NAME_SIZE, ASN1_STRING_get0_data(value),
                 (size_t)ASN1_STRING_length(value));
            facts->name_count++;
        } else if (type == GEN_IPADD) {
            keep_address(text_r, TLS_NAME_SIZE, value);
            facts->name_count++;
        }
    }
    GENERAL_NAMES_free(all);
}

static void keep_certificate(struct tls_facts *facts, X509 *certificate)
{
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *until = X509_get0_notAfter(certificate);
    facts->has_certificate = true;
    keep_name(facts->subject, sizeof facts->subject, X509_get_subject_name(certificate));
    keep_name(facts->issuer, sizeof facts->issuer, X509_get_issuer_name(certificate));
    keep_names(facts, certificate);
    keep_time(facts->not_before, sizeof facts->not_before, from);
    keep_time(facts->not_after, sizeof facts->not_after, until);
    facts->not_yet_valid = X509_cmp_current_time(from) > 0;
    facts->expired = X509_cmp_current_time(until) < 0;
    facts->self_signed = X509_self_signed(certificate, 1) == 1;
}

/* ---- Its identity ---- */

/*
 * RFC 6125 6.4: a wildcard is the whole leftmost label and stands for one label; the CN counts only where there is no dNSName. An
 * address is compared with iPAddress alone.
 */
static void check_identity(struct tls_facts *facts, X509 *certificate)
{
    struct sockaddr_storage address;
    char *matched = NULL;
    const char *name = facts->checked_name;
    if (name[0] == '\0') {
        return;
    }
    if (address_from_literal(name, 0, &address)) {
        facts->name_matches = X509_check_ip_asc(certificate, name, 0) == 1;
        return;
    }
    facts->name_matches =
        X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, &matched) == 1;
    facts->wildcard = matched != NULL && strncmp(matched, "*.", 2) == 0;
    OPENSSL_free(matched);
}

/* ---- Who signed it ---- */

static bool is_about_dates(int error)
{
    return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* Go on, whatever it is; the first error says why the chain is not trusted. The dates of the certificate itself are facts of their own. */
static int note_error(int ok, X509_STORE_CTX *store)
{
    int error = X509_STORE_CTX_get_error(store);
    int depth = X509_STORE_CTX_get_error_depth(store);
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_watch *watch = SSL_get_app_data(ssl);
    struct tls_facts *facts = watch->facts;
    if (ok == 0 && !(is_about_dates(error) && depth == 0) && facts->trusted) {
        facts->trusted = false;
        snprintf(facts->trust_failure, sizeof facts->trust_failure, "%s%s",
                 depth > 0 && is_about_dates(error) ? "of who signed it: " : "",
                 X509_verify_cert_error_string(error));
    }
    return 1;
}

bool tls_facts_are_good(const struct tls_facts *facts)
{
    bool named = facts->checked_name[0] == '\0' || facts->name_matches;
    return facts->trusted && named && !facts->expired && !facts->not_yet_valid;
}

/* What the alert shall say: the library makes it from this. */
static int error_of(const struct tls_facts *facts)
{
    bool named = facts->checked_name[0] == '\0' || facts->name_matches;
    return facts->expired         ? X509_V_ERR_CERT_HAS_EXPIRED
           : facts->not_yet_valid ? X509_V_ERR_CERT_NOT_YET_VALID
           : !named               ? X509_V_ERR_HOSTNAME_MISMATCH
                                  : X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
}

int tls_facts_judge(X509_STORE_CTX *store, void *unused)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_watch *watch = SSL_get_app_data(ssl);
    struct tls_facts *facts = watch->facts;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    (void)unused;
    if (facts == NULL || facts->has_certificate) {
        return 1; /* the handshake is over; no certificate is asked for any more */
    }
    keep_certificate(facts, certificate);
    facts->trusted = true;
    X509_STORE_CTX_set_verify_cb(store, note_error);
    if (X509_verify_cert(store) < 0 && facts->trusted) {
        facts->trusted = false;
        snprintf(facts->trust_failure, sizeof facts->trust_failure, "the chain cannot be checked");
    }
    check_identity(facts, certificate);
    ERR_clear_error();
    bool refused = watch->verify && !tls_facts_are_good(facts);
    X509_STORE_CTX_set_error(store, refused ? error_of(facts) : X509_V_OK);
    return refused ? 0 : 1;
}

/* ---- Our own ---- */

/* A list of three octets of length, behind the context that TLS 1.3 begins with (RFC 8446 4.4.2, RFC 5246 7.4.2). */
static bool has_certificates(struct bytes body, bool tls13)
{
    size_t at = tls13 && body.n > 0 ? 1U + body.p[0] : 0;
    return at + 3 <= body.n && (body.p[at] | body.p[at + 1] | body.p[at + 2]) != 0;
}

void tls_facts_watch(int written, int version, int type, const void *message, size_t n, SSL *ssl,
                     void *unused)
{
    enum { HEADER = 4 };
    struct bytes octets = bytes_make(message, n);
    const struct tls_watch *watch = SSL_get_app_data(ssl);
    (void)version;
    (void)unused;
    if (type != SSL3_RT_HANDSHAKE || n < HEADER || watch == NULL || watch->facts == NULL) {
        return;
    }
    if (written == 0 && octets.p[0] == SSL3_MT_CERTIFICATE_REQUEST) {
        watch->facts->asked_certificate = true;
    } else if (written == 1 && octets.p[0] == SSL3_MT_CERTIFICATE) {
        watch->facts->showed_certificate =
            has_certificates(bytes_skip(octets, HEADER), SSL_version(ssl) == TLS1_3_VERSION);
    }
}

/* ---- The session ---- */

static enum tls_version version_of(const SSL *ssl)
{
    switch (SSL_version(ssl)) {
    case TLS1_VERSION:
        return TLS_1_0;
    case TLS1_1_VERSION:
        return TLS_1_1;
    case TLS1_2_VERSION:
        return TLS_1_2;
    case TLS1_3_VERSION:
        return TLS_1_3;
    default:
        return TLS_ANY;
    }
}

void tls_facts_of_session(SSL *ssl, struct tls_facts *facts)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (cipher != NULL) { /* before that the library has a version that is only offered */
        facts->version = version_of(ssl);
        snprintf(facts->cipher, sizeof facts->cipher, "%s", SSL_CIPHER_standard_name(cipher));
    }
    if (name != NULL) {
        keep(facts->server_name, sizeof facts->server_name, name, strlen(name));
    }
}
