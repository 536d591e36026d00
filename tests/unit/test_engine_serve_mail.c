/* Playing the server: message data, chunks, LMTP, SASL responses, and what --keep-going does. */
#include "unit.h"

#include "serve_play.h"

#define HELLO "?220 |EHLO c.example|?250 |"
#define LHLO  "?220 |LHLO c.example|?250 |"
#define MAIL  "MAIL FROM:<a@b.example>|?250|"
#define RCPT  "RCPT TO:<c@d.example>|?250|"
#define QUIT  "QUIT|?221|!ended"
#define DATA  "DATA|?354|"
#define TEXT  "Subject: x||hello|.|?250|"
#define SENT  HELLO MAIL RCPT DATA

// clang-format off
static const struct serve_row data_rows[] = {
    {"lines that are not marked stand for any", "Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: a\nC: .\nS: 250 yes", SENT "x|y|z|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a marked line that may be missing", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC=: one\nC?=: two\nC=: three\nC: .\nS: 250 yes", SENT "a|one|three|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a marked line that may be missing is there", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC=: one\nC?=: two\nC=: three\nC: .\nS: 250 yes", SENT "a|one|two|three|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the last marked line is not the last", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC=: one\nC: .\nS: 250 yes", SENT "a|one|two|.|?250 yes|" QUIT,
     VERDICT_FAIL, "goes on behind the last line", 6, NULL, NULL},
    {"a marked line, where it stands", "Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: a\nC:\nC=: ..dot\nC: .\nS: 250 yes", SENT "x|..dot|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a marked line is missing", "Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: a\nC:\nC=: ..dot\nC: .\nS: 250 yes", SENT "x|.dot|.|?250 yes|" QUIT,
     VERDICT_FAIL, "the message data does not hold the line as it is written", 7, NULL, NULL},
    {"marked lines are neighbours", "Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: a\nC=: one\nC=: two\nC: .\nS: 250 yes", SENT "one|x|two|.|?250 yes|" QUIT,
     VERDICT_FAIL, "in its place", 7, NULL, NULL},
    {"the first line is marked", "Start: rcpt\n\nC: DATA\nS: 354\nC=: one\nC: two\nC: .\nS: 250 yes", SENT "x|one|two|.|?250 yes|" QUIT,
     VERDICT_FAIL, "in its place", 5, NULL, NULL},
    {"a line that must not be there", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC!*: b*\nC=: last\nC: .\nS: 250 yes", SENT "a|bad|last|.|?250 yes|" QUIT,
     VERDICT_FAIL, "the message data holds a line that must not be in it", 6, NULL, NULL},
    {"whether a line is there that must not be cannot be told", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC!/: (x+x+)+y\nC=: last\nC: .\nS: 250 yes",
     SENT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxzy|last|.|?250 yes|" QUIT,
     VERDICT_ERROR, "the pattern takes too long on the line that came", 5, NULL, NULL},
    {"a line that must not be there is not", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC!*: b*\nC=: last\nC: .\nS: 250 yes", SENT "a|Bad|last|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"beside it the rest is compared", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC!*: b*\nC=: last\nC: .\nS: 250 yes", SENT "a|lost|.|?250 yes|" QUIT,
     VERDICT_FAIL, "the message data does not hold the line as it is written", 7, NULL, NULL},
    {"the data ends too early", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC=: one\nC=: two\nC: .\nS: 250 yes", SENT "a|one|.|?250 yes|" QUIT,
     VERDICT_FAIL, "the message data ends before this line", 7, NULL, NULL},
    {"all lines are marked", "Start: rcpt\n\nC: DATA\nS: 354\nC=: one\nC=:\nC=: two\nC=: .\nS: 250 yes", SENT "one||two|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"all lines are marked, and one more comes", "Start: rcpt\n\nC: DATA\nS: 354\nC=: one\nC=: two\nC=: .\nS: 250 yes", SENT "one|two|three|.|?250 yes|" QUIT,
     VERDICT_FAIL, "in its place", 7, NULL, NULL},
    {"a pattern and a capture", "Start: rcpt\n\nC: DATA\nS: 354\nC*: From: *\nC: x\nC*: To: {{who}}\nC: .\nS: 250 {{who}}", SENT "From: me|Date: y|To: you|.|?250 you|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"header fields beside those with values", "Start: rcpt\n\nC: DATA\nS: 354\nC: From: <{{who:word=a}}>\nC: To: <{{whom:word=b}}>\nC=:\nC=: one\nC: .\nS: 250 {{whom}}", SENT "Received: x|From: <a>|X: y|To: <b>|Z: z||one|.|?250 b|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a header field with a value is missing", "Start: rcpt\n\nC: DATA\nS: 354\nC: From: <{{who:word=a}}>\nC=:\nC=: one\nC: .\nS: 250", SENT "Received: x||one|.|?250|" QUIT,
     VERDICT_FAIL, "in its place", 5, NULL, NULL},
    {"the message is caught", "Start: rcpt\n\nC: DATA\nS: 354\nC: <message {{m}}>\nS: 250 {{length m}}", SENT "a|..b|.|?250 7|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"an empty message", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250 yes", SENT ".|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"only CRLF ends it", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250 yes", SENT "~a\n.\nb\r.\rc\r\n|.|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"commands behind it in the same write", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250 yes\nC: MAIL FROM:<x>\nS: 250 again", SENT "a&|.&|MAIL FROM:<b>|?250 yes|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it never ends", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250", SENT "a|!hang",
     VERDICT_FAIL, "the client never sent the message data: its end did not come in 400 ms", 5, NULL, "t"},
    {"it is broken off", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250", SENT "a|!reset|!exit 9",
     VERDICT_FAIL, "the client never sent the message data: it closed the connection within it; it ended with status 9", 5, NULL, NULL},
    {"DATA is refused", "Start: rcpt\n\nC: DATA\nS: 451\nC: RSET\nS: 250", HELLO MAIL RCPT "DATA|?451|RSET|?250|QUIT|?221|!exit 75",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the message is refused", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 554 no", SENT "a|.|?554 no|QUIT|?221|!exit 69",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused, tried again off the script, and accepted", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 451 no\nC: <exit failure>", SENT "a|.|?451 no|" MAIL RCPT DATA "a|.|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused, tried again, and refused again, but told as success", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 451 no\nC: DATA\nS: 451 no\nC: <exit failure>", SENT "a|.|?451 no|" MAIL RCPT "DATA|?451 no|" QUIT,
     VERDICT_FAIL, "<exit failure> was expected", 9, NULL, NULL},
    {"two messages", "C: DATA\nS: 354\nC: one\nC: .\nS: 250 one\nC: DATA\nS: 354\nC=: two\nC: .\nS: 250 two", SENT "a|.|?250 one|" MAIL RCPT DATA "two|.|?250 two|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we wait within it", "Start: rcpt\n\nC: DATA\nS: 354\nC: a\nC: .\nS: <wait 30ms>\nS: 250 yes", SENT "a|.|!wait 5|!unheard|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"octets are compared as they are on the wire", "Start: rcpt\n\nC: DATA\nS: 354\nC: x\nC=: a\\xffb\\0\nC: .\nS: 250 yes", SENT "a\xff" "b|.|?250 yes|" QUIT,
     VERDICT_FAIL, "in its place", 6, NULL, NULL},
};

