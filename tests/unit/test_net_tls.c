/* TLS sessions with both ends in one loop: what is agreed, and what is said before, between and inside. */
#include "unit.h"

#include "tls_world.h"

enum { BIG = 12 * 1024 * 1024, PAUSE_MS = 1 };

static bool server_has_line(struct world *world)
{
    return bytes_index(buf_bytes(&world->server.got), '\n', 0) != BYTES_NONE;
}

static bool client_has_line(struct world *world)
{
    return bytes_index(buf_bytes(&world->client.got), '\n', 0) != BYTES_NONE;
}

static bool client_has_ended(struct world *world)
{
    return world->client.ended > 0;
}

/* ---- Versions and ciphers ---- */

struct version_row {
    const char *name;
    enum tls_version client_least, client_most;
    enum tls_version server_least, server_most;
    enum tls_version agreed; /* TLS_ANY: none */
};

static const char no_version[] = "there is no version of TLS that both sides allow";

static void check_no_version(const char *name, const struct world *world)
{
    const struct tls_facts *client = &world->client.facts;
    const struct tls_facts *server = &world->server.facts;
    bool by_server = strstr(server->failure, no_version) != NULL && server->alert_sent;
    bool by_client = strstr(client->failure, no_version) != NULL && client->alert_sent;
    UNIT_ROW(name, !client->secured && !server->secured);
    UNIT_ROW(name, client->version == TLS_ANY && server->version == TLS_ANY);
    UNIT_ROW(name, by_server != by_client);
    UNIT_ROW(name, by_server ? client->alert_received : server->alert_received);
    const char *other = by_server ? client->failure : server->failure;
    UNIT_ROW(name, strcmp(other, "the peer sent the alert \"protocol version\" (70)") == 0);
}

