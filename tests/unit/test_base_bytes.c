#include "unit.h"

#include "base/bytes.h"

static const struct trim_row {
    const char *text, *both, *right;
} trim_rows[] = {
    {"",          "",    ""    },
    {" \t\r\n",   "",    ""    },
    {"a",         "a",   "a"   },
    {" a b \r\n", "a b", " a b"},
    {"\ta",       "a",   "\ta" },
};

static void test_trim(void)
{
    for (size_t i = 0; i < sizeof trim_rows / sizeof trim_rows[0]; i++) {
        const struct trim_row *row = &trim_rows[i];
        UNIT_ROW(row->text, bytes_is(bytes_trim(bytes_of(row->text)), row->both));
        UNIT_ROW(row->text, bytes_is(bytes_trim_right(bytes_of(row->text)), row->right));
    }
}

static void test_slice(void)
{
    struct bytes b = BYTES_LIT("abcdef");
    CU_ASSERT(bytes_is(bytes_slice(b, 1, 3), "bc"));
    CU_ASSERT(bytes_is(bytes_slice(b, 4, 99), "ef"));
    CU_ASSERT(bytes_slice(b, 99, 100).n == 0);
    CU_ASSERT(bytes_slice(b, 3, 2).n == 0);
    CU_ASSERT(bytes_is(bytes_skip(b, 4), "ef"));
    CU_ASSERT(bytes_skip(b, 99).n == 0);
    CU_ASSERT(bytes_slice(bytes_of(NULL), 0, 5).n == 0);
    CU_ASSERT(bytes_skip(bytes_of(NULL), 5).p == NULL);
}

static const struct pair_row {
    const char *a, *b;
    bool equal, nocase, starts, starts_nocase, ends;
} pair_rows[] = {
    {"",          "",     true,  true,  true,  true,  true },
    {"MAIL",      "mail", false, true,  false, true,  false},
    {"MAIL FROM", "MAIL", false, false, true,  true,  false},
    {"MAIL FROM", "FROM", false, false, false, false, true },
    {"a",         "ab",   false, false, false, false, false},
    {"[",         "{",    false, false, false, false, false}, /* differ in bit 0x20, are no letters */
    {"@",         "`",    false, false, false, false, false},
};

static void test_equal(void)
{
    for (size_t i = 0; i < sizeof pair_rows / sizeof pair_rows[0]; i++) {
        const struct pair_row *row = &pair_rows[i];
        struct bytes a = bytes_of(row->a);
        UNIT_ROW(row->a, bytes_is(a, row->b) == row->equal);
        UNIT_ROW(row->a, bytes_is_nocase(a, row->b) == row->nocase);
        UNIT_ROW(row->a, bytes_starts(a, row->b) == row->starts);
        UNIT_ROW(row->a, bytes_starts_nocase(a, row->b) == row->starts_nocase);
        UNIT_ROW(row->a, bytes_ends(a, row->b) == row->ends);
    }
    CU_ASSERT(bytes_equal(BYTES_LIT("a\0b"), BYTES_LIT("a\0b")));
    CU_ASSERT(!bytes_equal(BYTES_LIT("a\0b"), BYTES_LIT("a\0c")));
}

static void test_compare(void)
{
    CU_ASSERT(bytes_compare(BYTES_LIT("a"), BYTES_LIT("b")) < 0);
    CU_ASSERT(bytes_compare(BYTES_LIT("\xff"), BYTES_LIT("a")) > 0);
    CU_ASSERT(bytes_compare(BYTES_LIT("a"), BYTES_LIT("ab")) < 0);
    CU_ASSERT(bytes_compare(BYTES_LIT("ab"), BYTES_LIT("a")) > 0);
    CU_ASSERT(bytes_compare(bytes_of(NULL), bytes_of("")) == 0);
}

static void test_find(void)
{
    struct bytes b = BYTES_LIT("a\r\nb\r\n");
    CU_ASSERT(bytes_index(b, '\n', 0) == 2);
    CU_ASSERT(bytes_index(b, '\n', 3) == 5);
    CU_ASSERT(bytes_index(b, 'x', 0) == BYTES_NONE);
    CU_ASSERT(bytes_index(b, 'a', 99) == BYTES_NONE);
    CU_ASSERT(bytes_index(bytes_of(NULL), 'a', 0) == BYTES_NONE);
    CU_ASSERT(bytes_find(b, BYTES_LIT("\r\n"), 0) == 1);
    CU_ASSERT(bytes_find(b, BYTES_LIT("\r\n"), 2) == 4);
    CU_ASSERT(bytes_find(b, BYTES_LIT("\r\n"), 4) == 4);
    CU_ASSERT(bytes_find(b, BYTES_LIT("\r\n"), 5) == BYTES_NONE);
    CU_ASSERT(bytes_find(b, BYTES_LIT(""), 6) == 6);
    CU_ASSERT(bytes_find(b, BYTES_LIT(""), 7) == BYTES_NONE);
    CU_ASSERT(bytes_find(bytes_of(NULL), BYTES_LIT("a"), 0) == BYTES_NONE);
}

static const struct next_row {
    const char *text;
    const char *fields; /* each in brackets */
} next_rows[] = {
    {"a,b", "[a][b]"},
    {"a,",  "[a][]" },
    {",",   "[][]"  },
    {"a",   "[a]"   },
    {"",    "[]"    },
    {NULL,  ""      },
};

