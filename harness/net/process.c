#include "net/process.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/process_internal.h"

enum {
    KEPT_OUTPUT = 1024 * 1024,
    KEPT_ERROR = 64 * 1024,
    MAX_OUTPUT = 16 * 1024 * 1024, /* when nothing is asked for */
    GRACE_MS = 500,
    GIVE_UP_MS = 5000,
    MAX_SWEEP_DELAY_MS = 128
};

static void sweep(struct process *process);

/* ---- Life ---- */

static void delete_when_done(struct process *process)
{
    if (process->freed && process->open_handles == 0) {
        loop_remove(&process->item);
        buf_deinit(&process->unwritten);
        buf_deinit(&process->output.kept);
        buf_deinit(&process->error.kept);
        free(process);
    }
}

static void handle_closed(uv_handle_t *handle)
{
    struct process *process = handle->data;
    process->open_handles--;
    delete_when_done(process);
}

void process_own_handle(struct process *process, uv_handle_t *handle)
{
    handle->data = process;
    process->open_handles++;
}

void process_close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, handle_closed);
    }
}

/* ---- What it writes ---- */

static void keep(struct process_stream *stream, const char *octets, size_t n)
{
    stream->octets += n;
    buf_append(&stream->kept,
               bytes_slice(bytes_make(octets, n), 0, stream->max_kept - stream->kept.n));
    if (stream->octets > stream->process->max_output) {
        stream->process->end.flooded = true;
        stream->reading = false;
    }
}

/* The rest, as far as it is there: one whom we could not kill may hold the other end for ever. */
static void read_rest(struct process_stream *stream)
{
    struct loop *loop = stream->process->loop;
    uv_os_fd_t fd = -1;
    if (uv_fileno((uv_handle_t *)&stream->pipe, &fd) != 0) {
        return;
    }
    while (stream->reading) {
        ssize_t n = read(fd, loop->read_buffer, sizeof loop->read_buffer); /* never blocks */
        if (n <= 0) {
            return;
        }
        keep(stream, loop->read_buffer, (size_t)n);
    }
}

/* ---- Its end ---- */

static void start_timer(struct process *process, int64_t delay_ms);

static void over(struct process *process)
{
    process->phase = PROCESS_OVER;
    read_rest(&process->output);
    read_rest(&process->error);
    process->end.left_behind = process->family.left_behind;
    process_family_leave(&process->family, process->loop);
    process_close_handle((uv_handle_t *)&process->timer);
    process_close_handle((uv_handle_t *)&process->input);
    process_close_handle((uv_handle_t *)&process->output.pipe);
    process_close_handle((uv_handle_t *)&process->error.pipe);
    if (process->uv.data != NULL) {
        process_close_handle((uv_handle_t *)&process->uv);
    }
    if (!process->freed) {
        process->ended(process->self, &process->end); /* may free it: goes with its last handle */
    }
}

static void over_later(void *self)
{
    over(self);
}

static void kill_group(struct process *process)
{
    process->mercy_until_ms = 0;
    if (process->phase != PROCESS_RUNNING && process->phase != PROCESS_TERMINATING) {
        return;
    }
    process->phase = PROCESS_KILLED;
    process->family.signalled = true;
    kill(-process->family.leader, SIGKILL);
    start_timer(process, GIVE_UP_MS);
}

/* SIGKILL had no effect: it runs as another user, or hangs in the kernel. */
static void give_up(struct process *process)
{
    process_family_sweep(&process->family, process->loop, false);
    error_set(&process->end.error, "process %ld could not be killed", (long)process->family.leader);
    over(process);
}

static void timer_fired(uv_timer_t *timer)
{
    struct process *process = timer->data;
    switch (process->phase) {
    case PROCESS_RUNNING:
        process->end.timed_out = true;
        kill_group(process);
        break;
    case PROCESS_TERMINATING:
        kill_group(process);
        break;
    case PROCESS_KILLED:
        give_up(process);
        break;
    case PROCESS_SWEEPING:
        sweep(process);
        break;
    case PROCESS_FAILED:
    case PROCESS_OVER:
        break;
    }
}

static void start_timer(struct process *process, int64_t delay_ms)
{
    /* libuv counts from the start of its round and in whole milliseconds: never fire early. */
    uv_update_time(&process->loop->uv);
    uv_timer_start(&process->timer, timer_fired, (uint64_t)delay_ms + 1, 0);
}

