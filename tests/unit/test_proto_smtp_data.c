/* Message data: its end, dot-stuffing, defects (RFC 5321 4.1.1.4, 4.5.2, 4.5.3.1.6). */
#include "proto/smtp_data.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets;
    const char *expected; /* [content] OCTETS-OF-THE-DATA defects, "?" when the end is missing */
};

static const char *const words[] = {"bare-lf", "bare-cr", "nul", "eight-bit", "long-line"};

static void feed_data(const struct bytes *pieces, size_t count, struct buf *seen)
{
    struct smtp_data_reader reader = {0};
    struct buf content = {0};
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        used += smtp_data_read(&reader, pieces[i], &content);
    }
    feed_print(seen, buf_bytes(&content));
    buf_printf(seen, " %zu%s", used, reader.complete ? "" : "?");
    for (size_t i = 0; i < ROWS(words); i++) {
        if ((reader.defects & (1U << i)) != 0) {
            buf_printf(seen, " %s", words[i]);
        }
    }
    buf_deinit(&content);
}

static const struct row rows[] = {
    {"empty message",           BYTES_INIT(".\r\n"),              "[] 3"                           },
    {"one line",                BYTES_INIT("a\r\n.\r\n"),         "[a\\r\\n] 6"                    },
    {"empty line",              BYTES_INIT("\r\n.\r\n"),          "[\\r\\n] 5"                     },
    {"what follows stays",      BYTES_INIT("a\r\n.\r\nQUIT\r\n"), "[a\\r\\n] 6"                    },
    {"dot follows",             BYTES_INIT(".\r\n.\r\n"),         "[] 3"                           },
    {"stuffed dot",             BYTES_INIT("..\r\n.\r\n"),        "[.\\r\\n] 7"                    },
    {"stuffed line",            BYTES_INIT("..a\r\n.\r\n"),       "[.a\\r\\n] 8"                   },
    {"three dots",              BYTES_INIT("...\r\n.\r\n"),       "[..\\r\\n] 8"                   },
    {"dot not stuffed",         BYTES_INIT(".a\r\n.\r\n"),        "[a\\r\\n] 7"                    },
    {"dot inside a line",       BYTES_INIT("a.\r\n.\r\n"),        "[a.\\r\\n] 7"                   },
    {"no end yet",              BYTES_INIT("a\r\n"),              "[a\\r\\n] 3?"                   },
    {"dot held back",           BYTES_INIT("a\r\n."),             "[a\\r\\n] 4?"                   },
    {"dot CR held back",        BYTES_INIT("a\r\n.\r"),           "[a\\r\\n] 5?"                   },
    {"nothing",                 BYTES_INIT(""),                   "[] 0?"                          },
    {"LF . LF is no end",       BYTES_INIT("a\n.\nb\r\n.\r\n"),   "[a\\n.\\nb\\r\\n] 10 bare-lf"   },
    {"LF . CRLF is no end",     BYTES_INIT("a\n.\r\nb\r\n.\r\n"), "[a\\n.\\r\\nb\\r\\n] 11 bare-lf"},
    {"CRLF . LF is no end",     BYTES_INIT("a\r\n.\nb\r\n.\r\n"), "[a\\r\\n\\nb\\r\\n] 11 bare-lf" },
    {"CR . CR is no end",       BYTES_INIT("a\r.\rb\r\n.\r\n"),   "[a\\r.\\rb\\r\\n] 10 bare-cr"   },
    {"CR . CRLF is no end",     BYTES_INIT("a\r.\r\n.\r\n"),      "[a\\r.\\r\\n] 8 bare-cr"        },
    {"CRLF . CR is no end",     BYTES_INIT("\r\n.\ra\r\n.\r\n"),  "[\\r\\n\\ra\\r\\n] 10 bare-cr"  },
    {"CRLF . CR CRLF",          BYTES_INIT("\r\n.\r\r\n.\r\n"),   "[\\r\\n\\r\\r\\n] 9 bare-cr"    },
    {"CR CR LF . CR LF",        BYTES_INIT("a\r\r\n.\r\n"),       "[a\\r\\r\\n] 7 bare-cr"         },
    {"NUL",                     BYTES_INIT("\0\r\n.\r\n"),        "[\\0\\r\\n] 6 nul"              },
    {"octet 128",               BYTES_INIT("\x80\r\n.\r\n"),      "[\\x80\\r\\n] 6 eight-bit"      },
    {"octet 255",               BYTES_INIT("\xff\r\n.\r\n"),      "[\\xff\\r\\n] 6 eight-bit"      },
    {"NUL behind the end",      BYTES_INIT(".\r\n\0"),            "[] 3"                           },
    {"control octets are text", BYTES_INIT("\x01\x7f\r\n.\r\n"),  "[\\x01\\x7f\\r\\n] 7"           },
};

