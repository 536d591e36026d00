/*
 * probe_trouble - why a target does not greet, and what to do, in words
 */
#ifndef MAILSPEC_ENGINE_PROBE_TROUBLE_H
#define MAILSPEC_ENGINE_PROBE_TROUBLE_H

#include "engine/session.h"

struct probe_trouble {
    struct session *session;
    const struct endpoint *endpoint;
    bool verifies; /* the server's certificate is to be good */
    bool timed_out;
    int64_t wait_ms; /* how long its greeting was waited for */
};

/* Append what comes behind the address: "cannot be reached: ... Is the server running, and is the address right?" */
void probe_trouble_print(const struct probe_trouble *trouble, struct buf *what);

#endif
