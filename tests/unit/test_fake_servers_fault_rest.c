/* What the faults of fault_names_smtp_rest.h do, each in the few words that show it. */
#include "fault_effects.h"

#define NOBODY  "eABhbGljZQBzZWNyZXQtYQ==" /* x\\0alice\\0secret-a */
#define NOTHING "wq0AYWxpY2UAc2VjcmV0LWE=" /* U+00AD\\0alice\\0secret-a */
#define LOGIN   "AUTH PLAIN " ALICE "\r\n"
#define BEGIN   "AUTH PLAIN\r\n"
#define NO_LINE "The response is not base64\r\n"
#define SENDER  "250 2.1.0 Sender OK\r\n"
#define GO_ON   "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NO_MORE "Bad sequence of commands: there is no service here, QUIT is all that is left\r\n"
#define NONE    "554 Refused by a setting of this server\r\n"
#define BYE     "221 2.0.0 mx.example.test closing the connection\r\n"
#define FIRST   "Begin TLS first, by STARTTLS\r\n"
#define FROM_64 "+61+61" TEN("+61+61+61+61+61+61") "+61+61@b.example"
#define SECURE  "STARTTLS\r\n" EHLO_IN

#define NO_CHUNKS                                                                                  \
    "250-SIZE "                                                                                    \
    "3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n250-"    \
    "DSN\r\n250-VRFY\r\n250-EXPN\r\n250-HELP\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_AUTH_501_CODES, SMTP, EHLO_IN BEGIN "x\r\nAUTH CRAM-MD5 " NAME "\r\n", "501 5.5.2 " NO_LINE "501 5.5.4 This mechanism begins with a challenge\r\n"),
    EFFECT(FAULT_AUTH_501_CODES_2, SMTP, EHLO_IN "AUTH CRAM-MD5 " NAME "\r\n" BEGIN "x\r\n", "501 5.7.0 This mechanism begins with a challenge\r\n334 \r\n501 5.7.8 " NO_LINE),
    EFFECT(FAULT_AUTH_IDENTITY, SMTP, EHLO_IN "AUTH PLAIN " NOBODY "\r\n", YES),
    EFFECT(FAULT_AUTH_IDENTITY_2, SMTP, EHLO_IN "AUTH PLAIN " NOBODY "\r\nAUTH PLAIN " NOTHING "\r\n", REFUSED YES),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES, SMTP, EHLO_IN, "250-AUTH PLAIN,LOGIN,CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES_2, SMTP, EHLO_IN, "250-AUTH PLAIN LOGIN CRAM-MD5 MAILSPEC-OWN-TOKEN-2026\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" TEN(FROM_64) "\r\nNOOP " TEN(TEN("xxxxxx")) "\r\n", "500 5.5.2 Line too long: at most 512 octets with CRLF\r\n" OK),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH_2, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" FROM_64 "." TEN("+61+61+61") "\r\nMAIL FROM:<> AUTH=" FROM_64 "\r\n", "501 5.5.4 AUTH must come once, with a value that it allows\r\n" SENDER),
    EFFECT(FAULT_AUTH_REQUIRED_CODE, SMTP, EHLO_IN "NOOP\r\nMAIL FROM:<>\r\n", OK "550 5.7.1 Authentication required\r\n"),
    EFFECT(FAULT_AUTH_REQUIRED_CODE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\n" LOGIN "NOOP\r\n", "530 5.7.0 Authentication required\r\n503 5.5.1 Bad sequence of commands: AUTH comes next\r\n" YES OK),
    EFFECT(FAULT_REFUSED_GREETING_WAITS, SMTP, "NOOP\r\nQUIT\r\n", NONE),
    EFFECT(FAULT_REFUSED_GREETING_WAITS_2, SMTP, "NOOP\r\nQUIT\r\n", NONE "503 5.5.1 " NO_MORE),
    EFFECT(FAULT_REFUSED_GREETING_503, SMTP, "NOOP\r\nQUIT\r\n", NONE "550 5.5.1 " NO_MORE BYE),
    EFFECT(FAULT_REFUSED_GREETING_503_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n", "250 STARTTLS\r\n503 5.5.1 " NO_MORE),
    EFFECT(FAULT_BINARYMIME_WITH_CHUNKING, SMTP, EHLO_IN, NO_CHUNKS "250-AUTH PLAIN LOGIN CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_BINARYMIME_WITH_CHUNKING_2, SMTP, EHLO_IN SECURE, NO_CHUNKS "250 AUTH PLAIN LOGIN CRAM-MD5\r\n"),
    EFFECT(FAULT_TLS_REQUIRED, SMTP, EHLO_IN "NOOP\r\nRSET\r\nMAIL FROM:<>\r\n", OK "530 5.7.0 " FIRST "550 5.7.1 " FIRST),
    EFFECT(FAULT_TLS_REQUIRED_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\nSTARTTLS\r\nNOOP\r\n", "530 5.7.0 " FIRST "503 5.5.1 Bad sequence of commands: STARTTLS comes next\r\n" READY OK),
};
// clang-format on

static struct server_settings settings_for(enum fault fault)
{
    static const struct server_mechanisms mechanisms = {
        {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5},
        3
    };
    static const struct server_refusal refusals[] = {
        {.command = "greeting", .code = 554}
    };
    static const char *const members[] = {"alice", "bob"};
    static const struct server_list lists[] = {
        {"staff", {members, 2}}
    };
    struct server_settings settings = dialogue_settings();
    settings.auth = mechanisms;
    settings.starttls = true;
    if (bytes_starts(bytes_of(fault_at(fault)->name), "refused-greeting")) {
        settings.refusals = (struct server_refusals){refusals, 1};
    }
    /* Nothing is kept of a message, so nothing can be cut. */
    settings.keep = fault == FAULT_MESSAGE_64K_2 ? KEEP_NONE : settings.keep;
    if (fault == FAULT_SIZE_PROMISED || fault == FAULT_MESSAGE_64K_2) {
        settings.max_message_octets = settings.max_maildrop_octets = 100000;
    }
    if (fault == FAULT_REFUSED_NOT_DELIVERED || fault == FAULT_REFUSED_NOT_DELIVERED_2) {
        settings.max_text_line_octets = 20;
    }
    settings.no_recipients = NO_RECIPIENTS_354;
    settings.lists = (struct server_lists){lists, 1};
    settings.mail_needs_auth =
        fault == FAULT_AUTH_REQUIRED_CODE || fault == FAULT_AUTH_REQUIRED_CODE_2;
    settings.mail_needs_tls = fault == FAULT_TLS_REQUIRED || fault == FAULT_TLS_REQUIRED_2;
    return settings;
}

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_effect(&rows[i], settings_for(rows[i].fault));
    }
}

// clang-format off
/* With a great many octets "A" in the middle: a response of AUTH, a message. */
static const struct long_row {
    struct effect_row row; /* what stands behind them */
    const char *before;
    size_t octets;
} long_rows[] = {
    {EFFECT(FAULT_AUTH_500_CODE, SMTP, "\r\nNOOP\r\n", "500 5.5.2 Authentication exchange line is too long\r\n" OK), EHLO_IN BEGIN, 13000},
    {EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG, SMTP, "\r\n" ALICE "\r\n", "334 \r\n334 \r\n" YES), EHLO_IN BEGIN, 13000},
    {EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG_2, SMTP, "\r\n" ALICE "\r\n", "500 5.5.6 Authentication exchange line is too long\r\n" YES), EHLO_IN BEGIN, 13000},
    {EFFECT(FAULT_SIZE_PROMISED, SMTP, "\r\n.\r\nNOOP\r\n", GO_ON "552 5.3.4 Message too large\r\n" OK), EHLO_IN "MAIL FROM:<> SIZE=30000\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n", 20001},
    {NO_EFFECT(FAULT_MESSAGE_64K_2, SMTP, "\r\n.\r\n", GO_ON "250 2.0.0 Message 1 accepted for delivery\r\n"), EHLO_IN DELIVER, 60001},
};
// clang-format on

