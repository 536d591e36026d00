/*
 * shrink_failure - how a case failed, and whether another run of it failed the same way
 *
 * The same way is: the same rule is broken, or the same step of the dialogue is where the case ends, and there the same thing comes: a reply
 * of the same code in much the same words, a close, a reset, silence. Where the server went away or hung, all else is the same. A reply that differs because something that prepared it was left out has
 * another code or other words.
 */
#ifndef MAILSPEC_CLI_SHRINK_FAILURE_H
#define MAILSPEC_CLI_SHRINK_FAILURE_H

#include "model/result.h"

enum shrink_how {
    SHRINK_ANSWERED, /* another reply than the wanted one */
    SHRINK_CLOSED,
    SHRINK_RESET,
    SHRINK_SILENT,
    SHRINK_SEEN, /* by a judge, in what was said */
    SHRINK_GONE, /* the server went away */
    SHRINK_HUNG, /* nobody was served any more */
    SHRINK_DIED  /* the process of this connection ended */
};

enum { SHRINK_WORDS_KEPT = 512 };

struct shrink_failure {
    enum verdict verdict;    /* FAIL or ERROR */
    const struct rule *rule; /* the first one that is broken at that level; NULL: none is */
    enum shrink_how how;
    size_t step; /* index in the program where the case ended; BYTES_NONE: it does not matter */
    unsigned char actual[SHRINK_WORDS_KEPT]; /* ANSWERED: what came, its beginning */
    size_t actual_n;
};

/* Which step of the dialogue it is; BYTES_NONE: none, as on the way to line one. */
size_t shrink_step_index(const struct program *program, const struct step *step);
/*
 * `reset`: the server reset a connection of the case. `step`: where the case ended, as an index, or BYTES_NONE. False: the case did not fail, or not by
 * the server's doing.
 */
bool shrink_failure_read(const struct case_result *result, bool reset, size_t step,
                         struct shrink_failure *failure_r);
/* The server itself, and not only this connection, was lost. */
bool shrink_failure_is_crash(const struct shrink_failure *failure);
bool shrink_failure_same(const struct shrink_failure *a, const struct shrink_failure *b);

#endif
