#include "cli/target_commands.h"

#include <stdio.h>

#include "base/escape.h"
#include "net/child.h"

enum { LIMIT_MS = 60000 };

/* What the command said, so that one need not run it by hand to see why it failed. */
static void print_output(const struct buf *output, const struct redact *redact)
{
    struct buf text = {0};
    struct buf hidden = {0};
    redact_text(redact, buf_bytes(output), &hidden);
    struct bytes rest = buf_bytes(&hidden);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        if (line.n > 0 || rest.n > 0) {
            escape_append(&text, line, ESCAPE_UTF8 | ESCAPE_CI);
            buf_append_octet(&text, '\n');
        }
    }
    fputs(buf_text(&text), stderr);
    buf_deinit(&text);
    buf_deinit(&hidden);
}

/* 0 when it ended with status 0. */
static int judge(const char *what, const char *command, int64_t limit_ms,
                 const struct child_result *result, struct error *error)
{
    if (result->timed_out) {
        return error_set(error, "%s: \"%s\" did not end within %.1f s and was killed", what,
                         command, (double)limit_ms / 1000);
    }
    if (result->interrupted) {
        return error_set(error, "%s: interrupted", what);
    }
    if (result->exit_status < 0) {
        return error_set(error, "%s: \"%s\" was ended by signal %d", what, command, result->signal);
    }
    if (result->exit_status > 0) {
        return error_set(error, "%s: \"%s\" ended with status %d", what, command,
                         result->exit_status);
    }
    return 0;
}

struct target_command {
    const char *what; /* "Start" */
    const char *command;
    bool stubborn;       /* let it finish when the user asks us to end */
    bool quiet;          /* what it printed is of no interest, even when it failed */
    bool *interrupted_r; /* may be NULL */
};

static int run_command(const struct target_command *row, const struct redact *redact,
                       double time_scale, struct error *error)
{
    struct child_result result = {0};
    struct error reason = {""};
    double scaled_ms = LIMIT_MS * time_scale;
    int64_t limit_ms = scaled_ms < 1 ? 1 : (int64_t)scaled_ms;
    if (row->command == NULL) {
        return 0;
    }
    if (child_run(row->command, limit_ms, row->stubborn, &result, &reason) != 0) {
        return error_set(error, "%s: %s", row->what, reason.text);
    }
    if (row->interrupted_r != NULL) {
        *row->interrupted_r = result.interrupted;
    }
    /* Before the error's text is cut: half a secret would not be found in it. */
    struct buf command = {0};
    redact_text(redact, bytes_of(row->command), &command);
    int failed = judge(row->what, buf_text(&command), limit_ms, &result, error);
    if (failed != 0 && !row->quiet) {
        print_output(&result.output, redact);
    }
    buf_deinit(&command);
    buf_deinit(&result.output);
    return failed;
}

int target_start(const struct target *target, const struct redact *redact, double time_scale,
                 struct error *error)
{
    return run_command(&(struct target_command){"Start", target->start, false, false, NULL}, redact,
                       time_scale, error);
}

int target_stop(const struct target *target, const struct redact *redact, double time_scale,
                struct error *error)
{
    return run_command(&(struct target_command){"Stop", target->stop, true, false, NULL}, redact,
                       time_scale, error);
}

int target_start_again(const struct target *target, const struct redact *redact, double time_scale,
                       bool *interrupted_r, struct error *error)
{
    const struct target_command stop = {"Stop", target->stop, true, true, NULL};
    const struct target_command start = {"Start", target->start, false, false, interrupted_r};
    *interrupted_r = false;
    (void)run_command(&stop, redact, time_scale, error);
    return run_command(&start, redact, time_scale, error);
}
