/* TCP: connecting and failing to, FIN and RST, closing, back-pressure. */
#include "net_world.h"
#include "unit.h"

enum { BIG = 10 * 1024 * 1024 };

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

static bool server_ended(struct world *world)
{
    return world->server.ended > 0;
}

static bool client_has_five(struct world *world)
{
    return world->client.got.n >= 5;
}

static bool server_has_five(struct world *world)
{
    return world->server.got.n >= 5;
}

static bool client_drained(struct world *world)
{
    return world->client.drained > 0;
}

/* ---- Connecting ---- */

static void test_echo(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    char wanted[120];
    snprintf(wanted, sizeof wanted, "%s -> 127.0.0.1:%u", world.peer,
             listener_port(world.listener));
    CU_ASSERT_STRING_EQUAL(world.client.text, wanted);
    world.server.echoes = true;
    conn_write(world.client.conn, BYTES_LIT("a\0b\r\n"));
    CU_ASSERT(world_run(&world, client_has_five));
    CU_ASSERT(bytes_equal(buf_bytes(&world.client.got), BYTES_LIT("a\0b\r\n")));
    CU_ASSERT(world_run(&world, client_drained));
    CU_ASSERT_EQUAL(conn_unsent(world.client.conn), 0);
    world_deinit(&world);
}

static void test_written_before_connected(void)
{
    struct world world;
    world_init(&world);
    world.listener = listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    CU_ASSERT_FATAL(world.listener != NULL);
    world.client.conn = conn_connect_tcp(world.loop, "127.0.0.1", listener_port(world.listener),
                                         NULL, &end_events, &world.client);
    conn_write(world.client.conn, BYTES_LIT("early"));
    conn_shutdown(world.client.conn);
    CU_ASSERT_EQUAL(conn_unsent(world.client.conn), 5);
    CU_ASSERT(world_run(&world, server_ended));
    CU_ASSERT(bytes_is(buf_bytes(&world.server.got), "early"));
    CU_ASSERT_EQUAL(world.server.end, CONN_END_FIN);
    world_deinit(&world);
}

static unsigned free_port(struct world *world)
{
    struct listener *listener =
        listener_new_tcp(world->loop, "127.0.0.1", 0, world_accept, world, NULL);
    unsigned port = listener_port(listener);
    listener_free(&listener);
    return port;
}

struct failure_row {
    const char *name;
    const char *host;
    const char *source;
    const char *text;
};

static void test_failures(void)
{
    static const struct failure_row rows[] = {
        {"refused",       "127.0.0.1", NULL,        "cannot connect to 127.0.0.1 port %u: connection refused"},
        {"bad source",    "127.0.0.1", "nowhere",   "the source \"nowhere\" is not an IP address"            },
        {"other family",  "127.0.0.1", "::1",
         "cannot connect to 127.0.0.1 port %u: the source address is of the other family"                    },
        {"no such place", "127.0.0.1", "192.0.2.1",
         "cannot connect to 127.0.0.1 port %u: the source address cannot be used here"                       },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        world_init(&world);
        unsigned port = free_port(&world);
        world.client.conn = conn_connect_tcp(world.loop, rows[i].host, port, rows[i].source,
                                             &end_events, &world.client);
        UNIT_ROW(rows[i].name, world.client.ended == 0); /* nothing from within the call */
        UNIT_ROW(rows[i].name, world_run(&world, client_ended));
        UNIT_ROW(rows[i].name, world.client.end == CONN_END_FAILED);
        UNIT_ROW(rows[i].name, world.client.connected == 0);
        char port_text[16];
        char wanted[256];
        snprintf(port_text, sizeof port_text, "%u", port);
        const char *hole = strstr(rows[i].text, "%u");
        if (hole == NULL) {
            snprintf(wanted, sizeof wanted, "%s", rows[i].text);
        } else {
            snprintf(wanted, sizeof wanted, "%.*s%s%s", (int)(hole - rows[i].text), rows[i].text,
                     port_text, hole + 2);
        }
        UNIT_ROW(rows[i].name, strcmp(world.client.text, wanted) == 0);
        world_deinit(&world);
    }
}

