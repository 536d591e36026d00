#include "script/document.h"

#include "script/include.h"
#include "script/notations.h"
#include "script/settings.h"

/* ---- The header ---- */

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* field-name = 2*( ALPHA / "-" ), up to the colon; 0: no field. */
static size_t field_name_length(struct bytes line)
{
    size_t n = 0;
    while (n < line.n && (octet_is_alpha(line.p[n]) || line.p[n] == '-')) {
        n++;
    }
    return n > 1 && n < line.n && line.p[n] == ':' ? n : 0;
}

static bool is_dialogue(struct span line)
{
    enum lexed_kind kind = line_lex(line, NULL).kind;
    return kind == LEXED_SPEECH || kind == LEXED_DIRECTION || kind == LEXED_COMMENTARY ||
           kind == LEXED_EITHER;
}

static bool is_empty_or_comment(struct span line)
{
    enum lexed_kind kind = line_lex(line, NULL).kind;
    return kind == LEXED_BLANK || kind == LEXED_COMMENT;
}

/* The first line that says something; is it a header field? Comments above it belong to what it begins. */
static bool has_header(const struct source *source)
{
    for (size_t i = 0; i < source->count; i++) {
        if (!is_empty_or_comment(source->lines[i])) {
            struct bytes text = source->lines[i].text;
            bool speaker =
                bytes_starts_nocase(text, "client:") || bytes_starts_nocase(text, "server:");
            return !is_dialogue(source->lines[i]) && !speaker && field_name_length(text) > 0;
        }
    }
    return false;
}

struct header_reading {
    struct header_line *lines;
    size_t count;
    bool in_field;
};

static void add_header_line(struct header_reading *reading, enum header_kind kind, struct span text)
{
    reading->lines[reading->count++] = (struct header_line){kind, text};
}

/* False: the header ends before this line. */
static bool read_header_line(struct header_reading *reading, struct span line,
                             struct problems *problems)
{
    struct span trimmed = span_trim(line);
    if (trimmed.text.n == 0) {
        return !reading->in_field;
    }
    if (bytes_starts(trimmed.text, "#")) {
        add_header_line(reading, HEADER_COMMENT, line_lex(line, NULL).text);
        return true;
    }
    size_t name = field_name_length(line.text);
    if (reading->in_field && is_blank(line.text.p[0])) {
        add_header_line(reading, HEADER_VALUE, trimmed);
    } else if (is_dialogue(line)) {
        problems_error(problems, span_whole_place(trimmed),
                       "expected an empty line between the header and the dialogue");
        return false;
    } else if (name == 0) {
        problems_error(
            problems, span_whole_place(trimmed),
            "expected a header field such as \"Title: ...\", or an empty line before the "
            "dialogue");
    } else {
        reading->in_field = true;
        add_header_line(reading, HEADER_FIELD, span_slice(line, 0, name));
        struct span value = span_trim(span_skip(line, name + 1));
        if (value.text.n > 0) {
            add_header_line(reading, HEADER_VALUE, value);
        }
    }
    return true;
}

/* Returns the number of lines that the header takes up. */
static size_t read_header(struct document *document, const struct document_context *context)
{
    const struct source *source = &document->source;
    if (!has_header(source)) {
        return 0;
    }
    struct header_reading reading = {
        .lines = arena_array(context->arena, 2 * source->count, sizeof *reading.lines)};
    size_t i = 0;
    while (i < source->count && read_header_line(&reading, source->lines[i], context->problems)) {
        i++;
    }
    document->header = reading.lines;
    document->header_count = reading.count;
    return i;
}

/* ---- The dialogue ---- */

struct item_reading {
    const struct document *document;
    const struct document_context *context;
    struct item *items;
    size_t count;
    bool reversed;            /* R: is spoken here: S: is the sender */
    enum lexed_kind previous; /* of the line above, comments left out */
    const struct lexed *lexed;
    size_t lexed_count;
};

static struct item *last_item(const struct item_reading *reading)
{
    for (size_t i = reading->count; i > 0; i--) {
        if (reading->items[i - 1].kind != ITEM_COMMENT) {
            return &reading->items[i - 1];
        }
    }
    return NULL;
}

