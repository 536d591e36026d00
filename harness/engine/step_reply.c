/*
 * The step that waits for a reply, has it compared (reply_match.c) and decides what a difference is worth (RFC 5321 4.2,
 * RFC 1939 3).
 *
 * FAIL is for another reply, a close instead of one, and a limit of the dialogue that was not kept. Refusals for now
 * (refusal.c), silence without such a limit and all on the way to line one are INCONCLUSIVE, a reset is an ERROR. Under LMTP
 * one expectation takes the replies of all recipients (RFC 2033 4.2). Waits are in ms, clock readings in us; texts are made
 * here and copied into the case's outcome.
 */
#include "engine/lost.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "engine/reply_match.h"
#include "engine/step_table.h"
#include "engine/turn.h"

/* How long a reply that may come is waited for when nothing shows that it does not. */
enum { OPTIONAL_MS = 1000, ONE_CLIENT_MS = 1000 };

/* What we say has left after this time, unless the server is slow to read it. */
enum { DRAIN_US = 10 * 1000 };

/* The step behind this one on the same connection is a reply that must come: then one reply comes in any case. */
static bool reply_follows(struct case_run *run, const struct step *step)
{
    const struct frame *frame = run_frame(run);

    for (size_t i = frame->next + 1; i < frame->count; i++) {
        const struct step *next = &frame->steps[i];
        if (next->connection != step->connection || next->kind == STEP_WITHIN ||
            next->kind == STEP_COMMENTARY || (next->kind == STEP_REPLY && next->reply.optional)) {
            continue;
        }
        return next->kind == STEP_REPLY;
    }
    return false;
}

/* Under LMTP one expectation stands for the replies of all recipients (RFC 2033 4.2), unless each has its own. */
static unsigned replies_expected(struct case_run *run, const struct step *step)
{
    const struct session *session = run->current;

    if (!step->reply.ends_data || session->protocol != PROTOCOL_LMTP) {
        return 1;
    }
    unsigned due = outstanding_leading(&session->outstanding, AWAITED_DATA_END);
    return due > 1 && frame_replies_for_all(run_frame(run)) ? due : 1;
}

/*
 * A reset may have many causes and breaks no rule of its own; it is not lost, for it tells of a crash more often than
 * not. Instead of the answer to QUIT it is the server's way to end the session.
 */
static enum verdict verdict_of_reset(struct case_run *run)
{
    if (run_frame(run)->kind == FRAME_START || run->preparing) {
        return VERDICT_INCONCLUSIVE;
    }
    return run->current->outstanding.quit_sent ? VERDICT_FAIL : VERDICT_ERROR;
}

static enum step_result closed(struct case_run *run, const struct mismatch *mismatch)
{
    struct session *session = run->current;

    return session->died.n == 0
               ? outcome_mismatch(run, mismatch,
                                  "the server closed the connection instead of a reply")
               : outcome_mismatch(run, mismatch, "the server's process %s instead of a reply",
                                  buf_text(&session->died));
}

static enum step_result gone(struct case_run *run, const struct step *step)
{
    struct session *session = run->current;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};
    struct buf actual = {0};
    enum step_result result;

    if (session->state == SESSION_ENDED && session->end == CONN_END_FAILED) {
        mismatch.verdict = VERDICT_ERROR;
        return outcome_mismatch(run, &mismatch, "the connection failed: %s",
                                buf_text(&session->end_text));
    }
    if (session->taken == 0 && session->state == SESSION_ENDED) {
        return run_again(run, VERDICT_INCONCLUSIVE,
                         session->end == CONN_END_RESET
                             ? "the connection was reset before the greeting"
                             : "the server closed the connection before its greeting");
    }
    if (session->saw_421) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
        return outcome_mismatch(run, &mismatch, "the server closed the service: 421");
    }
    if (lost_behind_refusal(session)) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
        return outcome_mismatch(run, &mismatch, "the server closed the connection behind -ERR");
    }
    reply_written(&step->reply, &expected);
    session_unfinished(session, &actual);
    mismatch.place = reply_place(&step->reply);
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = buf_bytes(&actual);
    mismatch.loss = lost_by_end(session);
    if (session->state == SESSION_CLOSED) {
        mismatch.verdict = VERDICT_ERROR;
        result = outcome_mismatch(run, &mismatch, "no reply can come: we closed the connection");
    } else if (session->end == CONN_END_RESET) {
        mismatch.verdict = verdict_of_reset(run);
        result =
            outcome_mismatch(run, &mismatch, "the server reset the connection instead of a reply");
    } else {
        mismatch.closed = !session->outstanding.quit_sent;
        result = closed(run, &mismatch);
    }
    buf_deinit(&expected);
    buf_deinit(&actual);
    return result;
}

