/*
 * console_left - the end of the console report: what was not judged, and what it takes to have it judged
 */
#ifndef MAILSPEC_REPORTS_CONSOLE_LEFT_H
#define MAILSPEC_REPORTS_CONSOLE_LEFT_H

#include "base/buf.h"
#include "reports/reasons.h"

/* What could not be judged, and why; then what was left out: what one more option would add, what is not offered, the rest. Sorts both. */
void console_left(struct buf *out, struct reasons *inconclusive, struct reasons *unsupported,
                  bool colour);

#endif
