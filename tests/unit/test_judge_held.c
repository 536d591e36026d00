/*
 * What yields to the script: smtp/usual-code in sessions with an outcome, and the list that holds such findings.
 */
#include "judge/held.h"
#include "judge_play.h"

static const struct rule rule = {.id = "smtp/usual-code"};

static void on_finding(void *self, const struct finding *finding)
{
    struct buf *told = self;
    buf_printf(told, "%s %u %s\n", finding->rule->id, finding->connection, finding->text);
}

static void hold(struct held **list, unsigned connection, const char *text, const char *evidence)
{
    const struct finding finding = {
        .rule = &rule, .text = text, .connection = connection, .evidence = bytes_of(evidence)};
    held_add(list, &finding);
}

static void test_list(void)
{
    struct held *list = NULL;
    struct buf told = {0};
    const struct finding_sink sink = {on_finding, &told};
    hold(&list, 1, "one", "252 odd\r\n");
    hold(&list, 2, "two", "541 odd\r\n");
    hold(&list, 3, "three", "");
    held_release(&list, BYTES_LIT("541 odd\r\n"), &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "smtp/usual-code 1 one\nsmtp/usual-code 3 three\n");
    CU_ASSERT_PTR_NULL(list);
    held_release(&list, BYTES_LIT(""), &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "smtp/usual-code 1 one\nsmtp/usual-code 3 three\n");
    hold(&list, 1, "one", "252 odd\r\n");
    hold(&list, 2, "two", "541 odd\r\n");
    held_forget(&list);
    CU_ASSERT_PTR_NULL(list);
    buf_deinit(&told);
}

struct row {
    const char *name;
    const char *actual;
    enum verdict verdict;
    const char *told; /* ids and connections */
};

static const struct row rows[] = {
    {"the script names that reply",    "252 ok\r\n", VERDICT_FAIL,         "smtp/noop-keeps-state 1\n"},
    {"the script names another reply", "250 ok\r\n", VERDICT_FAIL,
     "smtp/usual-code 1\nsmtp/noop-keeps-state 1\n"                                                   },
    {"the script names none",          "",           VERDICT_PASS,         "smtp/usual-code 1\n"      },
    {"the script cannot judge",        "252 ok\r\n", VERDICT_INCONCLUSIVE, "smtp/usual-code 1\n"      },
};

static void on_named(void *self, const struct finding *finding)
{
    struct buf *told = self;
    buf_printf(told, "%s %u\n", finding->rule->id, finding->connection);
}

static void check(const struct rule_set *rules, const struct row *row)
{
    static const char *const judged = "smtp/noop-keeps-state";
    const struct program program = {.id = "smtp/case", .rules = &judged, .rule_count = 1};
    const struct outcome outcome = {
        .verdict = row->verdict, .reason = "x", .actual = bytes_of(row->actual)};
    const char *const steps[] = {"S 220 a\r\n", "C NOOP\r\n", "S 252 ok\r\n"};
    struct buf told = {0};
    struct judge *judge = judge_new(rules, JUDGE_SERVERS, (struct finding_sink){on_named, &told});
    struct event event = {.kind = EVENT_CASE_BEGIN, .program = &program};
    judge_sink(judge).on_event(judge_sink(judge).self, &event);
    event.connection = 1;
    for (size_t i = 0; i < PLAY_COUNT(steps); i++) {
        play_step(judge_sink(judge), event, steps[i], 1000);
    }
    event.kind = EVENT_CASE_END;
    event.outcome = &outcome;
    judge_sink(judge).on_event(judge_sink(judge).self, &event);
    judge_free(&judge);
    UNIT_ROW(row->name, strcmp(buf_text(&told), row->told) == 0);
    buf_deinit(&told);
}

static void say(struct event_sink sink, struct event event, const char *reply)
{
    const char *const steps[] = {"S 220 a\r\n", "C NOOP\r\n", reply};
    event.connection = 1;
    for (size_t i = 0; i < PLAY_COUNT(steps); i++) {
        play_step(sink, event, steps[i], 1000);
    }
}

/* What was seen before a case began again is forgotten, and so is that something was told then. */
static void test_begins_again(void)
{
    static const char *const replies[] = {"S 252 ok\r\n", "S 250 ok\r\n", "S 252 ok\r\n"};
    static const char *const wanted[] = {"smtp/usual-code 1\n", "", "smtp/usual-code 1\n"};
    const struct program program = {.id = "smtp/case"};
    const struct outcome outcome = {.verdict = VERDICT_PASS};
    struct arena *arena = arena_new();
    struct rule_set rules;
    CU_ASSERT_EQUAL_FATAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL),
                          0);
    for (size_t last = 0; last < PLAY_COUNT(replies); last++) {
        struct buf told = {0};
        struct judge *judge =
            judge_new(&rules, JUDGE_SERVERS, (struct finding_sink){on_named, &told});
        struct event_sink sink = judge_sink(judge);
        for (size_t i = 0; i <= last; i++) {
            sink.on_event(sink.self,
                          &(struct event){.kind = EVENT_CASE_BEGIN, .program = &program});
            say(sink, (struct event){.program = &program}, replies[i]);
        }
        sink.on_event(
            sink.self,
            &(struct event){.kind = EVENT_CASE_END, .program = &program, .outcome = &outcome});
        judge_free(&judge);
        UNIT_ROW(replies[last], strcmp(buf_text(&told), wanted[last]) == 0);
        buf_deinit(&told);
    }
    arena_free(&arena);
}

static void test_sessions(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    CU_ASSERT_EQUAL_FATAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL),
                          0);
    for (size_t i = 0; i < PLAY_COUNT(rows); i++) {
        check(&rules, &rows[i]);
    }
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"the list",           test_list        },
    {"the script's words", test_sessions    },
    {"begun again",        test_begins_again},
};

UNIT_MAIN("judge: findings that are held", tests)
