/*
 * client - a fake client on a socket: one connection, one session, one exit status
 *
 * Joins the pure octet machines (fake_clients/sender.h, fetcher.h) to a connection. Many clients live in one process.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_CLIENT_H
#define MAILSPEC_FAKE_CLIENTS_CLIENT_H

#include "fake_clients/outcome.h"
#include "fake_clients/settings.h"
#include "net/loop.h"

struct fake_client;

/*
 * Connects at once. `host` is a path or a command where settings->wishes.door says so. `settings` is copied, what it points to and `host` outlive the client. `ended` is called once, from the loop, when the
 * connection is closed; it may free the client. No connection is CLIENT_REFUSED_FOR_NOW, as if it had been lost.
 */
struct fake_client *fake_client_new(struct loop *loop, const char *host, unsigned port,
                                    const struct client_settings *settings,
                                    void (*ended)(void *self, int exit_status), void *self);
/* POP3: all fetched messages, one behind the other; SMTP: nothing. Valid as long as the client. */
struct bytes fake_client_fetched(const struct fake_client *client);
/* SMTP: what became of the message for that recipient; NULL: nothing was begun. Valid as long as the client. */
const struct client_outcome *fake_client_outcome(const struct fake_client *client,
                                                 size_t recipient);
/* What ended the session before its time, with what the server said; empty: nothing did. Valid as long as the client. */
struct bytes fake_client_trouble(const struct fake_client *client);
/* Before its end: the connection is closed, `ended` is not called. */
void fake_client_free(struct fake_client **client_p);

#endif
