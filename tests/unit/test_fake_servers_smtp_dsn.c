/* DSN (RFC 3461): parameters, and the notification of delivery. */
#include "smtp_rows.h"

#define TEN(x)    x x x x x x x x x x
#define TO(param) "RCPT TO:<alice@example.test> " param "\r\n"
#define FROM(p)   "MAIL FROM:<bob@example.test> " p "\r\n"
#define ONCE(k)   "501 5.5.4 " k " must come once, with a value that it allows\r\n"
#define BAD       "501 5.5.4 A parameter is malformed\r\n"
#define NOT_MAIL  "555 5.5.4 Parameter of MAIL not recognised\r\n"
#define NOT_RCPT  "555 5.5.4 Parameter of RCPT not recognised\r\n"
#define SEND      "DATA\r\nSubject: x\r\n\r\nbody\r\n.\r\n"
#define SENT      SAID_GO SAID_TAKEN
#define X490      TEN(TEN("1234")) TEN("123456789")

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("RET", "", SAY_EHLO FROM("RET=FULL") "RSET\r\n" FROM("ret=hdrs") "RSET\r\n" FROM("RET=HEADERS") FROM("RET") FROM("RET=") FROM("RET=FULL RET=FULL") "RCPT TO:<bob@example.test>\r\n",
             SAID_EHLO SAID_SENDER SAID_OK SAID_SENDER SAID_OK ONCE("RET") ONCE("RET") BAD ONCE("RET") "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n", NULL),
    SMTP_ROW("ENVID", "", SAY_EHLO FROM("ENVID=a+2Bb+20c;<>") "RSET\r\n" FROM("ENVID=" TEN(TEN("x"))) "RSET\r\n" FROM("ENVID=" TEN(TEN("x")) "x") FROM("ENVID=a+b") FROM("ENVID=+2b") FROM("ENVID=+0D+0Ax")
             FROM("ENVID=+7F") FROM("ENVID=+") FROM("ENVID=+2") FROM("ENVID=a=b") FROM("ENVID=\xC3\xA4 SMTPUTF8") FROM("ENVID=x ENVID=x"),
             SAID_EHLO SAID_SENDER SAID_OK SAID_SENDER SAID_OK ONCE("ENVID") ONCE("ENVID") ONCE("ENVID") ONCE("ENVID") ONCE("ENVID") ONCE("ENVID") ONCE("ENVID") BAD ONCE("ENVID") ONCE("ENVID"), NULL),
    SMTP_ROW("NOTIFY", "", SAY_EHLO FROM("RET=FULL") TO("NOTIFY=NEVER") TO("notify=success,Failure,DELAY") TO("NOTIFY=DELAY") TO("NOTIFY=NEVER,DELAY") TO("NOTIFY=DELAY,NEVER") TO("NOTIFY=,DELAY") TO("NOTIFY=DELAY,")
             TO("NOTIFY=SUCCESS,SUCCESS") TO("NOTIFY=ALWAYS") TO("NOTIFY") TO("NOTIFY=NEVER NOTIFY=NEVER"),
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT SAID_RCPT ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY") ONCE("NOTIFY"), NULL),
    SMTP_ROW("ORCPT", "", SAY_EHLO FROM("RET=HDRS") TO("ORCPT=rfc822;a+2Bb@c") TO("ORCPT=x-odd;") TO("ORCPT=rfc822;" X490 "123") TO("ORCPT=rfc822;" X490 "1234") TO("ORCPT=a@b") TO("ORCPT=;a@b") TO("ORCPT=r.f;a@b")
             TO("ORCPT=\"r\";a@b") TO("ORCPT=rfc822;a+0A") TO("ORCPT=rfc822;a ORCPT=rfc822;a") TO("ORCPT"),
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT SAID_RCPT ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT") ONCE("ORCPT"), NULL),
    SMTP_ROW("ORCPT in UTF-8", "", SAY_EHLO FROM("RET=HDRS") TO("ORCPT=utf-8;\xC3\xA4@b") TO("ORCPT=utf-8;\\x{E4}@b") TO("ORCPT=rfc822;\xC3\xA4@b") "RSET\r\n" FROM("SMTPUTF8") TO("ORCPT=UTF-8;\xC3\xA4@b"),
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT ONCE("ORCPT") SAID_OK SAID_SENDER SAID_RCPT, NULL),
    SMTP_ROW("UTF-8 in hexchars, as Postfix has it", "", SAY_EHLO FROM("RET=HDRS") TO("ORCPT=rfc822;+C3+A4@b") "RSET\r\n" FROM("SMTPUTF8") TO("ORCPT=rfc822;+C3+A4@b") TO("ORCPT=rfc822;+C3@b") TO("ORCPT=rfc822;\xC3\xA4@b"),
             SAID_EHLO SAID_SENDER ONCE("ORCPT") SAID_OK SAID_SENDER SAID_RCPT ONCE("ORCPT") ONCE("ORCPT"), NULL),
    SMTP_ROW("where they do not belong", "", SAY_EHLO FROM("NOTIFY=NEVER") FROM("ORCPT=rfc822;a") SAY_MAIL TO("RET=FULL") TO("ENVID=x") TO("SIZE=1"),
             SAID_EHLO NOT_MAIL NOT_MAIL SAID_SENDER NOT_RCPT NOT_RCPT NOT_RCPT, NULL),
    SMTP_ROW("not offered", "offer ENHANCEDSTATUSCODES", SAY_EHLO FROM("RET=FULL") FROM("ENVID=x") SAY_MAIL TO("NOTIFY=NEVER") TO("ORCPT=rfc822;a"),
             "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n" NOT_MAIL NOT_MAIL SAID_SENDER NOT_RCPT NOT_RCPT, NULL),
    SMTP_ROW("after HELO", "", "HELO c\r\n" FROM("RET=FULL"), "250 mx.example.test\r\n" NOT_MAIL, NULL),

    SMTP_ROW("no NOTIFY, no notification", "", SAY_EHLO FROM("RET=FULL") TO("ORCPT=rfc822;a") TO("NOTIFY=NEVER") TO("NOTIFY=FAILURE,DELAY") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT SAID_RCPT SENT, "alice 1 bob 0 outbox 0"),
    SMTP_ROW("a local sender", "", SAY_EHLO FROM("RET=FULL") TO("NOTIFY=SUCCESS") TO("NOTIFY=SUCCESS,DELAY") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT SENT, "alice 1 bob 1 outbox 0"),
    SMTP_ROW("to oneself", "", SAY_EHLO FROM("RET=FULL") "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\n" SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "bob 2"),
    SMTP_ROW("never for the null reverse-path", "relay store", SAY_EHLO "MAIL FROM:<>\r\n" TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 bob 0 outbox 0"),
    SMTP_ROW("another sender, relaying refused", "unknown take", SAY_EHLO SAY_MAIL TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 bob 0 outbox 0"),
    SMTP_ROW("another sender, relaying stored", "relay store", SAY_EHLO SAY_MAIL TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 outbox 1"),
    SMTP_ROW("none for what is not passed on", "relay store", SAY_EHLO FROM("RET=FULL") "RCPT TO:<x@elsewhere.example> NOTIFY=SUCCESS\r\n" SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "bob 0 outbox 1"),
    SMTP_ROW("none for what is refused", "max-message 5", SAY_EHLO FROM("RET=FULL") TO("NOTIFY=SUCCESS") SEND,
             "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 5\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
             SAID_SENDER SAID_RCPT SAID_GO "552 5.3.4 Message too large: at most 5 octets\r\n", "alice 0 bob 0"),
    SMTP_ROW("a sender whose maildrop is full", "full bob", SAY_EHLO FROM("RET=FULL") TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 bob 0"),
    SMTP_ROW("a sender behind an alias", "alias boss bob", SAY_EHLO "MAIL FROM:<boss@example.test>\r\n" TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 bob 1"),
    SMTP_ROW("an unknown sender", "", SAY_EHLO "MAIL FROM:<who@example.test>\r\n" TO("NOTIFY=SUCCESS") SEND, SAID_EHLO SAID_SENDER SAID_RCPT SENT, "alice 1 bob 0"),
    LMTP_ROW("LMTP: the sender has room for it", "offer DSN ENHANCEDSTATUSCODES\nmax-maildrop 2000", "LHLO c\r\n" FROM("RET=FULL") TO("NOTIFY=SUCCESS") "DATA\r\n\r\n" X490 X490 "\r\n.\r\n",
             "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n" SAID_SENDER SAID_RCPT SAID_GO SAID_TAKEN, "alice 1 bob 1"),
    LMTP_ROW("LMTP: of those who got it", "offer DSN ENHANCEDSTATUSCODES\nuser alice x\nuser bob x\nuser carl x\nmax-maildrop 2000",
             "LHLO c\r\n" SAY_MAIL SAY_ALICE "BDAT 1\r\nDATA\r\n\r\n" X490 X490 "\r\n.\r\n" FROM("RET=FULL") TO("NOTIFY=SUCCESS") "DATA\r\n\r\n" X490 X490 "\r\n.\r\n",
             "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n" SAID_SENDER SAID_RCPT "502 5.5.1 Command not implemented\r\n" SAID_GO SAID_TAKEN
             SAID_SENDER SAID_RCPT SAID_GO "452 4.2.2 A recipient's maildrop is full\r\n", "alice 1 bob 0"),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

/* ---- the notification, word for word ---- */

#define DATE "Tue, 14 Nov 2023 22:13:20 +0000\r\n"
#define HEAD(number)                                                                               \
    "Return-Path: <>\r\nFrom: Mail Delivery System <postmaster@mx.example.test>\r\n"               \
    "To: <bob@example.test>\r\nSubject: Delivery Status Notification (Success)\r\nDate: " DATE     \
    "Message-ID: <dsn-" number "-1700000000000000@mx.example.test>\r\n"                            \
    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"                                        \
    "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="
#define TRACE(with, to)                                                                            \
    "Return-Path: <bob@example.test>\r\nReceived: from c.example ([127.0.0.1])\r\n"                \
    "\tby mx.example.test (mailspec)\r\n\twith " with " id 1" to ";\r\n\t" DATE

struct dsn_row {
    const char *name;
    struct bytes input;
    struct bytes expected;
};

// clang-format off
static const struct dsn_row dsn_rows[] = {
    {"in full",
     BYTES_INIT(SAY_EHLO FROM("RET=FULL ENVID=QQ+2B1") TO("NOTIFY=SUCCESS ORCPT=rfc822;Al+2Bias@example.test") "RCPT TO:<Postmaster> NOTIFY=SUCCESS\r\n"
        "RCPT TO:<@r.example:alice@example.test> NOTIFY=FAILURE,SUCCESS\r\nRCPT TO:<bob@example.test> NOTIFY=NEVER\r\n" SEND),
     BYTES_INIT(HEAD("5") "\"=_mailspec-5-0\"\r\n\r\n"
        "--=_mailspec-5-0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        "Your message was delivered to\r\n\r\n    <alice@example.test>\r\n    <Postmaster>\r\n    <alice@example.test>\r\n\r\n"
        "--=_mailspec-5-0\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        "Original-Envelope-Id: QQ+1\r\nReporting-MTA: dns; mx.example.test\r\nArrival-Date: " DATE "\r\n"
        "Original-Recipient: rfc822;Al+ias@example.test\r\nFinal-Recipient: rfc822; alice@example.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: rfc822; Postmaster\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: rfc822; alice@example.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "--=_mailspec-5-0\r\nContent-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        TRACE("ESMTP", "") "Subject: x\r\n\r\n"
        "--=_mailspec-5-0--\r\n")},
    {"UTF-8 in Postfix's form, and the boundary in the header",
     BYTES_INIT(SAY_EHLO FROM("SMTPUTF8") TO("NOTIFY=SUCCESS ORCPT=rfc822;+C3+A4@b") "BDAT 36 LAST\r\nSubject: =_mailspec-3-0 \xC3\xA4\r\n\r\nbody\n\n"),
     BYTES_INIT(HEAD("3") "\"=_mailspec-3-1\"\r\n\r\n"
        "--=_mailspec-3-1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        "Your message was delivered to\r\n\r\n    <alice@example.test>\r\n\r\n"
        "--=_mailspec-3-1\r\nContent-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Reporting-MTA: dns; mx.example.test\r\nArrival-Date: " DATE "\r\n"
        "Original-Recipient: utf-8;\xC3\xA4@b\r\nFinal-Recipient: rfc822; alice@example.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "--=_mailspec-3-1\r\nContent-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        TRACE("UTF8SMTP", "\r\n\tfor <alice@example.test>") "Subject: =_mailspec-3-0 \xC3\xA4\r\n\r\n"
        "--=_mailspec-3-1--\r\n")},
};
// clang-format on

static void check_dsn(const struct dsn_row *row, size_t cut)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct buf seen = {0};
    size_t of_bob = 0;
    dialogue_smtp_on(store, &settings, row->input, cut, &out);
    of_bob = maildrop_count(store_by_user(store, BYTES_LIT("bob")));
    buf_append(&seen, smtp_row_message(store, "bob", of_bob - 1));
    UNIT_ROW(row->name, dialogue_is(row->name, &seen, row->expected));
    buf_deinit(&seen);
    buf_deinit(&out);
    store_free(&store);
}

static void test_dsn(void)
{
    for (size_t i = 0; i < ROW_COUNT(dsn_rows); i++) {
        check_dsn(&dsn_rows[i], 0);
        check_dsn(&dsn_rows[i], SIZE_MAX);
    }
}

/* A header of any length: what goes back is bounded, and whole lines. */
static void test_long_header(void)
{
    struct server_settings settings = dialogue_settings();
    settings.max_message_octets = settings.max_maildrop_octets = (size_t)1024 * 1024;
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    buf_append_text(&input, SAY_EHLO FROM("RET=FULL") TO("NOTIFY=SUCCESS") "DATA\r\n");
    for (size_t i = 0; i < 20000; i++) {
        buf_append_text(&input, "X: 1234567\r\n");
    }
    buf_append_text(&input, ".\r\n");
    dialogue_smtp_on(store, &settings, buf_bytes(&input), 0, &out);
    struct bytes message = smtp_row_message(store, "bob", 0);
    CU_ASSERT(message.n > 60 * 1024 && message.n < 70 * 1024);
    CU_ASSERT(bytes_ends(message, "X: 1234567\r\n\r\n--=_mailspec-3-0--\r\n"));
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
}

/* What came with BDAT need not have lines that end in CRLF, nor a last one that ends. */
static void test_header_end(void)
{
    static const struct {
        const char *chunk;
        const char *header;
    } ends[] = {
        {"BDAT 13 LAST\r\nA: a\n\nB: body\n",   "A: a\n"        },
        {"BDAT 14 LAST\r\nA: a\r\nB: b\n\r\nx", "A: a\r\nB: b\n"},
        {"BDAT 10 LAST\r\nA: a\r\nB: b",        "A: a\r\nB: b"  },
        {"BDAT 7 LAST\r\n\nB: body",            ""              },
        {"BDAT 0 LAST\r\n",                     ""              },
    };
    for (size_t i = 0; i < ROW_COUNT(ends); i++) {
        struct server_settings settings = dialogue_settings();
        struct store *store = store_new(&settings);
        struct buf input = {0};
        struct buf out = {0};
        struct buf tail = {0};
        buf_printf(&input, SAY_EHLO FROM("RET=HDRS") TO("NOTIFY=SUCCESS") "%s", ends[i].chunk);
        buf_printf(&tail, ";\r\n\t" DATE "%s\r\n--=_mailspec-3-0--\r\n", ends[i].header);
        dialogue_smtp_on(store, &settings, buf_bytes(&input), 0, &out);
        UNIT_ROW(ends[i].chunk, bytes_ends(smtp_row_message(store, "bob", 0), buf_text(&tail)));
        buf_deinit(&tail);
        buf_deinit(&out);
        buf_deinit(&input);
        store_free(&store);
    }
}

/* A notification is nobody's message, and one that LMTP gives to one recipient after the other is one. */
static void test_counted(void)
{
    static const struct {
        const char *input;
        bool lmtp;
    } dialogues[] = {
        {SAY_EHLO FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND,                                     false},
        {"LHLO c\r\n" SAY_MAIL SAY_ALICE "RCPT TO:<\"odd local\"@example.test>\r\n" SAY_BOB SEND,
         true                                                                                          },
    };
    for (size_t i = 0; i < ROW_COUNT(dialogues); i++) {
        struct server_settings settings = dialogue_settings();
        struct store *store = store_new(&settings);
        struct buf out = {0};
        struct buf filler = {0};
        settings.max_maildrop_octets = 2000;
        buf_append_fill(&filler, 'x', 1900);
        struct store_message *message = store_message_new(&filler);
        CU_ASSERT(maildrop_add(store_by_user(store, BYTES_LIT("odd")), message));
        store_message_unref(&message);
        uint64_t before = store_delivered(store);
        const struct smtp_row row = {.input = bytes_of(dialogues[i].input),
                                     .lmtp = dialogues[i].lmtp};
        smtp_row_run(store, &settings, &row, 0, &out);
        CU_ASSERT(store_delivered(store) == before + 1);
        CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("bob"))) == 1);
        CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("odd"))) == 1);
        buf_deinit(&out);
        store_free(&store);
    }
}

static const struct unit_test tests[] = {
    {"dialogues",    test_rows       },
    {"notification", test_dsn        },
    {"long header",  test_long_header},
    {"header's end", test_header_end },
    {"counted",      test_counted    },
};

UNIT_MAIN("fake_servers_smtp_dsn", tests)
