/*
 * Dialogues and what they are compiled to; bad ones and what is said about them.
 */
#include "script_dump.h"
#include "script_rows.h"

static struct scenario *read_row(const struct script_row *row)
{
    struct scenario_options options = {.id = "t"};
    return scenario_read("t.scn", row->text, &options);
}

/* The problems stand in for what there is not when it failed. */
static bool dump_failure(struct buf *out, const struct scenario *scenario)
{
    if (scenario_failed(scenario)) {
        dump_problems(out, scenario);
    }
    return scenario_failed(scenario);
}

static void check_steps(const struct script_row *row)
{
    struct scenario *scenario = read_row(row);
    struct buf out = {0};
    if (!dump_failure(&out, scenario)) {
        for (size_t i = 0; i < scenario_program_count(scenario); i++) {
            if (scenario_program_count(scenario) > 1) {
                buf_printf(&out, "%s\n", scenario_program(scenario, i)->id);
            }
            dump_steps(&out, scenario_program(scenario, i));
        }
    }
    script_rows_compare(row, buf_bytes(&out));
    buf_deinit(&out);
    scenario_free(&scenario);
}

static void check_start(const struct script_row *row)
{
    struct scenario *scenario = read_row(row);
    struct buf out = {0};
    if (!dump_failure(&out, scenario)) {
        const struct program *program = scenario_program(scenario, 0);
        dump_connections(&out, program);
        buf_append_text(&out, program->uses_maildrop ? ", maildrop" : "");
        if (!program->playable_client) {
            buf_printf(&out, ", not client: %s", program->unplayable_client_reason);
        }
        if (!program->playable_server) {
            buf_printf(&out, ", not server: %s", program->unplayable_server_reason);
        }
        buf_append_octet(&out, '\n');
    }
    script_rows_compare(row, buf_bytes(&out));
    buf_deinit(&out);
    scenario_free(&scenario);
}

static void check_problems(const struct script_row *row, bool failed)
{
    struct scenario *scenario = read_row(row);
    struct buf out = {0};
    dump_problems(&out, scenario);
    script_rows_compare(row, buf_bytes(&out));
    UNIT_ROW(row->name, scenario_failed(scenario) == failed);
    UNIT_ROW(row->name, (scenario_program_count(scenario) == 0) == failed);
    buf_deinit(&out);
    scenario_free(&scenario);
}

static void check_errors(const struct script_row *row)
{
    check_problems(row, true);
}

static void check_warnings(const struct script_row *row)
{
    check_problems(row, false);
}

static void check_format(const struct script_row *row)
{
    struct scenario *scenario = read_row(row);
    struct buf out = {0};
    struct error error;
    UNIT_ROW(row->name, scenario_format(scenario, &out, &error) == 0);
    script_rows_compare(row, buf_bytes(&out));
    buf_deinit(&out);
    scenario_free(&scenario);
}

static void steps(void)
{
    script_rows_each("script-steps.txt", check_steps);
}

static void starts(void)
{
    script_rows_each("script-starts.txt", check_start);
}

static void notations(void)
{
    script_rows_each("script-notations.txt", check_steps);
}

static void errors(void)
{
    script_rows_each("script-errors.txt", check_errors);
}

static void warnings(void)
{
    script_rows_each("script-warnings.txt", check_warnings);
}

static void format(void)
{
    script_rows_each("script-format.txt", check_format);
}

static const struct unit_test tests[] = {
    {"steps",     steps    },
    {"starts",    starts   },
    {"notations", notations},
    {"errors",    errors   },
    {"warnings",  warnings },
    {"format",    format   },
};

UNIT_MAIN("script rows", tests)
