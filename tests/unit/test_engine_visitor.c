/* What a client says is cut into units, however it comes; what we say goes out; nothing grows without bound. */
#include "unit.h"

#include <string.h>

#include "visitor_play.h"

struct row {
    const char *name;
    enum protocol protocol;
    struct bytes came;
    const char *units;
    const char *rest; /* not taken yet */
};

#define L(literal) BYTES_INIT(literal)
#define SENT       "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a>\r\n"
#define SENT_UNITS "C:EHLO x\r\n|C:MAIL FROM:<>\r\n|C:RCPT TO:<a>\r\n|"

// clang-format off
static const struct row rows[] = {
    {"lines", PROTOCOL_SMTP, L("NOOP\r\nRSET\r\nQU"), "C:NOOP\r\n|C:RSET\r\n|", "QU"},
    {"odd line ends", PROTOCOL_SMTP, L("NOOP\nRS\rET\r\r\n\n"), "C:NOOP\n|C:RS\rET\r\r\n|C:\n|", ""},
    {"message data", PROTOCOL_SMTP, L(SENT "DATA\r\na\r\n..b\r\n.\r\nQUIT\r\n"), SENT_UNITS "C:DATA\r\n|D:a\r\n.b\r\n|C:QUIT\r\n|", ""},
    {"no message data", PROTOCOL_SMTP, L(SENT "DATA\r\n.\r\nNOOP\r\n"), SENT_UNITS "C:DATA\r\n|D:|C:NOOP\r\n|", ""},
    {"message data without its end", PROTOCOL_SMTP, L(SENT "DATA\r\na\r\n.\n.\r.\rb\r\n.x\r\n"), SENT_UNITS "C:DATA\r\n|", "a\r\n.\n.\r.\rb\r\n.x\r\n"},
    {"DATA refused", PROTOCOL_SMTP, L("DATA\r\na\r\n.\r\n"), "C:DATA\r\n|C:a\r\n|C:.\r\n|", ""},
    {"recipients are counted anew", PROTOCOL_SMTP, L(SENT "MAIL FROM:<>\r\nDATA\r\n.\r\n"), SENT_UNITS "C:MAIL FROM:<>\r\n|C:DATA\r\n|C:.\r\n|", ""},
    {"a chunk", PROTOCOL_SMTP, L("BDAT 5 LAST\r\na\r\nb\nNOOP\r\n"), "C:BDAT 5 LAST\r\n|K:a\r\nb\n|C:NOOP\r\n|", ""},
    {"an empty chunk", PROTOCOL_SMTP, L("BDAT 0 LAST\r\nNOOP\r\n"), "C:BDAT 0 LAST\r\n|K:|C:NOOP\r\n|", ""},
    {"half a chunk", PROTOCOL_SMTP, L("BDAT 5\r\nabc"), "C:BDAT 5\r\n|", "abc"},
    {"two chunks", PROTOCOL_SMTP, L("BDAT 1\r\naBDAT 2 LAST\r\n\r\nQUIT\r\n"), "C:BDAT 1\r\n|K:a|C:BDAT 2 LAST\r\n|K:\r\n|C:QUIT\r\n|", ""},
    {"a chunk larger than numbers are", PROTOCOL_SMTP, L("BDAT 99999999999999999999\r\nNOOP\r\n"), "C:BDAT 99999999999999999999\r\n|C:NOOP\r\n|", ""},
    {"a response", PROTOCOL_SMTP, L("AUTH LOGIN\r\nYQ==\r\nNOOP\r\n"), "C:AUTH LOGIN\r\n|R:YQ==\r\n|C:NOOP\r\n|", ""},
    {"a response that is empty", PROTOCOL_SMTP, L("AUTH LOGIN\r\n\r\nNOOP\r\n"), "C:AUTH LOGIN\r\n|R:\r\n|C:NOOP\r\n|", ""},
    {"LMTP", PROTOCOL_LMTP, L("LHLO x\r\nRCPT TO:<a>\r\nDATA\r\nx\r\n.\r\n"), "C:LHLO x\r\n|C:RCPT TO:<a>\r\n|C:DATA\r\n|D:x\r\n|", ""},
    {"POP3", PROTOCOL_POP3, L("CAPA\r\nDATA\r\nBDAT 2\r\nab\r\n"), "C:CAPA\r\n|C:DATA\r\n|C:BDAT 2\r\n|C:ab\r\n|", ""},
    {"a response of POP3", PROTOCOL_POP3, L("AUTH PLAIN\r\n*\r\nQUIT\r\n"), "C:AUTH PLAIN\r\n|R:*\r\n|C:QUIT\r\n|", ""},
};
// clang-format on

