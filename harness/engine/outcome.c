#include "engine/outcome.h"

#include "engine/said.h"

struct mismatch mismatch_make(enum verdict verdict)
{
    return (struct mismatch){.verdict = verdict, .offset = BYTES_NONE, .final = true};
}

void outcome_reset(struct case_run *run)
{
    run->outcome = (struct outcome){.verdict = VERDICT_PASS, .actual_offset = BYTES_NONE};
    buf_clear(&run->reason);
    buf_clear(&run->expected);
    buf_clear(&run->actual);
    buf_clear(&run->said);
}

static void keep(struct buf *out, struct bytes octets, struct bytes *view_r)
{
    buf_clear(out);
    buf_append(out, octets);
    *view_r = buf_bytes(out);
}

void outcome_set(struct case_run *run, enum verdict verdict, const char *reason)
{
    struct bytes text;

    if (verdict_worse(verdict, run->outcome.verdict) == run->outcome.verdict) {
        return;
    }
    keep(&run->reason, bytes_of(reason), &text);
    run->outcome.verdict = verdict;
    run->outcome.reason = buf_text(&run->reason);
}

void outcome_convict(struct case_run *run, enum loss loss, const char *reason)
{
    struct bytes text;

    keep(&run->reason, bytes_of(reason), &text);
    run->outcome.verdict = VERDICT_FAIL;
    run->outcome.reason = buf_text(&run->reason);
    run->outcome.absolute = true;
    run->outcome.in_start = false;
    run->outcome.waited = false;
    run->outcome.loss = loss;
    run->outcome.lost_connection = run->contact.last_spoken;
}

static const struct step *shown_step(struct case_run *run)
{
    return frame_shown(run_frame(run));
}

static bool is_in_start(struct case_run *run)
{
    return run_frame(run)->kind == FRAME_START || run->before_line_one;
}

/* As much as a report can use; all results are kept to the end of the run. */
enum { SHOWN_OCTETS = 16 * 1024 };

static void record(struct case_run *run, const struct mismatch *mismatch, enum verdict verdict)
{
    struct outcome *outcome = &run->outcome;

    outcome->step = shown_step(run);
    outcome->place = mismatch->place;
    if (outcome->place.line == 0 && outcome->step != NULL) {
        outcome->place = outcome->step->place;
    }
    keep(&run->expected, bytes_slice(mismatch->expected, 0, SHOWN_OCTETS), &outcome->expected);
    keep(&run->actual, bytes_slice(mismatch->actual, 0, SHOWN_OCTETS), &outcome->actual);
    buf_clear(&run->said);
    said_print(&run->said, run, outcome->step);
    outcome->said = bytes_slice(buf_bytes(&run->said), 0, SHOWN_OCTETS);
    outcome->actual_offset = mismatch->offset < outcome->actual.n ? mismatch->offset : BYTES_NONE;
    outcome->closed = mismatch->closed;
    outcome->absolute = mismatch->absolute;
    outcome->misreported = mismatch->misreported;
    outcome->waited = run->wait_ended;
    outcome->in_start = is_in_start(run) || run->preparing;
    outcome->verdict = verdict;
    outcome->reason = buf_text(&run->reason);
}

static size_t lines_of(const struct step *step)
{
    if (step->kind == STEP_END || step->kind == STEP_COMMENTARY) {
        return 0;
    }
    size_t lines = step->kind == STEP_REPLY ? step->reply.line_count : step->line_count;
    return lines > 0 ? lines : 1;
}

static void count_lines_left(struct case_run *run)
{
    const struct frame *steps = &run->steps;
    bool in_start = is_in_start(run);

    run->outcome.lines_not_reached = 0;
    for (size_t i = steps->next + (in_start ? 0 : 1); i < steps->count; i++) {
        run->outcome.lines_not_reached += lines_of(&steps->steps[i]);
    }
}

void outcome_lost(struct case_run *run, const struct session *session, enum loss loss)
{
    if (loss != LOSS_NONE && run->outcome.loss == LOSS_NONE && session != NULL) {
        run->outcome.loss = loss;
        run->outcome.lost_connection = session->number;
    }
}

/*
 * The case's outcome is one mismatch, and with --keep-going there may be many: each is noted where it came, and so is the
 * one that going on is not possible behind.
 */
static enum step_result go_on(struct case_run *run, const struct mismatch *mismatch,
                              const char *text)
{
    const struct frame *frame = run_frame(run);
    const struct step *step = shown_step(run);
    unsigned line =
        mismatch->place.line == 0 && step != NULL ? step->place.line : mismatch->place.line;
    bool goes_on = frame->kind == FRAME_MAIN && run->env->config->keep_going && !mismatch->final;

    if (frame->kind == FRAME_MAIN && run->env->config->keep_going) {
        emit_note(&run->emitter, run->current == NULL ? 0 : run->current->number, "line %u: %s%s",
                  line, text, goes_on ? "" : ": the case ends here");
    }
    if (!goes_on) {
        count_lines_left(run);
    }
    return goes_on ? STEP_DONE : STEP_ENDS;
}

enum step_result outcome_mismatch(struct case_run *run, const struct mismatch *mismatch,
                                  const char *format, ...)
{
    enum frame_kind kind = run_frame(run)->kind;
    enum verdict verdict = mismatch->verdict;
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (kind == FRAME_FINALLY || run->phase == PHASE_FINALLY) {
        emit_note(&run->emitter, run->current == NULL ? 0 : run->current->number, "Finally: %s",
                  buf_text(&text));
        buf_deinit(&text);
        if (mismatch->final && run->current != NULL) {
            session_close(run->current);
        }
        return kind == FRAME_START ? STEP_ENDS : STEP_DONE;
    }
    if ((is_in_start(run) || run->preparing) && verdict != VERDICT_ERROR &&
        verdict != VERDICT_INFO) {
        verdict = VERDICT_INCONCLUSIVE;
    }
    outcome_lost(run, run->current, mismatch->loss);
    if (verdict_worse(verdict, run->outcome.verdict) != run->outcome.verdict) {
        buf_clear(&run->reason);
        buf_append_text(&run->reason, is_in_start(run) ? "before line one: "
                                      : run->preparing ? "in the preparation: "
                                                       : "");
        buf_append(&run->reason, buf_bytes(&text));
        record(run, mismatch, verdict);
    }
    enum step_result result = verdict == VERDICT_NON_STRICT || verdict == VERDICT_INFO
                                  ? STEP_DONE
                                  : go_on(run, mismatch, buf_text(&text));
    buf_deinit(&text);
    return result;
}

void outcome_print_ms(struct buf *out, int64_t ms)
{
    if (ms >= 1000 && ms % 1000 == 0) {
        buf_printf(out, "%lld s", (long long)(ms / 1000));
    } else {
        buf_printf(out, "%lld ms", (long long)ms);
    }
}
