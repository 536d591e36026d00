/*
 * json_case - one result as JSON (jansson objects, owned by the caller)
 *
 * jansson takes well-formed UTF-8 only; all text is escaped first, octets stand beside it as base64.
 */
#ifndef MAILSPEC_REPORTS_JSON_CASE_H
#define MAILSPEC_REPORTS_JSON_CASE_H

#include "reports/json_text.h"
#include "reports/reporter.h"

json_t *json_octets(struct bytes octets);   /* {"text", "base64"} */
json_t *json_ms(int64_t time_us);           /* milliseconds with three decimals */
json_t *json_rule(const struct rule *rule); /* {"rule", "level", "sources"} */
json_t *json_case(const struct case_result *result, const struct reporter_options *options,
                  enum fail_on fail_on);

#endif
