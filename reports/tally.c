#include "reports/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/sentence.h"
#include "reports/show.h"

static int tally_order(const struct rule *a, const struct rule *b)
{
    if (a->level != b->level) {
        return a->level < b->level ? -1 : 1;
    }
    return bytes_compare(bytes_of(a->id), bytes_of(b->id));
}

static struct tally_rule *tally_place(struct tally *tally, const struct rule *rule)
{
    size_t at = 0;
    while (at < tally->count && tally_order(tally->rules[at].rule, rule) < 0) {
        at++;
    }
    if (at < tally->count && tally_order(tally->rules[at].rule, rule) == 0) {
        return &tally->rules[at];
    }
    tally->rules = mem_grow(tally->rules, tally->count, &tally->capacity, sizeof tally->rules[0]);
    memmove(&tally->rules[at + 1], &tally->rules[at], (tally->count - at) * sizeof tally->rules[0]);
    tally->rules[at] = (struct tally_rule){.rule = rule, .verdict = VERDICT_INFO};
    tally->count++;
    return &tally->rules[at];
}

static bool tally_counts(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT || verdict == VERDICT_INFO;
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : mem_strdup(text);
}

static void keep_example(struct tally_rule *rule, const struct case_result *result,
                         const struct finding *finding)
{
    struct buf id = {0};
    struct buf sentence = {0};
    if (rule->shown_by != NULL || result->verdict == VERDICT_XFAIL) {
        return;
    }
    show_case_id(&id, result);
    rule->shown_by = buf_steal(&id);
    rule->again = copy(result->again);
    if (finding->text != NULL) {
        sentence_of(&sentence, finding);
        rule->sentence = buf_steal(&sentence);
    }
}

void tally_add(struct tally *tally, const struct case_result *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (!tally_counts(finding->verdict)) {
            continue;
        }
        struct tally_rule *rule = tally_place(tally, finding->rule);
        rule->verdict = verdict_worse(rule->verdict, finding->verdict);
        keep_example(rule, result, finding);
        if (rule->cases == 0 || rule->last_case != result->case_number) {
            rule->cases++;
            rule->known += result->verdict == VERDICT_XFAIL;
            rule->last_case = result->case_number;
        }
    }
}

void tally_deinit(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        free(tally->rules[i].sentence);
        free(tally->rules[i].shown_by);
        free(tally->rules[i].again);
    }
    free(tally->rules);
    *tally = (struct tally){0};
}

size_t tally_broken(const struct tally *tally, enum level level)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        count += tally->rules[i].rule->level == level && tally->rules[i].verdict != VERDICT_INFO;
    }
    return count;
}

size_t tally_outcomes(const struct run_summary *summary, enum verdict_outcome outcome,
                      enum fail_on fail_on)
{
    size_t count = 0;
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        count += verdict_outcome(verdict, fail_on) == outcome ? summary->counts[verdict] : 0;
    }
    return count;
}

size_t tally_cases(const struct run_summary *summary)
{
    size_t count = 0;
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        count += summary->counts[verdict];
    }
    return count;
}

static size_t tally_judged(const struct run_summary *summary)
{
    const size_t *counts = summary->counts;
    return counts[VERDICT_PASS] + counts[VERDICT_INFO] + counts[VERDICT_NON_STRICT] +
           counts[VERDICT_FAIL] + counts[VERDICT_XFAIL] + counts[VERDICT_XPASS];
}

size_t tally_crashes(const struct run_summary *summary)
{
    size_t count = 0;
    for (size_t i = 0; i < summary->absence_count; i++) {
        count += summary->absences[i].cut ? 1 : 0;
    }
    return count;
}

bool tally_crashes_count(const struct run_summary *summary, enum fail_on fail_on)
{
    return fail_on != FAIL_ON_NEVER && tally_crashes(summary) > 0;
}

static void say_not_ok(const struct run_info *info, const struct run_summary *summary,
                       struct buf *out)
{
    const char *before = "Not acceptable: ";
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (summary->counts[verdict] > 0 &&
            verdict_outcome(verdict, info->fail_on) == OUTCOME_NOT_OK) {
            buf_printf(out, "%s%zu %s", before, summary->counts[verdict], verdict_name(verdict));
            before = ", ";
        }
    }
    if (tally_crashes_count(summary, info->fail_on)) {
        buf_append_text(out, before);
        show_count(out, tally_crashes(summary), "crash", "crashes");
        buf_append_text(out, " that no case brings about alone");
    }
    buf_append_octet(out, '.');
}

static void say_ok(const struct run_summary *summary, struct buf *out)
{
    size_t open = summary->counts[VERDICT_INCONCLUSIVE];
    buf_append_text(out, "Acceptable");
    if (open > 0) {
        buf_printf(out, ", as far as it could be judged: %zu of %zu cases could not", open,
                   tally_cases(summary));
    }
    buf_append_octet(out, '.');
}

static void say_time(const struct run_summary *summary, struct buf *out)
{
    if (summary->out_of_time > 0) {
        buf_printf(out, " The time was up (--for): %zu of ", summary->out_of_time);
        show_count(out, tally_cases(summary), "case", "cases");
        buf_append_text(out, " were not judged.");
    }
}

static const char interrupted[] = "Interrupted: what did not run is not judged.";

bool tally_empty_shard(const struct run_info *info)
{
    return info->shard_count > 1 && info->whole_count > 0 && info->case_count == 0;
}

bool tally_acceptable(const struct run_info *info, const struct run_summary *summary,
                      struct buf *out)
{
    struct buf unwanted = {0};
    struct buf *text = out != NULL ? out : &unwanted;
    bool ok = false;
    if (summary->broken_off != NULL) {
        buf_append_text(text, "Broken off: ");
        show_text(text, summary->broken_off);
    } else if (tally_outcomes(summary, OUTCOME_NOT_OK, info->fail_on) > 0 ||
               tally_crashes_count(summary, info->fail_on)) {
        say_not_ok(info, summary, text);
        buf_append_text(text, summary->interrupted ? " " : "");
        buf_append_text(text, summary->interrupted ? interrupted : "");
    } else if (summary->interrupted) {
        buf_append_text(text, interrupted);
    } else if (tally_empty_shard(info)) {
        ok = true;
        buf_printf(text, "Acceptable: shard %u/%u is empty, of ", info->shard, info->shard_count);
        show_count(text, info->whole_count, "case", "cases");
        buf_append_text(text, " selected.");
    } else if (info->case_count == 0 && tally_cases(summary) == 0) {
        buf_append_text(text, "Nothing was selected, so nothing was judged.");
    } else if (tally_judged(summary) == 0) {
        buf_append_text(text, "Nothing was judged.");
    } else {
        ok = true;
        say_ok(summary, text);
    }
    say_time(summary, text);
    buf_deinit(&unwanted);
    return ok;
}
