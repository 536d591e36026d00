#include "engine/line_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/glob.h"
#include "base/mem.h"
#include "engine/expand.h"
#include "match/regex.h"

enum { CODE_LENGTH = 3, GROUP_NAME_SIZE = 32, DESCRIBED_OCTETS = 16384 };

enum segment_kind {
    SEGMENT_WRITTEN, /* octets of the file: in a glob or regex they are pattern */
    SEGMENT_VALUE,   /* what a bound variable or a function gives: stands for itself */
    SEGMENT_CAPTURE  /* an unbound variable */
};

struct segment {
    enum segment_kind kind;
    size_t from; /* in `octets` */
    size_t to;
    const struct piece *piece; /* CAPTURE */
    size_t same_as;            /* CAPTURE: the earlier segment of that name, or BYTES_NONE */
};

/* The written line with bound variables filled in, beside the line that came. */
struct matching {
    enum compare compare;
    struct bytes raw; /* without line end, except under COMPARE_EXACT */
    struct buf octets;
    struct segment *segments;
    size_t count;
    size_t capacity;
    size_t captures;
    unsigned char separator; /* as written behind the code, where `octets` has the received one */
};

static struct bytes segment_octets(const struct matching *matching, const struct segment *segment)
{
    return bytes_slice(buf_bytes(&matching->octets), segment->from, segment->to);
}

/* ---- Reading the written line ---- */

static void add_segment(struct matching *matching, enum segment_kind kind, size_t from,
                        const struct piece *piece)
{
    matching->segments = mem_grow(matching->segments, matching->count, &matching->capacity,
                                  sizeof *matching->segments);
    struct segment *segment = &matching->segments[matching->count];
    *segment = (struct segment){kind, from, matching->octets.n, piece, BYTES_NONE};
    for (size_t i = 0; kind == SEGMENT_CAPTURE && i < matching->count; i++) {
        const struct segment *earlier = &matching->segments[i];
        if (earlier->kind == SEGMENT_CAPTURE && earlier->same_as == BYTES_NONE &&
            strcmp(earlier->piece->name, piece->name) == 0) {
            segment->same_as = i;
        }
    }
    matching->captures += kind == SEGMENT_CAPTURE;
    matching->count++;
}

static int add_piece(struct matching *matching, const struct piece *piece,
                     const struct scope *scope, struct error *error)
{
    size_t from = matching->octets.n;
    struct bytes value;
    struct text one = {piece, 1};
    switch (piece->kind) {
    case PIECE_OCTETS:
        buf_append(&matching->octets, piece->octets);
        add_segment(matching, SEGMENT_WRITTEN, from, NULL);
        return 0;
    case PIECE_VARIABLE:
        if (!scope_get(scope, piece->name, &value)) {
            add_segment(matching, SEGMENT_CAPTURE, from, piece);
            return 0;
        }
        buf_append(&matching->octets, value);
        add_segment(matching, SEGMENT_VALUE, from, NULL);
        return 0;
    case PIECE_FUNCTION:
        if (expand_text(&matching->octets, &one, scope, error) != 0) {
            return -1;
        }
        add_segment(matching, SEGMENT_VALUE, from, NULL);
        return 0;
    }
    return -1;
}

/*
 * Whether a reply goes on ("-") or ends (" ") is framing, which the server is free in: the octet behind a literal code is
 * taken from the line that came when it is either of the two.
 */
static void free_separator(struct matching *matching)
{
    struct bytes raw = matching->raw;
    struct bytes written = buf_bytes(&matching->octets);
    if (matching->count == 0 || matching->segments[0].kind != SEGMENT_WRITTEN ||
        written.n <= CODE_LENGTH || raw.n <= CODE_LENGTH) {
        return;
    }
    for (size_t i = 0; i < CODE_LENGTH; i++) {
        if (!octet_is_digit(written.p[i])) {
            return;
        }
    }
    unsigned char separator = written.p[CODE_LENGTH];
    unsigned char received = raw.p[CODE_LENGTH];
    if (matching->segments[0].to > CODE_LENGTH && (separator == ' ' || separator == '-') &&
        (received == ' ' || received == '-')) {
        matching->separator = separator;
        matching->octets.p[CODE_LENGTH] = received;
    }
}

static struct bytes without_line_end(struct bytes raw)
{
    if (bytes_ends(raw, "\n")) {
        raw.n--;
        if (bytes_ends(raw, "\r")) {
            raw.n--;
        }
    }
    return raw;
}

static int matching_init(struct matching *matching, const struct line *line, struct bytes raw,
                         const struct scope *scope, struct error *error)
{
    bool exact = line->compare == COMPARE_EXACT;
    *matching = (struct matching){.compare = line->compare};
    matching->raw = exact ? raw : without_line_end(raw);
    for (size_t i = 0; i < line->text.count; i++) {
        if (add_piece(matching, &line->text.pieces[i], scope, error) != 0) {
            return -1;
        }
    }
    if (exact && (line->flags & LINE_NO_END) == 0) {
        size_t from = matching->octets.n;
        buf_append(&matching->octets, BYTES_LIT("\r\n"));
        add_segment(matching, SEGMENT_WRITTEN, from, NULL);
    }
    return 0;
}

