/*
 * The step of a whole login by SASL (RFC 4954 4, RFC 5034 4). The final reply is left to the step behind it, which says what it is to
 * be. A server that says something wrong on the way FAILs, whatever it answers to "*".
 *
 * The time for each answer is that of a reply, in ms; texts are made here and copied into the case's outcome.
 */
#include <string.h>

#include "engine/expand.h"
#include "engine/lost.h"
#include "engine/outcome.h"
#include "engine/sasl_talk.h"
#include "engine/step_table.h"

static const char *secret_of_user(const struct case_run *run, const char *user)
{
    for (size_t i = 0; i < run->target->user_count; i++) {
        if (strcmp(run->target->users[i].name, user) == 0) {
            return run->target->users[i].secret;
        }
    }
    return NULL;
}

/* As written, or that of {{user}}, which --var may have changed, or the target's. False: an error was set. */
static bool find_secret(const struct case_run *run, const struct step *step, const char *user,
                        struct buf *secret, struct error *error)
{
    struct bytes own_name = {0};
    struct bytes own = {0};

    if (step->secret.count > 0) {
        return expand_text(secret, &step->secret, &run->scope, error) == 0;
    }
    if (scope_get(&run->scope, "user", &own_name) && bytes_is(own_name, user) &&
        scope_get(&run->scope, "secret", &own)) {
        buf_append(secret, own);
        return true;
    }
    const char *known = secret_of_user(run, user);
    if (known == NULL && strcmp(step->name, sasl_mechanism_name(SASL_EXTERNAL)) != 0) {
        error_set(error,
                  "the secret of %.100s is not known: name it by --user, or write \"with the "
                  "secret ...\"",
                  user);
        return false;
    }
    buf_append_text(secret, known == NULL ? "" : known);
    return true;
}

static struct sasl_talk *new_talk(struct case_run *run, const struct step *step,
                                  struct error *error)
{
    enum sasl_mechanism mechanism = SASL_PLAIN;
    struct sasl_talk *talk = NULL;
    struct buf user = {0};
    struct buf secret = {0};

    if (step->name == NULL || !sasl_mechanism_from_name(bytes_of(step->name), &mechanism)) {
        error_set(error, "the mechanism %s is not known here",
                  step->name == NULL ? "" : step->name);
    } else if (expand_text(&user, &step->text, &run->scope, error) == 0 &&
               find_secret(run, step, buf_text(&user), &secret, error)) {
        talk = sasl_talk_new(run->current, mechanism, buf_text(&user),
                             mechanism == SASL_EXTERNAL ? NULL : buf_text(&secret), error);
    }
    buf_deinit(&user);
    buf_deinit(&secret);
    return talk;
}

enum step_result step_authenticate_begin(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct error error = {""};

    sasl_talk_free(&run->login);
    run->login = new_talk(run, step, &error);
    if (run->login == NULL) {
        mismatch.place = step->place;
        return outcome_mismatch(run, &mismatch, "%s", error.text);
    }
    run_wait_for_reply(run);
    return step_authenticate_changed(run, step);
}

static enum step_result gone(struct case_run *run, const struct step *step)
{
    struct session *session = run->current;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf actual = {0};

    session_unfinished(session, &actual);
    mismatch.place = step->place;
    mismatch.actual = buf_bytes(&actual);
    mismatch.verdict = session->saw_421               ? VERDICT_INCONCLUSIVE
                       : session->end == CONN_END_FIN ? VERDICT_FAIL
                                                      : VERDICT_ERROR;
    mismatch.closed = session->end == CONN_END_FIN;
    mismatch.loss = lost_by_end(session);
    enum step_result result =
        outcome_mismatch(run, &mismatch, "the connection ended during the login%s%s",
                         session->end_text.n > 0 ? ": " : "", buf_text(&session->end_text));
    buf_deinit(&actual);
    return result;
}

static enum step_result wrong(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    mismatch.place = step->place;
    mismatch.actual = answer_octets(&run->current->answer);
    return outcome_mismatch(run, &mismatch, "the login went wrong: %s", sasl_talk_text(run->login));
}

/* Each answer has its own time. */
static enum step_result waits(struct case_run *run, unsigned taken)
{
    if (run->current->taken != taken) {
        run_wait_for_reply(run);
    }
    return STEP_WAITS;
}

enum step_result step_authenticate_changed(struct case_run *run, const struct step *step)
{
    unsigned taken = run->current->taken;
    enum step_result result = STEP_DONE;

    switch (sasl_talk_advance(run->login)) {
    case SASL_TALK_WAITS:
        return waits(run, taken);
    case SASL_TALK_DONE:
    case SASL_TALK_REFUSED:
        session_put_back(run->current);
        break;
    case SASL_TALK_WRONG:
        result = wrong(run, step);
        break;
    case SASL_TALK_ENDED:
        result = gone(run, step);
        break;
    }
    sasl_talk_free(&run->login);
    return result;
}

enum step_result step_authenticate_timed_out(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INCONCLUSIVE);
    struct buf text = {0};

    sasl_talk_free(&run->login);
    buf_append_text(&text, "no reply in ");
    outcome_print_ms(&text, run->wait_ms);
    buf_append_text(&text, " during the login");
    mismatch.loss = lost_by_silence(run->current, run_emit_timeout(run, buf_text(&text)));
    mismatch.place = step->place;
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}
