/* POP3 dialogues of the conforming server: each row whole, cut at every octet, and octet by octet. */
#include "unit.h"

#include "fake_dialogue.h"

/* Messages 1 and 2 of alice have the numbers 1 and 2, so a session that is the first has number 4. */
#define TIMESTAMP "<5.1700000000000000@mx.example.test>"
#define GREETING  "+OK mailspec " MAILSPEC_VERSION " POP3 server ready " TIMESTAMP "\r\n"
#define FIRST     "Subject: one\r\n\r\nline 1\r\n.line 2\r\n.\r\n..\r\n"
#define SECOND    "Subject: two\r\n\r\na\nb\n.\nc\r.\r\n"
#define SENT_1    "Subject: one\r\n\r\nline 1\r\n..line 2\r\n..\r\n...\r\n"
#define SENT_2    "Subject: two\r\n\r\na\r\nb\r\n..\r\nc\r.\r\n"
#define ID        "60a24181e4000."
#define BYE       "+OK mx.example.test POP3 server signing off\r\n"
#define PASS      "+OK Now send PASS\r\n"
#define OPENED    "+OK Maildrop has 2 messages (70 octets)\r\n"
#define WRONG     "-ERR [AUTH] Name or secret is wrong\r\n"
#define SYNTAX    "-ERR Syntax: one blank between keyword and arguments, none behind them\r\n"
#define DIGITS    "-ERR A message number is made of digits\r\n"
#define NONE      "-ERR No such message, the maildrop had 2\r\n"
#define UNKNOWN   "-ERR Command not recognised\r\n"
#define DONE      "+OK Nothing done\r\n"
#define ODD       "-ERR Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define CAPA                                                                                       \
    "+OK Capability list follows\r\nTOP\r\nUSER\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"       \
    "PIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nIMPLEMENTATION mailspec-" MAILSPEC_VERSION \
    "\r\n.\r\n"
#define IN(k)  "-ERR " k " is not allowed in this state\r\n"
#define TEN(x) x x x x x x x x x x

static const struct server_message messages[] = {
    {"alice",  BYTES_INIT(FIRST)        },
    {"alice",  BYTES_INIT(SECOND)       },
    {"bob",    BYTES_INIT(".x")         },
    {"odd",    BYTES_INIT("\n.\n\r\r\n")},
    {"nobody", BYTES_INIT("x")          },
};

struct row {
    const char *name;
    struct bytes input;
    struct bytes output; /* behind the greeting */
};

#define ROW(name, input, output)                                                                   \
    {                                                                                              \
        name, BYTES_INIT(input), BYTES_INIT(output)                                                \
    }
#define LOGGED_IN(name, input, output)                                                             \
    ROW(name, "USER alice\r\nPASS secret-a\r\n" input, PASS OPENED output)

