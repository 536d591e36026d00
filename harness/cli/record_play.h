/*
 * record_play - the plays of --record and --accept: cases to texts that pass again
 */
#ifndef MAILSPEC_CLI_RECORD_PLAY_H
#define MAILSPEC_CLI_RECORD_PLAY_H

#include "cli/run_command.h"

/* One case: what it became. */
struct record_item {
    const struct program *program;
    const char *id;       /* the recorded scenario's */
    const char *path;     /* where it stands, or will */
    struct buf text;      /* it; empty: nothing could be recorded */
    enum verdict verdict; /* of the case's script: the worse of two plays */
    char *reason;         /* of that; NULL: none */
    bool passes;          /* the text, played once more, did */
    char *not_again;      /* why it did not; NULL: no reason is known */
};

struct record_items {
    struct record_item *items; /* in the order of the suite's cases */
    size_t count;
    char *broken_off; /* why a run did not come to its end, or NULL */
};
/* An item for each case; path and id are the caller's to set. */
void record_items_init(struct record_items *items, const struct suite *suite);
void record_items_deinit(struct record_items *items);

/* Play each case once as it is: verdict and reason. -1: could not begin, or broke off; *error says why. */
int record_play_once(struct run_command *run, const struct suite *suite, struct record_items *items,
                     struct error *error);
/* Play each case twice, make the texts, and play those. */
int record_play(struct run_command *run, const struct suite *suite, struct record_items *items,
                struct error *error);

#endif
