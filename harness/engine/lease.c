#include "engine/lease.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/needs.h"

static bool is_held(const struct leases *leases, const struct target_user *user)
{
    for (size_t i = 0; i < leases->count; i++) {
        if (leases->held[i] == user) {
            return true;
        }
    }
    return false;
}

static bool hold(struct leases *leases, const struct target_user *user)
{
    if (is_held(leases, user)) {
        return false;
    }
    leases->held = mem_grow(leases->held, leases->count, &leases->capacity,
                            sizeof(const struct target_user *));
    leases->held[leases->count++] = user;
    return true;
}

static const struct target_user *take_one(struct leases *leases, const struct target *target)
{
    for (size_t i = 0; i < target->user_count; i++) {
        const struct target_user *user = &target->users[(i + 1) % target->user_count];
        if (hold(leases, user)) {
            return user;
        }
    }
    return NULL;
}

static const struct target_user *take_last(struct leases *leases, const struct target *target)
{
    for (size_t i = target->user_count; i > 0; i--) {
        if (hold(leases, &target->users[i - 1])) {
            return &target->users[i - 1];
        }
    }
    return NULL;
}

static bool needs_two(const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == NEED_USERS && program->needs[i].number > 1) {
            return true;
        }
    }
    return false;
}

bool lease_take(struct leases *leases, const struct engine_case *given, struct lease *lease_r)
{
    *lease_r = (struct lease){0};
    if (given->role != ROLE_CLIENT || !needs_maildrop(given->program) ||
        given->target->user_count == 0) {
        return true;
    }
    lease_r->user = take_one(leases, given->target);
    if (lease_r->user == NULL || !needs_two(given->program)) {
        return lease_r->user != NULL;
    }
    lease_r->second = take_last(leases, given->target);
    if (lease_r->second == NULL) {
        lease_return(leases, lease_r);
        return false;
    }
    return true;
}

static void let_go(struct leases *leases, const struct target_user *user)
{
    for (size_t i = 0; i < leases->count; i++) {
        if (leases->held[i] == user) {
            leases->held[i] = leases->held[--leases->count];
            return;
        }
    }
}

void lease_return(struct leases *leases, const struct lease *lease)
{
    let_go(leases, lease->user);
    let_go(leases, lease->second);
}

void leases_deinit(struct leases *leases)
{
    free(leases->held);
    *leases = (struct leases){0};
}
