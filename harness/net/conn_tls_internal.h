/*
 * conn_tls_internal - a TLS session on a connection; only conn_tls.c and conn_tls_begin.c include it
 */
#ifndef MAILSPEC_NET_CONN_TLS_INTERNAL_H
#define MAILSPEC_NET_CONN_TLS_INTERNAL_H

#include "net/conn_internal.h"
#include "net/tls_internal.h"

enum stage {
    STAGE_HANDSHAKE,
    STAGE_OPEN,
    STAGE_PEER_CLOSED, /* by close_notify: writing still works */
    STAGE_CLEAR,       /* the handshake has failed, and the owner goes on in clear text */
    STAGE_FAILED       /* nothing is read or written any more */
};

struct conn_tls {
    struct tls_watch watch; /* .facts until they are told, owned */
    struct tls_context *context;
    SSL *ssl;
    enum stage stage;
    struct bytes in;    /* not read by the library yet */
    struct buf waiting; /* came while nobody read */
    struct buf out;     /* records for the wire */
    struct buf early;   /* written before the session stood */
    struct buf
        rest; /* read together with what made the handshake fail; STAGE_CLEAR: a record that is not whole */
    struct later later; /* begin, go on reading, or tell a failure */
    const char *broken; /* STAGE_FAILED: still to be told, or NULL */
    size_t sent;        /* octets on the wire */
    size_t answers; /* of those what we wrote unasked by the owner, not yet taken by the kernel */
    bool garbled;   /* TLS_DISTURB_GARBAGE is done */
    bool cut;       /* TLS_DISTURB_CUT is done */
    bool is_text;   /* STAGE_CLEAR: the peer sends no records any more */
    bool closed;    /* close_notify is sent, or shall never be */
};

/* Runs as `later`: what came while nobody read, or a failure that nobody was told. */
void conn_tls_go_on(void *self);
/* What was read and not used, before it is dropped. */
void conn_tls_keep_rest(struct conn_tls *tls);
/* STAGE_CLEAR: octets of the peer came. */
void conn_tls_read_clear(struct conn *conn, struct bytes octets);

#endif
