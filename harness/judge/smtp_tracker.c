/*
 * The server's octets of an SMTP session, and what becomes of it at closes and timeouts.
 */
#include "judge/smtp_tracker.h"

#include "proto/smtp_ehlo.h"

enum {
    MAX_LINE_OCTETS = 64 * 1024,
    MAX_CLIENT_LINE_OCTETS = 1024, /* of which the verb and its arguments are read */
    MAX_MECHANISMS_OCTETS = 1024,
    MAX_KEPT_OCTETS = 8 * 1024 /* a reply's memory beyond this is given back */
};

void smtp_tracker_init(struct smtp_tracker *tracker, bool lmtp, struct moment_sink sink)
{
    *tracker = (struct smtp_tracker){.sink = sink, .lmtp = lmtp};
    wire_reader_init(&tracker->client, MAX_CLIENT_LINE_OCTETS);
    wire_reader_init(&tracker->server, MAX_LINE_OCTETS);
}

void smtp_tracker_deinit(struct smtp_tracker *tracker)
{
    wire_reader_deinit(&tracker->client);
    wire_reader_deinit(&tracker->server);
    pending_deinit(&tracker->queue);
    smtp_reply_deinit(&tracker->reply);
    buf_deinit(&tracker->mechanisms);
    smtp_no_service_deinit(&tracker->no_service);
}

void smtp_tracker_lose(struct smtp_tracker *tracker)
{
    tracker->lost = true;
    pending_clear(&tracker->queue);
}

void smtp_tracker_tell(struct smtp_tracker *tracker, struct moment *moment)
{
    moment->enhanced_offered = tracker->enhanced_offered;
    moment->utf8_asked = tracker->utf8_asked;
    moment->in_tls = tracker->in_tls;
    tracker->sink.on_moment(tracker->sink.self, moment);
}

/* ---- What a reply changes ---- */

static void after_ehlo(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    tracker->pipelining_offered = false;
    tracker->enhanced_offered = false;
    tracker->chunking_offered = false;
    tracker->recipients = 0;
    buf_clear(&tracker->mechanisms);
    for (size_t i = 1; i < reply->count; i++) {
        struct smtp_ehlo_line line = smtp_ehlo_line_read(reply->lines[i].text);
        if (bytes_is_nocase(line.keyword, "PIPELINING")) {
            tracker->pipelining_offered = true;
        } else if (bytes_is_nocase(line.keyword, "ENHANCEDSTATUSCODES")) {
            tracker->enhanced_offered = true;
        } else if (bytes_is_nocase(line.keyword, "CHUNKING")) {
            tracker->chunking_offered = true;
        } else if (bytes_is_nocase(line.keyword, "AUTH")) {
            buf_clear(&tracker->mechanisms);
            buf_append(&tracker->mechanisms, bytes_slice(line.params, 0, MAX_MECHANISMS_OCTETS));
        }
    }
}

static void after_data(struct smtp_tracker *tracker, unsigned code)
{
    tracker->mode = SMTP_CLIENT_COMMAND;
    if (code == 354) {
        tracker->data = (struct smtp_data_reader){0};
        tracker->content = (struct smtp_content){0};
        tracker->eight_bit.n = 0;
        tracker->data_altered = false;
        tracker->mode = SMTP_CLIENT_DATA;
    }
}

static void after_accepted(struct smtp_tracker *tracker, enum smtp_verb verb,
                           const struct smtp_reply *reply)
{
    if (verb == SMTP_EHLO || verb == SMTP_LHLO) {
        after_ehlo(tracker, reply);
    } else if (verb == SMTP_HELO) {
        tracker->pipelining_offered = false;
        tracker->recipients = 0;
    } else if (verb == SMTP_MAIL || verb == SMTP_RSET) {
        tracker->recipients = 0;
    } else if (verb == SMTP_RCPT) {
        tracker->recipients++;
    } else if (verb == SMTP_STARTTLS) {
        tracker->mode = SMTP_CLIENT_TLS_ASKED;
    } else if (verb == SMTP_TURN) { /* RFC 821 3.8: commands come from the server now */
        tracker->mode = SMTP_CLIENT_OPAQUE;
        smtp_tracker_lose(tracker);
    }
}

