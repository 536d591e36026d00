/* A server while it runs: changed, observed and stopped under open sessions; LMTP, and Unix sockets. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "fake_servers/server.h"
#include "net/conn.h"

enum { MAX_LINES = 16, WATCHDOG_MS = 20000 };

struct world;

/* When `await` has come: do `act`, then say `send`; behind the last one the client waits for the end. */
struct line {
    const char *await;
    const char *send;
    void (*act)(struct world *world);
};

struct world {
    struct loop *loop;
    struct server *server;
    struct timer *watchdog;
    struct server_settings settings;
    char path[64]; /* of the Unix socket */
    unsigned port;
    struct conn *conn;
    const struct line *lines;
    size_t next;
    struct buf got; /* since the last line */
    struct buf all;
    struct buf seen; /* by the observer */
    bool ended;
};

static void go_on(struct world *world)
{
    const struct line *line = &world->lines[world->next];
    while (line->await != NULL &&
           bytes_find(buf_bytes(&world->got), bytes_of(line->await), 0) != BYTES_NONE) {
        buf_clear(&world->got);
        world->next++;
        if (line->act != NULL) {
            line->act(world);
        }
        conn_write(world->conn, bytes_of(line->send));
        line = &world->lines[world->next];
    }
}

static void on_octets(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_append(&world->got, octets);
    buf_append(&world->all, octets);
    go_on(world);
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct world *world = self;
    (void)text;
    world->ended = end == CONN_END_FIN;
    loop_stop(world->loop);
}

static const struct conn_events events = {.octets = on_octets, .ended = on_ended};

static void on_watchdog(void *self)
{
    struct world *world = self;
    CU_FAIL("the client waited in vain");
    loop_stop(world->loop);
}

static void world_open(struct world *world)
{
    *world = (struct world){.loop = loop_new(), .settings = settings_default()};
    world->server = server_new(world->loop, &world->settings, NULL);
    world->watchdog = timer_new(world->loop, on_watchdog, world);
    timer_start(world->watchdog, WATCHDOG_MS);
}

static void world_close(struct world *world)
{
    timer_free(&world->watchdog);
    server_free(&world->server);
    loop_free(&world->loop);
    buf_deinit(&world->got);
    buf_deinit(&world->all);
    buf_deinit(&world->seen);
}

static void listen_tcp(struct world *world, enum server_protocol protocol)
{
    CU_ASSERT_FATAL(server_listen(world->server, protocol, "127.0.0.1", 0, &world->port, NULL) ==
                    0);
}

/* Until the server has closed. */
static void talk(struct world *world, const struct line *lines)
{
    world->lines = lines;
    world->next = 0;
    world->ended = false;
    buf_clear(&world->got);
    buf_clear(&world->all);
    world->conn =
        world->path[0] != '\0'
            ? conn_connect_unix(world->loop, world->path, &events, world)
            : conn_connect_tcp(world->loop, "127.0.0.1", world->port, NULL, &events, world);
    loop_run(world->loop);
    conn_free(&world->conn);
    CU_ASSERT(world->ended);
    UNIT_ROW(lines[world->next].await != NULL ? lines[world->next].await : "",
             lines[world->next].await == NULL);
}

static bool came(const struct world *world, const char *what)
{
    return bytes_find(buf_bytes(&world->all), bytes_of(what), 0) != BYTES_NONE;
}

/* ---- changes ---- */

/* Texts of an arena that ASan watches: the old ones must not be looked at when they are gone. */
static void change(struct world *world, const char *hostname, const char *user)
{
    struct arena *arena = arena_new();
    struct server_settings settings = world->settings;
    struct server_user *users = arena_array(arena, 1, sizeof *users);
    settings.hostname = arena_strdup(arena, hostname);
    users[0] =
        (struct server_user){arena_strdup(arena, user), arena_printf(arena, "secret-%s", user),
                             arena_printf(arena, "%s@example.test", user)};
    settings.users = users;
    settings.user_count = 1;
    CU_ASSERT_EQUAL(server_change(world->server, &settings, &arena, NULL), 0);
    CU_ASSERT_PTR_NULL(arena);
}

static void change_to_carol(struct world *world)
{
    change(world, "one.test", "carol");
}

static void change_to_dave(struct world *world)
{
    change(world, "two.test", "dave");
    change(world, "three.test", "dave");
}

static void change_to_carol_and_stay(struct world *world)
{
    change(world, "four.test", "carol");
}

