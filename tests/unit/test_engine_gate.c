/* Clients that come by themselves: which case each of them is for. */
#include "unit.h"

#include <unistd.h>

#include "engine/gate.h"
#include "net/listener.h"
#include "serve_play.h"

#define HELLO "?220 |EHLO c.example|?250 |"
#define MAIL  "MAIL FROM:<a@b.example>|?250|"
#define QUIT  "QUIT|?221|!ended"
#define LOGIN "PASS secret-alice|?+OK|"
#define BYE   "QUIT|?+OK|!ended"

enum { GATE_CASES = 3, GATE_CLIENTS = 5, CROWD = 65 };
enum ports { OWN, RANGE, SHARED, OWN_TLS, SHARED_TLS };

/* A client goes to the port of a case, from 1. */
struct gate_client {
    unsigned to;
    const char *script;
};

struct gate_row {
    const char *name;
    enum ports ports;
    bool at_once; /* all clients together; else one behind the other */
    const char *scenarios[GATE_CASES];
    struct gate_client clients[GATE_CLIENTS];
    enum verdict verdicts[GATE_CASES];
    const char *reasons[GATE_CASES]; /* NULL: none */
};

// clang-format off
static const struct gate_row rows[] = {
    {"a port of its own", OWN, false, {"C: EHLO x\nS: 250 hi"}, {{1, "?220|EHLO c|?250 hi|" QUIT}}, {VERDICT_PASS}, {NULL}},
    {"two ports", OWN, true, {"C: EHLO x\nS: 250 one", "C: EHLO x\nS: 250 two"}, {{2, "?220|EHLO c|?250 two|" QUIT}, {1, "?220|EHLO c|?250 one|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"two ports of a range", RANGE, true, {"C: EHLO x\nS: 250 one", "C: EHLO x\nS: 250 two"}, {{2, "?220|EHLO c|?250 two|" QUIT}, {1, "?220|EHLO c|?250 one|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"a range that is too small", RANGE, false, {"C: EHLO x\nS: 250 a", "C: EHLO x\nS: 250 b", "C: EHLO x\nS: 250 c"}, {{1, "?220|EHLO c|?250 a|" QUIT}, {2, "?220|EHLO c|?250 b|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS, VERDICT_UNSUPPORTED}, {NULL, NULL, "are used up"}},
    {"alone on the shared port", SHARED, false, {"C: EHLO x\nS: 250 hi"}, {{1, "?220|EHLO c|?250 hi|" QUIT}}, {VERDICT_PASS}, {NULL}},
    {"chosen by the recipient", SHARED, false, {"Start: mail\n\nC: RCPT TO:<x>\nS: 550 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{2, HELLO MAIL "RCPT TO:<t-two@example.test>|?250|DATA|?451 two|" QUIT}, {1, HELLO MAIL "RCPT TO:<T-ONE@example.test> NOTIFY=NEVER|?550 one|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"chosen by a tag", SHARED, false, {"Start: mail\n\nC: RCPT TO:<x>\nS: 550 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, HELLO MAIL "RCPT TO:<alice+t-one@x>|?550 one|" QUIT}, {2, HELLO MAIL "RCPT TO:<bob+t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"two at once", SHARED, true, {"Start: mail\n\nC: RCPT TO:<x>\nS: 550 one", "Start: mail\n\nC: RCPT TO:<x>\nS: 550 two"},
     {{1, HELLO MAIL "RCPT TO:<t-two@x>|?550 two|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-one@x>|?550 one|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"pipelined", SHARED, false, {"Start: mail\n\nC: RCPT TO:<x>\nS: 250 one\nC: DATA\nS: 354\nC: .\nS: 250 two", "Start: rcpt\n\nC: DATA\nS: 451"},
     {{1, HELLO "MAIL FROM:<a@b>&|RCPT TO:<t-one@x>&|DATA|?250|?250 one|?354|.|?250 two|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"a recipient that no case has", SHARED, false, {"Start: rcpt\n\nC: DATA\nS: 451 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, HELLO MAIL "RCPT TO:<other@x>|?250|DATA|?354|.|?250|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-one@x>|?250|DATA|?451 one|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"the second recipient tells", SHARED, false, {"Start: rcpt\n\nC: RCPT TO:<x>\nS: 550 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, HELLO MAIL "RCPT TO:<other@x>|?250|RCPT TO:<t-one@x>|?550 one|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"one that looks around first", SHARED, false, {"Start: rcpt\n\nC: DATA\nS: 451 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, "!close"}, {1, "?220|!reset"}, {1, HELLO QUIT}, {1, HELLO "NOOP|?250|" MAIL "RCPT TO:<t-one@x>|?250|DATA|?451 one|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"when the case is over, the conforming server answers", SHARED, false, {"Start: rcpt\n\nC: DATA\nS: 451 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, HELLO MAIL "RCPT TO:<t-one@x>|?250|DATA|?451 one|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-one@x>|?250|DATA|?354|.|?250|" QUIT}, {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"the same on a port of its own", OWN, false, {"Start: rcpt\n\nC: DATA\nS: 451 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, HELLO MAIL "RCPT TO:<x@x>|?250|DATA|?451 one|" QUIT}, {1, HELLO MAIL "RCPT TO:<x@x>|?250|DATA|?354|.|?250|" QUIT}, {2, HELLO MAIL "RCPT TO:<x@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"nobody comes", OWN, false, {"C: EHLO x\nS: 250 hi"}, {{0, "!interrupt"}}, {VERDICT_SKIP}, {"no client came for it"}},
    {"nobody comes for one of them", OWN, false, {"C: EHLO x\nS: 250 hi", "C: EHLO x\nS: 250 hi"}, {{2, "?220|EHLO c|?250 hi|" QUIT}, {0, "!interrupt"}}, {VERDICT_SKIP, VERDICT_PASS}, {"no client came for it"}},
    {"interrupted in the middle", OWN, false, {"C: EHLO x\nS: 250 hi\nC: NOOP\nS: 250"}, {{1, "?220|EHLO c|?250 hi|!interrupt|!hang"}}, {VERDICT_INCONCLUSIVE}, {"interrupted"}},
    {"a case that cannot be chosen", SHARED, false, {"C: EHLO x\nS: 250 hi", "Start: rcpt\n\nC: DATA\nS: 451 two"}, {{2, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_UNSUPPORTED, VERDICT_PASS}, {"give a range of ports"}},
    {"a line that never comes", OWN, false, {"C: EHLO x\nS: 250 hi\nC: NOOP\nS: 250"}, {{1, "?220|EHLO c|?250 hi|" QUIT}}, {VERDICT_FAIL}, {"the client never sent NOOP: it said QUIT"}},
    {"<exit> cannot be seen", OWN, false, {"C: EHLO x\nS: 550\nC: <exit failure>"}, {{1, "?220|EHLO c|?550|" QUIT}}, {VERDICT_PASS}, {NULL}},
    {"two connections", OWN, false, {"C: NOOP\nS: 250 one\nC2: NOOP\nS2: 250 two"}, {{1, HELLO "NOOP|?250 one|!to 2|" HELLO "NOOP|?250 two|" QUIT "|!to 1|" QUIT}}, {VERDICT_PASS}, {NULL}},
    {"POP3, chosen by the user", SHARED, false, {"C: STAT\nS: +OK 1 1", "Start: greeting\n\nC: PASS x\nS: -ERR two"},
     {{2, "?+OK|CAPA|?.|USER t-two|?+OK|PASS x|?-ERR two|" BYE}, {1, "?+OK|USER t-one|?+OK|" LOGIN "STAT|?+OK 1 1|" BYE}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"POP3, a user that no case has", SHARED, false, {"C: STAT\nS: +OK 1 1", "C: STAT\nS: +OK 2 2"},
     {{1, "?+OK|USER other|?+OK|" LOGIN "STAT|?+OK 2 3083|" BYE}, {1, "?+OK|USER t-two|?+OK|" LOGIN "STAT|?+OK 2 2|" BYE}, {1, "?+OK|USER t-one|?+OK|" LOGIN "STAT|?+OK 1 1|" BYE}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"POP3 by APOP", SHARED, false, {"C: STAT\nS: +OK 1 1", "C: STAT\nS: +OK 2 2"},
     {{1, "?+OK|APOP t-two 00112233445566778899aabbccddeeff|?+OK|STAT|?+OK 2 2|" BYE}, {1, "?+OK|USER t-one|?+OK|" LOGIN "STAT|?+OK 1 1|" BYE}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"inside TLS", OWN_TLS, false, {"S: 220 hi\nS: <the TLS version is 1.2>\nC: EHLO x\nS: 250 in {{tls:version}}"}, {{1, "!tls 1.2|?220 hi|EHLO c|?250 in 1.2|" QUIT}}, {VERDICT_PASS}, {NULL}},
    {"chosen inside TLS", SHARED_TLS, false, {"Start: mail\n\nC: RCPT TO:<x>\nS: 550 one {{tls:version}}", "Start: rcpt\n\nC: DATA\nS: <the TLS version is 1.3>\nS: 451 two"},
     {{2, "!tls|" HELLO MAIL "RCPT TO:<t-two@example.test>|?250|DATA|?451 two|" QUIT}, {1, "!tls 1.2|" HELLO MAIL "RCPT TO:<t-one@x>|?550 one 1.2|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"one that speaks no TLS, and one that refuses", SHARED_TLS, false, {"Start: rcpt\n\nC: DATA\nS: 451 one", "Start: rcpt\n\nC: DATA\nS: 451 two"},
     {{1, "EHLO c|!ended"}, {1, "!tls refuse"}, {1, "!tls|" HELLO MAIL "RCPT TO:<t-one@x>|?250|DATA|?451 one|" QUIT}, {1, "!tls|" HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"POP3 inside TLS", SHARED_TLS, false, {"C: STAT\nS: +OK 1 1", "C: STAT\nS: +OK 2 2"},
     {{1, "!tls|?+OK|USER t-two|?+OK|" LOGIN "STAT|?+OK 2 2|" BYE}, {1, "!tls|?+OK|USER t-one|?+OK|" LOGIN "STAT|?+OK 1 1|" BYE}},
     {VERDICT_PASS, VERDICT_PASS}, {NULL}},
    {"STARTTLS on a port of its own", OWN, false, {"C: STARTTLS\nS: 220\nC & S: <negotiate a TLS session>\nC: EHLO x\nS: 250 in"}, {{1, HELLO "STARTTLS|?220|!tls|EHLO c|?250 in|" QUIT}}, {VERDICT_PASS}, {NULL}},
};
// clang-format on

struct gate_play {
    struct serve_play serve;
    const struct gate_row *row;
    unsigned ports[GATE_CASES]; /* as told */
    size_t told;
    struct scripted scripted[GATE_CLIENTS];
    struct scripted *scripted_p[GATE_CLIENTS];
    struct client_child *children[GATE_CLIENTS];
    struct timer *start;
    size_t started;
    size_t ended;
};

static void start_more(void *self);

static void on_client_ended(void *self, const struct client_end *end)
{
    struct gate_play *play = self;
    (void)end;
    play->ended++;
    timer_start(play->start, 0);
}

static void start_one(struct gate_play *play)
{
    size_t i = play->started++;
    const struct gate_client *client = &play->row->clients[i];
    struct client_task task = {.case_id = "t",
                               .sender = "",
                               .rcpt = "",
                               .rcpt2 = "",
                               .user = "",
                               .secret = "",
                               .client = "",
                               .host = "127.0.0.1",
                               .smtp_port = client->to == 0 ? 0 : play->ports[client->to - 1]};
    play->scripted[i].rest = bytes_of(client->script);
    play->scripted[i].interrupt = serve_play_interrupt;
    play->scripted[i].self = &play->serve;
    play->scripted_p[i] = &play->scripted[i];
    play->children[i] =
        scripted_start(&play->scripted_p[i], play->serve.loop, &task, on_client_ended, play);
}

/* When every case has its port. */
static void start_more(void *self)
{
    struct gate_play *play = self;
    while (play->started < GATE_CLIENTS && play->row->clients[play->started].script != NULL &&
           (play->row->at_once || play->started == play->ended)) {
        start_one(play);
    }
}

static void on_listening(void *self, const struct program *program, const char *text)
{
    struct gate_play *play = self; /* the serve_play is its first member */
    const char *port = strrchr(text, ':');
    for (size_t i = 0; i < play->serve.count; i++) {
        if (program == play->serve.programs[i] && port != NULL) {
            play->ports[i] = (unsigned)strtoul(port + 1, NULL, 10);
            play->told++;
        }
    }
    timer_start(play->start, 0);
}

/*
 * Ports that nobody has now: the first of that many in a row. Below those that the system gives to connections, of which one
 * might take them before the gate does.
 */
static unsigned free_ports(struct loop *loop, unsigned count)
{
    static unsigned tried;
    for (;;) {
        unsigned port = 10000 + ((unsigned)getpid() * 97 + tried++ * count) % 20000;
        unsigned good = 0;
        while (good < count) {
            struct listener *listener =
                listener_new_tcp(loop, "127.0.0.1", port + good, NULL, NULL, NULL);
            if (listener == NULL) {
                break;
            }
            listener_free(&listener);
            good++;
        }
        if (good == count) {
            return port;
        }
    }
}

static void set_target(struct gate_play *play)
{
    struct client *client = &play->serve.target.client;
    enum ports ports = play->row->ports;
    bool own = ports == OWN || ports == OWN_TLS;
    unsigned port = own ? 0 : free_ports(play->serve.loop, 2);
    client->sends = "STARTTLS";
    client->kind = CLIENT_LISTEN;
    client->mail = (struct endpoint){.kind = ENDPOINT_TCP,
                                     .protocol = PROTOCOL_SMTP,
                                     .implicit_tls = ports == OWN_TLS || ports == SHARED_TLS,
                                     .host = "127.0.0.1",
                                     .url = "smtp://127.0.0.1",
                                     .port = port};
    client->pop3 = client->mail;
    client->pop3.protocol = PROTOCOL_POP3;
    client->mail_last_port = port + (ports == RANGE ? 1 : 0);
    client->pop3_last_port = client->mail_last_port;
}

static void check_cases(const struct gate_row *row, struct gate_play *play)
{
    for (size_t i = 0; i < play->serve.count; i++) {
        struct serve_play_case *c = &play->serve.cases[i];
        const char *reason = row->reasons[i];
        UNIT_ROW(row->name, c->begins == 1 && c->ends == 1 && c->late == 0);
        UNIT_ROW(row->name, c->opened == c->closed);
        UNIT_ROW(row->name, c->verdict == row->verdicts[i] && serve_row_reason(reason, c->reason));
        if (c->verdict != row->verdicts[i] || !serve_row_reason(reason, c->reason)) {
            fprintf(stderr, "  %zu: %s: %s\n  said:\n%s  heard:\n%s", i + 1,
                    verdict_name(c->verdict), c->reason, buf_text(&c->said), buf_text(&c->heard));
        }
    }
    for (size_t i = 0; i < play->started; i++) {
        UNIT_ROW(row->name, play->scripted[i].undone.n == 0);
        if (play->scripted[i].undone.n > 0) {
            fprintf(stderr, "  client %zu: %s\n", i + 1, buf_text(&play->scripted[i].undone));
        }
    }
}

static void check_row(const struct gate_row *row)
{
    static const char *const ids[] = {"t/one", "t/two", "t/three"};
    struct gate_play play;
    memset(&play, 0, sizeof play);
    serve_play_init(&play.serve);
    play.row = row;
    play.start = timer_new(play.serve.loop, start_more, &play);
    play.serve.config.listening = on_listening;
    set_target(&play);
    for (size_t i = 0; i < GATE_CASES && row->scenarios[i] != NULL; i++) {
        UNIT_ROW(row->name, serve_play_add(&play.serve, ids[i], row->scenarios[i]));
    }
    UNIT_ROW(row->name, serve_play_run(&play.serve));
    check_cases(row, &play);
    for (size_t i = 0; i < play.started; i++) {
        scripted_free(&play.children[i]);
        scripted_deinit(&play.scripted[i]);
    }
    timer_free(&play.start);
    serve_play_deinit(&play.serve);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

/* One after whom no case can be told any more is sent away, and keeps nobody out. */
static void test_endless(void)
{
    struct gate_row row = {
        "endless",
        SHARED,
        false,
        {"Start: rcpt\n\nC: DATA\nS: 451 one",                         "Start: rcpt\n\nC: DATA\nS: 451 two"},
        {{1, NULL},
          {1, HELLO MAIL "RCPT TO:<t-one@x>|?250|DATA|?451 one|" QUIT},
          {1, HELLO MAIL "RCPT TO:<t-two@x>|?250|DATA|?451 two|" QUIT}},
        {VERDICT_PASS, VERDICT_PASS},
        {NULL                                                           }
    };
    struct buf script = {0};
    buf_append_text(&script, "?220|");
    for (unsigned i = 0; i < 2000; i++) {
        buf_append_text(&script, "NOOP&|");
    }
    buf_append_text(&script, "NOOP|!ended");
    row.clients[0].script = buf_text(&script);
    check_row(&row);
    buf_deinit(&script);
}

/* So many connections that no case is told for are held, one more is sent away. */
struct crowd {
    struct gate_play play;
    struct conn *conns[CROWD];
    size_t count;
    unsigned greeted;
    unsigned refused;
};

static void crowd_octets(void *self, struct bytes octets)
{
    struct crowd *crowd = self;
    crowd->greeted += bytes_starts(octets, "220 ") ? 1 : 0;
    crowd->refused += bytes_starts(octets, "421 ") ? 1 : 0;
    if (crowd->greeted + crowd->refused == CROWD) {
        engine_interrupt(crowd->play.serve.engine);
    }
}

static void crowd_connected(void *self, const char *text)
{
    (void)self;
    (void)text;
}

static void crowd_ended(void *self, enum conn_end end, const char *text)
{
    (void)self;
    (void)end;
    (void)text;
}

static void crowd_start(void *self)
{
    static const struct conn_events events = {
        .connected = crowd_connected,
        .octets = crowd_octets,
        .ended = crowd_ended,
    };
    struct crowd *crowd = self;
    while (crowd->count < CROWD) {
        crowd->conns[crowd->count++] = conn_connect_tcp(crowd->play.serve.loop, "127.0.0.1",
                                                        crowd->play.ports[0], NULL, &events, crowd);
    }
}

static void test_crowd(void)
{
    static const struct gate_row row = {"crowd", SHARED, true, {NULL}, {{0, NULL}}, {0}, {NULL}};
    struct crowd crowd;
    memset(&crowd, 0, sizeof crowd);
    serve_play_init(&crowd.play.serve);
    crowd.play.row = &row;
    crowd.play.start = timer_new(crowd.play.serve.loop, crowd_start, &crowd);
    crowd.play.serve.config.listening = on_listening;
    set_target(&crowd.play);
    CU_ASSERT(serve_play_add(&crowd.play.serve, "t/one", "Start: rcpt\n\nC: DATA\nS: 451"));
    CU_ASSERT(serve_play_add(&crowd.play.serve, "t/two", "Start: rcpt\n\nC: DATA\nS: 451"));
    CU_ASSERT(serve_play_run(&crowd.play.serve));
    CU_ASSERT_EQUAL(crowd.greeted, CROWD - 1);
    CU_ASSERT_EQUAL(crowd.refused, 1);
    for (size_t i = 0; i < crowd.count; i++) {
        conn_free(&crowd.conns[i]);
    }
    timer_free(&crowd.play.start);
    serve_play_deinit(&crowd.play.serve);
}

static void test_can_choose(void)
{
    static const struct {
        const char *scenario;
        bool can;
    } programs[] = {
        {"C: EHLO x\nS: 250",                                      false},
        {"C: MAIL FROM:<x>\nS: 250",                               false},
        {"C: RCPT TO:<x>\nS: 250",                                 true },
        {"Start: mail\n\nC: RCPT TO:<x>\nS: 250",                  true },
        {"Start: rcpt\n\n> a word\nC: DATA\nS: 354\nC: .\nS: 250", true },
        {"Start: rcpt\n\nC: NOOP\nS: 250",                         false},
        {"S: 220\nC: EHLO x\nS: 250",                              false},
        {"C: STAT\nS: +OK",                                        true },
        {"C: USER x\nS: +OK",                                      false},
        {"Start: greeting\n\nC: PASS x\nS: +OK",                   true },
    };
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct serve_play play;
        serve_play_init(&play);
        UNIT_ROW(programs[i].scenario, serve_play_add(&play, "t/case", programs[i].scenario));
        UNIT_ROW(programs[i].scenario, gate_can_choose(play.programs[0]) == programs[i].can);
        serve_play_deinit(&play);
    }
}

static const struct unit_test tests[] = {
    {"rows",       test_rows      },
    {"endless",    test_endless   },
    {"crowd",      test_crowd     },
    {"can choose", test_can_choose},
};

UNIT_MAIN("engine_gate", tests)
