/*
 * kinds - the reports there are; one file for each, its table here
 */
#ifndef MAILSPEC_REPORTS_KINDS_H
#define MAILSPEC_REPORTS_KINDS_H

#include "reports/reporter.h"

extern const struct reporter_kind report_console;
extern const struct reporter_kind report_tap;
extern const struct reporter_kind report_tap13;
extern const struct reporter_kind report_junit;
extern const struct reporter_kind report_json;

#endif
