/*
 * The server's octets of an SMTP session, and what becomes of it at closes and timeouts.
 */
#include "judge/smtp_session.h"

#include "proto/smtp_ehlo.h"

enum {
    MAX_LINE_OCTETS = 64 * 1024,
    MAX_CLIENT_LINE_OCTETS = 1024, /* of which the verb and its arguments are read */
    MAX_KEPT_OCTETS = 8 * 1024     /* a reply's memory beyond this is given back */
};

void smtp_session_init(struct smtp_session *session, bool lmtp, struct moment_sink sink)
{
    *session = (struct smtp_session){.sink = sink, .lmtp = lmtp};
    wire_reader_init(&session->client, MAX_CLIENT_LINE_OCTETS);
    wire_reader_init(&session->server, MAX_LINE_OCTETS);
}

void smtp_session_deinit(struct smtp_session *session)
{
    wire_reader_deinit(&session->client);
    wire_reader_deinit(&session->server);
    pending_deinit(&session->queue);
    smtp_reply_deinit(&session->reply);
}

void smtp_session_lose(struct smtp_session *session)
{
    session->lost = true;
    pending_clear(&session->queue);
}

static void tell(struct smtp_session *session, struct moment *moment)
{
    moment->enhanced_offered = session->enhanced_offered;
    moment->utf8_asked = session->utf8_asked;
    session->sink.on_moment(session->sink.self, moment);
}

/* ---- What a reply changes ---- */

static void after_ehlo(struct smtp_session *session, const struct smtp_reply *reply)
{
    session->pipelining_offered = false;
    session->enhanced_offered = false;
    session->recipients = 0;
    for (size_t i = 1; i < reply->count; i++) {
        struct smtp_ehlo_line line = smtp_ehlo_line_read(reply->lines[i].text);
        if (bytes_is_nocase(line.keyword, "PIPELINING")) {
            session->pipelining_offered = true;
        } else if (bytes_is_nocase(line.keyword, "ENHANCEDSTATUSCODES")) {
            session->enhanced_offered = true;
        }
    }
}

static void after_data(struct smtp_session *session, unsigned code)
{
    session->mode = SMTP_CLIENT_COMMAND;
    if (code == 354) {
        session->data = (struct smtp_data_reader){0};
        session->mode = SMTP_CLIENT_DATA;
    }
}

static void after_accepted(struct smtp_session *session, enum smtp_verb verb,
                           const struct smtp_reply *reply)
{
    if (verb == SMTP_EHLO || verb == SMTP_LHLO) {
        after_ehlo(session, reply);
    } else if (verb == SMTP_HELO) {
        session->pipelining_offered = false;
        session->recipients = 0;
    } else if (verb == SMTP_MAIL || verb == SMTP_RSET) {
        session->recipients = 0;
    } else if (verb == SMTP_RCPT) {
        session->recipients++;
    } else if (verb == SMTP_STARTTLS) {
        session->mode = SMTP_CLIENT_TLS_ASKED;
    }
}

static void after_reply(struct smtp_session *session, const struct pending *pending,
                        const struct smtp_reply *reply)
{
    if (pending->kind == PENDING_DATA) {
        return;
    }
    if (pending->verb == SMTP_DATA) {
        after_data(session, reply->code);
    } else if (pending->verb == SMTP_AUTH && reply->code == 334) {
        session->mode = SMTP_CLIENT_RESPONSE;
    } else if (reply->code / 100 == 2) {
        after_accepted(session, (enum smtp_verb)pending->verb, reply);
    }
}

/* ---- Pairing ---- */

static struct moment moment_of_reply(const struct smtp_reply *reply, enum moment_kind kind)
{
    return (struct moment){.kind = kind,
                           .octets = buf_bytes(&reply->octets),
                           .reply = reply,
                           .smtp_verb = SMTP_UNKNOWN};
}

static void set_answered(struct moment *moment, const struct pending *pending)
{
    moment->command = pending_text(pending);
    moment->described = pending->kind != PENDING_COMMAND;
    moment->smtp_verb = (enum smtp_verb)pending->verb;
}

static void tell_unpaired(struct smtp_session *session, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_REPLY);
    tell(session, &moment);
}

static void take_greeting(struct smtp_session *session, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_GREETING);
    session->greeted = true;
    tell(session, &moment);
    if (reply->code == 421) {
        smtp_session_lose(session);
    }
}

