/*
 * The profiles rfc821 and minimal, SEND, SOML and SAML: each row whole, cut at every octet, and octet by octet.
 */
#include "unit.h"

#include "setting_text.h"

struct row {
    const char *name;
    const char *settings;
    struct bytes input;
    struct bytes output;
};

#define ROW(name, settings, input, output)                                                         \
    {                                                                                              \
        name, settings, BYTES_INIT(input), BYTES_INIT(output)                                      \
    }

static void check(const struct row *row, size_t cut)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text(row->name, row->settings, arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    dialogue_smtp_on(store, &settings, row->input, cut, &out);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, row->output));
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(&rows[i], SIZE_MAX);
        for (size_t cut = 0; cut < rows[i].input.n; cut++) {
            check(&rows[i], cut);
        }
    }
}

/* ---- profiles ---- */

#define OLD     "220 mx.example.test Simple Mail Transfer Service Ready\r\n"
#define NEW     "220 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"
#define HELLO   "250 mx.example.test\r\n"
#define OK      "250 OK\r\n"
#define SENDER  "250 Sender OK\r\n"
#define RCPT    "250 Recipient OK\r\n"
#define GO      "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define BYE     "221 mx.example.test Service closing transmission channel\r\n"
#define UNKNOWN "500 Command not recognised\r\n"
#define NOT     "502 Command not implemented\r\n"
#define TAKEN   "250 Message 1 accepted for delivery\r\n"
#define NO_HELO "503 Bad sequence of commands: send EHLO or HELO first\r\n"
#define TEN(x)  x x x x x x x x x x
#define LONG    TEN("abcdef") "abcde" /* 65 octets */