static void sweep(struct process *process)
{
    uint64_t now = uv_now(&process->loop->uv);
    bool merciful = now < process->mercy_until_ms;
    bool any = process_family_sweep(&process->family, process->loop, merciful);
    if (any && now < process->give_up_at_ms) {
        unsigned sweeps = process->family.sweeps;
        start_timer(process, sweeps > 8 ? MAX_SWEEP_DELAY_MS : (1 << sweeps) / 2);
        return;
    }
    if (any) {
        error_set(&process->end.error, "not all of what it left behind could be killed");
    }
    over(process);
}

void process_exited(uv_process_t *uv, int64_t status, int number)
{
    struct process *process = uv->data;
    process->end.exit_status = number == 0 ? (int)status : -1;
    process->end.signal = number;
    uv_timer_stop(&process->timer);
    process->phase = PROCESS_SWEEPING;
    uint64_t now = uv_now(&process->loop->uv);
    bool in_mercy = now < process->mercy_until_ms;
    process->give_up_at_ms = (in_mercy ? process->mercy_until_ms : now) + GIVE_UP_MS;
    sweep(process);
}

void process_stream_read(uv_stream_t *uv, ssize_t n, const uv_buf_t *buffer)
{
    struct process_stream *stream = (struct process_stream *)uv; /* its first member */
    if (n > 0) {
        keep(stream, buffer->base, (size_t)n);
    } else if (n < 0) {
        stream->reading = false;
    }
    if (!stream->reading) {
        uv_read_stop(uv);
    }
    if (stream->process->end.flooded) {
        kill_group(stream->process);
    }
}

/* ---- Interface ---- */

static void stop(struct process *process)
{
    process->freed = true;
    if (process->phase == PROCESS_FAILED) {
        later_cancel(&process->failed);
        over(process);
    }
    kill_group(process); /* its exit, then the sweeps end it; nothing when it does not run */
    delete_when_done(process);
}

static void close_item(struct loop_item *item)
{
    stop((struct process *)item);
}

static void stream_init(struct process_stream *stream, struct process *process, size_t max_kept)
{
    stream->process = process;
    stream->max_kept = max_kept;
    uv_pipe_init(&process->loop->uv, &stream->pipe, 0);
    process_own_handle(process, (uv_handle_t *)&stream->pipe);
}

struct process *process_new(struct loop *loop, const struct process_start *start,
                            void (*ended)(void *self, const struct process_end *end), void *self)
{
    assert(start->command != NULL);
    struct process *process = mem_alloc(sizeof *process);
    process->loop = loop;
    process->ended = ended;
    process->self = self;
    process->end.exit_status = -1;
    process->max_output = start->max_output_octets > 0 ? start->max_output_octets : MAX_OUTPUT;
    process->grace_ms = start->grace_ms > 0 ? start->grace_ms : GRACE_MS;
    process->failed = (struct later){.run = over_later, .self = process};
    process->item.close = close_item;
    loop_add(loop, &process->item);
    uv_timer_init(&loop->uv, &process->timer);
    process_own_handle(process, (uv_handle_t *)&process->timer);
    uv_pipe_init(&loop->uv, &process->input, 0);
    process_own_handle(process, (uv_handle_t *)&process->input);
    stream_init(&process->output, process, KEPT_OUTPUT);
    stream_init(&process->error, process, KEPT_ERROR);
    process_family_init(&process->family, loop);
    if (process_spawn(process, start) != 0) {
        process->phase = PROCESS_FAILED;
        loop_later(loop, &process->failed);
        return process;
    }
    process->phase = PROCESS_RUNNING;
    process->end.started = true;
    if (start->time_limit_ms > 0) {
        start_timer(process, start->time_limit_ms);
    }
    return process;
}

void process_kill(struct process *process)
{
    if (process->phase != PROCESS_RUNNING) {
        return;
    }
    process->phase = PROCESS_TERMINATING;
    process->end.killed = true;
    process->family.signalled = true;
    kill(-process->family.leader, SIGTERM);
    start_timer(process, process->grace_ms);
    process->mercy_until_ms = uv_now(&process->loop->uv) + (uint64_t)process->grace_ms;
}

struct bytes process_output(const struct process *process)
{
    return buf_bytes(&process->output.kept);
}

struct bytes process_error_output(const struct process *process)
{
    return buf_bytes(&process->error.kept);
}

size_t process_output_octets(const struct process *process)
{
    return process->output.octets;
}

size_t process_error_octets(const struct process *process)
{
    return process->error.octets;
}

void process_free(struct process **process_p)
{
    struct process *process = *process_p;
    if (process != NULL) {
        *process_p = NULL;
        stop(process);
    }
}
