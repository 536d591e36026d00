#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/client_command.h"
#include "engine/engine_internal.h"
#include "engine/gate.h"
#include "engine/login.h"
#include "engine/logins.h"
#include "engine/needs.h"
#include "engine/self_play.h"

enum { MAX_UNREACHABLE = 5 };
/* Cases that a slow server keeps waiting make room for others, up to so many times what may run at a time. */
enum { HELD_BACK_FACTOR = 6, LOOK_AGAIN_MS = 250 };

static void wake(void *self)
{
    struct engine *engine = self;

    timer_start(engine->tick, 0);
}

static void break_off(void *self, const char *why)
{
    struct engine *engine = self;

    if (engine->broken_off.n == 0) {
        buf_append_text(&engine->broken_off, why);
        wake(engine);
    }
}

/* ---- Targets ---- */

/* What is being found out is known now. */
static void add_known(struct engine *engine)
{
    known_targets_add(&engine->known, engine->probed);
    engine->probed = NULL;
}

static void begin_probe(struct engine *engine, const struct engine_case *given)
{
    struct known_target *known = known_target_new(given);

    engine->probed = known;
    if (known->is_client) {
        if (given->target->client.kind == CLIENT_LISTEN) {
            add_known(engine); /* it comes when it likes */
            return;
        }
        engine->client_probe =
            client_probe_new(&engine->env, given->target, known->protocol, &known->facts);
        return;
    }
    /* A server that was set up for one case (Given:) is asked what that case needs. */
    bool for_one = given->target->built_in && given->program->given_count > 0;
    engine->probe = probe_new(&engine->env, given->target,
                              !for_one || login_matters(given->program), &known->facts);
}

/* ---- Cases ---- */

static void print_gone(struct buf *out, const struct case_run *run, unsigned count)
{
    if (run->role != ROLE_CLIENT) {
        buf_printf(out, "in %u cases in a row the client did not connect", count);
    } else if (run->ungreeted) {
        buf_printf(out, "%u cases in a row got no greeting: the server hangs", count);
    } else {
        buf_printf(out, "%u cases in a row could not connect: the server is gone", count);
    }
}

/* A server that went away takes the rest of the run with it: no use in waiting for it in every case. */
static void count_unreachable(struct engine *engine, const struct case_run *run)
{
    if (!run->unreachable && !run->ungreeted) {
        engine->unreachable = 0;
        engine->last_case = run->program->id;
        return;
    }
    if (++engine->unreachable < MAX_UNREACHABLE || engine->broken_off.n > 0) {
        return;
    }
    print_gone(&engine->broken_off, run, engine->unreachable);
    if (engine->last_case != NULL) {
        buf_printf(&engine->broken_off, ". The last case that reached it was %s",
                   engine->last_case);
    }
}

static void note_left(struct engine *engine)
{
    engine->left_us = loop_now_us(engine->config.loop);
}

/* Those that waited for that are looked at again. */
static void note_refused(struct engine *engine, const struct program *program)
{
    if (!engine->was_refused && logins_fail(program)) {
        engine->was_refused = true;
        engine->passed = 0;
    }
}

static void remove_run(struct engine *engine, size_t i)
{
    note_left(engine);
    absence_forget(engine, engine->crowd.runs[i].run);
    note_refused(engine, engine->crowd.runs[i].run->program);
    count_unreachable(engine, engine->crowd.runs[i].run);
    engine_return_lease(engine, &engine->crowd.runs[i]);
    crowd_remove(&engine->crowd, i);
}

static const struct target_user *first_user(const struct target *target)
{
    return target->user_count > 0 ? &target->users[0] : NULL;
}

const struct engine_case *engine_head(const struct engine *engine)
{
    return &engine->waiting.items[engine->head];
}

static void refuse_head(struct engine *engine, enum verdict verdict, const char *reason)
{
    static const struct facts nothing = {0};
    const struct engine_case *head = engine_head(engine);
    struct case_run *run = case_run_new(&engine->env, head, &nothing, first_user(head->target));

    case_run_refuse(run, verdict, reason);
    case_run_free(&run);
    waiting_remove(&engine->waiting, engine->head);
    engine->any_begun = true;
}

unsigned engine_active(const struct engine *engine, unsigned *connections_r)
{
    unsigned count = crowd_active(&engine->crowd, connections_r);

    *connections_r += round_is_open(&engine->absence.round) ? 1 : 0;
    return count;
}

