#include "cli/shrink_passes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/reduce.h"
#include "cli/shrink_wording.h"

/* Commands that make sense only together, such as those of AUTH LOGIN, are no more than that many units. */
enum { TOGETHER = 4 };

bool shrink_take(struct shrinking *shrinking, struct shrink_form *candidate)
{
    bool shows = shrink_try_form(&shrinking->try, candidate);
    if (shows) {
        struct shrink_form before = shrinking->form;
        shrinking->form = *candidate;
        *candidate = before;
    }
    shrink_form_deinit(candidate);
    return shows;
}

/* ---- Lines ---- */

struct line_pass {
    struct shrinking *shrinking;
    const size_t *element; /* by index of the line; BYTES_NONE: it stays */
};

static bool shows_lines(void *self, const bool *kept)
{
    const struct line_pass *pass = self;
    struct shrink_form candidate;
    shrink_form_copy(&candidate, &pass->shrinking->form);
    for (size_t i = 0; i < candidate.line_count; i++) {
        if (pass->element[i] != BYTES_NONE && !kept[pass->element[i]]) {
            candidate.lines[i].kept = false;
        }
    }
    return shrink_take(pass->shrinking, &candidate);
}

/* `element_of`: which of `count` elements a line belongs to, or BYTES_NONE. */
static size_t reduce_lines(struct shrinking *shrinking, size_t count, size_t together,
                           size_t (*element_of)(const struct shrinking *shrinking, size_t line))
{
    const struct shrink_form *form = &shrinking->form;
    size_t *element = mem_array(form->line_count + 1, sizeof *element);
    bool *kept = mem_array(count + 1, sizeof *kept);
    for (size_t i = 0; i < form->line_count; i++) {
        element[i] = form->lines[i].kept ? element_of(shrinking, i) : BYTES_NONE;
        if (element[i] != BYTES_NONE) {
            kept[element[i]] = true;
        }
    }
    struct line_pass pass = {shrinking, element};
    struct reduce_set set = {count, kept, together, shows_lines, &pass};
    size_t taken = reduce_set(&set);
    free(element);
    free(kept);
    return taken;
}

bool shrink_is_decisive(const struct shrinking *shrinking, const struct shrink_line *line)
{
    const struct shrink_form *form = &shrinking->form;
    for (size_t i = 0; i < form->line_count; i++) {
        if (form->lines[i].step == shrinking->try.failure.step) {
            return form->lines[i].unit == line->unit;
        }
    }
    return false;
}

static size_t by_connection(const struct shrinking *shrinking, size_t i)
{
    const struct shrink_form *form = &shrinking->form;
    for (size_t k = 0; k < form->line_count; k++) {
        if (form->lines[k].connection == form->lines[i].connection &&
            shrink_is_decisive(shrinking, &form->lines[k])) {
            return BYTES_NONE;
        }
    }
    return form->lines[i].connection;
}

static size_t by_direction(const struct shrinking *shrinking, size_t i)
{
    const struct shrink_line *line = &shrinking->form.lines[i];
    return line->kind == SHRINK_DIRECTION && !shrink_is_decisive(shrinking, line) ? i : BYTES_NONE;
}

static size_t by_unit(const struct shrinking *shrinking, size_t i)
{
    const struct shrink_line *line = &shrinking->form.lines[i];
    return shrink_is_decisive(shrinking, line) ? BYTES_NONE : line->unit;
}

/* Not the dot at its end. */
static size_t by_data_line(const struct shrinking *shrinking, size_t i)
{
    const struct shrink_line *line = &shrinking->form.lines[i];
    return line->kind == SHRINK_DATA && strcmp(line->text, " .") != 0 ? i : BYTES_NONE;
}

/* Not the status line. */
static size_t by_reply_line(const struct shrinking *shrinking, size_t i)
{
    const struct shrink_form *form = &shrinking->form;
    bool more = form->lines[i].kind == SHRINK_REPLY && i > 0 &&
                form->lines[i - 1].step == form->lines[i].step;
    return more ? i : BYTES_NONE;
}

static size_t reduce_connections(struct shrinking *shrinking)
{
    size_t most = 0;
    for (size_t i = 0; i < shrinking->form.line_count; i++) {
        size_t connection = shrinking->form.lines[i].connection;
        most = connection > most ? connection : most;
    }
    return reduce_lines(shrinking, most + 1, 1, by_connection);
}

static size_t reduce_units(struct shrinking *shrinking)
{
    return reduce_lines(shrinking, shrinking->form.unit_count, TOGETHER, by_unit);
}

/* ---- The header ---- */

