/* What the engine does around single steps: waits, leases, jobs, ends, Finally:, Cast:. */
#include "unit.h"

#include "engine/await.h"
#include "engine/case_names.h"
#include "engine_noop.h"

static const char *const quiet[] = {"220 a\r\n", HELLO, NULL};

/* ---- Waits ---- */

static void test_no_reply(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.005;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250\nC RSET\nS 250", NULL);
    play_script(&play.mail, quiet);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "no reply in 50 ms");
    CU_ASSERT_STRING_EQUAL(play.cases[0].expected, "250");
    CU_ASSERT(play.cases[0].not_reached);
    CU_ASSERT_EQUAL(play.cases[0].timeouts, 1);
    CU_ASSERT_EQUAL(play.cases[0].short_waits, 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent), EHLO "NOOP\r\n|");
    play_deinit(&play);
}

struct wait_row {
    const char *dialogue;
    const char *const *answers;
    int64_t timeout_ms;
    const char *reason;
    enum verdict verdict;
};

static const char *const mute[] = {"", NULL};

// clang-format off
static const struct wait_row wait_rows[] = {
    {"< within 20\nC NOOP\nS 250", quiet, 0, "no reply in 20 ms", VERDICT_FAIL},
    {"< within 20\nC NOOP\nS 250", mute, 30, "before line one: no reply in 30 ms", VERDICT_INCONCLUSIVE},
    {"C NOOP\nS 250", quiet, 30, "no reply in 30 ms", VERDICT_INCONCLUSIVE},
    {"C NOOP\n< close-s", quiet, 30, "the server did not close the connection in 30 ms", VERDICT_FAIL},
    {"C NOOP\nS 250\n. optional", quiet, 30, "", VERDICT_PASS},
    {"C NOOP\nS 250\n. optional\nS 251\n. optional", quiet, 30, "", VERDICT_PASS},
    {"C QUIT\nS 221\n< within 2000\n< close-s\n< open\nC NOOP\nS 250", quiet, 30, "no reply in 30 ms", VERDICT_INCONCLUSIVE},
};
// clang-format on

static void test_own_limits(void)
{
    for (size_t i = 0; i < sizeof wait_rows / sizeof wait_rows[0]; i++) {
        struct play play;
        const struct wait_row *row = &wait_rows[i];
        play_init(&play);
        play_add(&play, PROTOCOL_SMTP, START_EHLO, row->dialogue, NULL)->timeout_ms =
            row->timeout_ms;
        play_script(&play.mail, row->answers);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(row->dialogue, play.cases[0].verdict == row->verdict);
        UNIT_ROW(row->dialogue, strcmp(play.cases[0].reason, row->reason) == 0);
        UNIT_ROW(row->dialogue, play.cases[0].timeouts == (row->verdict == VERDICT_PASS ? 0 : 1));
        UNIT_ROW(row->dialogue, play.cases[0].short_waits == play.cases[0].timeouts);
        play_deinit(&play);
    }
}

/* ---- Leases and jobs ---- */

static void test_leases(void)
{
    static const char *const pop3[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.jobs = 4;
    for (size_t i = 0; i < 5; i++) {
        play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
    }
    play_script(&play.pop3, pop3);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.most_running, 2);
    CU_ASSERT(strstr(buf_text(&play.cases[0].sent), "USER bob") != NULL);
    CU_ASSERT(strstr(buf_text(&play.cases[1].sent), "USER alice") != NULL);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(play.cases[i].verdict, VERDICT_PASS);
        CU_ASSERT_EQUAL(play.order[i], i);
    }
    play_deinit(&play);
}

/* A maildrop is free as soon as its own case has ended, and not before. */
static void test_leases_come_back(void)
{
    static const char *const pop3[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.jobs = 2;
    for (size_t i = 0; i < 4; i++) {
        play_add(&play, PROTOCOL_POP3, START_AUTH,
                 i == 1 ? "C NOOP\nS +OK\n< wait 200" : "C NOOP\nS +OK", NULL);
    }
    play_script(&play.pop3, pop3);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[1].place, 4);
    for (size_t i = 0; i < 4; i++) {
        const char *user = i == 1 ? "USER alice" : "USER bob";
        UNIT_ROW(user, strstr(buf_text(&play.cases[i].sent), user) != NULL);
    }
    play_deinit(&play);
}

