/*
 * What the script's outcome amounts to when clients are judged: whose rules count, and which mismatches have been explained by what
 * judges found.
 */
#include "judge_play.h"

struct told {
    struct buf ids;
    struct buf last_text;
};

static void on_told(void *self, const struct finding *finding)
{
    struct told *told = self;
    if (told->ids.n > 0) {
        buf_append_octet(&told->ids, ' ');
    }
    buf_append_text(&told->ids, finding->rule->id);
    buf_clear(&told->last_text);
    buf_append_text(&told->last_text, finding->text);
}

static const struct line greeting = {
    .place = {.path = "a.scn", .line = 4, .source = BYTES_INIT("S: 220 mx.example")}
};
static const struct line hello = {
    .place = {.path = "a.scn", .line = 5, .source = BYTES_INIT("C: EHLO /.*/")}
};
static const struct step steps[] = {
    {.kind = STEP_REPLY,   .side = SIDE_SERVER, .connection = 1, .lines = &greeting, .line_count = 1},
    {.kind = STEP_COMMAND, .side = SIDE_CLIENT, .connection = 1, .lines = &hello,    .line_count = 1},
};

#define PLAIN_HELLO "S 220 mx.example\r\n", "C EHLO c.example\r\n", "S 250 mx.example\r\n"
#define MAIL        "C MAIL FROM:<a@c.example>\r\n", "S 250 ok\r\n"

struct outcome_row {
    const char *name;
    const char *rule; /* that the case judges */
    unsigned sides;
    struct outcome outcome;
    const char *expected; /* rule ids */
    const char *steps[PLAY_MAX_STEPS];
};

#define MISMATCH(wanted, came)                                                                     \
    {                                                                                              \
        .verdict = VERDICT_FAIL, .step = &steps[1], .expected = BYTES_INIT(wanted),                \
        .actual = BYTES_INIT(came)                                                                 \
    }
#define NOTHING_CAME(wanted)                                                                       \
    {                                                                                              \
        .verdict = VERDICT_FAIL, .step = &steps[1], .reason = "the client closed",                 \
        .expected = BYTES_INIT(wanted)                                                             \
    }
#define SERVER_CLOSED                                                                              \
    {                                                                                              \
        .verdict = VERDICT_FAIL, .step = &steps[1], .reason = "the connection is closed",          \
        .closed = true                                                                             \
    }

// clang-format off
static const struct outcome_row rows[] = {
    {"a rule of clients, clients are judged", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("RCPT TO:/.*/", "QUIT\r\n"), "smtp/first-digit", {PLAIN_HELLO}},
    {"a rule of clients, servers are judged", "smtp/first-digit", JUDGE_SERVERS,
     MISMATCH("RCPT TO:/.*/", "QUIT\r\n"), "", {PLAIN_HELLO}},
    {"a rule of servers, clients are judged", "smtp/quit-reply", JUDGE_CLIENTS,
     MISMATCH("221", "250 ok\r\n"), "", {PLAIN_HELLO}},
    {"a rule of servers, both are judged", "smtp/quit-reply", JUDGE_CLIENTS | JUDGE_SERVERS,
     MISMATCH("221", "250 ok\r\n"), "smtp/quit-reply", {PLAIN_HELLO}},
    {"a connection that is closed", "smtp/first-digit", JUDGE_CLIENTS, SERVER_CLOSED,
     "smtp/first-digit", {PLAIN_HELLO}},
    {"no QUIT where QUIT is wanted", "smtp/first-digit", JUDGE_CLIENTS, NOTHING_CAME("QUIT"),
     "smtp/quit-before-close", {PLAIN_HELLO, MAIL, "Q"}},
    {"no QUIT where more is wanted", "smtp/first-digit", JUDGE_CLIENTS,
     NOTHING_CAME("RCPT TO:/.*/"), "smtp/quit-before-close smtp/first-digit",
     {PLAIN_HELLO, MAIL, "Q"}},
    {"QUIT too early, and no wait for its reply", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("RCPT TO:/.*/", "QUIT\r\n"), "smtp/waits-for-quit-reply smtp/first-digit",
     {PLAIN_HELLO, MAIL, "C QUIT\r\n", "Q"}},
    {"the line that does not match is judged", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("RCPT TO:<b@mx.example>", "RCPT TO: <b@mx.example>\r\n"), "smtp/rcpt-syntax",
     {PLAIN_HELLO, MAIL, "C RCPT TO: <b@mx.example>\r\n"}},
    {"another line does not match", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("DATA", "QUIT\r\n"), "smtp/no-argument smtp/first-digit",
     {PLAIN_HELLO, MAIL, "C RSET now\r\n"}},
    {"a line behind one that a server need not take", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("DATA", "QUIT\r\n"), "smtp/rcpt-syntax",
     {PLAIN_HELLO, MAIL, "C RCPT TO: <b@mx.example>\r\n"}},
    {"commands ahead of replies", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("DATA", "QUIT\r\n"), "smtp/waits-for-reply",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\nRCPT TO:<b@mx.example>\r\n"}},
    {"success is reported where nothing was accepted", "smtp/first-digit", JUDGE_CLIENTS,
     {.verdict = VERDICT_FAIL, .reason = "it ended with status 0", .misreported = true}, "smtp/refusal-reported", {PLAIN_HELLO}},
    {"an odd reply of the server that we play", "smtp/first-digit", JUDGE_CLIENTS,
     MISMATCH("RCPT TO:/.*/", "QUIT\r\n"), "smtp/first-digit",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "S what\r\n250 ok\r\n"}},
};
// clang-format on

static struct told judged(const struct rule_set *rules, const struct outcome_row *row)
{
    struct told told = {0};
    struct judge *judge = judge_new(rules, row->sides, (struct finding_sink){on_told, &told});
    const struct program program = {
        .id = "smtp/case", .rules = &row->rule, .rule_count = 1, .steps = steps, .step_count = 2};
    struct event event = {.kind = EVENT_CASE_BEGIN, .program = &program};
    judge_sink(judge).on_event(judge_sink(judge).self, &event);
    event.connection = 1;
    for (size_t i = 0; row->steps[i] != NULL; i++) {
        play_step(judge_sink(judge), event, row->steps[i], play_longest_of(row->steps));
    }
    event.kind = EVENT_CASE_END;
    event.outcome = &row->outcome;
    judge_sink(judge).on_event(judge_sink(judge).self, &event);
    judge_free(&judge);
    return told;
}

static void told_deinit(struct told *told)
{
    buf_deinit(&told->ids);
    buf_deinit(&told->last_text);
}

static void test_outcomes(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < PLAY_COUNT(rows); i++) {
        struct told told = judged(&rules, &rows[i]);
        UNIT_ROW(rows[i].name, strcmp(buf_text(&told.ids), rows[i].expected) == 0);
        told_deinit(&told);
    }
    arena_free(&arena);
}

/* What the server said before is what the client did not do right. */
static void test_sentence(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    struct told told = judged(&rules, &rows[0]);
    CU_ASSERT_STRING_EQUAL(buf_text(&told.last_text), "After \"220 mx.example\" came \"QUIT\"; "
                                                      "wanted is \"RCPT TO:/.*/\".");
    told_deinit(&told);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"outcomes of scripts",                     test_outcomes},
    {"the sentence tells what the server said", test_sentence},
};

UNIT_MAIN("judge: outcomes of clients", tests)
