/*
 * The client of a case: its start, what it is given, its end in words, and that it never came.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/temp_folder.h"
#include "engine/client_command.h"
#include "engine/expand.h"
#include "engine/serve_internal.h"

enum {
    TIME_LIMIT_MS = 30 * 1000,
    OUTPUT_LINES = 12,
    FIRST_LINES = 3, /* of them, where there are more */
    OUTPUT_LINE = 200,
};

/* ---- The message that it is to send ---- */

/* Message data as it is written, with its dots unstuffed and without the last one. */
static int message_of_lines(struct buf *out, const struct step *step, const struct scope *scope)
{
    struct smtp_data_reader reader = {0};
    struct buf wire = {0};
    struct error error;
    int status = 0;

    for (size_t i = 0; i < step->line_count && status == 0; i++) {
        const struct line *line = &step->lines[i];
        if (line->compare == COMPARE_GLOB || line->compare == COMPARE_REGEX ||
            (line->flags & LINE_FORBIDDEN) != 0) {
            continue; /* a pattern is no text */
        }
        status = expand_text(&wire, &step->lines[i].text, scope, &error);
        if (status == 0 && (step->lines[i].flags & LINE_NO_END) == 0) {
            buf_append_text(&wire, "\r\n");
        }
    }
    if (status == 0) {
        (void)smtp_data_read(&reader, buf_bytes(&wire), out);
    }
    buf_deinit(&wire);
    return status;
}

static bool holds_message(const struct step *step)
{
    return step->kind == STEP_SEND_MESSAGE || step->kind == STEP_DATA;
}

/* Of the n-th message data of the dialogue (from 1), or its last one; false: it has none that can be written out. */
static bool written_message(struct serve *serve, unsigned n)
{
    const struct case_run *run = serve->run;
    const struct step *found = NULL;
    struct error error;

    for (size_t i = 0; i < run->steps.count && n > 0; i++) {
        if (holds_message(&run->steps.steps[i])) {
            found = &run->steps.steps[i];
            n--;
        }
    }
    if (found == NULL) {
        return false;
    }
    int status = found->kind == STEP_SEND_MESSAGE
                     ? expand_text(&serve->message, &found->text, &run->scope, &error)
                     : message_of_lines(&serve->message, found, &run->scope);
    return status == 0 && serve->message.n > 0;
}

static const char *value_of(const struct serve *serve, const char *name, const char *otherwise)
{
    struct bytes value;

    return vars_get(serve->run->vars, name, &value) ? arena_text(serve->run->arena, value)
                                                    : otherwise;
}

static void print_plain_message(struct serve *serve)
{
    buf_clear(&serve->message);
    buf_printf(
        &serve->message,
        "From: <%s>\r\nTo: <%s>\r\nSubject: A test\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
        "Message-ID: %s\r\n\r\nThe first line of the body.\r\n\r\nThe last one.\r\n",
        value_of(serve, "sender", "sender@mailspec.example"),
        value_of(serve, "rcpt", "alice@example.test"),
        value_of(serve, "message-id", "<test@mailspec.example>"));
}

static void make_message(struct serve *serve)
{
    buf_clear(&serve->message);
    if (!written_message(serve, serve->starts + 1)) {
        print_plain_message(serve);
    }
    if (program_needs(serve->run->program, NEED_UNENDED_MESSAGE) &&
        bytes_ends(buf_bytes(&serve->message), "\r\n")) {
        serve->message.n -= 2;
    }
}

/* ---- Start ---- */

static void keep_end(struct serve *serve, const struct client_end *end)
{
    buf_clear(&serve->output);
    buf_clear(&serve->error_output);
    buf_clear(&serve->error_text);
    buf_append(&serve->output, end->output);
    buf_append(&serve->error_output, end->error_output);
    buf_append_text(&serve->error_text, end->error == NULL ? "" : end->error);
    serve->end = *end;
    serve->end.output = buf_bytes(&serve->output);
    serve->end.error_output = buf_bytes(&serve->error_output);
    serve->end.error = end->error == NULL ? NULL : buf_text(&serve->error_text);
}

static size_t count_lines(struct bytes text)
{
    struct bytes line;
    size_t count = 0;

    while (bytes_next(&text, '\n', &line)) {
        count += bytes_trim(line).n > 0 ? 1 : 0;
    }
    return count;
}

