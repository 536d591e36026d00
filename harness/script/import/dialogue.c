/*
 * dialogue - the dialogues of an RFC, a course or a book, out of the text around them
 *
 * The scenario reader takes lines that begin with C:, S: or R: as they are; here they are found in prose, page breaks are taken out, lines
 * that were broken are joined, and the speakers of RFC 821 (S: the sender, R: the receiver) become C: and S:.
 */
#include <string.h>

#include "base/base64.h"
#include "script/import/notation.h"

struct speech {
    char side; /* 'C', 'S', 'R' */
    bool both; /* C & S: */
    unsigned connection;
    size_t indent;
    struct bytes said; /* behind the colon */
};

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static size_t indent_of(struct bytes line)
{
    size_t n = 0;
    while (n < line.n && is_blank(line.p[n])) {
        n++;
    }
    return n;
}

static size_t skip_blanks(struct bytes line, size_t at)
{
    return at + indent_of(bytes_skip(line, at));
}

static bool is_side(struct bytes line, size_t at)
{
    return at < line.n && (line.p[at] == 'C' || line.p[at] == 'S' || line.p[at] == 'R');
}

/* [blanks] side [number] [blanks] ":" or C & S: */
static bool read_speech(struct bytes line, struct speech *speech_r)
{
    size_t at = indent_of(line);
    *speech_r = (struct speech){.indent = at, .connection = 1};
    if (!is_side(line, at)) {
        return false;
    }
    speech_r->side = (char)line.p[at++];
    if (at < line.n && line.p[at] >= '1' && line.p[at] <= '9') {
        speech_r->connection = line.p[at++] - (unsigned)'0';
    }
    at = skip_blanks(line, at);
    if (at < line.n && line.p[at] == '&') {
        at = skip_blanks(line, at + 1);
        if (!is_side(line, at)) {
            return false;
        }
        speech_r->both = true;
        at = skip_blanks(line, at + 1);
    }
    if (at >= line.n || line.p[at] != ':') {
        return false;
    }
    speech_r->said = bytes_skip(line, at + 1);
    return true;
}

static bool is_speech(struct bytes line)
{
    struct speech speech;
    return read_speech(line, &speech);
}

bool dialogue_recognise(struct bytes text)
{
    return notation_count(text, is_speech, 2) == 2;
}

/* "Klensin  Standards Track  [Page 79]", "RFC 5321  SMTP  October 2008", a form feed: RFC 7322 4.1, 2.1 */
static bool is_page_break(struct bytes line)
{
    struct bytes text = bytes_trim_right(line);
    if (text.n > 0 && text.p[0] == '\f') {
        return true;
    }
    bool foot = bytes_ends(text, "]") && bytes_find(text, BYTES_LIT("[Page "), 0) != BYTES_NONE;
    bool head = bytes_starts(text, "RFC ") && text.n > 60 && octet_is_digit(text.p[text.n - 1]);
    return foot || head;
}

/* Does an R: stand in the dialogue that begins here? */
static bool has_receiver(struct bytes text)
{
    struct bytes line;
    struct speech speech;
    unsigned prose = 0;
    while (prose < 3 && bytes_next(&text, '\n', &line)) {
        if (read_speech(line, &speech)) {
            prose = 0;
            if (speech.side == 'R') {
                return true;
            }
            if (speech.side == 'C') {
                return false;
            }
        } else {
            prose += bytes_trim(line).n > 0 && !is_page_break(line) ? 1 : 0;
        }
    }
    return false;
}

/* What is said so far, until it is certain that the next line does not go on with it. */
struct reading {
    struct draft *draft;
    bool open;     /* within a dialogue */
    bool receiver; /* S: is the sender */
    bool has_said;
    bool bare;    /* the line before is message data without speaker */
    bool in_note; /* "(" without ")" yet */
    struct speech speech;
    struct buf said;
    unsigned line;
    struct bytes heading; /* the last line of prose */
};

