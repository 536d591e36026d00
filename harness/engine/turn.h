/*
 * turn - the cases whose logins are to be refused at times take turns
 *
 * Servers hold back what comes behind a refused login, and the more so the more were refused since the last one that passed; a login that
 * passes makes them forget that (Dovecot's penalties). So logins that are to be refused go out together, when all cases that can have
 * come to theirs and nobody waits for one that is to pass; and those that are to pass when all the others have their answer.
 *
 * Where such cases share a user, each waits for the maildrop, too, and gives it back when its session is over (RFC 1939 section 4). A
 * server that lets a login pass that it was to refuse has let two cases into one maildrop: where another one was refused meanwhile, and
 * not by [AUTH] (RFC 3206 section 4), it may have been for that, and the case begins again.
 */
#ifndef MAILSPEC_ENGINE_TURN_H
#define MAILSPEC_ENGINE_TURN_H

#include "engine/case_run.h"

/* Of all cases. A zeroed struct is ready for use. */
struct turns {
    unsigned failing; /* logins that are to be refused and have no answer */
    unsigned hoping;  /* cases that wait for a login that is to pass */
    unsigned passing; /* logins that are to pass and have no answer */
    unsigned busy;    /* cases that may have a login refused, and are on their way to it */
    int64_t moved_us; /* when a login was answered or a case began, last */
    int64_t fired_us; /* when the first of those that are failing went out */
};

/* Before the connection of the step at hand is opened: the same, for a case that comes late to its maildrop. */
enum step_result turn_is_late(struct case_run *run, const struct step *step);
/*
 * Before the step at hand, of a connection that is there. STEP_WAITS: until its turn comes, run->env->wake() tells. STEP_ENDS: the
 * server did not wait so long, the case begins again.
 */
enum step_result turn_comes(struct case_run *run);
/* An answer was taken on the current connection. */
void turn_heard(struct case_run *run);
/* Whenever a connection may be over. */
void turn_ends(struct case_run *run);
/* A connection of the case, or all of them, will be closed: it waits for nothing there, and has nothing. */
void turn_leaves(struct case_run *run, struct session *session);
void turn_gives_up(struct case_run *run);
/* Does the case wait for its turn, or for a refusal that is known to take its time? */
bool turn_is_idle(const struct case_run *run);
/* Is it one of those that take turns, and neither waits for its turn nor for a refusal? */
bool turn_is_busy(const struct case_run *run);
/* Was somebody let into the maildrop of this case who was to be refused? */
bool turn_was_disturbed(const struct case_run *run);
/* The case begins: what was before does not concern it. */
void turn_begins_anew(struct case_run *run);
/* It will look into the maildrop again: others may have it meanwhile. turn_is_late() tells when it is back. */
void turn_pauses(struct case_run *run);
/* Has it nothing to do in a maildrop any more? */
bool turn_is_out(const struct case_run *run);

#endif
