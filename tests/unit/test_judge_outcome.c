/*
 * Findings in full: their sentences and evidence, what the script's outcome amounts to, and the bounds of what is told.
 */
#include "judge_play.h"

struct told {
    size_t count;
    char id[80];
    char text[600];
    enum verdict verdict;
    size_t case_number;
    unsigned connection;
    int64_t time_us;
    struct buf evidence;
};

static void on_told(void *self, const struct finding *finding)
{
    struct told *told = self;
    told->count++;
    snprintf(told->id, sizeof told->id, "%s", finding->rule->id);
    snprintf(told->text, sizeof told->text, "%s", finding->text);
    told->verdict = finding->verdict;
    told->case_number = finding->case_number;
    told->connection = finding->connection;
    told->time_us = finding->time_us;
    buf_clear(&told->evidence);
    buf_append(&told->evidence, finding->evidence);
}

static const struct line said = {
    .place = {.path = "a.scn", .line = 5, .source = BYTES_INIT("C: RCPT TO:<{{rcpt}}>")}
};
static const struct step steps[] = {
    {.kind = STEP_COMMAND, .side = SIDE_CLIENT, .connection = 1,    .lines = &said, .line_count = 1},
    {.kind = STEP_REPLY,     .side = SIDE_SERVER,                        .connection = 1                        },
    {.kind = STEP_WITHIN,     .side = SIDE_SERVER, .connection = 1},
    {.kind = STEP_REPLY,     .side = SIDE_SERVER,                        .connection = 1                                                },
};
static const char *const must_rules[] = {"smtp/rcpt-without-mail", "smtp/quit-reply"};
static const char *const should_rules[] = {"smtp/unknown-command"};
static const char *const judged_rules[] = {"smtp/reply-crlf"};
static const char *const unknown_rules[] = {"smtp/no-such-rule"};

enum { MISMATCH, NO_OCTETS, ONLY_ACTUAL, CLOSED };

struct outcome_row {
    const char *name;
    const char *const *rules;
    enum verdict verdict;
    bool in_start;
    int what;
    const char *text; /* NULL: no finding */
    enum verdict found;
};

static const struct outcome_row outcomes[] = {
    {"a MUST is broken",                must_rules,    VERDICT_FAIL,         false, MISMATCH,
     "After \"RCPT TO:<{{rcpt}}>\" came \"250 OK\"; wanted is 503.",                                   VERDICT_FAIL      },
    {"a SHOULD is not followed",        should_rules,  VERDICT_FAIL,         false, MISMATCH,
     "After \"RCPT TO:<{{rcpt}}>\" came \"250 OK\"; wanted is 503.",                                   VERDICT_NON_STRICT},
    {"a second choice for a MUST",      must_rules,    VERDICT_NON_STRICT,   false, MISMATCH,
     "After \"RCPT TO:<{{rcpt}}>\" came \"250 OK\"; wanted is 503.",                                   VERDICT_NON_STRICT},
    {"only a reason",                   must_rules,    VERDICT_FAIL,         false, NO_OCTETS,
     "After \"RCPT TO:<{{rcpt}}>\": the connection stays open.",                                       VERDICT_FAIL      },
    {"what came, and a reason",         must_rules,    VERDICT_FAIL,         false, ONLY_ACTUAL,
     "After \"RCPT TO:<{{rcpt}}>\" came \"250 OK\"; the connection stays open.",                       VERDICT_FAIL      },
    {"on the way to line one",          must_rules,    VERDICT_FAIL,         true,  MISMATCH,    NULL, VERDICT_PASS      },
    {"as wanted",                       must_rules,    VERDICT_PASS,         false, NO_OCTETS,   NULL, VERDICT_PASS      },
    {"not to be judged",                must_rules,    VERDICT_INCONCLUSIVE, false, NO_OCTETS,   NULL, VERDICT_PASS      },
    {"our fault",                       must_rules,    VERDICT_ERROR,        false, NO_OCTETS,   NULL, VERDICT_PASS      },
    {"a rule that the catalogue lacks", unknown_rules, VERDICT_FAIL,         false, MISMATCH,    NULL,
     VERDICT_PASS                                                                                                        },
    {"closed instead of a reply",       should_rules,  VERDICT_FAIL,         false, CLOSED,
     "After \"RCPT TO:<{{rcpt}}>\": the connection stays open.",                                       VERDICT_FAIL      },
};

