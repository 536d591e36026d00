#include "engine/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "engine/session_internal.h"
#include "proto/smtp_ehlo.h"

/* Reading stops when this much waits to be taken, and goes on when it was. */
enum { UNREAD_MAX = SESSION_MAX_LINE + 64 * 1024 };
/* Of a line without an end so much is shown. */
enum { UNFINISHED_MAX = 64 * 1024 };
/* Of what a command wrote to its standard error. */
enum { ERROR_LINES_MAX = 12, ERROR_LINE_MAX = 200 };

void session_tell(struct session *session)
{
    if (session->changed != NULL) {
        session->changed(session->self);
    }
}

static void emit_text(struct session *session, enum event_kind kind, const char *text)
{
    struct event event = emit_event(session->emitter, kind, session->number);

    event.protocol = session->protocol;
    event.text = text;
    emit(session->emitter, &event);
}

static void emit_octets(struct session *session, enum side side, struct bytes octets)
{
    struct event event = emit_event(session->emitter, EVENT_OCTETS, session->number);

    event.protocol = session->protocol;
    event.side = side;
    event.octets = octets;
    emit(session->emitter, &event);
}

void session_emit_closed(struct session *session, enum side side, enum close_kind close,
                         const char *text)
{
    struct event event = emit_event(session->emitter, EVENT_CLOSED, session->number);

    event.protocol = session->protocol;
    event.side = side;
    event.close = close;
    event.text = text;
    emit(session->emitter, &event);
}

const struct endpoint *session_endpoint(const struct session *session)
{
    return session->protocol == PROTOCOL_POP3 ? &session->target->pop3 : &session->target->mail;
}

void session_go_on_reading(struct session *session)
{
    if (session->paused && session->conn != NULL) {
        session->paused = false;
        conn_pause(session->conn, false);
    }
}

static void on_connected(void *self, const char *text)
{
    struct session *session = self;

    session->was_open = true;
    emit_text(session, EVENT_CONNECTED, text);
    if (session_endpoint(session)->implicit_tls) {
        session_tls_at_once(session);
    } else {
        session->state = SESSION_OPEN;
    }
    session_tell(session);
}

static void on_octets(void *self, struct bytes octets)
{
    struct session *session = self;

    session->heard_us = loop_now_us(session->emitter->loop);
    emit_octets(session, SIDE_SERVER, octets);
    wire_reader_feed(&session->reader, octets);
    if (!session->paused && session->reader.pending.n - session->reader.begin > UNREAD_MAX) {
        session->paused = true;
        conn_pause(session->conn, true);
    }
    session_tell(session);
}

/* What a command wrote to its standard error is often why it went wrong. Said once, when the connection ends. */
static void note_error_output(const struct session *session)
{
    struct bytes rest = conn_error_output(session->conn);
    struct bytes line;

    for (unsigned i = 0; i < ERROR_LINES_MAX && bytes_next(&rest, '\n', &line); i++) {
        struct buf shown = {0};
        if (line.n == 0) {
            continue;
        }
        escape_append(&shown, bytes_slice(line, 0, ERROR_LINE_MAX), 0);
        emit_note(session->emitter, session->number, "standard error: %s", buf_text(&shown));
        buf_deinit(&shown);
    }
}

/* How a shell tells that a signal ended what it ran. */
enum { OF_SIGNAL = 128, SIGNAL_MAX = 31 };

