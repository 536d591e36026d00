#include "fake_servers/server.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/server_peer.h"

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
void server_forget_settings(struct server *server)
{
    while (server->oldest != server->newest && server->oldest->peers == 0) {
        generation_free(server);
    }
}

/* ---- the server ---- */

struct server *server_new(struct loop *loop, const struct server_settings *settings,
                          struct error *error)
{
    struct server *server = mem_alloc(sizeof *server);
    server->loop = loop;
    server->settings = *settings;
    if (server_change_tls(server, settings, error) == 0) {
        server->store = store_open(&server->settings, error);
    }
    if (server->store == NULL) {
        tls_context_free(&server->tls);
        tls_authority_free(&server->authority);
        free(server);
        return NULL;
    }
    generation_begin(server, NULL);
    return server;
}

int server_change(struct server *server, const struct server_settings *settings,
                  struct arena **arena_p, struct error *error)
{
    if (server_change_tls(server, settings, error) != 0) {
        return -1;
    }
    reply_book_follow(settings->replies, server->settings.replies);
    sweep_follow(settings->sweep, server->settings.sweep);
    reply_book_follow(settings->wire.book, server->settings.wire.book);
    server->settings = *settings;
    int failed = store_settings_changed(server->store, error);
    generation_begin(server, *arena_p);
    *arena_p = NULL;
    server_forget_settings(server);
    return failed;
}

static struct server_port *port_new(struct server *server, enum server_protocol protocol)
{
    struct server_port *port = mem_alloc(sizeof *port);
    port->server = server;
    port->protocol = protocol;
    return port;
}

/* Takes the port over. */
static int port_add(struct server *server, struct server_port *port)
{
    if (port->listener == NULL) {
        free(port);
        return -1;
    }
    server->ports = mem_grow((void *)server->ports, server->port_count, &server->port_capacity,
                             sizeof(struct server_port *));
    server->ports[server->port_count++] = port;
    return 0;
}

static int listen_tcp(struct server *server, struct server_port *entry, const char *host,
                      unsigned port, unsigned *port_r, struct error *error)
{
    entry->listener = listener_new_tcp(server->loop, host, port, server_peer_came, entry, error);
    *port_r = entry->listener != NULL ? listener_port(entry->listener) : 0;
    return port_add(server, entry);
}

int server_listen(struct server *server, enum server_protocol protocol, const char *host,
                  unsigned port, unsigned *port_r, struct error *error)
{
    return listen_tcp(server, port_new(server, protocol), host, port, port_r, error);
}

int server_listen_tls(struct server *server, enum server_protocol protocol, const char *host,
                      unsigned port, unsigned *port_r, struct error *error)
{
    if (server_need_tls(server, error) != 0) {
        return -1;
    }
    struct server_port *entry = port_new(server, protocol);
    entry->is_tls = true;
    server->tls_ports++;
    return listen_tcp(server, entry, host, port, port_r, error);
}

int server_listen_unix(struct server *server, enum server_protocol protocol, const char *path,
                       struct error *error)
{
    struct server_port *entry = port_new(server, protocol);
    entry->is_unix = true;
    entry->listener = listener_new_unix(server->loop, path, server_peer_came, entry, error);
    return port_add(server, entry);
}

size_t server_open_addresses(const struct server *server)
{
    size_t count = 0;
    for (size_t i = 0; i < server->port_count; i++) {
        const struct listener *listener = server->ports[i]->listener;
        count += listener != NULL && !listener_is_near(listener) ? 1 : 0;
    }
    return count;
}

void server_observe(struct server *server, const struct server_observer *observer)
{
    server->observer = *observer;
}

const char *server_end_text(enum server_end end)
{
    static const char *const texts[SERVER_END_COUNT] = {
        [SERVER_END_SESSION] = "the session was over",
        [SERVER_END_CLIENT] = "the client closed the connection",
        [SERVER_END_CUT] = "the client closed the connection without close_notify",
        [SERVER_END_BROKEN] = "the connection was lost, or the client reset it",
        [SERVER_END_TLS] = "the TLS handshake failed",
        [SERVER_END_DISTURBED] = "we cut the connection in the middle of TLS, as the settings say",
        [SERVER_END_IDLE] = "nothing came for too long",
        [SERVER_END_REFUSED] = "too many connections",
        [SERVER_END_STOPPED] = "the server was stopped",
        [SERVER_END_ASKED] = "we ended the connection, as was asked for",
    };
    return texts[end];
}

uint64_t server_messages(const struct server *server)
{
    return store_delivered(server->store);
}

struct store *server_store(struct server *server)
{
    return server->store;
}

size_t server_connections(const struct server *server)
{
    return server->peer_count;
}

void server_stop(struct server *server)
{
    for (size_t i = 0; i < server->port_count; i++) {
        listener_free(&server->ports[i]->listener);
    }
    while (server->peers != NULL) {
        server_peer_stop(server->peers);
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
        server_peer_end(server->peers, SERVER_END_STOPPED);
    }
    store_free(&server->store);
    tls_context_free(&server->tls);
    tls_authority_free(&server->authority);
    while (server->oldest != NULL) {
        generation_free(server);
    }
    free(server);
}
