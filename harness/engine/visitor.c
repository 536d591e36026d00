#include "engine/visitor.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* Reading stops when this much waits to be cut. */
enum { UNREAD_MAX = VISITOR_MAX_LINE + 64 * 1024 };
enum { UNFINISHED_MAX = 16 * 1024, SAID_MAX = 1024, PEER_SIZE = 80 };
/* The first octet of a TLS handshake record (RFC 8446 5.1), which no command line begins with. */
enum { TLS_HANDSHAKE = 0x16 };

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

/* What stands behind the lines taken so far. */
static struct bytes unread(const struct visitor *visitor)
{
    return bytes_skip(buf_bytes(&visitor->reader.pending), visitor->reader.begin);
}

/* Behind our 220 to STARTTLS the client begins its handshake, also when ours waits for a line of the dialogue. */
static bool is_hello_octets(const struct visitor *visitor, struct bytes octets)
{
    bool begins = octets.n > 0 && octets.p[0] == TLS_HANDSHAKE && unread(visitor).n == 0;

    return visitor->tls == VISITOR_CLEAR && visitor->hello_due && (begins || visitor->hello.n > 0);
}

static void on_octets(void *self, struct bytes octets)
{
    struct visitor *visitor = self;
    bool first = visitor->tls == VISITOR_CLEAR && !visitor->heard && octets.n > 0;

    visitor->begins_like_tls |= first && octets.p[0] == TLS_HANDSHAKE;
    visitor->heard |= octets.n > 0;
    if (is_hello_octets(visitor, octets)) {
        buf_append(&visitor->hello, octets);
    } else {
        emit_octets(visitor, SIDE_CLIENT, octets);
        wire_reader_feed(&visitor->reader, octets);
    }
    if (!visitor->paused && unread(visitor).n + visitor->hello.n > UNREAD_MAX) {
        visitor->paused = true;
        conn_pause(visitor->conn, true);
    }
    tell(visitor);
}

/* ---- TLS ---- */

static void emit_secured(const struct visitor *visitor)
{
    struct event event = event_of(visitor, EVENT_SECURED);
    struct buf text = {0};

    tls_facts_print(visitor->tls_facts, &text);
    event.side = SIDE_CLIENT;
    event.octets = buf_bytes(&visitor->left);
    event.text = buf_text(&text);
    event.tls = visitor->tls_facts;
    emit(visitor->emitter, &event);
    buf_deinit(&text);
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct visitor *visitor = self;

    if (visitor->tls != VISITOR_NEGOTIATES) {
        return;
    }
    visitor->tls = facts->secured ? VISITOR_SECURED : VISITOR_TLS_FAILED;
    visitor->tls_facts = mem_alloc(sizeof *visitor->tls_facts);
    *visitor->tls_facts = *facts;
    buf_append_text(&visitor->left, facts->instead);
    emit_secured(visitor);
    (void)visitor_flush(visitor);
    tell(visitor);
}

static void fail_tls(struct visitor *visitor, const char *why)
{
    struct tls_facts facts = {0};

    snprintf(facts.failure, sizeof facts.failure, "%s", why);
    on_secured(visitor, &facts);
}

