/*
 * smtp_texts - the texts of replies as well-known servers write them
 *
 * Codes and status codes stay ours: RFC 5321 4.2 lets the text be anything, and a client that looks into it is found out by
 * another one. Private to the SMTP session.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_TEXTS_H
#define MAILSPEC_FAKE_SERVERS_SMTP_TEXTS_H

#include "fake_servers/smtp_session.h"

/*
 * The text that settings->texts has for the reply with that code to the command that is being answered, appended to `out`; false:
 * it has none, or ours are wanted.
 */
bool smtp_texts_print(const struct smtp_session *session, unsigned code, const char *status,
                      struct buf *out);

#endif
