/*
 * process - a program that runs beside us in the loop: the mail client that is being tested
 *
 * It leads a session and a process group of its own. When it has ended, what it left behind is found, killed with
 * SIGKILL and waited for: the rest of its group and session, their children, and whoever has its mark in the
 * environment, MAILSPEC_CLIENT, wherever it went by double fork and setsid(). While a process runs we are the
 * "child subreaper" (Linux), so that such orphans become our children; elsewhere only the group is found. Not found is one
 * that left group and session, threw its environment away, and whose parent was gone before the program ended.
 *
 * Whoever owns a struct process frees it. The program gets default signal dispositions and no descriptor that
 * we opened; its three streams are true pipes, so that it may open /dev/stdin and /dev/stderr.
 */
#ifndef MAILSPEC_NET_PROCESS_H
#define MAILSPEC_NET_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "net/loop.h"

struct process;

/* All of it is copied. */
struct process_start {
    const char *command; /* given to /bin/sh -c */
    const char *folder;  /* working folder; NULL: ours */
    /* "NAME=VALUE" on top of our environment: a later one replaces an earlier one and ours. */
    const char *const *environment;
    size_t environment_count;
    struct bytes input;       /* standard input, then its end; empty: /dev/null */
    int64_t time_limit_ms;    /* 0: none */
    int64_t grace_ms;         /* from SIGTERM to SIGKILL when it is to be ended; 0: 500 */
    size_t max_output_octets; /* on standard output, and as many on standard error; 0: 16 MiB */
};

/*
 * A command that does not exist is an ordinary end: /bin/sh says so on standard error and exits with 127. What is killed
 * by its time limit, by a flood or by process_kill() is killed with its whole group.
 */
struct process_end {
    bool started;    /* false: `error` says why: no such folder, too long a command, fork failed */
    int exit_status; /* -1: ended by a signal or never started */
    int signal;      /* 0: none */
    bool killed;     /* by process_kill() */
    bool timed_out;  /* its time limit was over: killed */
    bool flooded;    /* wrote more than it may: killed, unless it had ended already */
    unsigned
        left_behind; /* still ran when it had ended; when its group was killed with it: those outside */
    struct error error; /* empty, unless not started, or one of them could not be killed */
};

/*
 * Never NULL. `ended` is called once, from the loop, when the program and what it left behind are gone and what they wrote
 * has been read; one that cannot be killed (it changed its user) is given up after five seconds. Not reading its
 * standard input is the program's own business.
 */
struct process *process_new(struct loop *loop, const struct process_start *start,
                            void (*ended)(void *self, const struct process_end *end), void *self);
/* SIGTERM to its group, SIGKILL to who is still there after the grace; ended() follows. Nothing once it has exited. */
void process_kill(struct process *process);

/* What came in so far, valid until the loop runs again or process_free(): the first 1 MiB and the first 64 KiB. */
struct bytes process_output(const struct process *process);
struct bytes process_error_output(const struct process *process);
/* How many octets came in all. */
size_t process_output_octets(const struct process *process);
size_t process_error_octets(const struct process *process);

/* One that still runs is killed with SIGKILL, and cleaned up after by the loop. No callback any more. Allowed in ended(). */
void process_free(struct process **process_p);

#endif
