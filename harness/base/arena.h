/*
 * arena - allocate many, free once
 *
 * Everything that belongs to one scenario, catalogue or target file lives in one arena. Nothing in
 * it is freed alone. Memory is zeroed and aligned for any type.
 */
#ifndef MAILSPEC_BASE_ARENA_H
#define MAILSPEC_BASE_ARENA_H

#include "base/bytes.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **arena_p);
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_strdup(struct arena *arena, const char *text);  /* NULL stays NULL */
char *arena_text(struct arena *arena, struct bytes octets); /* NUL-ended copy */
struct bytes arena_copy(struct arena *arena, struct bytes octets);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t arena_size(const struct arena *arena); /* octets handed out so far */

#endif
