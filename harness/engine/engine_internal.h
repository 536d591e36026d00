/*
 * engine_internal - what the files of the engine share; private to them
 *
 * engine.c begins cases and ends the run; engine_logins.c tries logins before the first case that needs one; engine_held.c keeps outcomes
 * back, while absence.c and suspects.c find out who took the server away.
 */
#ifndef MAILSPEC_ENGINE_ENGINE_INTERNAL_H
#define MAILSPEC_ENGINE_ENGINE_INTERNAL_H

#include "engine/absence.h"
#include "engine/case_run.h"
#include "engine/client_probe.h"
#include "engine/crowd.h"
#include "engine/known_target.h"
#include "engine/login_check.h"
#include "engine/probe.h"
#include "engine/starters.h"
#include "engine/turn.h"
#include "engine/waiting.h"

struct engine {
    struct engine_config config;
    struct event_sink sink; /* of the config: what it has now looks at events first */
    struct case_env env;
    size_t answer_room;
    struct tls_contexts contexts;
    struct pace pace;
    unsigned unreachable;  /* cases in a row that could not connect */
    const char *last_case; /* id of the last one that could; NULL: none */
    struct timer *tick;
    struct timer *look_again; /* for cases that are held back */
    struct crowd crowd;
    struct known_targets known;
    struct leases leases;
    struct turns turns;
    struct delivery delivery;
    unsigned jobs;
    bool pop3_is_short; /* the POP3 server has had no room for all cases */
    int64_t left_us;    /* when a case last closed its connections */
    struct waiting waiting;
    size_t head; /* which of those that wait is looked at */
    size_t
        passed; /* so many of them wait for a user, and none came free since they were looked at */
    size_t returns; /* of leases, then */
    bool any_begun;
    bool was_refused; /* a case whose login is to be refused has ended */
    bool interrupted;
    const char *stopped; /* why it was, if that is told in each case; NULL: it is not */
    bool finished;
    struct starters starters;
    struct known_target *probed; /* being found out */
    struct probe *probe;
    struct client_probe *client_probe;
    struct known_target *logs_in; /* its logins are being tried */
    bool logs_in_by_pop3;
    struct login_check *logins;
    struct buf broken_off;
    struct absence absence;
};

/* The case that is looked at, of those that have not begun. */
const struct engine_case *engine_head(const struct engine *engine);
/* Cases that run, and how many connections they may have open; a visit is one of them. */
unsigned engine_active(const struct engine *engine, unsigned *connections_r);
/* What a target offers is being found out, or its logins are tried. */
bool engine_is_probing(const struct engine *engine);

/* env.hold: a case has its outcome. It is held, and its maildrop is free, unless nobody watches the server. */
bool engine_hold(void *self, struct case_run *run);
/* Let go of outcomes: of those behind which the server has served somebody, or of all. */
void engine_release_held(struct engine *engine, bool proven);
/* Behind the beginning of cases: see to it that nothing is held for long. */
void engine_look_behind(struct engine *engine);
/* The case has its maildrop no more; when it begins again it wants one. */
void engine_return_lease(struct engine *engine, struct running *running);
/* Cases that were put back have no maildrop any more: another one may need it. */
void engine_return_leases(struct engine *engine);
/* Has the case the maildrop that it needs? One that had to give its own away takes any that is free. */
bool engine_has_lease(struct engine *engine, struct running *running);
/* The sink in front of the config's: contacts are noted. */
void engine_watch_event(void *self, const struct event *event);

/* The head case logs in by POP3, or by SMTP, and nobody knows yet whether that works: that is found out. False: there is no such question. */
bool engine_begins_logins(struct engine *engine, struct known_target *known);
void engine_advance_logins(struct engine *engine);

#endif
