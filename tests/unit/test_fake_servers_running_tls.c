/* A running server with TLS: STARTTLS, STLS, implicit TLS, certificates of clients, and settings. */
#include "tls_server_world.h"

#define EHLO "EHLO c.example\r\n"

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

static const struct unit_test tests[] = {
    {"injection",    test_injection   },
    {"sessions",     test_sessions    },
    {"external",     test_external    },
    {"changes",      test_changes     },
    {"bad settings", test_bad_settings},
};

UNIT_MAIN("fake_servers_running_tls", tests)
