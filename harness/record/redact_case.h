/*
 * redact_case - what the connections of some cases hid, for texts that are made of them afterwards
 */
#ifndef MAILSPEC_RECORD_REDACT_CASE_H
#define MAILSPEC_RECORD_REDACT_CASE_H

#include "model/event.h"
#include "record/redact.h"

struct redact_case;

/* `redact` outlives it. */
struct redact_case *redact_case_new(const struct redact *redact);
void redact_case_free(struct redact_case **watch_p);
/* Every event of the cases, in order. */
void redact_case_event(struct redact_case *watch, const struct event *event);
/*
 * Append the text without known secrets and without what was hidden; but what a case says itself in its `source` is no secret of the run's,
 * unless it is all of a known one.
 */
void redact_case_append(const struct redact_case *watch, struct bytes text, struct bytes source,
                        struct buf *out);

#endif