static struct program program_for(const char *const *rules)
{
    return (struct program){
        .id = "smtp/case", .rules = rules, .rule_count = 1, .steps = steps, .step_count = 4};
}

static struct outcome outcome_for(const struct outcome_row *row)
{
    struct outcome outcome = {.verdict = row->verdict,
                              .reason = "the connection stays open",
                              .step = &steps[1],
                              .in_start = row->in_start,
                              .closed = row->what == CLOSED};
    if (row->what == MISMATCH) {
        outcome.expected = BYTES_LIT("503");
    }
    if (row->what == MISMATCH || row->what == ONLY_ACTUAL) {
        outcome.actual = BYTES_LIT("250 OK\r\n");
    }
    return outcome;
}

static void check_outcome(const struct rule_set *rules, const struct outcome_row *row)
{
    struct told told = {0};
    struct judge *judge = judge_new(rules, JUDGE_SERVERS, (struct finding_sink){on_told, &told});
    const struct event_sink sink = judge_sink(judge);
    const struct program program = program_for(row->rules);
    const struct outcome outcome = outcome_for(row);
    struct event event = {.kind = EVENT_CASE_BEGIN, .program = &program, .case_number = 7};
    sink.on_event(sink.self, &event);
    event.kind = EVENT_CASE_END;
    event.time_us = 1234;
    event.outcome = &outcome;
    sink.on_event(sink.self, &event);
    UNIT_ROW(row->name, told.count == (row->text != NULL ? 1 : 0));
    if (row->text != NULL) {
        UNIT_ROW(row->name, strcmp(told.id, row->what == CLOSED ? "smtp/command-gets-reply"
                                                                : row->rules[0]) == 0);
        CU_ASSERT_STRING_EQUAL(told.text, row->text);
        UNIT_ROW(row->name, told.verdict == row->found);
        UNIT_ROW(row->name, told.case_number == 7 && told.connection == 1 && told.time_us == 1234);
        UNIT_ROW(row->name, bytes_equal(buf_bytes(&told.evidence), outcome.actual));
    }
    buf_deinit(&told.evidence);
    judge_free(&judge);
}

static void test_outcomes(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < PLAY_COUNT(outcomes); i++) {
        check_outcome(&rules, &outcomes[i]);
    }
    arena_free(&arena);
}

/* ---- A judge that is fed by hand ---- */

struct bench {
    struct arena *arena;
    struct rule_set rules;
    struct told told;
    struct judge *judge;
    struct program program;
};

static void bench_init(struct bench *bench, const char *const *rules)
{
    *bench = (struct bench){.arena = arena_new(), .program = program_for(rules)};
    bench->rules = play_rules(bench->arena);
    bench->judge =
        judge_new(&bench->rules, JUDGE_SERVERS, (struct finding_sink){on_told, &bench->told});
}

static void bench_deinit(struct bench *bench)
{
    judge_free(&bench->judge);
    buf_deinit(&bench->told.evidence);
    arena_free(&bench->arena);
}

static void give(struct bench *bench, struct event event)
{
    const struct event_sink sink = judge_sink(bench->judge);
    sink.on_event(sink.self, &event);
}

static struct event of(struct bench *bench, enum event_kind kind)
{
    return (struct event){.kind = kind,
                          .program = &bench->program,
                          .case_number = 3,
                          .connection = 2,
                          .side = SIDE_SERVER,
                          .time_us = 99};
}

static void give_octets(struct bench *bench, enum side side, const char *octets)
{
    struct event event = of(bench, EVENT_OCTETS);
    event.side = side;
    event.octets = bytes_of(octets);
    give(bench, event);
}

static void give_end(struct bench *bench, const struct outcome *outcome)
{
    struct event event = of(bench, EVENT_CASE_END);
    event.outcome = outcome;
    give(bench, event);
}

struct text_row {
    const char *steps[6]; /* S ... and C ... in turn, "T" */
    const char *text;
    const char *evidence;
};

