/* What the reply to EHLO lists, and how. */
#include "judge_play.h"

#define EHLO(lines)                                                                                \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n", "S 250-mx.example\r\n" lines "\r\n"
#define NAMES  "smtp/auth-mechanism-names"
#define CHUNKS "smtp/binarymime-with-chunking"

// clang-format off
static const struct play_row rows[] = {
    PLAY_ROW("commas between names of mechanisms", NAMES, EHLO("250-AUTH PLAIN,LOGIN\r\n250 SIZE")),
    PLAY_ROW("the keyword in small letters, and a bad second name", NAMES, EHLO("250 auth PLAIN LO+GIN")),
    PLAY_ROW("a name of 21 octets", NAMES, EHLO("250 AUTH ABCDEFGHIJKLMNOPQRSTU")),
    PLAY_ROW("a name with a dot", NAMES, EHLO("250 AUTH X.1")),
    {"LMTP", PROTOCOL_LMTP, NAMES, {"S 220 a\r\n", "C LHLO c\r\n", "S 250-a\r\n250 AUTH PLAIN log.in\r\n"}},
    PLAY_ROW("BINARYMIME alone", CHUNKS, EHLO("250-SIZE\r\n250 BINARYMIME")),
    PLAY_ROW("in small letters", CHUNKS, EHLO("250-binarymime\r\n250 SIZE")),

    PLAY_ROW("CHUNKING before it", "", EHLO("250-CHUNKING\r\n250 BINARYMIME")),
    PLAY_ROW("CHUNKING behind it, in small letters", "", EHLO("250-BINARYMIME\r\n250 chunking")),
    PLAY_ROW("a line that cannot be read", "smtp/ehlo-keyword-grammar", EHLO("250-BINARYMIME\r\n250 CHUNKING ")),
    PLAY_ROW("good names", "", EHLO("250 AUTH ABCDEFGHIJKLMNOPQRST X_1 SCRAM-SHA-256-PLUS")),
    PLAY_ROW("small letters", "", EHLO("250 AUTH PLAIN login")),
    PLAY_ROW("the form of before RFC 2554 is another keyword", "smtp/ehlo-keyword-grammar", EHLO("250-AUTH=login,plain\r\n250 AUTH LOGIN PLAIN")),
    PLAY_ROW("no mechanism", "", EHLO("250 AUTH")),
    PLAY_ROW("two blanks have a rule of their own", "smtp/ehlo-keyword-grammar", EHLO("250 AUTH  pl.ain")),
    PLAY_ROW("EHLO is refused", "", "S 220 a\r\n", "C EHLO c\r\n", "S 550-a\r\n550 AUTH .x\r\n"),
    PLAY_ROW("no reply to EHLO", "", "S 220 a\r\n", "C HELP\r\n", "S 214-a\r\n214 AUTH .x\r\n"),
};
// clang-format on

static void test_rows(void)
{
    play_check_rows(rows, PLAY_COUNT(rows), JUDGE_SERVERS);
}

static const struct unit_test tests[] = {
    {"lists of extensions", test_rows},
};

UNIT_MAIN("judge: the reply to EHLO", tests)
