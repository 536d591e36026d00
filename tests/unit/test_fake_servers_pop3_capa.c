/* What a POP3 server offers by its settings, and that what it does not offer does not work (RFC 2449, RFC 3206). */
#include "pop3_rows.h"

#define TIMESTAMP "<3.1700000000000000@mx.example.test>"
#define PLAIN     "+OK mailspec " MAILSPEC_VERSION " POP3 server ready"
#define GREETING  PLAIN " " TIMESTAMP "\r\n"
#define USER      "USER alice\r\n"
#define LOGIN     USER "PASS secret-a\r\n"
#define PASS      "+OK Now send PASS\r\n"
#define IN        PASS "+OK Maildrop has 2 messages (38 octets)\r\n"
#define NOT_THERE "-ERR Command not implemented\r\n"
#define CAPA      "+OK Capability list follows\r\n"
#define SELF      "IMPLEMENTATION mailspec-" MAILSPEC_VERSION "\r\n.\r\n"
#define BYE       "+OK mx.example.test POP3 server signing off\r\n"
#define WRONG     "Name or secret is wrong\r\n"

static const struct server_message messages[] = {
    {"alice", BYTES_INIT("Subject: one\r\n\r\na\r\n")},
    {"alice", BYTES_INIT("Subject: two\r\n\r\nb\r\n")},
};

#define ROW(name, settings, input, output)                                                         \
    {                                                                                              \
        name, settings, BYTES_INIT(input), BYTES_INIT(output)                                      \
    }

// clang-format off
static const struct pop3_row rows[] = {
    ROW("all", "login-delay 10\nexpire 30", "CAPA\r\n",
        GREETING CAPA "TOP\r\nUSER\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nLOGIN-DELAY 10\r\nEXPIRE 30\r\n"
        "UTF8 USER\r\nLANG\r\n" SELF),
    ROW("the same in both states", "capa USER EXPIRE\nexpire 0", LOGIN "CAPA\r\n",
        PLAIN "\r\n" IN CAPA "USER\r\nEXPIRE 0\r\n.\r\n"),
    ROW("none", "capa APOP", "CAPA\r\nCAPA x\r\n", GREETING CAPA ".\r\n-ERR CAPA takes fewer arguments\r\n"),
    ROW("no TOP", "hide-capa TOP", LOGIN "TOP 1 0\r\nTOP\r\nTOP x y z\r\nUIDL 1\r\n",
        GREETING IN NOT_THERE NOT_THERE NOT_THERE "+OK 1 60a24181e4000.1\r\n"),
    ROW("no UIDL", "hide-capa uidl", LOGIN "UIDL\r\nUIDL 1\r\nTOP 1 0\r\n",
        GREETING IN NOT_THERE NOT_THERE "+OK Top of the message follows\r\nSubject: one\r\n\r\n.\r\n"),
    ROW("no USER", "hide-capa USER", LOGIN "STAT\r\n", GREETING NOT_THERE NOT_THERE "-ERR STAT is not allowed in this state\r\n"),
    ROW("no APOP", "hide-capa APOP", "APOP alice 3ad4e87c00e9a42a50e5cb7d0cd9e3b8\r\n" LOGIN, PLAIN "\r\n" NOT_THERE IN),
    ROW("no APOP, with a nonce", "nonce <1.2@a.test>\nhide-capa APOP", "", PLAIN "\r\n"),
    ROW("no APOP, any login", "hide-capa APOP\nlogin any", "APOP alice x\r\n", PLAIN "\r\n" NOT_THERE),
    ROW("a greeting without timestamp", "pop3-greeting hello\nlogin any", "APOP alice x\r\n" LOGIN, "+OK hello\r\n" NOT_THERE IN),
    ROW("a greeting with one of its own", "pop3-greeting POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nuser mrose tanstaaf",
        "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
        "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n+OK Maildrop has 0 messages (0 octets)\r\n"),
    ROW("a greeting and a nonce", "pop3-greeting hello\nnonce <1.2@a.test>", "", "+OK hello <1.2@a.test>\r\n"),
    ROW("no LANG, no UTF8", "hide-capa LANG UTF8", "LANG\r\nUTF8\r\nLANG en\r\n" LOGIN "LANG *\r\nUTF8\r\n",
        GREETING NOT_THERE NOT_THERE NOT_THERE IN NOT_THERE NOT_THERE),
    ROW("no PIPELINING is no other order", "hide-capa PIPELINING", LOGIN "STAT\r\nQUIT\r\n", GREETING IN "+OK 2 38\r\n" BYE),
    ROW("no IMPLEMENTATION", "capa TOP", "CAPA\r\n", PLAIN "\r\n" CAPA "TOP\r\n.\r\n"),

    ROW("response codes", NULL, "PASS x\r\n" USER "PASS x\r\nUSER who\r\nPASS x\r\nAPOP alice x\r\nAPOP who x\r\n",
        GREETING "-ERR USER must come just before PASS\r\n" PASS "-ERR [AUTH] " WRONG PASS "-ERR [AUTH] " WRONG
        "-ERR [AUTH] " WRONG "-ERR [AUTH] " WRONG),
    ROW("no AUTH-RESP-CODE", "hide-capa AUTH-RESP-CODE\nlocked alice", USER "PASS x\r\n" LOGIN,
        GREETING PASS "-ERR " WRONG PASS "-ERR [IN-USE] The maildrop is open in another session\r\n"),
    ROW("no RESP-CODES", "hide-capa RESP-CODES\nlocked alice", "CAPA\r\n" USER "PASS x\r\n" LOGIN,
        GREETING CAPA "TOP\r\nUSER\r\nUIDL\r\nPIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\n" SELF
        PASS "-ERR " WRONG PASS "-ERR The maildrop is open in another session\r\n"),
    ROW("held by somebody else", "locked bob\nlocked alice", LOGIN "STAT\r\nUSER bob\r\nPASS secret b\r\nUSER odd\r\nPASS x\r\n",
        GREETING PASS "-ERR [IN-USE] The maildrop is open in another session\r\n-ERR STAT is not allowed in this state\r\n"
        PASS "-ERR [IN-USE] The maildrop is open in another session\r\n" PASS "+OK Maildrop has 0 messages (0 octets)\r\n"),
    ROW("held, by address", "locked Alice@example.test", LOGIN,
        GREETING PASS "-ERR [IN-USE] The maildrop is open in another session\r\n"),
    ROW("held, and a wrong secret", "locked alice", USER "PASS x\r\n", GREETING PASS "-ERR [AUTH] " WRONG),
    ROW("held, any login", "locked alice\nlogin any", USER "PASS x\r\n",
        GREETING PASS "-ERR [IN-USE] The maildrop is open in another session\r\n"),
};
// clang-format on

