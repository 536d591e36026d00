/*
 * Steps that steer the dialogue: opening a connection, waiting, silence, limits, <if>, and those that do nothing.
 *
 * Durations are in ms as written; run_wait() scales them. A connection that is refused is tried again while the case may
 * (run_again); at last, or where nothing comes in time, it is an ERROR. A server that speaks into a silence FAILs, unless
 * it says 421 (RFC 5321 3.8).
 */
#include "engine/expand.h"
#include "engine/outcome.h"
#include "engine/preamble.h"
#include "engine/step_table.h"

enum step_result step_nothing(struct case_run *run, const struct step *step)
{
    (void)run;
    (void)step;
    return STEP_DONE;
}

enum step_result step_judge(struct case_run *run, const struct step *step)
{
    (void)step;
    run->preparing = false;
    run->judging = true;
    return STEP_DONE;
}

/*
 * As written it puts the steps before line one in front of the rest; the first of these is an opening step
 * again, which connects.
 */
enum step_result step_open_begin(struct case_run *run, const struct step *step)
{
    const struct program_connection *connection = run_connection(run, step->connection);

    if (run_frame(run)->kind != FRAME_START) {
        preamble_explicit(run, step);
        return STEP_DONE;
    }
    run->current = run_open(run, step->connection, connection->protocol);
    run_wait_for_reply(run);
    return step_open_changed(run, step);
}

enum step_result step_open_changed(struct case_run *run, const struct step *step)
{
    (void)step;
    switch (run->current->state) {
    case SESSION_CONNECTING:
        return STEP_WAITS;
    case SESSION_OPEN:
    case SESSION_CLOSED:
        return STEP_DONE;
    case SESSION_ENDED:
        break;
    }
    if (run->current->was_open) {
        return STEP_DONE;
    }
    struct buf text = {0};
    buf_printf(&text, "could not connect: %s", buf_text(&run->current->end_text));
    run->unreachable = true;
    enum step_result result = run_again(run, VERDICT_ERROR, buf_text(&text));
    buf_deinit(&text);
    return result;
}

enum step_result step_open_timed_out(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct buf text = {0};

    (void)step;
    run->unreachable = true;
    buf_append_text(&text, "no connection in ");
    outcome_print_ms(&text, run->wait_ms);
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}

enum step_result step_wait_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, step->duration_ms);
    return STEP_WAITS;
}

enum step_result step_silence_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, step->duration_ms);
    return step->side == SIDE_CLIENT ? STEP_WAITS : step_silence_changed(run, step);
}

/* Of SMTP judges see a close that nobody has asked for; a POP3 server may close behind -ERR (RFC 1939 4). */
static bool closed_unasked(const struct session *session)
{
    return session->state == SESSION_ENDED && session->end == CONN_END_FIN &&
           session->answer.pop3 && session->answer.indicator == POP3_OK &&
           !session->outstanding.quit_sent && !session_has_unread(session);
}

enum step_result step_silence_changed(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf actual = {0};

    if (step->side == SIDE_SERVER && closed_unasked(run->current)) {
        mismatch.place = step->place;
        mismatch.expected = BYTES_LIT("<silence>");
        return outcome_mismatch(run, &mismatch, "the server closed the connection in the silence");
    }
    if (step->side == SIDE_CLIENT || !session_has_unread(run->current)) {
        return STEP_WAITS;
    }
    if (session_take(run->current) == SESSION_TAKE_ANSWER) {
        if (answer_code(&run->current->answer) == 421) {
            mismatch.verdict = VERDICT_INCONCLUSIVE;
            return outcome_mismatch(run, &mismatch, "the server closed the service: 421");
        }
        buf_append(&actual, answer_octets(&run->current->answer));
    } else {
        session_unfinished(run->current, &actual);
    }
    mismatch.place = step->place;
    mismatch.expected = BYTES_LIT("<silence>");
    mismatch.actual = buf_bytes(&actual);
    mismatch.offset = 0;
    mismatch.final = false;
    enum step_result result =
        outcome_mismatch(run, &mismatch, "the server spoke where silence was expected");
    buf_deinit(&actual);
    return result;
}

enum step_result step_within(struct case_run *run, const struct step *step)
{
    run->within_ms = step->duration_ms;
    return STEP_DONE;
}

/* Is the keyword offered on this connection, or, where it listed nothing yet, by the target? */
static bool offered(const struct case_run *run, const char *keyword)
{
    const struct session *session = run->current;
    bool pop3 = session != NULL && session->protocol == PROTOCOL_POP3;
    const struct offers *known = pop3 ? &run->facts->pop3 : &run->facts->mail;
    struct bytes params;

    if (session != NULL && session->offers.count > 0) {
        known = &session->offers;
    }
    return offers_get(known, keyword, &params);
}

enum step_result step_if(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct buf keyword = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    if (expand_text(&keyword, &step->text, &run->scope, &error) != 0) {
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (!offered(run, buf_text(&keyword))) {
        run_frame(run)->next = step->jump;
    }
    buf_deinit(&keyword);
    return result;
}
