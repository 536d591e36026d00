/*
 * smtp_outbox - whom the copies in the outbox are for; private to the SMTP session
 *
 * As in a maildrop, nobody gets a message twice who was named twice, by lists or by the client. Who was named by the client gets
 * what the client has sent; for the others of a list there is a copy with the reverse-path of its keeper.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_OUTBOX_H
#define MAILSPEC_FAKE_SERVERS_SMTP_OUTBOX_H

#include "fake_servers/smtp_session.h"

/* Write the envelopes; `of_list` is NULL where what lists send on is the same. A copy for nobody has no target behind that. */
void smtp_outbox_address(struct smtp_session *session, struct store_message *direct,
                         struct store_message *of_list, const char *keeper);

#endif
