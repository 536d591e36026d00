/*
 * shrink_case - one case that failed, reduced
 */
#ifndef MAILSPEC_CLI_SHRINK_CASE_H
#define MAILSPEC_CLI_SHRINK_CASE_H

#include "cli/shrink_try.h"

enum shrink_result {
    SHRINK_SHRUNK,
    SHRINK_NOT_AGAIN,  /* played alone the case does not fail, or in another way */
    SHRINK_NOT_AS_TEXT /* nor do its lines, written out as a scenario of their own */
};

struct shrink_case {
    enum shrink_result result;
    const struct program *program;
    struct shrink_failure failure;
    size_t lines_before; /* of the dialogue, with what was not reached */
    size_t lines_after;
    unsigned tries; /* plays against the target */
    int64_t took_us;
    enum shrink_end end;  /* what ended it before all was tried; SHRINK_GOES_ON: nothing */
    bool has_reference;   /* else only what stands behind the failure was taken out */
    bool shows_each_time; /* it did when it was played once more at the end */
    struct buf text;      /* the scenario; empty: nothing is left that could be written */
    struct buf why;  /* SHRUNK: what the shrunk one shows, in a sentence; else what came instead */
    struct buf wire; /* its dialogue */
    struct buf away; /* why the target could not be reached */
};

/* `failure`: how it failed in the run. */
void shrink_case_run(struct shrink_case *shrunk_r, struct run_command *run,
                     struct interrupted *interrupted, const struct program *program,
                     const struct shrink_failure *failure);
/* Start: and the dialogue, without the fields above them; empty where nothing was shrunk. */
struct bytes shrink_case_dialogue(const struct shrink_case *shrunk);
void shrink_case_deinit(struct shrink_case *shrunk);

#endif
