/*
 * smtp_header - the header of the message that a session has received; private to the SMTP session
 *
 * RFC 5322 2.2. The trace lines that stand before the content are not looked at. Names know no case.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_HEADER_H
#define MAILSPEC_FAKE_SERVERS_SMTP_HEADER_H

#include "fake_servers/smtp_session.h"

/* One field with its folded lines and line ends, or lines that are none. */
struct smtp_header_field {
    struct bytes whole;
    struct bytes name; /* empty: it is no field */
};

/* The next one of `rest`, which begins as content and is moved behind it; false: the header is over. */
bool smtp_header_next(struct bytes *rest, struct smtp_header_field *field_r);
/* The content, as it was sent. */
struct bytes smtp_header_content(const struct smtp_session *session);
size_t smtp_header_count(const struct smtp_session *session, const char *name);

/* Append the trace lines, with which other octets for the message begin. */
void smtp_header_copy_trace(const struct smtp_session *session, struct buf *out);
/* From now on the message is `octets`, which is empty then; it begins with the trace lines. */
void smtp_header_replace(struct smtp_session *session, struct buf *octets);
/* What becomes of one field; so many Received fields stand before it. */
typedef void (*smtp_header_edit_fn)(const struct smtp_session *session,
                                    const struct smtp_header_field *field, size_t received,
                                    struct buf *out);
/* Write each field anew; the body stays. */
void smtp_header_edit(struct smtp_session *session, smtp_header_edit_fn edit);
void smtp_header_drop_return_path(struct smtp_session *session);

#endif