static const struct serve_row chunk_rows[] = {
    {"a chunk", "Start: rcpt\n\nC: BDAT 8 LAST\nC: hello!\nS: 250 yes\nC: NOOP\nS: 250 then", HELLO MAIL RCPT "~BDAT 8 LAST\r\nhello!\r\n|?250 yes|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a chunk of another length", "Start: rcpt\n\nC: BDAT 8 LAST\nC: hello!\nS: 250 yes\nC: NOOP\nS: 250 then", HELLO MAIL RCPT "~BDAT 3 LAST\r\nQUI|?250 yes|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"an empty chunk", "Start: rcpt\n\nC: BDAT 8 LAST\nC: hello!\nS: 250 yes\nC: NOOP\nS: 250 then", HELLO MAIL RCPT "~BDAT 0 LAST\r\n|?250 yes|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"an empty chunk is written", "Start: rcpt\n\nC: BDAT 0 LAST\nS: 250 yes\nC: NOOP\nS: 250 then", HELLO MAIL RCPT "~BDAT 0 LAST\r\n|?250 yes|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a chunk that looks like commands", "Start: rcpt\n\nC: BDAT 6 LAST\nC: QUIT\nS: 250\nC: NOOP\nS: 250 then\nC: QUIT\nS: 221", HELLO MAIL RCPT "~BDAT 6 LAST\r\nQUIT\r\n|?250|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"two chunks, pipelined", "Start: rcpt\n\nC: BDAT 3\nC: a\nC: BDAT 3 LAST\nC: b\nS: 250 one\nS: 250 two\nC: NOOP\nS: 250 then", HELLO MAIL RCPT "~BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n|?250 one|?250 two|NOOP|?250 then|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the reply behind a chunk is that of its command", "Start: rcpt\n\nC: BDAT 3 LAST\nC: a\nS: 250 one\nC: QUIT\nS: 221\nC: <close connection>", HELLO MAIL RCPT "~BDAT 3 LAST\r\na\r\n|?250 one|QUIT|?221|!ended",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a chunk is broken off", "Start: rcpt\n\nC: BDAT 8 LAST\nC: hello!\nS: 250", HELLO MAIL RCPT "~BDAT 8 LAST\r\nhel",
     VERDICT_FAIL, "the client never sent the octets of the chunk: it closed the connection within it", 4, NULL, NULL},
    {"a chunk too short", "Start: rcpt\n\nC: BDAT 8 LAST\nC: hello!\nS: 250", HELLO MAIL RCPT "~BDAT 9 LAST\r\nhello!\r\n|!hang",
     VERDICT_FAIL, "the client never sent the octets of the chunk: its end did not come", 4, NULL, "t"},
    {"mail accepted by chunks, one recipient refused", "Start: mail\n\nC: RCPT TO:<x>\nS: 550\nC: RCPT TO:<y>\nS: 250\nC: BDAT 3 LAST\nC: a\nS: 250", HELLO MAIL "RCPT TO:<x@y>|?550|RCPT TO:<y@y>|?250|~BDAT 3 LAST\r\na\r\n|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"mail accepted by chunks, and failure reported", "Start: rcpt\n\nC: BDAT 3 LAST\nC: a\nS: 250", HELLO MAIL RCPT "~BDAT 3 LAST\r\na\r\n|?250|" QUIT "|!exit 1",
     VERDICT_FAIL, "the message was accepted and nothing refused, and the client reports failure", 0, NULL, NULL},
};

