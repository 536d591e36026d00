/*
 * Outcomes that wait for the proof that the server is there still, and what the cases had that they belong to: no maildrop meanwhile, and
 * one again when the case begins again.
 */
#include "engine/engine_internal.h"

/* Outcomes wait so long for somebody to be served, while other cases run. */
enum { PATIENCE_MS = 250 };

void engine_return_lease(struct engine *engine, struct running *running)
{
    if (!lease_is_empty(&running->run->lease)) {
        running->wants_lease = true;
        lease_return(&engine->leases, &running->run->lease);
        engine->env.wake(engine);
    }
}

void engine_return_leases(struct engine *engine)
{
    for (size_t i = 0; i < engine->crowd.count; i++) {
        if (engine->crowd.runs[i].run->phase == PHASE_AGAIN) {
            engine_return_lease(engine, &engine->crowd.runs[i]);
        }
    }
}

bool engine_has_lease(struct engine *engine, struct running *running)
{
    struct case_run *run = running->run;
    struct engine_case given = {.program = run->program, .target = run->target, .role = run->role};

    if (!running->wants_lease) {
        return true;
    }
    if (!lease_take(&engine->leases, &given, run->takes_turns, run->alone, &run->lease)) {
        return false;
    }
    running->wants_lease = false;
    run->user = run->lease.user != NULL ? run->lease.user : run->user;
    return true;
}

static struct running *running_of(struct engine *engine, size_t case_number)
{
    for (size_t i = 0; i < engine->crowd.count; i++) {
        if (engine->crowd.runs[i].run->emitter.case_number == case_number) {
            return &engine->crowd.runs[i];
        }
    }
    return NULL;
}

static bool is_watched(const struct engine *engine, const struct case_run *run)
{
    const struct target *target = run->target;

    return engine->config.watches && !engine->absence.off && !engine->interrupted &&
           engine->broken_off.n == 0 && run->role == ROLE_CLIENT && !target->built_in &&
           target->mail.kind != ENDPOINT_PIPE && target->pop3.kind != ENDPOINT_PIPE &&
           !run->facts->listens_for_one && run->contact.endpoints != 0;
}

bool engine_hold(void *self, struct case_run *run)
{
    struct engine *engine = self;
    struct running *running = running_of(engine, run->emitter.case_number);

    if (running == NULL || !is_watched(engine, run)) {
        return false;
    }
    run->held_at = contacts_end(&engine->absence.contacts, run->emitter.case_number);
    engine_return_lease(engine, running);
    engine->left_us = loop_now_us(engine->config.loop);
    engine->env.wake(engine);
    return true;
}

void engine_release_held(struct engine *engine, bool proven)
{
    for (size_t i = 0; i < engine->crowd.count; i++) {
        struct case_run *run = engine->crowd.runs[i].run;
        if (run->phase == PHASE_HELD &&
            (!proven ||
             contacts_prove(&engine->absence.contacts, run->contact.endpoints, run->held_at))) {
            case_run_release(run);
            engine->env.wake(engine);
        }
    }
}

void engine_watch_event(void *self, const struct event *event)
{
    struct engine *engine = self;
    struct running *running =
        event->program == NULL ? NULL : running_of(engine, event->case_number);

    if (running != NULL) {
        contacts_event(&engine->absence.contacts, event, &running->run->contact);
    }
    event_emit(&engine->sink, event);
}

/* Was a connection lost, and did nobody come behind it? Then what became of the server is asked at once. */
static bool is_urgent(const struct engine *engine, const struct case_run *run)
{
    return run->phase == PHASE_HELD && run->outcome.loss != LOSS_NONE &&
           engine->absence.contacts.begun <= run->held_at;
}

/* Beside what runs. A server that had no room for all cases has none to spare. */
static bool has_room_for_visit(const struct engine *engine, const struct case_run *held,
                               unsigned open)
{
    return engine->jobs == engine->config.jobs && !held->facts->one_client &&
           (held->target->connections == 0 || open < held->target->connections);
}

struct waiters {
    const struct case_run *held;   /* one of those that are */
    const struct case_run *urgent; /* the same */
    bool
        put_back; /* a case waits for room, and will tell how the server does; a visit would take the room */
};

static struct waiters look_who_waits(const struct engine *engine)
{
    struct waiters waiting = {.held = NULL};

    for (size_t i = 0; i < engine->crowd.count; i++) {
        const struct case_run *run = engine->crowd.runs[i].run;
        waiting.held = run->phase == PHASE_HELD ? run : waiting.held;
        waiting.urgent = is_urgent(engine, run) ? run : waiting.urgent;
        waiting.put_back |= run->phase == PHASE_AGAIN;
    }
    return waiting;
}

void engine_look_behind(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct waiters waiting = look_who_waits(engine);
    bool asked = absence->patience_over || waiting.urgent != NULL;
    unsigned open = 0;

    if (absence_blocks(engine) || round_is_open(&absence->round) || waiting.held == NULL ||
        waiting.put_back) {
        return;
    }
    if (engine_active(engine, &open) == 0 && !engine_is_probing(engine)) {
        absence_look(engine, true);
    } else if (asked && has_room_for_visit(engine, waiting.held, open)) {
        absence_look(engine, false);
    } else if (!absence->patience_runs) {
        absence->patience_runs = true;
        timer_start(absence->patience, PATIENCE_MS);
    }
}
