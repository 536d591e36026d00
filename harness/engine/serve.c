#include "engine/serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/temp_folder.h"
#include "engine/case_phases.h"
#include "engine/gate.h"
#include "engine/serve_internal.h"
#include "engine/serve_join.h"
#include "engine/serve_order.h"
#include "engine/serve_table.h"

/* A client that is stopped has gone by then, or is given up. */
enum { STOP_MS = 5000 };

struct serve *serve_new(struct case_run *run, const struct responder *responder,
                        const struct client_starter *starter)
{
    struct serve *serve = mem_alloc(sizeof *serve);

    serve->run = run;
    serve->responder = responder;
    serve->starter = starter;
    serve->nearest.offset = BYTES_NONE;
    struct step *whole = arena_array(run->arena, run->steps.count + 1, sizeof *whole);
    struct step *steps = arena_array(run->arena, run->steps.count + 1, sizeof *steps);
    for (size_t i = 0; i < run->steps.count; i++) {
        whole[i] = run->steps.steps[i];
    }
    serve_join_lines(run->arena, whole, run->steps.count);
    run->steps.order = serve_order(run->arena, whole, run->steps.count);
    for (size_t i = 0; i < run->steps.count; i++) {
        steps[i] = whole[run->steps.order[i]];
    }
    run->steps.steps = steps;
    return serve;
}

static void leave_gate(struct serve *serve)
{
    if (serve->run->target->client.kind == CLIENT_LISTEN && serve->run->env->gate != NULL) {
        gate_close(serve->run->env->gate, serve->run);
    }
}

void serve_free(struct serve **serve_p)
{
    struct serve *serve = *serve_p;

    if (serve == NULL) {
        return;
    }
    leave_gate(serve);
    listener_free(&serve->mail);
    listener_free(&serve->pop3);
    serve_auth_free(serve);
    tls_context_free(&serve->tls);
    serve_links_deinit(serve);
    if (serve->child != NULL) {
        serve->starter->free(&serve->child);
    }
    if (serve->room != NULL) {
        serve->responder->close(serve->responder->self, serve->room);
    }
    temp_folder_remove(&serve->folder);
    offers_clear(&serve->verbs);
    offers_clear(&serve->verbs_inside);
    buf_deinit(&serve->nearest.expected);
    buf_deinit(&serve->nearest_came);
    buf_deinit(&serve->message);
    buf_deinit(&serve->output);
    buf_deinit(&serve->error_output);
    buf_deinit(&serve->error_text);
    free(serve->data_lines);
    free(serve);
    *serve_p = NULL;
}

const struct client_end *serve_client_end(const struct serve *serve)
{
    return serve->child_ended && !serve->child_runs ? &serve->end : NULL;
}

const struct offers *serve_verbs(const struct serve *serve)
{
    return &serve->verbs;
}

const struct offers *serve_verbs_inside(const struct serve *serve)
{
    return &serve->verbs_inside;
}

/* ---- Listening ---- */

enum protocol serve_mail_protocol(const struct serve *serve)
{
    const struct program *program = serve->run->program;
    bool lmtp = serve->run->target->client.speaks == PROTOCOL_LMTP;

    for (size_t i = 0; i < program->connection_count && serve->run->role == ROLE_BOTH; i++) {
        lmtp |= program->connections[i].protocol == PROTOCOL_LMTP;
    }
    return lmtp ? PROTOCOL_LMTP : PROTOCOL_SMTP;
}

static void mail_came(void *self, struct listener *listener)
{
    struct serve *serve = self;

    serve_accept(serve, listener, serve_mail_protocol(serve));
}

static void pop3_came(void *self, struct listener *listener)
{
    serve_accept(self, listener, PROTOCOL_POP3);
}

void serve_visit(struct serve *serve, struct listener *listener, enum protocol protocol)
{
    serve_accept(serve, listener, protocol);
}

void serve_refuse(struct serve *serve, enum verdict verdict, const char *reason)
{
    outcome_set(serve->run, verdict, reason);
    serve->run->outcome.not_reached = serve->run->steps.count > 0;
    serve->phase = SERVE_OVER;
    serve->run->env->wake(serve->run->env->self);
}

bool serve_waits_for_visit(const struct serve *serve)
{
    return serve->visits == 0 && serve->phase == SERVE_STEPS;
}

