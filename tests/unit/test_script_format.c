/*
 * The canonical form: formatting again changes nothing, and the cases stay what they were.
 */
#include <string.h>

#include "script_dump.h"
#include "script_rows.h"

static void dump_all(struct buf *out, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_program_count(scenario); i++) {
        const struct program *program = scenario_program(scenario, i);
        buf_printf(out, "%s %s ", program->id, program->title);
        dump_connections(out, program);
        buf_printf(out, " %d%d%d needs %zu given %zu cast %zu row %zu\n", program->uses_maildrop,
                   program->playable_client, program->playable_server, program->need_count,
                   program->given_count, program->cast_count, program->row_count);
        dump_steps(out, program);
    }
}

static bool same_programs(const struct scenario *a, const struct scenario *b)
{
    struct buf x = {0};
    struct buf y = {0};
    dump_all(&x, a);
    dump_all(&y, b);
    bool same = bytes_equal(buf_bytes(&x), buf_bytes(&y));
    if (!same) {
        fprintf(stderr, "before:\n%safter:\n%s", buf_text(&x), buf_text(&y));
    }
    buf_deinit(&x);
    buf_deinit(&y);
    return same;
}

static void check_twice(const char *name, const struct scenario *first,
                        const struct scenario_options *options, const char *path)
{
    struct buf once = {0};
    struct buf twice = {0};
    struct error error;
    UNIT_ROW(name, scenario_format(first, &once, &error) == 0);
    struct scenario *second = scenario_read(path, buf_bytes(&once), options);
    if (scenario_failed(second)) {
        dump_problems(&twice, second);
        fprintf(stderr, "%s%s", buf_text(&once), buf_text(&twice));
        buf_clear(&twice);
    }
    UNIT_ROW(name, !scenario_failed(second));
    UNIT_ROW(name, scenario_format(second, &twice, &error) == 0);
    UNIT_ROW(name, bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
    UNIT_ROW(name, same_programs(first, second));
    scenario_free(&second);
    buf_deinit(&once);
    buf_deinit(&twice);
}

static void check_row(const struct script_row *row)
{
    struct scenario_options options = {.id = "t"};
    struct scenario *scenario = scenario_read("t.scn", row->text, &options);
    UNIT_ROW(row->name, !scenario_failed(scenario));
    check_twice(row->name, scenario, &options, "t.scn");
    scenario_free(&scenario);
}

static void rows(void)
{
    script_rows_each("script-steps.txt", check_row);
    script_rows_each("script-starts.txt", check_row);
    script_rows_each("script-notations.txt", check_row);
    script_rows_each("script-warnings.txt", check_row);
    script_rows_each("script-format.txt", check_row);
}

static void check_file(void *self, const char *path)
{
    unsigned *count = self;
    struct scenario_options options = {.library = "scenarios", .root = "scenarios"};
    if (strstr(path, "/lib/") != NULL) {
        return; /* used by others, with what they know */
    }
    struct scenario *scenario = scenario_read_file(path, &options);
    if (scenario_failed(scenario)) {
        struct buf out = {0};
        dump_problems(&out, scenario);
        fprintf(stderr, "%s", buf_text(&out));
        buf_deinit(&out);
    }
    UNIT_ROW(path, !scenario_failed(scenario));
    check_twice(path, scenario, &options, path);
    scenario_free(&scenario);
    (*count)++;
}

/* Every scenario that is shipped. */
static void shipped(void)
{
    unsigned count = 0;
    struct error error;
    CU_ASSERT_EQUAL(file_walk("scenarios", ".scn", check_file, &count, &error), 0);
    CU_ASSERT_TRUE(count > 20);
}

static void failed(void)
{
    struct scenario *scenario = scenario_read("t", BYTES_LIT("C: NOOP\nS: Ok\n"), NULL);
    struct buf out = {0};
    struct error error;
    CU_ASSERT_EQUAL(scenario_format(scenario, &out, &error), -1);
    CU_ASSERT_EQUAL(out.n, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "errors"));
    scenario_free(&scenario);
}

static const struct unit_test tests[] = {
    {"rows",    rows   },
    {"shipped", shipped},
    {"failed",  failed },
};

UNIT_MAIN("script format", tests)
