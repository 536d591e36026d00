#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/process_internal.h"

/* ---- Environment ---- */

struct environment {
    char **entries; /* NULL at the end */
    size_t count;
    size_t capacity;
};

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

/* Replaces the one of that name. */
static void environment_set(struct environment *environment, const char *entry)
{
    size_t n = name_length(entry);
    for (size_t i = 0; i < environment->count; i++) {
        char **old = &environment->entries[i];
        if (name_length(*old) == n && strncmp(*old, entry, n) == 0) {
            free(*old);
            *old = mem_strdup(entry);
            return;
        }
    }
    environment->entries =
        mem_grow(environment->entries, environment->count, &environment->capacity, sizeof(char *));
    environment->entries[environment->count++] = mem_strdup(entry);
}

static void environment_init(struct environment *environment, const struct process_start *start,
                             const char *token)
{
    struct buf mark = {0};
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        environment_set(environment, *entry);
    }
    for (size_t i = 0; i < start->environment_count; i++) {
        environment_set(environment, start->environment[i]);
    }
    buf_printf(&mark, "%s=%s", PROCESS_MARK, token);
    environment_set(environment, buf_text(&mark));
    buf_deinit(&mark);
    environment->entries =
        mem_grow(environment->entries, environment->count, &environment->capacity, sizeof(char *));
    environment->entries[environment->count] = NULL;
}

static void environment_deinit(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++) {
        free(environment->entries[i]);
    }
    free(environment->entries);
}

/* ---- Pipes ---- */

/* Theirs is what the program gets; ours is opened as `pipe`. Both close on exec. */
static int make_pipe(uv_pipe_t *pipe, bool we_write, int *theirs_r)
{
    uv_file fds[2];
    int status = uv_pipe(fds, we_write ? 0 : UV_NONBLOCK_PIPE, we_write ? UV_NONBLOCK_PIPE : 0);
    if (status != 0) {
        return status;
    }
    *theirs_r = fds[we_write ? 0 : 1];
    status = uv_pipe_open(pipe, fds[we_write ? 1 : 0]);
    if (status != 0) {
        close(fds[we_write ? 1 : 0]);
    }
    return status;
}

static int make_pipes(struct process *process, bool with_input, int theirs_r[3])
{
    int status = with_input ? make_pipe(&process->input, true, &theirs_r[0]) : 0;
    if (status == 0) {
        status = make_pipe(&process->output.pipe, false, &theirs_r[1]);
    }
    if (status == 0) {
        status = make_pipe(&process->error.pipe, false, &theirs_r[2]);
    }
    return status;
}

/* ---- Start ---- */

static int spawn(struct process *process, const struct process_start *start, const int theirs[3])
{
    char shell[] = "/bin/sh";
    char option[] = "-c";
    char *command = mem_strdup(start->command); /* libuv wants it writable */
    char *arguments[] = {shell, option, command, NULL};
    struct environment environment = {0};
    uv_stdio_container_t streams[3] = {0};
    environment_init(&environment, start, process->family.token);
    for (int i = 0; i < 3; i++) {
        streams[i].flags = theirs[i] < 0 ? UV_IGNORE /* /dev/null */ : UV_INHERIT_FD;
        streams[i].data.fd = theirs[i];
    }
    uv_process_options_t options = {
        .exit_cb = process_exited,
        .file = shell,
        .args = arguments,
        .env = environment.entries,
        .cwd = start->folder,
        .flags = UV_PROCESS_DETACHED, /* a session and group of its own */
        .stdio_count = 3,
        .stdio = streams,
    };
    int status = uv_spawn(&process->loop->uv, &process->uv, &options);
    process_own_handle(process, (uv_handle_t *)&process->uv);
    environment_deinit(&environment);
    free(command);
    return status;
}

/* EPIPE and the like: it does not read all of its input, which it need not. */
static void input_written(uv_write_t *write, int status)
{
    struct process *process = write->data;
    (void)status;
    buf_deinit(&process->unwritten);
    process_close_handle((uv_handle_t *)&process->input);
}

static void begin(struct process *process, struct bytes input)
{
    uv_read_start((uv_stream_t *)&process->output.pipe, loop_read_buffer, process_stream_read);
    uv_read_start((uv_stream_t *)&process->error.pipe, loop_read_buffer, process_stream_read);
    process->output.reading = true;
    process->error.reading = true;
    if (input.n == 0) {
        return;
    }
    buf_append(&process->unwritten, input);
    uv_buf_t octets = {.base = (char *)process->unwritten.p, .len = process->unwritten.n};
    process->write.data = process;
    if (uv_write(&process->write, (uv_stream_t *)&process->input, &octets, 1, input_written) != 0) {
        process_close_handle((uv_handle_t *)&process->input);
    }
}

int process_spawn(struct process *process, const struct process_start *start)
{
    int theirs[3] = {-1, -1, -1};
    int status = make_pipes(process, start->input.n > 0, theirs);
    if (status == 0) {
        status = spawn(process, start, theirs);
    }
    for (int i = 0; i < 3; i++) {
        if (theirs[i] >= 0) {
            close(theirs[i]);
        }
    }
    if (status != 0) {
        return error_set(&process->end.error, "cannot run \"%.200s\"%s%.200s: %s", start->command,
                         start->folder != NULL ? " in the folder " : "",
                         start->folder != NULL ? start->folder : "", uv_strerror(status));
    }
    process->family.leader = process->uv.pid;
    begin(process, start->input);
    return 0;
}
