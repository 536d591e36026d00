#include "engine/case_steps.h"

#include "engine/outcome.h"
#include "engine/preamble.h"
#include "engine/refusal.h"
#include "engine/reply_match.h"
#include "engine/step_table.h"
#include "engine/turn.h"

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

/* The reply that may come which the held answer was compared with last; count: there is none. */
static size_t optional_before(const struct frame *frame, unsigned connection)
{
    for (size_t i = frame->next < frame->count ? frame->next : frame->count; i > 0; i--) {
        const struct step *step = &frame->steps[i - 1];
        if (step->connection == connection && step->kind == STEP_REPLY) {
            return step->reply.optional ? i - 1 : frame->count;
        }
    }
    return frame->count;
}

static enum step_result differs_from_optional(struct case_run *run, const struct reply *reply)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};
    struct buf got = {0};
    enum step_result result;

    reply_written(reply, &expected);
    answer_name(&run->current->answer, &got);
    mismatch.place = reply_place(reply);
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = answer_octets(&run->current->answer);
    mismatch.offset = 0;
    mismatch.final = false;
    struct buf why = {0};
    if (refusal_find(run->current, reply, &why) != REFUSAL_NONE) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
        mismatch.final = true;
        result = outcome_mismatch(run, &mismatch, "%s", buf_text(&why));
    } else {
        result = outcome_mismatch(run, &mismatch, "expected %s or no reply, got %s",
                                  buf_text(&expected), buf_text(&got));
    }
    buf_deinit(&why);
    buf_deinit(&expected);
    buf_deinit(&got);
    return result;
}

/*
 * Replies pair with commands by count (RFC 2920 3.1). An answer that a reply which may come (S?:) did not take stays for
 * the replies written behind it; when a command follows none is written, and the answer must not become the reply to
 * that command. It is a mismatch of the reply that may come, which is shown as the step at hand.
 */
static enum step_result refuse_held(struct case_run *run, struct session *session)
{
    struct frame *frame = run_frame(run);
    size_t at = frame->next;
    size_t optional = optional_before(frame, session->number);

    if (optional == frame->count) {
        return STEP_DONE;
    }
    run->current = session;
    frame->next = optional;
    enum step_result result = differs_from_optional(run, &frame->steps[optional].reply);
    frame->next = at;
    (void)session_take(session); /* it is told; with --keep-going it must not be told again */
    return result;
}

/* Behind the last step of the dialogue the same holds for every connection. */
static enum step_result refuse_all_held(struct case_run *run)
{
    enum step_result result = STEP_DONE;

    for (unsigned number = 1; number <= CASE_MAX_CONNECTIONS && result == STEP_DONE; number++) {
        struct session *session = run_session(run, number);
        if (session != NULL && session->held) {
            result = refuse_held(run, session);
        }
    }
    return result;
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
    if (run_frame(run)->kind == FRAME_MAIN) {
        (void)refuse_all_held(run);
    }
    return STEP_ENDS;
}

/* Told once for each connection: what was to clean up does not. */
static void note_left_out(struct case_run *run, const struct step *step)
{
    uint64_t bit = (uint64_t)1 << (step->connection - 1);

    if ((run->left_out & bit) == 0) {
        emit_note(&run->emitter, step->connection,
                  "Finally: connection %u is not open: its lines from line %u on are left out",
                  step->connection, step->place.line);
    }
    run->left_out |= bit;
}

/* In Finally: a step makes sense only where its connection is still there and, for a reply, one is due. */
static bool left_out(struct case_run *run, const struct step *step, const struct step_row *row)
{
    const struct session *session = run_session(run, step->connection);

    if (run_frame(run)->kind != FRAME_FINALLY || (row->flags & STEP_NEEDS_OPEN) == 0) {
        return false;
    }
    if (session == NULL || session->state == SESSION_CLOSED ||
        (session->state == SESSION_ENDED &&
         ((row->flags & STEP_COLLECTS) != 0 || !session_has_unread(session)))) {
        note_left_out(run, step);
        return true;
    }
    if (session->state == SESSION_ENDED) {
        return false;
    }
    return step->kind == STEP_REPLY && outstanding_count(&session->outstanding) == 0 &&
           !session_has_unread(session);
}

static void emit_step(struct case_run *run, const struct frame *frame, const struct step *step)
{
    struct event event;

    run->emitter.step = frame_shown(frame);
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
    if (turn_is_late(run, step) == STEP_WAITS) {
        return STEP_WAITS;
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
    if ((row->flags & STEP_COLLECTS) != 0 && run->current != NULL && run->current->held &&
        refuse_held(run, run->current) == STEP_ENDS) {
        return STEP_ENDS;
    }
    enum step_result turn = turn_comes(run);
    if (turn != STEP_DONE) {
        return turn;
    }
    run->timed_out = false;
    run->begun = true;
    emit_step(run, frame, step);
    return row->begin(run, step);
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
        result = step_go_on(run, step, row->changed, row->timed_out);
    } else {
        result = begin_step(run, frame, step, row);
    }
    if (run->begun && result == STEP_DONE) {
        run->begun = false;
        timer_stop(run->timer);
        frame->next++;
        turn_ends(run);
    }
    return result;
}
