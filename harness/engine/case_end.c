/*
 * The end of a case: its outcome is told, or held until it is known that the server has survived it; or all of it counts for nothing, and
 * it begins anew.
 */
#include "engine/case_phases.h"
#include "engine/outcome.h"
#include "engine/serve.h"

static void emit_end(struct case_run *run)
{
    struct event event = emit_event(&run->emitter, EVENT_CASE_END, 0);

    event.time_us = run->ended_us;
    event.outcome = &run->outcome;
    run->phase = PHASE_OVER;
    emit(&run->emitter, &event);
}

static void come_to_rest(struct case_run *run)
{
    run->emitter.step = NULL;
    await_free(&run->await);
    sasl_talk_free(&run->login);
    case_close_sessions(run);
    timer_stop(run->timer);
    run->begun = false;
    run->ended_us = loop_now_us(run->env->config->loop) - run->env->start_us;
}

void case_finish(struct case_run *run)
{
    come_to_rest(run);
    if (run->env->hold != NULL && run->env->hold(run->env->self, run)) {
        run->phase = PHASE_HELD;
    } else {
        emit_end(run);
    }
}

void case_run_release(struct case_run *run)
{
    emit_end(run);
}

void case_run_anew(struct case_run *run, const char *why)
{
    come_to_rest(run);
    run->phase = PHASE_AGAIN;
    run->ready_again = true;
    run->crowded = false;
    run->tries = 0;
    run->logins = 0;
    run->seeded = false;
    run->begin_emitted = false;
    run->anew = why;
}

void case_run_hold(struct case_run *run)
{
    case_finish(run);
}

void case_run_give_up(struct case_run *run, enum verdict verdict, const char *reason)
{
    run->outcome.not_reached = run->steps.count > 0;
    outcome_set(run, verdict, reason);
    come_to_rest(run);
    emit_end(run);
}

void case_run_interrupt(struct case_run *run, const char *why)
{
    if (run->phase == PHASE_HELD) {
        case_run_release(run);
    } else if (run->phase != PHASE_OVER) {
        bool waits = run->serve != NULL && run->target->client.kind == CLIENT_LISTEN &&
                     serve_waits_for_visit(run->serve);
        run->outcome.not_reached |= run->phase <= PHASE_STEPS;
        outcome_set(run, waits ? VERDICT_SKIP : VERDICT_INCONCLUSIVE,
                    waits ? "no client came for it" : why);
        if (run->serve != NULL) {
            serve_close(run->serve);
        }
        case_finish(run);
    }
}

void case_run_refuse(struct case_run *run, enum verdict verdict, const char *reason)
{
    case_emit_begin(run);
    outcome_set(run, verdict, reason);
    run->outcome.not_reached = run->steps.count > 0;
    case_finish(run);
}
