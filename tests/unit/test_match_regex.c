#include "unit.h"

#include <string.h>

#include "match/regex.h"

static struct regex *compiled(struct bytes pattern)
{
    size_t offset = 0;
    struct error error = {""};
    struct regex *regex = regex_new(pattern, &offset, &error);
    if (regex == NULL) {
        fprintf(stderr, "%s\n", error.text);
    }
    CU_ASSERT_FATAL(regex != NULL);
    return regex;
}

static const struct row {
    struct bytes pattern, subject;
    enum regex_result result;
    const char *group; /* 1; NULL: took no part */
} rows[] = {
    {BYTES_INIT("250 2\\.1\\.[05] "), BYTES_INIT("250 2.1.0 Ok"),                                       REGEX_MATCH,    NULL  },
    {BYTES_INIT("250 2\\.1\\.[05] "), BYTES_INIT("250 2.1.7 Ok"),                                       REGEX_NO_MATCH, NULL  },
    {BYTES_INIT("OK"),                BYTES_INIT("250 OK"),                                             REGEX_NO_MATCH, NULL  }, /* anchored */
    {BYTES_INIT(".*OK"),              BYTES_INIT("250 OK"),                                             REGEX_MATCH,    NULL  },
    {BYTES_INIT("a$"),                BYTES_INIT("a\n"),                                                REGEX_NO_MATCH, NULL  }, /* "$" is the very end */
    {BYTES_INIT("a$"),                BYTES_INIT("a"),                                                  REGEX_MATCH,    NULL  },
    {BYTES_INIT("a.c$"),              BYTES_INIT("a\0c"),                                               REGEX_MATCH,    NULL  },
    {BYTES_INIT("a\0(c)"),            BYTES_INIT("a\0c"),                                               REGEX_MATCH,    "c"   },
    {BYTES_INIT("^.$"),               BYTES_INIT("\xc3\xa9"),                                           REGEX_NO_MATCH, NULL  }, /* two octets */
    {BYTES_INIT("\\xff$"),            BYTES_INIT("\xff"),                                               REGEX_MATCH,    NULL  },
    {BYTES_INIT(""),                  BYTES_INIT(""),                                                   REGEX_MATCH,    NULL  },
    {BYTES_INIT("SIZE ([0-9]+)"),     BYTES_INIT("SIZE 1000"),                                          REGEX_MATCH,    "1000"},
    {BYTES_INIT("a(b)?c"),            BYTES_INIT("ac"),                                                 REGEX_MATCH,    NULL  },
    {BYTES_INIT("a()c"),              BYTES_INIT("ac"),                                                 REGEX_MATCH,    ""    },
    {BYTES_INIT("(a+)+$"),            BYTES_INIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
     REGEX_LIMIT,                                                                                                       NULL  },
    {BYTES_INIT("(a+)+$"),            BYTES_INIT("aaaaaaaaaaaaaaaaaaaaab"),                             REGEX_LIMIT,
     NULL                                                                                                                     }, /* some million steps */
};

static void test_match(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct regex *regex = compiled(rows[i].pattern);
        const char *name = (const char *)rows[i].pattern.p;
        struct bytes group;
        UNIT_ROW(name, !regex_group(regex, 0, &group));
        UNIT_ROW(name, regex_match(regex, rows[i].subject) == rows[i].result);
        UNIT_ROW(name, regex_group(regex, 0, &group) == (rows[i].result == REGEX_MATCH));
        bool took_part = regex_group(regex, 1, &group);
        UNIT_ROW(name, took_part == (rows[i].group != NULL));
        UNIT_ROW(name, !took_part || bytes_is(group, rows[i].group));
        UNIT_ROW(name, !regex_group(regex, 99, &group) && group.n == 0);
        regex_free(&regex);
        CU_ASSERT_PTR_NULL(regex);
    }
}

/* A view with a null pointer is an empty subject and an empty pattern. */
static void test_null(void)
{
    struct regex *regex = compiled(bytes_of(NULL));
    CU_ASSERT(regex_match(regex, bytes_of(NULL)) == REGEX_MATCH);
    regex_free(&regex);
    regex_free(&regex);
}

/* Groups of an earlier match are not left over after one that failed. */
static void test_again(void)
{
    struct regex *regex = compiled(BYTES_LIT("(a)(b)?"));
    struct bytes group;
    CU_ASSERT(regex_match(regex, BYTES_LIT("ab")) == REGEX_MATCH);
    CU_ASSERT(regex_group(regex, 2, &group) && bytes_is(group, "b"));
    CU_ASSERT(regex_match(regex, BYTES_LIT("x")) == REGEX_NO_MATCH);
    CU_ASSERT(!regex_group(regex, 1, &group));
    CU_ASSERT(regex_match(regex, BYTES_LIT("a")) == REGEX_MATCH);
    CU_ASSERT(regex_group(regex, 1, &group) && !regex_group(regex, 2, &group));
    regex_free(&regex);
}