// clang-format off
static const struct row profile_rows[] = {
    ROW("1982: the fourteen commands", "profile rfc821",
        "HELO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n.\r\n"
        "SEND FROM:<>\r\nRSET\r\nSOML FROM:<>\r\nRSET\r\nSAML FROM:<>\r\nRSET\r\nVRFY bob\r\nEXPN bob\r\n"
        "HELP\r\nHELP data\r\nHELP BDAT\r\nNOOP\r\nTURN\r\nQUIT\r\n",
        OLD HELLO SENDER RCPT GO TAKEN SENDER OK SENDER OK SENDER OK
        "250 <bob@example.test>\r\n250 <bob@example.test>\r\n"
        "211-mx.example.test is a receiver-SMTP; its commands:\r\n"
        "211 HELO MAIL RCPT DATA SEND SOML SAML RSET VRFY EXPN HELP NOOP QUIT TURN\r\n"
        "214 DATA\r\n504 No help for that\r\n" OK NOT BYE),
    ROW("1982: no later command", "profile rfc821",
        "EHLO c.example\r\nLHLO c\r\nBDAT 1 LAST\r\nSTARTTLS\r\nAUTH PLAIN\r\nXYZ\r\n",
        OLD UNKNOWN UNKNOWN UNKNOWN UNKNOWN UNKNOWN UNKNOWN),
    ROW("1982: codes of later times", "profile rfc821",
        "NOOP\r\nQUIT x\r\nTURN x\r\nHELO c\r\nMAIL FROM:<> SIZE=1\r\nMAIL\r\n",
        OLD OK "500 QUIT takes no argument\r\n" NOT HELLO "501 Parameter of MAIL not recognised\r\n"
        "501 MAIL needs an argument\r\n"),
    ROW("1982: refused as the settings say", "profile rfc821\nrefuse QUIT 501\nrefuse MAIL 555\nrefuse NOOP 501 no",
        "NOOP\r\nHELO c\r\nMAIL FROM:<>\r\nQUIT\r\n",
        OLD "501 no\r\n" HELLO "555 Refused by a setting of this server\r\n501 Refused by a setting of this server\r\n"),
    ROW("1982: literals of today", "profile rfc821",
        "HELO [IPv6:::1]\r\nMAIL FROM:<a@[IPv6:::1]>\r\nRCPT TO:<a@x.[IPv6:::1]>\r\nRCPT TO:<a@x.[1.2.3.4]>\r\nRCPT TO:<@[IPv6:::1]:a@b>\r\n",
        OLD HELLO SENDER "501 The domain is malformed\r\n550 Relaying denied\r\n501 The local-part is malformed\r\n"),
    ROW("1982: hosts by number", "profile rfc821",
        "HELO #123\r\nHELO [10.0.0.51]\r\nHELO x.#7.[1.2.3.4].y\r\nHELO #\r\nHELO x.#7a\r\nHELO x.[1.2.3]\r\nHELO x.[1.2.3.4\r\n"
        "MAIL FROM:<@#1,@[1.2.3.4],@x:a@#99.y>\r\nRSET\r\nMAIL FROM:<@#,@x:a@y>\r\nMAIL FROM:<a@y.[1.2.3]>\r\n",
        OLD HELLO HELLO HELLO TEN("") "501 A domain or an address literal must stand behind it\r\n"
        "501 A domain or an address literal must stand behind it\r\n"
        "501 A domain or an address literal must stand behind it\r\n"
        "501 A domain or an address literal must stand behind it\r\n"
        SENDER OK "501 The domain is malformed\r\n501 The domain is malformed\r\n"),
    ROW("1982: one user, however it is quoted",
        "profile rfc821\nuser joe x Joe\\,Smith@example.test\nuser ann x Ann,Smith@example.test\nuser al x",
        "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<\\j\\O\\e\\,Smith@example.test>\r\nRCPT TO:<Joe\\\\\\,Smith@example.test>\r\n"
        "RCPT TO:<\"Joe,Smith\"@example.test>\r\nRCPT TO:<Ann\\,Smith@example.test>\r\n"
        "RCPT TO:<\"Ann,Smith\"@example.test>\r\nRCPT TO:<a\\l@example.test>\r\nRCPT TO:<a\\\\l@example.test>\r\n",
        OLD HELLO SENDER RCPT RCPT RCPT RCPT RCPT RCPT "550 No such user\r\n"),
    ROW("1982: quoting in a local-part", "profile rfc821\nuser joe x Joe\\,Smith@example.test",
        "HELO c\r\nMAIL FROM:<Joe\\,Smith@b>\r\nRCPT TO:<joe\\@home.\\\"x@c.example>\r\nRCPT TO:<Joe\\,Smith@example.test>\r\n"
        "RCPT TO:<Joe,Smith@c>\r\nRCPT TO:<Joe\\@c>\r\nRCPT TO:<.x@c>\r\nRCPT TO:<x.@c>\r\nRCPT TO:<x..y@c>\r\nRCPT TO:<\"\"@c>\r\nRCPT TO:<\"a\\\"b\"@c>\r\n",
        OLD HELLO SENDER "550 Relaying denied\r\n" RCPT
        "501 The local-part is malformed\r\n501 The local-part is malformed\r\n501 The local-part is malformed\r\n"
        "501 The local-part is malformed\r\n501 The local-part is malformed\r\n501 The local-part is malformed\r\n550 Relaying denied\r\n"),
    ROW("1982: a route is a list of hosts", "profile rfc821\nrelay store",
        "HELO c\r\nMAIL FROM:<@a,@b:x@y>\r\nRCPT TO:<@a:@b:x@y>\r\nRCPT TO:<@a,@b:@c:x@y>\r\nRCPT TO:<@a,:x@y>\r\nRCPT TO:<@a,bb:x@y>\r\n"
        "RCPT TO:<@a,@b:x@y>\r\nRCPT TO:<@:x@y>\r\n",
        OLD HELLO SENDER "501 The local-part is malformed\r\n501 The local-part is malformed\r\n501 The domain is malformed\r\n"
        "501 The domain is malformed\r\n" RCPT "501 The domain is malformed\r\n"),
    ROW("1982: sizes", "profile rfc821",
        "HELO c\r\nMAIL FROM:<" LONG "@b>\r\nMAIL FROM:<x@" LONG ">\r\nMAIL FROM:<@" LONG ":x@b>\r\n"
        "NOOP " TEN(TEN("xxxxx")) "xxxxx\r\nNOOP " TEN(TEN("xxxxx")) "xxxxxx\r\n",
        OLD HELLO "501 Path too long\r\n501 Path too long\r\n501 Path too long\r\n" OK
        "500 Line too long: at most 512 octets with CRLF\r\n"),
    ROW("1982: VRFY and EXPN have no 252", "profile rfc821\nrelay store\nalias far @x.ARPA:z@y.ARPA\nforward u \xc3\xa4@x.ARPA",
        "VRFY Jones@x.ARPA\r\nVRFY <Jones@x.ARPA>\r\nEXPN Jones@x.ARPA\r\nVRFY far\r\nEXPN far\r\nVRFY who\r\nVRFY u\r\nEXPN u\r\n"
        "VRFY x@" LONG LONG LONG LONG "\r\n",
        OLD "251 User not local; will forward to <Jones@x.ARPA>\r\n251 User not local; will forward to <Jones@x.ARPA>\r\n"
        "250 <Jones@x.ARPA>\r\n251 User not local; will forward to <@x.ARPA:z@y.ARPA>\r\n250 <@x.ARPA:z@y.ARPA>\r\n550 No such user\r\n"
        "550 The mailbox cannot be shown without SMTPUTF8\r\n550 The mailbox cannot be shown without SMTPUTF8\r\n"
        "550 That mailbox is not here\r\n"),
    ROW("1982: a recipient too many", "profile rfc821\nmax-recipients 1",
        "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n",
        OLD HELLO SENDER RCPT "552 Too many recipients: at most 1\r\n"),
    ROW("1982: replies that have a cause",
        "profile rfc821\nlocked bob\nfull odd\nforward fred@example.test Jones@USC-ISI.ARPA\nmoved paul@example.test paul@x.ARPA\n"
        "ambiguous smith\nlist people alice@example.test xyz@bar-unix.ARPA\nrelay store\nturn 503",
        "HELO c\r\nMAIL FROM:<@x:a@b>\r\nRCPT TO:<bob@example.test>\r\nRCPT TO:<\"odd local\"@example.test>\r\n"
        "RCPT TO:<fred@example.test>\r\nRCPT TO:<paul@example.test>\r\nRCPT TO:<smith@example.test>\r\nRCPT TO:<who@example.test>\r\n"
        "RCPT TO:<people@example.test>\r\nRCPT TO:<@x:alice@example.test>\r\nDATA 1\r\nRSET 1\r\nRSET\r\nVRFY fred\r\nVRFY paul\r\n"
        "VRFY smith\r\nEXPN people\r\nEXPN who\r\nTURN\r\n",
        OLD HELLO SENDER "450 The mailbox is busy\r\n452 The maildrop is full\r\n"
        "251 User not local; will forward to <Jones@USC-ISI.ARPA>\r\n551 User not local; please try <paul@x.ARPA>\r\n"
        "553 User ambiguous\r\n550 No such user\r\n" RCPT RCPT "501 DATA takes no argument\r\n501 RSET takes no argument\r\n" OK
        "251 User not local; will forward to <Jones@USC-ISI.ARPA>\r\n551 User not local; please try <paul@x.ARPA>\r\n"
        "553 User ambiguous\r\n250-<alice@example.test>\r\n250 <xyz@bar-unix.ARPA>\r\n550 No such mailing list\r\n"
        "503 Bad sequence of commands: no change of roles now\r\n"),
    ROW("1982: the end of data", "profile rfc821\nmax-message 30\nmax-text-line 20",
        "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n1234567890\r\n1234567890\r\n1234567890\r\n.\r\n"
        "MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n12345678901234567890\r\n.\r\n",
        OLD HELLO SENDER RCPT GO "552 Message too large: at most 30 octets\r\n" SENDER RCPT GO "554 Line too long\r\n"),
    ROW("1982: errors without end", "profile rfc821\nmax-errors 2", "X\r\nY\r\nNOOP\r\nNOOP\r\n",
        OLD UNKNOWN UNKNOWN "421 mx.example.test closing: too many commands were refused\r\n"),
    ROW("1982: the route decides", "profile rfc821",
        "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<@mx.example.test,@EXAMPLE.test:bob@example.test>\r\nRCPT TO:<@x:bob@example.test>\r\n",
        OLD HELLO SENDER RCPT "550 Relaying denied\r\n"),
    ROW("nothing but the minimum", "profile minimal",
        "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n.\r\nRSET\r\nNOOP\r\nVRFY bob\r\n"
        "HELO c\r\nQUIT\r\n",
        NEW HELLO SENDER RCPT GO TAKEN OK OK "250 <bob@example.test>\r\n" HELLO
        "221 mx.example.test closing the connection\r\n"),
    ROW("the minimum has no more", "profile minimal",
        "EXPN bob\r\nHELP\r\nBDAT 1\r\nSTARTTLS\r\nAUTH PLAIN\r\nSEND FROM:<>\r\nTURN\r\nLHLO x\r\nXYZ\r\n",
        NEW NOT NOT NOT NOT NOT NOT NOT UNKNOWN UNKNOWN),
    ROW("the minimum has no EXPN, whatever is set", "profile minimal\nexpn check", "EXPN bob\r\n", NEW NOT),
    ROW("the minimum with SEND", "profile minimal\nsend mail", "HELO c\r\nSAML FROM:<>\r\n", NEW HELLO SENDER),
    ROW("SEND, SOML and SAML are no MAIL", "profile rfc821\nsend 502",
        "HELO c\r\nSEND FROM:<>\r\nSOML FROM:<>\r\nSAML FROM:<>\r\n", OLD HELLO NOT NOT NOT),
    ROW("SEND, SOML and SAML in order", "profile rfc821",
        "SEND FROM:<>\r\nSOML FROM:<>\r\nSAML FROM:<>\r\nHELO c\r\nSEND FROM:<>\r\nSOML FROM:<>\r\nMAIL FROM:<>\r\nRSET\r\n"
        "SEND\r\nSOML FROM:x\r\nSAML TO:<x@y>\r\n",
        OLD NO_HELO NO_HELO NO_HELO HELLO SENDER "503 Bad sequence of commands: RCPT comes next\r\n"
        "503 Bad sequence of commands: RCPT comes next\r\n" OK "501 SEND needs an argument\r\n"
        "501 The path must stand in angle brackets\r\n501 FROM: or TO: must stand before the path\r\n"),
    ROW("nobody is at a terminal", "profile rfc821\nsend 450",
        "HELO c\r\nSEND FROM:<>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<who@example.test>\r\nDATA\r\nRSET\r\n"
        "SOML FROM:<>\r\nRCPT TO:<alice@example.test>\r\nRSET\r\nSAML FROM:<>\r\nRCPT TO:<alice@example.test>\r\n"
        "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\n",
        OLD HELLO SENDER "450 User not active now\r\n550 No such user\r\n503 Bad sequence of commands: RCPT comes next\r\n" OK
        SENDER RCPT OK SENDER RCPT OK SENDER RCPT),
};
// clang-format on