/* A case that needs two users has both for itself, and begins when both are free; others pass it until then. */
static void test_leases_of_two(void)
{
    static const char *const pop3[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    static const struct need two = {NEED_USERS, NULL, 2};
    struct play play;
    play_init(&play);
    play.config.jobs = 4;
    for (size_t i = 0; i < 4; i++) {
        struct program *program =
            play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP {{rcpt2}}\nS +OK\n< wait 50", NULL);
        program->needs = &two;
        program->need_count = i == 1 || i == 2 ? 1 : 0;
    }
    play_script(&play.pop3, pop3);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.most_running, 2);
    for (size_t i = 0; i < 4; i++) {
        static const unsigned order[] = {0, 3, 1, 2};
        CU_ASSERT_EQUAL(play.cases[i].verdict, VERDICT_PASS);
        CU_ASSERT_EQUAL(play.order[i], order[i]);
        CU_ASSERT(i == 3 || strstr(buf_text(&play.cases[i].sent), "USER bob") != NULL);
        CU_ASSERT(i == 3 || strstr(buf_text(&play.cases[i].sent), "NOOP alice@") != NULL);
    }
    CU_ASSERT(play.cases[2].place == 4 && play.cases[1].place == 3);
    play_deinit(&play);
}

static void test_jobs(void)
{
    static const unsigned limits[][3] = {
        {3, 0, 3},
        {3, 2, 2},
        {1, 0, 1},
        {0, 0, 1}
    };
    for (size_t r = 0; r < sizeof limits / sizeof limits[0]; r++) {
        struct play play;
        play_init(&play);
        play.config.jobs = limits[r][0];
        play.target.connections = limits[r][1];
        for (size_t i = 0; i < 6; i++) {
            simple(&play);
        }
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        CU_ASSERT_EQUAL(play.most_running, limits[r][2]);
        CU_ASSERT_EQUAL(play.begun, 6);
        play_deinit(&play);
    }
}

static void test_two_connections(void)
{
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nC2 RSET\nS2 250\nS 250", NULL)
        ->connection_count = 2;
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent),
                           EHLO "NOOP\r\n|2>" EHLO "2>RSET\r\n|QUIT\r\n|2>QUIT\r\n|");
    play_deinit(&play);
}

/* What another connection does says nothing about how far the one that is opened again must go. */
static void test_two_connections_one_opened_again(void)
{
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_EHLO,
             "C2 NOOP\nS2 250\n< close-c\n< open\nC2 RSET\nS2 250\nS 220", NULL)
        ->connection_count = 2;
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent),
                           "2>" EHLO "2>NOOP\r\n|" EHLO "2>RSET\r\n|QUIT\r\n|2>QUIT\r\n|");
    play_deinit(&play);
}

/* ---- Ends ---- */

/* <end> is no step that a case could miss. */
static void test_last_step_in_a_block(void)
{
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "< if SIZE\nC NOOP\nS 503\n< end", NULL);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT(!play.cases[0].not_reached);
    play_deinit(&play);
}

static void test_keep_going(void)
{
    struct play play;
    play_init(&play);
    play.config.keep_going = true;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 503\nC RSET\nS 250\nC NOOP\nS 500", NULL);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(play.cases[0].line, 2);
    CU_ASSERT(!play.cases[0].not_reached);
    CU_ASSERT_EQUAL(play.cases[0].steps, 6);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].notes), "line 2: expected 503, got 250\n"
                                                           "line 6: expected 500, got 250\n");
    play_deinit(&play);
}

/* What needs the value of a line that did not match is left out; what ends the case is told. */
static void test_keep_going_without_a_value(void)
{
    static const char *const answers[] = {"220 a\r\n", HELLO,    "250 x\r\n",
                                          "250 b\r\n", "!close", NULL};
    struct play play;
    play_init(&play);
    play.config.keep_going = true;
    play_add(&play, PROTOCOL_SMTP, START_EHLO,
             "C NOOP\nSV 250 {{n:int}}\nC RSET {{n}}\nS 250\nC NOOP\nS 250\nC NOOP\nS 250\nC "
             "RSET\nS 250",
             NULL);
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(play.cases[0].line, 2);
    CU_ASSERT_EQUAL(play.cases[0].lines_not_reached, 2);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&play.cases[0].notes),
        "line 2: a line of the reply differs from what is written\n"
        "line 3 is left out, with its replies: {{n}} has no value here\n"
        "line 8: the server closed the connection instead of a reply: the case ends here\n");
    play_deinit(&play);
}

