#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/utf8.h"

static const struct escape_row {
    struct bytes octets;
    unsigned flags;
    const char *text;
} escape_rows[] = {
    {BYTES_INIT(""),                             0,            ""                             },
    {BYTES_INIT("250 OK\r\n"),                   0,            "250 OK\\r\\n"                 },
    {BYTES_INIT("\t\0\\"),                       0,            "\\t\\0\\\\"                   },
    {BYTES_INIT("\0001"),                        0,            "\\01"                         }, /* NUL and "1" */
    {BYTES_INIT("\x01\x1b[31m\x7f\x80\xff"),     0,            "\\x01\\x1b[31m\\x7f\\x80\\xff"},
    {BYTES_INIT("{{x}}"),                        0,            "{{x}}"                        },
    {BYTES_INIT("{{x}}"),                        ESCAPE_BRACE, "\\{\\{x}}"                    },
    {BYTES_INIT("\xc3\xa9"),                     0,            "\\xc3\\xa9"                   },
    {BYTES_INIT("\xc3\xa9"),                     ESCAPE_UTF8,  "\xc3\xa9"                     },
    {BYTES_INIT("\xe2\x82\xac\xf0\x9f\x93\xa7"), ESCAPE_UTF8,  "\xe2\x82\xac\xf0\x9f\x93\xa7" },
    {BYTES_INIT("a\xc3"),                        ESCAPE_UTF8,  "a\\xc3"                       },
    {BYTES_INIT("\xc3\xc3\xa9"),                 ESCAPE_UTF8,  "\\xc3\xc3\xa9"                },
    {BYTES_INIT("\xc0\xaf"),                     ESCAPE_UTF8,  "\\xc0\\xaf"                   }, /* overlong */
    {BYTES_INIT("\xed\xa0\x80"),                 ESCAPE_UTF8,  "\\xed\\xa0\\x80"              }, /* surrogate */
    {BYTES_INIT("\xf4\x90\x80\x80"),             ESCAPE_UTF8,  "\\xf4\\x90\\x80\\x80"         }, /* above U+10FFFF */
    {BYTES_INIT("\xc2\x9b"),                     ESCAPE_UTF8,  "\\xc2\\x9b"                   }, /* C1: CSI */
    {BYTES_INIT("\xe2\x80\xae"),                 ESCAPE_UTF8,  "\\xe2\\x80\\xae"              }, /* right-to-left override */
    {BYTES_INIT("\xe2\x81\xa6"),                 ESCAPE_UTF8,  "\\xe2\\x81\\xa6"              }, /* direction isolate */
    {BYTES_INIT("\xe2\x80\x8b"),                 ESCAPE_UTF8,  "\\xe2\\x80\\x8b"              }, /* zero-width space */
    {BYTES_INIT("\xe2\x80\xa8"),                 ESCAPE_UTF8,  "\\xe2\\x80\\xa8"              }, /* line separator */
    {BYTES_INIT("\xe2\x80\xa9"),                 ESCAPE_UTF8,  "\\xe2\\x80\\xa9"              }, /* paragraph separator */
    {BYTES_INIT("\xef\xbb\xbf"),                 ESCAPE_UTF8,  "\\xef\\xbb\\xbf"              }, /* byte order mark */
    {BYTES_INIT("\xef\xbf\xbf"),                 ESCAPE_UTF8,  "\\xef\\xbf\\xbf"              }, /* no character */
    {BYTES_INIT("\xf3\xa0\x81\x81"),             ESCAPE_UTF8,  "\\xf3\\xa0\\x81\\x81"         }, /* tag letter A */
    {BYTES_INIT("::error::x"),                   0,            "::error::x"                   },
    {BYTES_INIT("::error::x"),                   ESCAPE_CI,    ":\\x3aerror:\\x3ax"           },
    {BYTES_INIT(":::"),                          ESCAPE_CI,    ":\\x3a:"                      },
    {BYTES_INIT("##[error]"),                    ESCAPE_CI,    "##\\x5berror]"                },
    {BYTES_INIT("#[a]:b"),                       ESCAPE_CI,    "#[a]:b"                       },
};

static void test_escape(void)
{
    for (size_t i = 0; i < sizeof escape_rows / sizeof escape_rows[0]; i++) {
        struct buf out = {0};
        escape_append(&out, escape_rows[i].octets, escape_rows[i].flags);
        UNIT_ROW(escape_rows[i].text, bytes_is(buf_bytes(&out), escape_rows[i].text));
        buf_deinit(&out);
    }
}

/* A command that begins in one piece and ends in the next is broken as well. */
static void test_ci_pieces(void)
{
    struct buf out = {0};
    buf_append_text(&out, "note:");
    escape_append(&out, BYTES_LIT(":error"), ESCAPE_CI);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "note:\\x3aerror");
    buf_deinit(&out);
}

/* Read an escaped text back. */
static void read_back(struct bytes text, struct buf *out)
{
    size_t i = 0;
    while (i < text.n) {
        unsigned char octet = text.p[i];
        size_t used = 1;
        if (octet == '\\') {
            CU_ASSERT(escape_read(bytes_skip(text, i), &octet, &used) == ESCAPE_READ_OCTET);
        }
        buf_append_octet(out, octet);
        i += used;
    }
}

