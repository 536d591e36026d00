#include "cli/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "cli/faults.h"

struct collecting {
    const struct rule_set *rules;
    const struct requirement_set *requirements;
    const struct suite *suite;
    const char *const *selectors;
    size_t selector_count;
    struct arena *arena;
};

/* ---- selection ---- */

/* "RFC 5321", "rfc5321" and "5321" name RFC 5321; 0: no document. */
static unsigned selector_document(const char *selector)
{
    struct bytes rest = bytes_of(selector);
    uint64_t number = 0;
    if (bytes_starts_nocase(rest, "rfc")) {
        rest = bytes_trim(bytes_skip(rest, 3));
    }
    return bytes_to_u64(rest, &number) && number < 1000000 ? (unsigned)number : 0;
}

/* The number of the RFC that a source names, 0 where it is none. */
static unsigned source_document(const char *source)
{
    struct bytes rest = bytes_of(source);
    struct bytes word;
    uint64_t number = 0;
    bool named = bytes_next_word(&rest, &word) && bytes_is(word, "RFC") &&
                 bytes_next_word(&rest, &word) && bytes_to_u64(word, &number);
    return named && number < 1000000 ? (unsigned)number : 0;
}

static bool selects_rule(const char *selector, const struct rule *rule)
{
    unsigned document = selector_document(selector);
    if (document == 0) {
        return glob_match_id(selector, rule->id);
    }
    for (size_t i = 0; i < rule->source_count; i++) {
        if (source_document(rule->sources[i]) == document) {
            return true;
        }
    }
    return false;
}

/* By its document, or because it names a rule that the pattern fits. */
static bool selects_statement(const char *selector, const struct requirement *statement)
{
    unsigned document = selector_document(selector);
    if (document != 0) {
        return statement->document == document;
    }
    for (size_t i = 0; i < statement->rule_count; i++) {
        if (glob_match_id(selector, statement->rules[i])) {
            return true;
        }
    }
    return false;
}

static bool is_wanted_rule(const struct collecting *self, const struct rule *rule)
{
    for (size_t i = 0; i < self->selector_count; i++) {
        if (selects_rule(self->selectors[i], rule)) {
            return true;
        }
    }
    return self->selector_count == 0;
}

static bool is_wanted_statement(const struct collecting *self, const struct requirement *statement)
{
    for (size_t i = 0; i < self->selector_count; i++) {
        if (selects_statement(self->selectors[i], statement)) {
            return true;
        }
    }
    return self->selector_count == 0;
}

static bool selects_something(const struct collecting *self, const char *selector)
{
    bool found = false;
    for (size_t i = 0; i < self->rules->count; i++) {
        found |= selects_rule(selector, self->rules->rules[i]);
    }
    for (size_t i = 0; i < self->requirements->count; i++) {
        found |= selects_statement(selector, &self->requirements->requirements[i]);
    }
    return found;
}

static int check_selectors(const struct collecting *self, struct error *error)
{
    const char **ids = arena_array(self->arena, self->rules->count + 1, sizeof *ids);
    for (size_t i = 0; i < self->rules->count; i++) {
        ids[i] = self->rules->rules[i]->id;
    }
    for (size_t i = 0; i < self->selector_count; i++) {
        const char *selector = self->selectors[i];
        if (!selects_something(self, selector)) {
            const char *nearest = glob_nearest(bytes_of(selector), ids, self->rules->count);
            return error_set(error,
                             "\"%s\" is no rule and no document; %s%s%s\"mailspec coverage\" "
                             "shows all",
                             selector, nearest != NULL ? "did you mean \"" : "",
                             nearest != NULL ? nearest : "", nearest != NULL ? "\"? " : "");
        }
    }
    return 0;
}

/* ---- rules ---- */

static bool names_rule(const struct program *program, const struct rule *rule)
{
    for (size_t i = 0; i < program->rule_count; i++) {
        if (strcmp(program->rules[i], rule->id) == 0) {
            return true;
        }
    }
    return false;
}

/* "smtp/helo" for the row "smtp/helo/ready". */
static const char *group_name(struct arena *arena, const char *id)
{
    const char *slash = strrchr(id, '/');
    return arena_printf(arena, "%.*s/*", (int)(slash - id), id);
}

/* The cases that name the rule; rows of one file, which stand together, make one group. */
static void collect_cases(const struct collecting *self, struct coverage_rule *covered)
{
    size_t all = suite_count(self->suite);
    const char **cases = arena_array(self->arena, all + 1, sizeof *cases);
    const char **groups = arena_array(self->arena, all + 1, sizeof *groups);
    const char *path = "";
    for (size_t i = 0; i < all; i++) {
        const struct program *program = suite_program(self->suite, i);
        if (!names_rule(program, covered->rule)) {
            continue;
        }
        if (strcmp(path, program->path) == 0) {
            groups[covered->group_count - 1] = group_name(self->arena, program->id);
        } else {
            groups[covered->group_count++] = program->id;
        }
        path = program->path;
        cases[covered->case_count++] = program->id;
    }
    covered->cases = cases;
    covered->groups = groups;
}

