#include "engine/case_run.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/case_names.h"
#include "engine/case_phases.h"
#include "engine/cast.h"
#include "engine/outcome.h"
#include "engine/serve.h"
#include "engine/starters.h"
#include "engine/turn.h"

/* ---- Services for the steps ---- */

struct frame *run_frame(struct case_run *run)
{
    if (run->start.count > 0) {
        return &run->start;
    }
    return run->phase == PHASE_FINALLY ? &run->finally : &run->steps;
}

const struct step *frame_shown(const struct frame *frame)
{
    if (frame->shown == NULL || frame->next >= frame->count) {
        return NULL;
    }
    return &frame->shown[frame->order == NULL ? frame->next : frame->order[frame->next]];
}

bool frame_goes_on(const struct frame *frame)
{
    for (size_t i = frame->next + 1; i < frame->count; i++) {
        enum step_kind kind = frame->steps[i].kind;
        if (kind != STEP_END && kind != STEP_COMMENTARY) {
            return true;
        }
    }
    return false;
}

bool frame_replies_for_all(const struct frame *frame)
{
    const unsigned connection = frame->steps[frame->next].connection;

    for (size_t i = frame->next > 0 ? frame->next - 1 : 0; i < frame->count && i <= frame->next + 1;
         i++) {
        const struct step *other = &frame->steps[i];
        if (i != frame->next && other->kind == STEP_REPLY && other->reply.ends_data &&
            other->connection == connection) {
            return false;
        }
    }
    return true;
}

enum step_result run_end_dialogue(struct case_run *run)
{
    struct frame *frame = run_frame(run);

    frame->next = frame->count - 1;
    return STEP_DONE;
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

    turn_leaves(run, *slot);
    session_free(slot);
    *slot = session_new(run->env->config->loop, run->target, run->env->contexts, protocol, number,
                        &run->emitter);
    (*slot)->answer.room = run->env->answer_room;
    (*slot)->pace = run->target->built_in ? NULL : run->env->pace;
    (*slot)->login_wants_tls = run->facts->pop3_way.tls;
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

/* One that has said QUIT is on its way out. */
static bool is_neighbour(const struct session *session, const struct session *current)
{
    return session != NULL && session != current && session->state == SESSION_OPEN &&
           !session->outstanding.quit_sent &&
           (session->protocol == PROTOCOL_POP3) == (current->protocol == PROTOCOL_POP3);
}

unsigned run_neighbours(const struct case_run *run)
{
    unsigned count = 0;

    for (size_t i = 0; i < CASE_MAX_CONNECTIONS && run->current != NULL; i++) {
        count += is_neighbour(run->sessions[i], run->current) ? 1 : 0;
    }
    return count;
}

static bool is_alone_now(const struct case_run *run)
{
    return run_neighbours(run) == 0 && run->env->alone(run->env->self, run);
}

bool run_is_alone(const struct case_run *run)
{
    return run->waits_alone && is_alone_now(run);
}

static int64_t scale(const struct case_run *run, int64_t ms)
{
    double scaled = (double)ms * run->env->config->time_scale;

    return scaled < 1.0 ? 1 : (int64_t)scaled;
}

void run_wait(struct case_run *run, int64_t ms)
{
    run->wait_ms = scale(run, ms);
    run->asked_ms = ms;
    run->by_default = false;
    run->wait_begin_us = loop_now_us(run->env->config->loop);
    run->waits_alone = is_alone_now(run);
    run->looked_again = false;
    run->timed_out = false;
    timer_start(run->timer, run->wait_ms);
}

static int64_t default_reply_ms(const struct case_run *run)
{
    return pace_reply_ms(run->env->pace, run->target->loopback);
}

int64_t run_reply_ms(const struct case_run *run)
{
    if (run->within_ms > 0 && run->start.count == 0) {
        return run->within_ms;
    }
    if (run->program->timeout_ms > 0) {
        return run->program->timeout_ms;
    }
    return default_reply_ms(run);
}

void run_wait_for_reply(struct case_run *run)
{
    bool written = (run->within_ms > 0 && run->start.count == 0) || run->program->timeout_ms > 0;

    run_wait(run, run_reply_ms(run));
    run->by_default = !written;
}

/* A server that is still sending may end its reply yet. */
static bool heard_lately(const struct case_run *run)
{
    int64_t half_us = run->wait_ms * 1000 / 2;

    return run->current != NULL && run->current->heard_us > run->wait_begin_us + half_us;
}

static bool lacks_greeting(const struct case_run *run)
{
    return run->current != NULL && run->current->taken == 0;
}

bool run_emit_timeout(struct case_run *run, const char *text)
{
    unsigned number = run->current == NULL ? 0 : run->current->number;
    struct event event = emit_event(&run->emitter, EVENT_TIMEOUT, number);

    event.protocol = run->current == NULL ? PROTOCOL_SMTP : run->current->protocol;
    event.side = SIDE_SERVER;
    event.text = text;
    event.short_wait =
        run->asked_ms < default_reply_ms(run) || (lacks_greeting(run) && !run_is_alone(run));
    event.sending = heard_lately(run);
    emit(&run->emitter, &event);
    return !event.short_wait && !event.sending;
}

/* This case itself takes the room that a server of few connections has. */
static bool is_in_its_own_way(const struct case_run *run)
{
    return run_neighbours(run) > 0 &&
           (run->facts->one_client || run->env->alone(run->env->self, run));
}

enum step_result run_again(struct case_run *run, enum verdict verdict, const char *why)
{
    struct mismatch mismatch = mismatch_make(verdict);

