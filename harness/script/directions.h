/*
 * directions - stage directions: what stands in angle brackets
 *
 * One table has every direction with its accepted variations; what a direction does is compile_direction.c.
 */
#ifndef MAILSPEC_SCRIPT_DIRECTIONS_H
#define MAILSPEC_SCRIPT_DIRECTIONS_H

#include "base/buf.h"
#include "model/program.h"
#include "script/span.h"

enum direction {
    DIRECTION_NONE, /* not a known one */
    DIRECTION_OPEN,
    DIRECTION_CLOSE,
    DIRECTION_RESET,
    DIRECTION_TLS,
    DIRECTION_TLS_FAILS,
    DIRECTION_TLS_SHOWS,
    DIRECTION_TLS_CERTIFICATE,
    DIRECTION_TLS_NAMES,
    DIRECTION_TLS_VERSION,
    DIRECTION_TLS_CIPHER,
    DIRECTION_TLS_SERVER_NAME,
    DIRECTION_TLS_NOTHING_LEFT,
    DIRECTION_WAIT,
    DIRECTION_SILENCE,
    DIRECTION_WITHIN,
    DIRECTION_FLUSH,
    DIRECTION_OCTETS,
    DIRECTION_PACE,
    DIRECTION_PIECES,
    DIRECTION_TOGETHER,
    DIRECTION_SEND_MESSAGE,
    DIRECTION_SEND_FILE,
    DIRECTION_MESSAGE,
    DIRECTION_AUTHENTICATE,
    DIRECTION_USE,
    DIRECTION_IF,
    DIRECTION_END,
    DIRECTION_BODY,
    DIRECTION_TOP_BODY,
    DIRECTION_AWAIT,
    DIRECTION_JUDGE,
    DIRECTION_EXIT,
    DIRECTION_STORE,
    DIRECTION_NOTHING, /* known, and nothing is to be done: <wait for connection> */
    DIRECTION_COUNT
};

enum { DIRECTION_MAX_ARGUMENTS = 3 };

struct direction_match {
    enum direction direction;
    struct span arguments[DIRECTION_MAX_ARGUMENTS]; /* empty: not given */
    const char *canonical;                          /* "authenticate %1 as %2 with the secret %3" */
};

struct direction_info {
    bool client; /* who may be told so */
    bool server;
    bool in_data;           /* read as a direction among message data, too */
    enum side default_side; /* of a line without speaker */
};

/* `text` begins with "<"; without the closing ">" or when it is unknown: DIRECTION_NONE. */
struct direction_match direction_match(struct span text);
const struct direction_info *direction_info(enum direction direction);
/* Canonical form of the nearest known direction, or NULL. */
const char *direction_nearest(struct bytes text);
/* Append "<...>" in its canonical form. */
void direction_print(struct buf *out, const struct direction_match *match);

#endif