/*
 * Nothing asked for this reply. A client line of which only a part is there may have been refused for its length,
 * and data may be refused before its end: neither is held against the server.
 */
static void take_surplus(struct smtp_session *session, const struct smtp_reply *reply)
{
    bool early_refusal = session->mode == SMTP_CLIENT_CHUNK ||
                         (session->mode == SMTP_CLIENT_DATA && reply->code >= 400);
    if (early_refusal || wire_reader_rest(&session->client).n > 0) {
        tell_unpaired(session, reply);
    } else {
        struct moment moment = moment_of_reply(reply, AT_SURPLUS);
        tell(session, &moment);
    }
    smtp_session_lose(session);
}

static void take_paired(struct smtp_session *session, const struct smtp_reply *reply)
{
    struct pending pending;
    struct moment moment = moment_of_reply(reply, AT_REPLY);
    pending_pop(&session->queue, &pending);
    set_answered(&moment, &pending);
    tell(session, &moment);
    after_reply(session, &pending, reply);
    if (reply->code == 421) {
        smtp_session_lose(session);
    }
}

/* 421 may come at any time, also unasked (RFC 5321 3.8), and ends the service. */
static void take_reply(struct smtp_session *session, const struct smtp_reply *reply)
{
    if (!session->greeted) {
        take_greeting(session, reply);
    } else if (!session->lost && session->queue.count > 0) {
        take_paired(session, reply);
    } else if (session->lost || reply->code == 421) {
        tell_unpaired(session, reply);
        smtp_session_lose(session);
    } else {
        take_surplus(session, reply);
    }
}

static void forget_reply(struct smtp_session *session)
{
    if (session->reply.octets.capacity > MAX_KEPT_OCTETS) {
        smtp_reply_deinit(&session->reply);
        session->reply = (struct smtp_reply){0};
    } else {
        smtp_reply_reset(&session->reply);
    }
}

void smtp_session_server(struct smtp_session *session, struct bytes octets)
{
    struct wire_line line;
    if (session->mode == SMTP_CLIENT_OPAQUE) {
        return;
    }
    wire_reader_feed(&session->server, octets);
    while (wire_reader_next(&session->server, &line)) {
        if (smtp_reply_add(&session->reply, &line)) {
            take_reply(session, &session->reply);
            forget_reply(session);
        }
    }
}

/* ---- Ends ---- */

static void tell_end(struct smtp_session *session, enum moment_kind kind, struct bytes octets,
                     bool closed)
{
    const struct pending *first = pending_first(&session->queue);
    struct moment moment = {
        .kind = kind, .octets = octets, .smtp_verb = SMTP_UNKNOWN, .closed = closed};
    if (first != NULL) {
        set_answered(&moment, first);
    }
    tell(session, &moment);
}

/*
 * Is a missing reply the server's fault? When it closed: only for a command that was sent on its own; the rest of
 * a group, and QUIT (a rule of its own), are not counted.
 */
static bool owes_reply(const struct smtp_session *session, bool closed)
{
    const struct pending *first = pending_first(&session->queue);
    if (session->lost || first == NULL || session->mode == SMTP_CLIENT_CHUNK) {
        return false;
    }
    return !closed || (first->alone && first->verb != SMTP_QUIT);
}

static void end(struct smtp_session *session, bool closed)
{
    struct bytes rest = wire_reader_rest(&session->server);
    if (session->mode == SMTP_CLIENT_OPAQUE) {
        return;
    }
    if (rest.n > 0) {
        tell_end(session, AT_NO_LINE_END, rest, closed);
    } else if (session->reply.count > 0) {
        tell_end(session, AT_UNFINISHED, buf_bytes(&session->reply.octets), closed);
    } else if (owes_reply(session, closed)) {
        tell_end(session, AT_NO_REPLY, (struct bytes){0}, closed);
    } else if (!session->greeted && !session->lost && !closed) {
        tell_end(session, AT_NO_GREETING, (struct bytes){0}, closed);
    }
    smtp_session_lose(session);
}

void smtp_session_timeout(struct smtp_session *session)
{
    end(session, false);
}

void smtp_session_closed(struct smtp_session *session, enum side side, enum close_kind close)
{
    if (side == SIDE_SERVER && close == CLOSE_END) {
        end(session, true);
    } else {
        smtp_session_lose(session); /* a cut line proves nothing */
    }
}
