#include "engine/lease.h"

#include <stdlib.h>

#include "base/mem.h"

static bool is_held(const struct leases *leases, const struct target_user *user)
{
    for (size_t i = 0; i < leases->count; i++) {
        if (leases->held[i] == user) {
            return true;
        }
    }
    return false;
}

const struct target_user *lease_take(struct leases *leases, const struct target *target)
{
    for (size_t i = 0; i < target->user_count; i++) {
        const struct target_user *user = &target->users[(i + 1) % target->user_count];
        if (!is_held(leases, user)) {
            leases->held = mem_grow(leases->held, leases->count, &leases->capacity,
                                    sizeof(const struct target_user *));
            leases->held[leases->count++] = user;
            return user;
        }
    }
    return NULL;
}

void lease_return(struct leases *leases, const struct target_user *user)
{
    for (size_t i = 0; i < leases->count; i++) {
        if (leases->held[i] == user) {
            leases->held[i] = leases->held[--leases->count];
            return;
        }
    }
}

void leases_deinit(struct leases *leases)
{
    free(leases->held);
    *leases = (struct leases){0};
}
