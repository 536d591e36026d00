/* The clients on loopback sockets against the reference server: what the machines cannot show without them. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "fake_clients/client.h"
#include "fake_servers/server.h"
#include "net/listener.h"

enum { NOT_ENDED = -1, SHORT_IDLE_MS = 1, BIG_LINES = 100000 };

#define MESSAGE "Subject: x\r\n\r\n.dot\r\n..\r\nlast\r\n"

static const char *const recipients[] = {"m01@example.test", "m02@example.test"};

static struct client_settings settings_of(enum client_protocol protocol)
{
    return (struct client_settings){
        .protocol = protocol,
        .client_name = "c.example",
        .sender = "a@x.example",
        .recipients = recipients,
        .recipient_count = 1,
        .message = BYTES_LIT(MESSAGE),
        .user = protocol == CLIENT_POP3 ? "m01" : NULL,
        .secret = protocol == CLIENT_POP3 ? "secret-m01" : NULL,
    };
}

struct rig {
    struct loop *loop;
    struct server *server;
    unsigned smtp_port;
    unsigned pop3_port;
    int exit_status;
    struct buf fetched;
};

static void rig_open(struct rig *rig)
{
    struct server_settings settings = settings_default();
    settings.takes_bare_line_ends = true;
    struct error error = {""};
    *rig = (struct rig){.loop = loop_new()};
    rig->server = server_new(rig->loop, &settings, &error);
    CU_ASSERT_FATAL(
        server_listen(rig->server, SERVER_SMTP, "127.0.0.1", 0, &rig->smtp_port, &error) == 0);
    CU_ASSERT_FATAL(
        server_listen(rig->server, SERVER_POP3, "127.0.0.1", 0, &rig->pop3_port, &error) == 0);
}

static void rig_close(struct rig *rig)
{
    server_free(&rig->server);
    loop_free(&rig->loop);
    buf_deinit(&rig->fetched);
}

static void on_ended(void *self, int exit_status)
{
    struct rig *rig = self;
    rig->exit_status = exit_status;
    loop_stop(rig->loop);
}

/* One client from its start to its end. */
static int run_on(struct rig *rig, unsigned port, const struct client_settings *settings)
{
    rig->exit_status = NOT_ENDED;
    struct fake_client *client =
        fake_client_new(rig->loop, "127.0.0.1", port, settings, on_ended, rig);
    loop_run(rig->loop);
    buf_clear(&rig->fetched);
    buf_append(&rig->fetched, fake_client_fetched(client));
    fake_client_free(&client);
    CU_ASSERT(client == NULL);
    return rig->exit_status;
}

static int run(struct rig *rig, const struct client_settings *settings)
{
    return run_on(rig, settings->protocol == CLIENT_POP3 ? rig->pop3_port : rig->smtp_port,
                  settings);
}

/* How many copies of the message the maildrop has; fetched and deleted by an honest client. */
static size_t take_all(struct rig *rig, const char *name)
{
    struct client_settings settings = settings_of(CLIENT_POP3);
    UNIT_ROW(name, run(rig, &settings) == CLIENT_DONE);
    size_t count = 0;
    struct bytes all = buf_bytes(&rig->fetched);
    for (size_t at = bytes_find(all, BYTES_LIT(MESSAGE), 0); at != BYTES_NONE;
         at = bytes_find(all, BYTES_LIT(MESSAGE), at + 1)) {
        count++;
    }
    return count;
}

static void test_mail_goes_through(void)
{
    struct rig rig;
    struct client_settings smtp = settings_of(CLIENT_SMTP);
    struct client_settings keeps = settings_of(CLIENT_POP3);
    keeps.keep = true;
    rig_open(&rig);
    CU_ASSERT(run(&rig, &smtp) == CLIENT_DONE && rig.fetched.n == 0);
    CU_ASSERT(run(&rig, &smtp) == CLIENT_DONE);
    CU_ASSERT(run(&rig, &keeps) == CLIENT_DONE && rig.fetched.n > strlen(MESSAGE));
    CU_ASSERT(take_all(&rig, "kept") == 2);
    CU_ASSERT(take_all(&rig, "deleted") == 0);
    rig_close(&rig);
}

static void test_refusals(void)
{
    static const char *const nobody[] = {"nobody@example.test"};
    struct rig rig;
    struct client_settings smtp = settings_of(CLIENT_SMTP);
    struct client_settings pop3 = settings_of(CLIENT_POP3);
    smtp.recipients = nobody;
    pop3.secret = "wrong";
    rig_open(&rig);
    CU_ASSERT(run(&rig, &smtp) == CLIENT_REFUSED);
    CU_ASSERT(run(&rig, &pop3) == CLIENT_LOGIN_REFUSED);
    rig_close(&rig);
}

/* A message that the sockets do not take at once. */
static void test_big_message(void)
{
    struct rig rig;
    struct client_settings smtp = settings_of(CLIENT_SMTP);
    struct client_settings pop3 = settings_of(CLIENT_POP3);
    struct buf message = {0};
    for (size_t i = 0; i < BIG_LINES; i++) {
        buf_append_text(&message, ".23456789012345678901234567890123456789\r\n");
    }
    smtp.message = buf_bytes(&message);
    rig_open(&rig);
    CU_ASSERT(run(&rig, &smtp) == CLIENT_DONE);
    CU_ASSERT(run(&rig, &pop3) == CLIENT_DONE);
    CU_ASSERT(bytes_find(buf_bytes(&rig.fetched), buf_bytes(&message), 0) != BYTES_NONE);
    rig_close(&rig);
    buf_deinit(&message);
}

/* ---- each fault, on a server that gives it no occasion, or bears it ---- */

