/*
 * console_rules - the end of the console report: which rules are broken, the worst first, and which of them to mend first
 */
#ifndef MAILSPEC_REPORTS_CONSOLE_RULES_H
#define MAILSPEC_REPORTS_CONSOLE_RULES_H

#include "reports/losses.h"
#include "reports/tally.h"

/*
 * A line for each rule: MUST before SHOULD before the others, in each the worst impact first, then what shows in most cases. Where
 * there are many, the milder ones are counted. What is known to fail, and nothing else, is counted, too.
 */
void console_rules(struct buf *out, const struct tally *tally, bool colour);
/*
 * What to mend first: a case that takes the server away, else the first of the rules, in a sentence; and the command that shows just that.
 * Nothing where nothing is new.
 */
void console_first(struct buf *out, const struct losses *losses, const struct tally *tally,
                   bool colour);

#endif
