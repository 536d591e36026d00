/* BDAT (RFC 3030): chunks are octets, refused ones are read all the same. */
#include "smtp_rows.h"

#define TEN(x)     x x x x x x x x x x
#define BEGIN      SAY_EHLO SAY_MAIL SAY_ALICE
#define BEGUN      SAID_EHLO SAID_SENDER SAID_RCPT
#define GOT(n)     "250 2.0.0 " n " octets received\r\n"
#define SEQUENCE   "503 5.5.1 Bad sequence of commands"
#define NO_EHLO    SEQUENCE ": send EHLO or HELO first\r\n"
#define NO_MAIL    SEQUENCE ": no mail transaction is open\r\n"
#define NO_RCPT    SEQUENCE ": RCPT comes next\r\n"
#define NO_LAST    SEQUENCE ": the last BDAT has not come\r\n"
#define IS_OPEN    SEQUENCE ": a mail transaction is open\r\n"
#define BINARY     SEQUENCE ": BODY=BINARYMIME comes with BDAT\r\n"
#define SYNTAX     "501 5.5.4 Syntax: BDAT octets [LAST]\r\n"
#define LARGE      "552 5.3.4 Message too large: at most 3000 octets\r\n"
#define TLS_FIRST  "530 5.7.0 Begin TLS first, by STARTTLS\r\n"
#define NO_SERVICE SEQUENCE ": there is no service here, QUIT is all that is left\r\n"
#define X1000      TEN(TEN("xxxxxxxxxx"))
#define X1001      X1000 "x"

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("one chunk", "", BEGIN "BDAT 7 LAST\r\nhello\r\nQUIT\r\n", BEGUN SAID_TAKEN SAID_BYE, "alice 1"),
    SMTP_ROW("lower case", "", BEGIN "bdat 7 last\r\nhello\r\n", BEGUN SAID_TAKEN, "alice 1"),
    SMTP_ROW("two chunks, the last one empty", "", BEGIN "BDAT 7\r\nhello\r\nBDAT 0 LAST\r\n", BEGUN GOT("7") SAID_TAKEN, "alice 1"),
    SMTP_ROW("empty chunks", "", BEGIN "BDAT 0\r\nBDAT 0\r\nBDAT 0 LAST\r\nNOOP\r\n", BEGUN GOT("0") GOT("0") SAID_TAKEN SAID_OK, "alice 1"),
    SMTP_ROW("commands and dots inside", "", BEGIN "BDAT 19\r\nQUIT\r\n.\r\nRSET\r\n.\r\n\nBDAT 2 LAST\r\n\r\nNOOP\r\n",
             BEGUN GOT("19") SAID_TAKEN SAID_OK, "alice 1"),
    SMTP_ROW("other commands between", "", BEGIN "BDAT 1\r\nxNOOP\r\nHELP QUIT\r\nVRFY bob\r\nBDAT 0 LAST\r\n",
             BEGUN GOT("1") SAID_OK "214-2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n250 2.1.5 <bob@example.test>\r\n" SAID_TAKEN, "alice 1"),
    SMTP_ROW("DATA, MAIL and RCPT between", "", BEGIN "BDAT 1\r\nxDATA\r\nMAIL FROM:<>\r\n" SAY_BOB "BDAT 0 LAST\r\n",
             BEGUN GOT("1") NO_LAST NO_LAST NO_LAST SAID_TAKEN, "alice 1 bob 0"),
    SMTP_ROW("BDAT in DATA is content", "", BEGIN "DATA\r\nBDAT 1 LAST\r\n.\r\nNOOP\r\n", BEGUN SAID_GO SAID_TAKEN SAID_OK, "alice 1"),
    SMTP_ROW("RSET throws away", "", BEGIN "BDAT 1\r\nxRSET\r\nBDAT 1 LAST\r\nx" SAY_MAIL SAY_ALICE "BDAT 2 LAST\r\nxy",
             BEGUN GOT("1") SAID_OK NO_MAIL SAID_SENDER SAID_RCPT "250 2.0.0 Message 2 accepted for delivery\r\n", "alice 1"),
    SMTP_ROW("EHLO throws away", "", BEGIN "BDAT 1\r\nx" SAY_EHLO "BDAT 1 LAST\r\nx", BEGUN GOT("1") SAID_EHLO NO_MAIL, "alice 0"),
    SMTP_ROW("after the last", "", BEGIN "BDAT 1 LAST\r\nxBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", BEGUN SAID_TAKEN NO_MAIL SAID_OK, "alice 1"),
    SMTP_ROW("refused ones are read", "", "BDAT 6\r\nQUIT\r\n" SAY_EHLO "BDAT 6\r\nQUIT\r\n" SAY_MAIL "BDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\nNOOP\r\n",
             NO_EHLO SAID_EHLO NO_MAIL SAID_SENDER NO_RCPT NO_RCPT SAID_OK, NULL),
    SMTP_ROW("pipelined behind refused recipients", "", SAY_EHLO SAY_MAIL "RCPT TO:<who@example.test>\r\nBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\n",
             SAID_EHLO SAID_SENDER "550 5.1.1 No such user\r\n" NO_RCPT NO_RCPT SAID_OK, NULL),
    SMTP_ROW("after HELO", "", "HELO c\r\n" SAY_MAIL SAY_ALICE "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
             "250 mx.example.test\r\n" SAID_SENDER SAID_RCPT IS_OPEN SAID_OK, "alice 0"),
    SMTP_ROW("malformed sizes", "", BEGIN "BDAT\r\nBDAT x\r\nBDAT -1\r\nBDAT +1 LAST\r\nBDAT 1 FIRST\r\nBDAT 1 LAST x\r\nBDAT 99999999999999999999\r\nBDAT 0x1\r\nNOOP\r\n",
             BEGUN "501 5.5.4 BDAT needs an argument\r\n" SYNTAX SYNTAX SYNTAX SYNTAX SYNTAX SYNTAX SYNTAX SAID_OK, "alice 0"),
    SMTP_ROW("too large, in one chunk", "", BEGIN "BDAT 3003 LAST\r\n" X1001 X1001 X1001 "NOOP\r\n", BEGUN LARGE SAID_OK, "alice 0"),
    SMTP_ROW("just not too large", "", BEGIN "BDAT 2000\r\n" X1000 X1000 "BDAT 1000 LAST\r\n" X1000 "NOOP\r\n", BEGUN GOT("2000") SAID_TAKEN SAID_OK, "alice 1"),
    SMTP_ROW("too large, and the rest in the pipe", "", BEGIN "BDAT 2000\r\n" X1000 X1000 "BDAT 1001\r\n" X1001 "BDAT 1\r\nxBDAT 2 LAST\r\nxx" SAY_MAIL,
             BEGUN GOT("2000") LARGE LARGE LARGE SAID_SENDER, "alice 0"),
    SMTP_ROW("too large, then RSET", "", BEGIN "BDAT 3003\r\n" X1001 X1001 X1001 "RSET\r\n" SAY_MAIL SAY_ALICE "BDAT 1 LAST\r\nx",
             BEGUN LARGE SAID_OK SAID_SENDER SAID_RCPT "250 2.0.0 Message 2 accepted for delivery\r\n", "alice 1"),
    SMTP_ROW("TLS must come first", "mail-needs-tls yes", SAY_EHLO "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nBDAT x\r\nNOOP\r\n", SAID_EHLO TLS_FIRST TLS_FIRST TLS_FIRST SAID_OK, NULL),
    SMTP_ROW("not offered, and TLS must come first", "mail-needs-tls yes\nhide CHUNKING", "BDAT 6 LAST\r\nNOOP\r\n", TLS_FIRST SAID_OK, NULL),
    SMTP_ROW("there is no service", "refuse greeting 554", "BDAT 6\r\nNOOP\r\nBDAT x\r\nQUIT\r\n", NO_SERVICE NO_SERVICE SAID_BYE, NULL),
    SMTP_ROW("not offered", "hide CHUNKING", "BDAT 6 LAST\r\nNOOP\r\n", "502 5.5.1 Command not implemented\r\n" SAID_OK, NULL),
    SMTP_ROW("binary needs BDAT", "", SAY_EHLO "MAIL FROM:<> BODY=BINARYMIME\r\n" SAY_ALICE "DATA\r\nBDAT 3 LAST\r\n\0\xff.NOOP\r\n",
             SAID_EHLO SAID_SENDER SAID_RCPT BINARY SAID_TAKEN SAID_OK, "alice 1"),
    LMTP_ROW("LMTP: one reply a recipient", "offer CHUNKING ENHANCEDSTATUSCODES", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB SAY_ALICE "BDAT 1\r\nxBDAT 0 LAST\r\nNOOP\r\n",
             "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n" SAID_SENDER SAID_RCPT SAID_RCPT SAID_RCPT GOT("1") SAID_TAKEN SAID_TAKEN SAID_TAKEN SAID_OK,
             "alice 1 bob 1"),
    SMTP_ROW("a setting refuses them", "refuse BDAT 451 No", BEGIN SAY_BOB "BDAT 1\r\nxBDAT 1 LAST\r\nxBDAT 0 LAST\r\n", BEGUN SAID_RCPT "451 4.0.0 No\r\n451 4.0.0 No\r\n" NO_MAIL, "alice 0"),
    LMTP_ROW("LMTP: a setting refuses them", "refuse BDAT 451 No\noffer CHUNKING", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB SAY_BOB "BDAT 1\r\nxBDAT 1 LAST\r\nxNOOP\r\n",
             "250-mx.example.test\r\n250 CHUNKING\r\n250 Sender OK\r\n250 Recipient OK\r\n250 Recipient OK\r\n250 Recipient OK\r\n451 No\r\n451 No\r\n451 No\r\n451 No\r\n250 OK\r\n", "alice 0"),
    LMTP_ROW("LMTP: 421 is said once", "refuse BDAT 421 No\noffer CHUNKING", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "BDAT 1 LAST\r\nxNOOP\r\n",
             "250-mx.example.test\r\n250 CHUNKING\r\n250 Sender OK\r\n250 Recipient OK\r\n250 Recipient OK\r\n421 No\r\n", "alice 0"),
    LMTP_ROW("LMTP: too large for all", "offer CHUNKING", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "BDAT 3003\r\n" X1001 X1001 X1001 "BDAT 1 LAST\r\nx",
             "250-mx.example.test\r\n250 CHUNKING\r\n250 Sender OK\r\n250 Recipient OK\r\n250 Recipient OK\r\n"
             "552 Message too large: at most 3000 octets\r\n552 Message too large: at most 3000 octets\r\n552 Message too large: at most 3000 octets\r\n",
             "alice 0 bob 0"),
    SMTP_ROW("refused by a setting", "refuse BDAT 451 Later", BEGIN "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nBDAT x\r\n" SAY_MAIL,
             BEGUN "451 4.0.0 Later\r\n451 4.0.0 Later\r\n" SYNTAX SAID_SENDER, "alice 0"),
    SMTP_ROW("refused by a setting, and closed", "refuse BDAT 421 Go away", BEGIN "BDAT 6\r\nQUIT\r\nNOOP\r\n", BEGUN "421 Go away\r\n", "alice 0"),
    SMTP_ROW("the last one refused", "refuse . 451 Later", BEGIN "BDAT 1\r\nxBDAT 6 LAST\r\nQUIT\r\n" SAY_MAIL, BEGUN GOT("1") "451 4.0.0 Later\r\n" SAID_SENDER, "alice 0"),
    LMTP_ROW("LMTP: the end refused for each", "refuse . 451 Later\noffer ENHANCEDSTATUSCODES", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "DATA\r\n.\r\nNOOP\r\n",
             "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n" SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO "451 4.0.0 Later\r\n451 4.0.0 Later\r\n" SAID_OK, "alice 0"),
    LMTP_ROW("LMTP: the end refused, and closed", "refuse . 421 Later\noffer ENHANCEDSTATUSCODES", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "DATA\r\n.\r\nNOOP\r\n",
             "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n" SAID_SENDER SAID_RCPT SAID_RCPT SAID_GO "421 Later\r\n", "alice 0"),
    SMTP_ROW("the store is full", "max-message 3000\nmax-maildrop 600", BEGIN "BDAT 500 LAST\r\n" TEN(TEN("xxxxx")) "NOOP\r\n",
             BEGUN "452 4.2.2 A recipient's maildrop is full\r\n" SAID_OK, "alice 0"),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

