/*
 * reduce - the least that still shows something: delta debugging over sets, bisection of numbers
 *
 * What is shown is asked of a predicate, which may be dear: it is asked as seldom as is known to do, always in the same order, and not
 * at all of what is whole. A predicate that has no more time says no.
 */
#ifndef MAILSPEC_CLI_REDUCE_H
#define MAILSPEC_CLI_REDUCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reduce_set {
    size_t count; /* elements, in an order in which neighbours belong together */
    bool *kept;   /* `count` of them; those that are set at the beginning can be taken out */
    size_t
        together; /* groups of so many neighbours are tried at every place, larger ones at multiples of their size; at least 1 */
    /* Does it still show with these elements? What is accepted once stays so. */
    bool (*shows)(void *self, const bool *kept);
    void *self;
};

/*
 * Take elements out, all at once first, then halves, and so on, the last ones first. At the end each that is left was tried alone and is
 * needed, unless the predicate had no more time. Returns how many were taken out.
 */
size_t reduce_set(const struct reduce_set *set);

/* The smallest number from `least` on that shows, where each above it does; `most` is known to. */
uint64_t reduce_number(uint64_t least, uint64_t most, bool (*shows)(void *self, uint64_t number),
                       void *self);

#endif