static void test_profiles(void)
{
    check_rows(profile_rows, sizeof profile_rows / sizeof profile_rows[0]);
}

/* ---- every code that RFC 821 4.3 lists for a command ---- */

struct reply_row {
    const char *command; /* what is answered; "" for the greeting, "." for the end of data */
    const char *codes;   /* RFC 821 4.3 */
    const char *before;  /* said before it */
};

#define IN_MAIL "HELO c\r\nMAIL FROM:<>\r\n"
#define IN_RCPT IN_MAIL "RCPT TO:<alice@example.test>\r\n"
#define IN_DATA IN_RCPT "DATA\r\n"

// clang-format off
static const struct reply_row reply_rows[] = {
    {"HELO c.example",                 "250 500 501 504 421",                     ""},
    {"MAIL FROM:<a@b>",                "250 552 451 452 500 501 421",             "HELO c\r\n"},
    {"RCPT TO:<alice@example.test>",   "250 551 552 553 550 450 451 452 500 501 503 421", IN_MAIL},
    {"DATA",                           "354 451 554 500 501 503 421",             IN_RCPT},
    {".",                              "250 552 554 451 452",                     IN_DATA},
    {"RSET",                           "250 500 501 504 421",                     ""},
    {"SEND FROM:<a@b>",                "250 552 451 452 500 501 502 421",         "HELO c\r\n"},
    {"SOML FROM:<a@b>",                "250 552 451 452 500 501 502 421",         "HELO c\r\n"},
    {"SAML FROM:<a@b>",                "250 552 451 452 500 501 502 421",         "HELO c\r\n"},
    {"VRFY alice",                     "250 550 551 553 500 501 502 504 421",     ""},
    {"EXPN alice",                     "250 550 500 501 502 504 421",             ""},
    {"HELP",                           "211 500 501 502 504 421",                 ""},
    {"HELP MAIL",                      "214 500 501 502 504 421",                 ""},
    {"NOOP",                           "250 500 421",                             ""},
    {"QUIT",                           "221 500",                                 ""},
    {"TURN",                           "250 502 500 503", "HELO c\r\n"},
};
// clang-format on