static void collect_programs(const struct collecting *self, struct coverage *coverage)
{
    size_t all = suite_count(self->suite);
    const struct program **programs =
        arena_array(self->arena, all + 1, sizeof(const struct program *));
    for (size_t i = 0; i < all; i++) {
        const struct program *program = suite_program(self->suite, i);
        bool named = false;
        for (size_t k = 0; k < coverage->rule_count && !named; k++) {
            named = names_rule(program, coverage->rules[k].rule);
        }
        if (named) {
            programs[coverage->program_count++] = program;
        }
    }
    coverage->programs = programs;
}

static void collect_faults(const struct collecting *self, struct coverage_rule *covered)
{
    const struct rule *rule = covered->rule;
    const char **faults = arena_array(self->arena, rule->fault_count + 1, sizeof *faults);
    for (size_t i = 0; i < rule->fault_count; i++) {
        if (faults_find(rule->faults[i]) != FAULTS_COUNT) {
            faults[covered->fault_count++] = rule->faults[i];
        }
    }
    covered->faults = faults;
}

/* "RFC 5321"; the whole source where it is none. */
static const char *document_name(struct arena *arena, const char *source)
{
    unsigned number = source_document(source);
    return number > 0 ? arena_printf(arena, "RFC %u", number) : source;
}

static void collect_rules(const struct collecting *self, struct coverage *coverage)
{
    struct coverage_rule *covered =
        arena_array(self->arena, self->rules->count + 1, sizeof *covered);
    for (size_t i = 0; i < self->rules->count; i++) {
        const struct rule *rule = self->rules->rules[i];
        if (!is_wanted_rule(self, rule)) {
            continue;
        }
        struct coverage_rule *next = &covered[coverage->rule_count++];
        *next = (struct coverage_rule){.rule = rule,
                                       .document = document_name(self->arena, rule->sources[0])};
        collect_cases(self, next);
        collect_faults(self, next);
    }
    coverage->rules = covered;
}

/* ---- statements and documents ---- */

static void collect_statements(const struct collecting *self, struct coverage *coverage)
{
    const struct requirement **kept =
        arena_array(self->arena, self->requirements->count + 1, sizeof(const struct requirement *));
    for (size_t i = 0; i < self->requirements->count; i++) {
        const struct requirement *statement = &self->requirements->requirements[i];
        if (is_wanted_statement(self, statement)) {
            kept[coverage->statement_count++] = statement;
        }
    }
    coverage->statements = kept;
}

static int compare_documents(const void *a, const void *b)
{
    const struct coverage_document *left = a;
    const struct coverage_document *right = b;
    unsigned first = source_document(left->name);
    unsigned second = source_document(right->name);
    if (first != second) {
        return first < second ? -1 : 1;
    }
    return strcmp(left->name, right->name);
}

static struct coverage_document *document_find(struct coverage_document *documents, size_t *count,
                                               const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(documents[i].name, name) == 0) {
            return &documents[i];
        }
    }
    documents[*count] = (struct coverage_document){.name = name};
    return &documents[(*count)++];
}

static void collect_documents(const struct collecting *self, struct coverage *coverage)
{
    size_t most = coverage->rule_count + coverage->statement_count + 1;
    struct coverage_document *documents = arena_array(self->arena, most, sizeof *documents);
    size_t count = 0;
    for (size_t i = 0; i < coverage->rule_count; i++) {
        document_find(documents, &count, coverage->rules[i].document)->rules++;
    }
    for (size_t i = 0; i < coverage->statement_count; i++) {
        const struct requirement *statement = coverage->statements[i];
        struct coverage_document *document = document_find(
            documents, &count, arena_printf(self->arena, "RFC %u", statement->document));
        document->statements++;
        document->becoming[statement->becomes]++;
    }
    qsort(documents, count, sizeof *documents, compare_documents);
    coverage->together = (struct coverage_document){
        .name = "together", .rules = coverage->rule_count, .statements = coverage->statement_count};
    for (size_t i = 0; i < coverage->statement_count; i++) {
        coverage->together.becoming[coverage->statements[i]->becomes]++;
    }
    coverage->documents = documents;
    coverage->document_count = count;
}

int coverage_collect(const struct rule_set *rules, const struct requirement_set *requirements,
                     const struct suite *suite, const char *const *selectors, size_t count,
                     struct arena *arena, struct coverage *coverage_r, struct error *error)
{
    const struct collecting self = {rules, requirements, suite, selectors, count, arena};
    *coverage_r = (struct coverage){0};
    if (check_selectors(&self, error) != 0) {
        return -1;
    }
    collect_rules(&self, coverage_r);
    collect_programs(&self, coverage_r);
    collect_statements(&self, coverage_r);
    collect_documents(&self, coverage_r);
    return 0;
}
