/*
 * The connections of a case that plays the server: which of the dialogue's each of them is, and what the responder answers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "engine/about.h"
#include "engine/serve_internal.h"
#include "proto/smtp_command.h"

enum { SHOWN_COMMAND = 60, IDLE_US = 2 * 1000 * 1000 };

struct serve_link *serve_link(struct serve *serve, const struct step *step)
{
    return &serve->links[step->connection - 1];
}

/* ---- Whose connection it is ---- */

bool serve_is_due(const struct serve *serve, unsigned number)
{
    const struct frame *steps = &serve->run->steps;

    for (size_t i = steps->next; i < steps->count; i++) {
        enum step_kind kind = steps->steps[i].kind;
        bool speaks = kind != STEP_EXIT && kind != STEP_STORE && kind != STEP_COMMENTARY &&
                      kind != STEP_END && kind != STEP_JUDGE && kind != STEP_NEVER;
        if (steps->steps[i].connection == number && speaks) {
            return true;
        }
    }
    return false;
}

bool serve_is_opened_again(const struct serve *serve, unsigned number)
{
    const struct frame *steps = &serve->run->steps;

    for (size_t i = steps->next; i < steps->count; i++) {
        if (steps->steps[i].connection == number && steps->steps[i].kind == STEP_OPEN) {
            return true;
        }
    }
    return false;
}

static bool is_gone(const struct serve_link *link)
{
    return link->visitor == NULL || link->visitor->state != VISITOR_OPEN ||
           link->visitor->tls == VISITOR_TLS_FAILED;
}

static bool is_wanted(const struct serve *serve, unsigned number, enum protocol protocol)
{
    const struct program_connection *known = run_connection(serve->run, number);
    const struct serve_link *link = &serve->links[number - 1];
    bool fits = (known->protocol == PROTOCOL_POP3) == (protocol == PROTOCOL_POP3);
    bool free = link->visitor == NULL || (!link->began && is_gone(link)) ||
                (is_gone(link) && serve_is_opened_again(serve, number));

    return fits && free && serve_is_due(serve, number);
}

/* The connection that the dialogue comes to first, of those that are not there yet; 0: all are. */
static unsigned number_for(const struct serve *serve, enum protocol protocol)
{
    const struct frame *steps = &serve->run->steps;

    for (size_t i = steps->next; i < steps->count; i++) {
        unsigned number = steps->steps[i].connection;
        if (number > 0 && is_wanted(serve, number, protocol)) {
            return number;
        }
    }
    return 0;
}

/* Does the dialogue greet, on the connection that is opened now? Else the responder does. */
static bool greets_itself(const struct serve *serve, unsigned number)
{
    const struct frame *steps = &serve->run->steps;
    const struct serve_link *link = &serve->links[number - 1];

    if (!link->began) {
        return run_connection(serve->run, number)->start == START_CONNECT &&
               serve->run->program->connection_count > 0;
    }
    /* The dialogue may not have come to the end of the connection before: what counts stands behind the opening. */
    bool opened = false;
    for (size_t i = steps->next; i < steps->count; i++) {
        const struct step *step = &steps->steps[i];
        bool speaks = step->kind != STEP_OPEN && step->kind != STEP_COMMENTARY;
        if (step->connection == number && opened && speaks) {
            return step->side == SIDE_SERVER;
        }
        opened |= step->connection == number && step->kind == STEP_OPEN;
    }
    return false;
}

static void greet(struct serve *serve, struct serve_link *link, struct bytes greeting)
{
    static const struct unit nothing = {.kind = UNIT_COMMAND};

    visitor_say(link->visitor, greeting);
    (void)visitor_flush(link->visitor);
    serve_note_answer(serve, link, &nothing, greeting);
}

static void on_change(void *self)
{
    struct serve *serve = self;

    serve->run->env->wake(serve->run->env->self);
}

static void free_visitor(struct serve *serve, struct serve_link *link)
{
    if (link->visitor != NULL && link->visitor->talk != NULL) {
        serve->responder->end(&link->visitor->talk);
    }
    visitor_free(&link->visitor);
    vars_free(&link->tls_names);
    while (link->named != NULL) {
        serve_drop_named(link);
    }
}

