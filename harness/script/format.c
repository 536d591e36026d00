#include "script/format.h"

#include "base/utf8.h"
#include "script/field_values.h"
#include "script/notations.h"

#define MOST_COLUMNS 32

static void print_comment(struct buf *out, struct bytes text)
{
    text = bytes_trim_right(text);
    buf_append_text(out, text.n > 0 ? "# " : "#");
    buf_append(out, text);
    buf_append_octet(out, '\n');
}

/* ---- The header ---- */

/* One past the last line of the field that begins at `from`. */
static size_t field_end(const struct document *document, size_t from)
{
    size_t to = from + 1;
    while (to < document->header_count && document->header[to].kind != HEADER_FIELD) {
        to++;
    }
    return to;
}

struct column_widths {
    size_t widths[MOST_COLUMNS];
    size_t count;
};

static struct column_widths measure(const struct document *document, size_t from, size_t to)
{
    struct column_widths widths = {{0}, 0};
    for (size_t i = from; i < to; i++) {
        struct span cells[MOST_COLUMNS];
        if (document->header[i].kind != HEADER_VALUE) {
            continue;
        }
        size_t count = each_cut_cells(document->header[i].text, cells, MOST_COLUMNS);
        widths.count = count > widths.count ? count : widths.count;
        for (size_t j = 0; j < count && j < MOST_COLUMNS; j++) {
            size_t width = utf8_width(cells[j].text);
            widths.widths[j] = width > widths.widths[j] ? width : widths.widths[j];
        }
    }
    return widths;
}

static void print_row(struct buf *out, struct span line, const struct column_widths *widths)
{
    struct span cells[MOST_COLUMNS];
    size_t count = each_cut_cells(line, cells, MOST_COLUMNS);
    count = count < MOST_COLUMNS ? count : MOST_COLUMNS;
    /* Bars at both ends are only decoration; where both ends are empty they are needed. */
    bool bars = count > 0 && cells[0].text.n == 0 && cells[count - 1].text.n == 0;
    buf_append_text(out, bars ? "  | " : "  ");
    for (size_t i = 0; i < count; i++) {
        buf_append(out, cells[i].text);
        if (i + 1 < count) {
            buf_append_fill(out, ' ', widths->widths[i] - utf8_width(cells[i].text));
            buf_append_text(out, " | ");
        }
    }
    buf_append_text(out, bars ? " |" : "");
    while (out->n > 0 && out->p[out->n - 1] == ' ') {
        out->n--;
    }
    buf_append_octet(out, '\n');
}

static void print_field_lines(struct buf *out, const struct document *document, size_t from,
                              size_t to)
{
    bool table = bytes_is_nocase(document->header[from].text.text, "Each");
    struct column_widths widths = measure(document, from, table ? to : from);
    buf_append_text(out, ":\n");
    for (size_t i = from + 1; i < to; i++) {
        const struct header_line *line = &document->header[i];
        if (line->kind == HEADER_COMMENT) {
            print_comment(out, line->text.text);
        } else if (table) {
            print_row(out, line->text, &widths);
        } else {
            buf_append_text(out, "  ");
            buf_append(out, line->text.text);
            buf_append_octet(out, '\n');
        }
    }
}

static void print_field_words(struct buf *out, const struct document *document, size_t from,
                              size_t to)
{
    bool commas = bytes_is_nocase(document->header[from].text.text, "Requires");
    buf_append_octet(out, ':');
    for (size_t i = from + 1; i < to; i++) {
        const struct header_line *line = &document->header[i];
        if (line->kind == HEADER_VALUE) {
            bool comma = commas && out->p[out->n - 1] != ':' && out->p[out->n - 1] != ',';
            buf_append_text(out, comma ? ", " : " ");
            buf_append(out, line->text.text);
        }
    }
    buf_append_octet(out, '\n');
    for (size_t i = from + 1; i < to; i++) {
        if (document->header[i].kind == HEADER_COMMENT) {
            print_comment(out, document->header[i].text.text);
        }
    }
}

