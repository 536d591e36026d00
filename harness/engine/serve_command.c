/*
 * The client's command lines: waiting for one, telling it from others, and what it means that it never comes.
 *
 * What differs from the line of the dialogue is answered off script, and the wait goes on; of those the nearest is kept for the
 * report. A client that leaves, ends or falls silent first never sent the line: FAIL. It is INCONCLUSIVE where the client did not even
 * come as far as Start: says, for then nothing of what the case is about was seen; ERROR when it died there.
 */
#include "base/escape.h"
#include "base/mem.h"
#include "engine/command_match.h"
#include "engine/expand.h"
#include "engine/serve_internal.h"
#include "proto/smtp_command.h"

/* How long a client that has closed its connection may take to end before we tell without its exit status. */
enum { LAST_WORDS_MS = 2000 };

/* ---- The connection ---- */

static bool may_come_again(const struct serve *serve, const struct step *step)
{
    const struct serve_link *link = &serve->links[step->connection - 1];

    return !link->began || serve_is_opened_again(serve, step->connection);
}

enum step_result serve_need_visitor(struct serve *serve, const struct step *step)
{
    struct serve_link *link = serve_link(serve, step);

    if (link->visitor != NULL && link->visitor->tls == VISITOR_NEGOTIATES) {
        return STEP_WAITS;
    }
    if (link->visitor != NULL && link->visitor->state == VISITOR_OPEN) {
        return STEP_DONE;
    }
    if (link->visitor != NULL && visitor_has_unread(link->visitor)) {
        return STEP_DONE; /* it left, but what it said is still there */
    }
    if (link->visitor != NULL && link->began) {
        return STEP_DONE; /* gone: the step finds out */
    }
    if (serve->starter == NULL && serve->visits == 0) {
        timer_stop(serve->run->timer); /* nobody knows when it comes */
        return STEP_WAITS;
    }
    if (serve->starter == NULL || serve->child_runs) {
        return STEP_WAITS;
    }
    if (serve->visits == serve->visits_before) {
        serve_never_came(serve);
        return STEP_ENDS;
    }
    if (link->visitor == NULL) {
        /* The dialogue needs one more connection than this client makes: it is started once more for it. */
        return serve_start_client(serve) == 0 ? STEP_WAITS : STEP_ENDS;
    }
    return STEP_DONE;
}

/* ---- Never sent ---- */

/* With the values that are known; else as it stands in the source. */
static void print_written(const struct serve *serve, const struct step *step, struct buf *out)
{
    const struct place *place = step->line_count > 0 ? &step->lines[0].place : &step->place;
    size_t column = place->column == 0 ? 0 : place->column - 1;
    struct buf text = {0};

    bool known = step->line_count > 0 && step->lines[0].compare != COMPARE_REGEX &&
                 expand_text(&text, &step->lines[0].text, &serve->run->scope, NULL) == 0;
    buf_append(out, known ? buf_bytes(&text)
                          : bytes_slice(place->source, column, column + place->width));
    buf_deinit(&text);
}

/* Of the line only what tells it: "MAIL", "<close connection>". */
static void print_what(const struct serve *serve, const struct step *step, struct buf *out)
{
    static const char *const names[STEP_KIND_COUNT] = {
        [STEP_RESPONSE] = "a SASL response",
        [STEP_DATA] = "the message data",
        [STEP_SEND_MESSAGE] = "the message data",
        [STEP_MESSAGE] = "the message data",
        [STEP_CHUNK] = "the octets of the chunk",
        [STEP_OPEN] = "<open connection>",
        [STEP_CLOSE] = "<close connection>",
        [STEP_RESET] = "<reset connection>",
        [STEP_TLS] = "its part of the TLS handshake",
        [STEP_TLS_FAILS] = "its part of the TLS handshake",
        [STEP_AUTHENTICATE] = "the login",
    };
    struct buf written = {0};
    struct bytes word = {0};

    print_written(serve, step, &written);
    struct bytes rest = buf_bytes(&written);
    if (step->side == SIDE_SERVER || step->kind == STEP_SILENCE) {
        buf_append_text(out, "what leads to it");
    } else if (names[step->kind] != NULL) {
        buf_append_text(out, names[step->kind]);
    } else if (step->kind == STEP_COMMAND && step->lines[0].compare == COMPARE_REGEX) {
        buf_append_text(out, "what matches ");
        buf_append(out, buf_bytes(&written)); /* its backslashes are its own */
    } else if (step->kind == STEP_COMMAND && bytes_next_word(&rest, &word)) {
        escape_append(out, word, ESCAPE_UTF8);
    } else {
        escape_append(out, buf_bytes(&written), ESCAPE_UTF8);
    }
    buf_deinit(&written);
}