static void matching_deinit(struct matching *matching)
{
    buf_deinit(&matching->octets);
    free(matching->segments);
}

/* ---- As a glob, as a regular expression ---- */

static void append_glob(struct buf *out, const struct matching *matching)
{
    for (size_t i = 0; i < matching->count; i++) {
        struct bytes octets = segment_octets(matching, &matching->segments[i]);
        bool quoted = matching->segments[i].kind == SEGMENT_VALUE;
        for (size_t j = 0; j < octets.n; j++) {
            if (quoted && bytes_index(BYTES_LIT("*?\\"), octets.p[j], 0) != BYTES_NONE) {
                buf_append_octet(out, '\\');
            }
            buf_append_octet(out, octets.p[j]);
        }
    }
}

static void append_glob_as_regex(struct buf *out, struct bytes glob)
{
    for (size_t i = 0; i < glob.n; i++) {
        if (glob.p[i] == '*') {
            buf_append_text(out, "(?s:.*)");
        } else if (glob.p[i] == '?') {
            buf_append_text(out, "(?s:.)");
        } else {
            i += glob.p[i] == '\\' && i + 1 < glob.n;
            regex_quote(out, bytes_slice(glob, i, i + 1));
        }
    }
}

static void group_name(char *name_r, size_t index)
{
    snprintf(name_r, GROUP_NAME_SIZE, "mailspec%zu", index);
}

/* What a variable takes, by its type; the braces of model/program.h. */
static const char *const value_patterns[VALUE_TYPE_COUNT] = {
    "[^\\r\\n]+?", "[0-9]+", "[^ \\t\\r\\n]+", "[0-9A-Fa-f]+", "[A-Za-z0-9+\\/=]*",
};

static void append_capture(struct buf *out, const struct segment *segment, size_t index)
{
    char name[GROUP_NAME_SIZE];
    if (segment->same_as != BYTES_NONE) {
        group_name(name, segment->same_as);
        buf_printf(out, "\\k<%s>", name);
        return;
    }
    group_name(name, index);
    buf_printf(out, "(?<%s>%s)", name, value_patterns[segment->piece->type]);
}

/* The first `count` segments. */
static void append_regex(struct buf *out, const struct matching *matching, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct segment *segment = &matching->segments[i];
        struct bytes octets = segment_octets(matching, segment);
        if (segment->kind == SEGMENT_CAPTURE) {
            append_capture(out, segment, i);
        } else if (segment->kind == SEGMENT_WRITTEN && matching->compare == COMPARE_REGEX) {
            buf_append(out, octets);
        } else if (segment->kind == SEGMENT_WRITTEN && matching->compare == COMPARE_GLOB) {
            append_glob_as_regex(out, octets);
        } else {
            regex_quote(out, octets);
        }
    }
}

static struct regex *compile(const struct matching *matching, size_t count, bool to_end,
                             struct error *error)
{
    struct buf pattern = {0};
    size_t offset = 0;
    append_regex(&pattern, matching, count);
    if (to_end) {
        buf_append_text(&pattern, "\\z");
    }
    struct regex *regex = regex_new(buf_bytes(&pattern), &offset, error);
    buf_deinit(&pattern);
    return regex;
}

static void bind(const struct matching *matching, const struct regex *regex,
                 const struct scope *scope)
{
    for (size_t i = 0; i < matching->count; i++) {
        const struct segment *segment = &matching->segments[i];
        char name[GROUP_NAME_SIZE];
        struct bytes value;
        group_name(name, i);
        if (segment->kind == SEGMENT_CAPTURE && segment->same_as == BYTES_NONE &&
            scope->vars != NULL && regex_named_group(regex, name, &value)) {
            vars_set(scope->vars, segment->piece->name, value);
        }
    }
}

static enum line_match match_regex(const struct matching *matching, const struct scope *scope,
                                   struct error *error)
{
    struct regex *regex =
        compile(matching, matching->count, matching->compare != COMPARE_REGEX, error);
    if (regex == NULL) {
        return LINE_MATCH_ERROR;
    }
    enum line_match result = LINE_DIFFERS;
    switch (regex_match(regex, matching->raw)) {
    case REGEX_MATCH:
        bind(matching, regex, scope);
        result = LINE_MATCH;
        break;
    case REGEX_NO_MATCH:
        break;
    case REGEX_LIMIT:
        error_set(error, "the pattern takes too long on the line that came");
        result = LINE_MATCH_ERROR;
        break;
    }
    regex_free(&regex);
    return result;
}

/* ---- Where it differs ---- */

static size_t common_length(struct bytes a, struct bytes b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n]) {
        n++;
    }
    return n;
}

