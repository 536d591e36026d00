/*
 * compared - "expected:" and "actual:", with a caret below the first octet that differs
 */
#ifndef MAILSPEC_REPORTS_COMPARED_H
#define MAILSPEC_REPORTS_COMPARED_H

#include "base/buf.h"

/*
 * `expected` is in scenario notation, lines separated by LF; `actual` are octets as they came, `offset` the first
 * that differs or BYTES_NONE. Long lines and many lines are cut around that octet. Nothing is printed when
 * both are empty.
 */
void compared_print(struct buf *out, struct bytes expected, struct bytes actual, size_t offset,
                    bool colour);

#endif