/* ---- what is delivered ---- */

#define TRACE                                                                                      \
    "Return-Path: <a@b.example>\r\nReceived: from c.example ([127.0.0.1])\r\n"                     \
    "\tby mx.example.test (mailspec)\r\n\twith ESMTP id 1\r\n\tfor <alice@example.test>;\r\n"      \
    "\tTue, 14 Nov 2023 22:13:20 +0000\r\n"

static const struct {
    const char *name;
    struct bytes chunks;
    struct bytes content;
} contents[] = {
    {"nothing is unstuffed",   BYTES_INIT("BDAT 9 LAST\r\n..\r\n.\r\n\r\n"),
     BYTES_INIT("..\r\n.\r\n\r\n")                                                                                },
    {"cut inside a line end",  BYTES_INIT("BDAT 2\r\na\rBDAT 3 LAST\r\n\nb\n"),
     BYTES_INIT("a\r\nb\n")                                                                                       },
    {"any octets",
     BYTES_INIT("BDAT 6\r\n\0\r\n\r\xff\xfe"
                "BDAT 2 LAST\r\n\x80\n"),
     BYTES_INIT("\0\r\n\r\xff\xfe\x80\n")                                                                         },
    {"no line end",            BYTES_INIT("BDAT 3\r\na\r\nBDAT 2 LAST\r\nb\r"),             BYTES_INIT("a\r\nb\r")},
    {"it looks like commands", BYTES_INIT("BDAT 13\r\nBDAT 1 LAST\r\nBDAT 2 LAST\r\n\r\n"),
     BYTES_INIT("BDAT 1 LAST\r\n\r\n")                                                                            },
};

