#include "cli/selftest_found.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

/* ---- what cases tell ---- */

static struct selftest_broken *broken_of(struct selftest_found *found, const char *name)
{
    for (size_t i = 0; i < found->broken_count; i++) {
        if (strcmp(found->broken[i].name, name) == 0) {
            return &found->broken[i];
        }
    }
    struct selftest_broken *grown =
        arena_array(found->arena, found->broken_count + 1, sizeof *found->broken);
    for (size_t i = 0; i < found->broken_count; i++) {
        grown[i] = found->broken[i];
    }
    found->broken = grown;
    grown[found->broken_count].name = arena_strdup(found->arena, name);
    grown[found->broken_count].verdict = VERDICT_PASS;
    return &grown[found->broken_count++];
}

static void note(struct selftest_found *found, const char *name, enum verdict verdict, bool waited)
{
    struct selftest_broken *broken = broken_of(found, name);
    broken->verdict = verdict_worse(broken->verdict, verdict);
    broken->cases++;
    broken->waited += waited ? 1 : 0;
}

static bool is_breach(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT;
}

void selftest_found_case(struct selftest_found *found, const struct case_result *result)
{
    bool named = false;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (is_breach(finding->verdict) || finding->verdict == VERDICT_INFO) {
            note(found, finding->rule->id, finding->verdict, finding->waited);
            named = true;
        }
    }
    if (!named && is_breach(result->verdict)) {
        note(found, result->program->id, result->verdict, result->outcome.waited);
    }
    found->run++;
    found->inconclusive += result->verdict == VERDICT_INCONCLUSIVE ? 1 : 0;
    found->errors += result->verdict == VERDICT_ERROR ? 1 : 0;
    found->passed += result->verdict == VERDICT_PASS ? 1 : 0;
}

/* ---- what is wrong with it ---- */

static void say_wrong(json_t *wrong, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say_wrong(json_t *wrong, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    json_array_append_new(wrong, json_string(buf_text(&text)));
    buf_deinit(&text);
}

static const struct selftest_broken *find(const struct selftest_found *found, const char *name)
{
    for (size_t i = 0; i < found->broken_count; i++) {
        if (strcmp(found->broken[i].name, name) == 0) {
            return &found->broken[i];
        }
    }
    return NULL;
}

static const struct rule_beside *declared(const struct rule *rule, const char *fault,
                                          const char *other)
{
    for (size_t i = 0; rule != NULL && fault != NULL && i < rule->beside_count; i++) {
        const struct rule_beside *pair = &rule->besides[i];
        if (strcmp(pair->fault, fault) == 0 && strcmp(pair->rule, other) == 0) {
            return pair;
        }
    }
    return NULL;
}

static json_t *others(const struct selftest_found *found, const struct rule *rule,
                      const char *fault, json_t *wrong)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->broken_count; i++) {
        const struct selftest_broken *broken = &found->broken[i];
        if (rule != NULL && strcmp(broken->name, rule->id) == 0) {
            continue;
        }
        const struct rule_beside *pair = declared(rule, fault, broken->name);
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s?}", "rule", broken->name,
                                              "verdict", verdict_name(broken->verdict), "cases",
                                              (json_int_t)broken->cases, "reason",
                                              pair == NULL ? NULL : pair->reason));
        if (pair == NULL) {
            say_wrong(wrong, "also %s: %s in %zu case%s", verdict_name(broken->verdict),
                      broken->name, broken->cases, broken->cases == 1 ? "" : "s");
        }
    }
    return list;
}

static json_t *missing(const struct selftest_found *found, const struct rule *rule,
                       const char *fault, json_t *wrong)
{
    json_t *list = json_array();
    for (size_t i = 0; rule != NULL && fault != NULL && i < rule->beside_count; i++) {
        const struct rule_beside *pair = &rule->besides[i];
        if (strcmp(pair->fault, fault) == 0 && find(found, pair->rule) == NULL) {
            json_array_append_new(list, json_string(pair->rule));
            say_wrong(wrong, "not broken, though declared beside it: %s", pair->rule);
        }
    }
    return list;
}

/* Where the rule is not about silence, something that came has a better name for what is wrong. */
static void check_named(const struct selftest_broken *broken, const struct rule *rule,
                        json_t *wrong)
{
    if (broken == NULL) {
        say_wrong(wrong, "nobody noticed");
        return;
    }
    if (broken->verdict != level_verdict(rule->level)) {
        say_wrong(wrong, "%s is not what breaking a %s amounts to", verdict_name(broken->verdict),
                  level_name(rule->level));
    }
    if (broken->waited == broken->cases && rule->by_silence == NULL) {
        say_wrong(wrong, "named by nothing but waits that ended, and the rule does not say why");
    }
}

json_t *selftest_found_row(const struct selftest_found *found, const struct rule *rule,
                           const struct fault_facts *facts)
{
    const struct selftest_broken *broken = rule == NULL ? NULL : find(found, rule->id);
    const char *fault = facts == NULL ? NULL : facts->name;
    json_t *wrong = json_array();
    json_t *row =
        json_pack("{s:s?, s:s?, s:s?}", "fault", fault, "rule", facts == NULL ? NULL : facts->rule,
                  "level", rule == NULL ? NULL : level_name(rule->level));
    if (rule != NULL) {
        check_named(broken, rule, wrong);
    } else if (facts != NULL) {
        say_wrong(wrong, "the rule is in no catalogue");
    } else if (found->passed == 0 || found->inconclusive > 0) {
        say_wrong(wrong, "an honest server and client leave nothing unjudged");
    }
    if (found->errors > 0) {
        say_wrong(wrong, "%zu errors", found->errors);
    }
    json_object_set_new(row, "verdict",
                        broken == NULL ? json_null() : json_string(verdict_name(broken->verdict)));
    json_object_set_new(row, "cases", json_integer(broken == NULL ? 0 : (json_int_t)broken->cases));
    json_object_set_new(row, "waited",
                        json_integer(broken == NULL ? 0 : (json_int_t)broken->waited));
    json_object_set_new(row, "others", others(found, rule, fault, wrong));
    json_object_set_new(row, "missing", missing(found, rule, fault, wrong));
    json_object_set_new(row, "run", json_integer((json_int_t)found->run));
    json_object_set_new(row, "passed", json_integer((json_int_t)found->passed));
    json_object_set_new(row, "inconclusive", json_integer((json_int_t)found->inconclusive));
    json_object_set_new(row, "errors", json_integer((json_int_t)found->errors));
    json_object_set_new(row, "seconds", json_real(found->seconds));
    json_object_set_new(row, "right", json_boolean(json_array_size(wrong) == 0));
    json_object_set_new(row, "wrong", wrong);
    return row;
}
