/*
 * smtp_list - what a mailing list sends on (RFC 5321 3.9.2); private to the SMTP session
 *
 * Its copies have the reverse-path of who keeps the list, so that the sender hears nothing of members whom it does not know. All lists
 * of the server are kept by the postmaster.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_LIST_H
#define MAILSPEC_FAKE_SERVERS_SMTP_LIST_H

#include "fake_servers/smtp_session.h"

/* The mailbox, without brackets. */
void smtp_list_print_keeper(const struct server_settings *settings, struct buf *out);
/* A copy for members, the caller's reference; NULL (a fault): they get the message as it is. */
struct store_message *smtp_list_copy(struct smtp_session *session,
                                     const struct store_message *message, const char *keeper);

#endif
