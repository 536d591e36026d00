/* What was said last on a connection: whole lines, lines in pieces, and the end of much. */
#include "base/buf.h"
#include "cli/last_sent.h"
#include "unit.h"

#include <string.h>

static void say(struct last_sent *last, unsigned connection, enum side side, struct bytes octets)
{
    last_sent_event(
        last, &(struct event){
                  .kind = EVENT_OCTETS, .connection = connection, .side = side, .octets = octets});
}

static bool is_last(const struct last_sent *last, unsigned connection, const char *octets)
{
    size_t left_out = 1;
    return bytes_is(last_sent_get(last, connection, &left_out), octets) && left_out == 0;
}

struct row {
    const char *name;
    const char *writes[5];
    const char *last;
};

static const struct row rows[] = {
    {"nothing",               {NULL},                         ""          },
    {"a line",                {"NOOP\r\n"},                   "NOOP\r\n"  },
    {"the last of two",       {"NOOP\r\n", "RSET\r\n"},       "RSET\r\n"  },
    {"a write of many lines", {"NOOP\r\n", "A\r\nB\r\n"},     "A\r\nB\r\n"},
    {"octet by octet",        {"NOOP\r\n", "R", "S", "\r\n"}, "RS\r\n"    },
    {"no end",                {"NOOP\r\n", "RS"},             "RS"        },
    {"a line end of its own", {"NOOP\r", "\n"},               "NOOP\r\n"  },
};

static void test_writes(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct last_sent last = {0};
        for (size_t k = 0; rows[i].writes[k] != NULL; k++) {
            say(&last, 1, SIDE_CLIENT, bytes_of(rows[i].writes[k]));
            say(&last, 1, SIDE_SERVER, BYTES_LIT("250 ok\r\n"));
        }
        UNIT_ROW(rows[i].name, is_last(&last, 1, rows[i].last));
        UNIT_ROW(rows[i].name, is_last(&last, 0, rows[i].last));
        last_sent_deinit(&last);
    }
}

static void test_connections(void)
{
    struct last_sent last = {0};
    say(&last, 1, SIDE_CLIENT, BYTES_LIT("A\r\n"));
    say(&last, 2, SIDE_CLIENT, BYTES_LIT("B\r\n"));
    CU_ASSERT(is_last(&last, 1, "A\r\n"));
    CU_ASSERT(is_last(&last, 0, "B\r\n"));
    CU_ASSERT(is_last(&last, 3, ""));
    last_sent_event(&last, &(struct event){.kind = EVENT_CONNECTED, .connection = 1});
    CU_ASSERT(is_last(&last, 1, ""));
    last_sent_deinit(&last);
}

/* All in one write, and in many: the end of it, and how much stood before. */
static void test_much(void)
{
    enum { ALL = 10000 };
    static const size_t sizes[] = {ALL, 1, 7, LAST_SENT_OCTETS, LAST_SENT_OCTETS + 1, 3000};
    struct buf octets = {0};
    for (size_t i = 0; i < ALL; i++) {
        buf_append_octet(&octets, (unsigned char)('a' + i % 26));
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct last_sent last = {0};
        size_t left_out = 0;
        for (size_t at = 0; at < ALL; at += sizes[i]) {
            say(&last, 1, SIDE_CLIENT, bytes_slice(buf_bytes(&octets), at, at + sizes[i]));
        }
        struct bytes kept = last_sent_get(&last, 1, &left_out);
        CU_ASSERT_EQUAL(kept.n, LAST_SENT_OCTETS);
        CU_ASSERT_EQUAL(left_out, ALL - LAST_SENT_OCTETS);
        CU_ASSERT(bytes_equal(kept, bytes_skip(buf_bytes(&octets), left_out)));
        last_sent_deinit(&last);
    }
    buf_deinit(&octets);
}

static const struct unit_test tests[] = {
    {"writes",      test_writes     },
    {"connections", test_connections},
    {"much",        test_much       },
};

UNIT_MAIN("cli: what was said last", tests)
