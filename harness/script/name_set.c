#include "script/name_set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* FNV-1a. */
static size_t hash_of(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    }
    return (size_t)(hash ^ (hash >> 32));
}

/* The slot that holds the name, or the free one where it would go. */
static size_t slot_of(const struct name_set *set, const char *name)
{
    size_t i = hash_of(name) & (set->slot_count - 1);
    while (set->slots[i] != NULL && strcmp(set->slots[i], name) != 0) {
        i = (i + 1) & (set->slot_count - 1);
    }
    return i;
}

static void grow(struct name_set *set)
{
    struct name_set larger = {.slot_count = set->slot_count > 0 ? set->slot_count * 2 : 16};
    larger.slots = mem_array(larger.slot_count, sizeof *larger.slots);
    for (size_t i = 0; i < set->slot_count; i++) {
        if (set->slots[i] != NULL) {
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
            larger.count++;
        }
    }
    free(set->slots);
    *set = larger;
}

void name_set_add(struct name_set *set, const char *name)
{
    if (2 * (set->count + 1) > set->slot_count) {
        grow(set);
    }
    size_t i = slot_of(set, name);
    set->count += set->slots[i] == NULL ? 1 : 0;
    set->slots[i] = name;
}

bool name_set_has(const struct name_set *set, const char *name)
{
    return set->slot_count > 0 && set->slots[slot_of(set, name)] != NULL;
}

void name_set_deinit(struct name_set *set)
{
    free(set->slots);
    *set = (struct name_set){0};
}
