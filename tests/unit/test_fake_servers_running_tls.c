/* A running server with TLS: STARTTLS, STLS, implicit TLS, certificates of clients, and handshakes that fail. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "fake_servers/server.h"
#include "net/conn.h"

enum { WATCHDOG_MS = 10000, IDLE_MS = 100 };

#define SECURED "<secured>"
#define EHLO    "EHLO c.example\r\n"
#define BEGIN   "Ready to start TLS\r\n"

/* When `await` has come: say `send`, or begin TLS; behind the last one the client waits for the end. */
struct line {
    const char *await;
    const char *send;
    bool tls;
};

struct world {
    struct loop *loop;
    struct server *server;
    struct timer *watchdog;
    struct server_settings settings;
    struct tls_authority *authority;
    struct tls_settings client; /* of the context */
    struct tls_context *context;
    char folder[64];
    char ca[96];
    char certificate[96];
    unsigned port;
    bool implicit;
    struct conn *conn;
    const struct line *lines;
    size_t next;
    struct buf got; /* since the last line */
    struct buf all;
    struct buf seen; /* by the observer */
    struct tls_facts facts;
    bool ended;
    bool was_cut;
    bool in_vain; /* the watchdog has ended it */
    bool leaves;  /* behind the handshake */
};

/* ---- the client ---- */

static void start_tls(struct world *world)
{
    conn_start_tls(world->conn, world->context, "127.0.0.1", (struct bytes){0});
}

static void go_on(struct world *world)
{
    const struct line *line = &world->lines[world->next];
    while (line->await != NULL &&
           bytes_find(buf_bytes(&world->got), bytes_of(line->await), 0) != BYTES_NONE) {
        buf_clear(&world->got);
        world->next++;
        conn_write(world->conn, bytes_of(line->send));
        if (line->tls) {
            start_tls(world);
        }
        line = &world->lines[world->next];
    }
}

static void on_connected(void *self, const char *text)
{
    struct world *world = self;
    (void)text;
    if (world->implicit) {
        start_tls(world);
    }
}

static void on_octets(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_append(&world->got, octets);
    buf_append(&world->all, octets);
    go_on(world);
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct world *world = self;
    world->facts = *facts;
    if (!facts->secured) {
        loop_stop(world->loop);
        return;
    }
    buf_append_text(&world->got, SECURED);
    go_on(world);
    if (world->leaves) {
        loop_stop(world->loop);
    }
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct world *world = self;
    (void)text;
    world->ended = end == CONN_END_FIN;
    world->was_cut = conn_is_secured(world->conn) && conn_tls_was_cut(world->conn);
    loop_stop(world->loop);
}

static const struct conn_events events = {
    .connected = on_connected, .octets = on_octets, .ended = on_ended, .secured = on_secured};

static void on_watchdog(void *self)
{
    struct world *world = self;
    world->in_vain = true;
    loop_stop(world->loop);
}

/* ---- the observer ---- */

static void *see_opened(void *self, const struct server_connection *connection)
{
    (void)connection;
    return self;
}

static void see_received(void *self, struct bytes octets)
{
    struct world *world = self;
    buf_append_text(&world->seen, "C: ");
    buf_append(&world->seen, octets);
}

static void see_secured(void *self, const struct tls_facts *facts, struct bytes left)
{
    struct world *world = self;
    buf_printf(&world->seen, "%s, left: \"%.*s\"\n", facts->secured ? "secured" : "not secured",
               (int)left.n, left.n > 0 ? (const char *)left.p : "");
}

static void see_closed(void *self, enum server_end end)
{
    struct world *world = self;
    buf_printf(&world->seen, "closed: %s\n", server_end_text(end));
}

/* ---- worlds ---- */

static void world_open(struct world *world)
{
    *world = (struct world){.loop = loop_new(), .settings = settings_default()};
    snprintf(world->folder, sizeof world->folder, "/tmp/mailspec-server-XXXXXX");
    CU_ASSERT_FATAL(mkdtemp(world->folder) != NULL);
    snprintf(world->ca, sizeof world->ca, "%s/ca.pem", world->folder);
    snprintf(world->certificate, sizeof world->certificate, "%s/client.pem", world->folder);
    world->authority = tls_authority_open(NULL, NULL);
    CU_ASSERT_FATAL(world->authority != NULL);
    CU_ASSERT_FATAL(tls_authority_write(world->authority, world->ca, NULL) == 0);
    world->settings.starttls = true;
    world->settings.authority = world->authority;
    world->client = (struct tls_settings){
        .ca_file = world->ca, .name = world->settings.hostname, .verify = true};
    world->watchdog = timer_new(world->loop, on_watchdog, world);
    timer_start(world->watchdog, WATCHDOG_MS);
}

