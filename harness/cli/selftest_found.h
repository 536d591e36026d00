/*
 * selftest_found - what one round of the selftest found, and whether that is as it must be
 *
 * A row of the matrix is a JSON object, for it goes from the round's process to the one that reports:
 *
 *   fault (null: the honest server and client), rule, level, right, verdict (null: nobody noticed), cases (that named the rule),
 *   waited (of those, by nothing but a wait that ended), others ([{rule, verdict, cases, reason (null: not declared)}]),
 *   missing (declared beside it, and not broken), run (cases), passed, inconclusive, errors, seconds, wrong ([why it is not right])
 */
#ifndef MAILSPEC_CLI_SELFTEST_FOUND_H
#define MAILSPEC_CLI_SELFTEST_FOUND_H

#include <jansson.h>

#include "base/arena.h"
#include "cli/faults.h"
#include "model/result.h"

struct selftest_broken {
    const char *name; /* rule id, or the id of a case without rules */
    enum verdict verdict;
    size_t cases;
    size_t waited; /* of these, by nothing but a wait that ended */
};

/* A zeroed struct with an arena has found nothing. */
struct selftest_found {
    struct arena *arena;
    struct selftest_broken *broken;
    size_t broken_count;
    size_t inconclusive;
    size_t passed;
    size_t errors;
    size_t run;
    double seconds;
};

void selftest_found_case(struct selftest_found *found, const struct case_result *result);
/* The row of a fault, or of none: `rule` and `facts` are NULL then. The caller owns it. */
json_t *selftest_found_row(const struct selftest_found *found, const struct rule *rule,
                           const struct fault_facts *facts);

#endif
