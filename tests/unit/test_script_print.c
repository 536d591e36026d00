/*
 * Problems and texts as they are shown.
 */
#include <string.h>

#include "script_dump.h"
#include "unit.h"

static const struct row {
    const char *source;
    unsigned line;
    unsigned column;
    unsigned width;
    const char *expected; /* behind the first line */
} rows[] = {
    {"C: NOOP",   1,   4, 4, " 1 | C: NOOP\n   |    ^^^^\n"     },
    {"C: NOOP",   123, 4, 1, " 123 | C: NOOP\n     |    ^\n"    },
    {"C: NOOP",   1,   8, 1, " 1 | C: NOOP\n   |        ^\n"    },
    {"C: NOOP",   1,   4, 0, " 1 | C: NOOP\n   |    ^\n"        },
    {"\tx\ty",    1,   4, 1, " 1 |  x y\n   |    ^\n"           },
    {"gr\xC3\xBC\xC3\x9F"
     "e x",  1,   9, 1,
     " 1 | gr\xC3\xBC\xC3\x9F"
     "e x\n   |       ^\n"                                      },
    {"a\x1b[2Jb", 1,   6, 1, " 1 | a\\x1b[2Jb\n   |         ^\n"},
    {"a\x1b"
     "b",    1,   2, 1, " 1 | a\\x1bb\n   |  ^^^^\n"       },
    {"a\\qb",     1,   2, 2, " 1 | a\\qb\n   |  ^^\n"           },
    {"",          1,   1, 1, " 1 | \n   | ^\n"                  },
};

static void carets(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario_problem problem = {.text = "what"};
        problem.place = (struct place){"a.scn", rows[i].line, rows[i].column, rows[i].width,
                                       bytes_of(rows[i].source)};
        struct buf expected = {0};
        struct buf out = {0};
        buf_printf(&expected, "a.scn:%u:%u: error: what\n%s", rows[i].line, rows[i].column,
                   rows[i].expected);
        scenario_print_problem(&out, &problem);
        if (!bytes_equal(buf_bytes(&out), buf_bytes(&expected))) {
            fprintf(stderr, "got:\n%s", buf_text(&out));
        }
        UNIT_ROW(rows[i].source, bytes_equal(buf_bytes(&out), buf_bytes(&expected)));
        buf_deinit(&out);
        buf_deinit(&expected);
    }
}

/* Of a long line only what is around the caret. */
static void long_line(void)
{
    struct buf line = {0};
    buf_append_fill(&line, 'x', 1000);
    struct scenario_problem problem = {.text = "what", .warning = true};
    problem.place = (struct place){"a.scn", 1, 501, 2, buf_bytes(&line)};
    struct buf out = {0};
    scenario_print_problem(&out, &problem);
    const char *text = buf_text(&out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "a.scn:1:501: warning: what\n 1 | ...xxx"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "xxx...\n"));
    CU_ASSERT_TRUE(out.n < 300);
    const char *source = strstr(text, " | ") + 3;
    const char *marks = strstr(strchr(source, '\n'), " | ") + 3;
    CU_ASSERT_EQUAL(strcspn(marks, "^"), 63); /* "..." and 60 octets */
    buf_deinit(&out);
    buf_deinit(&line);
}

static void nowhere(void)
{
    struct scenario_problem problem = {.place = {.path = "a\x1b.scn"}, .text = "the file is empty"};
    struct buf out = {0};
    scenario_print_problem(&out, &problem);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "a\\x1b.scn: error: the file is empty\n");
    buf_deinit(&out);
}

/* What is printed can stand in a scenario again. */
static const char *const texts[] = {
    "RCPT TO:<{{rcpt}}>",
    "a \\\\ \\{ \\r\\n\\t\\0\\x01\\xff",
    "{{n:int}}{{m:text=a b}}{{secret:alice}}",
    "{{repeat 3 \"a\\\"b\"}}{{base64 \"\\0\" user \"\\0\" secret}}",
    "{{upper \"x{{lower \"Y\"}}\"}}{{apop}}",
    "gr\xC3\xBCn",
};

static void text(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf source = {0};
        buf_printf(&source, "S: 250 x\nC: NOOP\nS: 250 %s\n", texts[i]);
        struct scenario *scenario = scenario_read("t", buf_bytes(&source), NULL);
        UNIT_ROW(texts[i], !scenario_failed(scenario));
        struct buf out = {0};
        if (!scenario_failed(scenario)) {
            scenario_print_text(&out, &scenario_program(scenario, 0)->steps[2].reply.lines[0].text);
        }
        UNIT_ROW(texts[i], bytes_is(bytes_skip(buf_bytes(&out), 4), texts[i]));
        buf_deinit(&out);
        buf_deinit(&source);
        scenario_free(&scenario);
    }
}

static void line(void)
{
    static const char source[] = "C: NOOP\nS/: 250 \\d+\\. {{n:int}}\nC: NOOP\\c\nS*: 250 \\**\n";
    static const char *const expected[] = {NULL, "250 \\d+\\. {{n:int}}", "NOOP\\c", "250 \\**"};
    struct scenario *scenario = scenario_read("t", BYTES_LIT(source), NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 1);
    const struct program *program = scenario_program(scenario, 0);
    for (size_t i = 1; i < 4; i++) {
        const struct step *step = &program->steps[i];
        struct buf out = {0};
        scenario_print_line(&out, step->kind == STEP_REPLY ? &step->reply.lines[0] : step->lines);
        UNIT_ROW(expected[i], bytes_is(buf_bytes(&out), expected[i]));
        buf_deinit(&out);
    }
    scenario_free(&scenario);
}

static const struct unit_test tests[] = {
    {"carets",    carets   },
    {"long line", long_line},
    {"nowhere",   nowhere  },
    {"text",      text     },
    {"line",      line     },
};

UNIT_MAIN("script print", tests)
