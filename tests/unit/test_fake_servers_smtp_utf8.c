/* SMTPUTF8 (RFC 6531): what mailboxes in UTF-8 need, and what replies may show. */
#include "smtp_rows.h"

#define BEGIN      SAY_EHLO "MAIL FROM:<> SMTPUTF8\r\n"
#define BEGUN      SAID_EHLO SAID_SENDER
#define BAD        "501 5.5.2 Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define ODD        "500 5.5.2 Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define NEEDS_MAIL "550 5.6.7 The address needs the parameter SMTPUTF8\r\n"
#define NEEDS_RCPT "553 5.6.7 The address needs the parameter SMTPUTF8 of MAIL\r\n"
#define LOCAL_PART "501 5.1.7 The local-part is malformed\r\n"
#define DOMAIN     "501 5.1.7 The domain is malformed\r\n"
#define PARAM      "501 5.5.4 A parameter is malformed\r\n"
#define HIDDEN     "252 2.6.8 The mailbox cannot be shown without SMTPUTF8\r\n"
#define USERS                                                                                      \
    "domain example.test\ndomain b\xC3\xBC"                                                        \
    "cher.example\nuser alice secret-a\n"                                                          \
    "user j\xC3\xBCrg x j\xC3\xBCrg@example.test\nuser ida x ida@b\xC3\xBC"                        \
    "cher.example\n"
#define JUERG "j\xC3\xBCrg@example.test"
#define IDA                                                                                        \
    "ida@b\xC3\xBC"                                                                                \
    "cher.example"

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("mail", USERS, SAY_EHLO "MAIL FROM:<\xC3\xA4@\xE4\xBE\x8B.example> SMTPUTF8\r\nRCPT TO:<" JUERG ">\r\nRCPT TO:<" IDA ">\r\nDATA\r\n.\r\n",
             SAID_EHLO SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO SAID_TAKEN, "j\xC3\xBCrg 1 ida 1 alice 0"),
    SMTP_ROW("the parameter is needed", USERS, SAY_EHLO "MAIL FROM:<" JUERG ">\r\nMAIL FROM:<a@b\xC3\xBC.example> BODY=8BITMIME\r\n" SAY_MAIL "RCPT TO:<" JUERG ">\r\nRCPT TO:<" IDA ">\r\n" SAY_ALICE,
             SAID_EHLO NEEDS_MAIL NEEDS_MAIL SAID_SENDER NEEDS_RCPT NEEDS_RCPT SAID_RCPT, NULL),
    SMTP_ROW("the parameter alone", USERS, SAY_EHLO "MAIL FROM:<> smtputf8 BODY=8BITMIME\r\n" SAY_ALICE, SAID_EHLO SAID_SENDER SAID_RCPT, NULL),
    SMTP_ROW("the parameter's form", "", SAY_EHLO "MAIL FROM:<> SMTPUTF8=1\r\nMAIL FROM:<> SMTPUTF8 SMTPUTF8\r\nMAIL FROM:<> SMTPUTF8=\r\n" SAY_MAIL "RCPT TO:<alice@example.test> SMTPUTF8\r\n",
             SAID_EHLO "501 5.5.4 SMTPUTF8 must come once, without a value\r\n501 5.5.4 SMTPUTF8 must come once, without a value\r\n"
             PARAM SAID_SENDER "555 5.5.4 Parameter of RCPT not recognised\r\n", NULL),
    SMTP_ROW("quoted", "user j\xC3\xBCrg x j\xC3\xBCrg@example.test", BEGIN "RCPT TO:<\"j\xC3\xBC\\rg\"@example.test>\r\n", BEGUN SAID_RCPT, NULL),
    SMTP_ROW("source route", "", SAY_EHLO "MAIL FROM:<@r\xC3\xBC.example:a@b.example> SMTPUTF8\r\n", SAID_EHLO SAID_SENDER, NULL),
    SMTP_ROW("not UTF-8", "", BEGIN "RCPT TO:<\xFC@example.test>\r\nRCPT TO:<\xC0\xAF@example.test>\r\nRCPT TO:<\xED\xA0\x80@example.test>\r\nRCPT TO:<\xC3@example.test>\r\nNOOP\r\n",
             BEGUN BAD BAD BAD BAD SAID_OK, NULL),
    SMTP_ROW("elsewhere", "", SAY_EHLO "NOOP \xC3\xA4\r\nEHLO \xC3\xA4.example\r\nHELP \xC3\xA4\r\n\xC3\xA4\r\nNOOP\r\n", SAID_EHLO BAD BAD BAD ODD SAID_OK, NULL),
    SMTP_ROW("with a NUL, a bare LF", "", BEGIN "RCPT TO:<\xC3\xA4\0@example.test>\r\nRCPT TO:<\xC3\xA4\n@example.test>\r\n", BEGUN BAD BAD, NULL),
    SMTP_ROW("where it may not stand", "", SAY_EHLO "MAIL FROM:<a@[\xC3\xA4:1]> SMTPUTF8\r\nMAIL FROM:<a@-\xC3\xA4> SMTPUTF8\r\nMAIL FROM:<a@\xC3\xA4-.example> SMTPUTF8\r\n"
             "MAIL FROM:<\xC3\xA4..b@c> SMTPUTF8\r\nMAIL FROM:<\xC3\xA4 b@c> SMTPUTF8\r\nMAIL FROM:<a@b> SMTPUTF8 \xC3\xA4=1\r\nMAIL FROM:<a@b.\xE2\x80\xAE.example> SMTPUTF8\r\n"
             "MAIL \xC3\xA4:<a@b> SMTPUTF8\r\nMAIL FROM:<a@b>\xC3\xA4 SMTPUTF8\r\nMAIL FROM:\xC3\xA4 SMTPUTF8\r\n",
             SAID_EHLO DOMAIN DOMAIN DOMAIN LOCAL_PART LOCAL_PART PARAM DOMAIN
             "501 5.5.2 FROM: or TO: must stand before the path\r\n501 5.5.4 Only a blank and parameters may stand behind a path\r\n"
             "501 5.5.2 The path must stand in angle brackets\r\n", NULL),
    SMTP_ROW("not offered", "hide SMTPUTF8", "EHLO c\r\nMAIL FROM:<\xC3\xA4@b.example>\r\nMAIL FROM:<> SMTPUTF8\r\nVRFY \xC3\xA4\r\nVRFY alice SMTPUTF8\r\n",
             "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
             BAD "555 5.5.4 Parameter of MAIL not recognised\r\n" BAD "504 5.5.4 Parameter SMTPUTF8 not implemented\r\n", NULL),
    SMTP_ROW("it brings 8BITMIME along", "offer SMTPUTF8", "EHLO c\r\nMAIL FROM:<> BODY=8BITMIME\r\n", "250-mx.example.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n250 Sender OK\r\n", NULL),
    SMTP_ROW("after HELO, before EHLO", "", "MAIL FROM:<\xC3\xA4@b>\r\nHELO c\r\nMAIL FROM:<\xC3\xA4@b>\r\nMAIL FROM:<> SMTPUTF8\r\nVRFY alice SMTPUTF8\r\n",
             BAD "250 mx.example.test\r\n" BAD "555 5.5.4 Parameter of MAIL not recognised\r\n504 5.5.4 Parameter SMTPUTF8 not implemented\r\n", NULL),
    SMTP_ROW("VRFY and EXPN", USERS "alias boss " JUERG "\nmoved old " JUERG "\nlist all alice@example.test " JUERG,
             SAY_EHLO "VRFY j\xC3\xBCrg SMTPUTF8\r\nVRFY j\xC3\xBCrg\r\nVRFY boss\r\nVRFY boss smtputf8\r\nVRFY <" IDA "> SMTPUTF8\r\nVRFY old\r\nVRFY old SMTPUTF8\r\n"
             "VRFY alice SMTPUTF8\r\nVRFY alice\r\nEXPN all\r\nEXPN all SMTPUTF8\r\nVRFY SMTPUTF8\r\n",
             SAID_EHLO "250 2.1.5 <" JUERG ">\r\n" HIDDEN HIDDEN "250 2.1.5 <" JUERG ">\r\n250 2.1.5 <" IDA ">\r\n"
             "550 5.6.8 The mailbox cannot be shown without SMTPUTF8\r\n551 5.1.6 User not local; please try <" JUERG ">\r\n"
             "250 2.1.5 <alice@example.test>\r\n250 2.1.5 <alice@example.test>\r\n" HIDDEN
             "250-2.1.5 <alice@example.test>\r\n250 2.1.5 <" JUERG ">\r\n550 5.1.1 No such user\r\n", NULL),
    SMTP_ROW("251 and 551", USERS "forward f@example.test " JUERG "\nmoved m@example.test " JUERG,
             SAY_EHLO SAY_MAIL "RCPT TO:<f@example.test>\r\nRCPT TO:<m@example.test>\r\nRSET\r\nMAIL FROM:<> SMTPUTF8\r\nRCPT TO:<f@example.test>\r\nRCPT TO:<m@example.test>\r\n",
             SAID_EHLO SAID_SENDER SAID_RCPT "550 5.1.6 The user has moved\r\n" SAID_OK SAID_SENDER
             "251 2.1.5 User not local; will forward to <" JUERG ">\r\n551 5.1.6 User not local; please try <" JUERG ">\r\n", NULL),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

