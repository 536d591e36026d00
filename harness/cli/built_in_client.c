#include "cli/built_in_client.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/client_fields.h"
#include "fake_clients/client.h"

struct client_child {
    struct fake_client *client;
    struct timer *limit;
    const char *recipients[2];
    bool killed;
    bool timed_out;
    bool told;
    void (*ended)(void *self, const struct client_end *end);
    void *self;
};

struct target built_in_client_target(void)
{
    static const struct target_user users[] = {
        {"alice", "secret-alice", "alice@example.test"},
        {"bob",   "secret-bob",   "bob@example.test"  },
    };
    struct target target = {
        .name = "built-in client",
        .domain = "example.test",
        .relay_domain = "elsewhere.example",
        .unknown_user = "nobody-here@example.test",
        .users = users,
        .user_count = sizeof users / sizeof users[0],
        .loopback = true,
        .client = client_plain(),
    };
    target.client.kind = CLIENT_BUILT_IN;
    target.client.fetches = true;
    target.client.exits[CLIENT_REFUSED] = EXIT_CLASS_PERMANENT;
    target.client.exits[CLIENT_LOGIN_REFUSED] = EXIT_CLASS_PERMANENT;
    target.client.exits[CLIENT_REFUSED_FOR_NOW] = EXIT_CLASS_TEMPORARY;
    target.client.tells_permanent = true;
    target.client.tells_temporary = true;
    return target;
}

static void tell(struct client_child *child, int status)
{
    struct client_end end = {
        .started = true, .status = status, .killed = child->killed, .timed_out = child->timed_out};
    if (child->told) {
        return;
    }
    child->told = true;
    timer_stop(child->limit);
    if (child->client != NULL) {
        end.output = fake_client_fetched(child->client);
        end.output_octets = end.output.n;
    }
    child->ended(child->self, &end);
}

static void on_ended(void *self, int exit_status)
{
    tell(self, exit_status);
}

/* Its time limit, or the moment after it was told to stop. */
static void on_limit(void *self)
{
    struct client_child *child = self;
    child->timed_out = !child->killed;
    fake_client_free(&child->client);
    tell(child, -1);
}

static enum client_protocol protocol_of(enum protocol protocol)
{
    static const enum client_protocol rows[PROTOCOL_COUNT] = {[PROTOCOL_SMTP] = CLIENT_SMTP,
                                                              [PROTOCOL_LMTP] = CLIENT_LMTP,
                                                              [PROTOCOL_POP3] = CLIENT_POP3};
    return rows[protocol];
}

/* A case that needs a client with two recipients says so. */
static bool has_two_recipients(const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (need->kind == NEED_TOLD && strcmp(need->word, "rcpt2") == 0) {
            return true;
        }
    }
    return false;
}

static struct client_child *start(const void *self, struct loop *loop,
                                  const struct client_task *task,
                                  void (*ended)(void *ended_self, const struct client_end *end),
                                  void *ended_self)
{
    const struct built_in_clients *clients = self;
    struct client_child *child = mem_alloc(sizeof *child);
    bool pop3 = task->protocol == PROTOCOL_POP3;
    child->ended = ended;
    child->self = ended_self;
    child->recipients[0] = task->rcpt;
    child->recipients[1] = task->rcpt2;
    struct client_settings settings = {
        .protocol = protocol_of(task->protocol),
        .client_name = task->client,
        .sender = task->sender,
        .recipients = child->recipients,
        .recipient_count = has_two_recipients(task->program) ? 2 : 1,
        .message = task->message,
        .user = task->user,
        .secret = task->secret,
        .ca_file = task->ca_file,
        .memory = clients->memory,
        .owner = task->case_number,
    };
    if (clients->faults != NULL) {
        settings.faults = *clients->faults;
    }
    if (clients->asked != NULL) {
        settings.faults.asked = clients->asked + task->case_number * clients->asked_step;
    }
    child->limit = timer_new(loop, on_limit, child);
    timer_start(child->limit, task->time_limit_ms);
    child->client = fake_client_new(loop, task->host, pop3 ? task->pop3_port : task->smtp_port,
                                    &settings, on_ended, child);
    return child;
}

static void stop(struct client_child *child)
{
    if (!child->told) {
        child->killed = true;
        timer_start(child->limit, 0);
    }
}

static void free_child(struct client_child **child_p)
{
    struct client_child *child = *child_p;
    if (child == NULL) {
        return;
    }
    fake_client_free(&child->client);
    timer_free(&child->limit);
    free(child);
    *child_p = NULL;
}

struct client_starter built_in_client_starter(const struct built_in_clients *clients)
{
    return (struct client_starter){
        .start = start, .stop = stop, .free = free_child, .self = clients};
}