static bool units_are(const struct row *row, size_t split, size_t piece)
{
    struct visitor visitor;
    struct buf seen = {0};
    struct buf rest = {0};
    visitor_play_init(&visitor, row->protocol);
    visitor_play_feed(&visitor, bytes_slice(row->came, 0, split));
    enum visitor_take take = visitor_play_take(&visitor, &seen);
    for (size_t at = split; at < row->came.n; at += piece) {
        visitor_play_feed(&visitor, bytes_slice(row->came, at, at + piece));
        take = visitor_play_take(&visitor, &seen);
    }
    visitor_unfinished(&visitor, &rest);
    bool good = take == VISITOR_TAKE_NOTHING && strcmp(buf_text(&seen), row->units) == 0 &&
                strcmp(buf_text(&rest), row->rest) == 0 &&
                visitor_has_unread(&visitor) == (row->rest[0] != '\0');
    if (!good) {
        fprintf(stderr, "  split %zu: %s, rest %s\n", split, buf_text(&seen), buf_text(&rest));
    }
    buf_deinit(&seen);
    buf_deinit(&rest);
    visitor_play_deinit(&visitor);
    return good;
}

static void test_units(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool good = units_are(&rows[i], 0, 1);
        for (size_t split = 0; split <= rows[i].came.n && good; split++) {
            good = units_are(&rows[i], split, rows[i].came.n);
        }
        UNIT_ROW(rows[i].name, good);
    }
}

static void test_facts(void)
{
    struct visitor visitor;
    struct buf seen = {0};
    struct bytes params = {0};
    visitor_play_init(&visitor, PROTOCOL_SMTP);
    visitor_play_feed(&visitor, BYTES_LIT("EHLO x\r\nRCPT TO:<a>\r\nRCPT TO:<b>\r\n"));
    (void)visitor_play_take(&visitor, &seen);
    CU_ASSERT(offers_get(&visitor.offers, "size", &params) && bytes_is(params, "7"));
    CU_ASSERT(!offers_get(&visitor.offers, "DSN", &params));
    CU_ASSERT_EQUAL(visitor.accepted_recipients, 2);
    CU_ASSERT_EQUAL(visitor.taken, 3);
    visitor_play_feed(&visitor, BYTES_LIT("BDAT 1 LAST\r\na"));
    (void)visitor_play_take(&visitor, &seen);
    CU_ASSERT_EQUAL(visitor.accepted_recipients, 0);
    CU_ASSERT(!visitor.quit_answered);
    visitor_play_feed(&visitor, BYTES_LIT("QUIT\r\n"));
    (void)visitor_play_take(&visitor, &seen);
    CU_ASSERT(visitor.quit_answered && !visitor.said_421);
    const struct unit nothing = {.kind = UNIT_COMMAND};
    visitor_answered(&visitor, &nothing, BYTES_LIT("421 bye\r\n"));
    CU_ASSERT(visitor.said_421);
    visitor_play_deinit(&visitor);

    visitor_play_init(&visitor, PROTOCOL_POP3);
    visitor_answered(&visitor, &nothing, BYTES_LIT("+OK ready <1.2@x> now\r\n"));
    CU_ASSERT(bytes_is(buf_bytes(&visitor.timestamp), "<1.2@x>"));
    visitor_play_feed(&visitor, BYTES_LIT("CAPA\r\n"));
    (void)visitor_play_take(&visitor, &seen);
    CU_ASSERT(offers_get(&visitor.offers, "EXPIRE", &params) && bytes_is(params, "3"));
    visitor_play_deinit(&visitor);
    buf_deinit(&seen);
}

