/* coverage_grid - the table of shipped cases for people: a grid for each group, and below it why cells are empty */
#include <stdio.h>
#include <string.h>

#include "cli/coverage_table.h"

enum { FIRST_COLUMN = 11, LEAST_COLUMN = 4 };

/* The column of what belongs into no other. */
static const char any[] = "any";

/* The cells of one group. */
struct grid {
    const struct coverage_table *table;
    const char *group;
    bool alone; /* there is no column but "any" */
};

static bool same_group(const struct coverage_cell *a, const struct coverage_cell *b)
{
    return strcmp(a->group, b->group) == 0;
}

static bool same_command(const struct coverage_cell *a, const struct coverage_cell *b)
{
    return same_group(a, b) && strcmp(a->command, b->command) == 0;
}

static bool same_column(const struct coverage_cell *a, const struct coverage_cell *b)
{
    return same_group(a, b) && strcmp(a->column, b->column) == 0;
}

static bool is_first(const struct coverage_table *table, size_t i,
                     bool (*same)(const struct coverage_cell *a, const struct coverage_cell *b))
{
    for (size_t k = 0; k < i; k++) {
        if (same(&table->cells[k], &table->cells[i])) {
            return false;
        }
    }
    return true;
}

static bool is_any(const struct coverage_cell *cell)
{
    return strcmp(cell->column, any) == 0;
}

static struct grid grid_of(const struct coverage_table *table, const char *group)
{
    struct grid grid = {table, group, true};
    for (size_t i = 0; i < table->count; i++) {
        grid.alone &= strcmp(table->cells[i].group, group) != 0 || is_any(&table->cells[i]);
    }
    return grid;
}

/* Is it in the grid itself, and not among what belongs into no column? */
static bool is_inside(const struct grid *grid, const struct coverage_cell *cell)
{
    return strcmp(cell->group, grid->group) == 0 && (grid->alone || !is_any(cell));
}

static bool is_head(const struct grid *grid, size_t i)
{
    return is_inside(grid, &grid->table->cells[i]) && is_first(grid->table, i, same_column);
}

static const struct coverage_cell *cell_find(const struct grid *grid, const char *command,
                                             const char *column)
{
    for (size_t i = 0; i < grid->table->count; i++) {
        const struct coverage_cell *cell = &grid->table->cells[i];
        if (strcmp(cell->group, grid->group) == 0 && strcmp(cell->command, command) == 0 &&
            strcmp(cell->column, column) == 0) {
            return cell;
        }
    }
    return NULL;
}

/* How a grid is laid out. */
struct layout {
    const char *before;
    const char *between;
    const char *behind;
    const char *item; /* before each line below the grid */
    bool ruled;       /* a line of dashes below the heads, as Markdown wants */
    bool in_width;    /* the cells of a column have one width */
};

static void put_first(struct buf *out, const struct layout *layout, const char *text)
{
    buf_append_text(out, layout->before);
    buf_printf(out, "%-*s", layout->in_width ? FIRST_COLUMN : 0, text);
}

static void put_next(struct buf *out, const struct layout *layout, const char *head,
                     const char *text)
{
    size_t width = strlen(head) > LEAST_COLUMN ? strlen(head) : LEAST_COLUMN;
    buf_append_text(out, layout->between);
    buf_printf(out, "%*s", layout->in_width ? (int)width : 0, text);
}

static void put_heads(struct buf *out, const struct layout *layout, const struct grid *grid)
{
    size_t count = 0;
    put_first(out, layout, "");
    for (size_t i = 0; i < grid->table->count; i++) {
        if (is_head(grid, i)) {
            const char *head = grid->table->cells[i].column;
            put_next(out, layout, head, head);
            count++;
        }
    }
    buf_append_text(out, layout->behind);
    if (layout->ruled) {
        buf_append_text(out, "|---|");
        while (count-- > 0) {
            buf_append_text(out, "---|");
        }
        buf_append_octet(out, '\n');
    }
}