static enum step_result too_long(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};
    struct buf actual = {0};

    reply_written(&step->reply, &expected);
    session_unfinished(run->current, &actual);
    mismatch.place = reply_place(&step->reply);
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = bytes_slice(buf_bytes(&actual), 0, 1024);
    session_close(run->current);
    enum step_result result =
        outcome_mismatch(run, &mismatch, "a line of more than 1 MiB without an end");
    buf_deinit(&expected);
    buf_deinit(&actual);
    return result;
}

/* The verdict of a reply that is not the one written, or is so only by its second choice. */
static struct mismatch mismatch_of(struct case_run *run, enum reply_verdict verdict,
                                   const struct reply_difference *difference)
{
    struct session *session = run->current;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    mismatch.place = difference->place;
    mismatch.expected = buf_bytes(&difference->expected);
    mismatch.actual = difference->actual;
    mismatch.offset = difference->offset;
    mismatch.final = false;
    if (verdict == REPLY_SECOND_CHOICE) {
        mismatch.verdict = VERDICT_NON_STRICT;
    } else if (verdict == REPLY_ERROR) {
        mismatch.verdict = VERDICT_ERROR;
    } else if (verdict == REPLY_CODE_DIFFERS && session->in_data) {
        /* What comes next in the dialogue would be taken for message data. */
        mismatch.final = true;
    }
    return mismatch;
}

/* Not what is written, but no proof of anything either. */
static enum step_result refused(struct case_run *run, struct mismatch *mismatch,
                                enum refusal refusal, struct buf *why)
{
    mismatch->verdict = VERDICT_INCONCLUSIVE;
    mismatch->final = true;
    if (refusal == REFUSAL_OF_LOGIN && run_log_in_again(run)) {
        return STEP_ENDS;
    }
    return refusal == REFUSAL_AT_GREETING ? run_again(run, VERDICT_INCONCLUSIVE, buf_text(why))
                                          : outcome_mismatch(run, mismatch, "%s", buf_text(why));
}

/* PASS, or AUTH, on the way to line one, which has done nothing yet: the last thing there. */
static bool is_refused_login(struct case_run *run)
{
    const struct session *session = run->current;
    const struct frame *frame = run_frame(run);

    return frame->kind == FRAME_START && session->answer.pop3 && frame->next >= 3 &&
           frame->next + 1 == frame->count && session->answer.indicator == POP3_ERR;
}

static enum step_result differs(struct case_run *run, const struct step *step,
                                enum reply_verdict verdict, struct reply_difference *difference)
{
    struct mismatch mismatch = mismatch_of(run, verdict, difference);
    struct buf why = {0};
    enum refusal refusal = REFUSAL_NONE;

    if (is_refused_login(run) && run_log_in_again(run)) {
        return STEP_ENDS;
    }
    if (verdict == REPLY_CODE_DIFFERS || verdict == REPLY_SECOND_CHOICE) {
        refusal = refusal_find(run->current, &step->reply, &why);
    }
    if (refusal != REFUSAL_NONE) {
        enum step_result result = refused(run, &mismatch, refusal, &why);
        buf_deinit(&why);
        return result;
    }
    buf_deinit(&why);
    if (verdict == REPLY_ERROR) {
        return outcome_mismatch(run, &mismatch, "%s", difference->error.text);
    }
    return outcome_mismatch(run, &mismatch, "%s%s", buf_text(&difference->reason),
                            verdict == REPLY_SECOND_CHOICE ? ": accepted, but not what is wanted"
                                                           : "");
}

static void tell_reply(struct case_run *run)
{
    const struct engine_config *config = run->env->config;
    const struct session *session = run->current;

    if (config->replied == NULL) {
        return;
    }
    struct engine_reply reply = {
        .program = run->program,
        .case_number = run->emitter.case_number,
        .step = run->emitter.step,
        .pop3 = session->answer.pop3,
        .octets = answer_octets(&session->answer),
        .vars = run->vars,
    };
    config->replied(config->self, &reply);
}

static enum step_result judge(struct case_run *run, const struct step *step)
{
    struct reply_difference difference;
    enum step_result result = STEP_DONE;

