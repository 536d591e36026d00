/*
 * smtp_turn - TURN: the receiver-SMTP becomes the sender-SMTP (RFC 821 3.8 and 4.1.1); private to the SMTP session
 *
 * Behind the 250 the client greets with 220, and this side says HELO and sends what the outbox held when TURN came, one
 * message after the other, then QUIT. Lock-step, as RFC 821 section 2 has it. A message leaves the outbox only when the reply
 * to its end is 2yz; where some recipients were refused, it stays for those. Whatever is no reply ends the session.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_TURN_H
#define MAILSPEC_FAKE_SERVERS_SMTP_TURN_H

#include "fake_servers/smtp_session.h"

/* 502 also while another session sends what the outbox holds. */
bool smtp_do_turn(struct smtp_session *session, const struct smtp_command *command);
/*
 * Take octets of replies; returns how many. The last octet of the reply that a long message follows is taken only when all of
 * that message is written, so that a call writes about SMTP_MAX_OUTPUT_OCTETS and no more.
 */
size_t smtp_turn_take(struct smtp_session *session, struct bytes octets);
/* Gives the outbox free; what it held and was not sent is still there. */
void smtp_turn_end(struct smtp_session *session);

#endif
