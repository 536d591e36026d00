/* Sessions behind a greeting that refuses, and sizes that were promised. */
#include "judge_play.h"

#define REFUSED "S 554 no mail here\r\n"
#define BYE     "C QUIT\r\n", "S 221 bye\r\n", "F"
#define WAITS   "smtp/refused-greeting-waits"
#define CODE    "smtp/refused-greeting-503"
#define SIZE    "smtp/size-promised"
#define OFFERED "S 220 a\r\n", "C EHLO c\r\n", "S 250-a\r\n250 SIZE\r\n"
#define DATA(param)                                                                                \
    "C MAIL FROM:<>" param "\r\n", "S 250 ok\r\n", "C RCPT TO:<a@b>\r\n", "S 250 ok\r\n",          \
        "C DATA\r\n", "S 354 go\r\n", "C 12345678\r\n.\r\n"

// clang-format off
static const struct play_row refused[] = {
    PLAY_ROW("it closes behind the greeting", WAITS, REFUSED, "F"),
    PLAY_ROW("it closes behind another command", WAITS, REFUSED, "C EHLO c\r\n", "S 503 no\r\n", "F"),
    PLAY_ROW("it closes instead of an answer", WAITS, REFUSED, "C EHLO c\r\n", "F"),
    PLAY_ROW("550 to a command", CODE, REFUSED, "C EHLO c\r\n", "S 550 no\r\n", BYE),
    PLAY_ROW("250 to EHLO", CODE, REFUSED, "C EHLO c\r\n", "S 250 yes\r\n", BYE),
    PLAY_ROW("250 to NOOP behind 503 to EHLO", CODE, REFUSED, "C EHLO c\r\n", "S 503 no\r\n", "C NOOP\r\n", "S 250 ok\r\n", BYE),
    PLAY_ROW("550 to an unknown command", CODE, REFUSED, "C XYZZY\r\n", "S 550 no\r\n", BYE),
    PLAY_ROW("once in a session", CODE, REFUSED, "C EHLO c\r\n", "S 550 no\r\n", "C NOOP\r\n", "S 550 no\r\n", BYE),

    PLAY_ROW("503 to all, and QUIT", "", REFUSED, "C EHLO c\r\n", "S 503 no\r\n", "C MAIL FROM:<>\r\n", "S 503-no\r\n503 no\r\n", BYE),
    PLAY_ROW("500 to an unknown command", "", REFUSED, "C XYZZY\r\n", "S 500 no\r\n", BYE),
    PLAY_ROW("QUIT at once", "", REFUSED, BYE),
    PLAY_ROW("QUIT, and closed without an answer", "", REFUSED, "C QUIT\r\n", "F"),
    PLAY_ROW("quit in small letters", "", REFUSED, "C quit\r\n", "F"),
    PLAY_ROW("the client closes first", "", REFUSED, "Q", "F"),
    PLAY_ROW("a reset proves nothing", "", REFUSED, "R"),
    PLAY_ROW("it closes after a while", "", REFUSED, "W", "F"),
    PLAY_ROW("421 in place of an answer", "", REFUSED, "C EHLO c\r\n", "S 421 bye\r\n", "F"),
    PLAY_ROW("421 unasked", "", REFUSED, "S 421 bye\r\n", "F"),
    PLAY_ROW("commands in a group are not counted", "", REFUSED, "C EHLO c\r\nNOOP\r\n", "S 550 no\r\n550 no\r\n", "F"),
    PLAY_ROW("nor is a line with a bare LF", "", REFUSED, "C EHLO c\n", "S 550 no\r\n", "F"),
    PLAY_ROW("another greeting that refuses", "", "S 550 no\r\n", "C EHLO c\r\n", "S 550 no\r\n", "F"),
    PLAY_ROW("521", "", "S 521 no\r\n", "F"),
    PLAY_ROW("a client that speaks first", "", "C EHLO c\r\n", REFUSED, "F"),
    {"LMTP", PROTOCOL_LMTP, "", {REFUSED, "F"}},

    PLAY_ROW("552 to a message as large as declared", SIZE, OFFERED, DATA(" SIZE=10"), "S 552 too large\r\n"),
    PLAY_ROW("552 to a smaller one", SIZE, OFFERED, DATA(" SIZE=100"), "S 552 too large\r\n"),

    PLAY_ROW("552 to a larger one", "", OFFERED, DATA(" SIZE=9"), "S 552 too large\r\n"),
    PLAY_ROW("552, and no size was declared", "", OFFERED, DATA(""), "S 552 too large\r\n"),
    PLAY_ROW("452", "", OFFERED, DATA(" SIZE=100"), "S 452 no room\r\n"),
    PLAY_ROW("SIZE is not offered", "", "S 220 a\r\n", "C EHLO c\r\n", "S 250 a\r\n", DATA(" SIZE=100"), "S 552 no\r\n"),
    PLAY_ROW("552 to RCPT", "", OFFERED, "C MAIL FROM:<> SIZE=10\r\n", "S 250 ok\r\n", "C RCPT TO:<a@b>\r\n", "S 552 full\r\n"),
    PLAY_ROW("the next message has no size", "", OFFERED, DATA(" SIZE=100"), "S 250 ok\r\n", DATA(""), "S 552 no\r\n"),
    PLAY_ROW("fillers stand in the message", "", OFFERED, "C MAIL FROM:<> SIZE=100\r\n", "S 250 ok\r\n", "C RCPT TO:<a@b>\r\n", "S 250 ok\r\n", "C DATA\r\n", "S 354 go\r\n", "~C 12345678\r\n.\r\n", "S 552 no\r\n"),
    {"LMTP, a full maildrop", PROTOCOL_LMTP, "", {"S 220 a\r\n", "C LHLO c\r\n", "S 250-a\r\n250 SIZE\r\n", DATA(" SIZE=100"), "S 552 full\r\n"}},
};
// clang-format on

static void test_rows(void)
{
    play_check_rows(refused, PLAY_COUNT(refused), JUDGE_SERVERS);
}

/* Nobody's name and secret stand in what is said. */
static void test_secret(void)
{
    static const struct play_row row =
        PLAY_ROW("AUTH", CODE, REFUSED, "C AUTH PLAIN AGEAc2VjcmV0\r\n", "S 550 no\r\n");
    play_check_secrets(&row, 1, JUDGE_SERVERS, "AGEAc2VjcmV0");
}

static const struct unit_test tests[] = {
    {"refusals",          test_rows  },
    {"a login is hidden", test_secret},
};

UNIT_MAIN("judge: greetings that refuse, sizes that were promised", tests)
