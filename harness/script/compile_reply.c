/*
 * compile_reply - what the server says: the lines of one reply (SMTP) or response (POP3)
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/compiler.h"

struct builder {
    struct compiler *compiler;
    struct talk *talk;
    const struct flat *first;
    struct line *lines;
    size_t count;
    size_t capacity;
    struct codes codes;          /* of the first line */
    bool optional;               /* S?: alone */
    enum outstanding_kind after; /* what the reply before was to */
};

static void add_line(struct builder *builder, const struct line *line)
{
    builder->lines =
        mem_grow(builder->lines, builder->count, &builder->capacity, sizeof *builder->lines);
    builder->lines[builder->count++] = *line;
}

/* The codes of one line; what cannot be a reply is reported. */
static struct codes read_codes(struct builder *builder, const struct flat *flat,
                               const struct line *line)
{
    struct buf literal = {0};
    bool whole = text_literal(&line->text, &literal);
    struct arena *arena = builder->compiler->arena;
    struct codes codes = flat->item->marked
                             ? codes_read_marked(buf_bytes(&literal), flat->item->compare, arena)
                             : codes_read(buf_bytes(&literal), whole, arena);
    bool unknown = !flat->item->marked && codes.kind == CODES_NONE;
    bool may_be_code = !whole && literal.n == 0; /* it begins with a variable */
    if (unknown && !may_be_code) {
        struct bytes found =
            bytes_slice(buf_bytes(&literal), codes.bad_at, codes.bad_at + codes.bad_width);
        struct place place = text_place(&line->text, codes.bad_at, codes.bad_width);
        problems_error(builder->compiler->problems, place.line > 0 ? place : flat->item->place,
                       "%s, found %s", codes.expected,
                       problems_quote(builder->compiler->problems, found));
    }
    buf_deinit(&literal);
    return codes;
}

static void compare_codes_only(struct builder *builder, struct line *line,
                               const struct codes *codes)
{
    if ((line->flags & LINE_FOLDED) != 0) {
        problems_error(builder->compiler->problems, line->place,
                       "+ is for a field in the body of a POP3 response");
    }
    if (codes->kind != CODES_ALONE) {
        return;
    }
    const unsigned marks = LINE_FORBIDDEN | LINE_OPTIONAL | LINE_ANY_ORDER;
    line->compare = COMPARE_FRAME;
    if (builder->count > 0 && (line->flags & marks) == LINE_FORBIDDEN) {
        problems_error(builder->compiler->problems, line->place,
                       "all lines of a reply have its code: expected the text of the line that "
                       "must not be there");
    }
}

/* The line of the server at `at`, or NULL when something else stands there. */
static const struct flat *server_line(const struct builder *builder, size_t at)
{
    const struct compiler *compiler = builder->compiler;
    if (at >= compiler->flats.count) {
        return NULL;
    }
    const struct flat *flat = &compiler->flats.items[at];
    bool ok = flat->item->kind == ITEM_SPEECH && flat->item->side == SIDE_SERVER &&
              flat->connection == builder->talk->number && !compile_is_direction(compiler, flat);
    return ok ? flat : NULL;
}

static void check_protocol(struct builder *builder, const struct flat *flat)
{
    bool pop3 = builder->talk->protocol == PROTOCOL_POP3;
    if (builder->codes.count > 0 && builder->codes.pop3 != pop3) {
        problems_error(builder->compiler->problems, flat->item->place,
                       "this connection speaks %s, the reply is one of %s", pop3 ? "POP3" : "SMTP",
                       pop3 ? "SMTP" : "POP3");
    }
}

static struct line first_line(struct builder *builder)
{
    struct compiler *compiler = builder->compiler;
    const struct flat *flat = builder->first;
    struct line line = compile_line(compiler, flat, compile_trimmed(flat));
    builder->codes = read_codes(builder, flat, &line);
    compare_codes_only(builder, &line, &builder->codes);
    if ((line.flags & LINE_FORBIDDEN) != 0) {
        problems_error(
            compiler->problems, flat->item->place,
            "a line that must not be there stands below the one with the code; that nothing "
            "comes is written S: <silence 500ms>");
    }
    builder->optional = (line.flags & LINE_OPTIONAL) != 0;
    line.flags &= ~(unsigned)(LINE_OPTIONAL);
    check_protocol(builder, flat);
    return line;
}