static void test_changes_under_a_session(void)
{
    static const struct line smtp[] = {
        {"220 mx.example.test", "EHLO c.example\r\n",               change_to_carol         },
        {"250-one.test",        "MAIL FROM:<>\r\n",                 NULL                    },
        {"250 ",                "RCPT TO:<alice@example.test>\r\n", NULL                    },
        {"550 ",                "RCPT TO:<carol@example.test>\r\n", NULL                    },
        {"250 ",                "DATA\r\n",                         change_to_dave          },
        {"354 ",                "Subject: kept\r\n\r\nx\r\n.\r\n",  NULL                    },
        {"250 ",                "MAIL FROM:<>\r\n",                 NULL                    },
        {"250 ",                "RCPT TO:<carol@example.test>\r\n", NULL                    },
        {"550 ",                "QUIT\r\n",                         change_to_carol_and_stay},
        {"221 2.0.0 four.test", "",                                 NULL                    },
        {NULL,                  NULL,                               NULL                    },
    };
    /* Her mail was kept while she was away. */
    static const struct line pop3[] = {
        {"+OK ",          "USER carol\r\n",        NULL},
        {"+OK ",          "PASS secret-carol\r\n", NULL},
        {"+OK ",          "RETR 1\r\n",            NULL},
        {"Subject: kept", "QUIT\r\n",              NULL},
        {"+OK ",          "",                      NULL},
        {NULL,            NULL,                    NULL},
    };
    struct world world;
    world_open(&world);
    listen_tcp(&world, SERVER_SMTP);
    talk(&world, smtp);
    CU_ASSERT_EQUAL(server_messages(world.server), 1);
    listen_tcp(&world, SERVER_POP3);
    talk(&world, pop3);
    world_close(&world);
}

static void no_connections(struct world *world)
{
    struct arena *arena = arena_new();
    struct server_settings settings = world->settings;
    settings.max_connections = 0;
    CU_ASSERT_EQUAL(server_change(world->server, &settings, &arena, NULL), 0);
}

static void test_too_many_connections(void)
{
    static const struct line smtp[] = {
        {"220 ", "QUIT\r\n", no_connections},
        {"221 ", "",         NULL          },
        {NULL,   NULL,       NULL          },
    };
    static const struct line refused[] = {
        {"421 mx.example.test too many connections", "",   NULL},
        {NULL,                                       NULL, NULL},
    };
    struct world world;
    world_open(&world);
    listen_tcp(&world, SERVER_LMTP);
    talk(&world, smtp);
    talk(&world, refused);
    world_close(&world);
}

/* ---- stopping ---- */

static void stop(struct world *world)
{
    server_stop(world->server);
    CU_ASSERT_EQUAL(server_connections(world->server), 0);
}

struct stop_row {
    const char *name;
    enum server_protocol protocol;
    struct line lines[8];
    const char *never; /* what must not come */
};

static const struct stop_row stop_rows[] = {
    {"idle",         SERVER_SMTP, {{"220 ", "", stop}, {"421 4.3.2 mx.example.test", "", NULL}},               "250" },
    {"in a message",
     SERVER_SMTP,                 {{"220 ", "HELO c.example\r\n", NULL},
      {"250 ", "MAIL FROM:<>\r\n", NULL},
      {"250 ", "RCPT TO:<alice@example.test>\r\n", NULL},
      {"250 ", "DATA\r\n", NULL},
      {"354 ", "half of it\r\n", stop},
      {"421 4.3.2 mx.example.test", "the rest\r\n.\r\n", NULL}},
     "accepted"                                                                                                      },
    {"LMTP",
     SERVER_LMTP,                 {{"220 ", "LHLO c\r\n", NULL}, {"250 ", "", stop}, {"421 4.3.2", "", NULL}},
     "221"                                                                                                           },
    {"POP3",         SERVER_POP3, {{"+OK ", "", stop}},                                                        "-ERR"},
};

static void test_stop(void)
{
    for (size_t i = 0; i < sizeof stop_rows / sizeof stop_rows[0]; i++) {
        const struct stop_row *row = &stop_rows[i];
        struct world world;
        world_open(&world);
        listen_tcp(&world, row->protocol);
        talk(&world, row->lines);
        UNIT_ROW(row->name, !came(&world, row->never));
        UNIT_ROW(row->name, server_messages(world.server) == 0);
        UNIT_ROW(row->name, server_open_addresses(world.server) == 0);
        world_close(&world);
    }
}

/* ---- Unix sockets and LMTP ---- */

