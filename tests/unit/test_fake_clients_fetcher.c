/* The fetcher against written servers: what it says to each response, what it has fetched, and its exit status. */
#include "unit.h"

#include "client_dialogue.h"

#define CAPA    "S: +OK hi\nC: CAPA\n"
#define USER    "C: USER alice\n"
#define TO_PASS CAPA "S: -ERR what\n" USER "S: +OK\nC: PASS secret\n"
#define TO_STAT TO_PASS "S: +OK\nC: STAT\n"
#define TO_LIST TO_STAT "S: +OK 2 20\nC: LIST\n"
#define TO_UIDL TO_LIST "S: +OK\nS: 1 10\nS: 2 10\nS: .\nC: UIDL\n"
#define TO_RETR TO_UIDL "S: -ERR what\nC: RETR 1\n"
#define BODY    "S: +OK\nS: Subject: x\nS: \nS: ..dot\nS: .\n"
#define QUIT    "C: QUIT\nS: +OK bye\n"
#define MESSAGE "Subject: x\r\n\r\n.dot\r\n"

#define CRAM      CAPA "S: +OK\nS: SASL PLAIN cram-md5\nS: .\nC: AUTH CRAM-MD5\n"
#define CHALLENGE "S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZS5uZXQ+\n"
#define RESPONSE  "C: YWxpY2UgYWJiN2RlNDljNThkYTE0MTY4NjZiYmM1NjZiN2U1ODU=\n"

struct row {
    const char *name;
    const char *script;
    enum client_result result;
    size_t count;         /* of messages fetched */
    const char *messages; /* all of them */
};

// clang-format off
#define GROUP CAPA "S: +OK\nS: PIPELINING\nS: .\n" USER "S: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 3 30\nC: LIST\nS: +OK\nS: 1 10\nS: 2 10\nS: 4 10\nS: .\nC: UIDL\nS: -ERR\n" \
    "C: RETR 1\nC: RETR 2\nC: RETR 4\n"

