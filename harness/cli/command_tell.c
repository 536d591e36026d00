/* command_tell - say one line to the control socket of a running server, print the answer; the exit status tells */
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "cli/commands.h"
#include "net/conn.h"
#include "reports/show.h"

enum { STANDARD_TIMEOUT_MS = 10000, LARGEST_ANSWER = 16 * 1024 * 1024 };

struct tell {
    const char *path;
    struct loop *loop;
    struct conn *conn;
    struct buf line;
    struct buf answer;
    bool failed;
    struct error error;
};

static void fail(struct tell *tell, const char *text)
{
    tell->failed = true;
    error_set(&tell->error, "%s: %s", tell->path, text);
    loop_stop(tell->loop);
}

/* The server closes when it has answered the last line, so the end of an answer needs no reading. */
static void on_connected(void *self, const char *text)
{
    struct tell *tell = self;
    (void)text;
    conn_write(tell->conn, buf_bytes(&tell->line));
    conn_shutdown(tell->conn);
}

static void on_octets(void *self, struct bytes octets)
{
    struct tell *tell = self;
    buf_append(&tell->answer, octets);
    if (tell->answer.n > LARGEST_ANSWER) {
        fail(tell, "the answer never ends");
    }
}

/* A server that stops may reset the connection behind its answer. */
static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct tell *tell = self;
    if (end == CONN_END_FAILED) {
        fail(tell, text);
    }
    loop_stop(tell->loop);
}

static void on_late(void *self)
{
    fail(self, "no answer came in time");
}

static const struct conn_events events = {
    .connected = on_connected, .octets = on_octets, .ended = on_ended};

/* The words of the command line make one line; a line end within them would make two. */
static int make_line(struct tell *tell, const struct options *options, struct error *error)
{
    for (size_t i = 1; i < options->operand_count; i++) {
        const char *word = options->operands[i];
        if (strpbrk(word, "\r\n") != NULL) {
            return error_set(error, "a command is one line; a word of it holds a line end");
        }
        buf_printf(&tell->line, "%s%s", i > 1 ? " " : "", word);
    }
    buf_append_octet(&tell->line, '\n');
    return 0;
}

/* ---- The answer ---- */

/* Whoever listens there need not be ours. */
static void print_line(struct bytes line)
{
    struct buf shown = {0};
    show_line(&shown, line);
    printf("%s\n", buf_text(&shown));
    buf_deinit(&shown);
}

/* Lines of data without what the notation adds. */
static void print_lines(struct bytes rest)
{
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line) && !bytes_is(line, ".")) {
        print_line(bytes_skip(line, bytes_starts(line, ".") ? 1 : 0));
    }
}

/* One line, or several that end in one with a dot: a list that breaks off is not the list. */
static bool is_whole(struct bytes answer)
{
    size_t end = bytes_index(answer, '\n', 0);
    return bytes_ends(answer, "\n") && (end + 1 == answer.n || bytes_ends(answer, "\n.\n"));
}

static enum exit_status print_answer(const struct tell *tell)
{
    struct bytes rest = buf_bytes(&tell->answer);
    struct bytes first = {0};
    bool whole = is_whole(rest);
    bytes_next(&rest, '\n', &first);
    if (whole && bytes_starts(first, "-ERR ")) {
        first = bytes_skip(first, 5);
        return complain(EXIT_NOT_ACCEPTABLE, "%.*s", (int)first.n, (const char *)first.p);
    }
    if (!whole || !bytes_starts(first, "+OK")) {
        return complain(EXIT_TARGET,
                        "%s: no whole answer came; does mailspec serve --control listen there?",
                        tell->path);
    }
    if (rest.n > 0) {
        print_lines(rest);
    } else {
        print_line(bytes_trim(bytes_skip(first, 3)));
    }
    return EXIT_ACCEPTABLE;
}

static enum exit_status tell_it(struct tell *tell, int64_t timeout_ms)
{
    tell->loop = loop_new();
    struct timer *end = timer_new(tell->loop, on_late, tell);
    timer_start(end, timeout_ms);
    tell->conn = conn_connect_unix(tell->loop, tell->path, &events, tell);
    loop_run(tell->loop);
    enum exit_status status =
        tell->failed ? complain(EXIT_TARGET, "%s", tell->error.text) : print_answer(tell);
    timer_free(&end);
    conn_free(&tell->conn);
    loop_free(&tell->loop);
    return status;
}

enum exit_status command_tell(const struct options *options, struct arena *arena)
{
    struct tell tell = {0};
    struct error error = {""};
    int64_t timeout_ms = STANDARD_TIMEOUT_MS;
    const char *text = options_get(options, OPTION_TIMEOUT);
    (void)arena;
    if (options->operand_count < 2) {
        return complain(EXIT_USAGE, "tell whom what? as in: mailspec tell PATH set full bob; "
                                    "mailspec tell PATH help lists the commands");
    }
    if (text != NULL && !duration_read(bytes_of(text), &timeout_ms)) {
        return complain(EXIT_USAGE, "%s: expected a time with its unit, as in 10s, found \"%s\"",
                        options->value[OPTION_TIMEOUT].where, text);
    }
    tell.path = options->operands[0];
    enum exit_status status = make_line(&tell, options, &error) == 0
                                  ? tell_it(&tell, timeout_ms)
                                  : complain(EXIT_USAGE, "%s", error.text);
    buf_deinit(&tell.line);
    buf_deinit(&tell.answer);
    return status;
}
