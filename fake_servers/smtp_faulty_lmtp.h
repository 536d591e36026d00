/*
 * smtp_faulty_lmtp - what the faults make of LMTP (RFC 2033); private to the SMTP session
 *
 * Each does nothing, and returns false, while its fault is off, and in a session of SMTP.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LMTP_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LMTP_H

#include "fake_servers/smtp_session.h"

/* Is HELO or EHLO known? */
bool smtp_faulty_lmtp_knows(const struct smtp_session *session, enum smtp_verb verb);
/* Is DATA accepted without a recipient? */
bool smtp_faulty_lmtp_takes_data(const struct smtp_session *session);
/* Is the extension left out of the reply to LHLO? */
bool smtp_faulty_lmtp_hides(const struct smtp_session *session, enum server_extension extension);
/* Is the end of data not answered for that recipient? */
bool smtp_faulty_lmtp_leaves_out(const struct smtp_session *session, size_t recipient);
/* The end of data was answered for each recipient: answer once more. */
void smtp_faulty_lmtp_answers_more(struct smtp_session *session);

#endif
