/* What the reply to EHLO lists, and how. */
#include "judge_play.h"

#define EHLO(lines)                                                                                \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n", "S 250-mx.example\r\n" lines "\r\n"
#define NAMES  "smtp/auth-mechanism-names"
#define CHUNKS "smtp/binarymime-with-chunking"
#define ROW(name, expected, ...)                                                                   \
    {                                                                                              \
        name, PROTOCOL_SMTP, expected,                                                             \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

// clang-format off
static const struct play_row rows[] = {
    ROW("commas between names of mechanisms", NAMES, EHLO("250-AUTH PLAIN,LOGIN\r\n250 SIZE")),
    ROW("the keyword in small letters, and a bad second name", NAMES, EHLO("250 auth PLAIN LO+GIN")),
    ROW("a name of 21 octets", NAMES, EHLO("250 AUTH ABCDEFGHIJKLMNOPQRSTU")),
    ROW("a name with a dot", NAMES, EHLO("250 AUTH X.1")),
    {"LMTP", PROTOCOL_LMTP, NAMES, {"S 220 a\r\n", "C LHLO c\r\n", "S 250-a\r\n250 AUTH PLAIN log.in\r\n"}},
    ROW("BINARYMIME alone", CHUNKS, EHLO("250-SIZE\r\n250 BINARYMIME")),
    ROW("in small letters", CHUNKS, EHLO("250-binarymime\r\n250 SIZE")),

    ROW("CHUNKING before it", "", EHLO("250-CHUNKING\r\n250 BINARYMIME")),
    ROW("CHUNKING behind it, in small letters", "", EHLO("250-BINARYMIME\r\n250 chunking")),
    ROW("a line that cannot be read", "smtp/ehlo-keyword-grammar", EHLO("250-BINARYMIME\r\n250 CHUNKING ")),
    ROW("good names", "", EHLO("250 AUTH ABCDEFGHIJKLMNOPQRST X_1 SCRAM-SHA-256-PLUS")),
    ROW("small letters", "", EHLO("250 AUTH PLAIN login")),
    ROW("the form of before RFC 2554 is another keyword", "smtp/ehlo-keyword-grammar", EHLO("250-AUTH=login,plain\r\n250 AUTH LOGIN PLAIN")),
    ROW("no mechanism", "", EHLO("250 AUTH")),
    ROW("two blanks have a rule of their own", "smtp/ehlo-keyword-grammar", EHLO("250 AUTH  pl.ain")),
    ROW("EHLO is refused", "", "S 220 a\r\n", "C EHLO c\r\n", "S 550-a\r\n550 AUTH .x\r\n"),
    ROW("no reply to EHLO", "", "S 220 a\r\n", "C HELP\r\n", "S 214-a\r\n214 AUTH .x\r\n"),
};
// clang-format on

static void test_rows(void)
{
    play_check_rows(rows, sizeof rows / sizeof rows[0], JUDGE_SERVERS);
}

static const struct unit_test tests[] = {
    {"lists of extensions", test_rows},
};

UNIT_MAIN("judge: the reply to EHLO", tests)