static void check_content(size_t i, size_t cut)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    struct buf expected = {0};
    buf_append_text(&input, BEGIN);
    buf_append(&input, contents[i].chunks);
    buf_append_text(&expected, TRACE);
    buf_append(&expected, contents[i].content);
    dialogue_smtp_on(store, &settings, buf_bytes(&input), cut, &out);
    struct bytes stored = smtp_row_message(store, "alice", 0);
    UNIT_ROW(contents[i].name, dialogue_is(contents[i].name, &expected, stored));
    buf_deinit(&expected);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
}

static void test_content(void)
{
    for (size_t i = 0; i < ROW_COUNT(contents); i++) {
        check_content(i, SIZE_MAX);
        for (size_t cut = 0; cut < sizeof BEGIN + contents[i].chunks.n; cut++) {
            check_content(i, cut);
        }
    }
}

/* 16 MiB in chunks of 1 MiB, fed in pieces that fit no chunk: as many octets as were sent, and the same. */
static void test_large(void)
{
    enum { CHUNKS = 16, CHUNK_OCTETS = 1024 * 1024, PIECE_OCTETS = 65537 };
    struct server_settings settings = dialogue_settings();
    settings.max_message_octets = (size_t)CHUNKS * CHUNK_OCTETS;
    settings.max_maildrop_octets = (size_t)64 * 1024 * 1024;
    struct store *store = store_new(&settings);
    struct buf content = {0};
    struct buf input = {0};
    struct buf out = {0};
    for (size_t i = 0; i < (size_t)CHUNKS * CHUNK_OCTETS; i++) {
        buf_append_octet(&content, (unsigned char)(i * 2654435761U >> 13));
    }
    content.p[content.n - 1] = '\n';
    buf_append_text(&input, SAY_EHLO "MAIL FROM:<> BODY=BINARYMIME\r\n" SAY_ALICE);
    for (size_t i = 0; i < CHUNKS; i++) {
        buf_printf(&input, "BDAT %d%s\r\n", CHUNK_OCTETS, i + 1 == CHUNKS ? " LAST" : "");
        buf_append(&input,
                   bytes_slice(buf_bytes(&content), i * CHUNK_OCTETS, (i + 1) * CHUNK_OCTETS));
    }
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    for (size_t at = 0; at < input.n; at += PIECE_OCTETS) {
        dialogue_feed_smtp(session, bytes_slice(buf_bytes(&input), at, at + PIECE_OCTETS), &out);
    }
    CU_ASSERT(bytes_ends(buf_bytes(&out), "octets received\r\n" SAID_TAKEN));
    struct bytes stored = smtp_row_message(store, "alice", 0);
    CU_ASSERT_FATAL(stored.n > content.n);
    CU_ASSERT(bytes_equal(bytes_skip(stored, stored.n - content.n), buf_bytes(&content)));
    smtp_session_free(&session);
    buf_deinit(&out);
    buf_deinit(&input);
    buf_deinit(&content);
    store_free(&store);
}

