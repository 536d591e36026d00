/*
 * The server's octets of a POP3 session, and what becomes of it at closes and timeouts.
 */
#include "judge/pop3_tracker.h"

enum {
    MAX_LINE_OCTETS = 64 * 1024,
    MAX_CLIENT_LINE_OCTETS = 1024, /* of which the keyword and its arguments are read */
    MAX_HELD_OCTETS = 1024
};

void pop3_tracker_init(struct pop3_tracker *tracker, struct moment_sink sink)
{
    *tracker = (struct pop3_tracker){.sink = sink};
    wire_reader_init(&tracker->client, MAX_CLIENT_LINE_OCTETS);
    wire_reader_init(&tracker->server, MAX_LINE_OCTETS);
}

void pop3_tracker_deinit(struct pop3_tracker *tracker)
{
    wire_reader_deinit(&tracker->client);
    wire_reader_deinit(&tracker->server);
    pending_deinit(&tracker->queue);
    buf_deinit(&tracker->held);
    buf_deinit(&tracker->status);
}

void pop3_tracker_lose_count(struct pop3_tracker *tracker)
{
    tracker->lost = true;
    tracker->in_body = false;
    pending_clear(&tracker->queue);
}

void pop3_tracker_lose(struct pop3_tracker *tracker)
{
    pop3_tracker_lose_count(tracker);
    buf_clear(&tracker->held);
}

void pop3_tracker_tell(struct pop3_tracker *tracker, struct moment *moment)
{
    tracker->sink.on_moment(tracker->sink.self, moment);
}

/* ---- Status lines ---- */

static void tell_status(struct pop3_tracker *tracker, const struct pending *pending,
                        enum moment_kind kind, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    struct moment moment = pop3_moment_for(pending, kind, line);
    moment.status = &status;
    moment.pop3_server = &tracker->shown;
    pop3_tracker_tell(tracker, &moment);
}

static const struct pending *nothing(void)
{
    static const struct pending none = {.kind = PENDING_COMMAND, .verb = POP3_UNKNOWN};
    return &none;
}

static void hold(struct pop3_tracker *tracker, enum moment_kind kind, const struct wire_line *line)
{
    tracker->held_kind = kind;
    buf_append(&tracker->held, bytes_slice(line->raw, 0, MAX_HELD_OCTETS));
}

/* More follows what would have been all right as a server's last word. */
static void tell_held(struct pop3_tracker *tracker)
{
    struct wire_line line = wire_line_of(buf_bytes(&tracker->held));
    tell_status(tracker, nothing(), tracker->held_kind, &line);
    if (tracker->held_kind == AT_SURPLUS) {
        pop3_tracker_lose_count(tracker);
    }
    buf_clear(&tracker->held);
}

static void take_greeting(struct pop3_tracker *tracker, const struct wire_line *line)
{
    tracker->greeted = true;
    const struct pop3_status status = pop3_status_read(line);
    pop3_client_greeted(&tracker->facts, &status);
    tell_status(tracker, nothing(), AT_GREETING, line);
    if (status.indicator == POP3_ERR) {
        hold(tracker, AT_REFUSED, line);
    }
}

/* What a positive response changes; a command that is not known may have a body or not. */
static void after_ok(struct pop3_tracker *tracker, const struct pending *pending,
                     const struct wire_line *line)
{
    bool bare_auth = pending->kind == PENDING_COMMAND && pending->verb == POP3_AUTH &&
                     pending->octets <= sizeof "AUTH\r\n";
    if (pending->multiline) {
        pop3_body_begin(tracker, pending, line);
    } else if (pending->verb == POP3_UNKNOWN || bare_auth) {
        pop3_tracker_lose(tracker);
    } else if (pending->verb == POP3_STLS) {
        tracker->mode = POP3_CLIENT_TLS_ASKED;
    }
}

/* Marks for deletion change the totals (RFC 1939 section 5, DELE and RSET). */
static void keep_totals(struct pop3_tracker *tracker, const struct pending *pending,
                        const struct pop3_status *status)
{
    struct pop3_totals *told = &tracker->told;
    struct pop3_listing drop = {0};
    if (pending->verb == POP3_DELE || pending->verb == POP3_RSET) {
        told->known = false;
    } else if (pending->verb == POP3_STAT) {
        told->known = status->indicator == POP3_OK && pop3_listing_read(status->text, &drop) &&
                      pop3_size_read(drop.rest, &told->octets);
        told->messages = drop.number;
    }
}

