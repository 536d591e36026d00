/*
 * junit_case - one <testcase> element
 *
 * Everything that is written was escaped before, so it is legal in XML 1.0; the writer adds the entities.
 */
#ifndef MAILSPEC_REPORTS_JUNIT_CASE_H
#define MAILSPEC_REPORTS_JUNIT_CASE_H

#include <libxml/xmlwriter.h>

#include "reports/reporter.h"

enum junit_result { JUNIT_PASSED, JUNIT_FAILURE, JUNIT_ERROR, JUNIT_SKIPPED, JUNIT_RESULT_COUNT };

struct junit_writer {
    xmlBufferPtr buffer;
    xmlTextWriterPtr xml;
};

bool junit_writer_init(struct junit_writer *writer); /* false: no memory, nothing to deinit */
/* What was written goes to `out`, without a line end at the end. */
void junit_writer_deinit(struct junit_writer *writer, struct buf *out);
/* libxml2's name for octets. */
const xmlChar *junit_chars(const char *text);
void junit_attribute(xmlTextWriterPtr xml, const char *name, const char *value);

enum junit_result junit_result_of(enum verdict verdict, enum fail_on fail_on);
/* The folder of the case id, with dots: "smtp", "smtp.verb-case"; the target before it where there are several. */
void junit_class_name(struct buf *out, const struct case_result *result);
void junit_case(struct buf *out, const struct case_result *result,
                const struct reporter_options *options, enum fail_on fail_on);
/* A test case named "run" with an error, for what happened outside all cases. */
void junit_run_error(struct buf *out, const char *why);

#endif
