/*
 * tls_server_world - a running server with TLS and a client of it in one loop, for the tests of fake_servers
 *
 * The client says lines of a table; an observer of the server writes down what it sees. A watchdog ends a test that
 * would hang, and talk() then fails.
 */
#ifndef MAILSPEC_TESTS_TLS_SERVER_WORLD_H
#define MAILSPEC_TESTS_TLS_SERVER_WORLD_H

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "fake_servers/server.h"
#include "net/conn.h"
#include "unit.h"

enum { WATCHDOG_MS = 10000 };

#define SECURED "<secured>"
#define BEGIN   "Ready to start TLS\r\n"

/* When `await` has come: say `send`, or begin TLS; behind the last one the client waits for the end. */
struct line {
    const char *await;
    const char *send;
    bool tls;
};

struct world {
    struct loop *loop;
    struct server *server;
    struct timer *watchdog;
    struct server_settings settings;
    struct tls_authority *authority;
    struct tls_settings client; /* of the context */
    struct tls_context *context;
    char folder[64];
    char ca[96];
    char certificate[96];
    unsigned port;
    bool implicit;
    struct conn *conn;
    const struct line *lines;
    size_t next;
    struct buf got; /* since the last line */
    struct buf all;
    struct buf seen; /* by the observer */
    struct tls_facts facts;
    bool ended;
    bool was_cut;
    bool in_vain; /* the watchdog has ended it */
    bool leaves;  /* behind the handshake */
};

/* ---- the client ---- */

static inline void start_tls(struct world *world)
{
    conn_start_tls(world->conn, world->context, "127.0.0.1", (struct bytes){0});
}

static inline void go_on(struct world *world)
{
    const struct line *line = &world->lines[world->next];
    while (line->await != NULL &&
           bytes_find(buf_bytes(&world->got), bytes_of(line->await), 0) != BYTES_NONE) {
        buf_clear(&world->got);
        world->next++;
        conn_write(world->conn, bytes_of(line->send));
        if (line->tls) {
            start_tls(world);
        }
        line = &world->lines[world->next];
    }
}

static inline void on_connected(void *self, const char *text)
{
    struct world *world = self;
    (void)text;
    if (world->implicit) {
        start_tls(world);
    }
}

static inline void on_octets(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_append(&world->got, octets);
    buf_append(&world->all, octets);
    go_on(world);
}

static inline void on_secured(void *self, const struct tls_facts *facts)
{
    struct world *world = self;
    world->facts = *facts;
    if (!facts->secured) {
        loop_stop(world->loop);
        return;
    }
    buf_append_text(&world->got, SECURED);
    go_on(world);
    if (world->leaves) {
        loop_stop(world->loop);
    }
}

static inline void on_ended(void *self, enum conn_end end, const char *text)
{
    struct world *world = self;
    (void)text;
    world->ended = end == CONN_END_FIN;
    world->was_cut = conn_is_secured(world->conn) && conn_tls_was_cut(world->conn);
    loop_stop(world->loop);
}

static const struct conn_events events = {
    .connected = on_connected, .octets = on_octets, .ended = on_ended, .secured = on_secured};

static inline void on_watchdog(void *self)
{
    struct world *world = self;
    world->in_vain = true;
    loop_stop(world->loop);
}

/* ---- the observer ---- */

static inline void *see_opened(void *self, const struct server_connection *connection)
{
    (void)connection;
    return self;
}

static inline void see_received(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_append_text(&world->seen, "C: ");
    buf_append(&world->seen, octets);
}

static inline void see_secured(void *self, const struct tls_facts *facts, struct bytes left)
{
    struct world *world = self;
    buf_printf(&world->seen, "%s, left: \"%.*s\"\n", facts->secured ? "secured" : "not secured",
               (int)left.n, left.n > 0 ? (const char *)left.p : "");
}

static inline void see_closed(void *self, enum server_end end)
{
    struct world *world = self;
    buf_printf(&world->seen, "closed: %s\n", server_end_text(end));
}