/* A handshake that was not to be: what came of it is told as it came. */
static void tell_hello(struct visitor *visitor)
{
    if (visitor->hello.n > 0) {
        emit_octets(visitor, SIDE_CLIENT, buf_bytes(&visitor->hello));
        buf_clear(&visitor->hello);
    }
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    static const enum close_kind kinds[] = {[CONN_END_FIN] = CLOSE_END,
                                            [CONN_END_RESET] = CLOSE_RESET,
                                            [CONN_END_FAILED] = CLOSE_ERROR};
    struct visitor *visitor = self;

    if (visitor->state == VISITOR_CLOSED) {
        return;
    }
    fail_tls(visitor, "the client ended the connection during the handshake");
    tell_hello(visitor);
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
    .secured = on_secured,
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
    buf_deinit(&visitor->hello);
    buf_deinit(&visitor->left);
    buf_deinit(&visitor->said);
    free(visitor->tls_facts);
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

    if (visitor->tls == VISITOR_NEGOTIATES) {
        return VISITOR_TAKE_NOTHING;
    }
    if (visitor->tls == VISITOR_TLS_FAILED) {
        return VISITOR_TAKE_ENDED;
    }
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

/* Of much, the end will do. */
static void keep_said(struct visitor *visitor, struct bytes octets)
{
    const size_t enough = (size_t)2 * SAID_MAX;
    const size_t from = octets.n > enough ? octets.n - enough : 0;

    visitor->said_whole |= from > 0;
    for (size_t i = from; i < octets.n; i++) {
        if (visitor->said_whole) {
            buf_clear(&visitor->said);
        }
        visitor->said_whole = octets.p[i] == '\n';
        if (octets.p[i] != '\n' && octets.p[i] != '\r' && visitor->said.n < SAID_MAX) {
            buf_append_octet(&visitor->said, octets.p[i]);
        }
    }
}

static void write_octets(struct visitor *visitor, struct bytes octets)
{
    visitor->greeted = true;
    if (conn_write(visitor->conn, octets)) {
        keep_said(visitor, octets);
        emit_octets(visitor, SIDE_SERVER, octets);
    } else {
        emit_note(visitor->emitter, visitor->number, "%zu octets could not be sent", octets.n);
    }
}

int64_t visitor_flush(struct visitor *visitor)
{
    struct bytes rest = bytes_skip(buf_bytes(&visitor->out), visitor->out_sent);
    bool can_write = visitor->conn != NULL && visitor->tls != VISITOR_TLS_FAILED &&
                     !(visitor->state == VISITOR_LEFT && visitor->end != CONN_END_FIN);

    if (visitor->tls == VISITOR_NEGOTIATES) {
        return 0; /* on_secured() goes on */
    }
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

/* ---- TLS begins ---- */

/* Clear text before the client's handshake: that begins where a record does, at the start of a line. */
static size_t clear_octets(struct bytes octets)
{
    size_t at = 0;

    while (at < octets.n && octets.p[at] != TLS_HANDSHAKE) {
        size_t end = bytes_index(octets, '\n', at);
        at = end == BYTES_NONE ? octets.n : end + 1;
    }
    return at;
}

/* What nobody has taken, also of a unit that was put back: none of it is said inside. */
static void set_apart(struct visitor *visitor)
{
    struct bytes rest = unread(visitor);
    size_t clear = visitor->hello.n > 0 ? rest.n : clear_octets(rest);

    if (visitor->held) {
        buf_append(&visitor->left, visitor->unit.octets);
    }
    buf_append(&visitor->left, bytes_slice(rest, 0, clear));
    buf_append(&visitor->hello, bytes_skip(rest, clear));
    visitor->held = false;
    visitor->next = UNIT_COMMAND;
    wire_reader_deinit(&visitor->reader);
    wire_reader_init(&visitor->reader, VISITOR_MAX_LINE);
}

void visitor_start_tls(struct visitor *visitor, struct tls_context *context)
{
    struct buf early;

    set_apart(visitor);
    early = visitor->hello;
    visitor->hello = (struct buf){0};
    visitor->hello_due = false;
    visitor->tls = VISITOR_NEGOTIATES;
    offers_clear(&visitor->offers);
    visitor->accepted_recipients = 0;
    if (visitor->state != VISITOR_OPEN) {
        fail_tls(visitor, "the connection had ended before the handshake");
    } else {
        go_on_reading(visitor);
        conn_start_tls(visitor->conn, context, NULL, buf_bytes(&early));
    }
    buf_deinit(&early);
}

/* ---- Its end ---- */

/* Where TLS could not begin only our direction is closed: what the client says in clear text then is told. */
static bool listens_on(struct visitor *visitor, enum close_kind close)
{
    if (close != CLOSE_END || visitor->tls != VISITOR_TLS_FAILED ||
        !conn_go_on_in_clear(visitor->conn)) {
        return false;
    }
    conn_shutdown(visitor->conn);
    visitor->listens_on = true;
    return true;
}

static void end_by_us(struct visitor *visitor, enum close_kind close)
{
    if (visitor->conn == NULL || (visitor->listens_on && close == CLOSE_END)) {
        return;
    }
    tell_hello(visitor);
    if (visitor->state == VISITOR_OPEN) {
        emit_closed(visitor, SIDE_SERVER, close, NULL);
        visitor->state = VISITOR_CLOSED;
        visitor->gone_us = loop_now_us(visitor->emitter->loop);
        if (listens_on(visitor, close)) {
            return;
        }
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
