/* SMTP dialogues of the conforming server: each row whole, cut at every octet, and octet by octet. */
#include "unit.h"

#include "fake_dialogue.h"

#define GREETING "220 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"
#define EHLO                                                                                       \
    "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n"                   \
    "250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n"     \
    "250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define OK           "250 2.0.0 OK\r\n"
#define SENDER       "250 2.1.0 Sender OK\r\n"
#define RCPT         "250 2.1.5 Recipient OK\r\n"
#define GO           "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define BYE          "221 2.0.0 mx.example.test closing the connection\r\n"
#define NO_EHLO      "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n"
#define NO_MAIL      "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
#define NO_RCPT      "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"
#define IS_OPEN      "503 5.5.1 Bad sequence of commands: a mail transaction is open\r\n"
#define UNKNOWN      "500 5.5.1 Command not recognised\r\n"
#define ODD_ARGUMENT "501 5.5.2 Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define ODD          "500 5.5.2 Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define NAME         "501 A domain or an address literal must stand behind it\r\n"
#define ONCE(k)      "501 5.5.4 " k " must come once, with a value that it allows\r\n"
#define TEN(x)       x x x x x x x x x x

struct row {
    const char *name;
    struct bytes input;
    struct bytes output; /* behind the greeting */
};

#define ROW(name, input, output)                                                                   \
    {                                                                                              \
        name, BYTES_INIT(input), BYTES_INIT(output)                                                \
    }
/* In a session that has said EHLO. */
#define AFTER_EHLO(name, input, output) ROW(name, "EHLO c.example\r\n" input, EHLO output)
#define IN_MAIL(name, input, output)                                                               \
    AFTER_EHLO(name, "MAIL FROM:<a@b.example>\r\n" input, SENDER output)
#define IN_RCPT(name, input, output)                                                               \
    IN_MAIL(name, "RCPT TO:<alice@example.test>\r\n" input, RCPT output)