/* It is given once more, though more has come meanwhile. */
static void test_put_back(void)
{
    static const struct {
        const char *came;
        const char *unit;
    } units[] = {
        {"EHLO x\r\n",         "EHLO x\r\n"},
        {"AUTH X\r\nYQ==\r\n", "YQ==\r\n"  }
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct visitor visitor;
        struct buf much = {0};
        buf_append_fill(&much, 'y', 100 * 1000);
        visitor_play_init(&visitor, PROTOCOL_SMTP);
        visitor_play_feed(&visitor, bytes_of(units[i].came));
        CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
        if (i == 1) {
            visitor_answered(&visitor, &visitor.unit, BYTES_LIT("334 \r\n"));
            CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
        }
        visitor_put_back(&visitor);
        CU_ASSERT(visitor_has_unread(&visitor));
        visitor_play_feed(&visitor, buf_bytes(&much));
        for (unsigned again = 0; again < 2; again++) {
            CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
            CU_ASSERT(visitor.unit.kind == (i == 1 ? UNIT_RESPONSE : UNIT_COMMAND));
            CU_ASSERT(bytes_is(visitor.unit.octets, units[i].unit));
            visitor_put_back(&visitor);
        }
        CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
        CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_NOTHING);
        visitor_play_deinit(&visitor);
        buf_deinit(&much);
    }
}

/* ---- What is too long ---- */

static void test_long_line(void)
{
    static const struct {
        size_t octets;
        bool ended;
        enum visitor_take take;
    } lines[] = {
        {VISITOR_MAX_LINE - 2, true,  VISITOR_TAKE_UNIT    },
        {VISITOR_MAX_LINE + 1, true,  VISITOR_TAKE_TOO_LONG},
        {VISITOR_MAX_LINE,     false, VISITOR_TAKE_NOTHING },
        {VISITOR_MAX_LINE + 1, false, VISITOR_TAKE_TOO_LONG},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct visitor visitor;
        struct buf line = {0};
        buf_append_fill(&line, 'x', lines[i].octets);
        buf_append_text(&line, lines[i].ended ? "\r\n" : "");
        visitor_play_init(&visitor, PROTOCOL_SMTP);
        visitor_play_feed(&visitor, buf_bytes(&line));
        CU_ASSERT_EQUAL(visitor_take(&visitor), lines[i].take);
        struct buf rest = {0};
        visitor_unfinished(&visitor, &rest);
        CU_ASSERT(rest.n <= 16 * 1024);
        buf_deinit(&rest);
        buf_deinit(&line);
        visitor_play_deinit(&visitor);
    }
}

