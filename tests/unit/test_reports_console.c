/* The console report: whole reports against golden files, and what holds for all of them. */
#include "reports_rows.h"

#include "reports/compared.h"
#include "reports/show.h"

struct console_row {
    const char *golden;
    struct rows_run run;
};

static const struct console_row rows[] = {
    {"console.txt",                 {.kind = "console", ROWS_ALL}                                 },
    {"console-quiet.txt",           {.kind = "console", .options = {.quiet = true}, ROWS_ALL}     },
    {"console-should-no-trace.txt",
     {.kind = "console",
      .options = {.trace = TRACE_NONE},
      .fail_on = FAIL_ON_SHOULD,
      .from = 0,
      .to = 4}                                                                                    },
    {"console-all-traces.txt",
     {.kind = "console", .options = {.trace = TRACE_ALL}, .from = 0, .to = 3}                     },
    {"console-interrupted.txt",
     {.kind = "console", .from = 0, .to = 1, .planned = 20, .interrupted = true}                  },
    {"console-broken-off.txt",
     {.kind = "console", .planned = 20, .broken_off = "127.0.0.1:25 refused the \x1b connection."}},
    {"console-lost.txt",            {.kind = "console", ROWS_LOST}                                },
    {"console-nothing-judged.txt",  {.kind = "console", .from = 9, .to = 11}                      },
};

static void test_golden(void)
{
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        struct buf out = {0};
        rows_report(&rows[i].run, &out);
        rows_golden(rows[i].golden, buf_bytes(&out));
        rows_harmless(buf_bytes(&out));
        buf_deinit(&out);
    }
}

static void without_colours(struct buf *plain, struct bytes text)
{
    size_t i = 0;
    while (i < text.n) {
        if (text.p[i] == 0x1b) {
            i = bytes_index(text, 'm', i) + 1;
        } else {
            buf_append_octet(plain, text.p[i++]);
        }
    }
}

/* Colours add themselves and change nothing else. */
static void test_colours_only_add(void)
{
    struct buf plain = {0};
    struct buf coloured = {0};
    struct buf stripped = {0};
    rows_report(&(struct rows_run){.kind = "console", ROWS_ALL}, &plain);
    rows_report(&(struct rows_run){.kind = "console", .options = {.colour = true}, ROWS_ALL},
                &coloured);
    CU_ASSERT_TRUE(coloured.n > plain.n);
    without_colours(&stripped, buf_bytes(&coloured));
    CU_ASSERT_TRUE(bytes_equal(buf_bytes(&stripped), buf_bytes(&plain)));
    buf_deinit(&plain);
    buf_deinit(&coloured);
    buf_deinit(&stripped);
}

struct compared_row {
    const char *expected;
    const char *actual;
    size_t offset;
    const char *shown;
};

static const struct compared_row compared_rows[] = {
    {"",               "",             BYTES_NONE, ""                                                               },
    {"503",            "",             BYTES_NONE, "  expected: 503\n  actual:   (nothing)\n"                       },
    {"250 a",          "250 b\r\n",    4,          "  expected: 250 a\n  actual:   250 b\\r\\n\n                ^\n"},
    {"250",            "250\n",        3,          "  expected: 250\n  actual:   250\\n\n               ^\n"        },
    {"250",            "25",           2,          "  expected: 250\n  actual:   25\n              ^\n"             },
    {"250 \\x01\\x02", "250 \x01\x03", 5,
     "  expected: 250 \\x01\\x02\n  actual:   250 \\x01\\x03\n                    ^\n"                              },
    {"a\nb",           "a\r\nc\r\n",   3,
     "  expected: a\n            b\n  actual:   a\\r\\n\n            c\\r\\n\n            ^\n"                      },
};

static void test_compared(void)
{
    for (size_t i = 0; i < ROWS_COUNT(compared_rows); i++) {
        const struct compared_row *row = &compared_rows[i];
        struct buf out = {0};
        compared_print(&out, bytes_of(row->expected), bytes_of(row->actual), row->offset, false);
        UNIT_ROW(row->shown, bytes_is(buf_bytes(&out), row->shown));
        buf_deinit(&out);
    }
}

/* The octet that differs is shown, however far back it stands. */
static void test_compared_is_bounded(void)
{
    struct buf actual = {0};
    for (int i = 0; i < 1000; i++) {
        buf_printf(&actual, "250-%d ", i);
        buf_append_fill(&actual, 'x', 1000);
        buf_append_text(&actual, "\r\n");
    }
    size_t at = bytes_find(buf_bytes(&actual), BYTES_LIT("250-500 "), 0) + 500;
    actual.p[at] = 'Y';
    struct buf out = {0};
    compared_print(&out, BYTES_LIT("250"), buf_bytes(&actual), at, false);
    CU_ASSERT_TRUE(out.n < 8000);
    size_t shown = bytes_index(buf_bytes(&out), 'Y', 0);
    size_t caret = bytes_index(buf_bytes(&out), '^', 0);
    CU_ASSERT_NOT_EQUAL_FATAL(shown, BYTES_NONE);
    CU_ASSERT_NOT_EQUAL_FATAL(caret, BYTES_NONE);
    size_t line = shown;
    while (line > 0 && out.p[line - 1] != '\n') {
        line--;
    }
    size_t caret_line = bytes_index(buf_bytes(&out), '\n', shown) + 1;
    CU_ASSERT_EQUAL(caret - caret_line, shown - line);
    buf_deinit(&out);
    buf_deinit(&actual);
}

struct time_row {
    int64_t wall_us;
    const char *rfc3339;
};

static const struct time_row time_rows[] = {
    {0,                "1970-01-01T00:00:00.000Z"},
    {1767323045678901, "2026-01-02T03:04:05.678Z"},
    {951782399999999,  "2000-02-28T23:59:59.999Z"},
};

static void test_times(void)
{
    for (size_t i = 0; i < ROWS_COUNT(time_rows); i++) {
        struct buf out = {0};
        show_time(&out, time_rows[i].wall_us, false);
        UNIT_ROW(time_rows[i].rfc3339, bytes_is(buf_bytes(&out), time_rows[i].rfc3339));
        buf_deinit(&out);
    }
}

static void test_kinds(void)
{
    size_t count = 0;
    for (size_t i = 0; reporter_at(i) != NULL; i++) {
        CU_ASSERT_PTR_EQUAL(reporter_find(reporter_at(i)->name), reporter_at(i));
        count++;
    }
    CU_ASSERT_EQUAL(count, 5);
    CU_ASSERT_PTR_NULL(reporter_find("html5"));
    CU_ASSERT_PTR_NULL(reporter_find(""));
}

static const struct unit_test tests[] = {
    {"whole reports",        test_golden             },
    {"colours only add",     test_colours_only_add   },
    {"expected and actual",  test_compared           },
    {"long answers are cut", test_compared_is_bounded},
    {"times",                test_times              },
    {"kinds",                test_kinds              },
};

UNIT_MAIN("reports: console", tests)
