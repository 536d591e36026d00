#include "reports/merge.h"

#include <stdlib.h>
#include <string.h>

#include "reports/show.h"

/* Shards of one run, or one whole run. */
struct group {
    const struct read_result **members;
    size_t member_count;
    size_t whole_count;
    size_t distinct; /* cases with numbers of their own */
};

struct placed {
    struct case_result *result;
    const struct read_result *from;
    size_t place; /* in the merged report */
    bool dropped;
};

struct merge {
    const struct read_result *results;
    size_t count;
    struct arena *arena;
    struct group *groups;
    size_t group_count;
    struct placed *cases;
    size_t case_count;
    struct buf *notes;
    struct buf broken_off;
    size_t not_run;
};

static const char *text_or_none(const char *text)
{
    return text != NULL ? text : "";
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && strcmp(text_or_none(a), text_or_none(b)) == 0;
}

/* ---- Which results belong together ---- */

static bool belongs_to(const struct group *group, const struct run_info *info)
{
    const struct run_info *first = &group->members[0]->info;
    return info->shard > 0 && first->shard_count == info->shard_count &&
           first->whole_count == info->whole_count &&
           same_text(first->target_name, info->target_name);
}

static struct group *group_for(struct merge *merge, const struct run_info *info)
{
    for (size_t i = 0; i < merge->group_count; i++) {
        if (belongs_to(&merge->groups[i], info)) {
            return &merge->groups[i];
        }
    }
    struct group *group = &merge->groups[merge->group_count++];
    group->members = arena_array(merge->arena, merge->count, sizeof(struct read_result *));
    group->whole_count = info->whole_count;
    return group;
}

static void make_groups(struct merge *merge)
{
    merge->groups = arena_array(merge->arena, merge->count + 1, sizeof *merge->groups);
    for (size_t i = 0; i < merge->count; i++) {
        struct group *group = group_for(merge, &merge->results[i].info);
        group->members[group->member_count++] = &merge->results[i];
    }
}

/* ---- Why it is no whole ---- */

/* Each reason once. */
static void break_off(struct merge *merge, const char *why)
{
    struct bytes said = buf_bytes(&merge->broken_off);
    if (bytes_find(said, bytes_of(why), 0) == BYTES_NONE) {
        buf_printf(&merge->broken_off, "%s%s", said.n > 0 ? "; " : "", why);
    }
}

static bool has_shard(const struct group *group, unsigned shard)
{
    for (size_t i = 0; i < group->member_count; i++) {
        if (group->members[i]->info.shard == shard) {
            return true;
        }
    }
    return false;
}

static size_t say_missing(struct merge *merge, const struct group *group)
{
    const struct run_info *info = &group->members[0]->info;
    struct buf list = {0};
    size_t missing = 0;
    for (unsigned i = 1; i <= info->shard_count; i++) {
        if (!has_shard(group, i)) {
            buf_printf(&list, "%s%u/%u", missing > 0 ? ", " : "", i, info->shard_count);
            missing++;
        }
    }
    if (missing > 0) {
        break_off(merge,
                  arena_printf(merge->arena, "the result%s of shard%s %s of %s %s missing",
                               missing == 1 ? "" : "s", missing == 1 ? "" : "s", buf_text(&list),
                               text_or_none(info->target_name), missing == 1 ? "is" : "are"));
    }
    buf_deinit(&list);
    return missing;
}

static void see_whether_whole(struct merge *merge, const struct group *group)
{
    size_t not_run = 0;
    for (size_t i = 0; i < group->member_count; i++) {
        const struct run_summary *summary = &group->members[i]->summary;
        not_run += summary->not_run;
        if (summary->broken_off != NULL) {
            break_off(merge, summary->broken_off);
        }
    }
    if (group->members[0]->info.shard > 0) {
        size_t missing = say_missing(merge, group);
        size_t lost =
            group->whole_count > group->distinct ? group->whole_count - group->distinct : 0;
        if (missing == 0 && lost > not_run) {
            break_off(merge, arena_printf(merge->arena, "%zu of %zu cases are in no shard", lost,
                                          group->whole_count));
        }
        not_run = lost;
    }
    merge->not_run += not_run;
}

/* ---- The cases, in order ---- */

static int by_number(const void *a, const void *b)
{
    const struct placed *x = a;
    const struct placed *y = b;
    if (x->result->case_number != y->result->case_number) {
        return x->result->case_number < y->result->case_number ? -1 : 1;
    }
    return x->place < y->place ? -1 : 1;
}

