/*
 * server - the conforming reference server: SMTP and POP3 over one store
 *
 * Table-driven: states, verbs and faults are rows. The sessions (fake_servers/smtp.h, pop3.h) are pure octet machines; this file joins
 * them to sockets. Many servers live in one process. Nothing is relayed, ever.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SERVER_H
#define MAILSPEC_FAKE_SERVERS_SERVER_H

#include "base/arena.h"
#include "base/error.h"
#include "fake_servers/settings.h"
#include "net/loop.h"

struct server;

enum server_protocol { SERVER_SMTP, SERVER_POP3, SERVER_LMTP };

/*
 * The settings are copied; what they point to outlives the server. NULL and a sentence: the store's folder cannot be used, or TLS
 * cannot be had as the settings say; without a folder and with server_check_tls() before it, that cannot be.
 */
struct server *server_new(struct loop *loop, const struct server_settings *settings,
                          struct error *error);
/* Can TLS be had with these settings: their files, ciphers and versions? -1 and a sentence: no. */
int server_check_tls(const struct server_settings *settings, struct error *error);
/*
 * From now on the server has these settings. Sessions that are open see them from their next command on: they look at the
 * settings in place. What the settings point to lives in `*arena_p`, which the server takes over.
 *
 * The rule about what they point to: a session may keep a pointer to it (a name, a user, a list) as long as it lives, and no
 * longer; the store keeps none behind store_settings_changed(). So an arena is freed when the settings in it were
 * replaced and no session is left that began before that.
 *
 * -1 and a sentence: TLS cannot be had with these settings, nothing has changed, and *arena_p stays the caller's; or a new user's
 * folder cannot be made, all else has changed, and mail for that user is refused.
 *
 * TLS sessions that begin from now on are as the settings say; those that have begun stay as they are.
 */
int server_change(struct server *server, const struct server_settings *settings,
                  struct arena **arena_p, struct error *error);
/* Listen; port 0 picks one; the port is returned through port_r. -1: the address cannot be had. */
int server_listen(struct server *server, enum server_protocol protocol, const char *host,
                  unsigned port, unsigned *port_r, struct error *error);
/* The same with TLS from the first octet on (RFC 8314), whatever settings->starttls says. -1 also when TLS cannot be had. */
int server_listen_tls(struct server *server, enum server_protocol protocol, const char *host,
                      unsigned port, unsigned *port_r, struct error *error);
/* The same on a Unix socket, see listener.h. */
int server_listen_unix(struct server *server, enum server_protocol protocol, const char *path,
                       struct error *error);
/* At how many addresses it listens that other machines may reach. */
size_t server_open_addresses(const struct server *server);
struct server_connection {
    uint64_t number; /* 1, 2, 3 ... in the life of the server */
    enum server_protocol protocol;
    const char *client; /* "127.0.0.1:4711", "[::1]:4711"; "local" on a Unix socket */
    const char *local;  /* where the server listens: address and port, or path */
};

/* How it came to its end. */
enum server_end {
    SERVER_END_SESSION, /* the session was over: QUIT, or a 421 that the session itself said */
    SERVER_END_CLIENT,  /* the client closed */
    SERVER_END_CUT, /* it closed inside TLS, without close_notify: it may be somebody in between */
    SERVER_END_BROKEN,    /* the client reset it, or it was lost */
    SERVER_END_TLS,       /* the handshake failed */
    SERVER_END_DISTURBED, /* we cut it inside TLS, as the settings say */
    SERVER_END_IDLE,
    SERVER_END_REFUSED, /* too many connections: there was no session */
    SERVER_END_STOPPED,
    SERVER_END_ASKED, /* by us, as a rule or a fault says */
    SERVER_END_COUNT
};

/*
 * Whoever wants to know what happens on the connections. Nothing is copied for it, and it costs nothing when it is not there.
 *
 * `opened` returns what the others are given. Inside TLS octets are those that were in it. `secured`: a TLS session has begun, or
 * failed to; `left` is what the client had sent in clear text behind the command that began it, or the first line of what it sent
 * instead of TLS, and nobody looks at; it may be NULL. Octets are valid during the call. None of them may change, stop or free the
 * server; let the loop do that later.
 */
struct server_observer {
    void *(*opened)(void *self, const struct server_connection *connection);
    void (*received)(void *connection, struct bytes octets);
    void (*sent)(void *connection, struct bytes octets);
    void (*secured)(void *connection, const struct tls_facts *facts, struct bytes left);
    void (*closed)(void *connection, enum server_end end);
    /* The connection has that pair of a sweep; `self` is the observer's. Before the greeting goes out. */
    void (*swept)(void *self, const struct server_connection *connection,
                  const struct sweep_pair *pair);
    void *self;
};

/* Copied. Before the first connection. */
void server_observe(struct server *server, const struct server_observer *observer);
/* Each connection that is open now, the youngest first. What is shown is valid during the call. */
void server_each_connection(const struct server *server,
                            void (*show)(void *self, const struct server_connection *connection),
                            void *self);
/* The maildrops, for those who look into them or clear them between callbacks of the server. */
struct store;
struct store *server_store(struct server *server);
const char *server_end_text(enum server_end end);       /* "the client closed the connection" */
uint64_t server_messages(const struct server *server);  /* accepted so far */
size_t server_connections(const struct server *server); /* open now */
/*
 * Take no more connections and end those that are there: SMTP and LMTP clients get 421 (RFC 5321 3.8), whatever they
 * were doing: a message that has not come to its end is not accepted. POP3 sessions end without UPDATE (RFC 1939 6).
 * Not from within a callback of the server.
 */
void server_stop(struct server *server);
void server_free(struct server **server_p);

#endif
