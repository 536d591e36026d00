/* The message as the sender was given it, and as it is to go: its lines, and whether it may go at all. */
#include "fake_clients/sender_session.h"
#include "proto/message_field.h"

static struct bytes without_crs_at_end(struct bytes line)
{
    while (bytes_ends(line, "\r")) {
        line = bytes_slice(line, 0, line.n - 1);
    }
    return line;
}

/* RFC 5321 4.5.3.1.6: 1000 octets with CRLF. */
enum { LONG_LINE_OCTETS = 1200 };

/* The first line of a message is a header field, and so are these. */
static void write_fields_of_faults(struct sender *sender)
{
    struct buf *message = &sender->message;
    if (sender_has_fault(sender, CLIENT_FAULT_CLIENT_RETURN_PATH)) {
        buf_printf(message, "Return-Path: <%s>\r\n", sender_reverse_path(sender));
    }
    if (sender->settings->recipient_count > 1 &&
        sender_has_fault(sender, CLIENT_FAULT_CLIENT_RECIPIENTS_NOT_SHOWN)) {
        buf_printf(message, "X-Recipients: <%s>, <%s>\r\n", sender->settings->recipients[0],
                   sender->settings->recipients[1]);
    }
    if (sender_has_fault(sender, CLIENT_FAULT_CLIENT_TEXT_LINE)) {
        buf_append_text(message, "X-Filler: ");
        buf_append_fill(message, 'x', LONG_LINE_OCTETS);
        buf_append_text(message, "\r\n");
    }
}

/* What a fault makes of a last line that is not ended. */
static struct bytes given_lines(struct sender *sender)
{
    const struct bytes given = sender->settings->message;
    size_t end = given.n;
    while (end > 0 && given.p[end - 1] != '\n') {
        end--;
    }
    sender->unended = end < given.n;
    return sender->unended && sender_has_fault(sender, CLIENT_FAULT_LAST_LINE_COMPLETED_2)
               ? bytes_slice(given, 0, end)
               : given;
}

/* Every LF and every bare CR becomes CRLF (RFC 5321 2.3.8); the last line gets one, too (4.1.1.4). */
static void write_lines(struct sender *sender)
{
    struct bytes rest = given_lines(sender);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        struct bytes part;
        line = without_crs_at_end(line);
        while (bytes_next(&line, '\r', &part)) {
            buf_append(&sender->message, part);
            buf_append_text(&sender->message, "\r\n");
        }
    }
}

/* ---- MIME ---- */

/* RFC 2045 6.1: in the header, or in that of a part. */
static bool has_eight_bit_encoding(struct bytes message)
{
    static const char name[] = "Content-Transfer-Encoding:";
    struct bytes line;
    while (message.n > 0 && bytes_next(&message, '\n', &line)) {
        if (bytes_starts_nocase(line, name)) {
            const struct bytes value = bytes_trim(bytes_skip(line, sizeof name - 1));
            if (bytes_is_nocase(value, "8bit") || bytes_is_nocase(value, "binary")) {
                return true;
            }
        }
    }
    return false;
}

/* RFC 5321 2.4: octets above 127 in the body are sent when the message says by MIME what they are. */
static bool is_unmarked(struct bytes message)
{
    struct message_field field;
    struct bytes rest = message;
    bool is_mime = false;
    while (message_field_next(&rest, &field)) {
        is_mime |= bytes_is_nocase(field.name, "MIME-Version");
    }
    return !bytes_is_ascii(rest) && !(is_mime && has_eight_bit_encoding(message));
}

void sender_read_message(struct sender *sender)
{
    sender->has_8bit = !bytes_is_ascii(sender->settings->message);
    sender->unmarked = is_unmarked(sender->settings->message);
    if (sender->unmarked && sender_has_fault(sender, CLIENT_FAULT_8BITMIME_NEEDS_MIME_2)) {
        buf_append_text(&sender->message, "MIME-Version: 1.0\r\n");
    }
    write_fields_of_faults(sender);
    write_lines(sender);
}

const char *sender_content_defect(const struct sender *sender)
{
    return sender->offered[SENDER_8BITMIME]
               ? "the body has octets above 127, and no field of MIME says what they are"
               : "the message has octets above 127, and the server does not offer 8BITMIME";
}

bool sender_takes_content(const struct sender *sender)
{
    const bool sends_unmarked = sender_has_fault(sender, CLIENT_FAULT_8BITMIME_NEEDS_MIME) ||
                                sender_has_fault(sender, CLIENT_FAULT_8BITMIME_NEEDS_MIME_2);
    if (sender->size_is_zero && sender_has_fault(sender, CLIENT_FAULT_SIZE_ZERO)) {
        return false;
    }
    if (sender->size_is_bare && sender_has_fault(sender, CLIENT_FAULT_SIZE_ZERO_2)) {
        return false;
    }
    if (!sender->has_8bit) {
        return true;
    }
    if (sender->offered[SENDER_8BITMIME]) {
        return !sender->unmarked || sends_unmarked;
    }
    return sender_has_fault(sender, CLIENT_FAULT_DATA_8BIT);
}