static void add_speech(struct item_reading *reading, const struct lexed *lexed)
{
    bool client = reading->reversed ? lexed->speaker == 'S' : lexed->speaker == 'C';
    struct item item = {.kind = ITEM_SPEECH,
                        .side = client ? SIDE_CLIENT : SIDE_SERVER,
                        .has_speaker = true,
                        .both = lexed->both,
                        .connection = lexed->connection,
                        .marked = lexed->marked,
                        .compare = lexed->compare,
                        .flags = lexed->flags,
                        .text = lexed->text,
                        .place = lexed->place};
    reading->items[reading->count++] = item;
}

static void add_plain(struct item_reading *reading, const struct lexed *lexed, enum item_kind kind)
{
    reading->items[reading->count++] =
        (struct item){.kind = kind, .connection = 1, .text = lexed->text, .place = lexed->place};
}

static void unknown_line(struct item_reading *reading, const struct lexed *lexed)
{
    struct bytes text = lexed->text.text;
    static const char *const speakers[] = {"c:", "s:", "client:", "server:", "c ", "s "};
    bool speaks = false;
    for (size_t i = 0; i < sizeof speakers / sizeof speakers[0]; i++) {
        if (bytes_starts_nocase(text, speakers[i])) {
            speaks = true;
        }
    }
    bool is_field = settings_field_name(bytes_slice(text, 0, field_name_length(text))) != NULL;
    problems_error(
        reading->context->problems, lexed->place, "%s",
        is_field ? "a header field: the header stands above the dialogue and its commentary"
        : speaks ? "the speakers are written C: and S:"
                 : "expected a line that begins with C: or S:, or a stage direction in < >");
}

/* Lines [from, to) continue the item above. */
static void join_lines(struct item_reading *reading, struct item *above, size_t from, size_t to)
{
    size_t octets = above->text.text.n;
    struct span *lines = arena_array(reading->context->arena, to - from + 1, sizeof *lines);
    lines[0] = above->text;
    for (size_t i = from; i < to; i++) {
        lines[i - from + 1] = reading->lexed[i].text;
        octets += reading->lexed[i].text.text.n + 1;
    }
    if (octets > SCENARIO_MAX_LINE_OCTETS) {
        problems_error(reading->context->problems, above->place,
                       "the line is too long: at most %d octets", SCENARIO_MAX_LINE_OCTETS);
        return;
    }
    above->text = notation_join(reading->context->arena, lines, to - from + 1);
}

/* Line `at` and those behind it continue the line above; returns how many do. */
static size_t continue_line(struct item_reading *reading, size_t at)
{
    struct item *above = last_item(reading);
    bool follows = above != NULL && reading->previous != LEXED_BLANK &&
                   (above->kind == ITEM_SPEECH || above->kind == ITEM_DIRECTION);
    if (!follows) {
        unknown_line(reading, &reading->lexed[at]);
        return 1;
    }
    size_t to = at;
    while (to < reading->lexed_count && reading->lexed[to].kind == LEXED_CONTINUATION) {
        to++;
    }
    join_lines(reading, above, at, to);
    return to - at;
}

/* A note may take several lines; returns how many. */
static size_t add_note(struct item_reading *reading, size_t at)
{
    const struct lexed *first = &reading->lexed[at];
    struct item *item = &reading->items[reading->count++];
    *item = notation_note(first->text, first->kind, reading->context->arena);
    size_t to = at + 1;
    bool open = notation_note_is_open(first->text.text, first->kind);
    while (open && to < reading->lexed_count && notation_goes_on(reading->lexed[to].kind)) {
        open = notation_note_is_open(reading->lexed[to].text.text, first->kind);
        to++;
    }
    if (item->kind == ITEM_COMMENTARY && to > at + 1) {
        join_lines(reading, item, at + 1, to);
    }
    return to - at;
}