/*
 * Do the first `count` segments match? *length_r: the octets they take up, or BYTES_NONE where the last of them takes as
 * little as will do, because what follows decides how much.
 */
static bool front_matches(const struct matching *matching, size_t count, size_t *length_r)
{
    const struct segment *last = &matching->segments[count - 1];
    bool open = last->kind == SEGMENT_CAPTURE && last->piece->type == VALUE_TEXT;
    struct bytes all = {0};
    struct regex *regex = compile(matching, count, false, NULL);
    bool matches = regex != NULL && regex_match(regex, matching->raw) == REGEX_MATCH &&
                   regex_group(regex, 0, &all);
    *length_r = open ? BYTES_NONE : all.n;
    regex_free(&regex);
    return matches;
}

static size_t difference_offset(const struct matching *matching)
{
    if (matching->compare == COMPARE_GLOB || matching->compare == COMPARE_REGEX) {
        return BYTES_NONE;
    }
    if (matching->captures == 0) {
        return common_length(buf_bytes(&matching->octets), matching->raw);
    }
    size_t begin = 0; /* of segment `i` in the received line, where it is known */
    for (size_t i = 0; i < matching->count; i++) {
        const struct segment *segment = &matching->segments[i];
        struct bytes octets = segment_octets(matching, segment);
        if (begin != BYTES_NONE && segment->kind != SEGMENT_CAPTURE) {
            size_t n = common_length(octets, bytes_skip(matching->raw, begin));
            if (n < octets.n) {
                return begin + n;
            }
        }
        if (!front_matches(matching, i + 1, &begin)) {
            return BYTES_NONE;
        }
    }
    return begin;
}

/* What is shown to people is cut: {{repeat}} makes lines of many million octets. */
static void append_written(struct buf *out, struct bytes whole, enum compare compare)
{
    struct bytes octets = bytes_slice(whole, 0, DESCRIBED_OCTETS);
    size_t left_out = whole.n - octets.n;
    if (compare != COMPARE_REGEX && compare != COMPARE_GLOB) {
        escape_append(out, octets, ESCAPE_BRACE | ESCAPE_UTF8);
        octets.n = 0;
    }
    for (size_t i = 0; i < octets.n; i++) { /* the pattern's own backslashes stay single */
        if (octets.p[i] == '\\') {
            buf_append_octet(out, '\\');
        } else {
            escape_append(out, bytes_slice(octets, i, i + 1), 0);
        }
    }
    if (left_out > 0) {
        buf_printf(out, " [... %zu more octets]", left_out);
    }
}

static void describe(struct matching *matching, struct buf *out)
{
    if (matching->separator != 0) {
        matching->octets.p[CODE_LENGTH] = matching->separator;
    }
    for (size_t i = 0; i < matching->count; i++) {
        const struct segment *segment = &matching->segments[i];
        if (segment->kind != SEGMENT_CAPTURE) {
            bool pattern = segment->kind == SEGMENT_WRITTEN;
            append_written(out, segment_octets(matching, segment),
                           pattern ? matching->compare : COMPARE_VALUES);
        } else if (segment->piece->type == VALUE_TEXT) {
            buf_printf(out, "{{%s}}", segment->piece->name);
        } else {
            buf_printf(out, "{{%s:%s}}", segment->piece->name,
                       value_type_name(segment->piece->type));
        }
    }
}

/* ---- Together ---- */

static enum line_match match_glob(const struct matching *matching)
{
    struct buf glob = {0};
    append_glob(&glob, matching);
    bool matches = glob_match(buf_bytes(&glob), matching->raw);
    buf_deinit(&glob);
    return matches ? LINE_MATCH : LINE_DIFFERS;
}

static enum line_match match(const struct matching *matching, const struct scope *scope,
                             struct error *error)
{
    if (matching->captures > 0 || matching->compare == COMPARE_REGEX) {
        return match_regex(matching, scope, error);
    }
    if (matching->compare == COMPARE_GLOB) {
        return match_glob(matching);
    }
    return bytes_equal(buf_bytes(&matching->octets), matching->raw) ? LINE_MATCH : LINE_DIFFERS;
}

enum line_match line_match(const struct line *line, struct bytes raw, bool reply,
                           const struct scope *scope, struct line_difference *difference_r,
                           struct error *error)
{
    struct matching matching;
    enum line_match result = LINE_MATCH_ERROR;
    if (difference_r != NULL) {
        *difference_r = (struct line_difference){.offset = BYTES_NONE};
    }
    if (line->compare == COMPARE_FRAME) {
        return LINE_MATCH;
    }
    if (matching_init(&matching, line, raw, scope, error) == 0) {
        if (reply && line->compare != COMPARE_EXACT) {
            free_separator(&matching);
        }
        result = match(&matching, scope, error);
        if (result == LINE_DIFFERS && difference_r != NULL) {
            difference_r->offset = difference_offset(&matching);
            describe(&matching, &difference_r->expected);
        }
    }
    matching_deinit(&matching);
    return result;
}
