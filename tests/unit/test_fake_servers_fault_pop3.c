/* What the faults of POP3 do, each in the few words that show it. */
#include "fault_long_run.h"

#define POP3_YES "+OK Maildrop has 0 messages (0 octets)\r\n"
#define POP3_ODD "-ERR The response is not what this mechanism expects\r\n"
#define MAIL     DELIVER "To: a\r\n\r\n..\r\nlast\r\n.\r\n"
#define MAILS    EHLO_IN MAIL MAIL MAIL /* alice has three messages */
/* alice's digest of the timestamp, and one that is none. */
#define DIGEST       "YWxpY2UgNDg4NzJhZWRlZTNiZjBiMjYwNzI5MDAzZGI5NDczMWM="
#define DIGEST_WRONG "YWxpY2UgMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="
#define UNKNOWN      "-ERR Command not recognised\r\n"
#define WRONG_STATE  " is not allowed in this state\r\n"
#define WRONG_LOGIN  "-ERR [AUTH] Name or secret is wrong\r\n"
#define HAS_1        "+OK Maildrop has 1 messages (198 octets)\r\n"
#define HAS_2        "+OK Maildrop has 2 messages (396 octets)\r\n"
#define HAS_3        "+OK Maildrop has 3 messages (594 octets)\r\n"
#define LISTING      "+OK 3 messages (594 octets)\r\n"
#define BEGIN_TLS    "+OK Begin TLS negotiation\r\n"
#define SEND_PASS    "+OK Now send PASS\r\n"
#define MARKED       "+OK Message 1 deleted\r\n"
#define NOTHING_DONE "+OK Nothing done\r\n"
#define TOO_LONG     "-ERR Line too long: at most 255 octets with CRLF\r\n"
#define GREETING     " POP3 server ready <1896.697170952@postoffice.example.net>\r\n"
#define IMPLEMENTED  "IMPLEMENTATION mailspec-" MAILSPEC_VERSION

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_POP3_GREETING, POP3, "", "OK mailspec " MAILSPEC_VERSION " POP3 server ready <1.1700000000000000@mx.example.test>\r\n"),
    EFFECT(FAULT_POP3_STATUS_INDICATOR, POP3, POP3_OPEN "NOOP\r\n", "\r\n+Ok Nothing done\r\n"),
    EFFECT(FAULT_POP3_LINE_END, POP3, POP3_OPEN "NOOP\r\n", "\r\n+OK Nothing done\n"),
    EFFECT(FAULT_POP3_STAT_FORM, POP3, POP3_OPEN "STAT\r\n", "+OK 0  0\r\n"),
    EFFECT(FAULT_POP3_WRONG_STATE, POP3, "STAT\r\n", "+OK 0 0\r\n"),
    EFFECT(FAULT_POP3_BAD_LOGIN, POP3, "USER alice\r\nPASS x\r\n", "+OK Maildrop has 0 messages (0 octets)\r\n"),
    EFFECT(FAULT_POP3_NO_SUCH_MESSAGE, POP3, POP3_OPEN "RETR 9\r\nLIST 9\r\nDELE 9\r\n", "+OK 0 octets\r\n.\r\n+OK 9 0\r\n+OK Done\r\n"),
    EFFECT(FAULT_POP3_LANG_ANSWER, POP3, "LANG en\r\n", "\r\n+OK  The language is English now\r\n"),
    EFFECT(FAULT_POP3_LANG_ANSWER_2, POP3, "LANG en\r\n", "\r\n+OK en: The language is English now\r\n"),
    EFFECT(FAULT_POP3_LANG_LIST, POP3, "LANG\r\n", "\r\nen=English\r\n.\r\n"),
    EFFECT(FAULT_POP3_LANG_LIST_2, POP3, "LANG\r\n", "\r\nen  English\r\n.\r\n"),
    EFFECT(FAULT_POP3_USER_UNTOLD, POP3, "USER alice\r\nUSER nobody\r\n", "-ERR The name is not well-formed UTF-8, or holds a character that no name may have\r\n"),
};

