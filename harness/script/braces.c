#include "script/braces.h"

#include "base/base64.h"
#include "base/escape.h"
#include "script/functions.h"

#define MAX_DEPTH     6
#define MAX_ARGUMENTS 16

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* "*" for {{secret:*}}, which stands in transcripts for a secret whose owner is not told. */
static bool is_name_octet(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':' ||
           c == '*';
}

static struct bytes rest_of(const struct braces *braces)
{
    return bytes_skip(braces->span.text, braces->at);
}

static void skip_blanks(struct braces *braces)
{
    struct bytes text = braces->span.text;
    while (braces->at < text.n && is_blank(text.p[braces->at])) {
        braces->at++;
    }
}

static struct span read_word(struct braces *braces)
{
    struct bytes text = braces->span.text;
    size_t from = braces->at;
    while (braces->at < text.n && is_name_octet(text.p[braces->at])) {
        braces->at++;
    }
    return span_slice(braces->span, from, braces->at);
}

/* Go on behind this {{...}}, so that one mistake is one problem. */
static bool give_up(struct braces *braces)
{
    size_t end = bytes_find(braces->span.text, BYTES_LIT("}}"), braces->at);
    braces->at = end == BYTES_NONE ? braces->span.text.n : end + 2;
    return false;
}

static bool fail_at(struct braces *braces, struct place place, const char *text)
{
    problems_error(braces->context->problems, place, "%s", text);
    return give_up(braces);
}

/* Something else stands where "}}" was expected. */
static bool fail_unclosed(struct braces *braces, size_t start)
{
    if (bytes_find(braces->span.text, BYTES_LIT("}}"), start) == BYTES_NONE) {
        return fail_at(braces, span_place(braces->span, start, 2),
                       "{{ is not closed: expected }}; braces themselves are written \\{{");
    }
    return fail_at(braces, span_place(braces->span, braces->at, 1), "expected }}");
}

bool braces_name_column(const struct braces *braces)
{
    struct braces copy = *braces;
    copy.at += 2;
    skip_blanks(&copy);
    struct span name = read_word(&copy);
    skip_blanks(&copy);
    return bytes_starts(rest_of(&copy), "}}") && pieces_column(copy.context, name.text) != NULL;
}

static bool is_text_octet(unsigned char c)
{
    return c != '\r' && c != '\n';
}

static bool is_word_octet(unsigned char c)
{
    return is_text_octet(c) && !is_blank(c);
}

static bool is_hex_octet(unsigned char c)
{
    unsigned char lower = octet_lower(c);
    return octet_is_digit(c) || (lower >= 'a' && lower <= 'f');
}

/* Rows: what a capture of that type takes, as in the engine's line_match.c. */
static const struct type_row {
    bool (*allows)(unsigned char c);
    bool may_be_empty;
} type_rows[VALUE_TYPE_COUNT] = {
    [VALUE_TEXT] = {is_text_octet,   false},
      [VALUE_INT] = {octet_is_digit,  false},
    [VALUE_WORD] = {is_word_octet,   false},
      [VALUE_HEX] = {is_hex_octet,    false},
    [VALUE_BASE64] = {base64_is_octet, true },
};

static bool check_sample(struct braces *braces, struct span span, const struct piece *piece)
{
    const struct type_row *row = &type_rows[piece->type];
    bool fits = piece->sample.n > 0 || row->may_be_empty;
    for (size_t i = 0; i < piece->sample.n; i++) {
        fits = fits && row->allows(piece->sample.p[i]);
    }
    return fits || !piece->typed ||
           fail_at(braces, span_whole_place(span), "the sample is no value of this type");
}

/* sample = *( escape / any octet, but not "}}" and not "{{" ) */
static bool read_sample(struct braces *braces, size_t start, struct piece *piece)
{
    size_t end = bytes_find(braces->span.text, BYTES_LIT("}}"), braces->at);
    if (end == BYTES_NONE) {
        return fail_unclosed(braces, start);
    }
    struct span span = span_slice(braces->span, braces->at, end);
    if (bytes_find(span.text, BYTES_LIT("{{"), 0) != BYTES_NONE) {
        return fail_at(braces, span_whole_place(span), "a sample is plain text, without {{...}}");
    }
    struct pieces sample = pieces_read(braces->context, PIECES_QUOTED, span);
    piece->has_sample = true;
    if (sample.text.count > 0) {
        piece->sample = sample.text.pieces[0].octets;
    }
    braces->at = end;
    return !sample.failed && check_sample(braces, span, piece);
}

