/* Playing the server: how the client ends, what is told of it, and what ends a case from outside. */
#include "unit.h"

#include "cli/built_in.h"
#include "cli/built_in_client.h"
#include "serve_play.h"

#define HELLO "?220 |EHLO c.example|?250 |"
#define MAIL  "MAIL FROM:<a@b.example>|?250|"
#define RCPT  "RCPT TO:<c@d.example>|?250|"
#define QUIT  "QUIT|?221|!ended"
#define DATA  "DATA|?354|"
#define TEXT  "Subject: x||hello|.|?250|"
#define SENT  HELLO MAIL RCPT DATA TEXT QUIT
#define ANY   "C: MAIL FROM:<x>\nS: 250"

// clang-format off
static const struct serve_row end_rows[] = {
    {"it never connects", ANY, "!exit 3", VERDICT_ERROR, "before line one: the client never connected; it ended with status 3", 1, NULL, NULL},
    {"it does not connect, and stays", ANY, "!hang", VERDICT_ERROR, "the client did not connect in 400 ms, and was stopped", 1, NULL, "t"},
    {"it never connects: our line first", "S: 220 hi\nC: QUIT\nS: 221", "!exit 3", VERDICT_ERROR, "the client never connected", 1, NULL, NULL},
    {"it never connects: we close first", "Start: connect\n\nS: <close connection>", "!exit 3", VERDICT_ERROR, "the client never connected", 3, NULL, NULL},
    {"it never connects: silence first", "Start: connect\n\nC: <silence 20ms>\nS: 220", "!exit 3", VERDICT_ERROR, "the client never connected", 3, NULL, NULL},
    {"it never connects: we wait first", "Start: connect\n\nS: <wait 20ms>\nS: 220", "!exit 3", VERDICT_ERROR, "the client never connected", 3, NULL, NULL},
    {"it does not connect, and stays: we wait first", "Start: connect\n\nS: <wait 20ms>\nS: 220", "!hang", VERDICT_ERROR, "the client did not connect in 400 ms, and was stopped", 3, NULL, "t"},
    {"it does not connect, and stays: silence first", "Start: connect\n\nC: <silence 20ms>\nS: 220", "!hang", VERDICT_ERROR, "the client did not connect in 400 ms, and was stopped", 3, NULL, "t"},
    {"it never connects: message data first", "Start: data\n\nC: .\nS: 250", "!exit 3", VERDICT_ERROR, "the client never connected", 3, NULL, NULL},
    {"it cannot be started", ANY, "!cannot", VERDICT_ERROR, "the client could not be started: no such program", 1, NULL, NULL},
    {"killed by a signal before it connects", ANY, "!signal 11", VERDICT_ERROR, "the client never connected; it was killed by signal 11 (Segmentation fault)", 1, NULL, NULL},
    {"killed by a signal before line one", ANY, "?220|!signal 11", VERDICT_ERROR, "it was killed by signal 11 (Segmentation fault)", 1, NULL, NULL},
    {"killed by a signal in the middle", ANY "\nC: RCPT TO:<y>\nS: 250", HELLO MAIL "!signal 6", VERDICT_FAIL, "the client never sent RCPT: it closed the connection; it was killed by signal 6", 3, NULL, NULL},
    {"killed by a signal behind the last line", ANY, HELLO MAIL QUIT "|!signal 11", VERDICT_FAIL, "the client did not end in good order: it was killed by signal 11", 0, NULL, NULL},
    {"too late", ANY, HELLO MAIL QUIT "|!late", VERDICT_FAIL, "it ran longer than its time limit and was killed", 0, NULL, NULL},
    {"a flood", ANY, HELLO MAIL QUIT "|!flood", VERDICT_ERROR, "it wrote too much and was killed", 0, NULL, NULL},
    {"it leaves a process", ANY, HELLO MAIL QUIT "|!left 1", VERDICT_INFO, "the client left 1 process running in the background", 0, "the client left 1 process running in the background: killed", NULL},
    {"it leaves two processes", ANY, HELLO MAIL QUIT "|!left 2", VERDICT_INFO, "the client left 2 processes running in the background", 0, NULL, NULL},
    {"it hangs behind the last line", ANY, HELLO MAIL "!hang", VERDICT_FAIL, "behind the last line of the dialogue the client neither spoke nor ended in 400 ms: it was stopped", 0, NULL, "t"},
    {"it hangs, and we have closed", ANY "\nS: <close connection>", HELLO MAIL "!hang", VERDICT_FAIL, "neither spoke nor ended in 400 ms", 0, NULL, "t"},
    {"it leaves without QUIT", ANY, HELLO MAIL "!close", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"of much output the first and the last lines are", ANY, HELLO MAIL QUIT "|!output 1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n|!exit 0", VERDICT_PASS, NULL, 0,
     "standard output: 3\nstandard output: (2 lines left out)\nstandard output: 6\n", NULL},
    {"its output is shown", ANY, HELLO MAIL QUIT "|!output so it goes|!exit 0", VERDICT_PASS, NULL, 0, "standard output: so it goes", NULL},
    {"its end is noted", ANY, HELLO MAIL QUIT "|!exit 4", VERDICT_PASS, NULL, 0, "the client has ended: it ended with status 4", NULL},
    {"Timeout: is for each wait", "Timeout: 400ms\n\n" ANY "\nC: RSET\nS: 250", HELLO MAIL "!hang", VERDICT_FAIL, "it said nothing for 400 ms", 5, NULL, NULL},
    {"interrupted in the middle", ANY "\nC: RSET\nS: 250", HELLO MAIL "!interrupt|!hang", VERDICT_INCONCLUSIVE, "interrupted", 0, NULL, NULL},
    {"interrupted before line one", ANY, "?220|!interrupt|!hang", VERDICT_INCONCLUSIVE, "interrupted", 0, NULL, NULL},
    {"interrupted behind the last line", ANY, HELLO MAIL "!interrupt|!hang", VERDICT_INCONCLUSIVE, "interrupted", 0, NULL, NULL},
};

