/* Replies: single lines, whole replies, enhanced codes (RFC 5321 4.2, 4.5.3.1.5; RFC 3463 2). */
#include "proto/smtp_enhanced_code.h"
#include "proto/smtp_reply.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets;
    const char *expected;
};

/* CODE, "-" when more lines follow, [text], defects */
static void print_reply_line(const struct wire_line *line, struct buf *seen)
{
    struct smtp_reply_line reply = smtp_reply_line_read(line);
    buf_printf(seen, "%u%s ", reply.code, reply.more ? "-" : "");
    feed_print(seen, reply.text);
    buf_append_text(seen, reply.defects != 0 ? " " : "");
    smtp_reply_defects_print(seen, reply.defects);
    buf_append_text(seen, ";");
}

static void feed_reply_lines(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_reply_line, seen);
}

static const struct row line_rows[] = {
    {"plain",               BYTES_INIT("250 ok\r\n"),         "250 [ok];"                                 },
    {"more",                BYTES_INIT("250-ok\r\n"),         "250- [ok];"                                },
    {"code alone",          BYTES_INIT("250\r\n"),            "250 [];"                                   },
    {"hyphen alone",        BYTES_INIT("250-\r\n"),           "250- [];"                                  },
    {"blank alone",         BYTES_INIT("250 \r\n"),           "250 [] blank without text behind the code;"},
    {"334 blank alone",     BYTES_INIT("334 \r\n"),           "334 [];"                                   },
    {"334 alone",           BYTES_INIT("334\r\n"),            "334 [];"                                   },
    {"text begins with SP", BYTES_INIT("250  ok\r\n"),        "250 [ ok];"                                },
    {"text is a blank",     BYTES_INIT("250  \r\n"),          "250 [ ];"                                  },
    {"text begins with -",  BYTES_INIT("250 -ok\r\n"),        "250 [-ok];"                                },
    {"HT in the text",      BYTES_INIT("250 a\tb\r\n"),       "250 [a\\tb];"                              },
    {"lowest code",         BYTES_INIT("200 x\r\n"),          "200 [x];"                                  },
    {"highest code",        BYTES_INIT("559 x\r\n"),          "559 [x];"                                  },
    {"first digit 1",       BYTES_INIT("150 x\r\n"),          "150 [x] reply code outside the grammar;"   },
    {"first digit 6",       BYTES_INIT("600 x\r\n"),          "600 [x] reply code outside the grammar;"   },
    {"second digit 6",      BYTES_INIT("260 x\r\n"),          "260 [x] reply code outside the grammar;"   },
    {"000",                 BYTES_INIT("000-x\r\n"),          "0- [x] reply code outside the grammar;"    },
    {"two digits",          BYTES_INIT("25 ok\r\n"),          "0 [25 ok] no reply code;"                  },
    {"letters",             BYTES_INIT("2x0 ok\r\n"),         "0 [2x0 ok] no reply code;"                 },
    {"empty line",          BYTES_INIT("\r\n"),               "0 [] no reply code;"                       },
    {"blank before",        BYTES_INIT(" 250 ok\r\n"),        "0 [ 250 ok] no reply code;"                },
    {"POP3",                BYTES_INIT("+OK ready\r\n"),      "0 [+OK ready] no reply code;"              },
    {"four digits",         BYTES_INIT("2500 ok\r\n"),        "250 [ok] more than three digits;"          },
    {"five digits, more",   BYTES_INIT("25000-ok\r\n"),       "250- [ok] more than three digits;"         },
    {"four digits alone",   BYTES_INIT("2500\r\n"),           "250 [] more than three digits;"            },
    {"separator HT",        BYTES_INIT("250\tok\r\n"),        "250 [\\tok] odd octet behind the code;"    },
    {"separator _",         BYTES_INIT("250_ok\r\n"),         "250 [_ok] odd octet behind the code;"      },
    {"no separator",        BYTES_INIT("250ok\r\n"),          "250 [ok] odd octet behind the code;"       },
    {"bare LF",             BYTES_INIT("250 ok\n"),           "250 [ok] line end not CRLF;"               },
    {"no end",              BYTES_INIT("250 ok"),             "250 [ok] line end not CRLF;"               },
    {"CR CR LF",            BYTES_INIT("250 ok\r\r\n"),       "250 [ok\\r] control octet in the text;"    },
    {"bare CR",             BYTES_INIT("250 o\rk\r\n"),       "250 [o\\rk] control octet in the text;"    },
    {"NUL",                 BYTES_INIT("250 a\0b\r\n"),       "250 [a\\0b] control octet in the text;"    },
    {"ESC",                 BYTES_INIT("250 \x1b[2J\r\n"),    "250 [\\x1b[2J] control octet in the text;" },
    {"DEL",                 BYTES_INIT("250 \x7f\r\n"),       "250 [\\x7f] control octet in the text;"    },
    {"eight bit",           BYTES_INIT("250 gr\xfc\xdf\r\n"), "250 [gr\\xfc\\xdf] octet above 127;"       },
    {"several",             BYTES_INIT("260x\0\xff\n"),
     "260 [x\\0\\xff] reply code outside the grammar, odd octet behind the code, line end not "
     "CRLF, "
     "control octet in the text, octet above 127;"                                                        },
};

