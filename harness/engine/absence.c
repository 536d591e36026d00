#include "engine/absence_internal.h"
#include "engine/engine_internal.h"
#include "engine/suspects.h"

/* Scaled: between visits; before Start is run again; how long it may be away; how long it may accept and greet nobody. */
enum {
    PAUSE_MS = 100,
    START_AFTER_MS = 2 * 1000,
    AWAY_LIMIT_MS = 10 * 1000,
    CUT_LIMIT_MS = 30 * 1000
};
/* Visits in a row without a greeting: where it was served a moment ago or can be started again, and elsewhere. */
enum { SILENCES_FEW = 2, SILENCES_MOST = 4 };
enum { MILD_MOST = 3 };

int64_t absence_now_us(const struct engine *engine)
{
    return loop_now_us(engine->config.loop) - engine->env.start_us;
}

static bool has_passed(const struct engine *engine, int64_t since_us, int64_t ms)
{
    double scaled = (double)ms * engine->config.time_scale * 1000;

    return (double)(absence_now_us(engine) - since_us) >= scaled;
}

static void on_pause_over(void *self)
{
    struct engine *engine = self;

    engine->absence.pause_over = true;
    engine->env.wake(engine);
}

static void on_patience_over(void *self)
{
    struct engine *engine = self;

    engine->absence.patience_runs = false;
    engine->absence.patience_over = true;
    engine->env.wake(engine);
}

void absence_init(struct engine *engine)
{
    struct absence *absence = &engine->absence;

    absence->pause = timer_new(engine->config.loop, on_pause_over, engine);
    absence->patience = timer_new(engine->config.loop, on_patience_over, engine);
}

void absence_deinit(struct engine *engine)
{
    struct absence *absence = &engine->absence;

    round_end(&absence->round);
    timer_free(&absence->pause);
    timer_free(&absence->patience);
    contacts_deinit(&absence->contacts);
}

/* ---- Visits ---- */

static bool is_waiting(const struct case_run *run)
{
    return run->phase == PHASE_HELD || run->phase == PHASE_AGAIN;
}

/* To what the suspect, or else every case that waits, has turned to; they have one target. */
static void begin_round(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    const struct case_run *tried = absence->now.tried;
    const struct target *target = NULL;
    unsigned endpoints = 0;

    for (size_t i = 0; i < engine->crowd.count; i++) {
        const struct case_run *run = engine->crowd.runs[i].run;
        if (tried != NULL ? run == tried : is_waiting(run)) {
            endpoints |= run->contact.endpoints;
            target = run->target;
        }
    }
    round_begin(&absence->round, &engine->env, target, endpoints, &absence->contacts);
}

static enum visit_result advance_round(struct engine *engine)
{
    enum visit_result result = round_advance(&engine->absence.round);

    if (result != VISIT_WAITS) {
        engine->left_us = loop_now_us(engine->config.loop);
    }
    return result;
}

bool absence_begins_looking(struct engine *engine)
{
    begin_round(engine);
    engine->absence.state = ABSENCE_LOOKS;
    return true;
}

static bool begins_pause(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    double scaled = PAUSE_MS * engine->config.time_scale;

    absence->pause_over = false;
    timer_start(absence->pause, scaled < 1.0 ? 1 : (int64_t)scaled);
    absence->state = ABSENCE_PAUSES;
    return false;
}

static bool pauses(struct engine *engine)
{
    return engine->absence.pause_over && absence_begins_looking(engine);
}

/* Somebody has just left. */
bool absence_looks_behind(struct engine *engine)
{
    return engine->absence.gentle ? begins_pause(engine) : absence_begins_looking(engine);
}

/* ---- The server is there ---- */

void absence_settle(struct engine *engine)
{
    struct absence *absence = &engine->absence;

    absence->now = (struct absence_now){.since_us = 0};
    absence->past = (struct absence_past){.is_over = false};
    contacts_settle(&absence->contacts);
    absence->state = ABSENCE_NONE;
    engine->env.wake(engine);
}

static bool is_doubted(const struct engine *engine)
{
    const struct contacts *contacts = &engine->absence.contacts;
    bool doubted = contacts->missed || contacts->cut_alone;

    for (size_t i = 0; i < engine->crowd.count && !doubted; i++) {
        const struct case_run *run = engine->crowd.runs[i].run;
        doubted = run->phase == PHASE_HELD && (run->ungreeted || run->unreachable);
    }
    return doubted;
}