static const struct bad_row {
    const char *pattern;
    size_t offset;
} bad_rows[] = {
    {"a(b",     3},
    {"a)",      1},
    {"[a",      2},
    {"(*UTF)x", 6},
    {"(*UCP)x", 6},
    {"a\\",     2},
};

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
        size_t offset = 99;
        struct error error = {""};
        struct regex *regex = regex_new(bytes_of(bad_rows[i].pattern), &offset, &error);
        UNIT_ROW(bad_rows[i].pattern, regex == NULL);
        UNIT_ROW(bad_rows[i].pattern, offset == bad_rows[i].offset);
        UNIT_ROW(bad_rows[i].pattern, strstr(error.text, "the pattern is wrong at octet") != NULL);
        regex_free(&regex);
    }
}

static void test_too_long(void)
{
    struct buf pattern = {0};
    buf_append_fill(&pattern, 'a', 65537);
    size_t offset = 99;
    struct error error = {""};
    CU_ASSERT_PTR_NULL(regex_new(buf_bytes(&pattern), &offset, &error));
    CU_ASSERT(offset == 0 && strstr(error.text, "too long") != NULL);
    buf_deinit(&pattern);
}

/* Patterns that would take for ever, or much memory, stop at a limit. */
static void test_limits(void)
{
    static const char *const patterns[] = {"(a+)+$", "(a|aa)+$", "(.*)*b$", "(?:(a)|b|(aa))*$"};
    struct buf subject = {0};
    buf_append_fill(&subject, 'a', 100000);
    buf_append_octet(&subject, '!');
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct regex *regex = compiled(bytes_of(patterns[i]));
        UNIT_ROW(patterns[i], regex_match(regex, buf_bytes(&subject)) == REGEX_LIMIT);
        regex_free(&regex);
    }
    buf_deinit(&subject);
}

static void test_anywhere(void)
{
    static const struct {
        const char *pattern;
        bool any_case;
        const char *subject;
        enum regex_result result;
    } rows_here[] = {
        {"OK",    false, "250 OK\n", REGEX_MATCH   },
        {"OK",    false, "250 ok",   REGEX_NO_MATCH},
        {"OK",    true,  "250 ok",   REGEX_MATCH   },
        {"^OK",   false, "250 OK",   REGEX_NO_MATCH},
        {"^OK",   false, "x\nOK",    REGEX_NO_MATCH},
        {"OK$",   false, "250 OK\n", REGEX_NO_MATCH},
        {"a|250", false, "x 250",    REGEX_MATCH   },
    };
    for (size_t i = 0; i < sizeof rows_here / sizeof rows_here[0]; i++) {
        size_t offset = 0;
        struct error error = {""};
        struct regex *regex = regex_new_anywhere(bytes_of(rows_here[i].pattern),
                                                 rows_here[i].any_case, &offset, &error);
        CU_ASSERT_FATAL(regex != NULL);
        UNIT_ROW(rows_here[i].pattern,
                 regex_match(regex, bytes_of(rows_here[i].subject)) == rows_here[i].result);
        regex_free(&regex);
    }
}

/* Quoted, every octet matches itself and, alone, nothing else. */
static void test_quote(void)
{
    for (unsigned c = 0; c < 256; c++) {
        unsigned char octets[3] = {'x', (unsigned char)c, 'y'};
        struct buf pattern = {0};
        regex_quote(&pattern, bytes_make(octets, sizeof octets));
        buf_append_octet(&pattern, '$');
        struct regex *regex = compiled(buf_bytes(&pattern));
        CU_ASSERT(regex_match(regex, bytes_make(octets, sizeof octets)) == REGEX_MATCH);
        octets[1] = (unsigned char)(c + 1);
        CU_ASSERT(regex_match(regex, bytes_make(octets, sizeof octets)) == REGEX_NO_MATCH);
        regex_free(&regex);
        buf_deinit(&pattern);
    }
}

static const struct unit_test tests[] = {
    {"match",    test_match   },
    {"null",     test_null    },
    {"again",    test_again   },
    {"anywhere", test_anywhere},
    {"bad",      test_bad     },
    {"too long", test_too_long},
    {"limits",   test_limits  },
    {"quote",    test_quote   },
};

UNIT_MAIN("match/regex", tests)