static void world_serve(struct world *world)
{
    const struct server_observer observer = {.opened = see_opened,
                                             .received = see_received,
                                             .secured = see_secured,
                                             .closed = see_closed,
                                             .self = world};
    struct error error = {""};
    world->server = server_new(world->loop, &world->settings, &error);
    if (world->server == NULL) {
        fprintf(stderr, "%s\n", error.text);
    }
    CU_ASSERT_FATAL(world->server != NULL);
    server_observe(world->server, &observer);
}

static void world_close(struct world *world)
{
    timer_free(&world->watchdog);
    server_free(&world->server);
    loop_free(&world->loop);
    tls_authority_free(&world->authority);
    buf_deinit(&world->got);
    buf_deinit(&world->all);
    buf_deinit(&world->seen);
    (void)unlink(world->ca);
    (void)unlink(world->certificate);
    CU_ASSERT_EQUAL(rmdir(world->folder), 0);
}

static void listen_at(struct world *world, enum server_protocol protocol, bool implicit)
{
    int failed =
        implicit ? server_listen_tls(world->server, protocol, "127.0.0.1", 0, &world->port, NULL)
                 : server_listen(world->server, protocol, "127.0.0.1", 0, &world->port, NULL);
    CU_ASSERT_FATAL(failed == 0);
    world->implicit = implicit;
}

/* Until the server has closed, or the handshake has failed. */
static bool talk(struct world *world, const struct line *lines)
{
    struct error error = {""};
    world->lines = lines;
    world->next = 0;
    world->ended = world->was_cut = false;
    world->facts = (struct tls_facts){.secured = false};
    buf_clear(&world->got);
    buf_clear(&world->all);
    buf_clear(&world->seen);
    world->context = tls_context_new_client(&world->client, &error);
    CU_ASSERT_FATAL(world->context != NULL);
    world->conn = conn_connect_tcp(world->loop, "127.0.0.1", world->port, NULL, &events, world);
    loop_run(world->loop);
    conn_free(&world->conn);
    tls_context_free(&world->context);
    return lines[world->next].await == NULL && !world->in_vain;
}

/* Let the server see the end of what the client has done. */
static void on_settled(void *self)
{
    loop_stop(self);
}

static void wait_for_no_connection(struct world *world)
{
    struct timer *timer = timer_new(world->loop, on_settled, world->loop);
    while (server_connections(world->server) > 0 && !world->in_vain) {
        timer_start(timer, 1);
        loop_run(world->loop);
    }
    timer_free(&timer);
}

static bool has(struct buf *text, const char *what)
{
    bool found = bytes_find(buf_bytes(text), bytes_of(what), 0) != BYTES_NONE;
    if (!found) {
        fprintf(stderr, "\"%s\" is not in\n%s\n", what, buf_text(text));
    }
    return found;
}

/* ---- sessions ---- */

struct session_row {
    const char *name;
    enum server_protocol protocol;
    bool implicit;
    struct line lines[9];
    const char *seen; /* of the observer */
};

// clang-format off
static const struct session_row session_rows[] = {
    {"smtp", SERVER_SMTP, false,
     {{"220 mx", EHLO, false}, {"STARTTLS\r\n", "STARTTLS\r\n", false}, {BEGIN, "", true}, {SECURED, EHLO, false}, {"250 AUTH", "QUIT\r\n", false},
      {"221 ", "", false}, {NULL, NULL, false}},
     "C: EHLO c.example\r\nC: STARTTLS\r\nsecured, left: \"\"\nC: EHLO c.example\r\nC: QUIT\r\nclosed: the session was over\n"},
    {"plaintext behind it", SERVER_SMTP, false,
     {{"220 mx", "STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<>\r\n", false}, {BEGIN, "", true}, {SECURED, "RSET\r\nMAIL FROM:<>\r\n", false},
      {"250 2.0.0 OK\r\n503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n", "QUIT\r\n", false}, {"221 ", "", false}, {NULL, NULL, false}},
     "secured, left: \"EHLO evil.example\r\nMAIL FROM:<>\r\n\"\nC: RSET"},
    {"lmtp", SERVER_LMTP, false,
     {{"220 mx", "STARTTLS\r\n", false}, {BEGIN, "", true}, {SECURED, "LHLO c.example\r\nQUIT\r\n", false}, {"221 ", "", false}, {NULL, NULL, false}},
     "secured, left: \"\"\n"},
    {"pop3", SERVER_POP3, false,
     {{"+OK ", "STLS\r\nUSER bob\r\n", false}, {"+OK Begin", "", true}, {SECURED, "CAPA\r\n", false}, {".\r\n", "USER alice\r\nPASS secret-a\r\nQUIT\r\n", false},
      {"+OK mx.example.test", "", false}, {NULL, NULL, false}},
     "secured, left: \"USER bob\r\n\"\nC: CAPA"},
    {"smtps", SERVER_SMTP, true, {{"220 mx", EHLO "QUIT\r\n", false}, {"221 ", "", false}, {NULL, NULL, false}},
     "secured, left: \"\"\nC: EHLO c.example\r\nQUIT\r\n"},
    {"lmtps", SERVER_LMTP, true, {{"220 mx", "LHLO c\r\nQUIT\r\n", false}, {"221 ", "", false}, {NULL, NULL, false}}, "secured, left: \"\"\n"},
    {"pop3s", SERVER_POP3, true, {{"+OK ", "STLS\r\nQUIT\r\n", false}, {"-ERR TLS has begun already\r\n", "", false}, {NULL, NULL, false}}, "secured, left: \"\"\n"},
};
// clang-format on