static void test_read(void)
{
    for (size_t i = 0; i < ROWS(rows); i++) {
        feed_row(rows[i].name, feed_data, rows[i].octets, rows[i].expected);
    }
}

/* Defects of a line that begins with `begin` and has `octets` octets as content, CRLF counted. */
static unsigned defects_of_length(const char *begin, size_t octets)
{
    struct smtp_data_reader reader = {0};
    struct buf line = {0};
    buf_append_text(&line, "short\r\n");
    buf_append_text(&line, begin);
    buf_append_fill(&line, 'x', octets - 3);
    buf_append_text(&line, "\r\nshort\r\n");
    CU_ASSERT(smtp_data_read(&reader, buf_bytes(&line), NULL) == line.n);
    buf_deinit(&line);
    return reader.defects;
}

static void test_line_length(void)
{
    CU_ASSERT(defects_of_length("x", 1000) == 0);
    CU_ASSERT(defects_of_length("x", 1001) == SMTP_DATA_LONG_LINE);
    CU_ASSERT(defects_of_length("..", 1000) == 0);
    CU_ASSERT(defects_of_length("..", 1001) == SMTP_DATA_LONG_LINE);
}

/* A line that is too long is told before its end comes. */
static void test_long_line_without_end(void)
{
    static const struct {
        size_t octets;
        unsigned defects;
    } lengths[] = {
        {1000, 0                  },
        {1001, SMTP_DATA_LONG_LINE}
    };
    for (size_t i = 0; i < ROWS(lengths); i++) {
        struct smtp_data_reader reader = {0};
        struct buf line = {0};
        buf_append_fill(&line, 'x', lengths[i].octets);
        CU_ASSERT(smtp_data_read(&reader, buf_bytes(&line), NULL) == line.n);
        CU_ASSERT(reader.defects == lengths[i].defects);
        buf_deinit(&line);
    }
}

/* What the RFC says of `octets`, in the plainest way: the whole is there, each line is looked at by itself. */
static void define(struct bytes octets, struct buf *content, bool *complete_r, unsigned *defects_r)
{
    struct bytes rest = octets;
    *complete_r = false;
    *defects_r = 0;
    while (rest.n > 0) {
        size_t crlf = bytes_find(rest, BYTES_LIT("\r\n"), 0);
        struct bytes line = bytes_slice(rest, 0, crlf == BYTES_NONE ? rest.n : crlf + 2);
        *complete_r = bytes_is(line, ".\r\n");
        if (*complete_r || bytes_is(line, ".") || bytes_is(line, ".\r")) {
            break;
        }
        buf_append(content, bytes_skip(line, line.p[0] == '.'));
        rest = bytes_skip(rest, line.n);
    }
    for (size_t i = 0; i < content->n; i++) {
        unsigned char before = i > 0 ? content->p[i - 1] : 'x';
        *defects_r |= content->p[i] == '\n' && before != '\r' ? SMTP_DATA_BARE_LF : 0;
        *defects_r |= before == '\r' && content->p[i] != '\n' ? SMTP_DATA_BARE_CR : 0;
    }
}

