#include "net/conn.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/conn_internal.h"

struct write_request {
    uv_write_t uv;
    struct conn *conn;
    char octets[];
};

/* ---- Life ---- */

static void conn_delete_when_done(struct conn *conn)
{
    if (conn->freed && conn->open_handles == 0) {
        loop_remove(&conn->item);
        conn_dial_free(&conn->dial);
        conn_command_free(conn);
        conn_tls_free(conn);
        free(conn->linger);
        free(conn);
    }
}

static void conn_handle_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;
    conn->open_handles--;
    if (conn->state == CONN_CONNECTING) {
        conn_tcp_next(conn);
        return;
    }
    conn_delete_when_done(conn);
}

void conn_own_handle(struct conn *conn, uv_handle_t *handle)
{
    handle->data = conn;
    conn->open_handles++;
}

void conn_close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, conn_handle_closed);
    }
}

static void conn_close(struct conn *conn)
{
    conn->loop->lingering -= conn->state == CONN_LINGERING ? 1 : 0;
    conn->state = CONN_CLOSED;
    later_cancel(&conn->drained);
    conn_tls_stop(conn);
    conn_dial_free(&conn->dial);
    if (conn->in.handle.data != NULL) {
        conn_close_handle(&conn->in.handle);
    }
    if (conn->linger != NULL) {
        conn_close_handle((uv_handle_t *)conn->linger);
    }
    if (conn->command != NULL) {
        conn_command_close(conn);
    }
}

/* The loop ends. One that its owner has freed may use up its second, unless only the peer is late. */
static void conn_close_item(struct loop_item *item)
{
    struct conn *conn = (struct conn *)item;
    bool unfinished =
        conn->state == CONN_LINGERING && (!conn->shutdown_done || conn->command != NULL);
    conn->freed = true;
    if (!unfinished && conn->state != CONN_CLOSED) {
        conn_close(conn);
    }
    conn_delete_when_done(conn);
}

static void tell_drained(void *self)
{
    struct conn *conn = self;
    if (conn->state == CONN_OPEN && conn_unsent(conn) == 0) {
        conn->events->drained(conn->self);
    }
}

struct conn *conn_new(struct loop *loop, const struct conn_events *events, void *self)
{
    struct conn *conn = mem_alloc(sizeof *conn);
    conn->loop = loop;
    conn->events = events;
    conn->self = self;
    conn->out = &conn->in.stream;
    conn->drained.run = tell_drained;
    conn->drained.self = conn;
    conn->item.close = conn_close_item;
    loop_add(loop, &conn->item);
    return conn;
}

void conn_fail(struct conn *conn, const char *text)
{
    conn->ended = true;
    conn_close(conn);
    conn->events->ended(conn->self, CONN_END_FAILED, text);
}

/* ---- Reading ---- */

static const char *end_text(const struct conn *conn, enum conn_end end, int status)
{
    switch (end) {
    case CONN_END_FIN:
        return conn->command != NULL    ? "the command closed its standard output"
               : conn_tls_was_cut(conn) ? "the peer closed the connection without close_notify"
                                        : "the peer closed the connection";
    case CONN_END_RESET:
        return "the peer reset the connection";
    case CONN_END_FAILED:
        break;
    }
    return uv_strerror(status);
}

/*
 * Two ways in which RST comes as UV_EOF: libuv stops after a short read when the poll says "hung up", and the error
 * still waits at the socket; or a write met the RST first and has taken the error off the socket. EPIPE means that FIN had
 * come before (Linux: RST in CLOSE_WAIT): the peer closed in order, and what we wrote after that was refused.
 */
static int real_end(const struct conn *conn)
{
    int waiting = 0;
    socklen_t size = sizeof waiting;
    uv_os_fd_t fd = -1;
    if (conn->tcp && uv_fileno(&conn->in.handle, &fd) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &waiting, &size) == 0 && waiting != 0) {
        int error = uv_translate_sys_error(waiting);
        return error == UV_EPIPE ? UV_EOF : error;
    }
    bool met = conn->write_error != 0 && conn->write_error != UV_EPIPE;
    return met ? conn->write_error : UV_EOF;
}

void conn_tell_end(struct conn *conn, int status)
{
    if (status == UV_EOF || status == UV_EPIPE) {
        status = real_end(conn);
    }
    if (conn->command != NULL) {
        conn_command_read_errors(conn);
    }
    enum conn_end end = status == UV_EOF          ? CONN_END_FIN
                        : status == UV_ECONNRESET ? CONN_END_RESET
                                                  : CONN_END_FAILED;
    if (end != CONN_END_FIN && conn->write_error == 0) {
        conn->write_error = status;
    }
    if (conn->tls == NULL || conn_tls_end(conn, end_text(conn, end, status))) {
        conn->events->ended(conn->self, end, end_text(conn, end, status));
    }
}

