#include "cli/variables.h"

static void add_text(struct word_set *names, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        if (piece->kind == PIECE_VARIABLE) {
            word_set_add(names, piece->name);
        }
        for (size_t k = 0; k < piece->argument_count; k++) {
            add_text(names, &piece->arguments[k]);
        }
    }
}

static void add_lines(struct word_set *names, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_text(names, &lines[i].text);
    }
}

static void add_steps(struct word_set *names, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_lines(names, steps[i].lines, steps[i].line_count);
        add_lines(names, steps[i].reply.lines, steps[i].reply.line_count);
        add_text(names, &steps[i].text);
    }
}

static void add_values(struct word_set *names, const struct name_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_text(names, &values[i].value);
    }
}

void variables_add(struct word_set *names, const struct program *program)
{
    add_steps(names, program->steps, program->step_count);
    add_steps(names, program->finally, program->finally_count);
    add_values(names, program->given, program->given_count);
    add_values(names, program->cast, program->cast_count);
    add_values(names, program->row, program->row_count);
}
