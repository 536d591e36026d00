/*
 * net_world - a loop, a listener and two ends of a connection, for the tests of harness/net
 *
 * Each end keeps what it was told. world_run() runs the loop until `done` holds; a watchdog ends a test that would
 * hang, and the test then fails because `done` does not hold.
 */
#ifndef MAILSPEC_TESTS_NET_WORLD_H
#define MAILSPEC_TESTS_NET_WORLD_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/loop.h"

enum { WATCHDOG_MS = 30000 };

struct world;

struct end_point {
    struct world *world;
    struct conn *conn;
    struct buf got;
    unsigned connected;
    unsigned ended;
    unsigned drained;
    unsigned secured;
    struct tls_facts facts; /* of secured */
    enum conn_end end;
    char text[1024]; /* of connected or ended, the last one */
    bool echoes;
};

struct world {
    struct loop *loop;
    struct listener *listener;
    struct timer *watchdog;
    struct end_point client;
    struct end_point server;
    char peer[80];
    const struct conn_events *server_events; /* NULL: end_events */
    bool (*done)(struct world *world);
};

static inline void world_check(struct world *world)
{
    if (world->done != NULL && world->done(world)) {
        loop_stop(world->loop);
    }
}

static inline void end_connected(void *self, const char *text)
{
    struct end_point *end = self;
    end->connected++;
    snprintf(end->text, sizeof end->text, "%s", text);
    world_check(end->world);
}

static inline void end_octets(void *self, struct bytes octets)
{
    struct end_point *end = self;
    buf_append(&end->got, octets);
    if (end->echoes) {
        conn_write(end->conn, octets);
    }
    world_check(end->world);
}

static inline void end_ended(void *self, enum conn_end how, const char *text)
{
    struct end_point *end = self;
    end->ended++;
    end->end = how;
    snprintf(end->text, sizeof end->text, "%s", text);
    world_check(end->world);
}

static inline void end_drained(void *self)
{
    struct end_point *end = self;
    end->drained++;
    world_check(end->world);
}

static inline void end_secured(void *self, const struct tls_facts *facts)
{
    struct end_point *end = self;
    end->secured++;
    end->facts = *facts;
    world_check(end->world);
}

static const struct conn_events end_events = {
    .connected = end_connected,
    .octets = end_octets,
    .ended = end_ended,
    .drained = end_drained,
    .secured = end_secured,
};

static inline void world_accept(void *self, struct listener *listener)
{
    struct world *world = self;
    const struct conn_events *events =
        world->server_events != NULL ? world->server_events : &end_events;
    world->server.conn =
        conn_accept(listener, events, &world->server, world->peer, sizeof world->peer);
    world->server.connected++;
    world_check(world);
}

static inline void world_late(void *self)
{
    loop_stop(((struct world *)self)->loop);
}

static inline void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->loop = loop_new();
    world->watchdog = timer_new(world->loop, world_late, world);
    world->client.world = world;
    world->server.world = world;
}

/* Run until `done` holds; false when the watchdog had to end it. */
static inline bool world_run(struct world *world, bool (*done)(struct world *world))
{
    world->done = done;
    timer_start(world->watchdog, WATCHDOG_MS);
    if (!done(world)) {
        loop_run(world->loop);
    }
    timer_stop(world->watchdog);
    world->done = NULL;
    return done(world);
}

static inline bool both_connected(struct world *world)
{
    return world->client.connected > 0 && world->server.connected > 0;
}

/* A listener on a free loopback port, and both ends of one connection to it. */
static inline bool world_connect(struct world *world)
{
    world->listener = listener_new_tcp(world->loop, "127.0.0.1", 0, world_accept, world, NULL);
    if (world->listener == NULL) {
        return false;
    }
    world->client.conn = conn_connect_tcp(world->loop, "127.0.0.1", listener_port(world->listener),
                                          NULL, &end_events, &world->client);
    return world_run(world, both_connected);
}

static inline void world_deinit(struct world *world)
{
    conn_free(&world->client.conn);
    conn_free(&world->server.conn);
    listener_free(&world->listener);
    timer_free(&world->watchdog);
    loop_free(&world->loop);
    buf_deinit(&world->client.got);
    buf_deinit(&world->server.got);
}

#endif
