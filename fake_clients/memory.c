#include "fake_clients/memory.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

struct remembered {
    size_t owner;
    struct buf id;
};

struct client_memory {
    struct remembered *rows;
    size_t count;
    size_t capacity;
};

struct client_memory *client_memory_new(void)
{
    return mem_alloc(sizeof(struct client_memory));
}

bool client_memory_has(const struct client_memory *memory, size_t owner, struct bytes id)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->rows[i].owner == owner && bytes_equal(buf_bytes(&memory->rows[i].id), id)) {
            return true;
        }
    }
    return false;
}

void client_memory_add(struct client_memory *memory, size_t owner, struct bytes id)
{
    if (client_memory_has(memory, owner, id)) {
        return;
    }
    memory->rows = mem_grow(memory->rows, memory->count, &memory->capacity, sizeof *memory->rows);
    memory->rows[memory->count] = (struct remembered){.owner = owner};
    buf_append(&memory->rows[memory->count++].id, id);
}

void client_memory_free(struct client_memory **memory_p)
{
    struct client_memory *memory = *memory_p;
    if (memory == NULL) {
        return;
    }
    for (size_t i = 0; i < memory->count; i++) {
        buf_deinit(&memory->rows[i].id);
    }
    free(memory->rows);
    free(memory);
    *memory_p = NULL;
}
