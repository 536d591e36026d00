/*
 * Certificates and keys in files: PEM.
 *
 * Whoever gave a file that cannot be used is told which, why, and what would do. A key is never asked a passphrase for.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "net/tls_internal.h"

static BIO *open_text(const struct buf *text)
{
    return BIO_new_mem_buf(text->n > 0 ? (const void *)text->p : "", (int)text->n);
}

static bool is_end_of_pem(void)
{
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static STACK_OF(X509) * read_certificates(BIO *bio, const char *path, struct error *error)
{
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *one = NULL;
    ERR_clear_error();
    while ((one = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL)) != NULL) {
        sk_X509_push(all, one);
    }
    bool whole = is_end_of_pem();
    const char *reason = tls_failure_reason();
    if (whole && sk_X509_num(all) > 0) {
        return all;
    }
    if (whole) {
        error_set(
            error,
            "%s holds no certificate in PEM: a line \"-----BEGIN CERTIFICATE-----\" is wanted",
            path);
    } else {
        error_set(error, "%s holds a certificate that cannot be read: %s", path, reason);
    }
    sk_X509_pop_free(all, X509_free);
    return NULL;
}

STACK_OF(X509) * tls_pem_certificates(const char *path, struct error *error)
{
    struct buf text = {0};
    STACK_OF(X509) *all = NULL;
    if (file_read(path, TLS_MAX_FILE, &text, error) == 0) {
        BIO *bio = open_text(&text);
        all = read_certificates(bio, path, error);
        BIO_free(bio);
    }
    buf_deinit(&text);
    return all;
}

/* Asked for a passphrase: notes that, and has none. */
static int no_passphrase(char *text_r, int size, int writing, void *asked)
{
    (void)text_r;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

static EVP_PKEY *read_key(const struct buf *text, const char *path, struct error *error)
{
    bool asked = false;
    BIO *bio = open_text(text);
    ERR_clear_error();
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
    bool none = bytes_find(buf_bytes(text), BYTES_LIT("PRIVATE KEY-----"), 0) == BYTES_NONE;
    const char *reason = tls_failure_reason();
    BIO_free(bio);
    if (key != NULL) {
        return key;
    }
    if (asked) {
        error_set(error, "%s holds a key with a passphrase: give one without (openssl pkey -in %s)",
                  path, path);
    } else if (none) {
        error_set(error, "%s holds no key in PEM: a line \"-----BEGIN PRIVATE KEY-----\" is wanted",
                  path);
    } else {
        error_set(error, "%s holds a key that cannot be read: %s", path, reason);
    }
    return NULL;
}

EVP_PKEY *tls_pem_key(const char *path, struct error *error)
{
    struct buf text = {0};
    EVP_PKEY *key = NULL;
    if (file_read(path, TLS_MAX_FILE, &text, error) == 0) {
        key = read_key(&text, path, error);
    }
    if (text.n > 0) {
        OPENSSL_cleanse(text.p, text.n);
    }
    buf_deinit(&text);
    return key;
}

int tls_pem_print(const struct tls_pair *pair, bool key, struct buf *out, struct error *error)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    bool ok = !key || PEM_write_bio_PKCS8PrivateKey(bio, pair->key, NULL, NULL, 0, NULL, NULL) == 1;
    ok = ok && PEM_write_bio_X509(bio, pair->certificate) == 1;
    long n = BIO_get_mem_data(bio, &text);
    if (ok) {
        buf_append(out, bytes_make(text, (size_t)n));
    }
    BIO_free(bio);
    return ok ? 0
              : error_set(error, "a certificate cannot be written as PEM: %s",
                          tls_failure_reason());
}

int tls_pem_write_private(const char *path, struct bytes pem, struct error *error)
{
    struct buf name = {0};
    buf_printf(&name, "%s.%ld.tmp", path, (long)getpid());
    (void)unlink(buf_text(&name)); /* of a process that had our number and died */
    int fd = open(buf_text(&name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int status = fd >= 0 ? file_write_all(fd, pem) : -1;
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && status == 0) {
        status = -1;
        cause = errno;
    }
    if (status == 0 && rename(buf_text(&name), path) != 0) {
        status = -1;
        cause = errno;
    }
    if (status != 0) {
        (void)unlink(buf_text(&name));
        error_set(error, "%s cannot be written: %s", path, strerror(cause));
    }
    buf_deinit(&name);
    return status;
}
