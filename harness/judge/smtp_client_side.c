/*
 * The client's octets of an SMTP session: commands, SASL responses, message data, chunks.
 */
#include "judge/smtp_tracker.h"

enum {
    MAX_COMMAND_OCTETS = 512,   /* RFC 5321 4.5.3.1.4 */
    MAX_SASL_OCTETS = 12288,    /* RFC 4954 4.5 */
    TLS_HANDSHAKE_OCTET = 0x16, /* first octet of a TLS record that begins a session */
    AMBIGUOUS_LINE = WIRE_BARE_LF | WIRE_BARE_CR | WIRE_NUL,
    AMBIGUOUS_DATA = SMTP_DATA_BARE_LF | SMTP_DATA_BARE_CR | SMTP_DATA_NUL | SMTP_DATA_LONG_LINE,
};

/* May a command be sent while others wait for their replies? RFC 2920 3.1 */
static bool may_follow(const struct smtp_tracker *tracker)
{
    const struct pending *last = pending_last(&tracker->queue);
    return last == NULL || (tracker->pipelining_offered && !last->ends_group);
}

static void push(struct smtp_tracker *tracker, const struct pending *pending)
{
    if (!tracker->greeted || !may_follow(tracker) || !pending_push(&tracker->queue, *pending)) {
        smtp_tracker_lose(tracker);
    }
}

/* ---- Message data ---- */

/* The data is complete: one reply, under LMTP one for each accepted recipient (RFC 2033 4.2). */
static void push_data(struct smtp_tracker *tracker)
{
    struct pending pending = {.kind = PENDING_DATA, .verb = SMTP_DATA};
    size_t replies = tracker->lmtp ? tracker->recipients : 1;
    pending_set_text(&pending, bytes_of("the end of data"));
    tracker->mode = SMTP_CLIENT_COMMAND;
    tracker->recipients = 0;
    if (replies == 0 || replies > PENDING_MAX) {
        smtp_tracker_lose(tracker);
        return;
    }
    for (size_t i = 0; i < replies; i++) {
        if (!pending_push(&tracker->queue, pending)) {
            smtp_tracker_lose(tracker);
        }
    }
}

/* How many octets it takes until the data is in doubt; the reader has come that far. */
static size_t find_doubt(struct smtp_data_reader *reader, struct bytes octets)
{
    size_t used = 0;
    while (used < octets.n && (reader->defects & AMBIGUOUS_DATA) == 0) {
        used += smtp_data_read(reader, bytes_slice(octets, used, used + 1), NULL);
    }
    return used;
}

static size_t take_data(struct smtp_tracker *tracker, struct bytes octets)
{
    struct smtp_data_reader before = tracker->data;
    size_t used = smtp_data_read(&tracker->data, octets, NULL);
    if ((tracker->data.defects & AMBIGUOUS_DATA) != 0) {
        smtp_tracker_lose(tracker); /* a server may see the end elsewhere */
        return find_doubt(&before, octets);
    }
    if (tracker->data.complete) {
        push_data(tracker);
    }
    return used;
}

static size_t take_chunk(struct smtp_tracker *tracker, struct bytes octets)
{
    size_t used = octets.n < tracker->chunk_octets ? octets.n : (size_t)tracker->chunk_octets;
    tracker->chunk_octets -= used;
    if (tracker->chunk_octets == 0) {
        tracker->mode = SMTP_CLIENT_COMMAND;
    }
    return used;
}

/* ---- Lines ---- */

static void begin_chunk(struct smtp_tracker *tracker, struct bytes argument)
{
    struct smtp_chunk chunk;
    /* Where CHUNKING is not offered, what stands behind may be taken for commands, and rightly. */
    if (!tracker->chunking_offered || !smtp_chunk_read(argument, &chunk)) {
        smtp_tracker_lose(tracker);
        return;
    }
    if (tracker->lmtp && chunk.last) {
        smtp_tracker_lose(tracker); /* one reply or one for each recipient: not told by RFC 3030 */
        return;
    }
    tracker->chunk_octets = chunk.octets;
    if (chunk.octets > 0) {
        tracker->mode = SMTP_CLIENT_CHUNK;
    }
}

static bool asks_utf8(struct bytes argument)
{
    struct bytes rest = argument;
    struct bytes word = {0};
    while (bytes_next_word(&rest, &word)) {
        if (bytes_is_nocase(word, "SMTPUTF8")) {
            return true;
        }
    }
    return false;
}

