/*
 * unit - what every CUnit file of this project shares
 *
 * A test file has rows of data and a table of tests, and ends in UNIT_MAIN("suite", tests). Its
 * exit status is 0 only when tests ran and none failed.
 */
#ifndef MAILSPEC_TESTS_UNIT_H
#define MAILSPEC_TESTS_UNIT_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct unit_test {
    const char *name;
    void (*run)(void);
};

/* Assert, and name the row when it fails. */
#define UNIT_ROW(row, condition)                                                                   \
    do {                                                                                           \
        bool unit_ok_ = (condition);                                                               \
        if (!unit_ok_) {                                                                           \
            fprintf(stderr, "%s:%d: row \"%s\": %s\n", __FILE__, __LINE__, (row), #condition);     \
        }                                                                                          \
        CU_assertImplementation(unit_ok_, __LINE__, #condition, __FILE__, "", CU_FALSE);           \
    } while (0)

static inline int unit_run(const char *suite_name, const struct unit_test *tests, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return 1;
    }
    CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        CU_add_test(suite, tests[i].name, tests[i].run);
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    bool ok = CU_get_number_of_failures() == 0 && CU_get_number_of_asserts() > 0;
    CU_cleanup_registry();
    return ok ? 0 : 1;
}

#define UNIT_MAIN(suite_name, tests)                                                               \
    int main(void)                                                                                 \
    {                                                                                              \
        return unit_run(suite_name, tests, sizeof(tests) / sizeof((tests)[0]));                    \
    }

#endif
