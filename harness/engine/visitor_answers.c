/*
 * What an answer to a client means for what it says next: message data, a chunk, a SASL response, a TLS handshake; and what we have offered.
 */
#include "engine/visitor.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"
#include "proto/smtp_ehlo.h"
#include "proto/smtp_reply.h"

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

/* 220 to STARTTLS, +OK to STLS. */
static bool begins_tls(const struct visitor *visitor, struct bytes line, struct bytes reply)
{
    return visitor->protocol == PROTOCOL_POP3
               ? pop3_command_read(line).verb == POP3_STLS && bytes_starts_nocase(reply, "+OK")
               : smtp_command_read(line).verb == SMTP_STARTTLS && bytes_starts(reply, "2");
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
    visitor->hello_due |= unit->kind == UNIT_COMMAND && begins_tls(visitor, line, reply);
    bool asks = visitor->protocol == PROTOCOL_POP3
                    ? bytes_starts(reply, "+ ") || bytes_is(bytes_trim_right(reply), "+")
                    : bytes_starts(reply, "334");
    if (asks && unit->kind != UNIT_DATA) {
        visitor->next = UNIT_RESPONSE;
    }
}
