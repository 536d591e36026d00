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
    void (*ended)(void *self, int exit_status);
    void *self;
};

/* ---- the session, whatever its protocol ---- */

static void session_new(struct fake_client *client, struct buf *out)
{
    if (client->settings.protocol == CLIENT_POP3) {
        client->fetcher = fetcher_new(&client->settings, out);
    } else {
        client->sender = sender_new(&client->settings, out);
    }
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
    } else {
        sender_ended(client->sender);
    }
}

static bool session_is_over(const struct fake_client *client)
{
    return client->fetcher != NULL ? fetcher_is_over(client->fetcher)
                                   : sender_is_over(client->sender);
}

static enum client_result session_result(const struct fake_client *client)
{
    return client->fetcher != NULL ? fetcher_result(client->fetcher)
                                   : sender_result(client->sender);
}

static bool session_wants_tls(const struct fake_client *client)
{
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
    const struct tls_settings settings = {.ca_file = client->settings.ca_file,
                                          .name = client->settings.tls_name};
    struct error error;
    struct tls_context *context = tls_context_new_client(&settings, &error);
    if (context == NULL) {
        lose(client);
        return;
    }
    timer_start(client->idle, client->settings.idle_ms);
    conn_start_tls(client->conn, context, client->host, (struct bytes){0});
    tls_context_free(&context);
}

static void on_connected(void *self, const char *text)
{
    struct fake_client *client = self;
    (void)text;
    timer_start(client->idle, client->settings.idle_ms);
}

/* What the session does next; the client may be gone behind it. */
static void go_on(struct fake_client *client, struct bytes said)
{
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
    return facts->has_certificate && facts->trusted && !facts->expired && !facts->not_yet_valid &&
           (facts->name_matches || has_common_name(client, facts));
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct fake_client *client = self;
    struct buf out = {0};
    if (facts->secured) {
        session_secured(client, is_good(client, facts), &out);
        go_on(client, buf_bytes(&out));
    } else if (client->sender != NULL && sender_goes_on_in_clear(client->sender, &out) &&
               conn_go_on_in_clear(client->conn)) {
        go_on(client, buf_bytes(&out));
    } else {
        lose(client);
    }
    buf_deinit(&out);
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    (void)end;
    (void)text;
    lose(self);
}

static void on_idle(void *self)
{
    lose(self);
}

static const struct conn_events events = {
    .connected = on_connected,
    .octets = on_octets,
    .ended = on_ended,
    .secured = on_secured,
};

/* ---- the client ---- */

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
    client->conn = conn_connect_tcp(loop, host, port, NULL, &events, client);
    session_new(client, &early);
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

void fake_client_free(struct fake_client **client_p)
{
    struct fake_client *client = *client_p;
    *client_p = NULL;
    if (client == NULL) {
        return;
    }
    conn_free(&client->conn);
    timer_free(&client->idle);
    sender_free(&client->sender);
    fetcher_free(&client->fetcher);
    free(client);
}
