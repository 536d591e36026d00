#include "cli/service_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/target_file.h"
#include "reports/show.h"

enum { FIRST_OTHER_DESCRIPTOR = 3, LAST_DESCRIPTOR = 1 << 20, SMTP_PORT = 25, READY_MS = 1000 };

/* ---- before ---- */

/* *fd_r is -1 where none is given. Descriptors 0 to 2 are in use by this program. */
static int read_ready_fd(const struct options *options, int *fd_r, struct error *error)
{
    const char *text = options_get(options, OPTION_READY_FD);
    uint64_t number = 0;
    *fd_r = -1;
    if (text == NULL) {
        return 0;
    }
    if (!bytes_to_u64(bytes_of(text), &number) || number < FIRST_OTHER_DESCRIPTOR ||
        number > LAST_DESCRIPTOR) {
        return error_set(error, "%s: expected the number of a descriptor from %d on, found \"%s\"",
                         options->value[OPTION_READY_FD].where, FIRST_OTHER_DESCRIPTOR, text);
    }
    int flags = fcntl((int)number, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        return error_set(error, "%s: descriptor %s is not open for writing",
                         options->value[OPTION_READY_FD].where, text);
    }
    *fd_r = (int)number;
    return 0;
}

static int remove_old_port_file(const char *path, struct error *error)
{
    struct stat file;
    if (path == NULL || lstat(path, &file) != 0) {
        return 0;
    }
    if (!S_ISREG(file.st_mode)) {
        return error_set(error, "--port-file: %s is no file", path);
    }
    return unlink(path) == 0
               ? 0
               : error_set(error, "--port-file: %s cannot be replaced: %s", path, strerror(errno));
}

