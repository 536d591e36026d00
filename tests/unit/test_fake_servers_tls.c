/* STARTTLS and STLS in the sessions: what is offered, what is refused, what stays in clear text and what is forgotten. */
#include "unit.h"

#include "fake_dialogue.h"

#define READY     "220 2.0.0 Ready to start TLS\r\n"
#define NO_EHLO   "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n"
#define EHLO_IN   "EHLO c.example\r\n"
#define EHLO_PART "250-mx.example.test\r\n250-SIZE 3000\r\n"
#define EHLO      EHLO_PART "250-ENHANCEDSTATUSCODES\r\n250 STARTTLS\r\n"
#define EHLO_TLS  EHLO_PART "250 ENHANCEDSTATUSCODES\r\n"
#define BEGIN     "+OK Begin TLS negotiation\r\n"
#define OPEN      "USER alice\r\nPASS secret-a\r\n"
#define OPENED    "+OK Now send PASS\r\n+OK Maildrop has 0 messages (0 octets)\r\n"

enum protocol { SMTP, LMTP, POP3 };

/* What is said in clear text; then, when TLS has begun, what is said inside. Outputs are behind the greeting. */
struct row {
    const char *name;
    enum protocol protocol;
    struct bytes input;
    struct bytes output;
    bool begins;       /* TLS */
    struct bytes left; /* of the input */
    struct bytes inner_input;
    struct bytes inner_output;
};

#define CLEAR(name, protocol, input, output)                                                       \
    {                                                                                              \
        name, protocol, BYTES_INIT(input), BYTES_INIT(output), false, BYTES_INIT(""),              \
            BYTES_INIT(""), BYTES_INIT("")                                                         \
    }
#define SECURE(name, protocol, input, output, left, inner_input, inner_output)                     \
    {                                                                                              \
        name, protocol, BYTES_INIT(input), BYTES_INIT(output), true, BYTES_INIT(left),             \
            BYTES_INIT(inner_input), BYTES_INIT(inner_output)                                      \
    }

// clang-format off
static const struct row rows[] = {
    CLEAR("offered", SMTP, EHLO_IN, EHLO),
    CLEAR("helo offers nothing", SMTP, "HELO c.example\r\n", "250 mx.example.test\r\n"),
    CLEAR("lmtp offers it", LMTP, "LHLO c.example\r\n", EHLO),
    CLEAR("a parameter", SMTP, "STARTTLS now\r\n", "501 5.5.4 STARTTLS takes no argument\r\n"),
    SECURE("before ehlo", SMTP, "STARTTLS\r\n", READY, "", EHLO_IN, EHLO_TLS),
    SECURE("in lower case", SMTP, EHLO_IN "starttls\r\n", EHLO READY, "", EHLO_IN, EHLO_TLS),
    SECURE("over lmtp", LMTP, "LHLO c.example\r\nSTARTTLS\r\n", EHLO READY, "", "LHLO c.example\r\n", EHLO_TLS),
    SECURE("ehlo is forgotten", SMTP, EHLO_IN "STARTTLS\r\n", EHLO READY, "", "MAIL FROM:<>\r\n", NO_EHLO),
    SECURE("the transaction is forgotten", SMTP, EHLO_IN "MAIL FROM:<>\r\nSTARTTLS\r\n", EHLO "250 2.1.0 Sender OK\r\n" READY, "",
        "RCPT TO:<alice@example.test>\r\n" EHLO_IN "RCPT TO:<alice@example.test>\r\n",
        NO_EHLO EHLO_TLS "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"),
    SECURE("no second one", SMTP, EHLO_IN "STARTTLS\r\n", EHLO READY, "", EHLO_IN "STARTTLS\r\nNOOP\r\n",
        EHLO_TLS "503 5.5.1 TLS has begun already\r\n250 2.0.0 OK\r\n"),
    SECURE("commands behind it", SMTP, EHLO_IN "STARTTLS\r\nRSET\r\nMAIL FROM:<>\r\n", EHLO READY, "RSET\r\nMAIL FROM:<>\r\n",
        "NOOP\r\n", "250 2.0.0 OK\r\n"),
    SECURE("half a command behind it", SMTP, "STARTTLS\r\nMAIL", READY, "MAIL", "NOOP\r\n", "250 2.0.0 OK\r\n"),
    SECURE("mail inside", SMTP, EHLO_IN "STARTTLS\r\n", EHLO READY, "",
        EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nx\r\n.\r\n",
        EHLO_TLS "250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n354 Start mail input; end with <CRLF>.<CRLF>\r\n"
        "250 2.0.0 Message 1 accepted for delivery\r\n"),
    SECURE("help knows it", SMTP, "HELP STARTTLS\r\nSTARTTLS\r\n", "214-2.0.0 Syntax:\r\n214 2.0.0 STARTTLS\r\n" READY, "", "", ""),
    CLEAR("capa", POP3, "CAPA\r\n", "+OK Capability list follows\r\nUSER\r\nLANG\r\nSTLS\r\n.\r\n"),
    CLEAR("a parameter", POP3, "STLS now\r\n", "-ERR STLS takes fewer arguments\r\n"),
    CLEAR("not behind the login", POP3, OPEN "STLS\r\nCAPA\r\n", OPENED "-ERR STLS is not allowed in this state\r\n+OK Capability list follows\r\nUSER\r\nLANG\r\n.\r\n"),
    SECURE("stls", POP3, "stls\r\n", BEGIN, "", "CAPA\r\nSTLS\r\n" OPEN,
        "+OK Capability list follows\r\nUSER\r\nLANG\r\n.\r\n-ERR TLS has begun already\r\n" OPENED),
    SECURE("the name is forgotten", POP3, "USER alice\r\nSTLS\r\n", "+OK Now send PASS\r\n" BEGIN, "", "PASS secret-a\r\n", "-ERR USER must come just before PASS\r\n"),
    SECURE("commands behind it", POP3, "STLS\r\nUSER alice\r\nPA", BEGIN, "USER alice\r\nPA", "PASS secret-a\r\n", "-ERR USER must come just before PASS\r\n"),
    SECURE("the language is forgotten", POP3, "LANG de\r\nSTLS\r\n", "+OK de Die Sprache ist jetzt Deutsch\r\n+OK TLS kann beginnen\r\n", "",
        "STLS\r\n", "-ERR TLS has begun already\r\n"),
};
// clang-format on