static const struct serve_row exit_rows[] = {
    /* Judged by what was said. */
    {"accepted, ok", ANY, SENT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"accepted, failure", ANY, SENT "|!exit 1", VERDICT_FAIL, "the message was accepted and nothing refused, and the client reports failure: it ended with status 1", 0, NULL, NULL},
    {"refused, ok", "C: MAIL FROM:<x>\nS: 550", HELLO "MAIL FROM:<a>|?550|" QUIT, VERDICT_FAIL, "no message was accepted, and the client reports success", 0, NULL, NULL},
    {"refused, failure", "C: MAIL FROM:<x>\nS: 550", HELLO "MAIL FROM:<a>|?550|" QUIT "|!exit 69", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused in part, either", "Start: mail\n\nC: RCPT TO:<x>\nS: 550", HELLO MAIL "RCPT TO:<x>|?550|" RCPT DATA TEXT QUIT "|!exit 69", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused, then accepted", "C: MAIL FROM:<x>\nS: 451", HELLO "MAIL FROM:<a>|?451|" MAIL RCPT DATA TEXT QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"what no mail depends on", "C?: VRFY x\nS: 550\nC: MAIL FROM:<x>\nS: 250", HELLO "VRFY a|?550|" MAIL RCPT DATA TEXT QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"status 77 means success here", ANY, SENT "|!exit 77", VERDICT_PASS, NULL, 0, NULL, "x"},
    /* <exit ...>: 0 and 77 ok, 75 temporary, 69 permanent. */
    {"exit ok", ANY "\nC: <exit ok>", SENT, VERDICT_PASS, NULL, 0, NULL, "x"},
    {"exit ok, but fails", ANY "\nC: <exit ok>", SENT "|!exit 75", VERDICT_FAIL, "the client ended with status 75, which tells a temporary failure; <exit ok> was expected", 3, NULL, "x"},
    {"exit failure", ANY "\nC: <exit failure>", SENT "|!exit 69", VERDICT_PASS, NULL, 0, NULL, "x"},
    {"exit failure, but succeeds", ANY "\nC: <exit failure>", SENT, VERDICT_FAIL, "which tells success; <exit failure> was expected", 3, NULL, "x"},
    {"exit temporary", ANY "\nC: <exit temporary>", SENT "|!exit 75", VERDICT_PASS, NULL, 0, NULL, "x"},
    {"exit temporary, but permanent", ANY "\nC: <exit temporary>", SENT "|!exit 69", VERDICT_NON_STRICT, "which tells a permanent failure", 3, NULL, "x"},
    {"exit temporary, but succeeds", ANY "\nC: <exit temporary>", SENT, VERDICT_FAIL, "which tells success", 3, NULL, "x"},
    {"exit permanent", ANY "\nC: <exit permanent>", SENT "|!exit 69", VERDICT_PASS, NULL, 0, NULL, "x"},
    {"exit permanent, but a failure of no class", ANY "\nC: <exit permanent>", SENT "|!exit 1", VERDICT_NON_STRICT, "which tells a failure", 3, NULL, "x"},
    {"exit temporary where the target tells none", ANY "\nC: <exit temporary>", SENT "|!exit 69", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"exit ok, but killed", ANY "\nC: <exit ok>", SENT "|!signal 9", VERDICT_FAIL, "the client did not end in good order: it was killed by signal 9", 3, NULL, NULL},
    {"exit ok, but it never came", "C: <exit ok>", "!exit 0", VERDICT_ERROR, "the client never connected", 1, NULL, NULL},
    {"exit alone", "C: <exit failure>", HELLO QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"behind an <exit> the conforming server goes on", ANY "\nC: <exit failure>", SENT "|!exit 1", VERDICT_PASS, NULL, 0, "!off script", NULL},
    {"behind an <exit> it does not say what it must not", ANY "\nC: <exit failure>\nC!: VRFY", HELLO MAIL RCPT QUIT "|!exit 1", VERDICT_PASS, NULL, 0, "!off script", NULL},
    {"behind an <exit> it says what it must not", ANY "\nC: <exit failure>\nC!: VRFY", HELLO MAIL RCPT "VRFY x|?|" QUIT "|!exit 1", VERDICT_FAIL, "the client said what it must not say here", 4, NULL, NULL},
    {"what it must not say stands behind another connection", ANY "\nC2: NOOP\nS2: 250\nC!: VRFY", HELLO MAIL RCPT QUIT "|!to 2|" HELLO "NOOP|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"two ways to fail, the graver is told", "Start: rcpt\n\nC: DATA\nS: 354\nC=: a\nC: .\nS: 250\nC: <exit temporary>", HELLO MAIL RCPT DATA "b|.|?250|" QUIT "|!exit 69", VERDICT_FAIL, "in its place", 5, NULL, "xk"},
};
// clang-format on

static void exit_row_play(const struct serve_row *row)
{
    struct serve_play play;
    serve_play_init(&play);
    serve_row_flags(&play, row->flags);
    if (row->flags != NULL && strchr(row->flags, 'x') != NULL) {
        CU_ASSERT_PTR_NULL(
            client_field_take(&play.target.client, "Exit-ok", BYTES_LIT("0 77"), play.arena));
        CU_ASSERT_PTR_NULL(
            client_field_take(&play.target.client, "Exit-temporary", BYTES_LIT("75"), play.arena));
        CU_ASSERT_PTR_NULL(
            client_field_take(&play.target.client, "Exit-permanent", BYTES_LIT("69"), play.arena));
    }
    play.scripted.rest = bytes_of(row->client);
    UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
    UNIT_ROW(row->name, serve_play_run(&play));
    serve_row_check(row, &play);
    serve_play_deinit(&play);
}

static void test_end(void)
{
    SERVE_ROWS(end_rows);
}

static void test_exit(void)
{
    for (size_t i = 0; i < sizeof exit_rows / sizeof exit_rows[0]; i++) {
        exit_row_play(&exit_rows[i]);
    }
}

/* ---- The session that finds out what the client does ---- */

static void test_probe(void)
{
    static const struct {
        const char *probe;
        const char *scenario;
        enum verdict verdict; /* of the case; VERDICT_COUNT: the run breaks off */
        const char *text;
    } rows[] = {
        {"?220|QUIT|?221",                        ANY,                            VERDICT_PASS,        ""                                                     },
        {"?220|EHLO c|?250 |NOOP|?250|QUIT|?221", "Requires: sends NOOP\n\n" ANY, VERDICT_PASS,        ""                                                     },
        {"?220|EHLO c|?250 |QUIT|?221",           "Requires: sends NOOP\n\n" ANY, VERDICT_UNSUPPORTED,
         "the client does not send NOOP of itself"                                                                                                            },
        {"?220|!close|!signal 11",                ANY,                            VERDICT_PASS,        ""                                                     },
        {"?220|!exit 9",                          ANY,                            VERDICT_PASS,        ""                                                     },
        {"!exit 9",                               ANY,                            VERDICT_COUNT,       "the client never connected; it ended with status 9"   },
        {"!cannot",                               ANY,                            VERDICT_COUNT,       "the client could not be started: no such program"     },
        {"!hang",                                 ANY,                            VERDICT_COUNT,       "the client did not connect in 400 ms, and was stopped"},
        {"?220|!hang",                            ANY,                            VERDICT_PASS,        ""                                                     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        play.config.time_scale = strstr(rows[i].probe, "!hang") != NULL ? 0.04 : 1;
        play.scripted.probe = rows[i].probe;
        play.scripted.rest = bytes_of(HELLO MAIL "!close");
        UNIT_ROW(rows[i].probe, serve_play_add(&play, "t/case", rows[i].scenario));
        UNIT_ROW(rows[i].probe, serve_play_run(&play));
        bool broken = rows[i].verdict == VERDICT_COUNT;
        UNIT_ROW(rows[i].probe, play.cases[0].ends == (broken ? 0U : 1U));
        UNIT_ROW(rows[i].probe, broken || play.cases[0].verdict == rows[i].verdict);
        const char *text = broken ? play.broken_off : play.cases[0].reason;
        UNIT_ROW(rows[i].probe, strcmp(text, rows[i].text) == 0);
        if (strcmp(text, rows[i].text) != 0) {
            fprintf(stderr, "  %s: %s\n", verdict_name(play.cases[0].verdict), text);
        }
        serve_play_deinit(&play);
    }
}

/* ---- Clients that are no scripts ---- */

struct other_row {
    const char *scenario;
    enum verdict verdict;
    const char *reason;
    unsigned line;
};

static void other_row_check(const struct other_row *row, struct serve_play *play)
{
    struct serve_play_case *c = &play->cases[0];
    UNIT_ROW(row->scenario, c->begins == 1 && c->ends == 1 && c->late == 0);
    UNIT_ROW(row->scenario, c->opened == c->closed);
    UNIT_ROW(row->scenario, c->verdict == row->verdict && c->line == row->line);
    UNIT_ROW(row->scenario, serve_row_reason(row->reason, c->reason));
    if (c->verdict != row->verdict || !serve_row_reason(row->reason, c->reason) ||
        c->line != row->line) {
        fprintf(stderr, "  %s, line %u: %s\n  notes:\n%s  said:\n%s  heard:\n%s",
                verdict_name(c->verdict), c->line, c->reason, buf_text(&c->notes),
                buf_text(&c->said), buf_text(&c->heard));
    }
}

/* The same dialogue, played from its other side. */
static void test_both(void)
{
    // clang-format off
    static const struct other_row rows[] = {
        {"C: NOOP\nS: 250", VERDICT_PASS, NULL, 0},
        {"S: 220 hi\nC: EHLO x\nS: 250-a\nS: 250 SIZE 5\n<if SIZE>\nC: NOOP\nS: 250\n<end>\n<if DSN>\nC: RSET\nS: 250\n<end>\nC: QUIT\nS: 221\nS: <close connection>", VERDICT_PASS, NULL, 0},
        {"Start: mail\n\nC: RCPT TO:<{{rcpt}}>\nC: DATA\nS: 250\nS: 354\nC: x\nC=: ..y\nC: .\nS: 250 {{id:word=7}}\nC: NOOP {{id}}\nS: 250 {{id}}", VERDICT_PASS, NULL, 0},
        {"Start: rcpt\n\nC: BDAT 3\nC: a\nC: BDAT 3 LAST\nC: b\nS: 250\nS: 250\nC: QUIT\nS: 221", VERDICT_PASS, NULL, 0},
        {"Requires: lmtp\nStart: mail\n\nC: RCPT TO:<{{rcpt}}>\nS: 250\nC: RCPT TO:<{{rcpt2}}>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250 a\nS: 451 b", VERDICT_PASS, NULL, 0},
        {"Requires: lmtp\nStart: mail\n\nC: RCPT TO:<{{rcpt}}>\nS: 250\nC: RCPT TO:<{{rcpt2}}>\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250", VERDICT_PASS, NULL, 0},
        {"C: AUTH LOGIN\nS: 334\nC: eA==\nS: 334\nC: *\nS: 501", VERDICT_PASS, NULL, 0},
        {"C: NOOP\nS: 250\nC: <reset connection>\nC: <open connection>\nS: 220\nC: EHLO x\nS: 250", VERDICT_PASS, NULL, 0},
        {"C: NOOP\nS: 250\nS: <reset connection>", VERDICT_PASS, NULL, 0},
        {"C: NOOP\nC2: NOOP\nS2: 251\nS: 252", VERDICT_PASS, NULL, 0},
        {"C: NOOP\nS: <octet by octet>\nS: 250 yes\nS: <wait 10ms>", VERDICT_PASS, NULL, 0},
        {"C: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK\nC: LIST\nS: +OK\nC: RETR 1\nS: +OK\nS: <the POP3 server sends message 1>\nS: .\nC: QUIT\nS: +OK", VERDICT_PASS, NULL, 0},
        {"Requires: messages 2\n\nC: STAT\nS: +OK {{n:int=2}} {{size:int=320}}\nC: DELE {{n}}\nS: +OK", VERDICT_PASS, NULL, 0},
        {"C: NOOP\nS: 250\nC: <exit failure>", VERDICT_PASS, NULL, 0},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        struct tls_authority *authority = tls_authority_open(NULL, NULL);
        struct built_in_trust *trust = built_in_trust_new(authority, "alice", NULL);
        struct built_in_world world = {.loop = play.loop, .trust = trust};
        struct built_in *names = built_in_new(&world, NULL, NULL);
        play.role = ROLE_BOTH;
        play.target = *built_in_target(names);
        UNIT_ROW(rows[i].scenario, serve_play_add(&play, "t/case", rows[i].scenario));
        UNIT_ROW(rows[i].scenario, serve_play_run(&play));
        other_row_check(&rows[i], &play);
        built_in_free(&names);
        built_in_trust_free(&trust);
        tls_authority_free(&authority);
        serve_play_deinit(&play);
    }
}

/* The honest client of this program. */
static void test_built_in(void)
{
    // clang-format off
    static const struct other_row rows[] = {
        {"Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: x\nC:\nC=: ..dot\nC: .\nS: 250\nC: QUIT\nS: 221\nC: <exit ok>", VERDICT_PASS, NULL, 0},
        {"Start: mail\n\nC: RCPT TO:<{{rcpt}}>\nS: 4yz\nC: <exit temporary>", VERDICT_PASS, NULL, 0},
        {"Start: mail\n\nC: RCPT TO:<{{rcpt}}>\nS: 5yz\nC: <exit permanent>", VERDICT_PASS, NULL, 0},
        {"C: MAIL FROM:<{{sender}}>\nS: 250\nC: VRFY x\nS: 252", VERDICT_FAIL, "the client never sent VRFY", 3},
        {"Start: pop3-transaction\n\nC: RETR 1\nS: +OK\nS: <the POP3 server sends message 1>\nS: .\nC: <store message 1>", VERDICT_PASS, NULL, 0},
        {"Requires: fetched, messages 1\n\nC: RETR 1\nS: +OK\nC: <store message 1>\nC: <exit ok>", VERDICT_PASS, NULL, 0},
        {"C: USER {{user}}\nS: -ERR no\nC: <exit failure>", VERDICT_PASS, NULL, 0},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        play.target = built_in_client_target();
        play.starter = built_in_client_starter(&(struct built_in_clients){0});
        UNIT_ROW(rows[i].scenario, serve_play_add(&play, "t/case", rows[i].scenario));
        UNIT_ROW(rows[i].scenario, serve_play_run(&play));
        other_row_check(&rows[i], &play);
        serve_play_deinit(&play);
    }
}

/* ---- Real processes ---- */

#define SAYS(lines) "printf '" lines "' {{rcpt}} | nc -N {{host}} {{port}}"
#define SENDS       SAYS("EHLO me.here\\r\\nMAIL FROM:<me@here>\\r\\nRCPT TO:<%s>\\r\\nQUIT\\r\\n")
#define FETCHES                                                                                    \
    "printf 'USER %s\\r\\nPASS x\\r\\nRETR 1\\r\\nQUIT\\r\\n' {{user}} | nc -N {{host}} {{port}}"

/* Names that the command does not hold are the client's own: they are caught from what it says. */
static void test_process(void)
{
    // clang-format off
    static const struct {
        const char *fields;
        struct other_row row;
        const char *said; /* by us: a part of it */
    } rows[] = {
        {"Client: " SENDS, {"C: EHLO {{client}}\nS: 250-hi {{client}}\nS: 250 SIZE\nC: MAIL FROM:<{{sender}}>\nS: 250 {{sender}}\nC: RCPT TO:<{{rcpt}}>\nS: 250 {{rcpt}}", VERDICT_PASS, NULL, 0}, "250-hi me.here\r\n250 SIZE\r\n250 me@here\r\n250 alice@example.test\r\n"},
        {"Client: " SAYS("EHLO x\\r\\nMAIL FROM:<me@here>\\r\\nRCPT TO:<x%s>\\r\\nQUIT\\r\\n"), {"C: RCPT TO:<{{rcpt}}>\nS: 250", VERDICT_FAIL, "the client said RCPT, but not as it is written", 1}, NULL},
        {"Client: " SENDS "; kill -SEGV $$", {"C: RCPT TO:<{{rcpt}}>\nS: 250", VERDICT_FAIL, "the client did not end in good order: it was killed by signal 11", 0}, NULL},
        {"Client: " SENDS "; sleep 60 & exit 0", {"C: RCPT TO:<{{rcpt}}>\nS: 250", VERDICT_INFO, "the client left 1 process running in the background", 0}, NULL},
        {"Client: " SENDS "; exit 75\nExit-temporary: 75", {"C: RCPT TO:<{{rcpt}}>\nS: 451\nC: <exit temporary>", VERDICT_PASS, NULL, 0}, NULL},
        {"Client: pop3:" FETCHES " >{{dir}}/box\nFetched: {{dir}}/box", {"C: RETR 1\nS: +OK\nC: <store message 1>", VERDICT_PASS, NULL, 0}, NULL},
        {"Client: pop3:" FETCHES "\nFetched: {{dir}}/box", {"C: RETR 1\nS: +OK\nC: <store message 1>", VERDICT_FAIL, "nothing was stored", 3}, NULL},
        {"Client: pop3:" FETCHES "\nFetched: output", {"C: RETR 1\nS: +OK\nC: <store message 1>", VERDICT_PASS, NULL, 0}, NULL},
        {"Client: " SENDS " | head -c 4; sleep 60\nTime-limit: 1s", {"C: RCPT TO:<{{rcpt}}>\nS: 250\nC: <exit ok>", VERDICT_FAIL, "it ran longer than its time limit and was killed", 3}, NULL},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        struct bytes rest = bytes_of(rows[i].fields);
        struct bytes line;
        serve_play_init(&play);
        while (bytes_next(&rest, '\n', &line)) {
            struct bytes name = {0};
            (void)bytes_next(&line, ':', &name);
            UNIT_ROW(rows[i].fields,
                     client_field_take(&play.target.client, arena_text(play.arena, name),
                                       bytes_trim(line), play.arena) == NULL);
        }
        UNIT_ROW(rows[i].fields, serve_play_add(&play, "t/case", rows[i].row.scenario));
        UNIT_ROW(rows[i].fields, serve_play_run(&play));
        other_row_check(&rows[i].row, &play);
        UNIT_ROW(rows[i].fields, rows[i].said == NULL ||
                                     strstr(buf_text(&play.cases[0].said), rows[i].said) != NULL);
        if (play.cases[0].ends == 0) {
            fprintf(stderr, "  %s\n", play.broken_off);
        }
        serve_play_deinit(&play);
    }
}

/* Only one that has no connection to wait on, and had none for a while, is proven to hang. */
static void test_hangs(void)
{
    static const struct {
        const char *scenario;
        const char *client;
        bool absolute;
    } rows[] = {
        {ANY,                           HELLO MAIL "!hang", false},
        {ANY "\nS: <close connection>", HELLO MAIL "!hang", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        play.config.time_scale = 0.25; /* 2.5 s: a while is 2 s */
        play.scripted.rest = bytes_of(rows[i].client);
        UNIT_ROW(rows[i].scenario, serve_play_add(&play, "t/case", rows[i].scenario));
        UNIT_ROW(rows[i].scenario, serve_play_run(&play));
        UNIT_ROW(rows[i].scenario, play.cases[0].verdict == VERDICT_FAIL);
        UNIT_ROW(rows[i].scenario, play.cases[0].absolute == rows[i].absolute);
        serve_play_deinit(&play);
    }
}

static const struct unit_test tests[] = {
    {"hangs",    test_hangs   },
    {"end",      test_end     },
    {"exit",     test_exit    },
    {"probe",    test_probe   },
    {"both",     test_both    },
    {"built-in", test_built_in},
    {"process",  test_process },
};

UNIT_MAIN("engine_serve_end", tests)
