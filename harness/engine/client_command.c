#include "engine/client_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/glob.h"
#include "base/mem.h"
#include "base/shell_word.h"
#include "net/process.h"

enum { MOST_INPUT = 64 * 1024 * 1024 };

struct client_child {
    struct process *process;
    void (*ended)(void *self, const struct client_end *end);
    void *self;
    struct error error; /* why it was not started, though something was */
};

/* ---- {{name}} ---- */

struct filling {
    const struct client_task *task;
    const char *message_file;
    bool quoted; /* as words of the shell */
};

static const char *const names[] = {
    "host",   "port",   "smtp-port",    "pop3-port", "user",
    "secret", "sender", "rcpt",         "rcpt2",     "client",
    "case",   "dir",    "message-file", "ca",        "client-certificate"};

static bool value_of(const struct filling *filling, struct bytes name, struct buf *value)
{
    const struct client_task *task = filling->task;
    bool pop3 = task->protocol == PROTOCOL_POP3;
    const struct {
        const char *name;
        const char *text;
        unsigned number;
    } rows[] = {
        {"host",               task->host,             0                                       },
        {"port",               NULL,                   pop3 ? task->pop3_port : task->smtp_port},
        {"smtp-port",          NULL,                   task->smtp_port                         },
        {"pop3-port",          NULL,                   task->pop3_port                         },
        {"user",               task->user,             0                                       },
        {"secret",             task->secret,           0                                       },
        {"sender",             task->sender,           0                                       },
        {"rcpt",               task->rcpt,             0                                       },
        {"rcpt2",              task->rcpt2,            0                                       },
        {"client",             task->client,           0                                       },
        {"case",               task->case_id,          0                                       },
        {"dir",                task->folder,           0                                       },
        {"message-file",       filling->message_file,  0                                       },
        {"ca",                 task->ca_file,          0                                       },
        {"client-certificate", task->certificate_file, 0                                       },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!bytes_is(name, rows[i].name)) {
            continue;
        }
        if (rows[i].text != NULL) {
            buf_append_text(value, rows[i].text);
        } else if (bytes_ends(name, "port")) {
            buf_printf(value, "%u", rows[i].number);
        }
        return true;
    }
    return false;
}

/* The next {{name}} of *rest_p: what stands before it, and the name; false: none is left. */
static bool next_name(struct bytes *rest_p, struct bytes *before_r, struct bytes *name_r)
{
    size_t open = bytes_find(*rest_p, BYTES_LIT("{{"), 0);
    size_t close = open == BYTES_NONE ? BYTES_NONE : bytes_find(*rest_p, BYTES_LIT("}}"), open);

    if (close == BYTES_NONE) {
        *before_r = *rest_p;
        return false;
    }
    *before_r = bytes_slice(*rest_p, 0, open);
    *name_r = bytes_trim(bytes_slice(*rest_p, open + 2, close));
    *rest_p = bytes_skip(*rest_p, close + 2);
    return true;
}

static void fill(struct buf *out, const char *text, const struct filling *filling)
{
    struct bytes rest = bytes_of(text);
    struct bytes before;
    struct bytes name;

    while (next_name(&rest, &before, &name)) {
        struct buf value = {0};
        buf_append(out, before);
        if (value_of(filling, name, &value) && filling->quoted) {
            shell_word_append(out, buf_text(&value));
        } else {
            buf_append(out, buf_bytes(&value));
        }
        buf_deinit(&value);
    }
    buf_append(out, before);
}

int client_command_check(const char *text, struct error *error)
{
    struct bytes rest = bytes_of(text);
    struct bytes before;
    struct bytes name;

    while (next_name(&rest, &before, &name)) {
        bool known = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            known |= bytes_is(name, names[i]);
        }
        if (!known) {
            const char *nearest = glob_nearest(name, names, sizeof names / sizeof names[0]);
            return error_set(error, "a client's command knows no {{%.*s}}%s%s%s", (int)name.n,
                             (const char *)name.p, nearest != NULL ? "; did you mean {{" : "",
                             nearest != NULL ? nearest : "", nearest != NULL ? "}}?" : "");
        }
    }
    return 0;
}

static bool text_uses(const char *text, const char *wanted)
{
    struct bytes rest = bytes_of(text);
    struct bytes before;
    struct bytes name;

    while (next_name(&rest, &before, &name)) {
        if (bytes_is(name, wanted)) {
            return true;
        }
    }
    return false;
}

bool client_command_uses(const struct target *target, const char *name)
{
    const struct client *client = &target->client;
    bool uses = text_uses(client->command, name) || text_uses(client->outcome, name) ||
                text_uses(client->input, name) || text_uses(client->folder, name);

    for (size_t i = 0; i < client->environment_count && !uses; i++) {
        uses = text_uses(client->environment[i], name);
    }
    return uses;
}

