/* The fault table, and the long run of dialogues with an honest server. */
#include "fault_long_run.h"

static bool is_name(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        bool allowed = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' ||
                       (*p == '.' && p[1] >= '2' && p[1] <= '9' && p[2] == '\0');
        if (!allowed) {
            return false;
        }
    }
    return *name != '\0';
}

/* "smtp/X" for the name X or X.2, "pop3/X" for pop3-X. */
static bool fits_rule(const char *name, const char *rule)
{
    bool pop3 = bytes_starts(bytes_of(name), "pop3-");
    struct bytes slug = bytes_skip(bytes_of(name), pop3 ? 5 : 0);
    slug = bytes_slice(slug, 0, bytes_index(slug, '.', 0));
    return bytes_starts(bytes_of(rule), pop3 ? "pop3/" : "smtp/") &&
           bytes_equal(bytes_skip(bytes_of(rule), 5), slug);
}

static void test_table(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = fault_at((enum fault)i);
        enum fault found = FAULT_COUNT;
        CU_ASSERT_FATAL(row->name != NULL && row->rule != NULL && row->what != NULL);
        UNIT_ROW(row->name, is_name(row->name));
        UNIT_ROW(row->name, fits_rule(row->name, row->rule));
        UNIT_ROW(row->name, strlen(row->what) > 10);
        /* Names are unique: the first row of that name is this one. */
        UNIT_ROW(row->name, fault_find(bytes_of(row->name), &found) && found == i);
    }
    enum fault found = FAULT_COUNT;
    CU_ASSERT(!fault_find(BYTES_LIT("no-such-fault"), &found) && found == FAULT_COUNT);
    CU_ASSERT(!fault_find(BYTES_LIT(""), &found));
}

/* The same is said each time, so that what a fault makes of it is seen. */
static void test_honest(void)
{
    struct buf honest = {0};
    struct buf again = {0};
    long_run(FAULT_COUNT, &honest);
    long_run(FAULT_COUNT, &again);
    CU_ASSERT(bytes_equal(buf_bytes(&honest), buf_bytes(&again)));
    buf_deinit(&again);
    buf_deinit(&honest);
}

static const struct unit_test tests[] = {
    {"table",  test_table },
    {"honest", test_honest},
};

UNIT_MAIN("fake_servers_fault", tests)
