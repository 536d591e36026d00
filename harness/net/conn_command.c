/*
 * A process as the peer: /bin/sh -c COMMAND, its standard output read and its standard input written, two pipes for one
 * connection.
 *
 * The conn owns the process, which leads a group of its own: the whole group is killed when the conn closes, and what is
 * left of it when its leader exits. Of its standard error the first MAX_ERROR_OUTPUT octets are kept for people. A command
 * that cannot be started is told from the loop as ended(CONN_END_FAILED).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/conn_internal.h"

enum { MAX_ERROR_OUTPUT = 64 * 1024 };
/* A process that has closed its standard output ends at once, or has done so on purpose. */
enum { EXIT_MS = 200 };

static void tell_waiting_end(struct conn *conn)
{
    struct conn_command *command = conn->command;
    if (command->end_waits) {
        command->end_waits = false;
        uv_timer_stop(&command->patience);
        if (!conn->freed) {
            conn_tell_end(conn, command->output_end);
        }
    }
}

static void patience_over(uv_timer_t *timer)
{
    tell_waiting_end(timer->data);
}

bool conn_command_end_waits(struct conn *conn, int status)
{
    struct conn_command *command = conn->command;
    if (command->running) {
        command->end_waits = true;
        command->output_end = status;
        uv_timer_start(&command->patience, patience_over, EXIT_MS, 0);
    }
    return command->running;
}

/* The leader has just been reaped: what it left behind in its group goes too, before the id is anybody else's. */
static void command_exited(uv_process_t *process, int64_t status, int number)
{
    struct conn *conn = process->data;
    struct conn_command *command = conn->command;
    kill(-process->pid, SIGKILL);
    command->running = false;
    command->exit_status = number == 0 ? (int)status : -1;
    command->signal = number;
    conn_close_handle((uv_handle_t *)process);
    tell_waiting_end(conn);
    conn_linger_check(conn);
}

static void keep(struct conn_command *command, const char *octets, size_t n)
{
    struct buf *kept = &command->error_output;
    buf_append(kept, bytes_slice(bytes_make(octets, n), 0, MAX_ERROR_OUTPUT - kept->n));
}

static void error_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct conn *conn = stream->data;
    if (n < 0) {
        uv_read_stop(stream);
        return;
    }
    keep(conn->command, buffer->base, (size_t)n);
}

void conn_command_read_errors(struct conn *conn)
{
    uv_os_fd_t fd = -1;
    char block[4096];
    if (uv_fileno((uv_handle_t *)&conn->command->error, &fd) != 0) {
        return;
    }
    for (size_t total = 0; total < MAX_ERROR_OUTPUT; total += sizeof block) {
        ssize_t n = read(fd, block, sizeof block); /* never blocks: the loop's descriptors do not */
        if (n <= 0) {
            return;
        }
        keep(conn->command, block, (size_t)n);
    }
}

static int command_spawn(struct conn *conn, char *line)
{
    struct conn_command *command = conn->command;
    char shell[] = "/bin/sh";
    char option[] = "-c";
    char *arguments[] = {shell, option, line, NULL};
    uv_stdio_container_t streams[3] = {0};
    streams[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
    streams[0].data.stream = (uv_stream_t *)&command->input;
    streams[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
    streams[1].data.stream = &conn->in.stream;
    streams[2].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
    streams[2].data.stream = (uv_stream_t *)&command->error;
    uv_process_options_t options = {
        .exit_cb = command_exited,
        .file = shell,
        .args = arguments,
        .flags = UV_PROCESS_DETACHED, /* a session and group of its own */
        .stdio_count = 3,
        .stdio = streams,
    };
    return uv_spawn(&conn->loop->uv, &command->process, &options);
}

static void command_begin(void *self)
{
    struct conn *conn = self;
    struct conn_dial *dial = conn->dial;
    struct conn_command *command = mem_alloc(sizeof *command);
    conn->command = command;
    uv_pipe_init(&conn->loop->uv, &conn->in.pipe, 0);
    uv_pipe_init(&conn->loop->uv, &command->input, 0);
    uv_pipe_init(&conn->loop->uv, &command->error, 0);
    conn_own_handle(conn, &conn->in.handle);
    conn_own_handle(conn, (uv_handle_t *)&command->input);
    conn_own_handle(conn, (uv_handle_t *)&command->error);
    uv_timer_init(&conn->loop->uv, &command->patience);
    conn_own_handle(conn, (uv_handle_t *)&command->patience);
    conn->out = (uv_stream_t *)&command->input;
    int status = command_spawn(conn, dial->host);
    conn_own_handle(conn, (uv_handle_t *)&command->process);
    if (status != 0) {
        char text[512];
        snprintf(text, sizeof text, "cannot run \"%.200s\": %s", dial->host, uv_strerror(status));
        conn_fail(conn, text);
        return;
    }
    command->running = true;
    uv_read_start((uv_stream_t *)&command->error, loop_read_buffer, error_read);
    char *line = dial->host;
    dial->host = NULL;
    conn_opened(conn, line);
    free(line);
}

struct conn *conn_connect_command(struct loop *loop, const char *command,
                                  const struct conn_events *events, void *self)
{
    struct conn *conn = conn_new(loop, events, self);
    conn_dial_later(conn, command, command_begin);
    return conn;
}

void conn_command_close(struct conn *conn)
{
    struct conn_command *command = conn->command;
    conn_close_handle((uv_handle_t *)&command->input);
    conn_close_handle((uv_handle_t *)&command->error);
    conn_close_handle((uv_handle_t *)&command->patience);
    if (command->running) {
        kill(-command->process.pid, SIGKILL); /* command_exited() reaps it and closes the handle */
    } else {
        conn_close_handle((uv_handle_t *)&command->process);
    }
}

void conn_command_free(struct conn *conn)
{
    if (conn->command != NULL) {
        buf_deinit(&conn->command->error_output);
        free(conn->command);
        conn->command = NULL;
    }
}
