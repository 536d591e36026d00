/*
 * judge_text - findings in words: what was sent, what came, what is wanted
 *
 * One sentence each. Foreign octets are escaped and cut; secrets do not come here (pending.h; of outcomes what holds
 * a secret is told in the scenario's own notation).
 */
#ifndef MAILSPEC_JUDGE_JUDGE_TEXT_H
#define MAILSPEC_JUDGE_JUDGE_TEXT_H

#include "judge/moment.h"
#include "model/event.h"

/* `evidence` are the octets that show it; `wanted` completes "wanted is ...". */
void judge_text_of_moment(struct buf *out, const struct moment *moment, struct bytes evidence,
                          const char *wanted);
/* Does the sentence say what is wanted? */
bool judge_text_of_outcome(struct buf *out, const struct program *program,
                           const struct outcome *outcome);

#endif