static bool shows_fields(void *self, const bool *kept)
{
    struct shrinking *shrinking = self;
    struct shrink_form candidate;
    shrink_form_copy(&candidate, &shrinking->form);
    for (size_t i = 0; i < SHRINK_FIELD_COUNT; i++) {
        candidate.field_kept[i] = candidate.field_kept[i] && kept[i];
    }
    return shrink_take(shrinking, &candidate);
}

static size_t reduce_fields(struct shrinking *shrinking)
{
    bool kept[SHRINK_FIELD_COUNT];
    memcpy(kept, shrinking->form.field_kept, sizeof kept);
    struct reduce_set set = {SHRINK_FIELD_COUNT, kept, 1, shows_fields, shrinking};
    return reduce_set(&set);
}

void shrink_finally(struct shrinking *shrinking)
{
    struct shrink_form candidate;
    shrink_form_copy(&candidate, &shrinking->form);
    candidate.field_kept[SHRINK_FINALLY] = false;
    (void)shrink_take(shrinking, &candidate);
}

/* ---- Start: ---- */

/* Behind Start: data the message comes first. */
static void drop_message(struct shrink_form *form)
{
    size_t first = 0;
    while (first < form->line_count &&
           !(form->lines[first].kept && form->lines[first].connection == 1)) {
        first++;
    }
    for (size_t i = first; i < form->line_count; i++) {
        struct shrink_line *line = &form->lines[i];
        line->kept = line->kept && line->unit != form->lines[first].unit;
    }
}

/* What says more than is needed: greeting rather than ehlo. */
static void start_further_back(struct shrinking *shrinking, bool without_message)
{
    enum start start = shrinking->form.start;
    for (unsigned s = START_GREETING; start < START_COUNT && s < start; s++) {
        struct shrink_form candidate;
        shrink_form_copy(&candidate, &shrinking->form);
        candidate.start = (enum start)s;
        if (without_message) {
            drop_message(&candidate);
        }
        if (shrink_take(shrinking, &candidate)) {
            return;
        }
    }
}

/* The command whose reply a Start: stands behind. */
static const struct {
    const char *verb;
    enum start start;
} milestones[] = {
    {"EHLO",     START_EHLO},
    {"HELO",     START_EHLO},
    {"LHLO",     START_EHLO},
    {"STARTTLS", START_TLS },
    {"STLS",     START_TLS },
    {"AUTH",     START_AUTH},
    {"PASS",     START_AUTH},
    {"APOP",     START_AUTH},
    {"MAIL",     START_MAIL},
    {"RCPT",     START_RCPT},
    {"DATA",     START_DATA},
};
enum { MILESTONES = sizeof milestones / sizeof milestones[0] };

static bool says(const struct shrink_line *line, const char *verb)
{
    struct bytes rest = bytes_of(line->text);
    struct bytes word;
    return line->kept && line->kind == SHRINK_COMMAND && bytes_next_word(&rest, &word) &&
           bytes_is_nocase(word, verb);
}

/* The answers to challenges and the handshake belong to the command before them. */
static bool belongs_to_command(const struct shrink_form *form, const struct shrink_line *line)
{
    enum step_kind kind = form->program->steps[line->step].kind;
    return kind == STEP_RESPONSE || kind == STEP_TLS || kind == STEP_TLS_FACT;
}

/* The first line of connection 1 behind the last command with that verb and what belongs to it; BYTES_NONE: it is not said. */
static size_t behind_verb(const struct shrink_form *form, const char *verb)
{
    size_t unit = BYTES_NONE;
    size_t behind = BYTES_NONE;
    for (size_t i = 0; i < form->line_count; i++) {
        const struct shrink_line *line = &form->lines[i];
        if (line->connection != 1) {
            continue;
        }
        if (says(line, verb) ||
            (unit != BYTES_NONE && behind == i && belongs_to_command(form, line))) {
            unit = line->unit;
        }
        if (unit != BYTES_NONE && line->unit == unit) {
            behind = i + 1;
        }
    }
    return behind;
}

/* Preparation that is one word: Start: rcpt for EHLO, MAIL and RCPT, and for what came before them. */
static void start_behind_verbs(struct shrinking *shrinking)
{
    for (size_t m = MILESTONES; m > 0; m--) {
        size_t behind = behind_verb(&shrinking->form, milestones[m - 1].verb);
        if (behind == BYTES_NONE || shrinking->form.start >= START_COUNT) {
            continue;
        }
        struct shrink_form candidate;
        shrink_form_copy(&candidate, &shrinking->form);
        candidate.start = milestones[m - 1].start;
        for (size_t i = 0; i < behind; i++) {
            struct shrink_line *line = &candidate.lines[i];
            line->kept = line->kept && line->connection != 1;
        }
        (void)shrink_take(shrinking, &candidate);
    }
}

