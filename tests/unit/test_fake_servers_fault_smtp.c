/* What the faults in commands, replies and states of SMTP do, each in the few words that show it. */
#include "fault_long_run.h"

#define NO_RCPT "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"
#define NO_MORE "Bad sequence of commands: there is no service here, QUIT is all that is left\r\n"
#define NONE    "554 Refused by a setting of this server\r\n"
#define BYE     "221 2.0.0 mx.example.test closing the connection\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_GREETING_CODE, SMTP, "", "250 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"),
    EFFECT(FAULT_REPLY_CRLF, SMTP, "RSET\r\nNOOP\r\n", OK "250 2.0.0 OK\n"),
    EFFECT(FAULT_REPLY_CODE_GRAMMAR, SMTP, "HELP QUIT\r\n", "294-2.0.0 Syntax:\r\n294 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_SEPARATOR, SMTP, "NOOP\r\n", "250.2.0.0 OK\r\n"),
    EFFECT(FAULT_MULTILINE_SAME_CODE, SMTP, "HELP QUIT\r\n", "211-2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_MULTILINE_LAST_LINE, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\r\n214-2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_LINE_LENGTH, SMTP, "HELP QUIT\r\n", "xxxxxxxxxx\r\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_TEXT_GRAMMAR, SMTP, "NOOP\r\n", "250 2.0.0 OK \xE4\r\n"),
    EFFECT(FAULT_REPLY_TEXT_GRAMMAR_2, SMTP, "NOOP\r\n", "250 2.0.0 OK \0\r\n"),
    EFFECT(FAULT_COMMAND_GETS_REPLY, SMTP, "RSET\r\nHELP\r\nRSET\r\n", "ready\r\n" OK OK),
    EFFECT(FAULT_ONE_REPLY_PER_COMMAND, SMTP, "HELP QUIT\r\n", "214 2.0.0 QUIT\r\n214-2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_ANY_TIME, SMTP, "NOOP\r\n", "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n"),
    EFFECT(FAULT_QUIT_CLOSES, SMTP, "QUIT\r\nNOOP\r\n", "221 2.0.0 mx.example.test closing the connection\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE, SMTP, EHLO_IN DELIVER "a\n.\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_2, SMTP, EHLO_IN DELIVER "a\n.\r\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_3, SMTP, EHLO_IN DELIVER "a\r.\rRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_4, SMTP, EHLO_IN DELIVER "a\r.\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_5, SMTP, EHLO_IN DELIVER "a\r\n.\r\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_6, SMTP, EHLO_IN DELIVER "a\r\n.\0\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_7, SMTP, EHLO_IN DELIVER "a\r\n.\0x\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_SMUGGLED_MESSAGE_8, SMTP, EHLO_IN DELIVER TEN(TEN("xxxxxxxxxx")) ".\r\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_OVER_LONG_COMMAND, SMTP, "NOOP " TEN(TEN("xxxxx")) "xxxxxxxRSET\r\n", OK OK),
    EFFECT(FAULT_END_OF_DATA, SMTP, EHLO_IN DELIVER "a\n.\nRSET\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" "503 5.5.1 Bad sequence of commands: not in one segment with data\r\n" "500 5.5.1 Command not recognised\r\n" OK),
    EFFECT(FAULT_END_OF_DATA_2, SMTP, EHLO_IN DELIVER "a\n.\nb\r\n.\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message accepted for delivery\r\n" "554 5.6.0 A CR or LF stands alone: lines end in CRLF\r\n"),
    EFFECT(FAULT_END_OF_DATA_3, SMTP, EHLO_IN DELIVER "a\n.\nb\r\n.\r\nRSET\r\n", "<CRLF>.<CRLF>\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n" OK),
    EFFECT(FAULT_EHLO_2, SMTP, "EHLO [127.0.0.1]\r\n", "500 Command not recognised\r\n"),
    EFFECT(FAULT_RCPT_WITHOUT_MAIL_2, SMTP, EHLO_IN DELIVER "\r\n.\r\n" RCPT_ALICE, RCPT),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "mail from:<>\r\n", "501 5.5.2 FROM: must stand before the path\r\n"),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT to:<alice@example.test>\r\n", "501 5.5.2 TO: must stand before the path\r\n"),
    EFFECT(FAULT_RSET_CLEARS_2, SMTP, EHLO_IN TO_ALICE "RSET\r\nMAIL FROM:<>\r\nDATA\r\n", OK SENDER GO_ON),
    EFFECT(FAULT_EHLO_CLEARS_2, SMTP, "HELO c\r\nMAIL FROM:<>\r\n" RCPT_ALICE "HELO c\r\nMAIL FROM:<>\r\nDATA\r\n", SENDER GO_ON),
    EFFECT(FAULT_NOOP_KEEPS_STATE_2, SMTP, EHLO_IN TO_ALICE "NOOP\r\nDATA\r\n" RCPT_ALICE, OK NO_RCPT RCPT),
    EFFECT(FAULT_ERROR_KEEPS_STATE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nVRFY x\r\n" RCPT_ALICE, "550 5.1.1 No such user\r\n" NO_MAIL),
    EFFECT(FAULT_QUIT_REPLY_2, SMTP, "NOOP\r\nQUIT\r\n", OK),
    EFFECT(FAULT_QUIT_CLOSES_2, SMTP, EHLO_IN TO_ALICE "QUIT\r\nNOOP\r\n", "closing the connection\r\n" OK),
    EFFECT(FAULT_POSTMASTER_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<postmaster@example.test>\r\nRCPT TO:<Postmaster>\r\n", RCPT "550 5.1.1 No such user\r\n"),
    EFFECT(FAULT_NULL_REVERSE_PATH_2, SMTP, EHLO_IN TO_ALICE, SENDER "550 5.7.1 Bounces are not taken\r\n"),
    EFFECT(FAULT_HELO_2, SMTP, "HELO c\r\n", "250-EXPN\r\n250 HELP\r\n"),
    EFFECT(FAULT_DOMAIN_255_2, SMTP, "EHLO c\r\nHELO " LABELS_19 LABEL "d\r\n", "501 Domain too long\r\n"),
    EFFECT(FAULT_COMMAND_LINE_512_2, SMTP, "NOOP " TEN(TEN("nnnn")) "n\r\n", "501 5.5.4 Argument too long\r\n"),
    EFFECT(FAULT_TEXT_LINE_1000_2, SMTP, EHLO_IN DELIVER ".." TEN(TEN("tttttttttt")) "\r\n.\r\n", "554 5.6.0 Line too long\r\n"),
    NO_EFFECT(FAULT_TEXT_LINE_1000_2, SMTP, EHLO_IN TO_ALICE "BDAT 1003 LAST\r\n." TEN(TEN("tttttttttt")) "\r\n", TAKEN),
    EFFECT(FAULT_BEYOND_LIMITS, SMTP, EHLO_IN "MAIL FROM:<" LONG_LOCAL "@b.example>\r\nRSET\r\nMAIL FROM:<>\r\n", SENDER OK "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"),
    NO_EFFECT(FAULT_BEYOND_LIMITS, SMTP, EHLO_IN "MAIL FROM:<" LOCAL_64 "@b.example>\r\nRSET\r\nMAIL FROM:<>\r\n", SENDER OK SENDER),
    EFFECT(FAULT_TOO_MANY_RECIPIENTS, SMTP, EHLO_IN "MAIL FROM:<>\r\n" TEN(TEN("RCPT TO:<Postmaster>\r\n")) "RCPT TO:<Postmaster>\r\n", RCPT "552 5.5.3 Too many recipients\r\n"),
    EFFECT(FAULT_RCPT_ARGUMENT, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<>\r\nRCPT TO:\r\n", "501 5.1.3 A mailbox must stand between the brackets\r\n" RCPT),
    EFFECT(FAULT_RCPT_ARGUMENT_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:\r\nRCPT TO:<>\r\n", "501 5.5.2 The path must stand in angle brackets\r\n" RCPT),
    EFFECT(FAULT_PARAMETER_VALUE, SMTP, EHLO_IN "MAIL FROM:<> RET=x\r\nMAIL FROM:<> BODY=x SIZE=y\r\n", "501 5.5.4 RET must come once, with a value that it allows\r\n" SENDER),
    EFFECT(FAULT_RECIPIENTS_100_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" TEN(TEN(RCPT_ALICE)) "DATA\r\n", "554 5.5.3 Too many recipients\r\n"),
    EFFECT(FAULT_GREETING_CODE_2, SMTP, "", "354 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"),
    EFFECT(FAULT_REPLY_CRLF_2, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_CODE_GRAMMAR_2, SMTP, "HELP QUIT\r\n", "ready\r\n2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_SEPARATOR_2, SMTP, "HELO c\r\n", "\r\n250mx.example.test\r\n"),
    EFFECT(FAULT_MULTILINE_SAME_CODE_2, SMTP, "HELP\r\n", "\r\n211-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT\r\n214 2.0.0 HELP with a verb shows its syntax\r\n"),
    EFFECT(FAULT_MULTILINE_LAST_LINE_2, SMTP, "VRFY bob\r\n", "\r\n250-2.1.5 <bob@example.test>\r\n"),
    EFFECT(FAULT_COMMAND_GETS_REPLY_3, SMTP, "NOOP\r\nEXPN x\r\nNOOP\r\n", "ready\r\n" OK),
    EFFECT(FAULT_ONE_REPLY_PER_COMMAND_3, SMTP, EHLO_IN TO_ALICE RCPT_ALICE "DATA\r\n\r\n.\r\n", TAKEN TAKEN),
    EFFECT(FAULT_EHLO_DOMAIN_2, SMTP, EHLO_IN, "ready\r\n250-\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n"
        "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"),
    EFFECT(FAULT_LOCAL_PART_ANY_CASE, SMTP, EHLO_IN FROM("SIZE=1") "RCPT TO:<Alice@example.test>\r\nRCPT TO:<POSTMASTER>\r\n" TO("NOTIFY=NEVER"), SENDER NOBODY RCPT RCPT),
    EFFECT(FAULT_UNKNOWN_USER_AT_RCPT, SMTP, EHLO_IN FROM("SIZE=1") "RCPT TO:<who@example.test>\r\nRCPT TO:<who@elsewhere.example>\r\nDATA\r\n.\r\n", RCPT "550 5.7.1 Relaying denied\r\n" GO_ON TAKEN),
};

/* Each with what it needs to show: see effect_settings_for(). */
static const struct effect_row set_rows[] = {
    EFFECT(FAULT_REFUSED_GREETING_WAITS, SMTP, "NOOP\r\nQUIT\r\n", NONE),
    EFFECT(FAULT_REFUSED_GREETING_WAITS_2, SMTP, "NOOP\r\nQUIT\r\n", NONE "503 5.5.1 " NO_MORE),
    EFFECT(FAULT_REFUSED_GREETING_503, SMTP, "NOOP\r\nQUIT\r\n", NONE "550 5.5.1 " NO_MORE BYE),
    EFFECT(FAULT_REFUSED_GREETING_503_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n", "250 STARTTLS\r\n503 5.5.1 " NO_MORE),
};

/* With a great many octets in the middle. */
static const struct long_row long_rows[] = {
    {NO_EFFECT(FAULT_MESSAGE_64K_2, SMTP, "\r\n.\r\n", GO_ON "250 2.0.0 Message 1 accepted for delivery\r\n"), EHLO_IN DELIVER, 60001},
};
// clang-format on

static const struct effect_table tables[] = {EFFECT_TABLE(rows, effect_plain),
                                             EFFECT_TABLE(set_rows, effect_settings_for)};

static void test_effects(void)
{
    try_tables(tables, sizeof tables / sizeof tables[0]);
}

static void test_long(void)
{
    try_long_rows(long_rows, sizeof long_rows / sizeof long_rows[0]);
}

/* ---- two sessions ---- */

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
        feed(one, EHLO_IN "MAIL FROM:<a@b.example>\r\n" RCPT_ALICE, &out);
        feed(two, EHLO_IN "MAIL FROM:<c@d.example>\r\n", &out);
        feed(two, RCPT_ALICE RCPT_ALICE, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), "250 2.1.5 "));
        feed(two, "RSET\r\nMAIL FROM:<a@b.example>\r\n", &out);
        feed(two, RCPT_ALICE, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), faulty == 1 ? "503 5.5.1 " : "250 2.1.5 "));
        feed(one, "RSET\r\n", &out);
        feed(two, RCPT_ALICE, &out);
        CU_ASSERT(bytes_starts(buf_bytes(&out), "250 2.1.5 "));
        smtp_session_free(&two);
        smtp_session_free(&one);
        buf_deinit(&out);
        store_free(&store);
    }
}

static bool has_row(enum fault fault)
{
    return effect_is_in_tables(tables, sizeof tables / sizeof tables[0], fault) ||
           fault == FAULT_TWO_TRANSACTIONS ||
           effect_is_among_long(long_rows, sizeof long_rows / sizeof long_rows[0], fault);
}

static void test_each_shows(void)
{
    effect_check_all(OF_SMTP, has_row);
}

static const struct unit_test tests[] = {
    {"effects",          test_effects         },
    {"long lines",       test_long            },
    {"two transactions", test_two_transactions},
    {"each shows",       test_each_shows      },
};

UNIT_MAIN("fake_servers_fault_smtp", tests)
