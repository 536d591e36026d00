/*
 * format - a document in its canonical form
 *
 * Formatting twice changes nothing, and the text means what it meant before.
 */
#ifndef MAILSPEC_SCRIPT_FORMAT_H
#define MAILSPEC_SCRIPT_FORMAT_H

#include "script/document.h"

/* Of a document that was compiled without errors. */
void format_document(const struct document *document, struct buf *out);

#endif
