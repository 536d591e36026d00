/* What is said, cut into commands: which answers are due, and what they are. */
#include "engine/outstanding.h"

#include "feed.h"

enum { RECIPIENTS = 3 };

struct row {
    const char *name;
    struct bytes octets;
    const char *expected; /* one letter for each answer (letters[]), then what is noted */
};

/* HELLO, CLEAR, RCPT, DATA_END, OTHER; behind it: m multiline, ! never refused. */
static const char letters[] = {'-', 'G', 'H', 'C', 'R', 'D', 'O'};

static void feed(enum protocol protocol, unsigned recipients, const struct bytes *pieces,
                 size_t count, struct buf *seen)
{
    struct outstanding outstanding = {0};
    for (size_t i = 0; i < count; i++) {
        outstanding_say(&outstanding, protocol, pieces[i], recipients);
    }
    while (outstanding_count(&outstanding) > 0) {
        struct awaited awaited = outstanding_take(&outstanding);
        buf_append_octet(seen, (unsigned char)letters[awaited.kind]);
        buf_append_text(seen, awaited.multiline ? "m" : "");
        buf_append_text(seen, awaited.never_refused ? "!" : "");
    }
    buf_append_text(seen, outstanding_in_sync(&outstanding) ? "" : " half");
    buf_append_text(seen, outstanding.quit_sent ? " quit" : "");
    buf_append_text(seen, outstanding.dele_sent ? " dele" : "");
    outstanding_deinit(&outstanding);
}

static void feed_smtp(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed(PROTOCOL_SMTP, 1, pieces, count, seen);
}

static void feed_lmtp(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed(PROTOCOL_LMTP, RECIPIENTS, pieces, count, seen);
}

static void feed_pop3(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed(PROTOCOL_POP3, 1, pieces, count, seen);
}

static const struct row smtp_rows[] = {
    {"nothing",                  BYTES_INIT(""),                                          ""           },
    {"hello",                    BYTES_INIT("EHLO a\r\nlhlo a\r\nHELO a\r\n"),            "HHC"        },
    {"a transaction",            BYTES_INIT("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"), "CRO"        },
    {"what has one answer only", BYTES_INIT("NOOP\r\nRSET\r\nQUIT\r\n"),                  "O!C!O! quit"},
    {"no verb",                  BYTES_INIT("XYZZY\r\n\r\n"),                             "OO"         },
    {"bare LF ends a line",      BYTES_INIT("NOOP\nEHLO a\r\n"),                          "O!H"        },
    {"bare CR does not",         BYTES_INIT("NOOP\rEHLO a\r\n"),                          "O"          },
    {"half a line",              BYTES_INIT("RSET\r\nQUIT"),                              "C! half"    },
    {"half a line alone",        BYTES_INIT("QUIT"),                                      " half"      },
    {"a chunk",                  BYTES_INIT("BDAT 3\r\n"),                                "O"          },
    {"the last chunk",           BYTES_INIT("BDAT 3 LAST\r\n"),                           "D"          },
};

static const struct row lmtp_rows[] = {
    {"a chunk",                            BYTES_INIT("BDAT 3\r\n"),              "O"    },
    {"the last chunk, for each recipient", BYTES_INIT("BDAT 3 LAST\r\nNOOP\r\n"), "DDDO!"},
    {"a last chunk that is none",          BYTES_INIT("BDAT x LAST\r\n"),         "O"    },
};

static const struct row pop3_rows[] = {
    {"with a body",        BYTES_INIT("CAPA\r\nLIST\r\nRETR 1\r\nUIDL\r\n"),    "HmOmOmOm"    },
    {"without",            BYTES_INIT("LIST 1\r\nUIDL 1\r\nSTAT\r\nXYZZY\r\n"), "OOOO"        },
    {"removes",            BYTES_INIT("dele 1\r\nQUIT\r\n"),                    "OO quit dele"},
    {"EHLO is no command", BYTES_INIT("EHLO a\r\n"),                            "O"           },
};

static void test_rows(void)
{
    for (size_t i = 0; i < ROWS(smtp_rows); i++) {
        feed_row(smtp_rows[i].name, feed_smtp, smtp_rows[i].octets, smtp_rows[i].expected);
    }
    for (size_t i = 0; i < ROWS(lmtp_rows); i++) {
        feed_row(lmtp_rows[i].name, feed_lmtp, lmtp_rows[i].octets, lmtp_rows[i].expected);
    }
    for (size_t i = 0; i < ROWS(pop3_rows); i++) {
        feed_row(pop3_rows[i].name, feed_pop3, pop3_rows[i].octets, pop3_rows[i].expected);
    }
}

/* Only those of one kind that stand together at the front are counted. */
static void test_leading(void)
{
    struct outstanding outstanding = {0};
    CU_ASSERT_EQUAL(outstanding_leading(&outstanding, AWAITED_DATA_END), 0);
    outstanding_add(&outstanding, AWAITED_OTHER);
    outstanding_add(&outstanding, AWAITED_DATA_END);
    outstanding_add(&outstanding, AWAITED_DATA_END);
    outstanding_add(&outstanding, AWAITED_OTHER);
    outstanding_add(&outstanding, AWAITED_DATA_END);
    CU_ASSERT_EQUAL(outstanding_leading(&outstanding, AWAITED_DATA_END), 0);
    CU_ASSERT_EQUAL(outstanding_take(&outstanding).kind, AWAITED_OTHER);
    CU_ASSERT_EQUAL(outstanding_leading(&outstanding, AWAITED_DATA_END), 2);
    CU_ASSERT_EQUAL(outstanding_next(&outstanding).kind, AWAITED_DATA_END);
    CU_ASSERT_EQUAL(outstanding_count(&outstanding), 4);
    outstanding_deinit(&outstanding);
    CU_ASSERT_EQUAL(outstanding_take(&outstanding).kind, AWAITED_NOTHING);
}

static const struct unit_test tests[] = {
    {"rows",    test_rows   },
    {"leading", test_leading},
};

UNIT_MAIN("engine_outstanding", tests)
