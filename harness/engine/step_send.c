#include "engine/expand.h"
#include "engine/outcome.h"
#include "engine/step_table.h"
#include "proto/smtp_data.h"

static enum step_result cannot_expand(struct case_run *run, const struct step *step,
                                      const struct error *error)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);

    mismatch.place = step->line_count > 0 ? step->lines[0].place : step->place;
    return outcome_mismatch(run, &mismatch, "%s", error->text);
}

/* The step's lines as octets, appended to `out`. */
static int expand_lines(struct buf *out, const struct case_run *run, const struct step *step,
                        struct error *error)
{
    for (size_t i = 0; i < step->line_count; i++) {
        if (expand_sent_line(out, &step->lines[i], &run->scope, error) != 0) {
            return -1;
        }
    }
    return 0;
}

enum step_result step_send_command(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_INCONCLUSIVE);
    struct buf octets = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    run->data_skipped = false;
    if (run->current->in_data) {
        session_close(run->current);
        return outcome_mismatch(run, &mismatch,
                                "354 came and a command follows: the connection was closed, for it "
                                "would have become message data");
    }
    if (expand_lines(&octets, run, step, &error) != 0) {
        result = cannot_expand(run, step, &error);
    } else {
        session_say(run->current, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    return result;
}

static enum step_result send_raw(struct case_run *run, const struct step *step)
{
    struct buf octets = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    if (expand_lines(&octets, run, step, &error) != 0) {
        result = cannot_expand(run, step, &error);
    } else {
        session_say_raw(run->current, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    return result;
}

enum step_result step_send_response(struct case_run *run, const struct step *step)
{
    outstanding_add(&run->current->outstanding, AWAITED_OTHER);
    return send_raw(run, step);
}

enum step_result step_send_chunk(struct case_run *run, const struct step *step)
{
    return send_raw(run, step);
}

/* Message data goes out only behind 354; otherwise the server would read it as commands. */
static bool may_send_data(struct case_run *run)
{
    run->data_skipped = !run->current->in_data;
    if (run->data_skipped) {
        emit_note(&run->emitter, run->current->number,
                  "the answer to DATA was not 354: the message data is not sent");
    }
    return !run->data_skipped;
}

enum step_result step_send_data(struct case_run *run, const struct step *step)
{
    struct buf octets = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    if (!may_send_data(run)) {
        return STEP_DONE;
    }
    if (expand_lines(&octets, run, step, &error) != 0) {
        result = cannot_expand(run, step, &error);
    } else {
        session_say_data(run->current, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    return result;
}

enum step_result step_send_message(struct case_run *run, const struct step *step)
{
    struct buf content = {0};
    struct buf octets = {0};
    struct error error;
    enum step_result result = STEP_DONE;

    if (!may_send_data(run)) {
        return STEP_DONE;
    }
    if (expand_sent_text(&content, &step->text, &run->scope, &error) != 0) {
        result = cannot_expand(run, step, &error);
    } else {
        smtp_data_stuff(&octets, buf_bytes(&content));
        session_say_data(run->current, buf_bytes(&octets));
    }
    buf_deinit(&content);
    buf_deinit(&octets);
    return result;
}

enum step_result step_pace(struct case_run *run, const struct step *step)
{
    run->current->pace_us = (int64_t)((double)step->duration_ms * run->env->config->time_scale);
    return STEP_DONE;
}