static bool none(struct engine *engine)
{
    struct absence *absence = &engine->absence;

    if (absence->off) {
        engine_release_held(engine, false);
        return false;
    }
    if (round_is_open(&absence->round) && advance_round(engine) != VISIT_WAITS) {
        absence->patience_over =
            false; /* beside others a server may refuse it: that tells nothing */
    }
    engine_release_held(engine, true);
    if (is_doubted(engine)) {
        absence->state = ABSENCE_DRAINS;
        return true;
    }
    return false;
}

/* ---- It may not be there ---- */

static bool drains(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    const struct contacts *contacts = &absence->contacts;
    unsigned open = 0;

    if (engine_active(engine, &open) > 0) {
        return false;
    }
    absence->now.away = contacts->missed_alone;
    absence->now.since_us = contacts->missed ? contacts->missed_us : 0;
    return absence_begins_looking(engine);
}

bool absence_is_gone(struct engine *engine)
{
    engine->absence.state = ABSENCE_GONE;
    suspects_break_off(engine);
    engine->env.wake(engine);
    return false;
}

static bool can_start(const struct engine *engine)
{
    return engine->config.revive != NULL && engine->absence.now.started_us == 0;
}

static bool starts(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct error error = {""};
    bool started = engine->config.revive(engine->config.self, &error) == 0;

    absence->now.started_us = absence_now_us(engine);
    absence->now.silences = 0;
    if (engine->interrupted) {
        return false;
    }
    if (!started) {
        buf_printf(&engine->broken_off, "%s, and could not be started again: %s",
                   absence->now.hung ? "the server hangs" : "the server went away", error.text);
        return absence_is_gone(engine);
    }
    return absence_begins_looking(engine);
}

/* Nobody was served, and that was told at once: a pause, Start, or the end. */
static bool rests(struct engine *engine)
{
    struct absence_now *now = &engine->absence.now;
    int64_t limit_ms = now->was_cut ? CUT_LIMIT_MS : AWAY_LIMIT_MS;
    /* One that still takes connections is ending: it is to be gone before it is started again. */
    bool at_once = engine->config.expects_loss && !now->was_cut;
    int64_t start_ms = at_once ? 0 : START_AFTER_MS;

    if (now->since_us == 0) {
        now->since_us = absence_now_us(engine);
    }
    if (can_start(engine) && has_passed(engine, now->since_us, start_ms)) {
        return starts(engine);
    }
    if (has_passed(engine, now->started_us > 0 ? now->started_us : now->since_us, limit_ms)) {
        return absence_is_gone(engine);
    }
    return begins_pause(engine);
}

static void note_away(struct absence_now *now)
{
    now->away = true;
    now->guilty = now->tried != NULL;
}

/* Alone with the server, and not greeted: once may be chance. */
static unsigned silences_most(const struct engine *engine)
{
    const struct engine_config *config = &engine->config;
    bool few = config->revive != NULL || engine->absence.now.tried != NULL;

    return few && config->expects_loss ? 1 : few ? SILENCES_FEW : SILENCES_MOST;
}

static bool hangs(struct engine *engine)
{
    struct absence_now *now = &engine->absence.now;

    if (++now->silences < silences_most(engine)) {
        return absence_begins_looking(engine);
    }
    now->hung = true;
    note_away(now);
    if (now->since_us == 0) {
        now->since_us = absence_now_us(engine);
    }
    return can_start(engine) ? starts(engine) : absence_is_gone(engine);
}

/* Is it the server's way, and nobody's deed? */
static bool comes_and_goes(struct engine *engine)
{
    engine->absence.off = true;
    absence_settle(engine);
    return true;
}

static bool is_refused(struct engine *engine)
{
    struct absence_now *now = &engine->absence.now;

    if (now->controls) {
        return comes_and_goes(engine);
    }
    now->was_cut = false;
    note_away(now);
    return rests(engine);
}

/*
 * It may be about to go, or be unable to bear somebody who comes just when another has left. That is told apart by a pause, and what was seen
 * without one does not count; but behind a case that was cut off itself it is the former.
 */
