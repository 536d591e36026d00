#include "engine/turn.h"

#include "engine/logins.h"

/* So long those that are on their way are waited for; and others, that may begin when some have ended. */
enum { GATHER_MS = 1000, SETTLE_MS = 60, TOGETHER_MS = 10 };

static bool is_open(const struct session *session)
{
    return session != NULL &&
           (session->state == SESSION_OPEN || session->state == SESSION_CONNECTING);
}

static bool awaits_refusal(const struct case_run *run)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        if (run->sessions[i] != NULL && run->sessions[i]->refusals_due > 0) {
            return true;
        }
    }
    return false;
}

static void hope(struct case_run *run, bool hopes)
{
    if (run->hopes != hopes) {
        run->env->turns->hoping += hopes ? 1 : 0;
        run->env->turns->hoping -= hopes ? 0 : 1;
        run->hopes = hopes;
        run->env->wake(run->env->self);
    }
}

static int64_t now_us(const struct case_run *run)
{
    return loop_now_us(run->env->config->loop);
}

static bool shares(const struct case_run *run, const struct session *session)
{
    return run->lease.shared && session->protocol == PROTOCOL_POP3;
}

static void answered(struct case_run *run, struct session *session)
{
    if (session->refusals_due == 0 || --session->refusals_due > 0) {
        return;
    }
    if (shares(run, session)) {
        lease_tried(run->env->leases, &run->lease);
    }
    run->env->turns->failing--;
    run->env->turns->moved_us = now_us(run);
    run->env->wake(run->env->self);
}

static void passed(struct case_run *run, struct session *session)
{
    if (session->pass_due) {
        session->pass_due = false;
        run->env->turns->passing--;
        run->env->turns->moved_us = now_us(run);
        run->env->wake(run->env->self);
    }
}

/* No answer comes any more. */
static void gone(struct case_run *run, struct session *session)
{
    passed(run, session);
    while (session->refusals_due > 0) {
        answered(run, session);
    }
}

enum step_result turn_is_late(struct case_run *run, const struct step *step)
{
    bool fetches =
        step->kind == STEP_AWAIT ||
        (step->connection > 0 && run_connection(run, step->connection)->protocol == PROTOCOL_POP3);

    if (!run->lease.late || !fetches) {
        return STEP_DONE;
    }
    run->waits_for_turn = !lease_enter(run->env->leases, &run->lease);
    return run->waits_for_turn ? STEP_WAITS : STEP_DONE;
}

/* That it has waited in vain is our doing. */
static enum step_result wait_for_turn(struct case_run *run)
{
    run->waits_for_turn = true;
    if (run->current->state == SESSION_OPEN && !session_has_unread(run->current)) {
        return STEP_WAITS;
    }
    if (run->tries >= CASE_MAX_TRIES) {
        return STEP_DONE;
    }
    run_begin_again(run, "the server did not wait for the login");
    return STEP_ENDS;
}

/* Who has somebody in the maildrop, or waits for an answer, must not wait for those who wait for that. */
static bool goes_first(const struct case_run *run)
{
    return run->lease.inside || awaits_refusal(run) ||
           (run->lease.user != NULL && !run->lease.shared);
}

/* Those that come later are held back for longer by those that were refused before them. */
static bool may_be_refused_now(struct case_run *run)
{
    const struct turns *turns = run->env->turns;
    int64_t limit_ms = turns->busy > 0 ? GATHER_MS : SETTLE_MS;
    int64_t left_us = turns->moved_us + limit_ms * 1000 - now_us(run);

    if (goes_first(run)) {
        return true;
    }
    if (turns->hoping + turns->passing > 0) {
        return false;
    }
    if (turns->failing > 0) {
        return now_us(run) - turns->fired_us < TOGETHER_MS * INT64_C(1000);
    }
    if (left_us > 0) {
        run_wait(run, SETTLE_MS);
    }
    return left_us <= 0;
}

static enum step_result to_fail(struct case_run *run)
{
    if (!may_be_refused_now(run) ||
        (shares(run, run->current) && !lease_try(run->env->leases, &run->lease))) {
        return wait_for_turn(run);
    }
    if (run->env->turns->failing++ == 0) {
        run->env->turns->fired_us = now_us(run);
    }
    run->current->refusals_due = 1;
    return STEP_DONE;
}

static enum step_result to_pass(struct case_run *run)
{
    if ((run->env->turns->failing > 0 && !goes_first(run)) ||
        (shares(run, run->current) && !lease_enter(run->env->leases, &run->lease))) {
        hope(run, true);
        return wait_for_turn(run);
    }
    hope(run, false);
    run->env->turns->passing += run->current->pass_due ? 0 : 1;
    run->current->pass_due = true;
    run->current->in_maildrop = shares(run, run->current);
    return STEP_DONE;
}