static struct server_settings tls_settings(void)
{
    static const char *const languages[] = {"en", "de"};
    struct server_settings settings = dialogue_settings();
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        settings.offers[i] = i == EXTENSION_SIZE || i == EXTENSION_ENHANCEDSTATUSCODES;
    }
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        settings.capabilities[i] = i == CAPABILITY_USER || i == CAPABILITY_LANG;
    }
    settings.starttls = true;
    settings.languages = (struct server_names){languages, 2};
    return settings;
}

/* ---- one session ---- */

struct talk {
    struct smtp_session *smtp;
    struct pop3_session *pop3;
    struct buf out;
};

static void talk_begin(struct talk *talk, enum protocol protocol,
                       const struct server_settings *settings, struct store *store)
{
    *talk = (struct talk){0};
    if (protocol == POP3) {
        talk->pop3 = pop3_session_new(settings, store, &talk->out);
    } else if (protocol == LMTP) {
        talk->smtp = smtp_session_new_lmtp(settings, store, "[127.0.0.1]", &talk->out);
    } else {
        talk->smtp = smtp_session_new(settings, store, "[127.0.0.1]", &talk->out);
    }
    buf_clear(&talk->out);
}

static void talk_end(struct talk *talk)
{
    smtp_session_free(&talk->smtp);
    pop3_session_free(&talk->pop3);
    buf_deinit(&talk->out);
}

static bool talk_wants_tls(const struct talk *talk)
{
    return talk->smtp != NULL ? smtp_session_wants_tls(talk->smtp)
                              : pop3_session_wants_tls(talk->pop3);
}

/* What was not taken, which is all behind the command that begins TLS. */
static struct bytes talk_feed(struct talk *talk, struct bytes input, size_t cut)
{
    for (size_t done = 0; done < input.n && !talk_wants_tls(talk);) {
        struct bytes piece = dialogue_piece(bytes_skip(input, done), done, cut);
        done += talk->smtp != NULL ? smtp_session_feed(talk->smtp, piece, &talk->out)
                                   : pop3_session_feed(talk->pop3, piece, &talk->out);
        input = bytes_skip(input, done);
        cut = cut == SIZE_MAX || cut < done ? cut : cut - done;
        done = 0;
    }
    return input;
}