/* What is thrown away takes no room from others. */
static void test_refused_holds_nothing(void)
{
    struct server_settings settings = dialogue_settings();
    settings.max_held_octets = 1000;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    dialogue_feed_smtp(session, BYTES_LIT(SAY_EHLO "BDAT 999\r\n" TEN(TEN("xxxxx"))), &out);
    CU_ASSERT(store_hold(store, 1000));
    store_release(store, 1000);
    smtp_session_free(&session);
    buf_deinit(&out);
    store_free(&store);
}

/* A chunk for which there is no room is not received, nor are those behind it; the next message may have room again. */
static void test_no_room(void)
{
    static const char no_room[] = "452 4.3.1 Insufficient system storage\r\n";
    struct server_settings settings = dialogue_settings();
    settings.max_held_octets = 1000;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct buf expected = {0};
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    buf_clear(&out);
    CU_ASSERT(store_hold(store, 900));
    dialogue_feed_smtp(
        session,
        BYTES_LIT(BEGIN "BDAT 50\r\n" TEN("xxxxx") "BDAT 60\r\n" TEN("xxxxxx") "BDAT 1\r\nx"
                                                                               "BDAT 1 LAST\r\nx"),
        &out);
    CU_ASSERT(store_hold(store, 100));
    store_release(store, 1000);
    dialogue_feed_smtp(session, BYTES_LIT(SAY_MAIL SAY_ALICE "BDAT 60 LAST\r\n" TEN("xxxxxx")),
                       &out);
    buf_printf(&expected, "%s%s%s%s%s%s", BEGUN GOT("50"), no_room, no_room, no_room,
               SAID_SENDER SAID_RCPT, "250 2.0.0 Message 2 accepted for delivery\r\n");
    CU_ASSERT(dialogue_is("no room", &out, buf_bytes(&expected)));
    smtp_session_free(&session);
    buf_deinit(&expected);
    buf_deinit(&out);
    store_free(&store);
}

