/*
 * coverage_table - the table of shipped cases: command by state, and command by variation
 *
 * The file is scenarios/table.tsv: lines of group, command, column and content, parted by tabs. The content is cases (patterns over ids)
 * or "-" and the reason why the cell is empty.
 */
#ifndef MAILSPEC_CLI_COVERAGE_TABLE_H
#define MAILSPEC_CLI_COVERAGE_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "cli/suite.h"

struct coverage_cell {
    const char *group;        /* "smtp", "smtp variations" */
    const char *command;      /* "MAIL"; "-" where it is about none */
    const char *column;       /* a state or a variation; "any": the cell stands for its row alone */
    const char *const *cases; /* ids, in the order of the suite */
    size_t case_count;
    const char *reason; /* why it is empty, else NULL */
};

struct coverage_table {
    const struct coverage_cell *cells; /* in the order of the file */
    size_t count;
};

/* Read the file; it lives in `arena`, the ids in the suite. -1 and "path:line: text": a line has another form, or a pattern fits no case. */
int coverage_table_read(const char *path, const struct suite *suite, struct arena *arena,
                        struct coverage_table *table_r, struct error *error);

/* Append a grid for each group, with the number of cases in each cell, and the reasons of the empty ones below. */
void coverage_table_text(const struct coverage_table *table, struct buf *out);
void coverage_table_markdown(const struct coverage_table *table, struct buf *out);
/* Append a line for each cell: group, command, column, number of cases, the cases or the reason. */
void coverage_table_tsv(const struct coverage_table *table, struct buf *out);
/* Append {"cells": [...]}. */
void coverage_table_json(const struct coverage_table *table, struct buf *out);

#endif
