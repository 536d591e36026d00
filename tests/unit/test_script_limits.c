/*
 * What is no scenario at all, and what is too much of one: refused with a sentence, in bounded time and memory.
 */
#include <string.h>
#include <unistd.h>

#include "script_dump.h"
#include "unit.h"

static const char *first_problem(const struct scenario *scenario)
{
    return scenario_problem_count(scenario) > 0 ? scenario_problem(scenario, 0)->text : "none";
}

static void check(const char *name, struct bytes text, const char *expected)
{
    struct scenario *scenario = scenario_read("t", text, NULL);
    if (strcmp(first_problem(scenario), expected) != 0) {
        fprintf(stderr, "got: %s\n", first_problem(scenario));
    }
    UNIT_ROW(name, strcmp(first_problem(scenario), expected) == 0);
    UNIT_ROW(name, scenario_failed(scenario) && scenario_program_count(scenario) == 0);
    scenario_free(&scenario);
}

static void no_text(void)
{
    check("empty", BYTES_LIT(""), "the file is empty");
    check("blanks", BYTES_LIT(" \n\t\r\n"), "the file is empty");
    check("byte order mark", BYTES_LIT("\xEF\xBB\xBF"), "the file is empty");
    check("NUL", BYTES_LIT("C: NOOP\0\nS: x"), "a control octet: write it as \\0 or \\x00");
    check("Latin-1", BYTES_LIT("C: caf\xE9\nS: 250\n"),
          "the octet is not UTF-8: write it as \\xe9");
    check("escape", BYTES_LIT("C: \x1b[2J\nS: 250\n"), "a control octet: write it as \\x1b");
    check("CR inside", BYTES_LIT("C: a\rb\nS: 250\n"), "a control octet: write it as \\r or \\x0d");
}

/* The same lines, however they end. */
static void line_ends(void)
{
    static const char *const texts[] = {"C: NOOP\nS: 250\n", "C: NOOP\r\nS: 250\r\n",
                                        "C: NOOP\r\nS: 250", "\xEF\xBB\xBF# x\nC: NOOP\nS: 250\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct scenario *scenario = scenario_read("t", bytes_of(texts[i]), NULL);
        struct buf out = {0};
        CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 1);
        dump_steps(&out, scenario_program(scenario, 0));
        UNIT_ROW(texts[i], bytes_is(buf_bytes(&out), "C \"NOOP\"\nS 250 [alone] \"250\"\n"));
        buf_deinit(&out);
        scenario_free(&scenario);
    }
}

static void repeat(struct buf *text, const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_append_text(text, piece);
    }
}

/* `before`, `piece` so many times, `after`. */
static const struct row {
    const char *before;
    const char *piece;
    size_t count;
    const char *after;
    const char *expected;
} rows[] = {
    {"",                    "x",                        4194305, "\n",                         "the file is too large: at most 4194304 octets"},
    {"",                    "#\n",                      100001,  "",                           "too many lines: at most 100000"               },
    {"C: ",                 "x",                        65537,   "\nS: 250\n",                 "the line is too long: at most 65536 octets"   },
    {"C: x\n",              "  y\n",                    40000,   "S: 250\n",                   "the line is too long: at most 65536 octets"   },
    {"",                    "C: NOOP\nS: 250\n",        10001,   "",                           "too many steps in one case: at most 20000"    },
    {"Each:\n  n\n",        "  1\n",                    10001,   "\nC: {{n}}\nS: 500\n",       "too many rows: at most 10000"                 },
    {"Each:\n  a",          "|b",                       33,      "\n  1\n\nC: NOOP\nS: 250\n", "too many columns: at most 32"                 },
    {"C: HELP\nS: 214-a\n", "S~: 214-b\n",              257,     "S: 214 c\n",
     "too many lines in any order: at most 256"                                                                                               },
    {"",                    "<if A>\n",                 9,
     "C: NOOP\nS: 250\n<end>\n<end>\n<end>\n<end>\n<end>\n<end>\n<end>\n<end>\n<end>\n",       "<if> is nested too deep: at most 8"           },
    {"C: {{base64",         " \"x\"",                   17,      "}}\nS: 500\n",               "too many arguments: at most 16"               },
    {"C: ",                 "{{repeat 9000000 \"x\"}}", 2,       "\nS: 500\n",
     "the line would have more than 16777216 octets"                                                                                          },
};