/* With TLS and AUTH. */
static const struct effect_row tls_rows[] = {
    EFFECT(FAULT_POP3_STLS, POP3, "STLS\r\nNOOP\r\n", "-ERR TLS has begun already\r\n-ERR NOOP is not allowed in this state\r\n"),
    EFFECT(FAULT_POP3_STLS_STATE, POP3, POP3_OPEN "STLS\r\nNOOP\r\n", "+OK Begin TLS negotiation\r\n+OK Nothing done\r\n"),
    EFFECT(FAULT_POP3_NO_TEXT_BEFORE_TLS, POP3, "STLS\r\n", "+OK Begin TLS negotiation\r\n+OK Nothing done\r\n"),
    EFFECT(FAULT_POP3_AUTH, POP3, "AUTH PLAIN " ALICE "\r\nSTAT\r\n", "+OK Maildrop locked and ready\r\n-ERR STAT is not allowed in this state\r\n"),
    EFFECT(FAULT_POP3_AUTH_CHALLENGE, POP3, "AUTH PLAIN\r\n", "+ Go on\r\n"),
    EFFECT(FAULT_POP3_AUTH_CHALLENGE_2, POP3, "AUTH PLAIN\r\n", "\n+\r\n"),
    EFFECT(FAULT_POP3_AUTH_WITHOUT_INITIAL_RESPONSE, POP3, "AUTH PLAIN\r\n", "-ERR The response is not what this mechanism expects\r\n"),
    EFFECT(FAULT_POP3_AUTH_CANCEL, POP3, "AUTH PLAIN\r\n*\r\nSTAT\r\n", "+OK Authentication cancelled\r\n-ERR STAT is not allowed in this state\r\n"),
    EFFECT(FAULT_POP3_AUTH_TWICE, POP3, POP3_OPEN "AUTH PLAIN " ALICE "\r\nSTAT\r\n", "+OK Maildrop locked and ready\r\n+OK 0 0\r\n"),
    EFFECT(FAULT_POP3_AUTH_UNKNOWN_MECHANISM, POP3, "AUTH X\r\n", "\n+ \r\n"),
    EFFECT(FAULT_POP3_AUTH_SERVER_FIRST, POP3, "AUTH CRAM-MD5 " NAME "\r\n", "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZS5uZXQ+\r\n"),
    EFFECT(FAULT_POP3_AUTH_BAD_BASE64, POP3, "AUTH PLAIN " ALICE_ODD "\r\n", "+OK Maildrop has 0 messages (0 octets)\r\n"),
    EFFECT(FAULT_POP3_AUTH_WRONG_SECRET, POP3, "AUTH PLAIN " ALICE_WRONG "\r\n", "+OK Maildrop has 0 messages (0 octets)\r\n"),
    EFFECT(FAULT_POP3_AUTH_FAILED_FORGOTTEN, POP3, "AUTH PLAIN " ALICE_WRONG "\r\nUSER alice\r\n", "-ERR USER is not allowed in this state\r\n"),
    EFFECT(FAULT_POP3_AUTH_ANY_CASE, POP3, "AUTH plain " ALICE "\r\n", "-ERR This mechanism is not offered\r\n"),
    EFFECT(FAULT_POP3_SASL_AFTER_AUTH, POP3, "AUTH PLAIN " ALICE "\r\nCAPA\r\n", "IMPLEMENTATION mailspec-" MAILSPEC_VERSION "\r\n.\r\n"),
    EFFECT(FAULT_POP3_AUTH_PLAIN_MESSAGE, POP3, PLAIN(TWO_PARTS) PLAIN(FOUR_PARTS), POP3_ODD POP3_YES),
    EFFECT(FAULT_POP3_AUTH_PLAIN_MESSAGE_2, POP3, PLAIN(FOUR_PARTS) PLAIN(TWO_PARTS), POP3_ODD POP3_YES),
};
// clang-format on

static const struct effect_table tables[] = {EFFECT_TABLE(rows, effect_plain),
                                             EFFECT_TABLE(tls_rows, effect_of_tls)};