static void conn_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct conn *conn = stream->data;
    if (n == 0) {
        return;
    }
    if (n > 0) {
        lull_note(&conn->loop->lull, conn, (size_t)n);
        if (conn->freed) {
            return;
        }
        struct bytes octets = bytes_make(buffer->base, (size_t)n);
        if (conn->tls != NULL) {
            conn_tls_read(conn, octets);
        } else {
            conn->events->octets(conn->self, octets);
        }
        return;
    }
    uv_read_stop(stream);
    conn->ended = true;
    if (conn->freed) {
        conn_linger_check(conn);
    } else if (conn->command == NULL || !conn_command_end_waits(conn, (int)n)) {
        conn_tell_end(conn, (int)n);
    }
}

void conn_read_start(struct conn *conn)
{
    if (!conn->ended) {
        uv_read_start(&conn->in.stream, loop_read_buffer, conn_read);
    }
}

void conn_pause(struct conn *conn, bool paused)
{
    if (conn->paused == paused) {
        return;
    }
    conn->paused = paused;
    if (conn->state != CONN_OPEN) {
        return;
    }
    if (paused) {
        uv_read_stop(&conn->in.stream);
    } else if (conn->tls != NULL) {
        conn_tls_resume(conn);
    } else {
        conn_read_start(conn);
    }
}

/* ---- Writing ---- */

static void conn_written(uv_write_t *request, int status)
{
    struct write_request *write = (struct write_request *)request;
    struct conn *conn = write->conn;
    free(write);
    if (status < 0 && status != UV_ECANCELED && conn->write_error == 0) {
        conn->write_error = status;
    }
    if (conn->state == CONN_LINGERING) {
        conn_linger_check(conn);
    } else if (conn->state == CONN_OPEN && conn->events->drained != NULL &&
               conn_unsent(conn) == 0) {
        later_cancel(&conn->drained);
        conn->events->drained(conn->self);
    }
}

static void conn_queue(struct conn *conn, struct bytes octets)
{
    struct write_request *write = mem_alloc(sizeof *write + octets.n);
    write->conn = conn;
    for (size_t i = 0; i < octets.n; i++) {
        write->octets[i] = (char)octets.p[i];
    }
    uv_buf_t buffer = uv_buf_init(write->octets, (unsigned)octets.n);
    int status = uv_write(&write->uv, conn->out, &buffer, 1, conn_written);
    if (status < 0) {
        conn->write_error = status;
        free(write);
    }
}

void conn_send(struct conn *conn, struct bytes octets)
{
    assert(octets.n <= INT_MAX);
    union {
        const unsigned char *octets;
        char *base; /* libuv's type; writing leaves the octets alone */
    } view = {octets.p};
    uv_buf_t buffer = uv_buf_init(view.base, (unsigned)octets.n);
    int sent = uv_try_write(conn->out, &buffer, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        conn->write_error = sent;
    } else if (sent < 0 || (size_t)sent < octets.n) {
        conn_queue(conn, bytes_skip(octets, sent < 0 ? 0 : (size_t)sent));
    }
    if (conn->events->drained != NULL && conn_unsent(conn) == 0) {
        loop_later(conn->loop, &conn->drained);
    }
}

bool conn_write(struct conn *conn, struct bytes octets)
{
    if (conn->shutdown_asked || conn->write_error != 0) {
        return octets.n == 0;
    }
    if (octets.n == 0) {
        return true;
    }
    bool alive = conn->state == CONN_CONNECTING || conn->state == CONN_OPEN;
    if (alive && conn->tls != NULL) {
        return conn_tls_write(conn, octets);
    }
    if (conn->state == CONN_CONNECTING) {
        buf_append(&conn->dial->early, octets);
    } else if (conn->state == CONN_OPEN) {
        conn_send(conn, octets);
    } else {
        return false;
    }
    return conn->write_error == 0;
}

bool conn_is_broken(const struct conn *conn)
{
    return !conn_tls_fails_soon(conn) && (conn->write_error != 0 || conn_tls_is_broken(conn));
}

size_t conn_unsent(const struct conn *conn)
{
    if (conn->state == CONN_CONNECTING) {
        return conn->dial->early.n + conn_tls_unsent(conn);
    }
    if (conn->state != CONN_OPEN || conn->write_error != 0) {
        return 0;
    }
    return uv_stream_get_write_queue_size(conn->out) + conn_tls_unsent(conn);
}

