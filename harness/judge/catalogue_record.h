/*
 * catalogue_record - one record of a catalogue file as a rule
 *
 * Private to catalogue.c. Each defect of the record is told; the rule is whole only when there was none.
 */
#ifndef MAILSPEC_JUDGE_CATALOGUE_RECORD_H
#define MAILSPEC_JUDGE_CATALOGUE_RECORD_H

#include "base/deb822.h"
#include "model/rule.h"

/* Where records come from and where their defects go. */
struct catalogue_source {
    const char *path; /* lives in `arena` */
    struct arena *arena;
    void (*defect)(void *self, unsigned line, const char *text);
    void *self;
};

/* Everything in the rule lives in the source's arena; true when the record has no defect. */
bool catalogue_record_read(const struct catalogue_source *source,
                           const struct deb822_record *record, struct rule *rule_r);

#endif
