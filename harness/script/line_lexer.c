#include "script/line_lexer.h"

static const struct mark {
    unsigned char sign;
    bool compares;
    enum compare compare;
    unsigned flag;
} marks[] = {
    {'*', true,  COMPARE_GLOB,  0             },
    {'/', true,  COMPARE_REGEX, 0             },
    {'=', true,  COMPARE_EXACT, 0             },
    {'?', false, COMPARE_FRAME, LINE_OPTIONAL },
    {'!', false, COMPARE_FRAME, LINE_FORBIDDEN},
    {'~', false, COMPARE_FRAME, LINE_ANY_ORDER},
    {'+', false, COMPARE_FRAME, LINE_FOLDED   },
};

static const struct mark *find_mark(unsigned char c)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (marks[i].sign == c) {
            return &marks[i];
        }
    }
    return NULL;
}

static size_t skip_blanks(struct bytes text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t')) {
        at++;
    }
    return at;
}

static bool is_speaker(struct bytes text, size_t at)
{
    return at < text.n && (text.p[at] == 'C' || text.p[at] == 'S' || text.p[at] == 'R');
}

/* *at_p is at the first mark; moves it behind the last one. False: two that exclude each other. */
static bool read_marks(struct bytes text, size_t *at_p, struct lexed *lexed)
{
    bool ok = true;
    for (; *at_p < text.n; (*at_p)++) {
        const struct mark *mark = find_mark(text.p[*at_p]);
        if (mark == NULL) {
            break;
        }
        if (mark->compares) {
            ok = ok && !lexed->marked;
            lexed->marked = true;
            lexed->compare = mark->compare;
        } else {
            ok = ok && (lexed->flags & mark->flag) == 0;
            lexed->flags |= mark->flag;
        }
    }
    const unsigned order = lexed->flags & ~(unsigned)LINE_FOLDED;
    const unsigned folded = LINE_ANY_ORDER | LINE_FOLDED;
    return ok && (order == LINE_FORBIDDEN || (order & LINE_FORBIDDEN) == 0) &&
           (lexed->flags & folded) != folded;
}

static void check_marks(const struct lexed *lexed, bool marks_ok, struct problems *problems)
{
    if (!marks_ok) {
        problems_error(
            problems, lexed->place,
            "these marks exclude each other: one of * / =, one of ? ! ~, and one of ~ +");
    } else if (lexed->connection == 0 || lexed->connection > LEXED_MAX_CONNECTION) {
        problems_error(problems, lexed->place, "connections are numbered from 1 to %d",
                       LEXED_MAX_CONNECTION);
    } else if (lexed->both && (lexed->marked || (lexed->flags & ~(unsigned)LINE_OPTIONAL) != 0)) {
        problems_error(problems, lexed->place, "\"C & S:\" has no mark but ?");
    }
}

/* "C & S": *at_p is behind the first letter; moves it behind the second one. */
static bool read_second_speaker(struct bytes text, size_t *at_p)
{
    size_t at = skip_blanks(text, *at_p);
    if (at >= text.n || text.p[at] != '&') {
        return false;
    }
    at = skip_blanks(text, at + 1);
    if (!is_speaker(text, at)) {
        return false;
    }
    *at_p = at + 1;
    return true;
}

/*
 * speech  = *WSP speaker *mark *WSP ":" text
 * speaker = ( "C" / "S" / "R" ) [ number ] / ( "C" / "S" / "R" ) *WSP "&" *WSP ( "C" / "S" / "R" ) [ number ]
 */
static bool lex_speech(struct span line, struct lexed *lexed, struct problems *problems)
{
    struct bytes text = line.text;
    size_t from = skip_blanks(text, 0);
    if (!is_speaker(text, from)) {
        return false;
    }
    size_t at = from + 1;
    struct lexed speech = {.kind = LEXED_SPEECH, .speaker = (char)text.p[from], .connection = 1};
    speech.both = read_second_speaker(text, &at);
    size_t digits = at;
    unsigned number = 0;
    for (; at < text.n && octet_is_digit(text.p[at]); at++) {
        number = number < 1000 ? number * 10 + (text.p[at] - '0') : number;
    }
    speech.connection = at > digits ? number : 1;
    bool marks_ok = read_marks(text, &at, &speech);
    size_t colon = skip_blanks(text, at);
    if (colon >= text.n || text.p[colon] != ':') {
        return false;
    }
    speech.text = span_skip(line, colon + 1);
    speech.place = span_place(line, from, at - from);
    if (problems != NULL) {
        check_marks(&speech, marks_ok, problems);
    }
    if (speech.connection == 0 || speech.connection > LEXED_MAX_CONNECTION) {
        speech.connection = 1;
    }
    *lexed = speech;
    return true;
}

static bool is_word(struct bytes text, const char *word)
{
    return bytes_is_nocase(bytes_ends(text, ":") ? bytes_slice(text, 0, text.n - 1) : text, word);
}

static enum lexed_kind kind_of(struct bytes trimmed, bool indented)
{
    if (trimmed.n == 0) {
        return LEXED_BLANK;
    }
    if (bytes_starts(trimmed, "#") || bytes_starts(trimmed, "//")) {
        return LEXED_COMMENT;
    }
    if (bytes_starts(trimmed, ">")) {
        return LEXED_COMMENTARY;
    }
    if (bytes_starts(trimmed, "<")) {
        return LEXED_DIRECTION;
    }
    if (is_word(trimmed, "either")) {
        return LEXED_EITHER;
    }
    if (is_word(trimmed, "or")) {
        return LEXED_OR;
    }
    if (bytes_starts(trimmed, "(")) {
        return LEXED_NOTE;
    }
    if (bytes_starts(trimmed, "...")) {
        return LEXED_ELLIPSIS;
    }
    return indented ? LEXED_CONTINUATION : LEXED_UNKNOWN;
}

/* Behind "#", "//" or ">" and one blank. */
static struct span behind_sign(struct span text)
{
    struct span rest = span_skip(text, bytes_starts(text.text, "//") ? 2 : 1);
    return bytes_starts(rest.text, " ") ? span_skip(rest, 1) : rest;
}

struct lexed line_lex(struct span line, struct problems *problems)
{
    struct lexed lexed = {0};
    if (lex_speech(line, &lexed, problems)) {
        return lexed;
    }
    struct span trimmed = span_trim(line);
    bool indented = trimmed.cut > line.cut;
    lexed.kind = kind_of(trimmed.text, indented);
    lexed.connection = 1;
    lexed.text = lexed.kind == LEXED_COMMENT || lexed.kind == LEXED_COMMENTARY
                     ? behind_sign(trimmed)
                     : trimmed;
    lexed.place = span_whole_place(trimmed);
    return lexed;
}
