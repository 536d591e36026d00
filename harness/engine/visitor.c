#include "engine/visitor.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"
#include "proto/smtp_ehlo.h"
#include "proto/smtp_reply.h"

/* Reading stops when this much waits to be cut. */
enum { UNREAD_MAX = VISITOR_MAX_LINE + 64 * 1024 };
enum { UNFINISHED_MAX = 16 * 1024, PEER_SIZE = 80 };

static void tell(struct visitor *visitor)
{
    if (visitor->changed != NULL) {
        visitor->changed(visitor->self);
    }
}

static struct event event_of(const struct visitor *visitor, enum event_kind kind)
{
    struct event event = emit_event(visitor->emitter, kind, visitor->number);

    event.protocol = visitor->protocol;
    return event;
}

static void emit_octets(const struct visitor *visitor, enum side side, struct bytes octets)
{
    struct event event = event_of(visitor, EVENT_OCTETS);

    event.side = side;
    event.octets = octets;
    emit(visitor->emitter, &event);
}

static void emit_closed(const struct visitor *visitor, enum side side, enum close_kind close,
                        const char *text)
{
    struct event event = event_of(visitor, EVENT_CLOSED);

    event.side = side;
    event.close = close;
    event.text = text;
    emit(visitor->emitter, &event);
}

static void on_octets(void *self, struct bytes octets)
{
    struct visitor *visitor = self;

    emit_octets(visitor, SIDE_CLIENT, octets);
    wire_reader_feed(&visitor->reader, octets);
    if (!visitor->paused && visitor->reader.pending.n - visitor->reader.begin > UNREAD_MAX) {
        visitor->paused = true;
        conn_pause(visitor->conn, true);
    }
    tell(visitor);
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    static const enum close_kind kinds[] = {[CONN_END_FIN] = CLOSE_END,
                                            [CONN_END_RESET] = CLOSE_RESET,
                                            [CONN_END_FAILED] = CLOSE_ERROR};
    struct visitor *visitor = self;

    visitor->state = VISITOR_LEFT;
    visitor->end = end;
    visitor->gone_us = loop_now_us(visitor->emitter->loop);
    emit_closed(visitor, SIDE_CLIENT, kinds[end], text);
    tell(visitor);
}

static void on_drained(void *self)
{
    struct visitor *visitor = self;

    if (visitor->waits_for_reader) {
        visitor->waits_for_reader = false;
        tell(visitor);
    }
}

static const struct conn_events conn_events = {
    .octets = on_octets,
    .ended = on_ended,
    .drained = on_drained,
};

struct visitor *visitor_new(struct listener *listener, enum protocol protocol, unsigned number,
                            const struct emitter *emitter, void (*changed)(void *self), void *self)
{
    struct visitor *visitor = mem_alloc(sizeof *visitor);
    char peer[PEER_SIZE];

    visitor->emitter = emitter;
    visitor->number = number;
    visitor->protocol = protocol;
    visitor->pace_us = -1;
    visitor->changed = changed;
    visitor->self = self;
    wire_reader_init(&visitor->reader, VISITOR_MAX_LINE);
    visitor->conn = conn_accept(listener, &conn_events, visitor, peer, sizeof peer);
    if (visitor->conn == NULL) {
        visitor_free(&visitor);
        return NULL;
    }
    struct event event = event_of(visitor, EVENT_CONNECTED);
    struct buf text = {0};
    buf_printf(&text, "%s -> %s", peer, listener_text(listener));
    event.text = buf_text(&text);
    emit(emitter, &event);
    buf_deinit(&text);
    return visitor;
}

void visitor_free(struct visitor **visitor_p)
{
    struct visitor *visitor = *visitor_p;

    if (visitor == NULL) {
        return;
    }
    visitor_close(visitor);
    conn_free(&visitor->conn);
    wire_reader_deinit(&visitor->reader);
    offers_clear(&visitor->offers);
    buf_deinit(&visitor->timestamp);
    buf_deinit(&visitor->data);
    buf_deinit(&visitor->content);
    buf_deinit(&visitor->out);
    buf_deinit(&visitor->kept);
    free(visitor);
    *visitor_p = NULL;
}