static void print_nearest(struct serve *serve, struct mismatch *mismatch)
{
    if (serve->nearest_came.n > 0) {
        mismatch->actual = buf_bytes(&serve->nearest_came);
        mismatch->offset = serve->nearest.offset;
        if (serve->nearest.expected.n > 0) {
            mismatch->expected = buf_bytes(&serve->nearest.expected);
        }
    }
}

/* By itself, not because it was told to. */
static bool died(const struct serve *serve)
{
    const struct client_end *end = serve_client_end(serve);

    return end != NULL && !end->killed && (end->signal != 0 || end->timed_out || end->flooded);
}

/* Another connection than the one that came. */
static bool is_absent(const struct serve_link *link, const struct step *step)
{
    return link->visitor == NULL || step->kind == STEP_OPEN;
}

enum step_result serve_never_sent(struct serve *serve, const struct step *step, const char *why)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};
    struct buf actual = {0};
    struct buf text = {0};

    /* One that runs by itself comes when it likes, and need not come again. */
    if (serve->starter == NULL && is_absent(serve_link(serve, step), step)) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
    }
    /* It need not know the mechanism, and there is no other way to find out. */
    if (step->kind == STEP_AUTHENTICATE && run->role == ROLE_SERVER &&
        !serve_auth_has_begun(serve)) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
    }
    run->before_line_one = !serve_start_reached(serve, step->connection);
    if (run->before_line_one && died(serve)) {
        mismatch.verdict = VERDICT_ERROR; /* it tells nothing of the rules, but of a crash */
    }
    if (step->line_count > 0) {
        print_written(serve, step, &expected);
    } else {
        print_what(serve, step,
                   &expected); /* the source has but the speaker of a direction there */
    }
    mismatch.place = step->line_count > 0 ? step->lines[0].place : step->place;
    mismatch.expected = buf_bytes(&expected);
    if (serve_link(serve, step)->visitor != NULL) {
        visitor_unfinished(serve_link(serve, step)->visitor, &actual);
        mismatch.actual = buf_bytes(&actual);
    }
    print_nearest(serve, &mismatch);
    bool nearly = serve->nearest_came.n > 0;
    buf_append_text(&text, nearly ? "the client said " : "the client never sent ");
    print_what(serve, step, &text);
    buf_append_text(&text, nearly ? ", but not as it is written" : "");
    buf_printf(&text, "%s%s", why[0] == '\0' ? "" : nearly ? "; then " : ": ", why);
    serve_excuse(serve, &mismatch, &text);
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    buf_deinit(&expected);
    buf_deinit(&actual);
    return result == STEP_DONE ? STEP_DONE : STEP_ENDS;
}

/* The client has closed: its exit status says more, when it comes soon. */
enum step_result serve_left(struct serve *serve, const struct step *step)
{
    struct case_run *run = serve->run;
    struct visitor *visitor = serve_link(serve, step)->visitor;
    struct buf why = {0};

    if (visitor != NULL && visitor->state == VISITOR_LEFT) {
        visitor_close(visitor); /* our direction, too: it may wait for that */
    }
    if (serve->child_runs && !serve->waits_for_child) {
        serve->waits_for_child = true;
        run_wait(run, may_come_again(serve, step) ? run_reply_ms(run) : LAST_WORDS_MS);
        return STEP_WAITS;
    }
    if (serve->child_runs && !run->timed_out && serve->waits_for_child) {
        return STEP_WAITS;
    }
    serve->waits_for_child = false;
    bool told = serve_print_tls_failure(serve_link(serve, step), &why);
    if (!told && visitor != NULL && visitor->state == VISITOR_CLOSED) {
        buf_append_text(&why, visitor->quit_answered ? "it said QUIT" : "we closed the connection");
    } else if (!told && visitor != NULL) {
        buf_append_text(&why, visitor->end == CONN_END_RESET ? "it reset the connection"
                                                             : "it closed the connection");
    }
    serve_print_end(serve, &why);
    enum step_result result = serve_never_sent(serve, step, buf_text(&why));
    buf_deinit(&why);
    return result;
}

/* C?: the dialogue goes on without it, whether the client leaves or falls silent. */
static bool may_be_left_out(const struct serve *serve, const struct step *step)
{
    return step->line_count > 0 && (step->lines[0].flags & LINE_OPTIONAL) != 0 &&
           serve_start_reached(serve, step->connection);
}