static void after_reply(struct smtp_tracker *tracker, const struct pending *pending,
                        const struct smtp_reply *reply)
{
    if (pending->kind == PENDING_DATA) {
        return;
    }
    if (pending->verb == SMTP_DATA) {
        after_data(tracker, reply->code);
    } else if (pending->verb == SMTP_AUTH && reply->code == 334) {
        tracker->mode = SMTP_CLIENT_RESPONSE;
    } else if (reply->code / 100 == 2) {
        after_accepted(tracker, (enum smtp_verb)pending->verb, reply);
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

/* Nothing else of the client was on its way: a server that is not ready for more may have refused the company, not the command. */
static bool came_alone(const struct smtp_tracker *tracker, const struct pending *pending)
{
    return pending->alone && tracker->queue.count == 0 &&
           wire_reader_rest(&tracker->client).n == 0 && !tracker->commands_left;
}

static void set_answered(const struct smtp_tracker *tracker, struct moment *moment,
                         const struct pending *pending)
{
    bool alone = came_alone(tracker, pending);
    moment->command = pending_text(pending);
    moment->described = pending->kind != PENDING_COMMAND;
    moment->smtp_verb = (enum smtp_verb)pending->verb;
    moment->mechanism_offered = pending->offered;
    moment->is_minimum = pending->is_minimum && alone;
    moment->is_listed = pending->is_listed && alone;
    moment->size_promised = pending->promised;
}

static void tell_unpaired(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_REPLY);
    smtp_tracker_tell(tracker, &moment);
}

static void take_greeting(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_GREETING);
    tracker->greeted = true;
    smtp_client_greeted(&tracker->facts, reply);
    smtp_tracker_tell(tracker, &moment);
    tracker->facts.turned_away &= !tracker->lost;
    if (reply->code >= 400) {
        bool waits = reply->code == 554 && !tracker->lost && !tracker->lmtp;
        smtp_tracker_lose(tracker); /* no service: it may close at any time, but behind 554 */
        if (waits) {
            smtp_no_service_begin(&tracker->no_service);
        }
    }
}

/* Clear text where TLS is to begin; of a client that has sent commands there, these may be the replies. */
static void tell_left(struct smtp_tracker *tracker, struct bytes octets)
{
    struct moment moment = {.kind = AT_SERVER_LEFT, .octets = octets, .smtp_verb = SMTP_STARTTLS};
    if (!tracker->lost) {
        smtp_tracker_tell(tracker, &moment);
    }
    tracker->text_left = true;
    smtp_tracker_lose(tracker);
}

/*
 * Nothing asked for this reply. A client line of which only a part is there may have been refused for its length,
 * and data may be refused before its end: neither is held against the server. What was sent by its size, a chunk of BDAT, may have
 * been taken for commands: the rules about that name it.
 */
static void take_surplus(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    if (tracker->mode == SMTP_CLIENT_TLS_ASKED) {
        tell_left(tracker, buf_bytes(&reply->octets));
        return;
    }
    bool early_refusal =
        tracker->by_size || (tracker->mode == SMTP_CLIENT_DATA && reply->code >= 400);
    if (early_refusal || wire_reader_rest(&tracker->client).n > 0) {
        tell_unpaired(tracker, reply);
    } else {
        struct moment moment =
            moment_of_reply(reply, tracker->commands_left ? AT_EXECUTED : AT_SURPLUS);
        smtp_tracker_tell(tracker, &moment);
    }
    smtp_tracker_lose(tracker);
}

/* 421 ends the service (RFC 5321 3.8); so does 521 of those who hang up behind it (RFC 7504 3). */
static bool ends_service(const struct smtp_reply *reply)
{
    return reply->code == 421 || reply->code == 521;
}

