/*
 * name_set - a set of names, looked up in constant time
 *
 * For the names that a dialogue has captured so far. The names themselves are the caller's and outlive the set.
 */
#ifndef MAILSPEC_SCRIPT_NAME_SET_H
#define MAILSPEC_SCRIPT_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>

struct name_set {
    const char **slots; /* a power of two, or none */
    size_t slot_count;
    size_t count;
};

void name_set_add(struct name_set *set, const char *name);
bool name_set_has(const struct name_set *set, const char *name);
void name_set_deinit(struct name_set *set);

#endif
