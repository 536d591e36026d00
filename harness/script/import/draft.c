#include "script/import/draft.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/escape.h"
#include "script/import/import.h"
#include "script/import/secrets.h"

#define SHOWN 80 /* octets of a line that a note shows */

bool draft_next(struct draft *draft, struct bytes *line_r)
{
    if (draft->text.n == 0) {
        return false;
    }
    if (draft->line == IMPORT_MAX_LINES) {
        draft_note(draft, draft->line, "what follows is not read: more than %d lines",
                   IMPORT_MAX_LINES);
        draft->text.n = 0;
        return false;
    }
    size_t end = bytes_index(draft->text, '\n', 0);
    size_t n = end == BYTES_NONE ? draft->text.n : end;
    *line_r = bytes_slice(draft->text, 0, n);
    draft->text = bytes_skip(draft->text, end == BYTES_NONE ? n : n + 1);
    if (line_r->n > 0 && line_r->p[line_r->n - 1] == '\r') {
        line_r->n--;
    }
    draft->line++;
    return true;
}

void draft_begin(struct draft *draft, const char *title)
{
    if (draft->scenario_count == IMPORT_MAX_SCENARIOS) {
        draft_note(draft, draft->line, "what follows is not read: more than %d dialogues",
                   IMPORT_MAX_SCENARIOS);
        draft->text.n = 0;
        draft->now->full = true;
        return;
    }
    struct draft_scenario *made = arena_alloc(draft->arena, sizeof *made);
    made->title = arena_strdup(draft->arena, title);
    made->fields = "";
    if (draft->now != NULL) {
        draft->now->next = made;
    } else {
        draft->first = made;
    }
    draft->now = made;
    draft->scenario_count++;
    for (unsigned i = 0; i <= DRAFT_CONNECTIONS; i++) {
        talk_init(&draft->talk[i]);
    }
}

static struct draft_scenario *now(struct draft *draft)
{
    if (draft->now == NULL) {
        draft_begin(draft, draft->file);
    }
    return draft->now;
}

void draft_field(struct draft *draft, const char *field)
{
    struct draft_scenario *scenario = now(draft);
    scenario->fields = arena_printf(draft->arena, "%s%s", scenario->fields, field);
}

/* Octets that the text takes once it is written, at most. */
static size_t written(struct bytes octets)
{
    size_t n = 10; /* speaker, marks, line end */
    for (size_t i = 0; i < octets.n; i++) {
        n += octets.p[i] >= ' ' && octets.p[i] < 0x7f && octets.p[i] != '\\' ? 1 : 4;
    }
    return n;
}

/* A scenario that is too large for its reader ends; that is said once. */
static bool has_room(struct draft *draft, struct draft_scenario *scenario, struct bytes octets)
{
    if (scenario->full) {
        return false;
    }
    scenario->lines++;
    scenario->octets += written(octets);
    scenario->full = scenario->lines > DRAFT_LINES || scenario->octets > DRAFT_OCTETS;
    if (scenario->full) {
        draft_note(draft, draft->line,
                   "the rest of this dialogue is not carried over: a scenario has %d lines and %d "
                   "octets at most",
                   DRAFT_LINES, DRAFT_OCTETS);
    }
    return !scenario->full;
}

static struct draft_line *add(struct draft *draft, enum draft_kind kind, unsigned connection,
                              struct bytes octets)
{
    struct draft_scenario *scenario = now(draft);
    struct draft_line *line = arena_alloc(draft->arena, sizeof *line);
    *line = (struct draft_line){.kind = kind,
                                .connection = connection,
                                .marks = "",
                                .octets = scenario->full ? (struct bytes){0}
                                                         : arena_copy(draft->arena, octets),
                                .source = draft->line};
    if (!has_room(draft, scenario, octets)) {
        return line; /* and nobody prints it */
    }
    if (scenario->last != NULL) {
        scenario->last->next = line;
    } else {
        scenario->first = line;
    }
    scenario->last = line;
    scenario->spoken += kind == DRAFT_CLIENT || kind == DRAFT_SERVER ? 1 : 0;
    return line;
}

struct talk *draft_talk(struct draft *draft, unsigned connection)
{
    now(draft);
    return &draft->talk[connection <= DRAFT_CONNECTIONS ? connection : 0];
}

static void say_secret(struct draft *draft, unsigned connection, const struct secret *secret)
{
    const char *speaker = connection > 1 ? arena_printf(draft->arena, "C%u", connection) : "C";
    if (secret->whole) {
        draft_raw(draft, arena_printf(draft->arena, "%s: %s", speaker, secret->text));
    } else {
        add(draft, DRAFT_CLIENT, connection, bytes_of(secret->text))->in_notation = true;
    }
    draft_note(draft, draft->line, "%s", secret->note);
}

