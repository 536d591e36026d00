/*
 * problems - what is wrong with a scenario, collected
 *
 * Reading goes on after a problem, so that an author sees all of them at once. The same problem at the same place is
 * kept once (the rows of Each: are compiled one by one), and no more than SCENARIO_MAX_ERRORS.
 */
#ifndef MAILSPEC_SCRIPT_PROBLEMS_H
#define MAILSPEC_SCRIPT_PROBLEMS_H

#include "script/scenario.h"

struct problems {
    struct arena *arena;
    struct scenario_problem *items;
    size_t count;
    size_t capacity;
    size_t error_count;
    bool full; /* some were left out */
};

void problems_deinit(struct problems *problems);
void problems_error(struct problems *problems, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void problems_warning(struct problems *problems, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Errors without the warnings, or warnings alone, in the order of the file (what stands in included files goes behind), and a last word when some were left out. */
void problems_finish(struct problems *problems, const char *path);
/* The octets in quotes, escaped and cut, for a message. */
const char *problems_quote(struct problems *problems, struct bytes octets);
const char *problems_escape(struct problems *problems, struct bytes octets); /* without quotes */

#endif
