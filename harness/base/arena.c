#include "base/arena.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Chunks double in size: an arena for one small result costs little, one for a big file has few of them. */
enum { CHUNK_FIRST = 1024, CHUNK_LAST = 16384 };

/* The newest chunk stands first and is the one that is filled. */
struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

struct arena {
    struct chunk *chunks;
    size_t handed_out;
    size_t chunk_size; /* of the newest chunk; 0: there is none */
};

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena **arena_p)
{
    if (*arena_p == NULL) {
        return;
    }
    struct chunk *chunk = (*arena_p)->chunks;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(*arena_p);
    *arena_p = NULL;
}

static struct chunk *chunk_new(size_t size)
{
    struct chunk *chunk = mem_alloc(sizeof *chunk + size);
    chunk->size = size;
    return chunk;
}

/* What does not fit the current chunk well gets one of its own, behind the current one. */
static void *alloc_alone(struct arena *arena, size_t size)
{
    struct chunk *chunk = chunk_new(size);
    chunk->used = size;
    if (arena->chunks != NULL) {
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
    } else {
        arena->chunks = chunk;
    }
    return chunk->data;
}

static size_t next_chunk_size(struct arena *arena, size_t wanted)
{
    size_t size = arena->chunk_size == 0 ? CHUNK_FIRST : 2 * arena->chunk_size;
    while (size < wanted) {
        size *= 2;
    }
    arena->chunk_size = size < CHUNK_LAST ? size : CHUNK_LAST;
    return arena->chunk_size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size > SIZE_MAX / 2) {
        mem_array(SIZE_MAX, 2); /* ends the process */
    }
    arena->handed_out += size;
    size_t rounded = (size > 0 ? size + unit - 1 : unit) / unit * unit;
    if (rounded > CHUNK_LAST / 4) {
        return alloc_alone(arena, rounded);
    }
    if (arena->chunks == NULL || arena->chunks->size - arena->chunks->used < rounded) {
        struct chunk *chunk = chunk_new(next_chunk_size(arena, rounded));
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    struct chunk *chunk = arena->chunks;
    void *p = (unsigned char *)chunk->data + chunk->used;
    chunk->used += rounded;
    return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        mem_array(count, size); /* ends the process */
    }
    return arena_alloc(arena, count * size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text != NULL ? arena_text(arena, bytes_of(text)) : NULL;
}

char *arena_text(struct arena *arena, struct bytes octets)
{
    char *copy = arena_alloc(arena, octets.n + 1);
    if (octets.n > 0) {
        memcpy(copy, octets.p, octets.n);
    }
    return copy;
}

struct bytes arena_copy(struct arena *arena, struct bytes octets)
{
    return bytes_make(arena_text(arena, octets), octets.n);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    char *copy = arena_text(arena, buf_bytes(&text));
    buf_deinit(&text);
    return copy;
}

size_t arena_size(const struct arena *arena)
{
    return arena->handed_out;
}