    if (verdict == VERDICT_INCONCLUSIVE && is_in_its_own_way(run)) {
        mismatch.actual = answer_octets(&run->current->answer);
        session_close(run->current);
        return outcome_mismatch(run, &mismatch, "%s, while another connection of this case is open",
                                why);
    }
    if (run->phase != PHASE_STEPS || run->tries >= CASE_MAX_TRIES) {
        if (run->current != NULL) {
            mismatch.actual = answer_octets(&run->current->answer);
            session_close(run->current); /* it gives no service: nothing more is said to it */
        }
        return outcome_mismatch(run, &mismatch, "%s, also after %u tries", why, run->tries);
    }
    /* A server that is up and busy gets more time, from try to try; one that is not there is not worth it. */
    unsigned doubled = verdict == VERDICT_ERROR ? 0 : run->tries - 1;
    run->again_ms = (int64_t)CASE_AGAIN_MS
                    << (doubled < CASE_AGAIN_DOUBLED ? doubled : CASE_AGAIN_DOUBLED);
    emit_note(&run->emitter, run->current == NULL ? 0 : run->current->number,
              "%s: again in %lld ms, with fewer cases at a time", why, (long long)run->again_ms);
    run->crowded = true;
    run->crowded_by_pop3 = run->current != NULL && run->current->protocol == PROTOCOL_POP3;
    run->phase = PHASE_AGAIN;
    return STEP_ENDS;
}

bool run_log_in_again(struct case_run *run)
{
    if (run->phase != PHASE_STEPS || ++run->logins >= CASE_MAX_LOGINS) {
        return false;
    }
    run->again_ms = (int64_t)CASE_AGAIN_MS << (2 * (run->logins - 1));
    emit_note(&run->emitter, run->current->number, "the login was refused: again in %lld ms",
              (long long)run->again_ms);
    run->crowded = false;
    run->seeded = true;
    run->phase = PHASE_AGAIN;
    return true;
}

void run_begin_again(struct case_run *run, const char *why)
{
    emit_note(&run->emitter, run->current == NULL ? 0 : run->current->number, "%s: again in %d ms",
              why, CASE_AGAIN_MS);
    run->again_ms = CASE_AGAIN_MS;
    run->crowded = false;
    run->phase = PHASE_AGAIN;
}

bool run_is_held_back(const struct case_run *run)
{
    int64_t waited_us = loop_now_us(run->env->config->loop) - run->wait_begin_us;

    /* Where no greeting comes there is no room, and not less of a hurry. */
    return run->by_default && waited_us >= PACE_SLOW_MS * INT64_C(1000) && run->current != NULL &&
           run->current->taken > 0 && (run->phase == PHASE_STEPS || run->phase == PHASE_SEED);
}

/* ---- Begin ---- */

/* Meanwhile the server was seen to take its time. */
static void run_wait_on(struct case_run *run)
{
    int64_t more_ms = default_reply_ms(run) - run->asked_ms;
    int64_t scaled_ms = scale(run, more_ms);

    run->asked_ms += more_ms;
    run->wait_ms += scaled_ms;
    run->looked_again = false;
    timer_start(run->timer, scaled_ms);
}

static void on_timer(void *self)
{
    struct case_run *run = self;

    if (!run->looked_again) {
        /* The loop may have been busy for long: what has come meanwhile is read before the wait counts as over. */
        run->looked_again = true;
        timer_start_when_read(run->timer);
        return;
    }
    if (run->by_default && run->asked_ms < default_reply_ms(run)) {
        run_wait_on(run);
        return;
    }
    run->timed_out = true;
    run->ready_again = run->phase == PHASE_AGAIN;
    run->env->wake(run->env->self);
}

/* NULL: the client comes by itself. */
static const struct client_starter *starter_of(const struct case_env *env,
                                               const struct engine_case *given)
{
    if (given->role == ROLE_BOTH) {
        return &env->starters->self;
    }
    switch (given->target->client.kind) {
    case CLIENT_COMMAND:
        return &env->starters->command;
    case CLIENT_BUILT_IN:
        return env->config->built_in_client;
    case CLIENT_SELF:
        return &env->starters->self;
    case CLIENT_LISTEN:
    case CLIENT_NONE:
        break;
    }
    return NULL;
}

/* A server that was set up for the dialogue (Given:) knows its names; any other one is told its own (Cast:). */
static const struct step *steps_for(struct arena *arena, const struct engine_case *given,
                                    const struct step *steps, size_t count)
{
    const struct program *program = given->program;
    bool as_written =
        given->role == ROLE_CLIENT && given->target->built_in && program->given_count > 0;
    return as_written ? steps : cast_steps(arena, program, steps, count);
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
    run->role = given->role;
    run->arena = arena_new();
    run->timer = timer_new(env->config->loop, on_timer, run);
    run->emitter = (struct emitter){.sink = &env->config->sink,
                                    .loop = env->config->loop,
                                    .start_us = env->start_us,
                                    .program = given->program,
                                    .case_number = given->case_number};
    run->steps = (struct frame){
        .kind = FRAME_MAIN,
        .steps = steps_for(run->arena, given, run->program->steps, run->program->step_count),
        .shown = run->program->steps,
        .count = run->program->step_count};
    run->finally = (struct frame){
        .kind = FRAME_FINALLY,
        .steps = steps_for(run->arena, given, run->program->finally, run->program->finally_count),
        .shown = run->program->finally,
        .count = run->program->finally_count};
    outcome_reset(run);
    if (given->role != ROLE_CLIENT) {
        run->serve = serve_new(run, env->config->responder, starter_of(env, given));
    }
    return run;
}

void case_close_sessions(struct case_run *run)
{
    turn_gives_up(run);
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
    sasl_talk_free(&run->login);
    case_close_sessions(run);
    serve_free(&run->serve);
    vars_free(&run->vars);
    timer_free(&run->timer);
    arena_free(&run->arena);
    buf_deinit(&run->reason);
    buf_deinit(&run->expected);
    buf_deinit(&run->actual);
    buf_deinit(&run->said);
    free(run);
    *run_p = NULL;
}

/* Played against itself, nobody's. */
static unsigned tested_sides(enum role role)
{
    switch (role) {
    case ROLE_CLIENT:
        return SIDE_SET(SIDE_SERVER);
    case ROLE_SERVER:
        return SIDE_SET(SIDE_CLIENT);
    case ROLE_BOTH:
        break;
    }
    return 0;
}

void case_emit_begin(struct case_run *run)
{
    struct event event = emit_event(&run->emitter, EVENT_CASE_BEGIN, 0);

    event.tested = tested_sides(run->role);
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

static void emit_anew(struct case_run *run)
{
    if (run->anew != NULL) {
        emit_note(&run->emitter, 0, "%s", run->anew);
        run->anew = NULL;
    }
}

void case_run_begin(struct case_run *run)
{
    struct error error;

    case_emit_begin(run);
    emit_anew(run);
    run->tries++;
    run->steps.next = 0;
    run->finally.next = 0;
    run->start.count = 0;
    run->begun = false;
    run->timed_out = false;
    run->ready_again = false;
    run->data_skipped = false;
    run->unreachable = false;
    run->ungreeted = false;
    run->contact = (struct contact){0};
    run->held_at = 0;
    run->left_out = 0;
    run->preparing = has_judge(run->program);
    run->judging = false;
    run->within_ms = 0;
    outcome_reset(run);
    vars_free(&run->vars);
    run->vars = vars_new();
    run->scope = (struct scope){run->vars, case_names_outer, run};
    run->phase = PHASE_SEED;
    turn_begins_anew(run);
    if (case_names_bind(run, &error) != 0) {
        outcome_set(run, VERDICT_ERROR, error.text);
        run->phase = PHASE_QUIT;
        return;
    }
    if (run->serve != NULL) {
        serve_begin(run->serve);
        return;
    }
    seed_free(&run->seed);
    sasl_talk_free(&run->login);
    run->seed = run->seeded ? NULL : seed_new(run);
    run->seeded = false;
}
