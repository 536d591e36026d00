#include "unit.h"

#include "model/event.h"
#include "model/rule.h"
#include "model/verdict.h"

/* From the best to the gravest; SKIP stands beside UNSUPPORTED. */
static const enum verdict order[] = {
    VERDICT_PASS,         VERDICT_INFO,  VERDICT_NON_STRICT, VERDICT_UNSUPPORTED,
    VERDICT_INCONCLUSIVE, VERDICT_ERROR, VERDICT_FAIL,
};

static void test_worse(void)
{
    const size_t count = sizeof order / sizeof order[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            enum verdict worse = order[i > j ? i : j];
            UNIT_ROW(verdict_name(order[i]), verdict_worse(order[i], order[j]) == worse);
        }
    }
    CU_ASSERT(verdict_worse(VERDICT_SKIP, VERDICT_INCONCLUSIVE) == VERDICT_INCONCLUSIVE);
    CU_ASSERT(verdict_worse(VERDICT_SKIP, VERDICT_NON_STRICT) == VERDICT_SKIP);
}

/* No order of asking may change the answer, for any two verdicts. */
static void test_worse_both_ways(void)
{
    for (unsigned a = 0; a < VERDICT_COUNT; a++) {
        for (unsigned b = 0; b < VERDICT_COUNT; b++) {
            enum verdict one = verdict_worse((enum verdict)a, (enum verdict)b);
            UNIT_ROW(verdict_name((enum verdict)a),
                     one == verdict_worse((enum verdict)b, (enum verdict)a));
            UNIT_ROW(verdict_name((enum verdict)a), one == a || one == b);
        }
    }
}

/* One letter for each column MUST SHOULD ANY PRACTICE NEVER: + OK, - NOT_OK, 0 NEUTRAL. */
static const struct outcome_row {
    enum verdict verdict;
    const char *outcomes;
} outcome_rows[] = {
    {VERDICT_PASS,         "+++++"},
    {VERDICT_INFO,         "++--+"},
    {VERDICT_NON_STRICT,   "+--++"},
    {VERDICT_UNSUPPORTED,  "00-00"},
    {VERDICT_SKIP,         "00-00"},
    {VERDICT_INCONCLUSIVE, "00-00"},
    {VERDICT_ERROR,        "-----"},
    {VERDICT_FAIL,         "----0"},
    {VERDICT_XFAIL,        "+++++"},
    {VERDICT_XPASS,        "----0"},
};

static void test_outcome(void)
{
    static const enum fail_on columns[] = {FAIL_ON_MUST, FAIL_ON_SHOULD, FAIL_ON_ANY,
                                           FAIL_ON_PRACTICE, FAIL_ON_NEVER};
    static const char letters[] = {
        [OUTCOME_OK] = '+', [OUTCOME_NOT_OK] = '-', [OUTCOME_NEUTRAL] = '0'};
    CU_ASSERT(sizeof outcome_rows / sizeof outcome_rows[0] == VERDICT_COUNT);
    for (size_t i = 0; i < sizeof outcome_rows / sizeof outcome_rows[0]; i++) {
        for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++) {
            enum verdict_outcome outcome = verdict_outcome(outcome_rows[i].verdict, columns[j]);
            UNIT_ROW(verdict_name(outcome_rows[i].verdict),
                     letters[outcome] == outcome_rows[i].outcomes[j]);
        }
    }
}

static void test_level(void)
{
    CU_ASSERT(level_verdict(LEVEL_MUST) == VERDICT_FAIL);
    CU_ASSERT(level_verdict(LEVEL_SHOULD) == VERDICT_NON_STRICT);
    CU_ASSERT(level_verdict(LEVEL_MAY) == VERDICT_INFO);
    CU_ASSERT(level_verdict(LEVEL_PRACTICE) == VERDICT_INFO);
}

static void test_rule_find(void)
{
    static const struct rule rules[] = {
        {.id = "pop3/greeting"}, {.id = "smtp/helo"}, {.id = "smtp/helo-2"}, {.id = "smtp/verb"}};
    const struct rule *const sorted[] = {&rules[0], &rules[1], &rules[2], &rules[3]};
    struct rule_set set = {sorted, 0};
    CU_ASSERT_PTR_NULL(rule_find(&set, BYTES_LIT("smtp/helo")));
    for (set.count = 1; set.count <= 4; set.count++) {
        for (size_t i = 0; i < 4; i++) {
            const struct rule *found = rule_find(&set, bytes_of(rules[i].id));
            UNIT_ROW(rules[i].id, found == (i < set.count ? &rules[i] : NULL));
        }
        CU_ASSERT_PTR_NULL(rule_find(&set, BYTES_LIT("smtp/hel")));
        CU_ASSERT_PTR_NULL(rule_find(&set, BYTES_LIT("")));
        CU_ASSERT_PTR_NULL(rule_find(&set, BYTES_LIT("zzz")));
    }
}

static void count_event(void *self, const struct event *event)
{
    *(unsigned *)self += event->kind == EVENT_NOTE;
}

static void test_emit(void)
{
    unsigned count = 0;
    struct event event = {.kind = EVENT_NOTE};
    struct event_sink sink = {count_event, &count};
    event_emit(&sink, &event);
    event_emit(NULL, &event);
    event_emit(&(struct event_sink){0}, &event);
    CU_ASSERT(count == 1);
}

static const struct unit_test tests[] = {
    {"worse",           test_worse          },
    {"worse both ways", test_worse_both_ways},
    {"outcome",         test_outcome        },
    {"level",           test_level          },
    {"rule find",       test_rule_find      },
    {"emit",            test_emit           },
};

UNIT_MAIN("model/verdict", tests)