// clang-format off
static const struct row rows[] = {
    ROW("quit", "QUIT\r\n", BYE),
    ROW("nothing behind quit", "QUIT\r\nNOOP\r\n", BYE),
    ROW("ehlo", "EHLO c.example\r\n", EHLO),
    ROW("ehlo, literal", "EHLO [127.0.0.1]\r\n", EHLO),
    ROW("ehlo, literal and text", "EHLO [127.0.0.1] gap.example\r\n", EHLO),
    ROW("ehlo, two domains", "EHLO a.example b.example\r\n", NAME),
    ROW("ehlo, bad domain", "EHLO -bad_\r\n", NAME),
    ROW("ehlo, a host as it is called", "EHLO my_host\r\n", EHLO),
    ROW("ehlo, only underscores between dots", "EHLO my_host..x\r\n", NAME),
    ROW("ehlo without domain", "EHLO\r\n", "501 EHLO needs an argument\r\n"),
    ROW("helo", "HELO c.example\r\n", "250 mx.example.test\r\n"),
    ROW("helo without domain", "HELO\r\n", "501 HELO needs an argument\r\n"),
    ROW("lower case", "ehlo c.example\r\nmail from:<a@b.example>\r\nRcpt To:<ALICE@Example.Test>\r\nquit\r\n",
        EHLO SENDER RCPT BYE),
    ROW("before ehlo", "NOOP\r\nRSET\r\nVRFY bob\r\nEXPN bob\r\n",
        OK OK "250 2.1.5 <bob@example.test>\r\n250 2.1.5 <bob@example.test>\r\n"),
    ROW("mail before ehlo", "MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n",
        NO_EHLO NO_EHLO NO_EHLO),
    AFTER_EHLO("rcpt without mail", "RCPT TO:<alice@example.test>\r\n", NO_MAIL),
    AFTER_EHLO("data without mail", "DATA\r\n", NO_MAIL),
    IN_MAIL("data without rcpt", "DATA\r\n", NO_RCPT),
    IN_MAIL("data without accepted rcpt", "RCPT TO:<nobody@example.test>\r\nDATA\r\n",
        "550 5.1.1 No such user\r\n" NO_RCPT),
    IN_MAIL("nested mail", "MAIL FROM:<c@d.example>\r\nRCPT TO:<bob@example.test>\r\n", NO_RCPT RCPT),
    IN_RCPT("nested mail behind rcpt", "MAIL FROM:<c@d.example>\r\nDATA\r\n.\r\n",
        IS_OPEN GO "250 2.0.0 Message 1 accepted for delivery\r\n"),
    IN_RCPT("rset clears", "RSET\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n", OK NO_MAIL NO_MAIL),
    IN_RCPT("ehlo clears", "EHLO d.example\r\nDATA\r\n", EHLO NO_MAIL),
    IN_RCPT("helo clears", "HELO d.example\r\nDATA\r\n", "250 mx.example.test\r\n" NO_MAIL),
    IN_RCPT("bad ehlo clears nothing", "EHLO -\r\nDATA\r\n.\r\n",
        NAME GO "250 2.0.0 Message 1 accepted for delivery\r\n"),
    IN_RCPT("nothing else clears",
        "NOOP\r\nVRFY bob\r\nHELP QUIT\r\nXYZ\r\nRSET x\r\nMAIL FROM:<>\r\nRCPT TO:<\r\nDATA\r\n.\r\n",
        OK "250 2.1.5 <bob@example.test>\r\n214-2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n" UNKNOWN
        "501 5.5.4 RSET takes no argument\r\n" IS_OPEN "501 5.5.2 The path must stand in angle brackets\r\n"
        GO "250 2.0.0 Message 1 accepted for delivery\r\n"),
    ROW("unknown and unimplemented", "XYZZY\r\n\r\nLHLO x\r\nSTARTTLS\r\nAUTH PLAIN\r\nTURN\r\nSEND FROM:<a@b>\r\n",
        UNKNOWN UNKNOWN UNKNOWN "502 5.5.1 Command not implemented\r\n"
        "502 5.5.1 Command not implemented\r\n502 5.5.1 Command not implemented\r\n"
        "502 5.5.1 Command not implemented\r\n"),
    ROW("arguments", "NOOP x\r\nQUIT x\r\nDATA x\r\nVRFY\r\nEXPN\r\nNOOP \t \r\nQUIT \r\n",
        OK "501 5.5.4 QUIT takes no argument\r\n" NO_EHLO
        "501 5.5.4 VRFY needs an argument\r\n501 5.5.4 EXPN needs an argument\r\n" OK BYE),
    ROW("help", "HELP\r\nHELP xyz\r\nhelp data\r\n",
        "214-2.0.0 This server knows these verbs:\r\n"
        "214-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT\r\n"
        "214 2.0.0 HELP with a verb shows its syntax\r\n"
        "214-2.0.0 This server knows these verbs:\r\n"
        "214-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT\r\n"
        "214 2.0.0 HELP with a verb shows its syntax\r\n"
        "214-2.0.0 Syntax:\r\n214 2.0.0 DATA\r\n"),
    ROW("vrfy", "VRFY alice\r\nVRFY <alice@example.test>\r\nVRFY ALICE@EXAMPLE.TEST\r\nVRFY Postmaster\r\nVRFY who\r\nVRFY a@b.example\r\nEXPN staff\r\n",
        "250 2.1.5 <alice@example.test>\r\n250 2.1.5 <alice@example.test>\r\n250 2.1.5 <alice@example.test>\r\n"
        "250 2.1.5 <postmaster@example.test>\r\n550 5.1.1 No such user\r\n550 5.7.1 That mailbox is not here\r\n"
        "550 5.1.1 No such mailing list\r\n"),
    ROW("only CRLF ends a line", "NOOP\nQUIT\n\rNOOP\r\rNOOP\r\n", ODD),
    ROW("odd octets", "NOOP \0\r\nNOOP \xE4\r\n\xE4\r\nNOOP\r\n", ODD_ARGUMENT ODD_ARGUMENT ODD OK),
    ROW("512 octets", "NOOP " TEN(TEN("xxxxx")) "xxxxx\r\n", OK),
    ROW("line too long", "NOOP " TEN(TEN(TEN("xx"))) TEN("xxxxx") "\r\nNOOP\r\n",
        "500 5.5.2 Line too long: at most 2048 octets with CRLF\r\n" OK),
    AFTER_EHLO("null reverse-path", "MAIL FROM:<>\r\n", SENDER),
    AFTER_EHLO("source route", "MAIL FROM:<@a.example,@b.example:c@d.example>\r\nRCPT TO:<@x.example:bob@example.test>\r\n",
        SENDER RCPT),
    AFTER_EHLO("bad paths", "MAIL <a@b.example>\r\nMAIL FROM: <a@b.example>\r\nMAIL FROM:a@b.example\r\n"
        "MAIL FROM:<a b@c.example>\r\nMAIL FROM:<a@-c>\r\nMAIL FROM:<a@b.example>x\r\nMAIL FROM:<a@b.example> =\r\n",
        "501 5.5.2 FROM: or TO: must stand before the path\r\n501 5.5.2 No blank may stand behind the colon\r\n"
        "501 5.5.2 The path must stand in angle brackets\r\n501 5.1.7 The local-part is malformed\r\n"
        "501 5.1.7 The domain is malformed\r\n501 5.5.4 Only a blank and parameters may stand behind a path\r\n"
        "501 5.5.4 A parameter is malformed\r\n"),
    AFTER_EHLO("parameters", "MAIL FROM:<> SIZE=3000 BODY=8BITMIME\r\nRSET\r\nMAIL FROM:<> size=0 body=7bit\r\nRSET\r\n"
        "MAIL FROM:<> SIZE=3001\r\nMAIL FROM:<> SIZE=99999999999999999999\r\nMAIL FROM:<> SIZE=1 SIZE=1\r\n"
        "MAIL FROM:<> SIZE=x\r\nMAIL FROM:<> SIZE\r\nMAIL FROM:<> SIZE=111111111111111111111\r\n"
        "MAIL FROM:<> BODY=9BIT\r\nMAIL FROM:<> X-ODD=FULL\r\n",
        SENDER OK SENDER OK "552 5.3.4 Message too large: at most 3000 octets\r\n"
        "552 5.3.4 Message too large: at most 3000 octets\r\n" ONCE("SIZE") ONCE("SIZE") ONCE("SIZE") ONCE("SIZE")
        ONCE("BODY") "555 5.5.4 Parameter of MAIL not recognised\r\n"),
    ROW("parameters after helo", "HELO c.example\r\nMAIL FROM:<> SIZE=1\r\n",
        "250 mx.example.test\r\n555 5.5.4 Parameter of MAIL not recognised\r\n"),
    IN_MAIL("recipients", "RCPT TO:<>\r\nRCPT TO:<alice@example.test> X-ODD\r\nRCPT TO:<nobody@example.test>\r\n"
        "RCPT TO:<alice@elsewhere.example>\r\nRCPT TO:<\"al\\ice\"@EXAMPLE.test>\r\nRCPT TO:<\"odd local\"@example.test>\r\n"
        "RCPT TO:<Postmaster>\r\nRCPT TO:<postMASTER@example.test>\r\n",
        "501 5.1.3 A mailbox must stand between the brackets\r\n555 5.5.4 Parameter of RCPT not recognised\r\n"
        "550 5.1.1 No such user\r\n550 5.7.1 Relaying denied\r\n" RCPT RCPT RCPT RCPT),
    AFTER_EHLO("local-part of 64 octets", "MAIL FROM:<" TEN("xxxxxx") "xxxx@b.example>\r\n", SENDER),
    IN_RCPT("lines that are no end", "DATA\r\n\n.\n\r\n.\n\n.\r\n\r.\r.\r\r\n.x\r\nQUIT\r\n.\r\nNOOP\r\n",
        GO "554 5.6.0 A CR or LF stands alone: lines end in CRLF\r\n" OK),
    IN_RCPT("two messages", "DATA\r\nhello\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n.\r\nDATA\r\nQUIT\r\n",
        GO "250 2.0.0 Message 1 accepted for delivery\r\n" SENDER RCPT GO
        "250 2.0.0 Message 3 accepted for delivery\r\n" NO_MAIL BYE),
};
// clang-format on

