#include "model/rule.h"

#include <assert.h>

#include "model/names.h"

static const char *const level_names[] = {
    [LEVEL_MUST] = "MUST",
    [LEVEL_SHOULD] = "SHOULD",
    [LEVEL_MAY] = "MAY",
    [LEVEL_PRACTICE] = "PRACTICE",
};
static_assert(NAMES_COUNT(level_names) == LEVEL_COUNT, "one name for each level");

static const char *const impact_names[] = {
    [IMPACT_SECURITY] = "security",
    [IMPACT_MAIL] = "mail",
    [IMPACT_INTEROP] = "interop",
    [IMPACT_FORM] = "form",
};
static_assert(NAMES_COUNT(impact_names) == IMPACT_COUNT, "one name for each impact");

static const enum verdict level_verdicts[LEVEL_COUNT] = {
    [LEVEL_MUST] = VERDICT_FAIL,
    [LEVEL_SHOULD] = VERDICT_NON_STRICT,
    [LEVEL_MAY] = VERDICT_INFO,
    [LEVEL_PRACTICE] = VERDICT_INFO,
};

const struct rule *rule_find(const struct rule_set *set, struct bytes id)
{
    size_t from = 0;
    size_t to = set->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = bytes_compare(id, bytes_of(set->rules[middle]->id));
        if (order == 0) {
            return set->rules[middle];
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return NULL;
}

const char *level_name(enum level level)
{
    return names_get(level_names, LEVEL_COUNT, level);
}

bool level_from_name(struct bytes name, enum level *level_r)
{
    size_t i = names_find(level_names, LEVEL_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *level_r = (enum level)i;
    return true;
}

const char *impact_name(enum impact impact)
{
    return names_get(impact_names, IMPACT_COUNT, impact);
}

bool impact_from_name(struct bytes name, enum impact *impact_r)
{
    size_t i = names_find(impact_names, IMPACT_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *impact_r = (enum impact)i;
    return true;
}

enum verdict level_verdict(enum level level)
{
    assert(level < LEVEL_COUNT);
    return level_verdicts[level];
}
