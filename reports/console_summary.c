#include "reports/console_summary.h"

#include <assert.h>

struct verdict_look {
    const char *glyph;
    enum show_colour colour;
};

static const struct verdict_look looks[] = {
    [VERDICT_PASS] = {"\xe2\x9c\x93", SHOW_GREEN },
    [VERDICT_INFO] = {"i",            SHOW_CYAN  },
    [VERDICT_NON_STRICT] = {"~",            SHOW_YELLOW},
    [VERDICT_UNSUPPORTED] = {"-",            SHOW_DIM   },
    [VERDICT_SKIP] = {"-",            SHOW_DIM   },
    [VERDICT_INCONCLUSIVE] = {"?",            SHOW_YELLOW},
    [VERDICT_ERROR] = {"!",            SHOW_RED   },
    [VERDICT_FAIL] = {"\xe2\x9c\x97", SHOW_RED   },
    [VERDICT_XFAIL] = {"x",            SHOW_YELLOW},
    [VERDICT_XPASS] = {"!",            SHOW_RED   },
};
static_assert(sizeof looks / sizeof looks[0] == VERDICT_COUNT, "a look for each verdict");

const char *console_glyph(enum verdict verdict)
{
    return looks[verdict].glyph;
}

enum show_colour console_colour(enum verdict verdict)
{
    return looks[verdict].colour;
}

/* What so many cases have in common is worth a line of its own. */
enum { MANY_CASES = 3 };

static void print_heading(struct buf *out, const char *heading, bool colour)
{
    buf_append_octet(out, '\n');
    show_colour(out, SHOW_BOLD, colour);
    buf_append_text(out, heading);
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_octet(out, '\n');
}

static void print_list(struct buf *out, const char *heading, const struct buf *list, bool colour)
{
    if (list->n > 0) {
        print_heading(out, heading, colour);
        buf_append(out, buf_bytes(list));
    }
}

static void print_rule_row(struct buf *out, const struct tally_rule *row, size_t widest)
{
    size_t width = bytes_of(row->rule->id).n;
    buf_printf(out, "%-8s  ", level_name(row->rule->level));
    show_text(out, row->rule->id);
    buf_append_fill(out, ' ', width < widest ? widest - width : 0);
    show_sources(out, "  ", row->rule, "");
    buf_append_text(out, "  ");
    show_count(out, row->cases, "case", "cases");
    if (row->known > 0) {
        buf_printf(out, " (%zu known failing)", row->known);
    }
    buf_append_octet(out, '\n');
}

static void print_rules(struct buf *out, const char *heading, const struct tally *tally, bool noted,
                        bool colour)
{
    size_t widest = 0;
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        size_t width = bytes_of(tally->rules[i].rule->id).n;
        count += (tally->rules[i].verdict == VERDICT_INFO) == noted;
        widest = width > widest ? width : widest;
    }
    if (count == 0) {
        return;
    }
    print_heading(out, heading, colour);
    for (size_t i = 0; i < tally->count; i++) {
        if ((tally->rules[i].verdict == VERDICT_INFO) == noted) {
            print_rule_row(out, &tally->rules[i], widest);
        }
    }
}

void console_lists(struct buf *out, const struct console_ends *ends,
                   const struct run_summary *summary, bool colour)
{
    struct buf unsupported = {0};
    struct buf inconclusive = {0};
    reasons_print(&unsupported, &ends->unsupported, 1);
    reasons_print(&inconclusive, &ends->inconclusive, MANY_CASES);
    losses_print(out, &ends->losses, summary, colour);
    print_list(out, "Failures", &ends->failures, colour);
    print_list(out, "Not judged", &ends->not_judged, colour);
    print_list(out, "Mostly not judged because", &inconclusive, colour);
    print_list(out, "Unsupported", &unsupported, colour);
    print_rules(out, "Broken rules", &ends->tally, false, colour);
    print_rules(out, "Noted", &ends->tally, true, colour);
    buf_deinit(&unsupported);
    buf_deinit(&inconclusive);
}

void console_ends_deinit(struct console_ends *ends)
{
    losses_deinit(&ends->losses);
    buf_deinit(&ends->failures);
    buf_deinit(&ends->not_judged);
    reasons_deinit(&ends->unsupported);
    reasons_deinit(&ends->inconclusive);
    tally_deinit(&ends->tally);
}

static void print_counts(struct buf *out, const struct run_summary *summary)
{
    const char *before = ": ";
    show_count(out, tally_cases(summary), "case", "cases");
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (summary->counts[verdict] > 0) {
            buf_printf(out, "%s%zu %s", before, summary->counts[verdict], verdict_name(verdict));
            before = ", ";
        }
    }
    if (summary->not_run > 0) {
        buf_printf(out, "%s%zu not run", before, summary->not_run);
    }
    buf_append_text(out, "; ");
    show_duration(out, summary->duration_us);
    buf_append_octet(out, '\n');
}

void console_summary(struct buf *out, const struct run_info *info,
                     const struct run_summary *summary, const struct tally *tally, bool colour)
{
    struct buf sentence = {0};
    bool ok = tally_acceptable(info, summary, &sentence);
    buf_append_octet(out, '\n');
    print_counts(out, summary);
    buf_printf(out, "Rules broken: %zu MUST, %zu SHOULD\n", tally_broken(tally, LEVEL_MUST),
               tally_broken(tally, LEVEL_SHOULD));
    show_colour(out, ok ? SHOW_GREEN : SHOW_RED, colour);
    buf_append(out, buf_bytes(&sentence));
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_octet(out, '\n');
    buf_deinit(&sentence);
}