/* The number of cases; "-" where the cell is empty for a reason; nothing where there is no cell. */
static void put_row(struct buf *out, const struct layout *layout, const struct grid *grid,
                    const char *command)
{
    put_first(out, layout, command);
    for (size_t i = 0; i < grid->table->count; i++) {
        if (!is_head(grid, i)) {
            continue;
        }
        const char *head = grid->table->cells[i].column;
        const struct coverage_cell *cell = cell_find(grid, command, head);
        char number[24] = "";
        if (cell != NULL && cell->reason == NULL) {
            snprintf(number, sizeof number, "%zu", cell->case_count);
        }
        put_next(out, layout, head, cell != NULL && cell->reason != NULL ? "-" : number);
    }
    buf_append_text(out, layout->behind);
}

/* A command that stands in the grid has its line at its first cell there. */
static bool begins_row(const struct grid *grid, size_t i)
{
    const struct coverage_cell *cell = &grid->table->cells[i];
    for (size_t k = 0; k < i; k++) {
        if (is_inside(grid, &grid->table->cells[k]) && same_command(&grid->table->cells[k], cell)) {
            return false;
        }
    }
    return is_inside(grid, cell);
}

static void put_rows(struct buf *out, const struct layout *layout, const struct grid *grid)
{
    put_heads(out, layout, grid);
    for (size_t i = 0; i < grid->table->count; i++) {
        if (begins_row(grid, i)) {
            put_row(out, layout, grid, grid->table->cells[i].command);
        }
    }
}

static bool same_reason(const struct coverage_cell *a, const struct coverage_cell *b)
{
    return same_column(a, b) && a->reason != NULL && b->reason != NULL &&
           strcmp(a->reason, b->reason) == 0;
}

/* "VRFY, EXPN, letters: why": the commands of one column that have one reason. */
static void put_reason(struct buf *out, const struct layout *layout, const struct grid *grid,
                       const struct coverage_cell *cell)
{
    buf_append_text(out, layout->item);
    for (size_t i = 0; i < grid->table->count; i++) {
        if (same_reason(cell, &grid->table->cells[i])) {
            buf_printf(out, "%s, ", grid->table->cells[i].command);
        }
    }
    buf_printf(out, "%s: %s\n", cell->column, cell->reason);
}

/* What belongs into no column, and why cells are empty. */
static void put_below(struct buf *out, const struct layout *layout, const struct grid *grid)
{
    for (size_t i = 0; i < grid->table->count; i++) {
        const struct coverage_cell *cell = &grid->table->cells[i];
        if (strcmp(cell->group, grid->group) != 0) {
            continue;
        }
        if (cell->reason == NULL && !is_inside(grid, cell)) {
            bool whole = strcmp(cell->command, "-") == 0;
            buf_printf(out, "%s%s: %zu cases\n", layout->item,
                       whole ? "of no one command" : cell->command, cell->case_count);
        } else if (cell->reason != NULL && is_first(grid->table, i, same_reason)) {
            put_reason(out, layout, grid, cell);
        }
    }
}

static void put_group(struct buf *out, const char *group, bool markdown, bool first)
{
    if (markdown) {
        buf_printf(out, "\n## %s\n\n", group);
    } else {
        buf_printf(out, "%s%s\n", first ? "" : "\n", group);
    }
}

static void put_grids(struct buf *out, const struct layout *layout,
                      const struct coverage_table *table, bool markdown)
{
    for (size_t i = 0; i < table->count; i++) {
        if (is_first(table, i, same_group)) {
            const struct grid grid = grid_of(table, table->cells[i].group);
            put_group(out, grid.group, markdown, i == 0);
            put_rows(out, layout, &grid);
            buf_append_text(out, markdown ? "\n" : "");
            put_below(out, layout, &grid);
        }
    }
}

void coverage_table_text(const struct coverage_table *table, struct buf *out)
{
    static const struct layout layout = {"", "  ", "\n", "  ", false, true};
    put_grids(out, &layout, table, false);
}

void coverage_table_markdown(const struct coverage_table *table, struct buf *out)
{
    static const struct layout layout = {"| ", " | ", " |\n", "* ", true, false};
    buf_append_text(out, "# The cases, by command\n");
    put_grids(out, &layout, table, true);
}