static bool is_alone(void *self, const struct case_run *run)
{
    const struct engine *engine = self;
    unsigned open = 0;

    (void)run; /* it is one of those that are active */
    return engine_active(engine, &open) <= 1;
}

/*
 * A server that has no room for more is not given more because it is slow. Where it was the one for mail that had none, those that wait at the
 * other one take nothing from it: were they fewer, more rounds of refused logins would each take their time.
 */
static unsigned held_back(const struct engine *engine)
{
    bool has_room = engine->jobs == engine->config.jobs;

    if (engine->config.jobs <= 1 || (!has_room && engine->pop3_is_short)) {
        return 0;
    }
    return crowd_held_back(&engine->crowd, !has_room);
}

/* Is there room for one more case, with that many connections? One alone always may. */
static bool has_room(const struct engine *engine, const struct engine_case *given,
                     unsigned connections)
{
    const struct known_target *known = known_targets_find(&engine->known, given);
    const struct target *target = given->target;
    unsigned open = 0;
    unsigned count = engine_active(engine, &open);

    if (count == 0 || target->client.kind == CLIENT_LISTEN) {
        return true;
    }
    return count - held_back(engine) < engine->jobs &&
           count < engine->config.jobs * HELD_BACK_FACTOR &&
           !(known != NULL && known->facts.one_client) &&
           (target->connections == 0 || open + connections <= target->connections);
}

/*
 * A server counts a connection for a moment longer than we do. A case that wants several at once, and comes each time when another
 * has just left, would meet that until it has no try left.
 */
static bool has_settled(const struct engine *engine, struct case_run *run)
{
    enum { PATIENT_TRIES = 2, SETTLE_MS = 50 };
    int64_t gone_us = loop_now_us(engine->config.loop) - engine->left_us;
    unsigned open = 0;
    if (!run->crowded || run->tries < PATIENT_TRIES ||
        (engine_active(engine, &open) + open == 0 && gone_us >= SETTLE_MS * INT64_C(1000))) {
        return true;
    }
    run->ready_again = false;
    run_wait(run, SETTLE_MS);
    return false;
}

/* While there is no room for it again it has no maildrop either: those that take the room may wait for just that. */
static void begin_again(struct engine *engine, struct running *running)
{
    struct case_run *run = running->run;
    struct engine_case given = {.program = run->program, .target = run->target, .role = run->role};

    bool gives_back = run->alone && run->lease.late;

    if (gives_back || !absence_lets_begin(engine, run) ||
        !has_room(engine, &given, running->connections)) {
        engine_return_lease(engine, running);
    } else if (has_settled(engine, run) && engine_has_lease(engine, running)) {
        case_run_begin(run);
    }
}

static void advance(struct engine *engine, struct running *running)
{
    struct case_run *run = running->run;
    bool could_run = run->phase != PHASE_AGAIN;

    if (!could_run && run->ready_again) {
        begin_again(engine, running);
    }
    case_run_advance(run);
    if (!run->lease.shared && turn_is_out(run)) {
        engine_return_lease(
            engine, running); /* what is still said elsewhere is no matter of the maildrop */
    }
    if (could_run && run->phase == PHASE_AGAIN) {
        note_left(engine);
    }
    bool missed = run->unreachable && engine->config.watches && !engine->absence.off;
    if (could_run && run->phase == PHASE_AGAIN && run->crowded && !missed && engine->jobs > 1) {
        engine->pop3_is_short = engine->pop3_is_short || run->crowded_by_pop3;
        engine->jobs = engine->jobs / 2;
    }
}

static void advance_all(struct engine *engine)
{
    for (size_t i = 0; i < engine->crowd.count;) {
        advance(engine, &engine->crowd.runs[i]);
        if (engine->crowd.runs[i].run->phase == PHASE_OVER) {
            remove_run(engine, i);
            wake(engine); /* what it held is free for those before it */
        } else {
            i++;
        }
    }
}

static bool may_be_refused(const struct engine_case *given)
{
    return given->role == ROLE_CLIENT && !given->target->built_in && logins_fail(given->program);
}

/*
 * Behind a refused login the server may keep others waiting: first come those that only want to get in. Then one alone shows whether it
 * does, before many find out one by one.
 */
static bool waits_for_others(const struct engine *engine, const struct engine_case *given)
{
    return may_be_refused(given) && (engine->passed > 0 || crowd_has_maildrop(&engine->crowd) ||
                                     (!engine->was_refused && crowd_is_refused(&engine->crowd)));
}