/* A process that ends with status 0 has left in order. */
static void note_exit(struct session *session)
{
    int status = 0;
    int signal = 0;

    if (!conn_exit(session->conn, &status, &signal) || status == 0) {
        return;
    }
    if (status > 0) {
        buf_printf(&session->died, "ended with status %d", status);
        if (status > OF_SIGNAL && status <= OF_SIGNAL + SIGNAL_MAX) {
            buf_printf(&session->died, " (signal %d, %s)", status - OF_SIGNAL,
                       strsignal(status - OF_SIGNAL));
        }
    } else {
        buf_printf(&session->died, "was ended by signal %d (%s)", signal, strsignal(signal));
    }
    emit_note(session->emitter, session->number, "the process %s", buf_text(&session->died));
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    static const enum close_kind kinds[] = {[CONN_END_FIN] = CLOSE_END,
                                            [CONN_END_RESET] = CLOSE_RESET,
                                            [CONN_END_FAILED] = CLOSE_ERROR};
    struct session *session = self;

    if (session->tls == SESSION_TLS_FAILED) {
        return; /* that was told as its end */
    }
    session->state = SESSION_ENDED;
    session->end = end;
    buf_append_text(&session->end_text, text == NULL ? "" : text);
    note_error_output(session);
    note_exit(session);
    if (session->tls == SESSION_SECURED && end == CONN_END_FIN && conn_tls_was_cut(session->conn)) {
        emit_note(session->emitter, session->number,
                  "the server ended the TLS session without a close_notify alert");
    }
    session_emit_closed(session, SIDE_SERVER, kinds[end], text);
    session_tell(session);
}

static void on_drained(void *self)
{
    struct session *session = self;

    session->drained_us = loop_now_us(session->emitter->loop);
}

static const struct conn_events conn_events = {.connected = on_connected,
                                               .octets = on_octets,
                                               .ended = on_ended,
                                               .drained = on_drained,
                                               .secured = session_tls_secured};

static struct conn *connect_to(struct session *session, struct loop *loop,
                               const struct endpoint *endpoint, const char *source)
{
    switch (endpoint->kind) {
    case ENDPOINT_UNIX:
        return conn_connect_unix(loop, endpoint->path, &conn_events, session);
    case ENDPOINT_PIPE:
        return conn_connect_command(loop, endpoint->command, &conn_events, session);
    case ENDPOINT_TCP:
    case ENDPOINT_NONE:
        return conn_connect_tcp(loop, endpoint->host, endpoint->port, source, &conn_events,
                                session);
    }
    return NULL;
}

struct session *session_new(struct loop *loop, const struct target *target,
                            struct tls_contexts *contexts, enum protocol protocol, unsigned number,
                            const struct emitter *emitter)
{
    struct session *session = mem_alloc(sizeof(*session));
    const struct endpoint *endpoint = protocol == PROTOCOL_POP3 ? &target->pop3 : &target->mail;

    session->emitter = emitter;
    session->target = target;
    session->contexts = contexts;
    session->number = number;
    session->protocol = protocol == PROTOCOL_POP3 ? PROTOCOL_POP3 : endpoint->protocol;
    session->pace_us = -1;
    wire_reader_init(&session->reader, SESSION_MAX_LINE);
    outstanding_add(&session->outstanding, AWAITED_GREETING);
    emit_text(session, EVENT_CONNECTING, endpoint->url);
    session->conn = connect_to(session, loop, endpoint, target->source);
    return session;
}

void session_on_change(struct session *session, void (*changed)(void *self), void *self)
{
    session->changed = changed;
    session->self = self;
}

void session_free(struct session **session_p)
{
    struct session *session = *session_p;

    if (session == NULL) {
        return;
    }
    session_close(session);
    conn_free(&session->conn);
    buf_deinit(&session->end_text);
    buf_deinit(&session->died);
    buf_deinit(&session->out);
    buf_deinit(&session->timestamp);
    buf_deinit(&session->left);
    vars_free(&session->tls_names);
    outstanding_deinit(&session->outstanding);
    answer_deinit(&session->answer);
    offers_clear(&session->offers);
    wire_reader_deinit(&session->reader);
    free(session);
    *session_p = NULL;
}

/* ---- What came ---- */

static void note_greeting(struct session *session)
{
    struct bytes timestamp;
    struct bytes text = answer_octets(&session->answer);

    if (session->protocol == PROTOCOL_POP3 && pop3_timestamp_find(text, &timestamp)) {
        buf_append(&session->timestamp, timestamp);
    }
}

