#include "engine/case_run.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/case_names.h"
#include "engine/case_steps.h"
#include "engine/cast.h"
#include "engine/outcome.h"

enum { QUIT_MS = 2000, REPLY_LOOPBACK_MS = 10 * 1000, REPLY_MS = 30 * 1000 };

/* ---- Services for the steps ---- */

struct frame *run_frame(struct case_run *run)
{
    if (run->start.count > 0) {
        return &run->start;
    }
    return run->phase == PHASE_FINALLY ? &run->finally : &run->steps;
}

struct session *run_session(const struct case_run *run, unsigned number)
{
    return number == 0 || number > CASE_MAX_CONNECTIONS ? NULL : run->sessions[number - 1];
}

static void on_change(void *self)
{
    struct case_run *run = self;

    run->env->wake(run->env->self);
}

struct session *run_open(struct case_run *run, unsigned number, enum protocol protocol)
{
    struct session **slot = &run->sessions[number - 1];

    session_free(slot);
    *slot = session_new(run->env->config->loop, run->target, protocol, number, &run->emitter);
    session_on_change(*slot, on_change, run);
    return *slot;
}

const struct program_connection *run_connection(const struct case_run *run, unsigned number)
{
    static const struct program_connection unknown = {.protocol = PROTOCOL_SMTP,
                                                      .start = START_CONNECT};

    for (size_t i = 0; i < run->program->connection_count; i++) {
        if (run->program->connections[i].number == number) {
            return &run->program->connections[i];
        }
    }
    return &unknown;
}

void run_wait(struct case_run *run, int64_t ms)
{
    double scaled = (double)ms * run->env->config->time_scale;

    run->wait_ms = scaled < 1.0 ? 1 : (int64_t)scaled;
    run->timed_out = false;
    run->unsent = run->current == NULL ? 0 : session_unsent(run->current);
    timer_start(run->timer, run->wait_ms);
}

int64_t run_reply_ms(const struct case_run *run)
{
    if (run->within_ms > 0 && run->start.count == 0) {
        return run->within_ms;
    }
    if (run->program->timeout_ms > 0) {
        return run->program->timeout_ms;
    }
    return run->target->loopback ? REPLY_LOOPBACK_MS : REPLY_MS;
}

void run_emit_timeout(struct case_run *run, const char *text)
{
    unsigned number = run->current == NULL ? 0 : run->current->number;
    struct event event = emit_event(&run->emitter, EVENT_TIMEOUT, number);

    event.protocol = run->current == NULL ? PROTOCOL_SMTP : run->current->protocol;
    event.side = SIDE_SERVER;
    event.text = text;
    emit(&run->emitter, &event);
}

enum step_result run_again(struct case_run *run, enum verdict verdict, const char *why)
{
    struct mismatch mismatch = mismatch_make(verdict);

    if (run->phase != PHASE_STEPS || run->tries >= CASE_MAX_TRIES) {
        return outcome_mismatch(run, &mismatch, "%s, also after %u tries", why, run->tries);
    }
    emit_note(&run->emitter, run->current == NULL ? 0 : run->current->number,
              "%s: again in %d ms, with fewer cases at a time", why, CASE_AGAIN_MS);
    run->phase = PHASE_AGAIN;
    return STEP_ENDS;
}

/* ---- Begin ---- */

static void on_timer(void *self)
{
    struct case_run *run = self;

    run->timed_out = true;
    run->ready_again = run->phase == PHASE_AGAIN;
    run->env->wake(run->env->self);
}

struct case_run *case_run_new(const struct case_env *env, const struct engine_case *given,
                              const struct facts *facts, const struct target_user *user)
{
    struct case_run *run = mem_alloc(sizeof(*run));

    run->env = env;
    run->program = given->program;
    run->target = given->target;
    run->facts = facts;
    run->user = user;
    run->arena = arena_new();
    run->timer = timer_new(env->config->loop, on_timer, run);
    run->emitter = (struct emitter){.sink = &env->config->sink,
                                    .loop = env->config->loop,
                                    .start_us = env->start_us,
                                    .program = given->program,
                                    .case_number = given->case_number};
    run->steps = (struct frame){.kind = FRAME_MAIN,
                                .steps = cast_steps(run->arena, run->program, run->program->steps,
                                                    run->program->step_count),
                                .shown = run->program->steps,
                                .count = run->program->step_count};
    run->finally =
        (struct frame){.kind = FRAME_FINALLY,
                       .steps = cast_steps(run->arena, run->program, run->program->finally,
                                           run->program->finally_count),
                       .shown = run->program->finally,
                       .count = run->program->finally_count};
    outcome_reset(run);
    return run;
}

