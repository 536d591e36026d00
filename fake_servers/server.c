#include "fake_servers/server.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fake_servers/pop3.h"
#include "fake_servers/smtp.h"
#include "net/conn.h"
#include "net/listener.h"

struct server_port {
    struct server *server;
    struct listener *listener;
    enum server_protocol protocol;
};

/* What settings point to, and the sessions that began while they held. Ordered by age; the last one holds now. */
struct generation {
    struct generation *next;
    struct arena *arena; /* NULL: the caller's */
    size_t peers;
};

/* One connection and its session: `smtp` or `pop3` by protocol, the other is NULL. */
struct server_peer {
    struct server *server;
    struct server_peer *next;
    struct server_peer **link;
    struct generation *generation;
    enum server_protocol protocol;
    struct conn *conn;
    struct timer *idle;
    struct smtp_session *smtp;
    struct pop3_session *pop3;
    struct buf waiting; /* input that the session has not taken yet */
    bool ended;         /* the client sends nothing more */
};

struct server {
    struct loop *loop;
    struct server_settings settings;
    struct store *store;
    struct server_port **ports;
    size_t port_count;
    size_t port_capacity;
    struct server_peer *peers;
    size_t peer_count;
    struct generation *oldest;
    struct generation *newest;
};

/* ---- generations of settings ---- */

static void generation_begin(struct server *server, struct arena *arena)
{
    struct generation *generation = mem_alloc(sizeof *generation);
    generation->arena = arena;
    if (server->newest != NULL) {
        server->newest->next = generation;
    } else {
        server->oldest = generation;
    }
    server->newest = generation;
}

static void generation_free(struct server *server)
{
    struct generation *generation = server->oldest;
    server->oldest = generation->next;
    arena_free(&generation->arena);
    free(generation);
}

/* A session that began early may have seen any later settings, so only the oldest ones go. */
static void generations_clear(struct server *server)
{
    while (server->oldest != server->newest && server->oldest->peers == 0) {
        generation_free(server);
    }
}

/* ---- the session of a connection, whatever its protocol ---- */

static size_t peer_feed(struct server_peer *peer, struct bytes octets, struct buf *out)
{
    return peer->smtp != NULL ? smtp_session_feed(peer->smtp, octets, out)
                              : pop3_session_feed(peer->pop3, octets, out);
}

static bool peer_is_over(const struct server_peer *peer)
{
    return peer->smtp != NULL ? smtp_session_is_over(peer->smtp) : pop3_session_is_over(peer->pop3);
}

static bool peer_has_more(const struct server_peer *peer)
{
    return peer->waiting.n > 0 || (peer->pop3 != NULL && pop3_session_has_more(peer->pop3));
}

/* RFC 1939 section 3: at least ten minutes, twice as long as SMTP needs (RFC 5321 4.5.3.2.7). */
static int64_t peer_idle_ms(const struct server_peer *peer)
{
    int64_t idle_ms = peer->server->settings.idle_ms;
    return peer->smtp != NULL ? idle_ms : 2 * idle_ms;
}

/* ---- life of a connection ---- */

static void peer_free(struct server_peer *peer)
{
    *peer->link = peer->next;
    if (peer->next != NULL) {
        peer->next->link = peer->link;
    }
    peer->server->peer_count--;
    peer->generation->peers--;
    conn_free(&peer->conn);
    timer_free(&peer->idle);
    smtp_session_free(&peer->smtp);
    pop3_session_free(&peer->pop3);
    buf_deinit(&peer->waiting);
    generations_clear(peer->server);
    free(peer);
}

/*
 * What the session says to `octets` goes out. While the client has not read that, or the session could not
 * take everything, nothing more is read from it.
 */
static void peer_run(struct server_peer *peer, struct bytes octets)
{
    struct buf out = {0};
    size_t used = peer_feed(peer, octets, &out);
    buf_append(&peer->waiting, bytes_skip(octets, used));
    conn_write(peer->conn, buf_bytes(&out));
    buf_deinit(&out);
    bool blocked = peer_has_more(peer) || conn_unsent(peer->conn) > 0;
    if (peer_is_over(peer) || (peer->ended && !blocked)) {
        peer_free(peer);
        return;
    }
    conn_pause(peer->conn, blocked);
    timer_start(peer->idle, peer_idle_ms(peer));
}

static void on_octets(void *self, struct bytes octets)
{
    struct server_peer *peer = self;
    if (peer_has_more(peer)) {
        buf_append(&peer->waiting, octets);
        return;
    }
    peer_run(peer, octets);
}

static void on_drained(void *self)
{
    struct server_peer *peer = self;
    if (conn_is_broken(peer->conn)) {
        peer_free(
            peer); /* nothing is read while octets wait to go out, so its end would not come */
        return;
    }
    if (!peer_has_more(peer)) {
        if (peer->ended) {
            peer_free(peer);
        } else {
            conn_pause(peer->conn, false);
        }
        return;
    }
    struct buf octets = peer->waiting;
    peer->waiting = (struct buf){0};
    peer_run(peer, buf_bytes(&octets));
    buf_deinit(&octets);
}

/* After FIN the client still gets the answers to what it sent. */
static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct server_peer *peer = self;
    (void)text;
    peer->ended = true;
    if (end != CONN_END_FIN || (!peer_has_more(peer) && conn_unsent(peer->conn) == 0)) {
        peer_free(peer);
    }
}

/* RFC 1939 section 3: at its timeout a POP3 server closes without a word. */
static void on_idle(void *self)
{
    struct server_peer *peer = self;
    if (peer->smtp != NULL) {
        struct buf out = {0};
        smtp_session_idle(peer->smtp, &out);
        conn_write(peer->conn, buf_bytes(&out));
        buf_deinit(&out);
    }
    peer_free(peer);
}

