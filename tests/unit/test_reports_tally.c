/* The one sentence that says what a run amounts to, and whether it is acceptable. */
#include "reports/tally.h"
#include "unit.h"

struct row {
    const char *sentence;
    bool acceptable;
    size_t selected;
    struct run_summary summary;
};

static const struct absence cut = {"the server went away", true};
static const struct absence restart = {"the server went away", false};

static const struct row rows[] = {
    {"Acceptable.",                                                                    true,  2, {.counts = {[VERDICT_PASS] = 2}}                    },
    {"Acceptable, as far as it could be judged: 1 of 2 cases could not.",
     true,                                                                                    2,
     {.counts = {[VERDICT_PASS] = 1, [VERDICT_INCONCLUSIVE] = 1}}                                                                                    },
    {"Not acceptable: 1 FAIL.",                                                        false, 2, {.counts = {[VERDICT_PASS] = 1, [VERDICT_FAIL] = 1}}},
    {"Not acceptable: 1 ERROR, 2 FAIL. Interrupted: what did not run is not judged.",
     false,                                                                                   9,
     {.counts = {[VERDICT_ERROR] = 1, [VERDICT_FAIL] = 2}, .interrupted = true, .not_run = 6}                                                        },
    {"Interrupted: what did not run is not judged.",
     false,                                                                                   9,
     {.counts = {[VERDICT_PASS] = 1}, .interrupted = true, .not_run = 8}                                                                             },
    {"Acceptable. The time was up (--for): 3 of 5 cases were not judged.",
     true,                                                                                    5,
     {.counts = {[VERDICT_PASS] = 2, [VERDICT_SKIP] = 3}, .out_of_time = 3}                                                                          },
    {"Not acceptable: 1 FAIL. The time was up (--for): 1 of 2 cases were not judged.",
     false,                                                                                   2,
     {.counts = {[VERDICT_FAIL] = 1, [VERDICT_INCONCLUSIVE] = 1}, .out_of_time = 1}                                                                  },
    {"Broken off: it is gone",                                                         false, 9, {.broken_off = "it is gone", .not_run = 9}          },
    {"Not acceptable: 1 crash that no case brings about alone.",
     false,                                                                                   1,
     {.counts = {[VERDICT_PASS] = 1}, .absences = &cut, .absence_count = 1}                                                                          },
    {"Not acceptable: 1 FAIL, 1 crash that no case brings about alone.",
     false,                                                                                   1,
     {.counts = {[VERDICT_FAIL] = 1}, .absences = &cut, .absence_count = 1}                                                                          },
    {"Acceptable.",
     true,                                                                                    1,
     {.counts = {[VERDICT_PASS] = 1}, .absences = &restart, .absence_count = 1}                                                                      },
    {"Nothing was judged.",                                                            false, 1, {.counts = {[VERDICT_SKIP] = 1}}                    },
    {"Nothing was selected, so nothing was judged.",                                   false, 0, {.not_run = 0}                                      },
};

static void test_sentences(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct run_info info = {.case_count = rows[i].selected, .fail_on = FAIL_ON_MUST};
        struct buf out = {0};
        bool acceptable = tally_acceptable(&info, &rows[i].summary, &out);
        UNIT_ROW(rows[i].sentence, acceptable == rows[i].acceptable);
        UNIT_ROW(rows[i].sentence, bytes_is(buf_bytes(&out), rows[i].sentence));
        buf_deinit(&out);
    }
}

static void test_never(void)
{
    const struct run_info info = {.case_count = 1, .fail_on = FAIL_ON_NEVER};
    const struct run_summary summary = {
        .counts = {[VERDICT_PASS] = 1}, .absences = &cut, .absence_count = 1};
    CU_ASSERT(tally_acceptable(&info, &summary, NULL));
    CU_ASSERT_EQUAL(tally_crashes(&summary), 1);
}

static const struct unit_test tests[] = {
    {"sentences",       test_sentences},
    {"--fail-on never", test_never    },
};

UNIT_MAIN("reports: tally", tests)
