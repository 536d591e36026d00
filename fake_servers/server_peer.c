#include "fake_servers/server_peer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/pop3.h"
#include "fake_servers/server_wire.h"
#include "fake_servers/smtp.h"

enum { CLIENT_TEXT_SIZE = 64 }; /* "[IPv6 address]:port" */

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
    struct server_wire *wire; /* NULL: replies go out as they are */
    struct buf waiting;       /* input that the session has not taken yet */
    bool ended;               /* the client sends nothing more */
    bool is_half_closed;
    bool goes_on;   /* `idle` is there for that: nobody else comes back to this connection */
    bool securing;  /* a TLS handshake is going on; `waiting` was sent in clear text */
    void *observed; /* the observer's, when there is one */
    uint64_t number;
    const struct server_port *port;
    char client[CLIENT_TEXT_SIZE]; /* as in struct server_connection */
};

/* ---- the session of a connection, whatever its protocol ---- */

static size_t peer_feed(struct server_peer *peer, struct bytes octets, struct buf *out)
{
    return peer->smtp != NULL ? smtp_session_feed(peer->smtp, octets, out)
                              : pop3_session_feed(peer->pop3, octets, out);
}

static bool peer_wants_tls(const struct server_peer *peer)
{
    return peer->smtp != NULL ? smtp_session_wants_tls(peer->smtp)
                              : pop3_session_wants_tls(peer->pop3);
}

static bool peer_is_over(const struct server_peer *peer)
{
    return peer->smtp != NULL ? smtp_session_is_over(peer->smtp) : pop3_session_is_over(peer->pop3);
}

static bool peer_has_more(const struct server_peer *peer)
{
    return peer->waiting.n > 0 || (peer->pop3 != NULL && pop3_session_has_more(peer->pop3));
}

/* The session's, or that of a fault of its replies. */
static enum reply_action peer_action(const struct server_peer *peer)
{
    enum reply_action of_wire = server_wire_action(peer->wire);
    if (of_wire != REPLY_SAY) {
        return of_wire;
    }
    return peer->smtp != NULL ? smtp_session_action(peer->smtp) : pop3_session_action(peer->pop3);
}

/* RFC 1939 section 3: at least ten minutes, twice as long as SMTP needs (RFC 5321 4.5.3.2.7). */
static int64_t peer_idle_ms(const struct server_peer *peer)
{
    int64_t idle_ms = peer->server->settings.idle_ms;
    int64_t faulty_ms = peer->pop3 != NULL ? pop3_session_idle_ms(peer->pop3) : 0;
    if (faulty_ms > 0) {
        return faulty_ms;
    }
    return peer->protocol != SERVER_POP3 ? idle_ms : 2 * idle_ms;
}

/* ---- what others are told ---- */

static struct server_connection connection_of(const struct server_peer *peer)
{
    return (struct server_connection){peer->number, peer->protocol, peer->client,
                                      listener_text(peer->port->listener)};
}

static void observe_opened(struct server_peer *peer)
{
    struct server *server = peer->server;
    peer->number = ++server->last_number;
    if (server->observer.opened != NULL) {
        struct server_connection connection = connection_of(peer);
        peer->observed = server->observer.opened(server->observer.self, &connection);
    }
}

static void observe_sweep(const struct server_peer *peer)
{
    const struct server_observer *observer = &peer->server->observer;
    const struct sweep_pair *pair =
        peer->smtp != NULL ? smtp_session_pair(peer->smtp) : pop3_session_pair(peer->pop3);
    if (observer->swept != NULL && pair != NULL) {
        struct server_connection connection = connection_of(peer);
        observer->swept(observer->self, &connection, pair);
    }
}

static void observe_closed(const struct server_peer *peer, enum server_end end)
{
    if (peer->server->observer.closed != NULL) {
        peer->server->observer.closed(peer->observed, end);
    }
}

static void write_octets(void *self, struct bytes octets)
{
    struct server_peer *peer = self;
    if (octets.n > 0 && peer->server->observer.sent != NULL) {
        peer->server->observer.sent(peer->observed, octets);
    }
    conn_write(peer->conn, octets);
}

static void peer_write(struct server_peer *peer, const struct buf *out)
{
    write_octets(peer, buf_bytes(out));
}

/* ---- life of a connection ---- */

void server_peer_end(struct server_peer *peer, enum server_end end)
{
    observe_closed(peer, end);
    *peer->link = peer->next;
    if (peer->next != NULL) {
        peer->next->link = peer->link;
    }
    peer->server->peer_count--;
    peer->generation->peers--;
    timer_free(&peer->idle);
    smtp_session_free(&peer->smtp);
    pop3_session_free(&peer->pop3);
    server_wire_free(&peer->wire);
    conn_free(&peer->conn);
    buf_deinit(&peer->waiting);
    server_forget_settings(peer->server);
    free(peer);
}

