#include "model/verdict.h"

#include <assert.h>

#include "model/names.h"

static const char *const verdict_names[] = {
    [VERDICT_PASS] = "PASS",
    [VERDICT_INFO] = "INFO",
    [VERDICT_NON_STRICT] = "NON-STRICT",
    [VERDICT_UNSUPPORTED] = "UNSUPPORTED",
    [VERDICT_SKIP] = "SKIP",
    [VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
    [VERDICT_ERROR] = "ERROR",
    [VERDICT_FAIL] = "FAIL",
    [VERDICT_XFAIL] = "XFAIL",
    [VERDICT_XPASS] = "XPASS",
};
static_assert(NAMES_COUNT(verdict_names) == VERDICT_COUNT, "one name for each verdict");

/*
 * XFAIL and XPASS are made of a case's whole verdict at the very end. They have a place only so
 * that the order is complete: XFAIL is as good as PASS, XPASS is as grave as FAIL.
 */
static const unsigned gravity[VERDICT_COUNT] = {
    [VERDICT_PASS] = 0,         [VERDICT_XFAIL] = 1, [VERDICT_INFO] = 2,
    [VERDICT_NON_STRICT] = 3,   [VERDICT_SKIP] = 4,  [VERDICT_UNSUPPORTED] = 5,
    [VERDICT_INCONCLUSIVE] = 6, [VERDICT_ERROR] = 7, [VERDICT_XPASS] = 8,
    [VERDICT_FAIL] = 9,
};

const char *verdict_name(enum verdict verdict)
{
    return names_get(verdict_names, VERDICT_COUNT, verdict);
}

bool verdict_from_name(struct bytes name, enum verdict *verdict_r)
{
    size_t i = names_find(verdict_names, VERDICT_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *verdict_r = (enum verdict)i;
    return true;
}

enum verdict verdict_worse(enum verdict a, enum verdict b)
{
    assert(a < VERDICT_COUNT && b < VERDICT_COUNT);
    return gravity[b] > gravity[a] ? b : a;
}

#define OK      OUTCOME_OK
#define NOT_OK  OUTCOME_NOT_OK
#define NEUTRAL OUTCOME_NEUTRAL

/* clang-format off */
/* Columns: what --fail-on says. */
static const enum verdict_outcome outcomes[VERDICT_COUNT][FAIL_ON_NEVER + 1] = {
    /*                        MUST    SHOULD   ANY      PRACTICE NEVER */
    [VERDICT_PASS] =         {OK,      OK,      OK,      OK,      OK},
    [VERDICT_INFO] =         {OK,      OK,      NOT_OK,  NOT_OK,  OK},
    [VERDICT_NON_STRICT] =   {OK,      NOT_OK,  NOT_OK,  OK,      OK},
    [VERDICT_UNSUPPORTED] =  {NEUTRAL, NEUTRAL, NOT_OK,  NEUTRAL, NEUTRAL},
    [VERDICT_SKIP] =         {NEUTRAL, NEUTRAL, NOT_OK,  NEUTRAL, NEUTRAL},
    [VERDICT_INCONCLUSIVE] = {NEUTRAL, NEUTRAL, NOT_OK,  NEUTRAL, NEUTRAL},
    [VERDICT_ERROR] =        {NOT_OK,  NOT_OK,  NOT_OK,  NOT_OK,  NOT_OK},
    [VERDICT_FAIL] =         {NOT_OK,  NOT_OK,  NOT_OK,  NOT_OK,  NEUTRAL},
    [VERDICT_XFAIL] =        {OK,      OK,      OK,      OK,      OK},
    [VERDICT_XPASS] =        {NOT_OK,  NOT_OK,  NOT_OK,  NOT_OK,  NEUTRAL},
};
/* clang-format on */

enum verdict_outcome verdict_outcome(enum verdict verdict, enum fail_on fail_on)
{
    assert(verdict < VERDICT_COUNT && fail_on <= FAIL_ON_NEVER);
    return outcomes[verdict][fail_on];
}