static bool is_cut(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct absence_now *now = &absence->now;
    bool behind_trial = now->tried != NULL && !now->guilty && now->tried->outcome.loss == LOSS_NONE;

    if ((now->controls || behind_trial) && !absence->gentle) {
        absence->gentle = true;
        now->controls = false;
        now->tried = NULL;
    } else if (now->controls) {
        return comes_and_goes(engine);
    } else if (now->tried != NULL) {
        note_away(now);
    }
    now->was_cut = true;
    return rests(engine);
}

/* ---- It is back ---- */

/* Nobody was lost: it had no room, or only answers late. */
static bool has_no_room(struct engine *engine)
{
    if (engine->absence.contacts.missed && engine->jobs > 1) {
        engine->jobs /= 2;
    }
    absence_settle(engine);
    return true;
}

/* Its way, as it seems: whoever was not let in begins anew. */
static bool is_mild(struct engine *engine)
{
    suspects_settle(engine, false);
    absence_settle(engine);
    return true;
}

static bool is_back(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    const struct contacts *contacts = &absence->contacts;
    size_t cut_off = 0;
    size_t silent = 0;

    if (absence->now.tried != NULL) {
        absence_end_trial(engine);
    } else if (!absence->past.is_over && !absence->now.controls) {
        (void)suspects_count(engine, &cut_off, &silent);
        bool was_cut_off = cut_off > 0 && (contacts->missed || contacts->cut_alone);
        if (!absence->now.away && !was_cut_off) {
            return has_no_room(engine);
        }
        if (absence->mild >= MILD_MOST && cut_off == 0 && absence->now.started_us == 0) {
            return is_mild(engine);
        }
        absence->now.controls = true;
        return absence_looks_behind(engine);
    } else if (!absence->past.is_over) {
        absence_begin_trials(engine);
        absence_spare_trial(engine);
    }
    absence->now = (struct absence_now){.since_us = 0};
    contacts_settle(&absence->contacts);
    absence->state = ABSENCE_TRIES;
    engine->env.wake(engine);
    return true;
}

static bool looks(struct engine *engine)
{
    switch (advance_round(engine)) {
    case VISIT_WAITS:
        return false;
    case VISIT_SERVED:
        return is_back(engine);
    case VISIT_REFUSED:
        return is_refused(engine);
    case VISIT_CUT:
        return is_cut(engine);
    case VISIT_SILENT:
        return hangs(engine);
    }
    return false;
}

/* ---- Public ---- */

static bool rests_for_good(struct engine *engine)
{
    (void)engine;
    return false;
}

void absence_advance(struct engine *engine)
{
    static bool (*const rows[])(struct engine * engine) = {
        [ABSENCE_NONE] = none,     [ABSENCE_DRAINS] = drains,       [ABSENCE_LOOKS] = looks,
        [ABSENCE_PAUSES] = pauses, [ABSENCE_TRIES] = absence_tries, [ABSENCE_GONE] = rests_for_good,
    };
    if (!engine->config.watches) {
        return;
    }
    if (engine->broken_off.n > 0) {
        absence_interrupt(engine);
        engine_release_held(engine, false);
        return;
    }
    while (rows[engine->absence.state](engine)) {
    }
}

void absence_look(struct engine *engine, bool alone)
{
    if (alone) {
        (void)absence_begins_looking(engine);
    } else {
        begin_round(engine);
    }
    engine->env.wake(engine);
}

bool absence_blocks(const struct engine *engine)
{
    return engine->absence.state != ABSENCE_NONE;
}

bool absence_lets_begin(const struct engine *engine, const struct case_run *run)
{
    const struct absence *absence = &engine->absence;

    return absence->state == ABSENCE_NONE ||
           (absence->state == ABSENCE_TRIES && absence->now.tried == run);
}

void absence_forget(struct engine *engine, const struct case_run *run)
{
    struct absence_now *now = &engine->absence.now;

    if (now->tried == run) {
        now->tried = NULL;
        now->guilty = false;
    }
}

void absence_interrupt(struct engine *engine)
{
    struct absence *absence = &engine->absence;

    round_end(&absence->round);
    if (absence->now.tried != NULL && absence->now.guilty) {
        suspects_convict(engine, absence->now.tried);
    }
    absence->now = (struct absence_now){.since_us = 0};
    absence->off = true;
    absence->state = ABSENCE_NONE;
}
