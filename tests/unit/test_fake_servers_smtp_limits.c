/* Limits and offers as settings, enhanced status codes, HELP, and LMTP's replies for each recipient. */
#include "smtp_rows.h"

#define TEN(x)      x x x x x x x x x x
#define LHLO        "LHLO c\r\n"
#define SAID_LHLO   "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n"
#define LMTP_OFFERS "offer ENHANCEDSTATUSCODES"
#define FULL        "452 4.2.2 A recipient's maildrop is full\r\n"
#define TAKEN(n)    "250 2.0.0 Message " n " accepted for delivery\r\n"
#define UNKNOWN     "500 5.5.1 Command not recognised\r\n"
#define NOBODY      "554 5.5.1 No valid recipients\r\n"
#define ERRORS      "421 4.7.0 mx.example.test closing: too many commands were refused\r\n"
#define ALONE       "554 5.6.0 A CR or LF stands alone: lines end in CRLF\r\n"
#define LONG        "554 5.6.0 Line too long\r\n"
#define TOO_LARGE   "552 5.3.4 Message too large: at most 5 octets\r\n"
#define NO_ROOM     "452 4.3.1 Insufficient system storage\r\n"
#define IN_DATA     SAY_EHLO SAY_MAIL SAY_ALICE "DATA\r\n"
#define AT_DATA     SAID_EHLO SAID_SENDER SAID_RCPT SAID_GO
#define X500        TEN(TEN("xxxxx")) "\r\n"

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("max-line", "max-line 20", "NOOP 3456789012345\r\nNOOP 34567890123\r\nNOOP 345678901234\r\n",
             SAID_OK SAID_OK SAID_OK, NULL),
    SMTP_ROW("max-line, too long", "max-line 20", "NOOP 34567890123456\r\nNOOP\r\n", "500 5.5.2 Line too long: at most 20 octets with CRLF\r\n" SAID_OK, NULL),
    SMTP_ROW("max-recipients", "max-recipients 2", SAY_EHLO SAY_MAIL SAY_ALICE SAY_BOB SAY_ALICE "DATA\r\n.\r\n",
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT "452 4.5.3 Too many recipients: at most 2\r\n" SAID_GO SAID_TAKEN, "alice 1 bob 1"),
    SMTP_ROW("no message at all", "max-message 0\noffer SIZE", "EHLO c\r\nMAIL FROM:<> SIZE=1\r\nMAIL FROM:<> SIZE=0\r\n",
             "250-mx.example.test\r\n250 SIZE\r\n552 Message too large: at most 0 octets\r\n250 Sender OK\r\n", NULL),
    SMTP_ROW("max-message", "max-message 5\noffer SIZE", "EHLO c\r\nMAIL FROM:<> SIZE=6\r\n" SAY_MAIL SAY_ALICE "DATA\r\nxyz\r\n.\r\n" SAY_MAIL SAY_ALICE "DATA\r\nwxyz\r\n.\r\n",
             "250-mx.example.test\r\n250 SIZE 5\r\n552 Message too large: at most 5 octets\r\n250 Sender OK\r\n250 Recipient OK\r\n"
             "354 Start mail input; end with <CRLF>.<CRLF>\r\n250 Message 1 accepted for delivery\r\n250 Sender OK\r\n250 Recipient OK\r\n"
             "354 Start mail input; end with <CRLF>.<CRLF>\r\n552 Message too large: at most 5 octets\r\n", "alice 1"),
    SMTP_ROW("a setting refuses before the size does", "max-message 5\noffer ENHANCEDSTATUSCODES\nrefuse . 451 Later", "EHLO c\r\n" SAY_MAIL SAY_ALICE "DATA\r\nwxyz\r\n.\r\n",
             "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n" SAID_SENDER SAID_RCPT SAID_GO "451 4.0.0 Later\r\n", "alice 0"),
    SMTP_ROW("declared, and no room", "max-maildrop 1000\nmax-store 900\noffer SIZE ENHANCEDSTATUSCODES", "EHLO c\r\nMAIL FROM:<> SIZE=1001\r\n" SAY_ALICE "RSET\r\nMAIL FROM:<> SIZE=901\r\n" SAY_ALICE "RSET\r\nMAIL FROM:<> SIZE=900\r\n" SAY_ALICE,
             "250-mx.example.test\r\n250-SIZE 3000\r\n250 ENHANCEDSTATUSCODES\r\n" SAID_SENDER "452 4.2.2 The maildrop is full\r\n" SAID_OK SAID_SENDER "452 4.3.1 Insufficient system storage\r\n" SAID_OK SAID_SENDER SAID_RCPT, NULL),
    SMTP_ROW("max-recipients, and one who is not there", "max-recipients 1", SAY_EHLO SAY_MAIL SAY_ALICE "RCPT TO:<who@example.test>\r\n" SAY_BOB,
             SAID_EHLO SAID_SENDER SAID_RCPT "550 5.1.1 No such user\r\n452 4.5.3 Too many recipients: at most 1\r\n", NULL),
    SMTP_ROW("max-text-line", "max-text-line 10", IN_DATA "12345678\r\n.12345678\r\n\r\n.\r\n", AT_DATA SAID_TAKEN, "alice 1"),
    SMTP_ROW("max-text-line, too long", "max-text-line 10", IN_DATA "1\r\n123456789\r\n\r\n.\r\nNOOP\r\n", AT_DATA LONG SAID_OK, "alice 0"),
    SMTP_ROW("max-text-line and BDAT", "max-text-line 10", SAY_EHLO SAY_MAIL SAY_ALICE "BDAT 11 LAST\r\n123456789\r\n", SAID_EHLO SAID_SENDER SAID_RCPT LONG, "alice 0"),
    SMTP_ROW("binary has no lines", "max-text-line 10", SAY_EHLO "MAIL FROM:<> BODY=BINARYMIME\r\n" SAY_ALICE "BDAT 11 LAST\r\n123456789\r\n", SAID_EHLO SAID_SENDER SAID_RCPT SAID_TAKEN, "alice 1"),
    SMTP_ROW("keep none", "keep none", SAY_EHLO SAY_MAIL SAY_ALICE "DATA\r\nx\r\n..\r\n.\r\n" SAY_MAIL SAY_ALICE SAY_BOB "BDAT 2\r\nx\nBDAT 2 LAST\r\ny\n" "NOOP\r\n",
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_GO TAKEN("1") SAID_SENDER SAID_RCPT SAID_RCPT "250 2.0.0 2 octets received\r\n" TAKEN("2") SAID_OK, "alice 0 bob 0"),
    SMTP_ROW("keep none, max-message", "keep none\nmax-message 5\noffer ENHANCEDSTATUSCODES CHUNKING", "EHLO c\r\n" SAY_MAIL SAY_ALICE "DATA\r\n..yz\r\n.\r\n" SAY_MAIL SAY_ALICE "DATA\r\nwxyz\r\n.\r\n"
             SAY_MAIL SAY_ALICE "BDAT 5\r\n12345BDAT 1 LAST\r\n6",
             "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n" SAID_SENDER SAID_RCPT SAID_GO TAKEN("1") SAID_SENDER SAID_RCPT SAID_GO TOO_LARGE SAID_SENDER SAID_RCPT "250 2.0.0 5 octets received\r\n" TOO_LARGE, "alice 0"),
    SMTP_ROW("keep none, lone line ends", "keep none", IN_DATA "a\n\r\n.\r\n" SAY_MAIL SAY_ALICE "DATA\r\na\rb\r\n.\r\n", AT_DATA ALONE SAID_SENDER SAID_RCPT SAID_GO ALONE, "alice 0"),
    SMTP_ROW("keep none, max-text-line", "keep none\nmax-text-line 10", IN_DATA "1\r\n123456789\r\n\r\n.\r\n", AT_DATA LONG, "alice 0"),
    SMTP_ROW("no-recipients 554", "no-recipients 554", SAY_EHLO "DATA\r\n" SAY_MAIL "RCPT TO:<x@example.test>\r\nDATA\r\n" SAY_ALICE "DATA\r\n.\r\n",
             SAID_EHLO "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n" SAID_SENDER "550 5.1.1 No such user\r\n" NOBODY SAID_RCPT SAID_GO TAKEN("1"), "alice 1"),
    SMTP_ROW("no-recipients 354", "no-recipients 354", SAY_EHLO "DATA\r\n" SAY_MAIL "RCPT TO:<x@example.test>\r\nDATA\r\n.\r\n" SAY_MAIL SAY_ALICE "DATA\r\n.\r\n",
             SAID_EHLO "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n" SAID_SENDER "550 5.1.1 No such user\r\n" SAID_GO NOBODY SAID_SENDER SAID_RCPT SAID_GO TAKEN("2"), "alice 1"),
    SMTP_ROW("max-errors", "max-errors 3", "X\r\nNOOP\r\nY\r\nMAIL FROM:<>\r\nNOOP\r\nNOOP\r\n", UNKNOWN SAID_OK UNKNOWN
             "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n" ERRORS, NULL),
    SMTP_ROW("max-errors, refused for now", "max-errors 1\nlocked alice", SAY_EHLO SAY_MAIL SAY_ALICE "NOOP\r\n", SAID_EHLO SAID_SENDER "450 4.2.1 The mailbox is busy\r\n" ERRORS, NULL),
    SMTP_ROW("HELO behind EHLO takes the extensions back", "", SAY_EHLO "HELO c\r\nMAIL FROM:<> SIZE=1\r\n" SAY_MAIL SAY_ALICE "BDAT 6 LAST\r\nQUIT\r\n" SAY_EHLO "MAIL FROM:<> SIZE=1\r\n",
             SAID_EHLO "250 mx.example.test\r\n555 5.5.4 Parameter of MAIL not recognised\r\n" SAID_SENDER SAID_RCPT "503 5.5.1 Bad sequence of commands: a mail transaction is open\r\n" SAID_EHLO SAID_SENDER, "alice 0"),
    SMTP_ROW("max-errors and message data", "max-errors 1\nmax-message 1", "HELO c\r\n" SAY_MAIL SAY_ALICE "DATA\r\nxy\r\n.\r\nQUIT\r\n",
             "250 mx.example.test\r\n" SAID_SENDER SAID_RCPT SAID_GO "552 5.3.4 Message too large: at most 1 octets\r\n" ERRORS, "alice 0"),
    SMTP_ROW("max-errors and a chunk", "max-errors 1\noffer CHUNKING ENHANCEDSTATUSCODES", "BDAT 6\r\nQUIT\r\nNOOP\r\n",
             "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n" ERRORS, NULL),
    SMTP_ROW("max-errors 0", "max-errors 0", "X\r\nX\r\nX\r\nX\r\nX\r\nX\r\nNOOP\r\n", UNKNOWN UNKNOWN UNKNOWN UNKNOWN UNKNOWN UNKNOWN SAID_OK, NULL),

    SMTP_ROW("no status codes", "hide ENHANCEDSTATUSCODES", "NOOP\r\nVRFY alice\r\nMAIL FROM:<>\r\nXYZ\r\nHELP QUIT\r\nQUIT\r\n",
             "250 OK\r\n250 <alice@example.test>\r\n503 Bad sequence of commands: send EHLO or HELO first\r\n500 Command not recognised\r\n"
             "214-Syntax:\r\n214 QUIT\r\n221 mx.example.test closing the connection\r\n", NULL),
    SMTP_ROW("nothing offered", "hide PIPELINING SIZE 8BITMIME ENHANCEDSTATUSCODES CHUNKING BINARYMIME SMTPUTF8 DSN VRFY EXPN HELP",
             "EHLO c\r\nMAIL FROM:<> SIZE=1\r\nMAIL FROM:<> BODY=7BIT\r\nMAIL FROM:<> RET=FULL\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test> NOTIFY=NEVER\r\nBDAT 1\r\n"
             "HELP MAIL\r\nHELP RCPT\r\nHELP BDAT\r\nVRFY alice\r\nEXPN alice\r\n",
             "250 mx.example.test\r\n555 Parameter of MAIL not recognised\r\n555 Parameter of MAIL not recognised\r\n555 Parameter of MAIL not recognised\r\n250 Sender OK\r\n"
             "555 Parameter of RCPT not recognised\r\n502 Command not implemented\r\n214-Syntax:\r\n214 MAIL FROM:<reverse-path>\r\n214-Syntax:\r\n214 RCPT TO:<forward-path>\r\n"
             "214-This server knows these verbs:\r\n214-HELO EHLO MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT\r\n214 HELP with a verb shows its syntax\r\n"
             "250 <alice@example.test>\r\n250 <alice@example.test>\r\n", NULL),
    SMTP_ROW("BINARYMIME needs CHUNKING", "offer BINARYMIME 8BITMIME", "EHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\n",
             "250-mx.example.test\r\n250 8BITMIME\r\n501 BODY must come once, with a value that it allows\r\n", NULL),
    SMTP_ROW("BINARYMIME without 8BITMIME", "offer BINARYMIME CHUNKING", "EHLO c\r\nMAIL FROM:<> BODY=8BITMIME\r\nMAIL FROM:<> BODY=BINARYMIME\r\n",
             "250-mx.example.test\r\n250-CHUNKING\r\n250 BINARYMIME\r\n501 BODY must come once, with a value that it allows\r\n250 Sender OK\r\n", NULL),
    SMTP_ROW("no status code answers EHLO", "refuse EHLO 550 No\nrefuse HELO 450 No\nrefuse NOOP 450 No", "EHLO c\r\nHELO c\r\nEHLO\r\nNOOP\r\n", "550 No\r\n450 No\r\n501 EHLO needs an argument\r\n450 4.0.0 No\r\n", NULL),
    LMTP_ROW("no status code answers LHLO", "refuse LHLO 550 No", "LHLO c\r\nLHLO\r\nEHLO c\r\n", "550 No\r\n501 LHLO needs an argument\r\n500 5.5.1 Command not recognised\r\n", NULL),
    SMTP_ROW("without 8BITMIME there is no SMTPUTF8", "hide 8BITMIME PIPELINING VRFY EXPN HELP DSN", "EHLO c\r\nMAIL FROM:<> SMTPUTF8\r\n",
             "250-mx.example.test\r\n250-SIZE 3000\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250 BINARYMIME\r\n555 5.5.4 Parameter of MAIL not recognised\r\n", NULL),
    SMTP_ROW("HELP", "", "HELP mail\r\nHELP RCPT\r\nHELP bdat\r\nHELP vrfy\r\nHELP LHLO\r\n",
             "214-2.0.0 Syntax:\r\n214 2.0.0 MAIL FROM:<reverse-path> [SIZE=octets] [BODY=7BIT or 8BITMIME] [BODY=BINARYMIME] [SMTPUTF8] [RET=FULL or HDRS] [ENVID=xtext]\r\n"
             "214-2.0.0 Syntax:\r\n214 2.0.0 RCPT TO:<forward-path> [NOTIFY=NEVER or SUCCESS,FAILURE,DELAY] [ORCPT=type;xtext]\r\n"
             "214-2.0.0 Syntax:\r\n214 2.0.0 BDAT octets [LAST]\r\n214-2.0.0 Syntax:\r\n214 2.0.0 VRFY user or mailbox [SMTPUTF8]\r\n"
             "214-2.0.0 This server knows these verbs:\r\n214-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT\r\n214 2.0.0 HELP with a verb shows its syntax\r\n", NULL),

    SMTP_ROW("HELP of verbs that a setting adds", "send mail\nturn 503\noffer ENHANCEDSTATUSCODES", "HELP\r\nHELP soml\r\n",
             "214-2.0.0 This server knows these verbs:\r\n214-2.0.0 HELO EHLO MAIL RCPT DATA RSET NOOP VRFY EXPN HELP SEND SOML SAML TURN QUIT\r\n214 2.0.0 HELP with a verb shows its syntax\r\n"
             "214-2.0.0 Syntax:\r\n214 2.0.0 SOML FROM:<reverse-path>\r\n", NULL),

    LMTP_ROW("LMTP: one reply a recipient", LMTP_OFFERS, LHLO SAY_MAIL SAY_ALICE "RCPT TO:<who@example.test>\r\n" SAY_BOB SAY_ALICE "DATA\r\nx\r\n.\r\nNOOP\r\n",
             SAID_LHLO SAID_SENDER SAID_RCPT "550 5.1.1 No such user\r\n" SAID_RCPT SAID_RCPT SAID_GO TAKEN("1") TAKEN("1") TAKEN("1") SAID_OK, "alice 1 bob 1"),
    LMTP_ROW("LMTP: no recipient", LMTP_OFFERS, LHLO SAY_MAIL "RCPT TO:<who@example.test>\r\nDATA\r\n",
             SAID_LHLO SAID_SENDER "550 5.1.1 No such user\r\n503 5.5.1 Bad sequence of commands: RCPT comes next\r\n", NULL),
    LMTP_ROW("LMTP: one of them is full", LMTP_OFFERS "\nmax-maildrop 1000", LHLO SAY_MAIL SAY_ALICE "DATA\r\n" X500 ".\r\n"
             SAY_MAIL SAY_BOB SAY_ALICE "RCPT TO:<postmaster>\r\n" SAY_BOB "DATA\r\n" X500 ".\r\n",
             SAID_LHLO SAID_SENDER SAID_RCPT SAID_GO TAKEN("1") SAID_SENDER SAID_RCPT SAID_RCPT SAID_RCPT SAID_RCPT SAID_GO TAKEN("3") FULL TAKEN("3") TAKEN("3"), "alice 1 bob 1"),
    LMTP_ROW("LMTP: a list one of whose members is full", LMTP_OFFERS "\nmax-maildrop 1000\nlist staff bob alice", LHLO SAY_MAIL SAY_ALICE "DATA\r\n" X500 ".\r\n"
             SAY_MAIL "RCPT TO:<staff@example.test>\r\n" SAY_BOB "DATA\r\n" X500 ".\r\n",
             SAID_LHLO SAID_SENDER SAID_RCPT SAID_GO TAKEN("1") SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO FULL TAKEN("3"), "alice 1 bob 1"),
    LMTP_ROW("LMTP: too large for all", LMTP_OFFERS "\nmax-message 5", LHLO SAY_MAIL SAY_ALICE SAY_BOB "DATA\r\n123456\r\n.\r\n",
             SAID_LHLO SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO "552 5.3.4 Message too large: at most 5 octets\r\n552 5.3.4 Message too large: at most 5 octets\r\n", "alice 0"),
    SMTP_ROW("SMTP: one of them is full", "max-maildrop 1000\noffer ENHANCEDSTATUSCODES", "EHLO c\r\n" SAY_MAIL SAY_ALICE "DATA\r\n" X500 ".\r\n" SAY_MAIL SAY_BOB SAY_ALICE "DATA\r\n" X500 ".\r\n",
             SAID_LHLO SAID_SENDER SAID_RCPT SAID_GO TAKEN("1") SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO FULL, "alice 1 bob 0"),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

