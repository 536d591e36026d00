/* TLS with peers that send no TLS, or send it octet by octet. */
#include "unit.h"

#include "tls_world.h"

static bool server_ended(struct world *world)
{
    return world->server.ended > 0;
}

static bool server_is_told(struct world *world)
{
    return world->server.secured > 0;
}

static bool client_is_told(struct world *world)
{
    return world->client.secured > 0;
}

/* ---- No TLS ---- */

static void test_garbage(void)
{
    for (unsigned i = 0; i < 2; i++) {
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        (i == 0 ? &client : &server)->disturbance = TLS_DISTURB_GARBAGE;
        CU_ASSERT_FATAL(tls_world_connect(&world, &client, &server));
        tls_world_start(&world);
        struct end_point *ours = i == 0 ? &world.world.client : &world.world.server;
        struct end_point *other = i == 0 ? &world.world.server : &world.world.client;
        CU_ASSERT(world_run(&world.world, i == 0 ? server_is_told : client_is_told));
        CU_ASSERT(strstr(other->facts.failure, "what the peer sent is not TLS") != NULL);
        conn_free(&other->conn);
        CU_ASSERT(world_run(&world.world, both_secured));
        CU_ASSERT(!ours->facts.secured && !other->facts.secured);
        tls_world_deinit(&world);
    }
}

struct raw_row {
    const char *name;
    struct bytes octets;
    const char *of_server; /* what the victim says of it, as the server and as the client */
    const char *of_client;
};

#define CLOSED  "the peer closed the connection during the TLS handshake"
#define NO_SMTP "what the peer sent is not TLS: \"220 mx.example.test ESMTP\\r\\n\""
#define NO_POP3 "what the peer sent is not TLS: \"+OK ready\\r\\n\""
#define HTTP    "what the peer sent is HTTP, not TLS"
#define NO_PLACE                                                                                   \
    "the peer sent a TLS message that has no place there; we sent the alert "                      \
    "\"unexpected_message\" (10)"
#define TOO_LONG                                                                                   \
    "the peer sent a TLS record that is too long; we sent the alert \"record overflow\" (22)"

/* A peer who opens a connection, says something else, and is silent then. */
static const struct raw_row raw_rows[] = {
    {"nothing",           BYTES_INIT(""),                                 CLOSED,   CLOSED  },
    {"SMTP",              BYTES_INIT("220 mx.example.test ESMTP\r\n"),    NO_SMTP,  NO_SMTP },
    {"POP3",              BYTES_INIT("+OK ready\r\n"),                    NO_POP3,  NO_POP3 },
    {"HTTP",              BYTES_INIT("GET / HTTP/1.0\r\n\r\n"),           HTTP,     HTTP    },
    {"one octet",         BYTES_INIT("\x16"),                             CLOSED,   CLOSED  },
    {"part of a record",  BYTES_INIT("\x16\x03\x01\x00\x40\x01"),         CLOSED,   CLOSED  },
    {"empty record",      BYTES_INIT("\x16\x03\x01\x00\x00"),             CLOSED,   CLOSED  },
    {"too long a record", BYTES_INIT("\x16\x03\x01\xff\xff\x01\x00\x00"), TOO_LONG, TOO_LONG},
    {"alert",             BYTES_INIT("\x15\x03\x01\x00\x02\x02\x28"),     NO_PLACE,
     "the peer sent the alert \"handshake failure\" (40)"                                   },
    {"unknown alert",     BYTES_INIT("\x15\x03\x01\x00\x02\x02\xfe"),     NO_PLACE,
     "the peer sent the alert \"unknown\" (254)"                                            },
    {"close_notify",      BYTES_INIT("\x15\x03\x01\x00\x02\x01\x00"),     NO_PLACE,
     "the peer closed the TLS session during its handshake"                                 },
    {"no certificate",    BYTES_INIT("\x15\x03\x03\x00\x02\x02\x74"),     NO_PLACE,
     "the peer sent the alert \"certificate required\" (116)"                               },
    {"data",              BYTES_INIT("\x17\x03\x01\x00\x05hello"),        NO_PLACE, NO_PLACE},
};