static void test_effects(void)
{
    try_tables(tables, sizeof tables / sizeof tables[0]);
}

/* ---- sessions with messages, behind another one ---- */

/* What the server says at the end of the last of two sessions, of which the first may be missing. */
struct session_row {
    enum fault fault;
    struct bytes first, input, end;
};

#define ROW(fault, input, end)                                                                     \
    {                                                                                              \
        fault, {0}, BYTES_INIT(input), BYTES_INIT(end)                                             \
    }
#define ROW_OF_TWO(fault, first, input, end)                                                       \
    {                                                                                              \
        fault, BYTES_INIT(first), BYTES_INIT(input), BYTES_INIT(end)                               \
    }

// clang-format off
static const struct session_row session_rows[] = {
    ROW(FAULT_POP3_GREETING_2, "", "* OK mailspec " MAILSPEC_VERSION GREETING),
    ROW(FAULT_POP3_STATUS_INDICATOR_2, "XYZZY\r\n" POP3_OPEN "XYZZY\r\n", UNKNOWN SEND_PASS HAS_3 "-ERROR Command not recognised\r\n"),
    ROW(FAULT_POP3_LINE_END_2, POP3_OPEN "LIST\r\n", LISTING "1 198\n2 198\n3 198\n.\r\n"),
    ROW(FAULT_POP3_STATUS_LINE_LENGTH_2, "CAPA\r\n" POP3_OPEN "CAPA\r\n", IMPLEMENTED " " TEN(TEN("xxxxxx")) "\r\nSASL PLAIN LOGIN CRAM-MD5\r\n.\r\n"),
    ROW(FAULT_POP3_MULTILINE_END_2, POP3_OPEN "TOP 1 1\r\n", "\r\n..\r\n. \r\n"),
    ROW(FAULT_POP3_BYTE_STUFFING_2, POP3_OPEN "RETR 1\r\n", "\r\n...\r\nlast\r\n.\r\n"),
    ROW(FAULT_POP3_COMMAND_GETS_RESPONSE_2, "XYZZY\r\nQUIT\r\n", "+OK mailspec " MAILSPEC_VERSION GREETING),
    ROW(FAULT_POP3_ONE_RESPONSE_PER_COMMAND_2, POP3_OPEN "LIST\r\n", "\r\n3 198\r\n.\r\n+OK That was all\r\n"),
    ROW(FAULT_POP3_STAT_FORM_2, POP3_OPEN "STAT\r\n", HAS_3 "+OK 3 messages (594 octets)\r\n"),
    ROW(FAULT_POP3_LIST_FORM_2, POP3_OPEN "LIST 2\r\n", HAS_3 "+OK 2: 198\r\n"),
    ROW(FAULT_POP3_UIDL_FORM_2, POP3_OPEN "UIDL 2\r\n", HAS_3 "+OK 2 60a24181e4000.4\177\r\n"),
    ROW(FAULT_POP3_UNKNOWN_COMMAND_2, "XYZZY\r\nXYZZY now\r\n", UNKNOWN "+OK Done\r\n"),
    ROW(FAULT_POP3_MINIMUM_2, "QUIT\r\n", GREETING "-ERR Log in first\r\n"),
    ROW(FAULT_POP3_WRONG_STATE_2, POP3_OPEN "APOP a b\r\nUSER bob\r\n", "-ERR APOP" WRONG_STATE SEND_PASS),
    ROW(FAULT_POP3_OVER_LONG_COMMAND, POP3_OPEN "NOOP" TEN(TEN(" NOOP")) "\r\n", TOO_LONG NOTHING_DONE),
    ROW(FAULT_POP3_OVER_LONG_COMMAND_2, POP3_OPEN "NOOP" TEN(TEN(" NOOP")) "\r\n", TOO_LONG "-ERR Line too long\r\n"),
    ROW(FAULT_POP3_KEYWORD_CASE_2, POP3_OPEN "noop\r\nNoop\r\n", NOTHING_DONE UNKNOWN),
    ROW(FAULT_POP3_DELE_MARKS_2, POP3_OPEN "DELE 1\r\nLIST 1\r\nSTAT\r\n", MARKED "-ERR Message 1 is deleted\r\n+OK 3 594\r\n"),
    ROW_OF_TWO(FAULT_POP3_RSET_UNMARKS_2, POP3_OPEN "DELE 1\r\nRSET\r\nQUIT\r\n", POP3_OPEN, HAS_2),
    ROW_OF_TWO(FAULT_POP3_QUIT_DELETES_2, POP3_OPEN "DELE 2\r\nQUIT\r\n", POP3_OPEN, HAS_1),
    ROW(FAULT_POP3_QUIT_CLOSES_2, "QUIT\r\nXYZZY\r\n", "signing off\r\n" UNKNOWN),
    ROW_OF_TWO(FAULT_POP3_NO_QUIT_KEEPS_2, POP3_OPEN "DELE 2\r\nSTA", POP3_OPEN, HAS_2),
    ROW_OF_TWO(FAULT_POP3_UIDL_STABLE_2, POP3_OPEN, POP3_OPEN "UIDL 1\r\n", "\r\n+OK 1 60a24181e4000.2.8\r\n"),
    ROW(FAULT_POP3_UIDL_UNIQUE_2, POP3_OPEN "UIDL\r\n", "\r\n1 60a24181e4000.2\r\n2 60a24181e4000.4\r\n3 60a24181e4000.2\r\n.\r\n"),
    ROW(FAULT_POP3_TOP_LINES_2, POP3_OPEN "TOP 1 0\r\n", "\r\nTo: a\r\n\r\n..\r\nlast\r\n.\r\n"),
    ROW(FAULT_POP3_NO_SUCH_MESSAGE_2, POP3_OPEN "LIST 4\r\nLIST 0\r\n", "-ERR No such message, the maildrop had 3\r\n+OK 0 0\r\n"),
    ROW(FAULT_POP3_BAD_LOGIN_2, "USER alice\r\nPASS wrong\r\nNOOP\r\n", WRONG_LOGIN NOTHING_DONE),
    ROW(FAULT_POP3_RETR_CONTENT_2, POP3_OPEN "RETR 1\r\n", "+0000\r\nto: a\r\n\r\n..\r\nlast\r\n.\r\n"),
    ROW_OF_TWO(FAULT_POP3_RETR_KEEPS_2, POP3_OPEN "RETR 2\r\nSTA", POP3_OPEN, HAS_2),
    ROW(FAULT_POP3_RESPONSE_CODE_ANNOUNCED_2, "CAPA\r\n", "\r\nUIDL\r\nRESP-CODE\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\n" IMPLEMENTED "\r\nSASL PLAIN LOGIN CRAM-MD5\r\nSTLS\r\n.\r\n"),
    ROW(FAULT_POP3_PASS_NEEDS_USER_2, "PASS a\r\nUSER alice\r\nPASS wrong\r\nPASS secret-a\r\n", "-ERR USER must come just before PASS\r\n" SEND_PASS WRONG_LOGIN "+OK Welcome\r\n"),
    ROW(FAULT_POP3_NOOP_KEEPS_MARKS_2, POP3_OPEN "DELE 1\r\nNOOP\r\nLIST 1\r\n", MARKED NOTHING_DONE "+OK 1 198\r\n"),
    ROW(FAULT_POP3_STLS_2, "STLS\r\nNOOP\r\n", GREETING BEGIN_TLS),
    ROW(FAULT_POP3_STLS_STATE_2, "STLS\r\n" POP3_OPEN "STLS\r\n", HAS_3 BEGIN_TLS),
    ROW(FAULT_POP3_NO_TEXT_BEFORE_TLS_2, "STLS\r\n", GREETING BEGIN_TLS "\r\n"),
    ROW(FAULT_POP3_AUTH_2, "AUTH CRAM-MD5\r\n" DIGEST "\r\nAUTH PLAIN " ALICE "\r\n", WRONG_LOGIN HAS_3),
    ROW(FAULT_POP3_AUTH_WITHOUT_INITIAL_RESPONSE_2, "AUTH PLAIN\r\n" ALICE "\r\nAUTH PLAIN " ALICE "\r\n", "\r\n+ \r\n" WRONG_LOGIN HAS_3),
    ROW(FAULT_POP3_AUTH_CANCEL_2, "AUTH PLAIN\r\n*\r\n", "\r\n+ \r\n+ \r\n"),
    ROW(FAULT_POP3_AUTH_TWICE_2, POP3_OPEN "AUTH PLAIN " ALICE "\r\nAUTH PLAIN " ALICE "\r\n", "+OK Maildrop locked and ready\r\n-ERR AUTH" WRONG_STATE),
    ROW(FAULT_POP3_AUTH_UNKNOWN_MECHANISM_2, "AUTH XYZZY\r\n", GREETING "+OK Done\r\n"),
    ROW(FAULT_POP3_AUTH_SERVER_FIRST_2, "AUTH CRAM-MD5 " NAME "\r\nNOOP\r\n", GREETING "+OK So be it\r\n-ERR NOOP" WRONG_STATE),
    ROW(FAULT_POP3_AUTH_BAD_BASE64_2, "AUTH PLAIN\r\n" ALICE_ODD "\r\n" ALICE "\r\n", "\r\n+ \r\n+ \r\n" HAS_3),
    ROW(FAULT_POP3_AUTH_WRONG_SECRET_2, "AUTH PLAIN " ALICE_WRONG "\r\nAUTH CRAM-MD5\r\n" DIGEST_WRONG "\r\n", HAS_3),
    ROW(FAULT_POP3_AUTH_WRONG_SECRET_3, "AUTH PLAIN " ALICE_WRONG "\r\nNOOP\r\n", WRONG_LOGIN NOTHING_DONE),
    ROW(FAULT_POP3_AUTH_FAILED_FORGOTTEN_2, "AUTH PLAIN " ALICE_WRONG "\r\n" POP3_OPEN, WRONG_LOGIN SEND_PASS "-ERR PASS" WRONG_STATE),
    ROW(FAULT_POP3_AUTH_ANY_CASE_2, "AUTH plain\r\n*\r\nAUTH Plain\r\n", "\r\n+ \r\n-ERR Authentication cancelled\r\n-ERR This mechanism is not offered\r\n"),
    ROW(FAULT_POP3_SASL_AFTER_AUTH_2, "CAPA\r\nAUTH PLAIN " ALICE "\r\nCAPA\r\n", IMPLEMENTED "\r\nAUTH PLAIN LOGIN CRAM-MD5\r\n.\r\n"),
};
// clang-format on

