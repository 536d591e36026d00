/*
 * smtp_faulty_rest - what the faults of fault_names_smtp_rest.h do; private to the SMTP session
 *
 * Each function does nothing, and returns false or what it was given, while its faults are off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_REST_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_REST_H

#include "fake_servers/smtp_header.h"
#include "proto/smtp_path.h"

/* Is the value of a parameter refused? */
bool smtp_faulty_rest_bad_value(const struct smtp_session *session, const struct smtp_param *param);
/* Change the list " PLAIN LOGIN" of the reply to EHLO. */
void smtp_faulty_rest_mechanisms(const struct smtp_session *session, struct buf *list);
/* Behind a greeting that refuses. */
void smtp_faulty_rest_greeted(struct smtp_session *session);
/* Is the command carried out behind such a greeting? */
bool smtp_faulty_rest_serves(const struct smtp_session *session, enum smtp_verb verb);
/* Is the extension, which is there, left out of the reply to EHLO? */
bool smtp_faulty_rest_hides(const struct smtp_session *session, enum server_extension extension);
/* Refuse the message; true when that is answered. */
bool smtp_faulty_rest_refuses_content(struct smtp_session *session);
/* Has another session a transaction with that reverse-path, and a recipient? Then it is answered; else this one has it from now on. */
bool smtp_faulty_rest_is_taken(struct smtp_session *session);
/* Is a parameter that should be refused passed over? */
bool smtp_faulty_rest_takes_value(const struct smtp_session *session,
                                  const struct smtp_param *param);
/* What stands for the argument of RCPT. */
struct bytes smtp_faulty_rest_argument(const struct smtp_session *session, struct bytes argument);
/* MAIL is accepted: change the reverse-path. */
void smtp_faulty_rest_reverse_path(struct smtp_session *session);
/* Does RSET leave the transaction open? */
bool smtp_faulty_rest_keeps(const struct smtp_session *session);
/* The transaction is about to end. */
void smtp_faulty_rest_clears(struct smtp_session *session);
/* A message has been refused. */
void smtp_faulty_rest_refused(struct smtp_session *session);
/* Whom a notice goes to that nobody should get, without brackets; empty: nobody. */
struct bytes smtp_faulty_rest_notified(const struct smtp_session *session, struct bytes message);
/* A recipient that is accepted: change where its mail goes. */
void smtp_faulty_rest_recipient(struct smtp_session *session, struct smtp_recipient *recipient);
/* Print another field instead of From:; false: it stays. */
bool smtp_faulty_rest_prints_from(const struct smtp_session *session,
                                  const struct smtp_header_field *field, struct buf *out);
/* Is a login not told in the trace field? */
bool smtp_faulty_rest_hides_login(const struct smtp_session *session);

#endif
