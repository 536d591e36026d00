/*
 * flatten - the items of a dialogue in the order in which they run: fragments put in, one alternative of Either/Or taken
 */
#ifndef MAILSPEC_SCRIPT_FLATTEN_H
#define MAILSPEC_SCRIPT_FLATTEN_H

#include "script/compiler.h"

/* The number of alternatives: 0 when there is no Either. Misplaced ones are reported. */
size_t flatten_alternatives(const struct item_list *items, struct problems *problems);
/* Append to *list; `alternative` counts from 1, 0 where there are none. */
void flatten(const struct item_list *items, const struct document *document, size_t alternative,
             struct flat_list *list, struct problems *problems);

#endif
