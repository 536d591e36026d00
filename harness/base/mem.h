/*
 * mem - allocation that does not fail
 *
 * When memory is out the process ends here, with one line on standard error and status 7: the only
 * place in the program that does so. Everything else that can go wrong is a value (error.h).
 */
#ifndef MAILSPEC_BASE_MEM_H
#define MAILSPEC_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                         /* zeroed; free() it */
void *mem_array(size_t count, size_t size);           /* zeroed, overflow checked */
void *mem_resize(void *p, size_t count, size_t size); /* what is new is not zeroed */
char *mem_strdup(const char *text);                   /* NULL stays NULL */
/*
 * Make room for one more member in a growing array: *array_p has `count` members of `size` octets
 * and room for *capacity_p. Returns the array, which may have moved.
 */
void *mem_grow(void *array, size_t count, size_t *capacity_p, size_t size);

#endif
