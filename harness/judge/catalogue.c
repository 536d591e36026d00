#include "judge/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "judge/catalogue_record.h"

enum { CATALOGUE_MAX_OCTETS = 1024 * 1024 };

struct catalogue {
    struct arena *arena;
    const struct rule **rules; /* owned until it is copied to the arena */
    size_t count;
    size_t capacity;
    const char *path; /* of the file being read */
    void (*defect)(void *self, const char *text);
    void *self;
    struct error *error;
    size_t defects;
};

/* Tell the defect; the first one is the error, too. */
static void tell(struct catalogue *catalogue, const char *text)
{
    if (catalogue->defects++ == 0) {
        error_set(catalogue->error, "%s", text);
    }
    if (catalogue->defect != NULL) {
        catalogue->defect(catalogue->self, text);
    }
}

static void tell_line(void *self, unsigned line, const char *text)
{
    struct catalogue *catalogue = self;
    struct buf whole = {0};
    buf_printf(&whole, "%s:%u: %s", catalogue->path, line, text);
    tell(catalogue, buf_text(&whole));
    buf_deinit(&whole);
}

static void read_records(struct catalogue *catalogue, struct bytes text)
{
    struct deb822_file file = deb822_read(text, catalogue->arena, tell_line, catalogue);
    const struct catalogue_source source = {catalogue->path, catalogue->arena, tell_line,
                                            catalogue};
    for (size_t i = 0; i < file.count; i++) {
        struct rule *rule = arena_alloc(catalogue->arena, sizeof *rule);
        if (catalogue_record_read(&source, &file.records[i], rule)) {
            catalogue->rules = mem_grow(catalogue->rules, catalogue->count, &catalogue->capacity,
                                        sizeof(const struct rule *));
            catalogue->rules[catalogue->count++] = rule;
        }
    }
}

static void read_file(void *self, const char *path)
{
    struct catalogue *catalogue = self;
    struct buf text = {0};
    struct error error = {{0}};
    catalogue->path = arena_strdup(catalogue->arena, path);
    if (file_read(path, CATALOGUE_MAX_OCTETS, &text, &error) != 0) {
        tell(catalogue, error.text);
    } else {
        read_records(catalogue, buf_bytes(&text));
    }
    buf_deinit(&text);
}

/* By id; the same id by place, so that the second one is the one to complain about. */
static int compare_rules(const void *a, const void *b)
{
    const struct rule *left = *(const struct rule *const *)a;
    const struct rule *right = *(const struct rule *const *)b;
    int order = strcmp(left->id, right->id);
    if (order == 0) {
        order = strcmp(left->path, right->path);
    }
    if (order == 0) {
        order = left->line < right->line ? -1 : left->line > right->line;
    }
    return order;
}

static void check_unique(struct catalogue *catalogue)
{
    for (size_t i = 1; i < catalogue->count; i++) {
        const struct rule *first = catalogue->rules[i - 1];
        const struct rule *second = catalogue->rules[i];
        if (strcmp(first->id, second->id) == 0) {
            struct buf text = {0};
            buf_printf(&text, "%s:%u: the id %s is taken by %s:%u", second->path, second->line,
                       second->id, first->path, first->line);
            tell(catalogue, buf_text(&text));
            buf_deinit(&text);
        }
    }
}

/* A rule that breaks beside another one is there, and of the same side: only those are judged together. */
static void check_besides(struct catalogue *catalogue, const struct rule_set *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = rules->rules[i];
        for (size_t k = 0; k < rule->beside_count; k++) {
            const struct rule_beside *pair = &rule->besides[k];
            const struct rule *other = rule_find(rules, bytes_of(pair->rule));
            if (other == NULL || other->side != rule->side) {
                catalogue->path = rule->path;
                struct buf text = {0};
                buf_printf(&text, "Beside has %s, which is %s", pair->rule,
                           other == NULL ? "in no catalogue" : "about the other side");
                tell_line(catalogue, pair->line, buf_text(&text));
                buf_deinit(&text);
            }
        }
    }
}

static void hand_over(struct catalogue *catalogue, struct rule_set *rules_r)
{
    const struct rule **kept =
        arena_array(catalogue->arena, catalogue->count, sizeof(const struct rule *));
    for (size_t i = 0; i < catalogue->count; i++) {
        kept[i] = catalogue->rules[i];
    }
    *rules_r = (struct rule_set){kept, catalogue->count};
}

int catalogue_read(const char *folder, struct arena *arena, struct rule_set *rules_r,
                   void (*defect)(void *self, const char *text), void *self, struct error *error)
{
    struct catalogue catalogue = {.arena = arena, .defect = defect, .self = self, .error = error};
    struct error walk_error = {{0}};
    *rules_r = (struct rule_set){NULL, 0};
    if (file_walk(folder, ".rules", read_file, &catalogue, &walk_error) != 0) {
        tell(&catalogue, walk_error.text);
    }
    if (catalogue.count > 0) {
        qsort(catalogue.rules, catalogue.count, sizeof(const struct rule *), compare_rules);
        check_unique(&catalogue);
        hand_over(&catalogue, rules_r);
        check_besides(&catalogue, rules_r);
    } else if (catalogue.defects == 0) {
        struct buf text = {0};
        buf_printf(&text, "no rules stand below %s", folder);
        tell(&catalogue, buf_text(&text));
        buf_deinit(&text);
    }
    free(catalogue.rules);
    return catalogue.defects == 0 ? 0 : -1;
}