/* ---- SMTP: a reply goes on as long as a hyphen stands behind the code ---- */

static void check_same_code(struct builder *builder, const struct flat *flat,
                            const struct codes *codes)
{
    bool differs = codes->count > 0 && builder->codes.count > 0 && !flat->item->marked &&
                   strcmp(codes->choices[0].code, builder->codes.choices[0].code) != 0;
    if (differs) {
        problems_error(
            builder->compiler->problems, span_place(compile_trimmed(flat), 0, 3),
            "all lines of a reply have the same code: the one above has \"-\" behind it, "
            "so it goes on");
    }
}

/* Does the reply go on behind this line? `open`: did it before? */
static bool goes_on(const struct builder *builder, const struct line *line,
                    const struct codes *codes, bool open)
{
    bool undetermined =
        codes->kind == CODES_NONE || (codes->kind == CODES_TEXT && codes->separator == 0);
    if ((line->flags & LINE_FORBIDDEN) != 0) {
        return open;
    }
    if (undetermined && builder->count > 0) {
        /* A pattern: nothing more is said by it when other replies are due. */
        return open && builder->talk->queue_count - builder->talk->queue_first <= 1;
    }
    return codes->separator == '-';
}

static size_t smtp_lines(struct builder *builder, size_t at)
{
    struct compiler *compiler = builder->compiler;
    struct line line = first_line(builder);
    bool open = goes_on(builder, &line, &builder->codes, false);
    bool any_order = (line.flags & LINE_ANY_ORDER) != 0;
    bool must_go_on = open && line.flags == 0;
    add_line(builder, &line);
    at = compile_next_line(compiler, at + 1);
    const struct flat *flat = NULL;
    while (flat = server_line(builder, at), flat != NULL) {
        bool joins = open || (flat->item->flags & LINE_FORBIDDEN) != 0 ||
                     (any_order && (flat->item->flags & LINE_ANY_ORDER) != 0);
        if (!joins) {
            break;
        }
        line = compile_line(compiler, flat, compile_trimmed(flat));
        struct codes codes = read_codes(builder, flat, &line);
        check_same_code(builder, flat, &codes);
        compare_codes_only(builder, &line, &codes);
        open = goes_on(builder, &line, &codes, open);
        any_order = (line.flags & LINE_ANY_ORDER) != 0;
        must_go_on = open && line.flags == 0 && codes.separator == '-';
        add_line(builder, &line);
        at = compile_next_line(compiler, at + 1);
    }
    if (must_go_on) {
        problems_error(compiler->problems, builder->lines[builder->count - 1].place,
                       "the reply goes on: its last line has a blank, not \"-\", behind the code");
    }
    return at;
}

/* ---- POP3: the body of a multi-line response ends with a dot ---- */

static bool is_status(struct bytes text)
{
    return bytes_starts(text, "+OK") || bytes_starts(text, "-ERR");
}

/* A line of the body: only a known direction is one there. */
static const struct flat *body_line(const struct builder *builder, size_t at)
{
    if (at >= builder->compiler->flats.count) {
        return NULL;
    }
    const struct flat *flat = &builder->compiler->flats.items[at];
    bool ok = flat->item->kind == ITEM_SPEECH && flat->item->side == SIDE_SERVER &&
              flat->connection == builder->talk->number &&
              flat->item->direction.direction == DIRECTION_NONE;
    return ok ? flat : NULL;
}

/* The line behind the last one of the server from `at` on, or the first "S: .", whichever comes first. */
static size_t body_end(const struct builder *builder, size_t at, bool stop_at_status)
{
    for (; at < builder->compiler->flats.count; at++) {
        enum item_kind kind = builder->compiler->flats.items[at].item->kind;
        if (kind == ITEM_COMMENT || kind == ITEM_BLANK || kind == ITEM_COMMENTARY) {
            continue;
        }
        const struct flat *flat = body_line(builder, at);
        if (flat == NULL || bytes_is(compile_trimmed(flat).text, ".") ||
            (stop_at_status && is_status(compile_trimmed(flat).text))) {
            break;
        }
    }
    return at;
}

/*
 * Is there a body, up to "S: ."? A status line where commands are outstanding is the next response. What was found is kept: the
 * next response of the same run of lines would find the same.
 */
