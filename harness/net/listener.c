#include "net/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/address.h"
#include "net/conn_internal.h"

enum {
    BACKLOG = 4096,
    TRIES = 64,
    LOWEST_PORT = 16384, /* of those that we pick */
    FEWEST_PORTS = 4096  /* to pick from */
};

struct listener {
    struct loop_item item;
    struct loop *loop;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } in;
    bool tcp;
    bool near;
    struct stat file; /* Unix: the socket that we made; st_nlink 0: none */
    listener_fn on_connection;
    void *self;
    unsigned port;
    char *text;
};

static void listener_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    loop_remove(&listener->item);
    free(listener->text);
    free(listener);
}

/* Only the file that we made: somebody may have taken it away and put another one there. */
static void remove_file(struct listener *listener)
{
    struct stat now;
    if (listener->file.st_nlink > 0 && lstat(listener->text, &now) == 0 &&
        now.st_dev == listener->file.st_dev && now.st_ino == listener->file.st_ino) {
        (void)unlink(listener->text);
    }
    listener->file.st_nlink = 0;
}

static void listener_close_item(struct loop_item *item)
{
    struct listener *listener = (struct listener *)item;
    remove_file(listener);
    if (!uv_is_closing(&listener->in.handle)) {
        uv_close(&listener->in.handle, listener_closed);
    }
}

static void listener_came(uv_stream_t *server, int status)
{
    struct listener *listener = server->data;
    if (status == 0) {
        listener->on_connection(listener->self, listener);
    }
}

static struct listener *listener_new(struct loop *loop, listener_fn on_connection, void *self)
{
    struct listener *listener = mem_alloc(sizeof *listener);
    listener->loop = loop;
    listener->on_connection = on_connection;
    listener->self = self;
    listener->item.close = listener_close_item;
    loop_add(loop, &listener->item);
    return listener;
}

/* Only loopback unless the host says otherwise; a name is looked up at once, there is nothing else to do yet. */
static int find_address(struct loop *loop, const char *host, unsigned port,
                        struct sockaddr_storage *address_r, struct error *error)
{
    if (address_from_literal(host, port, address_r)) {
        return 0;
    }
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char port_text[16];
    snprintf(port_text, sizeof port_text, "%u", port);
    uv_getaddrinfo_t request;
    int status = uv_getaddrinfo(&loop->uv, &request, NULL, host, port_text, &hints);
    if (status != 0) {
        return error_set(error, "cannot find the address of %s: %s", host, uv_strerror(status));
    }
    memcpy(address_r, request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
    uv_freeaddrinfo(request.addrinfo);
    return 0;
}

static const char *advice(int status, bool any_port)
{
    if (status == UV_EADDRINUSE && any_port) {
        return "no port is free; closed connections hold theirs for a minute";
    }
    static const struct {
        int status;
        const char *text;
    } table[] = {
        {UV_EADDRINUSE,    "something else listens there; give another port, or 0 for a free one"},
        {UV_EACCES,        "ports below 1024 need root; give another port"                       },
        {UV_EADDRNOTAVAIL, "this machine does not have that address"                             },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            return table[i].text;
        }
    }
    return NULL;
}

static struct listener *refuse(struct listener *listener, int status, const char *more,
                               struct error *error)
{
    error_set(error, "cannot listen on %s: %s%s%s%s", listener->text, uv_strerror(status),
              more != NULL ? " (" : "", more != NULL ? more : "", more != NULL ? ")" : "");
    listener_free(&listener);
    return NULL;
}

/* The lowest port of those that the system gives to connections; 0 where it does not tell. */
static unsigned first_given_port(void)
{
    FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    char text[32] = "";
    if (range == NULL) {
        return 0;
    }
    const char *got = fgets(text, sizeof text, range);
    fclose(range);
    return got != NULL ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static void set_port(struct sockaddr_storage *address, unsigned port)
{
    in_port_t *place = address->ss_family == AF_INET6
                           ? &((struct sockaddr_in6 *)(void *)address)->sin6_port
                           : &((struct sockaddr_in *)(void *)address)->sin_port;
    *place = htons((in_port_t)port);
}

/* -1 where somebody else has the address, or it cannot be had at all. Two may bind a port, but only one can listen. */
static int listening_socket(const struct sockaddr_storage *address)
{
    int on = 1;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size =
        address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)address, size) != 0 || listen(fd, BACKLOG) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/*
 * A listening socket for one who left the port to us, or -1: the system shall pick. It picks among the ports of connections, of
 * which each that was closed holds its own for a minute. Thousands of cases with a listener each use them up, for all programs
 * of the machine. Below them a port of which only closed connections are left can be listened on.
 */
static int pick_port(struct sockaddr_storage *address)
{
    unsigned end = first_given_port();
    int fd = -1;
    for (int i = 0; i < TRIES && fd < 0 && end >= LOWEST_PORT + FEWEST_PORTS; i++) {
        unsigned number = 0;
        if (uv_random(NULL, NULL, &number, sizeof number, 0, NULL) != 0) {
            break;
        }
        set_port(address, LOWEST_PORT + number % (end - LOWEST_PORT));
        fd = listening_socket(address);
    }
    if (fd < 0) {
        set_port(address, 0);
    }
    return fd;
}

static int bind_tcp(struct listener *listener, struct sockaddr_storage *address, unsigned port)
{
    int fd = port == 0 ? pick_port(address) : -1;
    return fd >= 0 ? uv_tcp_open(&listener->in.tcp, fd)
                   : uv_tcp_bind(&listener->in.tcp, (struct sockaddr *)address, 0);
}

