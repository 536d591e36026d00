#include "cli/word_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The place of the first word that is not smaller. */
static size_t place_of(const struct word_set *set, const char *word)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(set->words[middle], word) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct word_set *set, size_t place, const char *word)
{
    return place < set->count && strcmp(set->words[place], word) == 0;
}

bool word_set_has(const struct word_set *set, const char *word)
{
    return is_at(set, place_of(set, word), word);
}

bool word_set_add(struct word_set *set, const char *word)
{
    size_t at = place_of(set, word);
    if (is_at(set, at, word)) {
        return false;
    }
    set->words = mem_grow(set->words, set->count, &set->capacity, sizeof *set->words);
    memmove(&set->words[at + 1], &set->words[at], (set->count - at) * sizeof *set->words);
    set->words[at] = word;
    set->count++;
    return true;
}

void word_set_deinit(struct word_set *set)
{
    free(set->words);
    *set = (struct word_set){0};
}
