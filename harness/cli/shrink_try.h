/*
 * shrink_try - the tries of one case: does a candidate fail the same way, and would a conforming server have passed?
 *
 * The second question keeps shrinking honest: without RSET, 250 to RCPT is no failure any more, though the line behind it still differs. So
 * a candidate counts only when the built-in server, without faults, passes it. It is asked first, for it answers in milliseconds.
 */
#ifndef MAILSPEC_CLI_SHRINK_TRY_H
#define MAILSPEC_CLI_SHRINK_TRY_H

#include "cli/interrupted.h"
#include "cli/shrink_play.h"

enum shrink_end {
    SHRINK_GOES_ON,
    SHRINK_END_TIME,  /* no time is left for this case */
    SHRINK_END_TRIES, /* or no tries */
    SHRINK_END_AWAY,  /* the target could not be reached */
    SHRINK_END_INTERRUPTED,
    SHRINK_END_COUNT
};

struct shrink_try {
    struct run_command *run;
    struct interrupted *interrupted;
    const struct program *program; /* the case */
    const char *
        id; /* of candidates: that of the file which will be written, for names and their lengths come from it */
    struct arena *arena;
    struct shrink_failure failure; /* the one to see again */
    bool has_reference;            /* the built-in server passes the case */
    bool rehearses;                /* and can be played to itself */
    bool warns;                    /* the case itself parses with warnings */
    struct shrink_shown last;      /* the last candidate that showed the failure */
    int64_t most_us; /* a play against the target that takes longer shows something else */
    int64_t reference_most_us;
    int64_t end_us; /* monotonic: no try begins later */
    unsigned tries; /* plays against the target */
    enum shrink_end end;
    struct buf away; /* why the target could not be reached */
    uint64_t *tried; /* hashes of the texts */
    size_t tried_count;
    size_t tried_capacity;
};

void shrink_try_init(struct shrink_try *try, struct run_command *run,
                     struct interrupted *interrupted, const struct program *program,
                     struct arena *arena);
void shrink_try_deinit(struct shrink_try *try);

/*
 * Play the case itself; `begun` gets, by index of the step, which ones it came to. True: it failed as `expected` says, which is the failure to see
 * again from now on. False: it did not, or try->end says why it could not be played; `shown_r` has what it did, for the caller to deinit.
 */
bool shrink_try_case(struct shrink_try *try, const struct shrink_failure *expected, bool *begun,
                     struct shrink_shown *shown_r);
/* The same for the case as text, which no try may differ from. Asks the built-in server, too: try->has_reference. */
bool shrink_try_first(struct shrink_try *try, const struct shrink_form *form);
/* A candidate: within the limits, it parses, the built-in server passes it, and the failure shows. */
bool shrink_try_form(struct shrink_try *try, const struct shrink_form *form);
/* The form that is left, once more: does the failure show again? */
bool shrink_try_again(struct shrink_try *try, const struct shrink_form *form);
/* Would this text, at that path, be one case? `may_warn`: also where something is to be said of it. */
bool shrink_try_parses(const struct run_command *run, const char *path, const char *id,
                       struct bytes text, bool may_warn);

#endif