/* variable = name [ ":" type ]; a name that begins with "secret:" or the like keeps its colon. */
static bool set_name(struct braces *braces, struct span word, struct piece *piece)
{
    struct bytes name = word.text;
    size_t colon = variable_has_prefix(name) ? BYTES_NONE : bytes_index(name, ':', 0);
    if (colon != BYTES_NONE) {
        struct span type = span_skip(word, colon + 1);
        if (!value_type_from_name(type.text, &piece->type)) {
            return fail_at(braces, span_whole_place(type),
                           "unknown type: expected text, int, word, hex or base64");
        }
        name = bytes_slice(name, 0, colon);
        piece->typed = true;
    }
    if (name.n == 0 || bytes_ends(name, ":")) {
        return fail_at(braces, span_whole_place(word),
                       name.n == 0 ? "expected a name" : "expected a name behind the colon");
    }
    piece->name = arena_text(braces->context->arena, name);
    return true;
}

static bool is_argument(struct bytes rest)
{
    return rest.n > 0 && (rest.p[0] == '"' || is_name_octet(rest.p[0]));
}

static bool fail_function(struct braces *braces, struct span word)
{
    const char *nearest = function_nearest(word.text);
    problems_error(braces->context->problems, span_whole_place(word), "unknown function %s%s%s%s",
                   problems_quote(braces->context->problems, word.text),
                   nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "?" : "");
    return give_up(braces);
}

static bool read_variable(struct braces *braces, struct span word, size_t start,
                          struct piece_list *list)
{
    struct piece piece = {.kind = PIECE_VARIABLE};
    if (!set_name(braces, word, &piece)) {
        return false;
    }
    if (bytes_starts(rest_of(braces), "=")) {
        braces->at++;
        if (!read_sample(braces, start, &piece)) {
            return false;
        }
    }
    if (!bytes_starts(rest_of(braces), "}}")) {
        return is_argument(rest_of(braces)) ? fail_function(braces, word)
                                            : fail_unclosed(braces, start);
    }
    braces->at += 2;
    const struct name_value *column =
        piece.has_sample ? NULL : pieces_column(braces->context, word.text);
    if (column != NULL) {
        piece_list_add_column(list, braces->mode, column);
    } else {
        piece.place = span_place(braces->span, start, braces->at - start);
        piece_list_add(list, piece);
    }
    return true;
}

/* The end of a quoted argument (at its quote), or BYTES_NONE; quotes inside of {{...}} do not count. */
static size_t find_quote(struct bytes text, size_t at)
{
    unsigned depth = 0;
    while (at < text.n) {
        struct bytes rest = bytes_skip(text, at);
        if (rest.p[0] == '\\') {
            at++;
        } else if (bytes_starts(rest, "{{")) {
            depth++;
            at++;
        } else if (depth > 0 && bytes_starts(rest, "}}")) {
            depth--;
            at++;
        } else if (depth == 0 && rest.p[0] == '"') {
            return at;
        }
        at++;
    }
    return BYTES_NONE;
}

/* quoted = DQUOTE *( escape / "\" DQUOTE / braces / any other octet ) DQUOTE */
static bool read_quoted(struct braces *braces, struct text *text_r)
{
    size_t open = braces->at;
    size_t end = find_quote(braces->span.text, open + 1);
    if (end == BYTES_NONE) {
        return fail_at(braces, span_place(braces->span, open, 1),
                       "the quote is not closed: expected \"");
    }
    struct pieces_context inner = *braces->context;
    inner.depth++;
    struct pieces pieces =
        pieces_read(&inner, PIECES_QUOTED, span_slice(braces->span, open + 1, end));
    *text_r = pieces.text;
    braces->at = end + 1;
    return !pieces.failed || give_up(braces);
}

/* A bare word: a number, or the name of a variable. */
static bool read_bare(struct braces *braces, struct text *text_r)
{
    struct span word = read_word(braces);
    uint64_t number = 0;
    struct piece_list list = {.context = braces->context};
    struct piece piece = {.kind = PIECE_OCTETS, .place = span_whole_place(word)};
    const struct name_value *column = pieces_column(braces->context, word.text);
    bool ok = true;
    if (bytes_to_u64(word.text, &number)) {
        piece.octets = word.text;
        piece_list_add(&list, piece);
    } else if (column != NULL) {
        piece_list_add_column(&list, PIECES_QUOTED, column);
    } else {
        piece.kind = PIECE_VARIABLE;
        ok = set_name(braces, word, &piece);
        piece_list_add(&list, piece);
    }
    *text_r = piece_list_finish(&list);
    return ok;
}