/* Of data and chunks no more than the limit is kept, the end is found all the same, and the next ones are whole again. */
static void test_long_data(void)
{
    enum { PIECE = 1024 * 1024 };
    for (unsigned chunk = 0; chunk < 2; chunk++) {
        struct visitor visitor;
        struct buf piece = {0};
        struct buf seen = {0};
        buf_append_fill(&piece, 'x', PIECE);
        visitor_play_init(&visitor, PROTOCOL_SMTP);
        visitor_play_feed(
            &visitor, bytes_of(chunk == 1 ? "BDAT 17825795 LAST\r\n" : "RCPT TO:<a>\r\nDATA\r\n"));
        CU_ASSERT(visitor_play_take(&visitor, &seen) == VISITOR_TAKE_NOTHING);
        for (unsigned i = 0; i < 17; i++) {
            visitor_play_feed(&visitor, buf_bytes(&piece));
            CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_NOTHING);
        }
        visitor_play_feed(&visitor, bytes_of(chunk == 1 ? "xyzNOOP\r\n" : "\r\n.\r\nNOOP\r\n"));
        CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
        CU_ASSERT_EQUAL(visitor.unit.kind, chunk == 1 ? UNIT_CHUNK : UNIT_DATA);
        CU_ASSERT_EQUAL(visitor.unit.octets.n, VISITOR_MAX_DATA);
        CU_ASSERT(visitor.data_cut);
        CU_ASSERT(visitor.unit.content.n <= VISITOR_MAX_DATA + 2 * PIECE);
        CU_ASSERT(visitor_take(&visitor) == VISITOR_TAKE_UNIT);
        CU_ASSERT(bytes_is(visitor.unit.octets, "NOOP\r\n"));
        CU_ASSERT(!visitor_has_unread(&visitor));
        visitor_play_deinit(&visitor);
        buf_deinit(&piece);
        buf_deinit(&seen);
    }
}

/* ---- By a socket ---- */

struct visit {
    struct loop *loop;
    struct listener *listener;
    struct timer *watchdog;
    struct emitter emitter;
    struct event_sink sink;
    struct visitor *visitor;
    struct conn *client;
    struct buf heard; /* by the client */
    unsigned client_ended;
    enum conn_end client_end;
    unsigned changes;
    unsigned connected;
    unsigned closed;
    size_t came; /* octets that the visitor told of */
    bool late;
    bool (*done)(struct visit *visit);
};

static void check(struct visit *visit)
{
    if (visit->done != NULL && visit->done(visit)) {
        loop_stop(visit->loop);
    }
}

static void on_event(void *self, const struct event *event)
{
    struct visit *visit = self;
    visit->connected += event->kind == EVENT_CONNECTED ? 1 : 0;
    visit->closed += event->kind == EVENT_CLOSED ? 1 : 0;
    if (event->kind == EVENT_OCTETS && event->side == SIDE_CLIENT) {
        visit->came += event->octets.n;
    }
}

static void changed(void *self)
{
    struct visit *visit = self;
    visit->changes++;
    check(visit);
}

static void came(void *self, struct listener *listener)
{
    struct visit *visit = self;
    visit->visitor = visitor_new(listener, PROTOCOL_SMTP, 3, &visit->emitter, changed, visit);
    check(visit);
}

static void client_octets(void *self, struct bytes octets)
{
    struct visit *visit = self;
    buf_append(&visit->heard, octets);
    check(visit);
}

static void client_ended(void *self, enum conn_end end, const char *text)
{
    struct visit *visit = self;
    (void)text;
    visit->client_ended++;
    visit->client_end = end;
    check(visit);
}

static void client_connected(void *self, const char *text)
{
    (void)self;
    (void)text;
}

static const struct conn_events client_events = {
    .connected = client_connected,
    .octets = client_octets,
    .ended = client_ended,
};

static void late(void *self)
{
    struct visit *visit = self;
    visit->late = true;
    loop_stop(visit->loop);
}

static bool run_until(struct visit *visit, bool (*done)(struct visit *visit))
{
    visit->done = done;
    timer_start(visit->watchdog, 30000);
    if (!done(visit)) {
        loop_run(visit->loop);
    }
    timer_stop(visit->watchdog);
    return done(visit);
}

static bool is_there(struct visit *visit)
{
    return visit->visitor != NULL;
}

static void visit_init(struct visit *visit)
{
    memset(visit, 0, sizeof *visit);
    visit->loop = loop_new();
    visit->watchdog = timer_new(visit->loop, late, visit);
    visit->sink = (struct event_sink){on_event, visit};
    visit->emitter = (struct emitter){.sink = &visit->sink, .loop = visit->loop};
    visit->listener = listener_new_tcp(visit->loop, "127.0.0.1", 0, came, visit, NULL);
    visit->client = conn_connect_tcp(visit->loop, "127.0.0.1", listener_port(visit->listener), NULL,
                                     &client_events, visit);
    CU_ASSERT(run_until(visit, is_there));
}

