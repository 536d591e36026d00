/*
 * smtp_faulty_list - what the faults make of mailing lists; private to the SMTP session
 *
 * Each does nothing, and returns false, while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LIST_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_LIST_H

#include "fake_servers/smtp_header.h"

/* A recipient that is accepted: change where its mail goes. */
void smtp_faulty_list_recipient(struct smtp_session *session, struct smtp_recipient *recipient);
/* Print another field instead of From:; false: it stays. */
bool smtp_faulty_list_prints_from(const struct smtp_session *session,
                                  const struct smtp_header_field *field, struct buf *out);

#endif