static void talk_secure(struct talk *talk, bool secured)
{
    struct tls_facts facts = {.secured = secured};
    if (talk->smtp != NULL) {
        smtp_session_secured(talk->smtp, &facts);
    } else {
        pop3_session_secured(talk->pop3, &facts);
    }
}

static bool row_holds(const struct row *row, size_t cut)
{
    struct server_settings settings = tls_settings();
    struct store *store = store_new(&settings);
    struct talk talk;
    talk_begin(&talk, row->protocol, &settings, store);
    struct bytes left = talk_feed(&talk, row->input, cut);
    bool holds = dialogue_is(row->name, &talk.out, row->output) &&
                 talk_wants_tls(&talk) == row->begins && bytes_equal(left, row->left);
    buf_clear(&talk.out);
    if (row->begins) {
        talk_secure(&talk, true);
        talk_feed(&talk, row->inner_input, cut);
        holds = holds && dialogue_is(row->name, &talk.out, row->inner_output);
    }
    talk_end(&talk);
    store_free(&store);
    return holds;
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        UNIT_ROW(rows[i].name, row_holds(&rows[i], 0));
        UNIT_ROW(rows[i].name, row_holds(&rows[i], SIZE_MAX));
        for (size_t cut = 1; cut < rows[i].input.n; cut++) {
            UNIT_ROW(rows[i].name, row_holds(&rows[i], cut));
        }
    }
}

/* ---- settings ---- */

struct setting_row {
    const char *name;
    enum protocol protocol;
    bool starttls;
    enum server_profile profile;
    unsigned refused; /* code, or 0 */
    struct bytes input;
    struct bytes output;
};

#define SETTING(name, protocol, starttls, profile, refused, input, output)                         \
    {                                                                                              \
        name, protocol, starttls, profile, refused, BYTES_INIT(input), BYTES_INIT(output)          \
    }

// clang-format off
static const struct setting_row setting_rows[] = {
    SETTING("not there", SMTP, false, PROFILE_RFC5321, 0, EHLO_IN "STARTTLS\r\n", EHLO_TLS "502 5.5.1 Command not implemented\r\n"),
    SETTING("not there", POP3, false, PROFILE_RFC5321, 0, "CAPA\r\nSTLS\r\n", "+OK Capability list follows\r\nUSER\r\nLANG\r\n.\r\n-ERR Command not implemented\r\n"),
    SETTING("not of 1982", SMTP, true, PROFILE_RFC821, 0, "STARTTLS\r\n", "500 Command not recognised\r\n"),
    SETTING("not minimal", SMTP, true, PROFILE_MINIMAL, 0, EHLO_IN "STARTTLS\r\n", "250 mx.example.test\r\n502 Command not implemented\r\n"),
    SETTING("refused for now", SMTP, true, PROFILE_RFC5321, 454, EHLO_IN "STARTTLS\r\nNOOP\r\n", EHLO "454 4.7.0 Refused by a setting of this server\r\n250 2.0.0 OK\r\n"),
    SETTING("refused for good", SMTP, true, PROFILE_RFC5321, 554, "STARTTLS\r\n", "554 5.0.0 Refused by a setting of this server\r\n"),
    SETTING("refused where it is not there", SMTP, false, PROFILE_RFC5321, 454, EHLO_IN "STARTTLS\r\n", EHLO_TLS "454 4.7.0 Refused by a setting of this server\r\n"),
};
// clang-format on

static void test_settings(void)
{
    for (size_t i = 0; i < sizeof setting_rows / sizeof setting_rows[0]; i++) {
        const struct setting_row *row = &setting_rows[i];
        struct server_settings settings = tls_settings();
        struct server_refusal refusal = {"STARTTLS", row->refused, NULL};
        struct talk talk;
        if (row->profile != PROFILE_RFC5321) {
            settings_take_profile(&settings, row->profile);
        }
        settings.starttls = row->starttls;
        settings.refusals = (struct server_refusals){&refusal, row->refused != 0};
        struct store *store = store_new(&settings);
        talk_begin(&talk, row->protocol, &settings, store);
        talk_feed(&talk, row->input, 0);
        UNIT_ROW(row->name, dialogue_is(row->name, &talk.out, row->output));
        UNIT_ROW(row->name, !talk_wants_tls(&talk));
        talk_end(&talk);
        store_free(&store);
    }
}

