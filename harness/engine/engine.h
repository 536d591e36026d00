/*
 * engine - runs compiled cases against a target, side by side in one loop
 *
 * It sends, waits, matches and emits events; it knows no judge, recorder or report. Cases begin in the order
 * given, at most `jobs` at a time, each with its own connections; a case that uses a maildrop holds a lease on
 * one of the target's users. CASE_END comes in the order in which they end.
 */
#ifndef MAILSPEC_ENGINE_ENGINE_H
#define MAILSPEC_ENGINE_ENGINE_H

#include "base/buf.h"
#include "base/error.h"
#include "model/event.h"
#include "model/target.h"
#include "net/loop.h"

struct engine;
struct responder;
struct client_starter;
struct vars;

/* Which side of the dialogue we play. */
enum role {
    ROLE_CLIENT, /* against a server */
    ROLE_SERVER, /* against a client: target->client */
    ROLE_BOTH    /* against itself: the target only lends its names */
};

struct engine_case {
    const struct program *program;
    size_t case_number;
    const struct target *target; /* usually the same for all; Given: gets one of its own */
    enum role role;
    const char *refusal; /* it is not played but an ERROR, for that reason; NULL: it is */
};

struct engine_variable {
    const char *name;
    const char *value;
};

/* A reply of the server and the step that it was taken for; views, valid during the call. */
struct engine_reply {
    const struct program *program;
    size_t case_number;
    const struct step *step; /* as it is written; NULL: on the way to line one */
    bool pop3;
    struct bytes octets;
    const struct vars *vars; /* what the case's names stand for now */
};

/* The server that is tested was away, or hung; all is over now, and the cases that were there were tried. */
struct engine_absence {
    const char *text; /* one sentence without a full stop */
    bool convicted;   /* a case brings it about alone: its outcome says so */
    bool cut;         /* connections ended by it without a reply */
};

struct engine_config {
    struct loop *loop;
    struct event_sink sink;
    unsigned jobs;                           /* cases at a time, at least 1 */
    double time_scale;                       /* multiplies every wait; 1 is as written */
    bool keep_going;                         /* after a mismatch, too */
    const struct engine_variable *variables; /* --var */
    size_t variable_count;
    const struct responder *responder;            /* ROLE_SERVER and ROLE_BOTH */
    const struct client_starter *built_in_client; /* CLIENT_BUILT_IN */
    const char *run_id; /* short, in EHLO name, sender and Message-ID: makes them unique */
    /* Called before a case begins: the next one, or false when there is none. */
    bool (*next_case)(void *self, struct engine_case *case_r);
    /* Nothing is left to run, or the run broke off (`broken_off` says why, else NULL). */
    void (*finished)(void *self, const char *broken_off);
    /* CLIENT_LISTEN: how a client reaches that case; program NULL: how many wait, once all are told. May be NULL. */
    void (*listening)(void *self, const struct program *program, const char *text);
    bool
        watches; /* a server that goes away or hangs is noticed, and who did it (engine/absence.h) */
    /* That cases take the server away is known by now: it is started again at once, and who was alone with it has done it. */
    bool expects_loss;
    /* Stop the server that is tested, as far as it is there, and start it again; -1: it failed. NULL: nobody can. */
    int (*revive)(void *self, struct error *error);
    void (*absent)(void *self, const struct engine_absence *absence); /* may be NULL */
    /* Each reply that was taken, also one that differs from what is written. May be NULL. */
    void (*replied)(void *self, const struct engine_reply *reply);
    void *self;
};

struct engine *engine_new(const struct engine_config *config);
/* Begin: find out what the target offers (one session for each endpoint), then run the cases. */
void engine_start(struct engine *engine);
/* Begin no more cases; what runs is ended as INCONCLUSIVE "interrupted"; finished() follows. */
void engine_interrupt(struct engine *engine);
/* The same for a reason of which reports tell in each case: those that have not begun are SKIP. */
void engine_stop(struct engine *engine, const char *why);
/*
 * What the server's ways made of the run: how slow it is, and how many cases it got at a time. A sentence is appended, or nothing for
 * this `i`. False: there are no more behind it.
 */
bool engine_remark(const struct engine *engine, size_t i, struct buf *out);
void engine_free(struct engine **engine_p);

#endif