static enum server_end broken_end(const struct server_peer *peer)
{
    return conn_tls_was_cut_by_us(peer->conn) ? SERVER_END_DISTURBED : SERVER_END_BROKEN;
}

static enum server_end client_end(const struct server_peer *peer)
{
    bool is_cut = conn_is_secured(peer->conn) && conn_tls_was_cut(peer->conn);
    return is_cut ? SERVER_END_CUT : SERVER_END_CLIENT;
}

/* The server's side of the handshake, behind what was written. */
static void peer_start_tls(struct server_peer *peer)
{
    if (server_need_tls(peer->server, NULL) != 0) {
        server_peer_end(peer, SERVER_END_TLS);
        return;
    }
    peer->securing = true;
    conn_pause(peer->conn, false);
    timer_start(peer->idle, peer_idle_ms(peer));
    conn_start_tls(peer->conn, peer->server->tls, NULL, (struct bytes){0});
}

/* What somebody has asked for instead of a reply. True: the connection has come to its end. */
static bool peer_acts(struct server_peer *peer)
{
    enum reply_action action = peer_action(peer);
    bool closes = server_wire_action(peer->wire) == REPLY_CLOSE;
    if (action == REPLY_RESET) {
        conn_reset(peer->conn);
    }
    if (action == REPLY_RESET || closes) {
        server_peer_end(peer, SERVER_END_ASKED);
        return true;
    }
    if (action == REPLY_HALF_CLOSE && !peer->is_half_closed) {
        peer->is_half_closed = true;
        conn_shutdown(peer->conn);
    }
    return false;
}

/* What is to happen behind what was written, once all of that has gone out. */
static void peer_settle(struct server_peer *peer)
{
    peer->goes_on = false;
    timer_start(peer->idle, peer_idle_ms(peer));
    if (server_wire_is_busy(peer->wire)) {
        conn_pause(peer->conn, true);
        return;
    }
    if (peer_wants_tls(peer) && !peer->ended && peer_action(peer) == REPLY_SAY) {
        peer_start_tls(peer);
        return;
    }
    if (peer_acts(peer)) {
        return;
    }
    bool blocked = peer_has_more(peer) || conn_unsent(peer->conn) > 0;
    if (peer_is_over(peer) || (peer->ended && !blocked)) {
        server_peer_end(peer, peer_is_over(peer) ? SERVER_END_SESSION : client_end(peer));
        return;
    }
    conn_pause(peer->conn, blocked);
    if (server_wire_gathers(peer->wire) && peer_has_more(peer)) {
        peer->goes_on = true; /* nothing was written, so nobody else comes back to it */
        timer_start(peer->idle, 0);
    }
}

static void peer_say(struct server_peer *peer, const struct buf *out);

/*
 * What the session says to `octets` goes out. While the client has not read that, or the session could not
 * take everything, nothing more is read from it.
 */
static void peer_run(struct server_peer *peer, struct bytes octets)
{
    struct buf out = {0};
    size_t used = peer_feed(peer, octets, &out);
    buf_append(&peer->waiting, bytes_skip(octets, used));
    peer_say(peer, &out);
    buf_deinit(&out);
    peer_settle(peer);
}

static void run_waiting(struct server_peer *peer)
{
    struct buf octets = peer->waiting;
    peer->waiting = (struct buf){0};
    peer_run(peer, buf_bytes(&octets));
    buf_deinit(&octets);
}

/* Behind a pause, or when all was written. */
static void go_on(void *self)
{
    struct server_peer *peer = self;
    bool may_run = !server_wire_is_busy(peer->wire) && !peer_wants_tls(peer) &&
                   !peer_is_over(peer) && peer_has_more(peer);
    if (may_run) {
        run_waiting(peer);
    } else {
        peer_settle(peer);
    }
}

static const struct server_wire_events wire_events = {.write = write_octets, .go_on = go_on};

/* What has no mark goes out at once, but for the response of POP3 that is not complete. */
static void mark_rest(struct reply_marks *marks, size_t end, bool may_wait)
{
    size_t marked = marks->count > 0 ? marks->rows[marks->count - 1].end : 0;
    if (marked < end && !may_wait) {
        reply_marks_add(marks, STAGE_OTHER, end);
    }
}