enum step_result serve_command_timed_out(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    const struct serve_link *link = serve_link(serve, step);
    struct buf why = {0};

    if (serve->waits_for_child) {
        run->timed_out = true;
        enum step_result result = serve_left(serve, step);
        run->timed_out = false;
        return result;
    }
    if (may_be_left_out(serve, step)) {
        serve_skip(serve);
        return STEP_DONE;
    }
    buf_append_text(&why, link->visitor == NULL ? "it did not connect in "
                          : link->visitor->waits_for_reader
                              ? "it did not read what it was told for "
                              : "it said nothing for ");
    outcome_print_ms(&why, run->wait_ms);
    run_emit_timeout(run, buf_text(&why));
    if (link->visitor == NULL && serve->visits == 0 && serve->starter != NULL) {
        serve_does_not_come(serve);
        buf_deinit(&why);
        return STEP_ENDS;
    }
    enum step_result result = serve_never_sent(serve, step, buf_text(&why));
    buf_deinit(&why);
    return result;
}

/* ---- C!: ---- */

enum step_result serve_never(struct case_run *run, const struct step *step)
{
    struct serve_link *link = serve_link(run->serve, step);

    link->never = mem_grow(link->never, link->never_count, &link->never_capacity,
                           sizeof(const struct step *));
    link->never[link->never_count++] = step;
    return STEP_DONE;
}

static enum step_result said_never(struct serve *serve, const struct step *step,
                                   const struct unit *unit)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};

    buf_append_text(&expected, "not ");
    print_written(serve, step, &expected);
    mismatch.place = step->lines[0].place;
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = unit->octets;
    mismatch.offset = 0;
    mismatch.final = false;
    enum step_result result =
        outcome_mismatch(serve->run, &mismatch, "the client said what it must not say here");
    buf_deinit(&expected);
    return result;
}

enum step_result serve_check_never(struct serve *serve, struct serve_link *link,
                                   const struct unit *unit)
{
    for (size_t i = 0; i < link->never_count && unit->kind == UNIT_COMMAND; i++) {
        struct command_matching matching = {.line = &link->never[i]->lines[0],
                                            .raw = unit->octets,
                                            .protocol = link->visitor->protocol,
                                            .scope = &serve->run->scope};
        if (command_match(&matching, NULL, NULL) == LINE_MATCH) {
            return said_never(serve, link->never[i], unit);
        }
    }
    return STEP_DONE;
}

/* ---- One line ---- */

/* The last part of the skipped step: the replies that belong to it. */
void serve_skip(struct serve *serve)
{
    struct frame *frame = &serve->run->steps;
    unsigned connection = frame->steps[frame->next].connection;

    while (frame->next + 1 < frame->count) {
        const struct step *next = &frame->steps[frame->next + 1];
        bool is_answer = next->kind == STEP_REPLY || next->kind == STEP_BODY ||
                         next->kind == STEP_WITHIN || next->kind == STEP_COMMENTARY;
        if (next->connection != connection || !is_answer) {
            return;
        }
        frame->next++;
    }
}

static void keep_nearest(struct serve *serve, const struct command_matching *matching,
                         struct line_difference *difference)
{
    if (!command_same_verb(matching) || serve->nearest_came.n > 0) {
        return;
    }
    buf_append(&serve->nearest_came, bytes_slice(matching->raw, 0, 1024));
    serve->nearest.offset = difference->offset;
    buf_append(&serve->nearest.expected, buf_bytes(&difference->expected));
}

static void forget_nearest(struct serve *serve)
{
    buf_clear(&serve->nearest_came);
    buf_clear(&serve->nearest.expected);
}

static void begin_chunk(struct visitor *visitor, const struct unit *unit, const struct step *next)
{
    struct smtp_command command = smtp_command_read(bytes_trim_right(unit->octets));
    struct smtp_chunk chunk;

    if (command.verb == SMTP_BDAT && next != NULL && next->kind == STEP_CHUNK &&
        smtp_chunk_read(command.argument, &chunk)) {
        visitor->chunk_octets = chunk.octets;
        visitor->next = UNIT_CHUNK;
        visitor->data_cut = false;
        buf_clear(&visitor->data);
    }
}