static void visit_deinit(struct visit *visit)
{
    visitor_free(&visit->visitor);
    CU_ASSERT_EQUAL(visit->connected, 1);
    CU_ASSERT_EQUAL(visit->closed, 1);
    CU_ASSERT(!visit->late);
    conn_free(&visit->client);
    listener_free(&visit->listener);
    timer_free(&visit->watchdog);
    loop_free(&visit->loop);
    buf_deinit(&visit->heard);
}

static bool has_line(struct visit *visit)
{
    return visit->came == 6;
}

static bool heard_ten(struct visit *visit)
{
    return visit->heard.n >= 10;
}

static void test_say(void)
{
    struct visit visit;
    visit_init(&visit);
    conn_write(visit.client, BYTES_LIT("NOOP\r\n"));
    CU_ASSERT(run_until(&visit, has_line));
    CU_ASSERT(visitor_take(visit.visitor) == VISITOR_TAKE_UNIT);
    CU_ASSERT(bytes_is(visit.visitor->unit.octets, "NOOP\r\n"));
    visitor_say(visit.visitor, BYTES_LIT("250 "));
    visitor_say(visit.visitor, BYTES_LIT("good\r\n"));
    CU_ASSERT_EQUAL(visitor_flush(visit.visitor), 0);
    CU_ASSERT(run_until(&visit, heard_ten));
    CU_ASSERT_STRING_EQUAL(buf_text(&visit.heard), "250 good\r\n");
    /* At a pace: octet by octet, each when its time has come. */
    buf_clear(&visit.heard);
    visit.visitor->pace_us = 50 * 1000 * 1000;
    visitor_say(visit.visitor, BYTES_LIT("ab"));
    CU_ASSERT(visitor_flush(visit.visitor) > 0);
    visit.visitor->pace_us = 0;
    CU_ASSERT_EQUAL(visitor_flush(visit.visitor), 0);
    CU_ASSERT_EQUAL(visit.visitor->pace_us, -1);
    visit_deinit(&visit);
}

static bool client_has_ended(struct visit *visit)
{
    return visit->client_ended > 0;
}

static bool visitor_has_left(struct visit *visit)
{
    return visit->visitor->state == VISITOR_LEFT;
}

static void test_ends(void)
{
    struct visit visit;
    visit_init(&visit); /* we close */
    visitor_close(visit.visitor);
    CU_ASSERT_EQUAL(visit.visitor->state, VISITOR_CLOSED);
    CU_ASSERT(run_until(&visit, client_has_ended) && visit.client_end == CONN_END_FIN);
    visitor_close(visit.visitor);
    visit_deinit(&visit);

    visit_init(&visit); /* we reset */
    visitor_reset(visit.visitor);
    CU_ASSERT(run_until(&visit, client_has_ended) && visit.client_end == CONN_END_RESET);
    CU_ASSERT_EQUAL(visitor_flush(visit.visitor), 0);
    visit_deinit(&visit);

    visit_init(&visit); /* the client does, behind a line and a half */
    conn_write(visit.client, BYTES_LIT("NOOP\r\nRS"));
    conn_shutdown(visit.client);
    CU_ASSERT(run_until(&visit, visitor_has_left) && visit.visitor->end == CONN_END_FIN);
    CU_ASSERT(visitor_take(visit.visitor) == VISITOR_TAKE_UNIT);
    CU_ASSERT(visitor_take(visit.visitor) == VISITOR_TAKE_ENDED);
    visitor_say(visit.visitor, BYTES_LIT("250 still\n"));
    CU_ASSERT_EQUAL(visitor_flush(visit.visitor), 0);
    CU_ASSERT(run_until(&visit, heard_ten));
    visit_deinit(&visit);

    visit_init(&visit); /* the client resets: what we say goes nowhere */
    conn_reset(visit.client);
    CU_ASSERT(run_until(&visit, visitor_has_left) && visit.visitor->end == CONN_END_RESET);
    visitor_say(visit.visitor, BYTES_LIT("250 nobody\r\n"));
    CU_ASSERT_EQUAL(visitor_flush(visit.visitor), 0);
    CU_ASSERT(visitor_take(visit.visitor) == VISITOR_TAKE_ENDED);
    visit_deinit(&visit);
}