/* Going on behind an unexpected 354 would send commands as message data. */
static void test_keep_going_but_not_into_data(void)
{
    static const char *const data[] = {"220 a\r\n", HELLO, "354 a\r\n", "250 a\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.keep_going = true;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C DATA\nS 503\nC RSET\nS 250", NULL);
    play_script(&play.mail, data);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT(play.cases[0].not_reached);
    CU_ASSERT_EQUAL(play.cases[0].steps, 2);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent), EHLO "DATA\r\n|");
    play_deinit(&play);
}

struct finally_row {
    const char *name;
    enum start start;
    const char *dialogue;
    const char *finally;
    const char *answers[STUB_ANSWERS];
    enum verdict verdict;
    const char *sent;
    const char *note;
};

// clang-format off
static const struct finally_row finally_rows[] = {
    {"behind a pass", START_EHLO, "C NOOP\nS 250", "C RSET\nS 250", {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"},
     VERDICT_PASS, EHLO "NOOP\r\n|RSET\r\n|QUIT\r\n|", ""},
    {"behind a mismatch", START_EHLO, "C NOOP\nS 503\nC NOOP\nS 250", "C RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n"},
     VERDICT_FAIL, EHLO "NOOP\r\n|RSET\r\n|QUIT\r\n|", ""},
    {"its mismatch is noted", START_EHLO, "C NOOP\nS 250", "C RSET\nS 250\nC HELP\nS 214",
     {"220 a\r\n", HELLO, "250 a\r\n", "500 a\r\n", "214 a\r\n"},
     VERDICT_PASS, EHLO "NOOP\r\n|RSET\r\n|HELP\r\n|QUIT\r\n|", "Finally: expected 250, got 500\n"},
    {"replies still due are read first", START_EHLO, "C NOOP\nC NOOP\nS 503\nS 250", "C RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "251 a\r\n", "250 a\r\n"},
     VERDICT_FAIL, EHLO "NOOP\r\nNOOP\r\n|RSET\r\n|QUIT\r\n|", ""},
    {"not in message data", START_RCPT, "C DATA\nS 503", "C RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n"}, VERDICT_FAIL, NULL,
     "Finally: connection 1 is not open: its lines from line 1 on are left out\n"},
    {"not in message data that is wanted", START_DATA, "< silence 1", "C RSET\nS 250",
     {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n"}, VERDICT_PASS,
     EHLO "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|RCPT TO:<alice@example.test>\r\n|DATA\r\n|",
     "Finally: connection 1 is not open: its lines from line 1 on are left out\n"},
    {"the connection is gone", START_EHLO, "C NOOP\nS 250", "C RSET\nS 250", {"220 a\r\n", HELLO, "!close"},
     VERDICT_FAIL, EHLO "NOOP\r\n|", "Finally: connection 1 is not open: its lines from line 1 on are left out\n"},
    {"a connection never opened", START_EHLO, "C NOOP\nS 250", "C2 RSET\nS2 250", {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, EHLO "NOOP\r\n|QUIT\r\n|", "Finally: connection 2 is not open: its lines from line 1 on are left out\n"},
    {"no answer in it", START_EHLO, "C NOOP\nS 250", "C RSET\nS 250\nC RSET\nS 250", {"220 a\r\n", HELLO, "250 a\r\n"},
     VERDICT_PASS, EHLO "NOOP\r\n|RSET\r\n|", "Finally: no reply in 50 ms\n"
     "Finally: connection 1 is not open: its lines from line 3 on are left out\n"},
};
// clang-format on

static void test_finally(void)
{
    for (size_t i = 0; i < sizeof finally_rows / sizeof finally_rows[0]; i++) {
        const struct finally_row *row = &finally_rows[i];
        struct play play;
        play_init(&play);
        play.config.time_scale = 0.005;
        play_add(&play, PROTOCOL_SMTP, row->start, row->dialogue, row->finally);
        play_script(&play.mail, row->answers);
        CU_ASSERT(play_run(&play));
        const char *sent = buf_text(&play.cases[0].sent);
        UNIT_ROW(row->name, play.cases[0].verdict == row->verdict);
        UNIT_ROW(row->name, row->sent == NULL || strcmp(sent, row->sent) == 0);
        UNIT_ROW(row->name, strcmp(buf_text(&play.cases[0].notes), row->note) == 0);
        UNIT_ROW(row->name, strstr(sent, "DATA\r\n|RSET") == NULL);
        play_deinit(&play);
    }
}

static void test_interrupt(void)
{
    struct play play;
    play_init(&play);
    play.interrupt_on_step = true;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", "C RSET\nS 250");
    simple(&play);
    play_script(&play.mail, quiet);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "interrupted");
    CU_ASSERT(play.cases[0].not_reached);
    CU_ASSERT_EQUAL(play.cases[0].ends, 1);
    CU_ASSERT_EQUAL(play.cases[1].begins, 0);
    play_deinit(&play);
}

