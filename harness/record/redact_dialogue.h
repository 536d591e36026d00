/*
 * redact_dialogue - where in a dialogue secrets stand, and what follows from them (harness/record only)
 */
#ifndef MAILSPEC_RECORD_REDACT_DIALOGUE_H
#define MAILSPEC_RECORD_REDACT_DIALOGUE_H

#include "record/redact_needles.h"

/* What was known beforehand. */
struct redact {
    struct redact_needles needles;
    struct buf *secrets;
    size_t count;
    bool open; /* nothing is hidden */
};

/*
 * Where the secret of a line begins, or BYTES_NONE: it goes on to the line's end. `content` is the line, or as much of it as has come,
 * without its end.
 */
size_t redact_secret_begin(const struct redact_session *session, enum side side,
                           enum protocol protocol, struct bytes content);
/* The line is complete, and its secret begins there: the session moves on, and remembers what must not be shown later. */
void redact_line_ended(const struct redact *redact, struct redact_session *session, enum side side,
                       enum protocol protocol, struct bytes content, size_t secret_at);
/* The same of a line that breaks off: only its secret is remembered. */
void redact_remember(struct redact_needles *hidden, struct bytes content, size_t secret_at);

#endif
