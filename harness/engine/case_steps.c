#include "engine/case_steps.h"

#include "engine/outcome.h"
#include "engine/preamble.h"
#include "engine/step_table.h"

/*
 * Send what is collected on every connection, but not what this step adds to. 0: all is out; else the ms
 * until the next octet of a paced segment.
 */
static int64_t flush_before(struct case_run *run, const struct step *step,
                            const struct step_row *row)
{
    int64_t longest_ms = 0;

    for (unsigned number = 1; number <= CASE_MAX_CONNECTIONS; number++) {
        struct session *session = run_session(run, number);
        bool stays = (row->flags & STEP_ON_ANY_SESSION) != 0 ||
                     ((row->flags & STEP_COLLECTS) != 0 && number == step->connection);
        if (session == NULL || stays) {
            continue;
        }
        int64_t ms = session_flush(session);
        longest_ms = ms > longest_ms ? ms : longest_ms;
    }
    return longest_ms;
}

static enum step_result wait_for_pace(struct case_run *run, int64_t ms)
{
    run->timed_out = false;
    timer_start(run->timer, ms);
    return STEP_WAITS;
}

static enum step_result behind_last(struct case_run *run)
{
    static const struct step nothing = {.kind = STEP_FLUSH};
    int64_t ms = flush_before(run, &nothing, step_row(STEP_FLUSH));

    if (ms > 0) {
        return wait_for_pace(run, ms);
    }
    if (run_frame(run)->kind == FRAME_START) {
        run->start.count = 0;
        return STEP_DONE;
    }
    return STEP_ENDS;
}

/* In Finally: a step makes sense only where its connection is still there and, for a reply, one is due. */
static bool left_out(struct case_run *run, const struct step *step, const struct step_row *row)
{
    const struct session *session = run_session(run, step->connection);

    if (run_frame(run)->kind != FRAME_FINALLY || (row->flags & STEP_NEEDS_OPEN) == 0) {
        return false;
    }
    if (session == NULL || session->state == SESSION_CLOSED) {
        return true;
    }
    if (session->state == SESSION_ENDED) {
        return (row->flags & STEP_COLLECTS) != 0 || !session_has_unread(session);
    }
    return step->kind == STEP_REPLY && outstanding_count(&session->outstanding) == 0 &&
           !session_has_unread(session);
}

static void emit_step(struct case_run *run, const struct frame *frame, const struct step *step)
{
    struct event event;

    run->emitter.step = frame->shown == NULL ? NULL : &frame->shown[frame->next];
    if (run->emitter.step == NULL) {
        return;
    }
    event = emit_event(&run->emitter, EVENT_STEP, step->connection);
    event.side = step->side;
    event.protocol = run->current == NULL ? run_connection(run, step->connection)->protocol
                                          : run->current->protocol;
    emit(&run->emitter, &event);
}

/* STEP_WAITS: not begun yet, something comes first. */
static enum step_result begin_step(struct case_run *run, struct frame *frame,
                                   const struct step *step, const struct step_row *row)
{
    int64_t ms = flush_before(run, step, row);

    if (ms > 0) {
        return wait_for_pace(run, ms);
    }
    if (left_out(run, step, row)) {
        frame->next++;
        return STEP_DONE;
    }
    run->current = run_session(run, step->connection);
    if (run->current == NULL && (row->flags & STEP_NEEDS_SESSION) != 0) {
        preamble_implicit(run, step->connection);
        return STEP_DONE;
    }
    run->timed_out = false;
    run->begun = true;
    emit_step(run, frame, step);
    return row->begin(run, step);
}

static enum step_result go_on(struct case_run *run, const struct step *step,
                              const struct step_row *row)
{
    if (run->timed_out) {
        run->timed_out = false;
        return row->timed_out == NULL ? STEP_DONE : row->timed_out(run, step);
    }
    return row->changed == NULL ? STEP_WAITS : row->changed(run, step);
}

enum step_result case_steps_advance(struct case_run *run)
{
    struct frame *frame = run_frame(run);
    enum step_result result;

    if (frame->next >= frame->count) {
        return behind_last(run);
    }
    const struct step *step = &frame->steps[frame->next];
    const struct step_row *row = step_row(step->kind);
    if (run->begun) {
        run->current = run_session(run, step->connection);
        result = go_on(run, step, row);
    } else {
        result = begin_step(run, frame, step, row);
    }
    if (run->begun && result == STEP_DONE) {
        run->begun = false;
        timer_stop(run->timer);
        frame->next++;
    }
    return result;
}