static void print_header(struct buf *out, const struct document *document)
{
    for (size_t i = 0; i < document->header_count;) {
        const struct header_line *line = &document->header[i];
        if (line->kind != HEADER_FIELD) {
            print_comment(out, line->text.text);
            i++;
            continue;
        }
        size_t to = field_end(document, i);
        const char *name = settings_field_name(line->text.text);
        buf_append_text(out, name != NULL ? name : "-");
        if (settings_field_has_lines(line->text.text)) {
            print_field_lines(out, document, i, to);
        } else {
            print_field_words(out, document, i, to);
        }
        i = to;
    }
    if (document->header_count > 0) {
        buf_append_octet(out, '\n');
    }
}

/* ---- The dialogue ---- */

static void print_speaker(struct buf *out, const struct item *item)
{
    static const struct {
        unsigned flag;
        char sign;
    } flags[] = {
        {LINE_OPTIONAL,  '?'},
        {LINE_FORBIDDEN, '!'},
        {LINE_ANY_ORDER, '~'},
        {LINE_FOLDED,    '+'}
    };
    static const char *const compares[] = {
        [COMPARE_FRAME] = "",  [COMPARE_VALUES] = "", [COMPARE_GLOB] = "*",
        [COMPARE_REGEX] = "/", [COMPARE_EXACT] = "=",
    };
    buf_append_text(out, item->both ? "C & S" : item->side == SIDE_CLIENT ? "C" : "S");
    if (item->connection > 1) {
        buf_printf(out, "%u", item->connection);
    }
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if ((item->flags & flags[i].flag) != 0) {
            buf_append_octet(out, (unsigned char)flags[i].sign);
        }
    }
    buf_append_text(out, item->marked ? compares[item->compare] : "");
    buf_append_octet(out, ':');
}

static void print_data(struct buf *out, const struct item *item)
{
    struct bytes text = item->text.text;
    if (item->kind == ITEM_ELLIPSIS) {
        text = BYTES_LIT(DOCUMENT_STOCK_LINE);
    }
    /* Data loses one blank: one alone says no more than none. */
    if (!bytes_is(text, " ")) {
        buf_append_text(out, text.n > 0 && text.p[0] != ' ' ? " " : "");
        buf_append(out, text);
    }
}

static void print_spoken(struct buf *out, const struct item *item)
{
    struct span text = span_trim_left(item->text);
    bool direction = item->direction.direction != DIRECTION_NONE;
    if (!item->marked) {
        text = span_slice(text, 0, notation_said(text.text));
    }
    if (item->has_speaker) {
        print_speaker(out, item);
        buf_append_text(out, direction || text.text.n > 0 ? " " : "");
    }
    if (direction) {
        direction_print(out, &item->direction);
    } else {
        buf_append(out, text.text);
    }
}

/* A course comment behind a line goes above it. */
static void print_course_comment(struct buf *out, const struct item *item)
{
    struct bytes text = span_trim_left(item->text).text;
    size_t end = item->marked || item->in_data ? text.n : notation_comment(text);
    if (end < text.n) {
        print_comment(out, bytes_trim(bytes_skip(text, end + 3)));
    }
}

static void print_item(struct buf *out, const struct item *item)
{
    switch (item->kind) {
    case ITEM_COMMENT:
        print_comment(out, item->text.text);
        return;
    case ITEM_BLANK:
        return;
    case ITEM_COMMENTARY:
        buf_append_text(out, item->text.text.n > 0 ? "> " : ">");
        buf_append(out, bytes_trim_right(item->text.text));
        break;
    case ITEM_EITHER:
        buf_append_text(out, "Either");
        break;
    case ITEM_OR:
        buf_append_text(out, "Or");
        break;
    case ITEM_ELLIPSIS:
        if (item->in_data) {
            print_speaker(out, item);
            print_data(out, item);
        } else {
            buf_append_text(out, "...");
        }
        break;
    case ITEM_SPEECH:
    case ITEM_DIRECTION:
        print_course_comment(out, item);
        if (item->in_data) {
            print_speaker(out, item);
            print_data(out, item);
        } else {
            print_spoken(out, item);
        }
        break;
    }
    buf_append_octet(out, '\n');
}

void format_document(const struct document *document, struct buf *out)
{
    print_header(out, document);
    bool blank = false;
    bool first = true;
    for (size_t i = 0; i < document->dialogue.count; i++) {
        const struct item *item = &document->dialogue.items[i];
        if (item->kind == ITEM_BLANK) {
            blank = true;
            continue;
        }
        if (blank && !first) {
            buf_append_octet(out, '\n');
        }
        print_item(out, item);
        blank = first = false;
    }
}
