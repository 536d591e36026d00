/*
 * refusal - answers that say "not now" or "not to you"
 *
 * A server that is busy, shuts down, greylists, or wants TLS or a login first answers with other codes than a
 * dialogue has, and is within its rights. Such an answer proves nothing about what the case is after: it is
 * INCONCLUSIVE, never FAIL. RFC 5321 3.1, 3.8, 4.2.1; RFC 3207 4; RFC 4954 6; RFC 2595 2.2; RFC 2449 8.1; RFC 3206 4.
 */
#ifndef MAILSPEC_ENGINE_REFUSAL_H
#define MAILSPEC_ENGINE_REFUSAL_H

#include "engine/session.h"
#include "model/program.h"

enum refusal {
    REFUSAL_NONE,        /* the answer stands for itself */
    REFUSAL_AT_GREETING, /* for now: worth another try */
    REFUSAL_OF_LOGIN,    /* for now, of what it asks somebody else about: the same, a few times */
    REFUSAL_OF_CASE
};

/* Of the answer taken last, which is not the one expected; the reason is appended to `why`. */
enum refusal refusal_find(const struct session *session, const struct reply *expected,
                          struct buf *why);

#endif
