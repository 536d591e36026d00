#include "record/recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/recording_text.h"
#include "script/scenario.h"

/* The replies to one step: LMTP has several to the end of data. */
struct step_record {
    bool begun;
    struct reply_cut **replies;
    size_t count;
    size_t capacity;
};

struct recording {
    const struct program *program;
    struct arena *arena;
    struct step_record *plays[RECORDING_PLAYS]; /* by index of the step */
};

struct recording *recording_new(const struct program *program)
{
    struct recording *recording = mem_alloc(sizeof *recording);
    recording->program = program;
    recording->arena = arena_new();
    for (size_t i = 0; i < RECORDING_PLAYS; i++) {
        recording->plays[i] = mem_array(program->step_count + 1, sizeof(struct step_record));
    }
    return recording;
}

void recording_begin(struct recording *recording, unsigned play)
{
    for (size_t i = 0; i < recording->program->step_count; i++) {
        free(recording->plays[play][i].replies);
        recording->plays[play][i] = (struct step_record){0};
    }
}

void recording_free(struct recording **recording_p)
{
    struct recording *recording = *recording_p;
    if (recording == NULL) {
        return;
    }
    *recording_p = NULL;
    for (unsigned i = 0; i < RECORDING_PLAYS; i++) {
        recording_begin(recording, i);
        free(recording->plays[i]);
    }
    arena_free(&recording->arena);
    free(recording);
}

const struct program *recording_program(const struct recording *recording)
{
    return recording->program;
}

/* NULL: of Finally:, or from before line one. */
static struct step_record *find_step(struct recording *recording, unsigned play,
                                     const struct step *step)
{
    const struct program *program = recording->program;
    bool main = step != NULL && program->step_count > 0 && step >= program->steps &&
                step < program->steps + program->step_count;
    return main ? &recording->plays[play][step - program->steps] : NULL;
}

void recording_step(struct recording *recording, unsigned play, const struct step *step)
{
    struct step_record *record = find_step(recording, play, step);
    if (record != NULL) {
        record->begun = true;
    }
}

void recording_reply(struct recording *recording, unsigned play, const struct reply_forms *forms,
                     const struct step *step, struct bytes octets, bool pop3,
                     const struct reply_name *names, size_t name_count)
{
    struct step_record *record = find_step(recording, play, step);
    if (record == NULL) {
        return;
    }
    record->replies =
        mem_grow(record->replies, record->count, &record->capacity, sizeof(struct reply_cut *));
    record->replies[record->count++] =
        reply_cut_new(recording->arena, forms, octets, pop3, recording->program->given_count > 0,
                      names, name_count);
}

void recording_end(struct recording *recording, unsigned play, const struct step *step)
{
    struct step_record *record = find_step(recording, play, step);
    if (record != NULL && step->kind != STEP_REPLY) {
        record->begun = false;
    }
}

/* ---- Printing ---- */

struct printer {
    const struct recording *recording;
    struct reply_captures captures;
    struct buf text;
    size_t replies;
};

/* Does the dialogue need what this reply captures? Then it stands as it is written. */
static bool is_needed(const struct program *program, const struct reply *reply)
{
    for (size_t i = 0; i < reply->line_count; i++) {
        for (size_t k = 0; k < reply->lines[i].text.count; k++) {
            const struct piece *piece = &reply->lines[i].text.pieces[k];
            if (piece->kind == PIECE_VARIABLE && !recording_text_is_record_name(piece->name) &&
                !recording_text_is_given(program, piece->name)) {
                return true;
            }
        }
    }
    return false;
}

static void print_reply(struct printer *printer, size_t i)
{
    const struct recording *recording = printer->recording;
    const struct step *step = &recording->program->steps[i];
    const struct step_record *first = &recording->plays[0][i];
    const struct step_record *second = &recording->plays[1][i];
    printer->replies += first->count;
    bool as_written = first->count > 0 && (is_needed(recording->program, &step->reply) ||
                                           !reply_cut_has_code(first->replies[0]));
    if (as_written) {
        recording_text_reply(&printer->text, recording->program, step);
        return;
    }
    for (size_t k = 0; k < first->count; k++) {
        reply_print(&printer->text, &printer->captures, step->connection, first->replies[k],
                    k < second->count ? second->replies[k] : NULL);
    }
}

static void print_steps(struct printer *printer)
{
    const struct recording *recording = printer->recording;
    const struct program *program = recording->program;
    for (size_t i = 0; i < program->step_count; i++) {
        bool begun = recording->plays[0][i].begun;
        if (begun && program->steps[i].kind == STEP_REPLY) {
            print_reply(printer, i);
        } else if (begun) {
            recording_text_step(&printer->text, program, &program->steps[i]);
        }
    }
}

/* Is a message that it fetches one that it sent itself, or that Given: put there? */
static bool knows_messages(const struct program *program)
{
    return program->given_count > 0 ||
           (program_needs(program, NEED_DELIVERY) && !program_needs(program, NEED_MESSAGES));
}

bool recording_print(const struct recording *recording, const struct recording_style *style,
                     struct buf *out)
{
    struct printer printer = {
        .recording = recording,
        .captures = {.all_new = style->loose,
                     .no_body = style->loose,
                     .no_messages = !knows_messages(recording->program),
                     .own_messages = recording->program->given_count == 0}
    };
    recording_text_head(&printer.text, recording->program, style->note, style->shows_secrets);
    print_steps(&printer);
    struct buf source = {0};
    struct error error = {{0}};
    (void)file_read(recording->program->path, SCENARIO_MAX_OCTETS, &source, &error);
    redact_case_append(style->secrets, buf_bytes(&printer.text), buf_bytes(&source), out);
    buf_deinit(&source);
    reply_captures_deinit(&printer.captures);
    buf_deinit(&printer.text);
    return printer.replies > 0;
}
