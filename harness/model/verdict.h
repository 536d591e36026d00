/*
 * verdict - how a case ended
 *
 * PASS: as the rules want. NON-STRICT: a SHOULD is not followed, or an accepted second choice.
 * FAIL: a MUST is broken. INFO: worth knowing, binds nobody. UNSUPPORTED: the target does not offer
 * what the case needs. SKIP: left out, with a reason. INCONCLUSIVE: could not be judged, with the cause.
 * ERROR: our fault or the network's. XFAIL, XPASS: under a known-failing file.
 */
#ifndef MAILSPEC_MODEL_VERDICT_H
#define MAILSPEC_MODEL_VERDICT_H

#include "base/bytes.h"

enum verdict {
    VERDICT_PASS,
    VERDICT_INFO,
    VERDICT_NON_STRICT,
    VERDICT_UNSUPPORTED,
    VERDICT_SKIP,
    VERDICT_INCONCLUSIVE,
    VERDICT_ERROR,
    VERDICT_FAIL,
    VERDICT_XFAIL,
    VERDICT_XPASS,
    VERDICT_COUNT
};

/* What the coarse readers of a report need. */
enum verdict_outcome { OUTCOME_OK, OUTCOME_NOT_OK, OUTCOME_NEUTRAL };

const char *verdict_name(enum verdict verdict); /* "PASS", "NON-STRICT", ... */
bool verdict_from_name(struct bytes name, enum verdict *verdict_r);

/* Of two verdicts on one case the graver: FAIL over ERROR over INCONCLUSIVE over ... over PASS. */
enum verdict verdict_worse(enum verdict a, enum verdict b);

enum fail_on { FAIL_ON_MUST, FAIL_ON_SHOULD, FAIL_ON_ANY, FAIL_ON_PRACTICE, FAIL_ON_NEVER };

/*
 * OK: PASS, INFO, XFAIL, and NON-STRICT unless fail_on is SHOULD or ANY (INFO counts under ANY and PRACTICE).
 * NOT_OK: FAIL, XPASS, ERROR. NEUTRAL: UNSUPPORTED, SKIP, INCONCLUSIVE (NOT_OK under ANY),
 * and under NEVER also FAIL and XPASS; ERROR is no judgement and stays NOT_OK there.
 */
enum verdict_outcome verdict_outcome(enum verdict verdict, enum fail_on fail_on);

#endif