static void test_rows(void)
{
    pop3_rows_run(rows, sizeof rows / sizeof rows[0], messages,
                  sizeof messages / sizeof messages[0]);
}

/* ---- several sessions on one store ---- */

struct world {
    struct server_settings settings;
    struct arena *arena;
    struct store *store;
    struct buf out;
};

static void world_init(struct world *world, const char *settings)
{
    *world = (struct world){.settings = dialogue_settings(), .arena = arena_new()};
    world->settings.messages = messages;
    world->settings.message_count = sizeof messages / sizeof messages[0];
    CU_ASSERT_FATAL(pop3_rows_set(&world->settings, settings, world->arena));
    world->store = store_new(&world->settings);
}

static void world_deinit(struct world *world)
{
    store_free(&world->store);
    buf_deinit(&world->out);
    arena_free(&world->arena);
}

/* Does a session that says so get an answer that ends so? */
static bool says(struct world *world, const char *input, const char *end)
{
    buf_clear(&world->out);
    dialogue_pop3_on(world->store, &world->settings, bytes_of(input), 0, &world->out);
    bool right = bytes_ends(buf_bytes(&world->out), end);
    if (!right) {
        fprintf(stderr, "expected %s at the end of\n%s\n", end, buf_text(&world->out));
    }
    return right;
}

#define TOO_EARLY                                                                                  \
    "-ERR [LOGIN-DELAY] Come again later: at least 60 seconds lie between two logins\r\n"

