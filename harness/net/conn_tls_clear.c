/*
 * Clear text behind a handshake that failed. The peer may still have records on their way, an alert for one: those are taken off.
 */
#include <assert.h>

#include "net/conn_tls_internal.h"

enum { FIRST_CONTENT = 20, LAST_CONTENT = 24, MAJOR_VERSION = 3 }; /* RFC 8446 5.1 */

void conn_tls_keep_rest(struct conn_tls *tls)
{
    const struct tls_watch *watch = &tls->watch;
    if (watch->not_tls) { /* the library has taken it for the header of a record */
        struct bytes begun = bytes_make(watch->beginning, watch->beginning_n);
        buf_append(&tls->rest, bytes_slice(begun, 0, SSL3_RT_HEADER_LENGTH));
    }
    buf_append(&tls->rest, tls->in);
    buf_append(&tls->rest, buf_bytes(&tls->waiting));
}

/* The octets of the record that stands there; 0: it is none. Of one that is not whole only the size is wrong. */
static size_t record_octets(struct bytes octets)
{
    if (octets.p[0] < FIRST_CONTENT || octets.p[0] > LAST_CONTENT ||
        (octets.n > 1 && octets.p[1] != MAJOR_VERSION)) {
        return 0;
    }
    return octets.n < SSL3_RT_HEADER_LENGTH
               ? SSL3_RT_HEADER_LENGTH
               : SSL3_RT_HEADER_LENGTH + ((size_t)octets.p[3] << 8 | octets.p[4]);
}

static void skip_records(struct conn_tls *tls)
{
    size_t octets = 1;
    while (!tls->is_text && tls->rest.n > 0 && octets > 0) {
        octets = record_octets(buf_bytes(&tls->rest));
        tls->is_text = octets == 0;
        if (octets > tls->rest.n) {
            return;
        }
        buf_consume(&tls->rest, octets);
    }
}

void conn_tls_read_clear(struct conn *conn, struct bytes octets)
{
    struct conn_tls *tls = conn->tls;
    buf_append(&tls->rest, octets);
    skip_records(tls);
    if (tls->is_text && tls->rest.n > 0) {
        struct buf text = tls->rest;
        tls->rest = (struct buf){0};
        conn->events->octets(conn->self, buf_bytes(&text));
        buf_deinit(&text);
    }
}

bool conn_go_on_in_clear(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    if (tls == NULL || tls->stage != STAGE_FAILED || tls->broken != NULL ||
        conn->state != CONN_OPEN) {
        return false;
    }
    struct buf rest = tls->rest;
    tls->rest = (struct buf){0};
    tls->stage = STAGE_CLEAR;
    buf_append(&tls->waiting, buf_bytes(&rest));
    buf_deinit(&rest);
    loop_later(conn->loop, &tls->later);
    return true;
}
