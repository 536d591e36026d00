#include "engine/lease.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/company.h"
#include "engine/logins.h"
#include "engine/needs.h"

/* Behind so many that were let in and should not, each has the user for itself. */
enum { INTRUSIONS_MAX = 3 };

struct leased {
    const struct target_user *user;
    unsigned guests;  /* shared leases, and late ones */
    unsigned waiting; /* of them */
    unsigned trying;
    unsigned late;    /* of the guests, those whose mail is to wait for them */
    unsigned senders; /* cases that send mail to this user and do not look for it */
    bool held;
    enum company company; /* held: what whoever has it can bear */
    unsigned intrusions;
    size_t visits; /* how often somebody has got the maildrop */
};

static struct leased *leased_of(struct leases *leases, const struct target_user *user)
{
    for (size_t i = 0; i < leases->count; i++) {
        if (leases->users[i].user == user) {
            return &leases->users[i];
        }
    }
    leases->users =
        mem_grow(leases->users, leases->count, &leases->capacity, sizeof(leases->users[0]));
    leases->users[leases->count] = (struct leased){.user = user};
    return &leases->users[leases->count++];
}

static bool bears(enum company company, const struct leased *leased)
{
    return (company < COMPANY_NO_MAIL || leased->late == 0) &&
           (company < COMPANY_NOBODY || leased->senders == 0);
}

static bool hold(struct leases *leases, const struct target_user *user, enum company company)
{
    struct leased *leased = leased_of(leases, user);
    bool free_now = !leased->held && leased->waiting == 0 && leased->trying == 0 &&
                    (leased->intrusions < INTRUSIONS_MAX || leased->guests == 0) &&
                    bears(company, leased);

    if (free_now) {
        leased->held = true;
        leased->visits++;
        leased->company = company;
    }
    return free_now;
}

static void let_go(struct leases *leases, const struct target_user *user)
{
    if (user != NULL) {
        leased_of(leases, user)->held = false;
        leased_of(leases, user)->company = COMPANY_ANY;
        leases->returns++;
    }
}

/* The second of the target's users, and so on; the first one is the last. */
static const struct target_user *user_at(const struct target *target, size_t i)
{
    return &target->users[(i + 1) % target->user_count];
}

/* Without guests, if there is one such. */
static const struct target_user *take_one(struct leases *leases, const struct target *target,
                                          enum company company)
{
    for (unsigned guests = 0; guests < 2; guests++) {
        for (size_t i = 0; i < target->user_count; i++) {
            const struct target_user *user = user_at(target, i);
            if ((guests > 0 || leased_of(leases, user)->guests == 0) &&
                hold(leases, user, company)) {
                return user;
            }
        }
    }
    return NULL;
}

static const struct target_user *take_last(struct leases *leases, const struct target *target)
{
    for (size_t i = target->user_count; i > 0; i--) {
        if (hold(leases, &target->users[i - 1], COMPANY_ANY)) {
            return &target->users[i - 1];
        }
    }
    return NULL;
}