static void test_lines(void)
{
    for (size_t i = 0; i < ROWS(line_rows); i++) {
        feed_row(line_rows[i].name, feed_reply_lines, line_rows[i].octets, line_rows[i].expected);
    }
}

static unsigned defects_of_length(size_t octets)
{
    struct buf line = {0};
    buf_append_text(&line, "250 ");
    buf_append_fill(&line, 'x', octets - 6);
    buf_append_text(&line, "\r\n");
    struct wire_line wire = wire_line_of(buf_bytes(&line));
    unsigned defects = smtp_reply_line_read(&wire).defects;
    buf_deinit(&line);
    return defects;
}

static void test_line_length(void)
{
    CU_ASSERT(defects_of_length(511) == 0);
    CU_ASSERT(defects_of_length(512) == 0);
    CU_ASSERT(defects_of_length(513) == SMTP_REPLY_TOO_LONG);
}

/* CODE xCOUNT, the text of each line, defects of the whole; "?" when its last line is missing */
static void print_reply(const struct smtp_reply *reply, struct buf *seen)
{
    buf_printf(seen, "%u x%zu%s ", reply->code, reply->count, reply->complete ? "" : "?");
    for (size_t i = 0; i < reply->count; i++) {
        feed_print(seen, reply->lines[i].text);
    }
    buf_append_text(seen, reply->defects != 0 ? " " : "");
    smtp_reply_defects_print(seen, reply->defects);
    buf_append_text(seen, ";");
}

static void feed_replies(const struct bytes *pieces, size_t count, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    struct smtp_reply reply = {0};
    wire_reader_init(&reader, 2048);
    for (size_t i = 0; i < count; i++) {
        wire_reader_feed(&reader, pieces[i]);
        while (wire_reader_next(&reader, &line)) {
            if (smtp_reply_add(&reply, &line)) {
                print_reply(&reply, seen);
            }
        }
    }
    if (!reply.complete) {
        smtp_reply_end(&reply);
        print_reply(&reply, seen);
    }
    smtp_reply_deinit(&reply);
    wire_reader_deinit(&reader);
}

static const struct row reply_rows[] = {
    {"one line",           BYTES_INIT("250 ok\r\n"),                  "250 x1 [ok];"                          },
    {"two replies",        BYTES_INIT("250 a\r\n354 b\r\n"),          "250 x1 [a];354 x1 [b];"                },
    {"three lines",        BYTES_INIT("250-a\r\n250-b\r\n250 c\r\n"), "250 x3 [a][b][c];"                     },
    {"last is bare",       BYTES_INIT("250-a\r\n250\r\n"),            "250 x2 [a][];"                         },
    {"then a plain one",   BYTES_INIT("250-a\r\n250 b\r\n221 c\r\n"), "250 x2 [a][b];221 x1 [c];"             },
    {"nothing",            BYTES_INIT(""),                            "0 x0? ;"                               },
    {"unfinished",         BYTES_INIT("250-a\r\n250-b\r\n"),          "250 x2? [a][b] last line missing;"     },
    {"codes differ",       BYTES_INIT("250-a\r\n550 b\r\n250 c\r\n"),
     "250 x2 [a][b] codes differ;250 x1 [c];"                                                                 },
    {"middle differs",     BYTES_INIT("250-a\r\n251-b\r\n250 c\r\n"), "250 x3 [a][b][c] codes differ;"        },
    {"no code",            BYTES_INIT("hello\r\n250 c\r\n"),          "0 x1 [hello] no reply code;250 x1 [c];"},
    {"no code in between", BYTES_INIT("250-a\r\nhello\r\n250 c\r\n"),
     "250 x3 [a][hello][c] no reply code;"                                                                    },
    {"no code at the end", BYTES_INIT("250-a\r\nhello\r\n"),
     "250 x2? [a][hello] no reply code, last line missing;"                                                   },
    {"defects add up",     BYTES_INIT("250-a\n250 b\0\r\n"),
     "250 x2 [a][b\\0] line end not CRLF, control octet in the text;"                                         },
};

static void test_replies(void)
{
    for (size_t i = 0; i < ROWS(reply_rows); i++) {
        feed_row(reply_rows[i].name, feed_replies, reply_rows[i].octets, reply_rows[i].expected);
    }
}

/* A server that never stops is kept within bounds, and the reply still ends with its last line. */
static void test_too_many_lines(void)
{
    struct smtp_reply reply = {0};
    struct wire_line more = wire_line_of(BYTES_LIT("250-x\r\n"));
    struct wire_line last = wire_line_of(BYTES_LIT("250 x\r\n"));
    for (size_t i = 0; i < 2 * SMTP_REPLY_MAX_LINES; i++) {
        CU_ASSERT(!smtp_reply_add(&reply, &more));
    }
    CU_ASSERT(smtp_reply_add(&reply, &last));
    CU_ASSERT(reply.count == SMTP_REPLY_MAX_LINES);
    CU_ASSERT(reply.defects == SMTP_REPLY_TOO_MANY);
    CU_ASSERT(bytes_is(reply.lines[SMTP_REPLY_MAX_LINES - 1].raw, "250-x\r\n"));
    smtp_reply_deinit(&reply);
}