    reply_difference_init(&difference);
    enum reply_verdict verdict =
        reply_match(&step->reply, &run->current->answer, &run->scope, &difference);
    if (verdict != REPLY_MATCHES && verdict != REPLY_SECOND_CHOICE && step->reply.optional) {
        session_put_back(run->current);
    } else {
        tell_reply(run);
        turn_heard(run);
        delivery_note_recipient(run);
        result = verdict == REPLY_MATCHES ? STEP_DONE : differs(run, step, verdict, &difference);
    }
    if (run->current->answer.cut) {
        emit_note(&run->emitter, run->current->number,
                  "the response is longer than what can be kept (16 MiB for all cases together): "
                  "the rest was not compared");
    }
    reply_difference_deinit(&difference);
    return result;
}

enum step_result step_reply_begin(struct case_run *run, const struct step *step)
{
    const int64_t plain_ms = run_reply_ms(run);
    const bool limited = run->within_ms > 0 && run->start.count == 0;
    int64_t wait_ms = plain_ms;

    if (step->reply.goes_on) {
        return STEP_DONE; /* it came with the reply before */
    }
    if (run_frame(run)->kind != FRAME_START) {
        run->limited = run->within_ms > 0;
        run->within_ms = 0;
    }
    if (step->reply.ends_data && run->data_skipped) {
        return STEP_DONE;
    }
    if (step->reply.optional && !reply_follows(run, step) && wait_ms > OPTIONAL_MS) {
        wait_ms = OPTIONAL_MS;
    }
    if (run->facts->one_client && run->current->taken == 0 && run_neighbours(run) > 0) {
        wait_ms = ONE_CLIENT_MS; /* it is known that it does not come */
    }
    run->replies_left = replies_expected(run, step);
    if (wait_ms == plain_ms && !limited) {
        run_wait_for_reply(run);
    } else {
        run_wait(run, wait_ms);
    }
    return step_reply_changed(run, step);
}

enum step_result step_reply_changed(struct case_run *run, const struct step *step)
{
    while (run->replies_left > 0) {
        enum step_result result = STEP_DONE;
        switch (session_take(run->current)) {
        case SESSION_TAKE_NOTHING:
            return STEP_WAITS;
        case SESSION_TAKE_ENDED:
            return step->reply.optional ? STEP_DONE : gone(run, step);
        case SESSION_TAKE_TOO_LONG:
            return too_long(run, step);
        case SESSION_TAKE_ANSWER:
            result = judge(run, step);
            break;
        }
        if (result != STEP_DONE) {
            return result;
        }
        run->replies_left--;
    }
    return STEP_DONE;
}

/*
 * No greeting, but not the only connection: no RFC demands service to several clients at once, and a server that takes
 * one after the other greets when the one before has left.
 */
static enum step_result not_greeted(struct case_run *run)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INCONCLUSIVE);

    (void)run_emit_timeout(run, "no greeting");
    if (run_neighbours(run) > 0) {
        return outcome_mismatch(
            run, &mismatch,
            "no greeting while another connection of this case is open: the server may serve "
            "one client at a time");
    }
    return run_again(run, VERDICT_INCONCLUSIVE, "no greeting while other cases were connected");
}

enum step_result step_reply_timed_out(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INCONCLUSIVE);
    struct session *session = run->current;
    struct buf expected = {0};
    struct buf actual = {0};
    struct buf text = {0};

    if (step->reply.optional && !reply_follows(run, step)) {
        return STEP_DONE;
    }
    if (session->drained_us > run->wait_begin_us + DRAIN_US) {
        /* The server was still reading what we sent: its reply was not due yet. What has come is taken, or reading
         * might have stopped for good. */
        run_wait(run, run->asked_ms);
        return step_reply_changed(run, step);
    }
    if (session->taken == 0 && !run_is_alone(run)) {
        return not_greeted(run);
    }
    run->ungreeted =
        run->role == ROLE_CLIENT && session->taken == 0 && !session_has_unread(session);
    if (run->limited) {
        mismatch.verdict = VERDICT_FAIL;
    }
    buf_append_text(&text, session_has_unread(session) ? "no whole reply in " : "no reply in ");
    outcome_print_ms(&text, run->wait_ms);
    mismatch.loss = lost_by_silence(session, run_emit_timeout(run, buf_text(&text)));
    reply_written(&step->reply, &expected);
    session_unfinished(session, &actual);
    mismatch.place = reply_place(&step->reply);
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = buf_bytes(&actual);
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    buf_deinit(&expected);
    buf_deinit(&actual);
    return result;
}
