/*
 * sender - a conforming SMTP or LMTP client that sends one message, as a pure octet machine (RFC 5321, RFC 2033)
 *
 * Octets go in, octets come out; sockets and timers are client.c's. It sends MAIL, RCPT and DATA in one group where
 * PIPELINING is offered (RFC 2920), otherwise waits for each reply; it always ends with QUIT. TLS is begun where it is offered (RFC 3207):
 * the sender says when, and is told that it has begun.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_SENDER_H
#define MAILSPEC_FAKE_CLIENTS_SENDER_H

#include "base/buf.h"
#include "fake_clients/outcome.h"
#include "fake_clients/settings.h"

struct sender;

/* The settings outlive the sender. To `out` goes what is said before the greeting: nothing, unless a fault makes it. */
struct sender *sender_new(const struct client_settings *settings, struct buf *out);
/* Take what the server said, all of it, and append what the client says to `out`. */
void sender_feed(struct sender *sender, struct bytes octets, struct buf *out);
/* Is the TLS session to begin now? Nothing is said until it has; one that cannot begin is the end (sender_ended()). */
bool sender_wants_tls(const struct sender *sender);
/* It has begun. `good`: the certificate is one to show a password to. */
void sender_secured(struct sender *sender, bool good, struct buf *out);
/* It could not begin. True: a fault goes on in clear text. */
bool sender_goes_on_in_clear(struct sender *sender, struct buf *out);
/* The server sends nothing more: it closed or reset the connection, or was silent for too long. */
void sender_ended(struct sender *sender);
/* Close the connection behind what was written. */
bool sender_is_over(const struct sender *sender);
/* Valid once the sender is over. */
enum client_result sender_result(const struct sender *sender);
/*
 * What became of it for that recipient; valid until the sender is freed. One that is not told of shares the fate of the session: sender_trouble().
 */
const struct client_outcome *sender_outcome(const struct sender *sender, size_t recipient);
/* What ended it, with what the server said; empty: nothing did. */
struct bytes sender_trouble(const struct sender *sender);
/* The settings say that TLS begins before the greeting: it has. */
void sender_began_in_tls(struct sender *sender, bool good);
void sender_free(struct sender **sender_p);

#endif