/* ---- What came ---- */

static void go_on_reading(struct visitor *visitor)
{
    if (visitor->paused && visitor->conn != NULL) {
        visitor->paused = false;
        conn_pause(visitor->conn, false);
    }
}

static enum visitor_take nothing_yet(struct visitor *visitor)
{
    if (visitor->state != VISITOR_OPEN) {
        return VISITOR_TAKE_ENDED;
    }
    go_on_reading(visitor);
    return VISITOR_TAKE_NOTHING;
}

static enum visitor_take take_line(struct visitor *visitor)
{
    struct wire_line line;

    if (wire_reader_next(&visitor->reader, &line)) {
        visitor->unit = (struct unit){.kind = visitor->next, .octets = line.raw};
        visitor->next = UNIT_COMMAND;
        return line.octets > VISITOR_MAX_LINE ? VISITOR_TAKE_TOO_LONG : VISITOR_TAKE_UNIT;
    }
    if (wire_reader_rest(&visitor->reader).n + visitor->reader.skipped > VISITOR_MAX_LINE) {
        return VISITOR_TAKE_TOO_LONG;
    }
    return nothing_yet(visitor);
}

/* What stands behind the lines taken so far. */
static struct bytes unread(const struct visitor *visitor)
{
    return bytes_skip(buf_bytes(&visitor->reader.pending), visitor->reader.begin);
}

/* As much of the data as may be kept; the end is found in all of it. */
static void keep_data(struct visitor *visitor, struct bytes octets)
{
    size_t room = VISITOR_MAX_DATA - visitor->data.n;

    visitor->data_cut |= octets.n > room;
    buf_append(&visitor->data, bytes_slice(octets, 0, room));
}

static enum visitor_take take_data(struct visitor *visitor)
{
    struct bytes octets = unread(visitor);
    bool room = visitor->content.n < VISITOR_MAX_DATA;
    size_t used = smtp_data_read(&visitor->data_reader, octets, room ? &visitor->content : NULL);

    keep_data(visitor, bytes_slice(octets, 0, used));
    bool complete = visitor->data_reader.complete;
    wire_reader_take(&visitor->reader, used);
    if (!complete) {
        return nothing_yet(visitor);
    }
    visitor->unit = (struct unit){.kind = UNIT_DATA,
                                  .octets = buf_bytes(&visitor->data),
                                  .content = buf_bytes(&visitor->content)};
    visitor->next = UNIT_COMMAND;
    return VISITOR_TAKE_UNIT;
}

static enum visitor_take take_chunk(struct visitor *visitor)
{
    struct bytes octets = unread(visitor);
    size_t used = octets.n < visitor->chunk_octets ? octets.n : (size_t)visitor->chunk_octets;

    keep_data(visitor, bytes_slice(octets, 0, used));
    wire_reader_take(&visitor->reader, used);
    visitor->chunk_octets -= used;
    if (visitor->chunk_octets > 0) {
        return nothing_yet(visitor);
    }
    visitor->unit = (struct unit){.kind = UNIT_CHUNK, .octets = buf_bytes(&visitor->data)};
    visitor->next = UNIT_COMMAND;
    return VISITOR_TAKE_UNIT;
}

enum visitor_take visitor_take(struct visitor *visitor)
{
    enum visitor_take take = VISITOR_TAKE_UNIT;

    if (visitor->held) {
        visitor->held = false;
        return VISITOR_TAKE_UNIT;
    }
    visitor->waits_for_reader =
        visitor->conn != NULL && conn_unsent(visitor->conn) > VISITOR_MAX_UNSENT;
    if (visitor->waits_for_reader) {
        return VISITOR_TAKE_NOTHING;
    }
    switch (visitor->next) {
    case UNIT_DATA:
        take = take_data(visitor);
        break;
    case UNIT_CHUNK:
        take = take_chunk(visitor);
        break;
    case UNIT_COMMAND:
    case UNIT_RESPONSE:
        take = take_line(visitor);
        break;
    }
    visitor->taken += take == VISITOR_TAKE_UNIT ? 1 : 0;
    return take;
}

