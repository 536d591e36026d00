#include "engine/visit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/exchange.h"

enum { QUIT_MS = 2000 };

struct visit {
    const struct case_env *env;
    struct target target; /* a copy: whatever its certificate is */
    struct emitter emitter;
    struct session *session;
    struct exchange exchange;
    struct timer *timer;
    bool timed_out;
    bool greeted;
};

static void on_change(void *self)
{
    struct visit *visit = self;

    visit->env->wake(visit->env->self);
}

static void on_timer(void *self)
{
    struct visit *visit = self;

    visit->timed_out = true;
    visit->env->wake(visit->env->self);
}

static int64_t scaled_ms(const struct case_env *env, int64_t ms)
{
    double scaled = (double)ms * env->config->time_scale;

    return scaled < 1.0 ? 1 : (int64_t)scaled;
}

static void wait_ms(struct visit *visit, int64_t ms)
{
    visit->timed_out = false;
    timer_start(visit->timer, ms);
}

int64_t visit_greeting_ms(const struct case_env *env, const struct target *target)
{
    return scaled_ms(env, pace_reply_ms(env->pace, target->loopback));
}

struct visit *visit_new(const struct case_env *env, const struct target *target, bool pop3)
{
    struct visit *visit = mem_alloc(sizeof(*visit));

    visit->env = env;
    visit->target = *target;
    visit->target.tls.verify = false;
    visit->timer = timer_new(env->config->loop, on_timer, visit);
    visit->emitter = (struct emitter){
        .sink = &env->config->sink, .loop = env->config->loop, .start_us = env->start_us};
    exchange_add(&visit->exchange, 0, "%s", "");
    exchange_add(&visit->exchange, 0, "QUIT");
    visit->session =
        session_new(env->config->loop, &visit->target, env->contexts,
                    pop3 ? PROTOCOL_POP3 : PROTOCOL_SMTP, pop3 ? 2 : 1, &visit->emitter);
    session_on_change(visit->session, on_change, visit);
    wait_ms(visit, visit_greeting_ms(env, target));
    return visit;
}

void visit_free(struct visit **visit_p)
{
    struct visit *visit = *visit_p;

    if (visit == NULL) {
        return;
    }
    session_free(&visit->session);
    exchange_deinit(&visit->exchange);
    timer_free(&visit->timer);
    free(visit);
    *visit_p = NULL;
}

/* Whoever sends an alert, or a line, is there. */
static bool has_answered(const struct visit *visit)
{
    const struct session *session = visit->session;

    return session->taken > 0 || session_has_unread(session) || session->tls_facts.alert_received ||
           session->tls_facts.alert_sent;
}

enum visit_result visit_advance(struct visit *visit)
{
    struct session *session = visit->session;
    enum exchange_result result = exchange_run(&visit->exchange, session);

    if (!visit->greeted && session->taken > 0) {
        visit->greeted = true;
        wait_ms(visit, scaled_ms(visit->env, QUIT_MS));
    }
    if (result == EXCHANGE_WAITS && !visit->timed_out) {
        return VISIT_WAITS;
    }
    if (has_answered(visit)) {
        return VISIT_SERVED;
    }
    if (session->state != SESSION_ENDED) {
        return VISIT_SILENT;
    }
    return session->was_open ? VISIT_CUT : VISIT_REFUSED;
}
