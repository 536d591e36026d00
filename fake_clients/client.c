#include "fake_clients/client.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fake_clients/fetcher.h"
#include "fake_clients/sender.h"
#include "net/conn.h"
#include "net/tls.h"

/* RFC 5321 4.5.3.2: the longest of the times that a client should wait, that for the end of data. */
enum { USUAL_IDLE_MS = 600 * 1000 };

/* `sender` or `fetcher` by protocol, the other is NULL. */
struct fake_client {
    struct client_settings settings;
    const char *host;  /* for the certificate; the caller's */
    struct conn *conn; /* NULL once it has ended */
    struct timer *idle;
    struct sender *sender;
    struct fetcher *fetcher;
    struct buf literal; /* our address, where the settings have no name for EHLO */
    struct buf trouble; /* of the connection */
    void (*ended)(void *self, int exit_status);
    void *self;
};

/* ---- who looks on ---- */

static const struct client_watch *watch_of(const struct fake_client *client)
{
    static const struct client_watch nobody = {0};
    return client->settings.wishes.watch != NULL ? client->settings.wishes.watch : &nobody;
}

static void tell_octets(const struct fake_client *client, bool ours, struct bytes octets)
{
    const struct client_watch *watch = watch_of(client);
    if (watch->octets != NULL && octets.n > 0) {
        watch->octets(watch->self, ours, octets);
    }
}

static void tell_lost(struct fake_client *client, const char *text)
{
    const struct client_watch *watch = watch_of(client);
    client_trouble_set(&client->trouble, "%s", text);
    if (watch->lost != NULL) {
        watch->lost(watch->self, text);
    }
}

/* ---- the session, whatever its protocol ---- */

static void session_new(struct fake_client *client, struct buf *out)
{
    if (client->settings.protocol == CLIENT_POP3) {
        client->fetcher = fetcher_new(&client->settings, out);
    } else {
        client->sender = sender_new(&client->settings, out);
    }
}

static bool session_has_begun(const struct fake_client *client)
{
    return client->fetcher != NULL || client->sender != NULL;
}

static void session_feed(struct fake_client *client, struct bytes octets, struct buf *out)
{
    if (client->fetcher != NULL) {
        fetcher_feed(client->fetcher, octets, out);
    } else {
        sender_feed(client->sender, octets, out);
    }
}

static void session_ended(struct fake_client *client)
{
    if (client->fetcher != NULL) {
        fetcher_ended(client->fetcher);
    } else if (client->sender != NULL) {
        sender_ended(client->sender);
    }
}

static bool session_is_over(const struct fake_client *client)
{
    if (!session_has_begun(client)) {
        return false; /* TLS comes first */
    }
    return client->fetcher != NULL ? fetcher_is_over(client->fetcher)
                                   : sender_is_over(client->sender);
}

static enum client_result session_result(const struct fake_client *client)
{
    if (!session_has_begun(client)) {
        return CLIENT_REFUSED_FOR_NOW;
    }
    return client->fetcher != NULL ? fetcher_result(client->fetcher)
                                   : sender_result(client->sender);
}

/* TLS before the greeting. False: it is over. */
static bool session_begins_in_tls(struct fake_client *client, bool good, struct buf *out)
{
    session_new(client, out);
    if (client->fetcher != NULL) {
        return fetcher_began_in_tls(client->fetcher, good);
    }
    sender_began_in_tls(client->sender, good);
    return true;
}

static bool session_wants_tls(const struct fake_client *client)
{
    if (!session_has_begun(client)) {
        return false;
    }
    return client->fetcher != NULL ? fetcher_wants_tls(client->fetcher)
                                   : sender_wants_tls(client->sender);
}

static void session_secured(struct fake_client *client, bool good, struct buf *out)
{
    if (client->fetcher != NULL) {
        fetcher_secured(client->fetcher, good, out);
    } else {
        sender_secured(client->sender, good, out);
    }
}

/* ---- life of the connection ---- */

