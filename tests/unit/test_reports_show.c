/* One line of our own text: what would be a command to a CI log is broken, addresses stay readable. */
#include "reports/show.h"
#include "unit.h"

#include <string.h>

struct row {
    const char *text;
    const char *shown;
};

static const struct row rows[] = {
    {"plain \\n text",                  "plain \\n text"                         },
    {"two\nlines\x1b[0m",               "two\\nlines\\x1b[0m"                    },
    {"::error::x",                      ":\\x3aerror:\\x3ax"                     },
    {"the greeting was \"::error::x\"", "the greeting was \":\\x3aerror:\\x3ax\""},
    {"  ::1",                           "  :\\x3a1"                              },
    {"std::string",                     "std:\\x3astring"                        },
    {"x ::add-mask::b",                 "x :\\x3aadd-mask:\\x3ab"                },
    {"a ::: b ::",                      "a ::: b ::"                             },
    {"--source ::1 smtp://[::1]:25",    "--source ::1 smtp://[::1]:25"           },
    {"fe80::1%eth0 -> 2001:db8::2:25",  "fe80::1%eth0 -> 2001:db8::2:25"         },
    {"::ffff:127.0.0.1.",               ":\\x3affff:127.0.0.1."                  },
    {"a ##[error]x ##vso[y",            "a ##\\x5berror]x ##vso[y"               },
};

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = {0};
        show_text(&out, rows[i].text);
        UNIT_ROW(rows[i].text, bytes_is(buf_bytes(&out), rows[i].shown));
        buf_deinit(&out);
    }
}

static void test_wrapped(void)
{
    static const struct {
        const char *text;
        const char *shown;
    } wrapped[] = {
        {"",                             ""                            },
        {"one",                          "one"                         },
        {"one two",                      "one two"                     },
        {"  one  two  three ",           "one two\n   three"           },
        {"one twos",                     "one\n   twos"                },
        {"longer-than-it is",            "longer-than-it\n   is"       },
        {"\xc3\xbc\xc3\xbc\xc3\xbc two", "\xc3\xbc\xc3\xbc\xc3\xbc two"},
        {"a\x1b b",                      "a\\x1b b"                    },
    };
    for (size_t i = 0; i < sizeof wrapped / sizeof wrapped[0]; i++) {
        struct buf out = {0};
        show_wrapped(&out, bytes_of(wrapped[i].text), 3, 10);
        UNIT_ROW(wrapped[i].text, strcmp(buf_text(&out), wrapped[i].shown) == 0);
        buf_deinit(&out);
    }
}

static const struct unit_test tests[] = {
    {"wrapped", test_wrapped},
    {"lines",   test_lines  },
};

UNIT_MAIN("reports: show", tests)
