/*
 * lease - who holds which user's maildrop
 *
 * A POP3 server lets one session at a time into a maildrop (RFC 1939 section 4): cases that run side by side each lease a user
 * of their own, or two. One whose sessions only log in, and are refused at times, may share a user with others of its kind: it has the
 * maildrop while a session of its own is in it. One that sends mail first gets it when it comes to fetch. Nobody has it while somebody
 * tries to get in who is to be refused: "in use" would be taken for the refusal.
 *
 * Whoever may delete mail that is not its own has the maildrop only while none waits there to be fetched, and whoever finds its mail
 * by what stands beside it only while nobody sends any (company.h).
 */
#ifndef MAILSPEC_ENGINE_LEASE_H
#define MAILSPEC_ENGINE_LEASE_H

#include "engine/engine.h"

struct leased; /* private */

/* A zeroed struct is empty and ready for use. */
struct leases {
    struct leased *users; /* private, as are those below */
    size_t count;
    size_t capacity;
    size_t returns; /* how often something came free */
};

/* What a case holds; NULL: none. */
struct lease {
    const struct target_user *user;
    const struct target_user *second;
    const struct target_user *sends_to; /* without looking for what it sends there */
    bool shared;                        /* the first one, with others */
    bool late;           /* it gets the maildrop with its first session there, and keeps it */
    bool inside;         /* shared: it has the maildrop */
    bool waits;          /* shared: it wants it */
    unsigned tries;      /* shared: logins of its own that are to be refused */
    unsigned intrusions; /* of the user that it knows of */
    size_t visits; /* late: of the maildrop, that were over when the case began or are its own */
};

/*
 * Take the users that the case needs for itself: none, one, or two, of which the second is {{rcpt2}}. False: too few are free, and
 * none is taken. The target's first one comes last: cases without a lease send their mail to it, and what they send is not to come
 * into a maildrop that is looked at. Nor is what a case sends to its second one, which is the last that is free. Where the target has no
 * POP3 there is no maildrop to hold. Logins that are to be refused are worth sharing a user where the server is slow. `alone`: it was late
 * before, and may have lost its mail to another case.
 */
bool lease_take(struct leases *leases, const struct engine_case *given, bool slow, bool alone,
                struct lease *lease_r);
/* A shared lease, or a late one, gets the maildrop. False: another case has it; those that come later wait behind this one. */
bool lease_enter(struct leases *leases, struct lease *lease);
void lease_leave(struct leases *leases, struct lease *lease);
/* A shared lease tries to get in, to be refused. False: somebody else has the maildrop. */
bool lease_try(struct leases *leases, struct lease *lease);
void lease_tried(struct leases *leases, struct lease *lease);
/*
 * A shared lease was let in where it was to be refused: it has the maildrop as long as it stays. When that has happened a few times
 * nobody shares the user any more.
 */
void lease_intrude(struct leases *leases, struct lease *lease);
/* Did others intrude since the lease was taken or began anew? */
bool lease_is_disturbed(struct leases *leases, const struct lease *lease);
void lease_begin(struct leases *leases, struct lease *lease);
/* Has another case had the maildrop since? A server that deletes more than it was told to may have taken away the mail of this one. */
bool lease_was_left_alone(struct leases *leases, const struct lease *lease);
/* Nothing is held. */
bool lease_is_empty(const struct lease *lease);
/* What was held is free; the lease is empty. */
void lease_return(struct leases *leases, struct lease *lease);
void leases_deinit(struct leases *leases);

#endif