/* Reply by reply where faults are about them; else as it is. */
static void peer_say(struct server_peer *peer, const struct buf *out)
{
    const struct wire_faults *faults = &peer->server->settings.wire;
    bool is_pop3 = peer->pop3 != NULL;
    if (faults->book == NULL && peer->wire == NULL) {
        peer_write(peer, out);
        return;
    }
    if (peer->wire == NULL) {
        peer->wire = server_wire_new(peer->server->loop, peer->conn, &wire_events, peer);
    }
    struct reply_marks *marks =
        is_pop3 ? pop3_session_marks(peer->pop3) : smtp_session_marks(peer->smtp);
    mark_rest(marks, out->n, is_pop3 && faults->book != NULL);
    server_wire_say(peer->wire, faults, is_pop3 ? STAGE_POP3 : STAGE_SMTP, buf_bytes(out), marks,
                    is_pop3 ? pop3_session_stage(peer->pop3) : STAGE_OTHER);
    reply_marks_clear(marks);
}

static void on_octets(void *self, struct bytes octets)
{
    struct server_peer *peer = self;
    if (peer->server->observer.received != NULL) {
        peer->server->observer.received(peer->observed, octets);
    }
    if (server_wire_action(peer->wire) != REPLY_SAY) {
        return; /* nothing is answered any more */
    }
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
        /* Nothing is read while octets wait to go out, so its end would not come. */
        server_peer_end(peer, broken_end(peer));
        return;
    }
    if (peer->securing) {
        return;
    }
    if (peer->wire != NULL) {
        server_wire_drained(peer->wire);
        go_on(peer);
        return;
    }
    if (!peer_has_more(peer)) {
        if (peer->ended) {
            server_peer_end(peer, client_end(peer));
        } else {
            conn_pause(peer->conn, false);
        }
        return;
    }
    run_waiting(peer);
}

/* After FIN the client still gets the answers to what it sent. */
static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct server_peer *peer = self;
    (void)text;
    peer->ended = true;
    if (end != CONN_END_FIN || peer->securing ||
        (!peer_has_more(peer) && conn_unsent(peer->conn) == 0 &&
         !server_wire_is_busy(peer->wire))) {
        server_peer_end(peer, end == CONN_END_FIN ? client_end(peer) : broken_end(peer));
    }
}

/* RFC 1939 section 3: at its timeout a POP3 server closes without a word. */
static void on_idle(void *self)
{
    struct server_peer *peer = self;
    if (peer->goes_on) {
        peer->goes_on = false;
        go_on(peer);
        return;
    }
    if (peer->smtp != NULL && !peer->securing && peer_action(peer) == REPLY_SAY &&
        !server_wire_is_busy(peer->wire)) {
        struct buf out = {0};
        smtp_session_idle(peer->smtp, &out);
        peer_write(peer, &out);
        buf_deinit(&out);
    }
    server_peer_end(peer, SERVER_END_IDLE);
}

/*
 * "127.0.0.1:4711" is [127.0.0.1], "[::1]:4711" is [IPv6:::1] (RFC 5321 4.1.3). Who comes by a Unix socket has no address; it is
 * on this machine.
 */
static void print_address_literal(struct bytes peer_text, bool is_unix, struct buf *out)
{
    size_t end = peer_text.n;
    while (end > 0 && peer_text.p[end - 1] != ':') {
        end--;
    }
    if (is_unix) {
        buf_append_text(out, "[127.0.0.1]");
        return;
    }
    struct bytes address = end > 0 ? bytes_slice(peer_text, 0, end - 1) : peer_text;
    bool is_v6 = bytes_starts(address, "[") && bytes_ends(address, "]");
    buf_append_text(out, is_v6 ? "[IPv6:" : "[");
    buf_append(out, is_v6 ? bytes_slice(address, 1, address.n - 1) : address);
    buf_append_text(out, "]");
}

/* On a port of TLS nothing: clear text would be no TLS, and a handshake is more work than there is room for. */
static void print_refusal(const struct server_peer *peer, struct buf *out)
{
    if (peer->port->is_tls) {
        return;
    }
    if (peer->protocol == SERVER_POP3) {
        buf_append_text(out, "-ERR Too many connections, come again later\r\n");
    } else {
        buf_printf(out, "421 %s too many connections, come again later\r\n",
                   peer->server->settings.hostname);
    }
}

/* Polite, and without a session: the connection is closed behind it. */
static void refuse(struct server_peer *peer)
{
    struct buf out = {0};
    print_refusal(peer, &out);
    peer_write(peer, &out);
    buf_deinit(&out);
    observe_closed(peer, SERVER_END_REFUSED);
    conn_free(&peer->conn);
    free(peer);
}

static void begin_session(struct server_peer *peer, const char *client, struct buf *out)
{
    struct server *server = peer->server;
    switch (peer->protocol) {
    case SERVER_SMTP:
        peer->smtp = smtp_session_new(&server->settings, server->store, client, out);
        break;
    case SERVER_LMTP:
        peer->smtp = smtp_session_new_lmtp(&server->settings, server->store, client, out);
        break;
    case SERVER_POP3:
        peer->pop3 = pop3_session_new(&server->settings, server->store, out);
        break;
    }
}

