/* Replies with enhanced status codes, and without (RFC 2034, RFC 3463). */
#include "judge_play.h"

#define HELLO                                                                                      \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-HELP\r\n250 ENHANCEDSTATUSCODES\r\n"
#define NOOP(reply) HELLO, "C NOOP\r\n", "S " reply "\r\n"
#define HELP(lines) HELLO, "C HELP\r\n", "S " lines "\r\n"
#define NONE        "smtp/enhanced-code"
#define SYNTAX      "smtp/enhanced-code-syntax"
#define LINES       "smtp/enhanced-code-lines"
#define UNKNOWN     "smtp/enhanced-code-registered"
#define CLASS       "smtp/enhanced-code-class"

// clang-format off
/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long dialogues are written in pieces */
static const struct play_row rows[] = {
    PLAY_ROW("none", NONE, NOOP("250 ok")),
    PLAY_ROW("none to a refusal", NONE, HELLO, "C RCPT TO:<a@b>\r\n", "S 503 no\r\n"),
    PLAY_ROW("none to 4yz", NONE, HELLO, "C MAIL FROM:<>\r\n", "S 451 no\r\n"),
    PLAY_ROW("none, behind HELO", NONE, HELLO, "C HELO c\r\n", "S 250 mx.example\r\n", "C NOOP\r\n", "S 250 ok\r\n"),
    PLAY_ROW("none to QUIT", NONE, HELLO, "C QUIT\r\n", "S 221 bye\r\n"),
    PLAY_ROW("none in each line: once", NONE, HELP("214-a\r\n214 b")),
    PLAY_ROW("a version is none", NONE, HELP("214 5.0")),
    PLAY_ROW("an address is none", NONE, NOOP("250 192.0.2.1 ok")),
    PLAY_ROW("four numbers are none", NONE, NOOP("250 2.0.0.1 ok")),
    PLAY_ROW("behind a blank", NONE, NOOP("250  2.0.0 ok")),
    PLAY_ROW("a text, then a code in line two", NONE, HELP("214-a\r\n214 2.0.0 b")),
    PLAY_ROW("a zero in front of the subject", SYNTAX, NOOP("250 2.00.1 ok")),
    PLAY_ROW("a zero in front of the detail", SYNTAX, NOOP("250 2.1.05 ok")),
    PLAY_ROW("four digits", SYNTAX, NOOP("250 2.1.1000 ok")),
    PLAY_ROW("class 3", SYNTAX, NOOP("250 3.0.0 ok")),
    PLAY_ROW("class 25", SYNTAX, NOOP("250 25.0.0 ok")),
    PLAY_ROW("in line two", SYNTAX, HELP("214-2.0.0 a\r\n214 2.0.00 b")),
    PLAY_ROW("in line one alone", LINES, HELP("214-2.0.0 a\r\n214 b")),
    PLAY_ROW("not in line two", LINES, HELP("214-2.0.0 a\r\n214-b\r\n214 2.0.0 c")),
    PLAY_ROW("another detail", LINES, HELP("214-2.1.0 a\r\n214 2.1.1 b")),
    PLAY_ROW("another subject", LINES, HELP("214-2.0.0 a\r\n214 2.1.0 b")),
    PLAY_ROW("a subject that nobody knows", UNKNOWN, NOOP("250 2.8.0 ok")),
    PLAY_ROW("a detail that nobody knows", UNKNOWN, NOOP("250 2.7.606 ok")),
    PLAY_ROW("another class", CLASS, NOOP("250 4.0.0 ok")),
    PLAY_ROW("another class in line two", CLASS, HELP("214-2.0.0 a\r\n214 5.0.0 b")),

    PLAY_ROW("alone", "", NOOP("250 2.0.0")),
    PLAY_ROW("with a tab behind it", "", NOOP("250 2.0.0\tok")),
    PLAY_ROW("with a colon behind it", "", NOOP("250 2.0.0: ok")),
    PLAY_ROW("the largest numbers", "", HELLO, "C MAIL FROM:<>\r\n", "S 550 5.7.30 no\r\n", "C MAIL FROM:<>\r\n", "S 550 5.1.10 no\r\n"),
    PLAY_ROW("the same in each line", "", HELP("214-2.0.0 a\r\n214-2.0.0\r\n214 2.0.0 b")),
    PLAY_ROW("none to EHLO", "", HELLO, "C EHLO c\r\n", "S 250-mx.example\r\n250 ENHANCEDSTATUSCODES\r\n"),
    PLAY_ROW("none to a refused EHLO", "", HELLO, "C EHLO c\r\n", "S 501 no\r\n"),
    PLAY_ROW("none in 354", "", HELLO, "C DATA\r\n", "S 354 go\r\n"),
    PLAY_ROW("none in 421", "", NOOP("421 mx.example closing")),
    PLAY_ROW("none in a greeting", "", "S 554 no\r\n"),
    PLAY_ROW("no longer offered", "", HELLO, "C EHLO c\r\n", "S 250 mx.example\r\n", "C NOOP\r\n", "S 250 ok\r\n"),
    PLAY_ROW("not offered", "", "S 220 a\r\n", "C EHLO c\r\n", "S 250 a\r\n", "C NOOP\r\n", "S 250 2.00.0 ok\r\n"),
    PLAY_ROW("a bare code has a rule of its own", "smtp/bare-code", NOOP("250")),
    PLAY_ROW("an odd separator has a rule of its own", "smtp/reply-separator", NOOP("250.2.0.0 ok")),
    PLAY_ROW("what is answered is not known", "", HELLO, "C NOOP\nNOOP\r\n", "S 250 ok\r\n250 ok\r\n"),
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */
// clang-format on

static void test_rows(void)
{
    play_check_rows(rows, PLAY_COUNT(rows), JUDGE_SERVERS);
}

static const struct unit_test tests[] = {
    {"replies with and without a code", test_rows},
};

UNIT_MAIN("judge: enhanced status codes", tests)
