/*
 * Two plays of one reply, as lines of a scenario (reply_words.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "record/reply_words.h"
#include "record/transcript_text.h"

/* Shorter numbers are the same by chance. */
enum { AGAIN_LEAST = 4 };

struct reply_capture {
    struct buf first;
    struct buf second;
    size_t number;
};

void reply_captures_deinit(struct reply_captures *captures)
{
    for (size_t i = 0; i < captures->count; i++) {
        buf_deinit(&captures->items[i].first);
        buf_deinit(&captures->items[i].second);
    }
    free(captures->items);
    *captures = (struct reply_captures){0};
}

/* ---- Captures ---- */

static bool all_octets(struct bytes octets, bool (*fits)(unsigned char c))
{
    for (size_t i = 0; i < octets.n; i++) {
        if (!fits(octets.p[i])) {
            return false;
        }
    }
    return octets.n > 0;
}

static bool is_no_blank(unsigned char c)
{
    return c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

static enum value_type type_of(struct bytes first, struct bytes second)
{
    if (all_octets(first, octet_is_digit) && all_octets(second, octet_is_digit)) {
        return VALUE_INT;
    }
    return all_octets(first, is_no_blank) && all_octets(second, is_no_blank) ? VALUE_WORD
                                                                             : VALUE_TEXT;
}

static const struct reply_capture *find_capture(const struct reply_captures *captures,
                                                struct bytes first, struct bytes second)
{
    for (size_t i = captures->count; i > 0; i--) {
        const struct reply_capture *capture = &captures->items[i - 1];
        if (bytes_equal(buf_bytes(&capture->first), first) &&
            bytes_equal(buf_bytes(&capture->second), second)) {
            return capture;
        }
    }
    return NULL;
}

static void print_capture(struct buf *out, struct reply_captures *captures, enum value_type type,
                          bool again, struct bytes first, struct bytes second)
{
    bool known = again && !captures->all_new && first.n >= AGAIN_LEAST;
    const struct reply_capture *same = known ? find_capture(captures, first, second) : NULL;
    if (same != NULL) {
        buf_printf(out, "{{v%zu}}", same->number);
        return;
    }
    captures->last++;
    buf_printf(out, "{{v%zu:%s}}", captures->last, value_type_name(type));
    if (!known) {
        return;
    }
    captures->items =
        mem_grow(captures->items, captures->count, &captures->capacity, sizeof captures->items[0]);
    struct reply_capture *capture = &captures->items[captures->count++];
    *capture = (struct reply_capture){.number = captures->last};
    buf_append(&capture->first, first);
    buf_append(&capture->second, second);
}

/* ---- Octets ---- */

/* Between codes "|" means "or"; a first blank would be lost, "<" be read as a direction. */
static void print_octets(struct buf *out, struct bytes octets, bool begins)
{
    struct buf text = {0};
    size_t from = 0;
    if (begins && octets.n > 0 && (octets.p[0] == ' ' || octets.p[0] == '<')) {
        buf_printf(out, "\\x%02x", octets.p[0]);
        from = 1;
    }
    escape_append(&text, bytes_skip(octets, from),
                  (unsigned)ESCAPE_BRACE | (unsigned)ESCAPE_UTF8 | (unsigned)ESCAPE_CI);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '|') {
            buf_append_text(out, "\\x7c");
        } else {
            buf_append_octet(out, text.p[i]);
        }
    }
    buf_deinit(&text);
}

/* ---- Lines ---- */

struct span_pair {
    const struct reply_line *first;
    const struct reply_line *second;
    size_t from; /* words at the beginning that are there in both */
    size_t first_to;
    size_t second_to;
};

static bool same_word(const struct reply_word *a, const struct reply_word *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case REPLY_WORD_NAME:
        return strcmp(a->name, b->name) == 0;
    case REPLY_WORD_FORM:
        return a->type == b->type;
    case REPLY_WORD_OCTETS:
        break;
    }
    return bytes_equal(a->octets, b->octets);
}

static void print_word(struct buf *out, struct reply_captures *captures,
                       const struct reply_word *first, const struct reply_word *second, bool begins)
{
    switch (first->kind) {
    case REPLY_WORD_NAME:
        buf_printf(out, "{{%s}}", first->name);
        break;
    case REPLY_WORD_FORM:
        print_capture(out, captures, first->type, first->again, first->octets, second->octets);
        break;
    case REPLY_WORD_OCTETS:
        print_octets(out, first->octets, begins);
        break;
    }
}

static struct bytes octets_of(const struct reply_line *line, size_t from, size_t to)
{
    if (from >= to) {
        return (struct bytes){0};
    }
    const struct reply_word *last = &line->words[to - 1];
    const unsigned char *begin = line->words[from].octets.p;
    return bytes_make(begin, (size_t)(last->octets.p + last->octets.n - begin));
}

/* Words [from, to) of both differ: a capture, of one word more where one of them has none. */
static void print_difference(struct buf *out, struct reply_captures *captures,
                             const struct span_pair *pair)
{
    struct bytes first = octets_of(pair->first, pair->from, pair->first_to);
    struct bytes second = octets_of(pair->second, pair->from, pair->second_to);
    print_capture(out, captures, type_of(first, second), true, first, second);
}

/* The same number of words: what differs, differs by itself; neighbours are one. */
static void print_word_by_word(struct buf *out, struct reply_captures *captures,
                               const struct reply_line *first, const struct reply_line *second)
{
    for (size_t i = 0; i < first->count;) {
        if (same_word(&first->words[i], &second->words[i])) {
            print_word(out, captures, &first->words[i], &second->words[i], i == 0);
            i++;
            continue;
        }
        size_t to = i + 1;
        while (to < first->count && !same_word(&first->words[to], &second->words[to])) {
            to++;
        }
        struct span_pair pair = {first, second, i, to, to};
        print_difference(out, captures, &pair);
        i = to;
    }
}