/* "localhost" may give ::1 first, where nobody listens: all addresses are tried in turn. */
static void test_name_with_many_addresses(void)
{
    struct world world;
    world_init(&world);
    world.listener = listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    CU_ASSERT_FATAL(world.listener != NULL);
    world.client.conn = conn_connect_tcp(world.loop, "localhost", listener_port(world.listener),
                                         NULL, &end_events, &world.client);
    CU_ASSERT(world_run(&world, both_connected));
    world_deinit(&world);
}

static void test_unknown_name(void)
{
    struct world world;
    world_init(&world);
    /* An octet that no host name may have: refused without asking the network. */
    world.client.conn =
        conn_connect_tcp(world.loop, "\xff\xfe", 25, NULL, &end_events, &world.client);
    CU_ASSERT_EQUAL(world.client.ended, 0);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FAILED);
    CU_ASSERT(strstr(world.client.text, "cannot find the address of") != NULL);
    world_deinit(&world);
}

static void test_source(void)
{
    struct world world;
    world_init(&world);
    world.listener = listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    CU_ASSERT_FATAL(world.listener != NULL);
    world.client.conn = conn_connect_tcp(world.loop, "127.0.0.1", listener_port(world.listener),
                                         "127.0.0.2", &end_events, &world.client);
    CU_ASSERT(world_run(&world, both_connected));
    CU_ASSERT(strncmp(world.peer, "127.0.0.2:", 10) == 0);
    world_deinit(&world);
}

static void test_ipv6(void)
{
    struct world world;
    world_init(&world);
    struct error error;
    world.listener = listener_new_tcp(world.loop, "::1", 0, world_accept, &world, &error);
    if (world.listener == NULL) {
        CU_ASSERT(strstr(error.text, "[::1]:0") != NULL); /* a machine without IPv6 */
    } else {
        CU_ASSERT(strncmp(listener_text(world.listener), "[::1]:", 6) == 0);
        world.client.conn = conn_connect_tcp(world.loop, "::1", listener_port(world.listener), NULL,
                                             &end_events, &world.client);
        CU_ASSERT(world_run(&world, both_connected));
        CU_ASSERT(strncmp(world.client.text, "[::1]:", 6) == 0);
    }
    world_deinit(&world);
}

static void test_port_in_use(void)
{
    struct world world;
    world_init(&world);
    world.listener = listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    CU_ASSERT_FATAL(world.listener != NULL);
    struct error error = {""};
    struct listener *second = listener_new_tcp(
        world.loop, "127.0.0.1", listener_port(world.listener), world_accept, &world, &error);
    CU_ASSERT(second == NULL);
    char wanted[256];
    snprintf(wanted, sizeof wanted,
             "cannot listen on %s: address already in use (something else listens there; give "
             "another port, or 0 for a free one)",
             listener_text(world.listener));
    CU_ASSERT_STRING_EQUAL(error.text, wanted);
    CU_ASSERT(listener_new_tcp(world.loop, "127.0.0.1", 70000, world_accept, &world, &error) ==
              NULL);
    CU_ASSERT_STRING_EQUAL(error.text, "cannot listen on port 70000: ports go up to 65535");
    world_deinit(&world);
}

/* Thousands of listeners must not use up the ports of connections. */
static void test_port_left_to_us(void)
{
    struct world world;
    world_init(&world);
    unsigned first_given = 0;
    FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
    CU_ASSERT_FATAL(range != NULL && fscanf(range, "%u", &first_given) == 1);
    fclose(range);
    world.listener = listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    struct listener *second =
        listener_new_tcp(world.loop, "127.0.0.1", 0, world_accept, &world, NULL);
    CU_ASSERT_FATAL(world.listener != NULL && second != NULL);
    CU_ASSERT(listener_port(world.listener) != listener_port(second));
    CU_ASSERT(listener_port(world.listener) >= 1024 && listener_port(second) >= 1024);
    if (first_given >= 32768) {
        CU_ASSERT(listener_port(world.listener) < first_given);
        CU_ASSERT(listener_port(second) < first_given);
    }
    world_deinit(&world);
}

