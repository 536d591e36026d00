#include "cli/text_diff.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

enum { AROUND = 3, CHANGED_MOST = 2000 };

struct lines {
    struct bytes *items;
    size_t count;
    size_t capacity;
};

/* A line of the diff: ' ', '-' or '+'. */
struct change {
    char kind;
    struct bytes line;
};

struct diff {
    struct lines before;
    struct lines after;
    struct change *changes;
    size_t count;
    size_t capacity;
};

static struct lines split(struct bytes text)
{
    struct lines lines = {0};
    struct bytes rest = text;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        lines.items = mem_grow(lines.items, lines.count, &lines.capacity, sizeof lines.items[0]);
        lines.items[lines.count++] = line;
    }
    return lines;
}

static void add(struct diff *diff, char kind, struct bytes line)
{
    diff->changes = mem_grow(diff->changes, diff->count, &diff->capacity, sizeof diff->changes[0]);
    diff->changes[diff->count++] = (struct change){kind, line};
}

static void add_all(struct diff *diff, char kind, const struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        add(diff, kind, lines->items[i]);
    }
}

/* The longest common subsequence of before[from, before_to) and after[from, after_to), of bounded size. */
static void add_middle(struct diff *diff, size_t from, size_t before_to, size_t after_to)
{
    size_t n = before_to - from;
    size_t m = after_to - from;
    if (n > CHANGED_MOST || m > CHANGED_MOST) {
        add_all(diff, '-', &diff->before, from, before_to);
        add_all(diff, '+', &diff->after, from, after_to);
        return;
    }
    const struct bytes *a = diff->before.items + from;
    const struct bytes *b = diff->after.items + from;
    size_t width = m + 1;
    unsigned *length = mem_array((n + 1) * width, sizeof *length);
    for (size_t i = n; i > 0; i--) {
        for (size_t k = m; k > 0; k--) {
            unsigned *cell = &length[(i - 1) * width + k - 1];
            unsigned down = length[i * width + k - 1];
            unsigned right = length[(i - 1) * width + k];
            *cell = bytes_equal(a[i - 1], b[k - 1]) ? length[i * width + k] + 1
                    : down > right                  ? down
                                                    : right;
        }
    }
    size_t i = 0;
    size_t k = 0;
    while (i < n || k < m) {
        if (i < n && k < m && bytes_equal(a[i], b[k])) {
            add(diff, ' ', a[i++]);
            k++;
        } else if (k == m || (i < n && length[(i + 1) * width + k] >= length[i * width + k + 1])) {
            add(diff, '-', a[i++]);
        } else {
            add(diff, '+', b[k++]);
        }
    }
    free(length);
}

static void compare(struct diff *diff)
{
    const struct lines *before = &diff->before;
    const struct lines *after = &diff->after;
    size_t least = before->count < after->count ? before->count : after->count;
    size_t from = 0;
    size_t tail = 0;
    while (from < least && bytes_equal(before->items[from], after->items[from])) {
        from++;
    }
    while (tail < least - from && bytes_equal(before->items[before->count - 1 - tail],
                                              after->items[after->count - 1 - tail])) {
        tail++;
    }
    add_all(diff, ' ', before, 0, from);
    add_middle(diff, from, before->count - tail, after->count - tail);
    add_all(diff, ' ', before, before->count - tail, before->count);
}

/* Is a change within AROUND lines of this one? */
static bool is_near_change(const struct diff *diff, size_t at)
{
    size_t from = at > AROUND ? at - AROUND : 0;
    for (size_t i = from; i < diff->count && i <= at + AROUND; i++) {
        if (diff->changes[i].kind != ' ') {
            return true;
        }
    }
    return false;
}

static void print_line(struct buf *out, const struct change *change)
{
    size_t from = 0;
    buf_append_octet(out, (unsigned char)change->kind);
    while (from < change->line.n) { /* the file's own backslashes stay */
        size_t slash = bytes_index(change->line, '\\', from);
        size_t to = slash == BYTES_NONE ? change->line.n : slash;
        escape_append(out, bytes_slice(change->line, from, to), ESCAPE_UTF8);
        buf_append_text(out, slash == BYTES_NONE ? "" : "\\");
        from = slash == BYTES_NONE ? change->line.n : slash + 1;
    }
    buf_append_octet(out, '\n');
}

static void print_hunk(struct buf *out, const struct diff *diff, size_t from, size_t to,
                       size_t before, size_t after)
{
    size_t old_lines = 0;
    size_t new_lines = 0;
    for (size_t i = from; i < to; i++) {
        old_lines += diff->changes[i].kind != '+' ? 1 : 0;
        new_lines += diff->changes[i].kind != '-' ? 1 : 0;
    }
    buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", old_lines > 0 ? before + 1 : before, old_lines,
               new_lines > 0 ? after + 1 : after, new_lines);
    for (size_t i = from; i < to; i++) {
        print_line(out, &diff->changes[i]);
    }
}

static void print_hunks(struct buf *out, const struct diff *diff)
{
    size_t before = 0;
    size_t after = 0;
    for (size_t i = 0; i < diff->count;) {
        size_t to = i;
        while (to < diff->count && is_near_change(diff, to)) {
            to++;
        }
        if (to > i) {
            print_hunk(out, diff, i, to, before, after);
        }
        for (to = to > i ? to : i + 1; i < to; i++) {
            before += diff->changes[i].kind != '+' ? 1 : 0;
            after += diff->changes[i].kind != '-' ? 1 : 0;
        }
    }
}

void text_diff(struct buf *out, const char *path, struct bytes before, struct bytes after)
{
    if (bytes_equal(before, after)) {
        return;
    }
    struct diff diff = {.before = split(before), .after = split(after)};
    compare(&diff);
    buf_append_text(out, "--- ");
    escape_append(out, bytes_of(path), ESCAPE_UTF8);
    buf_append_text(out, "\n+++ ");
    escape_append(out, bytes_of(path), ESCAPE_UTF8);
    buf_append_octet(out, '\n');
    print_hunks(out, &diff);
    free(diff.before.items);
    free(diff.after.items);
    free(diff.changes);
}
