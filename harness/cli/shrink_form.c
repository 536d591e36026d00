#include "cli/shrink_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/shrink_units.h"
#include "cli/shrink_words.h"
#include "record/recording_text.h"
#include "record/transcript_text.h"

/* ---- The header ---- */

static const char *const field_names[SHRINK_FIELD_COUNT] = {
    [SHRINK_REQUIRES] = "Requires",   [SHRINK_GIVEN] = "Given",     [SHRINK_CAST] = "Cast",
    [SHRINK_VARIABLES] = "Variables", [SHRINK_COMPARE] = "Compare", [SHRINK_TIMEOUT] = "Timeout",
    [SHRINK_USES] = "Uses",           [SHRINK_FINALLY] = "Finally",
};

/* Does the need say what the server must offer for the dialogue to make sense, and not what is to be prepared for it? */
static bool is_guard(enum need_kind kind)
{
    return kind == NEED_EHLO || kind == NEED_CAPA || kind == NEED_TLS || kind == NEED_AUTH ||
           kind == NEED_SMTP || kind == NEED_LMTP || kind == NEED_APOP;
}

static const char *guard_of(const struct program *program, struct arena *arena)
{
    struct buf text = {0};
    for (size_t i = 0; i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (!is_guard(need->kind)) {
            continue;
        }
        buf_printf(&text, "%s%s", text.n > 0 ? ", " : "Requires: ", need_kind_name(need->kind));
        if (need->word != NULL) {
            buf_printf(&text, " %s", need->word);
        }
    }
    buf_append_text(&text, text.n > 0 ? "\n" : "");
    const char *guard = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return guard;
}

static void read_fields(struct shrink_form *form)
{
    for (size_t i = 0; i < SHRINK_FIELD_COUNT; i++) {
        struct buf text = {0};
        recording_text_field(&text, form->program, field_names[i]);
        form->fields[i] = arena_text(form->arena, buf_bytes(&text));
        form->field_kept[i] = text.n > 0;
        buf_deinit(&text);
    }
    form->guard = guard_of(form->program, form->arena);
}

/* What stays whatever is taken out. */
static const char *head_of(const struct program *program, struct arena *arena)
{
    struct buf text = {0};
    buf_append_text(&text, "Title: ");
    transcript_text_sentence(&text,
                             bytes_of(program->title != NULL ? program->title : program->id));
    buf_append_octet(&text, '\n');
    recording_text_field(&text, program, "Rule");
    const char *head = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return head;
}

static enum start start_of(const struct program *program)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].number == 1) {
            return program->connections[i].start;
        }
    }
    return START_COUNT;
}

/* ---- The dialogue ---- */

static enum shrink_line_kind kind_of(const struct step *step)
{
    switch (step->kind) {
    case STEP_COMMAND:
    case STEP_RESPONSE:
        return SHRINK_COMMAND;
    case STEP_DATA:
    case STEP_CHUNK:
        return SHRINK_DATA;
    case STEP_REPLY:
        return SHRINK_REPLY;
    case STEP_BODY:
    case STEP_OPEN:
    case STEP_CLOSE:
    case STEP_RESET:
    case STEP_WAIT:
    case STEP_SILENCE:
    case STEP_WITHIN:
    case STEP_FLUSH:
    case STEP_PACE:
    case STEP_TOGETHER:
    case STEP_SEND_MESSAGE:
    case STEP_MESSAGE:
    case STEP_AWAIT:
    case STEP_TLS:
    case STEP_TLS_FAILS:
    case STEP_TLS_FACT:
    case STEP_AUTHENTICATE:
    case STEP_IF:
    case STEP_END:
    case STEP_EXIT:
    case STEP_STORE:
    case STEP_NEVER:
    case STEP_JUDGE:
    case STEP_COMMENTARY:
    case STEP_KIND_COUNT:
        break;
    }
    return SHRINK_DIRECTION;
}

/* What a reply captures may be needed later. */
static bool captures(const struct reply *reply)
{
    for (size_t i = 0; i < reply->line_count; i++) {
        const struct text *text = &reply->lines[i].text;
        for (size_t k = 0; k < text->count; k++) {
            if (text->pieces[k].kind == PIECE_VARIABLE) {
                return true;
            }
        }
    }
    return false;
}

