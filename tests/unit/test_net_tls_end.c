/* How TLS sessions end: in order, without close_notify, and cut anywhere. */
#include "unit.h"

#include "tls_world.h"

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

static bool server_ended(struct world *world)
{
    return world->server.ended > 0;
}

static bool client_has_reply(struct world *world)
{
    return world->client.got.n >= 3;
}

/* ---- In order ---- */

struct end_row {
    const char *name;
    void (*close)(struct end_point *client);
    enum tls_version most;
    enum tls_disturbance disturbance;
    enum conn_end end;
    bool was_cut;
    const char *text;
};

static void close_half(struct end_point *client)
{
    conn_shutdown(client->conn);
}

static void close_free(struct end_point *client)
{
    conn_free(&client->conn);
}

static void close_reset(struct end_point *client)
{
    conn_reset(client->conn);
}

static const char in_order[] = "the peer closed the TLS session";
static const char cut_short[] = "the peer closed the connection without close_notify";
static const char was_reset[] = "the peer reset the connection";

static void test_ends(void)
{
    static const struct end_row rows[] = {
        {"half-close",                    close_half,  TLS_ANY, TLS_DISTURB_NOTHING,         CONN_END_FIN,   false, in_order },
        {"half-close, 1.2",               close_half,  TLS_1_2, TLS_DISTURB_NOTHING,         CONN_END_FIN,   false,
         in_order                                                                                                            },
        {"freed",                         close_free,  TLS_ANY, TLS_DISTURB_NOTHING,         CONN_END_FIN,   false, in_order },
        {"freed, 1.0",                    close_free,  TLS_1_0, TLS_DISTURB_NOTHING,         CONN_END_FIN,   false, in_order },
        {"reset",                         close_reset, TLS_ANY, TLS_DISTURB_NOTHING,         CONN_END_RESET, true,  was_reset},
        {"no close_notify",               close_free,  TLS_ANY, TLS_DISTURB_NO_CLOSE_NOTIFY, CONN_END_FIN,   true,
         cut_short                                                                                                           },
        {"no close_notify at half-close", close_half,  TLS_1_2, TLS_DISTURB_NO_CLOSE_NOTIFY,
         CONN_END_FIN,                                                                                       true,  cut_short},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct end_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.most = row->most;
        client.disturbance = row->disturbance;
        UNIT_ROW(row->name, tls_world_handshake(&world, &client, &server));
        struct end_point *end = &world.world.server;
        UNIT_ROW(row->name, !conn_tls_was_cut(end->conn));
        row->close(&world.world.client);
        UNIT_ROW(row->name, world_run(&world.world, server_ended));
        UNIT_ROW(row->name, end->end == row->end);
        UNIT_ROW(row->name, conn_tls_was_cut(end->conn) == row->was_cut);
        UNIT_ROW(row->name, strcmp(end->text, row->text) == 0);
        tls_world_deinit(&world);
    }
}

/* After the client's half-close the server still answers, and closes then. */
static void test_half_close(void)
{
    static const enum tls_version versions[] = {TLS_1_2, TLS_1_3};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.most = versions[i];
        CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
        struct end_point *ends[] = {&world.world.client, &world.world.server};
        conn_write(ends[0]->conn, BYTES_LIT("QUIT"));
        conn_shutdown(ends[0]->conn);
        CU_ASSERT_FALSE(conn_write(ends[0]->conn, BYTES_LIT("more")));
        CU_ASSERT(world_run(&world.world, server_ended));
        CU_ASSERT(bytes_is(buf_bytes(&ends[1]->got), "QUIT"));
        CU_ASSERT(conn_write(ends[1]->conn, BYTES_LIT("221")));
        CU_ASSERT(world_run(&world.world, client_has_reply));
        conn_free(&ends[1]->conn);
        CU_ASSERT(world_run(&world.world, client_ended));
        CU_ASSERT(bytes_is(buf_bytes(&ends[0]->got), "221"));
        CU_ASSERT_EQUAL(ends[0]->end, CONN_END_FIN);
        CU_ASSERT_FALSE(conn_tls_was_cut(ends[0]->conn));
        tls_world_deinit(&world);
    }
}

/* All that was written before the free arrives, and then close_notify, though the peer reads slowly. */
static void test_freed_behind_much(void)
{
    enum { MUCH = 8 * 1024 * 1024 };
    struct buf much = {0};
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    buf_append_fill(&much, 'x', MUCH);
    CU_ASSERT(conn_write(world.world.client.conn, buf_bytes(&much)));
    conn_free(&world.world.client.conn);
    CU_ASSERT(world_run(&world.world, server_ended));
    CU_ASSERT_EQUAL(world.world.server.got.n, MUCH);
    CU_ASSERT_FALSE(conn_tls_was_cut(world.world.server.conn));
    buf_deinit(&much);
    tls_world_deinit(&world);
}

