/*
 * child - run a command to its end: Start and Stop of a target
 */
#ifndef MAILSPEC_NET_CHILD_H
#define MAILSPEC_NET_CHILD_H

#include "base/buf.h"
#include "base/error.h"
#include "net/loop.h"

struct child_result {
    int exit_status; /* -1: ended by a signal */
    int signal;
    bool timed_out;    /* killed with its process group */
    bool interrupted;  /* SIGINT, SIGTERM or SIGHUP came to us: killed with its process group */
    struct buf output; /* both streams, at most 64 KiB; the caller deinits it */
};

/*
 * /bin/sh -c COMMAND with standard input from /dev/null; waits, running its own small loop. -1: could not start. A signal
 * that asks us to end ends the command too, unless `stubborn`: then it is let go by until the command has ended.
 */
int child_run(const char *command, int64_t timeout_ms, bool stubborn, struct child_result *result_r,
              struct error *error);

#endif