static void test_long(void)
{
    for (size_t i = 0; i < sizeof long_rows / sizeof long_rows[0]; i++) {
        struct effect_row row = long_rows[i].row;
        struct buf input = {0};
        buf_append_text(&input, long_rows[i].before);
        buf_append_fill(&input, 'A', long_rows[i].octets);
        buf_append(&input, row.input);
        row.input = buf_bytes(&input);
        try_effect(&row, settings_for(row.fault));
        buf_deinit(&input);
    }
}

/* ---- what is delivered ---- */

#define MAIL DELIVER "\r\ntext\r\n.\r\n"
#define TO_STAFF                                                                                   \
    "MAIL FROM:<bob@example.test>\r\nRCPT TO:<staff@example.test>\r\nDATA\r\n"                     \
    "From: <bob@example.test>\r\n\r\ntext\r\n.\r\n"
#define NOTICE(field)                                                                              \
    "MAIL FROM:<>\r\nRCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\nDATA\r\n" field                  \
    ": <alice@example.test>\r\n\r\ntext\r\n.\r\n"

// clang-format off
static const struct delivered_row delivered[] = {
    {FAULT_RECEIVED_WITH_AUTH, EHLO_IN LOGIN MAIL, "with ESMTP id", "with ESMTPA id"},
    {FAULT_RECEIVED_WITH_AUTH_2, SECURE LOGIN MAIL, "with ESMTPS id", "with ESMTPSA id"},
    {FAULT_NO_RECIPIENTS_NO_MAIL, EHLO_IN "MAIL FROM:<bob@example.test>\r\nDATA\r\nSubject: To nobody\r\n\r\n.\r\n", "Subject: To nobody\r\n\r\n.\r\n", NULL},
    {FAULT_REFUSED_NOT_DELIVERED, EHLO_IN DELIVER "Subject: A long line\r\n.\r\n", "Subject: A long line", NULL},
    {FAULT_REFUSED_NOT_DELIVERED_2, EHLO_IN DELIVER "Subject: A long line\r\n.\r\n" DELIVER ".\r\n", "Subject: A long line", NULL},
    {FAULT_NO_RECIPIENTS_NO_MAIL_2, EHLO_IN "MAIL FROM:<alice@example.test>\r\nDATA\r\n.\r\n", "Subject: No recipients", NULL},
    {FAULT_LIST_EXPANSION, EHLO_IN TO_STAFF, "Return-Path: <bob@example.test>", "Return-Path: <postmaster@example.test>"},
    {FAULT_LIST_EXPANSION_2, EHLO_IN TO_STAFF, "From: <staff@example.test>", "From: <bob@example.test>"},
    {FAULT_LIST_WHOLE, EHLO_IN "MAIL FROM:<alice@example.test>\r\nRCPT TO:<staff@example.test>\r\nDATA\r\n\r\ntext\r\n.\r\n", NULL, "text\r\n"},
    {FAULT_NO_NOTICE_FOR_NOTICE, EHLO_IN NOTICE("From") NOTICE("Errors-To"), "To: <alice@example.test>\r\nSubject: Delivery", NULL},
    {FAULT_NO_NOTICE_FOR_NOTICE_2, EHLO_IN NOTICE("From") NOTICE("Errors-To"), "To: <alice@example.test>\r\nSubject: Delivery", NULL},
};
// clang-format on