static void run(const struct session_row *row, const struct server_settings *settings,
                struct buf *out)
{
    struct store *store = store_new(settings);
    struct buf thrown = {0};
    dialogue_smtp_on(store, settings, BYTES_LIT(MAILS), 0, &thrown);
    if (row->first.n > 0) {
        dialogue_pop3_on(store, settings, row->first, 0, &thrown);
    }
    dialogue_pop3_on(store, settings, row->input, 0, out);
    buf_deinit(&thrown);
    store_free(&store);
}

static void test_sessions(void)
{
    for (size_t i = 0; i < sizeof session_rows / sizeof session_rows[0]; i++) {
        const struct session_row *row = &session_rows[i];
        const char *name = fault_at(row->fault)->name;
        struct server_settings settings = dialogue_settings_of_tls();
        struct buf honest = {0};
        struct buf out = {0};
        run(row, &settings, &honest);
        settings.faults.on[row->fault] = true;
        run(row, &settings, &out);
        UNIT_ROW(name, out.n >= row->end.n &&
                           bytes_equal(bytes_skip(buf_bytes(&out), out.n - row->end.n), row->end));
        UNIT_ROW(name, !bytes_equal(buf_bytes(&out), buf_bytes(&honest)));
        buf_deinit(&out);
        buf_deinit(&honest);
    }
}