static bool reads_as_defined(struct bytes octets, size_t piece)
{
    struct buf expected = {0};
    struct buf content = {0};
    struct smtp_data_reader reader = {0};
    bool complete = false;
    unsigned defects = 0;
    define(octets, &expected, &complete, &defects);
    for (size_t i = 0; i < octets.n && !reader.complete; i += piece) {
        size_t end = i + piece < octets.n ? i + piece : octets.n;
        smtp_data_read(&reader, bytes_slice(octets, i, end), &content);
    }
    bool same = bytes_equal(buf_bytes(&content), buf_bytes(&expected)) &&
                reader.octets == content.n && reader.complete == complete &&
                (reader.defects & ~(unsigned)SMTP_DATA_LONG_LINE) == defects;
    buf_deinit(&expected);
    buf_deinit(&content);
    return same;
}

/* Every text of up to `most` of these four octets, behind so many others, read whole and octet by octet. */
static bool all_read_as_defined(size_t fill, size_t most)
{
    static const unsigned char letters[] = {'\r', '\n', '.', 'a'};
    struct buf text = {0};
    bool same = true;
    for (size_t n = 0; n <= most; n++) {
        for (unsigned number = 0; number < 1U << (2 * n); number++) {
            buf_clear(&text);
            buf_append_fill(&text, 'x', fill);
            for (size_t i = 0; i < n; i++) {
                buf_append_octet(&text, letters[number >> (2 * i) & 3]);
            }
            same &= reads_as_defined(buf_bytes(&text), SIZE_MAX / 2) &&
                    reads_as_defined(buf_bytes(&text), 1);
        }
    }
    buf_deinit(&text);
    return same;
}

static void test_every_text(void)
{
    enum { LOOKED_AT_ONCE = 1024 };
    CU_ASSERT(all_read_as_defined(0, 7));
    for (size_t fill = LOOKED_AT_ONCE - 6; fill <= LOOKED_AT_ONCE + 1; fill++) {
        CU_ASSERT(all_read_as_defined(fill, 4));
    }
}

static const struct {
    const char *content;
    const char *stuffed;
} stuff_rows[] = {
    {"",             ".\r\n"                },
    {"a",            "a\r\n.\r\n"           },
    {"a\r\n",        "a\r\n.\r\n"           },
    {".",            "..\r\n.\r\n"          },
    {".\r\n",        "..\r\n.\r\n"          },
    {"a\r\n.\r\nb",  "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r\n..b\r\n", "a\r\n...b\r\n.\r\n"   },
    {"\r\n",         "\r\n.\r\n"            },
    {"a\n.b",        "a\n.b\r\n.\r\n"       },
    {"a\r",          "a\r\r\n.\r\n"         },
    {"a.b\r\n",      "a.b\r\n.\r\n"         },
};

static void test_stuff(void)
{
    for (size_t i = 0; i < ROWS(stuff_rows); i++) {
        struct buf out = {0};
        buf_append_text(&out, "|");
        smtp_data_stuff(&out, bytes_of(stuff_rows[i].content));
        UNIT_ROW(stuff_rows[i].content,
                 bytes_is(bytes_skip(buf_bytes(&out), 1), stuff_rows[i].stuffed));
        buf_deinit(&out);
    }
}

/* A dot at the beginning of a line, and perhaps a CR: the end may follow. */
static void test_at_dot(void)
{
    static const struct {
        const char *text;
        bool is_at_dot;
    } texts[] = {
        {"",        false},
        {".",       true },
        {".\r",     true },
        {".\r\n",   false},
        {"a\r\n.",  true },
        {"a\r\n..", false},
        {"a\n.",    false},
        {"a.",      false},
        {".\rx",    false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct smtp_data_reader reader = {0};
        smtp_data_read(&reader, bytes_of(texts[i].text), NULL);
        UNIT_ROW(texts[i].text, smtp_data_is_at_dot(&reader) == texts[i].is_at_dot);
    }
}

static const struct unit_test tests[] = {
    {"at a dot",                  test_at_dot               },
    {"reading",                   test_read                 },
    {"length of line",            test_line_length          },
    {"long line without its end", test_long_line_without_end},
    {"every text",                test_every_text           },
    {"stuffing",                  test_stuff                },
};

UNIT_MAIN("proto/smtp_data", tests)
