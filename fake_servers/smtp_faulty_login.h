/*
 * smtp_faulty_login - what the faults make of AUTH and STARTTLS; private to the SMTP session
 *
 * Each does nothing, and returns false, while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LOGIN_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LOGIN_H

#include "fake_servers/smtp_session.h"

/* Change the list " PLAIN LOGIN" of the reply to EHLO. */
void smtp_faulty_login_mechanisms(const struct smtp_session *session, struct buf *list);
/* Is a login not told in the trace field? */
bool smtp_faulty_login_is_hidden(const struct smtp_session *session);
/* STARTTLS was answered. */
void smtp_faulty_login_starttls(struct smtp_session *session);
/* TLS has begun: forget what the client has said, or not all of it. */
void smtp_faulty_login_forget(struct smtp_session *session);

#endif