// clang-format off
static const struct row rows[] = {
    ROW("quit", "QUIT\r\nNOOP\r\n", BYE),
    ROW("login", "USER alice\r\nPASS secret-a\r\nQUIT\r\n", PASS OPENED BYE),
    ROW("secret with a blank", "USER bob\r\nPASS secret b\r\nRETR 1\r\n",
        PASS "+OK Maildrop has 1 messages (4 octets)\r\n+OK 4 octets\r\n..x\r\n.\r\n"),
    ROW("bare line ends", "USER odd\r\nPASS x\r\nRETR 1\r\nTOP 1 1\r\n",
        PASS "+OK Maildrop has 1 messages (8 octets)\r\n+OK 8 octets\r\n\r\n..\r\n\r\r\n.\r\n"
        "+OK Top of the message follows\r\n\r\n..\r\n.\r\n"),
    ROW("wrong secret", "USER alice\r\nPASS secret-A\r\nPASS secret-a\r\nSTAT\r\n",
        PASS WRONG "-ERR USER must come just before PASS\r\n" IN("STAT")),
    ROW("unknown user", "USER who\r\nPASS secret-a\r\n", PASS WRONG),
    ROW("name with other case", "USER Alice\r\nPASS secret-a\r\n", PASS WRONG),
    ROW("pass not just behind user", "USER alice\r\nCAPA\r\nPASS secret-a\r\n",
        PASS CAPA "-ERR USER must come just before PASS\r\n"),
    ROW("pass behind a user that was refused", "USER alice\r\nUSER\r\nPASS secret-a\r\nUSER alice\r\nUSER a b\r\nPASS secret-a\r\n",
        PASS "-ERR USER needs an argument\r\n-ERR USER must come just before PASS\r\n"
        PASS "-ERR USER takes fewer arguments\r\n-ERR USER must come just before PASS\r\n"),
    ROW("pass behind a line that is none", "USER alice\r\n\0\r\nPASS secret-a\r\n", PASS ODD "-ERR USER must come just before PASS\r\n"),
    ROW("pass twice", "USER alice\r\nPASS x\r\nPASS secret-a\r\n", PASS WRONG "-ERR USER must come just before PASS\r\n"),
    ROW("update only at a quit that is one", "QUIT 1\r\nQUIT \r\nQUIT\r\n", "-ERR QUIT takes fewer arguments\r\n" SYNTAX BYE),
    ROW("apop", "APOP alice 3ad4e87c00e9a42a50e5cb7d0cd9e3b8\r\n", WRONG),
    ROW("apop, unknown user", "APOP who 3ad4e87c00e9a42a50e5cb7d0cd9e3b8\r\n", WRONG),
    ROW("lower case", "user alice\r\nPass secret-a\r\nstat\r\nqUIT\r\n", PASS OPENED "+OK 2 70\r\n" BYE),
    ROW("wrong state before login", "STAT\r\nLIST\r\nRETR 1\r\nDELE 1\r\nNOOP\r\nRSET\r\nTOP 1 0\r\nUIDL\r\n",
        IN("STAT") IN("LIST") IN("RETR") IN("DELE") IN("NOOP") IN("RSET") IN("TOP") IN("UIDL")),
    LOGGED_IN("wrong state after login", "USER alice\r\nPASS secret-a\r\nAPOP alice x\r\n", IN("USER") IN("PASS") IN("APOP")),
    ROW("unknown", "XYZZY\r\n\r\nAUTH\r\nSTLS\r\nXYZZY a  b \r\n",
        UNKNOWN UNKNOWN "-ERR Command not implemented\r\n-ERR Command not implemented\r\n" UNKNOWN),
    ROW("capa", "CAPA\r\n", CAPA),
    LOGGED_IN("capa after login", "CAPA\r\n", CAPA),
    LOGGED_IN("listings", "STAT\r\nLIST\r\nLIST 2\r\nUIDL\r\nUIDL 2\r\nNOOP\r\n",
        "+OK 2 70\r\n+OK 2 messages (70 octets)\r\n1 40\r\n2 30\r\n.\r\n+OK 2 30\r\n"
        "+OK Unique-id listing follows\r\n1 " ID "1\r\n2 " ID "2\r\n.\r\n+OK 2 " ID "2\r\n" DONE),
    LOGGED_IN("retr", "RETR 1\r\nRETR 02\r\n", "+OK 40 octets\r\n" SENT_1 ".\r\n+OK 30 octets\r\n" SENT_2 ".\r\n"),
    LOGGED_IN("top", "TOP 1 0\r\nTOP 1 2\r\nTOP 1 99999999999999\r\nTOP 1 99999999999999999999999\r\n",
        "+OK Top of the message follows\r\nSubject: one\r\n\r\n.\r\n"
        "+OK Top of the message follows\r\nSubject: one\r\n\r\nline 1\r\n..line 2\r\n.\r\n"
        "+OK Top of the message follows\r\n" SENT_1 ".\r\n+OK Top of the message follows\r\n" SENT_1 ".\r\n"),
    LOGGED_IN("no such message", "LIST 3\r\nRETR 0\r\nDELE 99999999999999999999\r\nTOP 3 1\r\nUIDL 3\r\nRETR -1\r\nRETR 1x\r\nTOP 1 x\r\n",
        NONE NONE NONE NONE NONE DIGITS DIGITS "-ERR A number of lines is made of digits\r\n"),
    LOGGED_IN("numbers", "LIST 0000000000000000000000000000000000002\r\nLIST 18446744073709551617\r\nLIST 4294967297\r\nLIST +1\r\nTOP 1 -1\r\n"
        "TOP 01 00\r\nDELE 00\r\nUIDL 1.\r\nRETR 0x1\r\n",
        "+OK 2 30\r\n" NONE NONE DIGITS "-ERR A number of lines is made of digits\r\n"
        "+OK Top of the message follows\r\nSubject: one\r\n\r\n.\r\n" NONE DIGITS DIGITS),
    LOGGED_IN("arguments", "RETR\r\nRETR 1 2\r\nSTAT 1\r\nRETR  1\r\nRETR 1 \r\nTOP 1\r\nTOP 1 2 3\r\nUSER\r\n",
        "-ERR RETR needs an argument\r\n-ERR RETR takes fewer arguments\r\n-ERR STAT takes fewer arguments\r\n"
        SYNTAX SYNTAX "-ERR TOP needs an argument\r\n-ERR TOP takes fewer arguments\r\n" IN("USER")),
    LOGGED_IN("dele", "DELE 1\r\nSTAT\r\nLIST\r\nUIDL\r\nLIST 1\r\nUIDL 1\r\nRETR 1\r\nTOP 1 0\r\nDELE 1\r\nRETR 2\r\nRSET\r\nLIST 1\r\n",
        "+OK Message 1 deleted\r\n+OK 1 30\r\n+OK 1 messages (30 octets)\r\n2 30\r\n.\r\n"
        "+OK Unique-id listing follows\r\n2 " ID "2\r\n.\r\n"
        "-ERR Message 1 is deleted\r\n-ERR Message 1 is deleted\r\n-ERR Message 1 is deleted\r\n"
        "-ERR Message 1 is deleted\r\n-ERR Message 1 is deleted\r\n+OK 30 octets\r\n" SENT_2 ".\r\n"
        OPENED "+OK 1 40\r\n"),
    ROW("only CRLF ends a line", "CAPA\nQUIT\r\n", ODD),
    ROW("odd octets", "NOOP\0\r\nNOOP \xE4\r\nQUIT\r\n", ODD ODD BYE),
    ROW("255 octets", "USER " TEN(TEN("xx")) TEN("xxxx") "xxxxxxxx\r\n", PASS),
    ROW("256 octets", "USER " TEN(TEN("xx")) TEN("xxxx") "xxxxxxxxx\r\nQUIT\r\n",
        "-ERR Line too long: at most 255 octets with CRLF\r\n" BYE),
};
// clang-format on