/* The client may be gone behind it. */
static void finish(struct fake_client *client)
{
    conn_free(&client->conn);
    timer_stop(client->idle);
    client->ended(client->self, (int)session_result(client));
}

static void lose(struct fake_client *client)
{
    session_ended(client);
    finish(client);
}

/* Everything that was read belongs to the session. */
static void begin_tls(struct fake_client *client)
{
    const struct tls_settings usual = {.ca_file = client->settings.ca_file,
                                       .name = client->settings.tls_name};
    const struct tls_settings *settings = client->settings.wishes.tls_settings;
    struct error error;
    struct tls_context *context =
        tls_context_new_client(settings != NULL ? settings : &usual, &error);
    if (context == NULL) {
        tell_lost(client, error.text);
        lose(client);
        return;
    }
    timer_start(client->idle, client->settings.idle_ms);
    conn_start_tls(client->conn, context, client->host, (struct bytes){0});
    tls_context_free(&context);
}

/* "127.0.0.1:40000 -> ..." is "[127.0.0.1]", "[::1]:40000" is "[IPv6:::1]" (RFC 5321 4.1.3). */
static void name_client(struct fake_client *client, const char *text)
{
    struct bytes rest = bytes_of(text);
    const size_t arrow = bytes_find(rest, BYTES_LIT(" -> "), 0);
    struct bytes local = bytes_slice(rest, 0, arrow == BYTES_NONE ? 0 : arrow);
    while (local.n > 0 && local.p[local.n - 1] != ':') {
        local.n--;
    }
    local.n -= local.n > 0 ? 1 : 0;
    if (bytes_starts(local, "[")) {
        buf_append_text(&client->literal, "[IPv6:");
        buf_append(&client->literal, bytes_skip(local, 1));
    } else if (local.n > 0) {
        buf_append_octet(&client->literal, '[');
        buf_append(&client->literal, local);
        buf_append_octet(&client->literal, ']');
    } else {
        buf_append_text(&client->literal,
                        "[127.0.0.1]"); /* a socket or a process of this machine */
    }
    client->settings.client_name = buf_text(&client->literal);
}

static void on_connected(void *self, const char *text)
{
    struct fake_client *client = self;
    const struct client_watch *watch = watch_of(client);
    if (client->settings.client_name == NULL) {
        name_client(client, text);
    }
    if (watch->connected != NULL) {
        watch->connected(watch->self, text);
    }
    timer_start(client->idle, client->settings.idle_ms);
}

/* What the session does next; the client may be gone behind it. */
static void go_on(struct fake_client *client, struct bytes said)
{
    tell_octets(client, true, said);
    if (said.n > 0) {
        conn_write(client->conn, said);
    }
    if (session_is_over(client)) {
        finish(client);
    } else if (session_wants_tls(client)) {
        begin_tls(client);
    } else {
        timer_start(client->idle, client->settings.idle_ms);
    }
}

static void on_octets(void *self, struct bytes octets)
{
    struct fake_client *client = self;
    struct buf out = {0};
    tell_octets(client, false, octets);
    session_feed(client, octets, &out);
    go_on(client, buf_bytes(&out));
    buf_deinit(&out);
}

/* What a fault goes by, though a dNSName counts before it. */
static bool has_common_name(const struct fake_client *client, const struct tls_facts *facts)
{
    const enum client_fault fault = client->settings.protocol == CLIENT_POP3
                                        ? CLIENT_FAULT_POP3_CERTIFICATE_ALT_NAME
                                        : CLIENT_FAULT_CERTIFICATE_ALT_NAME;
    const char *name = client->settings.tls_name != NULL ? client->settings.tls_name : client->host;
    const struct bytes subject = bytes_of(facts->subject);
    return bytes_starts(subject, "CN=") && bytes_is_nocase(bytes_skip(subject, 3), name) &&
           client_fault_is_on(&client->settings.faults, fault);
}

