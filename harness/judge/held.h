/*
 * held - findings that wait for the end of their case
 *
 * A judge that looks at a reply from afar ("a code that is usual for this command") waits for what the script says: where that
 * names a rule by the very same octets, there is one cause, and it has been named.
 */
#ifndef MAILSPEC_JUDGE_HELD_H
#define MAILSPEC_JUDGE_HELD_H

#include "model/result.h"

struct held; /* a list; NULL: nothing is held */

/* Keep a copy. The finding's rule outlives it. */
void held_add(struct held **list, const struct finding *finding);
/* Tell each finding whose evidence does not stand in `named`, in the order in which they came, and forget them all. */
void held_release(struct held **list, struct bytes named, const struct finding_sink *sink);
/* Forget them untold: their case begins again. */
void held_forget(struct held **list);

#endif