/* Of many lines the first ones and the last: there a program says why it gave up. */
static void note_lines(struct serve *serve, const char *what, struct bytes text, size_t octets)
{
    size_t count = count_lines(text);
    size_t left_out = count > OUTPUT_LINES ? count - OUTPUT_LINES : 0;
    size_t number = 0;
    size_t kept = text.n;
    struct bytes line;

    while (bytes_next(&text, '\n', &line)) {
        struct buf shown = {0};
        if (bytes_trim(line).n == 0) {
            continue;
        }
        if (number == FIRST_LINES && left_out > 0) {
            emit_note(&serve->run->emitter, 0, "%s: (%zu lines left out)", what, left_out);
        }
        number++;
        if (number > FIRST_LINES && number <= FIRST_LINES + left_out) {
            continue;
        }
        escape_append(&shown, bytes_slice(bytes_trim_right(line), 0, OUTPUT_LINE), ESCAPE_UTF8);
        emit_note(&serve->run->emitter, 0, "%s: %s", what, buf_text(&shown));
        buf_deinit(&shown);
    }
    if (octets > kept) {
        emit_note(&serve->run->emitter, 0, "%s: %zu octets in all", what, octets);
    }
}

static void on_client_ended(void *self, const struct client_end *end)
{
    struct serve *serve = self;
    struct buf text = {0};

    serve->child_runs = false;
    serve->child_ended = true;
    keep_end(serve, end);
    note_lines(serve, "standard error", end->error_output, end->error_octets);
    note_lines(serve, "standard output", end->output, end->output_octets);
    serve_print_end(serve, &text);
    emit_note(&serve->run->emitter, 0, "the client has ended%s", buf_text(&text));
    if (end->left_behind > 0) {
        emit_note(&serve->run->emitter, 0,
                  "the client left %u process%s running in the background: killed",
                  end->left_behind, end->left_behind == 1 ? "" : "es");
    }
    buf_deinit(&text);
    serve->run->env->wake(serve->run->env->self);
}

/* Our own other side refuses what is wrong with a certificate, and nothing else; the built-in client looks at every one. */
static bool wants_authority(const struct case_run *run)
{
    if (run->role == ROLE_BOTH) {
        return serve_is_to_refuse_tls(run->program);
    }
    return run->target->client.kind == CLIENT_BUILT_IN ||
           (run->target->client.kind == CLIENT_COMMAND && client_command_uses(run->target, "ca"));
}

/* PEM files in the client's folder, where its command asks for them. */
static int write_certificates(struct serve *serve, struct client_task *task, struct error *error)
{
    const struct case_run *run = serve->run;
    const struct tls_authority *authority = serve->responder->authority;

    if (serve->folder == NULL || authority == NULL) {
        return 0;
    }
    if (wants_authority(run)) {
        task->ca_file = arena_printf(run->arena, "%s/ca.pem", serve->folder);
        (void)remove(task->ca_file);
        if (tls_authority_write(authority, task->ca_file, error) != 0) {
            return -1;
        }
    }
    if (run->role != ROLE_BOTH && client_command_uses(run->target, "client-certificate")) {
        task->certificate_file = arena_printf(run->arena, "%s/client.pem", serve->folder);
        (void)remove(task->certificate_file);
        return tls_authority_write_client(authority, task->certificate_file, task->user, error);
    }
    return 0;
}

