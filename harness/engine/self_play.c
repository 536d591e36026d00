#include "engine/self_play.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/serve.h"

struct client_child {
    struct engine_config config;
    struct case_env env;
    struct target target;
    struct case_run *run;
    struct timer *tick;
    struct buf reason;
    bool good;
    bool told;
    size_t answer_room;
    struct pace pace;
    void (*ended)(void *self, const struct client_end *end);
    void *self;
};

static void wake(void *self)
{
    struct client_child *child = self;

    timer_start(child->tick, 0);
}

static bool is_alone(void *self, const struct case_run *run)
{
    (void)self;
    (void)run;
    return true;
}

static void on_event(void *self, const struct event *event)
{
    struct client_child *child = self;

    if (event->kind == EVENT_CASE_END) {
        enum verdict verdict = event->outcome->verdict;
        child->good =
            verdict == VERDICT_PASS || verdict == VERDICT_INFO || verdict == VERDICT_NON_STRICT;
        unsigned line = event->outcome->place.line;
        if (!child->good && line > 0) {
            buf_printf(&child->reason, "line %u: ", line);
        }
        buf_append_text(&child->reason,
                        event->outcome->reason == NULL ? "" : event->outcome->reason);
    }
}

static void on_tick(void *self)
{
    struct client_child *child = self;

    if (child->run->phase == PHASE_AGAIN && child->run->ready_again) {
        case_run_begin(child->run);
    }
    case_run_advance(child->run);
    if (child->run->phase != PHASE_OVER || child->told) {
        return;
    }
    child->told = true;
    struct client_end end = {.started = true,
                             .status = child->good ? 0 : 1,
                             .error = child->good ? NULL : buf_text(&child->reason)};
    child->ended(child->self, &end);
}

static void point_at(struct endpoint *endpoint, enum protocol protocol, unsigned port)
{
    *endpoint = (struct endpoint){.kind = port == 0 ? ENDPOINT_NONE : ENDPOINT_TCP,
                                  .protocol = protocol,
                                  .host = "127.0.0.1",
                                  .port = port,
                                  .url = "itself"};
}

static struct client_child *start(const void *self, struct loop *loop,
                                  const struct client_task *task,
                                  void (*ended)(void *ended_self, const struct client_end *end),
                                  void *ended_self)
{
    const struct case_env *env = self;
    struct client_child *child = mem_alloc(sizeof *child);

    child->config = *env->config;
    child->config.sink = (struct event_sink){on_event, child};
    child->answer_room = ANSWER_MAX_OCTETS;
    child->env = *env;
    child->env.config = &child->config;
    child->env.answer_room = &child->answer_room;
    child->env.pace = &child->pace;
    child->env.delivery = NULL;
    child->env.wake = wake;
    child->env.alone = is_alone;
    child->env.hold = NULL;
    child->env.self = child;
    child->target = *task->target;
    point_at(&child->target.mail, task->protocol == PROTOCOL_LMTP ? PROTOCOL_LMTP : PROTOCOL_SMTP,
             task->smtp_port);
    point_at(&child->target.pop3, PROTOCOL_POP3, task->pop3_port);
    child->target.tls.verify = serve_is_to_refuse_tls(task->program);
    if (task->ca_file != NULL) {
        child->target.tls.ca_file = task->ca_file;
    }
    child->ended = ended;
    child->self = ended_self;
    child->tick = timer_new(loop, on_tick, child);
    struct engine_case given = {.program = task->program,
                                .case_number = task->case_number,
                                .target = &child->target,
                                .role = ROLE_CLIENT};
    child->run = case_run_new(&child->env, &given, task->facts,
                              child->target.user_count > 0 ? &child->target.users[0] : NULL);
    child->run->seeded = true; /* the responder has prepared the maildrop */
    case_run_begin(child->run);
    wake(child);
    return child;
}

static void stop(struct client_child *child)
{
    if (child->run->phase != PHASE_OVER) {
        case_run_interrupt(child->run, "interrupted");
        wake(child);
    }
}

static void free_child(struct client_child **child_p)
{
    struct client_child *child = *child_p;

    if (child != NULL) {
        case_run_free(&child->run);
        timer_free(&child->tick);
        buf_deinit(&child->reason);
        free(child);
        *child_p = NULL;
    }
}

struct client_starter self_play_starter(struct case_env *env)
{
    return (struct client_starter){.start = start, .stop = stop, .free = free_child, .self = env};
}