/* Of a line that is longer than all that is kept the beginning is there: a reply always has a first line. */
static void test_too_long_a_line(void)
{
    struct smtp_reply reply = {0};
    struct buf text = {0};
    struct wire_line last = wire_line_of(BYTES_LIT("250 x\r\n"));
    buf_append_text(&text, "250-");
    buf_append_fill(&text, 'x', SMTP_REPLY_MAX_OCTETS);
    buf_append_text(&text, "\r\n");
    struct wire_line line = wire_line_of(buf_bytes(&text));
    CU_ASSERT(!smtp_reply_add(&reply, &line));
    CU_ASSERT(smtp_reply_add(&reply, &last));
    CU_ASSERT(reply.code == 250 && reply.count == 1);
    CU_ASSERT(reply.octets.n == SMTP_REPLY_MAX_OCTETS);
    CU_ASSERT(reply.lines[0].raw.n == SMTP_REPLY_MAX_OCTETS);
    CU_ASSERT(bytes_starts(reply.lines[0].text, "xxx"));
    CU_ASSERT((reply.defects & SMTP_REPLY_TOO_MANY) != 0);
    smtp_reply_deinit(&reply);
    buf_deinit(&text);
}

static void test_too_many_octets(void)
{
    struct smtp_reply reply = {0};
    struct buf text = {0};
    buf_append_text(&text, "250-");
    buf_append_fill(&text, 'x', 1018);
    buf_append_text(&text, "\r\n");
    struct wire_line line = wire_line_of(buf_bytes(&text));
    for (size_t i = 0; i < 300; i++) {
        smtp_reply_add(&reply, &line);
    }
    CU_ASSERT(reply.octets.n == SMTP_REPLY_MAX_OCTETS);
    CU_ASSERT(reply.count == 256);
    CU_ASSERT(reply.defects == (SMTP_REPLY_TOO_MANY | SMTP_REPLY_TOO_LONG));
    smtp_reply_deinit(&reply);
    buf_deinit(&text);
}

static void test_reset(void)
{
    struct smtp_reply reply = {0};
    struct wire_line line = wire_line_of(BYTES_LIT("650-x\n"));
    smtp_reply_add(&reply, &line);
    smtp_reply_reset(&reply);
    line = wire_line_of(BYTES_LIT("220 y\r\n"));
    CU_ASSERT(smtp_reply_add(&reply, &line));
    CU_ASSERT(reply.code == 220);
    CU_ASSERT(reply.count == 1);
    CU_ASSERT(reply.defects == 0);
    smtp_reply_deinit(&reply);
    CU_ASSERT(reply.lines == NULL);
}

static const struct {
    const char *text;
    const char *code; /* NULL: none */
} enhanced_rows[] = {
    {"2.1.5 ok",    "2.1.5"    },
    {"5.7.1",       "5.7.1"    },
    {"4.0.0  x",    "4.0.0"    },
    {"2.999.999 x", "2.999.999"},
    {"3.1.1 x",     NULL       },
    {"1.1.1 x",     NULL       },
    {"2.1000.1 x",  NULL       },
    {"2.1.1000 x",  NULL       },
    {"2.01.0 x",    NULL       },
    {"2.1.00 x",    NULL       },
    {"2.1.5x",      NULL       },
    {"2.1.5.1 x",   NULL       },
    {"2.1.5\tx",    NULL       },
    {"2.1 x",       NULL       },
    {"2..1 x",      NULL       },
    {"2.1. x",      NULL       },
    {" 2.1.5 x",    NULL       },
    {"25.1.5 x",    NULL       },
    {"2.1.",        NULL       },
    {"2.1",         NULL       },
    {"2.",          NULL       },
    {"2",           NULL       },
    {"",            NULL       },
    {"ok 2.1.5",    NULL       },
};

static void test_enhanced(void)
{
    for (size_t i = 0; i < ROWS(enhanced_rows); i++) {
        struct bytes text = feed_copy(bytes_of(enhanced_rows[i].text));
        const struct smtp_enhanced_code code = smtp_enhanced_code_read(text);
        const char *expected = enhanced_rows[i].code;
        UNIT_ROW(enhanced_rows[i].text, (code.is_good && code.ends) == (expected != NULL));
        UNIT_ROW(enhanced_rows[i].text, expected == NULL || bytes_is(code.text, expected));
        free((void *)(uintptr_t)text.p);
    }
}

static const struct unit_test tests[] = {
    {"lines",            test_lines          },
    {"length of a line", test_line_length    },
    {"whole replies",    test_replies        },
    {"too many lines",   test_too_many_lines },
    {"too many octets",  test_too_many_octets},
    {"too long a line",  test_too_long_a_line},
    {"reset",            test_reset          },
    {"enhanced codes",   test_enhanced       },
};

UNIT_MAIN("proto/smtp_reply", tests)