/* Line `at` as an item; returns the number of lines that it takes up. */
static size_t add_line(struct item_reading *reading, size_t at)
{
    const struct lexed *lexed = &reading->lexed[at];
    switch (lexed->kind) {
    case LEXED_BLANK:
        add_plain(reading, lexed, ITEM_BLANK);
        break;
    case LEXED_COMMENT:
        add_plain(reading, lexed, ITEM_COMMENT);
        return 1; /* `previous` stays what it was */
    case LEXED_COMMENTARY:
        add_plain(reading, lexed, ITEM_COMMENTARY);
        break;
    case LEXED_SPEECH:
        add_speech(reading, lexed);
        break;
    case LEXED_DIRECTION:
        add_plain(reading, lexed, ITEM_DIRECTION);
        break;
    case LEXED_EITHER:
        add_plain(reading, lexed, ITEM_EITHER);
        break;
    case LEXED_OR:
        add_plain(reading, lexed, ITEM_OR);
        break;
    case LEXED_NOTE:
    case LEXED_ELLIPSIS:
        reading->previous = lexed->kind;
        return add_note(reading, at);
    case LEXED_CONTINUATION:
        return continue_line(reading, at);
    case LEXED_UNKNOWN:
        unknown_line(reading, lexed);
        break;
    }
    reading->previous = lexed->kind;
    return 1;
}

/* What can be told only when the joined lines are together. */
static void finish_item(struct item *item, const struct document *document,
                        const struct document_context *context)
{
    if (item->kind == ITEM_SPEECH && !item->marked) {
        item->text = notation_without_line_end(item->text, context->arena);
    }
    struct span text = span_trim(item->text);
    bool may_direct = item->kind == ITEM_DIRECTION || (item->kind == ITEM_SPEECH && !item->marked);
    if (!may_direct || !bytes_starts(text.text, "<")) {
        return;
    }
    text = span_slice(text, 0, notation_said(text.text));
    item->direction = direction_match(text);
    if (item->direction.direction == DIRECTION_USE) {
        item->used = include_fragment(item->direction.arguments[0], document, context);
    }
}

struct item_list document_items(const struct span *lines, size_t count,
                                const struct document *document,
                                const struct document_context *context)
{
    struct item_reading reading = {.document = document, .context = context};
    reading.items = arena_array(context->arena, count, sizeof *reading.items);
    struct lexed *lexed = arena_array(context->arena, count, sizeof *lexed);
    for (size_t i = 0; i < count; i++) {
        lexed[i] = line_lex(lines[i], context->problems);
    }
    size_t errors = context->problems->error_count;
    reading.reversed = notation_has_receiver(lexed, count, context->problems);
    if (context->problems->error_count > errors) {
        return (struct item_list){0}; /* who speaks is not known */
    }
    reading.previous = LEXED_BLANK;
    reading.lexed = lexed;
    reading.lexed_count = count;
    for (size_t i = 0; i < count;) {
        i += add_line(&reading, i);
    }
    for (size_t i = 0; i < reading.count; i++) {
        finish_item(&reading.items[i], document, context);
    }
    return (struct item_list){reading.items, reading.count};
}

/* The lines of Finally:, one by one. */
static struct item_list read_finally(const struct document *document,
                                     const struct document_context *context)
{
    struct span *lines = arena_array(context->arena, document->header_count, sizeof *lines);
    size_t count = 0;
    bool here = false;
    for (size_t i = 0; i < document->header_count; i++) {
        const struct header_line *line = &document->header[i];
        if (line->kind == HEADER_FIELD) {
            here = bytes_is_nocase(line->text.text, "Finally");
        } else if (line->kind == HEADER_VALUE && here) {
            lines[count++] = line->text;
        }
    }
    return document_items(lines, count, document, context);
}

struct document *document_read(const char *path, struct bytes text, const struct document *parent,
                               const char *base, const struct document_context *context)
{
    struct document *document = arena_alloc(context->arena, sizeof *document);
    document->parent = parent;
    document->base = base;
    document->depth = parent != NULL ? parent->depth + 1 : 0;
    if (!source_read(&document->source, path, text, context->problems)) {
        return NULL;
    }
    size_t from = read_header(document, context);
    document->finally = read_finally(document, context);
    document->dialogue = document_items(document->source.lines + from,
                                        document->source.count - from, document, context);
    return document;
}
