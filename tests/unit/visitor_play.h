/*
 * visitor_play - a visitor without a socket: its octets are fed, and what it says goes nowhere
 *
 * Its units are answered as a small server does: EHLO lists SIZE and CHUNKING, DATA is 354, AUTH is 334 ("+ " for POP3), BDAT is
 * followed by its chunk, X... is refused, all else is accepted.
 */
#ifndef MAILSPEC_TESTS_VISITOR_PLAY_H
#define MAILSPEC_TESTS_VISITOR_PLAY_H

#include "engine/visitor.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

static inline void visitor_play_init(struct visitor *visitor, enum protocol protocol)
{
    *visitor = (struct visitor){.number = 1, .protocol = protocol, .pace_us = -1};
    wire_reader_init(&visitor->reader, VISITOR_MAX_LINE);
}

static inline void visitor_play_deinit(struct visitor *visitor)
{
    wire_reader_deinit(&visitor->reader);
    offers_clear(&visitor->offers);
    buf_deinit(&visitor->timestamp);
    buf_deinit(&visitor->data);
    buf_deinit(&visitor->content);
    buf_deinit(&visitor->out);
    buf_deinit(&visitor->kept);
}

static inline const char *visitor_play_answer(const struct visitor *visitor)
{
    struct bytes line = bytes_trim_right(visitor->unit.octets);
    if (visitor->protocol == PROTOCOL_POP3) {
        struct pop3_command command = pop3_command_read(line);
        return command.verb == POP3_AUTH   ? "+ \r\n"
               : command.verb == POP3_CAPA ? "+OK\r\nUIDL\r\nEXPIRE 3\r\n.\r\n"
               : bytes_starts(line, "X")   ? "-ERR\r\n"
                                           : "+OK\r\n";
    }
    if (visitor->unit.kind == UNIT_DATA || visitor->unit.kind == UNIT_CHUNK) {
        return "250 Ok\r\n";
    }
    enum smtp_verb verb = smtp_command_read(line).verb;
    if (verb == SMTP_EHLO || verb == SMTP_LHLO) {
        return "250-x\r\n250-SIZE 7\r\n250 CHUNKING\r\n";
    }
    if (verb == SMTP_DATA) {
        return visitor->accepted_recipients > 0 ? "354 go\r\n" : "503 no\r\n";
    }
    return verb == SMTP_AUTH ? "334 \r\n" : bytes_starts(line, "X") ? "500 no\r\n" : "250 Ok\r\n";
}

/* As the dialogue has it that expects a chunk behind BDAT. */
static inline void visitor_play_chunk(struct visitor *visitor)
{
    struct smtp_command command = smtp_command_read(bytes_trim_right(visitor->unit.octets));
    struct smtp_chunk chunk;
    if (visitor->unit.kind == UNIT_COMMAND && visitor->protocol != PROTOCOL_POP3 &&
        command.verb == SMTP_BDAT && smtp_chunk_read(command.argument, &chunk)) {
        visitor->chunk_octets = chunk.octets;
        visitor->next = UNIT_CHUNK;
        buf_clear(&visitor->data);
    }
}

/* Units that are there are taken, answered and printed: "C:EHLO x\r\n|". Returns what ended it. */
static inline enum visitor_take visitor_play_take(struct visitor *visitor, struct buf *seen)
{
    static const char letters[] = {'C', 'R', 'D', 'K'};
    enum visitor_take take = visitor_take(visitor);
    while (take == VISITOR_TAKE_UNIT) {
        const struct unit *unit = &visitor->unit;
        buf_printf(seen, "%c:", letters[unit->kind]);
        buf_append(seen, unit->kind == UNIT_DATA ? unit->content : unit->octets);
        buf_append_octet(seen, '|');
        const char *answer = visitor_play_answer(visitor);
        visitor_play_chunk(visitor);
        visitor_answered(visitor, unit, bytes_of(answer));
        take = visitor_take(visitor);
    }
    return take;
}

static inline void visitor_play_feed(struct visitor *visitor, struct bytes octets)
{
    wire_reader_feed(&visitor->reader, octets);
}

#endif
