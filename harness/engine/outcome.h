/*
 * outcome - what a step's mismatch means for its case
 *
 * Before line one it makes the case INCONCLUSIVE, in Finally: it is only noted; otherwise the first one is the
 * case's outcome, and the case ends unless it is to keep going.
 */
#ifndef MAILSPEC_ENGINE_OUTCOME_H
#define MAILSPEC_ENGINE_OUTCOME_H

#include "engine/case_run.h"

struct mismatch {
    enum verdict verdict;
    struct place place; /* line 0: the step's */
    struct bytes expected;
    struct bytes actual;
    size_t offset;
    bool closed;      /* the server closed instead of the answer to a command other than QUIT */
    bool absolute;    /* whatever rule the case judges (model/event.h) */
    bool misreported; /* model/event.h */
    enum loss loss;   /* of the server that is tested */
    bool final;       /* going on makes no sense, also under keep_going */
};

struct mismatch mismatch_make(enum verdict verdict); /* everything else empty, final */

enum step_result outcome_mismatch(struct case_run *run, const struct mismatch *mismatch,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The first loss of a case stays, whatever else went wrong before or behind it. */
void outcome_lost(struct case_run *run, const struct session *session, enum loss loss);
/* The server is lost by this case alone, whatever else was seen of it. */
void outcome_convict(struct case_run *run, enum loss loss, const char *reason);
/* Set when nothing graver is known yet; for what is no step's. */
void outcome_set(struct case_run *run, enum verdict verdict, const char *reason);
/* Begin with PASS again. */
void outcome_reset(struct case_run *run);
/* "10 s", "500 ms" */
void outcome_print_ms(struct buf *out, int64_t ms);

#endif