/* ---- unique ids, and silence ---- */

/* The line of the unique id that the next session tells; QUIT ends it. */
static void next_unique_id(struct store *store, const struct server_settings *settings,
                           struct buf *out)
{
    struct buf all = {0};
    dialogue_pop3_on(store, settings, bytes_of(POP3_OPEN "UIDL 1\r\nQUIT\r\n"), 0, &all);
    size_t at = bytes_find(buf_bytes(&all), BYTES_LIT("+OK 1 "), 0);
    struct bytes line = bytes_skip(buf_bytes(&all), at);
    CU_ASSERT(at != BYTES_NONE);
    buf_append(out, bytes_slice(line, 0, bytes_index(line, '\r', 0)));
    buf_deinit(&all);
}

/* RFC 1939 section 7: a message has the same id in every session; with the fault, another one behind each QUIT. */
static void test_unique_ids_of_two_sessions(void)
{
    for (unsigned faulty = 0; faulty < 2; faulty++) {
        struct server_settings settings = dialogue_settings();
        settings.faults.on[FAULT_POP3_UIDL_STABLE] = faulty == 1;
        struct store *store = store_new(&settings);
        struct buf out = {0};
        struct buf ids[2] = {{0}, {0}};
        dialogue_smtp_on(store, &settings, bytes_of(EHLO_IN DELIVER "x\r\n.\r\n"), 0, &out);
        next_unique_id(store, &settings, &ids[0]);
        next_unique_id(store, &settings, &ids[1]);
        CU_ASSERT(bytes_equal(buf_bytes(&ids[0]), buf_bytes(&ids[1])) == (faulty == 0));
        buf_deinit(&ids[0]);
        buf_deinit(&ids[1]);
        buf_deinit(&out);
        store_free(&store);
    }
}

