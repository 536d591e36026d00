/*
 * The lines of a multi-line POP3 response, up to its dot.
 */
#include "judge/pop3_session.h"

enum { MAX_STATUS_OCTETS = 512 };

static bool has_crlf(const struct wire_line *line)
{
    return (line->defects & (WIRE_BARE_LF | WIRE_NO_END)) == 0;
}

static bool is_message(const struct pending *pending)
{
    return pending->verb == POP3_RETR || pending->verb == POP3_TOP;
}

struct moment pop3_moment_for(const struct pending *pending, enum moment_kind kind,
                              const struct wire_line *line)
{
    return (struct moment){.kind = kind,
                           .octets = line->raw,
                           .command = pending_text(pending),
                           .described = pending->kind != PENDING_COMMAND,
                           .line = line,
                           .pop3_verb = (enum pop3_verb)pending->verb,
                           .in_login = pending->verb == POP3_AUTH,
                           .has_number = pending->has_number,
                           .number = pending->number};
}

void pop3_body_begin(struct pop3_session *session, const struct pending *pending,
                     const struct wire_line *line)
{
    session->in_body = true;
    session->current = *pending;
    session->body_index = 0;
    session->bare_lf_ends = !has_crlf(line);
    session->line_before_had_crlf = true;
    buf_clear(&session->status);
    buf_append(&session->status, bytes_slice(line->raw, 0, MAX_STATUS_OCTETS));
}

static void learn_capability(struct pop3_session *session, struct bytes line)
{
    struct bytes rest = line;
    struct bytes keyword = {0};
    if (session->current.verb == POP3_CAPA && bytes_next_word(&rest, &keyword) &&
        bytes_is_nocase(keyword, "PIPELINING")) {
        session->pipelining_offered = true;
    }
}

/*
 * A dot behind a bare LF may be the end, or a line in the middle of a message whose sender wrote bare LF and
 * whose server counts only CRLF as a line end (both are right in doing so).
 */
static void end_body(struct pop3_session *session)
{
    bool doubtful =
        is_message(&session->current) && !session->line_before_had_crlf && !session->bare_lf_ends;
    session->in_body = false;
    session->after_message = is_message(&session->current);
    if (doubtful) {
        pop3_session_lose(session);
    }
}

void pop3_body_take(struct pop3_session *session, const struct wire_line *line)
{
    struct moment moment = pop3_moment_for(&session->current, AT_BODY_LINE, line);
    bool first = session->body_index == 0;
    bool is_end = bytes_is(line->text, ".");
    moment.body.index = session->body_index++;
    moment.body.is_end = is_end;
    moment.body.is_senders =
        is_message(&session->current) && !first && !(is_end && session->line_before_had_crlf);
    if (first && !has_crlf(line)) {
        session->bare_lf_ends = true;
    }
    pop3_session_tell(session, &moment);
    if (is_end) {
        end_body(session);
    } else {
        learn_capability(session, line->text);
        session->line_before_had_crlf = has_crlf(line);
    }
}
