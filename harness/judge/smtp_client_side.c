/*
 * The client's octets of an SMTP session: commands, SASL responses, message data, chunks.
 */
#include "judge/sasl_text.h"
#include "judge/smtp_known.h"
#include "judge/smtp_tracker.h"

#include <string.h>

enum {
    MAX_COMMAND_OCTETS = 512,   /* RFC 5321 4.5.3.1.4 */
    MAX_SASL_OCTETS = 12288,    /* RFC 4954 4.5 */
    MAX_SHOWN_OCTETS = 60,      /* of message data, before what is wrong */
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

/* ---- What is told of the client ---- */

static void tell_client(struct smtp_tracker *tracker, struct moment *moment)
{
    const bool turned_away = tracker->facts.turned_away && moment->kind == AT_CLIENT_CLOSED;
    moment->smtp_client = &tracker->facts;
    if (turned_away ||
        (!tracker->lost && (!tracker->facts.in_doubt || moment->kind == AT_INJECTED))) {
        smtp_tracker_tell(tracker, moment);
    }
}

/* Commands that carry no secret are shown. */
static struct bytes shown(enum smtp_verb verb, struct bytes octets)
{
    return verb == SMTP_AUTH ? BYTES_LIT("AUTH ...") : octets;
}

/*
 * May more come, although nothing may follow? Behind AUTH the initial response may have been all there is (RFC 4954 section 4), and responses
 * sent ahead of their challenges are no commands. Behind STARTTLS comes TLS.
 */
static bool is_excused(const struct pending *last, struct bytes octets)
{
    const bool known = smtp_command_read(bytes_trim_right(octets)).verb != SMTP_UNKNOWN;
    if (last->kind == PENDING_RESPONSE) {
        return true;
    }
    if (last->verb == SMTP_AUTH) {
        return last->has_initial || !known;
    }
    return last->verb == SMTP_STARTTLS && !known;
}

/* The client sends more behind what must not be followed yet. */
static void tell_ahead(struct smtp_tracker *tracker, struct bytes octets)
{
    const struct pending *last = pending_last(&tracker->queue);
    tracker->commands_left |= last != NULL && last->verb == SMTP_STARTTLS;
    if (last == NULL || is_excused(last, octets) || smtp_tracker_is_replying(tracker) ||
        tracker->patience.given_up) {
        return;
    }
    struct moment moment = {.kind = tracker->injected ? AT_INJECTED : AT_AHEAD,
                            .octets = octets,
                            .command = pending_text(last),
                            .described = last->kind != PENDING_COMMAND,
                            .smtp_verb = (enum smtp_verb)last->verb};
    tell_client(tracker, &moment);
}

static void tell_command(struct smtp_tracker *tracker, const struct smtp_command *command,
                         const struct wire_line *line)
{
    struct moment moment = {.kind = AT_COMMAND,
                            .octets = shown(command->verb, line->raw),
                            .smtp_verb = command->verb,
                            .line = line};
    tell_client(tracker, &moment);
}

/* What it says is secret; that it came is not. */
static void tell_response(struct smtp_tracker *tracker, const struct wire_line *line)
{
    struct moment moment = {.kind = AT_RESPONSE,
                            .octets = BYTES_LIT("a SASL response"),
                            .smtp_verb = SMTP_AUTH,
                            .line = line};
    tell_client(tracker, &moment);
}

void smtp_tracker_tell_left(struct smtp_tracker *tracker, struct bytes octets)
{
    const enum smtp_verb verb = smtp_command_read(bytes_trim_right(octets)).verb;
    struct moment moment = {
        .kind = AT_CLIENT_LEFT, .octets = shown(verb, octets), .smtp_verb = SMTP_STARTTLS};
    moment.smtp_client = &tracker->facts;
    tracker->commands_left = true;
    smtp_tracker_tell(tracker, &moment);
}

/* Behind a handshake that failed. QUIT is no harm then. */
static void tell_unsecured(struct smtp_tracker *tracker, struct bytes octets)
{
    struct wire_line line;
    wire_reader_feed(&tracker->client, octets);
    while (wire_reader_next(&tracker->client, &line)) {
        const enum smtp_verb verb = smtp_command_read(line.text).verb;
        struct moment moment = {
            .kind = AT_UNSECURED, .octets = shown(verb, line.raw), .smtp_verb = SMTP_STARTTLS};
        moment.smtp_client = &tracker->facts;
        if (verb != SMTP_UNKNOWN && verb != SMTP_QUIT) {
            smtp_tracker_tell(tracker, &moment);
        }
    }
}

/* Only of what is text: other octets may be TLS from the start. */
static void tell_bad_line_end(struct smtp_tracker *tracker, const struct wire_line *line)
{
    const unsigned wrong = line->defects & (WIRE_BARE_LF | WIRE_BARE_CR);
    const enum smtp_verb verb = smtp_command_read(line->text).verb;
    if (wrong != 0 && (line->defects & (WIRE_NUL | WIRE_CONTROL | WIRE_EIGHT_BIT)) == 0 &&
        tracker->mode == SMTP_CLIENT_COMMAND) {
        struct moment moment = {
            .kind = AT_BAD_LINE_END, .octets = shown(verb, line->raw), .smtp_verb = verb};
        tell_client(tracker, &moment);
    }
}

static void tell_data(struct smtp_tracker *tracker, unsigned defects, struct bytes octets)
{
    struct moment moment = {.kind = AT_DATA,
                            .octets = octets,
                            .data_defects = defects,
                            .data_complete = tracker->data.complete,
                            .data_octets = tracker->data.octets,
                            .altered = tracker->data_altered,
                            .content = tracker->data.complete ? &tracker->content : NULL,
                            .recipients = tracker->recipients};
    moment.smtp_verb = SMTP_DATA;
    tell_client(tracker, &moment);
}

/* In the middle of something the client is more likely to have been stopped than to have closed at will. */
void smtp_tracker_tell_close(struct smtp_tracker *tracker)
{
    const struct pending *first = pending_first(&tracker->queue);
    struct moment moment = {.kind = AT_CLIENT_CLOSED,
                            .smtp_verb = SMTP_UNKNOWN,
                            .outstanding = tracker->queue.count,
                            .client_last = tracker->client_last};
    /* Behind DATA in a group it may be read by the replies before that it is refused. */
    bool between = tracker->mode == SMTP_CLIENT_COMMAND ||
                   (tracker->mode == SMTP_CLIENT_DATA_ASKED && !tracker->client_last);
    if (!tracker->greeted || !between || wire_reader_rest(&tracker->client).n > 0 ||
        smtp_tracker_is_replying(tracker)) {
        return;
    }
    if (first != NULL) {
        moment.command = pending_text(first);
        moment.described = first->kind != PENDING_COMMAND;
        moment.smtp_verb = (enum smtp_verb)first->verb;
    }
    tell_client(tracker, &moment);
}

/* ---- The queue ---- */

static void push(struct smtp_tracker *tracker, const struct pending *pending)
{
    if (!tracker->greeted || !may_follow(tracker) || !pending_push(&tracker->queue, *pending)) {
        smtp_tracker_lose(tracker);
    }
}

/* ---- Message data ---- */

/* RFC 1870 6.3. LMTP tells there, too, that the maildrop of one recipient is full. */
static bool is_promised(const struct smtp_tracker *tracker)
{
    const struct smtp_mail_said *mail = &tracker->facts.mail;
    return mail->has_size && tracker->data.octets <= mail->size && !tracker->data_altered &&
           !tracker->lmtp && smtp_offer_has(&tracker->facts.offer, "SIZE");
}

/* The data is complete: one reply, under LMTP one for each accepted recipient (RFC 2033 4.2). */
static void push_data(struct smtp_tracker *tracker)
{
    struct pending pending = {
        .kind = PENDING_DATA, .verb = SMTP_DATA, .promised = is_promised(tracker)};
    size_t replies = tracker->lmtp ? tracker->recipients : 1;
    pending_set_text(&pending, bytes_of("the end of data"));
    tracker->mode = SMTP_CLIENT_COMMAND;
    tracker->recipients = 0;
    smtp_client_data_end(&tracker->facts);
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

/* Keep the surroundings of the first octet above 127. */
static void keep_eight_bit(struct smtp_excerpt *excerpt, struct bytes octets)
{
    const size_t half = sizeof excerpt->octets / 2;
    size_t at = 0;
    while (at < octets.n && octets.p[at] < 0x80) {
        at++;
    }
    if (excerpt->n == 0 && at < octets.n) {
        const struct bytes kept = bytes_slice(octets, at > half ? at - half : 0, at + half);
        memcpy(excerpt->octets, kept.p, kept.n);
        excerpt->n = kept.n;
    }
}

static size_t take_data(struct smtp_tracker *tracker, struct bytes octets)
{
    struct smtp_data_reader before = tracker->data;
    size_t used = smtp_data_read(&tracker->data, octets, NULL);
    keep_eight_bit(&tracker->eight_bit, bytes_slice(octets, 0, used));
    if ((tracker->data.defects & AMBIGUOUS_DATA) != 0) {
        used = find_doubt(&before, octets);
        tracker->data = before; /* nothing is said of what comes behind the doubt */
        tell_data(tracker, before.defects,
                  bytes_slice(octets, used > MAX_SHOWN_OCTETS ? used - MAX_SHOWN_OCTETS : 0, used));
        smtp_tracker_lose(tracker); /* a server may see the end elsewhere */
        tracker->data = before;
        tracker->doubtful = (struct smtp_doubtful_data){.open = true};
        return used;
    }
    smtp_content_read(&tracker->content, bytes_slice(octets, 0, used));
    if (tracker->data.complete) {
        tell_data(tracker, tracker->data.defects,
                  bytes_make(tracker->eight_bit.octets, tracker->eight_bit.n));
        tracker->by_size |=
            tracker->facts.mail.has_size && tracker->facts.mail.size != tracker->data.octets;
        push_data(tracker);
    }
    return used;
}

/* Behind its true end the client may have sent DATA itself, so nothing is told any more. */
static void take_doubtful_data(struct smtp_tracker *tracker, struct bytes octets)
{
    size_t used = smtp_data_read(&tracker->data, octets, NULL);
    tracker->doubtful.open = tracker->doubtful.open && used == octets.n;
}

static void read_chunk(struct smtp_chunk_text *text, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        const unsigned char c = octets.p[i];
        text->defects |= text->behind_cr && c != '\n' ? SMTP_DATA_BARE_CR : 0;
        text->defects |= !text->behind_cr && c == '\n' ? SMTP_DATA_BARE_LF : 0;
        text->defects |= c == 0 ? SMTP_DATA_NUL : 0;
        text->behind_cr = c == '\r';
    }
}

static void end_chunk(struct smtp_tracker *tracker)
{
    struct smtp_chunk_text *text = &tracker->chunks;
    if (text->is_last) {
        text->defects |= text->behind_cr ? SMTP_DATA_BARE_CR : 0;
        struct moment moment = {
            .kind = AT_CHUNKS, .data_defects = text->defects, .smtp_verb = SMTP_BDAT};
        tell_client(tracker, &moment);
        *text = (struct smtp_chunk_text){0};
    }
}

static size_t take_chunk(struct smtp_tracker *tracker, struct bytes octets)
{
    size_t used = octets.n < tracker->chunk_octets ? octets.n : (size_t)tracker->chunk_octets;
    read_chunk(&tracker->chunks, bytes_slice(octets, 0, used));
    tracker->chunk_octets -= used;
    if (tracker->chunk_octets == 0) {
        tracker->mode = SMTP_CLIENT_COMMAND;
        end_chunk(tracker);
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
    tracker->chunks.is_last = chunk.last;
    if (chunk.octets > 0) {
        tracker->mode = SMTP_CLIENT_CHUNK;
        tracker->by_size = true;
    } else {
        end_chunk(tracker);
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

/* AUTH by a mechanism that the server has offered? */
static bool is_offered(const struct smtp_tracker *tracker, const struct smtp_command *command)
{
    struct bytes mechanisms = buf_bytes(&tracker->mechanisms);
    struct bytes argument = command->argument;
    struct bytes asked = {0};
    struct bytes offered = {0};
    if (command->verb != SMTP_AUTH || !bytes_next_word(&argument, &asked)) {
        return false;
    }
    while (bytes_next_word(&mechanisms, &offered)) {
        if (bytes_equal_nocase(offered, asked)) {
            return true;
        }
    }
    return false;
}

static void take_command(struct smtp_tracker *tracker, const struct wire_line *line)
{
    struct smtp_command command = smtp_command_read(line->text);
    struct pending pending = {.kind = PENDING_COMMAND,
                              .verb = (int)command.verb,
                              .ends_group = smtp_verb_row(command.verb)->ends_group,
                              .octets = line->octets};
    struct bytes initial;
    size_t limit = command.verb == SMTP_AUTH ? MAX_SASL_OCTETS : MAX_COMMAND_OCTETS;
    pending.has_initial =
        command.verb == SMTP_AUTH && sasl_text_initial(command.argument, &initial);
    if (may_follow(tracker)) {
        tell_command(tracker, &command, line);
    } else {
        tell_ahead(tracker, shown(command.verb, line->raw));
    }
    if (line->octets > limit) {
        smtp_tracker_lose(tracker);
        return;
    }
    pending.offered = is_offered(tracker, &command);
    pending.is_minimum =
        smtp_known_is_minimum(&tracker->facts, tracker->recipients, &command, line);
    pending.is_listed = smtp_known_is_listed(&tracker->facts, &command, line) &&
                        (command.verb != SMTP_AUTH || pending.offered);
    set_command_text(&pending, &command, line->text);
    push(tracker, &pending);
    tracker->facts.in_doubt |= tracker->facts.data_refused && smtp_client_is_text(&command);
    smtp_client_command(&tracker->facts, &command);
    if (!tracker->facts.chunks.sent) {
        tracker->chunks = (struct smtp_chunk_text){0};
    }
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
    tell_response(tracker, line);
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
        tell_bad_line_end(tracker, &line);
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
        tell_ahead(tracker, octets);
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

/* Before the greeting; TLS from the start is another matter. */
static void tell_early(struct smtp_tracker *tracker, struct bytes octets)
{
    if (!tracker->greeted && !smtp_tracker_is_replying(tracker) && octets.n > 0 &&
        octets.p[0] != TLS_HANDSHAKE_OCTET) {
        struct moment moment = {.kind = AT_EARLY, .octets = octets, .smtp_verb = SMTP_UNKNOWN};
        tell_client(tracker, &moment);
    }
}

/* The octet that begins TLS begins no command. */
static void tell_tls_unasked(struct smtp_tracker *tracker, struct bytes octets)
{
    if (tracker->facts.tls_refused && octets.n > 0 && octets.p[0] == TLS_HANDSHAKE_OCTET &&
        wire_reader_rest(&tracker->client).n == 0) {
        struct moment moment = {.kind = AT_TLS_UNASKED, .smtp_verb = SMTP_STARTTLS};
        tell_client(tracker, &moment);
        smtp_tracker_lose(tracker);
    }
}

/* Behind a greeting that refuses nothing is paired any more; but QUIT is to come. */
static void note_quit(struct smtp_tracker *tracker, struct bytes octets)
{
    struct wire_line line;
    wire_reader_feed(&tracker->client, octets);
    while (wire_reader_next(&tracker->client, &line)) {
        tracker->facts.quit_sent |= smtp_command_read(line.text).verb == SMTP_QUIT;
    }
}

void smtp_tracker_client(struct smtp_tracker *tracker, struct bytes octets, int64_t time_us)
{
    patience_octets(&tracker->patience, time_us, wire_reader_rest(&tracker->client).n > 0);
    tracker->client_last = true;
    if (tracker->tls_failed) {
        tell_unsecured(tracker, octets);
        return;
    }
    tell_early(tracker, octets);
    tell_tls_unasked(tracker, octets);
    if (!tracker->greeted || tracker->left) {
        smtp_tracker_lose(tracker);
    }
    if (tracker->facts.turned_away) {
        note_quit(tracker, octets);
    }
    if (tracker->no_service.is_on) {
        smtp_no_service_client(&tracker->no_service, octets);
        return;
    }
    while (octets.n > 0 && !tracker->lost) {
        octets = bytes_skip(octets, take(tracker, octets));
    }
    if (tracker->doubtful.open) {
        take_doubtful_data(tracker, octets);
    }
    /* Commands are no longer read, but what may be TLS must not be taken for replies. */
    if (bytes_index(octets, TLS_HANDSHAKE_OCTET, 0) != BYTES_NONE) {
        tracker->mode = SMTP_CLIENT_OPAQUE;
    }
}
