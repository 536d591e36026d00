/* Failures of cases: which are worth shrinking, and which two are the same. */
#include "cli/shrink_failure.h"

#include <string.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct rule noop = {.id = "smtp/noop", .level = LEVEL_MUST};
static const struct rule rset = {.id = "smtp/rset", .level = LEVEL_MUST};
static const struct step steps[4] = {{.kind = STEP_REPLY}};
static const struct program program = {.id = "case", .steps = steps, .step_count = COUNT(steps)};

/* ---- Reading ---- */

struct shown {
    enum verdict verdict;
    enum verdict outcome;
    const char *actual;
    bool closed;
    bool waited;
    bool reset;
    const struct rule *rule; /* NULL: no finding */
    bool by_script;
};

static bool read_shown(const struct shown *shown, struct shrink_failure *failure_r)
{
    struct finding findings[] = {
        {.rule = &rset,            .verdict = VERDICT_NON_STRICT},
        { .rule = shown->rule, .verdict = VERDICT_FAIL, .by_script = shown->by_script},
    };
    struct case_result result = {
        .program = &program,
        .verdict = shown->verdict,
        .findings = findings,
        .finding_count = shown->rule != NULL ? 2 : 1,
        .outcome = {.verdict = shown->outcome,
                    .step = shown->outcome == VERDICT_PASS ? NULL : &steps[2],
                    .actual = bytes_of(shown->actual),
                    .closed = shown->closed,
                    .waited = shown->waited},
    };
    return shrink_failure_read(&result, shown->reset,
                               shrink_step_index(&program, result.outcome.step), failure_r);
}

struct read_row {
    const char *name;
    struct shown shown;
    bool failed;
    enum shrink_how how;
    size_t step;
};

static const struct read_row read_rows[] = {
    {"another reply",
     {.verdict = VERDICT_FAIL,
      .outcome = VERDICT_FAIL,
      .actual = "250 OK\r\n",
      .rule = &noop,
      .by_script = true},
     true,  SHRINK_ANSWERED,
     2         },
    {"without a rule",
     {.verdict = VERDICT_FAIL, .outcome = VERDICT_FAIL, .actual = "250 OK\r\n"},
     true,  SHRINK_ANSWERED,
     2         },
    {"a judge saw it",
     {.verdict = VERDICT_FAIL, .outcome = VERDICT_PASS, .actual = NULL, .rule = &noop},
     true,  SHRINK_SEEN,
     BYTES_NONE},
    {"and the dialogue ended by the way",
     {.verdict = VERDICT_FAIL, .outcome = VERDICT_FAIL, .actual = "250 OK\r\n", .rule = &noop},
     true,  SHRINK_SEEN,
     BYTES_NONE},
    {"a close",
     {.verdict = VERDICT_FAIL,
      .outcome = VERDICT_FAIL,
      .actual = NULL,
      .closed = true,
      .rule = &noop},
     true,  SHRINK_CLOSED,
     2         },
    {"in the middle of a line",
     {.verdict = VERDICT_FAIL,
      .outcome = VERDICT_FAIL,
      .actual = "250",
      .closed = true,
      .rule = &noop},
     true,  SHRINK_CLOSED,
     2         },
    {"a reset",
     {.verdict = VERDICT_ERROR, .outcome = VERDICT_ERROR, .actual = NULL, .reset = true},
     true,  SHRINK_RESET,
     2         },
    {"in the middle of a line, too",
     {.verdict = VERDICT_ERROR, .outcome = VERDICT_ERROR, .actual = "250", .reset = true},
     true,  SHRINK_RESET,
     2         },
    {"silence",
     {.verdict = VERDICT_FAIL,
      .outcome = VERDICT_INCONCLUSIVE,
      .actual = NULL,
      .waited = true,
      .rule = &noop},
     true,  SHRINK_SILENT,
     2         },
    {"an error of another kind",
     {.verdict = VERDICT_ERROR, .outcome = VERDICT_ERROR, .actual = NULL},
     false, SHRINK_SEEN,
     0         },
    {"a pass",
     {.verdict = VERDICT_PASS, .outcome = VERDICT_PASS, .actual = NULL},
     false, SHRINK_SEEN,
     0         },
    {"a second choice",
     {.verdict = VERDICT_NON_STRICT, .outcome = VERDICT_NON_STRICT, .actual = "250"},
     false, SHRINK_SEEN,
     0         },
    {"known to fail",
     {.verdict = VERDICT_XFAIL, .outcome = VERDICT_FAIL, .actual = "250", .rule = &noop},
     false, SHRINK_SEEN,
     0         },
};