/* Who has the fewest guests, where a user who is held counts as one more. NULL: none is shared now. */
static const struct target_user *share_one(struct leases *leases, const struct target *target,
                                           bool late)
{
    const struct target_user *best = NULL;
    unsigned fewest = 0;

    for (size_t i = 0; i < target->user_count; i++) {
        const struct leased *leased = leased_of(leases, user_at(target, i));
        unsigned guests = leased->guests + (leased->held ? 1 : 0);
        bool open =
            leased->intrusions < INTRUSIONS_MAX && (!late || leased->company == COMPANY_ANY);
        if (open && (best == NULL || guests < fewest)) {
            best = leased->user;
            fewest = guests;
        }
    }
    if (best != NULL) {
        leased_of(leases, best)->guests++;
        leased_of(leases, best)->late += late ? 1 : 0;
    }
    return best;
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

/* What the case sends goes to the first user; there it must not come between the mail of one that counts on that. */
static bool send_to_first(struct leases *leases, const struct engine_case *given,
                          struct lease *lease)
{
    const struct target_user *first = &given->target->users[0];

    if (!company_sends(given->program)) {
        return true;
    }
    if (leased_of(leases, first)->company == COMPANY_NOBODY) {
        return false;
    }
    leased_of(leases, first)->senders++;
    lease->sends_to = first;
    return true;
}

static void take_first_user(struct leases *leases, const struct engine_case *given, bool slow,
                            bool alone, struct lease *lease)
{
    enum company company = company_of(given->program);
    bool late = logins_come_late(given->program) && !given->target->built_in;

    if (late && company == COMPANY_ANY && !alone) {
        lease->user = share_one(leases, given->target, true);
        lease->late = lease->user != NULL;
    } else if (logins_leave_room(given->program) && (slow || !logins_fail(given->program))) {
        lease->user = share_one(leases, given->target, false);
        lease->shared = lease->user != NULL;
    }
    if (lease->user == NULL) {
        lease->user = take_one(leases, given->target, company);
    }
}

bool lease_take(struct leases *leases, const struct engine_case *given, bool slow, bool alone,
                struct lease *lease_r)
{
    *lease_r = (struct lease){0};
    if (given->role != ROLE_CLIENT || given->target->user_count == 0 ||
        given->target->pop3.kind == ENDPOINT_NONE) {
        return true;
    }
    if (!needs_maildrop(given->program)) {
        return send_to_first(leases, given, lease_r);
    }
    take_first_user(leases, given, slow, alone, lease_r);
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

static void wait_for(struct leased *leased, struct lease *lease, bool waits)
{
    if (lease->waits != waits) {
        leased->waiting += waits ? 1 : 0;
        leased->waiting -= waits ? 0 : 1;
        lease->waits = waits;
    }
}

bool lease_enter(struct leases *leases, struct lease *lease)
{
    struct leased *leased = leased_of(leases, lease->user);

    bool enters = !lease->inside && !leased->held && leased->trying == lease->tries;

    if (enters) {
        leased->held = true;
        leased->visits++;
        lease->visits++;
        lease->inside = true;
    }
    wait_for(leased, lease, !lease->inside);
    return lease->inside;
}

void lease_leave(struct leases *leases, struct lease *lease)
{
    wait_for(leased_of(leases, lease->user), lease, false);
    if (lease->inside) {
        let_go(leases, lease->user);
        lease->inside = false;
    }
}

bool lease_try(struct leases *leases, struct lease *lease)
{
    struct leased *leased = leased_of(leases, lease->user);

    if (!lease->inside && lease->tries == 0 && (leased->held || leased->waiting > 0)) {
        return false;
    }
    leased->trying++;
    lease->tries++;
    return true;
}

void lease_tried(struct leases *leases, struct lease *lease)
{
    if (lease->tries > 0) {
        leased_of(leases, lease->user)->trying--;
        lease->tries--;
        leases->returns++;
    }
}

void lease_intrude(struct leases *leases, struct lease *lease)
{
    leased_of(leases, lease->user)->intrusions++;
    lease->intrusions++;
    leased_of(leases, lease->user)->held = true; /* whoever has it besides is told by the count */
    lease->inside = true;
}

bool lease_is_disturbed(struct leases *leases, const struct lease *lease)
{
    return lease->user != NULL && leased_of(leases, lease->user)->intrusions != lease->intrusions;
}

void lease_begin(struct leases *leases, struct lease *lease)
{
    const struct leased *leased = leased_of(leases, lease->user);

    lease->intrusions = leased->intrusions;
    lease->visits =
        leased->visits - (leased->held ? 1 : 0); /* whoever is in there may still delete */
}

bool lease_was_left_alone(struct leases *leases, const struct lease *lease)
{
    return leased_of(leases, lease->user)->visits == lease->visits;
}

bool lease_is_empty(const struct lease *lease)
{
    return lease->user == NULL && lease->sends_to == NULL;
}

/* Only the last one makes room for somebody. */
static void sent(struct leases *leases, const struct target_user *user)
{
    if (user != NULL && --leased_of(leases, user)->senders == 0) {
        leases->returns++;
    }
}

void lease_return(struct leases *leases, struct lease *lease)
{
    if (lease->shared || lease->late) {
        lease_leave(leases, lease);
        while (lease->tries > 0) {
            lease_tried(leases, lease);
        }
        leased_of(leases, lease->user)->guests--;
        leased_of(leases, lease->user)->late -= lease->late ? 1 : 0;
        leases->returns++;
    } else {
        let_go(leases, lease->user);
    }
    let_go(leases, lease->second);
    sent(leases, lease->sends_to);
    *lease = (struct lease){0};
}

void leases_deinit(struct leases *leases)
{
    free(leases->users);
    *leases = (struct leases){0};
}