static void check(const struct row *row, size_t cut)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct buf expected = {0};
    buf_append_text(&expected, GREETING);
    buf_append(&expected, row->output);
    bool over = dialogue_smtp_on(store, &settings, row->input, cut, &out);
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

/* ---- what is delivered ---- */

#define RECEIVED                                                                                   \
    "Received: from c.example ([127.0.0.1])\r\n\tby mx.example.test (mailspec)\r\n"                \
    "\twith ESMTP id 1;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n"

struct content_row {
    const char *name;
    struct bytes data;
    struct bytes content;
};

#define CONTENT(name, data, content)                                                               \
    {                                                                                              \
        name, BYTES_INIT(data), BYTES_INIT(content)                                                \
    }

static const struct content_row content_rows[] = {
    CONTENT("empty", ".\r\n", ""),
    CONTENT("text", "Subject: x\r\n\r\nhello\r\n.\r\n", "Subject: x\r\n\r\nhello\r\n"),
    CONTENT("dots", "..\r\n.x\r\n...\r\n.\r\n", ".\r\nx\r\n..\r\n"),
    CONTENT("blanks", "a \t \r\n\r\n \r\n.\r\n", "a \t \r\n\r\n \r\n"),
    CONTENT("odd octets", "\0\x01\x7F\xE4\xFF\r\n.\r\n", "\0\x01\x7F\xE4\xFF\r\n"),
    CONTENT("bare CR and LF", "a\n.\nb\r.\rc\n.\r\n\r\n.\r\n", "a\n.\nb\r.\rc\n.\r\n\r\n"),
    CONTENT("1000 octets", TEN(TEN("xxxxxxxxxx")) "\r\n.\r\n", TEN(TEN("xxxxxxxxxx")) "\r\n"),
    CONTENT("2500 octets in a line", TEN(TEN("xxxxxxxxxxyyyyyyyyyyzzzzz")) "\r\n.\r\n",
            TEN(TEN("xxxxxxxxxxyyyyyyyyyyzzzzz")) "\r\n"),
};