/* ---- Freed from within a callback ---- */

static void free_at_octets(void *self, struct bytes octets)
{
    struct end_point *end = self;
    buf_append(&end->got, octets);
    conn_free(&end->conn);
    world_check(end->world);
}

static void free_at_secured(void *self, const struct tls_facts *facts)
{
    struct end_point *end = self;
    end->secured++;
    end->facts = *facts;
    conn_free(&end->conn);
    world_check(end->world);
}

static void test_freed_in_callback(void)
{
    for (unsigned i = 0; i < 2; i++) {
        struct tls_world world;
        struct conn_events events = end_events;
        if (i == 0) {
            events.octets = free_at_octets;
        } else {
            events.secured = free_at_secured;
        }
        tls_world_init(&world);
        world.world.server_events = &events;
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        CU_ASSERT_FATAL(tls_world_connect(&world, &client, &server));
        tls_world_start(&world);
        conn_write(world.world.client.conn, BYTES_LIT("one"));
        CU_ASSERT(world_run(&world.world, client_ended));
        CU_ASSERT_EQUAL(world.world.client.end, CONN_END_FIN);
        CU_ASSERT_EQUAL(world.world.server.got.n, i == 0 ? 3 : 0);
        tls_world_deinit(&world);
    }
}

/* The context may go before the sessions that use it. */
static void test_context_goes_first(void)
{
    struct tls_world world;
    tls_world_open(&world);
    tls_world_start(&world);
    tls_context_free(&world.client);
    tls_context_free(&world.server);
    tls_authority_free(&world.authority);
    CU_ASSERT(world_run(&world.world, both_secured));
    CU_ASSERT(world.world.client.facts.secured);
    tls_world_deinit(&world);
}

/* ---- Cut anywhere ---- */

/* Told of the session's end, in the handshake or behind it. */
static bool is_over(const struct end_point *end)
{
    return end->ended > 0 || (end->secured > 0 && !end->facts.secured);
}

static bool both_over(struct world *world)
{
    return is_over(&world->client) && is_over(&world->server);
}

/* Who cuts behind so many octets? Returns whether its handshake was done by then. */
static bool cut_behind(bool client_cuts, enum tls_version most, size_t octets)
{
    char name[64];
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    struct tls_settings *cutter = client_cuts ? &client : &server;
    cutter->disturbance = TLS_DISTURB_CUT;
    cutter->cut_at = octets;
    client.most = most;
    snprintf(name, sizeof name, "%s cuts behind %zu of TLS %s", client_cuts ? "client" : "server",
             octets, tls_version_name(most));
    UNIT_ROW(name, tls_world_connect(&world, &client, &server));
    tls_world_start(&world);
    conn_write(world.world.client.conn,
               BYTES_LIT("hello")); /* so that each has octets behind its handshake */
    conn_write(world.world.server.conn, BYTES_LIT("hello"));
    UNIT_ROW(name, world_run(&world.world, both_over));
    const struct end_point *ends[] = {&world.world.client, &world.world.server};
    const struct end_point *cutting = ends[client_cuts ? 0 : 1];
    const struct end_point *other = ends[client_cuts ? 1 : 0];
    bool was_done = cutting->facts.secured;
    const char *text = was_done ? cutting->text : cutting->facts.failure;
    UNIT_ROW(name,
             strcmp(text, "we cut the connection in the middle of TLS, as the settings say") == 0);
    UNIT_ROW(name, !conn_write(cutting->conn, BYTES_LIT("x")) && conn_is_broken(cutting->conn));
    UNIT_ROW(name, other->facts.secured ? conn_tls_was_cut(other->conn)
                                        : other->facts.failure[0] != '\0');
    tls_world_deinit(&world);
    return was_done;
}

static void test_cut_anywhere(void)
{
    static const struct {
        bool client;
        enum tls_version most;
        size_t step;
    } rows[] = {
        {true,  TLS_1_3, 1 },
        {true,  TLS_1_2, 3 },
        {false, TLS_1_3, 13},
        {false, TLS_1_2, 13}
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t octets = 0;
        while (!cut_behind(rows[i].client, rows[i].most, octets)) {
            octets += rows[i].step;
        }
        CU_ASSERT(octets > 100 && octets < 4000);
    }
}

static const struct unit_test tests[] = {
    {"ends",                test_ends              },
    {"half-close",          test_half_close        },
    {"freed behind much",   test_freed_behind_much },
    {"freed in a callback", test_freed_in_callback },
    {"context goes first",  test_context_goes_first},
    {"cut anywhere",        test_cut_anywhere      },
};

UNIT_MAIN("net_tls_end", tests)