/* The beginning of a reply is no reply: the deadline holds for the whole. */
static void test_slow_reply(void)
{
    static const char *const slow[] = {"220 a\r\n", HELLO, "250-a\r\n250-b", NULL};
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.005;
    simple(&play);
    play_script(&play.mail, slow);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "no whole reply in 50 ms");
    CU_ASSERT_STRING_EQUAL(play.cases[0].actual, "250-a\r\n250-b");
    play_deinit(&play);
}

/* While nobody takes replies, reading stops: what waits unread is bounded. */
static void test_unread_is_bounded(void)
{
    static const char *const flood[] = {"220 a\r\n", HELLO, "250 a\r\n!flood", NULL};
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\n< wait 100\nS 250\nC NOOP\nS 250", NULL);
    play_script(&play.mail, flood);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "a line of more than 1 MiB without an end");
    CU_ASSERT(play.cases[0].came_octets > 1048576);
    CU_ASSERT(play.cases[0].came_octets < 1300000);
    play_deinit(&play);
}

/* ---- A server that is slow to read ---- */

enum { SLOW_WAIT_MS = 1000 };

/* What is said is larger than what sockets hold, and is read when part of the wait is over: the reply is not due yet. */
static void test_slow_reader(void)
{
    static const char *const answers[] = {
        "220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "354 a\r\n!deaf", "250 a\r\n!late", NULL};
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_DATA, "< send {{repeat 10000000 \"x\"}}\nS 250\n. ends",
             NULL)
        ->timeout_ms = SLOW_WAIT_MS;
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    UNIT_ROW(play.cases[0].reason, play.cases[0].verdict == VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].timeouts, 0);
    play_deinit(&play);
}

/* ---- A target that changes ---- */

/* The same struct, another server from the second case on: it is found out again. */
static bool next_elsewhere(void *self, struct engine_case *case_r)
{
    struct play *play = self;
    if (play->next == 1) {
        play->target.mail.url = "smtp://127.0.0.1:0/another";
        play->target.mail.port = listener_port(play->pop3.listener);
    }
    return play_next(play, case_r);
}

static void test_another_server(void)
{
    struct play play;
    play_init(&play);
    play.config.next_case = next_elsewhere;
    play.config.time_scale = 0.05;
    play.target.pop3.kind = ENDPOINT_NONE;
    play.pop3.probe = play_probe_smtp;
    simple(&play);
    simple(&play);
    play_script(&play.mail, noop);
    play_script(&play.pop3, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.mail.count, play.pop3.count);
    play_deinit(&play);
}

/* ---- Names ---- */

/* Only a server that was set up for the dialogue has its names. */
static void check_cast(bool built_in, bool given, const char *said, const char *sent)
{
    static const struct name_value setting = {.name = "domain"};
    const char *const answers[] = {"220 a\r\n", "250 a\r\n", said, NULL};
    struct play play;
    play_init(&play);
    play.target.built_in = built_in;
    struct name_value *cast = arena_array(play.arena, 4, sizeof *cast);
    cast[0] = (struct name_value){"Jones", written(play.arena, bytes_of("u-{{user}}")), {0}};
    cast[1] = (struct name_value){"Jones@foo.com", written(play.arena, bytes_of("{{rcpt}}")), {0}};
    cast[2] = (struct name_value){"Jones@foo", written(play.arena, bytes_of("shorter")), {0}};
    cast[3] = (struct name_value){"foo.com", written(play.arena, bytes_of("{{domain}}")), {0}};
    struct program *program = play_add(
        &play, PROTOCOL_SMTP, START_GREETING,
        "C EHLO foo.com\nS 250\nC RCPT TO:<jones@FOO.com> xfoo.com Jones\nSV 550 no Jones@foo.com",
        NULL);
    program->cast = cast;
    program->cast_count = 4;
    program->given = &setting;
    program->given_count = given ? 1 : 0;
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent), sent);
    play_deinit(&play);
}