/* ---- Envelope-To ---- */

#define LONG_NAME   TEN("abcdef")
#define RETURN_PATH "Return-Path: <a@b.example>\r\n"
#define RECEIVED    "Received: from c.example ([127.0.0.1])\r\n"
#define TO(path)    "RCPT TO:" path "\r\n"

// clang-format off
static const struct {
    const char *name;
    const char *settings;
    struct bytes recipients;
    struct bytes header; /* what the message begins with */
} envelopes[] = {
    {"off", "", BYTES_INIT(SAY_ALICE), BYTES_INIT(RETURN_PATH RECEIVED)},
    {"one", "envelope-to yes", BYTES_INIT(SAY_ALICE), BYTES_INIT(RETURN_PATH "Envelope-To: <alice@example.test>\r\n" RECEIVED)},
    {"as given, in order, refused ones not", "envelope-to yes",
     BYTES_INIT(SAY_BOB TO("<who@example.test>") TO("<ALICE@Example.Test>") TO("<Postmaster>") TO("<@r:bob@example.test>")),
     BYTES_INIT(RETURN_PATH "Envelope-To: <bob@example.test>, <ALICE@Example.Test>, <Postmaster>,\r\n\t<@r:bob@example.test>\r\n" RECEIVED)},
    {"77 columns and room for a comma", "envelope-to yes\nunknown take", BYTES_INIT(TO("<" TEN("abcde") "@b>") TO("<cdef@g>")),
     BYTES_INIT(RETURN_PATH "Envelope-To: <" TEN("abcde") "@b>, <cdef@g>\r\n" RECEIVED)},
    {"a column more", "envelope-to yes\nunknown take", BYTES_INIT(TO("<" TEN("abcde") "@b>") TO("<cdefg@h>")),
     BYTES_INIT(RETURN_PATH "Envelope-To: <" TEN("abcde") "@b>,\r\n\t<cdefg@h>\r\n" RECEIVED)},
    {"folded", "envelope-to yes\nunknown take", BYTES_INIT(TO("<" LONG_NAME "@b>") TO("<" LONG_NAME "@c>") TO("<d@e>")),
     BYTES_INIT(RETURN_PATH "Envelope-To: <" LONG_NAME "@b>,\r\n\t<" LONG_NAME "@c>, <d@e>\r\n" RECEIVED)},
};
// clang-format on