bool client_is_given(const struct target *target, const char *name)
{
    const enum client_kind kind = target->client.kind;

    return kind == CLIENT_BUILT_IN || kind == CLIENT_SELF ||
           (kind == CLIENT_COMMAND && client_command_uses(target, name));
}

/* ---- Start, end ---- */

static const char *text_of(const struct error *error)
{
    return error->text[0] == '\0' ? NULL : error->text;
}

static void on_ended(void *self, const struct process_end *end)
{
    struct client_child *child = self;
    const char *reason = text_of(&child->error);
    struct client_end told = {
        .started = end->started && reason == NULL,
        .status = end->exit_status,
        .signal = end->signal,
        .killed = end->killed,
        .timed_out = end->timed_out,
        .flooded = end->flooded,
        .left_behind = end->left_behind,
        .error = reason != NULL ? reason : text_of(&end->error),
        .output = process_output(child->process),
        .error_output = process_error_output(child->process),
        .output_octets = process_output_octets(child->process),
        .error_octets = process_error_octets(child->process),
    };
    child->ended(child->self, &told);
}

/*
 * The message as files are on this system: lines ended by LF. A client that is started again may have put something else in
 * its place: a pipe would have us wait for ever, a link would have us write where it leads.
 */
static int write_message(const char *path, struct bytes message, struct error *error)
{
    struct buf plain = {0};

    (void)remove(path);
    for (size_t i = 0; i < message.n; i++) {
        if (message.p[i] != '\r' || i + 1 == message.n || message.p[i + 1] != '\n') {
            buf_append_octet(&plain, message.p[i]);
        }
    }
    int status = file_write(path, buf_bytes(&plain), error);
    buf_deinit(&plain);
    return status;
}

static char *filled(const char *text, const struct filling *filling)
{
    struct buf out = {0};

    if (text == NULL) {
        return NULL;
    }
    fill(&out, text, filling);
    return buf_steal(&out);
}

/* A command that only queues is followed by the one that knows what became of it, whose status counts. */
static char *filled_command(const struct client *client, const struct filling *filling)
{
    struct buf out = {0};

    buf_append_text(&out, client->outcome == NULL ? "" : "( ");
    fill(&out, client->command, filling);
    if (client->outcome != NULL) {
        buf_append_text(&out, "\n) && ( ");
        fill(&out, client->outcome, filling);
        buf_append_text(&out, "\n)");
    }
    return buf_steal(&out);
}

/* "{{message-file}}" as the whole input is the message itself. */
static void make_input(struct buf *out, const struct client *client, const struct filling *filling)
{
    if (client->input == NULL) {
        return;
    }
    if (strcmp(client->input, "{{message-file}}") == 0) {
        (void)file_read(filling->message_file, MOST_INPUT, out, NULL);
        return;
    }
    fill(out, client->input, filling);
    buf_append_octet(out, '\n');
}

static struct client_child *start(const void *self, struct loop *loop,
                                  const struct client_task *task,
                                  void (*ended)(void *ended_self, const struct client_end *end),
                                  void *ended_self)
{
    const struct client *client = &task->target->client;
    struct client_child *child = mem_alloc(sizeof *child);
    struct buf message_file = {0};
    struct buf input = {0};

    (void)self;
    child->ended = ended;
    child->self = ended_self;
    buf_printf(&message_file, "%s/message.eml", task->folder);
    bool written = write_message(buf_text(&message_file), task->message, &child->error) == 0;
    struct filling filling = {.task = task, .message_file = buf_text(&message_file)};
    struct filling words = filling;
    words.quoted = true;
    char *command = filled_command(client, &words);
    char *folder = filled(client->folder, &filling);
    char **environment = mem_array(client->environment_count + 1, sizeof *environment);
    for (size_t i = 0; i < client->environment_count; i++) {
        environment[i] = filled(client->environment[i], &filling);
    }
    make_input(&input, client, &filling);
    struct process_start given = {
        .command = written ? command : "exit 1", /* its end tells why */
        .folder = folder,
        .environment = (const char *const *)environment,
        .environment_count = client->environment_count,
        .input = buf_bytes(&input),
        .time_limit_ms = task->time_limit_ms,
    };
    child->process = process_new(loop, &given, on_ended, child);
    for (size_t i = 0; i < client->environment_count; i++) {
        free(environment[i]);
    }
    free(environment);
    free(command);
    free(folder);
    buf_deinit(&input);
    buf_deinit(&message_file);
    return child;
}

static void stop(struct client_child *child)
{
    process_kill(child->process);
}

static void free_child(struct client_child **child_p)
{
    struct client_child *child = *child_p;

    if (child != NULL) {
        process_free(&child->process);
        free(child);
        *child_p = NULL;
    }
}

struct client_starter client_command_starter(void)
{
    return (struct client_starter){.start = start, .stop = stop, .free = free_child};
}
