#include "script/pieces.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "match/regex.h"
#include "script/braces.h"

const struct name_value *pieces_column(const struct pieces_context *context, struct bytes name)
{
    for (size_t i = 0; i < context->row_count; i++) {
        if (bytes_is(name, context->row[i].name)) {
            return &context->row[i];
        }
    }
    return NULL;
}

bool piece_list_add(struct piece_list *list, struct piece piece)
{
    if (list->context->budget != NULL) {
        if (*list->context->budget == 0) {
            return false;
        }
        (*list->context->budget)--;
    }
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = piece;
    return true;
}

struct text piece_list_finish(struct piece_list *list)
{
    struct piece *pieces = arena_array(list->context->arena, list->count, sizeof *pieces);
    for (size_t i = 0; i < list->count; i++) {
        pieces[i] = list->items[i];
    }
    struct text text = {pieces, list->count};
    free(list->items);
    list->items = NULL;
    list->count = list->capacity = 0;
    return text;
}

/* Octets of the pattern that stand for themselves. */
static struct bytes quote_for(struct arena *arena, enum pieces_mode mode, struct bytes octets)
{
    struct buf quoted = {0};
    if (mode == PIECES_REGEX) {
        regex_quote(&quoted, octets);
    } else {
        for (size_t i = 0; i < octets.n; i++) {
            if (bytes_index(BYTES_LIT("*?\\"), octets.p[i], 0) != BYTES_NONE) {
                buf_append_octet(&quoted, '\\');
            }
            buf_append_octet(&quoted, octets.p[i]);
        }
    }
    struct bytes copy = arena_copy(arena, buf_bytes(&quoted));
    buf_deinit(&quoted);
    return copy;
}

void piece_list_add_column(struct piece_list *list, enum pieces_mode mode,
                           const struct name_value *column)
{
    if (list->context->row_used != NULL) {
        list->context->row_used[column - list->context->row] = true;
    }
    for (size_t i = 0; i < column->value.count; i++) {
        struct piece piece = column->value.pieces[i];
        if (piece.kind == PIECE_OCTETS && (mode == PIECES_REGEX || mode == PIECES_GLOB)) {
            piece.octets = quote_for(list->context->arena, mode, piece.octets);
        }
        piece_list_add(list, piece);
    }
}

/* A run of plain octets: a view of the source as long as no escape changes it. */
struct run {
    struct span span;
    size_t from;
    size_t to;
    struct buf changed;
    bool is_changed;
};

static void run_keep(struct run *run, size_t to)
{
    if (run->is_changed) {
        buf_append(&run->changed, bytes_slice(run->span.text, run->to, to));
    }
    run->to = to;
}

static void run_replace(struct run *run, size_t used, struct bytes octets)
{
    if (!run->is_changed) {
        buf_append(&run->changed, bytes_slice(run->span.text, run->from, run->to));
        run->is_changed = true;
    }
    buf_append(&run->changed, octets);
    run->to += used;
}

static void run_finish(struct run *run, struct piece_list *list, size_t next)
{
    if (run->to > run->from) {
        struct bytes octets = run->is_changed
                                  ? arena_copy(list->context->arena, buf_bytes(&run->changed))
                                  : bytes_slice(run->span.text, run->from, run->to);
        struct place place = span_place(run->span, run->from, run->to - run->from);
        piece_list_add(list, (struct piece){.octets = octets, .place = place});
    }
    buf_clear(&run->changed);
    run->is_changed = false;
    run->from = run->to = next;
}

struct reading {
    const struct pieces_context *context;
    enum pieces_mode mode;
    struct span span;
    struct run run;
    struct pieces *pieces;
};

