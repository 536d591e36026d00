#include "engine/said.h"

#include <string.h>

#include "engine/expand.h"
#include "engine/serve_internal.h"

enum { MAX_DEPTH = 16 };

static bool may_hold_secret(const struct program *program, const struct text *text, unsigned depth);

/* A column of Each may have one in its cells. */
static bool is_secret_name(const struct program *program, const char *name, unsigned depth)
{
    for (size_t i = 0; i < program->row_count; i++) {
        if (strcmp(program->row[i].name, name) == 0) {
            return may_hold_secret(program, &program->row[i].value, depth + 1);
        }
    }
    return bytes_starts(bytes_of(name), "secret");
}

/* Those that hide nothing of their arguments, and take no secret themselves. */
static bool is_plain_function(const char *name)
{
    static const char *const plain[] = {"repeat", "add", "length", "upper", "lower"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool piece_may_hold_secret(const struct program *program, const struct piece *piece,
                                  unsigned depth)
{
    switch (piece->kind) {
    case PIECE_OCTETS:
        return false;
    case PIECE_VARIABLE:
        return is_secret_name(program, piece->name, depth);
    case PIECE_FUNCTION:
        break;
    }
    bool may = !is_plain_function(piece->name);
    for (size_t i = 0; i < piece->argument_count; i++) {
        may = may || may_hold_secret(program, &piece->arguments[i], depth + 1);
    }
    return may;
}

static bool may_hold_secret(const struct program *program, const struct text *text, unsigned depth)
{
    bool may = depth > MAX_DEPTH;
    for (size_t i = 0; i < text->count; i++) {
        may = may || piece_may_hold_secret(program, &text->pieces[i], depth);
    }
    return may;
}

/* Of our client's line the names are filled in; of our server's, which may be written as a code alone, what went out counts. */
static void print_line(struct buf *out, const struct case_run *run, const struct step *step,
                       const struct line *line)
{
    const struct visitor *visitor = run->serve != NULL && step->side == SIDE_CLIENT
                                        ? serve_link(run->serve, step)->visitor
                                        : NULL;
    struct buf octets = {0};
    struct error error;

    if (visitor != NULL) {
        buf_append(out, buf_bytes(&visitor->said));
    } else if (line->compare != COMPARE_GLOB && line->compare != COMPARE_REGEX &&
               expand_text(&octets, &line->text, &run->scope, &error) == 0) {
        buf_append(out, buf_bytes(&octets));
    }
    buf_deinit(&octets);
}

void said_print(struct buf *out, const struct case_run *run, const struct step *step)
{
    const struct line *line = step != NULL ? program_said_before(run->program, step) : NULL;

    if (line != NULL && !may_hold_secret(run->program, &line->text, 0)) {
        print_line(out, run, step, line);
    }
}
