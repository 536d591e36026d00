/* JSON reports read back: what comes out is what went in, and nothing that is wrong with a file goes unsaid. */
#include "reports_rows.h"

#include "reports/merge.h"

/* ---- Round trip ---- */

static const char *const kinds[] = {"json", "junit", "tap", "tap13", "console"};

static const struct rows_run runs[] = {
    {ROWS_ALL                        },
    {.fail_on = FAIL_ON_ANY,           ROWS_ALL},
    {.fail_on = FAIL_ON_NEVER,                                ROWS_ALL},
    {.fail_on = FAIL_ON_SHOULD,.options = {.trace = TRACE_ALL}, ROWS_ALL},
    {.options = {.trace = TRACE_NONE},        ROWS_ALL},
    {.options = {.strict = true, .quiet = true},                        ROWS_ALL},
    {.from = 0, .to = 1, .planned = 20, .interrupted = true},
    {.from = 3,                                .to = 5, .planned = 20, .broken_off = "refused ::error:: \x1b"},
    {.from = 9, .to = 11},
    {.from = 0,                        .to = 0},
    {ROWS_LOST                  },
};

static void report_merged(const char *kind_name, const struct reporter_options *options,
                          const struct merged *merged, struct buf *out)
{
    const struct reporter_kind *kind = reporter_find(kind_name);
    struct reporter_options own = *options;
    own.trace = merged->trace;
    struct reporter *reporter = kind->create(&own, out);
    kind->begin(reporter, &merged->info);
    for (size_t i = 0; i < merged->case_count; i++) {
        kind->case_done(reporter, merged->cases[i]);
    }
    kind->end(reporter, &merged->summary);
    kind->destroy(reporter);
}

static void check_round_trip(const struct rows_run *run, struct arena *arena)
{
    struct rows_run as_json = *run;
    struct buf json = {0};
    struct buf notes = {0};
    struct error error = {""};
    struct read_result result;
    struct merged merged;
    as_json.kind = "json";
    rows_report(&as_json, &json);
    UNIT_ROW(error.text, result_read("a.json", buf_bytes(&json), arena, &result, &error) == 0);
    CU_ASSERT_EQUAL_FATAL(merge_results(&result, 1, NULL, arena, &merged, &notes, &error), 0);
    CU_ASSERT_EQUAL(notes.n, 0);
    for (size_t i = 0; i < ROWS_COUNT(kinds); i++) {
        struct rows_run wanted = *run;
        struct buf before = {0};
        struct buf after = {0};
        wanted.kind = kinds[i];
        rows_report(&wanted, &before);
        report_merged(kinds[i], &run->options, &merged, &after);
        UNIT_ROW(kinds[i], bytes_equal(buf_bytes(&before), buf_bytes(&after)));
        buf_deinit(&before);
        buf_deinit(&after);
    }
    buf_deinit(&json);
    buf_deinit(&notes);
}

static void test_round_trip(void)
{
    for (size_t i = 0; i < ROWS_COUNT(runs); i++) {
        struct arena *arena = arena_new();
        check_round_trip(&runs[i], arena);
        arena_free(&arena);
    }
}

/* ---- What is wrong with a file ---- */

/* The first `from` of a whole report becomes `to`. */
struct wrong_row {
    const char *from;
    const char *to;
    const char *said;
};

/* clang-format off */
static const struct wrong_row wrong[] = {
    {"mailspec-run/1", "mailspec-run/2", "schema: expected \"mailspec-run/1\", which this version reads, found \"mailspec-run/2\""},
    {"\"schema\"", "\"other\"", "schema: expected \"mailspec-run/1\"; is it"},
    {"\"cases\": [", "\"cases\": {}, \"x\": [", "cases: expected an array"},
    {"\"info\"", "\"inof\"", "info: expected an object"},
    {"\"summary\"", "\"sumary\"", "summary: expected an object"},
    {"\"fail_on\": \"must\"", "\"fail_on\": \"most\"", "info.fail_on: expected one of must, should, any"},
    {"\"started\": \"2026", "\"started\": \"26", "info.started: expected a time"},
    {"\"started\": \"2026-01", "\"started\": \"2026-13", "info.started: expected a time"},
    {"\"not_run\": 0", "\"not_run\": 1", "summary.not_run: expected"},
    {"\"not_run\": 0", "\"not_run\": -1", "summary.not_run: expected a number from 0"},
    {"\"verdict\": \"NON-STRICT\"", "\"verdict\": \"STRICT\"", "verdict: expected one of PASS"},
    {"\"id\": \"smtp/noop\"", "\"id\": \"\"", "cases[0].id: expected the id"},
    {"\"id\": \"smtp/noop\"", "\"id\": 7", "cases[0].id: expected a string"},
    {"\"number\": 0", "\"number\": 99999999999", "cases[0].number: expected a number from 0"},
    {"\"number\": 0", "\"number\": 0.5", "cases[0].number: expected a number from 0"},
    {"\"duration_ms\": 3.999", "\"duration_ms\": \"3\"", "cases[0].duration_ms: expected milliseconds"},
    {"\"duration_ms\": 3.999", "\"duration_ms\": 1e300", "cases[0].duration_ms: expected milliseconds"},
    {"\"base64\": \"MjIw", "\"base64\": \"M.Iw", "base64: expected octets"},
    {"\"side\": \"server\"", "\"side\": \"both\"", "side: expected one of client, server"},
    {"\"level\": \"MUST\"", "\"level\": \"must\"", "level: expected one of MUST"},
    {"\"in_start\": false", "\"in_start\": 0", "in_start: expected true or false"},
    {"\"shard\": null", "\"shard\": {\"index\": 3, \"count\": 2, \"whole_count\": 9}", "info.shard.index: expected"},
    {"\"shard\": null", "\"shard\": 1", "info.shard: expected an object"},
    {"\"rules\": [", "\"rules\": [1, ", "rules: expected an array of strings"},
    {"\"id\":", "\"repeat\": 0, \"id\":", "it is no JSON: line"},
    {"\"title\": \"", "\"title\": \"\\u0000", "it is no JSON: line"},
    {"{", "[", "it is no JSON: line"},
};
/* clang-format on */

