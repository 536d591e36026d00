#include "cli/shard.h"

bool shard_read(struct bytes text, struct shard *shard_r)
{
    struct bytes rest = text;
    struct bytes first = {0};
    uint64_t index = 0;
    uint64_t count = 0;
    *shard_r = (struct shard){0};
    if (!bytes_next(&rest, '/', &first) || !bytes_to_u64(first, &index) ||
        !bytes_to_u64(rest, &count) || index < 1 || index > count || count > SHARDS_MAX) {
        return false;
    }
    if (count > 1) {
        *shard_r = (struct shard){(unsigned)index, (unsigned)count};
    }
    return true;
}

/* FNV-1a with 64 bits, then the remainder. */
unsigned shard_of(const char *case_id, unsigned count)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *p = case_id; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    }
    return 1 + (unsigned)(hash % count);
}