/* The code of the last reply in `out`. */
static struct bytes last_code(const struct buf *out)
{
    struct bytes rest = buf_bytes(out);
    struct bytes line;
    struct bytes last = {0};
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        last = line;
    }
    return bytes_slice(last, 0, 3);
}

static void check_reply(const struct reply_row *row, struct bytes code, size_t cut)
{
    struct arena *arena = arena_new();
    struct buf text = {0};
    struct buf input = {0};
    struct buf out = {0};
    struct bytes rest = bytes_of(row->command);
    struct bytes verb = {0};
    bytes_next_word(&rest, &verb);
    buf_append_text(&text, "profile rfc821\nturn 250");
    if (code.p[0] >= '4') {
        buf_append_text(&text, "\nrefuse ");
        buf_append(&text, verb);
        buf_append_text(&text, " ");
        buf_append(&text, code);
    }
    buf_printf(&input, "%s%s\r\n", row->before, row->command);
    struct server_settings settings = setting_text(row->command, buf_text(&text), arena);
    struct store *store = store_new(&settings);
    bool over = dialogue_smtp_on(store, &settings, buf_bytes(&input), cut, &out);
    UNIT_ROW(row->command, bytes_equal(last_code(&out), code));
    UNIT_ROW(row->command, over == (bytes_is(code, "421") || bytes_is(code, "221")));
    UNIT_ROW(row->command, maildrop_count(store_first(store)) ==
                               (row->command[0] == '.' && bytes_is(code, "250") ? 1 : 0));
    store_free(&store);
    buf_deinit(&out);
    buf_deinit(&input);
    buf_deinit(&text);
    arena_free(&arena);
}

static void test_refusals(void)
{
    for (size_t i = 0; i < sizeof reply_rows / sizeof reply_rows[0]; i++) {
        struct bytes codes = bytes_of(reply_rows[i].codes);
        struct bytes code;
        while (bytes_next_word(&codes, &code)) {
            check_reply(&reply_rows[i], code, 0);
            check_reply(&reply_rows[i], code, SIZE_MAX);
            for (size_t cut = 1; cut < 90; cut++) {
                check_reply(&reply_rows[i], code, cut);
            }
        }
    }
}

static const struct unit_test tests[] = {
    {"replies of RFC 821 4.3", test_refusals},
    {"profiles",               test_profiles},
};

UNIT_MAIN("fake_servers history", tests)
