/*
 * compile_lines - one line: its text, how it is compared, what it knows and captures
 */
#include <string.h>

#include "base/glob.h"
#include "match/regex.h"
#include "script/compiler.h"
#include "script/functions.h"
#include "script/notations.h"

void compile_unplayable(struct compiler *compiler, enum side side, struct place place,
                        const char *format, ...)
{
    const char **reason =
        side == SIDE_CLIENT ? &compiler->unplayable_client : &compiler->unplayable_server;
    if (*reason != NULL) {
        return;
    }
    struct buf text = {0};
    va_list args;
    buf_printf(&text, "line %u: ", place.line);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    *reason = arena_strdup(compiler->arena, buf_text(&text));
    buf_deinit(&text);
}

/* ---- Variables ---- */

static bool is_declared(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->variable_count; i++) {
        if (strcmp(settings->variables[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_known(const struct compiler *compiler, const char *name)
{
    return variable_is_predefined(bytes_of(name)) || name_set_has(&compiler->captured, name) ||
           is_declared(compiler->settings, name) ||
           pieces_column(&compiler->pieces, bytes_of(name)) != NULL;
}

void compile_capture(struct compiler *compiler, const char *name)
{
    if (!is_known(compiler, name)) {
        name_set_add(&compiler->captured, name);
    }
}

static void unknown_variable(struct compiler *compiler, const struct piece *piece)
{
    const char *nearest = variable_nearest(bytes_of(piece->name));
    for (size_t i = 0; i < compiler->pieces.row_count && nearest == NULL; i++) {
        nearest = glob_nearest(bytes_of(piece->name), &compiler->pieces.row[i].name, 1);
    }
    problems_error(compiler->problems, piece->place, "nothing gives {{%s}} a value%s%s%s",
                   piece->name, nearest != NULL ? "; did you mean {{" : "",
                   nearest != NULL ? nearest : "", nearest != NULL ? "}}?" : "");
}

static void check_known_piece(struct compiler *compiler, const struct piece *piece)
{
    if (piece->kind == PIECE_VARIABLE && !piece->has_sample && !is_known(compiler, piece->name)) {
        unknown_variable(compiler, piece);
    }
    for (size_t i = 0; i < piece->argument_count; i++) {
        compile_check_known(compiler, &piece->arguments[i]);
    }
}

void compile_check_known(struct compiler *compiler, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        check_known_piece(compiler, &text->pieces[i]);
    }
}

/* An unbound variable: what it means for the side that speaks. */
static void look_at_unbound(struct compiler *compiler, const struct flat *flat,
                            const struct piece *piece)
{
    enum side side = flat->item->side;
    bool pattern = flat->item->marked && flat->item->compare != COMPARE_EXACT;
    if (side == SIDE_CLIENT && !piece->typed && !piece->has_sample && !pattern) {
        unknown_variable(compiler, piece);
        return;
    }
    if (!piece->has_sample) {
        compile_unplayable(compiler, side, piece->place, "{{%s}} has no sample to send",
                           piece->name);
    }
    if ((flat->item->flags & LINE_FORBIDDEN) == 0) {
        compile_capture(compiler, piece->name);
    }
}

/* A name has one type: the first one decides what is captured, and another one would say nothing. */
static void check_type(struct compiler *compiler, const struct piece *piece)
{
    const char *typed =
        arena_printf(compiler->arena, "%s:%s", piece->name, value_type_name(piece->type));
    if (name_set_has(&compiler->typed, typed)) {
        return;
    }
    if (name_set_has(&compiler->typed, piece->name)) {
        problems_error(compiler->problems, piece->place, "{{%s}} has another type above",
                       piece->name);
        return;
    }
    name_set_add(&compiler->typed, piece->name);
    name_set_add(&compiler->typed, typed);
}

static void look_at_pieces(struct compiler *compiler, const struct flat *flat,
                           const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        if (piece->kind == PIECE_VARIABLE && piece->typed) {
            check_type(compiler, piece);
        }
        if (piece->kind == PIECE_FUNCTION) {
            check_known_piece(compiler, piece);
        } else if (piece->kind == PIECE_VARIABLE && !is_known(compiler, piece->name)) {
            look_at_unbound(compiler, flat, piece);
        }
    }
}

/* ---- Patterns ---- */

#define STAND_IN "(x)"

/* Where octet `offset` of the pattern stands; a stand-in counts for its variable. */
static struct place pattern_place(const struct line *line, size_t offset)
{
    struct place place = line->place;
    size_t at = 0;
    for (size_t i = 0; i < line->text.count && at <= offset; i++) {
        const struct piece *piece = &line->text.pieces[i];
        bool octets = piece->kind == PIECE_OCTETS;
        place = piece->place;
        if (octets) {
            place.column += (unsigned)(offset - at);
            place.width = 1;
        }
        at += octets ? piece->octets.n : sizeof STAND_IN - 1;
    }
    return place;
}

/* A pattern is compiled now, with a stand-in for each variable, so that its mistake has a place. */
static void check_regex(struct compiler *compiler, const struct line *line)
{
    struct buf pattern = {0};
    for (size_t i = 0; i < line->text.count; i++) {
        const struct piece *piece = &line->text.pieces[i];
        buf_append(&pattern, piece->kind == PIECE_OCTETS ? piece->octets : BYTES_LIT(STAND_IN));
    }
    struct error error = {{0}};
    size_t offset = 0;
    struct regex *regex = regex_new(buf_bytes(&pattern), &offset, &error);
    if (regex == NULL) {
        problems_error(compiler->problems, pattern_place(line, offset), "%s", error.text);
    }
    regex_free(&regex);
    buf_deinit(&pattern);
}

static enum pieces_mode mode_of(const struct item *item)
{
    if (item->marked && item->compare == COMPARE_GLOB) {
        return PIECES_GLOB;
    }
    return item->marked && item->compare == COMPARE_REGEX ? PIECES_REGEX : PIECES_LINE;
}

static enum compare compare_of(const struct compiler *compiler, const struct item *item,
                               const struct pieces *pieces)
{
    if (item->marked) {
        return item->compare;
    }
    /* A column where the code or the verb stands only chooses which one is compared. */
    size_t values = pieces->braces - (pieces->leads_column ? 1 : 0);
    bool whole = values > 0 || compiler->settings->compare_text;
    /* Where a line may not be, or in any order, or a field, its text is all that tells it from the others. */
    bool told_by_text = (item->flags & (LINE_FORBIDDEN | LINE_ANY_ORDER | LINE_FOLDED)) != 0;
    return whole || told_by_text ? COMPARE_VALUES : COMPARE_FRAME;
}

static void check_length(struct compiler *compiler, const struct line *line)
{
    size_t length = 0;
    if (text_length(&line->text, &length) && length > SCENARIO_MAX_TEXT) {
        problems_error(compiler->problems, line->place, "the line would have more than %d octets",
                       SCENARIO_MAX_TEXT);
    }
}

struct line compile_line(struct compiler *compiler, const struct flat *flat, struct span span)
{
    const struct item *item = flat->item;
    struct pieces pieces = pieces_read(&compiler->pieces, mode_of(item), span);
    struct line line = {.text = pieces.text,
                        .compare = compare_of(compiler, item, &pieces),
                        .flags = item->flags | (pieces.no_end ? (unsigned)LINE_NO_END : 0),
                        .place = span_whole_place(span)};
    if (pieces.failed) {
        return line;
    }
    look_at_pieces(compiler, flat, &line.text);
    check_length(compiler, &line);
    if (line.compare == COMPARE_REGEX) {
        check_regex(compiler, &line);
    }
    bool pattern = line.compare == COMPARE_REGEX || line.compare == COMPARE_GLOB;
    if (pattern && (line.flags & LINE_FORBIDDEN) == 0) {
        compile_unplayable(compiler, item->side, line.place, "a pattern cannot be sent");
    }
    return line;
}

struct text compile_known_text(struct compiler *compiler, enum pieces_mode mode, struct span span)
{
    struct pieces pieces = pieces_read(&compiler->pieces, mode, span);
    if (!pieces.failed) {
        compile_check_known(compiler, &pieces.text);
    }
    return pieces.text;
}

struct span compile_trimmed(const struct flat *flat)
{
    struct span span = span_trim_left(flat->item->text);
    if (flat->item->marked) {
        return span;
    }
    return span_slice(span, 0, notation_said(span.text));
}

struct span compile_data_span(const struct flat *flat)
{
    bool blank = flat->item->text.text.n > 0 && flat->item->text.text.p[0] == ' ';
    return span_skip(flat->item->text, blank ? 1 : 0);
}