static bool speaks(const struct serve *serve, bool pop3)
{
    const struct program *program = serve->run->program;

    for (size_t i = 0; i < program->connection_count; i++) {
        if ((program->connections[i].protocol == PROTOCOL_POP3) == pop3) {
            return true;
        }
    }
    return program->connection_count == 0 &&
           (serve->run->target->client.speaks == PROTOCOL_POP3) == pop3;
}

static int listen_for(struct serve *serve)
{
    struct loop *loop = serve->run->env->config->loop;
    struct error error = {""};

    if (serve->run->target->client.kind == CLIENT_LISTEN) {
        return 0;
    }
    if (speaks(serve, false)) {
        serve->mail = listener_new_tcp(loop, "127.0.0.1", 0, mail_came, serve, &error);
    }
    if (speaks(serve, true)) {
        serve->pop3 = listener_new_tcp(loop, "127.0.0.1", 0, pop3_came, serve, &error);
    }
    if (error.text[0] != '\0') {
        outcome_set(serve->run, VERDICT_ERROR, error.text);
        return -1;
    }
    return 0;
}

/* ---- Begin, end ---- */

static const char *name_text(struct serve *serve, const char *name)
{
    struct bytes value;

    return vars_get(serve->run->vars, name, &value) ? arena_text(serve->run->arena, value) : NULL;
}

void serve_begin(struct serve *serve)
{
    struct case_run *run = serve->run;
    struct error error = {""};

    run->phase = PHASE_STEPS;
    run->before_line_one = run->steps.count > 0;
    struct responder_wish wish = {.program = run->program,
                                  .user = name_text(serve, "user"),
                                  .secret = name_text(serve, "secret"),
                                  .starttls = run->facts->insists_tls,
                                  .auth = run->facts->insists_auth,
                                  .error = &error};
    serve->room = serve->responder->open(serve->responder->self, &wish);
    if (serve->room == NULL) {
        struct buf why = {0};
        buf_printf(&why, "Given: %s", error.text);
        outcome_set(run, VERDICT_ERROR, buf_text(&why));
        buf_deinit(&why);
        serve->phase = SERVE_OVER;
        return;
    }
    if (listen_for(serve) != 0) {
        serve->phase = SERVE_OVER;
        return;
    }
    if (run->target->client.kind == CLIENT_LISTEN && gate_open(run->env->gate, run, &error) != 0) {
        serve_refuse(serve, VERDICT_UNSUPPORTED, error.text);
    } else if (serve->starter != NULL && serve_start_client(serve) != 0) {
        serve->phase = SERVE_OVER;
    }
}

void serve_close(struct serve *serve)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        if (serve->links[i].visitor != NULL) {
            visitor_close(serve->links[i].visitor);
        }
    }
}

enum step_result serve_stop(struct serve *serve)
{
    struct case_run *run = serve->run;

    run->begun = false;
    run->timed_out = false;
    serve_close(serve);
    serve_stop_client(serve);
    serve->phase = SERVE_STOP;
    run_wait(run, STOP_MS);
    return STEP_ENDS;
}

static void finish(struct serve *serve)
{
    struct case_run *run = serve->run;

    run->emitter.step = NULL;
    serve_close(serve);
    serve->phase = SERVE_OVER;
    case_finish(run);
    leave_gate(serve);
}

/* ---- Phases ---- */

static void emit_step(struct case_run *run, const struct step *step)
{
    run->emitter.step = frame_shown(&run->steps);
    if (run->emitter.step == NULL) {
        return;
    }
    struct event event = emit_event(&run->emitter, EVENT_STEP, step->connection);
    event.side = step->side;
    event.protocol = run_connection(run, step->connection)->protocol;
    emit(&run->emitter, &event);
}

/* Said or done where Start: says; a line of the client's is looked for by itself. */
static bool needs_start(const struct step *step)
{
    static const bool rows[STEP_KIND_COUNT] = {
        [STEP_REPLY] = true,        [STEP_BODY] = true,    [STEP_DATA] = true,
        [STEP_SEND_MESSAGE] = true, [STEP_CLOSE] = true,   [STEP_WAIT] = true,
        [STEP_RESET] = true,        [STEP_MESSAGE] = true, [STEP_TLS] = true,
        [STEP_TLS_FAILS] = true,    [STEP_PACE] = true,    [STEP_IF] = true,
        [STEP_SILENCE] = true};

    return rows[step->kind];
}

static enum step_result do_step(struct case_run *run, const struct step *step)
{
    const struct serve_row *row = serve_row(step->kind, step->side);

