#include "engine/client_probe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/client_beginning.h"
#include "engine/serve.h"

/* The sessions, in their order; the second only for a client that did not get on in the first. */
enum session_kind { SESSION_PLAIN, SESSION_TLS, SESSION_OFFERS };

struct client_probe {
    struct facts *facts;
    struct facts asked; /* what is offered now */
    enum session_kind kind;
    bool got_on; /* without TLS and logins */
    const struct target *target;
    enum protocol protocol;
    struct program_connection connection;
    struct program program; /* without a step: the responder plays it all */
    const struct event_sink *told;
    struct engine_config config;
    struct case_env env;
    struct case_run *run;
    struct client_beginning *beginning;
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

static void begin(struct client_probe *probe)
{
    const struct target *target = probe->target;
    struct engine_case given = {.program = &probe->program, .target = target, .role = ROLE_SERVER};

    case_run_free(&probe->run);
    probe->asked.insists_tls = probe->kind != SESSION_PLAIN;
    probe->asked.insists_auth = probe->kind == SESSION_OFFERS;
    probe->run = case_run_new(&probe->env, &given, &probe->asked,
                              target->user_count > 0 ? &target->users[0] : NULL);
    case_run_begin(probe->run);
}

struct client_probe *client_probe_new(const struct case_env *env, const struct target *target,
                                      enum protocol protocol, struct facts *facts)
{
    struct client_probe *probe = mem_alloc(sizeof *probe);

    probe->facts = facts;
    probe->target = target;
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
    probe->beginning = client_beginning_new(&probe->env, protocol);
    begin(probe);
    return probe;
}

/* ---- What a session shows ---- */

static bool said(const struct offers *verbs, const char *verb)
{
    struct bytes params;

    return offers_get(verbs, verb, &params);
}

/* It sends mail, or logs in to fetch it. */
static bool gets_on(const struct client_probe *probe, const struct offers *verbs)
{
    return probe->protocol == PROTOCOL_POP3
               ? said(verbs, "USER") || said(verbs, "APOP") || said(verbs, "STAT")
               : said(verbs, "MAIL");
}

/* What it needs it takes: TLS where that is enough, else all that it took. */
static void learn_needs(struct client_probe *probe, const struct offers *verbs)
{
    struct facts *facts = probe->facts;
    bool tls = said(verbs, "STARTTLS") || said(verbs, "STLS");

    if (probe->kind == SESSION_TLS) {
        facts->insists_tls = tls && gets_on(probe, verbs);
    } else if (probe->kind == SESSION_OFFERS && !probe->got_on && !facts->insists_tls) {
        facts->insists_tls = tls;
        facts->insists_auth = said(verbs, "AUTH");
    }
    probe->got_on |= probe->kind == SESSION_PLAIN && gets_on(probe, verbs);
}

static void learn_verbs(struct offers *sends, const struct offers *verbs)
{
    for (size_t i = 0; i < verbs->count; i++) {
        offers_add_once(sends, verbs->items[i].keyword);
    }
}

static void learn(struct client_probe *probe)
{
    struct facts *facts = probe->facts;
    const struct serve *serve = probe->run->serve;

    learn_needs(probe, serve_verbs(serve));
    learn_verbs(probe->protocol == PROTOCOL_POP3 ? &facts->sends_pop3 : &facts->sends_mail,
                serve_verbs(serve));
    learn_verbs(&facts->sends_inside, serve_verbs_inside(serve));
}

/* A client that was stopped for its silence has shown what it says, and that it can be started. */
enum probe_result client_probe_advance(struct client_probe *probe)
{
    case_run_advance(probe->run);
    if (client_beginning_is_wrong(probe->beginning, probe->run->serve, &probe->failure)) {
        return PROBE_FAILED;
    }
    if (probe->run->phase != PHASE_OVER) {
        return PROBE_WAITS;
    }
    if (probe->run->unreachable || probe->run->outcome.verdict == VERDICT_ERROR) {
        buf_append_text(&probe->failure, probe->run->outcome.reason == NULL
                                             ? "the client cannot be run"
                                             : probe->run->outcome.reason);
        return PROBE_FAILED;
    }
    learn(probe);
    if (probe->kind == SESSION_OFFERS) {
        return PROBE_DONE;
    }
    probe->kind = probe->kind == SESSION_PLAIN && !probe->got_on ? SESSION_TLS : SESSION_OFFERS;
    begin(probe);
    return PROBE_WAITS;
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
        client_beginning_free(&probe->beginning);
        facts_deinit(&probe->asked);
        buf_deinit(&probe->failure);
        free(probe);
        *probe_p = NULL;
    }
}
