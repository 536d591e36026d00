/*
 * shrink_passes - what is tried to make a case shorter, one kind of thing after the other
 *
 * Each pass takes out of the form what is not needed for try->failure. None makes it longer; once a limit of the tries is reached they all do nothing.
 */
#ifndef MAILSPEC_CLI_SHRINK_PASSES_H
#define MAILSPEC_CLI_SHRINK_PASSES_H

#include "cli/shrink_try.h"

struct shrinking {
    struct shrink_try try;
    struct shrink_form form; /* what is left */
};

/* The form becomes the candidate where that shows the failure. True: it does; the candidate is used up either way. */
bool shrink_take(struct shrinking *shrinking, struct shrink_form *candidate);

/* Is it the line where the case ended, or one that belongs to it? Never, where a judge saw what is wrong. */
bool shrink_is_decisive(const struct shrinking *shrinking, const struct shrink_line *line);

/* Every pass, again and again until nothing more can be taken out. */
void shrink_everything(struct shrinking *shrinking);
/* Finally: alone, which cannot change what failed before it. */
void shrink_finally(struct shrinking *shrinking);

#endif
