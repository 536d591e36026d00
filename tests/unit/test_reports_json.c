/* JSON: whole reports, read back by jansson; the octets survive. */
#include "reports_rows.h"

#include "base/base64.h"

#include <jansson.h>

struct json_row {
    const char *golden;
    struct rows_run run;
    bool acceptable;
};

static const struct json_row rows[] = {
    {"json.json",                {.kind = "json", ROWS_ALL},                               false},
    {"json-acceptable.json",
     {.kind = "json", .options = {.trace = TRACE_NONE}, .from = 0, .to = 3},
     true                                                                                       },
    {"json-should.json",
     {.kind = "json",
      .options = {.trace = TRACE_ALL},
      .fail_on = FAIL_ON_SHOULD,
      .from = 0,
      .to = 3},
     false                                                                                      },
    {"json-nothing-judged.json", {.kind = "json", .from = 9, .to = 11},                    false},
    {"json-broken-off.json",     {.kind = "json", .planned = 20, .broken_off = "refused"}, false},
    {"json-interrupted.json",
     {.kind = "json", .from = 0, .to = 1, .planned = 20, .interrupted = true},
     false                                                                                      },
    {"json-lost.json",           {.kind = "json", ROWS_LOST},                              false},
    {"json-empty.json",          {.kind = "json"},                                         false},
};

static json_t *load(const struct buf *out)
{
    json_error_t error;
    json_t *run = json_loadb((const char *)out->p, out->n, JSON_REJECT_DUPLICATES, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(run);
    return run;
}

static void test_golden_and_read_back(void)
{
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        const struct json_row *row = &rows[i];
        struct buf out = {0};
        rows_report(&row->run, &out);
        rows_golden(row->golden, buf_bytes(&out));
        rows_harmless(buf_bytes(&out));
        json_t *run = load(&out);
        json_t *summary = json_object_get(run, "summary");
        UNIT_ROW(row->golden, json_is_string(json_object_get(run, "schema")));
        UNIT_ROW(row->golden,
                 json_array_size(json_object_get(run, "cases")) == row->run.to - row->run.from);
        UNIT_ROW(row->golden,
                 json_is_true(json_object_get(summary, "acceptable")) == row->acceptable);
        json_decref(run);
        buf_deinit(&out);
    }
}

static void check_octets(const json_t *object, struct bytes octets)
{
    struct buf decoded = {0};
    const char *base64 = json_string_value(json_object_get(object, "base64"));
    CU_ASSERT_EQUAL(base64_decode(&decoded, bytes_of(base64)), 0);
    CU_ASSERT_TRUE(bytes_equal(buf_bytes(&decoded), octets));
    buf_deinit(&decoded);
}

/* The worst octets we have come back as they were; the text is the shared one. */
static void test_octets_survive(void)
{
    struct buf out = {0};
    struct buf text = {0};
    rows_report(&(struct rows_run){.kind = "json", .from = 7, .to = 8}, &out);
    failure_print(&text, &rows_results[7], &(struct reporter_options){0});
    json_t *run = load(&out);
    const json_t *result = json_array_get(json_object_get(run, "cases"), 0);
    check_octets(json_object_get(result, "actual"), rows_results[7].outcome.actual);
    check_octets(json_array_get(json_object_get(result, "wire"), 0), rows_hostile_wire[0].octets);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result, "text")), buf_text(&text));
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(result, "actual_offset")), 70);
    json_decref(run);
    buf_deinit(&text);
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"whole reports, read back", test_golden_and_read_back},
    {"octets survive",           test_octets_survive      },
};

UNIT_MAIN("reports: JSON", tests)