static struct server_settings settings_with_messages(void)
{
    struct server_settings settings = dialogue_settings();
    settings.messages = messages;
    settings.message_count = sizeof messages / sizeof messages[0];
    return settings;
}

static void check(const struct row *row, size_t cut)
{
    struct server_settings settings = settings_with_messages();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct buf expected = {0};
    buf_append_text(&expected, GREETING);
    buf_append(&expected, row->output);
    bool over = dialogue_pop3_on(store, &settings, row->input, cut, &out);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, buf_bytes(&expected)));
    UNIT_ROW(row->name, over == bytes_ends(row->output, BYE));
    buf_deinit(&expected);
    buf_deinit(&out);
    store_free(&store);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check(&rows[i], SIZE_MAX);
        for (size_t cut = 0; cut < rows[i].input.n; cut++) {
            check(&rows[i], cut);
        }
    }
}

/* RFC 1939 section 7 has this example. */
static void test_apop(void)
{
    static const struct server_user users[] = {
        {"mrose", "tanstaaf", "mrose@example.test"}
    };
    struct server_settings settings = dialogue_settings();
    settings.users = users;
    settings.user_count = 1;
    settings.apop_timestamp = "<1896.697170952@dbc.mtview.ca.us>";
    settings.pop3_greeting = "POP3 server ready <1896.697170952@dbc.mtview.ca.us>";
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct bytes input = BYTES_LIT("APOP mrose c4c9334bac560ecc979e58001b3e22fB\r\nAPOP mrose x\r\n"
                                   "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n");
    dialogue_pop3_on(store, &settings, input, 0, &out);
    CU_ASSERT(dialogue_is(
        "apop", &out,
        BYTES_LIT("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n" WRONG WRONG
                  "+OK Maildrop has 0 messages (0 octets)\r\n")));
    buf_deinit(&out);
    store_free(&store);
}

