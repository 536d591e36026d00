/*
 * server - the conforming reference server: SMTP and POP3 over one store
 *
 * Table-driven: states, verbs and faults are rows. The sessions (fake_servers/smtp.h, pop3.h) are pure octet machines; this file joins
 * them to sockets. Many servers live in one process. Nothing is relayed, ever.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SERVER_H
#define MAILSPEC_FAKE_SERVERS_SERVER_H

#include "base/error.h"
#include "fake_servers/settings.h"
#include "net/loop.h"

struct server;

enum server_protocol { SERVER_SMTP, SERVER_POP3 };

struct server *server_new(struct loop *loop, const struct server_settings *settings);
/* Listen; port 0 picks one; the port is returned through port_r. -1: the address cannot be had. */
int server_listen(struct server *server, enum server_protocol protocol, const char *host,
                  unsigned port, unsigned *port_r, struct error *error);
size_t server_connections(const struct server *server); /* open now */
void server_free(struct server **server_p);

#endif
