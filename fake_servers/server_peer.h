/*
 * server_peer - one connection of a server and its session; private to server.c and server_peer.c
 *
 * server.c has the addresses, the settings and the life of the server; server_tls.c the contexts of TLS sessions; server_peer.c
 * what happens on a connection.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SERVER_PEER_H
#define MAILSPEC_FAKE_SERVERS_SERVER_PEER_H

#include "base/buf.h"
#include "fake_servers/server.h"
#include "fake_servers/store.h"
#include "net/conn.h"
#include "net/listener.h"

struct server_port {
    struct server *server;
    struct listener *listener;
    enum server_protocol protocol;
    bool is_unix;
    bool is_tls; /* from the first octet on */
};

/* What settings point to, and the sessions that began while they held. Ordered by age; the last one holds now. */
struct generation {
    struct generation *next;
    struct arena *arena; /* NULL: the caller's */
    size_t peers;
};

struct server_peer;

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
    struct tls_authority *authority; /* NULL: the settings', or none yet */
    struct tls_context *tls;         /* of sessions that begin; NULL: there was none yet */
    size_t tls_ports;
    struct server_observer observer; /* zeroed: none */
    uint64_t last_number;            /* of a connection */
};

/* A listener's callback, with a struct server_port. */
void server_peer_came(void *self, struct listener *listener);
/* Say 421 where the protocol has that, then end. */
void server_peer_stop(struct server_peer *peer);
/* Tell the observer, let what was written go out, forget the connection. */
void server_peer_end(struct server_peer *peer, enum server_end end);

/* ---- server_tls.c ---- */

/* The sessions from now on are of these settings. -1 and a sentence: what they name cannot be had, and all stays as it was. */
int server_change_tls(struct server *server, const struct server_settings *settings,
                      struct error *error);
/* From now on there is a context. -1 and a sentence: there cannot be one. */
int server_need_tls(struct server *server, struct error *error);

/* ---- server.c ---- */

/* Free what no session can have seen. */
void server_forget_settings(struct server *server);

#endif