static void bad_escape(struct reading *reading, size_t at, size_t used, bool is_hex)
{
    struct bytes text = bytes_slice(reading->span.text, at, at + (used > 2 ? used : 2));
    struct place place = span_place(reading->span, at, text.n);
    if (is_hex) {
        problems_error(reading->context->problems, place,
                       "\\x needs two hexadecimal digits; a backslash itself is written \\\\");
    } else if (text.n < 2) {
        problems_error(reading->context->problems, place,
                       "a backslash at the end; a backslash itself is written \\\\");
    } else {
        problems_error(reading->context->problems, place,
                       "unknown escape \\%c; a backslash itself is written \\\\",
                       text.p[1] >= 0x20 && text.p[1] < 0x7f ? text.p[1] : '.');
    }
    reading->pieces->failed = true;
}

/* Escapes of one mode only; 0: none of them, else the octets used up. */
static size_t read_own_escape(struct reading *reading, size_t at)
{
    struct bytes rest = bytes_skip(reading->span.text, at);
    unsigned char c = rest.n > 1 ? rest.p[1] : 0;
    if ((c == '|' && (reading->mode == PIECES_CELL || reading->mode == PIECES_QUOTED)) ||
        (c == '"' && reading->mode == PIECES_QUOTED)) {
        run_replace(&reading->run, 2, bytes_make(&c, 1));
        return 2;
    }
    if ((reading->mode == PIECES_GLOB && (c == '*' || c == '?' || c == '\\')) ||
        (reading->mode == PIECES_REGEX && rest.n > 1)) {
        run_keep(&reading->run, at + 2);
        return 2;
    }
    if (reading->mode == PIECES_REGEX) {
        run_keep(&reading->run, at + 1);
        return 1;
    }
    return 0;
}

/* Returns the number of octets used up. */
static size_t read_escape(struct reading *reading, size_t at)
{
    size_t used = read_own_escape(reading, at);
    if (used > 0) {
        return used;
    }
    struct bytes rest = bytes_skip(reading->span.text, at);
    unsigned char octet = 0;
    switch (escape_read(rest, &octet, &used)) {
    case ESCAPE_READ_OCTET: {
        struct bytes one = {&octet, 1};
        struct bytes octets = reading->mode == PIECES_GLOB
                                  ? quote_for(reading->context->arena, PIECES_GLOB, one)
                                  : one;
        run_replace(&reading->run, used, octets);
        return used;
    }
    case ESCAPE_READ_NO_END:
        if ((reading->mode == PIECES_LINE || reading->mode == PIECES_GLOB) &&
            at + used == reading->span.text.n) {
            reading->pieces->no_end = true;
        } else {
            problems_error(reading->context->problems, span_place(reading->span, at, used),
                           "\\c stands only at the end of a line");
            reading->pieces->failed = true;
        }
        return used;
    case ESCAPE_READ_UNKNOWN:
        bad_escape(reading, at, used, false);
        return rest.n < 2 ? rest.n : 2;
    case ESCAPE_READ_BAD:
        bad_escape(reading, at, used, true);
        return used;
    }
    return used;
}

struct pieces pieces_read(const struct pieces_context *context, enum pieces_mode mode,
                          struct span span)
{
    struct pieces pieces = {0};
    struct piece_list list = {.context = context};
    struct reading reading = {context, mode, span, {.span = span}, &pieces};
    size_t at = 0;
    while (at < span.text.n) {
        if (bytes_starts(bytes_skip(span.text, at), "{{")) {
            run_finish(&reading.run, &list, at);
            struct braces braces = {.context = context, .mode = mode, .span = span, .at = at};
            pieces.leads_column |= at == 0 && braces_name_column(&braces);
            pieces.failed |= !braces_read(&braces, &list);
            pieces.braces++;
            at = braces.at;
            run_finish(&reading.run, &list, at);
        } else if (span.text.p[at] == '\\' && mode != PIECES_VALUES) {
            at += read_escape(&reading, at);
        } else {
            run_keep(&reading.run, ++at);
        }
        if (pieces.no_end) {
            break;
        }
    }
    run_finish(&reading.run, &list, span.text.n);
    buf_deinit(&reading.run.changed);
    pieces.text = piece_list_finish(&list);
    return pieces;
}