static enum step_result take_unit(struct serve *serve, const struct step *step,
                                  const struct unit *unit)
{
    struct case_run *run = serve->run;
    struct serve_link *link = serve_link(serve, step);
    struct command_matching matching = {.line = &step->lines[0],
                                        .raw = unit->octets,
                                        .protocol = link->visitor->protocol,
                                        .is_response = step->kind == STEP_RESPONSE,
                                        .scope = &run->scope};
    struct line_difference difference = {.offset = BYTES_NONE};
    struct error error = {""};
    bool right_kind = serve_start_reached(serve, step->connection) &&
                      ((unit->kind == UNIT_COMMAND && step->kind == STEP_COMMAND) ||
                       (unit->kind == UNIT_RESPONSE && step->kind == STEP_RESPONSE));
    enum line_match match =
        right_kind ? command_match(&matching, &difference, &error) : LINE_DIFFERS;
    enum step_result result = STEP_WAITS;

    if (match == LINE_MATCH_ERROR) {
        struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
        mismatch.place = step->lines[0].place;
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (match == LINE_MATCH) {
        const struct frame *frame = &run->steps;
        link->began = true;
        run->before_line_one = false;
        forget_nearest(serve);
        link->never_count = 0;
        (void)serve_name_unit(link, unit);
        begin_chunk(link->visitor, unit,
                    frame->next + 1 < frame->count ? &frame->steps[frame->next + 1] : NULL);
        result = STEP_DONE;
    } else if ((step->lines[0].flags & LINE_OPTIONAL) != 0 && right_kind) {
        visitor_put_back(link->visitor);
        serve_skip(serve);
        result = STEP_DONE;
    } else {
        if (right_kind) {
            keep_nearest(serve, &matching, &difference);
        }
        result = serve_check_never(serve, link, unit);
        if (result == STEP_DONE) {
            result = serve_off_script(serve, step, unit);
        }
        result = result == STEP_DONE ? STEP_WAITS : result;
    }
    buf_deinit(&difference.expected);
    return result;
}

enum step_result serve_command_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, run_reply_ms(run));
    forget_nearest(run->serve);
    run->serve->waits_for_child = false;
    return serve_command_changed(run, step);
}

enum step_result serve_too_long(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct visitor *visitor = serve_link(run->serve, step)->visitor;
    struct buf actual = {0};

    visitor_unfinished(visitor, &actual);
    mismatch.place = step->place;
    mismatch.actual = bytes_slice(buf_bytes(&actual), 0, 1024);
    visitor_close(visitor);
    enum step_result result = outcome_mismatch(
        run, &mismatch, "the client sent a line of more than 1 MiB without an end");
    buf_deinit(&actual);
    return result;
}

static enum step_result answer_start(struct serve *serve, const struct step *step)
{
    struct serve_link *link = serve_link(serve, step);

    while (!serve_start_reached(serve, step->connection)) {
        enum step_result result = serve_need_visitor(serve, step);
        if (result != STEP_DONE) {
            return result;
        }
        switch (link->visitor == NULL ? VISITOR_TAKE_ENDED : serve_take(serve, link)) {
        case VISITOR_TAKE_NOTHING:
            return STEP_WAITS;
        case VISITOR_TAKE_TOO_LONG:
            return serve_too_long(serve->run, step);
        case VISITOR_TAKE_ENDED:
            return serve_left(serve, step);
        case VISITOR_TAKE_UNIT:
            break;
        }
        serve_respond(serve, link, &link->visitor->unit);
        run_wait(serve->run, run_reply_ms(serve->run));
    }
    return STEP_DONE;
}

enum step_result serve_await_start(struct serve *serve, const struct step *step)
{
    struct case_run *run = serve->run;
    enum step_result result;

    if (serve_start_reached(serve, step->connection)) {
        result = STEP_DONE;
    } else if (serve->awaits_start && run->timed_out) {
        result = serve_command_timed_out(run, step);
    } else {
        if (!serve->awaits_start) {
            run_wait(run, run_reply_ms(run));
            serve->waits_for_child = false;
        }
        serve->awaits_start = true;
        result = answer_start(serve, step);
    }
    serve->awaits_start = result == STEP_WAITS;
    return result;
}

enum step_result serve_command_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);

    if (link->replaced) {
        return serve_left(serve, step); /* the line was due on the connection before */
    }
    for (;;) {
        enum step_result result = serve_need_visitor(serve, step);
        if (result != STEP_DONE) {
            return result;
        }
        switch (link->visitor == NULL ? VISITOR_TAKE_ENDED : serve_take(serve, link)) {
        case VISITOR_TAKE_NOTHING:
            return STEP_WAITS;
        case VISITOR_TAKE_TOO_LONG:
            return serve_too_long(run, step);
        case VISITOR_TAKE_ENDED:
            if (may_be_left_out(serve, step)) {
                serve_skip(serve);
                return STEP_DONE;
            }
            return serve_left(serve, step);
        case VISITOR_TAKE_UNIT:
            break;
        }
        result = take_unit(serve, step, &link->visitor->unit);
        if (result != STEP_WAITS) {
            return result;
        }
        run_wait(run, run_reply_ms(run)); /* it spoke: its time begins anew */
    }
}
