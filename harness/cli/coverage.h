/*
 * coverage - which rules there are, what judges each of them, what proves that it can fail, and which statements of the standards are not
 * judged
 *
 * Everything lives in an arena, or in the suite and rules that are given.
 */
#ifndef MAILSPEC_CLI_COVERAGE_H
#define MAILSPEC_CLI_COVERAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "cli/suite.h"
#include "judge/requirements.h"
#include "model/rule.h"

struct coverage_rule {
    const struct rule *rule;
    const char *document;     /* of its main source: "RFC 5321" */
    const char *const *cases; /* ids of those that name it */
    size_t case_count;
    const char *const *
        groups; /* the same, several rows of one file as "smtp/unknown-command/" with a star behind */
    size_t group_count;
    const char *const *faults; /* that the built-in server or client have, in the rule's order */
    size_t fault_count;
};

/* What is known of one document. */
struct coverage_document {
    const char *name;  /* "RFC 5321" */
    size_t rules;      /* with the main source there */
    size_t statements; /* of those, how many become what: */
    size_t becoming[BECOMES_COUNT];
};

struct coverage {
    const struct program *const *programs; /* the cases that name a rule selected */
    size_t program_count;
    const struct coverage_rule *rules; /* those selected, sorted by id */
    size_t rule_count;
    const struct requirement *const *statements; /* those selected, in the order of the file */
    size_t statement_count;
    const struct coverage_document *documents; /* with a rule or statement selected, by number */
    size_t document_count;
    struct coverage_document together; /* all documents */
};

/*
 * Put together what `selectors` name: patterns over ids of rules, or documents ("RFC 5321", "rfc5321", "5321"); none: everything.
 * Statements are selected by their rule or by their document. -1 and an error: one of them names nothing.
 */
int coverage_collect(const struct rule_set *rules, const struct requirement_set *requirements,
                     const struct suite *suite, const char *const *selectors, size_t count,
                     struct arena *arena, struct coverage *coverage_r, struct error *error);

/* Append it as text for people, as Markdown, as a line for each rule with its fields parted by tabs. */
void coverage_text(const struct coverage *coverage, struct buf *out);
void coverage_markdown(const struct coverage *coverage, struct buf *out);
void coverage_tsv(const struct coverage *coverage, struct buf *out);
/* The same for programs: an object of documents, rules, statements and faults. */
void coverage_json(const struct coverage *coverage, struct buf *out);

#endif