/* What a setting refuses is refused in every state; a row for SMTP says nothing here. */
static void test_refused_by_settings(void)
{
    static const struct server_refusal refusals[] = {
        {"stls", 0,   "[SYS/TEMP] Not today, 100%s"},
        {"APOP", 0,   NULL                         },
        {"QUIT", 421, NULL                         },
        {"STAT", 0,   "No"                         },
    };
    struct server_settings settings = settings_with_messages();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    settings.refusals = (struct server_refusals){refusals, sizeof refusals / sizeof refusals[0]};
    bool over =
        dialogue_pop3_on(store, &settings,
                         BYTES_LIT("STLS\r\nAPOP a b\r\nUSER alice\r\nSTAT\r\nUSER alice\r\n"
                                   "PASS secret-a\r\nSTAT\r\nQUIT\r\n"),
                         0, &out);
    CU_ASSERT(dialogue_is("refused by settings", &out,
                          BYTES_LIT(GREETING "-ERR [SYS/TEMP] Not today, 100%s\r\n"
                                             "-ERR Refused by a setting of this server\r\n" PASS
                                             "-ERR No\r\n" PASS OPENED "-ERR No\r\n" BYE)));
    CU_ASSERT(over);
    buf_deinit(&out);
    store_free(&store);
}

struct session_row {
    const char *name;
    const char *first;  /* session, behind the login */
    const char *second; /* what UIDL says in the next one */
};

static const struct session_row session_rows[] = {
    {"quit deletes",                       "DELE 1\r\nQUIT\r\n",            "1 " ID "2\r\n.\r\n"             },
    {"quit deletes all",                   "DELE 1\r\nDELE 2\r\nQUIT\r\n",  ".\r\n"                          },
    {"nothing without quit",               "DELE 1\r\nDELE 2\r\n",          "1 " ID "1\r\n2 " ID "2\r\n.\r\n"},
    {"nothing at half a quit",             "DELE 1\r\nQUIT",                "1 " ID "1\r\n2 " ID "2\r\n.\r\n"},
    {"nothing at a quit with an argument", "DELE 1\r\nQUIT now\r\n",
     "1 " ID "1\r\n2 " ID "2\r\n.\r\n"                                                                       },
    {"what was read stays",                "RETR 1\r\nTOP 2 0\r\nQUIT\r\n", "1 " ID "1\r\n2 " ID "2\r\n.\r\n"},
    {"nothing after rset",                 "DELE 1\r\nRSET\r\nQUIT\r\n",    "1 " ID "1\r\n2 " ID "2\r\n.\r\n"},
};