enum step_result turn_comes(struct case_run *run)
{
    const struct frame *frame = run_frame(run);
    enum step_result result = STEP_DONE;

    run->waits_for_turn = false;
    if (!run->takes_turns || frame->kind != FRAME_MAIN || run->current == NULL) {
        return STEP_DONE;
    }
    enum login_wish wish = logins_wish(run->program, frame->next);
    if (wish != LOGIN_NONE && run->current->refusals_due > 0) {
        run->current->refusals_due++; /* in one write with the one that is to fail */
        return STEP_DONE;
    }
    switch (wish) {
    case LOGIN_NONE:
        break;
    case LOGIN_TO_FAIL:
        result = to_fail(run);
        break;
    case LOGIN_TO_PASS:
        result = to_pass(run);
        break;
    }
    return result;
}

static bool lets_pass(const struct answer *answer)
{
    return answer->pop3 ? answer->indicator == POP3_OK : answer_is(answer, "2yz");
}

static bool asks_for_more(const struct answer *answer)
{
    return answer->pop3 ? answer->indicator == POP3_CONTINUE : answer_is(answer, "3yz");
}

static bool says_auth(const struct answer *answer)
{
    return bytes_starts_nocase(answer_octets(answer), "-ERR [AUTH]");
}

void turn_heard(struct case_run *run)
{
    struct session *session = run->current;
    bool logs_in = session->refusals_due > 0 || session->in_maildrop;

    if (logs_in && shares(run, session) && session->answer.indicator == POP3_ERR &&
        !says_auth(&session->answer)) {
        run->refused_for_something = true;
    }
    if (!asks_for_more(&session->answer)) {
        passed(run, session);
    }
    if (session->refusals_due == 0 || asks_for_more(&session->answer)) {
        return;
    }
    answered(run, session);
    if (shares(run, session) && lets_pass(&session->answer)) {
        session->in_maildrop = true;
        lease_intrude(run->env->leases, &run->lease);
    }
}

void turn_ends(struct case_run *run)
{
    bool in_maildrop = false;

    for (size_t i = 0; run->takes_turns && i < CASE_MAX_CONNECTIONS; i++) {
        struct session *session = run->sessions[i];
        if (is_open(session)) {
            in_maildrop = in_maildrop || session->in_maildrop;
        } else if (session != NULL) {
            gone(run, session);
        }
    }
    if (run->lease.shared && run->lease.inside && !in_maildrop) {
        lease_leave(run->env->leases, &run->lease);
        run->env->wake(run->env->self);
    }
}

void turn_leaves(struct case_run *run, struct session *session)
{
    if (session != NULL) {
        gone(run, session);
    }
}

void turn_gives_up(struct case_run *run)
{
    for (size_t i = 0; run->takes_turns && i < CASE_MAX_CONNECTIONS; i++) {
        turn_leaves(run, run->sessions[i]);
    }
    if (run->takes_turns) {
        hope(run, false);
        run->waits_for_turn = false;
    }
    if (run->lease.shared || run->lease.late) {
        lease_leave(run->env->leases, &run->lease);
    }
}

bool turn_is_idle(const struct case_run *run)
{
    return run->waits_for_turn || (pace_is_slow(run->env->pace) && awaits_refusal(run));
}

bool turn_is_busy(const struct case_run *run)
{
    return run->takes_turns && run->phase == PHASE_STEPS && !run->waits_for_turn &&
           !awaits_refusal(run);
}

bool turn_was_disturbed(const struct case_run *run)
{
    return run->refused_for_something && lease_is_disturbed(run->env->leases, &run->lease);
}

void turn_begins_anew(struct case_run *run)
{
    run->refused_for_something = false;
    if (run->takes_turns) {
        run->env->turns->moved_us = now_us(run);
    }
    if (run->lease.user != NULL) {
        lease_begin(run->env->leases, &run->lease);
    }
}

static bool is_in_pop3(const struct case_run *run)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        if (is_open(run->sessions[i]) && run->sessions[i]->protocol == PROTOCOL_POP3) {
            return true;
        }
    }
    return false;
}

bool turn_is_out(const struct case_run *run)
{
    return run->phase == PHASE_QUIT && !is_in_pop3(run);
}

void turn_pauses(struct case_run *run)
{
    if (run->lease.late && run->lease.inside && !is_in_pop3(run)) {
        lease_leave(run->env->leases, &run->lease);
        run->env->wake(run->env->self);
    }
}
