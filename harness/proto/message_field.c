#include "proto/message_field.h"

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* Go on behind the lines that continue this one; returns the value with them. */
static struct bytes take_folded(struct bytes *rest, struct bytes value)
{
    struct bytes line = value;
    while (rest->n > 0 && is_blank(rest->p[0])) {
        bytes_next_line(rest, &line);
    }
    value.n = (size_t)(line.p + line.n - value.p);
    return value;
}

bool message_field_next(struct bytes *rest, struct message_field *field_r)
{
    for (;;) {
        struct bytes before = *rest;
        struct bytes line;
        if (!bytes_next_line(rest, &line) || line.n == 0) {
            *rest = before;
            return false;
        }
        size_t colon = is_blank(line.p[0]) ? BYTES_NONE : bytes_index(line, ':', 0);
        if (colon != BYTES_NONE && colon > 0) {
            field_r->name = bytes_trim_right(bytes_slice(line, 0, colon));
            field_r->value = take_folded(rest, bytes_skip(line, colon + 1));
            return true;
        }
    }
}

void message_field_unfold(struct buf *out, struct bytes value)
{
    struct bytes rest = bytes_trim(value);
    struct bytes line;
    while (bytes_next_line(&rest, &line)) {
        buf_append(out, line);
    }
}

bool message_field_is_envelope_to(struct bytes name)
{
    return bytes_is_nocase(name, "Envelope-To") || bytes_is_nocase(name, "Delivered-To") ||
           bytes_is_nocase(name, "X-Original-To");
}

static bool is_delivery(struct bytes name)
{
    return message_field_is_envelope_to(name) || bytes_is_nocase(name, "Return-Path") ||
           bytes_is_nocase(name, "Delivery-Date");
}

size_t message_trace_octets(struct bytes message)
{
    struct bytes rest = message;
    struct message_field field;
    while (message_field_next(&rest, &field)) {
        if (bytes_is_nocase(field.name, "Received")) {
            return message.n - rest.n;
        }
        if (!is_delivery(field.name)) {
            return 0;
        }
    }
    return 0;
}