static void take_paired(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    struct pending pending;
    struct moment moment = moment_of_reply(reply, AT_REPLY);
    pending_pop(&tracker->queue, &pending);
    set_answered(tracker, &moment, &pending);
    moment.smtp_client = &tracker->facts;
    smtp_tracker_tell(tracker, &moment);
    after_reply(tracker, &pending, reply);
    smtp_client_reply(&tracker->facts, &pending, reply);
    tracker->says_bye = reply->code == 221;
    tracker->left |= pending.kind == PENDING_COMMAND && pending.verb == SMTP_QUIT;
    tracker->login_failed = pending.verb == SMTP_AUTH && reply->code == 535;
    tracker->failed_logins += tracker->login_failed ? 1 : 0;
    if (ends_service(reply)) {
        smtp_tracker_lose(tracker);
    }
}

/*
 * Nothing was asked for but the end of message data, and the server says 354, and then that it has accepted a message: it has taken
 * text for commands.
 */
static void tell_smuggled(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_SMUGGLED);
    struct smtp_doubtful_data *doubtful = &tracker->doubtful;
    if (doubtful->open && doubtful->asked && reply->code / 100 == 2) {
        doubtful->open = false;
        smtp_tracker_tell(tracker, &moment);
    }
    doubtful->asked = doubtful->open && reply->code == 354;
}

/* 220 is no answer to these: the server greets again, and all replies come one too late. */
static bool is_second_greeting(const struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    const struct pending *first = pending_first(&tracker->queue);
    return reply->code == 220 && first != NULL && first->kind == PENDING_COMMAND &&
           first->verb != SMTP_UNKNOWN && first->verb != SMTP_STARTTLS;
}

/* RFC 5321 3.1: behind the greeting 554 each command but QUIT is answered 503. */
static void take_no_service(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    struct moment moment = moment_of_reply(reply, AT_NO_SERVICE);
    tell_unpaired(tracker, reply);
    if (smtp_no_service_reply(&tracker->no_service, reply->code, &moment.smtp_verb)) {
        moment.command = smtp_no_service_command(&tracker->no_service);
        smtp_tracker_tell(tracker, &moment);
    }
}

/* 421 may come at any time, also unasked (RFC 5321 3.8), and ends the service. */
static void take_reply(struct smtp_tracker *tracker, const struct smtp_reply *reply)
{
    bool just_greeted = tracker->just_greeted;
    tracker->just_greeted = !tracker->greeted;
    bool paired = tracker->queue.count > 0 && !(just_greeted && is_second_greeting(tracker, reply));
    if (!tracker->greeted) {
        take_greeting(tracker, reply);
    } else if (!tracker->lost && paired) {
        take_paired(tracker, reply);
    } else if (tracker->no_service.is_on) {
        take_no_service(tracker, reply);
    } else if (tracker->lost || reply->code == 421) {
        tell_unpaired(tracker, reply);
        tell_smuggled(tracker, reply);
        smtp_tracker_lose(tracker);
    } else {
        take_surplus(tracker, reply);
    }
    tracker->facts.turned_away &= reply->code != 421;
}

static void forget_reply(struct smtp_tracker *tracker)
{
    if (tracker->reply.octets.capacity > MAX_KEPT_OCTETS) {
        smtp_reply_deinit(&tracker->reply);
        tracker->reply = (struct smtp_reply){0};
    } else {
        smtp_reply_reset(&tracker->reply);
    }
}

bool smtp_tracker_is_replying(const struct smtp_tracker *tracker)
{
    return wire_reader_rest(&tracker->server).n > 0 || tracker->reply.count > 0;
}