static void free_sessions(struct case_run *run)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        session_free(&run->sessions[i]);
    }
    run->current = NULL;
}

void case_run_free(struct case_run **run_p)
{
    struct case_run *run = *run_p;

    if (run == NULL) {
        return;
    }
    seed_free(&run->seed);
    await_free(&run->await);
    free_sessions(run);
    vars_free(&run->vars);
    timer_free(&run->timer);
    arena_free(&run->arena);
    buf_deinit(&run->reason);
    buf_deinit(&run->expected);
    buf_deinit(&run->actual);
    free(run);
    *run_p = NULL;
}

static void emit_begin(struct case_run *run)
{
    struct event event = emit_event(&run->emitter, EVENT_CASE_BEGIN, 0);

    if (!run->begin_emitted) {
        run->begin_emitted = true;
        emit(&run->emitter, &event);
    }
}

static bool has_judge(const struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        if (program->steps[i].kind == STEP_JUDGE) {
            return true;
        }
    }
    return false;
}

void case_run_begin(struct case_run *run)
{
    struct error error;

    emit_begin(run);
    run->tries++;
    run->steps.next = 0;
    run->finally.next = 0;
    run->start.count = 0;
    run->begun = false;
    run->timed_out = false;
    run->ready_again = false;
    run->data_skipped = false;
    run->preparing = has_judge(run->program);
    run->within_ms = 0;
    outcome_reset(run);
    vars_free(&run->vars);
    run->vars = vars_new();
    run->scope = (struct scope){run->vars, case_names_outer, run};
    run->phase = PHASE_SEED;
    if (case_names_bind(run, &error) != 0) {
        outcome_set(run, VERDICT_ERROR, error.text);
        run->phase = PHASE_QUIT;
        return;
    }
    seed_free(&run->seed);
    run->seed = seed_new(run);
}

/* ---- End ---- */

static bool steps_left(const struct case_run *run)
{
    for (size_t i = run->steps.next + 1; i < run->steps.count; i++) {
        enum step_kind kind = run->steps.steps[i].kind;
        if (kind != STEP_END && kind != STEP_COMMENTARY) {
            return true;
        }
    }
    return false;
}

static void finish(struct case_run *run)
{
    struct event event;

    run->emitter.step = NULL;
    await_free(&run->await);
    free_sessions(run);
    timer_stop(run->timer);
    run->phase = PHASE_OVER;
    event = emit_event(&run->emitter, EVENT_CASE_END, 0);
    event.outcome = &run->outcome;
    emit(&run->emitter, &event);
}

void case_run_interrupt(struct case_run *run)
{
    if (run->phase != PHASE_OVER) {
        run->outcome.not_reached |= run->phase <= PHASE_STEPS;
        outcome_set(run, VERDICT_INCONCLUSIVE, "interrupted");
        finish(run);
    }
}

void case_run_refuse(struct case_run *run, enum verdict verdict, const char *reason)
{
    emit_begin(run);
    outcome_set(run, verdict, reason);
    run->outcome.not_reached = run->steps.count > 0;
    finish(run);
}

/* ---- Phases ---- */

static bool may_go_on(const struct session *session)
{
    return session != NULL && session->state == SESSION_OPEN;
}

/* QUIT is for a session in step, outside message data; for POP3 only where it removes no message. */
static bool quit_fits(const struct session *session)
{
    return may_go_on(session) && session->taken > 0 && !session->in_data && !session->held &&
           !session->saw_421 && outstanding_in_sync(&session->outstanding) && session->out.n == 0 &&
           !session->outstanding.quit_sent &&
           (session->protocol != PROTOCOL_POP3 || !session->outstanding.dele_sent);
}

