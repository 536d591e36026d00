/*
 * print - problems and compiled texts as text (declared in scenario.h)
 */
#include "base/escape.h"
#include "base/utf8.h"
#include "script/scenario.h"

#define WINDOW_BEFORE 60 /* octets of a long line that are shown before the caret */
#define WINDOW        140

/* ---- Texts ---- */

/* {{base64 user}}: a variable may stand without quotes. */
static bool is_bare(const struct text *argument)
{
    const struct piece *piece = argument->count == 1 ? &argument->pieces[0] : NULL;
    return piece != NULL && piece->kind == PIECE_VARIABLE && !piece->typed && !piece->has_sample;
}

static void print_piece(struct buf *out, const struct piece *piece);

/* Quotes are escaped, but not those inside of {{...}}. */
static void print_quoted(struct buf *out, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        struct bytes rest = text->pieces[i].octets;
        struct bytes part;
        if (text->pieces[i].kind != PIECE_OCTETS) {
            print_piece(out, &text->pieces[i]);
            continue;
        }
        for (size_t n = 0; bytes_next(&rest, '"', &part); n++) {
            buf_append_text(out, n > 0 ? "\\\"" : "");
            escape_append(out, part, ESCAPE_BRACE | ESCAPE_UTF8);
        }
    }
}

static void print_arguments(struct buf *out, const struct piece *piece)
{
    for (size_t i = 0; i < piece->argument_count; i++) {
        const struct text *argument = &piece->arguments[i];
        uint64_t number = 0;
        bool is_number = argument->count == 1 && argument->pieces[0].kind == PIECE_OCTETS &&
                         bytes_to_u64(argument->pieces[0].octets, &number);
        if (is_number) {
            buf_append_octet(out, ' ');
            buf_append(out, argument->pieces[0].octets);
            continue;
        }
        if (is_bare(argument)) {
            buf_printf(out, " %s", argument->pieces[0].name);
            continue;
        }
        buf_append_text(out, " \"");
        print_quoted(out, argument);
        buf_append_octet(out, '"');
    }
}

static void print_piece(struct buf *out, const struct piece *piece)
{
    switch (piece->kind) {
    case PIECE_OCTETS:
        escape_append(out, piece->octets, ESCAPE_BRACE | ESCAPE_UTF8);
        break;
    case PIECE_VARIABLE:
        buf_printf(out, "{{%s", piece->name);
        if (piece->type != VALUE_TEXT || piece->typed) {
            buf_printf(out, ":%s", value_type_name(piece->type));
        }
        if (piece->has_sample) {
            buf_append_octet(out, '=');
            escape_append(out, piece->sample, ESCAPE_BRACE | ESCAPE_UTF8);
        }
        buf_append_text(out, "}}");
        break;
    case PIECE_FUNCTION:
        buf_printf(out, "{{%s", piece->name);
        print_arguments(out, piece);
        buf_append_text(out, "}}");
        break;
    }
}

void scenario_print_text(struct buf *out, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        print_piece(out, &text->pieces[i]);
    }
}

void scenario_print_line(struct buf *out, const struct line *line)
{
    if (line->compare != COMPARE_REGEX && line->compare != COMPARE_GLOB) {
        scenario_print_text(out, &line->text);
    } else {
        /* Backslashes belong to the pattern. */
        for (size_t i = 0; i < line->text.count; i++) {
            const struct piece *piece = &line->text.pieces[i];
            struct bytes rest = piece->kind == PIECE_OCTETS ? piece->octets : (struct bytes){0};
            struct bytes part;
            for (size_t n = 0; bytes_next(&rest, '\\', &part); n++) {
                buf_append_text(out, n > 0 ? "\\" : "");
                escape_append(out, part, ESCAPE_UTF8);
            }
            if (piece->kind != PIECE_OCTETS) {
                print_piece(out, piece);
            }
        }
    }
    buf_append_text(out, (line->flags & LINE_NO_END) != 0 ? "\\c" : "");
}

/* ---- Problems ---- */

/* One octet or sequence of the source line as it is shown; returns the columns that it takes up. */
static size_t show(struct buf *out, struct bytes text, size_t *used_r)
{
    uint32_t code_point = 0;
    size_t length = utf8_read(text, &code_point);
    if (text.p[0] == '\t') {
        buf_append_octet(out, ' ');
        *used_r = 1;
        return 1;
    }
    if (length > 0 && utf8_is_visible(code_point)) {
        buf_append(out, bytes_slice(text, 0, length));
        *used_r = length;
        return utf8_columns(code_point);
    }
    size_t before = out->n;
    *used_r = length > 0 ? length : 1;
    escape_append(out, bytes_slice(text, 0, *used_r), 0);
    return out->n - before;
}

/* Begin of a sequence, not its middle. */
static size_t align(struct bytes text, size_t at)
{
    while (at > 0 && at < text.n && (text.p[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

static void print_source(struct buf *out, const struct place *place)
{
    struct bytes text = place->source;
    size_t caret = place->column > 0 ? place->column - 1 : 0;
    size_t width = place->width > 0 ? place->width : 1;
    size_t from = align(text, caret > WINDOW_BEFORE && text.n > WINDOW ? caret - WINDOW_BEFORE : 0);
    size_t to = align(text, from + WINDOW < text.n ? from + WINDOW : text.n);
    struct buf marks = {0};
    struct buf number = {0};
    buf_printf(&number, "%u", place->line);
    buf_printf(out, " %s | %s", buf_text(&number), from > 0 ? "..." : "");
    buf_append_fill(&marks, ' ', number.n + 1);
    buf_printf(&marks, " | %s", from > 0 ? "   " : "");
    size_t carets = 0;
    for (size_t at = from; at < to;) {
        size_t used = 1;
        size_t columns = show(out, bytes_slice(text, at, to), &used);
        bool marked = at + used > caret && at < caret + width;
        if (marked || at + used <= caret) {
            buf_append_fill(&marks, marked ? '^' : ' ', columns);
        }
        carets += marked ? columns : 0;
        at += used;
    }
    if (carets == 0) {
        buf_append_octet(&marks, '^'); /* behind the end of the line */
    }
    buf_printf(out, "%s\n%s\n", to < text.n ? "..." : "", buf_text(&marks));
    buf_deinit(&marks);
    buf_deinit(&number);
}

void scenario_print_problem(struct buf *out, const struct scenario_problem *problem)
{
    const struct place *place = &problem->place;
    const char *kind = problem->warning ? "warning" : "error";
    escape_append(out, bytes_of(place->path != NULL ? place->path : "-"), ESCAPE_UTF8);
    if (place->line == 0) {
        buf_printf(out, ": %s: %s\n", kind, problem->text);
        return;
    }
    buf_printf(out, ":%u:%u: %s: %s\n", place->line, place->column, kind, problem->text);
    print_source(out, place);
}