/* Any reply; the code that is wanted stays the first one, for it says what follows (354, 334). NULL: it cannot be loosened. */
static const char *loose_text(const struct step *step, struct arena *arena)
{
    const struct reply *reply = &step->reply;
    const char *code = reply->code_count > 0 ? reply->codes[0].code : NULL;
    if (step->kind != STEP_REPLY || code == NULL || reply->goes_on || captures(reply)) {
        return NULL;
    }
    if (!octet_is_digit((unsigned char)code[0])) {
        return code[0] == '-' ? " -ERR | +OK" : arena_printf(arena, " %s | -ERR", code);
    }
    struct buf text = {0};
    buf_printf(&text, " %s", code);
    for (const char *digit = "2345"; *digit != '\0'; digit++) {
        char any[] = {*digit, 'y', 'z', '\0'};
        if (strcmp(any, code) != 0) {
            buf_printf(&text, " | %s", any);
        }
    }
    const char *loose = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return loose;
}

/* "C2=: text" -> "C2=:" and " text" */
static void cut_speaker(struct shrink_line *line, struct bytes text, struct arena *arena)
{
    size_t colon = bytes_index(text, ':', 0);
    size_t n = text.n == 0 || text.p[0] == '<' || colon == BYTES_NONE ? 0 : colon + 1;
    line->speaker = arena_text(arena, bytes_slice(text, 0, n));
    line->text = arena_text(arena, bytes_skip(text, n));
}

static void add_step(struct shrink_form *form, size_t *capacity, size_t step, size_t unit)
{
    const struct step *from = &form->program->steps[step];
    struct buf text = {0};
    struct bytes line;
    if (from->kind != STEP_COMMENTARY) {
        recording_text_written(&text, form->program, from);
    }
    struct bytes rest = buf_bytes(&text);
    bool first = true;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        form->lines = mem_grow(form->lines, form->line_count, capacity, sizeof(struct shrink_line));
        struct shrink_line *to = &form->lines[form->line_count++];
        *to = (struct shrink_line){.kind = kind_of(from),
                                   .step = step,
                                   .unit = unit,
                                   .connection = from->connection,
                                   .kept = true};
        cut_speaker(to, line, form->arena);
        to->loose = first ? loose_text(from, form->arena) : NULL;
        first = false;
    }
    buf_deinit(&text);
}

void shrink_form_init(struct shrink_form *form, const struct program *program, const bool *begun,
                      struct arena *arena)
{
    size_t capacity = 0;
    size_t *units = mem_array(program->step_count + 1, sizeof *units);
    *form = (struct shrink_form){
        .program = program,
        .arena = arena,
        .head = head_of(program, arena),
        .start = start_of(program),
        .loosened = mem_array(program->step_count + 1, sizeof(bool)),
        .unit_count = shrink_units(program, units),
    };
    read_fields(form);
    for (size_t i = 0; i < program->step_count; i++) {
        if (begun == NULL || begun[i]) {
            add_step(form, &capacity, i, units[i]);
        }
    }
    free(units);
}

void shrink_form_copy(struct shrink_form *copy, const struct shrink_form *form)
{
    *copy = *form;
    copy->lines = mem_array(form->line_count + 1, sizeof *copy->lines);
    copy->loosened = mem_array(form->program->step_count + 1, sizeof(bool));
    for (size_t i = 0; i < form->line_count; i++) {
        copy->lines[i] = form->lines[i];
    }
    for (size_t i = 0; i < form->program->step_count; i++) {
        copy->loosened[i] = form->loosened[i];
    }
}

void shrink_form_deinit(struct shrink_form *form)
{
    free(form->lines);
    free(form->loosened);
    form->lines = NULL;
    form->loosened = NULL;
}

/* ---- Printing ---- */

/* Of a reply that is loosened the status line stands for all of it. */
static bool is_printed(const struct shrink_form *form, const struct shrink_line *line)
{
    return line->kept && (!form->loosened[line->step] || line->loose != NULL);
}

