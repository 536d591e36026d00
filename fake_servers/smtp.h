/*
 * smtp - one SMTP or LMTP session of the reference server, as a pure octet machine (RFC 5321, RFC 2033)
 *
 * Octets go in, octets come out; sockets and timers are server.c's. The output of one call is bounded: when it is
 * enough, input is left over, to be fed again once the client has read.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_H
#define MAILSPEC_FAKE_SERVERS_SMTP_H

#include "fake_servers/reply_marks.h"
#include "fake_servers/reply_rule.h"
#include "fake_servers/store.h"

struct smtp_session;

/*
 * Settings and store outlive the session. `client` is the address literal of the client: "[127.0.0.1]". The
 * greeting is appended to `out`.
 */
struct smtp_session *smtp_session_new(const struct server_settings *settings, struct store *store,
                                      const char *client, struct buf *out);
/*
 * The same for LMTP: LHLO instead of EHLO and HELO, and at the end of data one reply for each accepted recipient. All of
 * them get the message or none, so these replies are alike.
 */
struct smtp_session *smtp_session_new_lmtp(const struct server_settings *settings,
                                           struct store *store, const char *client,
                                           struct buf *out);
/*
 * Append the answers to `out`; returns how many octets were used up (all, once the session is over). Behind a STARTTLS that was
 * accepted none are: they came in clear text, and are no commands.
 */
size_t smtp_session_feed(struct smtp_session *session, struct bytes octets, struct buf *out);
/* Nothing came for settings->idle_ms: 421. */
void smtp_session_idle(struct smtp_session *session, struct buf *out);
/* The server ends: 421 (RFC 5321 3.8), and the session is over; what it was receiving is thrown away. */
void smtp_session_shut_down(struct smtp_session *session, struct buf *out);
/*
 * Somebody else has answered `unit` with that code, so the session is where a server that gave this answer would be, whatever
 * it would have said itself. A unit is one command line with its CRLF; or, while the session takes data, all of the message
 * data: with 2yz it is delivered, with anything else thrown away. 354 makes the session take data; 221 and 421 end it.
 */
void smtp_session_told(struct smtp_session *session, struct bytes unit, unsigned code);
/* The last command was a STARTTLS that was answered 220, by the session or by somebody else: TLS is to begin behind what was written. */
bool smtp_session_wants_tls(const struct smtp_session *session);
/* TLS has begun, behind STARTTLS or before the greeting: nothing that was said before counts (RFC 3207 4.2). */
void smtp_session_secured(struct smtp_session *session, const struct tls_facts *facts);
/* Somebody else has let that user in by a SASL exchange; one of the session's own is over. */
void smtp_session_admit(struct smtp_session *session, const char *user);
/* AUTH goes on: what comes next is a response to the last challenge, not a command. */
bool smtp_session_takes_response(const struct smtp_session *session);
/* What comes next is message data, not a command. */
bool smtp_session_takes_data(const struct smtp_session *session);
/* What a reply that was asked for does to the connection, behind what was written; REPLY_SAY: nothing. */
enum reply_action smtp_session_action(const struct smtp_session *session);
/* Where replies end in the output since they were cleared; none where settings have no wire faults. */
struct reply_marks *smtp_session_marks(struct smtp_session *session);
/* What the connection has of a sweep; NULL: nothing. */
const struct sweep_pair *smtp_session_pair(const struct smtp_session *session);
/* Close the connection behind what was written. */
bool smtp_session_is_over(const struct smtp_session *session);
void smtp_session_free(struct smtp_session **session_p);

#endif