/* What became of the case that is looked at. */
enum begin_result {
    HEAD_BEGUN,   /* or refused: it waits no more */
    HEAD_NO_ROOM, /* nor is there for any other */
    HEAD_NO_USER  /* none is free for it */
};

static enum begin_result begin_head(struct engine *engine, const struct facts *facts)
{
    const struct engine_case *head = engine_head(engine);
    const bool slow = pace_is_slow(&engine->pace);
    const bool alone = engine->delivery.deletes_others;
    struct lease lease;
    struct buf reason = {0};

    if (head->refusal != NULL) {
        refuse_head(engine, VERDICT_ERROR, head->refusal);
        return HEAD_BEGUN;
    }
    if (!needs_met(&engine->config, head, facts, &reason)) {
        refuse_head(engine, VERDICT_UNSUPPORTED, buf_text(&reason));
        buf_deinit(&reason);
        return HEAD_BEGUN;
    }
    buf_deinit(&reason);
    if (!has_room(engine, head, (unsigned)head->program->connection_count)) {
        return HEAD_NO_ROOM;
    }
    if (waits_for_others(engine, head) || !lease_take(&engine->leases, head, slow, alone, &lease)) {
        return HEAD_NO_USER;
    }
    if (head->target->client.kind == CLIENT_LISTEN && engine->env.gate == NULL) {
        engine->env.gate = gate_new(&engine->env, head->target);
    }
    struct case_run *run = case_run_new(&engine->env, head, facts,
                                        lease.user != NULL ? lease.user : first_user(head->target));
    run->lease = lease;
    run->takes_turns = slow && may_be_refused(head);
    crowd_add(&engine->crowd, run);
    waiting_remove(&engine->waiting, engine->head);
    engine->any_begun = true;
    case_run_begin(run);
    case_run_advance(run);
    return HEAD_BEGUN;
}

/* ---- The tick: everything that can be done now ---- */

/* A target that cannot be reached ends the run; when cases have begun already, it is one of its own and only its case fails. */
static void probe_failed(struct engine *engine)
{
    const char *failure = engine->client_probe != NULL ? client_probe_failure(engine->client_probe)
                                                       : probe_failure(engine->probe);

    if (engine->any_begun) {
        refuse_head(engine, VERDICT_ERROR, failure);
    } else {
        buf_append_text(&engine->broken_off, failure);
    }
    known_target_free(&engine->probed);
}

static bool is_probing(const struct engine *engine)
{
    return engine->probe != NULL || engine->client_probe != NULL;
}

bool engine_is_probing(const struct engine *engine)
{
    return is_probing(engine) || engine->logins != NULL;
}

static void advance_probe(struct engine *engine)
{
    if (!is_probing(engine)) {
        return;
    }
    switch (engine->client_probe != NULL ? client_probe_advance(engine->client_probe)
                                         : probe_advance(engine->probe)) {
    case PROBE_WAITS:
        return;
    case PROBE_FAILED:
        probe_failed(engine);
        break;
    case PROBE_DONE:
        add_known(engine);
        break;
    }
    engine->probed = NULL;
    probe_free(&engine->probe);
    client_probe_free(&engine->client_probe);
}

/* Where some case could not connect, and will try again, it is no use to let more of them do the same. */
static bool may_begin(const struct engine *engine)
{
    return engine->broken_off.n == 0 && !engine->interrupted && !engine_is_probing(engine) &&
           !absence_blocks(engine) && !crowd_misses_server(&engine->crowd);
}

/* A case that waits for a user lets others go first. False: none can begin now. */
static bool begin_or_pass(struct engine *engine, const struct facts *facts)
{
    switch (begin_head(engine, facts)) {
    case HEAD_BEGUN:
        return true;
    case HEAD_NO_USER:
        engine->passed = ++engine->head;
        return true;
    case HEAD_NO_ROOM:
        break;
    }
    timer_start(engine->look_again, LOOK_AGAIN_MS);
    return false;
}

static void begin_cases(struct engine *engine)
{
    bool more = may_begin(engine);

    if (more) {
        engine->passed = engine->returns == engine->leases.returns ? engine->passed : 0;
        engine->returns = engine->leases.returns;
        engine->head = engine->passed;
    }
    while (more && may_begin(engine)) {
        if (engine->head == engine->waiting.count &&
            !waiting_fetch(&engine->waiting, &engine->config)) {
            return;
        }
        struct known_target *known = known_targets_find(&engine->known, engine_head(engine));
        if (known == NULL) {
            begin_probe(engine, engine_head(engine));
            advance_probe(engine);
        } else if (!engine_begins_logins(engine, known)) {
            more = begin_or_pass(engine, &known->facts);
        }
    }
}