/* ---- worlds ---- */

static inline void world_open(struct world *world)
{
    *world = (struct world){.loop = loop_new(), .settings = settings_default()};
    snprintf(world->folder, sizeof world->folder, "/tmp/mailspec-server-XXXXXX");
    CU_ASSERT_FATAL(mkdtemp(world->folder) != NULL);
    snprintf(world->ca, sizeof world->ca, "%s/ca.pem", world->folder);
    snprintf(world->certificate, sizeof world->certificate, "%s/client.pem", world->folder);
    world->authority = tls_authority_open(NULL, NULL);
    CU_ASSERT_FATAL(world->authority != NULL);
    CU_ASSERT_FATAL(tls_authority_write(world->authority, world->ca, NULL) == 0);
    world->settings.starttls = true;
    world->settings.authority = world->authority;
    world->client = (struct tls_settings){
        .ca_file = world->ca, .name = world->settings.hostname, .verify = true};
    world->watchdog = timer_new(world->loop, on_watchdog, world);
    timer_start(world->watchdog, WATCHDOG_MS);
}

static inline void world_serve(struct world *world)
{
    const struct server_observer observer = {.opened = see_opened,
                                             .received = see_received,
                                             .secured = see_secured,
                                             .closed = see_closed,
                                             .self = world};
    struct error error = {""};
    world->server = server_new(world->loop, &world->settings, &error);
    if (world->server == NULL) {
        fprintf(stderr, "%s\n", error.text);
    }
    CU_ASSERT_FATAL(world->server != NULL);
    server_observe(world->server, &observer);
}

static inline void world_close(struct world *world)
{
    timer_free(&world->watchdog);
    server_free(&world->server);
    loop_free(&world->loop);
    tls_authority_free(&world->authority);
    buf_deinit(&world->got);
    buf_deinit(&world->all);
    buf_deinit(&world->seen);
    (void)unlink(world->ca);
    (void)unlink(world->certificate);
    CU_ASSERT_EQUAL(rmdir(world->folder), 0);
}

static inline void listen_at(struct world *world, enum server_protocol protocol, bool implicit)
{
    int failed =
        implicit ? server_listen_tls(world->server, protocol, "127.0.0.1", 0, &world->port, NULL)
                 : server_listen(world->server, protocol, "127.0.0.1", 0, &world->port, NULL);
    CU_ASSERT_FATAL(failed == 0);
    world->implicit = implicit;
}

/* Until the server has closed, or the handshake has failed. */
static inline bool talk(struct world *world, const struct line *lines)
{
    struct error error = {""};
    world->lines = lines;
    world->next = 0;
    world->ended = world->was_cut = false;
    world->facts = (struct tls_facts){.secured = false};
    buf_clear(&world->got);
    buf_clear(&world->all);
    buf_clear(&world->seen);
    world->context = tls_context_new_client(&world->client, &error);
    CU_ASSERT_FATAL(world->context != NULL);
    world->conn = conn_connect_tcp(world->loop, "127.0.0.1", world->port, NULL, &events, world);
    loop_run(world->loop);
    conn_free(&world->conn);
    tls_context_free(&world->context);
    return lines[world->next].await == NULL && !world->in_vain;
}

/* Let the server see the end of what the client has done. */
static inline void on_settled(void *self)
{
    loop_stop(self);
}

static inline void wait_for_no_connection(struct world *world)
{
    struct timer *timer = timer_new(world->loop, on_settled, world->loop);
    while (server_connections(world->server) > 0 && !world->in_vain) {
        timer_start(timer, 1);
        loop_run(world->loop);
    }
    timer_free(&timer);
}

static inline bool has(struct buf *text, const char *what)
{
    bool found = bytes_find(buf_bytes(text), bytes_of(what), 0) != BYTES_NONE;
    if (!found) {
        fprintf(stderr, "\"%s\" is not in\n%s\n", what, buf_text(text));
    }
    return found;
}

#endif
