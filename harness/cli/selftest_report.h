/*
 * selftest_report - the matrix of faults and rules, as rows that selftest_found.h describes
 */
#ifndef MAILSPEC_CLI_SELFTEST_REPORT_H
#define MAILSPEC_CLI_SELFTEST_REPORT_H

#include <jansson.h>

#include "base/buf.h"

/* For people, a line and what is to be said of it; what is right is left out when `quiet`. */
void selftest_text(const json_t *row, bool quiet, struct buf *out);
/* All rows, in the order in which they were added. */
void selftest_markdown(const json_t *rows, struct buf *out);
void selftest_tsv(const json_t *rows, struct buf *out);
void selftest_json(const json_t *rows, struct buf *out);

#endif
