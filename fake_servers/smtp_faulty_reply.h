/*
 * smtp_faulty_reply - what the faults make of replies; private to the SMTP session
 *
 * Each does nothing while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_REPLY_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_REPLY_H

#include "fake_servers/smtp_session.h"

/* A chunk outside a transaction: is BDAT not known all at once? Then it is answered. */
bool smtp_faulty_reply_to_chunk(struct smtp_session *session);
/* The code to send in place of `code`. */
unsigned smtp_faulty_reply_code(const struct smtp_session *session, unsigned code,
                                const char *status);
/* How many replies the end of data gets for what is one message under SMTP. */
size_t smtp_faulty_replies(const struct smtp_session *session);
/* What stands behind a keyword in the reply to EHLO and should not; "" for nothing. */
const char *smtp_faulty_reply_parameter(const struct smtp_session *session,
                                        enum server_extension extension);

#endif