static void test_read(void)
{
    for (size_t i = 0; i < COUNT(read_rows); i++) {
        const struct read_row *row = &read_rows[i];
        struct shrink_failure failure;
        bool failed = read_shown(&row->shown, &failure);
        UNIT_ROW(row->name, failed == row->failed);
        UNIT_ROW(row->name, !failed || failure.how == row->how);
        UNIT_ROW(row->name, !failed || failure.step == row->step);
        UNIT_ROW(row->name, !failed || failure.rule == row->shown.rule);
    }
}

/* ---- The same ---- */

struct reply_row {
    const char *a;
    const char *b;
    bool same;
};

static const struct reply_row reply_rows[] = {
    {"250 2.1.5 Recipient OK\r\n",       "250 2.1.5 Recipient OK\r\n",                   true },
    {"250 2.1.5 Recipient OK\r\n",       "251 2.1.5 Recipient OK\r\n",                   false},
    {"550 5.1.1 No such user\r\n",       "550 5.7.1 No such user\r\n",                   false},
    {"250 queued as 4EA89A7A491\r\n",    "250 queued as B0792A7A4F3\r\n",                true },
    {"334 PDk1MDQwMTYyNTE3Njg0MzM=\r\n", "334 PDgwMDkzNTE4OTEyOTc4MzA=\r\n",             true },
    {"501 <abc>: bad syntax\r\n",        "501 <{}>: bad syntax\r\n",                     true },
    {"503 sender not yet given\r\n",     "503 valid RCPT command must precede DATA\r\n", false},
    {"500 unrecognized command\r\n",     "500 Too many unrecognized commands\r\n",       true },
    {"+OK 3 messages\r\n",               "+OK 12 messages\r\n",                          true },
    {"+OK 3 messages\r\n",               "-ERR 3 messages\r\n",                          false},
    {"-ERR [AUTH] wrong password\r\n",   "-ERR [IN-USE] wrong password\r\n",             false},
    {"250\r\n",                          "250\r\n",                                      true },
    {"250-first line\r\n250 second\r\n", "250-first line\r\n250 second\r\n",             true },
};

static void test_replies(void)
{
    for (size_t i = 0; i < COUNT(reply_rows); i++) {
        struct shown a = {.verdict = VERDICT_FAIL,
                          .outcome = VERDICT_FAIL,
                          .actual = reply_rows[i].a,
                          .rule = &noop,
                          .by_script = true};
        struct shown b = a;
        struct shrink_failure first;
        struct shrink_failure second;
        b.actual = reply_rows[i].b;
        CU_ASSERT_TRUE(read_shown(&a, &first));
        CU_ASSERT_TRUE(read_shown(&b, &second));
        UNIT_ROW(reply_rows[i].b, shrink_failure_same(&first, &second) == reply_rows[i].same);
    }
}

static void test_same(void)
{
    struct shown a = {.verdict = VERDICT_FAIL,
                      .outcome = VERDICT_FAIL,
                      .actual = NULL,
                      .closed = true,
                      .rule = &noop};
    struct shrink_failure first;
    struct shrink_failure second;
    CU_ASSERT_TRUE(read_shown(&a, &first));
    second = first;
    CU_ASSERT_TRUE(shrink_failure_same(&first, &second));
    second.rule = &rset;
    CU_ASSERT_FALSE(shrink_failure_same(&first, &second));
    second = first;
    second.step = 3;
    CU_ASSERT_FALSE(shrink_failure_same(&first, &second));
    second = first;
    second.how = SHRINK_RESET;
    CU_ASSERT_FALSE(shrink_failure_same(&first, &second));
    second = first;
    second.verdict = VERDICT_ERROR;
    CU_ASSERT_FALSE(shrink_failure_same(&first, &second));
}

static void test_steps(void)
{
    static const struct step elsewhere = {.kind = STEP_REPLY};
    CU_ASSERT_EQUAL(shrink_step_index(&program, &steps[0]), 0);
    CU_ASSERT_EQUAL(shrink_step_index(&program, &steps[3]), 3);
    CU_ASSERT_EQUAL(shrink_step_index(&program, &elsewhere), BYTES_NONE);
    CU_ASSERT_EQUAL(shrink_step_index(&program, NULL), BYTES_NONE);
}

static const struct unit_test tests[] = {
    {"reading", test_read   },
    {"replies", test_replies},
    {"same",    test_same   },
    {"steps",   test_steps  },
};

UNIT_MAIN("cli: failures of cases that are shrunk", tests)