static void test_cast(void)
{
    static const char *const cast_to[] = {
        "550 no alice@example.test\r\n",
        "EHLO example.test\r\n|RCPT TO:<alice@example.test> xfoo.com u-alice\r\n|QUIT\r\n|"};
    static const char *const as_written[] = {
        "550 no Jones@foo.com\r\n",
        "EHLO foo.com\r\n|RCPT TO:<jones@FOO.com> xfoo.com Jones\r\n|QUIT\r\n|"};
    check_cast(false, false, cast_to[0], cast_to[1]);
    check_cast(false, true, cast_to[0], cast_to[1]);
    check_cast(true, false, cast_to[0], cast_to[1]);
    check_cast(true, true, as_written[0], as_written[1]);
}

static void test_variables(void)
{
    static const struct engine_variable given[] = {
        {"mine",   "yours"     },
        {"domain", "other.test"}
    };
    static const char *const answers[] = {"220 a\r\n", "250 a\r\n", "250 a\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.variables = given;
    play.config.variable_count = 2;
    struct name_value *row = arena_array(play.arena, 1, sizeof *row);
    row[0] = (struct name_value){"cell", written(play.arena, bytes_of("<{{mine}}>")), {0}};
    struct program *program = play_add(
        &play, PROTOCOL_SMTP, START_GREETING,
        "C {{cell}} {{domain}} {{case}} {{run}} {{host}}\nS 250\nC {{secret:bob}} {{user}}\nS 250",
        NULL);
    program->row = row;
    program->row_count = 1;
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent),
                           "<yours> other.test t/case r 127.0.0.1\r\n|builder alice\r\n|QUIT\r\n|");
    play_deinit(&play);
}

struct slug_row {
    const char *id;
    size_t limit;
    const char *slug;
};

static const struct slug_row slug_rows[] = {
    {"smtp/rcpt-without-mail", 63, "smtp-rcpt-without-mail"},
    {"a//b__c",                63, "a-b-c"                 },
    {"/A/",                    63, "a"                     },
    {"abc-def",                4,  "abc"                   },
    {"",                       63, "case"                  },
};

static void test_slugs(void)
{
    for (size_t i = 0; i < sizeof slug_rows / sizeof slug_rows[0]; i++) {
        struct buf out = {0};
        case_slug(&out, slug_rows[i].id, slug_rows[i].limit);
        UNIT_ROW(slug_rows[i].id, strcmp(buf_text(&out), slug_rows[i].slug) == 0);
        buf_deinit(&out);
    }
}

static const struct unit_test tests[] = {
    {"no reply",                          test_no_reply                        },
    {"limits of its own",                 test_own_limits                      },
    {"leases",                            test_leases                          },
    {"leases come back",                  test_leases_come_back                },
    {"leases of two users",               test_leases_of_two                   },
    {"jobs",                              test_jobs                            },
    {"two connections",                   test_two_connections                 },
    {"two connections, one opened again", test_two_connections_one_opened_again},
    {"last step in a block",              test_last_step_in_a_block            },
    {"keep going",                        test_keep_going                      },
    {"keep going, no value",              test_keep_going_without_a_value      },
    {"keep going, not into data",         test_keep_going_but_not_into_data    },
    {"finally",                           test_finally                         },
    {"interrupt",                         test_interrupt                       },
    {"half a reply",                      test_slow_reply                      },
    {"unread is bounded",                 test_unread_is_bounded               },
    {"a slow reader",                     test_slow_reader                     },
    {"another server",                    test_another_server                  },
    {"cast",                              test_cast                            },
    {"variables",                         test_variables                       },
    {"slugs",                             test_slugs                           },
};

UNIT_MAIN("engine_run", tests)
