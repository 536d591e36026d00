/*
 * Steps of TLS: the handshake, the handshake that is to fail, and what is said of a session (RFC 3207 4, RFC 2595 4).
 *
 * A handshake that goes the other way than written FAILs, one that ends because a certificate is to be good (Tls-verify) is an
 * ERROR, one that does not end in time is INCONCLUSIVE unless <within> limits it.
 * Waits are in ms; texts are made here and copied into the case's outcome.
 */
#include "engine/expand.h"
#include "engine/lost.h"
#include "engine/outcome.h"
#include "engine/step_table.h"
#include "engine/tls_look.h"

/* C & S?: */
static enum step_result ends_there(struct case_run *run, const char *why)
{
    emit_note(&run->emitter, run->current->number,
              "no TLS session begins, and the dialogue ends there, as it may%s%s",
              why[0] == '\0' ? "" : ": ", why);
    session_close(run->current);
    return run_end_dialogue(run);
}

/* Nothing can be negotiated: the connection is gone, or has TLS. */
static enum step_result not_possible(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    const struct session *session = run->current;

    if (session->tls == SESSION_SECURED) {
        return outcome_mismatch(run, &mismatch, "the connection is inside TLS already");
    }
    if (session->state == SESSION_CLOSED) {
        return outcome_mismatch(run, &mismatch, "no TLS can begin: we closed the connection");
    }
    if (step->optional && session->state == SESSION_ENDED) {
        return ends_there(run, buf_text(&run->current->end_text));
    }
    mismatch.loss = lost_by_end(session);
    mismatch.verdict = session->end == CONN_END_FIN ? VERDICT_FAIL : VERDICT_ERROR;
    return outcome_mismatch(run, &mismatch, "the connection ended before TLS could begin%s%s",
                            session->end_text.n > 0 ? ": " : "", buf_text(&run->current->end_text));
}

enum step_result step_tls_begin(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct error error = {""};

    if (run->current->state != SESSION_OPEN || run->current->tls != SESSION_CLEAR) {
        return not_possible(run, step);
    }
    run->limited = run->within_ms > 0;
    run_wait_for_reply(run);
    run->within_ms = 0;
    if (session_start_tls(run->current, &error) != 0) {
        return outcome_mismatch(run, &mismatch, "%s", error.text);
    }
    return step_tls_changed(run, step);
}

static enum step_result secured(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    if (step->kind == STEP_TLS) {
        return STEP_DONE;
    }
    mismatch.place = step->place;
    return outcome_mismatch(run, &mismatch,
                            "the TLS negotiation succeeded, where it was expected to fail");
}

/* Refused by us is what we sent an alert for; all else is the server's doing. */
static enum step_result failed(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    const struct tls_facts *facts = &run->current->tls_facts;
    bool refused_by_us = facts->alert_sent && !facts->alert_received;
    bool as_written = step->kind == STEP_TLS_FAILS &&
                      (step->either || (step->side == SIDE_CLIENT) == refused_by_us);

    if (step->optional) {
        return ends_there(run, facts->failure);
    }
    session_close(run->current);
    if (as_written) {
        return STEP_DONE;
    }
    if (step->kind == STEP_TLS && refused_by_us && facts->has_certificate &&
        run->target->tls.verify) {
        mismatch.verdict = VERDICT_ERROR; /* by the user's wish: no rule of the case is broken */
    }
    mismatch.place = step->place;
    return outcome_mismatch(run, &mismatch, "the TLS negotiation failed%s: %s",
                            step->kind == STEP_TLS ? ""
                            : refused_by_us        ? ", refused by us and not by the server"
                                                   : ", refused by the server and not by us",
                            facts->failure);
}

enum step_result step_tls_changed(struct case_run *run, const struct step *step)
{
    switch (run->current->tls) {
    case SESSION_SECURED:
        return secured(run, step);
    case SESSION_TLS_FAILED:
        return failed(run, step);
    case SESSION_CLEAR:
    case SESSION_TLS_BEGINS:
        break;
    }
    return STEP_WAITS;
}

enum step_result step_tls_timed_out(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(run->limited ? VERDICT_FAIL : VERDICT_INCONCLUSIVE);
    struct buf text = {0};

    buf_append_text(&text, "the TLS negotiation did not end in ");
    outcome_print_ms(&text, run->wait_ms);
    run_emit_timeout(run, buf_text(&text));
    session_close(run->current);
    mismatch.place = step->place;
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}

/* What is said of our own side is our own doing, and proves nothing. */
enum step_result step_tls_fact(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    const struct session *session = run->current;
    struct buf value = {0};
    struct buf why = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    mismatch.place = step->place;
    mismatch.final = false;
    if (step->side == SIDE_CLIENT && tls_look_is_of_one_side(step->fact)) {
        return STEP_DONE;
    }
    if (session->tls_names == NULL) {
        mismatch.verdict = VERDICT_ERROR;
        return outcome_mismatch(run, &mismatch, "there was no TLS negotiation on this connection");
    }
    if (expand_text(&value, &step->text, &run->scope, &error) != 0) {
        mismatch.verdict = VERDICT_ERROR;
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (!tls_look_holds(&session->tls_facts, buf_bytes(&session->left), step,
                               buf_bytes(&value), &why)) {
        result = outcome_mismatch(run, &mismatch, "%s", buf_text(&why));
    }
    buf_deinit(&value);
    buf_deinit(&why);
    return result;
}