static const struct text_row texts[] = {
    {{"S 250 a\r\n"},
     "The greeting was \"250 a\\r\\n\"; wanted is 220, or a refusal (4yz or 5yz), as soon as the "
     "connection is open.",                                                                "250 a\r\n"         },
    {{"T"},
     "No greeting came; wanted is 220, or a refusal (4yz or 5yz), as soon as the connection is "
     "open.",                                                                              ""                  },
    {{"S 220 a\r\n", "C HELP\r\n", "S 214-x\r\n214-y\n214 z\r\n"},
     "To \"HELP\" came \"214-y\\n\"; wanted is CR LF at the end of each line.",            "214-y\n"           },
    {{"S 220 a\r\n", "C NOOP\r\n", "T"},
     "To \"NOOP\" came no reply; wanted is a reply to every command.",                     ""                  },
    {{"S 220 a\r\n", "C NOOP\r\n", "F"},
     "To \"NOOP\" came no reply, the server closed the connection; wanted is a reply to every "
     "command.",                                                                           ""                  },
    {{"S 220 a\r\n", "C HELP\r\n", "S 214-x\r\n", "T"},
     "To \"HELP\" came \"214-x\\r\\n\" without an end, and the wait was over; wanted is a last "
     "line without "
     "a hyphen behind its code.",                                                          "214-x\r\n"         },
    {{"S 220 a\r\n", "C NOOP\r\n", "S 250 x", "F"},
     "To \"NOOP\" came \"250 x\" without a line end, then the server closed the connection; "
     "wanted is CR LF at the end of each line.",                                           "250 x"             },
    {{"S 220 a\r\n", "S 250 x\r\n"},
     "Unasked came \"250 x\\r\\n\"; wanted is one reply to each command, behind it.",      "250 x\r\n"         },
    {{"S 220 a\r\n", "C AUTH PLAIN AGEAc2VjcmV0\r\n", "S 235 x\n"},
     "To \"AUTH ...\" came \"235 x\\n\"; wanted is CR LF at the end of each line.",        "235 x\n"           },
    {{"S 220 a\r\n", "C AUTH PLAIN\r\n", "S 334 \r\n", "C AGEAc2VjcmV0\r\n", "T"},
     "To a SASL response came no reply; wanted is a reply to every command.",              ""                  },
    {{"S +OK\r\n", "C PASS secret\r\n", "S +ok\r\n"},
     "To \"PASS ...\" came \"+ok\\r\\n\"; wanted is +OK or -ERR in upper case, then a space or the "
     "end of the line.",                                                                   "+ok\r\n"           },
    {{"S +OK\r\n", "C APOP u 0123456789abcdef\r\n", "S +ok\r\n"},
     "To \"APOP ...\" came \"+ok\\r\\n\"; wanted is +OK or -ERR in upper case, then a space or the "
     "end of the line.",                                                                   "+ok\r\n"           },
    {{"S -ERR a\r\n", "C APOP u 0123456789abcdef\r\n", "S +OK\r\n"},
     "The greeting was \"-ERR a\\r\\n\", and the session went on; wanted is a line that begins "
     "with "
     "+OK as soon as the connection is open.",                                             "-ERR a\r\n"        },
    {{"S +OK\r\n", "C LIST\r\n", "S +OK x\r\n1 a\r\n.\r\n"},
     "To \"LIST\" came \"1 a\\r\\n\"; wanted is the message number, a space, its octets.", "1 a\r\n"           },
    {{"S +OK\r\n", "C LIST\r\n", "S +OK x\r\n", "T"},
     "To \"LIST\" came \"+OK x\\r\\n\" without an end, and the wait was over; wanted is a last "
     "line with "
     "one "
     "dot.",                                                                               "+OK x\r\n"         },
    {{"S 220 a\r\n", "C NOOP\r\n", "S 250 ::\x1b[31m\r\n"},
     "To \"NOOP\" came \"250 ::\\x1b[31m\\r\\n\"; wanted is printable US-ASCII, spaces and tabs "
     "only.",                                                                              "250 ::\x1b[31m\r\n"},
};

static void check_text(const struct text_row *row)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    for (size_t i = 0; i < 6 && row->steps[i] != NULL; i++) {
        char kind = row->steps[i][0];
        if (kind == 'T' || kind == 'F') {
            give(&bench, of(&bench, kind == 'T' ? EVENT_TIMEOUT : EVENT_CLOSED));
        } else {
            give_octets(&bench, kind == 'C' ? SIDE_CLIENT : SIDE_SERVER, row->steps[i] + 2);
        }
    }
    CU_ASSERT_EQUAL(bench.told.count, 1);
    UNIT_ROW(bench.told.text, strcmp(bench.told.text, row->text) == 0);
    UNIT_ROW(row->text, bytes_is(buf_bytes(&bench.told.evidence), row->evidence));
    UNIT_ROW(row->text,
             bench.told.case_number == 3 && bench.told.connection == 2 && bench.told.time_us == 99);
    bench_deinit(&bench);
}