static struct bytes stored(struct store *store, const char *user, size_t index)
{
    struct maildrop *maildrop = store_by_user(store, bytes_of(user));
    if (index >= maildrop_count(maildrop)) {
        return BYTES_LIT("(no such message)");
    }
    const struct store_message *message = maildrop_entry(maildrop, index)->message;
    return bytes_make(message->p, message->n);
}

static void check_content(const struct content_row *row, size_t cut)
{
    struct server_settings settings = dialogue_settings();
    settings.takes_bare_line_ends = true;
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    struct buf expected = {0};
    buf_append_text(&input, "EHLO c.example\r\nMAIL FROM:<@r.example:a@b.example>\r\n"
                            "RCPT TO:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n"
                            "RCPT TO:<ALICE@example.test>\r\nDATA\r\n");
    buf_append(&input, row->data);
    buf_append_text(&expected, "Return-Path: <a@b.example>\r\n" RECEIVED);
    buf_append(&expected, row->content);
    dialogue_smtp_on(store, &settings, buf_bytes(&input), cut, &out);
    UNIT_ROW(row->name, bytes_equal(stored(store, "alice", 0), buf_bytes(&expected)));
    UNIT_ROW(row->name, bytes_equal(stored(store, "bob", 0), buf_bytes(&expected)));
    UNIT_ROW(row->name, maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == 1);
    buf_deinit(&expected);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
}

static void test_content(void)
{
    for (size_t i = 0; i < sizeof content_rows / sizeof content_rows[0]; i++) {
        check_content(&content_rows[i], 0);
        check_content(&content_rows[i], SIZE_MAX);
        for (size_t cut = 120; cut < 150 + content_rows[i].data.n; cut++) {
            check_content(&content_rows[i], cut);
        }
    }
}

/* ---- limits ---- */

#define LARGE     TEN(TEN("xxxxxxxxxxxx")) "x\r\n"
#define JUST      TEN(TEN("xxxxxxxxxxx")) TEN("xxxxxxxxx") "xxxxxxxx\r\n"
#define HALF      TEN(TEN("xxxxxxxxxx")) "\r\n"
#define LINE(end) "NOOP " TEN(TEN(TEN("xx"))) TEN("xxxx") end "\r\nQUIT\r\n"