/* A number is wanted: digits, or something that only a run can tell. */
static bool may_be_number(const struct text *text)
{
    struct buf octets = {0};
    uint64_t number = 0;
    bool ok = !text_literal(text, &octets) || bytes_to_u64(buf_bytes(&octets), &number);
    buf_deinit(&octets);
    return ok;
}

/* "one argument or more", "2 to 3 arguments" */
static void describe_arity(struct buf *out, const struct function *function)
{
    static const char *const counts[] = {"no argument",     "one argument",   "two arguments",
                                         "three arguments", "four arguments", "five arguments"};
    if (function->most > function->least && function->most < MAX_ARGUMENTS) {
        buf_printf(out, "%zu to %zu arguments", function->least, function->most);
    } else {
        buf_printf(out, "%s%s", counts[function->least],
                   function->most > function->least ? " or more" : "");
    }
}

static bool check_function(struct braces *braces, const struct function *function, size_t start,
                           const struct piece *piece)
{
    struct place place = span_place(braces->span, start, braces->at - start);
    if (piece->argument_count < function->least || piece->argument_count > function->most) {
        struct buf arity = {0};
        describe_arity(&arity, function);
        problems_error(braces->context->problems, place, "%s takes %s, not %zu", function->name,
                       buf_text(&arity), piece->argument_count);
        buf_deinit(&arity);
        return false;
    }
    for (size_t i = 0; i < piece->argument_count; i++) {
        if ((function->numbers >> i & 1) != 0 && !may_be_number(&piece->arguments[i])) {
            problems_error(braces->context->problems, place, "argument %zu of %s is a number",
                           i + 1, function->name);
            return false;
        }
    }
    return true;
}

static bool read_function(struct braces *braces, const struct function *function, size_t start,
                          struct piece_list *list)
{
    struct text arguments[MAX_ARGUMENTS] = {{0}};
    size_t count = 0;
    while (skip_blanks(braces), is_argument(rest_of(braces))) {
        struct text argument = {0};
        bool ok = rest_of(braces).p[0] == '"' ? read_quoted(braces, &argument)
                                              : read_bare(braces, &argument);
        if (!ok) {
            return false;
        }
        if (count < MAX_ARGUMENTS) {
            arguments[count] = argument;
        }
        count++;
    }
    if (!bytes_starts(rest_of(braces), "}}")) {
        return fail_unclosed(braces, start);
    }
    braces->at += 2;
    struct piece piece = {.kind = PIECE_FUNCTION, .name = function->name};
    piece.argument_count = count;
    piece.place = span_place(braces->span, start, braces->at - start);
    struct text *copy = arena_array(braces->context->arena,
                                    count < MAX_ARGUMENTS ? count : MAX_ARGUMENTS, sizeof *copy);
    for (size_t i = 0; i < count && i < MAX_ARGUMENTS; i++) {
        copy[i] = arguments[i];
    }
    piece.arguments = copy;
    bool ok = count > MAX_ARGUMENTS ? false : check_function(braces, function, start, &piece);
    if (count > MAX_ARGUMENTS) {
        problems_error(braces->context->problems, piece.place, "too many arguments: at most %d",
                       MAX_ARGUMENTS);
    }
    piece_list_add(list, piece);
    return ok;
}

/* braces = "{{" *WSP ( variable [ "=" sample ] / function *( 1*WSP argument ) *WSP ) "}}" */
bool braces_read(struct braces *braces, struct piece_list *list)
{
    size_t start = braces->at;
    if (braces->context->depth > MAX_DEPTH) {
        return fail_at(braces, span_place(braces->span, start, 2), "{{...}} is nested too deep");
    }
    braces->at += 2;
    skip_blanks(braces);
    struct span word = read_word(braces);
    skip_blanks(braces);
    if (word.text.n == 0) {
        bool closed = bytes_find(rest_of(braces), BYTES_LIT("}}"), 0) != BYTES_NONE;
        return closed ? fail_at(braces, span_place(braces->span, start, braces->at - start + 1),
                                "expected the name of a variable or function")
                      : fail_unclosed(braces, start);
    }
    const struct function *function = function_find(word.text);
    if (function != NULL && pieces_column(braces->context, word.text) == NULL) {
        return read_function(braces, function, start, list);
    }
    return read_variable(braces, word, start, list);
}