/* ---- Ending ---- */

static void test_fin(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    CU_ASSERT(!conn_is_broken(world.client.conn)); /* the peer may still read */
    world_deinit(&world);
}

static void test_reset(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    conn_write(world.server.conn, BYTES_LIT("lost"));
    conn_reset(world.server.conn);
    CU_ASSERT(!conn_write(world.server.conn, BYTES_LIT("nothing happens")));
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_RESET);
    CU_ASSERT(conn_is_broken(world.client.conn));
    CU_ASSERT_EQUAL(world.server.ended, 0);
    world_deinit(&world);
}

/* The write takes the error off the socket: it must still come out as a reset. */
static void test_reset_met_by_a_write(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    conn_pause(world.client.conn, true);
    conn_reset(world.server.conn);
    conn_write(world.client.conn, BYTES_LIT("hello"));
    conn_pause(world.client.conn, false);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_RESET);
    world_deinit(&world);
}

/* What a RST says behind FIN is that what we wrote was refused: the peer closed in order. A write may hear of it first. */
static void test_reset_behind_fin(void)
{
    for (unsigned writes = 0; writes < 2; writes++) {
        struct world world;
        world_init(&world);
        CU_ASSERT_FATAL(world_connect(&world));
        conn_pause(world.client.conn, true);
        conn_shutdown(world.server.conn);
        conn_write(world.client.conn, BYTES_LIT("hello"));
        CU_ASSERT(world_run(&world, server_has_five)); /* FIN is out by now */
        conn_reset(world.server.conn);
        CU_ASSERT(writes == 0 || !conn_write(world.client.conn, BYTES_LIT("more")));
        conn_pause(world.client.conn, false);
        CU_ASSERT(world_run(&world, client_ended));
        CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
        world_deinit(&world);
    }
}

static void test_half_close(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    conn_write(world.client.conn, BYTES_LIT("hello"));
    conn_shutdown(world.client.conn);
    CU_ASSERT(!conn_write(world.client.conn, BYTES_LIT("too late")));
    CU_ASSERT(!conn_is_broken(world.client.conn));
    CU_ASSERT(world_run(&world, server_ended));
    CU_ASSERT_EQUAL(world.server.end, CONN_END_FIN);
    CU_ASSERT(bytes_is(buf_bytes(&world.server.got), "hello"));
    conn_write(world.server.conn, BYTES_LIT("still"));
    CU_ASSERT(world_run(&world, client_has_five));
    CU_ASSERT_EQUAL(world.client.ended, 0);
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    CU_ASSERT_EQUAL(world.server.ended, 1);
    world_deinit(&world);
}

/* What the peer sent and nobody read must not turn the close into a RST that eats the last words. */
static void test_free_with_unread_octets(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    conn_pause(world.server.conn, true);
    conn_write(world.client.conn, BYTES_LIT("never read"));
    conn_write(world.server.conn, BYTES_LIT("421 bye\r\n"));
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    CU_ASSERT(bytes_is(buf_bytes(&world.client.got), "421 bye\r\n"));
    CU_ASSERT(bytes_is(buf_bytes(&world.server.got), ""));
    world_deinit(&world);
}

static bool server_has_ten(struct world *world)
{
    return world->server.got.n >= 10;
}

