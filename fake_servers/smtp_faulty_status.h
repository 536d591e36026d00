/*
 * smtp_faulty_status - what the faults make of enhanced status codes; private to the SMTP session
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_STATUS_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_STATUS_H

#include "fake_servers/smtp_session.h"

/* The code to send in place of `status`, in the first line of a reply or in the others; NULL: none. */
const char *smtp_faulty_status(const struct smtp_session *session, const char *status, bool first);

#endif