static void test_login_delay(void)
{
    struct world world;
    world_init(&world, "login-delay 60");
    CU_ASSERT(
        says(&world, USER "PASS x\r\n", "-ERR [AUTH] " WRONG)); /* no login: nothing to wait for */
    CU_ASSERT(says(&world, LOGIN "QUIT\r\n", IN BYE));
    CU_ASSERT(
        says(&world, LOGIN "STAT\r\n", TOO_EARLY "-ERR STAT is not allowed in this state\r\n"));
    CU_ASSERT(says(&world, USER "PASS x\r\n", "-ERR [AUTH] " WRONG));
    CU_ASSERT(says(&world, "USER bob\r\nPASS secret b\r\n",
                   "+OK Maildrop has 0 messages (0 octets)\r\n"));
    dialogue_clock.monotonic_us += 59999999;
    CU_ASSERT(says(&world, LOGIN, TOO_EARLY));
    dialogue_clock.monotonic_us += 1; /* counted from the login, not from the refusal */
    CU_ASSERT(says(&world, LOGIN, IN));
    CU_ASSERT(says(&world, LOGIN, TOO_EARLY));
    world.settings.capabilities[CAPABILITY_LOGIN_DELAY] = false;
    CU_ASSERT(says(&world, LOGIN, IN));
    world.settings.capabilities[CAPABILITY_LOGIN_DELAY] = true;
    world.settings.capabilities[CAPABILITY_RESP_CODES] = false;
    CU_ASSERT(says(&world, LOGIN,
                   "-ERR Come again later: at least 60 seconds lie between two logins\r\n"));
    world_deinit(&world);
}

/* An open maildrop is refused for its delay first, then for its lock. */
static void test_login_delay_and_lock(void)
{
    struct world world;
    world_init(&world, "login-delay 60");
    struct pop3_session *first = pop3_session_new(&world.settings, world.store, &world.out);
    dialogue_feed_pop3(first, BYTES_LIT(LOGIN), &world.out);
    CU_ASSERT(says(&world, LOGIN, TOO_EARLY));
    dialogue_clock.monotonic_us += 60000000;
    CU_ASSERT(says(&world, LOGIN, "-ERR [IN-USE] The maildrop is open in another session\r\n"));
    pop3_session_free(&first);
    CU_ASSERT(says(&world, LOGIN, IN)); /* a refusal is no login */
    world_deinit(&world);
}

struct expire_row {
    const char *name;
    const char *settings;
    const char *session; /* behind the login */
    const char *left;    /* what STAT then says */
};

static const struct expire_row expire_rows[] = {
    {"fetched and gone",     "expire 0",                   "RETR 1\r\nQUIT\r\n",                   "+OK 1 19\r\n"},
    {"both gone",            "expire 0",                   "RETR 1\r\nDELE 2\r\nQUIT\r\n",         "+OK 0 0\r\n" },
    {"rset takes off marks", "expire 0",                   "RETR 1\r\nDELE 2\r\nRSET\r\nQUIT\r\n", "+OK 1 19\r\n"},
    {"top is no download",   "expire 0",                   "TOP 1 9\r\nUIDL\r\nQUIT\r\n",          "+OK 2 38\r\n"},
    {"refused",              "expire 0",                   "RETR 3\r\nQUIT\r\n",                   "+OK 2 38\r\n"},
    {"only at quit",         "expire 0",                   "RETR 1\r\nRETR 2\r\n",                 "+OK 2 38\r\n"},
    {"a day",                "expire 1",                   "RETR 1\r\nQUIT\r\n",                   "+OK 2 38\r\n"},
    {"never",                "expire NEVER",               "RETR 1\r\nQUIT\r\n",                   "+OK 2 38\r\n"},
    {"not said, not done",   "expire 0\nhide-capa EXPIRE", "RETR 1\r\nQUIT\r\n",                   "+OK 2 38\r\n"},
};

static void test_expire(void)
{
    for (size_t i = 0; i < sizeof expire_rows / sizeof expire_rows[0]; i++) {
        const struct expire_row *row = &expire_rows[i];
        struct world world;
        struct buf input = {0};
        world_init(&world, row->settings);
        buf_printf(&input, LOGIN "%s", row->session);
        dialogue_pop3_on(world.store, &world.settings, buf_bytes(&input), 0, &world.out);
        UNIT_ROW(row->name, says(&world, LOGIN "STAT\r\n", row->left));
        buf_deinit(&input);
        world_deinit(&world);
    }
}

static const struct unit_test tests[] = {
    {"what is offered",      test_rows                },
    {"login delay",          test_login_delay         },
    {"login delay and lock", test_login_delay_and_lock},
    {"expire",               test_expire              },
};

UNIT_MAIN("fake_servers_pop3_capa", tests)
