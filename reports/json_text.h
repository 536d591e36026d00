/*
 * json_text - texts as JSON, for reports and for what else is printed as JSON (jansson objects, owned by the caller)
 *
 * jansson takes well-formed UTF-8 only, and gives nothing for any other: so all text is escaped first.
 */
#ifndef MAILSPEC_REPORTS_JSON_TEXT_H
#define MAILSPEC_REPORTS_JSON_TEXT_H

#include <jansson.h>

#include "base/buf.h"

json_t *json_text(const char *text); /* a string; null for NULL */
json_t *json_texts(const char *const *texts, size_t count);
/* Append it over several lines, with LF behind it; reals with so many digits, 0: all. */
void json_print(struct buf *out, const json_t *value, unsigned digits);

#endif
