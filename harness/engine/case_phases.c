#include "engine/case_phases.h"

#include "engine/case_steps.h"
#include "engine/serve.h"
#include "engine/turn.h"

enum { QUIT_MS = 2000 };

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
    sasl_talk_free(&run->login);
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

/* Before it begins again. */
static void pause_a_while(struct case_run *run)
{
    run->begun = false;
    run->emitter.step = NULL;
    case_close_sessions(run);
    run->ready_again = false;
    run_wait(run, run->again_ms);
}

static enum step_result advance_steps(struct case_run *run)
{
    enum step_result result = case_steps_advance(run);

    if (result != STEP_ENDS) {
        return result;
    }
    if (run->phase == PHASE_AGAIN) {
        pause_a_while(run);
        return STEP_WAITS;
    }
    if (run->steps.next < run->steps.count) {
        run->outcome.not_reached = frame_goes_on(&run->steps) || run->start.count > 0;
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

/* Its maildrop is free for others then, whatever the other connections still wait for. */
static void close_pop3(struct case_run *run)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        if (may_go_on(session) && session->protocol == PROTOCOL_POP3 &&
            outstanding_count(&session->outstanding) == 0) {
            session_close(session);
        }
    }
}

static enum step_result advance_quit(struct case_run *run)
{
    if (!drained(run) && !run->timed_out) {
        close_pop3(run);
    } else if (turn_was_disturbed(run) && run->tries < CASE_MAX_TRIES) {
        run_begin_again(run, "another case was let into the maildrop with a wrong secret");
        pause_a_while(run);
    } else {
        case_finish(run);
    }
    return run->phase == PHASE_OVER ? STEP_ENDS : STEP_WAITS;
}

void case_run_advance(struct case_run *run)
{
    static enum step_result (*const rows[])(struct case_run * run) = {
        [PHASE_SEED] = advance_seed,   [PHASE_STEPS] = advance_steps,
        [PHASE_DRAIN] = advance_drain, [PHASE_FINALLY] = advance_finally,
        [PHASE_QUIT] = advance_quit,   [PHASE_AGAIN] = NULL,
        [PHASE_HELD] = NULL,           [PHASE_OVER] = NULL,
    };
    if (run->serve != NULL) {
        if (run->phase != PHASE_OVER) {
            serve_advance(run->serve);
        }
        return;
    }
    while (rows[run->phase] != NULL && rows[run->phase](run) == STEP_DONE) {
    }
}
