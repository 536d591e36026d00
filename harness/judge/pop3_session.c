/*
 * The server's octets of a POP3 session, and what becomes of it at closes and timeouts.
 */
#include "judge/pop3_session.h"

enum {
    MAX_LINE_OCTETS = 64 * 1024,
    MAX_CLIENT_LINE_OCTETS = 1024, /* of which the keyword and its arguments are read */
    MAX_HELD_OCTETS = 1024
};

void pop3_session_init(struct pop3_session *session, struct moment_sink sink)
{
    *session = (struct pop3_session){.sink = sink};
    wire_reader_init(&session->client, MAX_CLIENT_LINE_OCTETS);
    wire_reader_init(&session->server, MAX_LINE_OCTETS);
}

void pop3_session_deinit(struct pop3_session *session)
{
    wire_reader_deinit(&session->client);
    wire_reader_deinit(&session->server);
    pending_deinit(&session->queue);
    buf_deinit(&session->held);
    buf_deinit(&session->status);
}

void pop3_session_lose(struct pop3_session *session)
{
    session->lost = true;
    session->in_body = false;
    pending_clear(&session->queue);
}

void pop3_session_tell(struct pop3_session *session, struct moment *moment)
{
    session->sink.on_moment(session->sink.self, moment);
}

/* ---- Status lines ---- */

static void tell_status(struct pop3_session *session, const struct pending *pending,
                        enum moment_kind kind, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    struct moment moment = pop3_moment_for(pending, kind, line);
    moment.status = &status;
    pop3_session_tell(session, &moment);
}

static const struct pending *nothing(void)
{
    static const struct pending none = {.kind = PENDING_COMMAND, .verb = POP3_UNKNOWN};
    return &none;
}

static void hold(struct pop3_session *session, enum moment_kind kind, const struct wire_line *line)
{
    session->held_kind = kind;
    buf_append(&session->held, bytes_slice(line->raw, 0, MAX_HELD_OCTETS));
}

/* More follows what would have been all right as a server's last word. */
static void tell_held(struct pop3_session *session)
{
    struct wire_line line = wire_line_of(buf_bytes(&session->held));
    tell_status(session, nothing(), session->held_kind, &line);
    if (session->held_kind == AT_SURPLUS) {
        pop3_session_lose(session);
    }
    buf_clear(&session->held);
}

static void take_greeting(struct pop3_session *session, const struct wire_line *line)
{
    session->greeted = true;
    tell_status(session, nothing(), AT_GREETING, line);
    if (pop3_status_read(line).indicator == POP3_ERR) {
        hold(session, AT_REFUSED, line);
    }
}

/* What a positive response changes; a command that is not known may have a body or not. */
static void after_ok(struct pop3_session *session, const struct pending *pending,
                     const struct wire_line *line)
{
    bool bare_auth = pending->kind == PENDING_COMMAND && pending->verb == POP3_AUTH &&
                     pending->octets <= sizeof "AUTH\r\n";
    if (pending->multiline) {
        pop3_body_begin(session, pending, line);
    } else if (pending->verb == POP3_UNKNOWN || bare_auth) {
        pop3_session_lose(session);
    } else if (pending->verb == POP3_STLS) {
        session->mode = POP3_CLIENT_TLS_ASKED;
    }
}

static void take_paired(struct pop3_session *session, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    struct pending pending;
    pending_pop(&session->queue, &pending);
    tell_status(session, &pending, AT_REPLY, line);
    switch (status.indicator) {
    case POP3_OK:
        after_ok(session, &pending, line);
        break;
    case POP3_ERR:
        break;
    case POP3_CONTINUE:
        if (pending.verb == POP3_AUTH) {
            session->mode = POP3_CLIENT_RESPONSE;
        }
        break;
    case POP3_INDICATOR_NONE:
        pop3_session_lose(session);
        break;
    }
}

/*
 * Nothing asked for this line. -ERR may be a server's last word before it closes; a client line of which only a part
 * is there may have been refused for its length.
 */
static void take_surplus(struct pop3_session *session, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    if (wire_reader_rest(&session->client).n > 0) {
        pop3_session_lose(session);
    } else if (status.indicator == POP3_ERR) {
        hold(session, AT_SURPLUS, line);
    } else {
        tell_status(session, nothing(), AT_SURPLUS, line);
        pop3_session_lose(session);
    }
}

static void take_status(struct pop3_session *session, const struct wire_line *line)
{
    bool after_message = session->after_message;
    session->after_message = false;
    if (after_message && pop3_status_read(line).indicator == POP3_INDICATOR_NONE) {
        /* More of the message behind a dot that was not stuffed: a rule of its own, of scenarios. */
        pop3_session_lose(session);
    } else if (session->queue.count > 0) {
        take_paired(session, line);
    } else {
        take_surplus(session, line);
    }
}

static void take_line(struct pop3_session *session, const struct wire_line *line)
{
    if (!session->greeted) {
        take_greeting(session, line);
        return;
    }
    if (!session->lost && session->held.n > 0) {
        tell_held(session);
    }
    if (session->lost) {
        return;
    }
    if (session->in_body) {
        pop3_body_take(session, line);
    } else {
        take_status(session, line);
    }
}

void pop3_session_server(struct pop3_session *session, struct bytes octets)
{
    struct wire_line line;
    if (session->greeted && session->lost) {
        return;
    }
    wire_reader_feed(&session->server, octets);
    while (wire_reader_next(&session->server, &line)) {
        take_line(session, &line);
    }
}

/* ---- Ends ---- */

static void tell_end(struct pop3_session *session, enum moment_kind kind,
                     const struct pending *pending, struct bytes octets, bool closed)
{
    const struct wire_line none = {.raw = octets, .text = octets};
    struct moment moment = pop3_moment_for(pending, kind, &none);
    moment.closed = closed;
    pop3_session_tell(session, &moment);
}

/* As in SMTP: the server's close counts only against a command that was sent on its own, and not QUIT. */
static bool owes_response(const struct pop3_session *session, bool closed)
{
    const struct pending *first = pending_first(&session->queue);
    if (first == NULL) {
        return false;
    }
    return !closed || (first->alone && first->verb != POP3_QUIT);
}

static void end_in_body(struct pop3_session *session, struct bytes rest, bool closed)
{
    bool dot = bytes_is(rest, ".") || bytes_is(rest, ".\r");
    tell_end(session, dot ? AT_NO_LINE_END : AT_UNFINISHED, &session->current,
             buf_bytes(&session->status), closed);
}

static void end(struct pop3_session *session, bool closed)
{
    struct bytes rest = wire_reader_rest(&session->server);
    const struct pending *first = pending_first(&session->queue);
    if (session->lost) {
        return;
    }
    if (session->in_body) {
        end_in_body(session, rest, closed);
    } else if (rest.n > 0) {
        tell_end(session, AT_NO_LINE_END, first != NULL ? first : nothing(), rest, closed);
    } else if (!session->greeted && !closed) {
        tell_end(session, AT_NO_GREETING, nothing(), (struct bytes){0}, closed);
    } else if (owes_response(session, closed)) {
        tell_end(session, AT_NO_REPLY, first, (struct bytes){0}, closed);
    }
    pop3_session_lose(session);
}

void pop3_session_timeout(struct pop3_session *session)
{
    end(session, false);
}

void pop3_session_closed(struct pop3_session *session, enum side side, enum close_kind close)
{
    if (side == SIDE_SERVER && close == CLOSE_END) {
        end(session, true);
    } else {
        pop3_session_lose(session); /* a cut line proves nothing */
    }
}