/* A line is a view into what the next read moves; message data is not. */
void visitor_put_back(struct visitor *visitor)
{
    struct unit *unit = &visitor->unit;

    visitor->held = true;
    if (unit->kind == UNIT_COMMAND || unit->kind == UNIT_RESPONSE) {
        buf_clear(&visitor->kept);
        buf_append(&visitor->kept, unit->octets);
        unit->octets = buf_bytes(&visitor->kept);
    }
}

bool visitor_has_unread(const struct visitor *visitor)
{
    bool within = visitor->next == UNIT_DATA || visitor->next == UNIT_CHUNK;

    return visitor->held || unread(visitor).n > 0 || (within && visitor->data.n > 0);
}

void visitor_unfinished(const struct visitor *visitor, struct buf *out)
{
    if (visitor->next == UNIT_DATA || visitor->next == UNIT_CHUNK) {
        buf_append(out, bytes_slice(buf_bytes(&visitor->data), 0, UNFINISHED_MAX));
    }
    buf_append(out, bytes_slice(unread(visitor), 0, UNFINISHED_MAX));
}

/* ---- What is said ---- */

void visitor_say(struct visitor *visitor, struct bytes octets)
{
    buf_append(&visitor->out, octets);
}

static void write_octets(struct visitor *visitor, struct bytes octets)
{
    visitor->greeted = true;
    if (conn_write(visitor->conn, octets)) {
        emit_octets(visitor, SIDE_SERVER, octets);
    } else {
        emit_note(visitor->emitter, visitor->number, "%zu octets could not be sent", octets.n);
    }
}

int64_t visitor_flush(struct visitor *visitor)
{
    struct bytes rest = bytes_skip(buf_bytes(&visitor->out), visitor->out_sent);
    bool can_write =
        visitor->conn != NULL && !(visitor->state == VISITOR_LEFT && visitor->end != CONN_END_FIN);

    if (!can_write) {
        rest.n = 0;
    } else if (visitor->pace_us < 0 && rest.n > 0) {
        write_octets(visitor, rest);
        rest.n = 0;
    }
    for (; rest.n > 0; rest = bytes_skip(rest, 1)) {
        int64_t now_us = loop_now_us(visitor->emitter->loop);
        if (visitor->pace_us > 0 && now_us < visitor->out_due_us) {
            return (visitor->out_due_us - now_us + 999) / 1000;
        }
        visitor->out_due_us = now_us + visitor->pace_us;
        visitor->out_sent++;
        write_octets(visitor, bytes_slice(rest, 0, 1));
    }
    buf_clear(&visitor->out);
    visitor->out_sent = 0;
    visitor->pace_us = -1;
    return 0;
}

/* ---- What an answer means for what comes next ---- */

static void note_smtp_offers(struct visitor *visitor, struct bytes reply)
{
    struct bytes line;

    offers_clear(&visitor->offers);
    (void)bytes_next(&reply, '\n', &line); /* the first one names the server */
    while (bytes_next(&reply, '\n', &line)) {
        struct smtp_ehlo_line ehlo = smtp_ehlo_line_read(bytes_trim_right(bytes_skip(line, 4)));
        if (ehlo.keyword.n > 0) {
            offers_add(&visitor->offers, ehlo.keyword, ehlo.params);
        }
    }
}

static void note_pop3_offers(struct visitor *visitor, struct bytes reply)
{
    struct bytes line;
    struct bytes word = {0};

    offers_clear(&visitor->offers);
    (void)bytes_next(&reply, '\n', &line);
    while (bytes_next(&reply, '\n', &line)) {
        line = bytes_trim(line);
        if (!bytes_is(line, ".") && bytes_next_word(&line, &word)) {
            offers_add(&visitor->offers, word, bytes_trim(line));
        }
    }
}

