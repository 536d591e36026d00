#include "record/transcript_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/escape.h"

/* Less than this between two lines is not worth a comment. */
#define TIME_STEP_US 10000

#define TEXT_FLAGS ((unsigned)ESCAPE_BRACE | (unsigned)ESCAPE_UTF8 | (unsigned)ESCAPE_CI)

void transcript_text_sentence(struct buf *out, struct bytes text)
{
    size_t from = 0;
    while (from < text.n) {
        size_t slash = bytes_index(text, '\\', from);
        size_t to = slash == BYTES_NONE ? text.n : slash;
        escape_append(out, bytes_slice(text, from, to), ESCAPE_UTF8 | ESCAPE_CI);
        buf_append_text(out, slash == BYTES_NONE ? "" : "\\");
        from = slash == BYTES_NONE ? text.n : slash + 1;
    }
}

void transcript_text_head(struct buf *out, const struct program *program, unsigned tested)
{
    buf_append_text(out, "Title: ");
    transcript_text_sentence(out, bytes_of(program->title != NULL ? program->title : program->id));
    buf_append_text(out, "\nStart: connect\n\n# ");
    transcript_text_sentence(out, bytes_of(program->id));
    buf_append_octet(out, '\n');
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        if ((tested & (SIDE_SET(side))) != 0) {
            buf_printf(out, TRANSCRIPT_TESTED "%s\n", side_name(side));
        }
    }
    buf_append_text(out, tested == 0 ? TRANSCRIPT_TESTED TRANSCRIPT_NOBODY "\n" : "");
}

/* The line end that the reader would take off, or NULL (notation_without_line_end). */
static const char *written_end(struct bytes text)
{
    if (bytes_ends(text, "<CRLF>.<CRLF>") || bytes_ends(text, "<CR><LF>.<CR><LF>")) {
        return NULL; /* "354 ... end with <CRLF>.<CRLF>" stays as it is */
    }
    if (bytes_ends(text, "<CRLF>")) {
        return "<CRLF>";
    }
    return bytes_ends(text, "<CR><LF>") ? "<CR><LF>" : NULL;
}

void transcript_text_guard(struct buf *out, struct bytes line)
{
    struct bytes text = bytes_trim_right(line);
    const char *end = written_end(text);
    size_t end_at = end != NULL ? text.n - strlen(end) : line.n;
    for (size_t i = 0; i < line.n; i++) {
        bool behind_blank = i == 0 || line.p[i - 1] == ' ';
        bool comment = behind_blank && bytes_starts(bytes_skip(line, i), "//");
        if (comment || i == end_at) {
            buf_printf(out, "\\x%02x", line.p[i]);
        } else {
            buf_append_octet(out, line.p[i]);
        }
    }
}

static void print_ms(struct buf *out, int64_t time_us)
{
    int64_t us = time_us < 0 ? 0 : time_us;
    buf_printf(out, "# %" PRId64 ".%03" PRId64 " ms", us / 1000, us % 1000);
}

bool transcript_text_time(struct buf *out, int64_t time_us, int64_t *told_us)
{
    if (*told_us >= 0 && time_us - *told_us < TIME_STEP_US) {
        return false;
    }
    *told_us = time_us < 0 ? 0 : time_us;
    print_ms(out, time_us);
    buf_append_octet(out, '\n');
    return true;
}

/*
 * Scenarios have connections 1 to 16. What lies above is the engine's own preparation (messages put into a
 * maildrop): told as a comment, so that the dialogue alone is replayed.
 */
#define LAST_CONNECTION 16

static void print_speaker(struct buf *out, unsigned connection, enum side side)
{
    buf_append_text(out, connection > LAST_CONNECTION ? "#   " : "");
    buf_append_octet(out, side == SIDE_CLIENT ? 'C' : 'S');
    if (connection > 1) {
        buf_printf(out, "%u", connection);
    }
    buf_append_octet(out, ':');
}

/* A first blank would be skipped, "<" read as a stage direction. */
static bool needs_escape_in_front(struct bytes content, const struct redact_ranges *ranges)
{
    bool hidden = ranges->count > 0 && ranges->items[0].from == 0;
    return !hidden && content.n > 0 && (content.p[0] == ' ' || content.p[0] == '<');
}

