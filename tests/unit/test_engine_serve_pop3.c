/* Playing the server of POP3: numbers, bodies, maildrops, APOP, what the client stores. */
#include "unit.h"

#include "serve_play.h"

#define LOGIN "?+OK|USER alice|?+OK|PASS secret-alice|?+OK|"
#define QUIT  "QUIT|?+OK|!ended"
/* The first of the default messages ends so. */
#define HELLO_BODY "?Hello.|?.|"

// clang-format off
static const struct serve_row rows[] = {
    {"line one behind the login", "C: STAT\nS: +OK 2 320", LOGIN "STAT|?+OK 2 320|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"any login", "C: STAT\nS: +OK 2 320", "?+OK|CAPA|?.|USER me|?+OK|PASS mine|?+OK|STAT|?+OK 2 320|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the login is the case", "C: USER x\nS: +OK\nC: PASS x\nS: -ERR", "?+OK|USER alice|?+OK|PASS wrong|?-ERR|QUIT|?+OK|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the login is given up", "C: USER x\nS: -ERR\nC: PASS x\nS: -ERR", "?+OK|USER alice|?-ERR|QUIT|?+OK|!exit 1", VERDICT_FAIL, "the client never sent PASS: it said QUIT", 3, NULL, NULL},
    {"never logged in", "C: STAT\nS: +OK 2 320", "?+OK|QUIT|?+OK", VERDICT_INCONCLUSIVE, "before line one: the client never sent STAT: it said QUIT", 1, NULL, NULL},
    {"another message first", "C: RETR 2\nS: -ERR gone", LOGIN "RETR 1|" HELLO_BODY "RETR 2|?-ERR gone|" QUIT, VERDICT_PASS, NULL, 0, "!off script", NULL},
    {"a code alone has the conforming body", "C: LIST\nS: +OK", LOGIN "LIST|?+OK|?1 173|?2 |?.|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"our text, the conforming body", "C: LIST\nS: +OK two of them", LOGIN "LIST|?+OK two of them|?1 173|?2 |?.|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"our own body", "C: LIST\nS: +OK\nS: 1 {{n:int=5}}\nS: 2 7\nS: .\nC: RETR 1\nS: -ERR {{n}}", LOGIN "LIST|?+OK|?1 5|?2 7|?.|RETR 1|?-ERR 5|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a message of the maildrop", "C: RETR 1\nS: +OK {{length \"x\"}} octets\nS: <the POP3 server sends message 1>\nS: .", LOGIN "RETR 1|?+OK 1 octets|?From: |" HELLO_BODY QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a message by TOP", "C: TOP 1 0\nS: +OK\nS: <the POP3 server sends message 1>\nS: .", LOGIN "TOP 1 0|?+OK|?Message-ID|?|?.|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"no such message", "C: RETR 7\nS: +OK\nS: <the POP3 server sends message 7>\nS: .", LOGIN "RETR 7|?+OK", VERDICT_ERROR, "the maildrop has no message 7", 3, NULL, NULL},
    {"its own maildrop", "Given:\n  user me mine\n  nonce <1.2@x>\nRequires: messages 3\n\nC: STAT\nS: +OK {{n:int=3}} {{o:int=1}}", "?<1.2@x>|USER me|?+OK|PASS mine|?+OK|STAT|?+OK 3 1|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"APOP by the digest", "S: +OK ready <1.2@x>\nC: APOP {{u:word}} {{d:hex}}\nS: +OK {{d}}", "?<1.2@x>|APOP alice 0123abcd|?+OK 0123abcd|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"names that the client is told", "C: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK", "?+OK|USER alice|?+OK|PASS secret-alice|?+OK|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a wrong secret", "C: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK", "?+OK|USER alice|?+OK|PASS other|?+OK|" QUIT, VERDICT_FAIL, "the client said PASS, but not as it is written", 3, NULL, NULL},
    {"capabilities", "C: CAPA\nS: +OK\nS: UIDL\nS: .\n<if UIDL>\nC: USER x\nS: +OK one\n<end>\n<if TOP>\nC: NOOP\nS: +OK two\n<end>", "?+OK|CAPA|?+OK|?UIDL|?.|USER alice|?+OK one|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"SASL", "C: AUTH PLAIN\nS: +\nC: {{r:base64}}\nS: +OK in", "?+OK|AUTH PLAIN|?+ |AGEAYg==|?+OK in|STAT|?+OK|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"pipelined", "C: DELE 1\nC: DELE 2\nS: +OK a\nS: +OK b", LOGIN "DELE 1&|DELE 2&|STAT|?+OK a|?+OK b|?+OK|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a body, octet by octet", "C: RETR 1\nS: <octet by octet>\nS: +OK\nS: a\nS: .", LOGIN "RETR 1|?+OK|?a|?.|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"broken off within a body", "C: RETR 1\nS: +OK x\\r\\na\\c\nS: <reset connection>", LOGIN "RETR 1|?+OK|!was-reset|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"stored", "C: RETR 1\nS: +OK\nC: <store message 1>", LOGIN "RETR 1|" HELLO_BODY QUIT "|!output X: y\n\nHello.\n|!exit 0", VERDICT_PASS, NULL, 0, NULL, "f"},
    {"stored, and removed", "C: RETR 1\nS: +OK\nC: <store message 1>", LOGIN "RETR 1|" HELLO_BODY "DELE 1|?+OK|" QUIT "|!output X: y\n\nHello.\n|!exit 0", VERDICT_PASS, NULL, 0, NULL, "f"},
    {"stored, and removed, but another not", "C: RETR 1\nS: +OK\nC: <store message 1>\nC!: DELE 2", LOGIN "RETR 1|" HELLO_BODY "DELE 1|?+OK|" QUIT "|!output X: y\n\nHello.\n|!exit 0", VERDICT_PASS, NULL, 0, "!off script", "f"},
    {"stored, and another removed", "C: RETR 1\nS: +OK\nC: <store message 1>\nC!: DELE 2", LOGIN "RETR 1|" HELLO_BODY "DELE 2|?+OK|" QUIT "|!output X: y\n\nHello.\n|!exit 0", VERDICT_FAIL, "the client said what it must not say here", 4, NULL, "f"},
    {"stored, then opened again", "C: RETR 1\nS: +OK\nC: <store message 1>\nC: <open connection>\nC: NOOP\nS: +OK again", LOGIN "RETR 1|" HELLO_BODY "DELE 1|?+OK|" QUIT "|!output X: y\n\nHello.\n|!exit 0|?+OK|NOOP|?+OK again|" QUIT, VERDICT_PASS, NULL, 0, NULL, "f"},
    {"stored, but another text", "C: RETR 1\nS: +OK\nC: <store message 1>", LOGIN "RETR 1|" HELLO_BODY QUIT "|!output X: y\n\nHallo.\n|!exit 0", VERDICT_FAIL, "what the client stored does not hold the body", 3, NULL, "f"},
    {"stored, but that cannot be seen", "C: RETR 1\nS: +OK\nC: <store message 1>", LOGIN "RETR 1|" HELLO_BODY QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"stored is needed", "Requires: fetched\n\nC: RETR 1\nS: +OK\nC: <store message 1>", LOGIN "RETR 1|" HELLO_BODY QUIT, VERDICT_UNSUPPORTED, "Fetched", 0, NULL, NULL},
    {"store what is not there", "C: RETR 1\nS: +OK\nC: <store message 9>", LOGIN "RETR 1|" HELLO_BODY QUIT, VERDICT_ERROR, "the maildrop has no message 9", 3, NULL, "f"},
    {"for a client of SMTP", "C: NOOP\nS: 250", "?+OK", VERDICT_UNSUPPORTED, "the case is for SMTP, the client speaks POP3", 0, NULL, "p"},
    {"refused, and success reported", "C: RETR 1\nS: -ERR no", LOGIN "RETR 1|?-ERR|" QUIT, VERDICT_PASS, NULL, 0, NULL, "p"},
};
// clang-format on

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct serve_row *row = &rows[i];
        struct serve_play play;
        serve_play_init(&play);
        serve_row_flags(&play, row->flags);
        play.target.client.fetches = row->flags != NULL && strchr(row->flags, 'f') != NULL;
        play.scripted.rest = bytes_of(row->client);
        UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
        UNIT_ROW(row->name, serve_play_run(&play));
        serve_row_check(row, &play);
        serve_play_deinit(&play);
    }
}

static const struct unit_test tests[] = {
    {"rows", test_rows},
};

UNIT_MAIN("engine_serve_pop3", tests)