static void test_lmtp_on_a_unix_socket(void)
{
    static const struct line lmtp[] = {
        {"220 ",                          "LHLO c.example\r\n",               NULL},
        {"250 ",                          "MAIL FROM:<>\r\n",                 NULL},
        {"250 ",                          "RCPT TO:<alice@example.test>\r\n", NULL},
        {"250 ",                          "RCPT TO:<bob@example.test>\r\n",   NULL},
        {"250 ",                          "DATA\r\n",                         NULL},
        {"354 ",                          "x\r\n.\r\n",                       NULL},
        {"accepted for delivery\r\n250 ", "QUIT\r\n",                         NULL},
        {"221 ",                          "",                                 NULL},
        {NULL,                            NULL,                               NULL},
    };
    static const struct line pop3[] = {
        {"+OK ",           "USER bob\r\nPASS secret-b\r\n", NULL},
        {"octets",         "RETR 1\r\nQUIT\r\n",            NULL},
        {"Received: from c.example ([127.0.0.1])\r\n\tby mx.example.test (mailspec)\r\n\twith "
         "LMTP ", "",                              NULL},
        {NULL,             NULL,                            NULL},
    };
    char folder[] = "/tmp/mailspec-test-XXXXXX";
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    struct world world;
    world_open(&world);
    snprintf(world.path, sizeof world.path, "%s/lmtp", folder);
    CU_ASSERT_FATAL(server_listen_unix(world.server, SERVER_LMTP, world.path, NULL) == 0);
    talk(&world, lmtp);
    CU_ASSERT_EQUAL(server_messages(world.server), 1);
    CU_ASSERT_EQUAL(server_open_addresses(world.server), 0);
    server_stop(world.server);
    CU_ASSERT_EQUAL(access(world.path, F_OK), -1);
    CU_ASSERT_FATAL(server_listen_unix(world.server, SERVER_POP3, world.path, NULL) == 0);
    talk(&world, pop3);
    world_close(&world);
    CU_ASSERT_EQUAL(access(world.path, F_OK), -1);
    rmdir(folder);
}

static void test_open_addresses(void)
{
    struct world world;
    unsigned port = 0;
    world_open(&world);
    listen_tcp(&world, SERVER_SMTP);
    CU_ASSERT_EQUAL(server_open_addresses(world.server), 0);
    CU_ASSERT_EQUAL(server_listen(world.server, SERVER_SMTP, "0.0.0.0", 0, &port, NULL), 0);
    CU_ASSERT_EQUAL(server_open_addresses(world.server), 1);
    world_close(&world);
}

/* ---- observers ---- */

static void *observe_opened(void *self, const struct server_connection *connection)
{
    struct world *world = self;
    buf_printf(&world->seen, "opened %u protocol %d %s %s\n", (unsigned)connection->number,
               (int)connection->protocol,
               bytes_starts(bytes_of(connection->client), "127.0.0.1:") ? "from here" : "?",
               bytes_starts(bytes_of(connection->local), "127.0.0.1:") ? "to here" : "?");
    return world;
}

static void observe_received(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_printf(&world->seen, "C %.*s", (int)octets.n, (const char *)octets.p);
}

/* The texts of replies are for people. */
static void observe_sent(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_printf(&world->seen, "S %.3s\n", (const char *)octets.p);
}

static void observe_closed(void *self, enum server_end end)
{
    struct world *world = self;
    buf_printf(&world->seen, "closed: %s\n", server_end_text(end));
}

static void observe(struct world *world)
{
    const struct server_observer observer = {.opened = observe_opened,
                                             .received = observe_received,
                                             .sent = observe_sent,
                                             .closed = observe_closed,
                                             .self = world};
    server_observe(world->server, &observer);
}

static void test_observer(void)
{
    static const struct line quits[] = {
        {"+OK ", "QUIT\r\n", no_connections},
        {"+OK ", "",         NULL          },
        {NULL,   NULL,       NULL          },
    };
    static const struct line refused[] = {
        {"-ERR", "",   NULL},
        {NULL,   NULL, NULL},
    };
    struct world world;
    world_open(&world);
    observe(&world);
    listen_tcp(&world, SERVER_POP3);
    talk(&world, quits);
    talk(&world, refused);
    CU_ASSERT_STRING_EQUAL(buf_text(&world.seen), "opened 1 protocol 1 from here to here\n"
                                                  "S +OK\n"
                                                  "C QUIT\r\n"
                                                  "S +OK\n"
                                                  "closed: the session was over\n"
                                                  "opened 2 protocol 1 from here to here\n"
                                                  "S -ER\n"
                                                  "closed: too many connections\n");
    world_close(&world);
}

static const struct unit_test tests[] = {
    {"changes under a session", test_changes_under_a_session},
    {"too many connections",    test_too_many_connections   },
    {"stop",                    test_stop                   },
    {"LMTP on a Unix socket",   test_lmtp_on_a_unix_socket  },
    {"open addresses",          test_open_addresses         },
    {"observer",                test_observer               },
};

UNIT_MAIN("fake_servers: a server that runs", tests)
