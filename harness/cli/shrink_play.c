#include "cli/shrink_play.h"

#include "reports/sentence.h"

/* Of the dialogue that is shown; the wire of a case is bounded anyway. */
enum { WIRE_LINES = 24 };

struct play {
    const struct shrink_setting *setting;
    struct shrink_shown *shown;
    bool reset;
};

void shrink_shown_deinit(struct shrink_shown *shown)
{
    buf_deinit(&shown->why);
    buf_deinit(&shown->wire);
}

static const struct program *program_of(const struct play *play)
{
    return suite_program(play->setting->suite, 0);
}

static void on_event(void *self, const struct event *event)
{
    struct play *play = self;
    const struct program *program = program_of(play);
    if (event->program == NULL) {
        return;
    }
    if (event->kind == EVENT_CASE_BEGIN) {
        play->reset = false;
    } else if (event->kind == EVENT_CLOSED && event->side == SIDE_SERVER) {
        play->reset = play->reset || event->close == CLOSE_RESET;
    } else if (event->kind == EVENT_STEP && play->setting->begun != NULL &&
               shrink_step_index(program, event->step) != BYTES_NONE) {
        play->setting->begun[shrink_step_index(program, event->step)] = true;
    }
}

/* Where it ended, as an index in the original. */
static size_t step_of(const struct play *play, const struct outcome *outcome)
{
    const struct shrink_lines *lines = play->setting->lines;
    size_t step = shrink_step_index(program_of(play), outcome->step);
    if (step == BYTES_NONE || lines == NULL) {
        return step;
    }
    size_t line = outcome->step->place.line;
    return line < lines->count ? lines->steps[line] : BYTES_NONE;
}

static void tell(struct buf *out, const struct case_result *result)
{
    sentence_print(out, result);
    if (out->n == 0 && result->reason != NULL) {
        buf_append_text(out, result->reason);
    }
}

static void on_case(void *self, const struct case_result *result)
{
    struct play *play = self;
    struct shrink_shown *shown = play->shown;
    shown->verdict = result->verdict;
    shown->failed =
        shrink_failure_read(result, play->reset, step_of(play, &result->outcome), &shown->failure);
    tell(&shown->why, result);
    if (shown->failed) {
        wire_print(&shown->wire, result, WIRE_LINES);
    }
}

static void on_end(void *self, const struct run_summary *summary)
{
    struct play *play = self;
    if (summary->interrupted) {
        play->shown->played = SHRINK_INTERRUPTED;
    } else if (summary->broken_off != NULL) {
        play->shown->played = SHRINK_AWAY;
        buf_clear(&play->shown->why);
        buf_append_text(&play->shown->why, summary->broken_off);
    }
}

void shrink_play(struct run_command *run, const struct shrink_setting *setting,
                 struct shrink_shown *shown_r)
{
    struct clock clock = clock_system();
    struct play play = {.setting = setting, .shown = shown_r};
    struct run_request request = run->request;
    struct error transcript = {""};
    struct error error = {""};
    request.suite = setting->suite;
    request.jobs = 1;
    request.repeat = 1;
    request.rehearse = setting->rehearse;
    request.known = NULL;
    request.keep_wire = false;
    request.transcripts = NULL;
    request.pcap = NULL;
    request.for_ms = setting->most_us / 1000;
    request.expects_loss = setting->expects_loss;
    request.on_begin = NULL;
    request.on_listening = NULL;
    request.on_event = on_event;
    request.on_reply = NULL;
    request.on_case = on_case;
    request.on_ended = NULL;
    request.on_end = on_end;
    request.self = &play;
    if (setting->reference) {
        request.tls = request.target == NULL ? request.tls : NULL;
        request.target = NULL;
        request.faults = NULL;
    }
    *shown_r = (struct shrink_shown){.verdict = VERDICT_INCONCLUSIVE};
    int64_t begin_us = clock_monotonic_us(&clock);
    if (run_execute(&request, &transcript, &error) != 0) {
        shown_r->played = SHRINK_AWAY;
        buf_append_text(&shown_r->why, error.text);
    }
    shown_r->took_us = clock_monotonic_us(&clock) - begin_us;
}
