/* The server on loopback sockets: what the sessions cannot show without them. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "fake_servers/server.h"
#include "net/conn.h"

enum { MANY = 20000, FLOOD = 24 * 1024 * 1024, PINGS = 2000, BIG_LINES = 200000 };
enum { IDLE_MS = 200 };

/* A client that sends everything at once, half-closes, and reads to the end. */
struct client {
    struct loop *loop;
    struct conn *conn;
    const char *input;
    size_t copies;   /* of the input */
    bool keeps_open; /* no half-close */
    bool is_done_at_octets;
    size_t pings; /* commands still to be sent, one behind each reply */
    bool resets;  /* at the first octets */
    struct buf output;
    enum conn_end end;
    bool ended;
    size_t *open_clients; /* the loop stops at none */
};

static void on_connected(void *self, const char *text)
{
    struct client *client = self;
    (void)text;
    struct buf all = {0};
    for (size_t i = 0; i < client->copies; i++) {
        buf_append_text(&all, client->input);
    }
    conn_write(client->conn, buf_bytes(&all));
    buf_deinit(&all);
    if (!client->keeps_open) {
        conn_shutdown(client->conn);
    }
}

static void done(struct client *client)
{
    if (--*client->open_clients == 0) {
        loop_stop(client->loop);
    }
}

static void on_octets(void *self, struct bytes octets)
{
    struct client *client = self;
    buf_append(&client->output, octets);
    if (client->is_done_at_octets) {
        client->is_done_at_octets = false;
        done(client);
    }
    if (client->pings > 0 && octets.p[octets.n - 1] == '\n') {
        conn_write(client->conn, BYTES_LIT("NOOP\r\n"));
        if (--client->pings == 0) {
            loop_stop(client->loop);
        }
    }
    if (client->resets && client->conn != NULL) {
        client->resets = false;
        conn_reset(client->conn);
        conn_free(&client->conn);
        done(client);
    }
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct client *client = self;
    (void)text;
    client->ended = true;
    client->end = end;
    done(client);
}

static const struct conn_events client_events = {
    .connected = on_connected,
    .octets = on_octets,
    .ended = on_ended,
};

struct rig {
    struct loop *loop;
    struct server *server;
    unsigned ports[2];
    size_t open_clients;
};

static void rig_open(struct rig *rig, const struct server_settings *settings)
{
    struct error error = {""};
    rig->open_clients = 0;
    rig->loop = loop_new();
    rig->server = server_new(rig->loop, settings, &error);
    for (unsigned i = 0; i < 2; i++) {
        enum server_protocol protocol = i == 0 ? SERVER_SMTP : SERVER_POP3;
        CU_ASSERT_FATAL(
            server_listen(rig->server, protocol, "127.0.0.1", 0, &rig->ports[i], &error) == 0);
        CU_ASSERT(rig->ports[i] != 0);
    }
}

static void rig_close(struct rig *rig)
{
    server_free(&rig->server);
    loop_free(&rig->loop);
}

static void client_start(struct rig *rig, struct client *client, enum server_protocol protocol)
{
    client->loop = rig->loop;
    client->open_clients = &rig->open_clients;
    rig->open_clients++;
    client->conn = conn_connect_tcp(rig->loop, "127.0.0.1", rig->ports[protocol == SERVER_POP3],
                                    NULL, &client_events, client);
}

static void client_run(struct rig *rig, struct client *client, enum server_protocol protocol)
{
    client_start(rig, client, protocol);
    loop_run(rig->loop);
    conn_free(&client->conn);
}

static size_t count_of(struct bytes text, const char *what)
{
    size_t count = 0;
    struct bytes needle = bytes_of(what);
    for (size_t at = bytes_find(text, needle, 0); at != BYTES_NONE;
         at = bytes_find(text, needle, at + needle.n)) {
        count++;
    }
    return count;
}

static bool has(const struct client *client, const char *what)
{
    return bytes_find(buf_bytes(&client->output), bytes_of(what), 0) != BYTES_NONE;
}

