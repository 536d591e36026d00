/*
 * Trials of an absence: the suspects are run again, each alone with the server, and the one behind which it is not there again is convicted.
 */
#include "engine/absence_internal.h"
#include "engine/engine_internal.h"
#include "engine/suspects.h"

enum { ABSENCES_MOST = 20, STRIKES = 2 };

static const char tried_again[] =
    "the server went away, or hung, while this case was there: it is run again, alone";

/*
 * The case that was alone with the server has done it, or is cleared: what came of it this time counts. One whose connection ended in order
 * is tried once more, as the server may have left for a reason of its own just then.
 */
void absence_end_trial(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct case_run *run = absence->now.tried;

    if (!absence->now.guilty) {
        case_run_release(run);
    } else if (++run->strikes >= STRIKES || run->outcome.loss != LOSS_NONE) {
        suspects_convict(engine, run);
        absence->past.convicted++;
    }
}

void absence_begin_trials(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    const struct absence_now *now = &absence->now;

    absence->past = (struct absence_past){.is_over = true,
                                          .lasted_us = absence_now_us(engine) - now->since_us,
                                          .started = now->started_us > 0,
                                          .hung = now->hung};
    absence->past.suspects = suspects_count(engine, &absence->past.cut_off, &absence->past.silent);
    engine_return_leases(engine);
}

void absence_spare_trial(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct case_run *only = suspects_next(engine);

    if (engine->config.expects_loss && absence->past.suspects == 1 && only->phase == PHASE_HELD) {
        suspects_convict(engine, only);
        absence->past.convicted++;
    }
}

static bool is_too_often(struct engine *engine)
{
    return ++engine->absence.count >= ABSENCES_MOST;
}

/* What several have brought about together is not asked for again; where nobody was cut off it may have been chance. */
static void ask_for_less(struct engine *engine)
{
    const struct absence_past *past = &engine->absence.past;

    if (past->convicted > 0) {
        return;
    }
    if (past->cut_off > 0) {
        engine->jobs = 1;
    } else if (past->silent > 1 && engine->jobs > 1) {
        engine->jobs /= 2;
    }
}

static bool ends_trials(struct engine *engine)
{
    const struct absence_past *past = &engine->absence.past;
    bool mild = past->convicted == 0 && past->cut_off == 0 && !past->started;

    suspects_settle(engine, true);
    suspects_report(engine);
    engine->absence.mild += mild ? 1 : 0;
    ask_for_less(engine);
    if (is_too_often(engine)) {
        buf_printf(&engine->broken_off, "the server went away, or hung, %d times", ABSENCES_MOST);
    }
    absence_settle(engine);
    return true;
}

/* A server that is not there when the case comes was not taken away by it. */
static bool finds_nobody(struct engine *engine)
{
    engine->absence.now = (struct absence_now){.since_us = absence_now_us(engine)};
    return is_too_often(engine) ? absence_is_gone(engine) : absence_begins_looking(engine);
}

bool absence_tries(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct case_run *run = absence->now.tried;

    if (run == NULL) {
        run = suspects_next(engine);
        if (run == NULL) {
            return ends_trials(engine);
        }
        absence->now.tried = run;
        run->suspected = true;
        case_run_anew(run, tried_again);
        engine->env.wake(engine);
        return false;
    }
    if (run->phase == PHASE_AGAIN && run->contact.missed) {
        if (!run->contact.spoke) {
            return finds_nobody(engine);
        }
        case_run_hold(run);
    }
    return run->phase == PHASE_HELD && absence_looks_behind(engine);
}