int serve_start_client(struct serve *serve)
{
    struct case_run *run = serve->run;
    const struct client *client = &run->target->client;
    struct error error = {""};

    if (serve->child != NULL) {
        serve->starter->free(&serve->child);
    }
    if (serve->folder == NULL && (client->kind == CLIENT_COMMAND || wants_authority(run))) {
        serve->folder = temp_folder_new(&error);
        if (serve->folder == NULL) {
            outcome_set(run, VERDICT_ERROR, error.text);
            return -1;
        }
    }
    make_message(serve);
    int64_t limit_ms = client->time_limit_ms > 0 ? client->time_limit_ms : TIME_LIMIT_MS;
    struct client_task task = {
        .target = run->target,
        .program = run->program,
        .facts = run->facts,
        .case_number = run->emitter.case_number,
        .protocol = serve->mail == NULL ? PROTOCOL_POP3 : serve_mail_protocol(serve),
        .host = "127.0.0.1",
        .smtp_port = serve->mail == NULL ? 0 : listener_port(serve->mail),
        .pop3_port = serve->pop3 == NULL ? 0 : listener_port(serve->pop3),
        .client = value_of(serve, "client", "client.mailspec.example"),
        .sender = value_of(serve, "sender", "sender@mailspec.example"),
        .rcpt = value_of(serve, "rcpt", "alice@example.test"),
        .rcpt2 = value_of(serve, "rcpt2", "bob@example.test"),
        .user = value_of(serve, "user", "alice"),
        .secret = value_of(serve, "secret", "secret-alice"),
        .case_id = run->program->id,
        .folder = serve->folder,
        .message = buf_bytes(&serve->message),
        .time_limit_ms = (int64_t)((double)limit_ms * run->env->config->time_scale),
    };
    if (write_certificates(serve, &task, &error) != 0) {
        outcome_set(run, VERDICT_ERROR, error.text);
        return -1;
    }
    serve->starts++;
    serve->visits_before = serve->visits;
    if (serve->starts > 1) {
        emit_note(&run->emitter, 0, "the client is started again");
    }
    serve->child_runs = true;
    serve->child = serve->starter->start(serve->starter->self, run->env->config->loop, &task,
                                         on_client_ended, serve);
    return 0;
}

void serve_stop_client(struct serve *serve)
{
    if (serve->child_runs && serve->child != NULL) {
        serve->starter->stop(serve->child);
    }
}

/* ---- How it ended ---- */

static void print_signal(struct buf *out, int number)
{
    const char *name = strsignal(number);

    buf_printf(out, "it was killed by signal %d (%s)", number, name == NULL ? "?" : name);
}

void serve_print_end(const struct serve *serve, struct buf *out)
{
    const struct client_end *end = serve_client_end(serve);

    if (end == NULL) {
        return;
    }
    buf_append_text(out, out->n > 0 ? "; " : ": ");
    if (!end->started) {
        buf_printf(out, "it could not be started: %s", end->error == NULL ? "?" : end->error);
    } else if (end->timed_out) {
        buf_append_text(out, "it ran longer than its time limit and was killed");
    } else if (end->flooded) {
        buf_append_text(out, "it wrote too much and was killed");
    } else if (end->killed) {
        buf_append_text(out, "it was stopped");
    } else if (end->signal != 0) {
        print_signal(out, end->signal);
    } else if (serve->run->role == ROLE_BOTH) {
        buf_printf(out, "as the client it says: %s",
                   end->error == NULL ? "all went well" : end->error);
    } else {
        buf_printf(out, "it ended with status %d", end->status);
    }
}

static struct bytes first_words(struct bytes text)
{
    struct bytes line = {0};

    while (bytes_next(&text, '\n', &line)) {
        if (bytes_trim(line).n > 0) {
            return bytes_slice(bytes_trim(line), 0, OUTPUT_LINE);
        }
    }
    return (struct bytes){0};
}

/* POSIX: the shell's statuses for a command that cannot be executed, or is not there. */
static bool is_no_command(const struct client_end *end)
{
    return end != NULL && end->signal == 0 && !end->timed_out && !end->killed &&
           (end->status == 126 || end->status == 127);
}

void serve_never_came(struct serve *serve)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    const struct client_end *end = serve_client_end(serve);
    struct buf text = {0};
    struct bytes words = first_words(end != NULL ? end->error_output : (struct bytes){0});

    run->unreachable = serve->visits == 0;
    if (serve->visits > 0) { /* it can connect, but not once more */
        mismatch.verdict = VERDICT_FAIL;
    }
    if (end != NULL && !end->started) {
        buf_printf(&text, "the client could not be started: %s", end->error);
    } else {
        buf_append_text(&text, serve->visits > 0
                                   ? "the client was started again and never connected"
                               : is_no_command(end) ? "the client's command cannot be run"
                                                    : "the client never connected");
        serve_print_end(serve, &text);
        if (words.n > 0) {
            buf_append_text(&text, "; it says: ");
            escape_append(&text, words, ESCAPE_UTF8);
        }
    }
    (void)outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
}

void serve_does_not_come(struct serve *serve)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct buf time = {0};

    serve->run->unreachable = true;
    outcome_print_ms(&time, serve->run->wait_ms);
    (void)outcome_mismatch(serve->run, &mismatch,
                           "the client did not connect in %s, and was stopped", buf_text(&time));
    buf_deinit(&time);
}