static const struct serve_row lmtp_rows[] = {
    {"one reply for each recipient", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250 one\nS: 451 two\nC: NOOP\nS: 250 then",
     LHLO MAIL RCPT RCPT DATA "a|.|?250 one|?451 two|NOOP|?250 then|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"one written stands for all", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250 all\nC: NOOP\nS: 250 then",
     LHLO MAIL RCPT RCPT DATA "a|.|?250 all|?250 all|NOOP|!wait 20|?250 then|!unheard|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"a code alone stands for all", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250\nC: NOOP\nS: 252 then",
     LHLO MAIL RCPT RCPT DATA "a|.|?250|?250|!wait 20|!unheard|NOOP|?252 then|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"codes alone, one for each", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250\nS: 451\nC: NOOP\nS: 252 then",
     LHLO MAIL RCPT RCPT DATA "QUIT|.|?250|?451|!wait 20|!unheard|NOOP|?252 then|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"the last chunk has a reply for each recipient", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: BDAT 3 LAST\nC: a\nS: 250 all\nC: NOOP\nS: 252 then",
     LHLO MAIL RCPT RCPT "~BDAT 3 LAST\r\na\r\n|?250 all|?250 all|!wait 20|!unheard|NOOP|?252 then|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"a refusal stands for all", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 250\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 5yz\nC: NOOP\nS: 252 then",
     LHLO MAIL RCPT RCPT DATA "a|.|?554|?554|!wait 20|!unheard|NOOP|?252 then|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, "l"},
    {"one of two recipients", "Requires: lmtp\nStart: mail\n\nC: RCPT TO:<x>\nS: 550\nC: RCPT TO:<y>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250 one\nC: NOOP\nS: 252 then",
     LHLO MAIL "RCPT TO:<x@d>|?550|" RCPT DATA "a|.|?250 one|!wait 20|!unheard|NOOP|?252 then|" QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
    {"a case for SMTP", "C: EHLO x\nS: 250", LHLO QUIT, VERDICT_UNSUPPORTED, "the case is for SMTP, the client speaks LMTP", 0, NULL, "l"},
    {"a case for either", "C: MAIL FROM:<x>\nS: 250", LHLO MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, "l"},
};

static const struct serve_row sasl_rows[] = {
    {"responses", "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {{u:base64}}\nS: 334\nC: {{p:base64}}\nS: 235", HELLO "AUTH LOGIN|?334 VX|YQ==|?334|Yg==|?235|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the empty response", "C: AUTH PLAIN\nS: 334\nC:\nS: 501", HELLO "AUTH PLAIN|?334||?501|QUIT|?221|!exit 1",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"given up", "C: AUTH LOGIN\nS: 334\nC: x\nS: 5yz", HELLO "AUTH LOGIN|?334|*|?535|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused", "C: AUTH PLAIN x\nS: 535", HELLO "AUTH PLAIN AGEAYg==|?535|QUIT|?221|!exit 1",
     VERDICT_PASS, NULL, 0, NULL, NULL},
};

static const struct serve_row keep_rows[] = {
    {"data that differs is noted, and it goes on", "Start: rcpt\n\nC: DATA\nS: 354\nC=: one\nC: .\nS: 250 yes\nC: NOOP\nS: 250 then", SENT "two|.|?250 yes|NOOP|?250 then|" QUIT,
     VERDICT_FAIL, "in its place", 5, "line 5: the message data", "k"},
    {"a line never sent ends the case", "C: NOOP\nS: 250\nC: RSET\nS: 250", HELLO "NOOP|?250|" QUIT,
     VERDICT_FAIL, "never sent RSET", 3, "the case ends here", "k"},
    {"speech in a silence", "C: NOOP\nS: 250\nC: <silence 2s>\nC: RSET\nS: 250 then", HELLO "NOOP|?250|RSET|?250 then|" QUIT,
     VERDICT_FAIL, "the client spoke where silence was expected", 3, "line 3: the client spoke", "k"},
};
// clang-format on

static void test_data(void)
{
    SERVE_ROWS(data_rows);
}

static void test_chunks(void)
{
    SERVE_ROWS(chunk_rows);
}

static void test_lmtp(void)
{
    SERVE_ROWS(lmtp_rows);
}

/* Two replies that are written go out as two: neither stands for all recipients. */
static void test_lmtp_no_more(void)
{
    struct serve_play play;
    serve_play_init(&play);
    serve_row_flags(&play, lmtp_rows[0].flags);
    play.scripted.rest = bytes_of(lmtp_rows[0].client);
    CU_ASSERT(serve_play_add(&play, "t/case", lmtp_rows[0].scenario));
    CU_ASSERT(serve_play_run(&play));
    const char *said = buf_text(&play.cases[0].said);
    CU_ASSERT(strstr(said, "\r\n250 one\r\n451 two\r\n") != NULL);
    CU_ASSERT(strstr(said, "250 one\r\n250 one") == NULL);
    serve_play_deinit(&play);
}

static void test_sasl(void)
{
    SERVE_ROWS(sasl_rows);
}

static void test_keep_going(void)
{
    SERVE_ROWS(keep_rows);
}

/* ---- The message that the client is to send ---- */

static void test_message(void)
{
    static const struct {
        const char *scenario;
        const char *message; /* NULL: the plain default */
    } rows[] = {
        {"Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: x\nC:\nC: ..a\nC: b\nC: .\nS: 250",
         "Subject: x\r\n\r\n.a\r\nb\r\n"                                                                                 },
        {"Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: {{case}}\nC*: skipped *\nC: b\nC: .\nS: 250",
         "Subject: t/case\r\nb\r\n"                                                                                      },
        {"Start: rcpt\n\nC: DATA\nS: 354\nC: <message {{m}}>\nS: 250",                              NULL                 },
        {"C: MAIL FROM:<x>\nS: 250",                                                                NULL                 },
        {"Start: data\n\nC: X: {{repeat 3 \"y\"}}\nC: .\nS: 250",                                   "X: yyy\r\n"         },
        {"Start: data\n\nC: .\nS: 250",                                                             NULL                 },
        {"Requires: unended-message\nStart: rcpt\n\nC: DATA\nS: 354\nC: Subject: x\nC:\nC: a\nC: "
         ".\nS: 250",                                                                      "Subject: x\r\n\r\na"},
        {"Requires: unended-message\n\nC: MAIL FROM:<x>\nS: 250",                                   NULL                 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        play.scripted.rest = bytes_of("?220|QUIT|?221");
        UNIT_ROW(rows[i].scenario, serve_play_add(&play, "t/case", rows[i].scenario));
        UNIT_ROW(rows[i].scenario, serve_play_run(&play));
        const char *message = buf_text(&play.scripted.message);
        bool plain =
            strstr(message, "From: <t-case.r-0000@mailspec.example>\r\n") == message &&
            strstr(message, "To: <alice@example.test>\r\n") != NULL &&
            strstr(message, "\r\n\r\nThe first line") != NULL &&
            bytes_ends(bytes_of(message), "\r\n") == (strstr(rows[i].scenario, "unended") == NULL);
        UNIT_ROW(rows[i].scenario,
                 rows[i].message == NULL ? plain : strcmp(message, rows[i].message) == 0);
        if (rows[i].message != NULL && strcmp(message, rows[i].message) != 0) {
            fprintf(stderr, "  %s\n", message);
        }
        CU_ASSERT_STRING_EQUAL(buf_text(&play.scripted.told),
                               "t-case.r-0000@mailspec.example alice@example.test bob@example.test "
                               "alice secret-alice t-case.mailspec.example 127.0.0.1");
        serve_play_deinit(&play);
    }
}

/* Far more than is kept: the end is found all the same, and it is said. */
static void test_long_data(void)
{
    struct serve_play play;
    struct buf script = {0};
    serve_play_init(&play);
    buf_append_text(&script, SENT "~");
    for (unsigned i = 0; i < 17 * 1024; i++) {
        buf_append_fill(&script, 'x', 1022);
        buf_append_text(&script, "\r\n");
    }
    buf_append_text(&script, ".\r\n|?250 yes|" QUIT);
    play.scripted.rest = buf_bytes(&script);
    CU_ASSERT(
        serve_play_add(&play, "t/case",
                       "Start: rcpt\n\nC: DATA\nS: 354\nC=: {{repeat 1022 \"x\"}}\nC: more\nC: .\n"
                       "S: 250 yes\nC: QUIT\nS: 221"));
    CU_ASSERT(serve_play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT(strstr(buf_text(&play.cases[0].notes), "only the first 16777216 octets") != NULL);
    CU_ASSERT(play.scripted.over);
    serve_play_deinit(&play);
    buf_deinit(&script);
}

static const struct unit_test tests[] = {
    {"data",          test_data        },
    {"chunks",        test_chunks      },
    {"LMTP",          test_lmtp        },
    {"LMTP, no more", test_lmtp_no_more},
    {"SASL",          test_sasl        },
    {"keep going",    test_keep_going  },
    {"message",       test_message     },
    {"long data",     test_long_data   },
};

UNIT_MAIN("engine_serve_mail", tests)
