#include "reports/compared.h"

#include "base/escape.h"
#include "reports/show.h"

#define COMPARED_LINES ((size_t)16)
/* Octets of one line that are shown, and how many of them before the one that differs. */
#define COMPARED_OCTETS ((size_t)160)
#define COMPARED_BEFORE ((size_t)100)

static const char first_expected[] = "  expected: ";
static const char first_actual[] = "  actual:   ";
static const char other_lines[] = "            ";

static void print_expected(struct buf *out, struct bytes expected)
{
    struct bytes rest = expected;
    struct bytes line;
    const char *label = first_expected;
    for (size_t i = 0; i < COMPARED_LINES && bytes_next(&rest, '\n', &line); i++) {
        buf_append_text(out, label);
        show_line(out, bytes_slice(line, 0, COMPARED_OCTETS));
        buf_append_text(out, line.n > COMPARED_OCTETS ? " [...]\n" : "\n");
        label = other_lines;
    }
    if (rest.n > 0) {
        buf_printf(out, "%s[... more lines]\n", other_lines);
    }
}

/* One line of the actual; `at` is the octet of it that differs, or BYTES_NONE. */
static void print_line(struct buf *out, struct bytes line, size_t at, bool colour)
{
    struct buf shown = {0};
    size_t from = at != BYTES_NONE && at > COMPARED_BEFORE ? at - COMPARED_BEFORE : 0;
    if (from > 0) {
        buf_printf(&shown, "[%zu octets ...] ", from);
    }
    struct bytes part = bytes_skip(line, from);
    struct buf before = {0};
    if (at != BYTES_NONE) {
        escape_append(&before, bytes_slice(part, 0, at - from), ESCAPE_CI);
    }
    size_t column = shown.n + before.n;
    show_octets(&shown, part, COMPARED_OCTETS);
    buf_append(out, buf_bytes(&shown));
    buf_append_octet(out, '\n');
    if (at != BYTES_NONE) {
        buf_append_text(out, other_lines);
        buf_append_fill(out, ' ', column);
        show_colour(out, SHOW_RED, colour);
        buf_append_octet(out, '^');
        show_colour(out, SHOW_PLAIN, colour);
        buf_append_octet(out, '\n');
    }
    buf_deinit(&before);
    buf_deinit(&shown);
}

static size_t line_end(struct bytes octets, size_t from)
{
    size_t lf = bytes_index(octets, '\n', from);
    return lf == BYTES_NONE ? octets.n : lf + 1;
}

/* How many lines stand in front of the first shown one, so that the one at `offset` is shown. */
static size_t lines_skipped(struct bytes actual, size_t offset)
{
    size_t line = 0;
    size_t from = 0;
    while (offset != BYTES_NONE && from < actual.n && line_end(actual, from) <= offset) {
        from = line_end(actual, from);
        line++;
    }
    return line > COMPARED_LINES / 2 ? line - COMPARED_LINES / 2 : 0;
}

static void print_actual(struct buf *out, struct bytes actual, size_t offset, bool colour)
{
    size_t skip = lines_skipped(actual, offset);
    size_t line = 0;
    size_t from = 0;
    buf_append_text(out, first_actual);
    if (skip > 0) {
        buf_printf(out, "[... %zu lines before]\n%s", skip, other_lines);
    }
    while (from < actual.n && line < skip + COMPARED_LINES) {
        size_t to = line_end(actual, from);
        bool here = offset != BYTES_NONE && offset >= from &&
                    (offset < to || (offset == to && to == actual.n));
        if (line >= skip) {
            buf_append_text(out, line > skip ? other_lines : "");
            print_line(out, bytes_slice(actual, from, to), here ? offset - from : BYTES_NONE,
                       colour);
        }
        from = to;
        line++;
    }
    if (from < actual.n) {
        buf_printf(out, "%s[... %zu more octets]\n", other_lines, actual.n - from);
    }
}

void compared_print(struct buf *out, struct bytes expected, struct bytes actual, size_t offset,
                    bool colour)
{
    if (expected.n > 0) {
        print_expected(out, expected);
    }
    if (actual.n > 0) {
        print_actual(out, actual, offset, colour);
    } else if (expected.n > 0) {
        buf_printf(out, "%s(nothing)\n", first_actual);
    }
}
