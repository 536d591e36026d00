/*
 * case_run - one case from CASE_BEGIN to CASE_END
 *
 * The engine makes it, calls case_run_advance() whenever something changed, and frees it when it is over. In between it
 * prepares the maildrop (seed.h), runs the steps, then Finally:, then says QUIT where that is fitting. The steps
 * see the struct; its parts are changed only through the functions below where there is one.
 */
#ifndef MAILSPEC_ENGINE_CASE_RUN_H
#define MAILSPEC_ENGINE_CASE_RUN_H

#include "base/arena.h"
#include "engine/await.h"
#include "engine/contact.h"
#include "engine/delivery.h"
#include "engine/engine.h"
#include "engine/facts.h"
#include "engine/lease.h"
#include "engine/pace.h"
#include "engine/sasl_talk.h"
#include "engine/seed.h"
#include "engine/session.h"
#include "engine/vars.h"

enum { CASE_MAX_CONNECTIONS = 64, CASE_MAX_TRIES = 10, CASE_MAX_LOGINS = 4 };
/* The pause before a case begins again, and how often it is doubled. */
enum { CASE_AGAIN_MS = 100, CASE_AGAIN_DOUBLED = 5 };

/* What a case takes from the run; outlives it. */
struct case_run;
struct gate;
struct turns;

struct case_env {
    const struct engine_config *config;
    int64_t start_us;
    const struct starters *starters; /* of clients */
    struct gate *gate; /* where clients come in that run by themselves; NULL: none do */
    struct tls_contexts *contexts;
    size_t *answer_room;   /* octets that the answers of all cases may still keep together */
    struct pace *pace;     /* of the servers that are not our own */
    struct leases *leases; /* of their users */
    struct turns *turns;
    struct delivery *delivery;
    void (*wake)(void *self); /* something changed: have case_run_advance() called soon */
    bool (*alone)(void *self, const struct case_run *run); /* no other case is connected now */
    bool (*hold)(void *self,
                 struct case_run *run); /* it is at its end: is it PHASE_HELD now? NULL: none is */
    void (*break_off)(void *self, const char *why); /* no more cases begin, for that reason */
    void *self;
};

enum frame_kind {
    FRAME_MAIN,
    FRAME_START, /* built here: what comes before line one */
    FRAME_FINALLY
};

/* A list of steps and how far it is done. */
struct frame {
    enum frame_kind kind;
    const struct step *steps;
    const struct step *shown; /* the same as written, for events and outcomes; NULL: not written */
    const size_t *order;      /* which of `shown` the steps are; NULL: the same ones */
    size_t count;
    size_t next;
};

/* The step at hand as it is written, or NULL. */
const struct step *frame_shown(const struct frame *frame);
/* Does a line or a direction stand behind the step at hand? */
bool frame_goes_on(const struct frame *frame);
/* Is the reply to the end of data at hand the only one that is written, for all recipients of LMTP (RFC 2033 4.2)? */
bool frame_replies_for_all(const struct frame *frame);

enum case_phase {
    PHASE_SEED,
    PHASE_STEPS,
    PHASE_DRAIN, /* replies still due are read, so that Finally: is in step */
    PHASE_FINALLY,
    PHASE_QUIT,
    PHASE_AGAIN, /* waits until it may begin again */
    PHASE_HELD,  /* its outcome is known, and waits for the proof that the server survived it */
    PHASE_OVER
};

struct case_run {
    const struct case_env *env;
    const struct program *program;
    const struct target *target;
    const struct facts *facts;
    const struct target_user *user; /* leased, or the first; NULL: none */
    struct lease lease;             /* of the engine */
    bool alone;                     /* nobody else is to have its maildrop (lease.h) */
    bool takes_turns;               /* turn.h, as are those below */
    bool waits_for_turn;
    bool hopes;
    bool refused_for_something; /* a login, and not for what it said of itself */
    enum role role;
    struct emitter emitter;
    struct arena *arena;
    struct vars *vars;
    struct scope scope;
    struct session *sessions[CASE_MAX_CONNECTIONS]; /* by number from 1 */
    struct session *current;                        /* of the step that runs, or NULL */
    enum case_phase phase;
    struct frame steps;
    struct frame finally;
    struct frame start; /* count 0: nothing before line one is to do */
    bool begun;         /* the step at hand */
    struct timer *timer;
    bool timed_out;
    bool wait_ended;       /* while a step hears of it */
    int64_t wait_ms;       /* of the wait that runs, as scaled */
    int64_t asked_ms;      /* the same, not scaled */
    bool by_default;       /* nothing but the server's pace says how long it is */
    int64_t wait_begin_us; /* when it began */
    bool looked_again;     /* its time is up, and what had come by then is being read */
    bool waits_alone;      /* no other connection of the run was open then */
    int64_t within_ms;     /* 0: no <within> for the next wait */
    bool limited;          /* the reply at hand stands behind a <within> */
    unsigned replies_left; /* of the reply step at hand */
    bool preparing;        /* a <judge> is still to come */
    bool judging;          /* it has come */
    uint64_t left_out;     /* Finally: a bit for each connection whose lines are left out */
    bool data_skipped;     /* 354 was not the answer: message data is not sent */
    struct seed *seed;
    struct await *await;
    struct sasl_talk *login; /* of STEP_AUTHENTICATE */
    unsigned tries;
    bool ready_again;     /* PHASE_AGAIN: the wait is over */
    int64_t again_ms;     /* PHASE_AGAIN: how long the pause is */
    bool crowded;         /* PHASE_AGAIN: with fewer cases at a time */
    bool crowded_by_pop3; /* it was the POP3 server that had no room */
    bool unreachable;     /* it ended because no connection could be made */
    bool ungreeted;       /* it ended because nobody greeted, though nothing else was open */
    unsigned logins;      /* that were refused */
    bool seeded;          /* the maildrop is prepared and stays so when the case begins again */
    bool begin_emitted;
    const char
        *anew; /* why all that was seen of it does not count, and it begins anew; else NULL */
    struct contact contact; /* of this try */
    int64_t ended_us;       /* PHASE_HELD: when its outcome was known, as events tell it */
    uint64_t held_at;       /* the same, as a moment of contacts */
    bool suspected;         /* it is, or was, on trial: engine/suspects.h */
    unsigned strikes;       /* how often the server went away when it was */
    bool before_line_one;   /* playing the server: line one is not reached yet */
    struct serve *serve;    /* playing the server; else NULL */
    struct outcome outcome;
    struct buf reason;
    struct buf expected;
    struct buf actual;
    struct buf said;
};

