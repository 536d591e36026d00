/* coverage_text - the coverage for people, and a line for each rule */
#include <string.h>

#include "cli/coverage.h"
#include "reports/show.h"

enum { TEXT_WIDTH = 100, TEXT_INDENT = 6, LABEL_WIDTH = 11 };

/* "      judged by  smtp/helo smtp/helo-extensions", broken at blanks; nothing when there is nothing to say. */
static void put_labelled(struct buf *out, const char *label, struct bytes text)
{
    if (text.n == 0) {
        return;
    }
    buf_append_fill(out, ' ', TEXT_INDENT);
    buf_printf(out, "%-*s", LABEL_WIDTH, label);
    show_wrapped(out, text, TEXT_INDENT + LABEL_WIDTH, TEXT_WIDTH);
    buf_append_octet(out, '\n');
}

static void join(struct buf *out, const char *const *words, size_t count, const char *between)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s%s", i > 0 ? between : "", words[i]);
    }
}

static void put_words(struct buf *out, const char *label, const char *const *words, size_t count,
                      const char *between)
{
    struct buf text = {0};
    join(&text, words, count, between);
    put_labelled(out, label, buf_bytes(&text));
    buf_deinit(&text);
}

static void put_judged_by(struct buf *out, const struct coverage_rule *covered)
{
    struct buf text = {0};
    if (strcmp(covered->rule->judged_by, "judge") == 0) {
        buf_append_text(&text, covered->group_count > 0 ? "a judge, in every session; "
                                                        : "a judge, in every session");
    }
    join(&text, covered->groups, covered->group_count, " ");
    put_labelled(out, "judged by", buf_bytes(&text));
    buf_deinit(&text);
}

static void put_rule(struct buf *out, const struct coverage_rule *covered)
{
    const struct rule *rule = covered->rule;
    buf_printf(out, "  %s: %s\n", rule->id, rule->title);
    put_words(out, "stands in", rule->sources, rule->source_count, ", ");
    put_labelled(out, "harm", bytes_of(rule->harm));
    put_labelled(out, "impact", bytes_of(impact_name(rule->impact)));
    put_judged_by(out, covered);
    put_words(out, "proven by", covered->faults, covered->fault_count, ", ");
    put_words(out, "needs", rule->needs, rule->need_count, ", ");
    if (rule->conflict != NULL) {
        put_labelled(out, "conflict", bytes_of(rule->conflict));
    }
}

static bool is_of(const struct coverage_rule *covered, const struct coverage_document *document,
                  enum side side, enum level level)
{
    return covered->rule->side == side && covered->rule->level == level &&
           strcmp(covered->document, document->name) == 0;
}

static void put_rules(struct buf *out, const struct coverage *coverage,
                      const struct coverage_document *document, enum side side, enum level level)
{
    bool headed = false;
    for (size_t i = 0; i < coverage->rule_count; i++) {
        if (!is_of(&coverage->rules[i], document, side, level)) {
            continue;
        }
        if (!headed) {
            buf_printf(out, "%s, %s, %s\n", document->name, side_name(side), level_name(level));
        }
        headed = true;
        put_rule(out, &coverage->rules[i]);
    }
    buf_append_text(out, headed ? "\n" : "");
}

static bool stands_in(const struct requirement *statement, const struct coverage_document *document)
{
    struct bytes name = bytes_of(document->name);
    uint64_t number = 0;
    return bytes_starts(name, "RFC ") && bytes_to_u64(bytes_skip(name, 4), &number) &&
           number == statement->document;
}

/* Those without a rule. */
static void put_left_out(struct buf *out, const struct coverage *coverage,
                         const struct coverage_document *document)
{
    bool headed = false;
    for (size_t i = 0; i < coverage->statement_count; i++) {
        const struct requirement *statement = coverage->statements[i];
        if (statement->becomes != BECOMES_OUT || !stands_in(statement, document)) {
            continue;
        }
        if (!headed) {
            buf_printf(out, "%s, not judged\n", document->name);
        }
        headed = true;
        buf_printf(out, "  %s, %s, %s: %s\n", statement->section, statement->subject,
                   statement->level, statement->statement);
        put_labelled(out, "because", bytes_of(statement->reason));
    }
    buf_append_text(out, headed ? "\n" : "");
}

static void put_counts(struct buf *out, const struct coverage_document *document)
{
    buf_printf(out, "%-12s%8zu%12zu%8zu%12zu\n", document->name, document->rules,
               document->statements, document->becoming[BECOMES_RULE],
               document->becoming[BECOMES_OUT]);
}

static void put_summary(struct buf *out, const struct coverage *coverage)
{
    buf_printf(out, "%-12s%8s%12s%8s%12s\n", "document", "rules", "statements", "judged",
               "not judged");
    for (size_t i = 0; i < coverage->document_count; i++) {
        put_counts(out, &coverage->documents[i]);
    }
    put_counts(out, &coverage->together);
}

void coverage_text(const struct coverage *coverage, struct buf *out)
{
    static const enum side sides[] = {SIDE_SERVER, SIDE_CLIENT};
    for (size_t i = 0; i < coverage->document_count; i++) {
        const struct coverage_document *document = &coverage->documents[i];
        for (size_t k = 0; k < 2 * (size_t)LEVEL_COUNT; k++) {
            put_rules(out, coverage, document, sides[k / LEVEL_COUNT],
                      (enum level)(k % LEVEL_COUNT));
        }
        put_left_out(out, coverage, document);
    }
    put_summary(out, coverage);
}

void coverage_tsv(const struct coverage *coverage, struct buf *out)
{
    buf_append_text(out, "rule\tlevel\tside\tsources\ttitle\tjudged by\tcases\tfaults\tneeds\n");
    for (size_t i = 0; i < coverage->rule_count; i++) {
        const struct coverage_rule *covered = &coverage->rules[i];
        const struct rule *rule = covered->rule;
        buf_printf(out, "%s\t%s\t%s\t", rule->id, level_name(rule->level), side_name(rule->side));
        join(out, rule->sources, rule->source_count, "; ");
        buf_printf(out, "\t%s\t%s\t", rule->title, rule->judged_by);
        join(out, covered->cases, covered->case_count, " ");
        buf_append_octet(out, '\t');
        join(out, covered->faults, covered->fault_count, " ");
        buf_append_octet(out, '\t');
        join(out, rule->needs, rule->need_count, ", ");
        buf_append_octet(out, '\n');
    }
}