struct listener *listener_new_tcp(struct loop *loop, const char *host, unsigned port,
                                  listener_fn on_connection, void *self, struct error *error)
{
    struct sockaddr_storage address = {0};
    if (port > 65535) {
        error_set(error, "cannot listen on port %u: ports go up to 65535", port);
        return NULL;
    }
    if (find_address(loop, host, port, &address, error) != 0) {
        return NULL;
    }
    struct listener *listener = listener_new(loop, on_connection, self);
    listener->tcp = true;
    uv_tcp_init(&loop->uv, &listener->in.tcp);
    listener->in.handle.data = listener;
    char text[ADDRESS_TEXT_SIZE];
    address_text((struct sockaddr *)&address, text, sizeof text);
    listener->text = mem_strdup(text);
    int status = bind_tcp(listener, &address, port);
    if (status == 0) {
        status = uv_listen(&listener->in.stream, BACKLOG, listener_came);
    }
    int size = sizeof address;
    if (status == 0) {
        status = uv_tcp_getsockname(&listener->in.tcp, (struct sockaddr *)&address, &size);
    }
    if (status != 0) {
        return refuse(listener, status, advice(status, port == 0), error);
    }
    listener->port = address_port((struct sockaddr *)&address);
    listener->near = address_is_loopback((struct sockaddr *)&address);
    address_text((struct sockaddr *)&address, text, sizeof text);
    free(listener->text);
    listener->text = mem_strdup(text);
    return listener;
}

/* ---- Unix sockets ---- */

static socklen_t unix_address(const char *path, struct sockaddr_un *address_r)
{
    *address_r = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address_r->sun_path, sizeof address_r->sun_path, "%s", path);
    return sizeof *address_r;
}

/* Does a server listen there? Only a refusal says that none does: whoever cannot be asked is let alone. */
static bool is_stale(const struct sockaddr_un *address, socklen_t size)
{
    struct stat file;
    if (lstat(address->sun_path, &file) != 0 || !S_ISSOCK(file.st_mode)) {
        return false;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)address, size) != 0 &&
                   errno == ECONNREFUSED;
    if (fd >= 0) {
        close(fd);
    }
    return refused;
}

/*
 * A listening socket, or an error of libuv. The path is in use as long as its file is there, so a stale one has to go. It
 * listens at once: one that is only bound looks stale to others.
 */
static int unix_socket(const char *path)
{
    struct sockaddr_un address;
    socklen_t size = unix_address(path, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return uv_translate_sys_error(errno);
    }
    int status = bind(fd, (const struct sockaddr *)&address, size);
    if (status != 0 && errno == EADDRINUSE && is_stale(&address, size) && unlink(path) == 0) {
        status = bind(fd, (const struct sockaddr *)&address, size);
    }
    if (status != 0 || listen(fd, BACKLOG) != 0) {
        status = uv_translate_sys_error(errno);
        close(fd);
        return status;
    }
    return fd;
}

static const char *unix_advice(const char *path, int status)
{
    struct stat file;
    if (status != UV_EADDRINUSE || lstat(path, &file) != 0) {
        return NULL;
    }
    return S_ISSOCK(file.st_mode) ? "something listens there; give another path"
                                  : "that is a file, and no socket; give another path";
}

struct listener *listener_new_unix(struct loop *loop, const char *path, listener_fn on_connection,
                                   void *self, struct error *error)
{
    if (!conn_unix_path_fits(path)) {
        error_set(error, "cannot listen on %.200s: the path of a Unix socket must be shorter",
                  path);
        return NULL;
    }
    struct listener *listener = listener_new(loop, on_connection, self);
    uv_pipe_init(&loop->uv, &listener->in.pipe, 0);
    listener->in.handle.data = listener;
    listener->text = mem_strdup(path);
    listener->near = true;
    int status = unix_socket(path);
    if (status >= 0) {
        if (lstat(path, &listener->file) != 0) {
            listener->file.st_nlink = 0;
        }
        status = uv_pipe_open(&listener->in.pipe, status);
    }
    if (status == 0) {
        status = uv_listen(&listener->in.stream, BACKLOG, listener_came);
    }
    return status == 0 ? listener : refuse(listener, status, unix_advice(path, status), error);
}

unsigned listener_port(const struct listener *listener)
{
    return listener->port;
}

bool listener_is_near(const struct listener *listener)
{
    return listener->near;
}

const char *listener_text(const struct listener *listener)
{
    return listener->text;
}

void listener_free(struct listener **listener_p)
{
    struct listener *listener = *listener_p;
    if (listener != NULL) {
        *listener_p = NULL;
        listener_close_item(&listener->item);
    }
}

struct conn *conn_accept(struct listener *listener, const struct conn_events *events, void *self,
                         char *peer_r, size_t peer_size)
{
    struct conn *conn = conn_new(listener->loop, events, self);
    conn->tcp = listener->tcp;
    if (conn->tcp) {
        uv_tcp_init(&listener->loop->uv, &conn->in.tcp);
    } else {
        uv_pipe_init(&listener->loop->uv, &conn->in.pipe, 0);
    }
    conn_own_handle(conn, &conn->in.handle);
    if (uv_accept(&listener->in.stream, &conn->in.stream) != 0) {
        conn->ended = true;
        conn->state = CONN_OPEN;
        conn_free(&conn);
        return NULL;
    }
    if (peer_r != NULL && conn->tcp) {
        address_peer_text(&conn->in.tcp, peer_r, peer_size);
    } else if (peer_r != NULL) {
        snprintf(peer_r, peer_size, "%s", listener->text);
    }
    conn_start(conn);
    return conn;
}