static const struct row rows[] = {
    {"two messages", TO_RETR BODY "C: DELE 1\nS: +OK\nC: RETR 2\n" BODY "C: DELE 2\nS: +OK\n" QUIT, CLIENT_DONE, 2, MESSAGE MESSAGE},
    {"empty maildrop", TO_STAT "S: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .\n" QUIT, CLIENT_DONE, 0, ""},
    {"TOP", CAPA "S: +OK\nS: Uidl\nS: top\nS: X-Y z\nS: .\n" USER "S: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 1 9\nC: LIST\nS: +OK\nS: 1 9\nS: .\n"
        "C: UIDL\nS: +OK\nS: 1 abc\nS: .\nC: TOP 1 0\nS: +OK\nS: Subject: x\nS: \nS: .\nC: RETR 1\n" BODY "C: DELE 1\nS: +OK\n" QUIT, CLIENT_DONE, 1, MESSAGE},
    {"TOP refused", CAPA "S: +OK\nS: TOP\nS: .\n" USER "S: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 1 9\nC: LIST\nS: +OK\nS: 1 9\nS: .\n"
        "C: UIDL\nS: -ERR\nC: TOP 1 0\nS: -ERR\nC: RETR 1\n" BODY "C: DELE 1\nS: +OK\n" QUIT, CLIENT_DONE, 1, MESSAGE},
    {"extra text, gaps in the numbers", TO_STAT "S: +OK 2 20 more text\nC: LIST\nS: +OK\nS: 3 10 more\nS: 7 10\nS: .\nC: UIDL\nS: -ERR\nC: RETR 3\n" BODY
        "C: DELE 3\nS: +OK\nC: RETR 7\n" BODY "C: DELE 7\nS: +OK\n" QUIT, CLIENT_DONE, 2, MESSAGE MESSAGE},
    {"text that lies", TO_PASS "S: +OK -ERR error\nC: STAT\nS: -ERR +OK 1 1\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"unknown response code", TO_PASS "S: +OK [X-NEW/SUB] hi\nC: STAT\nS: -ERR [X-NEW] no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"lines like the end", TO_RETR "S: +OK\nS: ...\nS: ..\nS| a\nS| .\nS: b\nS: .x\nS: .\nC: DELE 1\nE\n", CLIENT_REFUSED_FOR_NOW, 1, "..\r\n.\r\na\n.\nb\r\nx\r\n"},
    {"empty message", TO_RETR "S: +OK\nS: .\nC: DELE 1\nE\n", CLIENT_REFUSED_FOR_NOW, 1, ""},
    /* TLS */
    {"inside TLS", CAPA "S: +OK\nS: StlS\nS: .\nC: STLS\nS: +OK\nT\nC: CAPA\nS: -ERR\n" USER "S: -ERR who\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"what was told before TLS", CAPA "S: +OK\nS: TOP\nS: STLS\nS: .\nC: STLS\nS: +OK\nS: -ERR no\nT\nC: CAPA\nS: -ERR\n" USER "S: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 1 9\n"
        "C: LIST\nS: +OK\nS: 1 9\nS: .\nC: UIDL\nS: -ERR\nC: RETR 1\n" BODY "C: DELE 1\nS: +OK\n" QUIT, CLIENT_DONE, 1, MESSAGE},
    {"a bad certificate", CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nt\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"STLS refused", CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR\n" USER "S: -ERR who\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"STLS inside TLS", CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nT\nC: CAPA\nS: +OK\nS: STLS\nS: .\n" USER "S: -ERR who\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"lost where TLS should begin", CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nE\n", CLIENT_REFUSED_FOR_NOW, 0, ""},
    /* groups */
    {"three together", GROUP BODY BODY BODY "C: DELE 1\nS: +OK\nC: DELE 2\nS: +OK\nC: DELE 4\nS: +OK\n" QUIT, CLIENT_DONE, 3, MESSAGE MESSAGE MESSAGE},
    {"the second is refused", GROUP BODY "S: -ERR no\n" BODY "C: DELE 1\nS: +OK\nC: DELE 4\nS: +OK\n" QUIT, CLIENT_REFUSED, 2, MESSAGE MESSAGE},
    {"the last is refused", GROUP BODY BODY "S: -ERR no\nC: DELE 1\nS: +OK\nC: DELE 2\nS: +OK\n" QUIT, CLIENT_REFUSED, 2, MESSAGE MESSAGE},
    {"all are refused", GROUP "S: -ERR no\nS: -ERR no\nS: -ERR no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"lost within the group", GROUP BODY "S: +OK\nS: x\nE\n", CLIENT_REFUSED_FOR_NOW, 1, MESSAGE},
    {"no response, but all are read", GROUP BODY "S: what\n" BODY QUIT, CLIENT_PROTOCOL_ERROR, 2, MESSAGE MESSAGE},
    {"PIPELINING of before TLS", CAPA "S: +OK\nS: PIPELINING\nS: STLS\nS: .\nC: STLS\nS: +OK\nT\nC: CAPA\nS: -ERR\n" USER "S: +OK\nC: PASS secret\nS: +OK\nC: STAT\nS: +OK 2 9\n"
        "C: LIST\nS: +OK\nS: 1 9\nS: 2 9\nS: .\nC: UIDL\nS: -ERR\nC: RETR 1\nE\n", CLIENT_REFUSED_FOR_NOW, 0, ""},
    /* logins by AUTH */
    {"CRAM-MD5", CRAM CHALLENGE RESPONSE "S: +OK\nC: STAT\nS: -ERR no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"CRAM-MD5 refused", CRAM CHALLENGE RESPONSE "S: -ERR no\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"a second challenge", CRAM CHALLENGE RESPONSE CHALLENGE "C: *\nS: -ERR\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"a challenge that is not base64", CRAM "S: + who?\nC: *\nS: -ERR\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"padding in front", CRAM "S: + =AAA\nC: *\nS: + \n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"what was offered before TLS by SASL", CAPA "S: +OK\nS: SASL CRAM-MD5\nS: STLS\nS: .\nC: STLS\nS: +OK\nT\nC: CAPA\nS: -ERR\n" USER "S: -ERR who\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    /* refusals */
    {"greeting refused", "S: -ERR no\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"greeting, no access", "S: -ERR [AUTH] no\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"USER refused", CAPA "S: -ERR\n" USER "S: -ERR who\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"PASS refused", TO_PASS "S: -ERR no\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"in use", TO_PASS "S: -ERR [in-use] no\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"in use, sub-level", TO_PASS "S: -ERR [IN-USE/X] no\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"another code with that beginning", TO_PASS "S: -ERR [IN-USES] no\n" QUIT, CLIENT_LOGIN_REFUSED, 0, ""},
    {"login delay", TO_PASS "S: -ERR [LOGIN-DELAY] no\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"temporary", TO_PASS "S: -ERR [SYS/TEMP] no\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"permanent", TO_PASS "S: -ERR [SYS/PERM] no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"STAT refused", TO_STAT "S: -ERR no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"LIST refused", TO_LIST "S: -ERR no\n" QUIT, CLIENT_REFUSED, 0, ""},
    {"RETR refused, the other fetched", TO_RETR "S: -ERR no\nC: RETR 2\n" BODY "C: DELE 2\nS: +OK\n" QUIT, CLIENT_REFUSED, 1, MESSAGE},
    {"DELE refused", TO_RETR BODY "C: DELE 1\nS: -ERR no\nC: RETR 2\n" BODY "C: DELE 2\nS: +OK\n" QUIT, CLIENT_REFUSED, 2, MESSAGE MESSAGE},
    {"QUIT refused behind DELE", TO_RETR BODY "C: DELE 1\nS: +OK\nC: RETR 2\n" BODY "C: DELE 2\nS: +OK\nC: QUIT\nS: -ERR some left\n", CLIENT_REFUSED, 2, MESSAGE MESSAGE},
    {"QUIT refused, nothing deleted", TO_STAT "S: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .\nC: QUIT\nS: -ERR\n", CLIENT_DONE, 0, ""},
    /* losses */
    {"lost before the greeting", "E\n", CLIENT_REFUSED_FOR_NOW, 0, ""},
    {"lost within a message", TO_RETR BODY "C: DELE 1\nS: +OK\nC: RETR 2\nS: +OK\nS: Subject: y\nE\n", CLIENT_REFUSED_FOR_NOW, 1, MESSAGE},
    {"lost at QUIT behind DELE", TO_RETR BODY "C: DELE 1\nS: +OK\nC: RETR 2\n" BODY "C: DELE 2\nS: +OK\nC: QUIT\nE\n", CLIENT_REFUSED_FOR_NOW, 2, MESSAGE MESSAGE},
    {"lost at QUIT, nothing deleted", TO_STAT "S: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .\nC: QUIT\nE\n", CLIENT_DONE, 0, ""},
    /* what cannot be read */
    {"no indicator", "S: hello\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"STAT without size", TO_STAT "S: +OK 2\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"LIST without numbers", TO_LIST "S: +OK\nS: hello\nS: .\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"message 0", TO_LIST "S: +OK\nS: 0 10\nS: .\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"continuation", TO_PASS "S: + \n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"RETR nonsense", TO_RETR "S: hello\n" QUIT, CLIENT_PROTOCOL_ERROR, 0, ""},
    {"bare LF ends no line", "S| -ERR a\nS: b\n" QUIT, CLIENT_REFUSED_FOR_NOW, 0, ""},
};
// clang-format on

static void check_fetched(const struct row *row, const struct client_settings *settings,
                          bool by_octet)
{
    struct client_machine machine;
    client_dialogue_run(row->name, settings, row->script, by_octet, &machine);
    UNIT_ROW(row->name, fetcher_count(machine.fetcher) == row->count);
    UNIT_ROW(row->name, bytes_is(fetcher_messages(machine.fetcher), row->messages));
    client_machine_free(&machine);
}

static void test_dialogues(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        UNIT_ROW(rows[i].name,
                 client_dialogue_check(rows[i].name, &settings, rows[i].script, rows[i].result));
        check_fetched(&rows[i], &settings, false);
        check_fetched(&rows[i], &settings, true);
    }
}

static void test_keep(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    settings.keep = true;
    CU_ASSERT(client_dialogue_check("keep", &settings,
                                    TO_RETR BODY "C: RETR 2\n" BODY "C: QUIT\nE\n", CLIENT_DONE));
}

/* ---- what an earlier session has fetched ---- */

static void check_session(const char *name, const struct client_settings *settings,
                          const char *script, size_t count)
{
    struct client_machine machine;
    UNIT_ROW(name, client_dialogue_run(name, settings, script, false, &machine));
    UNIT_ROW(name, fetcher_count(machine.fetcher) == count);
    client_machine_free(&machine);
}

#define TO_IDS TO_UIDL "S: +OK\nS: 1 abc\nS: 2 def\nS: .\n"

static void test_memory(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    settings.memory = client_memory_new();
    check_session("lost behind a message", &settings, TO_IDS "C: RETR 1\n" BODY "C: DELE 1\nE\n",
                  1);
    settings.owner = 1;
    check_session("of somebody else", &settings, TO_IDS "C: RETR 1\nE\n", 0);
    settings.owner = 0;
    check_session("cut off", &settings,
                  TO_IDS "C: DELE 1\nS: +OK\nC: RETR 2\nS: +OK\nS: Subject: x\nE\n", 0);
    settings.keep = true;
    check_session("kept", &settings, TO_IDS "C: RETR 2\n" BODY QUIT, 1);
    check_session("all of them", &settings, TO_IDS QUIT, 0);
    settings.faults.on[CLIENT_FAULT_POP3_NOT_FETCHED_AGAIN] = true;
    check_session("the fault", &settings, TO_IDS "C: RETR 1\n" BODY "C: RETR 2\n" BODY QUIT, 2);
    client_memory_free(&settings.memory);
}

/* ---- bounds: QUIT is sent, nothing waited for ---- */

static void check_flood(const char *name, const char *begin, const char *piece, size_t copies)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    struct buf out = {0};
    struct fetcher *fetcher = fetcher_new(&settings, &out);
    fetcher_feed(fetcher, bytes_of(begin), &out);
    for (size_t i = 0; i < copies; i++) {
        fetcher_feed(fetcher, bytes_of(piece), &out);
    }
    UNIT_ROW(name, fetcher_is_over(fetcher) && fetcher_result(fetcher) == CLIENT_PROTOCOL_ERROR);
    UNIT_ROW(name, bytes_ends(buf_bytes(&out), "\r\nQUIT\r\n"));
    fetcher_free(&fetcher);
    buf_deinit(&out);
}

#define LOGIN "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK 1 1\r\n"
#define LINE_256                                                                                   \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"

static void test_floods(void)
{
    check_flood("line without end", "+OK\r\n", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1000);
    check_flood("listing without end", LOGIN "+OK\r\n", "1 1\r\n1 1\r\n1 1\r\n1 1\r\n", 1 << 18);
    check_flood("message without end", LOGIN "+OK\r\n1 1\r\n.\r\n-ERR\r\n+OK\r\n", LINE_256,
                1 << 19);
}

static const struct unit_test tests[] = {
    {"dialogues", test_dialogues},
    {"keep",      test_keep     },
    {"memory",    test_memory   },
    {"floods",    test_floods   },
};

UNIT_MAIN("fake_clients_fetcher", tests)
