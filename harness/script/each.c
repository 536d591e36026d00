/*
 * each - the table of Each: one case for each row (declared in field_values.h)
 */
#include <string.h>

#include "script/field_values.h"
#include "script/functions.h"

#define MOST_COLUMNS 32

/* Cells are separated by "|"; "\|" is a bar inside of one. Returns how many there are; keeps at most `most`. */
static size_t cut_bare_cells(struct span line, struct span *cells, size_t most)
{
    size_t count = 0;
    size_t from = 0;
    for (size_t i = 0; i <= line.text.n; i++) {
        if (i < line.text.n && line.text.p[i] == '\\') {
            i++;
        } else if (i == line.text.n || line.text.p[i] == '|') {
            if (count < most) {
                cells[count] = span_trim(span_slice(line, from, i));
            }
            count++;
            from = i + 1;
        }
    }
    return count;
}

/* "| a | b |" is "a | b": bars at both ends are only decoration. */
static struct span without_outer_bars(struct span line)
{
    if (line.text.n > 1 && line.text.p[0] == '|' && line.text.p[line.text.n - 1] == '|' &&
        line.text.p[line.text.n - 2] != '\\') {
        return span_trim(span_slice(line, 1, line.text.n - 1));
    }
    return line;
}

size_t each_cut_cells(struct span line, struct span *cells, size_t most)
{
    return cut_bare_cells(without_outer_bars(line), cells, most);
}

static bool check_column(const struct field *field, struct span name, const char *const *columns,
                         size_t count)
{
    struct problems *problems = field->context->problems;
    bool ok = name.text.n > 0 && octet_is_alpha(name.text.p[0]);
    for (size_t i = 0; i < name.text.n; i++) {
        unsigned char c = name.text.p[i];
        ok = ok && (octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_');
    }
    if (!ok) {
        problems_error(problems, span_whole_place(name),
                       "expected the name of a column: letters, digits and hyphens");
        return false;
    }
    if (function_find(name.text) != NULL || variable_is_predefined(name.text)) {
        problems_error(problems, span_whole_place(name),
                       "%s is taken: a column needs a name of its own",
                       problems_quote(problems, name.text));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (bytes_is(name.text, columns[i])) {
            problems_error(problems, span_whole_place(name), "two columns have this name");
            return false;
        }
    }
    return true;
}

static bool read_columns(const struct field *field, struct each *each)
{
    struct span names[MOST_COLUMNS];
    struct span line = field->lines[0];
    size_t count = each_cut_cells(line, names, MOST_COLUMNS);
    if (count > MOST_COLUMNS) {
        problems_error(field->context->problems, span_whole_place(line),
                       "too many columns: at most %d", MOST_COLUMNS);
        return false;
    }
    const char **columns = arena_array(field->context->arena, count, sizeof *columns);
    struct place *places = arena_array(field->context->arena, count, sizeof *places);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        columns[i] = arena_text(field->context->arena, names[i].text);
        places[i] = span_whole_place(names[i]);
        ok = check_column(field, names[i], columns, i) && ok;
    }
    *each = (struct each){.columns = columns, .column_places = places, .column_count = count};
    return ok;
}

static bool read_row(const struct field *field, struct span line, const struct each *each,
                     struct each_row *row)
{
    struct span *cells = arena_array(field->context->arena, each->column_count, sizeof *cells);
    size_t count = each_cut_cells(line, cells, each->column_count);
    if (count != each->column_count) {
        problems_error(field->context->problems, span_whole_place(line),
                       "the row has %zu cell%s, the table %zu column%s; a bar inside a cell is "
                       "written \\|",
                       count, count == 1 ? "" : "s", each->column_count,
                       each->column_count == 1 ? "" : "s");
        return false;
    }
    *row = (struct each_row){.cells = cells, .line = line};
    return true;
}

void each_read(const struct field *field, struct settings *settings)
{
    struct problems *problems = field->context->problems;
    if (field->count < 2) {
        problems_error(problems, span_whole_place(field->name),
                       "expected a line with the names of the columns, and at least one row");
        return;
    }
    if (field->count - 1 > SCENARIO_MAX_CASES) {
        problems_error(problems, span_whole_place(field->name), "too many rows: at most %d",
                       SCENARIO_MAX_CASES);
        return;
    }
    struct each each = {0};
    if (!read_columns(field, &each)) {
        return;
    }
    struct each_row *rows = arena_array(field->context->arena, field->count - 1, sizeof *rows);
    for (size_t i = 1; i < field->count; i++) {
        if (read_row(field, field->lines[i], &each, &rows[each.row_count])) {
            each.row_count++;
        }
    }
    each.rows = rows;
    settings->each = each;
}