static const struct conn_events peer_events = {
    .octets = on_octets,
    .ended = on_ended,
    .drained = on_drained,
};

/* "127.0.0.1:4711" is [127.0.0.1], "[::1]:4711" is [IPv6:::1] (RFC 5321 4.1.3). */
static void print_address_literal(struct bytes peer_text, struct buf *out)
{
    size_t end = peer_text.n;
    while (end > 0 && peer_text.p[end - 1] != ':') {
        end--;
    }
    struct bytes address = end > 0 ? bytes_slice(peer_text, 0, end - 1) : peer_text;
    bool is_v6 = bytes_starts(address, "[") && bytes_ends(address, "]");
    buf_append_text(out, is_v6 ? "[IPv6:" : "[");
    buf_append(out, is_v6 ? bytes_slice(address, 1, address.n - 1) : address);
    buf_append_text(out, "]");
}

static void refuse(struct server *server, enum server_protocol protocol, struct conn **conn_p)
{
    struct buf out = {0};
    if (protocol != SERVER_POP3) {
        buf_printf(&out, "421 %s too many connections, come again later\r\n",
                   server->settings.hostname);
    } else {
        buf_append_text(&out, "-ERR Too many connections, come again later\r\n");
    }
    conn_write(*conn_p, buf_bytes(&out));
    buf_deinit(&out);
    conn_free(conn_p);
}

static void greet(struct server_peer *peer, const char *peer_text)
{
    struct server *server = peer->server;
    struct buf out = {0};
    struct buf client = {0};
    print_address_literal(bytes_of(peer_text), &client);
    switch (peer->protocol) {
    case SERVER_SMTP:
        peer->smtp = smtp_session_new(&server->settings, server->store, buf_text(&client), &out);
        break;
    case SERVER_LMTP:
        peer->smtp =
            smtp_session_new_lmtp(&server->settings, server->store, buf_text(&client), &out);
        break;
    case SERVER_POP3:
        peer->pop3 = pop3_session_new(&server->settings, server->store, &out);
        break;
    }
    conn_write(peer->conn, buf_bytes(&out));
    buf_deinit(&client);
    buf_deinit(&out);
    timer_start(peer->idle, peer_idle_ms(peer));
}

static void on_connection(void *self, struct listener *listener)
{
    struct server_port *port = self;
    struct server *server = port->server;
    char peer_text[128] = "";
    struct server_peer *peer = mem_alloc(sizeof *peer);
    peer->server = server;
    peer->protocol = port->protocol;
    peer->conn = conn_accept(listener, &peer_events, peer, peer_text, sizeof peer_text);
    if (peer->conn == NULL || server->peer_count >= server->settings.max_connections) {
        if (peer->conn != NULL) {
            refuse(server, port->protocol, &peer->conn);
        }
        free(peer);
        return;
    }
    peer->next = server->peers;
    peer->link = &server->peers;
    if (peer->next != NULL) {
        peer->next->link = &peer->next;
    }
    server->peers = peer;
    server->peer_count++;
    peer->generation = server->newest;
    peer->generation->peers++;
    peer->idle = timer_new(server->loop, on_idle, peer);
    greet(peer, peer_text);
}

/* ---- the server ---- */

struct server *server_new(struct loop *loop, const struct server_settings *settings,
                          struct error *error)
{
    struct server *server = mem_alloc(sizeof *server);
    server->loop = loop;
    server->settings = *settings;
    server->store = store_open(&server->settings, error);
    if (server->store == NULL) {
        free(server);
        return NULL;
    }
    generation_begin(server, NULL);
    return server;
}

int server_change(struct server *server, const struct server_settings *settings,
                  struct arena **arena_p, struct error *error)
{
    server->settings = *settings;
    int failed = store_settings_changed(server->store, error);
    generation_begin(server, *arena_p);
    *arena_p = NULL;
    generations_clear(server);
    return failed;
}

int server_listen(struct server *server, enum server_protocol protocol, const char *host,
                  unsigned port, unsigned *port_r, struct error *error)
{
    struct server_port *entry = mem_alloc(sizeof *entry);
    entry->server = server;
    entry->protocol = protocol;
    entry->listener = listener_new_tcp(server->loop, host, port, on_connection, entry, error);
    if (entry->listener == NULL) {
        free(entry);
        return -1;
    }
    server->ports = mem_grow((void *)server->ports, server->port_count, &server->port_capacity,
                             sizeof(struct server_port *));
    server->ports[server->port_count++] = entry;
    *port_r = listener_port(entry->listener);
    return 0;
}

size_t server_connections(const struct server *server)
{
    return server->peer_count;
}

static void peer_stop(struct server_peer *peer)
{
    if (peer->smtp != NULL) {
        struct buf out = {0};
        smtp_session_shut_down(peer->smtp, &out);
        conn_write(peer->conn, buf_bytes(&out));
        buf_deinit(&out);
    }
    peer_free(peer);
}

void server_stop(struct server *server)
{
    for (size_t i = 0; i < server->port_count; i++) {
        listener_free(&server->ports[i]->listener);
    }
    while (server->peers != NULL) {
        peer_stop(server->peers);
    }
}

void server_free(struct server **server_p)
{
    struct server *server = *server_p;
    *server_p = NULL;
    if (server == NULL) {
        return;
    }
    for (size_t i = 0; i < server->port_count; i++) {
        listener_free(&server->ports[i]->listener);
        free(server->ports[i]);
    }
    free((void *)server->ports);
    while (server->peers != NULL) {
        peer_free(server->peers);
    }
    store_free(&server->store);
    while (server->oldest != NULL) {
        generation_free(server);
    }
    free(server);
}