unsigned serve_last_number(const struct serve *serve)
{
    unsigned last = 0;

    for (size_t i = 0; i < serve->run->program->connection_count; i++) {
        unsigned number = serve->run->program->connections[i].number;
        last = number > last ? number : last;
    }
    return last;
}

/* Our own other side begins TLS where the dialogue says so. */
static bool is_implicit(const struct serve *serve, enum protocol protocol)
{
    return serve->run->role != ROLE_BOTH &&
           serve_is_implicit(&serve->run->target->client, protocol);
}

/* What the dialogue may still have to say of the one before. */
static void replace(struct serve_link *link)
{
    struct visitor *visitor = link->visitor;

    link->replaced = true;
    link->replaced_end = visitor->end;
    free(link->replaced_tls);
    link->replaced_tls = NULL;
    if (visitor->tls == VISITOR_TLS_FAILED) {
        link->replaced_tls = visitor->tls_facts;
        visitor->tls_facts = NULL;
    }
}

void serve_accept(struct serve *serve, struct listener *listener, enum protocol protocol)
{
    unsigned number = number_for(serve, protocol);
    bool other = number == 0;
    struct buf greeting = {0};

    if (other) {
        unsigned beyond = serve_last_number(serve) + 1 + serve->others % 8;
        number = beyond < CASE_MAX_CONNECTIONS ? beyond : CASE_MAX_CONNECTIONS;
        serve->others++;
    }
    struct serve_link *link = &serve->links[number - 1];
    bool scripted = !other && greets_itself(serve, number);
    if (!other && link->began && link->visitor != NULL) {
        replace(link);
    }
    free_visitor(serve, link);
    link->progress = PROGRESS_NONE;
    link->scripted_greeting = scripted;
    link->greeted = false;
    link->turned_away = false;
    link->visit = ++serve->visits;
    link->visitor = visitor_new(listener, protocol, number, &serve->run->emitter, on_change, serve);
    if (link->visitor == NULL) {
        return;
    }
    link->tls_told = false;
    link->logged_in = false;
    link->asked = false;
    if (serve->starter == NULL) {
        run_wait(serve->run, run_reply_ms(serve->run)); /* its time begins now */
    }
    link->visitor->talk = serve->responder->begin(serve->room, protocol, &greeting);
    if (is_implicit(serve, protocol) && !serve_begin_tls(serve, link)) {
        buf_deinit(&greeting);
        on_change(serve);
        return;
    }
    if (!scripted) {
        greet(serve, link, buf_bytes(&greeting));
    }
    buf_deinit(&greeting);
    on_change(serve);
}

void serve_adopt(struct serve *serve, struct visitor *visitor)
{
    struct serve_link *link = &serve->links[0];
    struct buf greeting = {0};

    free_visitor(serve, link);
    link->visit = ++serve->visits;
    link->visitor = visitor;
    link->greeted = true;
    visitor->emitter = &serve->run->emitter;
    visitor->number = 1;
    visitor->changed = on_change;
    visitor->self = serve;
    visitor->talk = serve->responder->begin(serve->room, visitor->protocol, &greeting);
    serve_note_secured(serve, link);
    buf_deinit(&greeting);
    run_wait(serve->run, run_reply_ms(serve->run));
    on_change(serve);
}

void serve_catch_up(struct serve *serve, struct bytes unit)
{
    struct serve_link *link = &serve->links[0];
    struct unit said = {.kind = UNIT_COMMAND, .octets = unit};
    struct buf answer = {0};

    serve->responder->answer(link->visitor->talk, unit, &answer);
    serve_note_said(serve, link, &said, buf_bytes(&answer));
    buf_deinit(&answer);
}

/* ---- Start: ---- */

/* The dialogue of that connection begins with EHLO, HELO or LHLO. */
static bool dialogue_greets(const struct program *program, unsigned number)
{
    const struct step *first = NULL;

    for (size_t i = 0; i < program->step_count && first == NULL; i++) {
        const struct step *step = &program->steps[i];
        first = step->connection == number && step->kind == STEP_COMMAND ? step : NULL;
    }
    if (first == NULL || first->lines[0].text.count == 0) {
        return false;
    }
    enum smtp_verb verb = smtp_command_read(first->lines[0].text.pieces[0].octets).verb;
    return verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO;
}

