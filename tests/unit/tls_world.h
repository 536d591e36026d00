/*
 * tls_world - both ends of a TLS session in one loop, for the tests of harness/net
 *
 * A world of net_world.h, an authority and a context for each end. Files stand in a folder that goes with the world.
 */
#ifndef MAILSPEC_TESTS_TLS_WORLD_H
#define MAILSPEC_TESTS_TLS_WORLD_H

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "net/tls.h"
#include "net_world.h"

struct tls_world {
    struct world world;
    struct tls_authority *authority;
    struct tls_context *client;
    struct tls_context *server;
    char folder[64];
    char ca[96];
    char client_pem[96];
};

static const char *const tls_world_names[] = {"mx.example.test", "localhost", "127.0.0.1"};

/* Of a server whose certificate is good. */
static inline struct tls_settings tls_world_server(void)
{
    return (struct tls_settings){.names = tls_world_names, .name_count = 3};
}

/* Of a client that trusts the authority and asks for the first name. */
static inline struct tls_settings tls_world_client(const struct tls_world *world)
{
    return (struct tls_settings){.ca_file = world->ca, .name = tls_world_names[0]};
}

static inline void tls_world_init(struct tls_world *world)
{
    memset(world, 0, sizeof *world);
    world_init(&world->world);
    snprintf(world->folder, sizeof world->folder, "/tmp/mailspec-tls-XXXXXX");
    CU_ASSERT_FATAL(mkdtemp(world->folder) != NULL);
    snprintf(world->ca, sizeof world->ca, "%s/ca.pem", world->folder);
    snprintf(world->client_pem, sizeof world->client_pem, "%s/client.pem", world->folder);
    world->authority = tls_authority_open(NULL, NULL);
    CU_ASSERT_FATAL(world->authority != NULL);
    CU_ASSERT_FATAL(tls_authority_write(world->authority, world->ca, NULL) == 0);
}

static inline void tls_world_deinit(struct tls_world *world)
{
    world_deinit(&world->world);
    tls_context_free(&world->client);
    tls_context_free(&world->server);
    tls_authority_free(&world->authority);
    (void)unlink(world->ca);
    (void)unlink(world->client_pem);
    CU_ASSERT_EQUAL(rmdir(world->folder), 0);
}

/* Contexts of these settings, and a connection in clear text. */
static inline bool tls_world_connect(struct tls_world *world, const struct tls_settings *client,
                                     const struct tls_settings *server)
{
    struct error error = {""};
    world->client = tls_context_new_client(client, &error);
    if (world->client != NULL) {
        world->server = tls_context_new_server(server, world->authority, &error);
    }
    if (error.text[0] != '\0') {
        fprintf(stderr, "%s\n", error.text);
    }
    return world->client != NULL && world->server != NULL && world_connect(&world->world);
}

/* A world of good certificates, and a connection in clear text. */
static inline void tls_world_open(struct tls_world *world)
{
    tls_world_init(world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(world);
    CU_ASSERT_FATAL(tls_world_connect(world, &client, &server));
}

static inline bool both_secured(struct world *world)
{
    return world->client.secured > 0 && world->server.secured > 0;
}

static inline void tls_world_start(struct tls_world *world)
{
    conn_start_tls(world->world.client.conn, world->client, "127.0.0.1", bytes_of(NULL));
    conn_start_tls(world->world.server.conn, world->server, NULL, bytes_of(NULL));
}

/* For a listener whose connections begin TLS at once. */
static inline void tls_world_accept(void *self, struct listener *listener)
{
    struct tls_world *world = self;
    world_accept(&world->world, listener);
    conn_start_tls(world->world.server.conn, world->server, NULL, bytes_of(NULL));
}

/* A handshake of these settings, told to both ends, however it ended. */
static inline bool tls_world_handshake(struct tls_world *world, const struct tls_settings *client,
                                       const struct tls_settings *server)
{
    if (!tls_world_connect(world, client, server)) {
        return false;
    }
    tls_world_start(world);
    return world_run(&world->world, both_secured);
}

#endif