static void test_texts(void)
{
    for (size_t i = 0; i < PLAY_COUNT(texts); i++) {
        check_text(&texts[i]);
    }
}

/* ---- One cause, one finding ---- */

static void test_judged_rule_is_not_told_again(void)
{
    struct bench bench;
    bench_init(&bench, judged_rules);
    const struct outcome outcome = {.verdict = VERDICT_FAIL, .reason = "another line end"};
    give_octets(&bench, SIDE_SERVER, "220 a\n");
    CU_ASSERT_EQUAL(bench.told.count, 1);
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    bench_deinit(&bench);
}

static void test_surplus_explains_a_mismatch(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    const struct outcome outcome = {.verdict = VERDICT_FAIL, .reason = "another code"};
    give_octets(&bench, SIDE_SERVER, "220 a\r\n250 b\r\n");
    CU_ASSERT_EQUAL(bench.told.count, 1);
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    CU_ASSERT_STRING_EQUAL(bench.told.id, "smtp/one-reply-per-command");
    bench_deinit(&bench);
}

/* The client cancels, whatever the login was for. */
static void check_odd_challenge(const char *greeting, const char *challenge, const char *end,
                                const char *rule)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    struct outcome outcome = {.verdict = VERDICT_FAIL, .reason = "the login went wrong"};
    give_octets(&bench, SIDE_SERVER, greeting);
    give_octets(&bench, SIDE_CLIENT, "AUTH LOGIN\r\n");
    give_octets(&bench, SIDE_SERVER, challenge);
    give_octets(&bench, SIDE_CLIENT, "*\r\n");
    give_octets(&bench, SIDE_SERVER, end);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    outcome.actual = bytes_of(end);
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    CU_ASSERT_STRING_EQUAL(bench.told.id, rule);
    bench_deinit(&bench);
}

static void test_odd_challenge_explains_a_mismatch(void)
{
    check_odd_challenge("220 a\r\n", "334 Username:\r\n", "501 b\r\n", "smtp/auth-challenge");
    check_odd_challenge("+OK a\r\n", "+ Username:\r\n", "-ERR b\r\n", "pop3/auth-challenge");
}

static void test_odd_reply_does_not_explain_a_mismatch(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    const struct outcome outcome = {.verdict = VERDICT_FAIL, .reason = "another code"};
    give_octets(&bench, SIDE_SERVER, "220 a\n");
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 2);
    CU_ASSERT_STRING_EQUAL(bench.told.id, "smtp/rcpt-without-mail");
    bench_deinit(&bench);
}

static void test_what_is_no_reply_explains_a_mismatch(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    struct outcome outcome = {.verdict = VERDICT_FAIL, .reason = "another code"};
    outcome.actual = BYTES_LIT("OK hello\r\n");
    struct event greeting = of(&bench, EVENT_OCTETS);
    greeting.protocol = PROTOCOL_POP3;
    greeting.octets = outcome.actual;
    give(&bench, greeting);
    CU_ASSERT_STRING_EQUAL(bench.told.id, "pop3/greeting");
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    give(&bench, greeting);
    outcome.actual = BYTES_LIT("+OK later\r\n");
    give_end(&bench, &outcome);
    CU_ASSERT_EQUAL(bench.told.count, 3);
    CU_ASSERT_STRING_EQUAL(bench.told.id, "smtp/rcpt-without-mail");
    bench_deinit(&bench);
}

static void test_short_wait_proves_nothing(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    give_octets(&bench, SIDE_SERVER, "220 a\r\n");
    give_octets(&bench, SIDE_CLIENT, "NOOP\r\n");
    struct event timeout = of(&bench, EVENT_TIMEOUT);
    timeout.short_wait = true;
    give(&bench, timeout);
    CU_ASSERT_EQUAL(bench.told.count, 0);
    timeout.short_wait = false;
    give(&bench, timeout);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    bench_deinit(&bench);
}

