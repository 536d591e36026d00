/*
 * smtp_header - the header of the message that a session has received; private to the SMTP session
 *
 * RFC 5322 2.2. The trace lines that stand before the content are not looked at. Names know no case.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_HEADER_H
#define MAILSPEC_FAKE_SERVERS_SMTP_HEADER_H

#include "fake_servers/smtp_session.h"

/* One field with its folded lines and line ends, or a line that is none. */
struct smtp_header_field {
    struct bytes whole;
    struct bytes name; /* empty: it is no field */
};

/* The next one of `rest`, which begins as content and is moved behind it; false: the header is over. */
bool smtp_header_next(struct bytes *rest, struct smtp_header_field *field_r);
/* The content, as it was sent. */
struct bytes smtp_header_content(const struct smtp_session *session);
size_t smtp_header_count(const struct smtp_session *session, const char *name);
/* Take all fields of that name out. */
void smtp_header_drop(struct smtp_session *session, const char *name);

#endif