static bool has_body(const struct builder *builder, size_t at)
{
    struct talk *talk = builder->talk;
    bool others = talk->queue_count - talk->queue_first > 1;
    size_t end = talk->body_end;
    if (others) {
        end = body_end(builder, at, true);
    } else if (at >= end) {
        end = talk->body_end = body_end(builder, at, false);
    }
    const struct flat *flat = body_line(builder, end);
    return flat != NULL && bytes_is(compile_trimmed(flat).text, ".");
}

static bool is_message_body(enum verb verb)
{
    return verb == VERB_RETR || verb == VERB_TOP;
}

/* "S: ..." stands for any number of lines; a line of three dots is written "S=: ...". */
static void mark_gap(struct builder *builder, const struct flat *flat, struct line *line)
{
    if (flat->item->marked || !bytes_is(compile_trimmed(flat).text, "...")) {
        return;
    }
    line->flags |= LINE_GAP;
    line->compare = COMPARE_FRAME;
    compile_unplayable(builder->compiler, SIDE_SERVER, flat->item->place,
                       "\"...\" stands for lines that are not written");
}

static size_t body_lines(struct builder *builder, size_t at, enum verb verb)
{
    const struct flat *flat = NULL;
    while (flat = body_line(builder, at), flat != NULL) {
        struct span span = compile_trimmed(flat);
        bool end = bytes_is(span.text, ".");
        if (is_message_body(verb) && !end) {
            flat->item->in_data = true;
            span = compile_data_span(flat);
        }
        struct line line = compile_line(builder->compiler, flat, span);
        mark_gap(builder, flat, &line);
        add_line(builder, &line);
        at = compile_next_line(builder->compiler, at + 1);
        if (end) {
            break;
        }
    }
    return at;
}

static bool is_stray(const struct flat *flat)
{
    struct bytes text = compile_trimmed(flat).text;
    return !flat->item->marked && !is_status(text) && !bytes_is(text, "+") &&
           !bytes_starts(text, "+ ") && !bytes_starts(text, "{{");
}

/* Lines behind the status line that are no status lines themselves, and no "S: ."; returns where they end. */
static size_t skip_stray_lines(struct builder *builder, size_t at)
{
    const struct flat *flat = server_line(builder, at);
    if (flat == NULL || !is_stray(flat)) {
        return at;
    }
    problems_error(builder->compiler->problems, flat->item->place,
                   "the body of a response ends with \"S: .\"; a response begins with +OK or -ERR");
    while (flat = server_line(builder, at), flat != NULL && is_stray(flat)) {
        at = compile_next_line(builder->compiler, at + 1);
    }
    return at;
}

static size_t pop3_lines(struct builder *builder, size_t at, struct reply *reply)
{
    struct line line = first_line(builder);
    add_line(builder, &line);
    const struct outstanding *command = talk_first(builder->talk);
    enum verb verb = command != NULL ? command->verb : VERB_OTHER;
    const struct verb_info *info = verb_info(verb);
    bool positive = builder->codes.count == 0 ||
                    codes_begin_with(builder->codes.choices, builder->codes.count, "+OK");
    reply->multiline = command != NULL && command->kind == OUTSTANDING_COMMAND && info->multiline &&
                       (info->multiline_argument || !command->argument);
    at = compile_next_line(builder->compiler, at + 1);
    if (positive && body_line(builder, at) != NULL) {
        reply->body_given = has_body(builder, at);
        reply->multiline |= reply->body_given;
    }
    if (reply->body_given) {
        return body_lines(builder, at, verb);
    }
    return positive ? skip_stray_lines(builder, at) : at;
}

/* ---- Both ---- */

/*
 * S?: is a whole reply where it stands alone, and one line of a reply that has more. Lines that must not be there are none
 * of the reply.
 */
static void settle_optional(struct builder *builder, const struct reply *reply)
{
    size_t written = 0;
    for (size_t i = 0; i < builder->count; i++) {
        written += (builder->lines[i].flags & LINE_FORBIDDEN) == 0 ? 1 : 0;
    }
    if (!builder->optional || written <= 1) {
        return;
    }
    builder->optional = false;
    if (reply->keywords || builder->talk->protocol == PROTOCOL_POP3) {
        problems_error(builder->compiler->problems, builder->first->item->place,
                       "the first line of this reply always comes: S?: stands at a later line, or "
                       "alone");
    }
    builder->lines[0].flags |= LINE_OPTIONAL;
}