static void test_wait_for_the_client_proves_nothing(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    give_octets(&bench, SIDE_SERVER, "220 a\r\n");
    give_octets(&bench, SIDE_CLIENT, "NOOP\r\n");
    struct event timeout = of(&bench, EVENT_TIMEOUT);
    timeout.side = SIDE_CLIENT;
    give(&bench, timeout);
    CU_ASSERT_EQUAL(bench.told.count, 0);
    bench_deinit(&bench);
}

/* Cases side by side, their connections too, are kept apart. */
static void test_sessions_are_kept_apart(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    for (unsigned i = 0; i < 4; i++) {
        struct event event = of(&bench, EVENT_OCTETS);
        event.case_number = i / 2;
        event.connection = 1 + i % 2;
        event.octets = BYTES_LIT("220 a\r\n");
        give(&bench, event);
    }
    CU_ASSERT_EQUAL(bench.told.count, 0);
    struct event event = of(&bench, EVENT_OCTETS);
    event.case_number = 1;
    event.connection = 2;
    event.octets = BYTES_LIT("250 surplus\r\n");
    give(&bench, event);
    CU_ASSERT_EQUAL(bench.told.count, 1);
    CU_ASSERT(bench.told.case_number == 1 && bench.told.connection == 2);
    bench_deinit(&bench);
}

static void test_probes_are_not_judged(void)
{
    struct bench bench;
    bench_init(&bench, must_rules);
    struct event event = of(&bench, EVENT_OCTETS);
    event.program = NULL;
    event.octets = BYTES_LIT("250 a\n");
    give(&bench, event);
    CU_ASSERT_EQUAL(bench.told.count, 0);
    bench_deinit(&bench);
}

static void test_rules_that_are_missing_are_not_judged(void)
{
    const struct rule_set none = {NULL, 0};
    struct told told = {0};
    struct judge *judge = judge_new(&none, JUDGE_SERVERS, (struct finding_sink){on_told, &told});
    const struct program program = program_for(must_rules);
    const struct event event = {.kind = EVENT_OCTETS,
                                .program = &program,
                                .connection = 1,
                                .side = SIDE_SERVER,
                                .octets = BYTES_LIT("250 a\n")};
    const struct event_sink sink = judge_sink(judge);
    sink.on_event(sink.self, &event);
    CU_ASSERT_EQUAL(told.count, 0);
    judge_free(&judge);
    judge_free(&judge); /* a NULL pointer is fine */
}

/* A flood is judged in little memory, and told a few times at most. */
static void test_flood(void)
{
    struct bench bench;
    struct buf flood = {0};
    bench_init(&bench, must_rules);
    for (size_t i = 0; i < 10000; i++) {
        buf_append_text(&flood, "250-x\n");
    }
    buf_append_fill(&flood, 'x', 200000);
    for (size_t i = 0; i < 20; i++) {
        struct event event = of(&bench, EVENT_OCTETS);
        event.octets = buf_bytes(&flood);
        give(&bench, event);
        buf_append_text(&flood, "\n");
    }
    CU_ASSERT(bench.told.count <= 8);
    CU_ASSERT(bench.told.evidence.n <= 1024);
    bench_deinit(&bench);
    buf_deinit(&flood);
}

static const struct unit_test tests[] = {
    {"outcomes of scripts",                  test_outcomes                             },
    {"sentences and evidence",               test_texts                                },
    {"a judged rule is not told again",      test_judged_rule_is_not_told_again        },
    {"a surplus reply explains a mismatch",  test_surplus_explains_a_mismatch          },
    {"an odd challenge does, too",           test_odd_challenge_explains_a_mismatch    },
    {"an odd reply does not",                test_odd_reply_does_not_explain_a_mismatch},
    {"what is no reply explains one",        test_what_is_no_reply_explains_a_mismatch },
    {"a short wait proves nothing",          test_short_wait_proves_nothing            },
    {"a wait for the client proves nothing", test_wait_for_the_client_proves_nothing   },
    {"sessions are kept apart",              test_sessions_are_kept_apart              },
    {"probes are not judged",                test_probes_are_not_judged                },
    {"missing rules are not judged",         test_rules_that_are_missing_are_not_judged},
    {"a flood",                              test_flood                                },
};

UNIT_MAIN("judge: findings", tests)