/* RFC 4954 section 14, RFC 2595 section 2.4 */
static bool is_good(const struct fake_client *client, const struct tls_facts *facts)
{
    if (client->settings.wishes.any_certificate) {
        return true;
    }
    return facts->has_certificate && facts->trusted && !facts->expired && !facts->not_yet_valid &&
           (facts->name_matches || has_common_name(client, facts));
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct fake_client *client = self;
    const struct client_watch *watch = watch_of(client);
    struct buf out = {0};
    if (watch->secured != NULL) {
        watch->secured(watch->self, facts);
    }
    if (facts->secured && !session_has_begun(client)) {
        (void)session_begins_in_tls(client, is_good(client, facts), &out);
        go_on(client, buf_bytes(&out));
    } else if (facts->secured) {
        session_secured(client, is_good(client, facts), &out);
        go_on(client, buf_bytes(&out));
    } else if (client->sender != NULL && sender_goes_on_in_clear(client->sender, &out) &&
               conn_go_on_in_clear(client->conn)) {
        go_on(client, buf_bytes(&out));
    } else {
        tell_lost(client, facts->failure);
        lose(client);
    }
    buf_deinit(&out);
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    tell_lost(self, end == CONN_END_FIN ? "the server closed the connection" : text);
    lose(self);
}

static void on_idle(void *self)
{
    tell_lost(self, "the server says nothing any more");
    lose(self);
}

static const struct conn_events events = {
    .connected = on_connected,
    .octets = on_octets,
    .ended = on_ended,
    .secured = on_secured,
};

/* ---- the client ---- */

static struct conn *connect_door(struct fake_client *client, struct loop *loop, unsigned port)
{
    switch (client->settings.wishes.door) {
    case CLIENT_DOOR_UNIX:
        return conn_connect_unix(loop, client->host, &events, client);
    case CLIENT_DOOR_COMMAND:
        return conn_connect_command(loop, client->host, &events, client);
    case CLIENT_DOOR_TCP:
        break;
    }
    return conn_connect_tcp(loop, client->host, port, NULL, &events, client);
}

struct fake_client *fake_client_new(struct loop *loop, const char *host, unsigned port,
                                    const struct client_settings *settings,
                                    void (*ended)(void *self, int exit_status), void *self)
{
    struct fake_client *client = mem_alloc(sizeof *client);
    struct buf early = {0};
    client->settings = *settings;
    client->host = host;
    if (client->settings.idle_ms == 0) {
        client->settings.idle_ms = USUAL_IDLE_MS;
    }
    client->ended = ended;
    client->self = self;
    client->idle = timer_new(loop, on_idle, client);
    timer_start(client->idle, client->settings.idle_ms);
    client->conn = connect_door(client, loop, port);
    if (settings->wishes.tls == CLIENT_TLS_FIRST) {
        begin_tls(client);
    } else {
        session_new(client, &early);
    }
    if (early.n > 0) {
        conn_write(client->conn, buf_bytes(&early));
    }
    buf_deinit(&early);
    return client;
}

struct bytes fake_client_fetched(const struct fake_client *client)
{
    return client->fetcher != NULL ? fetcher_messages(client->fetcher) : (struct bytes){0};
}

const struct client_outcome *fake_client_outcome(const struct fake_client *client, size_t recipient)
{
    return client->sender != NULL ? sender_outcome(client->sender, recipient) : NULL;
}

struct bytes fake_client_trouble(const struct fake_client *client)
{
    struct bytes trouble = {0};
    if (session_has_begun(client)) {
        trouble = client->fetcher != NULL ? fetcher_trouble(client->fetcher)
                                          : sender_trouble(client->sender);
    }
    return trouble.n > 0 ? trouble : buf_bytes(&client->trouble);
}

void fake_client_free(struct fake_client **client_p)
{
    struct fake_client *client = *client_p;
    *client_p = NULL;
    if (client == NULL) {
        return;
    }
    conn_free(&client->conn);
    timer_free(&client->idle);
    buf_deinit(&client->literal);
    buf_deinit(&client->trouble);
    sender_free(&client->sender);
    fetcher_free(&client->fetcher);
    free(client);
}
