#include "engine/serve_steps.h"

#include "engine/expand.h"
#include "engine/serve_internal.h"

/* ---- Opening ---- */

static bool is_there(const struct serve *serve, const struct step *step)
{
    const struct serve_link *link = &serve->links[step->connection - 1];

    return link->visitor != NULL && link->visitor->state == VISITOR_OPEN;
}

/* The earlier connection of that number may still be closing: it is over for the dialogue. */
enum step_result serve_open_begin(struct case_run *run, const struct step *step)
{
    struct serve_link *link = serve_link(run->serve, step);

    link->replaced = false;
    if (link->began && link->visitor != NULL && link->visitor->state == VISITOR_OPEN &&
        link->visitor->quit_answered) {
        visitor_close(link->visitor);
    }
    run_wait(run, run_reply_ms(run));
    return serve_open_changed(run, step);
}

enum step_result serve_open_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;

    if (is_there(serve, step)) {
        serve_link(serve, step)->replaced = false;
        return STEP_DONE;
    }
    if (serve->starter == NULL || serve->child_runs) {
        return STEP_WAITS;
    }
    if (serve->visits == serve->visits_before && serve->starts > 0) {
        serve_never_came(serve);
        return STEP_ENDS;
    }
    return serve_start_client(serve) == 0 ? STEP_WAITS : STEP_ENDS;
}

/* ---- The client closes ---- */

enum step_result serve_leave_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, run_reply_ms(run));
    run->serve->waits_for_child = false;
    return serve_leave_changed(run, step);
}

static enum step_result judge_leave(struct case_run *run, const struct step *step, bool reset)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INFO);

    run->serve->links[step->connection - 1].began = true;
    run->before_line_one = false;
    if (reset == (step->kind == STEP_RESET)) {
        return STEP_DONE;
    }
    mismatch.place = step->place;
    mismatch.final = false;
    if (reset) {
        return outcome_mismatch(run, &mismatch,
                                "the client reset the connection instead of closing it");
    }
    mismatch.verdict = VERDICT_FAIL;
    return outcome_mismatch(run, &mismatch,
                            "the client closed the connection instead of resetting it");
}

/* What it says before is answered off script: QUIT, for one. */
enum step_result serve_leave_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);

    if (link->replaced) { /* it has closed, and even come again */
        link->replaced = false;
        return judge_leave(run, step, link->replaced_end == CONN_END_RESET);
    }
    for (;;) {
        enum step_result result = serve_need_visitor(serve, step);
        if (result != STEP_DONE) {
            return result;
        }
        if (link->visitor == NULL) {
            return serve_never_sent(serve, step, "it did not connect");
        }
        switch (serve_take(serve, link)) {
        case VISITOR_TAKE_NOTHING:
            if (step->kind != STEP_CLOSE || !serve->responder->is_over(link->visitor->talk)) {
                return STEP_WAITS;
            }
            /* QUIT was answered: a client may wait for us to close first (RFC 5321 4.1.1.10). */
            visitor_close(link->visitor);
            return STEP_DONE;
        case VISITOR_TAKE_ENDED:
            return link->visitor->state == VISITOR_CLOSED
                       ? STEP_DONE
                       : judge_leave(run, step, link->visitor->end == CONN_END_RESET);
        case VISITOR_TAKE_TOO_LONG:
            visitor_close(link->visitor);
            return serve_never_sent(serve, step, "it sent a line of more than 1 MiB");
        case VISITOR_TAKE_UNIT:
            break;
        }
        result = serve_off_script(serve, step, &link->visitor->unit);
        if (result != STEP_DONE) {
            return result;
        }
    }
}

/* ---- We close ---- */

enum step_result serve_close_begin(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);

    if (link->replaced) {
        return STEP_DONE; /* it has closed by itself, and is not the one that is open now */
    }
    if (!run->begun || link->visitor == NULL) {
        run_wait(run, run_reply_ms(run));
    }
    enum step_result result = serve_need_visitor(serve, step);
    if (result != STEP_DONE || link->visitor == NULL) {
        return result;
    }
    if (step->kind == STEP_RESET) {
        visitor_reset(link->visitor);
    } else {
        visitor_close(link->visitor);
    }
    link->began = true;
    run->before_line_one = false;
    serve->tally.broken += link->visitor->quit_answered ? 0 : 1;
    return STEP_DONE;
}