/* For people: secrets stay out of it. */
static void set_command_text(struct pending *pending, const struct smtp_command *command,
                             struct bytes line)
{
    if (command->verb != SMTP_AUTH) {
        pending_set_text(pending, line);
        return;
    }
    pending_set_text(pending, bytes_of("AUTH ..."));
}

static void take_command(struct smtp_tracker *tracker, const struct wire_line *line)
{
    struct smtp_command command = smtp_command_read(line->text);
    struct pending pending = {.kind = PENDING_COMMAND,
                              .verb = (int)command.verb,
                              .ends_group = smtp_verb_row(command.verb)->ends_group,
                              .octets = line->octets};
    size_t limit = command.verb == SMTP_AUTH ? MAX_SASL_OCTETS : MAX_COMMAND_OCTETS;
    if (line->octets > limit) {
        smtp_tracker_lose(tracker);
        return;
    }
    set_command_text(&pending, &command, line->text);
    push(tracker, &pending);
    tracker->utf8_asked = tracker->utf8_asked || asks_utf8(command.argument);
    if (command.verb == SMTP_DATA) {
        tracker->mode = SMTP_CLIENT_DATA_ASKED;
    } else if (command.verb == SMTP_BDAT) {
        begin_chunk(tracker, command.argument);
    }
}

static void take_response(struct smtp_tracker *tracker, const struct wire_line *line)
{
    struct pending pending = {
        .kind = PENDING_RESPONSE, .verb = SMTP_AUTH, .ends_group = true, .octets = line->octets};
    tracker->mode = SMTP_CLIENT_COMMAND;
    if (line->octets > MAX_SASL_OCTETS) {
        smtp_tracker_lose(tracker);
        return;
    }
    pending_set_text(&pending, bytes_of("a SASL response"));
    push(tracker, &pending);
}

/* Octets up to and with the next LF; the line, when it is whole. */
static size_t take_line(struct smtp_tracker *tracker, struct bytes octets)
{
    size_t lf = bytes_index(octets, '\n', 0);
    size_t used = lf == BYTES_NONE ? octets.n : lf + 1;
    struct wire_line line;
    wire_reader_feed(&tracker->client, bytes_slice(octets, 0, used));
    if (!wire_reader_next(&tracker->client, &line)) {
        return used;
    }
    if ((line.defects & AMBIGUOUS_LINE) != 0) {
        smtp_tracker_lose(tracker);
    } else if (tracker->mode == SMTP_CLIENT_RESPONSE) {
        take_response(tracker, &line);
    } else {
        take_command(tracker, &line);
    }
    return used;
}

/* Octets behind an accepted STARTTLS: TLS, unless whoever tells the events sees inside. */
static size_t take_after_tls(struct smtp_tracker *tracker, struct bytes octets)
{
    tracker->mode = octets.p[0] == TLS_HANDSHAKE_OCTET ? SMTP_CLIENT_OPAQUE : SMTP_CLIENT_COMMAND;
    return 0;
}

static size_t take(struct smtp_tracker *tracker, struct bytes octets)
{
    switch (tracker->mode) {
    case SMTP_CLIENT_COMMAND:
    case SMTP_CLIENT_RESPONSE:
        return take_line(tracker, octets);
    case SMTP_CLIENT_DATA_ASKED:
        smtp_tracker_lose(tracker); /* data or commands: the server's next reply would decide */
        return 0;
    case SMTP_CLIENT_DATA:
        return take_data(tracker, octets);
    case SMTP_CLIENT_CHUNK:
        return take_chunk(tracker, octets);
    case SMTP_CLIENT_TLS_ASKED:
        return take_after_tls(tracker, octets);
    case SMTP_CLIENT_OPAQUE:
        return octets.n;
    }
    return octets.n;
}

void smtp_tracker_client(struct smtp_tracker *tracker, struct bytes octets)
{
    if (!tracker->greeted || tracker->left) {
        smtp_tracker_lose(tracker);
    }
    while (octets.n > 0 && !tracker->lost) {
        octets = bytes_skip(octets, take(tracker, octets));
    }
    /* Commands are no longer read, but what may be TLS must not be taken for replies. */
    if (bytes_index(octets, TLS_HANDSHAKE_OCTET, 0) != BYTES_NONE) {
        tracker->mode = SMTP_CLIENT_OPAQUE;
    }
}