static void test_versions(void)
{
    static const struct version_row rows[] = {
        {"usual",         TLS_ANY, TLS_ANY, TLS_ANY, TLS_ANY, TLS_1_3},
        {"client 1.0",    TLS_ANY, TLS_1_0, TLS_ANY, TLS_ANY, TLS_1_0},
        {"server 1.0",    TLS_ANY, TLS_ANY, TLS_ANY, TLS_1_0, TLS_1_0},
        {"client 1.1",    TLS_1_1, TLS_1_1, TLS_ANY, TLS_ANY, TLS_1_1},
        {"server 1.2",    TLS_ANY, TLS_ANY, TLS_1_2, TLS_1_2, TLS_1_2},
        {"client is new", TLS_1_3, TLS_ANY, TLS_ANY, TLS_1_2, TLS_ANY},
        {"server is new", TLS_ANY, TLS_1_2, TLS_1_3, TLS_ANY, TLS_ANY},
        {"apart",         TLS_1_0, TLS_1_0, TLS_1_2, TLS_1_2, TLS_ANY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct version_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.least = row->client_least;
        client.most = row->client_most;
        server.least = row->server_least;
        server.most = row->server_most;
        UNIT_ROW(row->name, tls_world_handshake(&world, &client, &server));
        if (row->agreed == TLS_ANY) {
            check_no_version(row->name, &world.world);
        } else {
            UNIT_ROW(row->name, world.world.client.facts.version == row->agreed);
            UNIT_ROW(row->name, world.world.server.facts.version == row->agreed);
        }
        tls_world_deinit(&world);
    }
}

struct cipher_row {
    const char *name;
    const char *client;
    const char *server;
    enum tls_version most;
    const char *agreed; /* NULL: none */
};

static void test_ciphers(void)
{
    static const struct cipher_row rows[] = {
        {"one of the server",      NULL,                     "ECDHE-ECDSA-AES128-GCM-SHA256", TLS_1_2,
         "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"                                                                                           },
        {"one of the client",      "ECDHE-ECDSA-AES256-SHA", NULL,                            TLS_1_2,
         "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"                                                                                              },
        {"old",                    NULL,                     NULL,                            TLS_1_0, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
        {"TLS 1.3 has its own",    "ECDHE-ECDSA-AES256-SHA", NULL,                            TLS_ANY, "TLS_AES_256_GCM_SHA384"              },
        {"RSA",                    NULL,                     "AES128-SHA",                    TLS_1_0, "TLS_RSA_WITH_AES_128_CBC_SHA"        },
        {"RSA of the server",      NULL,                     "ECDHE-RSA-AES128-GCM-SHA256",   TLS_1_2,
         "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"                                                                                             },
        {"RSA of the server, 1.3", NULL,                     "AES128-SHA",                    TLS_ANY, "TLS_AES_256_GCM_SHA384"              },
        {"apart",                  "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA",        TLS_1_2, NULL                                  },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct cipher_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.ciphers = row->client;
        server.ciphers = row->server;
        server.most = row->most;
        UNIT_ROW(row->name, tls_world_handshake(&world, &client, &server));
        const struct tls_facts *facts = &world.world.server.facts;
        UNIT_ROW(row->name, facts->secured == (row->agreed != NULL));
        if (row->agreed != NULL) {
            UNIT_ROW(row->name, strcmp(facts->cipher, row->agreed) == 0);
            UNIT_ROW(row->name, strcmp(world.world.client.facts.cipher, row->agreed) == 0);
        } else {
            UNIT_ROW(row->name,
                     strcmp(facts->failure, "there is no cipher that both sides allow; we sent the "
                                            "alert \"handshake failure\" (40)") == 0);
        }
        tls_world_deinit(&world);
    }
}

/* ---- Server name ---- */

struct name_row {
    const char *name;
    const char *setting;
    const char *host;
    const char *sent;    /* SNI */
    const char *checked; /* against the certificate */
};

static void test_server_name(void)
{
    static const struct name_row rows[] = {
        {"setting",     "mx.example.test", "127.0.0.1", "mx.example.test", "mx.example.test"},
        {"host",        NULL,              "localhost", "localhost",       "localhost"      },
        {"address",     NULL,              "127.0.0.1", "",                "127.0.0.1"      },
        {"IPv6",        NULL,              "::1",       "",                "::1"            },
        {"nothing",     NULL,              NULL,        "",                ""               },
        {"Unix socket", NULL,              "/run/lmtp", "",                ""               },
        {"dot behind",  "localhost.",      NULL,        "localhost",       "localhost"      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct name_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.name = row->setting;
        UNIT_ROW(row->name, tls_world_connect(&world, &client, &server));
        conn_start_tls(world.world.client.conn, world.client, row->host, bytes_of(NULL));
        conn_start_tls(world.world.server.conn, world.server, NULL, bytes_of(NULL));
        UNIT_ROW(row->name, world_run(&world.world, both_secured));
        UNIT_ROW(row->name, world.world.client.facts.secured);
        UNIT_ROW(row->name, strcmp(world.world.client.facts.server_name, row->sent) == 0);
        UNIT_ROW(row->name, strcmp(world.world.server.facts.server_name, row->sent) == 0);
        UNIT_ROW(row->name, strcmp(world.world.client.facts.checked_name, row->checked) == 0);
        UNIT_ROW(row->name, world.world.server.facts.checked_name[0] == '\0');
        tls_world_deinit(&world);
    }
}

/* ---- Before and between ---- */

static struct bytes rest_behind_line(const struct end_point *end)
{
    struct bytes got = buf_bytes(&end->got);
    return bytes_skip(got, bytes_index(got, '\n', 0) + 1);
}

static bool server_has_more_than_the_line(struct world *world)
{
    return server_has_line(world) && rest_behind_line(&world->server).n >= 5;
}

/* As with STARTTLS: a line each in clear text, then the session on the same connection. */
static void test_clear_text_before(void)
{
    struct tls_world world;
    tls_world_open(&world);
    struct end_point *ends[] = {&world.world.client, &world.world.server};
    CU_ASSERT(conn_write(ends[0]->conn, BYTES_LIT("STARTTLS\r\n")));
    CU_ASSERT(world_run(&world.world, server_has_line));
    CU_ASSERT(conn_write(ends[1]->conn, BYTES_LIT("220 begin\r\n")));
    conn_start_tls(ends[1]->conn, world.server, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(&world.world, client_has_line));
    CU_ASSERT_FALSE(conn_is_secured(ends[0]->conn));
    conn_start_tls(ends[0]->conn, world.client, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(&world.world, both_secured));
    CU_ASSERT(conn_is_secured(ends[0]->conn) && conn_is_secured(ends[1]->conn));
    CU_ASSERT(bytes_is(buf_bytes(&ends[0]->got), "220 begin\r\n"));
    CU_ASSERT(bytes_is(buf_bytes(&ends[1]->got), "STARTTLS\r\n"));
    tls_world_deinit(&world);
}

/* The first flight came together with what was said in clear text; it is not lost. */
static void test_early_octets(void)
{
    struct tls_world world;
    tls_world_open(&world);
    struct end_point *end = &world.world.server;
    conn_write(world.world.client.conn, BYTES_LIT("STARTTLS\r\n"));
    conn_start_tls(world.world.client.conn, world.client, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(&world.world, server_has_more_than_the_line));
    conn_start_tls(end->conn, world.server, NULL, rest_behind_line(end));
    buf_clear(&end->got); /* the early octets were copied */
    CU_ASSERT(world_run(&world.world, both_secured));
    CU_ASSERT(end->facts.secured);
    CU_ASSERT_EQUAL(end->got.n, 0);
    tls_world_deinit(&world);
}

/* What is written while the handshake runs waits for it, and so does the half-close. */
static void test_written_between(void)
{
    struct tls_world world;
    tls_world_open(&world);
    tls_world_start(&world);
    CU_ASSERT(conn_write(world.world.client.conn, BYTES_LIT("EHLO ")));
    CU_ASSERT(conn_write(world.world.client.conn, BYTES_LIT("a\r\n")));
    CU_ASSERT_EQUAL(conn_unsent(world.world.client.conn), 8);
    conn_shutdown(world.world.client.conn);
    CU_ASSERT(world_run(&world.world, server_has_line));
    CU_ASSERT(bytes_is(buf_bytes(&world.world.server.got), "EHLO a\r\n"));
    CU_ASSERT_EQUAL(world.world.server.secured, 1);
    CU_ASSERT_EQUAL(conn_unsent(world.world.client.conn), 0);
    CU_ASSERT_FALSE(conn_write(world.world.client.conn, BYTES_LIT("more")));
    tls_world_deinit(&world);
}

/* Begun before it is connected: it waits for that, and what is written meanwhile for both. */
static void test_begun_before_connected(void)
{
    struct tls_world world;
    struct world *inner = &world.world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    world.client = tls_context_new_client(&client, NULL);
    world.server = tls_context_new_server(&server, world.authority, NULL);
    inner->listener = listener_new_tcp(inner->loop, "127.0.0.1", 0, tls_world_accept, &world, NULL);
    inner->client.conn = conn_connect_tcp(inner->loop, "127.0.0.1", listener_port(inner->listener),
                                          NULL, &end_events, &inner->client);
    conn_start_tls(inner->client.conn, world.client, NULL, bytes_of(NULL));
    CU_ASSERT(conn_write(inner->client.conn, BYTES_LIT("EHLO a\r\n")));
    conn_shutdown(inner->client.conn);
    CU_ASSERT_EQUAL(conn_unsent(inner->client.conn), 8);
    CU_ASSERT(world_run(inner, server_has_line));
    CU_ASSERT(bytes_is(buf_bytes(&inner->server.got), "EHLO a\r\n"));
    CU_ASSERT(inner->server.facts.secured && inner->client.facts.secured);
    tls_world_deinit(&world);
}

/* Where no connection comes to be, there is nothing to secure. */
static void test_begun_and_never_connected(void)
{
    struct tls_world world;
    struct world *inner = &world.world;
    tls_world_init(&world);
    struct tls_settings client = tls_world_client(&world);
    world.client = tls_context_new_client(&client, NULL);
    inner->client.conn = conn_connect_unix(inner->loop, world.folder, &end_events, &inner->client);
    conn_start_tls(inner->client.conn, world.client, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(inner, client_has_ended));
    CU_ASSERT_EQUAL(inner->client.end, CONN_END_FAILED);
    CU_ASSERT_EQUAL(inner->client.secured, 0);
    CU_ASSERT_FALSE(conn_write(inner->client.conn, BYTES_LIT("x")));
    tls_world_deinit(&world);
}

static bool server_has_hello(struct world *world)
{
    return world->server.got.n > 5;
}

/* On the wire only TLS is seen: a server that does not join in gets a whole record, and nothing in clear text. */
static void test_wire(void)
{
    struct tls_world world;
    tls_world_open(&world);
    conn_start_tls(world.world.client.conn, world.client, NULL, bytes_of(NULL));
    conn_write(world.world.client.conn, BYTES_LIT("secret"));
    CU_ASSERT_EQUAL(world.world.client.secured, 0); /* nothing from within the call */
    CU_ASSERT(world_run(&world.world, server_has_hello));
    struct bytes got = buf_bytes(&world.world.server.got);
    CU_ASSERT_EQUAL(got.n, (size_t)got.p[3] * 256 + got.p[4] + 5);
    CU_ASSERT_EQUAL(got.p[0], 22); /* handshake, RFC 8446 5.1 */
    CU_ASSERT_EQUAL(bytes_find(got, BYTES_LIT("secret"), 0), BYTES_NONE);
    tls_world_deinit(&world);
}

/* ---- Inside ---- */

static bool client_has_drained(struct world *world)
{
    return world->client.drained > 0;
}

static void test_echo(void)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    world.world.server.echoes = true;
    world.world.client.drained = 0;
    CU_ASSERT(conn_write(world.world.client.conn, bytes_of(NULL)));
    CU_ASSERT(conn_write(world.world.client.conn, BYTES_LIT("a\0b\r\n")));
    CU_ASSERT_EQUAL(world.world.client.drained, 0);
    CU_ASSERT(world_run(&world.world, client_has_line));
    CU_ASSERT(bytes_equal(buf_bytes(&world.world.client.got), BYTES_LIT("a\0b\r\n")));
    CU_ASSERT(world_run(&world.world, client_has_drained));
    CU_ASSERT_EQUAL(conn_unsent(world.world.client.conn), 0);
    tls_world_deinit(&world);
}

static bool all_came(struct world *world)
{
    return world->client.got.n + world->server.got.n >= 2 * (size_t)BIG;
}

/* Each end stops reading now and then; a timer lets it go on. */
struct stopper {
    struct tls_world world;
    struct timer *timer;
    size_t stops;
};

static void go_on(void *self)
{
    struct stopper *stopper = self;
    stopper->stops++;
    conn_pause(stopper->world.world.server.conn, stopper->stops % 2 == 1);
    conn_pause(stopper->world.world.client.conn, stopper->stops % 3 == 1);
    timer_start(stopper->timer, PAUSE_MS);
}

static bool is_pattern(struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        if (octets.p[i] != (unsigned char)(i * 7 + i / 251)) {
            return false;
        }
    }
    return true;
}

static void test_big_with_pauses(void)
{
    struct stopper stopper = {.stops = 0};
    struct tls_world *world = &stopper.world;
    struct buf big = {0};
    tls_world_init(world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(world);
    CU_ASSERT_FATAL(tls_world_handshake(world, &client, &server));
    for (size_t i = 0; i < BIG; i++) {
        buf_append_octet(&big, (unsigned char)(i * 7 + i / 251));
    }
    world->world.server.echoes = true;
    stopper.timer = timer_new(world->world.loop, go_on, &stopper);
    timer_start(stopper.timer, PAUSE_MS);
    CU_ASSERT(conn_write(world->world.client.conn, buf_bytes(&big)));
    CU_ASSERT(conn_unsent(world->world.client.conn) > 0);
    CU_ASSERT(world_run(&world->world, all_came));
    CU_ASSERT(stopper.stops > 3);
    CU_ASSERT_EQUAL(world->world.client.got.n, BIG);
    CU_ASSERT(is_pattern(buf_bytes(&world->world.client.got)));
    timer_free(&stopper.timer);
    buf_deinit(&big);
    tls_world_deinit(world);
}

/* Paused in the middle of what one read brought: the owner gets nothing more until he goes on, and then all of it. */
static void pause_at_each(void *self, struct bytes octets)
{
    struct end_point *end = self;
    buf_append(&end->got, octets);
    conn_pause(end->conn, true);
    world_check(end->world);
}

static bool server_has_one_more(struct world *world)
{
    return world->server.got.n > 0;
}

static void test_pause_between_records(void)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    struct conn_events events = end_events;
    events.octets = pause_at_each;
    world.world.server_events = &events;
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    for (size_t i = 0; i < 5; i++) {
        conn_write(world.world.client.conn, BYTES_LIT("x"));
    }
    for (size_t i = 0; i < 5; i++) {
        buf_clear(&world.world.server.got);
        CU_ASSERT(world_run(&world.world, server_has_one_more));
        CU_ASSERT_EQUAL(world.world.server.got.n, 1);
        conn_pause(world.world.server.conn, false);
        CU_ASSERT_EQUAL(world.world.server.got.n, 1); /* nothing from within the call */
    }
    tls_world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"versions",                   test_versions                 },
    {"ciphers",                    test_ciphers                  },
    {"server name",                test_server_name              },
    {"clear text before",          test_clear_text_before        },
    {"early octets",               test_early_octets             },
    {"written between",            test_written_between          },
    {"begun before connected",     test_begun_before_connected   },
    {"never connected",            test_begun_and_never_connected},
    {"on the wire",                test_wire                     },
    {"echo",                       test_echo                     },
    {"big, with pauses",           test_big_with_pauses          },
    {"paused between two records", test_pause_between_records    },
};

UNIT_MAIN("net_tls", tests)
