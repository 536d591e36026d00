/*
 * conn - one stream connection: TCP, Unix socket, or a process's standard input and output
 *
 * Octets go out exactly as given, one conn_write() in one write(2) where the kernel takes it (TCP_NODELAY is
 * on); FIN and RST are told apart. Reads may merge what the peer sent in pieces: a read is not a
 * segment. All memory use is bounded: reading stops while conn_pause() is in force.
 */
#ifndef MAILSPEC_NET_CONN_H
#define MAILSPEC_NET_CONN_H

#include "base/bytes.h"
#include "base/error.h"
#include "net/loop.h"
#include "net/tls.h"

struct conn;

enum conn_end {
    CONN_END_FIN,   /* the peer closed its direction (for a process: its standard output) */
    CONN_END_RESET, /* the peer reset the connection */
    CONN_END_FAILED /* could not connect, or another error; the text says what */
};

/*
 * connected: once, `text` is "LOCAL -> PEER" (or the path or command). octets: what was read, valid during the call.
 * ended: at most once, then nothing more is read (after FIN writing still works); text for people. drained: all that
 * was written went to the kernel (may be NULL); it comes from the loop after every write, also one that was taken at once.
 */
struct conn_events {
    void (*connected)(void *self, const char *text);
    void (*octets)(void *self, struct bytes octets);
    void (*ended)(void *self, enum conn_end end, const char *text);
    void (*drained)(void *self);
    void (*secured)(void *self,
                    const struct tls_facts *facts); /* may be NULL where TLS is never started */
};

/* Never NULL: what goes wrong comes as ended(FAILED). `source` may be NULL. */
struct conn *conn_connect_tcp(struct loop *loop, const char *host, unsigned port,
                              const char *source, const struct conn_events *events, void *self);
struct conn *conn_connect_unix(struct loop *loop, const char *path,
                               const struct conn_events *events, void *self);
/* /bin/sh -c COMMAND, its standard error kept (conn_error_output); killed with its group at conn_free. */
struct conn *conn_connect_command(struct loop *loop, const char *command,
                                  const struct conn_events *events, void *self);

/*
 * Queue the octets; they are copied when the kernel does not take them at once. False: they go nowhere, the connection
 * is closed or a write has failed. What the peer said before can still be read, and ended() comes as ever.
 */
bool conn_write(struct conn *conn, struct bytes octets);
/* A write has failed: nothing more goes out. False while an event that tells more is on its way. */
bool conn_is_broken(const struct conn *conn);
/*
 * Begin a TLS session, as the client or the server of it, behind what was written: once, at once where it is connected, else when it will be. `host`
 * is whom a client connected to, by name or address, where its settings have no name; else NULL. `early` are octets that came
 * before and belong to the handshake; the caller keeps whatever else it has read in clear text. From secured() on, octets() and
 * conn_write() are the plaintext inside; what is written in between waits for it, and so does a half-close. conn_pause() holds
 * up the handshake, too. When it fails, secured() has facts that say why, nothing is read or written any more, no ended() comes,
 * and the caller closes. Closing and half-closing send close_notify; the peer's is ended(CONN_END_FIN). A session that breaks later
 * is ended(CONN_END_FAILED). After ended(), conn_tls_was_cut() tells whether the peer's close_notify was missing.
 */
void conn_start_tls(struct conn *conn, struct tls_context *context, const char *host,
                    struct bytes early);
bool conn_is_secured(const struct conn *conn);
/*
 * Behind a handshake that failed: read and write on in clear text, as secured() or anybody later may ask. octets() has what the peer sends,
 * records of TLS left out, first what had come with the failure; and ended() may come. False: there was no such failure.
 */
bool conn_go_on_in_clear(struct conn *conn);
bool conn_tls_was_cut(const struct conn *conn);
/* In the middle, as its context says (TLS_DISTURB_CUT). */
bool conn_tls_was_cut_by_us(const struct conn *conn);
size_t conn_unsent(const struct conn *conn);     /* octets queued, not yet taken by the kernel */
void conn_pause(struct conn *conn, bool paused); /* stop or go on reading */
void conn_shutdown(struct conn *conn);           /* half-close behind what is queued */
void conn_reset(
    struct conn *conn); /* RST, what is queued is lost; a Unix socket or process is just closed */
/*
 * Close (FIN behind what is queued, then read away what the peer still sends, for a second at most) and free; no
 * callback any more. Do it before loop_free(), which frees what is left.
 */
void conn_free(struct conn **conn_p);
/* How a process ended: its status, -1 where a signal ended it. False: it is none, or runs still. May be told from ended() on. */
bool conn_exit(const struct conn *conn, int *status_r, int *signal_r);
/* What a process wrote to its standard error so far, at most 64 KiB; empty otherwise. */
struct bytes conn_error_output(const struct conn *conn);

#endif