static int check_numbers(struct group *group, const struct placed *cases, size_t count,
                         struct error *error)
{
    group->distinct = count > 0 ? 1 : 0;
    for (size_t i = 1; i < count; i++) {
        const struct placed *a = &cases[i - 1];
        const struct placed *b = &cases[i];
        if (a->result->case_number != b->result->case_number) {
            group->distinct++;
        } else if (strcmp(a->result->program->id, b->result->program->id) != 0) {
            return error_set(error,
                             "%s and %s are not shards of one run: in its order, case %zu is %s in "
                             "the one and %s in the other",
                             a->from->name, b->from->name, a->result->case_number,
                             a->result->program->id, b->result->program->id);
        }
    }
    return 0;
}

/* The cases of one group behind those of the groups before, whose numbers are below `offset`. */
static int place_group(struct merge *merge, struct group *group, size_t offset, struct error *error)
{
    struct placed *cases = &merge->cases[merge->case_count];
    size_t count = 0;
    for (size_t i = 0; i < group->member_count; i++) {
        const struct read_result *from = group->members[i];
        for (size_t k = 0; k < from->case_count; k++) {
            cases[count] = (struct placed){&from->cases[k], from, count, false};
            count++;
        }
    }
    if (group->members[0]->info.shard > 0) {
        qsort(cases, count, sizeof *cases, by_number);
        if (check_numbers(group, cases, count, error) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        cases[i].result->case_number += offset;
        cases[i].place = merge->case_count + i;
    }
    merge->case_count += count;
    return 0;
}

static int place_cases(struct merge *merge, struct error *error)
{
    size_t count = 0;
    size_t offset = 0;
    for (size_t i = 0; i < merge->count; i++) {
        count += merge->results[i].case_count;
    }
    merge->cases = arena_array(merge->arena, count + 1, sizeof *merge->cases);
    for (size_t i = 0; i < merge->group_count; i++) {
        struct group *group = &merge->groups[i];
        if (place_group(merge, group, offset, error) != 0) {
            return -1;
        }
        see_whether_whole(merge, group);
        offset += group->whole_count;
    }
    return 0;
}

/* ---- Cases that are there twice ---- */

static const char *target_of(const struct placed *placed)
{
    return text_or_none(placed->result->target != NULL ? placed->result->target
                                                       : placed->from->info.target_name);
}

static int by_case(const struct placed *a, const struct placed *b)
{
    int order = strcmp(target_of(a), target_of(b));
    if (order == 0) {
        order = strcmp(a->result->program->id, b->result->program->id);
    }
    if (order == 0 && a->result->repeat != b->result->repeat) {
        order = a->result->repeat < b->result->repeat ? -1 : 1;
    }
    return order;
}

static int by_case_and_place(const void *a, const void *b)
{
    const struct placed *const *x = a;
    const struct placed *const *y = b;
    int order = by_case(*x, *y);
    if (order != 0) {
        return order;
    }
    return (*x)->place < (*y)->place ? -1 : 1;
}

/* One result that has a case twice was made by nobody here, but is no reason to lose one of them. */
static void drop_doubles(struct merge *merge)
{
    struct placed **sorted =
        arena_array(merge->arena, merge->case_count + 1, sizeof(struct placed *));
    struct placed *kept = NULL;
    const struct placed *first = NULL;
    size_t doubles = 0;
    for (size_t i = 0; i < merge->case_count; i++) {
        sorted[i] = &merge->cases[i];
    }
    qsort(sorted, merge->case_count, sizeof(struct placed *), by_case_and_place);
    for (size_t i = 0; i < merge->case_count; i++) {
        struct placed *other = sorted[i];
        if (kept == NULL || by_case(kept, other) != 0) {
            kept = other;
            continue;
        }
        first = doubles++ == 0 ? other : first;
        enum verdict a = kept->result->verdict;
        bool graver = verdict_worse(a, other->result->verdict) != a;
        (graver ? kept : other)->dropped = true;
        kept = graver ? other : kept;
    }
    if (first != NULL) {
        buf_printf(
            merge->notes,
            "%zu case%s in more than one result, such as %s in %s; the graver verdict counts\n",
            doubles, doubles == 1 ? " is" : "s are", first->result->program->id, first->from->name);
    }
}

/* ---- The whole ---- */

struct words {
    const char **items;
    size_t count;
};

static void add_word(struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (same_text(words->items[i], word)) {
            return;
        }
    }
    words->items[words->count++] = word;
}

/* One: as it is. Several: all of them. */
static const char *joined(struct merge *merge, const struct words *words)
{
    if (words->count == 1) {
        return words->items[0];
    }
    struct buf list = {0};
    for (size_t i = 0; i < words->count; i++) {
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", text_or_none(words->items[i]));
    }
    const char *text = arena_text(merge->arena, buf_bytes(&list));
    buf_deinit(&list);
    return text;
}