/* One that was freed reads on until the peer has closed, too: what is still on its way is not answered with RST. */
static void test_free_reads_on(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    struct end_point other = {.world = &world};
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT(conn_write(world.client.conn, BYTES_LIT("late")));
    /* A second connection gives the loop some rounds. */
    other.conn = conn_connect_tcp(world.loop, "127.0.0.1", listener_port(world.listener), NULL,
                                  &end_events, &other);
    conn_write(other.conn, BYTES_LIT("0123456789"));
    CU_ASSERT(world_run(&world, server_has_ten));
    CU_ASSERT(conn_write(world.client.conn, BYTES_LIT("later")));
    CU_ASSERT(!conn_is_broken(world.client.conn));
    conn_free(&other.conn);
    buf_deinit(&other.got);
    world_deinit(&world);
}

/* ---- Much ---- */

static unsigned char pattern(size_t i)
{
    return (unsigned char)(i * 31 + i / 251);
}

static bool is_pattern(struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        if (octets.p[i] != pattern(i)) {
            return false;
        }
    }
    return true;
}

static struct buf big_pattern(void)
{
    struct buf big = {0};
    buf_append_fill(&big, 0, BIG);
    for (size_t i = 0; i < BIG; i++) {
        big.p[i] = pattern(i);
    }
    return big;
}

struct slow_reader {
    struct world world;
    struct timer *timer;
    bool paused;
    bool heard_while_paused;
};

static void slow_octets(void *self, struct bytes octets)
{
    struct slow_reader *slow = self;
    slow->heard_while_paused |= slow->paused;
    buf_append(&slow->world.client.got, octets);
    slow->paused = true;
    conn_pause(slow->world.client.conn, true);
    timer_start(slow->timer, 0);
}

static void slow_goes_on(void *self)
{
    struct slow_reader *slow = self;
    slow->paused = false;
    conn_pause(slow->world.client.conn, false);
}

static void slow_ended(void *self, enum conn_end end, const char *text)
{
    end_ended(&((struct slow_reader *)self)->world.client, end, text);
}

static void slow_connected(void *self, const char *text)
{
    end_connected(&((struct slow_reader *)self)->world.client, text);
}

static bool server_drained(struct world *world)
{
    return world->server.drained > 0;
}

static void test_slow_reader(void)
{
    static const struct conn_events events = {
        .connected = slow_connected,
        .octets = slow_octets,
        .ended = slow_ended,
    };
    struct slow_reader slow = {.paused = false};
    struct world *world = &slow.world;
    world_init(world);
    slow.timer = timer_new(world->loop, slow_goes_on, &slow);
    world->listener = listener_new_tcp(world->loop, "127.0.0.1", 0, world_accept, world, NULL);
    CU_ASSERT_FATAL(world->listener != NULL);
    world->client.conn = conn_connect_tcp(world->loop, "127.0.0.1", listener_port(world->listener),
                                          NULL, &events, &slow);
    CU_ASSERT_FATAL(world_run(world, both_connected));
    struct buf big = big_pattern();
    conn_write(world->server.conn, buf_bytes(&big));
    CU_ASSERT(conn_unsent(world->server.conn) > 0);
    CU_ASSERT(world_run(world, server_drained));
    CU_ASSERT_EQUAL(conn_unsent(world->server.conn), 0);
    conn_free(&world->server.conn);
    CU_ASSERT(world_run(world, client_ended));
    CU_ASSERT_EQUAL(world->client.got.n, BIG);
    CU_ASSERT(is_pattern(buf_bytes(&world->client.got)));
    CU_ASSERT_FALSE(slow.heard_while_paused);
    buf_deinit(&big);
    timer_free(&slow.timer);
    world_deinit(world);
}

static void test_free_sends_what_is_queued(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    struct buf big = big_pattern();
    conn_write(world.server.conn, buf_bytes(&big));
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    CU_ASSERT_EQUAL(world.client.got.n, BIG);
    CU_ASSERT_EQUAL(world.server.drained, 0); /* no callback any more */
    buf_deinit(&big);
    world_deinit(&world);
}

