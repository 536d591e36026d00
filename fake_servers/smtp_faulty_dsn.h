/*
 * smtp_faulty_dsn - what the faults make of delivery status notifications (RFC 3461); private to the SMTP session
 *
 * Each does nothing, and returns false, while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_DSN_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_DSN_H

#include "fake_servers/smtp_session.h"
#include "proto/smtp_path.h"

/* The parameter is not as it must be: is it passed over all the same? */
bool smtp_faulty_dsn_takes(const struct smtp_session *session, const struct smtp_param *param,
                           bool is_repeated);
/* Is a good value refused? */
bool smtp_faulty_dsn_refuses(const struct smtp_session *session, const struct smtp_param *param);
/* Is delivery notified of that nobody asked for? */
bool smtp_faulty_dsn_unasked(const struct smtp_session *session,
                             const struct smtp_recipient *recipient);
/* The envelope identifier to tell in place of `envid`; either may be NULL for none. */
const char *smtp_faulty_dsn_envid(const struct smtp_session *session, const char *envid);
/* Whom a notice goes to that nobody should get, without brackets; empty: nobody. */
struct bytes smtp_faulty_dsn_notified(const struct smtp_session *session, struct bytes message);

#endif