static void test_sessions(void)
{
    for (size_t i = 0; i < sizeof session_rows / sizeof session_rows[0]; i++) {
        const struct session_row *row = &session_rows[i];
        struct server_settings settings = settings_with_messages();
        struct store *store = store_new(&settings);
        struct buf input = {0};
        struct buf out = {0};
        buf_printf(&input, "USER alice\r\nPASS secret-a\r\n%s", row->first);
        dialogue_pop3_on(store, &settings, buf_bytes(&input), 0, &out);
        buf_clear(&out);
        dialogue_pop3_on(store, &settings, BYTES_LIT("USER alice\r\nPASS secret-a\r\nUIDL\r\n"), 0,
                         &out);
        UNIT_ROW(row->name, bytes_ends(buf_bytes(&out), row->second));
        buf_deinit(&input);
        buf_deinit(&out);
        store_free(&store);
    }
}

static void feed(struct pop3_session *session, const char *input, struct buf *out)
{
    buf_clear(out);
    dialogue_feed_pop3(session, bytes_of(input), out);
}

static void test_lock_and_snapshot(void)
{
    struct server_settings settings = settings_with_messages();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct pop3_session *one = pop3_session_new(&settings, store, &out);
    struct pop3_session *two = pop3_session_new(&settings, store, &out);
    feed(one, "USER alice\r\nPASS secret-a\r\nDELE 2\r\n", &out);
    feed(two, "USER alice\r\nPASS secret-a\r\n", &out);
    CU_ASSERT(dialogue_is(
        "lock", &out, BYTES_LIT(PASS "-ERR [IN-USE] The maildrop is open in another session\r\n")));
    feed(two, "USER bob\r\nPASS secret b\r\n", &out);
    CU_ASSERT(bytes_starts(buf_bytes(&out), PASS "+OK"));
    dialogue_smtp_on(
        store, &settings,
        BYTES_LIT("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nnew\r\n.\r\n"),
        0, &out);
    feed(one, "STAT\r\nQUIT\r\n", &out);
    CU_ASSERT(dialogue_is("what comes later is not seen", &out, BYTES_LIT("+OK 1 40\r\n" BYE)));
    pop3_session_free(&one);
    feed(two, "QUIT\r\n", &out);
    pop3_session_free(&two);
    dialogue_pop3_on(store, &settings, BYTES_LIT("USER alice\r\nPASS secret-a\r\nUIDL\r\n"), 0,
                     &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), "1 " ID "1\r\n2 " ID "8\r\n.\r\n"));
    buf_deinit(&out);
    store_free(&store);
}

/* A client that sends without reading gets bounded output, and all of it in the end. */
static void test_output_is_bounded(void)
{
    struct server_settings settings = dialogue_settings();
    struct buf content = {0};
    buf_append_text(&content, "\r\n");
    for (size_t i = 0; i < 100000; i++) {
        buf_append_text(&content, ".\r\n");
    }
    buf_append_fill(&content, 'x', 200000); /* and one long line */
    struct server_message message = {"alice", buf_bytes(&content)};
    settings.max_maildrop_octets = content.n + 2;
    settings.messages = &message;
    settings.message_count = 1;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct pop3_session *session = pop3_session_new(&settings, store, &out);
    struct bytes rest = BYTES_LIT("USER alice\r\nPASS secret-a\r\nRETR 1\r\nRETR 1\r\nQUIT\r\n");
    size_t total = 0;
    while (rest.n > 0 || pop3_session_has_more(session)) {
        buf_clear(&out);
        rest = bytes_skip(rest, pop3_session_feed(session, rest, &out));
        CU_ASSERT_FATAL(out.n > 0 && out.n < 65 * 1024);
        total += out.n;
    }
    CU_ASSERT(total > 2 * 600000 && pop3_session_is_over(session));
    pop3_session_free(&session);
    buf_deinit(&out);
    buf_deinit(&content);
    store_free(&store);
}

static const struct unit_test tests[] = {
    {"dialogues",           test_rows               },
    {"apop",                test_apop               },
    {"refused by settings", test_refused_by_settings},
    {"sessions",            test_sessions           },
    {"lock and snapshot",   test_lock_and_snapshot  },
    {"output is bounded",   test_output_is_bounded  },
};

UNIT_MAIN("fake_servers_pop3", tests)