/* Inside TLS, and greeted there unless the dialogue does that itself. */
static bool reached_tls(const struct serve *serve, unsigned number)
{
    const struct serve_link *link = &serve->links[number - 1];
    const struct program_connection *known = run_connection(serve->run, number);

    return link->visitor != NULL && link->visitor->tls == VISITOR_SECURED &&
           (link->progress >= PROGRESS_HELLO || known->protocol == PROTOCOL_POP3 ||
            dialogue_greets(serve->run->program, number));
}

/*
 * A client that does not go on without TLS gets it first, in a dialogue that is about something else: the dialogue goes on inside.
 * A greeting of the dialogue comes before, and one that refuses is heard in clear text.
 */
static bool awaits_tls(const struct serve *serve, unsigned number)
{
    const struct case_run *run = serve->run;
    const struct serve_link *link = &serve->links[number - 1];

    return run->facts->insists_tls && link->visitor != NULL && link->visitor->greeted &&
           !link->turned_away && link->visitor->tls != VISITOR_SECURED && !about_tls(run->program);
}

bool serve_start_reached(const struct serve *serve, unsigned number)
{
    static const enum progress wanted[START_COUNT] = {
        [START_EHLO] = PROGRESS_HELLO,
        [START_MAIL] = PROGRESS_MAIL,
        [START_RCPT] = PROGRESS_RCPT,
        [START_DATA] = PROGRESS_DATA,
        [START_POP3_TRANSACTION] = PROGRESS_LOGIN,
    };
    enum start start = run_connection(serve->run, number)->start;
    const struct serve_link *link = &serve->links[number - 1];

    if (awaits_tls(serve, number)) {
        return false;
    }
    if (link->began) {
        return true;
    }
    return start == START_TLS    ? reached_tls(serve, number)
           : start == START_AUTH ? link->logged_in
                                 : link->progress >= wanted[start];
}

/* ---- Off-script ---- */

static void print_command(struct buf *out, const struct unit *unit)
{
    switch (unit->kind) {
    case UNIT_COMMAND:
        escape_append(out, bytes_slice(bytes_trim_right(unit->octets), 0, SHOWN_COMMAND),
                      ESCAPE_UTF8);
        break;
    case UNIT_RESPONSE:
        buf_append_text(out, "a SASL response");
        break;
    case UNIT_DATA:
        buf_append_text(out, "message data");
        break;
    case UNIT_CHUNK:
        buf_append_text(out, "a chunk");
        break;
    }
}

enum step_result serve_off_script(struct serve *serve, const struct step *step,
                                  const struct unit *unit)
{
    struct case_run *run = serve->run;
    struct serve_link *link = serve_link(serve, step);
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    bool started = serve_start_reached(serve, step->connection);
    struct buf text = {0};
    enum step_result result = STEP_DONE;

    print_command(&text, unit);
    if (started && run->program->off_script_fails) {
        mismatch.place = step->line_count > 0 ? step->lines[0].place : step->place;
        mismatch.expected = bytes_slice(mismatch.place.source, mismatch.place.column - 1,
                                        mismatch.place.column - 1 + mismatch.place.width);
        mismatch.actual = unit->octets;
        mismatch.offset = 0;
        result =
            outcome_mismatch(run, &mismatch, "the client went off the script: %s", buf_text(&text));
    } else {
        if (link->began && serve_is_patient(serve)) {
            emit_note(&run->emitter, step->connection,
                      "off script, answered as a conforming server does: %s", buf_text(&text));
        }
        if (link->named != NULL) {
            serve_name_unit(link, unit)->off_script = true;
        } else {
            serve_respond(serve, link, unit);
        }
    }
    buf_deinit(&text);
    return result;
}

/* ---- Those that nobody waits for ---- */