static void test_sessions(void)
{
    for (size_t i = 0; i < sizeof session_rows / sizeof session_rows[0]; i++) {
        const struct session_row *row = &session_rows[i];
        struct world world;
        world_open(&world);
        world_serve(&world);
        listen_at(&world, row->protocol, row->implicit);
        UNIT_ROW(row->name, talk(&world, row->lines));
        UNIT_ROW(row->name, world.ended && !world.was_cut);
        UNIT_ROW(row->name, world.facts.secured && world.facts.trusted && world.facts.name_matches);
        wait_for_no_connection(&world);
        UNIT_ROW(row->name, has(&world.seen, row->seen));
        world_close(&world);
    }
}

/* With these faults, what somebody in between has put behind the command is executed inside. */
static void test_injection(void)
{
    static const struct {
        enum server_protocol protocol;
        enum fault fault;
        struct line lines[5];
    } rows[] = {
        {SERVER_SMTP,
         FAULT_TLS_COMMAND_INJECTION,       {{"220 mx", "STARTTLS\r\nNOOP\r\nQUIT\r\n", false},
          {BEGIN, "", true},
          {SECURED, "", false},
          {"250 2.0.0 OK\r\n221 ", "", false},
          {NULL, NULL, false}}      },
        {SERVER_SMTP,
         FAULT_TLS_COMMAND_INJECTION_2,     {{"220 mx", "STARTTLS\r\nRSET\r\nNOOP ", false},
          {BEGIN, "", true},
          {SECURED, "QUIT\r\nQUIT\r\n", false},
          {"250 2.0.0 OK\r\n221 ", "", false},
          {NULL, NULL, false}}    },
        {SERVER_POP3,
         FAULT_POP3_STLS_COMMAND_INJECTION, {{"+OK ", "STLS\r\nUSER alice\r\nQUIT\r\n", false},
          {"+OK Begin", "", true},
          {SECURED, "", false},
          {"+OK Now send PASS\r\n+OK ", "", false},
          {NULL, NULL, false}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        world_open(&world);
        world.settings.faults.on[rows[i].fault] = true;
        world_serve(&world);
        listen_at(&world, rows[i].protocol, false);
        UNIT_ROW(fault_at(rows[i].fault)->name, talk(&world, rows[i].lines));
        world_close(&world);
    }
}

/* ---- certificates of clients ---- */

static const struct line external_lines[] = {
    {"220 mx",                                     EHLO,                          false},
    {"AUTH PLAIN\r\n",                             "STARTTLS\r\n",                false},
    {BEGIN,                                        "",                            true },
    {SECURED,                                      EHLO,                          false},
    {"AUTH PLAIN EXTERNAL\r\n",                    "AUTH EXTERNAL\r\n",           false},
    {"334 \r\n",                                   "\r\n",                        false},
    {"235 ",                                       "AUTH EXTERNAL =\r\nQUIT\r\n", false},
    {"503 Authentication is done already\r\n221 ", "",                            false},
    {NULL,                                         NULL,                          false},
};

static const struct line no_external_lines[] = {
    {"220 mx",         "STARTTLS\r\n",                false},
    {BEGIN,            "",                            true },
    {SECURED,          EHLO,                          false},
    {"AUTH PLAIN\r\n", "AUTH EXTERNAL =\r\nQUIT\r\n", false},
    {"504 ",           "",                            false},
    {NULL,             NULL,                          false},
};

static void test_external(void)
{
    struct world world;
    world_open(&world);
    world.settings.offers[EXTENSION_HELP] = false;
    world.settings.tls.asks_certificate = true;
    world.settings.auth = (struct server_mechanisms){
        {SASL_PLAIN, SASL_EXTERNAL},
        2
    };
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        world.settings.offers[i] = false;
    }
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, false);
    CU_ASSERT(talk(&world, no_external_lines));
    CU_ASSERT_FATAL(tls_authority_write_client(world.authority, world.certificate, "alice", NULL) ==
                    0);
    world.client.certificate_file = world.certificate;
    CU_ASSERT(talk(&world, external_lines));
    world_close(&world);
}

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
    CU_ASSERT(has(&world.seen, "not secured, left: \"\"\nclosed: the TLS handshake failed\n"));
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

