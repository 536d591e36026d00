/*
 * pop3 - one POP3 session of the reference server, as a pure octet machine (RFC 1939, RFC 2449)
 *
 * Octets go in, octets come out; sockets and timers are server.c's. The output of one call is bounded: a long
 * response goes on at the next call, also when no input is left.
 */
#ifndef MAILSPEC_FAKE_SERVERS_POP3_H
#define MAILSPEC_FAKE_SERVERS_POP3_H

#include "fake_servers/reply_marks.h"
#include "fake_servers/reply_rule.h"
#include "fake_servers/store.h"

struct pop3_session;

/* Settings and store outlive the session. The greeting is appended to `out`. */
struct pop3_session *pop3_session_new(const struct server_settings *settings, struct store *store,
                                      struct buf *out);
/*
 * Append the answers to `out`; returns how many octets were used up (all, once the session is over). Behind an STLS that was
 * accepted none are: they came in clear text, and are no commands.
 */
size_t pop3_session_feed(struct pop3_session *session, struct bytes octets, struct buf *out);
/* A response is not yet written to its end: feed again, with or without octets. */
bool pop3_session_has_more(const struct pop3_session *session);
/*
 * Somebody else has answered that command line, which has its CRLF, with +OK or -ERR, so the session is where a server
 * that gave this answer would be. Behind +OK to a command that is not known, the client may be logged in or not: it is
 * when it sends a command that needs it.
 */
void pop3_session_told(struct pop3_session *session, struct bytes unit, bool positive);
/* The last command was an STLS that was answered +OK, by the session or by somebody else: TLS is to begin behind what was written. */
bool pop3_session_wants_tls(const struct pop3_session *session);
/* TLS has begun, behind STLS or before the greeting: a name that was said before does not count. */
void pop3_session_secured(struct pop3_session *session, const struct tls_facts *facts);
/*
 * Somebody else has let the client in, by a SASL exchange: TRANSACTION state, on the maildrop of the user with that name, or of
 * the first user where there is none. Nothing happens when the client is in already.
 */
void pop3_session_admit(struct pop3_session *session, struct bytes name);
/* AUTH goes on: what comes next is a response to the last challenge, not a command. */
bool pop3_session_takes_response(const struct pop3_session *session);
/* How long the client may say nothing, where that is less than the settings say (a fault); 0: as they say. */
int64_t pop3_session_idle_ms(const struct pop3_session *session);
/* What a response that was asked for does to the connection, behind what was written; REPLY_SAY: nothing. */
enum reply_action pop3_session_action(const struct pop3_session *session);
/* Where responses end in the output since they were cleared; none where settings have no wire faults. */
struct reply_marks *pop3_session_marks(struct pop3_session *session);
/* At which stage it is, or was last. */
enum stage pop3_session_stage(const struct pop3_session *session);
/* What the connection has of a sweep; NULL: nothing. */
const struct sweep_pair *pop3_session_pair(const struct pop3_session *session);
/* Close the connection behind what was written. */
bool pop3_session_is_over(const struct pop3_session *session);
/* Without QUIT before it nothing is removed from the maildrop (RFC 1939 section 6). */
void pop3_session_free(struct pop3_session **session_p);

#endif