static const struct silence_row {
    enum fault fault;
    const char *input;
    int64_t idle_ms;
} silences[] = {
    {FAULT_COUNT,             POP3_OPEN "NOOP\r\n",         0   },
    {FAULT_COUNT,             POP3_OPEN "TOP 1 0\r\n",      0   },
    {FAULT_POP3_AUTOLOGOUT,   POP3_OPEN "NOOP\r\n",         1000},
    {FAULT_POP3_AUTOLOGOUT,   POP3_OPEN "NOOP\r\nSTAT\r\n", 0   },
    {FAULT_POP3_AUTOLOGOUT,   "NOOP\r\n",                   0   },
    {FAULT_POP3_AUTOLOGOUT_2, POP3_OPEN "TOP 1 0\r\n",      1000},
    {FAULT_POP3_AUTOLOGOUT_2, POP3_OPEN "NOOP\r\n",         0   },
};

static void test_silence(void)
{
    for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++) {
        const struct silence_row *row = &silences[i];
        struct server_settings settings = dialogue_settings();
        struct buf out = {0};
        if (row->fault != FAULT_COUNT) {
            settings.faults.on[row->fault] = true;
        }
        struct store *store = store_new(&settings);
        struct pop3_session *session = pop3_session_new(&settings, store, &out);
        dialogue_feed_pop3(session, bytes_of(row->input), &out);
        UNIT_ROW(row->input, pop3_session_idle_ms(session) == row->idle_ms);
        pop3_session_free(&session);
        buf_deinit(&out);
        store_free(&store);
    }
}

static bool has_row(enum fault fault)
{
    bool found = effect_is_in_tables(tables, sizeof tables / sizeof tables[0], fault);
    for (size_t i = 0; i < sizeof session_rows / sizeof session_rows[0]; i++) {
        found |= session_rows[i].fault == fault;
    }
    return found;
}

static void test_each_shows(void)
{
    effect_check_all(OF_POP3, has_row);
}

static const struct unit_test tests[] = {
    {"effects",    test_effects                   },
    {"sessions",   test_sessions                  },
    {"unique ids", test_unique_ids_of_two_sessions},
    {"silence",    test_silence                   },
    {"each shows", test_each_shows                },
};

UNIT_MAIN("fake_servers_fault_pop3", tests)
