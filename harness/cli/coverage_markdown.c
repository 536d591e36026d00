/* coverage_markdown - the coverage as a page of docs: how much is judged, all rules, what is not judged */
#include <string.h>

#include "cli/coverage.h"

/* A cell of a table: a bar in it would end it. */
static void put_cell(struct buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '|' || *p == '<') {
            buf_append_octet(out, '\\');
        }
        buf_append_octet(out, (unsigned char)*p);
    }
}

static void put_counts(struct buf *out, const struct coverage_document *document)
{
    buf_printf(out, "| %s | %zu | %zu | %zu | %zu |\n", document->name, document->rules,
               document->statements, document->becoming[BECOMES_RULE],
               document->becoming[BECOMES_OUT]);
}

static void put_summary(struct buf *out, const struct coverage *coverage)
{
    buf_append_text(out, "\n## How much is judged\n\n"
                         "| document | rules | statements | judged | not judged |\n"
                         "|---|---|---|---|---|\n");
    for (size_t i = 0; i < coverage->document_count; i++) {
        put_counts(out, &coverage->documents[i]);
    }
    put_counts(out, &coverage->together);
}

static void put_rule(struct buf *out, const struct rule *rule)
{
    buf_printf(out, "| `%s` | %s | %s | %s | ", rule->id, level_name(rule->level),
               impact_name(rule->impact), rule->sources[0]);
    put_cell(out, rule->title);
    buf_printf(out, " | %s |\n", rule->judged_by);
}

static void put_rules(struct buf *out, const struct coverage *coverage, const char *protocol,
                      enum side side, const char *heading)
{
    bool headed = false;
    for (size_t i = 0; i < coverage->rule_count; i++) {
        const struct rule *rule = coverage->rules[i].rule;
        if (rule->side != side || !bytes_starts(bytes_of(rule->id), protocol)) {
            continue;
        }
        if (!headed) {
            buf_printf(out,
                       "\n## %s\n\n| id | level | impact | source | title | judged by |\n"
                       "|---|---|---|---|---|---|\n",
                       heading);
        }
        headed = true;
        put_rule(out, rule);
    }
}

/* Those without a rule. */
static void put_left_out(struct buf *out, const struct coverage *coverage)
{
    buf_append_text(out, "\n## Statements that are not judged\n\n"
                         "| document | level | whose | statement | why |\n"
                         "|---|---|---|---|---|\n");
    for (size_t i = 0; i < coverage->statement_count; i++) {
        const struct requirement *statement = coverage->statements[i];
        if (statement->becomes != BECOMES_OUT) {
            continue;
        }
        buf_printf(out, "| RFC %u %s | %s | %s | ", statement->document, statement->section,
                   statement->level, statement->subject);
        put_cell(out, statement->statement);
        buf_append_text(out, " | ");
        put_cell(out, statement->reason);
        buf_append_text(out, " |\n");
    }
}

void coverage_markdown(const struct coverage *coverage, struct buf *out)
{
    buf_append_text(out,
                    "# All rules\n\nMade by `mailspec coverage --format markdown`; nobody edits "
                    "it. [rules.md](rules.md) tells what the columns mean.\n");
    put_summary(out, coverage);
    put_rules(out, coverage, "smtp/", SIDE_SERVER, "SMTP and LMTP: servers");
    put_rules(out, coverage, "pop3/", SIDE_SERVER, "POP3: servers");
    put_rules(out, coverage, "smtp/", SIDE_CLIENT, "SMTP and LMTP: clients");
    put_rules(out, coverage, "pop3/", SIDE_CLIENT, "POP3: clients");
    put_left_out(out, coverage);
}
