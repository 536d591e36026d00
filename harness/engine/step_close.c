/*
 * Steps of a connection's end, by us or by the server (RFC 5321 4.1.1.10, RFC 1939 6).
 *
 * Our end is done at once. For the server's we wait as long as for a reply, or as <within> allows, in ms; a reply instead of
 * it, or none, FAILs, but 421 proves nothing. Texts are made here and copied into the case's outcome.
 */
#include "engine/outcome.h"
#include "engine/step_table.h"

static enum step_result wait_for_end(struct case_run *run, const struct step *step)
{
    run_wait_for_reply(run);
    run->within_ms = 0;
    return step_close_changed(run, step);
}

enum step_result step_close_begin(struct case_run *run, const struct step *step)
{
    if (step->side == SIDE_CLIENT) {
        session_close(run->current);
        return STEP_DONE;
    }
    return wait_for_end(run, step);
}

enum step_result step_reset_begin(struct case_run *run, const struct step *step)
{
    if (step->side == SIDE_CLIENT) {
        session_reset(run->current);
        return STEP_DONE;
    }
    return wait_for_end(run, step);
}

/*
 * The connection ended; was it in the way that is written? A reset closes the channel too, which is all that RFC 5321
 * 4.1.1.10 and RFC 1939 6 ask for; it is told, because it can take the last reply from the client.
 */
static enum step_result judge_end(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INFO);
    const struct session *session = run->current;
    bool reset = session->end == CONN_END_RESET;

    if (session->state == SESSION_CLOSED || reset == (step->kind == STEP_RESET)) {
        return STEP_DONE;
    }
    mismatch.place = step->place;
    mismatch.final = false;
    if (reset) {
        return outcome_mismatch(run, &mismatch,
                                "the server reset the connection instead of closing it");
    }
    mismatch.verdict = VERDICT_FAIL;
    return outcome_mismatch(run, &mismatch,
                            "the server closed the connection instead of resetting it");
}

enum step_result step_close_changed(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    switch (session_take(run->current)) {
    case SESSION_TAKE_NOTHING:
        return STEP_WAITS;
    case SESSION_TAKE_ENDED:
        return judge_end(run, step);
    case SESSION_TAKE_TOO_LONG:
    case SESSION_TAKE_ANSWER:
        break;
    }
    mismatch.place = step->place;
    mismatch.expected = BYTES_LIT("<close connection>");
    mismatch.final = false;
    if (run->current->answer.complete && answer_code(&run->current->answer) == 421) {
        mismatch.verdict = VERDICT_INCONCLUSIVE;
        return outcome_mismatch(run, &mismatch, "the server closed the service: 421");
    }
    if (run->current->answer.complete) {
        mismatch.actual = answer_octets(&run->current->answer);
        mismatch.offset = 0;
    }
    return outcome_mismatch(run, &mismatch, "a reply came instead of the end of the connection");
}

enum step_result step_close_timed_out(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf text = {0};

    buf_append_text(&text, "the server did not close the connection in ");
    outcome_print_ms(&text, run->wait_ms);
    run_emit_timeout(run, buf_text(&text));
    mismatch.place = step->place;
    mismatch.expected = BYTES_LIT("<close connection>");
    mismatch.final = false;
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}