enum exit_status service_listen_check(const struct service *service)
{
    struct error error = {""};
    int fd = -1;
    if (read_ready_fd(service->options, &fd, &error) != 0 ||
        remove_old_port_file(options_get(service->options, OPTION_PORT_FILE), &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    return EXIT_ACCEPTABLE;
}

/* ---- listening ---- */

static enum server_protocol server_protocol_of(enum protocol protocol)
{
    switch (protocol) {
    case PROTOCOL_LMTP:
        return SERVER_LMTP;
    case PROTOCOL_POP3:
        return SERVER_POP3;
    case PROTOCOL_SMTP:
    case PROTOCOL_COUNT:
        break;
    }
    return SERVER_SMTP;
}

static enum exit_status refuse_endpoint(const struct endpoint *endpoint)
{
    if (endpoint->kind == ENDPOINT_PIPE || endpoint->kind == ENDPOINT_NONE) {
        return complain(EXIT_USAGE,
                        "%s: serve listens at smtp://, lmtp:// and pop3://HOST:PORT, smtps://, "
                        "lmtps:// and pop3s://HOST:PORT, smtp+unix:, lmtp+unix: and pop3+unix:PATH",
                        endpoint->url);
    }
    if (endpoint->protocol == PROTOCOL_LMTP && endpoint->port == SMTP_PORT) {
        return complain(EXIT_USAGE, "%s: LMTP must not be used on port 25 (RFC 2033 5)",
                        endpoint->url);
    }
    return EXIT_ACCEPTABLE;
}

static const char *listen_tcp(struct service *service, const struct endpoint *endpoint,
                              struct error *error)
{
    bool brackets = strchr(endpoint->host, ':') != NULL;
    unsigned port = 0;
    int (*listen)(struct server *, enum server_protocol, const char *, unsigned, unsigned *,
                  struct error *) = endpoint->implicit_tls ? server_listen_tls : server_listen;
    if (listen(service->server, server_protocol_of(endpoint->protocol), endpoint->host,
               endpoint->port, &port, error) != 0) {
        return NULL;
    }
    return arena_printf(service->arena, "%s%s://%s%s%s:%u", protocol_name(endpoint->protocol),
                        endpoint->implicit_tls ? "s" : "", brackets ? "[" : "", endpoint->host,
                        brackets ? "]" : "", port);
}

static const char *listen_unix(struct service *service, const struct endpoint *endpoint,
                               struct error *error)
{
    if (server_listen_unix(service->server, server_protocol_of(endpoint->protocol), endpoint->path,
                           error) != 0) {
        return NULL;
    }
    return arena_printf(service->arena, "%s+unix:%s", protocol_name(endpoint->protocol),
                        endpoint->path);
}

/* Nobody is asked who he is, and everybody can read what was sent. */
static void warn_of_strangers(const char *url)
{
    complain(EXIT_ACCEPTABLE,
             "warning: %s is open to other machines: whoever reaches it can leave mail here; "
             "127.0.0.1 and [::1] are not",
             url);
}

static void print_listening(const struct service *service, const char *url)
{
    struct buf line = {0};
    show_text(&line, url);
    if (!service->quiet) {
        printf("listening at %s\n", buf_text(&line));
    }
    buf_deinit(&line);
}

static enum exit_status listen_at(struct service *service, const char *given)
{
    struct error error = {""};
    struct endpoint endpoint;
    if (endpoint_read(given, service->arena, &endpoint, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    enum exit_status status = refuse_endpoint(&endpoint);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    size_t open = server_open_addresses(service->server);
    const char *url = endpoint.kind == ENDPOINT_UNIX ? listen_unix(service, &endpoint, &error)
                                                     : listen_tcp(service, &endpoint, &error);
    if (url == NULL) {
        return complain(EXIT_TARGET, "%s: %s", given, error.text);
    }
    service->urls[service->url_count++] = url;
    print_listening(service, url);
    if (server_open_addresses(service->server) > open) {
        warn_of_strangers(url);
    }
    return EXIT_ACCEPTABLE;
}

enum exit_status service_listen(struct service *service)
{
    static const char *const standard[] = {"smtp://127.0.0.1:2525", "pop3://127.0.0.1:2110"};
    const char *const *urls = service->options->operands;
    size_t count = service->options->operand_count;
    enum exit_status status = EXIT_ACCEPTABLE;
    if (count == 0) {
        urls = standard;
        count = sizeof standard / sizeof standard[0];
    }
    service->urls = arena_array(service->arena, count, sizeof *service->urls);
    for (size_t i = 0; i < count && status == EXIT_ACCEPTABLE; i++) {
        status = listen_at(service, urls[i]);
    }
    return status;
}

/* ---- telling ---- */

static void print_urls(const struct service *service, struct buf *out)
{
    for (size_t i = 0; i < service->url_count; i++) {
        buf_printf(out, "%s\n", service->urls[i]);
    }
}

/* A pipe that is full, and nobody reads it: writing to it would last for ever. */
static bool can_write(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    if (poll(&one, 1, READY_MS) > 0) {
        return true;
    }
    complain(EXIT_ACCEPTABLE, "warning: --ready-fd: nobody reads what is written to it");
    return false;
}

/* One who waits no more is no reason not to serve. */
static void write_ready(int fd, struct bytes text)
{
    while (text.n > 0 && can_write(fd)) {
        ssize_t n = write(fd, text.p, text.n < PIPE_BUF ? text.n : PIPE_BUF);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            break;
        }
        text = bytes_skip(text, n > 0 ? (size_t)n : 0);
    }
    close(fd);
}

enum exit_status service_announce(const struct service *service)
{
    const char *path = options_get(service->options, OPTION_PORT_FILE);
    struct error error = {""};
    struct buf text = {0};
    int fd = -1;
    print_urls(service, &text);
    int failed = path != NULL ? file_write(path, buf_bytes(&text), &error) : 0;
    if (failed == 0 && read_ready_fd(service->options, &fd, NULL) == 0 && fd >= 0) {
        write_ready(fd, buf_bytes(&text));
    }
    buf_deinit(&text);
    return failed == 0 ? EXIT_ACCEPTABLE : complain(EXIT_USAGE, "--port-file: %s", error.text);
}

void service_renounce(const struct service *service)
{
    const char *path = options_get(service->options, OPTION_PORT_FILE);
    if (path != NULL) {
        (void)unlink(path);
    }
}
