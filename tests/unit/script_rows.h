/*
 * script_rows - rows of tests that stand in a text file: "@@ name", the text, "--", what is expected
 */
#ifndef MAILSPEC_TESTS_SCRIPT_ROWS_H
#define MAILSPEC_TESTS_SCRIPT_ROWS_H

#include <string.h>

#include "base/file.h"
#include "script/scenario.h"
#include "unit.h"

struct script_row {
    const char *name;
    struct bytes text;
    struct bytes expected;
};

/* Append the lines up to one that begins with `stop` (left out) to *part_r; false at the end of the file. */
static inline struct bytes script_rows_part(struct bytes file, size_t *at, const char *stop)
{
    size_t from = *at;
    while (*at < file.n && !bytes_starts(bytes_skip(file, *at), stop)) {
        size_t end = bytes_index(file, '\n', *at);
        *at = end == BYTES_NONE ? file.n : end + 1;
    }
    return bytes_slice(file, from, *at);
}

/* Call `check` for each row of tests/unit/rows/NAME; fails when there is none. */
static inline void script_rows_each(const char *name, void (*check)(const struct script_row *row))
{
    struct buf file = {0};
    struct error error;
    char path[256];
    snprintf(path, sizeof path, "tests/unit/rows/%s", name);
    int status = file_read(path, (size_t)1 << 20, &file, &error);
    UNIT_ROW(path, status == 0);
    struct bytes all = buf_bytes(&file);
    size_t count = 0;
    size_t at = 0;
    while (bytes_starts(bytes_skip(all, at), "@@ ")) {
        char row_name[128];
        size_t end = bytes_index(all, '\n', at);
        snprintf(row_name, sizeof row_name, "%.*s", (int)(end - at - 3),
                 (const char *)all.p + at + 3);
        at = end + 1;
        struct script_row row = {.name = row_name};
        row.text = script_rows_part(all, &at, "--\n");
        at += 3;
        row.expected = script_rows_part(all, &at, "@@ ");
        check(&row);
        count++;
    }
    UNIT_ROW(path, count > 0 && at == all.n);
    buf_deinit(&file);
}

/* The text came out as expected; otherwise both are shown. */
static inline void script_rows_compare(const struct script_row *row, struct bytes actual)
{
    bool same = bytes_equal(row->expected, actual);
    if (!same) {
        fprintf(stderr, "expected:\n%.*sactual:\n%.*s", (int)row->expected.n,
                (const char *)row->expected.p, (int)actual.n, (const char *)actual.p);
    }
    UNIT_ROW(row->name, same);
}

#endif