static enum step_result begin_quit(struct case_run *run)
{
    run->emitter.step = NULL;
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        if (quit_fits(session) && !session_has_unread(session)) {
            session_say(session, BYTES_LIT("QUIT\r\n"));
            (void)session_flush(session);
        } else if (session != NULL) {
            session_close(session);
        }
    }
    run->current = NULL;
    run->phase = PHASE_QUIT;
    run_wait(run, QUIT_MS);
    return STEP_DONE;
}

/* Read what is still due on every open connection; true when nothing is. */
static bool drained(struct case_run *run)
{
    bool done = true;

    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        enum session_take take = SESSION_TAKE_ANSWER;
        while (may_go_on(session) && outstanding_count(&session->outstanding) > 0 &&
               take == SESSION_TAKE_ANSWER) {
            take = session_take(session);
        }
        if (take == SESSION_TAKE_TOO_LONG) {
            session_close(session);
        }
        done = done && take != SESSION_TAKE_NOTHING;
    }
    return done;
}

static void end_phase_steps(struct case_run *run)
{
    run->start.count = 0;
    run->begun = false;
    run->current = NULL;
    await_free(&run->await);
    if (run->finally.count == 0) {
        (void)begin_quit(run);
        return;
    }
    run->phase = PHASE_DRAIN;
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        if (session != NULL && session->state == SESSION_OPEN) {
            session->held = false;
            (void)session_flush(session);
        }
    }
    run_wait(run, QUIT_MS);
}

static enum step_result advance_seed(struct case_run *run)
{
    enum seed_result result = run->seed == NULL ? SEED_DONE : seed_advance(run->seed);

    if (result == SEED_WAITS) {
        return STEP_WAITS;
    }
    seed_free(&run->seed);
    run->current = NULL;
    run->timed_out = false;
    run->phase = PHASE_STEPS;
    if (result == SEED_FAILED) {
        run->outcome.not_reached = run->steps.count > 0;
        run->outcome.in_start = true;
        (void)begin_quit(run);
    }
    return STEP_DONE;
}

static enum step_result advance_steps(struct case_run *run)
{
    enum step_result result = case_steps_advance(run);

    if (result != STEP_ENDS) {
        return result;
    }
    if (run->phase == PHASE_AGAIN) {
        run->begun = false;
        run->emitter.step = NULL;
        free_sessions(run);
        run->ready_again = false;
        timer_start(run->timer, CASE_AGAIN_MS);
        return STEP_WAITS;
    }
    if (run->steps.next < run->steps.count) {
        run->outcome.not_reached = steps_left(run) || run->start.count > 0;
    }
    end_phase_steps(run);
    return STEP_DONE;
}

static enum step_result advance_drain(struct case_run *run)
{
    if (!drained(run) && !run->timed_out) {
        return STEP_WAITS;
    }
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        if (session != NULL && (session->in_data || !outstanding_in_sync(&session->outstanding))) {
            session_close(session);
        }
    }
    run->phase = PHASE_FINALLY;
    run->timed_out = false;
    return STEP_DONE;
}

static enum step_result advance_finally(struct case_run *run)
{
    enum step_result result = case_steps_advance(run);

    if (result != STEP_ENDS) {
        return result;
    }
    if (run->finally.next < run->finally.count) {
        /* A step could not be done: those behind it may still clean up. */
        run->start.count = 0;
        run->begun = false;
        run->finally.next++;
        return STEP_DONE;
    }
    return begin_quit(run);
}

static enum step_result advance_quit(struct case_run *run)
{
    if (drained(run) || run->timed_out) {
        finish(run);
    }
    return run->phase == PHASE_OVER ? STEP_ENDS : STEP_WAITS;
}

void case_run_advance(struct case_run *run)
{
    static enum step_result (*const rows[])(struct case_run * run) = {
        [PHASE_SEED] = advance_seed,   [PHASE_STEPS] = advance_steps,
        [PHASE_DRAIN] = advance_drain, [PHASE_FINALLY] = advance_finally,
        [PHASE_QUIT] = advance_quit,   [PHASE_AGAIN] = NULL,
        [PHASE_OVER] = NULL,
    };
    while (rows[run->phase] != NULL && rows[run->phase](run) == STEP_DONE) {
    }
}