static void begin_data(struct visitor *visitor)
{
    visitor->next = UNIT_DATA;
    visitor->data_reader = (struct smtp_data_reader){0};
    visitor->data_cut = false;
    buf_clear(&visitor->data);
    buf_clear(&visitor->content);
}

static bool is_hello(enum smtp_verb verb)
{
    return verb == SMTP_EHLO || verb == SMTP_LHLO || verb == SMTP_HELO;
}

static bool is_last_chunk(struct bytes line)
{
    struct smtp_command command = smtp_command_read(line);
    struct smtp_chunk chunk;

    return command.verb == SMTP_BDAT && smtp_chunk_read(command.argument, &chunk) && chunk.last;
}

static void answered_smtp(struct visitor *visitor, struct bytes line, struct bytes reply)
{
    enum smtp_verb verb = smtp_command_read(line).verb;
    bool accepted = bytes_starts(reply, "2");

    if (verb == SMTP_DATA && bytes_starts(reply, "3")) { /* the first digit tells (RFC 5321 4.2) */
        begin_data(visitor);
    }
    if (!accepted) {
        return;
    }
    if (is_hello(verb)) {
        note_smtp_offers(visitor, reply);
    }
    if (is_hello(verb) || verb == SMTP_MAIL || verb == SMTP_RSET) {
        visitor->accepted_recipients = 0;
    }
    visitor->accepted_recipients += verb == SMTP_RCPT ? 1 : 0;
    visitor->accepted_recipients = is_last_chunk(line) ? 0 : visitor->accepted_recipients;
    visitor->quit_answered |= verb == SMTP_QUIT;
}

static void answered_pop3(struct visitor *visitor, struct bytes line, struct bytes reply)
{
    struct pop3_command command = pop3_command_read(line);
    bool accepted = bytes_starts_nocase(reply, "+OK");

    if (command.verb == POP3_CAPA && accepted) {
        note_pop3_offers(visitor, reply);
    }
    visitor->quit_answered |= command.verb == POP3_QUIT && accepted;
}

void visitor_answered(struct visitor *visitor, const struct unit *unit, struct bytes reply)
{
    struct bytes line = bytes_trim_right(unit->octets);
    struct bytes timestamp;

    visitor->said_421 |= bytes_starts(reply, "421");
    if (unit->kind == UNIT_DATA) {
        visitor->accepted_recipients = 0;
    } else if (visitor->protocol == PROTOCOL_POP3 && unit->octets.n == 0) {
        buf_clear(&visitor->timestamp);
        if (pop3_timestamp_find(bytes_trim_right(reply), &timestamp)) {
            buf_append(&visitor->timestamp, timestamp);
        }
    } else if (unit->kind == UNIT_COMMAND && visitor->protocol == PROTOCOL_POP3) {
        answered_pop3(visitor, line, reply);
    } else if (unit->kind == UNIT_COMMAND) {
        answered_smtp(visitor, line, reply);
    }
    bool asks = visitor->protocol == PROTOCOL_POP3
                    ? bytes_starts(reply, "+ ") || bytes_is(bytes_trim_right(reply), "+")
                    : bytes_starts(reply, "334");
    if (asks && unit->kind != UNIT_DATA) {
        visitor->next = UNIT_RESPONSE;
    }
}

/* ---- Its end ---- */

static void end_by_us(struct visitor *visitor, enum close_kind close)
{
    if (visitor->conn == NULL) {
        return;
    }
    if (visitor->state == VISITOR_OPEN) {
        emit_closed(visitor, SIDE_SERVER, close, NULL);
        visitor->state = VISITOR_CLOSED;
        visitor->gone_us = loop_now_us(visitor->emitter->loop);
    }
    conn_free(&visitor->conn);
}

void visitor_close(struct visitor *visitor)
{
    end_by_us(visitor, CLOSE_END);
}

void visitor_reset(struct visitor *visitor)
{
    if (visitor->conn != NULL && visitor->state == VISITOR_OPEN) {
        conn_reset(visitor->conn);
    }
    end_by_us(visitor, CLOSE_RESET);
}
