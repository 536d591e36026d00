/*
 * Steps that say something: commands, SASL responses, chunks, message data.
 *
 * They only collect octets in the session, which go out in one write when a step comes that does not collect
 * (case_steps.c): commands in a row are one pipelined group (RFC 2920 3.1). Message data is sent behind 354 only (RFC 5321
 * 4.1.1.4), a message file dot-stuffed (4.5.2). A line that cannot be expanded is the scenario's ERROR, unless --keep-going
 * leaves it out; nothing of it is said.
 */
#include <inttypes.h>

#include "engine/expand.h"
#include "engine/outcome.h"
#include "engine/step_table.h"
#include "proto/smtp_command.h"
#include "proto/smtp_data.h"

/*
 * With --keep-going a line that captures may not have matched: what needs its value cannot be said. A command for itself is
 * left out together with its replies; one of a pipelined group is not, for replies pair by count.
 */
static bool leave_out(struct case_run *run, const struct step *step, const struct error *error)
{
    struct frame *frame = run_frame(run);
    bool alone = step->kind == STEP_COMMAND && !step->pipelined && run->current->out.n == 0 &&
                 outstanding_count(&run->current->outstanding) == 0;

    if (!alone || frame->kind != FRAME_MAIN || !run->env->config->keep_going ||
        run->outcome.verdict != VERDICT_FAIL) {
        return false;
    }
    emit_note(&run->emitter, run->current->number, "line %u is left out, with its replies: %s",
              step->place.line, error->text);
    for (size_t i = frame->next + 1; i < frame->count; i++) {
        const struct step *next = &frame->steps[i];
        bool is_reply = next->kind == STEP_REPLY || next->kind == STEP_BODY ||
                        next->kind == STEP_WITHIN || next->kind == STEP_COMMENTARY;
        if (next->connection != step->connection || !is_reply) {
            break;
        }
        frame->next = i;
    }
    return true;
}

static enum step_result cannot_expand(struct case_run *run, const struct step *step,
                                      const struct error *error)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);

    if (leave_out(run, step, error)) {
        return STEP_DONE;
    }
    if (run->outcome.verdict == VERDICT_FAIL) {
        mismatch.verdict =
            VERDICT_INCONCLUSIVE; /* it comes of the mismatch before, which is told */
    }
    mismatch.place = step->line_count > 0 ? step->lines[0].place : step->place;
    return outcome_mismatch(run, &mismatch, "%s", error->text);
}

/* The step's lines as octets, appended to `out`. */
static int expand_lines(struct buf *out, const struct case_run *run, const struct step *step,
                        struct error *error)
{
    for (size_t i = 0; i < step->line_count; i++) {
        if ((step->lines[i].flags & LINE_FORBIDDEN) == 0 &&
            expand_sent_line(out, &step->lines[i], &run->scope, error) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * The octets of the chunk that stands behind the command; false: none does, or it cannot be computed, which its own step tells.
 */
static bool chunk_behind(struct case_run *run, const struct step *step, uint64_t *octets_r)
{
    const struct frame *frame = run_frame(run);
    size_t at = frame->next + 1;

    while (at < frame->count && frame->steps[at].kind == STEP_COMMENTARY) {
        at++;
    }
    if (at >= frame->count || frame->steps[at].kind != STEP_CHUNK ||
        frame->steps[at].connection != step->connection) {
        return false;
    }
    const struct step *chunk = &frame->steps[at];
    bool known = true;
    *octets_r = 0;
    for (size_t i = 0; i < chunk->line_count && known; i++) {
        struct buf line = {0};
        struct error error;
        known = expand_text(&line, &chunk->lines[i].text, &run->scope, &error) == 0;
        *octets_r += line.n + ((chunk->lines[i].flags & LINE_NO_END) != 0 ? 0 : 2);
        buf_deinit(&line);
    }
    return known;
}

/* With another number of octets than BDAT announces the rest would be commands, or commands would be data. */
static enum step_result check_chunk(struct case_run *run, const struct step *step,
                                    struct bytes command)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct smtp_command bdat = smtp_command_read(bytes_trim_right(command));
    struct smtp_chunk chunk = {0};
    uint64_t octets = 0;

    if (bdat.verb != SMTP_BDAT || !smtp_chunk_read(bdat.argument, &chunk) ||
        !chunk_behind(run, step, &octets) || chunk.octets == octets) {
        return STEP_DONE;
    }
    mismatch.place = step->lines[0].place;
    return outcome_mismatch(run, &mismatch,
                            "BDAT announces %" PRIu64 " octets, the lines behind it have %" PRIu64
                            " (CRLF counts): nothing is sent",
                            chunk.octets, octets);
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
    } else if (result = check_chunk(run, step, buf_bytes(&octets)), result == STEP_DONE) {
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
    run->current->pace_us = (int64_t)((double)step->pause_us * run->env->config->time_scale);
    run->current->piece_octets = step->piece_octets > 0 ? step->piece_octets : 1;
    return STEP_DONE;
}
