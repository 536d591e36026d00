/*
 * conn_internal - what the files of one connection share; nobody outside harness/net includes it
 *
 * A conn lives until it is freed by its owner AND its last libuv handle is closed. Files: conn.c reads, writes,
 * lingers; conn_tcp.c and conn_unix.c connect; conn_command.c is a process; conn_tls*.c are a TLS session; listener.c accepts.
 */
#ifndef MAILSPEC_NET_CONN_INTERNAL_H
#define MAILSPEC_NET_CONN_INTERNAL_H

#include "base/buf.h"
#include "net/conn.h"
#include "net/loop_internal.h"

enum { CONN_LINGER_MS = 1000 };

enum conn_state {
    CONN_CONNECTING,
    CONN_OPEN,
    CONN_LINGERING, /* freed by its owner; what is queued still goes out */
    CONN_CLOSED     /* its handles are closed or closing */
};

/* What a connection needs only until it is open. */
struct conn_dial {
    struct later later;
    struct conn *conn; /* NULL: given up while the lookup still runs */
    struct buf early;  /* written before it was open */
    char *host;        /* or the path, or the command */
    char *source;
    unsigned port;
    struct sockaddr_storage literal;
    struct sockaddr_storage source_address;
    struct addrinfo literal_info;
    uv_getaddrinfo_t lookup;
    bool looking_up;
    struct addrinfo *found; /* from the lookup, else NULL */
    const struct addrinfo *next;
    const struct addrinfo *trying;
    struct buf failures; /* "ADDRESS: why, ADDRESS: why" */
};

/* A process at the other end: `conn.in` is its standard output. */
struct conn_command {
    uv_process_t process;
    uv_pipe_t input; /* its standard input: we write it */
    uv_pipe_t error; /* its standard error */
    struct buf error_output;
    bool running;
    int exit_status; /* once it does not run any more; -1: ended by `signal` */
    int signal;
    uv_timer_t patience; /* from the end of its standard output to its own */
    int output_end;      /* what is told of the former then */
    bool end_waits;
};

struct conn {
    struct loop_item item;
    struct loop *loop;
    const struct conn_events *events;
    void *self;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } in;
    uv_stream_t *out; /* &in.stream, or the process's standard input */
    struct conn_dial *dial;
    struct conn_command *command;
    struct conn_tls *tls; /* NULL: clear text */
    uv_timer_t *linger;
    struct later drained;
    enum conn_state state;
    unsigned open_handles;
    int write_error;
    bool tcp;
    bool freed;
    bool ended;
    bool paused;
    bool shutdown_asked;
    bool fin_sent;
    bool shutdown_done;
};

struct conn *conn_new(struct loop *loop, const struct conn_events *events, void *self);
/* Begin to connect from the loop: `begin` gets the conn. */
void conn_dial_later(struct conn *conn, const char *host, void (*begin)(void *self));
/* The handle is initialised: it counts, and its data is the conn. */
void conn_own_handle(struct conn *conn, uv_handle_t *handle);
void conn_close_handle(uv_handle_t *handle);
/* Connected: what was written early goes out, reading begins, connected() is told. */
void conn_opened(struct conn *conn, const char *text);
/* Start reading: an accepted connection is open at once. */
void conn_start(struct conn *conn);
/* Never came to be: ended(FAILED, text). */
void conn_fail(struct conn *conn, const char *text);
/* A freed connection: close when all is said and done. */
void conn_linger_check(struct conn *conn);
void conn_dial_free(struct conn_dial **dial_p);
/* A handle of a connection that still connects was closed: the next address. */
void conn_tcp_next(struct conn *conn);
/* Does the path fit into a sockaddr_un? */
bool conn_unix_path_fits(const char *path);
/*
 * Its standard output ended. True: the process still runs; it ends in a moment as a rule, and conn_tell_end() follows then, or when patience is
 * at its end.
 */
bool conn_command_end_waits(struct conn *conn, int status);
/* The peer's end came, and is told. */
void conn_tell_end(struct conn *conn, int status);
/* Its standard output ended: what it wrote to its standard error before is known when that is told. */
void conn_command_read_errors(struct conn *conn);
void conn_command_close(struct conn *conn);
void conn_command_free(struct conn *conn);

/* What conn_tls.c needs: octets as they are, FIN, reading. */
void conn_send(struct conn *conn, struct bytes octets);
void conn_send_fin(struct conn *conn); /* once, however often it is called */
void conn_read_start(struct conn *conn);

/* The connection is open now: the handshake begins, from the loop. */
void conn_tls_begin(struct conn *conn);
/* Octets of the peer came. */
void conn_tls_read(struct conn *conn, struct bytes octets);
/* The peer's end came: is ended() to be told? */
bool conn_tls_end(struct conn *conn, const char *text);
bool conn_tls_write(struct conn *conn, struct bytes octets);
/* Does what was written wait for the handshake? FIN then waits, too. */
bool conn_tls_waits(const struct conn *conn);
size_t conn_tls_unsent(const struct conn *conn);
bool conn_tls_is_broken(const struct conn *conn);
bool conn_tls_fails_soon(const struct conn *conn); /* it is to be told from the loop */
/* Reading goes on: what has come already first, from the loop. */
void conn_tls_resume(struct conn *conn);
/* Nothing more is written: close_notify, unless it was sent or shall be missing. */
void conn_tls_close(struct conn *conn);
/* No callback any more. */
void conn_tls_stop(struct conn *conn);
void conn_tls_free(struct conn *conn);

#endif