static void conn_shut(uv_shutdown_t *request, int status)
{
    struct conn *conn = request->data;
    free(request);
    (void)status; /* what could not be shut was closed by the peer */
    conn->shutdown_done = true;
    conn_linger_check(conn);
}

void conn_send_fin(struct conn *conn)
{
    if (conn->fin_sent) {
        return;
    }
    conn->fin_sent = true;
    uv_shutdown_t *request = mem_alloc(sizeof *request);
    request->data = conn;
    if (uv_shutdown(request, conn->out, conn_shut) != 0) {
        free(request);
        conn->shutdown_done = true;
    }
}

void conn_shutdown(struct conn *conn)
{
    if (!conn->shutdown_asked) {
        conn->shutdown_asked = true;
        if (conn->state == CONN_OPEN && !conn_tls_waits(conn)) {
            conn_tls_close(conn);
            conn_send_fin(conn);
        }
    }
}

/* ---- Opening ---- */

void conn_start(struct conn *conn)
{
    conn->state = CONN_OPEN;
    if (conn->tcp) {
        uv_tcp_nodelay(&conn->in.tcp, 1);
    }
    if (!conn->paused) {
        conn_read_start(conn);
    }
}

void conn_opened(struct conn *conn, const char *text)
{
    conn_start(conn);
    if (conn->dial->early.n > 0) {
        conn_send(conn, buf_bytes(&conn->dial->early));
    }
    conn_dial_free(&conn->dial);
    if (conn->tls != NULL) {
        conn_tls_begin(conn);
    } else if (conn->shutdown_asked) {
        conn_send_fin(conn);
    }
    if (conn->events->connected != NULL) {
        conn->events->connected(conn->self, text);
    }
}

/* ---- Closing ---- */

void conn_reset(struct conn *conn)
{
    if (conn->state == CONN_CLOSED) {
        return;
    }
    uv_os_fd_t fd = -1;
    if (conn->tcp && conn->state == CONN_OPEN && uv_fileno(&conn->in.handle, &fd) == 0) {
        /* Not uv_tcp_close_reset(): it refuses while a shutdown is under way. */
        struct linger at_once = {1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    conn_close(conn);
}

static void linger_over(uv_timer_t *timer)
{
    conn_close(timer->data);
}

void conn_linger_check(struct conn *conn)
{
    if (conn->state != CONN_LINGERING) {
        return;
    }
    bool sent = conn->shutdown_done || conn->write_error != 0;
    bool running = conn->command != NULL && conn->command->running;
    if (sent && conn->ended && !running) {
        conn_close(conn);
    }
}

/*
 * Closing at once would answer what the peer still sends with RST, and a RST can take what we sent last out of
 * the peer's hands: half-close and read until the peer closes too, for a second at most.
 */
static void conn_linger(struct conn *conn)
{
    conn->state = CONN_LINGERING;
    conn->loop->lingering++;
    conn_read_start(conn);
    conn->shutdown_asked = true;
    conn_send_fin(conn);
    conn->linger = mem_alloc(sizeof *conn->linger);
    uv_timer_init(&conn->loop->uv, conn->linger);
    conn_own_handle(conn, (uv_handle_t *)conn->linger);
    uv_update_time(&conn->loop->uv);
    uv_timer_start(conn->linger, linger_over, CONN_LINGER_MS, 0);
    conn_linger_check(conn);
}

void conn_free(struct conn **conn_p)
{
    struct conn *conn = *conn_p;
    if (conn == NULL) {
        return;
    }
    *conn_p = NULL;
    if (conn->state == CONN_OPEN && !conn->shutdown_asked) {
        conn_tls_close(conn);
    }
    bool nothing_left = conn->ended && conn_unsent(conn) == 0 && conn->command == NULL;
    conn->freed = true;
    later_cancel(&conn->drained);
    conn_tls_stop(conn);
    if (conn->state == CONN_OPEN && !nothing_left) {
        conn_linger(conn);
    } else if (conn->state != CONN_CLOSED) {
        conn_close(conn);
    }
    conn_delete_when_done(conn);
}

bool conn_exit(const struct conn *conn, int *status_r, int *signal_r)
{
    if (conn == NULL || conn->command == NULL || conn->command->running) {
        return false;
    }
    *status_r = conn->command->exit_status;
    *signal_r = conn->command->signal;
    return true;
}

struct bytes conn_error_output(const struct conn *conn)
{
    return conn->command != NULL ? buf_bytes(&conn->command->error_output) : bytes_of(NULL);
}
