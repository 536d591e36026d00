/*
 * Any octets as a scenario: read, bring into canonical form, read again. The form must parse, must not change when it
 * is formatted again, and must hold the same cases.
 */
#include <stdlib.h>

#include "script/scenario.h"

static const char nowhere[] = "/nonexistent/fuzz.scn";

static void print_problems(const struct scenario *scenario)
{
    struct buf out = {0};
    for (size_t i = 0; i < scenario_problem_count(scenario); i++) {
        scenario_print_problem(&out, scenario_problem(scenario, i));
    }
    buf_deinit(&out);
}

static void print_lines(const struct program *program)
{
    struct buf out = {0};
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        scenario_print_text(&out, &step->text);
        for (size_t j = 0; j < step->line_count; j++) {
            scenario_print_line(&out, &step->lines[j]);
        }
        for (size_t j = 0; j < step->reply.line_count; j++) {
            scenario_print_line(&out, &step->reply.lines[j]);
        }
    }
    buf_deinit(&out);
}

static void check_same(const struct scenario *a, const struct scenario *b)
{
    if (scenario_program_count(a) != scenario_program_count(b)) {
        abort();
    }
    for (size_t i = 0; i < scenario_program_count(a); i++) {
        const struct program *x = scenario_program(a, i);
        const struct program *y = scenario_program(b, i);
        if (x->step_count != y->step_count || x->finally_count != y->finally_count) {
            abort();
        }
        for (size_t j = 0; j < x->step_count; j++) {
            if (x->steps[j].kind != y->steps[j].kind ||
                x->steps[j].line_count != y->steps[j].line_count ||
                x->steps[j].reply.line_count != y->steps[j].reply.line_count) {
                abort();
            }
        }
        print_lines(x);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scenario_options options = {.id = "fuzz"};
    struct scenario *first = scenario_read(nowhere, bytes_make(data, size), &options);
    struct buf once = {0};
    struct buf twice = {0};
    struct error error;
    print_problems(first);
    if (scenario_format(first, &once, &error) == 0) {
        struct scenario *second = scenario_read(nowhere, buf_bytes(&once), &options);
        if (scenario_format(second, &twice, &error) != 0 ||
            !bytes_equal(buf_bytes(&once), buf_bytes(&twice))) {
            abort();
        }
        check_same(first, second);
        scenario_free(&second);
    }
    scenario_free(&first);
    buf_deinit(&once);
    buf_deinit(&twice);
    return 0;
}
