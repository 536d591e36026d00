/* When a loop lets what many send gather: a pure decision, with the time given. */
#include "net/lull.h"

#include "unit.h"

enum { SMALL = 100, LARGE = 64 * 1024 };

static const uint64_t ns_of_ms = 1000000;

struct row {
    const char *name;
    unsigned peers; /* that send by turns */
    unsigned pieces;
    size_t octets;
    bool due;
};

static const struct row rows[] = {
    {"nothing",      1,   0,   SMALL, false},
    {"few",          20,  7,   SMALL, false},
    {"many",         20,  8,   SMALL, true },
    {"two by turns", 2,   8,   SMALL, true },
    {"one alone",    1,   100, SMALL, false},
    {"large pieces", 100, 100, LARGE, false},
};

static void note(struct lull *lull, const struct row *row)
{
    static const char peers[100];
    for (unsigned i = 0; i < row->pieces; i++) {
        lull_note(lull, &peers[i % row->peers], row->octets);
    }
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lull lull = {.since_ns = ns_of_ms};
        note(&lull, &rows[i]);
        UNIT_ROW(rows[i].name, lull_is_due(&lull, ns_of_ms) == rows[i].due);
    }
}

/* Asked before each sleep; what was sent counts to the end of its millisecond. */
static void test_time(void)
{
    static const struct row many = {"many", 20, 20, SMALL, true};
    struct lull lull = {.since_ns = ns_of_ms};
    note(&lull, &many);
    CU_ASSERT(lull_is_due(&lull, 2 * ns_of_ms));
    CU_ASSERT(lull_is_due(&lull, 2 * ns_of_ms + 1));
    CU_ASSERT(!lull_is_due(&lull, 2 * ns_of_ms + 2));
    note(&lull, &many);
    CU_ASSERT(!lull_is_due(&lull, 1000 * ns_of_ms)); /* slept for a second meanwhile */
}

static const struct unit_test tests[] = {
    {"rows", test_rows},
    {"time", test_time},
};

UNIT_MAIN("net/lull", tests)