/* The reference server, strict in what a line is, waits for the CRLF: such a client goes in the end as one that is lost. */
static bool is_left_waiting(enum client_fault fault)
{
    return fault == CLIENT_FAULT_CLIENT_CRLF || fault == CLIENT_FAULT_POP3_CLIENT_LINE_END;
}

/* What the fault does to the message is all right with the server, but it is another message then. */
static bool changes_message(enum client_fault fault)
{
    return fault == CLIENT_FAULT_CLIENT_CRLF_2 || fault == CLIENT_FAULT_CLIENT_CRLF_3 ||
           fault == CLIENT_FAULT_DOT_STUFFING || fault == CLIENT_FAULT_DOT_STUFFING_2;
}

/* The message has a line of just dots. */
static int expected_status(enum client_fault fault)
{
    return fault == CLIENT_FAULT_POP3_TERMINATION ? CLIENT_PROTOCOL_ERROR : CLIENT_DONE;
}

/* A server need not take DATA behind a chunk. */
static bool is_refused(enum client_fault fault)
{
    return fault == CLIENT_FAULT_BDAT_ORDER || fault == CLIENT_FAULT_BDAT_ORDER_2;
}

static void check_smtp_fault(struct rig *rig, enum client_fault fault)
{
    const char *name = client_fault_at(fault)->name;
    struct client_settings settings = settings_of(CLIENT_SMTP);
    settings.faults.on[fault] = true;
    UNIT_ROW(name, run(rig, &settings) == (is_refused(fault) ? CLIENT_REFUSED : CLIENT_DONE));
    UNIT_ROW(name, take_all(rig, name) == (is_refused(fault) ? 0 : 1) || changes_message(fault));
}

static void check_pop3_fault(struct rig *rig, enum client_fault fault)
{
    const char *name = client_fault_at(fault)->name;
    struct client_settings smtp = settings_of(CLIENT_SMTP);
    struct client_settings pop3 = settings_of(CLIENT_POP3);
    smtp.message = BYTES_LIT("Subject: x\r\n\r\n.dot\r\n.\r\nlast\r\n");
    UNIT_ROW(name, run(rig, &smtp) == CLIENT_DONE);
    pop3.faults.on[fault] = true;
    UNIT_ROW(name, run(rig, &pop3) == expected_status(fault));
    take_all(rig, name); /* what it left */
}

static void test_each_fault(void)
{
    struct rig rig;
    rig_open(&rig);
    for (size_t i = 0; i < CLIENT_FAULT_COUNT; i++) {
        enum client_fault fault = (enum client_fault)i;
        if (is_left_waiting(fault)) {
            continue;
        }
        if (bytes_starts(bytes_of(client_fault_at(fault)->rule), "pop3/")) {
            check_pop3_fault(&rig, fault);
        } else {
            check_smtp_fault(&rig, fault);
        }
    }
    rig_close(&rig);
}

/* ---- servers that are none ---- */

struct stub {
    struct conn *conn;
    bool resets;
};

static void ignore_octets(void *self, struct bytes octets)
{
    (void)self;
    (void)octets;
}

static void ignore_end(void *self, enum conn_end end, const char *text)
{
    (void)self;
    (void)end;
    (void)text;
}

static const struct conn_events stub_events = {.octets = ignore_octets, .ended = ignore_end};

static void on_connection(void *self, struct listener *listener)
{
    struct stub *stub = self;
    stub->conn = conn_accept(listener, &stub_events, stub, NULL, 0);
    if (stub->resets && stub->conn != NULL) {
        conn_reset(stub->conn);
        conn_free(&stub->conn);
    }
}

static void check_stub(bool resets, int64_t idle_ms)
{
    struct rig rig;
    struct stub stub = {.resets = resets};
    struct error error = {""};
    struct client_settings settings = settings_of(CLIENT_SMTP);
    settings.idle_ms = idle_ms;
    rig_open(&rig);
    struct listener *listener =
        listener_new_tcp(rig.loop, "127.0.0.1", 0, on_connection, &stub, &error);
    CU_ASSERT_FATAL(listener != NULL);
    unsigned port = listener_port(listener);
    CU_ASSERT(run_on(&rig, port, &settings) == CLIENT_REFUSED_FOR_NOW);
    conn_free(&stub.conn);
    listener_free(&listener);
    rig_close(&rig);
}

static void test_reset(void)
{
    check_stub(true, 0);
}

static void test_silence(void)
{
    check_stub(false, SHORT_IDLE_MS);
}

/* The port is free again, so nobody listens there. */
static void test_nobody_listens(void)
{
    struct rig rig;
    struct client_settings settings = settings_of(CLIENT_POP3);
    rig_open(&rig);
    unsigned port = rig.pop3_port;
    server_free(&rig.server);
    CU_ASSERT(run_on(&rig, port, &settings) == CLIENT_REFUSED_FOR_NOW);
    rig_close(&rig);
}

static void test_freed_early(void)
{
    struct rig rig;
    struct client_settings settings = settings_of(CLIENT_SMTP);
    rig_open(&rig);
    rig.exit_status = NOT_ENDED;
    struct fake_client *client =
        fake_client_new(rig.loop, "127.0.0.1", rig.smtp_port, &settings, on_ended, &rig);
    fake_client_free(&client);
    CU_ASSERT(rig.exit_status == NOT_ENDED);
    rig_close(&rig);
}

static const struct unit_test tests[] = {
    {"mail goes through", test_mail_goes_through},
    {"refusals",          test_refusals         },
    {"big message",       test_big_message      },
    {"each fault",        test_each_fault       },
    {"reset",             test_reset            },
    {"silence",           test_silence          },
    {"nobody listens",    test_nobody_listens   },
    {"freed early",       test_freed_early      },
};

UNIT_MAIN("fake_clients_client", tests)