/* Every pair of octets, under every set of flags: readable, and exactly what it was. */
static void test_round_trip(void)
{
    struct buf text = {0};
    struct buf back = {0};
    unsigned bad = 0;
    for (unsigned flags = 0; flags < 8; flags++) {
        for (unsigned pair = 0; pair < 65536; pair++) {
            unsigned char octets[2] = {(unsigned char)(pair >> 8), (unsigned char)pair};
            struct bytes before = bytes_make(octets, sizeof octets);
            buf_clear(&text);
            buf_clear(&back);
            escape_append(&text, before, flags);
            read_back(buf_bytes(&text), &back);
            bad += !bytes_equal(before, buf_bytes(&back));
            for (size_t i = 0; i < text.n; i++) {
                bool ascii = text.p[i] >= ' ' && text.p[i] <= '~';
                bad += !ascii && (text.p[i] < 0x80 || (flags & ESCAPE_UTF8) == 0);
            }
        }
    }
    CU_ASSERT(bad == 0);
    buf_deinit(&text);
    buf_deinit(&back);
}

static const struct utf8_row {
    const char *text;
    bool ok;
} utf8_rows[] = {
    {"",                 true },
    {"plain",            true },
    {"\xc2\x80",         true },
    {"\xdf\xbf",         true },
    {"\xe0\xa0\x80",     true },
    {"\xed\x9f\xbf",     true },
    {"\xee\x80\x80",     true },
    {"\xef\xbf\xbf",     true },
    {"\xf0\x90\x80\x80", true },
    {"\xf4\x8f\xbf\xbf", true },
    {"\x80",             false},
    {"\xc1\xbf",         false},
    {"\xc2",             false},
    {"\xc2\x41",         false},
    {"\xe0\x9f\xbf",     false},
    {"\xed\xa0\x80",     false},
    {"\xe2\x82",         false},
    {"\xe2\x82\x41",     false},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xf4\x90\x80\x80", false},
    {"\xf5\x80\x80\x80", false},
    {"\xf0\x90\x80\x7f", false},
    {"\xff",             false},
};

static void test_utf8(void)
{
    for (size_t i = 0; i < sizeof utf8_rows / sizeof utf8_rows[0]; i++) {
        UNIT_ROW(utf8_rows[i].text, escape_is_utf8(bytes_of(utf8_rows[i].text)) == utf8_rows[i].ok);
    }
}

static const struct read_row {
    const char *text;
    enum escape_read_result result;
    unsigned char octet;
    size_t used;
} read_rows[] = {
    {"\\r!",   ESCAPE_READ_OCTET,   '\r', 2},
    {"\\n",    ESCAPE_READ_OCTET,   '\n', 2},
    {"\\t",    ESCAPE_READ_OCTET,   '\t', 2},
    {"\\0",    ESCAPE_READ_OCTET,   0,    2},
    {"\\012",  ESCAPE_READ_OCTET,   0,    2},
    {"\\\\",   ESCAPE_READ_OCTET,   '\\', 2},
    {"\\{",    ESCAPE_READ_OCTET,   '{',  2},
    {"\\x41B", ESCAPE_READ_OCTET,   'A',  4},
    {"\\xfF",  ESCAPE_READ_OCTET,   0xff, 4},
    {"\\c",    ESCAPE_READ_NO_END,  0,    2},
    {"\\x4",   ESCAPE_READ_BAD,     0,    3},
    {"\\x",    ESCAPE_READ_BAD,     0,    2},
    {"\\xg1",  ESCAPE_READ_BAD,     0,    2},
    {"\\x1g",  ESCAPE_READ_BAD,     0,    3},
    {"\\X41",  ESCAPE_READ_UNKNOWN, 0,    2},
    {"\\q",    ESCAPE_READ_UNKNOWN, 0,    2},
    {"\\}",    ESCAPE_READ_UNKNOWN, 0,    2},
    {"\\",     ESCAPE_READ_UNKNOWN, 0,    1},
};

static void test_read(void)
{
    for (size_t i = 0; i < sizeof read_rows / sizeof read_rows[0]; i++) {
        const struct read_row *row = &read_rows[i];
        unsigned char octet = 0;
        size_t used = 0;
        UNIT_ROW(row->text, escape_read(bytes_of(row->text), &octet, &used) == row->result);
        UNIT_ROW(row->text, used == row->used);
        UNIT_ROW(row->text, row->result != ESCAPE_READ_OCTET || octet == row->octet);
    }
}

static const struct width_row {
    const char *text;
    size_t width;
} width_rows[] = {
    {"",                         0},
    {"abc",                      3},
    {"caf\xc3\xa9",              4},
    {"cafe\xcc\x81",             4}, /* the accent as a character of its own */
    {"\xe9\x83\xb5\xe4\xbb\xb6", 4},
    {"\xef\xbd\x81",             2}, /* fullwidth */
    {"\xf0\x9f\x93\xa7",         2},
    {"a\xff",                    2},
};

static void test_utf8_width(void)
{
    for (size_t i = 0; i < sizeof width_rows / sizeof width_rows[0]; i++) {
        UNIT_ROW(width_rows[i].text,
                 utf8_width(bytes_of(width_rows[i].text)) == width_rows[i].width);
    }
}

static const struct unit_test tests[] = {
    {"escape",             test_escape    },
    {"commands in pieces", test_ci_pieces },
    {"round trip",         test_round_trip},
    {"UTF-8",              test_utf8      },
    {"columns",            test_utf8_width},
    {"read",               test_read      },
};

UNIT_MAIN("base/escape", tests)
