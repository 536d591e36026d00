#include "cli/reduce.h"

#include <stdlib.h>

#include "base/mem.h"

/* The elements that are kept, in order. */
static size_t list_kept(const struct reduce_set *set, size_t *places)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (set->kept[i]) {
            places[count++] = i;
        }
    }
    return count;
}

/* Without the elements at places [from, to). They come back where it does not show any more. */
static bool take_out(const struct reduce_set *set, const size_t *places, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        set->kept[places[i]] = false;
    }
    if (set->shows(set->self, set->kept)) {
        return true;
    }
    for (size_t i = from; i < to; i++) {
        set->kept[places[i]] = true;
    }
    return false;
}

/* Each group of that size once, from the end to the beginning: what comes later often needs what came before. */
static size_t take_groups(const struct reduce_set *set, size_t *places, size_t size)
{
    size_t step = size <= set->together ? 1 : size;
    size_t taken = 0;
    size_t to = list_kept(set, places);
    while (to > 0) {
        size_t from = to > size ? to - size : 0;
        if (take_out(set, places, from, to)) {
            taken += to - from;
            to = from;
        } else {
            to = to > step ? to - step : 0;
        }
    }
    return taken;
}

size_t reduce_set(const struct reduce_set *set)
{
    size_t *places = mem_array(set->count + 1, sizeof *places);
    size_t taken = 0;
    size_t size = list_kept(set, places);
    while (size > 1) {
        taken += take_groups(set, places, size);
        size = size / 2 > set->together ? size / 2
               : size > set->together   ? set->together
                                        : size - 1;
    }
    size_t last = 1;
    while (last > 0) {
        last = take_groups(set, places, 1);
        taken += last;
    }
    free(places);
    return taken;
}

uint64_t reduce_number(uint64_t least, uint64_t most, bool (*shows)(void *self, uint64_t number),
                       void *self)
{
    while (least < most) {
        uint64_t middle = least + (most - least) / 2;
        if (shows(self, middle)) {
            most = middle;
        } else {
            least = middle + 1;
        }
    }
    return most;
}