static struct buf whole_report(void)
{
    struct rows_run run = {.kind = "json", ROWS_ALL};
    struct buf json = {0};
    rows_report(&run, &json);
    return json;
}

static void test_wrong_files(void)
{
    struct buf json = whole_report();
    for (size_t i = 0; i < ROWS_COUNT(wrong); i++) {
        const struct wrong_row *row = &wrong[i];
        struct arena *arena = arena_new();
        struct buf changed = {0};
        struct error error = {""};
        struct read_result result;
        size_t at = bytes_find(buf_bytes(&json), bytes_of(row->from), 0);
        UNIT_ROW(row->from, at != BYTES_NONE);
        buf_append(&changed, bytes_slice(buf_bytes(&json), 0, at));
        buf_append_text(&changed, row->to);
        buf_append(&changed, bytes_skip(buf_bytes(&json), at + strlen(row->from)));
        UNIT_ROW(row->to, result_read("a", buf_bytes(&changed), arena, &result, &error) == -1);
        bool said = bytes_find(bytes_of(error.text), bytes_of(row->said), 0) != BYTES_NONE;
        UNIT_ROW(error.text, said);
        buf_deinit(&changed);
        arena_free(&arena);
    }
    buf_deinit(&json);
}

/* Wherever it is cut off, it is no result; every seventh place and each of the last ones. */
static void test_cut_files(void)
{
    struct buf json = whole_report();
    for (size_t n = 0; n + 2 < json.n; n += n + 100 < json.n ? 97 : 1) {
        struct arena *arena = arena_new();
        struct error error = {""};
        struct read_result result;
        struct bytes cut = bytes_slice(buf_bytes(&json), 0, n);
        CU_ASSERT_EQUAL(result_read("a", cut, arena, &result, &error), -1);
        CU_ASSERT_TRUE(error.text[0] != '\0');
        arena_free(&arena);
    }
    buf_deinit(&json);
}

/* An object, an array, a string and nothing are no report either. */
static void test_other_json(void)
{
    static const char *const texts[] = {"",
                                        " \n",
                                        "{}",
                                        "[]",
                                        "null",
                                        "1",
                                        "\"x\"",
                                        "{\"cases\":1}",
                                        "[[[[",
                                        "\xff\xfe",
                                        "{a",
                                        "true",
                                        "{\"schema\":\"mailspec-run/1\"}"};
    for (size_t i = 0; i < ROWS_COUNT(texts); i++) {
        struct arena *arena = arena_new();
        struct error error = {""};
        struct read_result result;
        UNIT_ROW(texts[i], result_read("a", bytes_of(texts[i]), arena, &result, &error) == -1);
        UNIT_ROW(texts[i], error.text[0] != '\0');
        arena_free(&arena);
    }
}

/* Later members may be absent: a report of an earlier version. */
static void test_earlier_version(void)
{
    static const char *const later[] = {"\"shard\": null,", "\"trace\": \"fail\",",
                                        "\"target\": null,", "\"line\": 4,"};
    struct buf json = whole_report();
    struct arena *arena = arena_new();
    struct error error = {""};
    struct read_result result;
    for (size_t i = 0; i < ROWS_COUNT(later); i++) {
        size_t at = 0;
        while ((at = bytes_find(buf_bytes(&json), bytes_of(later[i]), at)) != BYTES_NONE) {
            memset(json.p + at, ' ', strlen(later[i]));
        }
    }
    UNIT_ROW(error.text, result_read("a", buf_bytes(&json), arena, &result, &error) == 0);
    CU_ASSERT_EQUAL(result.case_count, ROWS_COUNT(rows_results));
    buf_deinit(&json);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"one result, every report, octet by octet", test_round_trip     },
    {"what is wrong is said",                    test_wrong_files    },
    {"cut off",                                  test_cut_files      },
    {"other JSON",                               test_other_json     },
    {"an earlier version",                       test_earlier_version},
};

UNIT_MAIN("reports: merge", tests)