static void test_mail_goes_through(void)
{
    struct server_settings settings = settings_default();
    struct rig rig;
    rig_open(&rig, &settings);
    struct client smtp = {.copies = 1,
                          .input = "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n"
                                   "RCPT TO:<m07@example.test>\r\nDATA\r\nSubject: x\r\n\r\n"
                                   "..hello\r\n.\r\nQUIT\r\n"};
    struct client pop3 = {.copies = 1,
                          .input = "USER m07\r\nPASS secret-m07\r\nRETR 1\r\nQUIT\r\n"};
    client_run(&rig, &smtp, SERVER_SMTP);
    CU_ASSERT(has(&smtp, "220 mx.example.test ") && has(&smtp, "\r\n354 "));
    CU_ASSERT(has(&smtp, "accepted for delivery\r\n221 2.0.0 "));
    CU_ASSERT(smtp.ended && smtp.end == CONN_END_FIN);
    client_run(&rig, &pop3, SERVER_POP3);
    CU_ASSERT(has(&pop3, "Return-Path: <a@b.example>\r\nReceived: from c.example ([127.0.0.1])"));
    CU_ASSERT(has(&pop3, "Subject: x\r\n\r\n..hello\r\n.\r\n+OK mx.example.test"));
    CU_ASSERT(pop3.ended && pop3.end == CONN_END_FIN);
    CU_ASSERT(server_connections(rig.server) == 0);
    rig_close(&rig);
    buf_deinit(&smtp.output);
    buf_deinit(&pop3.output);
}

/* Every command gets its answer, though the client half-closed long before the last was written. */
static void test_many_commands(void)
{
    struct server_settings settings = settings_default();
    struct rig rig;
    rig_open(&rig, &settings);
    struct client smtp = {.copies = MANY, .input = "HELP\r\n"};
    struct client pop3 = {.copies = MANY, .input = "CAPA\r\n"};
    client_start(&rig, &smtp, SERVER_SMTP);
    client_run(&rig, &pop3, SERVER_POP3);
    conn_free(&smtp.conn);
    CU_ASSERT(count_of(buf_bytes(&smtp.output), "\r\n214 ") == MANY);
    CU_ASSERT(count_of(buf_bytes(&pop3.output), "\r\n.\r\n") == MANY);
    CU_ASSERT(smtp.end == CONN_END_FIN && pop3.end == CONN_END_FIN);
    rig_close(&rig);
    buf_deinit(&smtp.output);
    buf_deinit(&pop3.output);
}

struct flood_row {
    const char *input;
    enum server_protocol protocol;
};

/* Answers longer than what one call gives, and shorter: then only the octets that wait to go out hold the server back. */
static const struct flood_row flood_rows[] = {
    {"HELP\r\n",                                 SERVER_SMTP},
    {"XYZZY xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", SERVER_POP3},
};

/* The server does not take more from a client that does not read than the sockets hold. */
static void check_flood(const struct flood_row *row)
{
    struct server_settings settings = settings_default();
    struct rig rig;
    rig_open(&rig, &settings);
    struct client floods = {
        .copies = FLOOD / strlen(row->input), .input = row->input, .keeps_open = true};
    struct client pings = {.pings = PINGS, .keeps_open = true, .copies = 0};
    client_start(&rig, &floods, row->protocol);
    conn_pause(floods.conn, true);
    client_start(&rig, &pings, SERVER_SMTP);
    loop_run(rig.loop);
    CU_ASSERT(pings.pings == 0);
    UNIT_ROW(row->input, conn_unsent(floods.conn) > FLOOD / 4);
    CU_ASSERT(floods.output.n == 0);
    conn_reset(floods.conn);
    conn_free(&floods.conn);
    conn_free(&pings.conn);
    rig_close(&rig);
    buf_deinit(&pings.output);
    buf_deinit(&floods.output);
}

static void test_flood(void)
{
    for (size_t i = 0; i < sizeof flood_rows / sizeof flood_rows[0]; i++) {
        check_flood(&flood_rows[i]);
    }
}

/* At its timeout SMTP says 421, POP3 nothing; both close. */
static void test_idle(void)
{
    struct server_settings settings = settings_default();
    settings.idle_ms = 1;
    struct rig rig;
    rig_open(&rig, &settings);
    struct client smtp = {.keeps_open = true};
    struct client pop3 = {.keeps_open = true};
    client_start(&rig, &smtp, SERVER_SMTP);
    client_run(&rig, &pop3, SERVER_POP3);
    conn_free(&smtp.conn);
    CU_ASSERT(has(&smtp, "\r\n421 4.4.2 mx.example.test "));
    CU_ASSERT(count_of(buf_bytes(&pop3.output), "\r\n") == 1);
    CU_ASSERT(smtp.end == CONN_END_FIN && pop3.end == CONN_END_FIN);
    rig_close(&rig);
    buf_deinit(&smtp.output);
    buf_deinit(&pop3.output);
}