/* Empty, where it is no text. */
static struct bytes first_line_of(struct bytes octets)
{
    const bool is_text = octets.n > 0 && octets.p[0] > ' ' && octets.p[0] < '~';
    const size_t end = bytes_index(octets, '\n', 0);
    return bytes_slice(octets, 0, is_text ? end + 1 : 0);
}

static void check_raw(const struct raw_row *row, bool to_server)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    UNIT_ROW(row->name, tls_world_connect(&world, &client, &server));
    struct end_point *victim = to_server ? &world.world.server : &world.world.client;
    struct end_point *peer = to_server ? &world.world.client : &world.world.server;
    conn_start_tls(victim->conn, to_server ? world.server : world.client, NULL, bytes_of(NULL));
    conn_write(peer->conn, row->octets);
    conn_shutdown(peer->conn);
    UNIT_ROW(row->name, world_run(&world.world, to_server ? server_is_told : client_is_told));
    UNIT_ROW(row->name, !victim->facts.secured);
    const char *wanted = to_server ? row->of_server : row->of_client;
    UNIT_ROW(row->name, strcmp(victim->facts.failure, wanted) == 0);
    UNIT_ROW(row->name, victim->facts.alert_sent == (strstr(wanted, "we sent") != NULL));
    UNIT_ROW(row->name,
             victim->facts.alert_received == (strstr(wanted, "peer sent the alert") != NULL));
    UNIT_ROW(row->name, bytes_equal(bytes_of(victim->facts.instead), first_line_of(row->octets)));
    UNIT_ROW(row->name, victim->ended == 0 && !conn_is_secured(victim->conn));
    UNIT_ROW(row->name, !conn_write(victim->conn, BYTES_LIT("x")));
    tls_world_deinit(&world);
}

static void test_raw_peers(void)
{
    for (size_t i = 0; i < sizeof raw_rows / sizeof raw_rows[0]; i++) {
        check_raw(&raw_rows[i], true);
        check_raw(&raw_rows[i], false);
    }
}

/* What is shown is what stands in place of a record, not what came before it; however it is cut. */
static void test_clear_text_behind_a_record(void)
{
    static const struct bytes octets = BYTES_INIT("\x15\x03\x01\x00\x02\x01\x5a"
                                                  "220 mx.example.test ESMTP\r\n");
    for (size_t cut = 0; cut < 12; cut++) {
        struct tls_world world;
        tls_world_open(&world);
        struct end_point *victim = &world.world.client;
        conn_start_tls(victim->conn, world.client, NULL, bytes_slice(octets, 0, cut));
        conn_write(world.world.server.conn, bytes_skip(octets, cut));
        CU_ASSERT(world_run(&world.world, client_is_told));
        CU_ASSERT_STRING_EQUAL(victim->facts.failure, NO_SMTP);
        CU_ASSERT_STRING_EQUAL(victim->facts.instead, "");
        tls_world_deinit(&world);
    }
}

static void test_begun_behind_the_end(void)
{
    struct tls_world world;
    tls_world_open(&world);
    conn_shutdown(world.world.client.conn);
    CU_ASSERT(world_run(&world.world, server_ended));
    conn_start_tls(world.world.server.conn, world.server, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(&world.world, server_is_told));
    CU_ASSERT_STRING_EQUAL(world.world.server.facts.failure,
                           "the peer had closed the connection before the TLS handshake");
    tls_world_deinit(&world);
}

/* ---- Octet by octet ---- */

/* Between the two ends of the session: hands on one octet at a time, each with a write and a round of the loop of its own. */
struct relay_side {
    struct conn *from;
    struct conn *to;
    struct buf octets;
    struct timer *timer;
};

struct relay {
    struct tls_world *world;
    struct listener *listener;
    struct relay_side sides[2];
};

static void hand_on(void *self)
{
    struct relay_side *side = self;
    if (side->octets.n > 0) {
        conn_write(side->to, bytes_slice(buf_bytes(&side->octets), 0, 1));
        buf_consume(&side->octets, 1);
    }
    if (side->octets.n > 0) {
        timer_start(side->timer, 0);
    }
}

