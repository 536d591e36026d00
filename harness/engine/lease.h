/*
 * lease - who holds which user's maildrop
 *
 * A POP3 server lets one session at a time into a maildrop (RFC 1939 section 4): cases that run side by side each lease a user
 * of their own, or two.
 */
#ifndef MAILSPEC_ENGINE_LEASE_H
#define MAILSPEC_ENGINE_LEASE_H

#include "engine/engine.h"

/* A zeroed struct is empty and ready for use. */
struct leases {
    const struct target_user **held; /* private, as are those below */
    size_t count;
    size_t capacity;
};

/* What a case holds; NULL: none. */
struct lease {
    const struct target_user *user;
    const struct target_user *second;
};

/*
 * Take the users that the case needs for itself: none, one, or two, of which the second is {{rcpt2}}. False: too few are free, and
 * none is taken. The target's first one comes last: cases without a lease send their mail to it, and what they send is not to come
 * into a maildrop that is looked at. Nor is what a case sends to its second one, which is the last that is free.
 */
bool lease_take(struct leases *leases, const struct engine_case *given, struct lease *lease_r);
void lease_return(struct leases *leases, const struct lease *lease);
void leases_deinit(struct leases *leases);

#endif