static bool is_paused(struct visit *visit)
{
    return visit->visitor->paused;
}

enum { FLOOD_LINES = 400 * 1000 };

static bool all_taken(struct visit *visit)
{
    while (visitor_take(visit->visitor) == VISITOR_TAKE_UNIT) {
    }
    return visit->visitor->taken == FLOOD_LINES;
}

/* Nobody asks for what comes: reading stops; when it is taken, it goes on, and nothing is lost. */
static void test_pause(void)
{
    struct visit visit;
    struct buf flood = {0};
    visit_init(&visit);
    for (unsigned i = 0; i < FLOOD_LINES; i++) {
        buf_append_text(&flood, "NOOP\r\n");
    }
    conn_write(visit.client, buf_bytes(&flood));
    CU_ASSERT(run_until(&visit, is_paused));
    CU_ASSERT(visit.came < (size_t)2 * VISITOR_MAX_LINE);
    CU_ASSERT(run_until(&visit, all_taken));
    CU_ASSERT_EQUAL(visit.came, flood.n);
    visit_deinit(&visit);
    buf_deinit(&flood);
}

static bool has_changed(struct visit *visit)
{
    return visit->changes > 0;
}

static bool has_left(struct visit *visit)
{
    return visit->visitor->state == VISITOR_LEFT;
}

/* Has said NOOP, and does not read what it is told, which is more than any buffer takes. */
static void visit_unread(struct visit *visit)
{
    struct buf much = {0};
    visit_init(visit);
    conn_pause(visit->client, true);
    conn_write(visit->client, BYTES_LIT("NOOP\r\n"));
    CU_ASSERT(run_until(visit, has_line));
    buf_append_fill(&much, 'x', (size_t)32 * VISITOR_MAX_UNSENT);
    visitor_say(visit->visitor, buf_bytes(&much));
    CU_ASSERT_EQUAL(visitor_flush(visit->visitor), 0);
    CU_ASSERT_EQUAL(visitor_take(visit->visitor), VISITOR_TAKE_NOTHING);
    CU_ASSERT(visit->visitor->waits_for_reader);
    visit->changes = 0;
    buf_deinit(&much);
}

/* One that reads late is told of when it has read; one that leaves without is waited for no more. */
static void test_unread(void)
{
    struct visit visit;
    visit_unread(&visit);
    conn_pause(visit.client, false);
    CU_ASSERT(run_until(&visit, has_changed));
    CU_ASSERT_EQUAL(visitor_take(visit.visitor), VISITOR_TAKE_UNIT);
    CU_ASSERT_EQUAL(visitor_take(visit.visitor), VISITOR_TAKE_NOTHING);
    visit_deinit(&visit);
    visit_unread(&visit);
    conn_reset(visit.client);
    CU_ASSERT(run_until(&visit, has_left));
    CU_ASSERT_EQUAL(visitor_take(visit.visitor), VISITOR_TAKE_UNIT);
    CU_ASSERT_EQUAL(visitor_take(visit.visitor), VISITOR_TAKE_ENDED);
    visit_deinit(&visit);
}

static const struct unit_test tests[] = {
    {"units",     test_units    },
    {"facts",     test_facts    },
    {"put back",  test_put_back },
    {"long line", test_long_line},
    {"long data", test_long_data},
    {"say",       test_say      },
    {"ends",      test_ends     },
    {"pause",     test_pause    },
    {"unread",    test_unread   },
};

UNIT_MAIN("engine_visitor", tests)