void transcript_text_line(struct buf *out, unsigned connection, enum side side, struct bytes octets,
                          const struct redact_ranges *ranges)
{
    bool crlf = bytes_ends(octets, "\r\n");
    struct bytes content = bytes_slice(octets, 0, octets.n - (crlf ? 2 : 0));
    struct buf text = {0};
    struct buf said = {0};
    size_t from = 0;
    print_speaker(out, connection, side);
    buf_append_text(out, octets.n > 2 || !crlf ? " " : "");
    redact_append(&text, content, ranges, TEXT_FLAGS);
    if (needs_escape_in_front(content, ranges)) {
        buf_printf(out, "\\x%02x", content.p[0]);
        from = 1;
    }
    for (size_t i = from; i < text.n; i++) {
        /* Between codes "|" means "or". */
        if (side == SIDE_SERVER && text.p[i] == '|') {
            buf_append_text(&said, "\\x7c");
        } else {
            buf_append_octet(&said, text.p[i]);
        }
    }
    buf_append_text(&said, crlf ? "" : "\\c");
    transcript_text_guard(out, buf_bytes(&said));
    buf_append_octet(out, '\n');
    buf_deinit(&said);
    buf_deinit(&text);
}

/* ---- Events ---- */

static void print_comment(struct buf *out, const struct event *event, const char *what,
                          struct bytes text, int64_t time_us)
{
    print_ms(out, time_us);
    if (event->connection > 1) {
        buf_printf(out, "  connection %u", event->connection);
    }
    buf_printf(out, "  %s", what);
    buf_append_text(out, text.n > 0 ? ": " : "");
    transcript_text_sentence(out, text);
    buf_append_octet(out, '\n');
}

void transcript_text_negotiation(struct buf *out, const struct event *event)
{
    bool fails = event->tls != NULL && !event->tls->secured;
    buf_append_text(out, event->connection > LAST_CONNECTION ? "#   C & S" : "C & S");
    if (event->connection > 1) {
        buf_printf(out, "%u", event->connection);
    }
    buf_append_text(out, fails ? ": <TLS negotiation fails>\n" : ": <negotiate a TLS session>\n");
}

static void print_connected(struct buf *out, const struct event *event, struct bytes text,
                            int64_t time_us)
{
    struct buf told = {0};
    buf_append(&told, text);
    buf_printf(&told, "%s%s", text.n > 0 ? ", " : "", protocol_name(event->protocol));
    print_comment(out, event, "connected", buf_bytes(&told), time_us);
    buf_deinit(&told);
    if (event->connection > 1) {
        print_speaker(out, event->connection, SIDE_CLIENT);
        buf_append_text(out, " <open connection>\n");
    }
}

static void print_closed(struct buf *out, const struct event *event, struct bytes text,
                         int64_t time_us)
{
    switch (event->close) {
    case CLOSE_END:
    case CLOSE_RESET:
        print_speaker(out, event->connection, event->side);
        buf_append_text(out, event->close == CLOSE_END ? " <close connection>\n"
                                                       : " <reset connection>\n");
        break;
    case CLOSE_ERROR:
    case CLOSE_KIND_COUNT:
        print_comment(out, event, "connection lost", text, time_us);
        break;
    }
}

/* Blanks at the end of a line are none for its reader. */
void transcript_text_left(struct buf *out, const struct event *event, int64_t time_us)
{
    const bool blank = bytes_ends(event->octets, " ");
    struct buf left = {0};
    if (event->octets.n > 0) {
        buf_printf(&left, "the %s" TRANSCRIPT_LEFT, side_name(event->side));
        escape_append(&left, bytes_slice(event->octets, 0, event->octets.n - (blank ? 1 : 0)), 0);
        buf_append_text(&left, blank ? "\\x20" : "");
        print_comment(out, event, "tls", buf_bytes(&left), time_us);
    }
    buf_deinit(&left);
}

void transcript_text_event(struct buf *out, const struct event *event, struct bytes text,
                           int64_t time_us)
{
    switch (event->kind) {
    case EVENT_CONNECTING:
        print_comment(out, event, "connecting", text, time_us);
        break;
    case EVENT_CONNECTED:
        print_connected(out, event, text, time_us);
        break;
    case EVENT_CLOSED:
        print_closed(out, event, text, time_us);
        break;
    case EVENT_TIMEOUT:
        print_comment(out, event, "timeout", text, time_us);
        break;
    case EVENT_NOTE:
        print_comment(out, event, "note", text, time_us);
        break;
    case EVENT_SECURED:
        print_comment(out, event, "tls", text, time_us);
        break;
    case EVENT_CASE_END:
        print_comment(out, event, verdict_name(event->outcome->verdict), text, time_us);
        break;
    case EVENT_STEP:
    case EVENT_OCTETS:
    case EVENT_CASE_BEGIN:
    case EVENT_KIND_COUNT:
        break;
    }
}
