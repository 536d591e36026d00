#include "record/stored_session.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/escape.h"
#include "record/redact.h"

void stored_session_init(struct stored_session *session, const struct stored_source *source,
                         const struct stored_sink *sink, struct arena *arena)
{
    *session = (struct stored_session){.source = source, .sink = sink, .arena = arena};
}

void stored_session_deinit(struct stored_session *session)
{
    buf_deinit(&session->shown);
    buf_deinit(&session->judged);
}

int stored_problem(const struct stored_source *source, size_t line, struct error *error,
                   const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    escape_append(&text, bytes_of(source->path), ESCAPE_UTF8);
    buf_printf(&text, ":%zu: ", line);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    (void)error_set(error, "%s", buf_text(&text));
    buf_deinit(&text);
    return -1;
}

/* ---- Telling ---- */

static void fill_in(struct stored_session *session, struct event *event)
{
    event->program = session->program;
    event->case_number = session->source->first_number + session->count - 1;
    if (event->connection > 0) {
        event->protocol = session->protocols[event->connection];
    }
    if (event->time_us > session->time_us) {
        session->time_us = event->time_us;
    }
}

/* The end of a case is always told. */
static bool is_judged(const struct stored_session *session, const struct event *event)
{
    return event->kind == EVENT_CASE_END || !(session->cut || session->lost[event->connection]);
}

static void tell(struct stored_session *session, struct event shown, struct event judged)
{
    fill_in(session, &shown);
    fill_in(session, &judged);
    if (session->sink != NULL) {
        session->sink->on_event(session->sink->self, &shown,
                                is_judged(session, &judged) ? &judged : NULL);
    }
}

/* ---- Octets ---- */

static void flush(struct stored_session *session)
{
    const struct stored_line *line = &session->gathered;
    struct event shown = {.kind = EVENT_OCTETS,
                          .time_us = line->time_us,
                          .connection = line->connection,
                          .side = line->side,
                          .octets = buf_bytes(&session->shown),
                          .altered = line->altered};
    struct event judged = shown;
    judged.octets = buf_bytes(&session->judged);
    if (session->shown.n > 0 || session->judged.n > 0) {
        tell(session, shown, judged);
    }
    buf_clear(&session->shown);
    buf_clear(&session->judged);
    session->gathered = (struct stored_line){0};
}

static bool goes_on(const struct stored_line *gathered, const struct stored_line *line)
{
    return line->block > 0 && gathered->block == line->block &&
           gathered->connection == line->connection && gathered->side == line->side &&
           !gathered->altered && !line->altered;
}

/* What came later than the rest of its line: the last octet at least. */
static void tell_late(struct stored_session *session, const struct stored_line *line)
{
    struct stored_line last = *line;
    if (line->judged.n < 2 || line->shown.n < 2) {
        flush(session);
        return;
    }
    session->judged.n--;
    session->shown.n--;
    flush(session);
    last.time_us = line->end_us;
    last.block = 0;
    session->gathered = last;
    buf_append(&session->judged, bytes_skip(line->judged, line->judged.n - 1));
    buf_append(&session->shown, bytes_skip(line->shown, line->shown.n - 1));
    flush(session);
}

/* A word that is a secret may be a verb, too: what it was is not known. A line that is hidden as a whole answers a challenge. */
static bool hides_verb(const struct stored_line *line)
{
    const size_t mark = sizeof REDACT_MARK - 1;
    return line->altered && bytes_starts(line->shown, REDACT_MARK) &&
           bytes_trim_right(line->shown).n > mark;
}

void stored_session_line(struct stored_session *session, const struct stored_line *line)
{
    if (hides_verb(line)) {
        stored_session_lose(session, line->connection, line->time_us,
                            "a secret hides what this line is: nothing behind it is judged");
    }
    if (!goes_on(&session->gathered, line)) {
        flush(session);
        session->gathered = *line;
    }
    session->said = true;
    buf_append(&session->shown, line->shown);
    buf_append(&session->judged, line->judged);
    if (line->end_us > line->time_us) {
        tell_late(session, line);
    } else if (line->block == 0) {
        flush(session);
    }
}