static void relay_octets(void *self, struct bytes octets)
{
    struct relay_side *side = self;
    buf_append(&side->octets, octets);
    timer_start(side->timer, 0);
}

static void relay_ended(void *self, enum conn_end end, const char *text)
{
    (void)self;
    (void)end;
    (void)text;
}

static const struct conn_events relay_events = {.octets = relay_octets, .ended = relay_ended};

static void relay_accept(void *self, struct listener *listener)
{
    struct relay *relay = self;
    struct loop *loop = relay->world->world.loop;
    relay->sides[0].from = conn_accept(listener, &relay_events, &relay->sides[0], NULL, 0);
    relay->sides[1].from =
        conn_connect_tcp(loop, "127.0.0.1", listener_port(relay->world->world.listener), NULL,
                         &relay_events, &relay->sides[1]);
    for (size_t i = 0; i < 2; i++) {
        relay->sides[i].to = relay->sides[1 - i].from;
        relay->sides[i].timer = timer_new(loop, hand_on, &relay->sides[i]);
    }
}

static bool server_has_five(struct world *world)
{
    return world->server.got.n >= 5;
}

static void octet_by_octet(struct relay *relay, enum tls_version most)
{
    struct world *world = &relay->world->world;
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(relay->world);
    client.most = most;
    relay->world->client = tls_context_new_client(&client, NULL);
    relay->world->server = tls_context_new_server(&server, relay->world->authority, NULL);
    world->listener = listener_new_tcp(world->loop, "127.0.0.1", 0, world_accept, world, NULL);
    relay->listener = listener_new_tcp(world->loop, "127.0.0.1", 0, relay_accept, relay, NULL);
    world->client.conn = conn_connect_tcp(world->loop, "127.0.0.1", listener_port(relay->listener),
                                          NULL, &end_events, &world->client);
    CU_ASSERT(world_run(world, both_connected));
    tls_world_start(relay->world);
    CU_ASSERT(world_run(world, both_secured));
    CU_ASSERT(world->client.facts.secured && world->server.facts.secured);
    conn_write(world->client.conn, BYTES_LIT("hello"));
    CU_ASSERT(world_run(world, server_has_five));
    CU_ASSERT(bytes_is(buf_bytes(&world->server.got), "hello"));
}

static void test_octet_by_octet(void)
{
    static const enum tls_version versions[] = {TLS_1_0, TLS_1_2, TLS_1_3};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct tls_world world;
        struct relay relay = {.world = &world};
        tls_world_init(&world);
        octet_by_octet(&relay, versions[i]);
        for (size_t side = 0; side < 2; side++) {
            conn_free(&relay.sides[side].from);
            timer_free(&relay.sides[side].timer);
            buf_deinit(&relay.sides[side].octets);
        }
        listener_free(&relay.listener);
        tls_world_deinit(&world);
    }
}

/* ---- Other ways than TCP ---- */

static bool client_connected(struct world *world)
{
    return world->client.connected > 0;
}

static bool client_has_five(struct world *world)
{
    return world->client.got.n >= 5;
}

static void by_unix_socket(struct tls_world *world)
{
    struct world *inner = &world->world;
    char path[96];
    snprintf(path, sizeof path, "%s/socket", world->folder);
    inner->listener = listener_new_unix(inner->loop, path, tls_world_accept, world, NULL);
    inner->client.conn = conn_connect_unix(inner->loop, path, &end_events, &inner->client);
}

static void by_command(struct tls_world *world)
{
    struct world *inner = &world->world;
    char command[64];
    inner->listener = listener_new_tcp(inner->loop, "127.0.0.1", 0, tls_world_accept, world, NULL);
    snprintf(command, sizeof command, "exec nc -N 127.0.0.1 %u", listener_port(inner->listener));
    inner->client.conn = conn_connect_command(inner->loop, command, &end_events, &inner->client);
}