static void test_next(void)
{
    for (size_t i = 0; i < sizeof next_rows / sizeof next_rows[0]; i++) {
        struct bytes rest = bytes_of(next_rows[i].text);
        struct bytes field;
        char fields[64] = "";
        size_t n = 0;
        while (bytes_next(&rest, ',', &field)) {
            n += (size_t)snprintf(fields + n, sizeof fields - n, "[%.*s]", (int)field.n,
                                  (const char *)field.p);
        }
        UNIT_ROW(next_rows[i].text ? next_rows[i].text : "(null)",
                 bytes_is(bytes_of(fields), next_rows[i].fields));
    }
}

static void test_next_word(void)
{
    struct bytes rest = BYTES_LIT("  MAIL \t FROM:<> ");
    struct bytes word;
    CU_ASSERT(bytes_next_word(&rest, &word) && bytes_is(word, "MAIL"));
    CU_ASSERT(bytes_next_word(&rest, &word) && bytes_is(word, "FROM:<>"));
    CU_ASSERT(!bytes_next_word(&rest, &word) && word.n == 0);
    rest = bytes_of(NULL);
    CU_ASSERT(!bytes_next_word(&rest, &word));
}

static void test_next_line(void)
{
    struct bytes rest = BYTES_LIT("a\r\n\nb\rc\n\r\nd");
    struct bytes line;
    CU_ASSERT(bytes_next_line(&rest, &line) && bytes_is(line, "a"));
    CU_ASSERT(bytes_next_line(&rest, &line) && line.n == 0);
    CU_ASSERT(bytes_next_line(&rest, &line) && bytes_is(line, "b\rc"));
    CU_ASSERT(bytes_next_line(&rest, &line) && line.n == 0);
    CU_ASSERT(bytes_next_line(&rest, &line) && bytes_is(line, "d"));
    CU_ASSERT(!bytes_next_line(&rest, &line));
    rest = bytes_of(NULL);
    CU_ASSERT(!bytes_next_line(&rest, &line));
}

static const struct number_row {
    const char *text;
    bool ok;
    uint64_t value;
} number_rows[] = {
    {"0",                       true,  0         },
    {"007",                     true,  7         },
    {"18446744073709551615",    true,  UINT64_MAX},
    {"18446744073709551616",    false, 0         },
    {"28446744073709551615",    false, 0         },
    {"99999999999999999999999", false, 0         },
    {"",                        false, 0         },
    {"-1",                      false, 0         },
    {"+1",                      false, 0         },
    {" 1",                      false, 0         },
    {"1 ",                      false, 0         },
    {"0x1",                     false, 0         },
};

static void test_to_u64(void)
{
    for (size_t i = 0; i < sizeof number_rows / sizeof number_rows[0]; i++) {
        uint64_t value = 0;
        bool ok = bytes_to_u64(bytes_of(number_rows[i].text), &value);
        UNIT_ROW(number_rows[i].text, ok == number_rows[i].ok);
        UNIT_ROW(number_rows[i].text, !ok || value == number_rows[i].value);
    }
}

/* Every octet: only the 52 letters change, and there and back again. */
static void test_octets(void)
{
    unsigned letters = 0;
    unsigned digits = 0;
    for (unsigned c = 0; c < 256; c++) {
        unsigned char octet = (unsigned char)c;
        letters += octet_is_alpha(octet);
        digits += octet_is_digit(octet);
        bool changes = octet_lower(octet) != octet || octet_upper(octet) != octet;
        CU_ASSERT(changes == octet_is_alpha(octet));
        CU_ASSERT(octet_lower(octet_upper(octet)) == octet_lower(octet));
    }
    CU_ASSERT(letters == 52);
    CU_ASSERT(digits == 10);
}

static void test_ascii(void)
{
    CU_ASSERT(bytes_is_ascii(BYTES_LIT("")));
    CU_ASSERT(bytes_is_ascii(BYTES_LIT("\0 ~\x7F")));
    CU_ASSERT(!bytes_is_ascii(BYTES_LIT("\x80")));
    CU_ASSERT(!bytes_is_ascii(BYTES_LIT("a\xFF")));
}

static void test_letters(void)
{
    CU_ASSERT(!bytes_has_lower(BYTES_LIT("")) && !bytes_has_upper(BYTES_LIT("")));
    CU_ASSERT(!bytes_has_lower(BYTES_LIT("AZ@[`{1\xE4")));
    CU_ASSERT(!bytes_has_upper(BYTES_LIT("az@[`{1\xC4")));
    CU_ASSERT(bytes_has_lower(BYTES_LIT("Aa")) && bytes_has_lower(BYTES_LIT("z")));
    CU_ASSERT(bytes_has_upper(BYTES_LIT("aA")) && bytes_has_upper(BYTES_LIT("Z")));
}

static void test_control(void)
{
    CU_ASSERT(!bytes_has_control(BYTES_LIT("")));
    CU_ASSERT(!bytes_has_control(BYTES_LIT("a b\tc ~\x80\xFF")));
    CU_ASSERT(bytes_has_control(BYTES_LIT("a\0")));
    CU_ASSERT(bytes_has_control(BYTES_LIT("\r")));
    CU_ASSERT(bytes_has_control(BYTES_LIT("a\n")));
    CU_ASSERT(bytes_has_control(BYTES_LIT("a\x1F"
                                          "b")));
    CU_ASSERT(bytes_has_control(BYTES_LIT("\x7F")));
}

static const struct unit_test tests[] = {
    {"trim",        test_trim     },
    {"slice",       test_slice    },
    {"equal",       test_equal    },
    {"compare",     test_compare  },
    {"find",        test_find     },
    {"next",        test_next     },
    {"next word",   test_next_word},
    {"next line",   test_next_line},
    {"to unsigned", test_to_u64   },
    {"octets",      test_octets   },
    {"ascii",       test_ascii    },
    {"letters",     test_letters  },
    {"control",     test_control  },
};

UNIT_MAIN("base/bytes", tests)
