#include "cli/target_commands.h"

#include <stdio.h>

#include "base/escape.h"
#include "net/child.h"

enum { LIMIT_MS = 60000 };

/* What the command said, so that one need not run it by hand to see why it failed. */
static void print_output(const struct buf *output)
{
    struct buf text = {0};
    struct bytes rest = buf_bytes(output);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        if (line.n > 0 || rest.n > 0) {
            escape_append(&text, line, ESCAPE_UTF8 | ESCAPE_CI);
            buf_append_octet(&text, '\n');
        }
    }
    fputs(buf_text(&text), stderr);
    buf_deinit(&text);
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

static int run_command(const char *command, bool stubborn, double time_scale, struct error *error)
{
    const char *what = stubborn ? "Stop" : "Start";
    struct child_result result = {0};
    struct error reason = {""};
    double scaled_ms = LIMIT_MS * time_scale;
    int64_t limit_ms = scaled_ms < 1 ? 1 : (int64_t)scaled_ms;
    if (command == NULL) {
        return 0;
    }
    if (child_run(command, limit_ms, stubborn, &result, &reason) != 0) {
        return error_set(error, "%s: %s", what, reason.text);
    }
    int failed = judge(what, command, limit_ms, &result, error);
    if (failed != 0) {
        print_output(&result.output);
    }
    buf_deinit(&result.output);
    return failed;
}

int target_start(const struct target *target, double time_scale, struct error *error)
{
    return run_command(target->start, false, time_scale, error);
}

int target_stop(const struct target *target, double time_scale, struct error *error)
{
    return run_command(target->stop, true, time_scale, error);
}
