/* The lines of the reply to EHLO (RFC 5321 4.1.1.1). */
#include "proto/smtp_ehlo.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets; /* lines: the text behind "250-" */
    const char *expected;
};

static const char *const words[] = {"domain", "keyword", "param", "empty"};

static void print_defects(struct buf *seen, unsigned defects)
{
    for (size_t i = 0; i < ROWS(words); i++) {
        if ((defects & (1U << i)) != 0) {
            buf_printf(seen, " %s", words[i]);
        }
    }
    buf_append_text(seen, ";");
}

static void print_ehlo_line(const struct wire_line *line, struct buf *seen)
{
    struct smtp_ehlo_line ehlo = smtp_ehlo_line_read(line->text);
    feed_print(seen, ehlo.keyword);
    feed_print(seen, ehlo.params);
    print_defects(seen, ehlo.defects);
}

static void feed_ehlo_lines(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_ehlo_line, seen);
}

static void print_greeting(const struct wire_line *line, struct buf *seen)
{
    feed_print(seen, line->text);
    print_defects(seen, smtp_ehlo_greeting_check(line->text));
}

static void feed_greetings(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_greeting, seen);
}

static const struct row line_rows[] = {
    {"keyword",            BYTES_INIT("PIPELINING\r\n"),       "[PIPELINING][];"             },
    {"parameter",          BYTES_INIT("SIZE 1000\r\n"),        "[SIZE][1000];"               },
    {"two parameters",     BYTES_INIT("AUTH PLAIN LOGIN\r\n"), "[AUTH][PLAIN LOGIN];"        },
    {"lower case",         BYTES_INIT("size\r\n"),             "[size][];"                   },
    {"digits first",       BYTES_INIT("8BITMIME\r\n"),         "[8BITMIME][];"               },
    {"hyphen inside",      BYTES_INIT("X-A-\r\n"),             "[X-A-][];"                   },
    {"one octet",          BYTES_INIT("X\r\n"),                "[X][];"                      },
    {"any visible octet",  BYTES_INIT("X !~=\"\\\r\n"),        "[X][!~=\"\\\\];"             },
    {"hyphen first",       BYTES_INIT("-SIZE\r\n"),            "[-SIZE][] keyword;"          },
    {"equals sign",        BYTES_INIT("AUTH=LOGIN PLAIN\r\n"), "[AUTH=LOGIN][PLAIN] keyword;"},
    {"underscore",         BYTES_INIT("X_Y\r\n"),              "[X_Y][] keyword;"            },
    {"HT for SP",          BYTES_INIT("SIZE\t1000\r\n"),       "[SIZE\\t1000][] keyword;"    },
    {"blank first",        BYTES_INIT(" SIZE\r\n"),            "[][SIZE] keyword;"           },
    {"eight bit keyword",  BYTES_INIT("S\xcfZE\r\n"),          "[S\\xcfZE][] keyword;"       },
    {"blank at the end",   BYTES_INIT("SIZE \r\n"),            "[SIZE][] param;"             },
    {"blank behind param", BYTES_INIT("SIZE 1 \r\n"),          "[SIZE][1 ] param;"           },
    {"two blanks",         BYTES_INIT("SIZE  1\r\n"),          "[SIZE][ 1] param;"           },
    {"HT in a param",      BYTES_INIT("X a\tb\r\n"),           "[X][a\\tb] param;"           },
    {"DEL in a param",     BYTES_INIT("X \x7f\r\n"),           "[X][\\x7f] param;"           },
    {"eight bit param",    BYTES_INIT("X \xff\r\n"),           "[X][\\xff] param;"           },
    {"NUL in a param",     BYTES_INIT("X a\0\r\n"),            "[X][a\\0] param;"            },
    {"empty",              BYTES_INIT("\r\n"),                 "[][] empty;"                 },
    {"both bad",           BYTES_INIT("_ \r\n"),               "[_][] keyword param;"        },
};

static const struct row greeting_rows[] = {
    {"domain",              BYTES_INIT("mx.example.com\r\n"),           "[mx.example.com];"          },
    {"domain and greet",    BYTES_INIT("mx.example.com Hello you\r\n"), "[mx.example.com Hello you];"},
    {"one label",           BYTES_INIT("localhost\r\n"),                "[localhost];"               },
    {"address literal",     BYTES_INIT("[127.0.0.1] hi\r\n"),           "[[127.0.0.1] hi];"          },
    {"HT and NUL in greet", BYTES_INIT("a \t\0\x7f\r\n"),               "[a \\t\\0\\x7f];"           },
    {"greet of a blank",    BYTES_INIT("a  \r\n"),                      "[a  ];"                     },
    {"empty",               BYTES_INIT("\r\n"),                         "[] domain;"                 },
    {"text only",           BYTES_INIT("Hello, you\r\n"),               "[Hello, you] domain;"       },
    {"underscore",          BYTES_INIT("my_host hi\r\n"),               "[my_host hi] domain;"       },
    {"dot at the end",      BYTES_INIT("example.com.\r\n"),             "[example.com.] domain;"     },
    {"blank first",         BYTES_INIT(" a\r\n"),                       "[ a] domain;"               },
    {"HT behind domain",    BYTES_INIT("a\tb\r\n"),                     "[a\\tb] domain;"            },
    {"blank at the end",    BYTES_INIT("a \r\n"),                       "[a ] param;"                },
    {"eight bit greet",     BYTES_INIT("a \xe4\r\n"),                   "[a \\xe4] param;"           },
    {"CR in greet",         BYTES_INIT("a b\rc\r\n"),                   "[a b\\rc] param;"           },
};

static void test_lines(void)
{
    for (size_t i = 0; i < ROWS(line_rows); i++) {
        feed_row(line_rows[i].name, feed_ehlo_lines, line_rows[i].octets, line_rows[i].expected);
    }
}

static void test_greetings(void)
{
    for (size_t i = 0; i < ROWS(greeting_rows); i++) {
        feed_row(greeting_rows[i].name, feed_greetings, greeting_rows[i].octets,
                 greeting_rows[i].expected);
    }
}

static const struct unit_test tests[] = {
    {"keyword lines", test_lines    },
    {"first line",    test_greetings},
};

UNIT_MAIN("proto/smtp_ehlo", tests)