struct limit_row {
    const char *name;
    const char *input;
    const char *last; /* what the output ends in */
    size_t alice;     /* messages in the maildrop then */
};

#define SEND(data) "MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n" data ".\r\n"
#define POST(data) "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\n" data ".\r\n"

// clang-format off
static const struct limit_row limit_rows[] = {
    /* name, input, end of the output, messages */
    {"content too large", "HELO c\r\n" SEND(LARGE),
     "552 5.3.4 Message too large: at most 1200 octets\r\n", 0},
    {"content just not too large", "HELO c\r\n" SEND(JUST),
     "250 2.0.0 Message 1 accepted for delivery\r\n", 1},
    {"content one octet too large", "HELO c\r\n" SEND("x" JUST),
     "552 5.3.4 Message too large: at most 1200 octets\r\n", 0},
    {"line of 2048 octets", LINE("x"), "\r\n" OK BYE, 0},
    {"line of 2049 octets", LINE("xx"), "500 5.5.2 Line too long: at most 2048 octets with CRLF\r\n" BYE, 0},
    {"the next one fits", "HELO c\r\n" SEND(LARGE) SEND("x\r\n"),
     "250 2.0.0 Message 2 accepted for delivery\r\n", 1},
    {"maildrop full", "HELO c\r\n" SEND(HALF) SEND(HALF),
     "452 4.2.2 A recipient's maildrop is full\r\n", 1},
    {"declared size does not fit", "EHLO c\r\n" SEND(HALF) "MAIL FROM:<> SIZE=1190\r\nRCPT TO:<alice@example.test>\r\n",
     "452 4.2.2 The maildrop is full\r\n", 1},
    {"postmaster never full", "HELO c\r\n" POST(HALF) POST(HALF) POST(HALF) "NOOP\r\n",
     "accepted for delivery\r\n" OK, 0},
    {"recipients", "EHLO c\r\nMAIL FROM:<>\r\n" TEN("RCPT TO:<alice@example.test>\r\n") "RCPT TO:<bob@example.test>\r\n",
     "452 4.5.3 Too many recipients: at most 10\r\n", 0},
};
// clang-format on

static void test_limits(void)
{
    for (size_t i = 0; i < sizeof limit_rows / sizeof limit_rows[0]; i++) {
        const struct limit_row *row = &limit_rows[i];
        struct server_settings settings = dialogue_settings();
        settings.max_recipients = 10;
        settings.max_message_octets = 1200;
        settings.max_maildrop_octets = 2000;
        struct store *store = store_new(&settings);
        struct buf out = {0};
        dialogue_smtp_on(store, &settings, bytes_of(row->input), 0, &out);
        bool ends = bytes_ends(buf_bytes(&out), row->last);
        if (!ends) {
            fprintf(stderr, "row \"%s\" got\n%s\n", row->name, buf_text(&out));
        }
        UNIT_ROW(row->name, ends);
        UNIT_ROW(row->name, maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == row->alice);
        buf_deinit(&out);
        store_free(&store);
    }
}

/* A client that sends without reading gets bounded output, and all of it in the end. */
static void test_output_is_bounded(void)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    for (size_t i = 0; i < 20000; i++) {
        buf_append_text(&input, "HELP\r\n");
    }
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    size_t used = 0;
    size_t calls = 0;
    while (used < input.n) {
        buf_clear(&out);
        used += smtp_session_feed(session, bytes_skip(buf_bytes(&input), used), &out);
        CU_ASSERT_FATAL(out.n > 0 && out.n < 20 * 1024);
        calls++;
    }
    CU_ASSERT(calls > 100);
    buf_clear(&out);
    smtp_session_idle(session, &out);
    CU_ASSERT(bytes_is(buf_bytes(&out),
                       "421 4.4.2 mx.example.test closing: nothing came for too long\r\n"));
    CU_ASSERT(smtp_session_is_over(session));
    smtp_session_free(&session);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
}

static const struct unit_test tests[] = {
    {"dialogues",         test_rows             },
    {"content",           test_content          },
    {"limits",            test_limits           },
    {"output is bounded", test_output_is_bounded},
};

UNIT_MAIN("fake_servers_smtp", tests)
