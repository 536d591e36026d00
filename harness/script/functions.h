/*
 * functions - what may stand inside {{...}}: functions, and the variables that every case has
 */
#ifndef MAILSPEC_SCRIPT_FUNCTIONS_H
#define MAILSPEC_SCRIPT_FUNCTIONS_H

#include "base/bytes.h"

struct function {
    const char *name;
    size_t least; /* number of arguments */
    size_t most;
    unsigned numbers; /* bit N: argument N (from 0) is a number */
};

/* NULL: no function. */
const struct function *function_find(struct bytes name);
/* "rcpt", "secret:alice", "ehlo:SIZE", "tls:version", ...: bound in every case by whoever runs it. */
bool variable_is_predefined(struct bytes name);
/* Does the name begin with a prefix that takes a word behind a colon ("secret:", "ehlo:", "tls:")? */
bool variable_has_prefix(struct bytes name);
/* The nearest predefined variable or function, or NULL. */
const char *variable_nearest(struct bytes name);
const char *function_nearest(struct bytes name);

#endif