static void skip_all(struct engine *engine)
{
    engine->head = 0;
    while (engine->waiting.count > 0 || waiting_fetch(&engine->waiting, &engine->config)) {
        refuse_head(engine, VERDICT_SKIP, engine->stopped);
    }
}

static void interrupt_all(struct engine *engine)
{
    absence_interrupt(engine);
    while (engine->crowd.count > 0) {
        case_run_interrupt(engine->crowd.runs[0].run,
                           engine->stopped != NULL ? engine->stopped : "interrupted");
        remove_run(engine, 0);
    }
    probe_free(&engine->probe);
    client_probe_free(&engine->client_probe);
    login_check_free(&engine->logins);
    known_target_free(&engine->probed);
    if (engine->stopped != NULL) {
        skip_all(engine);
    }
    waiting_give_up(&engine->waiting);
}

static void on_tick(void *self)
{
    struct engine *engine = self;

    if (engine->finished) {
        return;
    }
    if (engine->interrupted) {
        interrupt_all(engine);
    }
    engine->turns.busy = crowd_busy(&engine->crowd);
    advance_all(engine);
    absence_advance(engine);
    advance_probe(engine);
    engine_advance_logins(engine);
    begin_cases(engine);
    engine_look_behind(engine);
    for (size_t i = 0; i < engine->crowd.count; i++) {
        if (engine->crowd.runs[i].run->phase == PHASE_OVER) {
            wake(engine); /* it ended as it began, and is taken away in the next round */
        }
    }
    bool nothing_left =
        engine->waiting.no_more && engine->waiting.count == 0 && !engine_is_probing(engine);
    if (engine->crowd.count == 0 && (nothing_left || engine->broken_off.n > 0)) {
        engine->finished = true;
        timer_stop(engine->tick);
        timer_stop(engine->look_again);
        engine->config.finished(engine->config.self,
                                engine->broken_off.n > 0 ? buf_text(&engine->broken_off) : NULL);
    }
}

/* ---- Public ---- */

struct engine *engine_new(const struct engine_config *config)
{
    struct engine *engine = mem_alloc(sizeof(*engine));

    engine->config = *config;
    engine->jobs = config->jobs == 0 ? 1 : config->jobs;
    engine->answer_room = ANSWER_MAX_OCTETS;
    engine->env = (struct case_env){.config = &engine->config,
                                    .answer_room = &engine->answer_room,
                                    .pace = &engine->pace,
                                    .leases = &engine->leases,
                                    .turns = &engine->turns,
                                    .delivery = &engine->delivery,
                                    .break_off = break_off,
                                    .contexts = &engine->contexts,
                                    .starters = &engine->starters,
                                    .wake = wake,
                                    .alone = is_alone,
                                    .hold = engine_hold,
                                    .self = engine};
    engine->starters = (struct starters){.command = client_command_starter(),
                                         .self = self_play_starter(&engine->env)};
    engine->tick = timer_new(config->loop, on_tick, engine);
    engine->look_again = timer_new(config->loop, wake, engine);
    engine->sink = config->sink;
    if (config->watches) {
        engine->config.sink = (struct event_sink){engine_watch_event, engine};
    }
    absence_init(engine);
    return engine;
}

void engine_start(struct engine *engine)
{
    engine->env.start_us = loop_now_us(engine->config.loop);
    wake(engine);
}

void engine_interrupt(struct engine *engine)
{
    engine->interrupted = true;
    wake(engine);
}

void engine_stop(struct engine *engine, const char *why)
{
    engine->stopped = why;
    engine_interrupt(engine);
}

void engine_free(struct engine **engine_p)
{
    struct engine *engine = *engine_p;

    if (engine == NULL) {
        return;
    }
    crowd_deinit(&engine->crowd);
    waiting_deinit(&engine->waiting);
    probe_free(&engine->probe);
    client_probe_free(&engine->client_probe);
    login_check_free(&engine->logins);
    known_target_free(&engine->probed);
    known_targets_deinit(&engine->known);
    absence_deinit(engine);
    gate_free(&engine->env.gate);
    leases_deinit(&engine->leases);
    tls_contexts_deinit(&engine->contexts);
    timer_free(&engine->tick);
    timer_free(&engine->look_again);
    buf_deinit(&engine->broken_off);
    free(engine);
    *engine_p = NULL;
}