static void test_other_ways(void)
{
    static void (*const ways[])(struct tls_world * world) = {by_unix_socket, by_command};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct tls_world world;
        struct world *inner = &world.world;
        tls_world_init(&world);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        world.client = tls_context_new_client(&client, NULL);
        world.server = tls_context_new_server(&server, world.authority, NULL);
        ways[i](&world);
        CU_ASSERT(world_run(inner, client_connected));
        conn_start_tls(inner->client.conn, world.client, NULL, bytes_of(NULL));
        CU_ASSERT(world_run(inner, both_secured));
        CU_ASSERT_FATAL(inner->client.facts.secured && inner->server.facts.secured);
        inner->server.echoes = true;
        conn_write(inner->client.conn, BYTES_LIT("hello"));
        CU_ASSERT(world_run(inner, client_has_five));
        conn_free(&inner->client.conn);
        CU_ASSERT(world_run(inner, server_ended));
        CU_ASSERT_EQUAL(inner->server.end, CONN_END_FIN);
        CU_ASSERT_FALSE(conn_tls_was_cut(inner->server.conn));
        tls_world_deinit(&world);
    }
}

/* ---- Going on in clear text ---- */

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

/* The first `early` octets are there when the handshake begins; what follows the failure comes before it is told, or behind. */
static void check_clear(struct bytes octets, size_t early, const char *text)
{
    struct tls_world world;
    tls_world_open(&world);
    struct end_point *victim = &world.world.client;
    struct end_point *peer = &world.world.server;
    CU_ASSERT_FALSE(conn_go_on_in_clear(victim->conn));
    conn_start_tls(victim->conn, world.client, NULL, bytes_slice(octets, 0, early));
    CU_ASSERT_FALSE(conn_go_on_in_clear(victim->conn));
    conn_write(peer->conn, bytes_skip(octets, early));
    CU_ASSERT(world_run(&world.world, client_is_told));
    CU_ASSERT_FATAL(conn_go_on_in_clear(victim->conn));
    buf_clear(&peer->got); /* of the victim's handshake */
    CU_ASSERT(conn_write(victim->conn, BYTES_LIT("NOOP\r\n")));
    conn_shutdown(victim->conn);
    CU_ASSERT(world_run(&world.world, server_ended));
    CU_ASSERT(bytes_ends(buf_bytes(&peer->got), "NOOP\r\n"));
    conn_shutdown(peer->conn);
    CU_ASSERT(world_run(&world.world, client_ended));
    CU_ASSERT_EQUAL(victim->end, CONN_END_FIN);
    CU_ASSERT(bytes_is(buf_bytes(&victim->got), text));
    tls_world_deinit(&world);
}

static void test_going_on(void)
{
    static const struct bytes alert = BYTES_INIT("\x15\x03\x01\x00\x02\x02\x28"
                                                 "\x15\x03\x03\x00\x02\x01\x00"
                                                 "220 mx.example.test ESMTP\r\n");
    static const struct bytes alone = BYTES_INIT("\x15\x03\x01\x00\x02\x02\x28");
    static const struct bytes text = BYTES_INIT("220 mx.example.test ESMTP\r\n");
    for (size_t cut = 0; cut <= alert.n; cut++) {
        check_clear(alert, cut, "220 mx.example.test ESMTP\r\n");
    }
    for (size_t cut = 0; cut <= alone.n; cut++) {
        check_clear(alone, cut, "");
    }
    for (size_t cut = 0; cut <= text.n; cut++) {
        check_clear(text, cut, "220 mx.example.test ESMTP\r\n");
    }
}

static const struct unit_test tests[] = {
    {"garbage",                    test_garbage                   },
    {"peers without TLS",          test_raw_peers                 },
    {"clear text behind a record", test_clear_text_behind_a_record},
    {"going on in clear text",     test_going_on                  },
    {"begun behind the end",       test_begun_behind_the_end      },
    {"octet by octet",             test_octet_by_octet            },
    {"other ways than TCP",        test_other_ways                },
};

UNIT_MAIN("net_tls_peers", tests)