static struct bytes without_line_end(struct bytes text)
{
    static const char *const ends[] = {"<CRLF>", "<CR><LF>", "<CR> <LF>"};
    struct bytes trimmed = bytes_trim_right(text);
    /* "354 ... end with <CRLF>.<CRLF>" talks about line ends. */
    bool talks = bytes_find(trimmed, BYTES_LIT(">.<CR"), 0) != BYTES_NONE;
    if (talks) {
        return bytes_starts(bytes_trim(trimmed), "<CR") ? BYTES_LIT(" .") : text;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (bytes_ends(trimmed, ends[i])) {
            return bytes_slice(trimmed, 0, trimmed.n - strlen(ends[i]));
        }
    }
    return text;
}

static bool is_direction(struct bytes said)
{
    return bytes_starts(said, "<") && !bytes_starts(said, "<CR");
}

static void say_direction(struct reading *reading, bool client, struct bytes text)
{
    struct draft *draft = reading->draft;
    const struct speech *speech = &reading->speech;
    const char *speaker = speech->both ? "C & S" : client ? "C" : "S";
    const char *close = bytes_ends(text, ">") ? "" : ">";
    char *octets = arena_text(draft->arena, text);
    if (speech->connection > 1 && !speech->both) {
        draft_raw(draft, arena_printf(draft->arena, "%s%u: %s%s", speaker, speech->connection,
                                      octets, close));
    } else {
        draft_raw(draft, arena_printf(draft->arena, "%s: %s%s", speaker, octets, close));
    }
}

/* Books leave the end of a message out, where the reply to it shows that there was one. */
static void end_message(struct reading *reading, bool client)
{
    const struct talk *talk = draft_talk(reading->draft, reading->speech.connection);
    if (!client && talk->turn == TALK_DATA && talk->chunk == 0) {
        draft_lost(reading->draft, "the end of the message is not written: \"C: .\" is added");
        draft_client(reading->draft, reading->speech.connection, BYTES_LIT("."));
    }
}

static void say(struct reading *reading)
{
    struct draft *draft = reading->draft;
    if (!reading->has_said) {
        return;
    }
    unsigned line = draft->line;
    draft->line = reading->line;
    unsigned connection = reading->speech.connection;
    bool client = reading->receiver ? reading->speech.side != 'R' : reading->speech.side == 'C';
    bool data = client && draft_talk(draft, connection)->turn == TALK_DATA;
    struct bytes text = buf_bytes(&reading->said);
    struct bytes said = bytes_skip(text, indent_of(text));
    size_t comment = data ? text.n : bytes_find(text, BYTES_LIT("//"), 0);
    if (comment != BYTES_NONE && comment < text.n &&
        (comment == 0 || is_blank(text.p[comment - 1]))) {
        draft_comment(draft, bytes_trim(bytes_skip(text, comment + 2)));
        said = bytes_trim(bytes_slice(text, 0, comment));
        text = said;
    }
    if (is_direction(said)) {
        say_direction(reading, client, bytes_trim_right(said));
    } else {
        end_message(reading, client);
        struct bytes left = without_line_end(text);
        size_t blanks = indent_of(left);
        left = bytes_skip(left, data && blanks > 0 && !bytes_is(left, " .") ? 1 : blanks);
        if (client) {
            draft_client(draft, connection, left);
        } else {
            draft_server(draft, connection, "", bytes_trim_right(left));
        }
    }
    draft->line = line;
    reading->has_said = false;
}

static void begin(struct reading *reading, struct bytes line)
{
    struct draft *draft = reading->draft;
    struct buf title = {0};
    struct bytes heading = bytes_trim(reading->heading);
    buf_append(&title, heading.n > 0 ? heading : bytes_of(draft->file));
    draft_begin(draft, buf_text(&title));
    buf_deinit(&title);
    const unsigned char *end = draft->text.p + draft->text.n;
    reading->receiver = has_receiver(bytes_make(line.p, (size_t)(end - line.p)));
    reading->open = true;
}

static bool is_base64(struct bytes word)
{
    return word.n >= 16 && base64_is_alphabet(word);
}