/* ---- settings ---- */

static const struct line quit_lines[] = {
    {"220 mx", "STARTTLS\r\n", false},
    {BEGIN,    "",             true },
    {SECURED,  "QUIT\r\n",     false},
    {"221 ",   "",             false},
    {NULL,     NULL,           false},
};

static void change(struct world *world, const struct server_settings *settings, bool succeeds)
{
    struct arena *arena = arena_new();
    struct error error = {""};
    int failed = server_change(world->server, settings, &arena, &error);
    CU_ASSERT_EQUAL(failed == 0, succeeds);
    CU_ASSERT_EQUAL(arena == NULL, succeeds);
    CU_ASSERT_EQUAL(error.text[0] == '\0', succeeds);
    arena_free(&arena);
}

static void test_changes(void)
{
    struct world world;
    world_open(&world);
    world.client.verify = false;
    world_serve(&world);
    listen_at(&world, SERVER_SMTP, false);
    struct server_settings settings = world.settings;
    settings.tls.certificate = TLS_CERTIFICATE_EXPIRED;
    change(&world, &settings, true);
    CU_ASSERT(talk(&world, quit_lines));
    CU_ASSERT(world.facts.secured && world.facts.expired);
    settings.tls.certificate = TLS_CERTIFICATE_GOOD;
    settings.tls.certificate_file = "/nonexistent/certificate.pem";
    change(&world, &settings, false);
    CU_ASSERT(talk(&world, quit_lines));
    CU_ASSERT(world.facts.secured && world.facts.expired);
    settings.tls.certificate_file = NULL;
    settings.tls.most = TLS_1_2;
    change(&world, &settings, true);
    CU_ASSERT(talk(&world, quit_lines));
    CU_ASSERT(world.facts.secured && !world.facts.expired);
    CU_ASSERT_EQUAL(world.facts.version, TLS_1_2);
    world_close(&world);
}

static void test_bad_settings(void)
{
    // clang-format off
    static const struct tls_settings bad[] = {
        {.certificate_file = "/nonexistent/certificate.pem"},
        {.key_file = "/nonexistent/key.pem"},
        {.ciphers = "NO-SUCH-CIPHER"},
        {.least = TLS_1_3, .most = TLS_1_2},
    };
    // clang-format on
    struct server_settings settings = settings_default();
    struct loop *loop = loop_new();
    CU_ASSERT_EQUAL(server_check_tls(&settings, NULL), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error errors[2] = {{""}, {""}};
        settings.starttls = true;
        settings.tls = bad[i];
        CU_ASSERT_EQUAL(server_check_tls(&settings, &errors[0]), -1);
        CU_ASSERT_PTR_NULL(server_new(loop, &settings, &errors[1]));
        CU_ASSERT(errors[0].text[0] != '\0');
        CU_ASSERT_STRING_EQUAL(errors[0].text, errors[1].text);
    }
    loop_free(&loop);
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
    {"injection",                test_injection                   },
    {"sessions",                 test_sessions                    },
    {"external",                 test_external                    },
    {"client refuses",           test_client_refuses              },
    {"client in clear text",     test_client_goes_on_in_clear_text},
    {"clear text on a TLS port", test_clear_text_on_a_tls_port    },
    {"no room on a TLS port",    test_no_room_on_a_tls_port       },
    {"disturbances",             test_disturbances                },
    {"changes",                  test_changes                     },
    {"bad settings",             test_bad_settings                },
    {"stopped in a handshake",   test_stop_in_a_handshake         },
};

UNIT_MAIN("fake_servers_running_tls", tests)
