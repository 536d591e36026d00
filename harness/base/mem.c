#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY   8
#define STATUS_OUR_FAULT 7

/* _Exit: whatever is registered with atexit() would want memory too. */
static _Noreturn void mem_out(void)
{
    fputs("mailspec: out of memory\n", stderr);
    _Exit(STATUS_OUR_FAULT);
}

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size > 0 ? size : 1);
    if (p == NULL) {
        mem_out();
    }
    return p;
}

void *mem_array(size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        mem_out();
    }
    return mem_alloc(count * size);
}

void *mem_resize(void *p, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        mem_out();
    }
    size_t total = count * size;
    void *moved = realloc(p, total > 0 ? total : 1);
    if (moved == NULL) {
        mem_out();
    }
    return moved;
}

char *mem_strdup(const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size);
    memcpy(copy, text, size);
    return copy;
}

void *mem_grow(void *array, size_t count, size_t *capacity_p, size_t size)
{
    if (count < *capacity_p) {
        return array;
    }
    if (*capacity_p > SIZE_MAX / 2) {
        mem_out();
    }
    *capacity_p = *capacity_p > 0 ? *capacity_p * 2 : FIRST_CAPACITY;
    return mem_resize(array, *capacity_p, size);
}