static void note_offers(struct session *session)
{
    const struct answer *answer = &session->answer;

    if (answer->pop3 ? answer->indicator != POP3_OK : !answer_is(answer, "2yz")) {
        return;
    }
    offers_clear(&session->offers);
    session->accepted_recipients = 0;
    for (size_t i = 1; i < answer_line_count(answer); i++) {
        struct bytes text = bytes_trim(answer_line(answer, i));
        struct bytes word = {0};
        if (!answer->pop3) {
            struct smtp_ehlo_line line = smtp_ehlo_line_read(answer->smtp.lines[i].text);
            offers_add(&session->offers, line.keyword, line.params);
        } else if (bytes_next_word(&text, &word)) {
            offers_add(&session->offers, word, bytes_trim(text));
        }
    }
}

/* From when it was due, behind what was said and behind the answer before. Nobody knows when a greeting was. */
static void note_pace(struct session *session)
{
    int64_t due_us =
        session->drained_us > session->taken_us ? session->drained_us : session->taken_us;

    if (session->pace != NULL && session->drained_us > 0 &&
        session->answered.kind != AWAITED_NOTHING && session->answered.kind != AWAITED_GREETING) {
        pace_note(session->pace, session->heard_us - due_us);
    }
    session->taken_us = loop_now_us(session->emitter->loop);
}

/* Keep up what the answer means for the connection. */
static void note_answer(struct session *session)
{
    const struct answer *answer = &session->answer;
    bool accepted = !answer->pop3 && answer_is(answer, "2yz");

    session->saw_421 |= answer_code(answer) == 421;
    session->refused = answer->pop3 && answer->indicator == POP3_ERR;
    /* An unlisted 3yz asks for message data as 354 does (RFC 5321 4.3.2); 334 asks for a SASL response. */
    session->in_data |= answer_is(answer, "3yz") && answer_code(answer) != 334;
    session->answered = outstanding_take(&session->outstanding);
    session->answered.logs_in |= session->challenged;
    session->challenged = answer_code(answer) == 334;
    note_pace(session);
    switch (session->answered.kind) {
    case AWAITED_GREETING:
        note_greeting(session);
        break;
    case AWAITED_HELLO:
        note_offers(session);
        break;
    case AWAITED_CLEAR:
        session->accepted_recipients = accepted ? 0 : session->accepted_recipients;
        break;
    case AWAITED_RCPT:
        session->accepted_recipients += accepted ? 1 : 0;
        break;
    case AWAITED_DATA_END:
        if (outstanding_next(&session->outstanding).kind != AWAITED_DATA_END) {
            session->accepted_recipients = 0;
        }
        break;
    case AWAITED_NOTHING:
    case AWAITED_OTHER:
        break;
    }
}

enum session_take session_take(struct session *session)
{
    struct answer *answer = &session->answer;
    struct wire_line line;

    if (session->held) {
        session->held = false;
        return SESSION_TAKE_ANSWER;
    }
    if (answer->complete || !answer->begun) {
        struct awaited next = outstanding_next(&session->outstanding);
        answer_begin(answer, session->protocol == PROTOCOL_POP3, next.multiline);
    }
    while (wire_reader_next(&session->reader, &line)) {
        if (line.octets > SESSION_MAX_LINE) {
            (void)answer_add(answer, &line);
            answer->complete = false; /* as if its end had come later than the rest */
            return SESSION_TAKE_TOO_LONG;
        }
        if (answer_add(answer, &line)) {
            session->taken++;
            note_answer(session);
            return SESSION_TAKE_ANSWER;
        }
    }
    if (wire_reader_rest(&session->reader).n + session->reader.skipped > SESSION_MAX_LINE) {
        return SESSION_TAKE_TOO_LONG;
    }
    if (session->state == SESSION_ENDED || session->state == SESSION_CLOSED) {
        return SESSION_TAKE_ENDED;
    }
    session_go_on_reading(session);
    return SESSION_TAKE_NOTHING;
}

void session_put_back(struct session *session)
{
    session->held = true;
}

