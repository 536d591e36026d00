/*
 * absence - notices that the server that is tested went away or hangs, waits until it is back, and finds the case that did it
 *
 * The outcome of a case is held until somebody who came behind it was served. When nobody is, no case begins, what runs comes to its
 * end, and the server is visited until it serves again; where it has a Start command that is run in between. Then the cases that were
 * there are run again, one at a time, each alone with the server: one behind which it is not there again has done it.
 *
 * Nobody is accused for a way that the server has anyhow. One that refuses whoever comes while others are connected has no room. One that is
 * away behind a harmless visit, too, comes and goes by itself, and is watched no more. One that cuts off whoever comes just when another has
 * left is visited after a pause. One that was away a few times and cut off nobody restarts now and then: that is waited out.
 */
#ifndef MAILSPEC_ENGINE_ABSENCE_H
#define MAILSPEC_ENGINE_ABSENCE_H

#include "engine/case_run.h"
#include "engine/round.h"

struct engine;

enum absence_state {
    ABSENCE_NONE,   /* the server is there, as far as anybody knows */
    ABSENCE_DRAINS, /* it may not be: what runs comes to its end first */
    ABSENCE_LOOKS,  /* visits, and nothing else is open */
    ABSENCE_PAUSES, /* between visits, or in front of the first one */
    ABSENCE_TRIES,  /* it is back: suspects, one at a time */
    ABSENCE_GONE    /* for good: the run breaks off */
};

/* What is known since the server was last seen. Times are those of events, in us; 0: not yet. */
struct absence_now {
    int64_t since_us;
    int64_t started_us; /* Start was run again */
    bool away;          /* nobody listened though nobody else was there */
    bool hung;
    bool was_cut;           /* connections were accepted, and ended before the greeting */
    bool controls;          /* it was back, and is visited once more */
    unsigned silences;      /* visits in a row that got no greeting */
    struct case_run *tried; /* the suspect that is, or was, alone with the server */
    bool guilty;            /* it did it */
};

/* What is known of the absence whose suspects are tried. */
struct absence_past {
    bool is_over; /* the server is back, and stays */
    int64_t lasted_us;
    bool started;
    bool hung;
    size_t suspects;
    size_t silent;  /* cases that had come and not said anything yet */
    size_t cut_off; /* suspects whose connection ended without a reply */
    size_t convicted;
};

/* Private to absence.c and suspects.c. */
struct absence {
    enum absence_state state;
    struct contacts contacts;
    struct round round;
    struct timer *pause;
    bool pause_over;
    struct timer *patience; /* with cases that are held while others run */
    bool patience_runs;
    bool patience_over;
    bool off;    /* it comes and goes by itself: nothing is held any more */
    bool gentle; /* it is visited after a pause */
    unsigned
        mild; /* absences in which no connection was cut off, nobody was convicted, and it came back by itself */
    unsigned count; /* of absences so far */
    struct absence_now now;
    struct absence_past past;
};

void absence_init(struct engine *engine);
void absence_deinit(struct engine *engine);
/* Whenever something changed, before cases begin. */
void absence_advance(struct engine *engine);
/* Visit the server for those that are held: alone with it, or beside what runs, where only a visit that is served tells anything. */
void absence_look(struct engine *engine, bool alone);
/* No case may begin now. */
bool absence_blocks(const struct engine *engine);
/* A case that was put back, or that is to be tried, may. */
bool absence_lets_begin(const struct engine *engine, const struct case_run *run);
/* That case is about to be freed. */
void absence_forget(struct engine *engine, const struct case_run *run);
/* No visit, no trial any more: the run is interrupted, or broke off. */
void absence_interrupt(struct engine *engine);

#endif
