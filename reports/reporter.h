/*
 * reporter - turns results into a report
 *
 * One vtable, one file for each kind. begin, then each case in the order of the scenarios (not of their ending, but for people), then end. A
 * reporter writes into a buf it was given; cli/ puts it on standard output as it grows, or into a file at the end.
 */
#ifndef MAILSPEC_REPORTS_REPORTER_H
#define MAILSPEC_REPORTS_REPORTER_H

#include "base/buf.h"
#include "model/result.h"

enum report_trace { TRACE_FAIL, TRACE_ALL, TRACE_NONE };

struct reporter_options {
    bool colour;
    bool quiet;              /* console: failures and summary only */
    enum report_trace trace; /* whether the wire is shown beside a case */
    bool strict;             /* JUnit: junit-10.xsd to the letter (no file and line attributes) */
};

struct reporter;

struct reporter_kind {
    const char *name; /* "console", "tap", "tap13", "junit", "json" */
    struct reporter *(*create)(const struct reporter_options *options, struct buf *out);
    void (*begin)(struct reporter *reporter, const struct run_info *info);
    void (*case_done)(struct reporter *reporter, const struct case_result *result);
    void (*end)(struct reporter *reporter, const struct run_summary *summary);
    void (*destroy)(struct reporter *reporter);
    bool any_order; /* it takes the cases as they end, too */
};

const struct reporter_kind *reporter_find(const char *name); /* NULL when unknown */
const struct reporter_kind *reporter_at(size_t i);           /* NULL behind the last */

/*
 * The text of one failed case, shared by all reports: scenario line with a caret, expected and actual in the
 * same notation, findings with rule and source, the last wire lines with milliseconds, the command that repeats it.
 */
void failure_print(struct buf *out, const struct case_result *result,
                   const struct reporter_options *options);
/* The wire as "   12.345 ms  C: EHLO x\r\n" lines. */
void wire_print(struct buf *out, const struct case_result *result, size_t last);

#endif