/* The dialogue has no line left for it; what it must not say it must not say even so. */
static void respond_rest(struct serve *serve, struct serve_link *link)
{
    const struct unit *unit = &link->visitor->unit;

    (void)serve_check_never(serve, link, unit);
    serve_respond(serve, link, unit);
}

static bool answer_rest(struct serve *serve, struct serve_link *link)
{
    struct visitor *visitor = link->visitor;
    bool moved = false;

    while (link->named != NULL && visitor->state == VISITOR_OPEN &&
           !serve_tls_is_due(serve, link)) {
        serve_respond_named(serve, link);
        moved = true;
    }
    while (visitor->state == VISITOR_OPEN || visitor_has_unread(visitor)) {
        enum visitor_take take = serve_take(serve, link);
        if (take == VISITOR_TAKE_TOO_LONG) {
            visitor_close(visitor);
        }
        if (take != VISITOR_TAKE_UNIT) {
            break;
        }
        moved = true;
        respond_rest(serve, link);
    }
    return moved;
}

/* A connection comes as far as Start: says also while the dialogue is on another one. */
static bool answer_start(struct serve *serve, unsigned number)
{
    struct serve_link *link = &serve->links[number - 1];
    const struct frame *steps = &serve->run->steps;
    bool moved = false;

    if (steps->next < steps->count && steps->steps[steps->next].connection == number) {
        return false;
    }
    while (link->visitor->state == VISITOR_OPEN && !serve_start_reached(serve, number) &&
           serve_take(serve, link) == VISITOR_TAKE_UNIT) {
        serve_respond(serve, link, &link->visitor->unit);
        moved = true;
    }
    return moved;
}

/* Lines that stand behind a wait for the client's end are not for the connections that it has to end first. */
static bool is_to_end(const struct serve *serve, unsigned number)
{
    const struct frame *steps = &serve->run->steps;
    const struct step *step = steps->next < steps->count ? &steps->steps[steps->next] : NULL;
    bool waits =
        step != NULL && serve->run->begun && (step->kind == STEP_EXIT || step->kind == STEP_STORE);

    return waits && (step->connection == number || serve->links[number - 1].began);
}

static bool idle_link(struct serve *serve, unsigned number)
{
    struct serve_link *link = &serve->links[number - 1];
    bool moved = false;

    if (link->visitor != NULL && serve->phase == SERVE_STEPS && serve_is_due(serve, number) &&
        !is_to_end(serve, number)) {
        return answer_start(serve, number);
    }
    if (link->visitor == NULL || link->visitor->state == VISITOR_CLOSED ||
        link->visitor->out.n > 0) {
        return false;
    }
    if (link->visitor->talk != NULL && serve->responder->is_over(link->visitor->talk)) {
        bool was_open = link->visitor->state == VISITOR_OPEN;
        visitor_close(link->visitor);
        return was_open;
    }
    moved = answer_rest(serve, link);
    if (link->visitor->state == VISITOR_LEFT) {
        visitor_close(link->visitor); /* our direction, too */
    }
    return moved;
}

bool serve_idle_links(struct serve *serve)
{
    bool moved = false;

    if (serve->phase != SERVE_STEPS && serve->phase != SERVE_REST) {
        return false;
    }
    for (unsigned number = 1; number <= CASE_MAX_CONNECTIONS; number++) {
        moved |= idle_link(serve, number);
    }
    return moved;
}

bool serve_all_left(const struct serve *serve)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        if (serve->links[i].visitor != NULL && serve->links[i].visitor->state == VISITOR_OPEN) {
            return false;
        }
    }
    return true;
}

bool serve_has_nothing_to_wait_for(const struct serve *serve)
{
    int64_t now_us = loop_now_us(serve->run->env->config->loop);
    bool idle = serve_all_left(serve);

    for (size_t i = 0; i < CASE_MAX_CONNECTIONS && idle; i++) {
        const struct visitor *visitor = serve->links[i].visitor;
        idle = visitor == NULL || now_us - visitor->gone_us > IDLE_US;
    }
    return idle;
}

void serve_links_deinit(struct serve *serve)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        free_visitor(serve, &serve->links[i]);
        free(serve->links[i].never);
        free(serve->links[i].replaced_tls);
    }
}