bool session_has_unread(const struct session *session)
{
    return session->held || session->reader.pending.n > session->reader.begin ||
           (session->answer.begun && !session->answer.complete);
}

void session_unfinished(struct session *session, struct buf *out)
{
    if (session->answer.begun && !session->answer.complete) {
        answer_end(&session->answer);
        buf_append(out, bytes_slice(answer_octets(&session->answer), 0, UNFINISHED_MAX));
    }
    buf_append(out, bytes_slice(wire_reader_rest(&session->reader), 0, UNFINISHED_MAX));
}

/* ---- What is said ---- */

void session_say(struct session *session, struct bytes octets)
{
    unsigned recipients = session->accepted_recipients;

    if (session->protocol != PROTOCOL_LMTP || recipients == 0) {
        recipients = 1;
    }
    outstanding_say(&session->outstanding, session->protocol, octets, recipients);
    buf_append(&session->out, octets);
}

void session_say_raw(struct session *session, struct bytes octets)
{
    buf_append(&session->out, octets);
}

/* Behind the end of data come commands again: a pipelining client may have them in the same write. */
void session_say_data(struct session *session, struct bytes octets)
{
    unsigned replies = session->protocol == PROTOCOL_LMTP ? session->accepted_recipients : 1;
    size_t used = smtp_data_read(&session->data, octets, NULL);

    if (!session->data.complete) {
        buf_append(&session->out, octets);
        return;
    }
    outstanding_add(&session->outstanding, AWAITED_DATA_END);
    for (unsigned i = 1; i < replies; i++) {
        outstanding_add(&session->outstanding, AWAITED_DATA_END);
    }
    session->in_data = false;
    session->data = (struct smtp_data_reader){0};
    buf_append(&session->out, bytes_slice(octets, 0, used));
    session_say(session, bytes_skip(octets, used));
}

/* Only what the kernel took was said: a server may have closed its input and go on speaking. */
static void write_octets(struct session *session, struct bytes octets)
{
    if (conn_write(session->conn, octets)) {
        emit_octets(session, SIDE_CLIENT, octets);
    } else {
        emit_note(session->emitter, session->number, "%zu octets could not be sent", octets.n);
    }
}

int64_t session_flush(struct session *session)
{
    struct bytes rest = bytes_skip(buf_bytes(&session->out), session->out_sent);
    bool can_write =
        session->conn != NULL && !(session->state == SESSION_ENDED && session->end != CONN_END_FIN);

    if (!can_write) {
        rest.n = 0;
    } else if (session->pace_us < 0 && rest.n > 0) {
        write_octets(session, rest);
        rest.n = 0;
    }
    for (size_t n = 0; rest.n > 0; rest = bytes_skip(rest, n)) {
        int64_t now_us = loop_now_us(session->emitter->loop);
        if (session->pace_us > 0 && now_us < session->out_due_us) {
            return (session->out_due_us - now_us + 999) / 1000;
        }
        session->out_due_us = now_us + session->pace_us;
        n = session->piece_octets < rest.n ? session->piece_octets : rest.n;
        session->out_sent += n;
        write_octets(session, bytes_slice(rest, 0, n));
    }
    buf_clear(&session->out);
    session->out_sent = 0;
    session->pace_us = -1;
    return 0;
}

size_t session_unsent(const struct session *session)
{
    return session->conn == NULL ? 0 : conn_unsent(session->conn);
}

/* ---- Its end ---- */

static void end_by_us(struct session *session, enum close_kind close)
{
    if (session->conn == NULL) {
        return;
    }
    if (session->state != SESSION_ENDED) {
        note_error_output(session);
        session_emit_closed(session, SIDE_CLIENT, close, NULL);
        session->state = SESSION_CLOSED;
    }
    conn_free(&session->conn);
}

void session_close(struct session *session)
{
    end_by_us(session, CLOSE_END);
}

void session_reset(struct session *session)
{
    if (session->conn != NULL && session->state != SESSION_ENDED) {
        conn_reset(session->conn);
    }
    end_by_us(session, CLOSE_RESET);
}
