/*
 * The client's octets of a POP3 session: commands and SASL responses.
 */
#include "judge/pop3_tracker.h"

enum {
    MAX_COMMAND_OCTETS = 255,   /* RFC 2449 4 */
    TLS_HANDSHAKE_OCTET = 0x16, /* first octet of a TLS record that begins a session */
    AMBIGUOUS_LINE = WIRE_BARE_LF | WIRE_BARE_CR | WIRE_NUL,
};

/* What follows is none of the same client's business: the session's end, TLS, a login exchange. */
static bool ends_group(enum pop3_verb verb)
{
    return verb == POP3_QUIT || verb == POP3_STLS || verb == POP3_AUTH;
}

/* May a command be sent while others wait for their responses? RFC 2449 6.6 */
static bool may_follow(const struct pop3_tracker *tracker)
{
    const struct pending *last = pending_last(&tracker->queue);
    if (last == NULL && !tracker->in_body) {
        return true;
    }
    return tracker->pipelining_offered && (last == NULL || !last->ends_group);
}

/* For people: secrets stay out of it. */
static void set_command_text(struct pending *pending, struct bytes line)
{
    switch ((enum pop3_verb)pending->verb) {
    case POP3_PASS:
        pending_set_text(pending, bytes_of("PASS ..."));
        return;
    case POP3_APOP:
        pending_set_text(pending, bytes_of("APOP ..."));
        return;
    case POP3_AUTH:
        pending_set_text(pending, bytes_of("AUTH ..."));
        return;
    case POP3_USER:
    case POP3_STLS:
    case POP3_CAPA:
    case POP3_LANG:
    case POP3_UTF8:
    case POP3_STAT:
    case POP3_LIST:
    case POP3_RETR:
    case POP3_DELE:
    case POP3_NOOP:
    case POP3_RSET:
    case POP3_TOP:
    case POP3_UIDL:
    case POP3_QUIT:
    case POP3_UNKNOWN:
    case POP3_VERB_COUNT:
        pending_set_text(pending, line);
        return;
    }
}

/* The whole line, or, of one that may carry a secret, its description. */
static struct bytes shown_line(const struct pending *pending, const struct wire_line *line)
{
    const bool secret =
        pending->verb == POP3_PASS || pending->verb == POP3_APOP || pending->verb == POP3_AUTH;
    return secret ? pending_text(pending) : line->raw;
}

/* ---- What is told of the client ---- */

static void tell_client(struct pop3_tracker *tracker, struct moment *moment)
{
    moment->pop3_client = &tracker->facts;
    if (!tracker->lost && (!tracker->facts.in_doubt || moment->kind == AT_INJECTED)) {
        pop3_tracker_tell(tracker, moment);
    }
}

/* Before the greeting; TLS from the start is another matter. */
static void tell_early(struct pop3_tracker *tracker, struct bytes octets)
{
    if (!tracker->greeted && wire_reader_rest(&tracker->server).n == 0 && octets.n > 0 &&
        octets.p[0] != TLS_HANDSHAKE_OCTET) {
        struct moment moment = {.kind = AT_EARLY, .octets = octets, .pop3_verb = POP3_UNKNOWN};
        tell_client(tracker, &moment);
    }
}

/* May more come? Responses sent ahead of their challenges are no commands, and behind STLS comes TLS. */
static bool is_excused(const struct pending *last, struct bytes octets)
{
    const bool known = pop3_command_read(bytes_trim_right(octets)).verb != POP3_UNKNOWN;
    return last->kind == PENDING_RESPONSE || last->verb == POP3_AUTH ||
           (last->verb == POP3_STLS && !known);
}

/*
 * The client sends more behind what must not be followed yet. A login has ways of its own, and a client that took
 * a part of a response for the whole has another defect.
 */
static void tell_ahead(struct pop3_tracker *tracker, struct bytes octets)
{
    const struct pending *last = pending_last(&tracker->queue);
    tracker->commands_left |= last != NULL && last->verb == POP3_STLS;
    if (last == NULL || is_excused(last, octets) || tracker->in_body ||
        tracker->patience.given_up || wire_reader_rest(&tracker->server).n > 0) {
        return;
    }
    struct moment moment = {.kind = tracker->injected ? AT_INJECTED : AT_AHEAD,
                            .octets = octets,
                            .command = pending_text(last),
                            .described = last->kind != PENDING_COMMAND,
                            .pop3_verb = (enum pop3_verb)last->verb};
    tell_client(tracker, &moment);
}

static void tell_command(struct pop3_tracker *tracker, const struct pending *pending,
                         const struct wire_line *line)
{
    struct moment moment = {.kind = AT_COMMAND,
                            .octets = shown_line(pending, line),
                            .pop3_verb = (enum pop3_verb)pending->verb,
                            .has_number = pending->has_number,
                            .number = pending->number,
                            .line = line};
    tell_client(tracker, &moment);
}