static void choose_start(struct shrinking *shrinking)
{
    start_behind_verbs(shrinking);
    if (shrinking->form.start == START_DATA) {
        start_further_back(shrinking, true);
    }
    start_further_back(shrinking, false);
}

/* ---- Connections ---- */

static bool is_only_connection(const struct shrink_form *form, unsigned *connection_r)
{
    *connection_r = 0;
    for (size_t i = 0; i < form->line_count; i++) {
        const struct shrink_line *line = &form->lines[i];
        if (line->kept && *connection_r != 0 && line->connection != *connection_r) {
            return false;
        }
        *connection_r = line->kept ? line->connection : *connection_r;
    }
    return *connection_r > 1;
}

/* "S2*:" -> "S*:" */
static const char *without_number(const char *speaker, struct arena *arena)
{
    struct buf text = {0};
    for (const char *c = speaker; *c != '\0'; c++) {
        if (!octet_is_digit((unsigned char)*c)) {
            buf_append_octet(&text, (unsigned char)*c);
        }
    }
    const char *copy = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return copy;
}

/* The one that is left becomes the first, whose Start: can be chosen. */
static void number_connection(struct shrinking *shrinking)
{
    unsigned connection = 0;
    bool taken = !is_only_connection(&shrinking->form, &connection);
    for (unsigned start = START_CONNECT; !taken && start < START_COUNT; start++) {
        struct shrink_form candidate;
        shrink_form_copy(&candidate, &shrinking->form);
        for (size_t i = 0; i < candidate.line_count; i++) {
            struct shrink_line *line = &candidate.lines[i];
            line->speaker = without_number(line->speaker, candidate.arena);
            line->connection = 1;
        }
        candidate.start = (enum start)start;
        taken = shrink_take(shrinking, &candidate);
    }
}

/* ---- Replies before the decisive one ---- */

static size_t loosen(const struct shrinking *shrinking, struct shrink_form *form, bool loose)
{
    size_t count = 0;
    for (size_t i = 0; i < form->line_count; i++) {
        const struct shrink_line *line = &form->lines[i];
        if (line->kept && line->loose != NULL && !shrink_is_decisive(shrinking, line)) {
            form->loosened[line->step] = loose;
            count++;
        }
    }
    return count;
}

static void tighten(struct shrinking *shrinking)
{
    struct shrink_form candidate;
    shrink_form_copy(&candidate, &shrinking->form);
    (void)loosen(shrinking, &candidate, false);
    if (shrink_take(shrinking, &candidate)) {
        return;
    }
    for (size_t step = 0; step < shrinking->form.program->step_count; step++) {
        if (shrinking->form.loosened[step]) {
            shrink_form_copy(&candidate, &shrinking->form);
            candidate.loosened[step] = false;
            (void)shrink_take(shrinking, &candidate);
        }
    }
}

/*
 * Where any reply will do, more can be taken out that only prepared one: what fails behind a refusal may fail behind another one, too. What
 * is written comes back where it holds, and all of it where nothing was gained.
 */
static void reduce_loosened(struct shrinking *shrinking)
{
    struct shrink_form before;
    struct shrink_form candidate;
    shrink_form_copy(&before, &shrinking->form);
    shrink_form_copy(&candidate, &shrinking->form);
    if (loosen(shrinking, &candidate, true) == 0) {
        shrink_form_deinit(&candidate);
    } else if (shrink_take(shrinking, &candidate) && reduce_units(shrinking) > 0) {
        tighten(shrinking);
        shrink_form_deinit(&before);
        return;
    }
    shrink_form_deinit(&shrinking->form);
    shrinking->form = before;
}

/* ---- All ---- */

void shrink_everything(struct shrinking *shrinking)
{
    (void)reduce_fields(shrinking);
    (void)reduce_connections(shrinking);
    (void)reduce_lines(shrinking, shrinking->form.line_count, 1, by_direction);
    (void)reduce_units(shrinking);
    number_connection(shrinking);
    choose_start(shrinking);
    shrink_messages(shrinking);
    (void)reduce_lines(shrinking, shrinking->form.line_count, 1, by_data_line);
    (void)reduce_lines(shrinking, shrinking->form.line_count, 1, by_reply_line);
    reduce_loosened(shrinking);
    shrink_texts(shrinking);
    (void)reduce_fields(shrinking);
    size_t taken = 1;
    while (taken > 0) {
        taken = reduce_units(shrinking);
        taken += reduce_lines(shrinking, shrinking->form.line_count, 1, by_data_line);
    }
}
