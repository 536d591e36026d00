#include "reports/console_left.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/console_summary.h"
#include "reports/hints.h"

enum { LEFT_ROWS = 5, LEFT_INDENT = 2, LEFT_WIDTH = 100, CASES_WIDTH = 10 };

static void print_cases(struct buf *out, size_t cases)
{
    struct buf count = {0};
    show_count(&count, cases, "case", "cases");
    buf_append_fill(out, ' ', LEFT_INDENT);
    buf_append(out, buf_bytes(&count));
    buf_append_fill(out, ' ', count.n < CASES_WIDTH ? CASES_WIDTH - count.n : 0);
    buf_append_text(out, "  ");
    buf_deinit(&count);
}

static void print_reason(struct buf *out, const struct reason *reason)
{
    struct buf text = {0};
    buf_append_text(&text, reason->text[0] != '\0' ? reason->text : "nobody said why");
    if (reason->example != NULL) {
        buf_printf(&text, "; such as: %s", reason->example);
    }
    buf_printf(&text, " (%s)", reason->shown_by);
    print_cases(out, reason->cases);
    show_wrapped(out, buf_bytes(&text), LEFT_INDENT + CASES_WIDTH + 2, LEFT_WIDTH);
    buf_append_octet(out, '\n');
    buf_deinit(&text);
}

/* The first of a kind (HINT_COUNT: of all), and a line for the others. */
static void print_reasons(struct buf *out, const struct reasons *reasons, enum hint_kind kind)
{
    size_t rows = 0;
    size_t others = reasons->others;
    for (size_t i = 0; i < reasons->count; i++) {
        const struct reason *reason = &reasons->items[i];
        if (kind != HINT_COUNT && hint_of(reason->text).kind != kind) {
            continue;
        }
        if (rows < LEFT_ROWS) {
            print_reason(out, reason);
            rows++;
        } else {
            others += reason->cases;
        }
    }
    if (others > 0) {
        print_cases(out, others);
        buf_append_text(out, "for other reasons\n");
    }
}

static void print_heading(struct buf *out, const char *what, size_t cases, bool colour)
{
    struct buf heading = {0};
    buf_printf(&heading, "%s: ", what);
    show_count(&heading, cases, "case", "cases");
    console_heading(out, buf_text(&heading), colour);
    buf_deinit(&heading);
}

/* ---- What was left out ---- */

/* How many cases one hint stands for, whatever they lacked. */
struct left {
    struct hint hint;
    size_t cases;
};

static int order(const void *a, const void *b)
{
    const struct left *one = a;
    const struct left *other = b;
    if (one->cases != other->cases) {
        return one->cases > other->cases ? -1 : 1;
    }
    return bytes_compare(one->hint.what, other->hint.what);
}

static bool is_same(const struct hint *one, const struct hint *other)
{
    return bytes_equal(one->what, other->what) && strcmp(one->purpose, other->purpose) == 0;
}

/* Those of a kind, each hint once, the most cases first; the caller frees it. */
static struct left *collect(const struct reasons *reasons, enum hint_kind kind, size_t *count_r,
                            size_t *cases_r)
{
    struct left *lefts = mem_array(reasons->count + 1, sizeof *lefts);
    *count_r = 0;
    *cases_r = 0;
    for (size_t i = 0; i < reasons->count; i++) {
        struct hint hint = hint_of(reasons->items[i].text);
        size_t at = 0;
        if (hint.kind != kind) {
            continue;
        }
        while (at < *count_r && !is_same(&lefts[at].hint, &hint)) {
            at++;
        }
        lefts[at].hint = hint;
        lefts[at].cases += reasons->items[i].cases;
        *count_r += at == *count_r ? 1 : 0;
        *cases_r += reasons->items[i].cases;
    }
    qsort(lefts, *count_r, sizeof *lefts, order);
    return lefts;
}

static void print_options(struct buf *out, const struct reasons *reasons, bool colour)
{
    size_t count = 0;
    size_t cases = 0;
    struct left *lefts = collect(reasons, HINT_GIVE, &count, &cases);
    if (count > 0) {
        print_heading(out, "More can be judged with one more option", cases, colour);
    }
    for (size_t i = 0; i < count; i++) {
        print_cases(out, lefts[i].cases);
        show_line(out, lefts[i].hint.what);
        buf_printf(out, "  (%s)\n", lefts[i].hint.purpose);
    }
    free(lefts);
}

/* "AUTH PLAIN 63, APOP 10" in as few lines as will do. */
static void print_list(struct buf *out, const struct reasons *reasons, enum hint_kind kind,
                       const char *what, bool colour)
{
    size_t count = 0;
    size_t cases = 0;
    struct buf list = {0};
    struct left *lefts = collect(reasons, kind, &count, &cases);
    for (size_t i = 0; i < count; i++) {
        buf_append_text(&list, i > 0 ? ", " : "");
        buf_append_text(&list, kind == HINT_OFFER ? lefts[i].hint.purpose : "");
        buf_append(&list, lefts[i].hint.what);
        buf_printf(&list, " %zu", lefts[i].cases);
    }
    if (count > 0) {
        print_heading(out, what, cases, colour);
        buf_append_fill(out, ' ', LEFT_INDENT);
        show_wrapped(out, buf_bytes(&list), LEFT_INDENT, LEFT_WIDTH);
        buf_append_octet(out, '\n');
    }
    free(lefts);
    buf_deinit(&list);
}

static size_t cases_without_hint(const struct reasons *reasons)
{
    size_t cases = reasons->others;
    for (size_t i = 0; i < reasons->count; i++) {
        cases += hint_of(reasons->items[i].text).kind == HINT_NONE ? reasons->items[i].cases : 0;
    }
    return cases;
}

void console_left(struct buf *out, struct reasons *inconclusive, struct reasons *unsupported,
                  bool colour)
{
    reasons_sort(inconclusive);
    reasons_sort(unsupported);
    if (reasons_cases(inconclusive) > 0) {
        print_heading(out, "Could not be judged", reasons_cases(inconclusive), colour);
        print_reasons(out, inconclusive, HINT_COUNT);
    }
    print_options(out, unsupported, colour);
    print_list(out, unsupported, HINT_OFFER, "Not offered by the server", colour);
    print_list(out, unsupported, HINT_OTHER, "Not for this server", colour);
    if (cases_without_hint(unsupported) > 0) {
        print_heading(out, "Left out", cases_without_hint(unsupported), colour);
        print_reasons(out, unsupported, HINT_NONE);
    }
}