static void too_much(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf text = {0};
        buf_append_text(&text, rows[i].before);
        repeat(&text, rows[i].piece, rows[i].count);
        buf_append_text(&text, rows[i].after);
        check(rows[i].expected, buf_bytes(&text), rows[i].expected);
        buf_deinit(&text);
    }
}

/* Rows times lines are bounded together. */
static void too_many_parts(void)
{
    struct buf text = {0};
    buf_append_text(&text, "Each:\n  n\n");
    repeat(&text, "  1\n", 5000);
    buf_append_text(&text, "\n");
    repeat(&text, "C: {{n}}\nS: 250\n", 5000);
    check("parts", buf_bytes(&text), "too large: all cases together have more than 500000 parts");
    buf_deinit(&text);
}

/* A hundred mistakes: fifty are shown, and a last word says that there are more. */
static void too_many_errors(void)
{
    struct buf text = {0};
    repeat(&text, "C: NOOP\nS: Ok\n", 100);
    struct scenario *scenario = scenario_read("t", buf_bytes(&text), NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_problem_count(scenario), SCENARIO_MAX_ERRORS + 1);
    CU_ASSERT_STRING_EQUAL(scenario_problem(scenario, SCENARIO_MAX_ERRORS)->text,
                           "too many problems: the rest is left out");
    CU_ASSERT_PTR_NULL(scenario_problem(scenario, SCENARIO_MAX_ERRORS + 1));
    buf_deinit(&text);
    scenario_free(&scenario);
}

/* As large as it may be, and nothing wrong with it. */
static void large(void)
{
    struct buf text = {0};
    for (size_t i = 0; text.n < SCENARIO_MAX_OCTETS - 400 && i < 9000; i++) {
        buf_append_text(&text, "C: VRFY ");
        buf_append_fill(&text, 'x', 420);
        buf_append_text(&text, "{{rcpt}}\nS: 252\n");
    }
    struct scenario *scenario = scenario_read("t", buf_bytes(&text), NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 1);
    CU_ASSERT_EQUAL(scenario_program(scenario, 0)->step_count, 18000);
    struct buf out = {0};
    struct error error;
    CU_ASSERT_EQUAL(scenario_format(scenario, &out, &error), 0);
    CU_ASSERT_TRUE(bytes_equal(buf_bytes(&out), buf_bytes(&text)));
    buf_deinit(&out);
    buf_deinit(&text);
    scenario_free(&scenario);
}

static void files(void)
{
    struct scenario *missing = scenario_read_file("/nonexistent/x.scn", NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_problem_count(missing), 1);
    CU_ASSERT_EQUAL(scenario_problem(missing, 0)->place.line, 0);
    CU_ASSERT_STRING_EQUAL(scenario_problem(missing, 0)->place.path, "/nonexistent/x.scn");
    scenario_free(&missing);
    CU_ASSERT_PTR_NULL(missing);
    scenario_free(&missing);

    /* A sparse file of 100 MB: its size alone refuses it. */
    char path[] = "/tmp/mailspec-large-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(file >= 0);
    CU_ASSERT_EQUAL(ftruncate(file, 100000000), 0);
    close(file);
    struct scenario *scenario = scenario_read_file(path, NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_problem_count(scenario), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(first_problem(scenario), "4194304"));
    unlink(path);
    scenario_free(&scenario);
}

static const struct unit_test tests[] = {
    {"no text",         no_text        },
    {"line ends",       line_ends      },
    {"too much",        too_much       },
    {"too many parts",  too_many_parts },
    {"too many errors", too_many_errors},
    {"large",           large          },
    {"files",           files          },
};

UNIT_MAIN("script limits", tests)
