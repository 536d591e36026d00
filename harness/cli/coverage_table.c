#include "cli/coverage_table.h"

#include <string.h>

#include "base/file.h"
#include "base/glob.h"
#include "reports/json_text.h"

enum { TABLE_MAX_OCTETS = 1024 * 1024 };

struct reading {
    const char *path;
    unsigned line;
    const struct suite *suite;
    struct arena *arena;
    struct error *error;
};

/* ---- reading ---- */

static bool is_among(const char *const *cases, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cases[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* A case that two patterns fit is one case. */
static int add_cases(const struct reading *reading, struct bytes pattern, const char **cases,
                     size_t *count)
{
    bool fits = false;
    for (size_t i = 0; i < suite_count(reading->suite); i++) {
        const char *id = suite_program(reading->suite, i)->id;
        const bool found = glob_match(pattern, bytes_of(id));
        if (found && !is_among(cases, *count, id)) {
            cases[(*count)++] = id;
        }
        fits |= found;
    }
    return fits ? 0
                : error_set(reading->error, "%s:%u: %s is no case", reading->path, reading->line,
                            arena_text(reading->arena, pattern));
}

static int read_content(const struct reading *reading, struct bytes content,
                        struct coverage_cell *cell)
{
    struct bytes pattern;
    size_t room = 1;
    if (bytes_starts(content, "- ")) {
        cell->reason = arena_text(reading->arena, bytes_skip(content, 2));
        return 0;
    }
    for (size_t i = 0; i < content.n; i++) {
        room += content.p[i] == ' ';
    }
    const char **cases =
        arena_array(reading->arena, room * suite_count(reading->suite) + 1, sizeof *cases);
    while (bytes_next_word(&content, &pattern)) {
        if (add_cases(reading, pattern, cases, &cell->case_count) != 0) {
            return -1;
        }
    }
    cell->cases = cases;
    return 0;
}

static int read_line(const struct reading *reading, struct bytes line, struct coverage_cell *cell)
{
    struct bytes group;
    struct bytes command;
    struct bytes column;
    bool whole = bytes_next(&line, '\t', &group) && bytes_next(&line, '\t', &command) &&
                 bytes_next(&line, '\t', &column) && bytes_trim(line).n > 0 &&
                 bytes_index(line, '\t', 0) == BYTES_NONE;
    if (!whole) {
        return error_set(reading->error,
                         "%s:%u: expected group, command, column, and cases or a reason",
                         reading->path, reading->line);
    }
    *cell = (struct coverage_cell){
        .group = arena_text(reading->arena, group),
        .command = arena_text(reading->arena, command),
        .column = arena_text(reading->arena, column),
    };
    return read_content(reading, line, cell);
}

int coverage_table_read(const char *path, const struct suite *suite, struct arena *arena,
                        struct coverage_table *table_r, struct error *error)
{
    struct reading reading = {.path = path, .suite = suite, .arena = arena, .error = error};
    struct buf text = {0};
    struct bytes line;
    int failed = file_read(path, TABLE_MAX_OCTETS, &text, error);
    struct bytes rest = buf_bytes(&text);
    size_t lines = 1;
    for (size_t i = 0; i < rest.n; i++) {
        lines += rest.p[i] == '\n';
    }
    struct coverage_cell *cells = arena_array(arena, lines, sizeof *cells);
    *table_r = (struct coverage_table){cells, 0};
    while (failed == 0 && bytes_next(&rest, '\n', &line)) {
        reading.line++;
        if (line.n > 0 && line.p[0] != '#') {
            failed = read_line(&reading, line, &cells[table_r->count++]);
        }
    }
    buf_deinit(&text);
    return failed;
}

/* ---- for programs ---- */

void coverage_table_tsv(const struct coverage_table *table, struct buf *out)
{
    buf_append_text(out, "group\tcommand\tcolumn\tcount\tcases or reason\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct coverage_cell *cell = &table->cells[i];
        buf_printf(out, "%s\t%s\t%s\t%zu\t%s", cell->group, cell->command, cell->column,
                   cell->case_count, cell->reason != NULL ? cell->reason : "");
        for (size_t k = 0; k < cell->case_count; k++) {
            buf_printf(out, "%s%s", k > 0 ? " " : "", cell->cases[k]);
        }
        buf_append_octet(out, '\n');
    }
}

void coverage_table_json(const struct coverage_table *table, struct buf *out)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < table->count; i++) {
        const struct coverage_cell *cell = &table->cells[i];
        json_t *cases = json_texts(cell->cases, cell->case_count);
        json_array_append_new(cells, json_pack("{s:s, s:s, s:s, s:o, s:s*}", "group", cell->group,
                                               "command", cell->command, "column", cell->column,
                                               "cases", cases, "reason", cell->reason));
    }
    json_t *object = json_pack("{s:o}", "cells", cells);
    json_print(out, object, 0);
    json_decref(object);
}