/* The same when the peer has closed its side before. */
static void test_free_behind_fin_sends_what_is_queued(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    struct buf big = big_pattern();
    conn_shutdown(world.client.conn);
    CU_ASSERT(world_run(&world, server_ended));
    conn_write(world.server.conn, buf_bytes(&big));
    CU_ASSERT(conn_unsent(world.server.conn) > 0);
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.got.n, BIG);
    buf_deinit(&big);
    world_deinit(&world);
}

/* All of a small write is out, but not of the big one behind it: nothing has drained yet. */
static void test_drained_is_all(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    struct buf big = big_pattern();
    conn_write(world.client.conn, BYTES_LIT("small"));
    conn_write(world.client.conn, buf_bytes(&big));
    CU_ASSERT(conn_unsent(world.client.conn) > 0);
    CU_ASSERT(world_run(&world, client_drained));
    CU_ASSERT_EQUAL(conn_unsent(world.client.conn), 0);
    buf_deinit(&big);
    world_deinit(&world);
}

/* ---- The loop's end ---- */

/* Nothing leaks and nothing hangs, whatever is open or under way (the sanitizer watches). */
static void test_loop_freed_under_everything(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    struct end_point other = {.world = &world};
    unsigned port = listener_port(world.listener);
    conn_connect_tcp(world.loop, "127.0.0.1", port, NULL, &end_events, &other);
    conn_connect_tcp(world.loop, "localhost", port, NULL, &end_events, &other);
    conn_connect_unix(world.loop, "/nowhere", &end_events, &other);
    conn_connect_command(world.loop, "cat", &end_events, &other);
    struct conn *given_up =
        conn_connect_tcp(world.loop, "localhost", port, NULL, &end_events, &other);
    conn_free(&given_up);
    conn_reset(world.client.conn);
    loop_free(&world.loop);
    CU_ASSERT(world.loop == NULL);
    CU_ASSERT_EQUAL(other.connected + other.ended, 0);
    CU_ASSERT_EQUAL(world.server.ended, 0);
    buf_deinit(&world.client.got);
    buf_deinit(&world.server.got);
}

static void test_freed_while_connecting(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT_FATAL(world_connect(&world));
    unsigned port = listener_port(world.listener);
    struct end_point other = {.world = &world};
    struct conn *lookup =
        conn_connect_tcp(world.loop, "localhost", port, NULL, &end_events, &other);
    struct conn *literal =
        conn_connect_tcp(world.loop, "127.0.0.1", port, NULL, &end_events, &other);
    /* One round: both are under way when they are freed. */
    conn_write(world.client.conn, BYTES_LIT("round"));
    CU_ASSERT(world_run(&world, server_has_five));
    conn_free(&lookup);
    conn_free(&literal);
    world_deinit(&world);
    CU_ASSERT_EQUAL(other.ended, 0);
}

static const struct unit_test tests[] = {
    {"echo",                          test_echo                                },
    {"written before connected",      test_written_before_connected            },
    {"failures",                      test_failures                            },
    {"a name with many addresses",    test_name_with_many_addresses            },
    {"an unknown name",               test_unknown_name                        },
    {"source address",                test_source                              },
    {"IPv6",                          test_ipv6                                },
    {"port in use",                   test_port_in_use                         },
    {"port left to us",               test_port_left_to_us                     },
    {"FIN",                           test_fin                                 },
    {"RST",                           test_reset                               },
    {"RST met by a write",            test_reset_met_by_a_write                },
    {"RST behind FIN",                test_reset_behind_fin                    },
    {"half-close",                    test_half_close                          },
    {"free reads on",                 test_free_reads_on                       },
    {"free with unread octets",       test_free_with_unread_octets             },
    {"slow reader",                   test_slow_reader                         },
    {"free sends what is queued",     test_free_sends_what_is_queued           },
    {"free behind FIN sends it, too", test_free_behind_fin_sends_what_is_queued},
    {"drained is all",                test_drained_is_all                      },
    {"loop freed under everything",   test_loop_freed_under_everything         },
    {"freed while connecting",        test_freed_while_connecting              },
};

UNIT_MAIN("net/tcp", tests)
