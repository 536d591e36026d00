/*
 * lease - who holds which user's maildrop
 *
 * A POP3 server lets one session at a time into a maildrop (RFC 1939 section 4): cases that run side by side each lease a user
 * of their own.
 */
#ifndef MAILSPEC_ENGINE_LEASE_H
#define MAILSPEC_ENGINE_LEASE_H

#include "model/target.h"

/* A zeroed struct is empty and ready for use. */
struct leases {
    const struct target_user **held; /* private, as are those below */
    size_t count;
    size_t capacity;
};

/*
 * A free user, now held; NULL: all are held, or the target has none. The first one comes last: cases without a lease send their
 * mail to it, and what they send is not to come into a maildrop that is looked at.
 */
const struct target_user *lease_take(struct leases *leases, const struct target *target);
void lease_return(struct leases *leases, const struct target_user *user);
void leases_deinit(struct leases *leases);

#endif
