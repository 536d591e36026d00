/*
 * process_internal - what the files of one process share; nobody outside harness/net includes it
 *
 * A process lives until it is freed by its owner AND its last libuv handle is closed. Files: process.c runs and ends
 * it; process_start.c makes its pipes and environment and spawns it; process_family.c kills and reaps what it left
 * behind; process_tree.c reads who descends from us.
 */
#ifndef MAILSPEC_NET_PROCESS_INTERNAL_H
#define MAILSPEC_NET_PROCESS_INTERNAL_H

#include <sys/types.h>

#include "base/buf.h"
#include "net/loop_internal.h"
#include "net/process.h"

#define PROCESS_MARK "MAILSPEC_CLIENT"

/* ---- Who descends from us ---- */

struct tree_node {
    pid_t pid;
    pid_t parent;
    pid_t group;
    pid_t session;
    uint64_t
        start_time; /* with the pid: which process this is, also when the number is used again */
    bool zombie;
    bool descends;
    bool member; /* of the family that was asked for */
    bool
        unsure; /* no environment: so it is within exec, and when it has ended since it was listed */
};

struct process_tree {
    struct tree_node *nodes; /* by pid */
    size_t count;
    size_t capacity;
};

/* All that descend from this process; the caller deinits it. -1: there is no /proc that says so. */
int process_tree_read(struct process_tree *tree);
/* Mark the members: of the leader's group or session, with the token in their environment, and what descends from those. */
void process_tree_mark(struct process_tree *tree, pid_t leader, const char *token);
const struct tree_node *process_tree_find(const struct process_tree *tree, pid_t pid);
void process_tree_deinit(struct process_tree *tree);

/* ---- A program and its descendants ---- */

struct family_member {
    pid_t pid;
    uint64_t start_time;
};

struct process_family {
    pid_t leader;
    char *token;    /* the value of PROCESS_MARK */
    bool signalled; /* its group was signalled by us: who is in it is not left behind */
    unsigned sweeps;
    unsigned left_behind;
    struct family_member *counted; /* those in left_behind */
    size_t counted_capacity;
};

/* The token is made from our own one, so that what a mailspec under a mailspec starts bears the mark of both. */
void process_family_init(struct process_family *family, struct loop *loop);
/*
 * The leader has exited: kill what is left and reap what is dead. Returns whether there was any; to be called again then,
 * since they are not dead at once, and may have had a child while we were looking. `merciful`: those of its group have been asked to end and are not killed yet.
 */
bool process_family_sweep(struct process_family *family, struct loop *loop, bool merciful);
/* The family is over: without any, orphans go where they went before. */
void process_family_leave(struct process_family *family, struct loop *loop);

/* ---- The process ---- */

enum process_phase {
    PROCESS_FAILED, /* could not be started; to be told from the loop */
    PROCESS_RUNNING,
    PROCESS_TERMINATING, /* SIGTERM was sent */
    PROCESS_KILLED,      /* SIGKILL was sent */
    PROCESS_SWEEPING,    /* the leader has exited, what it left behind goes */
    PROCESS_OVER
};

/* Its standard output or standard error. */
struct process_stream {
    uv_pipe_t pipe; /* first: the stream is found by it */
    struct process *process;
    struct buf kept;
    size_t max_kept;
    size_t octets;
    bool reading; /* no end yet */
};

struct process {
    struct loop_item item;
    struct loop *loop;
    void (*ended)(void *self, const struct process_end *end);
    void *self;
    enum process_phase phase;
    bool freed;
    unsigned open_handles;
    uv_process_t uv;
    uv_timer_t timer; /* of the phase: time limit, grace, giving up, next sweep */
    uv_pipe_t input;
    uv_write_t write;
    struct buf unwritten; /* what `write` points to */
    struct process_stream output;
    struct process_stream error;
    size_t max_output;
    int64_t grace_ms;
    struct process_family family;
    uint64_t mercy_until_ms; /* uv_now(): who is in the group may end by itself */
    uint64_t give_up_at_ms;
    struct later failed;
    struct process_end end;
};

/* The handle is initialised: it counts, and is closed when the process is over. */
void process_own_handle(struct process *process, uv_handle_t *handle);
void process_close_handle(uv_handle_t *handle);
void process_exited(uv_process_t *uv, int64_t status, int number);
void process_stream_read(uv_stream_t *uv, ssize_t n, const uv_buf_t *buffer);
/* Spawn it, begin to read and write. -1: `end.error` is set. */
int process_spawn(struct process *process, const struct process_start *start);

#endif