static void join_info(struct merge *merge, struct merged *merged)
{
    struct run_info *info = &merged->info;
    struct words versions = {arena_array(merge->arena, merge->count, sizeof(char *)), 0};
    *info = merge->results[0].info;
    info->shard = 0;
    info->shard_count = 0;
    merged->trace = merge->results[0].trace;
    for (size_t i = 0; i < merge->count; i++) {
        const struct read_result *result = &merge->results[i];
        const struct run_info *own = &result->info;
        add_word(&versions, own->version);
        info->wall_us = own->wall_us < info->wall_us ? own->wall_us : info->wall_us;
        info->target_url = same_text(info->target_url, own->target_url) ? info->target_url : NULL;
        info->command = same_text(info->command, own->command) ? info->command : NULL;
        info->shows_secrets = info->shows_secrets || own->shows_secrets;
        merged->fail_on_differs = merged->fail_on_differs || own->fail_on != info->fail_on;
        if (merged->trace == TRACE_NONE || result->trace == TRACE_ALL) {
            merged->trace = result->trace;
        }
        merged->summary.duration_us += result->summary.duration_us;
        merged->summary.interrupted |= result->summary.interrupted;
    }
    info->version = joined(merge, &versions);
    if (versions.count > 1) {
        buf_printf(merge->notes, "the results are of different versions: %s\n", info->version);
    }
}

static void join_targets(struct merge *merge, struct merged *merged)
{
    struct words names = {arena_array(merge->arena, merge->count, sizeof(char *)), 0};
    for (size_t i = 0; i < merge->count; i++) {
        add_word(&names, merge->results[i].info.target_name);
    }
    merged->info.target_name = joined(merge, &names);
    for (size_t i = 0; i < merge->case_count && names.count > 1; i++) {
        merge->cases[i].result->target = target_of(&merge->cases[i]);
    }
}

static void take_cases(struct merge *merge, struct merged *merged)
{
    const struct case_result **cases =
        arena_array(merge->arena, merge->case_count + 1, sizeof(struct case_result *));
    for (size_t i = 0; i < merge->case_count; i++) {
        const struct placed *placed = &merge->cases[i];
        if (!placed->dropped) {
            cases[merged->case_count++] = placed->result;
            merged->summary.counts[placed->result->verdict]++;
        }
    }
    merged->cases = cases;
    merged->summary.not_run = merge->not_run;
    merged->info.case_count = merged->case_count + merge->not_run;
    merged->info.whole_count = merged->info.case_count;
}

static void join_absences(const struct merge *merge, struct merged *merged)
{
    size_t count = 0;
    for (size_t i = 0; i < merge->count; i++) {
        count += merge->results[i].summary.absence_count;
    }
    struct absence *absences = arena_array(merge->arena, count + 1, sizeof *absences);
    count = 0;
    for (size_t i = 0; i < merge->count; i++) {
        const struct run_summary *own = &merge->results[i].summary;
        for (size_t k = 0; k < own->absence_count; k++) {
            absences[count++] = own->absences[k];
        }
    }
    merged->summary.absences = absences;
    merged->summary.absence_count = count;
}

/* The parts were at one server: each remark is told once. */
static void join_remarks(const struct merge *merge, struct merged *merged)
{
    size_t count = 0;
    for (size_t i = 0; i < merge->count; i++) {
        count += merge->results[i].summary.remark_count;
        merged->summary.out_of_time += merge->results[i].summary.out_of_time;
    }
    const char **remarks = arena_array(merge->arena, count + 1, sizeof *remarks);
    count = 0;
    for (size_t i = 0; i < merge->count; i++) {
        const struct run_summary *own = &merge->results[i].summary;
        for (size_t k = 0; k < own->remark_count; k++) {
            size_t at = 0;
            while (at < count && strcmp(remarks[at], own->remarks[k]) != 0) {
                at++;
            }
            remarks[at] = own->remarks[k];
            count += at == count ? 1 : 0;
        }
    }
    merged->summary.remarks = remarks;
    merged->summary.remark_count = count;
}

int merge_results(const struct read_result *results, size_t count, const char *unread,
                  struct arena *arena, struct merged *merged_r, struct buf *notes,
                  struct error *error)
{
    struct merge merge = {.results = results, .count = count, .arena = arena, .notes = notes};
    *merged_r = (struct merged){.info = {.version = MAILSPEC_VERSION}};
    make_groups(&merge);
    if (place_cases(&merge, error) != 0) {
        buf_deinit(&merge.broken_off);
        return -1;
    }
    if (unread != NULL) {
        break_off(&merge, arena_printf(arena, "not readable: %s", unread));
    }
    drop_doubles(&merge);
    if (count > 0) {
        join_info(&merge, merged_r);
        join_targets(&merge, merged_r);
    }
    take_cases(&merge, merged_r);
    join_absences(&merge, merged_r);
    join_remarks(&merge, merged_r);
    if (merge.broken_off.n > 0) {
        merged_r->summary.broken_off = arena_text(arena, buf_bytes(&merge.broken_off));
    }
    buf_deinit(&merge.broken_off);
    return 0;
}
