/*
 * Lines against lines. Input: an octet that says how to compare, the written line, LF, the line that came. What matches must
 * match again with its captures filled in; what does not binds nothing.
 */
#include <stdlib.h>

#include "../unit/engine_written.h"
#include "engine/line_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"a", "b", "n", "id"};
enum { NAME_COUNT = sizeof names / sizeof names[0], REPLY = 8 };

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static size_t bound_count(const struct vars *vars)
{
    size_t count = 0;
    struct bytes value;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        count += vars_get(vars, names[i], &value);
    }
    return count;
}

static enum compare compare_from(uint8_t octet)
{
    static const enum compare all[] = {COMPARE_FRAME, COMPARE_VALUES, COMPARE_GLOB, COMPARE_REGEX,
                                       COMPARE_EXACT};
    return all[(octet & 7) % 5];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_make(data, size);
    size_t end = bytes_index(input, '\n', 0);
    if (size == 0 || end == BYTES_NONE || end == 0) {
        return 0;
    }
    struct arena *arena = arena_new();
    struct vars *vars = vars_new();
    vars_set(vars, "who", BYTES_LIT("j*\\.\0"));
    struct scope scope = {vars, NULL, NULL};
    struct line line = {.text = written(arena, bytes_slice(input, 1, end)),
                        .compare = compare_from(data[0])};
    struct bytes raw = bytes_skip(input, end + 1);
    bool reply = (data[0] & REPLY) != 0;
    struct line_difference difference;
    struct error error = {""};
    enum line_match result = line_match(&line, raw, reply, &scope, &difference, &error);
    check((result == LINE_MATCH_ERROR) == (error.text[0] != '\0'));
    if (result == LINE_MATCH) {
        bool again = line.compare != COMPARE_REGEX; /* a pattern may look at its own groups */
        check(!again || line_match(&line, raw, reply, &scope, NULL, NULL) == LINE_MATCH);
    } else {
        check(bound_count(vars) == 0);
    }
    check(difference.offset == BYTES_NONE || difference.offset <= raw.n);
    buf_deinit(&difference.expected);
    vars_free(&vars);
    arena_free(&arena);
    return 0;
}