static void take_paired(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    struct pending pending;
    pending_pop(&tracker->queue, &pending);
    pop3_server_response(&tracker->shown, &pending, &status);
    tell_status(tracker, &pending, AT_REPLY, line);
    pop3_client_response(&tracker->facts, &pending, &status);
    keep_totals(tracker, &pending, &status);
    tracker->refused = status.indicator == POP3_ERR;
    tracker->left |= pending.kind == PENDING_COMMAND && pending.verb == POP3_QUIT;
    switch (status.indicator) {
    case POP3_OK:
        after_ok(tracker, &pending, line);
        break;
    case POP3_ERR:
        break;
    case POP3_CONTINUE:
        if (pending.verb == POP3_AUTH) {
            tracker->mode = POP3_CLIENT_RESPONSE;
        }
        break;
    case POP3_INDICATOR_NONE:
        pop3_tracker_lose(tracker);
        break;
    }
}

/* Clear text where TLS is to begin; of a client that has sent commands there, these may be the responses. */
static void tell_left(struct pop3_tracker *tracker, struct bytes octets)
{
    const struct wire_line line = {.raw = octets, .text = octets};
    struct moment moment = pop3_moment_for(nothing(), AT_SERVER_LEFT, &line);
    if (!tracker->lost) {
        pop3_tracker_tell(tracker, &moment);
    }
    tracker->text_left = true;
    pop3_tracker_lose(tracker);
}

/*
 * Nothing asked for this line. -ERR may be a server's last word before it closes; a client line of which only a part
 * is there may have been refused for its length.
 */
static void take_surplus(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct pop3_status status = pop3_status_read(line);
    if (tracker->mode == POP3_CLIENT_TLS_ASKED) {
        tell_left(tracker, line->raw);
    } else if (wire_reader_rest(&tracker->client).n > 0) {
        pop3_tracker_lose(tracker);
    } else if (tracker->commands_left) {
        tell_status(tracker, nothing(), AT_EXECUTED, line);
        pop3_tracker_lose(tracker);
    } else if (status.indicator == POP3_ERR) {
        hold(tracker, AT_SURPLUS, line);
    } else {
        tell_status(tracker, nothing(), AT_SURPLUS, line);
        pop3_tracker_lose(tracker);
    }
}

static void take_status(struct pop3_tracker *tracker, const struct wire_line *line)
{
    bool after_message = tracker->after_message;
    tracker->after_message = false;
    if (after_message && pop3_status_read(line).indicator == POP3_INDICATOR_NONE) {
        /* More of the message behind a dot that was not stuffed: a rule of its own, of scenarios. */
        pop3_tracker_lose(tracker);
    } else if (tracker->queue.count > 0) {
        take_paired(tracker, line);
    } else {
        take_surplus(tracker, line);
    }
}

static void take_line(struct pop3_tracker *tracker, const struct wire_line *line)
{
    if (!tracker->greeted) {
        take_greeting(tracker, line);
        return;
    }
    if (tracker->held.n > 0) {
        tell_held(tracker);
    }
    if (tracker->lost) {
        return;
    }
    if (tracker->in_body) {
        pop3_body_take(tracker, line);
    } else {
        take_status(tracker, line);
    }
}

void pop3_tracker_server(struct pop3_tracker *tracker, struct bytes octets, int64_t time_us)
{
    struct wire_line line;
    patience_octets(&tracker->patience, time_us, false);
    tracker->injected = false;
    if (tracker->greeted && tracker->lost && tracker->held.n == 0) {
        return;
    }
    wire_reader_feed(&tracker->server, octets);
    while (wire_reader_next(&tracker->server, &line)) {
        take_line(tracker, &line);
    }
}

/* ---- Stored transcripts ---- */

/* A secret may look like a number, and such lines hold numbers. */
static bool has_numbers(const struct pop3_tracker *tracker)
{
    const struct pending *first = pending_first(&tracker->queue);
    return first != NULL &&
           (first->verb == POP3_STAT || first->verb == POP3_LIST || first->verb == POP3_UIDL);
}

static bool names_message(struct bytes octets)
{
    const enum pop3_verb verb = pop3_command_read(bytes_trim_right(octets)).verb;
    return verb == POP3_RETR || verb == POP3_DELE || verb == POP3_TOP || verb == POP3_LIST ||
           verb == POP3_UIDL;
}

