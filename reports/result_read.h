/*
 * result_read - a JSON report read back: the run it tells of, as a reporter takes it
 *
 * What report_json.c wrote and reports/schema/run-1.json describes; also that of an earlier version without later members. The file may
 * come from anywhere: every type is checked, and what is shown of it is escaped again where it is shown. A report does not
 * hold the dialogues, so the text of a failure is the one that the run printed.
 */
#ifndef MAILSPEC_REPORTS_RESULT_READ_H
#define MAILSPEC_REPORTS_RESULT_READ_H

#include "base/arena.h"
#include "base/error.h"
#include "reports/reporter.h"

struct read_result {
    const char *name; /* of the file */
    struct run_info info;
    struct run_summary summary; /* counts are those of the cases */
    enum report_trace trace;
    struct case_result *cases;
    size_t case_count;
};

/* Everything lives in `arena`. -1: no JSON, another schema, or something in it is not as the schema says; the error says where. */
int result_read(const char *name, struct bytes text, struct arena *arena,
                struct read_result *result_r, struct error *error);

#endif
