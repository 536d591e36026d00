#include "script/notations.h"

#include "base/base64.h"

#define BASE64_LEAST 16 /* octets of a word that is taken for base64 */

static bool ends_note(struct bytes text, const char *end)
{
    return bytes_ends(bytes_trim_right(text), end);
}

bool notation_note_is_open(struct bytes text, enum lexed_kind kind)
{
    if (kind == LEXED_NOTE) {
        return !ends_note(text, ")");
    }
    return kind == LEXED_ELLIPSIS && bytes_trim_right(text).n > 3 && !ends_note(text, "...");
}

bool notation_goes_on(enum lexed_kind kind)
{
    return kind == LEXED_CONTINUATION || kind == LEXED_UNKNOWN || kind == LEXED_ELLIPSIS ||
           kind == LEXED_NOTE;
}

/* The first word behind "..." or "(" is TLS. */
static bool begins_with_tls(struct bytes text)
{
    while (text.n > 0 && (text.p[0] == '.' || text.p[0] == '(' || text.p[0] == ' ')) {
        text = bytes_skip(text, 1);
    }
    struct bytes word;
    return bytes_next_word(&text, &word) && bytes_is_nocase(word, "TLS");
}

struct item notation_note(struct span text, enum lexed_kind kind, struct arena *arena)
{
    struct item item = {.connection = 1, .text = text, .place = span_whole_place(text)};
    if (begins_with_tls(text.text)) {
        struct bytes form = BYTES_LIT("<negotiate a TLS session>");
        item.kind = ITEM_DIRECTION;
        item.has_speaker = item.both = true;
        item.text = span_of(arena, form, item.place);
        item.direction = direction_match(item.text);
    } else if (kind == LEXED_ELLIPSIS && text.text.n == 3) {
        item.kind = ITEM_ELLIPSIS;
    } else {
        item.kind = ITEM_COMMENTARY;
    }
    return item;
}

static struct bytes last_word(struct bytes text)
{
    size_t from = text.n;
    while (from > 0 && text.p[from - 1] != ' ' && text.p[from - 1] != '\t') {
        from--;
    }
    return bytes_skip(text, from);
}

/* What comes between the lines: nothing within a base64 word, else a blank. */
static const char *glue_of(struct bytes above, struct bytes below)
{
    struct bytes last = last_word(above);
    bool one_word = bytes_index(below, ' ', 0) == BYTES_NONE;
    bool is_base64 =
        last.n >= BASE64_LEAST && base64_is_alphabet(last) && base64_is_alphabet(below);
    return is_base64 && one_word ? "" : " ";
}

struct span notation_join(struct arena *arena, const struct span *lines, size_t count)
{
    struct buf text = {0};
    struct span_part *parts = arena_array(arena, count, sizeof *parts);
    for (size_t i = 0; i < count; i++) {
        struct span line = i > 0 ? span_trim(lines[i]) : lines[i];
        struct bytes octets = bytes_trim_right(line.text);
        /* Some RFCs write a backslash where they break a line. */
        if (i + 1 < count && bytes_ends(octets, " \\")) {
            octets = bytes_trim_right(bytes_slice(octets, 0, octets.n - 2));
        }
        if (i > 0) {
            buf_append_text(&text, glue_of(buf_bytes(&text), octets));
        }
        parts[i] = (struct span_part){.offset = text.n, .place = span_place(line, 0, 1)};
        buf_append(&text, octets);
    }
    struct span joined = {
        .text = arena_copy(arena, buf_bytes(&text)), .parts = parts, .part_count = count};
    buf_deinit(&text);
    return joined;
}

/* "354 ... end with <CRLF>.<CRLF>" talks about line ends; "<CRLF>.<CRLF>" alone is the end of the data. */
static bool talks_about_end(struct bytes text)
{
    return (bytes_ends(text, "<CRLF>.<CRLF>") || bytes_ends(text, "<CR><LF>.<CR><LF>")) &&
           !bytes_starts(bytes_trim(text), "<CR");
}

/* Length without a trailing line end in brackets; text.n when there is none. */
static size_t without_one_end(struct bytes text)
{
    static const char *const ends[] = {"<CRLF>", "<CR><LF>"};
    struct bytes trimmed = bytes_trim_right(text);
    if (talks_about_end(trimmed)) {
        return text.n;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (bytes_ends(trimmed, ends[i])) {
            return trimmed.n - bytes_of(ends[i]).n;
        }
    }
    return text.n;
}

struct span notation_without_line_end(struct span text, struct arena *arena)
{
    size_t n = without_one_end(text.text);
    if (n == text.text.n) {
        return text;
    }
    while (n < text.text.n) {
        text = span_slice(text, 0, n);
        n = without_one_end(text.text);
    }
    /* RFC 821 writes the end of the data as <CRLF>.<CRLF>. */
    struct span rest = span_trim(text);
    if (bytes_is(rest.text, "<CRLF>.") || bytes_is(rest.text, "<CR><LF>.")) {
        return span_of(arena, BYTES_LIT(" ."), span_place(rest, rest.text.n - 1, 1));
    }
    return text;
}

size_t notation_comment(struct bytes text)
{
    size_t at = bytes_find(text, BYTES_LIT(" //"), 0);
    return at != BYTES_NONE ? at : text.n;
}

size_t notation_said(struct bytes text)
{
    size_t end = notation_comment(text);
    if (end == text.n) {
        return end;
    }
    text = bytes_trim_right(bytes_slice(text, 0, end));
    while (end = without_one_end(text), end < text.n) {
        text = bytes_slice(text, 0, end);
    }
    return text.n;
}

bool notation_has_receiver(const struct lexed *lines, size_t count, struct problems *problems)
{
    const struct lexed *receiver = NULL;
    const struct lexed *client = NULL;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].kind == LEXED_SPEECH && lines[i].speaker == 'R' && receiver == NULL) {
            receiver = &lines[i];
        }
        if (lines[i].kind == LEXED_SPEECH && lines[i].speaker == 'C' && !lines[i].both &&
            client == NULL) {
            client = &lines[i];
        }
    }
    if (receiver != NULL && client != NULL) {
        problems_error(
            problems, receiver->place,
            "R: does not go with the C: of line %u: write C: and S:, or as RFC 821 does S: for "
            "the sender and R: for the receiver",
            client->place.line);
    }
    return receiver != NULL;
}