/* What alice finds in her maildrop. */
static void test_delivered(void)
{
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        try_delivered(&delivered[i], settings_for(delivered[i].fault),
                      POP3_OPEN "RETR 1\r\nRETR 2\r\n");
    }
}

/* Only what is answered 554 is delivered all the same. */
static void test_refused_otherwise(void)
{
    static const struct server_refusal later[] = {
        {.command = ".", .code = 451}
    };
    struct server_settings settings = settings_for(FAULT_REFUSED_NOT_DELIVERED);
    struct buf out = {0};
    settings.faults.on[FAULT_REFUSED_NOT_DELIVERED] = true;
    settings.refusals = (struct server_refusals){later, 1};
    struct store *store = store_new(&settings);
    dialogue_smtp_on(store, &settings, BYTES_LIT(EHLO_IN DELIVER "Subject: A long line\r\n.\r\n"),
                     0, &out);
    CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == 0);
    buf_deinit(&out);
    store_free(&store);
}

/* ---- two sessions, and silence ---- */

#define ALICE_NAMED "RCPT TO:<alice@example.test>\r\n"

static void feed(struct smtp_session *session, const char *text, struct buf *out)
{
    buf_clear(out);
    dialogue_feed_smtp(session, bytes_of(text), out);
}

static void test_two_transactions(void)
{
    for (unsigned faulty = 0; faulty < 2; faulty++) {
        struct server_settings settings = dialogue_settings();
        settings.faults.on[FAULT_TWO_TRANSACTIONS] = faulty == 1;
        struct store *store = store_new(&settings);
        struct buf out = {0};
        struct smtp_session *one = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
        struct smtp_session *two = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
        feed(one, EHLO_IN "MAIL FROM:<a@b.example>\r\n" ALICE_NAMED, &out);
        feed(two, EHLO_IN "MAIL FROM:<c@d.example>\r\n", &out);
        feed(two, ALICE_NAMED ALICE_NAMED, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), "250 2.1.5 "));
        feed(two, "RSET\r\nMAIL FROM:<a@b.example>\r\n", &out);
        feed(two, ALICE_NAMED, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), faulty == 1 ? "503 5.5.1 " : "250 2.1.5 "));
        feed(one, "RSET\r\n", &out);
        feed(two, ALICE_NAMED, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), "250 2.1.5 "));
        smtp_session_free(&two);
        smtp_session_free(&one);
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
    bool found = effect_is_among(rows, sizeof rows / sizeof rows[0], fault) ||
                 fault == FAULT_TWO_TRANSACTIONS; /* test_two_transactions() */
    for (size_t i = 0; i < sizeof long_rows / sizeof long_rows[0]; i++) {
        found |= long_rows[i].row.fault == fault;
    }
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        found |= delivered[i].fault == fault;
    }
    return found;
}

static void test_each_has_a_row(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        UNIT_ROW(fault_at(fault)->name, !fault_is_of_rest(fault) || has_row(fault));
    }
}

static const struct unit_test tests[] = {
    {"effects",           test_effects          },
    {"long lines",        test_long             },
    {"what is delivered", test_delivered        },
    {"refused otherwise", test_refused_otherwise},
    {"two transactions",  test_two_transactions },
    {"silence",           test_silence          },
    {"each has a row",    test_each_has_a_row   },
};

UNIT_MAIN("fake_servers_fault_rest", tests)
