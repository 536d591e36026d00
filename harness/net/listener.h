/*
 * listener - accepts connections on TCP (port 0 picks one) or a Unix socket
 */
#ifndef MAILSPEC_NET_LISTENER_H
#define MAILSPEC_NET_LISTENER_H

#include "net/conn.h"

struct listener;

/* A connection came: call conn_accept() for it, exactly once, during the call. */
typedef void (*listener_fn)(void *self, struct listener *listener);

/* NULL and an error when the address cannot be had. Only loopback unless the host says otherwise. */
struct listener *listener_new_tcp(struct loop *loop, const char *host, unsigned port,
                                  listener_fn on_connection, void *self, struct error *error);
/*
 * A Unix socket. A socket file that nobody listens on any more is replaced, anything else that has the path is an error; the
 * file's mode is by umask. It is removed with the listener, unless something else has its place by then.
 */
struct listener *listener_new_unix(struct loop *loop, const char *path, listener_fn on_connection,
                                   void *self, struct error *error);
unsigned listener_port(const struct listener *listener); /* TCP: the one it got */
bool listener_is_near(const struct listener *listener);  /* only this machine reaches it */
const char *
listener_text(const struct listener *listener); /* "127.0.0.1:4711", "[::1]:25", the path */
void listener_free(struct listener **listener_p);

/* The connection is up: no connected() comes. NULL when it is gone already. `peer_r` may be NULL: "ADDRESS:PORT". */
struct conn *conn_accept(struct listener *listener, const struct conn_events *events, void *self,
                         char *peer_r, size_t peer_size);

#endif
