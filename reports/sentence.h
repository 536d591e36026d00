/*
 * sentence - what went wrong in a case, in one sentence: what was sent, what came, what the standard wants, and who suffers
 */
#ifndef MAILSPEC_REPORTS_SENTENCE_H
#define MAILSPEC_REPORTS_SENTENCE_H

#include "base/buf.h"
#include "model/result.h"

/* The case has taken the server away: that is said first, whatever else was found. */
bool sentence_is_reason(const struct case_result *result);
/* Else the finding that it is made of: the first of the gravest that have words. NULL: nothing is broken, or nobody can say it in words. */
const struct finding *sentence_finding(const struct case_result *result);
/* Of one finding that has words, the same. */
void sentence_of(struct buf *out, const struct finding *finding);
/* Append it, with its full stop, for show_text() or show_line(); nothing where there is none. */
void sentence_print(struct buf *out, const struct case_result *result);

#endif