size_t shrink_form_lines(const struct shrink_form *form)
{
    size_t count = 0;
    for (size_t i = 0; i < form->line_count; i++) {
        count += is_printed(form, &form->lines[i]) ? 1 : 0;
    }
    return count;
}

/* The octets of the chunk behind line i; false: they are not known, or there is no chunk. */
static bool chunk_octets(const struct shrink_form *form, size_t i, uint64_t *octets_r)
{
    size_t unit = form->lines[i].unit;
    bool chunk = false;
    *octets_r = 0;
    for (size_t k = i + 1; k < form->line_count && form->lines[k].unit == unit; k++) {
        const struct shrink_line *line = &form->lines[k];
        uint64_t octets = 0;
        if (line->kind != SHRINK_DATA || !line->kept) {
            continue;
        }
        if (!shrink_octets(bytes_skip(bytes_of(line->text), 1), &octets)) {
            return false;
        }
        *octets_r += octets;
        chunk = true;
    }
    return chunk;
}

/* " BDAT 14 LAST" with the number that the lines behind it have now. */
static void print_command(const struct shrink_form *form, size_t i, struct buf *out)
{
    struct bytes text = bytes_of(form->lines[i].text);
    struct bytes rest = text;
    struct bytes verb = {0};
    struct bytes size = {0};
    uint64_t octets = 0;
    bool chunk = bytes_next_word(&rest, &verb) && bytes_is_nocase(verb, "BDAT") &&
                 bytes_next_word(&rest, &size) && bytes_to_u64(size, &octets) &&
                 chunk_octets(form, i, &octets);
    if (!chunk) {
        buf_append(out, text);
        return;
    }
    buf_append(out, bytes_make(text.p, (size_t)(size.p - text.p)));
    buf_printf(out, "%llu", (unsigned long long)octets);
    buf_append(out, rest);
}

static void print_line(const struct shrink_form *form, size_t i, struct buf *out)
{
    const struct shrink_line *line = &form->lines[i];
    if (form->loosened[line->step]) {
        buf_append_text(out, "S");
        if (line->connection > 1) {
            buf_printf(out, "%u", line->connection);
        }
        buf_printf(out, ":%s", line->loose);
    } else {
        buf_append_text(out, line->speaker);
        if (line->kind == SHRINK_COMMAND) {
            print_command(form, i, out);
        } else {
            buf_append_text(out, line->text);
        }
    }
    buf_append_octet(out, '\n');
}

static bool has_first_connection(const struct shrink_form *form)
{
    for (size_t i = 0; i < form->line_count; i++) {
        if (is_printed(form, &form->lines[i]) && form->lines[i].connection == 1) {
            return true;
        }
    }
    return false;
}

static void print_head(const struct shrink_form *form, struct buf *out)
{
    buf_append_text(out, form->head);
    for (size_t i = 0; i < SHRINK_FIELD_COUNT; i++) {
        const char *dropped = i == SHRINK_REQUIRES ? form->guard : "";
        buf_append_text(out, form->field_kept[i] ? form->fields[i] : dropped);
    }
    if (form->start != START_COUNT && has_first_connection(form)) {
        buf_printf(out, "Start: %s\n", start_name(form->start));
    }
    buf_append_octet(out, '\n');
}

static size_t count_lines(struct bytes text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n' ? 1 : 0;
    }
    return lines;
}

void shrink_form_print(const struct shrink_form *form, struct buf *out,
                       struct shrink_lines *lines_r)
{
    print_head(form, out);
    size_t head = count_lines(buf_bytes(out));
    size_t *steps = arena_array(form->arena, head + form->line_count + 1, sizeof *steps);
    size_t line = 0;
    while (line <= head) {
        steps[line++] = BYTES_NONE;
    }
    for (size_t i = 0; i < form->line_count; i++) {
        if (is_printed(form, &form->lines[i])) {
            print_line(form, i, out);
            steps[line++] = form->lines[i].step;
        }
    }
    if (lines_r != NULL) {
        *lines_r = (struct shrink_lines){steps, line};
    }
}
