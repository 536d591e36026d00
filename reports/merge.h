/*
 * merge - the results of several runs as those of one
 *
 * The parts of a split run (run --shard) become that run again: cases in its order, under its numbers; a part that is missing makes it a
 * run that broke off. Other runs stand one after the other. A case that several results have for one target is taken once, the
 * graver verdict. Results of different targets are kept apart: every case then has the name of its target.
 */
#ifndef MAILSPEC_REPORTS_MERGE_H
#define MAILSPEC_REPORTS_MERGE_H

#include "base/buf.h"
#include "reports/result_read.h"

struct merged {
    struct run_info info;
    struct run_summary summary;
    enum report_trace trace; /* the most that one of them kept */
    const struct case_result *const *cases;
    size_t case_count;
    bool fail_on_differs; /* info.fail_on is that of the first one */
};

/*
 * `unread` names what could not be read, or is NULL: what is there is then no whole. Everything lives in `arena`. A line for each thing worth knowing
 * (versions that differ, cases that were there twice) is appended to `notes`. -1: results that cannot be joined.
 */
int merge_results(const struct read_result *results, size_t count, const char *unread,
                  struct arena *arena, struct merged *merged_r, struct buf *notes,
                  struct error *error);

#endif
