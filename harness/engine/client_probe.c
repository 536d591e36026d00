#include "engine/client_probe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/serve.h"

struct client_probe {
    struct facts *facts;
    enum protocol protocol;
    struct program_connection connection;
    struct program program; /* without a step: the responder plays it all */
    const struct event_sink *told;
    struct engine_config config;
    struct case_env env;
    struct case_run *run;
    struct buf failure;
};

/* The probe is no case: its events belong to none. */
static void on_event(void *self, const struct event *event)
{
    struct client_probe *probe = self;
    struct event told = *event;

    told.program = NULL;
    told.outcome = NULL;
    if (event->kind != EVENT_CASE_BEGIN && event->kind != EVENT_CASE_END) {
        event_emit(probe->told, &told);
    }
}

struct client_probe *client_probe_new(const struct case_env *env, const struct target *target,
                                      enum protocol protocol, struct facts *facts)
{
    struct client_probe *probe = mem_alloc(sizeof *probe);

    probe->facts = facts;
    probe->protocol = protocol;
    probe->connection =
        (struct program_connection){.number = 1, .protocol = protocol, .start = START_GREETING};
    probe->program = (struct program){
        .id = "probe", .title = "probe", .connections = &probe->connection, .connection_count = 1};
    probe->told = &env->config->sink;
    probe->config = *env->config;
    probe->config.sink = (struct event_sink){on_event, probe};
    probe->env = *env;
    probe->env.config = &probe->config;
    struct engine_case given = {.program = &probe->program, .target = target, .role = ROLE_SERVER};
    probe->run =
        case_run_new(&probe->env, &given, facts, target->user_count > 0 ? &target->users[0] : NULL);
    case_run_begin(probe->run);
    return probe;
}

/* A client that was stopped for its silence has shown what it says, and that it can be started. */
enum probe_result client_probe_advance(struct client_probe *probe)
{
    case_run_advance(probe->run);
    if (probe->run->phase != PHASE_OVER) {
        return PROBE_WAITS;
    }
    if (probe->run->unreachable || probe->run->outcome.verdict == VERDICT_ERROR) {
        buf_append_text(&probe->failure, probe->run->outcome.reason == NULL
                                             ? "the client cannot be run"
                                             : probe->run->outcome.reason);
        return PROBE_FAILED;
    }
    const struct offers *verbs = serve_verbs(probe->run->serve);
    struct offers *sends =
        probe->protocol == PROTOCOL_POP3 ? &probe->facts->sends_pop3 : &probe->facts->sends_mail;
    for (size_t i = 0; i < verbs->count; i++) {
        offers_add(sends, verbs->items[i].keyword, (struct bytes){0});
    }
    return PROBE_DONE;
}

const char *client_probe_failure(struct client_probe *probe)
{
    return buf_text(&probe->failure);
}

void client_probe_free(struct client_probe **probe_p)
{
    struct client_probe *probe = *probe_p;

    if (probe != NULL) {
        case_run_free(&probe->run);
        buf_deinit(&probe->failure);
        free(probe);
        *probe_p = NULL;
    }
}
