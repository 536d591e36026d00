#include "net/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "net/interrupts.h"

enum { MAX_OUTPUT = 64 * 1024 };

struct child {
    uv_loop_t loop;
    uv_process_t process;
    uv_timer_t timer;
    struct interrupts interrupts;
    bool stubborn;
    struct child_result *result;
};

static void child_exited(uv_process_t *process, int64_t status, int number)
{
    struct child *child = process->data;
    child->result->exit_status = number == 0 ? (int)status : -1;
    child->result->signal = number;
    uv_close((uv_handle_t *)process, NULL);
    uv_close((uv_handle_t *)&child->timer, NULL);
    interrupts_close(&child->interrupts);
}

static void child_late(uv_timer_t *timer)
{
    struct child *child = timer->data;
    child->result->timed_out = true;
    kill(-child->process.pid, SIGKILL);
}

static void child_interrupted(uv_signal_t *handle, int number)
{
    struct child *child = handle->data;
    (void)number;
    if (!child->stubborn) {
        child->result->interrupted = true;
        kill(-child->process.pid, SIGKILL);
    }
}

/*
 * A file without a name, not a pipe: a server that the command leaves running in the background keeps its standard
 * error, and would die of a closed pipe.
 */
static int open_output(struct error *error)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/mailspec-XXXXXX",
             folder != NULL && folder[0] == '/' ? folder : "/tmp");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        return error_set(error, "cannot make a temporary file %s", path);
    }
    unlink(path);
    return fd;
}

static void read_output(int fd, struct buf *output)
{
    char block[4096];
    off_t at = 0;
    while (output->n < MAX_OUTPUT) {
        ssize_t n = pread(fd, block, sizeof block, at);
        if (n <= 0) {
            break;
        }
        at += n;
        buf_append(output, bytes_make(block, (size_t)n));
    }
}

static int child_spawn(struct child *child, char *command, int output)
{
    char shell[] = "/bin/sh";
    char option[] = "-c";
    char *arguments[] = {shell, option, command, NULL};
    uv_stdio_container_t streams[3] = {0};
    streams[0].flags = UV_IGNORE; /* /dev/null */
    streams[1].flags = UV_INHERIT_FD;
    streams[1].data.fd = output;
    streams[2].flags = UV_INHERIT_FD;
    streams[2].data.fd = output;
    uv_process_options_t options = {
        .exit_cb = child_exited,
        .file = shell,
        .args = arguments,
        .flags = UV_PROCESS_DETACHED, /* a session and group of its own */
        .stdio_count = 3,
        .stdio = streams,
    };
    return uv_spawn(&child->loop, &child->process, &options);
}

/* Spawn, wait, and close the loop again. libuv's status. */
static int child_wait(struct child *child, char *command, int64_t timeout_ms, int output)
{
    int status = uv_loop_init(&child->loop);
    if (status != 0) {
        return status;
    }
    uv_timer_init(&child->loop, &child->timer);
    child->timer.data = child;
    child->process.data = child;
    interrupts_open(&child->interrupts, &child->loop, child_interrupted, child);
    status = child_spawn(child, command, output);
    if (status != 0) {
        interrupts_close(&child->interrupts);
        uv_close((uv_handle_t *)&child->process, NULL);
        uv_close((uv_handle_t *)&child->timer, NULL);
    } else if (timeout_ms > 0) {
        uv_update_time(&child->loop);
        uv_timer_start(&child->timer, child_late, (uint64_t)timeout_ms, 0);
    }
    uv_run(&child->loop, UV_RUN_DEFAULT);
    uv_loop_close(&child->loop);
    return status;
}

int child_run(const char *command, int64_t timeout_ms, bool stubborn, struct child_result *result_r,
              struct error *error)
{
    struct child child = {.result = result_r, .stubborn = stubborn};
    *result_r = (struct child_result){.exit_status = -1};
    int output = open_output(error);
    if (output < 0) {
        return -1;
    }
    char *copy = mem_strdup(command); /* libuv wants it writable */
    int status = child_wait(&child, copy, timeout_ms, output);
    free(copy);
    if (status == 0) {
        read_output(output, &result_r->output);
    } else {
        error_set(error, "cannot run \"%.200s\": %s", command, uv_strerror(status));
    }
    close(output);
    return status == 0 ? 0 : -1;
}