static void print_middle(struct buf *out, struct reply_captures *captures,
                         const struct reply_line *first, const struct reply_line *second)
{
    size_t least = first->count < second->count ? first->count : second->count;
    size_t from = 0;
    size_t tail = 0;
    while (from < least && same_word(&first->words[from], &second->words[from])) {
        from++;
    }
    while (tail < least - from && same_word(&first->words[first->count - 1 - tail],
                                            &second->words[second->count - 1 - tail])) {
        tail++;
    }
    if (from + tail == least && from > 0) {
        from--; /* a capture takes one octet at least */
    }
    for (size_t i = 0; i < from; i++) {
        print_word(out, captures, &first->words[i], &second->words[i], i == 0);
    }
    struct span_pair pair = {first, second, from, first->count - tail, second->count - tail};
    print_difference(out, captures, &pair);
    for (size_t i = tail; i > 0; i--) {
        print_word(out, captures, &first->words[first->count - i],
                   &second->words[second->count - i], false);
    }
}

/* Words at the beginning that stand as they came. */
static size_t words_kept(const struct reply_line *first, const struct reply_line *second)
{
    size_t least = first->count < second->count ? first->count : second->count;
    size_t from = 0;
    while (from < least && same_word(&first->words[from], &second->words[from])) {
        from++;
    }
    bool all = from == least && first->count != second->count;
    return from > 0 && all ? from - 1 : from; /* print_middle() */
}

static bool is_only(const struct reply_line *line, const char *text)
{
    return bytes_is(octets_of(line, 0, line->count), text);
}

static void print_line(struct buf *out, struct reply_captures *captures, unsigned connection,
                       const struct reply_line *first, const struct reply_line *second)
{
    struct buf text = {0};
    buf_append_octet(out, 'S');
    if (connection > 1) {
        buf_printf(out, "%u", connection);
    }
    buf_append_text(out, is_only(first, "...") ? "=:" : ":");
    buf_append_text(&text, first->count > 0 ? " " : "");
    if (first->count == second->count) {
        print_word_by_word(&text, captures, first, second);
    } else {
        print_middle(&text, captures, first, second);
    }
    if (!bytes_is(first->end, "\r\n")) {
        print_octets(&text, first->end, false);
        buf_append_text(&text, "\\c");
    }
    transcript_text_guard(out, buf_bytes(&text));
    buf_append_octet(out, '\n');
    buf_deinit(&text);
}

/* "250", "+OK" */
static struct bytes code_of(const struct reply_cut *cut)
{
    struct bytes line = {0};
    if (cut->count > 0) {
        line = octets_of(&cut->lines[0], 0, cut->lines[0].count);
    }
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ' && !(line.p[n] == '-' && n > 0)) {
        n++;
    }
    return bytes_slice(line, 0, n);
}

/* The code alone: a reply whose lines are others each time. */
static void print_code(struct buf *out, unsigned connection, const struct reply_cut *first)
{
    buf_append_octet(out, 'S');
    if (connection > 1) {
        buf_printf(out, "%u", connection);
    }
    buf_append_text(out, ": ");
    print_octets(out, code_of(first), true);
    buf_append_octet(out, '\n');
}

/* "250 " and then "250 ok": what differs takes the code with it. */
static bool keeps_code(const struct reply_cut *first, const struct reply_cut *second)
{
    size_t kept = words_kept(&first->lines[0], &second->lines[0]);
    return octets_of(&first->lines[0], 0, kept).n >= code_of(first).n;
}

/* The empty line behind a header. */
static bool is_message(const struct reply_cut *cut)
{
    for (size_t i = 1; i < cut->count; i++) {
        if (cut->lines[i].count == 0) {
            return true;
        }
    }
    return false;
}

/* Does it hold a name that no other case has? */
static bool names_case(const struct reply_cut *cut)
{
    for (size_t i = 1; i < cut->count; i++) {
        for (size_t k = 0; k < cut->lines[i].count; k++) {
            const struct reply_word *word = &cut->lines[i].words[k];
            if (word->kind == REPLY_WORD_NAME &&
                (strcmp(word->name, "client") == 0 || strcmp(word->name, "sender") == 0)) {
                return true;
            }
        }
    }
    return false;
}

static bool body_stays(const struct reply_captures *captures, const struct reply_cut *first,
                       const struct reply_cut *second)
{
    const bool message = is_message(first) || is_message(second);
    const bool another = captures->own_messages && !(names_case(first) && names_case(second));
    return !first->pop3 || !(first->listing || captures->no_body ||
                             (message && (captures->no_messages || another)));
}

void reply_print(struct buf *out, struct reply_captures *captures, unsigned connection,
                 const struct reply_cut *first, const struct reply_cut *second)
{
    second = second == NULL ? first : second;
    if (!bytes_equal(code_of(first), code_of(second))) {
        second = first; /* another reply: it will not pass again */
    }
    bool same_shape = first->count == second->count;
    bool code_stays = first->count > 0 && keeps_code(first, second);
    if (first->count == 0 || (!(same_shape && code_stays) && !first->pop3)) {
        print_code(out, connection, first);
        return;
    }
    bool body = same_shape && body_stays(captures, first, second);
    size_t count = body ? first->count : 1;
    if (!code_stays) {
        print_code(out, connection, first);
    }
    for (size_t i = code_stays ? 0 : 1; i < count; i++) {
        print_line(out, captures, connection, &first->lines[i], &second->lines[i]);
    }
}
