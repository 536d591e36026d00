/*
 * The beginning of a TLS session on a connection, and its end in memory: the library's object, its way in and out, the name that
 * a client asks for. What goes on between is conn_tls.c's.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/address.h"
#include "net/conn_tls_internal.h"

/* ---- The library's way in and out ---- */

/*
 * The library asks for the header of a record, for what is missing of it, and then for the rest of the record. What stands where a
 * header should be is kept together with what follows: it may be no TLS.
 */
static void note_beginning(struct tls_watch *watch, struct bytes in, size_t wanted)
{
    if (wanted == SSL3_RT_HEADER_LENGTH) {
        watch->has_begun |= watch->beginning_n > 0;
        watch->beginning_n = 0;
    }
    if (in.n > 0 && wanted <= SSL3_RT_HEADER_LENGTH && watch->beginning_n < SSL3_RT_HEADER_LENGTH) {
        struct bytes seen = bytes_slice(in, 0, sizeof watch->beginning - watch->beginning_n);
        memcpy(watch->beginning + watch->beginning_n, seen.p, seen.n);
        watch->beginning_n += seen.n;
    }
}

static int bio_read(BIO *bio, char *octets_r, int size)
{
    struct conn_tls *tls = BIO_get_data(bio);
    size_t n = tls->in.n < (size_t)size ? tls->in.n : (size_t)size;
    BIO_clear_retry_flags(bio);
    note_beginning(&tls->watch, tls->in, (size_t)size);
    if (n == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(octets_r, tls->in.p, n);
    tls->in = bytes_skip(tls->in, n);
    return (int)n;
}

static int bio_write(BIO *bio, const char *octets, int n)
{
    struct conn_tls *tls = BIO_get_data(bio);
    buf_append(&tls->out, bytes_make(octets, (size_t)n));
    return n;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD *conn_tls_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "conn");
    if (method != NULL) {
        BIO_meth_set_read(method, bio_read);
        BIO_meth_set_write(method, bio_write);
        BIO_meth_set_ctrl(method, bio_control);
    }
    return method;
}

/* ---- Life ---- */

static bool is_name(const char *host)
{
    struct sockaddr_storage address;
    return host[0] != '\0' && strchr(host, '/') == NULL && strchr(host, ' ') == NULL &&
           !address_from_literal(host, 0, &address);
}

/* RFC 6066 3: no address goes as a server name, and no dot at the end. What the certificate must be for may be an address. */
static void set_name(struct conn_tls *tls, const char *host)
{
    char *name = tls->watch.facts->checked_name;
    const char *wanted = tls->context->name != NULL ? tls->context->name : host;
    struct sockaddr_storage address;
    if (tls->context->server || wanted == NULL) {
        return;
    }
    bool known = is_name(wanted) || address_from_literal(wanted, 0, &address);
    snprintf(name, TLS_NAME_SIZE, "%s", known ? wanted : "");
    if (!is_name(name)) {
        return;
    }
    size_t n = strlen(name);
    if (n > 1 && name[n - 1] == '.') {
        name[n - 1] = '\0';
    }
    SSL_set_tlsext_host_name(tls->ssl, name);
}

/* False: the library has no memory. */
static bool make_session(struct conn_tls *tls)
{
    BIO *bio = BIO_new(tls->context->method);
    tls->ssl = SSL_new(tls->context->ssl);
    if (bio == NULL || tls->ssl == NULL) {
        BIO_free(bio);
        return false;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_app_data(tls->ssl, &tls->watch);
    if (tls->context->server) {
        SSL_set_accept_state(tls->ssl);
    } else {
        SSL_set_connect_state(tls->ssl);
    }
    return true;
}

void conn_start_tls(struct conn *conn, struct tls_context *context, const char *host,
                    struct bytes early)
{
    assert(conn->tls == NULL);
    struct conn_tls *tls = mem_alloc(sizeof *tls);
    conn->tls = tls;
    context->users++;
    tls->context = context;
    tls->watch = (struct tls_watch){
        .facts = mem_alloc(sizeof *tls->watch.facts),
        .verify = context->verify,
        .alert_sent = TLS_NO_ALERT,
        .alert_received = TLS_NO_ALERT,
    };
    tls->later.run = conn_tls_go_on;
    tls->later.self = conn;
    if (make_session(tls)) {
        set_name(tls, host);
        buf_append(&tls->waiting, early);
    } else {
        tls->stage = STAGE_FAILED;
        tls->broken = "the TLS library cannot begin a session";
    }
    if (conn->state == CONN_OPEN) {
        conn_tls_begin(conn);
    }
}

void conn_tls_begin(struct conn *conn)
{
    uv_read_stop(&conn->in.stream); /* until what came early has been taken */
    loop_later(conn->loop, &conn->tls->later);
}

void conn_tls_free(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    if (tls == NULL) {
        return;
    }
    conn->tls = NULL;
    SSL_free(tls->ssl);
    tls_context_unref(tls->context);
    buf_deinit(&tls->waiting);
    buf_deinit(&tls->out);
    buf_deinit(&tls->early);
    buf_deinit(&tls->rest);
    free(tls->watch.facts);
    free(tls);
}
