/* Sets: which elements are needed, and what is left when a predicate says so; numbers. */
#include "cli/reduce.h"

#include <string.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ELEMENTS_MOST = 40 };

/* A letter for each element: those of `needed` must all be there; each pair of `tied` is there whole, or not at all. */
struct row {
    const char *name;
    const char *all;
    const char *needed;
    const char *tied;
    size_t together;
    const char *left;
};

static const struct row rows[] = {
    {"nothing is needed",           "abcdefgh", "",         "",     1, ""        },
    {"all is",                      "abcdefgh", "abcdefgh", "",     1, "abcdefgh"},
    {"one, in the middle",          "abcdefgh", "d",        "",     1, "d"       },
    {"the first and the last",      "abcdefgh", "ah",       "",     1, "ah"      },
    {"one element",                 "a",        "",         "",     1, ""        },
    {"no element",                  "",         "",         "",     1, ""        },
    {"an odd number",               "abcdefg",  "cf",       "",     1, "cf"      },
    {"two that go only together",   "abcdefgh", "ah",       "de",   2, "ah"      },
    {"they stay with what is left", "abcdefgh", "d",        "de",   2, "de"      },
    {"tried one by one alone",      "abcdefgh", "adh",      "de",   1, "adeh"    },
    {"three of them",               "abcdefgh", "ah",       "cdde", 3, "ah"      },
};

struct asked {
    const struct row *row;
    size_t calls;
    size_t most; /* after so many it says no */
    char last[ELEMENTS_MOST + 1];
};

static bool has(const struct asked *asked, const bool *kept, char letter)
{
    const char *at = strchr(asked->row->all, letter);
    return at != NULL && kept[at - asked->row->all];
}

static bool shows(void *self, const bool *kept)
{
    struct asked *asked = self;
    if (++asked->calls > asked->most) {
        return false;
    }
    for (const char *c = asked->row->needed; *c != '\0'; c++) {
        if (!has(asked, kept, *c)) {
            return false;
        }
    }
    for (const char *c = asked->row->tied; *c != '\0'; c += 2) {
        if (has(asked, kept, c[0]) != has(asked, kept, c[1])) {
            return false;
        }
    }
    return true;
}

/* What is left, as letters. */
static size_t reduce(struct asked *asked, const struct row *row, size_t most, char *left_r)
{
    bool kept[ELEMENTS_MOST] = {false};
    size_t count = strlen(row->all);
    *asked = (struct asked){.row = row, .most = most};
    for (size_t i = 0; i < count; i++) {
        kept[i] = true;
    }
    struct reduce_set set = {count, kept, row->together, shows, asked};
    size_t taken = reduce_set(&set);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept[i]) {
            left_r[left++] = row->all[i];
        }
    }
    left_r[left] = '\0';
    UNIT_ROW(row->name, taken == count - left);
    return left;
}

static void test_sets(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct asked asked;
        char left[ELEMENTS_MOST + 1];
        (void)reduce(&asked, &rows[i], 1000, left);
        if (strcmp(left, rows[i].left) != 0) {
            fprintf(stderr, "left: %s\n", left);
        }
        UNIT_ROW(rows[i].name, strcmp(left, rows[i].left) == 0);
    }
}

/* What is not there at the beginning is no matter. */
static void test_gaps(void)
{
    static const struct row row = {"gaps", "abcdefgh", "ac", "", 1, "ac"};
    bool kept[] = {true, false, true, true, false, false, true, true};
    struct asked asked = {.row = &row, .most = 1000};
    struct reduce_set set = {COUNT(kept), kept, 1, shows, &asked};
    CU_ASSERT_EQUAL(reduce_set(&set), 3);
    for (size_t i = 0; i < COUNT(kept); i++) {
        CU_ASSERT_EQUAL(kept[i], i == 0 || i == 2);
    }
}

/* All of it at once, and few tries where little is needed. */
static void test_few_tries(void)
{
    static const char all[] = "abcdefghijklmnopqrstuvwxyzABCDEF";
    static const struct row nothing = {"nothing", all, "", "", 4, ""};
    static const struct row one = {"one", all, "q", "", 1, "q"};
    struct asked asked;
    char left[ELEMENTS_MOST + 1];
    (void)reduce(&asked, &nothing, 1000, left);
    CU_ASSERT_EQUAL(asked.calls, 1);
    (void)reduce(&asked, &one, 1000, left);
    CU_ASSERT_TRUE(asked.calls <= 12);
}

/* Whenever it has no more time, what is left still shows. */
static void test_no_more_time(void)
{
    for (size_t most = 0; most < 30; most++) {
        static const struct row row = {"time", "abcdefgh", "beg", "", 2, ""};
        struct asked asked;
        char left[ELEMENTS_MOST + 1];
        (void)reduce(&asked, &row, most, left);
        for (const char *c = row.needed; *c != '\0'; c++) {
            CU_ASSERT_PTR_NOT_NULL(strchr(left, *c));
        }
    }
}

struct limit {
    uint64_t from;
    unsigned calls;
};

static bool beyond(void *self, uint64_t number)
{
    struct limit *limit = self;
    limit->calls++;
    return number >= limit->from;
}

static void test_numbers(void)
{
    static const uint64_t limits[] = {1, 2, 511, 512, 513, 16383, 65535, 65536};
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct limit limit = {.from = limits[i]};
        CU_ASSERT_EQUAL(reduce_number(1, 65536, beyond, &limit), limits[i]);
        CU_ASSERT_TRUE(limit.calls <= 16);
    }
    struct limit never = {.from = UINT64_MAX};
    CU_ASSERT_EQUAL(reduce_number(1, 100, beyond, &never), 100); /* it was known to */
    CU_ASSERT_EQUAL(reduce_number(7, 7, beyond, &never), 7);
}

static const struct unit_test tests[] = {
    {"sets",         test_sets        },
    {"gaps",         test_gaps        },
    {"few tries",    test_few_tries   },
    {"no more time", test_no_more_time},
    {"numbers",      test_numbers     },
};

UNIT_MAIN("cli: reduce", tests)