static void check_groups(struct builder *builder)
{
    size_t count = 0;
    for (size_t i = 0; i < builder->count; i++) {
        count = (builder->lines[i].flags & LINE_ANY_ORDER) != 0 ? count + 1 : 0;
        if (count == PROGRAM_MAX_ANY_ORDER + 1) {
            problems_error(builder->compiler->problems, builder->lines[i].place,
                           "too many lines in any order: at most %d", PROGRAM_MAX_ANY_ORDER);
        }
    }
}

static void move_lines(struct builder *builder, struct reply *reply)
{
    struct line *lines = arena_array(builder->compiler->arena, builder->count, sizeof(struct line));
    memcpy(lines, builder->lines, builder->count * sizeof *lines);
    free(builder->lines);
    reply->lines = lines;
    reply->line_count = builder->count;
}

static bool answers_keywords(const struct talk *talk)
{
    const struct outstanding *command = talk_first(talk);
    return command != NULL && command->kind == OUTSTANDING_COMMAND &&
           verb_info(command->verb)->keywords;
}

static void warn_unasked(struct builder *builder, bool found)
{
    struct talk *talk = builder->talk;
    bool closing = codes_begin_with(builder->codes.choices, builder->codes.count, "421");
    if (!found && !talk->greeting_due && !talk->turned && !closing && !builder->optional) {
        bool more_recipients =
            talk->protocol == PROTOCOL_SMTP && builder->after == OUTSTANDING_END_OF_DATA;
        problems_warning(builder->compiler->problems, builder->first->item->place, "%s",
                         more_recipients
                             ? "the end of data has one reply; under LMTP, where it has one for "
                               "each recipient, the file says LHLO or Requires: lmtp"
                             : "no command is left that this reply could answer; all lines of a "
                               "reply but the last have \"-\" behind the code");
    }
    talk->greeting_due = false;
}

/* The rest of a reply whose last line ended in \c: text, whatever it looks like. */
static size_t compile_rest(struct compiler *compiler, size_t at)
{
    const struct flat *flat = &compiler->flats.items[at];
    struct line *line = arena_alloc(compiler->arena, sizeof *line);
    *line = compile_line(compiler, flat, compile_trimmed(flat));
    compile_talk(compiler, flat)->half_reply = (line->flags & LINE_NO_END) != 0;
    struct step *step = compile_add_step(compiler, STEP_REPLY, flat);
    step->reply = (struct reply){.lines = line, .line_count = 1, .goes_on = true};
    return at + 1;
}

size_t compile_server(struct compiler *compiler, size_t at)
{
    const struct flat *first = &compiler->flats.items[at];
    struct talk *talk = compile_talk(compiler, first);
    if (talk->half_reply) {
        return compile_rest(compiler, at);
    }
    struct builder builder = {
        .compiler = compiler, .talk = talk, .first = first, .after = talk->last.kind};
    struct reply reply = {0};
    if (first->item->both) {
        problems_error(compiler->problems, first->item->place,
                       "\"C & S:\" is for stage directions that concern both sides");
    }
    compile_check_data(compiler, talk, first->item->place, " before the server's reply");
    bool pop3 = talk->protocol == PROTOCOL_POP3;
    at = pop3 ? pop3_lines(&builder, at, &reply) : smtp_lines(&builder, at);
    reply.codes = builder.codes.choices;
    reply.code_count = builder.codes.count;
    reply.codes_alone = builder.codes.kind == CODES_ALONE;
    reply.keywords = answers_keywords(talk);
    reply.keywords_all = reply.keywords && builder.count > 1 && compiler->settings->compare_text;
    settle_optional(&builder, &reply);
    check_groups(&builder);
    reply.optional = builder.optional;
    move_lines(&builder, &reply);
    bool found = false;
    struct outstanding command = talk_reply(compiler, talk, at, &reply, &found);
    if (found) {
        compile_digest(compiler, talk, &command, &reply);
        compile_path(compiler, &command, &reply);
    }
    warn_unasked(&builder, found);
    reply.ends_data = found && command.kind == OUTSTANDING_END_OF_DATA;
    struct step *step = compile_add_step(compiler, STEP_REPLY, first);
    step->reply = reply;
    talk->half_reply =
        reply.line_count > 0 && (reply.lines[reply.line_count - 1].flags & LINE_NO_END) != 0;
    return at;
}