static void client(struct draft *draft, unsigned connection, struct bytes octets, bool part)
{
    struct talk *talk = draft_talk(draft, connection);
    struct secret secret = {0};
    if (talk->whole) {
        talk_client(talk, octets);
        return;
    }
    if (secret_find(talk, octets, draft->arena, &secret)) {
        say_secret(draft, connection, &secret);
        talk->whole = secret.whole;
    } else {
        struct draft_line *line = add(draft, DRAFT_CLIENT, connection, octets);
        line->is_data = talk->turn == TALK_DATA;
        line->no_end = part;
    }
    /* What has no line end yet is no command yet. */
    if (!part || bytes_ends(octets, "\n")) {
        talk_client(talk, part ? bytes_trim_right(octets) : octets);
    }
}

void draft_client(struct draft *draft, unsigned connection, struct bytes octets)
{
    client(draft, connection, octets, false);
}

void draft_client_pattern(struct draft *draft, unsigned connection, const char *marks,
                          struct bytes pattern, struct bytes seen)
{
    struct draft_line *line = add(draft, DRAFT_CLIENT, connection, pattern);
    line->marks = marks;
    line->in_notation = true;
    talk_client(draft_talk(draft, connection), seen);
}

void draft_client_part(struct draft *draft, unsigned connection, struct bytes octets)
{
    client(draft, connection, octets, true);
}

/* The replies of an exchange that <authenticate> stands for are its own, the last one included. */
static bool is_left_out(struct talk *talk, struct bytes seen)
{
    bool whole = talk->whole;
    talk_server(talk, seen);
    if (whole && talk->turn != TALK_RESPONSE) {
        talk->whole = false;
    }
    return whole;
}

void draft_server(struct draft *draft, unsigned connection, const char *marks, struct bytes octets)
{
    bool left_out = is_left_out(draft_talk(draft, connection), octets);
    if (!left_out) {
        add(draft, DRAFT_SERVER, connection, octets)->marks = marks;
    } else if (bytes_starts(octets, "4") || bytes_starts(octets, "5") ||
               bytes_starts(octets, "-")) {
        draft_lost(draft, "the login was refused; <authenticate> expects that it succeeds");
    }
}

void draft_server_part(struct draft *draft, unsigned connection, struct bytes octets)
{
    talk_server(draft_talk(draft, connection), octets);
    add(draft, DRAFT_SERVER, connection, octets)->no_end = true;
}

void draft_server_pattern(struct draft *draft, unsigned connection, const char *marks,
                          struct bytes pattern, struct bytes seen)
{
    if (!is_left_out(draft_talk(draft, connection), seen)) {
        struct draft_line *line = add(draft, DRAFT_SERVER, connection, pattern);
        line->marks = marks;
        line->in_notation = true;
    }
}

void draft_raw(struct draft *draft, const char *text)
{
    add(draft, DRAFT_RAW, 1, bytes_of(text));
}

void draft_comment(struct draft *draft, struct bytes text)
{
    add(draft, DRAFT_COMMENT, 1, text);
}

void draft_remark(struct draft *draft, struct bytes text)
{
    add(draft, DRAFT_REMARK, 1, text);
}

static void note(struct draft *draft, unsigned line, const char *text)
{
    if (draft->note_count > IMPORT_MAX_NOTES) {
        return;
    }
    struct draft_note *made = arena_alloc(draft->arena, sizeof *made);
    made->line = line;
    made->text = draft->note_count == IMPORT_MAX_NOTES ? "there is more that is not said here"
                                                       : arena_strdup(draft->arena, text);
    if (draft->note_last != NULL) {
        draft->note_last->next = made;
    } else {
        draft->note_first = made;
    }
    draft->note_last = made;
    draft->note_count++;
}

void draft_note(struct draft *draft, unsigned line, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    note(draft, line, buf_text(&text));
    buf_deinit(&text);
}

void draft_lost(struct draft *draft, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    note(draft, draft->line, buf_text(&text));
    char *comment = arena_printf(draft->arena, "line %u: %s", draft->line, buf_text(&text));
    draft_comment(draft, bytes_of(comment));
    buf_deinit(&text);
}

void draft_lost_line(struct draft *draft, struct bytes line, const char *reason)
{
    struct buf shown = {0};
    struct bytes text = bytes_trim(line);
    if (bytes_starts_nocase(text, "PASS") || bytes_starts_nocase(text, "AUTH")) {
        text = bytes_slice(text, 0, 4); /* a secret stays where it is */
    }
    escape_append(&shown, bytes_slice(text, 0, SHOWN), ESCAPE_UTF8);
    draft_lost(draft, "%s: %s%s", reason, buf_text(&shown), text.n > SHOWN ? "..." : "");
    buf_deinit(&shown);
}
