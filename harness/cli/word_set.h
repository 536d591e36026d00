/*
 * word_set - a set of words that belong to somebody else
 */
#ifndef MAILSPEC_CLI_WORD_SET_H
#define MAILSPEC_CLI_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: empty. Sorted, for the sake of many files. */
struct word_set {
    const char **words;
    size_t count;
    size_t capacity;
};

bool word_set_has(const struct word_set *set, const char *word);
/* The word outlives the set; false when it is in already. */
bool word_set_add(struct word_set *set, const char *word);
void word_set_deinit(struct word_set *set);

#endif
