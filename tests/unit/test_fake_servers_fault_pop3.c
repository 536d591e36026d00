/* What the second faults of fault_names_pop3_more.h do, each in the few words that show it. */
#include "fault_effects.h"

#define MAIL  DELIVER "To: a\r\n\r\n..\r\nlast\r\n.\r\n"
#define MAILS EHLO_IN MAIL MAIL MAIL /* alice has three messages */

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
#define GREETING     " POP3 server ready <1896.697170952@postoffice.example.net>\r\n"
#define IMPLEMENTED  "IMPLEMENTATION mailspec-" MAILSPEC_VERSION

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
static const struct session_row rows[] = {
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

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct session_row *row = &rows[i];
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

static void test_each_has_a_row(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        bool found = false;
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            found |= rows[k].fault == fault;
        }
        UNIT_ROW(fault_at(fault)->name, !fault_is_second_of_pop3(fault) || found);
    }
}

static const struct unit_test tests[] = {
    {"effects",        test_effects       },
    {"each has a row", test_each_has_a_row},
};

UNIT_MAIN("fake_servers_fault_pop3", tests)
