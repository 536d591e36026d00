/*
 * catalogue - reads the rules (scenarios/catalogue, files of header-field records, suffix .rules)
 */
#ifndef MAILSPEC_JUDGE_CATALOGUE_H
#define MAILSPEC_JUDGE_CATALOGUE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/rule.h"

/*
 * Rules of all *.rules files below `folder`, sorted by id; ids are unique, every field is known and filled. Lives in `arena`.
 * On defects -1 and one error naming the first; `defect` (may be NULL) gets each of them as "path:line: text".
 */
int catalogue_read(const char *folder, struct arena *arena, struct rule_set *rules_r,
                   void (*defect)(void *self, const char *text), void *self, struct error *error);

#endif
