/*
 * pattern - literal text and foreign patterns in the notation of a marked line
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_PATTERN_H
#define MAILSPEC_SCRIPT_IMPORT_PATTERN_H

#include "base/buf.h"

/* A glob for what begins with these octets. */
void pattern_prefix(struct buf *out, struct bytes literal);
/* A regular expression that matches a whole line. */
void pattern_regex(struct buf *out, struct bytes regex);

#endif