/* A handshake that failed changes nothing; the connection is closed anyway. */
static void test_failed_handshake(void)
{
    for (unsigned protocol = SMTP; protocol <= POP3; protocol++) {
        struct server_settings settings = tls_settings();
        struct store *store = store_new(&settings);
        struct talk talk;
        talk_begin(&talk, (enum protocol)protocol, &settings, store);
        talk_feed(&talk, bytes_of(protocol == POP3 ? "STLS\r\n" : "STARTTLS\r\n"), 0);
        CU_ASSERT(talk_wants_tls(&talk));
        talk_secure(&talk, false);
        CU_ASSERT(!talk_wants_tls(&talk));
        buf_clear(&talk.out);
        talk_feed(&talk, bytes_of(protocol == POP3 ? "STLS\r\n" : "STARTTLS\r\n"), 0);
        CU_ASSERT(talk_wants_tls(&talk));
        talk_end(&talk);
        store_free(&store);
    }
}

/* Implicit TLS: it begins before the greeting. */
static void test_secured_before_greeting(void)
{
    for (unsigned protocol = SMTP; protocol <= POP3; protocol++) {
        struct server_settings settings = tls_settings();
        struct store *store = store_new(&settings);
        struct talk talk;
        talk_begin(&talk, (enum protocol)protocol, &settings, store);
        talk_secure(&talk, true);
        talk_feed(&talk, bytes_of(protocol == POP3 ? "STLS\r\n" : "STARTTLS\r\n"), 0);
        CU_ASSERT(dialogue_is("inside", &talk.out,
                              bytes_of(protocol == POP3 ? "-ERR TLS has begun already\r\n"
                                                        : "503 5.5.1 TLS has begun already\r\n")));
        talk_end(&talk);
        store_free(&store);
    }
}

/* A dialogue of its own has answered STARTTLS, or STLS. */
static void test_told(void)
{
    struct server_settings settings = tls_settings();
    struct store *store = store_new(&settings);
    struct talk talk;
    talk_begin(&talk, SMTP, &settings, store);
    talk_feed(&talk, bytes_of(EHLO_IN), 0);
    smtp_session_told(talk.smtp, BYTES_LIT("STARTTLS\r\n"), 454);
    CU_ASSERT(!talk_wants_tls(&talk));
    smtp_session_told(talk.smtp, BYTES_LIT("STARTTLS\r\n"), 220);
    CU_ASSERT(talk_wants_tls(&talk));
    talk_secure(&talk, true);
    buf_clear(&talk.out);
    talk_feed(&talk, bytes_of("MAIL FROM:<>\r\n"), 0);
    CU_ASSERT(dialogue_is("told", &talk.out, bytes_of(NO_EHLO)));
    talk_end(&talk);
    talk_begin(&talk, POP3, &settings, store);
    pop3_session_told(talk.pop3, BYTES_LIT("STLS\r\n"), false);
    CU_ASSERT(!talk_wants_tls(&talk));
    pop3_session_told(talk.pop3, BYTES_LIT("STLS\r\n"), true);
    CU_ASSERT(talk_wants_tls(&talk));
    talk_end(&talk);
    store_free(&store);
}

/* ---- the certificate that is made ---- */

static void test_certificate_names(void)
{
    struct server_settings settings = dialogue_settings();
    struct server_tls tls;
    const char *many[TLS_MAX_NAMES];
    settings.tls.verify = true;
    settings_tls(&settings, &tls);
    CU_ASSERT(tls.settings.verify && tls.settings.names == tls.names);
    CU_ASSERT_EQUAL_FATAL(tls.settings.name_count, 5);
    CU_ASSERT_STRING_EQUAL(tls.names[0], "mx.example.test");
    CU_ASSERT_STRING_EQUAL(tls.names[1], "localhost");
    CU_ASSERT_STRING_EQUAL(tls.names[4], "example.test");
    for (size_t i = 0; i < TLS_MAX_NAMES; i++) {
        many[i] = "example.test";
    }
    settings.domains = many;
    settings.domain_count = TLS_MAX_NAMES;
    settings_tls(&settings, &tls);
    CU_ASSERT_EQUAL(tls.settings.name_count, TLS_MAX_NAMES);
}

static const struct unit_test tests[] = {
    {"rows",                  test_rows                   },
    {"settings",              test_settings               },
    {"failed handshake",      test_failed_handshake       },
    {"before the greeting",   test_secured_before_greeting},
    {"told",                  test_told                   },
    {"names of certificates", test_certificate_names      },
};

UNIT_MAIN("fake_servers_tls", tests)
