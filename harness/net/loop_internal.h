/*
 * loop_internal - what the files of harness/net share about the loop; nobody else includes it
 *
 * Everything that owns libuv handles is an item in the loop's list, so that loop_free() can close it. An
 * item takes itself out of the list when its last handle has been closed.
 */
#ifndef MAILSPEC_NET_LOOP_INTERNAL_H
#define MAILSPEC_NET_LOOP_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "net/interrupts.h"
#include "net/loop.h"
#include "net/lull.h"

enum { LOOP_READ_SIZE = 128 * 1024 };

struct link {
    struct link *prev;
    struct link *next;
};

struct loop_item {
    struct link link; /* first: the list is walked by it */
    /* The loop ends: close without callbacks to the owner and free. */
    void (*close)(struct loop_item *item);
};

/* Something to be done from the loop instead of from within the asking call. */
struct later {
    struct link link; /* first; unlinked when both are NULL */
    void (*run)(void *self);
    void *self;
};

struct loop {
    uv_loop_t uv;
    struct link items;
    struct link laters;
    uv_idle_t idle; /* active while something stands in `laters` */
    struct lull lull;
    uv_prepare_t before_sleep; /* active behind loop_serves_many() */
    size_t lingering;          /* connections that are freed and not closed yet */
    struct interrupts interrupts;
    void (*caught)(void *self, int signal);
    void *caught_self;
    unsigned
        families; /* struct process that are not over: orphans come to us as long as there are any */
    bool was_subreaper;               /* before the first of them */
    char read_buffer[LOOP_READ_SIZE]; /* shared by all connections: a read is handed on at once */
};

void loop_add(struct loop *loop, struct loop_item *item);
void loop_remove(struct loop_item *item);
void loop_later(struct loop *loop, struct later *later); /* again while pending: once */
void later_cancel(struct later *later);
/* libuv's alloc callback; handle->loop->data is the struct loop. */
void loop_read_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer_r);

#endif