void smtp_tracker_server(struct smtp_tracker *tracker, struct bytes octets, int64_t time_us)
{
    struct wire_line line;
    patience_octets(&tracker->patience, time_us, false);
    tracker->client_last = false;
    tracker->injected = false;
    if (tracker->mode == SMTP_CLIENT_OPAQUE) {
        return;
    }
    wire_reader_feed(&tracker->server, octets);
    while (tracker->mode != SMTP_CLIENT_OPAQUE && wire_reader_next(&tracker->server, &line)) {
        if (smtp_reply_add(&tracker->reply, &line)) {
            take_reply(tracker, &tracker->reply);
            forget_reply(tracker);
        }
    }
}

/* ---- Stored transcripts ---- */

/* The keywords of EHLO say what the client may do. */
static bool is_listing(const struct smtp_tracker *tracker)
{
    const struct pending *first = pending_first(&tracker->queue);
    return first != NULL && first->kind == PENDING_COMMAND &&
           (first->verb == SMTP_EHLO || first->verb == SMTP_LHLO) && tracker->reply.count > 0;
}

void smtp_tracker_altered(struct smtp_tracker *tracker, enum side side)
{
    if (side == SIDE_SERVER) {
        if (is_listing(tracker)) {
            smtp_tracker_lose(tracker);
            tracker->facts.in_doubt = true;
        }
    } else if (tracker->mode == SMTP_CLIENT_DATA) {
        tracker->data_altered = true;
    } else if (tracker->mode == SMTP_CLIENT_CHUNK) {
        smtp_tracker_lose(tracker);
    }
}

/* ---- TLS ---- */

static void begin_anew(struct smtp_tracker *tracker)
{
    const struct smtp_tracker old = *tracker;
    smtp_tracker_deinit(tracker);
    smtp_tracker_init(tracker, old.lmtp, old.sink);
    tracker->greeted = old.greeted;
    tracker->left = old.left;
    tracker->in_tls = true;
    tracker->facts.in_tls = true;
    tracker->facts.in_doubt = old.text_left;
    tracker->injected = old.text_left;
    tracker->commands_left = old.commands_left;
    tracker->facts.just_in_tls = old.greeted;
}

void smtp_tracker_secured(struct smtp_tracker *tracker, enum side side, struct bytes octets,
                          int64_t time_us)
{
    if (octets.n > 0 && side == SIDE_CLIENT) {
        smtp_tracker_tell_left(tracker, octets);
    } else if (octets.n > 0) {
        tell_left(tracker, octets);
    }
    begin_anew(tracker);
    patience_octets(&tracker->patience, time_us, true);
}

void smtp_tracker_not_secured(struct smtp_tracker *tracker, enum side side, struct bytes octets)
{
    if (side == SIDE_CLIENT && smtp_command_read(bytes_trim_right(octets)).verb != SMTP_UNKNOWN) {
        smtp_tracker_tell_left(tracker, octets);
    }
    tracker->tls_failed = octets.n == 0;
    wire_reader_deinit(&tracker->client);
    wire_reader_init(&tracker->client, MAX_CLIENT_LINE_OCTETS);
    tracker->mode = SMTP_CLIENT_OPAQUE;
    smtp_tracker_lose(tracker);
}

/* ---- Ends ---- */

static void tell_end(struct smtp_tracker *tracker, enum moment_kind kind, struct bytes octets,
                     bool closed)
{
    const struct pending *first = pending_first(&tracker->queue);
    struct moment moment = {
        .kind = kind, .octets = octets, .smtp_verb = SMTP_UNKNOWN, .closed = closed};
    if (first != NULL) {
        set_answered(tracker, &moment, first);
    }
    smtp_tracker_tell(tracker, &moment);
}

/*
 * Is a missing reply the server's fault? When it closed: only for a command that was sent on its own; the rest of
 * a group, and QUIT (a rule of its own), are not counted.
 */
static bool owes_reply(const struct smtp_tracker *tracker, bool closed)
{
    const struct pending *first = pending_first(&tracker->queue);
    if (tracker->lost || first == NULL || tracker->mode == SMTP_CLIENT_CHUNK) {
        return false;
    }
    return !closed || (first->alone && first->verb != SMTP_QUIT);
}

