/*
 * shrink_play - one case, played alone: against the target, or against the built-in server as a reference
 */
#ifndef MAILSPEC_CLI_SHRINK_PLAY_H
#define MAILSPEC_CLI_SHRINK_PLAY_H

#include "cli/run_command.h"
#include "cli/shrink_failure.h"
#include "cli/shrink_form.h"

enum shrink_played {
    SHRINK_PLAYED,
    SHRINK_AWAY,       /* the target could not be reached: `why` */
    SHRINK_INTERRUPTED /* the user wants to end */
};

/* What a play showed. */
struct shrink_shown {
    enum shrink_played played;
    enum verdict verdict;
    bool failed; /* `failure` says how */
    struct shrink_failure failure;
    struct buf why;  /* one sentence: what is broken, or why the case could not be judged */
    struct buf wire; /* wire_print() of a failure, without secrets */
    int64_t took_us; /* of the whole run, its beginning included */
};
void shrink_shown_deinit(struct shrink_shown *shown);

struct shrink_setting {
    const struct suite *suite; /* one case */
    bool reference;            /* against the built-in server without faults */
    bool rehearse;             /* first played against itself, as any run without a target does */
    bool expects_loss;         /* the case takes the server away: it is started again at once */
    int64_t most_us;           /* the play ends then, without a failure; 0: when it ends */
    /* By line of the scenario's text, the step of the original; NULL: it is the original. */
    const struct shrink_lines *lines;
    bool *begun; /* set for each step that the play came to; NULL: nobody asks */
};
void shrink_play(struct run_command *run, const struct shrink_setting *setting,
                 struct shrink_shown *shown_r);

#endif