/* The end of a line that the page was too narrow for: behind a blank, but not inside of a base64 word. */
static void go_on(struct reading *reading, struct bytes text)
{
    struct bytes before = bytes_trim_right(buf_bytes(&reading->said));
    reading->said.n = before.n;
    size_t at = before.n;
    while (at > 0 && !is_blank(before.p[at - 1])) {
        at--;
    }
    bool inside = is_base64(bytes_skip(before, at)) && is_base64(text);
    buf_append_text(&reading->said, inside ? "" : " ");
    buf_append(&reading->said, text);
}

/* "... TLS negotiation ..." and "(TLS negotiation ...)" */
static bool is_tls(struct bytes text)
{
    struct bytes word;
    while (text.n > 0 && (text.p[0] == '.' || text.p[0] == '(' || text.p[0] == ' ')) {
        text = bytes_skip(text, 1);
    }
    return bytes_next_word(&text, &word) && bytes_is(word, "TLS");
}

/* Message data is printed without speaker in books; false: no message is expected. */
static bool say_bare(struct reading *reading, struct bytes line)
{
    say(reading);
    if (draft_talk(reading->draft, 1)->turn != TALK_DATA) {
        return false;
    }
    draft_client(reading->draft, 1, line);
    reading->bare = true;
    return true;
}

/* A line without speaker within a dialogue; false: it is prose, and the dialogue is over. */
static bool aside(struct reading *reading, struct bytes line)
{
    struct draft *draft = reading->draft;
    struct bytes text = bytes_trim(line);
    if (reading->in_note) {
        draft_remark(draft, text);
        reading->in_note = !bytes_ends(text, ")");
        return true;
    }
    if (bytes_starts(text, "//") || bytes_starts(text, "#")) {
        say(reading);
        draft_comment(draft, bytes_trim(bytes_skip(text, text.p[0] == '#' ? 1 : 2)));
        return true;
    }
    if (indent_of(line) < reading->speech.indent) {
        return false;
    }
    if (indent_of(line) == 0) {
        return say_bare(reading, line);
    }
    if (is_tls(text)) {
        say(reading);
        draft_raw(draft, "C & S: <negotiate a TLS session>");
    } else if (text.p[0] == '<' && bytes_ends(text, ">") && !reading->has_said) {
        draft_raw(draft, arena_text(draft->arena, text));
    } else if (bytes_starts(text, "...")) {
        say(reading);
        struct talk *talk = draft_talk(draft, 1);
        if (talk->turn == TALK_DATA) {
            draft_client(draft, 1, text);
        } else if (talk->turn == TALK_BODY) {
            draft_server(draft, 1, "", text);
        } else {
            draft_lost_line(draft, text, "stands for lines that are not written");
        }
    } else if (bytes_starts(text, "(")) {
        say(reading);
        draft_remark(draft, text);
        reading->in_note = !bytes_ends(text, ")");
    } else if (indent_of(line) > reading->speech.indent && reading->has_said) {
        go_on(reading, text);
    } else {
        return false;
    }
    return true;
}

void dialogue_convert(struct draft *draft)
{
    struct reading reading = {.draft = draft};
    struct bytes line;
    struct speech speech;
    while (draft_next(draft, &line)) {
        if (reading.bare && bytes_trim(line).n == 0) {
            reading.bare = say_bare(&reading, BYTES_LIT(""));
            continue;
        }
        if (is_page_break(line) || bytes_trim(line).n == 0) {
            continue;
        }
        if (read_speech(line, &speech)) {
            say(&reading);
            if (!reading.open) {
                begin(&reading, line);
            }
            reading.speech = speech;
            reading.in_note = false;
            reading.bare = false;
            reading.line = draft->line;
            reading.has_said = true;
            buf_clear(&reading.said);
            buf_append(&reading.said, speech.said);
        } else if (reading.open && !aside(&reading, line)) {
            say(&reading);
            reading.open = false;
        }
        if (!reading.open) {
            reading.heading = line;
        }
    }
    say(&reading);
    buf_deinit(&reading.said);
}