    if (!run->begun && needs_start(step)) {
        enum step_result there = serve_await_start(run->serve, step);
        if (there != STEP_DONE) {
            return there;
        }
    }
    if (!run->begun) {
        run->begun = true;
        run->timed_out = false;
        emit_step(run, step);
        return row->begin(run, step);
    }
    return step_go_on(run, step, row->changed, row->timed_out);
}

static enum step_result advance_steps(struct serve *serve)
{
    struct case_run *run = serve->run;

    if (run->steps.next >= run->steps.count) {
        run->begun = false;
        run->emitter.step = NULL;
        run->before_line_one = false;
        serve->phase = SERVE_REST;
        run_wait(run, run_reply_ms(run));
        return STEP_DONE;
    }
    size_t at = run->steps.next;
    enum step_result result = do_step(run, &run->steps.steps[at]);
    if (result == STEP_DONE) {
        run->begun = false;
        timer_stop(run->timer);
        run->steps.next++;
    } else if (result == STEP_ENDS) {
        run->outcome.not_reached = frame_goes_on(&run->steps) || run->before_line_one;
        return serve->phase == SERVE_STEPS ? serve_stop(serve) : STEP_ENDS;
    }
    return result;
}

/* The client may take its time to end; a connection that is silent for as long as a reply may take is ended by us. */
static enum step_result rest_timed_out(struct serve *serve)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf text = {0};

    mismatch.absolute = serve_has_nothing_to_wait_for(serve);
    run->timed_out = false;
    if (serve->starter == NULL) {
        finish(serve);
        return STEP_ENDS;
    }
    if (serve->visits == 0) {
        serve_does_not_come(serve);
        return serve_stop(serve);
    }
    buf_append_text(&text,
                    "behind the last line of the dialogue the client neither spoke nor ended in ");
    outcome_print_ms(&text, run->wait_ms);
    run_emit_timeout(run, buf_text(&text));
    buf_append_text(&text, ": it was stopped");
    (void)outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return serve_stop(serve);
}

static enum step_result advance_rest(struct serve *serve)
{
    struct case_run *run = serve->run;

    if (serve->starter == NULL) {
        if (serve_all_left(serve)) {
            finish(serve);
            return STEP_ENDS;
        }
    } else if (!serve->child_runs && serve_all_left(serve)) {
        serve_judge_end(serve);
        finish(serve);
        return STEP_ENDS;
    }
    return run->timed_out ? rest_timed_out(serve) : STEP_WAITS;
}

static enum step_result advance_stop(struct serve *serve)
{
    if (serve->child_runs && !serve->run->timed_out) {
        return STEP_WAITS;
    }
    finish(serve);
    return STEP_ENDS;
}

static enum step_result advance_phase(struct serve *serve)
{
    switch (serve->phase) {
    case SERVE_STEPS:
        return advance_steps(serve);
    case SERVE_REST:
        return advance_rest(serve);
    case SERVE_STOP:
        return advance_stop(serve);
    case SERVE_OVER:
        if (serve->run->phase != PHASE_OVER) {
            finish(serve);
        }
        return STEP_ENDS;
    }
    return STEP_ENDS;
}

void serve_advance(struct serve *serve)
{
    struct case_run *run = serve->run;
    bool moved = true;

    while (moved && run->phase != PHASE_OVER) {
        moved = serve_idle_links(serve);
        if (moved && serve->phase == SERVE_REST) {
            run_wait(run, run_reply_ms(run));
        }
        enum step_result result = advance_phase(serve);
        moved |= result != STEP_WAITS;
    }
}

bool serve_name(const struct serve *serve, const char *name, struct bytes *value_r)
{
    const struct case_run *run = serve->run;
    const struct step *step =
        run->steps.next < run->steps.count ? &run->steps.steps[run->steps.next] : NULL;
    const struct serve_link *link =
        step != NULL && step->connection > 0 ? &serve->links[step->connection - 1] : NULL;
    const struct visitor *visitor = link != NULL ? link->visitor : NULL;

    if (visitor == NULL) {
        return false;
    }
    if (strncmp(name, "ehlo:", 5) == 0) {
        return offers_get(&visitor->offers, name + 5, value_r);
    }
    if (strncmp(name, "tls:", 4) == 0) {
        return link->tls_names != NULL && vars_get(link->tls_names, name, value_r);
    }
    if (strcmp(name, "timestamp") == 0 && visitor->timestamp.n > 0) {
        *value_r = buf_bytes(&visitor->timestamp);
        return true;
    }
    return false;
}
