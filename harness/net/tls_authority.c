/*
 * The authority that signs the certificates that are made, kept in a folder or only in memory.
 *
 * In a folder, ca-key.pem holds the root's key and certificate together, so that no two processes that begin at once end with the
 * key of the one and the certificate of the other: whoever comes second takes what the first has written. ca.pem is a copy of the
 * certificate for others. The authority between is made anew each time.
 */
#include <errno.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/tls_internal.h"

static char *path_in(const char *folder, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    return buf_steal(&path);
}

static int load(const char *path, struct tls_pair *root_r, struct error *error)
{
    root_r->key = tls_pem_key(path, error);
    STACK_OF(X509) *all = root_r->key != NULL ? tls_pem_certificates(path, error) : NULL;
    if (all == NULL) {
        return -1;
    }
    root_r->certificate = sk_X509_shift(all);
    sk_X509_pop_free(all, X509_free);
    if (X509_check_private_key(root_r->certificate, root_r->key) != 1) {
        (void)tls_failure_reason();
        return error_set(error, "the key in %s is not that of the certificate in it", path);
    }
    if (X509_check_ca(root_r->certificate) == 0) {
        return error_set(error, "the certificate in %s is not that of an authority", path);
    }
    return 0;
}

/* Put the made root there unless another process was faster; what is there then is what counts. */
static int keep(const char *path, const struct tls_pair *root, struct error *error)
{
    struct buf pem = {0};
    struct buf draft = {0};
    buf_printf(&draft, "%s.new-%ld", path, (long)getpid());
    int status = tls_pem_print(root, true, &pem, error);
    if (status == 0) {
        status = tls_pem_write_private(buf_text(&draft), buf_bytes(&pem), error);
    }
    if (status == 0 && link(buf_text(&draft), path) != 0 && errno != EEXIST) {
        status = error_set(error, "%s cannot be written: %s", path, strerror(errno));
    }
    (void)unlink(buf_text(&draft));
    if (pem.n > 0) {
        OPENSSL_cleanse(pem.p, pem.n);
    }
    buf_deinit(&pem);
    buf_deinit(&draft);
    return status;
}

/* ca.pem, where it does not say that already: clients may be reading it. */
static int show(const struct tls_authority *authority, const char *path, struct error *error)
{
    struct buf wanted = {0};
    struct buf there = {0};
    int status = tls_pem_print(&authority->root, false, &wanted, error);
    bool same = status == 0 && file_read(path, TLS_MAX_FILE, &there, NULL) == 0 &&
                bytes_equal(buf_bytes(&wanted), buf_bytes(&there));
    if (status == 0 && !same) {
        status = file_write(path, buf_bytes(&wanted), error);
    }
    buf_deinit(&wanted);
    buf_deinit(&there);
    return status;
}

static int open_folder(struct tls_authority *authority, const char *folder, struct error *error)
{
    char *key = path_in(folder, "ca-key.pem");
    char *certificate = path_in(folder, "ca.pem");
    int status = file_make_folder(folder, error);
    int found = status == 0 ? file_find(key, error) : -1;
    if (found == 0) {
        status = tls_make_root(&authority->root, error);
        status = status == 0 ? keep(key, &authority->root, error) : status;
        tls_pair_deinit(&authority->root);
    } else if (found < 0) {
        status = -1;
    }
    if (status == 0) {
        status = load(key, &authority->root, error);
    }
    if (status == 0) {
        status = show(authority, certificate, error);
    }
    free(key);
    free(certificate);
    return status;
}

struct tls_authority *tls_authority_open(const char *folder, struct error *error)
{
    struct tls_authority *authority = mem_alloc(sizeof *authority);
    int status = folder != NULL ? open_folder(authority, folder, error)
                                : tls_make_root(&authority->root, error);
    if (status == 0) {
        status = tls_make_between(&authority->root, &authority->between, error);
    }
    if (status != 0) {
        tls_authority_free(&authority);
    }
    return authority;
}

void tls_authority_free(struct tls_authority **authority_p)
{
    struct tls_authority *authority = *authority_p;
    if (authority != NULL) {
        *authority_p = NULL;
        tls_pair_deinit(&authority->root);
        tls_pair_deinit(&authority->between);
        free(authority);
    }
}

int tls_authority_write(const struct tls_authority *authority, const char *path,
                        struct error *error)
{
    struct buf pem = {0};
    int status = tls_pem_print(&authority->root, false, &pem, error);
    if (status == 0) {
        status = file_write(path, buf_bytes(&pem), error);
    }
    buf_deinit(&pem);
    return status;
}

int tls_authority_write_client(const struct tls_authority *authority, const char *path,
                               const char *name, struct error *error)
{
    struct buf pem = {0};
    struct tls_pair pair = {0};
    int status = tls_make_client(authority, name, &pair, error);
    if (status == 0) {
        status = tls_pem_print(&pair, true, &pem, error);
    }
    if (status == 0) {
        status = tls_pem_write_private(path, buf_bytes(&pem), error);
    }
    if (pem.n > 0) {
        OPENSSL_cleanse(pem.p, pem.n);
    }
    buf_deinit(&pem);
    tls_pair_deinit(&pair);
    return status;
}