struct case_run *case_run_new(const struct case_env *env, const struct engine_case *given,
                              const struct facts *facts, const struct target_user *user);
void case_run_free(struct case_run **run_p);
/* Emit CASE_BEGIN (once) and begin with the first step. */
void case_run_begin(struct case_run *run);
/* Do what can be done now; afterwards look at run->phase. */
void case_run_advance(struct case_run *run);
/* End at once. Nothing is sent any more. */
/* End at once, with that reason. Nothing is sent any more. */
void case_run_interrupt(struct case_run *run, const char *why);
/* PHASE_HELD: that is its outcome. */
void case_run_release(struct case_run *run);
/* PHASE_HELD or PHASE_AGAIN: it begins again as if for the first time, with that note. */
void case_run_anew(struct case_run *run, const char *why);
/* PHASE_AGAIN: it is held as it is. */
void case_run_hold(struct case_run *run);
/* PHASE_AGAIN: it ends with that outcome. */
void case_run_give_up(struct case_run *run, enum verdict verdict, const char *reason);
/* CASE_BEGIN and CASE_END with that outcome, without a step: what is missing, or what went wrong. */
void case_run_refuse(struct case_run *run, enum verdict verdict, const char *reason);

/* ---- For the steps ---- */

enum step_result {
    STEP_DONE,
    STEP_WAITS, /* until something changes or the timer fires */
    STEP_ENDS   /* the case goes no further */
};

struct frame *run_frame(struct case_run *run); /* the one whose step runs */
/* The step at hand is the last one: nothing behind it is played. STEP_DONE. */
enum step_result run_end_dialogue(struct case_run *run);
/* The session of that number, or NULL. */
struct session *run_session(const struct case_run *run, unsigned number);
/* Connect; an earlier session of that number is closed. The target has that endpoint (needs.h). */
struct session *run_open(struct case_run *run, unsigned number, enum protocol protocol);
const struct program_connection *run_connection(const struct case_run *run, unsigned number);
/* Start the timer, scaled. */
void run_wait(struct case_run *run, int64_t ms);
/* The same for a reply; longer where no limit is written and the server turns out to be slow. */
void run_wait_for_reply(struct case_run *run);
/* How long a reply may take: <within>, else Timeout:, else the default; not scaled. */
int64_t run_reply_ms(const struct case_run *run);
/*
 * Nothing came that was waited for. Shorter waits than the default, and ones in which octets came late, say so. True: it was
 * neither.
 */
bool run_emit_timeout(struct case_run *run, const char *text);
/*
 * Is this the only connection of the run, and was it when the wait began? Else a server that serves one client at a time
 * may have kept it waiting.
 */
bool run_is_alone(const struct case_run *run);
/* Connections of this case to the same endpoint as the current one, that one not counted. */
unsigned run_neighbours(const struct case_run *run);
/* Go through the steps' beginning again later: the server has no room now, or the network fails. */
enum step_result run_again(struct case_run *run, enum verdict verdict, const char *why);
/*
 * The same for a login that was refused, and should not have been: the session before may still hold the maildrop, or whoever knows
 * the secrets is busy. False: often enough.
 */
bool run_log_in_again(struct case_run *run);
/* The same for what is no fault of the server, but of the cases beside this one. */
void run_begin_again(struct case_run *run, const char *why);
/* Its server takes its time with a reply, as it may: others need not wait for that. */
bool run_is_held_back(const struct case_run *run);

#endif
