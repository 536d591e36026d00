#include "reports/console_rules.h"

#include <stdlib.h>

#include "base/mem.h"
#include "reports/console_summary.h"

/* Rows of a level behind the grave ones; together with those no more than a screen has room for. */
enum { GRAVE_ROWS = 20, MILD_ROWS = 16, MILD_ROWS_LEAST = 4 };
enum { ROW_WIDTH = 132, TEXT_WIDTH = 100, TEXT_INDENT = 2 };

/* ---- The order ---- */

static bool is_news(const struct tally_rule *row)
{
    return row->cases > row->known;
}

static int order(const void *a, const void *b)
{
    const struct tally_rule *one = *(const struct tally_rule *const *)a;
    const struct tally_rule *other = *(const struct tally_rule *const *)b;
    if (one->rule->level != other->rule->level) {
        return one->rule->level < other->rule->level ? -1 : 1;
    }
    if (one->rule->impact != other->rule->impact) {
        return one->rule->impact < other->rule->impact ? -1 : 1;
    }
    if (one->cases - one->known != other->cases - other->known) {
        return one->cases - one->known > other->cases - other->known ? -1 : 1;
    }
    return bytes_compare(bytes_of(one->rule->id), bytes_of(other->rule->id));
}

/* Those that are not all known, sorted; the caller frees it. */
static const struct tally_rule **sorted(const struct tally *tally, size_t *count_r)
{
    const struct tally_rule **rows = mem_array(tally->count + 1, sizeof(const struct tally_rule *));
    *count_r = 0;
    for (size_t i = 0; i < tally->count; i++) {
        if (is_news(&tally->rules[i])) {
            rows[(*count_r)++] = &tally->rules[i];
        }
    }
    qsort(rows, *count_r, sizeof(const struct tally_rule *), order);
    return rows;
}

/* ---- Rows ---- */

/* As many of the first words as have room, with dots behind them where there are more. */
static void print_cut(struct buf *out, const char *text, size_t room)
{
    struct bytes rest = bytes_of(text);
    struct bytes word;
    size_t used = 0;
    while (bytes_next_word(&rest, &word)) {
        bool last = bytes_trim(rest).n == 0;
        if (used > 0 && used + 1 + word.n + (last ? 0 : 4) > room) {
            buf_append_text(out, " ...");
            return;
        }
        buf_append_text(out, used > 0 ? " " : "");
        show_line(out, word);
        used += word.n + (used > 0 ? 1 : 0);
    }
}

static void print_row(struct buf *out, const struct tally_rule *row, size_t widest)
{
    const struct rule *rule = row->rule;
    size_t begin = out->n;
    size_t width = bytes_of(rule->id).n;
    buf_printf(out, "%-8s  %-8s  ", level_name(rule->level), impact_name(rule->impact));
    show_text(out, rule->id);
    buf_append_fill(out, ' ', width < widest ? widest - width : 0);
    buf_printf(out, "  %3zu %s", row->cases, row->cases == 1 ? "case" : "cases");
    if (row->known > 0) {
        buf_printf(out, " (%zu known failing)", row->known);
    }
    if (rule->source_count > 0) {
        buf_append_text(out, row->cases == 1 ? "   " : "  ");
        show_text(out, rule->sources[0]);
    }
    if (rule->harm != NULL) {
        size_t used = out->n - begin + 2;
        buf_append_text(out, "  ");
        print_cut(out, rule->harm, used < ROW_WIDTH ? ROW_WIDTH - used : 0);
    }
    buf_append_octet(out, '\n');
}

/* "and 12 SHOULD, 3 PRACTICE more" */
static void print_folded(struct buf *out, const struct tally_rule *const *rows, size_t count)
{
    const char *before = "and ";
    for (enum level level = 0; level < LEVEL_COUNT; level++) {
        size_t of_level = 0;
        for (size_t i = 0; i < count; i++) {
            of_level += rows[i]->rule->level == level;
        }
        if (of_level > 0) {
            buf_printf(out, "%s%zu %s", before, of_level, level_name(level));
            before = ", ";
        }
    }
    buf_append_text(out, count > 0 ? " more: --report json=FILE has them all\n" : "");
}

static size_t of_must(const struct tally_rule *const *rows, size_t count)
{
    size_t musts = 0;
    while (musts < count && rows[musts]->rule->level == LEVEL_MUST) {
        musts++;
    }
    return musts;
}

/* How many rows are shown: the MUST are not put behind the others, but a page has its end for them, too. */
static size_t shown_of(const struct tally_rule *const *rows, size_t count)
{
    size_t musts = of_must(rows, count);
    if (musts > GRAVE_ROWS) {
        return GRAVE_ROWS;
    }
    size_t mild = musts + MILD_ROWS_LEAST < MILD_ROWS ? MILD_ROWS - musts : MILD_ROWS_LEAST;
    /* One more row takes no more room than the line that says that there is one. */
    return count <= musts + mild + 1 ? count : musts + mild;
}

static void print_known(struct buf *out, size_t known)
{
    if (known > 0) {
        show_count(out, known, "rule is", "rules are");
        buf_append_text(out, " broken only where that is known\n");
    }
}

void console_rules(struct buf *out, const struct tally *tally, bool colour)
{
    size_t count = 0;
    size_t widest = 0;
    const struct tally_rule **rows = sorted(tally, &count);
    size_t shown = shown_of(rows, count);
    for (size_t i = 0; i < shown; i++) {
        size_t width = bytes_of(rows[i]->rule->id).n;
        widest = width > widest ? width : widest;
    }
    if (tally->count > 0) {
        console_heading(out, "Broken rules, the worst first", colour);
    }
    for (size_t i = 0; i < shown; i++) {
        print_row(out, rows[i], widest);
    }
    print_folded(out, rows + shown, count - shown);
    print_known(out, tally->count - count);
    free(rows);
}

static void print_first(struct buf *out, const char *what, const char *sentence, const char *again,
                        const char *shown_by, bool colour)
{
    struct buf heading = {0};
    buf_append_text(&heading, "First to mend: ");
    show_text(&heading, what);
    console_heading(out, buf_text(&heading), colour);
    buf_deinit(&heading);
    if (sentence != NULL) {
        buf_append_fill(out, ' ', TEXT_INDENT);
        show_wrapped(out, bytes_of(sentence), TEXT_INDENT, TEXT_WIDTH);
        buf_append_octet(out, '\n');
    }
    buf_append_fill(out, ' ', TEXT_INDENT);
    buf_append_text(out, again != NULL ? "Again: " : "See: ");
    show_text(out, again != NULL ? again : shown_by);
    buf_append_octet(out, '\n');
}

void console_first(struct buf *out, const struct losses *losses, const struct tally *tally,
                   bool colour)
{
    size_t count = 0;
    const struct tally_rule **rows = sorted(tally, &count);
    const struct tally_rule *first = count > 0 ? rows[0] : NULL;
    free(rows);
    if (losses->worst != NULL) {
        print_first(out, losses->worst, losses->worst_text, losses->worst_again, losses->worst,
                    colour);
    } else if (first != NULL && first->verdict != VERDICT_INFO) {
        print_first(out, first->rule->id, first->sentence, first->again, first->shown_by, colour);
    }
}
