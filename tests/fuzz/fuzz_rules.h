/*
 * fuzz_rules - a catalogue for the fuzz targets that judge, and what every finding of a judge keeps to
 */
#ifndef MAILSPEC_TESTS_FUZZ_RULES_H
#define MAILSPEC_TESTS_FUZZ_RULES_H

#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"

enum { MAX_RULES = 512 };

/* What must hold for every input; otherwise the input is kept as a finding. */
static inline void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* What is shown is printable. */
static inline void must_be_shown(const char *text)
{
    must(text != NULL && text[0] != '\0');
    for (const char *p = text; *p != '\0'; p++) {
        must(*p >= ' ' && *p <= '~');
    }
}

/* A catalogue of just the rules that judges watch, sorted as rule_find() wants it. */
struct rules {
    struct rule rows[MAX_RULES];
    const struct rule *sorted[MAX_RULES];
};

static inline int compare_ids(const void *a, const void *b)
{
    const struct rule *left = *(const struct rule *const *)a;
    const struct rule *right = *(const struct rule *const *)b;
    return strcmp(left->id, right->id);
}

static inline struct rule_set make_rules(struct rules *rules)
{
    size_t count = 0;
    const char *const *ids = judge_rule_ids(&count);
    must(count <= MAX_RULES);
    for (size_t i = 0; i < count; i++) {
        rules->rows[i] = (struct rule){.id = ids[i], .level = LEVEL_MUST};
        rules->sorted[i] = &rules->rows[i];
    }
    qsort(rules->sorted, count, sizeof(const struct rule *), compare_ids);
    return (struct rule_set){rules->sorted, count};
}

#endif
