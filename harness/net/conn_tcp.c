/*
 * Connecting over TCP, to an address or to a name whose addresses are tried in their order (RFC 5321 5.1).
 *
 * struct conn_dial holds what only connecting needs, octets written early included. The conn owns it until it is open or
 * has failed; one that is given up while its lookup still runs leaves it to the lookup's callback. What went wrong with
 * each address comes as one text of ended(CONN_END_FAILED), from the loop and never from within the call. There is no
 * time limit here: who waits no longer frees the conn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/address.h"
#include "net/conn_internal.h"

enum { MAX_FAILURES_TEXT = 300 };

void conn_dial_later(struct conn *conn, const char *host, void (*begin)(void *self))
{
    struct conn_dial *dial = mem_alloc(sizeof *dial);
    dial->conn = conn;
    dial->host = mem_strdup(host);
    dial->later.run = begin;
    dial->later.self = conn;
    conn->dial = dial;
    loop_later(conn->loop, &dial->later);
}

void conn_dial_free(struct conn_dial **dial_p)
{
    struct conn_dial *dial = *dial_p;
    if (dial == NULL) {
        return;
    }
    *dial_p = NULL;
    later_cancel(&dial->later);
    if (dial->looking_up) {
        dial->conn = NULL; /* the lookup's callback frees it */
        uv_cancel((uv_req_t *)&dial->lookup);
        return;
    }
    uv_freeaddrinfo(dial->found);
    buf_deinit(&dial->early);
    buf_deinit(&dial->failures);
    free(dial->host);
    free(dial->source);
    free(dial);
}

static void note_failure(struct conn_dial *dial, const struct addrinfo *info, const char *why)
{
    char host[ADDRESS_TEXT_SIZE];
    address_host_text(info->ai_addr, host, sizeof host);
    if (dial->failures.n > MAX_FAILURES_TEXT) {
        return;
    }
    if (dial->failures.n > 0) {
        buf_append_text(&dial->failures, ", ");
    }
    if (strcmp(host, dial->host) == 0) {
        buf_append_text(&dial->failures, why);
    } else {
        buf_printf(&dial->failures, "%s: %s", host, why);
    }
}

static void connect_done(uv_connect_t *request, int status)
{
    struct conn *conn = request->handle->data;
    free(request);
    if (conn->state != CONN_CONNECTING) {
        return;
    }
    char local[ADDRESS_TEXT_SIZE] = "";
    char peer[ADDRESS_TEXT_SIZE] = "";
    if (status == 0) {
        address_local_text(&conn->in.tcp, local, sizeof local);
        address_peer_text(&conn->in.tcp, peer, sizeof peer);
    }
    if (status == 0 && strcmp(local, peer) == 0) {
        status = UV_ECONNREFUSED; /* nobody listens: TCP's simultaneous open met itself */
    }
    if (status != 0) {
        note_failure(conn->dial, conn->dial->trying, uv_strerror(status));
        conn_close_handle(&conn->in.handle); /* then conn_tcp_next() */
        return;
    }
    char text[2 * ADDRESS_TEXT_SIZE + 4];
    snprintf(text, sizeof text, "%s -> %s", local, peer);
    conn_opened(conn, text);
}

/* Connect to one address; what goes wrong is noted and the handle closed, which goes on to the next. */
static void try_address(struct conn *conn, const struct addrinfo *info)
{
    struct conn_dial *dial = conn->dial;
    uv_tcp_init(&conn->loop->uv, &conn->in.tcp);
    conn_own_handle(conn, &conn->in.handle);
    if (dial->source != NULL) {
        int status = uv_tcp_bind(&conn->in.tcp, (struct sockaddr *)&dial->source_address, 0);
        if (status != 0) {
            note_failure(dial, info, "the source address cannot be used here");
            conn_close_handle(&conn->in.handle);
            return;
        }
    }
    uv_connect_t *request = mem_alloc(sizeof *request);
    dial->trying = info;
    int status = uv_tcp_connect(request, &conn->in.tcp, info->ai_addr, connect_done);
    if (status != 0) {
        free(request);
        note_failure(dial, info, uv_strerror(status));
        conn_close_handle(&conn->in.handle);
    }
}

void conn_tcp_next(struct conn *conn)
{
    struct conn_dial *dial = conn->dial;
    while (dial->next != NULL) {
        const struct addrinfo *info = dial->next;
        dial->next = info->ai_next;
        if (dial->source != NULL && dial->source_address.ss_family != info->ai_family) {
            note_failure(dial, info, "the source address is of the other family");
            continue;
        }
        try_address(conn, info);
        return;
    }
    conn->in.handle.data = NULL; /* closed already */
    char text[MAX_FAILURES_TEXT + 512];
    snprintf(text, sizeof text, "cannot connect to %.200s port %u: %s", dial->host, dial->port,
             dial->failures.n > 0 ? buf_text(&dial->failures) : "it has no address");
    conn_fail(conn, text);
}

static void lookup_done(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct conn_dial *dial = request->data;
    dial->looking_up = false;
    dial->found = found;
    if (dial->conn == NULL) {
        conn_dial_free(&dial);
        return;
    }
    if (status != 0) {
        char text[512];
        snprintf(text, sizeof text, "cannot find the address of %.200s: %s", dial->host,
                 uv_strerror(status));
        conn_fail(dial->conn, text);
        return;
    }
    dial->next = found;
    conn_tcp_next(dial->conn);
}

static void look_up(struct conn *conn)
{
    struct conn_dial *dial = conn->dial;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char port[16];
    snprintf(port, sizeof port, "%u", dial->port);
    dial->lookup.data = dial;
    dial->looking_up = true;
    int status =
        uv_getaddrinfo(&conn->loop->uv, &dial->lookup, lookup_done, dial->host, port, &hints);
    if (status != 0) {
        lookup_done(&dial->lookup, status, NULL);
    }
}

static void tcp_begin(void *self)
{
    struct conn *conn = self;
    struct conn_dial *dial = conn->dial;
    if (dial->source != NULL && !address_from_literal(dial->source, 0, &dial->source_address)) {
        char text[512];
        snprintf(text, sizeof text, "the source \"%.200s\" is not an IP address", dial->source);
        conn_fail(conn, text);
        return;
    }
    if (!address_from_literal(dial->host, dial->port, &dial->literal)) {
        look_up(conn);
        return;
    }
    dial->literal_info.ai_family = dial->literal.ss_family;
    dial->literal_info.ai_addr = (struct sockaddr *)&dial->literal;
    dial->next = &dial->literal_info;
    conn_tcp_next(conn);
}

struct conn *conn_connect_tcp(struct loop *loop, const char *host, unsigned port,
                              const char *source, const struct conn_events *events, void *self)
{
    struct conn *conn = conn_new(loop, events, self);
    conn->tcp = true;
    conn_dial_later(conn, host, tcp_begin);
    conn->dial->port = port;
    conn->dial->source = mem_strdup(source);
    return conn;
}
