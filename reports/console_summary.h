/*
 * console_summary - the end of the console report, for an author in a hurry: what is broken, how bad it is, the first thing to mend,
 * what was not judged; the counts and the sentence that says whether that is acceptable come last
 */
#ifndef MAILSPEC_REPORTS_CONSOLE_SUMMARY_H
#define MAILSPEC_REPORTS_CONSOLE_SUMMARY_H

#include "reports/losses.h"
#include "reports/reasons.h"
#include "reports/show.h"
#include "reports/tally.h"

const char *console_glyph(enum verdict verdict); /* stands beside the word, never alone */
enum show_colour console_colour(enum verdict verdict);
/* "! ERROR       ", all of one width. */
void console_verdict(struct buf *out, enum verdict verdict, bool colour);
/* An empty line, and the heading. */
void console_heading(struct buf *out, const char *heading, bool colour);

/* What is listed at the end. */
struct console_ends {
    struct losses losses;
    struct tally tally;
    struct buf
        others; /* what is not acceptable, and no rule says why: a line for each of the first */
    size_t other_count;
    struct reasons inconclusive;
    struct reasons unsupported;
};
void console_ends_add(struct console_ends *ends, const struct case_result *result,
                      enum fail_on fail_on, bool colour);
void console_ends_deinit(struct console_ends *ends);
/* Crashes; broken rules, the worst first; which to mend first; what else went wrong; what was not judged, and what it takes. */
void console_lists(struct buf *out, struct console_ends *ends, const struct run_summary *summary,
                   bool colour);
/* Counts for each verdict, broken rules by level, duration, and whether all that is acceptable. */
void console_summary(struct buf *out, const struct run_info *info,
                     const struct run_summary *summary, const struct tally *tally, bool colour);

#endif
