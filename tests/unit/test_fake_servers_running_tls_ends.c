/* A running server with TLS: handshakes that fail, sessions that break off, and the end of the server. */
#include "tls_server_world.h"

enum { IDLE_MS = 100 };

/* ---- handshakes that fail ---- */

static const struct line starttls_lines[] = {
    {"220 mx", "STARTTLS\r\n", false},
    {BEGIN,    "",             true },
    {NULL,     NULL,           false},
};

static const struct line no_handshake_lines[] = {
    {"220 mx", "STARTTLS\r\n",     false},
    {BEGIN,    "QUIT\r\nQUIT\r\n", false},
    {NULL,     NULL,               false},
};

static void test_client_refuses(void)
{
    struct world world;
    world_open(&world);
    world.client.name = "other.example";
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, false);
    CU_ASSERT(talk(&world, starttls_lines));
    CU_ASSERT(!world.facts.secured && world.facts.alert_sent);
    wait_for_no_connection(&world);
    CU_ASSERT(has(&world.seen, "left: \"\"\n"));
    CU_ASSERT(has(&world.seen, "closed: "));
    world_close(&world);
}

/* RFC 3207 4: commands are no handshake. */
static void test_client_goes_on_in_clear_text(void)
{
    struct world world;
    world_open(&world);
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, false);
    CU_ASSERT(talk(&world, no_handshake_lines));
    CU_ASSERT(bytes_find(buf_bytes(&world.all), BYTES_LIT("221 "), 0) == BYTES_NONE);
    wait_for_no_connection(&world);
    CU_ASSERT(
        has(&world.seen, "not secured, left: \"QUIT\r\n\"\nclosed: the TLS handshake failed\n"));
    world_close(&world);
}

/* A client of clear text on a port of TLS, and nothing at all there. */
static void test_clear_text_on_a_tls_port(void)
{
    struct world world;
    world_open(&world);
    world.settings.idle_ms = IDLE_MS;
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, true);
    world.implicit = false;
    CU_ASSERT(talk(&world, (const struct line[]){
                               {NULL, NULL, false}
    }));
    CU_ASSERT_EQUAL(world.all.n, 0);
    wait_for_no_connection(&world);
    CU_ASSERT(has(&world.seen, "closed: nothing came for too long\n"));
    world_close(&world);
}

static void test_no_room_on_a_tls_port(void)
{
    struct world world;
    world_open(&world);
    world.settings.max_connections = 0;
    world_serve(&world);
    listen_at(&world, SERVER_POP3, true);
    CU_ASSERT(talk(&world, (const struct line[]){
                               {NULL, NULL, false}
    }));
    CU_ASSERT_EQUAL(world.all.n, 0);
    CU_ASSERT(has(&world.seen, "closed: too many connections\n"));
    world_close(&world);
}

/* ---- disturbances ---- */

static void test_disturbances(void)
{
    for (unsigned i = TLS_DISTURB_NOTHING; i < TLS_DISTURB_COUNT; i++) {
        static const struct line lines[] = {
            {"220 mx", "STARTTLS\r\n", false},
            {BEGIN,    "",             true },
            {SECURED,  "QUIT\r\n",     false},
            {"221 ",   "",             false},
            {NULL,     NULL,           false},
        };
        enum tls_disturbance disturbance = (enum tls_disturbance)i;
        bool succeeds = i == TLS_DISTURB_NOTHING || i == TLS_DISTURB_NO_CLOSE_NOTIFY;
        struct world world;
        world_open(&world);
        world.settings.tls.disturbance = disturbance;
        world.settings.tls.cut_at = 20;
        world_serve(&world);
        listen_at(&world, SERVER_SMTP, false);
        UNIT_ROW(tls_disturbance_name(disturbance), talk(&world, lines) == succeeds);
        UNIT_ROW(tls_disturbance_name(disturbance), world.facts.secured == succeeds);
        UNIT_ROW(tls_disturbance_name(disturbance),
                 world.was_cut == (i == TLS_DISTURB_NO_CLOSE_NOTIFY));
        world_close(&world);
    }
}

/* ---- clients that go away ---- */

static const struct line leaving_lines[] = {
    {"220 mx", "STARTTLS\r\n", false},
    {BEGIN,    "",             true },
    {SECURED,  NULL,           false},
    {NULL,     NULL,           false},
};

/* With close_notify or without; a client that cuts it is one of our own that is disturbed. */
static void test_client_leaves(void)
{
    for (unsigned i = 0; i < 2; i++) {
        struct world world;
        world_open(&world);
        world.leaves = true;
        world.client.disturbance = i == 0 ? TLS_DISTURB_NOTHING : TLS_DISTURB_NO_CLOSE_NOTIFY;
        world_serve(&world);
        listen_at(&world, SERVER_SMTP, false);
        CU_ASSERT(talk(&world, leaving_lines));
        wait_for_no_connection(&world);
        CU_ASSERT(has(&world.seen,
                      i == 0 ? "closed: the client closed the connection\n"
                             : "closed: the client closed the connection without close_notify\n"));
        world_close(&world);
    }
}

/* ---- the end of the server ---- */

/* In the middle of a handshake no 421 can be said. */
static void on_stop(void *self)
{
    struct world *world = self;
    server_stop(world->server);
}

static void test_stop_in_a_handshake(void)
{
    struct world world;
    world_open(&world);
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, true);
    world.implicit = false;
    struct timer *stop = timer_new(world.loop, on_stop, &world);
    timer_start(stop, IDLE_MS);
    CU_ASSERT(talk(&world, (const struct line[]){
                               {NULL, NULL, false}
    }));
    CU_ASSERT_EQUAL(world.all.n, 0);
    CU_ASSERT(has(&world.seen, "closed: the server was stopped\n"));
    timer_free(&stop);
    world_close(&world);
}

static const struct unit_test tests[] = {
    {"client leaves",            test_client_leaves               },
    {"client refuses",           test_client_refuses              },
    {"client in clear text",     test_client_goes_on_in_clear_text},
    {"clear text on a TLS port", test_clear_text_on_a_tls_port    },
    {"no room on a TLS port",    test_no_room_on_a_tls_port       },
    {"disturbances",             test_disturbances                },
    {"stopped in a handshake",   test_stop_in_a_handshake         },
};

UNIT_MAIN("fake_servers_running_tls_ends", tests)