void pop3_tracker_altered(struct pop3_tracker *tracker, enum side side, struct bytes octets)
{
    const bool in_message = tracker->in_body && (tracker->current.verb == POP3_RETR ||
                                                 tracker->current.verb == POP3_TOP);
    if (side == SIDE_SERVER && in_message) {
        tracker->body_altered = true;
    } else if (side == SIDE_SERVER
                   ? tracker->in_body || has_numbers(tracker)
                   : tracker->mode == POP3_CLIENT_COMMAND && names_message(octets)) {
        pop3_tracker_lose(tracker);
    }
}

/* ---- TLS ---- */

static void begin_anew(struct pop3_tracker *tracker)
{
    const struct pop3_tracker old = *tracker;
    pop3_tracker_deinit(tracker);
    pop3_tracker_init(tracker, old.sink);
    tracker->greeted = old.greeted;
    tracker->left = old.left;
    tracker->facts.in_doubt = old.text_left;
    tracker->injected = old.text_left;
    tracker->commands_left = old.commands_left;
    tracker->facts.capa_due = old.greeted && old.facts.capa_told;
}

void pop3_tracker_secured(struct pop3_tracker *tracker, enum side side, struct bytes octets,
                          int64_t time_us)
{
    if (octets.n > 0 && side == SIDE_CLIENT) {
        pop3_tracker_tell_left(tracker, octets);
    } else if (octets.n > 0) {
        tell_left(tracker, octets);
    }
    begin_anew(tracker);
    patience_octets(&tracker->patience, time_us, true);
}

void pop3_tracker_not_secured(struct pop3_tracker *tracker, enum side side, struct bytes octets)
{
    if (side == SIDE_CLIENT && pop3_command_read(bytes_trim_right(octets)).verb != POP3_UNKNOWN) {
        pop3_tracker_tell_left(tracker, octets);
    }
    pop3_tracker_lose(tracker);
}

/* ---- Ends ---- */

static void tell_end(struct pop3_tracker *tracker, enum moment_kind kind,
                     const struct pending *pending, struct bytes octets, bool closed)
{
    const struct wire_line none = {.raw = octets, .text = octets};
    struct moment moment = pop3_moment_for(pending, kind, &none);
    moment.closed = closed;
    pop3_tracker_tell(tracker, &moment);
}

/*
 * As in SMTP: the server's close counts only against a command that was sent on its own, and not QUIT. Nor behind -ERR:
 * a server may close after a refused login (RFC 1939 section 4), and nothing forbids it after another refusal.
 */
static bool owes_response(const struct pop3_tracker *tracker, bool closed)
{
    const struct pending *first = pending_first(&tracker->queue);
    bool refused = tracker->held.n > 0 && tracker->held_kind == AT_REFUSED;
    if (first == NULL || (closed && (refused || tracker->refused))) {
        return false;
    }
    return !closed || (first->alone && first->verb != POP3_QUIT);
}

static void end_in_body(struct pop3_tracker *tracker, struct bytes rest, bool closed)
{
    bool dot = bytes_is(rest, ".") || bytes_is(rest, ".\r");
    tell_end(tracker, dot ? AT_NO_LINE_END : AT_UNFINISHED, &tracker->current,
             buf_bytes(&tracker->status), closed);
}

static void end(struct pop3_tracker *tracker, bool closed)
{
    struct bytes rest = wire_reader_rest(&tracker->server);
    const struct pending *first = pending_first(&tracker->queue);
    if (tracker->lost) {
        return;
    }
    if (tracker->in_body) {
        end_in_body(tracker, rest, closed);
    } else if (rest.n > 0) {
        tell_end(tracker, AT_NO_LINE_END, first != NULL ? first : nothing(), rest, closed);
    } else if (!tracker->greeted && !closed) {
        tell_end(tracker, AT_NO_GREETING, nothing(), (struct bytes){0}, closed);
    } else if (owes_response(tracker, closed)) {
        tell_end(tracker, AT_NO_REPLY, first, (struct bytes){0}, closed);
    }
    pop3_tracker_lose(tracker);
}

void pop3_tracker_timeout(struct pop3_tracker *tracker, bool sending)
{
    if (sending) {
        pop3_tracker_lose(tracker);
    } else {
        end(tracker, false);
    }
}

void pop3_tracker_closed(struct pop3_tracker *tracker, enum side side, enum close_kind close)
{
    if (side == SIDE_SERVER && close == CLOSE_END) {
        end(tracker, true);
    } else {
        pop3_tracker_lose(tracker); /* a cut line proves nothing */
    }
}