/* The settings change while chunks come in: those that are refused now are read all the same. */
static void test_withdrawn(void)
{
    static const struct {
        bool is_hidden;
        enum server_profile profile;
        const char *output;
    } changes[] = {
        {true,  PROFILE_RFC5321, "502 5.5.1 Command not implemented\r\n"},
        {false, PROFILE_MINIMAL, "502 Command not implemented\r\n"      },
        {false, PROFILE_RFC821,  "502 Command not implemented\r\n"      },
    };
    for (size_t i = 0; i < ROW_COUNT(changes); i++) {
        struct server_settings settings = dialogue_settings();
        struct store *store = store_new(&settings);
        struct buf out = {0};
        struct smtp_session *session = smtp_session_new_lmtp(&settings, store, "[::1]", &out);
        dialogue_feed_smtp(session,
                           BYTES_LIT("LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "BDAT 1\r\nx"), &out);
        if (changes[i].profile != PROFILE_RFC5321) {
            settings_take_profile(&settings, changes[i].profile);
        }
        settings.offers[EXTENSION_CHUNKING] &= !changes[i].is_hidden;
        buf_clear(&out);
        dialogue_feed_smtp(session, BYTES_LIT("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n"), &out);
        struct buf expected = {0};
        buf_printf(&expected, "%s%s%s", changes[i].output, changes[i].output, changes[i].output);
        CU_ASSERT(dialogue_is("withdrawn", &out, buf_bytes(&expected)));
        CU_ASSERT(!smtp_session_is_over(session));
        buf_deinit(&expected);
        smtp_session_free(&session);
        buf_deinit(&out);
        store_free(&store);
    }
}

static const struct unit_test tests[] = {
    {"dialogues",                   test_rows                 },
    {"content",                     test_content              },
    {"16 MiB",                      test_large                },
    {"refused chunks hold nothing", test_refused_holds_nothing},
    {"no room",                     test_no_room              },
    {"withdrawn",                   test_withdrawn            },
};

UNIT_MAIN("fake_servers_smtp_chunk", tests)
