#include "cli/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { STATE_MAX_OCTETS = 16 * 1024 * 1024 };

static const char operand_word[] = "operand ";
static const char case_word[] = "case ";

static const char *state_path(struct arena *arena)
{
    const char *home = getenv("XDG_STATE_HOME");
    if (home != NULL && home[0] == '/') {
        return arena_printf(arena, "%s/mailspec/failed", home);
    }
    home = getenv("HOME");
    return home != NULL ? arena_printf(arena, "%s/.local/state/mailspec/failed", home) : NULL;
}

void state_deinit(struct state *state)
{
    buf_deinit(&state->operands);
    buf_deinit(&state->ids);
}

/* --failed may be said in another folder. */
void state_add_operands(struct state *state, const char *const *operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *real = realpath(operands[i], NULL);
        const char *word = real != NULL ? real : operands[i];
        if (strchr(word, '\n') == NULL) {
            buf_printf(&state->operands, "%s\n", word);
        }
        free(real);
    }
}

const char **state_operands(const struct state *state, struct arena *arena, size_t *count_r)
{
    struct bytes rest = buf_bytes(&state->operands);
    struct bytes line;
    const char **operands = arena_array(arena, rest.n + 1, sizeof *operands);
    *count_r = 0;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        operands[(*count_r)++] = arena_text(arena, line);
    }
    return operands;
}

int state_read(struct state *state, struct arena *arena, struct error *error)
{
    const char *path = state_path(arena);
    struct buf text = {0};
    if (path == NULL || !file_exists(path)) {
        return error_set(error, "--failed: no run is on record yet");
    }
    int failed = file_read(path, STATE_MAX_OCTETS, &text, error);
    struct bytes rest = buf_bytes(&text);
    struct bytes line;
    while (failed == 0 && rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        bool operand = bytes_starts(line, operand_word);
        if (operand || bytes_starts(line, case_word)) {
            struct buf *out = operand ? &state->operands : &state->ids;
            buf_append(out, bytes_skip(line, strlen(operand ? operand_word : case_word)));
            buf_append_octet(out, '\n');
        }
    }
    buf_deinit(&text);
    return failed;
}

static void print_lines(struct buf *out, const char *word, const struct buf *lines)
{
    struct bytes rest = buf_bytes(lines);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_append_text(out, word);
        buf_append(out, line);
        buf_append_octet(out, '\n');
    }
}

void state_write(const struct state *state, struct arena *arena)
{
    const char *path = state_path(arena);
    struct buf text = {0};
    print_lines(&text, operand_word, &state->operands);
    print_lines(&text, case_word, &state->ids);
    if (path != NULL) {
        file_write(path, buf_bytes(&text), NULL);
    }
    buf_deinit(&text);
}