/* RFC 6531 4.3: the trace line says by what it came; its FOR may hold UTF-8 then. */
static void test_trace(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text("trace", USERS, arena);
    for (unsigned lmtp = 0; lmtp < 2; lmtp++) {
        const struct smtp_row row = {
            .name = "trace",
            .input = lmtp == 1
                         ? BYTES_LIT("LHLO c\r\nMAIL FROM:<\xC3\xA4@b> SMTPUTF8\r\nRCPT TO:<" JUERG
                                     ">\r\nDATA\r\n.\r\n")
                         : BYTES_LIT("EHLO c\r\nMAIL FROM:<\xC3\xA4@b> SMTPUTF8\r\nRCPT TO:<" JUERG
                                     ">\r\nDATA\r\n.\r\n"),
            .lmtp = lmtp == 1};
        struct store *store = store_new(&settings);
        struct buf out = {0};
        smtp_row_run(store, &settings, &row, 0, &out);
        struct bytes message = smtp_row_message(store, "j\xC3\xBCrg", 0);
        const char *end = lmtp == 1 ? "\twith UTF8LMTP id 1\r\n\tfor <" JUERG
                                      ">;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n"
                                    : "\twith UTF8SMTP id 1\r\n\tfor <" JUERG
                                      ">;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n";
        UNIT_ROW("return path", bytes_starts(message, "Return-Path: <\xC3\xA4@b>\r\n"));
        UNIT_ROW("received", bytes_ends(message, end));
        buf_deinit(&out);
        store_free(&store);
    }
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"dialogues", test_rows },
    {"trace",     test_trace},
};

UNIT_MAIN("fake_servers_smtp_utf8", tests)
