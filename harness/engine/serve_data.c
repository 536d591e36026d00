/*
 * The client's message data and chunks (RFC 5321 4.1.1.4, RFC 3030): taken whole. <message {{m}}> captures the content: unstuffed,
 * without the final dot.
 */
#include "base/mem.h"
#include "engine/serve_internal.h"

static void add_lines(struct serve *serve, const struct step *step)
{
    for (size_t i = 0; i < step->line_count; i++) {
        serve->data_lines = mem_grow(serve->data_lines, serve->data_count, &serve->data_capacity,
                                     sizeof(const struct line *));
        serve->data_lines[serve->data_count++] = &step->lines[i];
    }
}

/* Message data that a direction interrupts goes on behind it: the step that ends it takes all. */
static bool goes_on(const struct case_run *run, const struct step *step)
{
    const struct frame *frame = &run->steps;

    for (size_t i = frame->next + 1; i < frame->count; i++) {
        const struct step *next = &frame->steps[i];
        if (next->connection != step->connection || next->kind == STEP_COMMENTARY) {
            continue;
        }
        if (next->kind == STEP_DATA) {
            return true;
        }
        if (next->kind == STEP_REPLY || next->kind == STEP_COMMAND) {
            return false;
        }
    }
    return false;
}

enum step_result serve_data_begin(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    const struct serve_link *link = serve_link(serve, step);
    const struct visitor *visitor = link->visitor;

    if (!link->replaced && (visitor == NULL || visitor->next != UNIT_DATA)) {
        emit_note(&run->emitter, step->connection,
                  "the answer to DATA was not 354: no message data comes");
        serve_skip(serve);
        return STEP_DONE;
    }
    add_lines(serve, step);
    if (step->kind == STEP_DATA && goes_on(run, step)) {
        return STEP_DONE;
    }
    run_wait(run, run_reply_ms(run));
    serve->waits_for_child = false;
    return serve_data_changed(run, step);
}

static enum step_result take_message(struct case_run *run, const struct step *step,
                                     const struct visitor *visitor)
{
    const struct unit *unit = &visitor->unit;

    if (visitor->data_cut) {
        emit_note(&run->emitter, step->connection,
                  "of the message data only the first %d octets are looked at", VISITOR_MAX_DATA);
    }
    if (unit->kind != UNIT_CHUNK) { /* the reply is that of its BDAT */
        (void)serve_name_unit(serve_link(run->serve, step), unit);
    }
    if (step->kind == STEP_MESSAGE && step->text.count == 1) {
        vars_set(run->vars, step->text.pieces[0].name, unit->content);
    }
    enum step_result result =
        step->kind == STEP_DATA ? serve_compare_data(run->serve, unit) : STEP_DONE;
    run->serve->data_count = 0;
    return result;
}

enum step_result serve_data_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    bool gone = link->replaced || link->visitor == NULL; /* one that came behind it says no data */

    switch (gone ? VISITOR_TAKE_ENDED : serve_take(serve, link)) {
    case VISITOR_TAKE_NOTHING:
        return STEP_WAITS;
    case VISITOR_TAKE_UNIT:
        return take_message(run, step, link->visitor);
    case VISITOR_TAKE_TOO_LONG:
    case VISITOR_TAKE_ENDED:
        break;
    }
    if (step->line_count > 0 && (step->lines[0].flags & LINE_OPTIONAL) != 0) {
        serve_skip(serve); /* it may be missing, and the client has left */
        return STEP_DONE;
    }
    if (serve->child_runs && !serve->waits_for_child) {
        serve->waits_for_child = true;
        run_wait(run, 2000);
        return STEP_WAITS;
    }
    if (serve->child_runs && !run->timed_out) {
        return STEP_WAITS;
    }
    struct buf why = {0};
    buf_append_text(&why, "it closed the connection within it");
    serve_print_end(serve, &why);
    enum step_result result = serve_never_sent(serve, step, buf_text(&why));
    buf_deinit(&why);
    return result;
}

enum step_result serve_data_timed_out(struct case_run *run, const struct step *step)
{
    struct buf why = {0};

    if (run->serve->waits_for_child) {
        run->timed_out = true;
        enum step_result result = serve_data_changed(run, step);
        run->timed_out = false;
        return result;
    }
    buf_append_text(&why, "its end did not come in ");
    outcome_print_ms(&why, run->wait_ms);
    run_emit_timeout(run, buf_text(&why));
    enum step_result result = serve_never_sent(run->serve, step, buf_text(&why));
    buf_deinit(&why);
    return result;
}

enum step_result serve_chunk_begin(struct case_run *run, const struct step *step)
{
    const struct visitor *visitor = serve_link(run->serve, step)->visitor;

    if (visitor == NULL || (visitor->next != UNIT_CHUNK && !visitor->held)) {
        return STEP_DONE;
    }
    run_wait(run, run_reply_ms(run));
    run->serve->waits_for_child = false;
    return serve_data_changed(run, step);
}