/* RFC 1939 section 3 gives the POP3 client twice as long: the SMTP one that came after it is gone before it. */
static void test_idle_of_pop3_is_longer(void)
{
    struct server_settings settings = settings_default();
    settings.idle_ms = IDLE_MS;
    struct rig rig;
    rig_open(&rig, &settings);
    struct client pop3 = {.keeps_open = true};
    struct client smtp = {.keeps_open = true};
    client_start(&rig, &pop3, SERVER_POP3);
    client_start(&rig, &smtp, SERVER_SMTP);
    rig.open_clients = 1; /* the loop stops when the first one has ended */
    loop_run(rig.loop);
    CU_ASSERT(smtp.ended && !pop3.ended);
    conn_free(&smtp.conn);
    conn_free(&pop3.conn);
    rig_close(&rig);
    buf_deinit(&smtp.output);
    buf_deinit(&pop3.output);
}

/* A reset, and a server that is freed under its clients. */
static void test_sudden_ends(void)
{
    struct server_settings settings = settings_default();
    struct rig rig;
    rig_open(&rig, &settings);
    struct client resets = {.keeps_open = true, .resets = true};
    client_run(&rig, &resets, SERVER_SMTP);
    struct client stays = {.keeps_open = true, .is_done_at_octets = true};
    struct client last = {.copies = 1, .input = "QUIT\r\n"};
    client_start(&rig, &stays, SERVER_POP3);
    client_start(&rig, &last, SERVER_SMTP);
    loop_run(rig.loop);
    CU_ASSERT(last.ended && stays.output.n > 0 && server_connections(rig.server) == 1);
    server_free(&rig.server);
    CU_ASSERT(rig.server == NULL);
    conn_free(&stays.conn);
    conn_free(&last.conn);
    loop_free(&rig.loop);
    buf_deinit(&resets.output);
    buf_deinit(&stays.output);
    buf_deinit(&last.output);
}

/*
 * A client resets while more of a message waits than the sockets take. Its maildrop is free again as soon as the server
 * hears of it; the round trips of another client give it the time.
 */
static void test_reset_within_a_message(void)
{
    static const struct server_user users[] = {
        {"alice", "x", "alice@example.test"}
    };
    struct server_settings settings = settings_default();
    struct buf content = {0};
    buf_append_text(&content, "Subject: big\r\n\r\n");
    for (size_t i = 0; i < BIG_LINES; i++) {
        buf_append_text(&content,
                        "0123456789012345678901234567890123456789012345678901234567890\r\n");
    }
    const struct server_message messages[] = {
        {"alice", buf_bytes(&content)}
    };
    settings.users = users;
    settings.user_count = 1;
    settings.messages = messages;
    settings.message_count = 1;
    settings.max_maildrop_octets = 2 * content.n;
    struct rig rig;
    rig_open(&rig, &settings);
    struct client reads = {
        .copies = 1, .keeps_open = true, .input = "USER alice\r\nPASS x\r\nRETR 1\r\n"};
    struct client pings = {.pings = PINGS, .keeps_open = true, .copies = 0};
    client_start(&rig, &reads, SERVER_POP3);
    conn_pause(reads.conn, true);
    client_run(&rig, &pings, SERVER_SMTP);
    CU_ASSERT(server_connections(rig.server) == 2);
    conn_reset(reads.conn);
    conn_free(&reads.conn);
    struct client again = {.pings = PINGS, .keeps_open = true, .copies = 0};
    client_run(&rig, &again, SERVER_SMTP);
    CU_ASSERT(server_connections(rig.server) <= 2); /* those that pinged */
    struct client next = {.copies = 1, .input = "USER alice\r\nPASS x\r\nQUIT\r\n"};
    rig.open_clients = 0;
    client_run(&rig, &next, SERVER_POP3);
    CU_ASSERT(count_of(buf_bytes(&next.output), "-ERR") == 0);
    rig_close(&rig);
    buf_deinit(&content);
    buf_deinit(&reads.output);
    buf_deinit(&pings.output);
    buf_deinit(&again.output);
    buf_deinit(&next.output);
}

static void test_address_in_use(void)
{
    struct server_settings settings = settings_default();
    struct rig rig;
    struct error error = {""};
    unsigned port = 0;
    rig_open(&rig, &settings);
    CU_ASSERT(server_listen(rig.server, SERVER_SMTP, "127.0.0.1", rig.ports[0], &port, &error) ==
              -1);
    CU_ASSERT(error.text[0] != '\0');
    rig_close(&rig);
}

static const struct unit_test tests[] = {
    {"mail goes through",  test_mail_goes_through     },
    {"many commands",      test_many_commands         },
    {"flood",              test_flood                 },
    {"idle",               test_idle                  },
    {"idle POP3",          test_idle_of_pop3_is_longer},
    {"sudden ends",        test_sudden_ends           },
    {"reset in a message", test_reset_within_a_message},
    {"address in use",     test_address_in_use        },
};

UNIT_MAIN("fake_servers_server", tests)
