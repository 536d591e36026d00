/* coverage_json - the coverage for programs */
#include "cli/coverage.h"
#include "cli/faults.h"
#include "judge/judge.h"
#include "reports/json_text.h"

static json_t *json_document(const struct coverage_document *document)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I}", "document", document->name, "rules",
                     (json_int_t)document->rules, "statements", (json_int_t)document->statements,
                     "judged", (json_int_t)document->becoming[BECOMES_RULE], "not-judged",
                     (json_int_t)document->becoming[BECOMES_OUT]);
}

static json_t *json_covered(const struct coverage_rule *covered)
{
    const struct rule *rule = covered->rule;
    json_t *object = json_object();
    json_object_set_new(object, "rule", json_text(rule->id));
    json_object_set_new(object, "document", json_text(covered->document));
    json_object_set_new(object, "level", json_string(level_name(rule->level)));
    json_object_set_new(object, "side", json_string(side_name(rule->side)));
    json_object_set_new(object, "sources", json_texts(rule->sources, rule->source_count));
    json_object_set_new(object, "title", json_text(rule->title));
    json_object_set_new(object, "text", json_text(rule->text));
    json_object_set_new(object, "harm", json_text(rule->harm));
    json_object_set_new(object, "impact", json_string(impact_name(rule->impact)));
    json_object_set_new(object, "conflict", json_text(rule->conflict));
    json_object_set_new(object, "needs", json_texts(rule->needs, rule->need_count));
    json_object_set_new(object, "judged-by", json_text(rule->judged_by));
    json_object_set_new(object, "cases", json_texts(covered->cases, covered->case_count));
    json_object_set_new(object, "faults", json_texts(rule->faults, rule->fault_count));
    return object;
}

/* "ehlo SIZE", "users 2", "delivery" */
static json_t *json_need(const struct need *need)
{
    const char *name = need_kind_name(need->kind);
    if (need->word != NULL) {
        return json_sprintf("%s %s", name, need->word);
    }
    return need->number > 0 ? json_sprintf("%s %u", name, need->number) : json_string(name);
}

static json_t *json_program(const struct program *program)
{
    json_t *needs = json_array();
    for (size_t i = 0; i < program->need_count; i++) {
        json_array_append_new(needs, json_need(&program->needs[i]));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "case", program->id, "title", program->title, "rules",
                     json_texts(program->rules, program->rule_count), "needs", needs);
}

static json_t *json_statement(const struct requirement *statement)
{
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:i, s:s, s:s, s:o}", "document", (int)statement->document,
                  "section", statement->section, "level", statement->level, "subject",
                  statement->subject, "line", (int)statement->text_line, "statement",
                  statement->statement, "becomes", becomes_name(statement->becomes), "rules",
                  json_texts(statement->rules, statement->rule_count));
    if (statement->reason != NULL) {
        json_object_set_new(object, "reason", json_text(statement->reason));
    }
    return object;
}

/* All faults there are, whatever is selected. */
static json_t *json_faults(void)
{
    json_t *array = json_array();
    for (size_t i = 0; i < FAULTS_COUNT; i++) {
        const struct fault_facts facts = faults_at(i);
        json_array_append_new(
            array, json_pack("{s:s, s:s, s:s, s:s}", "fault", facts.name, "rule", facts.rule, "of",
                             facts.of_client ? "client" : "server", "what", facts.what));
    }
    return array;
}

void coverage_json(const struct coverage *coverage, struct buf *out)
{
    size_t judge_count = 0;
    const char *const *judges = judge_rule_ids(&judge_count);
    json_t *documents = json_array();
    json_t *rules = json_array();
    json_t *cases = json_array();
    json_t *statements = json_array();
    for (size_t i = 0; i < coverage->document_count; i++) {
        json_array_append_new(documents, json_document(&coverage->documents[i]));
    }
    for (size_t i = 0; i < coverage->rule_count; i++) {
        json_array_append_new(rules, json_covered(&coverage->rules[i]));
    }
    for (size_t i = 0; i < coverage->program_count; i++) {
        json_array_append_new(cases, json_program(coverage->programs[i]));
    }
    for (size_t i = 0; i < coverage->statement_count; i++) {
        json_array_append_new(statements, json_statement(coverage->statements[i]));
    }
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "documents", documents, "rules",
                               rules, "cases", cases, "statements", statements, "faults",
                               json_faults(), "judges", json_texts(judges, judge_count));
    json_print(out, object, 0);
    json_decref(object);
}
