/* Lines of a stream: where they end, what is odd in them, and what is kept of long ones (RFC 5321 2.3.8). */
#include "proto/wire_line.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets;
    const char *expected; /* [text] OCTETS DEFECTS; for each line */
};

static void print_line(const struct wire_line *line, struct buf *seen)
{
    feed_print(seen, line->text);
    buf_printf(seen, " %zu ", line->octets);
    wire_defects_print(seen, line->defects);
    buf_append_text(seen, ";");
}

static void feed_long(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 1000, print_line, seen);
}

static void feed_short(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 6, print_line, seen);
}

static const struct row line_rows[] = {
    {"nothing",            BYTES_INIT(""),                ""                                     },
    {"plain",              BYTES_INIT("250 ok\r\n"),      "[250 ok] 8 ;"                         },
    {"empty line",         BYTES_INIT("\r\n"),            "[] 2 ;"                               },
    {"two lines",          BYTES_INIT("a\r\nb\r\n"),      "[a] 3 ;[b] 3 ;"                       },
    {"bare LF",            BYTES_INIT("a\n"),             "[a] 2 bare LF;"                       },
    {"LF alone",           BYTES_INIT("\n"),              "[] 1 bare LF;"                        },
    {"bare LF, then CRLF", BYTES_INIT("a\nb\r\n"),        "[a] 2 bare LF;[b] 3 ;"                },
    {"bare CR",            BYTES_INIT("a\rb\r\n"),        "[a\\rb] 5 bare CR;"                   },
    {"CR CR LF",           BYTES_INIT("a\r\r\n"),         "[a\\r] 4 bare CR;"                    },
    {"LF CR",              BYTES_INIT("a\n\rb\r\n"),      "[a] 2 bare LF;[\\rb] 4 bare CR;"      },
    {"bare CR, bare LF",   BYTES_INIT("\ra\n"),           "[\\ra] 3 bare LF, bare CR;"           },
    {"NUL",                BYTES_INIT("a\0b\r\n"),        "[a\\0b] 5 NUL;"                       },
    {"NUL before the end", BYTES_INIT("a\0\r\n"),         "[a\\0] 4 NUL;"                        },
    {"octet 128",          BYTES_INIT("\x80\r\n"),        "[\\x80] 3 octet above 127;"           },
    {"octet 255",          BYTES_INIT("\xff\r\n"),        "[\\xff] 3 octet above 127;"           },
    {"HT is no defect",    BYTES_INIT("a\tb\r\n"),        "[a\\tb] 5 ;"                          },
    {"octet 1",            BYTES_INIT("\x01\r\n"),        "[\\x01] 3 control octet;"             },
    {"octet 31",           BYTES_INIT("\x1f\r\n"),        "[\\x1f] 3 control octet;"             },
    {"DEL",                BYTES_INIT("\x7f\r\n"),        "[\\x7f] 3 control octet;"             },
    {"tilde and blank",    BYTES_INIT("~ \r\n"),          "[~ ] 4 ;"                             },
    {"no end",             BYTES_INIT("250 ok"),          "[250 ok] 6 no line end;"              },
    {"no end behind CR",   BYTES_INIT("a\r\nb\r"),        "[a] 3 ;[b\\r] 2 bare CR, no line end;"},
    {"everything at once", BYTES_INIT("\0\x80\x01\r!\n"),
     "[\\0\\x80\\x01\\r!] 6 bare LF, bare CR, NUL, octet above 127, control octet;"              },
};

/* At most six octets of a line are kept, its line end counted. */
static const struct row cut_rows[] = {
    {"just fits",         BYTES_INIT("abcd\r\nx\r\n"),         "[abcd] 6 ;[x] 3 ;"                            },
    {"LF cut off",        BYTES_INIT("abcde\r\nx\r\n"),        "[abcde] 7 line too long to keep;[x] 3 ;"      },
    {"CRLF cut off",      BYTES_INIT("abcdef\r\n"),            "[abcdef] 8 line too long to keep;"            },
    {"text cut off",      BYTES_INIT("abcdefghij\r\nx\n"),
     "[abcdef] 12 line too long to keep;[x] 2 bare LF;"                                                       },
    {"bare LF cut off",   BYTES_INIT("abcdefghij\n"),          "[abcdef] 11 bare LF, line too long to keep;"  },
    {"odd octet cut off", BYTES_INIT("abcdefg\0\x80h\r\n"),
     "[abcdef] 12 NUL, octet above 127, line too long to keep;"                                               },
    {"CR at the cut",     BYTES_INIT("abcde\rfg\r\n"),         "[abcde\\r] 10 bare CR, line too long to keep;"},
    {"two long lines",    BYTES_INIT("abcdefgh\r\nABCDEFG\n"),
     "[abcdef] 10 line too long to keep;[ABCDEF] 8 bare LF, line too long to keep;"                           },
};

