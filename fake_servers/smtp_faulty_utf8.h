/*
 * smtp_faulty_utf8 - what the faults make of SMTPUTF8 (RFC 6531); private to the SMTP session
 *
 * Each does nothing, and returns false, while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_UTF8_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_UTF8_H

#include "fake_servers/smtp_session.h"
#include "proto/smtp_path.h"

/* Is the extension left out of the reply to EHLO? */
bool smtp_faulty_utf8_hides(const struct smtp_session *session, enum server_extension extension);
/* Is SMTPUTF8 not known in MAIL? */
bool smtp_faulty_utf8_unknown(const struct smtp_session *session, const struct smtp_param *param);
/* Is SMTPUTF8 taken, or passed over, with a value? */
bool smtp_faulty_utf8_takes(struct smtp_session *session, const struct smtp_param *param);
/* Is a path in UTF-8 refused that may come? Then it is answered. */
bool smtp_faulty_utf8_refuses(struct smtp_session *session, const struct smtp_path *path);
/* The code that refuses a path in UTF-8 that may not come. */
unsigned smtp_faulty_utf8_code(const struct smtp_session *session, unsigned code);

#endif
