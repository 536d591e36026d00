/*
 * message_field - the header of a stored message, one field after the other (RFC 5322 2.2)
 *
 *     fields = *(field-name ":" unstructured CRLF), folded before a blank or tab
 *
 * For messages as they lie in files: lines may end in CRLF or LF alone, a line that is no field is let by. The header ends with the
 * first empty line. These functions look; they are no judges.
 */
#ifndef MAILSPEC_PROTO_MESSAGE_FIELD_H
#define MAILSPEC_PROTO_MESSAGE_FIELD_H

#include "base/buf.h"

struct message_field {
    struct bytes name;  /* without blanks before the colon (RFC 5322 4.5.8) */
    struct bytes value; /* folded still, without the line end behind it */
};

/* Cut the next field off *rest; false at the end of the header, *rest begins with the empty line then. */
bool message_field_next(struct bytes *rest, struct message_field *field_r);
/* Append the value in one line (RFC 5322 2.2.3): the line ends of its folds taken out, without blanks at both ends. */
void message_field_unfold(struct buf *out, struct bytes value);
/*
 * How long the trace is that a final delivery put before the message: Return-Path:, the recipient's fields and one Received: (RFC
 * 5321 4.4). 0 when it does not begin with one: nobody can tell then what the sender wrote and what was added.
 */
size_t message_trace_octets(struct bytes message);
/* Envelope-To, Delivered-To or X-Original-To: whom the envelope named? */
bool message_field_is_envelope_to(struct bytes name);

#endif
