/*
 * How a client ended, judged.
 *
 * By what the server told it: a message that was refused must not be reported as sent, one that was accepted and nothing
 * refused not as failed (RFC 5321 4.2.5, 6.1; RFC 1939). Where the two are mixed only an <exit> of the dialogue decides. A death by a signal
 * is always a FAIL.
 */
#include <string.h>

#include "engine/serve_internal.h"

static enum exit_class class_of(const struct serve *serve)
{
    int status = serve->end.status;

    return status < 0 || status >= EXIT_STATUS_COUNT
               ? EXIT_CLASS_FAILURE
               : (enum exit_class)serve->run->target->client.exits[status];
}

/* What needs no expectation: a crash, a hang, a flood. False: it ended by itself. */
bool serve_judge_death(struct serve *serve)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    /* One that still has a connection may wait on it for longer than we do (RFC 5321 4.5.3.2). */
    mismatch.absolute = !serve->end.timed_out || serve_has_nothing_to_wait_for(serve);
    const struct client_end *end = &serve->end;
    struct buf text = {0};

    if (end->killed || (end->started && !end->timed_out && !end->flooded && end->signal == 0)) {
        return false;
    }
    serve_print_end(serve, &text);
    if (!end->started || end->flooded) {
        mismatch.verdict = VERDICT_ERROR;
    }
    (void)outcome_mismatch(run, &mismatch, "the client did not end in good order%s",
                           buf_text(&text));
    buf_deinit(&text);
    return true;
}

/* Played against itself the other side says whether all went as it is written. */
static void judge_other_side(struct serve *serve)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    if (serve->end.status != 0) {
        (void)outcome_mismatch(serve->run, &mismatch, "played as the client: %s",
                               serve->end.error == NULL ? "?" : serve->end.error);
    }
}

static bool is_itself(const struct serve *serve)
{
    return serve->run->role == ROLE_BOTH || serve->run->target->client.kind == CLIENT_SELF;
}

static void wrong_exit(struct serve *serve, const char *why)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    mismatch.final = false;
    mismatch.misreported = class_of(serve) == EXIT_CLASS_OK;
    (void)outcome_mismatch(serve->run, &mismatch, "%s, and the client %s: it ended with status %d",
                           why,
                           class_of(serve) == EXIT_CLASS_OK ? "reports success" : "reports failure",
                           serve->end.status);
}

static void judge_by_tally(struct serve *serve)
{
    const struct serve_tally *tally = &serve->tally;
    bool ok = class_of(serve) == EXIT_CLASS_OK;

    if (tally->accepted_messages > 0 && tally->refused == 0 && !ok) {
        wrong_exit(serve, "the message was accepted and nothing refused");
    } else if (tally->accepted_messages == 0 && tally->refused > 0 && ok && serve->mail != NULL) {
        wrong_exit(serve, "no message was accepted");
    }
}

void serve_judge_end(struct serve *serve)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_INFO);

    if (serve->visits == 0) {
        serve_never_came(serve);
        return;
    }
    if (run->outcome.verdict == VERDICT_FAIL || run->outcome.verdict == VERDICT_ERROR) {
        return;
    }
    if (is_itself(serve)) {
        judge_other_side(serve);
        return;
    }
    if (!serve_judge_death(serve) && !serve->exit_checked && run->steps.count > 0) {
        judge_by_tally(serve);
    }
    if (serve->others > 0 && serve->visits > run->program->connection_count &&
        run->steps.count > 0) {
        (void)outcome_mismatch(run, &mismatch,
                               "the client connected %u times; the dialogue has %zu connection%s",
                               serve->visits, run->program->connection_count,
                               run->program->connection_count == 1 ? "" : "s");
    }
    if (serve->end.left_behind > 0) {
        (void)outcome_mismatch(run, &mismatch,
                               "the client left %u process%s running in the background",
                               serve->end.left_behind, serve->end.left_behind == 1 ? "" : "es");
    }
}

/* ---- <exit ...> ---- */

/* Statuses that are not named tell only success from failure. */
static bool exit_fits(const struct serve *serve, const char *wanted, enum verdict *verdict_r)
{
    const struct client *client = &serve->run->target->client;
    enum exit_class class = class_of(serve);

    *verdict_r = VERDICT_FAIL;
    if (strcmp(wanted, "ok") == 0) {
        return class == EXIT_CLASS_OK;
    }
    const struct serve_tally *tally = &serve->tally;
    if (class == EXIT_CLASS_OK && tally->accepted_elsewhere > 0 &&
        tally->refused + tally->broken > 0) {
        return true; /* it came again, as it may, or has recipients that were not refused */
    }
    if (class == EXIT_CLASS_OK || strcmp(wanted, "failure") == 0) {
        return class != EXIT_CLASS_OK;
    }
    *verdict_r = VERDICT_NON_STRICT;
    if (strcmp(wanted, "temporary") == 0) {
        return class == EXIT_CLASS_TEMPORARY || !client->tells_temporary;
    }
    return class == EXIT_CLASS_PERMANENT || !client->tells_permanent;
}

static enum step_result wrong_status(struct serve *serve, const struct step *step,
                                     struct mismatch *mismatch, const char *said)
{
    struct buf text = {0};

    buf_printf(&text, "the client ended with status %d, which tells %s; <exit %s> was expected",
               serve->end.status, said, step->name);
    if (class_of(serve) != EXIT_CLASS_OK) {
        serve_excuse(serve, mismatch, &text);
    }
    enum step_result result = outcome_mismatch(serve->run, mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}

static enum step_result check_exit(struct serve *serve, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    static const char *const said[] = {"a failure", "success", "a temporary failure",
                                       "a permanent failure"};

    serve->exit_checked = true;
    if (serve_judge_death(serve)) {
        return STEP_ENDS;
    }
    if (serve->end.killed || exit_fits(serve, step->name, &mismatch.verdict)) {
        return STEP_DONE;
    }
    mismatch.place = step->place;
    mismatch.final = false;
    return wrong_status(serve, step, &mismatch, said[class_of(serve)]);
}

bool serve_may_judge_end(const struct serve *serve)
{
    return serve->starter != NULL && !is_itself(serve) &&
           serve->run->target->client.kind != CLIENT_LISTEN;
}

static enum step_result exit_is_due(struct serve *serve, const struct step *step)
{
    if (!serve_may_judge_end(serve)) {
        return STEP_DONE;
    }
    if (serve->child_runs) {
        return STEP_WAITS;
    }
    if (serve->visits == 0) {
        serve_never_came(serve);
        return STEP_ENDS;
    }
    return check_exit(serve, step);
}

enum step_result serve_exit_begin(struct case_run *run, const struct step *step)
{
    return exit_is_due(run->serve, step); /* its time limit ends the wait */
}

enum step_result serve_exit_changed(struct case_run *run, const struct step *step)
{
    return exit_is_due(run->serve, step);
}