static void greet(struct server_peer *peer)
{
    struct buf client = {0};
    struct buf out = {0};
    print_address_literal(bytes_of(peer->client), peer->port->is_unix, &client);
    begin_session(peer, buf_text(&client), &out);
    observe_sweep(peer);
    peer_say(peer, &out);
    buf_deinit(&out);
    buf_deinit(&client);
    timer_start(peer->idle, peer_idle_ms(peer));
    /* A greeting may be all there is; that is seen where no call is in the middle of this connection. */
    if (peer_is_over(peer) || peer_action(peer) != REPLY_SAY) {
        peer->goes_on = true;
        timer_start(peer->idle, 0);
    }
}

/* ---- TLS ---- */

static void session_secured(struct server_peer *peer, const struct tls_facts *facts)
{
    if (peer->smtp != NULL) {
        smtp_session_secured(peer->smtp, facts);
    } else {
        pop3_session_secured(peer->pop3, facts);
    }
}

static bool has_fault(const struct server_peer *peer, enum fault fault)
{
    return fault_is_on(&peer->server->settings.faults, fault);
}

static struct bytes behind_last_line(struct bytes text)
{
    size_t n = text.n;
    while (n > 0 && text.p[n - 1] != '\n') {
        n--;
    }
    return bytes_skip(text, n);
}

/* What the faults execute of clear text that was sent too early: all of it, or a last line that has no end. */
static struct bytes executed_of(const struct server_peer *peer, struct bytes left)
{
    struct bytes unended = behind_last_line(left);
    if (left.n > 0 && has_fault(peer, peer->smtp != NULL ? FAULT_TLS_COMMAND_INJECTION
                                                         : FAULT_POP3_STLS_COMMAND_INJECTION)) {
        return left;
    }
    return unended.n > 0 && peer->smtp != NULL && has_fault(peer, FAULT_TLS_COMMAND_INJECTION_2)
               ? unended
               : (struct bytes){0};
}

/* RFC 3207 4.2, RFC 2595 4: nothing that was sent in clear text counts, so what is left of it is told, and forgotten. */
static void secured(struct server_peer *peer, const struct tls_facts *facts, struct bytes left)
{
    bool begins = peer->smtp == NULL && peer->pop3 == NULL;
    if (peer->server->observer.secured != NULL) {
        peer->server->observer.secured(peer->observed, facts, left);
    }
    if (!facts->secured) {
        server_peer_end(peer, SERVER_END_TLS);
        return;
    }
    if (begins) {
        greet(peer);
    }
    session_secured(peer, facts);
    left = executed_of(peer, left);
    if (left.n > 0) {
        peer_run(peer, left);
    }
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct server_peer *peer = self;
    struct buf left = peer->waiting;
    peer->waiting = (struct buf){0};
    peer->securing = false;
    buf_append_text(&left, facts->instead); /* then there is no TLS, and nothing is executed */
    secured(peer, facts, buf_bytes(&left));
    buf_deinit(&left);
}

static const struct conn_events peer_events = {
    .octets = on_octets,
    .ended = on_ended,
    .drained = on_drained,
    .secured = on_secured,
};

static void peer_begin(struct server_peer *peer)
{
    struct server *server = peer->server;
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
    if (peer->port->is_tls) {
        peer_start_tls(peer);
    } else {
        greet(peer);
    }
}

void server_peer_came(void *self, struct listener *listener)
{
    struct server_port *port = self;
    struct server *server = port->server;
    struct server_peer *peer = mem_alloc(sizeof *peer);
    peer->server = server;
    peer->protocol = port->protocol;
    peer->port = port;
    peer->conn = conn_accept(listener, &peer_events, peer, peer->client, sizeof peer->client);
    if (peer->conn == NULL) {
        free(peer);
        return;
    }
    if (port->is_unix) {
        snprintf(peer->client, sizeof peer->client, "local");
    }
    observe_opened(peer);
    if (server->peer_count >= server->settings.max_connections) {
        refuse(peer);
    } else {
        peer_begin(peer);
    }
}

void server_peer_stop(struct server_peer *peer)
{
    if (peer->smtp != NULL && !peer->securing && peer_action(peer) == REPLY_SAY &&
        !server_wire_is_busy(peer->wire)) {
        struct buf out = {0};
        smtp_session_shut_down(peer->smtp, &out);
        peer_write(peer, &out);
        buf_deinit(&out);
    }
    server_peer_end(peer, SERVER_END_STOPPED);
}

void server_each_connection(const struct server *server,
                            void (*show)(void *self, const struct server_connection *connection),
                            void *self)
{
    for (const struct server_peer *peer = server->peers; peer != NULL; peer = peer->next) {
        struct server_connection connection = connection_of(peer);
        show(self, &connection);
    }
}
