/*
 * fetcher - a conforming POP3 client that fetches all messages, as a pure octet machine (RFC 1939, RFC 2449)
 *
 * Octets go in, octets come out; sockets and timers are client.c's. It logs in with CRAM-MD5 where it is offered (RFC 5034), else with USER and
 * PASS, fetches each message, deletes it unless it is told to keep it, and ends with QUIT. Several RETR go together where PIPELINING is offered; each other command
 * waits for the response to the last. TLS is begun
 * where it is offered (RFC 2595), and a certificate that is not good is the end.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_FETCHER_H
#define MAILSPEC_FAKE_CLIENTS_FETCHER_H

#include "base/buf.h"
#include "fake_clients/settings.h"

struct fetcher;

/* The settings outlive the fetcher. To `out` goes what is said before the greeting: nothing, unless a fault makes it. */
struct fetcher *fetcher_new(const struct client_settings *settings, struct buf *out);
/* Take what the server said, all of it, and append what the client says to `out`. */
void fetcher_feed(struct fetcher *fetcher, struct bytes octets, struct buf *out);
/* As of the sender. */
bool fetcher_wants_tls(const struct fetcher *fetcher);
void fetcher_secured(struct fetcher *fetcher, bool good, struct buf *out);
/* The server sends nothing more: it closed or reset the connection, or was silent for too long. */
void fetcher_ended(struct fetcher *fetcher);
/* Close the connection behind what was written. */
bool fetcher_is_over(const struct fetcher *fetcher);
/* Valid once the fetcher is over. */
enum client_result fetcher_result(const struct fetcher *fetcher);
size_t fetcher_count(const struct fetcher *fetcher); /* of messages that came whole */
/* Those messages, unstuffed, one behind the other; valid until the next feed. */
struct bytes fetcher_messages(const struct fetcher *fetcher);
/* What ended it, with what the server said; empty: nothing did. Valid until the fetcher is freed. */
struct bytes fetcher_trouble(const struct fetcher *fetcher);
/* The settings say that TLS begins before the greeting: it has. False: the certificate is not good, and nothing is said. */
bool fetcher_began_in_tls(struct fetcher *fetcher, bool good);
void fetcher_free(struct fetcher **fetcher_p);

#endif