/* ---- Time ---- */

/*
 * The step's time counts from when its connection came: one that is not there yet has seen nothing of it. STEP_DONE: it runs.
 * Another that comes before the dialogue began gets all of it, too.
 */
static enum step_result time_runs(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    const struct serve_link *link = serve_link(serve, step);
    bool ran = serve->timed_visit != 0;
    enum step_result there = link->replaced ? STEP_DONE : serve_need_visitor(serve, step);

    if (there == STEP_WAITS && ran) {
        serve->timed_visit = 0;
        run_wait(run, run_reply_ms(run));
    }
    if (there != STEP_DONE) {
        return there;
    }
    bool another = !link->began && serve->timed_visit != link->visit;
    if (!ran || another || run->asked_ms != step->duration_ms) {
        serve->timed_visit = link->visit;
        run_wait(run, step->duration_ms);
    }
    return STEP_DONE;
}

static void await_visit(struct case_run *run)
{
    run->serve->timed_visit = 0;
    run->serve->waits_for_child = false;
    run_wait(run, run_reply_ms(run));
}

enum step_result serve_time_up(struct case_run *run, const struct step *step)
{
    return run->serve->timed_visit != 0 ? STEP_DONE : serve_command_timed_out(run, step);
}

enum step_result serve_wait_begin(struct case_run *run, const struct step *step)
{
    await_visit(run);
    return serve_wait_changed(run, step);
}

enum step_result serve_wait_changed(struct case_run *run, const struct step *step)
{
    return time_runs(run, step) == STEP_ENDS ? STEP_ENDS : STEP_WAITS;
}

enum step_result serve_silence_begin(struct case_run *run, const struct step *step)
{
    await_visit(run);
    return serve_silence_changed(run, step);
}

enum step_result serve_silence_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf actual = {0};

    if (serve_link(serve, step)->replaced) {
        return STEP_DONE;
    }
    enum step_result there = time_runs(run, step);
    const struct visitor *visitor = serve_link(serve, step)->visitor;
    if (there != STEP_DONE) {
        return there;
    }
    if (visitor == NULL) {
        return STEP_ENDS;
    }
    if (!visitor_has_unread(visitor)) {
        return visitor->state == VISITOR_OPEN ? STEP_WAITS : STEP_DONE;
    }
    visitor_unfinished(visitor, &actual);
    run->before_line_one = false;
    mismatch.place = step->place;
    mismatch.expected = BYTES_LIT("<silence>");
    mismatch.actual = buf_bytes(&actual);
    mismatch.offset = 0;
    mismatch.final = false;
    enum step_result result =
        outcome_mismatch(run, &mismatch, "the client spoke where silence was expected");
    buf_deinit(&actual);
    return result;
}

enum step_result serve_pace_begin(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct visitor *visitor = NULL;
    enum step_result result;

    if (serve_link(serve, step)->replaced) {
        return STEP_DONE;
    }
    if (!run->begun || serve_link(serve, step)->visitor == NULL) {
        run_wait(run, run_reply_ms(run));
    }
    result = serve_need_visitor(serve, step);
    visitor = serve_link(serve, step)->visitor;
    if (result == STEP_DONE && visitor != NULL) {
        visitor->pace_us = (int64_t)((double)step->pause_us * run->env->config->time_scale);
    }
    return result;
}

/* ---- <if KEYWORD>: as we offered it on this connection ---- */

enum step_result serve_if(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    const struct visitor *visitor = serve_link(run->serve, step)->visitor;
    struct buf keyword = {0};
    struct error error;
    struct bytes params;
    enum step_result result = STEP_DONE;

    if (expand_text(&keyword, &step->text, &run->scope, &error) != 0) {
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (visitor == NULL || !offers_get(&visitor->offers, buf_text(&keyword), &params)) {
        run->steps.next = step->jump;
    }
    buf_deinit(&keyword);
    return result;
}
