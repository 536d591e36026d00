/*
 * tally - what a whole run amounts to: broken rules, counts, one sentence
 */
#ifndef MAILSPEC_REPORTS_TALLY_H
#define MAILSPEC_REPORTS_TALLY_H

#include "base/buf.h"
#include "model/result.h"

struct tally_rule {
    const struct rule *rule;
    enum verdict verdict; /* FAIL, NON-STRICT or INFO */
    size_t cases;         /* in how many cases it was broken, each case once */
    size_t known;         /* how many of them are known failing */
    size_t last_case;     /* case_number of the latest of them */
    /* Of the first that is not known failing; owned, NULL: there is none, or it does not say. */
    char *sentence; /* what came, what is wanted, and who suffers */
    char *shown_by; /* the id of the case */
    char *again;    /* the command that repeats it */
};

/* Zeroed: empty. Rules in order of level, then id. */
struct tally {
    struct tally_rule *rules;
    size_t count;
    size_t capacity;
};

void tally_add(struct tally *tally, const struct case_result *result);
void tally_deinit(struct tally *tally);
/* How many rules of that level are broken (not only noted). */
size_t tally_broken(const struct tally *tally, enum level level);

/* Cases with that outcome under `fail_on`. */
size_t tally_outcomes(const struct run_summary *summary, enum verdict_outcome outcome,
                      enum fail_on fail_on);
size_t tally_cases(const struct run_summary *summary);
/* How often the server was away, or hung, in a way that no case brings about alone, and sessions were cut off by it. */
size_t tally_crashes(const struct run_summary *summary);
/* Do they count against the run? */
bool tally_crashes_count(const struct run_summary *summary, enum fail_on fail_on);
/* A part of a split run that has no case, while other parts have some. */
bool tally_empty_shard(const struct run_info *info);
/*
 * Is the run acceptable? One sentence without a line end goes to `out` (NULL: not wanted). Nothing
 * selected, nothing judged and a run that broke off are never acceptable; an empty shard is.
 */
bool tally_acceptable(const struct run_info *info, const struct run_summary *summary,
                      struct buf *out);

#endif