/* ---- Other events ---- */

void stored_session_event(struct stored_session *session, const struct event *event)
{
    flush(session);
    if ((event->kind == EVENT_CONNECTING || event->kind == EVENT_CONNECTED) &&
        event->connection > 0) {
        session->protocols[event->connection] = event->protocol;
        session->lost[event->connection] = false;
    }
    tell(session, *event, *event);
}

void stored_session_cut(struct stored_session *session)
{
    flush(session);
    session->cut = true;
}

void stored_session_lose(struct stored_session *session, unsigned connection, int64_t time_us,
                         const char *why)
{
    flush(session);
    const struct event note = {
        .kind = EVENT_NOTE, .time_us = time_us, .connection = connection, .text = why};
    session->lost[connection] = true;
    tell(session, note, note);
}

void stored_session_begin(struct stored_session *session, const char *id, const char *title,
                          unsigned tested, int64_t began_us)
{
    stored_session_end(session);
    session->count++;
    session->time_us = 0;
    session->said = false;
    session->cut = false;
    for (size_t i = 0; i <= STORED_MAX_CONNECTIONS; i++) {
        session->protocols[i] = PROTOCOL_SMTP;
        session->lost[i] = false;
    }
    session->program = arena_alloc(session->arena, sizeof *session->program);
    session->program->id = id;
    session->program->title = title;
    session->program->path = arena_strdup(session->arena, session->source->path);
    const struct event begin = {.kind = EVENT_CASE_BEGIN, .tested = tested, .began_us = began_us};
    tell(session, begin, begin);
}

void stored_session_end_as(struct stored_session *session, const struct outcome *told)
{
    if (session->program == NULL) {
        return;
    }
    flush(session);
    struct outcome outcome = {.verdict = VERDICT_PASS, .actual_offset = BYTES_NONE};
    if (!session->said) {
        outcome.verdict = VERDICT_SKIP;
        outcome.reason = "nothing was said in it";
    }
    const struct event end = {
        .kind = EVENT_CASE_END, .time_us = session->time_us, .outcome = &outcome};
    struct event judged = end;
    judged.outcome = told != NULL ? told : &outcome;
    tell(session, end, judged);
    session->program = NULL;
}

void stored_session_end(struct stored_session *session)
{
    stored_session_end_as(session, NULL);
}

/* ---- Both readers ---- */

/* Some editors put a byte order mark in front (RFC 3629 section 6): it is nothing that was said. */
static struct bytes without_mark(struct bytes text)
{
    return bytes_skip(text, bytes_starts(text, "\xef\xbb\xbf") ? 3 : 0);
}

enum stored_form stored_form_of(struct bytes octets)
{
    const struct bytes text = without_mark(octets);
    if (stored_json_is(text)) {
        return STORED_JSON;
    }
    return stored_dialogue_is(text) ? STORED_DIALOGUE : STORED_OTHER;
}

int stored_read(const struct stored_source *source, enum stored_form form, struct arena *arena,
                const struct stored_sink *sink, size_t *count_r, struct error *error)
{
    struct stored_session session;
    struct stored_source marked = *source;
    int failed = -1;
    marked.text = without_mark(source->text);
    stored_session_init(&session, &marked, sink, arena);
    switch (form) {
    case STORED_JSON:
        failed = stored_json_read(&session, error);
        break;
    case STORED_DIALOGUE:
        failed = stored_dialogue_read(&session, error);
        break;
    case STORED_OTHER:
        failed = stored_problem(source, 1, error,
                                "neither a transcript of this program nor a dialogue: lines of a "
                                "dialogue begin with C: or S:");
        break;
    }
    if (failed == 0) {
        stored_session_end(&session);
    }
    *count_r = session.count;
    stored_session_deinit(&session);
    return failed;
}
