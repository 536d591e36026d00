/* endpoint_read(): URLs of servers (declared in target_file.h). */
#include <arpa/inet.h>
#include <string.h>

#include "base/escape.h"
#include "base/glob.h"
#include "engine/target_file.h"

enum { SHOWN_MAX = 120, PORT_MAX = 65535 };

struct scheme {
    const char *name;
    enum endpoint_kind kind;
    enum protocol protocol;
    bool implicit_tls;
    unsigned port;
};

static const struct scheme schemes[] = {
    {"smtp",      ENDPOINT_TCP,  PROTOCOL_SMTP, false, 25 },
    {"smtps",     ENDPOINT_TCP,  PROTOCOL_SMTP, true,  465},
    {"lmtp",      ENDPOINT_TCP,  PROTOCOL_LMTP, false, 24 },
    {"lmtps",     ENDPOINT_TCP,  PROTOCOL_LMTP, true,  0  }, /* none is assigned */
    {"pop3",      ENDPOINT_TCP,  PROTOCOL_POP3, false, 110},
    {"pop3s",     ENDPOINT_TCP,  PROTOCOL_POP3, true,  995},
    {"smtp+unix", ENDPOINT_UNIX, PROTOCOL_SMTP, false, 0  },
    {"lmtp+unix", ENDPOINT_UNIX, PROTOCOL_LMTP, false, 0  },
    {"pop3+unix", ENDPOINT_UNIX, PROTOCOL_POP3, false, 0  },
    {"pipe",      ENDPOINT_PIPE, PROTOCOL_SMTP, false, 0  },
    {"pipe+smtp", ENDPOINT_PIPE, PROTOCOL_SMTP, false, 0  },
    {"pipe+lmtp", ENDPOINT_PIPE, PROTOCOL_LMTP, false, 0  },
    {"pipe+pop3", ENDPOINT_PIPE, PROTOCOL_POP3, false, 0  },
};

enum { SCHEME_COUNT = sizeof schemes / sizeof schemes[0] };

static const char *shown(struct bytes octets, struct arena *arena)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(octets, 0, SHOWN_MAX), ESCAPE_UTF8);
    const char *copy = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return copy;
}

static const struct scheme *find_scheme(struct bytes name)
{
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        if (bytes_is_nocase(name, schemes[i].name)) {
            return &schemes[i];
        }
    }
    return NULL;
}

static int unknown_scheme(struct bytes name, const char *url, struct error *error)
{
    const char *names[SCHEME_COUNT];
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        names[i] = schemes[i].name;
    }
    const char *nearest = glob_nearest(name, names, SCHEME_COUNT);
    if (nearest != NULL) {
        return error_set(error, "\"%s\": this scheme is not known; did you mean \"%s\"?", url,
                         nearest);
    }
    return error_set(error,
                     "\"%s\" is no URL of a server; write smtp://HOST:PORT, lmtp://HOST:PORT, "
                     "pop3://HOST:PORT, lmtp+unix:PATH or pipe:COMMAND",
                     url);
}

static bool is_ipv6(struct bytes host, struct arena *arena)
{
    struct in6_addr address;
    struct bytes zoneless = bytes_slice(host, 0, bytes_index(host, '%', 0));
    return inet_pton(AF_INET6, arena_text(arena, zoneless), &address) == 1;
}

/* host = 1*( ALPHA / DIGIT / "-" / "." / "_" ), or an IPv6 address when it stood in brackets. */
static bool host_is_good(struct bytes host, bool brackets, struct arena *arena)
{
    if (brackets) {
        return is_ipv6(host, arena);
    }
    for (size_t i = 0; i < host.n; i++) {
        unsigned char c = host.p[i];
        if (!octet_is_alpha(c) && !octet_is_digit(c) && strchr("-._", c) == NULL) {
            return false;
        }
    }
    return host.n > 0;
}

/* Behind "//": HOST[:PORT] or [IPV6][:PORT]; a "/" may end it. */
static int read_authority(struct bytes rest, const char *url, struct arena *arena,
                          struct endpoint *endpoint, struct error *error)
{
    if (bytes_ends(rest, "/")) {
        rest.n--;
    }
    bool brackets = bytes_starts(rest, "[");
    size_t end = bytes_index(rest, brackets ? ']' : ':', 0);
    if (brackets && end == BYTES_NONE) {
        return error_set(error, "\"%s\": the bracket of the IPv6 address is not closed", url);
    }
    struct bytes host = bytes_slice(rest, brackets ? 1 : 0, end);
    struct bytes port = end == BYTES_NONE ? bytes_of(NULL) : bytes_skip(rest, end + brackets);
    if (!brackets && is_ipv6(rest, arena)) {
        return error_set(error, "\"%s\": an IPv6 address stands in brackets, as in smtp://[::1]:25",
                         url);
    }
    if (!host_is_good(host, brackets, arena)) {
        return error_set(error, "\"%s\": expected a host name or address, found \"%s\"", url,
                         shown(host, arena));
    }
    endpoint->host = arena_text(arena, host);
    uint64_t number = endpoint->port;
    if (port.n == 0 && number == 0) {
        return error_set(
            error, "\"%s\": LMTP in TLS has no port of its own; write lmtps://HOST:PORT", url);
    }
    if (port.n > 0 &&
        (port.p[0] != ':' || !bytes_to_u64(bytes_skip(port, 1), &number) || number > PORT_MAX)) {
        return error_set(error, "\"%s\": expected a port from 1 to %d after the host, found \"%s\"",
                         url, PORT_MAX, shown(port, arena));
    }
    endpoint->port = (unsigned)number;
    return 0;
}

int endpoint_read(const char *url, struct arena *arena, struct endpoint *endpoint_r,
                  struct error *error)
{
    struct bytes all = bytes_trim(bytes_of(url));
    const char *text = shown(all, arena);
    size_t colon = bytes_index(all, ':', 0);
    struct bytes name = bytes_slice(all, 0, colon);
    const struct scheme *scheme = colon == BYTES_NONE ? NULL : find_scheme(name);
    *endpoint_r = (struct endpoint){0};
    if (scheme == NULL) {
        return unknown_scheme(name, text, error);
    }
    struct bytes rest = bytes_skip(all, colon + 1);
    *endpoint_r = (struct endpoint){.kind = scheme->kind,
                                    .protocol = scheme->protocol,
                                    .implicit_tls = scheme->implicit_tls,
                                    .url = arena_text(arena, all),
                                    .port = scheme->port};
    switch (scheme->kind) {
    case ENDPOINT_TCP:
        if (!bytes_starts(rest, "//")) {
            return error_set(error, "\"%s\": write %s://HOST:PORT", text, scheme->name);
        }
        return read_authority(bytes_skip(rest, 2), text, arena, endpoint_r, error);
    case ENDPOINT_UNIX:
        endpoint_r->path = arena_text(arena, rest);
        break;
    case ENDPOINT_PIPE:
        endpoint_r->command = arena_text(arena, bytes_trim(rest));
        break;
    case ENDPOINT_NONE:
        break;
    }
    if (bytes_trim(rest).n == 0) {
        return error_set(error, "\"%s\": expected a %s after the colon", text,
                         scheme->kind == ENDPOINT_UNIX ? "path" : "command");
    }
    return 0;
}