/* What it says is secret; that it came is not. */
static void tell_response(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct moment moment = {.kind = AT_RESPONSE,
                            .octets = BYTES_LIT("a SASL response"),
                            .pop3_verb = POP3_AUTH,
                            .line = line};
    tell_client(tracker, &moment);
}

void pop3_tracker_tell_left(struct pop3_tracker *tracker, struct bytes octets)
{
    const struct bytes text = bytes_trim_right(octets);
    const struct wire_line line = {.raw = octets, .text = text};
    struct pending pending = {.verb = (int)pop3_command_read(text).verb};
    struct moment moment = {.kind = AT_CLIENT_LEFT, .pop3_verb = POP3_STLS};
    set_command_text(&pending, text);
    moment.octets = shown_line(&pending, &line);
    moment.pop3_client = &tracker->facts;
    tracker->commands_left = true;
    pop3_tracker_tell(tracker, &moment);
}

/* Only of what is text: other octets may be TLS from the start. */
static void tell_bad_line_end(struct pop3_tracker *tracker, const struct wire_line *line)
{
    const unsigned wrong = line->defects & (WIRE_BARE_LF | WIRE_BARE_CR);
    if (wrong != 0 && (line->defects & (WIRE_NUL | WIRE_CONTROL | WIRE_EIGHT_BIT)) == 0 &&
        tracker->mode == POP3_CLIENT_COMMAND) {
        struct pending pending = {.verb = (int)pop3_command_read(line->text).verb};
        struct moment moment = {.kind = AT_BAD_LINE_END, .pop3_verb = (enum pop3_verb)pending.verb};
        set_command_text(&pending, line->text);
        moment.octets = shown_line(&pending, line);
        tell_client(tracker, &moment);
    }
}

/* ---- The queue ---- */

/* Too early is also a client that took a surplus -ERR for the response to its last command: that -ERR still counts. */
static void push(struct pop3_tracker *tracker, const struct pending *pending)
{
    if (!may_follow(tracker) || !pending_push(&tracker->queue, *pending)) {
        pop3_tracker_lose_count(tracker);
    }
}

static void take_command(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct pop3_command command = pop3_command_read(line->text);
    struct pending pending = {.kind = PENDING_COMMAND,
                              .verb = (int)command.verb,
                              .ends_group = ends_group(command.verb),
                              .multiline = pop3_is_multiline(&command),
                              .octets = line->octets};
    struct bytes rest = command.argument;
    struct bytes word = {0};
    pending.has_number = bytes_next_word(&rest, &word) && bytes_to_u64(word, &pending.number);
    set_command_text(&pending, line->text);
    if (may_follow(tracker)) {
        tell_command(tracker, &pending, line);
    } else {
        tell_ahead(tracker, shown_line(&pending, line));
    }
    if (line->octets > MAX_COMMAND_OCTETS) {
        pop3_tracker_lose(tracker);
        return;
    }
    push(tracker, &pending);
    pop3_client_command(&tracker->facts, command.verb);
}

static void take_response(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct pending pending = {
        .kind = PENDING_RESPONSE, .verb = POP3_AUTH, .ends_group = true, .octets = line->octets};
    tracker->mode = POP3_CLIENT_COMMAND;
    tell_response(tracker, line);
    pending_set_text(&pending, bytes_of("a SASL response"));
    push(tracker, &pending);
}

/* Octets up to and with the next LF; the line, when it is whole. */
static size_t take_line(struct pop3_tracker *tracker, struct bytes octets)
{
    size_t lf = bytes_index(octets, '\n', 0);
    size_t used = lf == BYTES_NONE ? octets.n : lf + 1;
    struct wire_line line;
    wire_reader_feed(&tracker->client, bytes_slice(octets, 0, used));
    if (!wire_reader_next(&tracker->client, &line)) {
        return used;
    }
    if ((line.defects & AMBIGUOUS_LINE) != 0) {
        tell_bad_line_end(tracker, &line);
        pop3_tracker_lose(tracker);
    } else if (tracker->mode == POP3_CLIENT_RESPONSE) {
        take_response(tracker, &line);
    } else {
        take_command(tracker, &line);
    }
    return used;
}

void pop3_tracker_client(struct pop3_tracker *tracker, struct bytes octets, int64_t time_us)
{
    patience_octets(&tracker->patience, time_us, wire_reader_rest(&tracker->client).n > 0);
    tell_early(tracker, octets);
    if (!tracker->greeted || tracker->left) {
        pop3_tracker_lose(tracker);
    }
    if (tracker->mode == POP3_CLIENT_TLS_ASKED && octets.n > 0) {
        tracker->mode = POP3_CLIENT_COMMAND;
        if (octets.p[0] == TLS_HANDSHAKE_OCTET) {
            pop3_tracker_lose(tracker);
        }
    }
    while (octets.n > 0 && !tracker->lost) {
        octets = bytes_skip(octets, take_line(tracker, octets));
    }
}
