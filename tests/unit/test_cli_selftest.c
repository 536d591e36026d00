/*
 * The matrix of faults: what makes a round right or wrong, and the reports.
 */
#include <string.h>

#include "base/buf.h"
#include "cli/selftest_found.h"
#include "cli/selftest_report.h"
#include "unit.h"

static const struct rule_beside besides[] = {
    {"a.2", "smtp/b", "It is one cause.", 1},
};
static const struct rule loud = {
    .id = "smtp/a", .level = LEVEL_MUST, .besides = besides, .beside_count = 1};
static const struct rule silent = {
    .id = "smtp/a", .level = LEVEL_MUST, .by_silence = "Nothing comes is what it says."};
static const struct rule other = {.id = "smtp/b", .level = LEVEL_SHOULD};

#define BROKEN                                                                                     \
    {                                                                                              \
        .rule = &loud, .verdict = VERDICT_FAIL                                                     \
    }
#define WAITED                                                                                     \
    {                                                                                              \
        .rule = &loud, .verdict = VERDICT_FAIL, .waited = true                                     \
    }
#define MILD                                                                                       \
    {                                                                                              \
        .rule = &loud, .verdict = VERDICT_NON_STRICT                                               \
    }
#define OTHER                                                                                      \
    {                                                                                              \
        .rule = &other, .verdict = VERDICT_NON_STRICT                                              \
    }

struct row {
    const char *name;
    const char *fault; /* NULL: the honest round */
    const struct rule *rule;
    struct finding findings[3]; /* one for each case */
    enum verdict plain;         /* of one more case, without a finding */
    const char *text;           /* what is printed, quiet */
};

#define HEAD "NOT OK  a                                MUST smtp/a: "

// clang-format off
static const struct row rows[] = {
    {"as it must be",           "a", &loud, {BROKEN, BROKEN}, VERDICT_PASS, ""},
    {"nobody noticed",          "a", &loud, {{0}}, VERDICT_PASS,
     HEAD "nobody noticed\n    nobody noticed\n"},
    {"too mild",                "a", &loud, {MILD}, VERDICT_PASS,
     HEAD "NON-STRICT in 1 case\n    NON-STRICT is not what breaking a MUST amounts to\n"},
    {"another one, too",        "a", &loud, {BROKEN, OTHER}, VERDICT_PASS,
     HEAD "FAIL in 1 case\n    also NON-STRICT: smtp/b in 1 case\n"},
    {"as declared",             "a.2", &loud, {BROKEN, OTHER}, VERDICT_PASS, ""},
    {"declared, and not there", "a.2", &loud, {BROKEN}, VERDICT_PASS,
     "NOT OK  a.2                              MUST smtp/a: FAIL in 1 case\n"
     "    not broken, though declared beside it: smtp/b\n"},
    {"a case without rules",    "a", &loud, {BROKEN}, VERDICT_FAIL,
     HEAD "FAIL in 1 case\n    also FAIL: smtp/case in 1 case\n"},
    {"by waits only",           "a", &loud, {WAITED, WAITED}, VERDICT_PASS,
     HEAD "FAIL in 2 cases\n    named by nothing but waits that ended, and the rule does not say why\n"},
    {"by a wait, and by more",  "a", &loud, {WAITED, BROKEN}, VERDICT_PASS, ""},
    {"by waits, as it must be", "a", &silent, {WAITED}, VERDICT_PASS, ""},
    {"an error",                "a", &loud, {BROKEN}, VERDICT_ERROR, HEAD "FAIL in 1 case\n    1 errors\n"},
    {"no such rule",            "a", NULL, {{0}}, VERDICT_PASS,
     "NOT OK  a                                ? smtp/a: nobody noticed\n    the rule is in no catalogue\n"},
    {"honest",                  NULL, NULL, {{0}}, VERDICT_PASS, ""},
    {"honest, and accused",     NULL, NULL, {OTHER}, VERDICT_PASS,
     "NOT OK  honest server and client: 1 of 2 cases pass, 0 inconclusive, 0 errors\n"
     "    also NON-STRICT: smtp/b in 1 case\n"},
    {"honest, and not judged",  NULL, NULL, {{0}}, VERDICT_INCONCLUSIVE,
     "NOT OK  honest server and client: 0 of 1 cases pass, 1 inconclusive, 0 errors\n"
     "    an honest server and client leave nothing unjudged\n"},
};
// clang-format on

static json_t *row_of(const struct row *row, struct arena *arena)
{
    struct selftest_found found = {.arena = arena};
    const struct program program = {.id = "smtp/case"};
    const struct fault_facts facts = {.name = row->fault, .rule = "smtp/a"};
    for (size_t i = 0; i < 3 && row->findings[i].rule != NULL; i++) {
        const struct case_result result = {.program = &program,
                                           .verdict = row->findings[i].verdict,
                                           .findings = &row->findings[i],
                                           .finding_count = 1};
        selftest_found_case(&found, &result);
    }
    const struct case_result plain = {.program = &program, .verdict = row->plain};
    selftest_found_case(&found, &plain);
    return selftest_found_row(&found, row->rule, row->fault == NULL ? NULL : &facts);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct buf text = {0};
        json_t *row = row_of(&rows[i], arena);
        selftest_text(row, true, &text);
        UNIT_ROW(rows[i].name, strcmp(buf_text(&text), rows[i].text) == 0);
        UNIT_ROW(rows[i].name, json_is_true(json_object_get(row, "right")) == (text.n == 0));
        json_decref(row);
        buf_deinit(&text);
        arena_free(&arena);
    }
}

static void test_reports(void)
{
    struct arena *arena = arena_new();
    json_t *all = json_array();
    struct buf out = {0};
    json_array_append_new(all, row_of(&rows[4], arena));
    json_array_append_new(all, row_of(&rows[3], arena));
    selftest_tsv(all, &out);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&out),
        "fault\trule\tlevel\tverdict\tcases\tothers\trun\tinconclusive\tseconds\twrong\n"
        "a.2\tsmtp/a\tMUST\tFAIL\t1\tsmtp/b NON-STRICT 1 (It is one cause.)\t3\t0\t0.00\t\n"
        "a\tsmtp/a\tMUST\tFAIL\t1\tsmtp/b NON-STRICT 1\t3\t0\t0.00\t"
        "also NON-STRICT: smtp/b in 1 case\n");
    buf_clear(&out);
    selftest_markdown(all, &out);
    CU_ASSERT(strstr(buf_text(&out),
                     "| a.2 | smtp/a | MUST | FAIL | 1 | smtp/b NON-STRICT 1 (It is "
                     "one cause.) | 3 | 0 | 0.00 |  |\n") != NULL);
    buf_clear(&out);
    selftest_json(all, &out);
    json_t *again = json_loads(buf_text(&out), 0, NULL);
    CU_ASSERT(json_equal(all, again));
    json_decref(again);
    json_decref(all);
    buf_deinit(&out);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"rows",    test_rows   },
    {"reports", test_reports},
};

UNIT_MAIN("cli: the matrix of faults", tests)
