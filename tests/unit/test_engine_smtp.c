/* One SMTP case after the other against a stub: what is sent, what is compared, what comes out. */
#include "unit.h"

#include "engine_play.h"

#define HELLO "250-stub\r\n250-SIZE 2000\r\n250 HELP\r\n"
#define EHLO  "EHLO t-case.mailspec.example\r\n|"

struct row {
    const char *name;
    enum start start;
    const char *dialogue;
    const char *answers[STUB_ANSWERS];
    enum verdict verdict;
    const char *reason;
    const char *sent;
    unsigned line; /* of the mismatch; 0: none */
};

// clang-format off
static const struct row rows[] = {
    {"a code matches", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "250 b\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"a class matches", START_EHLO, "C NOOP\nS 2yz", {"220 a\r\n", HELLO, "252 b\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"one of two", START_EHLO, "C NOOP\nS 4yz | 5yz", {"220 a\r\n", HELLO, "550 b\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"a second choice", START_EHLO, "C NOOP\nS 503 | ?5yz\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "550 b\r\n", "250 c\r\n"},
     VERDICT_NON_STRICT, "expected 503 | ?5yz, got 550: accepted, but not what is wanted",
     EHLO "NOOP\r\n|NOOP\r\n|QUIT\r\n|", 2},
    {"a mismatch ends it", START_EHLO, "C NOOP\nS 503\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 b\r\n"},
     VERDICT_FAIL, "expected 503, got 250", EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"line one is the greeting", START_CONNECT, "S 220\nC NOOP\nS 250", {"220 a\r\n", "250 b\r\n"},
     VERDICT_PASS, "", "NOOP\r\n|QUIT\r\n|", 0},
    {"a greeting of many lines", START_CONNECT, "S 220\nC NOOP\nS 250",
     {"220-a\r\n220-b\r\n220 c\r\n", "250 b\r\n"}, VERDICT_PASS, "", "NOOP\r\n|QUIT\r\n|", 0},
    {"the start fails", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", "500 b\r\n"},
     VERDICT_INCONCLUSIVE, "before line one: expected 250, got 500", EHLO "QUIT\r\n|", 0},
    {"the start goes to DATA", START_DATA, "D Subject: x\nD \nD .\nS 250\n. ends",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|DATA\r\n|"
     "Subject: x\r\n\r\n.\r\n|QUIT\r\n|", 0},
    {"commands in a row are one write", START_EHLO,
     "C MAIL FROM:<{{sender}}>\nC RCPT TO:<{{rcpt}}>\nC DATA\nS 250\nS 250\nS 354\nD .\nS 250\n. ends",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n|"
     ".\r\n|QUIT\r\n|", 0},
    {"flush ends a segment", START_EHLO, "C NOOP\n< flush\nC NOOP\nS 250\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|NOOP\r\n|QUIT\r\n|", 0},
    {"octet by octet", START_EHLO, "< pace 0\nC NOOP\nS 250\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "N|O|O|P|\r|\n|RSET\r\n|QUIT\r\n|", 0},
    {"pieces, to the end of the segment", START_EHLO, "< pieces 5\nC NOOP\nC RSET\nS 250\nS 250\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r|\nRSET|\r\n|NOOP\r\n|QUIT\r\n|", 0},
    {"a pace", START_EHLO, "< pace 500\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, "", EHLO "N|O|O|P|\r|\n|QUIT\r\n|", 0},
    {"a wait between", START_EHLO, "C NOOP\n< wait 1\nC RSET\nS 250\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|RSET\r\n|QUIT\r\n|", 0},
    {"354 where it is not wanted", START_RCPT, "C DATA\nS 503\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n"},
     VERDICT_FAIL, "expected 503, got 354",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|DATA\r\n|", 2},
    {"no 354 where it is wanted", START_EHLO, "C DATA\nS 354\nD x\nD .\nS 250\n. ends",
     {"220 a\r\n", HELLO, "503 a\r\n"},
     VERDICT_FAIL, "expected 354, got 503", EHLO "DATA\r\n|QUIT\r\n|", 2},
    {"data is left out behind another answer", START_EHLO,
     "C DATA\nS 354 | 503\nD x\nD .\nS 250\n. ends\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "503 a\r\n", "250 b\r\n"},
     VERDICT_PASS, "", EHLO "DATA\r\n|NOOP\r\n|QUIT\r\n|", 0},
    {"data is left out, other replies are not", START_EHLO,
     "C DATA\nC NOOP\nS 354 | 503\nD x\nD .\nS 250\nC RSET\nS 250", {"220 a\r\n", HELLO, "503 a\r\n", "250 b\r\n", "250 c\r\n"},
     VERDICT_PASS, "", EHLO "DATA\r\nNOOP\r\n|RSET\r\n|QUIT\r\n|", 0},
    {"a chunk behind data that is left out", START_EHLO,
     "C DATA\nS 354 | 503\nD x\nD .\nS 250\n. ends\nC BDAT 1 LAST\n< chunk x\nS 250\n. ends",
     {"220 a\r\n", HELLO, "503 a\r\n", "250 b\r\n"},
     VERDICT_PASS, "", EHLO "DATA\r\n|BDAT 1 LAST\r\nx|QUIT\r\n|", 0},
    {"a message is stuffed", START_DATA, "< send .x\nS 250\n. ends",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n", "250 a\r\n"},
     VERDICT_PASS, "",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|DATA\r\n|"
     "..x\r\n.\r\n|QUIT\r\n|", 0},
    {"closed instead of a reply", START_EHLO, "C NOOP\nS 250\nC RSET\nS 250", {"220 a\r\n", HELLO, "!close"},
     VERDICT_FAIL, "the server closed the connection instead of a reply", EHLO "NOOP\r\n|", 2},
    {"reset instead of a reply", START_EHLO, "C NOOP\nS 250\nC RSET\nS 250", {"220 a\r\n", HELLO, "!reset"},
     VERDICT_ERROR, "the server reset the connection instead of a reply", EHLO "NOOP\r\n|", 2},
    {"reset instead of the answer to QUIT", START_EHLO, "C QUIT\nS 221", {"220 a\r\n", HELLO, "!reset"},
     VERDICT_FAIL, "the server reset the connection instead of a reply", EHLO "QUIT\r\n|", 2},
    {"a refusal for now", START_EHLO, "C MAIL FROM:<>\nS 250\nC NOOP\nS 250", {"220 a\r\n", HELLO, "450 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server refuses for now: 450", EHLO "MAIL FROM:<>\r\n|QUIT\r\n|", 2},
    {"a refusal for now where one is wanted", START_EHLO, "C MAIL FROM:<>\nS 4yz\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "450 a\r\n", "250 a\r\n"}, VERDICT_PASS, "", EHLO "MAIL FROM:<>\r\n|NOOP\r\n|QUIT\r\n|", 0},
    {"a refusal for now where one for good is wanted", START_EHLO, "C DATA\nS 503", {"220 a\r\n", HELLO, "451 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server refuses for now: 451", EHLO "DATA\r\n|QUIT\r\n|", 2},
    {"421 beside one for good lets the server close", START_EHLO, "C DATA\nS 5yz | 421", {"220 a\r\n", HELLO, "451 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server refuses for now: 451", EHLO "DATA\r\n|QUIT\r\n|", 2},
    {"NOOP has no refusal for now", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "451 a\r\n"},
     VERDICT_FAIL, "expected 250, got 451", EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"the first recipient for now", START_EHLO, "C MAIL FROM:<>\nC RCPT TO:<a@b>\nS 250\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "452 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server refuses for now: 452", NULL, 4},
    {"too many recipients", START_EHLO, "C MAIL FROM:<>\nC RCPT TO:<a@b>\nC RCPT TO:<a@b>\nS 250\nS 250\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "452 a\r\n"}, VERDICT_FAIL, "expected 250, got 452", NULL, 6},
    {"TLS first", START_EHLO, "C RSET\nS 250", {"220 a\r\n", HELLO, "530 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server wants TLS or a login first (see --start-with): 530", EHLO "RSET\r\n|QUIT\r\n|", 2},
    {"no service", START_CONNECT, "S 220", {"554 a\r\n"},
     VERDICT_INCONCLUSIVE, "the server offers no service: 554 at the greeting", "QUIT\r\n|", 1},
    {"closed in a line", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "250 o!close"},
     VERDICT_FAIL, "the server closed the connection instead of a reply", EHLO "NOOP\r\n|", 2},
    {"a line of more than 1 MiB that ends", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "!longline"},
     VERDICT_FAIL, "a line of more than 1 MiB without an end", EHLO "NOOP\r\n|", 2},
    {"421 instead of a reply", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "421 a\r\n!close"},
     VERDICT_INCONCLUSIVE, "the server closed the service: 421", EHLO "NOOP\r\n|", 2},
    {"421, and then closed", START_EHLO, "C NOOP\nS 421\nC NOOP\nS 250", {"220 a\r\n", HELLO, "421 a\r\n!close"},
     VERDICT_INCONCLUSIVE, "the server closed the service: 421", EHLO "NOOP\r\n|NOOP\r\n|", 4},
    {"421 in a silence", START_EHLO, "C NOOP\nS 250\n< silence 5000", {"220 a\r\n", HELLO, "250 a\r\n421 b\r\n"},
     VERDICT_INCONCLUSIVE, "the server closed the service: 421", NULL, 3},
    {"421 instead of the close", START_EHLO, "C NOOP\nS 250\n< close-s", {"220 a\r\n", HELLO, "250 a\r\n421 b\r\n"},
     VERDICT_INCONCLUSIVE, "the server closed the service: 421", NULL, 3},
    {"QUIT and the close", START_EHLO, "C QUIT\nS 221\n< close-s", {"220 a\r\n", HELLO, "221 a\r\n!close"},
     VERDICT_PASS, "", EHLO "QUIT\r\n|", 0},
    {"a reply instead of the close", START_EHLO, "C QUIT\nS 221\n< close-s",
     {"220 a\r\n", HELLO, "221 a\r\n250 b\r\n"},
     VERDICT_FAIL, "a reply came instead of the end of the connection", EHLO "QUIT\r\n|", 3},
    {"a reset instead of the close", START_EHLO, "C NOOP\n< close-s", {"220 a\r\n", HELLO, "!reset"},
     VERDICT_INFO, "the server reset the connection instead of closing it", EHLO "NOOP\r\n|", 2},
    {"a reset that is wanted", START_EHLO, "C NOOP\n< reset-s", {"220 a\r\n", HELLO, "!reset"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|", 0},
    {"we close", START_EHLO, "C NOOP\n< close-c\n< close-s", {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|", 0},
    {"we reset", START_EHLO, "< reset-c", {"220 a\r\n", HELLO},
     VERDICT_PASS, "", EHLO, 0},
    {"opened again, the greeting shown", START_EHLO, "< close-c\n< open\nS 220\nC NOOP\nS 250",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"opened twice", START_EHLO, "< close-c\n< open\n< open\nS 220", {"220 a\r\n", HELLO},
     VERDICT_PASS, "", EHLO "QUIT\r\n|", 0},
    {"opened again, EHLO shown", START_EHLO, "< close-c\n< open\nC EHLO x\nS 250",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", EHLO "EHLO x\r\n|QUIT\r\n|", 0},
    {"opened again, HELO shown", START_EHLO, "< close-c\n< open\nC HELO x\nS 250",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", EHLO "HELO x\r\n|QUIT\r\n|", 0},
    {"opened again, LHLO shown", START_EHLO, "< close-c\n< open\nC LHLO x\nS 250",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", EHLO "LHLO x\r\n|QUIT\r\n|", 0},
    {"opened again, anything else", START_EHLO, "< close-c\n< open\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n"}, VERDICT_PASS, "", EHLO EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"no command behind 354", START_EHLO, "C DATA\nS 354\nC RSET\nS 250", {"220 a\r\n", HELLO, "354 a\r\n"},
     VERDICT_INCONCLUSIVE, NULL, EHLO "DATA\r\n|", 3},
    {"before judging begins", START_EHLO, "C MAIL\nS 250\n< judge\nC NOOP\nS 250", {"220 a\r\n", HELLO, "451 a\r\n"},
     VERDICT_INCONCLUSIVE, "in the preparation: the server refuses for now: 451", EHLO "MAIL\r\n|QUIT\r\n|", 2},
    {"reset before judging begins", START_EHLO, "C MAIL\nS 250\n< judge\nC NOOP\nS 250", {"220 a\r\n", HELLO, "!reset"},
     VERDICT_INCONCLUSIVE, "in the preparation: the server reset the connection instead of a reply", EHLO "MAIL\r\n|", 2},
    {"judging has begun", START_EHLO, "C MAIL\nS 250\n< judge\nC NOOP\nS 250", {"220 a\r\n", HELLO, "250 a\r\n", "451 a\r\n"},
     VERDICT_FAIL, "expected 250, got 451", EHLO "MAIL\r\n|NOOP\r\n|QUIT\r\n|", 5},
    {"silence", START_EHLO, "< silence 1\nC NOOP\nS 250", {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"no silence", START_EHLO, "C NOOP\nS 250\n< silence 5000", {"220 a\r\n", HELLO, "250 a\r\n250 b\r\n"},
     VERDICT_FAIL, "the server spoke where silence was expected", EHLO "NOOP\r\n|QUIT\r\n|", 3},
    {"an extra reply is the next one's", START_EHLO, "C NOOP\nS 250\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n500 b\r\n", "250 c\r\n"},
     VERDICT_FAIL, "expected 250, got 500", NULL, 4},
    {"a value is captured and used", START_EHLO, "C VRFY a\nSV 250 <{{who}}>\nC VRFY {{who}}\nSV 250 {{who}}",
     {"220 a\r\n", HELLO, "250 <x@y>\r\n", "250 x@y\r\n"},
     VERDICT_PASS, "", EHLO "VRFY a\r\n|VRFY x@y\r\n|QUIT\r\n|", 0},
    {"a value that is bound differs", START_EHLO, "C VRFY a\nSV 250 {{who}}\nC VRFY b\nSV 250 {{who}}",
     {"220 a\r\n", HELLO, "250 x\r\n", "250 y\r\n"},
     VERDICT_FAIL, "a line of the reply differs from what is written", EHLO "VRFY a\r\n|VRFY b\r\n|QUIT\r\n|", 4},
    {"a chunk has as many octets as are announced", START_RCPT, "C BDAT {{n:int=3}} LAST\n< chunk a{{m:int=12}}\nS 250\n. ends",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n"}, VERDICT_PASS, "", NULL, 0},
    {"a chunk has more octets than are announced", START_RCPT, "C BDAT {{n:int=2}} LAST\n< chunk a{{m:int=12}}\nS 250\n. ends",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n"}, VERDICT_ERROR,
     "BDAT announces 2 octets, the lines behind it have 3 (CRLF counts): nothing is sent",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|QUIT\r\n|", 1},
    {"a sample that was sent is the value", START_EHLO, "C VRFY {{n:int=5}} {{n}}\nSV 250 {{n}}\nC NOOP {{n:int=6}}\nS 250",
     {"220 a\r\n", HELLO, "250 5\r\n", "250 6\r\n"}, VERDICT_PASS, "", EHLO "VRFY 5 5\r\n|NOOP 5\r\n|QUIT\r\n|", 0},
    {"a sample that was sent must come back", START_EHLO, "C VRFY {{n:int=5}}\nSV 250 {{n}}",
     {"220 a\r\n", HELLO, "250 6\r\n"}, VERDICT_FAIL, NULL, NULL, 2},
    {"no QUIT behind octets that were not sent", START_EHLO, "C NOOP\nS 250\n< chunk x\nC VRFY {{nobody}}\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n"}, VERDICT_ERROR, NULL, EHLO "NOOP\r\n|", 4},
    {"an unbound value cannot be sent", START_EHLO, "C VRFY {{nobody}}\nS 250", {"220 a\r\n", HELLO},
     VERDICT_ERROR, NULL, EHLO "QUIT\r\n|", 1},
    {"a keyword line matches any", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V 250-SIZE {{n:int}}\nC NOOP {{n}}\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, "", "EHLO x\r\n|NOOP 2000\r\n|QUIT\r\n|", 0},
    {"a keyword line is missing", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V 250-DSN",
     {"220 a\r\n", HELLO}, VERDICT_FAIL, "no line of the reply matches", "EHLO x\r\n|QUIT\r\n|", 4},
    {"a keyword line may be missing", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V? 250-DSN",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", "EHLO x\r\n|QUIT\r\n|", 0},
    {"a forbidden line is there", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ G! *HELP*",
     {"220 a\r\n", HELLO}, VERDICT_FAIL, "the reply has a line that must not be there", "EHLO x\r\n|QUIT\r\n|", 4},
    {"a forbidden keyword is there", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V! 250-HELP",
     {"220 a\r\n", HELLO}, VERDICT_FAIL, "the reply has a line that must not be there", "EHLO x\r\n|QUIT\r\n|", 4},
    {"a forbidden keyword has parameters", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V! 250 size",
     {"220 a\r\n", HELLO}, VERDICT_FAIL, "the reply has a line that must not be there", "EHLO x\r\n|QUIT\r\n|", 4},
    {"a forbidden keyword with other parameters", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V! 250-SIZE 1000",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", "EHLO x\r\n|QUIT\r\n|", 0},
    {"a forbidden keyword is the host", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ V! 250-STUB",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", "EHLO x\r\n|QUIT\r\n|", 0},
    {"a forbidden line is not there", START_GREETING, "C EHLO x\nS 250\n. keywords\n+ G! *DSN*",
     {"220 a\r\n", HELLO}, VERDICT_PASS, "", "EHLO x\r\n|QUIT\r\n|", 0},
    {"the parameters of a keyword", START_EHLO, "C NOOP {{ehlo:SIZE}}\nS 250", {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, "", EHLO "NOOP 2000\r\n|QUIT\r\n|", 0},
    {"lines by position", START_EHLO, "C HELP\nSV 214-a\n+ V 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"a line differs", START_EHLO, "C HELP\nSV 214-a\n+ V 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-x\r\n214 c\r\n"},
     VERDICT_FAIL, "a line of the reply differs from what is written", EHLO "HELP\r\n|QUIT\r\n|", 3},
    {"too few lines", START_EHLO, "C HELP\nSV 214-a\n+ V 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214 b\r\n"},
     VERDICT_FAIL, "the reply has too few lines", EHLO "HELP\r\n|QUIT\r\n|", 4},
    {"too many lines", START_EHLO, "C HELP\nSV 214-a\n+ V 214 b",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214 c\r\n"},
     VERDICT_FAIL, "the reply has more lines than are written", EHLO "HELP\r\n|QUIT\r\n|", 3},
    {"an optional line comes", START_EHLO, "C HELP\nSV 214-a\n+ V? 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"an optional line does not", START_EHLO, "C HELP\nSV 214-a\n+ V? 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"an unmarked optional line, no room", START_EHLO, "C HELP\nSV 214-a\n+ F? 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"an unmarked optional line, room", START_EHLO, "C HELP\nSV 214-a\n+ F? 214-b\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-x\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"lines that must not come need no room", START_EHLO, "C HELP\nSV 214-a\n+ F? 214-b\n+ G! *zz*\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-x\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"lines that may come need no room", START_EHLO, "C HELP\nSV 214-a\n+ F? 214-b\n+ V? 214-q\n+ V 214 c",
     {"220 a\r\n", HELLO, "214-a\r\n214-x\r\n214 c\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"lines in any order stand together", START_EHLO, "C HELP\nSV 214-a\n+ V~ 214-b\n+ V~ 214-c\n+ F 214 d",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214-d\r\n214-c\r\n214 d\r\n"},
     VERDICT_FAIL, "lines that may come in any order: one of them stands behind other lines", EHLO "HELP\r\n|QUIT\r\n|", 4},
    {"lines in any order", START_EHLO, "C HELP\nSV 214-a\n+ G~ *b*\n+ V~ 214-cb\n+ V 214 d",
     {"220 a\r\n", HELLO, "214-a\r\n214-cb\r\n214-b\r\n214 d\r\n"}, VERDICT_PASS, "", EHLO "HELP\r\n|QUIT\r\n|", 0},
    {"one in any order is missing", START_EHLO, "C HELP\nSV 214-a\n+ G~ *b*\n+ V~ 214-cb\n+ V 214 d",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214-b\r\n214 d\r\n"},
     VERDICT_FAIL, "lines that may come in any order: one of them is missing", EHLO "HELP\r\n|QUIT\r\n|", 4},
    {"one in any order stands too far down", START_EHLO, "C HELP\nSV 214-a\n+ G~ *b*\n+ V~ 214 d\n+ V 214 e",
     {"220 a\r\n", HELLO, "214-a\r\n214-b\r\n214-c\r\n214 d\r\n"},
     VERDICT_FAIL, "lines that may come in any order: one of them stands behind other lines", EHLO "HELP\r\n|QUIT\r\n|", 4},
    {"an optional reply comes", START_EHLO, "C NOOP\nS 251\n. optional\nS 250",
     {"220 a\r\n", HELLO, "251 a\r\n250 b\r\n"}, VERDICT_PASS, "", NULL, 0},
    {"an optional reply does not", START_EHLO, "C NOOP\nS 251\n. optional\nS 250",
     {"220 a\r\n", HELLO, "250 b\r\n"}, VERDICT_PASS, "", EHLO "NOOP\r\n|QUIT\r\n|", 0},
    {"exact to the octet", START_EHLO, "C NOOP\nSE 250 a", {"220 a\r\n", HELLO, "250 a\n"},
     VERDICT_FAIL, "a line of the reply differs from what is written", EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"any code is a code", START_EHLO, "C NOOP\nS xyz", {"220 a\r\n", HELLO, "hello\r\n"},
     VERDICT_FAIL, "expected xyz, got \"hello\\r\\n\"", EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"no code at all", START_EHLO, "C NOOP\nS 250", {"220 a\r\n", HELLO, "hello\r\n"},
     VERDICT_FAIL, "expected 250, got \"hello\\r\\n\"", EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"an optional reply is another one", START_EHLO, "C NOOP\nS 421\n. optional\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 b\r\n"}, VERDICT_FAIL, "expected 421 or no reply, got 250",
     EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"an optional reply at the end is another one", START_EHLO, "C NOOP\nS 421\n. optional",
     {"220 a\r\n", HELLO, "250 a\r\n"}, VERDICT_FAIL, "expected 421 or no reply, got 250",
     EHLO "NOOP\r\n|QUIT\r\n|", 2},
    {"an optional reply is a refusal for now", START_EHLO, "C MAIL\nS 250\n. optional\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "451 a\r\n"}, VERDICT_INCONCLUSIVE, "the server refuses for now: 451",
     EHLO "MAIL\r\n|QUIT\r\n|", 2},
    {"an optional reply is another one and it ends", START_EHLO, "C NOOP\nS 421\n. optional\n< close-c",
     {"220 a\r\n", HELLO, "250 a\r\n"}, VERDICT_FAIL, "expected 421 or no reply, got 250", EHLO "NOOP\r\n|", 2},
    {"a keyword is offered", START_EHLO, "< if SIZE\nC NOOP\nS 250\n< end\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"}, VERDICT_PASS, "", EHLO "NOOP\r\n|RSET\r\n|QUIT\r\n|", 0},
    {"a keyword is offered, as the probe saw", START_GREETING, "< if SIZE\nC NOOP\nS 250\n< end",
     {"220 a\r\n", "250 a\r\n"}, VERDICT_PASS, "", "NOOP\r\n|QUIT\r\n|", 0},
    {"a keyword is not offered", START_EHLO, "< if DSN\nC NOOP\nS 250\n< end\nC RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n"}, VERDICT_PASS, "", EHLO "RSET\r\n|QUIT\r\n|", 0},
    {"a chunk belongs to its BDAT", START_EHLO, "C BDAT 4 LAST\n< chunk QUIT\nS 250\nC NOOP\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"}, VERDICT_PASS, "", EHLO "BDAT 4 LAST\r\nQUIT|NOOP\r\n|QUIT\r\n|", 0},
    {"BDAT has one reply, for all recipients", START_RCPT,
     "C RCPT TO:<a@b>\nS 250\nC RCPT TO:<c@b>\nS 250\nC BDAT 4 LAST\n< chunk QUIT\nS 250\n. ends\nC NOOP\nS 252",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "252 a\r\n"},
     VERDICT_PASS, "",
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|RCPT TO:<a@b>\r\n|"
     "RCPT TO:<c@b>\r\n|BDAT 4 LAST\r\nQUIT|NOOP\r\n|QUIT\r\n|", 0},
    {"a line without an end", START_EHLO, "C NOOP\nS 250\nC RSET\nS 250", {"220 a\r\n", HELLO, "!flood"},
     VERDICT_FAIL, "a line of more than 1 MiB without an end", EHLO "NOOP\r\n|", 2},
    {"TLS is not offered", START_EHLO, "< tls", {"220 a\r\n"},
     VERDICT_UNSUPPORTED, "the server does not offer STARTTLS", "", 0},
};
// clang-format on

static void check_row(const struct row *row, const struct play *play)
{
    const struct play_case *c = &play->cases[0];
    struct buf sent = {0};

    buf_append(&sent, buf_bytes(&c->sent));
    UNIT_ROW(row->name, c->begins == 1 && c->ends == 1);
    UNIT_ROW(row->name, c->verdict == row->verdict);
    UNIT_ROW(row->name, row->reason == NULL || strcmp(c->reason, row->reason) == 0);
    UNIT_ROW(row->name, row->sent == NULL || strcmp(buf_text(&sent), row->sent) == 0);
    UNIT_ROW(row->name, c->line == row->line);
    UNIT_ROW(row->name, c->opened == c->closed);
    if (c->verdict != row->verdict ||
        (row->reason != NULL && strcmp(c->reason, row->reason) != 0) ||
        (row->sent != NULL && strcmp(buf_text(&sent), row->sent) != 0)) {
        fprintf(stderr, "  %s: %s\n  sent %s\n", verdict_name(c->verdict), c->reason,
                buf_text(&sent));
    }
    buf_deinit(&sent);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play play;
        play_init(&play);
        play_add(&play, PROTOCOL_SMTP, rows[i].start, rows[i].dialogue, NULL);
        play_script(&play.mail, rows[i].answers);
        UNIT_ROW(rows[i].name, play_run(&play));
        check_row(&rows[i], &play);
        play_deinit(&play);
    }
}

static const struct unit_test tests[] = {
    {"rows", test_rows},
};

UNIT_MAIN("engine_smtp", tests)