static void end(struct smtp_tracker *tracker, bool closed)
{
    struct bytes rest = wire_reader_rest(&tracker->server);
    if (tracker->mode == SMTP_CLIENT_OPAQUE) {
        return;
    }
    if (rest.n > 0) {
        tell_end(tracker, AT_NO_LINE_END, rest, closed);
    } else if (tracker->reply.count > 0) {
        tell_end(tracker, AT_UNFINISHED, buf_bytes(&tracker->reply.octets), closed);
    } else if (owes_reply(tracker, closed)) {
        tell_end(tracker, AT_NO_REPLY, (struct bytes){0}, closed);
    } else if (!tracker->greeted && !tracker->lost && !closed) {
        tell_end(tracker, AT_NO_GREETING, (struct bytes){0}, closed);
    }
    smtp_tracker_lose(tracker);
}

void smtp_tracker_timeout(struct smtp_tracker *tracker, bool sending)
{
    if (!sending) {
        end(tracker, false);
        return;
    }
    if (tracker->mode != SMTP_CLIENT_OPAQUE &&
        (tracker->reply.defects & SMTP_REPLY_TOO_MANY) != 0) {
        tell_end(tracker, AT_UNFINISHED, buf_bytes(&tracker->reply.octets), false);
    }
    smtp_tracker_lose(tracker);
}

/* At once, and of its own: not for a silence that was too long, nor for something else that came in between. */
static void tell_dropped(struct smtp_tracker *tracker, int64_t time_us)
{
    struct moment moment = {
        .kind = AT_DROPPED, .smtp_verb = SMTP_AUTH, .attempts = tracker->failed_logins};
    if (tracker->login_failed && !tracker->lost && tracker->queue.count == 0 &&
        !patience_is_over(&tracker->patience, time_us)) {
        smtp_tracker_tell(tracker, &moment);
    }
}

/* At once: who waits for a client that says nothing need not do so for ever. */
static void tell_no_service_ended(struct smtp_tracker *tracker, int64_t time_us)
{
    struct moment moment = {.kind = AT_NO_SERVICE_ENDED, .smtp_verb = SMTP_UNKNOWN};
    if (tracker->no_service.is_on && !tracker->no_service.quit_sent &&
        !smtp_tracker_is_replying(tracker) && !patience_is_over(&tracker->patience, time_us)) {
        smtp_tracker_tell(tracker, &moment);
    }
    tracker->no_service.is_on = false;
}

/*
 * RFC 5321 3.8: not before QUIT, and not without 421. At once: behind a silence the client may have been waited for in vain.
 */
static void tell_ended(struct smtp_tracker *tracker, int64_t time_us)
{
    struct moment moment = {.kind = AT_ENDED, .smtp_verb = SMTP_UNKNOWN};
    bool is_between = tracker->mode == SMTP_CLIENT_COMMAND && tracker->queue.count == 0 &&
                      wire_reader_rest(&tracker->client).n == 0 &&
                      !smtp_tracker_is_replying(tracker);
    if (is_between && tracker->greeted && !tracker->lost && !tracker->left && !tracker->says_bye &&
        !tracker->login_failed && !patience_is_over(&tracker->patience, time_us)) {
        smtp_tracker_tell(tracker, &moment);
    }
}

void smtp_tracker_closed(struct smtp_tracker *tracker, enum side side, enum close_kind close,
                         int64_t time_us)
{
    if (side == SIDE_CLIENT && !patience_is_over(&tracker->patience, time_us)) {
        smtp_tracker_tell_close(tracker);
    }
    tracker->facts.turned_away = false;
    if (side == SIDE_SERVER && close == CLOSE_END) {
        tell_dropped(tracker, time_us);
        tell_ended(tracker, time_us);
        tell_no_service_ended(tracker, time_us);
        end(tracker, true);
    } else {
        tracker->no_service.is_on = false;
        smtp_tracker_lose(tracker); /* a cut line proves nothing */
    }
}