static void check_envelope(size_t i, const char *data)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text(envelopes[i].name, envelopes[i].settings, arena);
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    buf_append_text(&input, SAY_EHLO SAY_MAIL);
    buf_append(&input, envelopes[i].recipients);
    buf_append_text(&input, data);
    dialogue_smtp_on(store, &settings, buf_bytes(&input), 0, &out);
    struct bytes message = smtp_row_message(store, "alice", 0);
    struct buf begin = {0};
    buf_append(&begin, bytes_slice(message, 0, envelopes[i].header.n));
    UNIT_ROW(envelopes[i].name, dialogue_is(envelopes[i].name, &begin, envelopes[i].header));
    buf_deinit(&begin);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
    arena_free(&arena);
}

static void test_envelope_to(void)
{
    for (size_t i = 0; i < ROW_COUNT(envelopes); i++) {
        check_envelope(i, "DATA\r\nx\r\n.\r\n");
        check_envelope(i, "BDAT 2 LAST\r\nx\n");
    }
}

/* ---- what is not kept ---- */

/* What is said at the end of a message of 1000 octets, of which `then` holds behind the first line. */
static void check_keep(enum server_keep first, enum server_keep then, size_t held,
                       const char *expected)
{
    struct server_settings settings = dialogue_settings();
    settings.keep = first;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    while (store_hold(store, held)) {
    }
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    smtp_session_feed(session, BYTES_LIT("HELO c\r\n" SAY_MAIL SAY_ALICE "DATA\r\nx\r\n"), &out);
    settings.keep = then;
    buf_clear(&out);
    smtp_session_feed(session, BYTES_LIT(X500 X500 ".\r\n"), &out);
    UNIT_ROW(expected, dialogue_is("keep", &out, bytes_of(expected)));
    CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == 0);
    smtp_session_free(&session);
    store_free(&store);
    buf_deinit(&out);
}

/* What is thrown away anyhow takes no room, however much is received at once; and half a message is never kept. */
static void test_keep_none(void)
{
    enum { ALL_BUT_A_FEW = 100, NOTHING = 1 << 30 };
    check_keep(KEEP_ALL, KEEP_ALL, ALL_BUT_A_FEW, NO_ROOM);
    check_keep(KEEP_NONE, KEEP_NONE, ALL_BUT_A_FEW, TAKEN("1"));
    check_keep(KEEP_NONE, KEEP_ALL, NOTHING, NO_ROOM);
    check_keep(KEEP_ALL, KEEP_NONE, NOTHING, TAKEN("1"));
}

static const struct unit_test tests[] = {
    {"dialogues",   test_rows       },
    {"Envelope-To", test_envelope_to},
    {"keep none",   test_keep_none  },
};

UNIT_MAIN("fake_servers_smtp_limits", tests)
