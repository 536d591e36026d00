/* Lines cut in parts: none is half an escape or half of {{...}}, and together they are the line. */
#include "cli/shrink_words.h"

#include <string.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Parts are separated by a bar. */
struct row {
    const char *text;
    const char *atoms;
    const char *words;
};

static const struct row rows[] = {
    {"",                                   "",                                    ""                       },
    {"NOOP",                               "N|O|O|P",                             "NOOP"                   },
    {"a b",                                "a| |b",                               "a| b"                   },
    {"a  b ",                              "a| | |b| ",                           "a|  b| "                },
    {"a\\r\\n.",                           "a|\\r|\\n|.",                         "a\\r\\n."               },
    {"\\x1b\\\\\\{",                       "\\x1b|\\\\|\\{",                      "\\x1b\\\\\\{"           },
    {"<{{rcpt}}>",                         "<|{{rcpt}}|>",                        "<{{rcpt}}>"             },
    {"{{repeat 3 \"x y\"}} z",             "{{repeat 3 \"x y\"}}| |z",            "{{repeat 3 \"x y\"}}| z"},
    {"{{base64 \"\\0{{user}} b\" user}}=", "{{base64 \"\\0{{user}} b\" user}}|=",
     "{{base64 \"\\0{{user}} b\" user}}="                                                                  },
    {"b\xc3\xbc"
     "c",                             "b|\xc3\xbc|c",
     "b\xc3\xbc"
     "c"                                                                                                   },
    {"{{open",                             "{{open",                              "{{open"                 },
    {"x\\",                                "x|\\",                                "x\\"                    },
};

static bool is_cut(const struct shrink_parts *parts, const char *expected)
{
    struct buf cut = {0};
    for (size_t i = 0; i < parts->count; i++) {
        buf_append_text(&cut, i > 0 ? "|" : "");
        buf_append(&cut, parts->parts[i]);
    }
    bool same = strcmp(buf_text(&cut), expected) == 0;
    if (!same) {
        fprintf(stderr, "cut: %s\n", buf_text(&cut));
    }
    buf_deinit(&cut);
    return same;
}

static void test_parts(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct shrink_parts atoms = shrink_atoms(bytes_of(rows[i].text), arena);
        struct shrink_parts words = shrink_words(bytes_of(rows[i].text), arena);
        UNIT_ROW(rows[i].text, is_cut(&atoms, rows[i].atoms));
        UNIT_ROW(rows[i].text, is_cut(&words, rows[i].words));
        arena_free(&arena);
    }
}

static void test_join(void)
{
    static const bool kept[] = {true, false, true};
    struct arena *arena = arena_new();
    struct shrink_parts words = shrink_words(BYTES_LIT("MAIL FROM:<> SIZE=1"), arena);
    struct buf out = {0};
    CU_ASSERT_EQUAL_FATAL(words.count, 3);
    shrink_join(&words, kept, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "MAIL SIZE=1");
    buf_deinit(&out);
    arena_free(&arena);
}

static void test_repeat(void)
{
    struct bytes text =
        BYTES_LIT("{{repeat n \"x\"}} {{base64 \"{{repeat 600 \"y\"}}\"}}{{repeat 7 \"z\"}}");
    struct bytes first = shrink_repeat(text, 0);
    CU_ASSERT_TRUE(bytes_is(first, "600"));
    struct bytes second = shrink_repeat(text, (size_t)(first.p - text.p));
    CU_ASSERT_TRUE(bytes_is(second, "7"));
    CU_ASSERT_EQUAL(shrink_repeat(text, (size_t)(second.p - text.p)).n, 0);
    CU_ASSERT_EQUAL(shrink_repeat(BYTES_LIT("{{repeat "), 0).n, 0);
}

struct length {
    const char *text;
    bool known;
    uint64_t octets;
};

static const struct length lengths[] = {
    {"",                              true,  2  },
    {"abc",                           true,  5  },
    {"abc\\c",                        true,  3  },
    {"abc\\\\c",                      true,  7  },
    {"a\\r\\n\\x00\\{",               true,  7  },
    {"\xc3\xbc",                      true,  4  },
    {"{{repeat 600 \"x\"}}",          true,  602},
    {"{{repeat 10 \"ab\\n\"}}\\c",    true,  30 },
    {"{{repeat 10 \"{{rcpt}}\"}}",    false, 0  },
    {"{{repeat 10 client}}",          false, 0  },
    {"{{repeat 99999999999 \"xx\"}}", false, 0  },
    {"<{{rcpt}}>",                    false, 0  },
};

static void test_lengths(void)
{
    for (size_t i = 0; i < COUNT(lengths); i++) {
        uint64_t octets = 0;
        bool known = shrink_octets(bytes_of(lengths[i].text), &octets);
        UNIT_ROW(lengths[i].text, known == lengths[i].known);
        UNIT_ROW(lengths[i].text, !known || octets == lengths[i].octets);
    }
}

static const struct unit_test tests[] = {
    {"parts",   test_parts  },
    {"join",    test_join   },
    {"repeat",  test_repeat },
    {"lengths", test_lengths},
};

UNIT_MAIN("cli: words of a line that is shrunk", tests)
