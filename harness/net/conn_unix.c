/*
 * Connecting to a Unix socket by its path, where LMTP servers often listen.
 *
 * The path lives in the conn's dial until the socket is connected. A path that does not fit into sockaddr_un is refused
 * before the system cuts it; that and all else that goes wrong is told from the loop as ended(CONN_END_FAILED).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/mem.h"
#include "net/conn_internal.h"

bool conn_unix_path_fits(const char *path)
{
    return strlen(path) < sizeof((struct sockaddr_un *)NULL)->sun_path;
}

static void unix_failed(struct conn *conn, const char *why)
{
    char text[512];
    snprintf(text, sizeof text, "cannot connect to the Unix socket %.200s: %s", conn->dial->host,
             why);
    conn_fail(conn, text);
}

static void unix_connected(uv_connect_t *request, int status)
{
    struct conn *conn = request->handle->data;
    free(request);
    if (conn->state != CONN_CONNECTING) {
        return;
    }
    if (status != 0) {
        unix_failed(conn, uv_strerror(status));
        return;
    }
    char text[sizeof(struct sockaddr_un)];
    snprintf(text, sizeof text, "%s", conn->dial->host);
    conn_opened(conn, text);
}

static void unix_begin(void *self)
{
    struct conn *conn = self;
    const struct conn_dial *dial = conn->dial;
    if (!conn_unix_path_fits(dial->host)) {
        unix_failed(conn, "the path is too long");
        return;
    }
    uv_pipe_init(&conn->loop->uv, &conn->in.pipe, 0);
    conn_own_handle(conn, &conn->in.handle);
    uv_connect_t *request = mem_alloc(sizeof *request);
    uv_pipe_connect(request, &conn->in.pipe, dial->host, unix_connected);
}

struct conn *conn_connect_unix(struct loop *loop, const char *path,
                               const struct conn_events *events, void *self)
{
    struct conn *conn = conn_new(loop, events, self);
    conn_dial_later(conn, path, unix_begin);
    return conn;
}