static void test_lines(void)
{
    for (size_t i = 0; i < ROWS(line_rows); i++) {
        feed_row(line_rows[i].name, feed_long, line_rows[i].octets, line_rows[i].expected);
    }
}

static void test_cut_lines(void)
{
    for (size_t i = 0; i < ROWS(cut_rows); i++) {
        feed_row(cut_rows[i].name, feed_short, cut_rows[i].octets, cut_rows[i].expected);
    }
}

/* BDAT: octets that are no lines stand between lines. */
static void test_take(void)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 100);
    wire_reader_feed(&reader, BYTES_LIT("BDAT 4 LAST\r\na\nb\rQUIT\r"));
    CU_ASSERT(wire_reader_next(&reader, &line));
    CU_ASSERT(bytes_is(line.text, "BDAT 4 LAST"));
    CU_ASSERT(bytes_is(wire_reader_rest(&reader), "a\nb\rQUIT\r"));
    wire_reader_take(&reader, 4);
    CU_ASSERT(bytes_is(wire_reader_rest(&reader), "QUIT\r"));
    CU_ASSERT(!wire_reader_next(&reader, &line));
    wire_reader_feed(&reader, BYTES_LIT("\nRSET"));
    CU_ASSERT(wire_reader_next(&reader, &line));
    CU_ASSERT(bytes_is(line.text, "QUIT"));
    CU_ASSERT(line.defects == 0);
    wire_reader_take(&reader, 100);
    CU_ASSERT(wire_reader_rest(&reader).n == 0);
    wire_reader_deinit(&reader);
}

/* Octets that were looked at as a line before they were taken leave no trace in the next line. */
static void test_take_what_was_scanned(void)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 4);
    wire_reader_feed(&reader, BYTES_LIT("\0\x80zz\r"));
    CU_ASSERT(!wire_reader_next(&reader, &line));
    wire_reader_take(&reader, 5);
    wire_reader_feed(&reader, BYTES_LIT("ok\r\n"));
    CU_ASSERT(wire_reader_next(&reader, &line));
    CU_ASSERT(bytes_is(line.text, "ok"));
    CU_ASSERT(line.defects == 0);
    CU_ASSERT(line.octets == 4);
    wire_reader_deinit(&reader);
}

/* A peer that never ends its line does not grow us. */
static void test_bounded(void)
{
    struct wire_reader reader;
    struct wire_line line;
    unsigned char piece[1000];
    memset(piece, 'x', sizeof piece);
    wire_reader_init(&reader, 2999);
    for (size_t i = 0; i < 1000; i++) {
        wire_reader_feed(&reader, bytes_make(piece, sizeof piece));
        CU_ASSERT(!wire_reader_next(&reader, &line));
        CU_ASSERT(wire_reader_rest(&reader).n <= 2999);
    }
    CU_ASSERT(reader.pending.capacity < 10000);
    wire_reader_feed(&reader, BYTES_LIT("\r\n"));
    CU_ASSERT(wire_reader_next(&reader, &line));
    CU_ASSERT(line.octets == 1000002);
    CU_ASSERT(line.raw.n == 2999);
    CU_ASSERT(line.defects == WIRE_CUT);
    wire_reader_deinit(&reader);
}

static void test_line_of(void)
{
    struct wire_line line = wire_line_of(BYTES_LIT("+OK\r\n"));
    CU_ASSERT(bytes_is(line.text, "+OK"));
    CU_ASSERT(bytes_is(line.raw, "+OK\r\n"));
    CU_ASSERT(line.octets == 5);
    CU_ASSERT(line.defects == 0);
    line = wire_line_of((struct bytes){0});
    CU_ASSERT(line.defects == WIRE_NO_END);
    CU_ASSERT(line.text.n == 0);
}

static const struct unit_test tests[] = {
    {"lines",                                test_lines                },
    {"lines too long to keep",               test_cut_lines            },
    {"octets between lines",                 test_take                 },
    {"octets taken after they were scanned", test_take_what_was_scanned},
    {"memory is bounded",                    test_bounded              },
    {"one line",                             test_line_of              },
};

UNIT_MAIN("proto/wire_line", tests)
