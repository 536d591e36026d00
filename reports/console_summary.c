#include "reports/console_summary.h"

#include <assert.h>

#include "reports/console_left.h"
#include "reports/console_rules.h"
#include "reports/sentence.h"

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

enum { VERDICT_WIDTH = 12, OTHERS_SHOWN = 6, REMARK_INDENT = 2, REMARK_WIDTH = 100 };

void console_verdict(struct buf *out, enum verdict verdict, bool colour)
{
    size_t width = bytes_of(verdict_name(verdict)).n;
    show_colour(out, console_colour(verdict), colour);
    buf_printf(out, "%s %s", console_glyph(verdict), verdict_name(verdict));
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_fill(out, ' ', width < VERDICT_WIDTH ? VERDICT_WIDTH - width : 0);
}

void console_heading(struct buf *out, const char *heading, bool colour)
{
    buf_append_octet(out, '\n');
    show_colour(out, SHOW_BOLD, colour);
    buf_append_text(out, heading);
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_octet(out, '\n');
}

/* ---- What is listed ---- */

/*
 * Does a broken rule tell of it already, or the list of crashes? An ERROR is told by itself: the rules beside it may not be what
 * brought it about.
 */
static bool is_told(const struct case_result *result)
{
    if (sentence_is_reason(result)) {
        return true;
    }
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].verdict == result->verdict) {
            return true;
        }
    }
    return false;
}

static void add_other(struct console_ends *ends, const struct case_result *result, bool colour)
{
    if (++ends->other_count > OTHERS_SHOWN) {
        return;
    }
    console_verdict(&ends->others, result->verdict, colour);
    buf_append_text(&ends->others, "  ");
    show_case_id(&ends->others, result);
    buf_append_text(&ends->others, result->reason != NULL ? "  " : "");
    show_text(&ends->others, result->reason);
    buf_append_octet(&ends->others, '\n');
}

void console_ends_add(struct console_ends *ends, const struct case_result *result,
                      enum fail_on fail_on, bool colour)
{
    tally_add(&ends->tally, result);
    losses_add(&ends->losses, result);
    if (result->verdict == VERDICT_UNSUPPORTED) {
        reasons_add(&ends->unsupported, result);
    } else if (result->verdict == VERDICT_INCONCLUSIVE) {
        reasons_add(&ends->inconclusive, result);
    } else if (verdict_outcome(result->verdict, fail_on) == OUTCOME_NOT_OK && !is_told(result)) {
        add_other(ends, result, colour);
    }
}

static void print_others(struct buf *out, const struct console_ends *ends, bool colour)
{
    if (ends->other_count == 0) {
        return;
    }
    console_heading(out, "Not acceptable besides", colour);
    buf_append(out, buf_bytes(&ends->others));
    if (ends->other_count > OTHERS_SHOWN) {
        buf_printf(out, "and %zu more\n", ends->other_count - OTHERS_SHOWN);
    }
}

/* A server that went away is worse than any broken rule. */
void console_lists(struct buf *out, struct console_ends *ends, const struct run_summary *summary,
                   bool colour)
{
    losses_print(out, &ends->losses, summary, colour);
    console_rules(out, &ends->tally, colour);
    console_first(out, &ends->losses, &ends->tally, colour);
    print_others(out, ends, colour);
    console_left(out, &ends->inconclusive, &ends->unsupported, colour);
}

void console_ends_deinit(struct console_ends *ends)
{
    losses_deinit(&ends->losses);
    tally_deinit(&ends->tally);
    buf_deinit(&ends->others);
    reasons_deinit(&ends->inconclusive);
    reasons_deinit(&ends->unsupported);
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

static void print_remarks(struct buf *out, const struct run_summary *summary, bool colour)
{
    if (summary->remark_count > 0) {
        console_heading(out, "The server", colour);
    }
    for (size_t i = 0; i < summary->remark_count; i++) {
        buf_append_fill(out, ' ', REMARK_INDENT);
        show_wrapped(out, bytes_of(summary->remarks[i]), REMARK_INDENT, REMARK_WIDTH);
        buf_append_octet(out, '\n');
    }
}

void console_summary(struct buf *out, const struct run_info *info,
                     const struct run_summary *summary, const struct tally *tally, bool colour)
{
    struct buf sentence = {0};
    bool ok = tally_acceptable(info, summary, &sentence);
    print_remarks(out, summary, colour);
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
