/*
 * console_summary - the end of the console report
 */
#ifndef MAILSPEC_REPORTS_CONSOLE_SUMMARY_H
#define MAILSPEC_REPORTS_CONSOLE_SUMMARY_H

#include "reports/losses.h"
#include "reports/reasons.h"
#include "reports/show.h"
#include "reports/tally.h"

const char *console_glyph(enum verdict verdict); /* stands beside the word, never alone */
enum show_colour console_colour(enum verdict verdict);

/* What is listed at the end. */
struct console_ends {
    struct losses losses;
    struct buf failures;   /* in short */
    struct buf not_judged; /* the same */
    struct reasons unsupported;
    struct reasons inconclusive;
    struct tally tally;
};
void console_ends_deinit(struct console_ends *ends);
/* Crashes, failures again, cases that could not be judged, why others were left out, broken rules with level and source. */
void console_lists(struct buf *out, const struct console_ends *ends,
                   const struct run_summary *summary, bool colour);
/* Counts for each verdict, broken rules by level, duration, and whether all that is acceptable. */
void console_summary(struct buf *out, const struct run_info *info,
                     const struct run_summary *summary, const struct tally *tally, bool colour);

#endif
