/*
 * crowd - the cases that run at a time
 */
#ifndef MAILSPEC_ENGINE_CROWD_H
#define MAILSPEC_ENGINE_CROWD_H

#include "engine/case_run.h"

struct running {
    struct case_run *run;
    unsigned connections; /* that its dialogue may open */
    bool wants_lease;     /* it had one, and begins again only with one */
};

/* A zeroed struct is empty and ready for use; in the order in which they began. */
struct crowd {
    struct running *runs;
    size_t count;
    size_t capacity; /* private */
};

/* Takes the run over. */
void crowd_add(struct crowd *crowd, struct case_run *run);
/* Frees it; what it leased has been returned. */
void crowd_remove(struct crowd *crowd, size_t i);
/* How many are connected, or may be, with how many connections: those that pause before another try, wait to hear how
 * the server does, or are over are not. */
unsigned crowd_active(const struct crowd *crowd, unsigned *connections_r);
/* How many of them only wait for a server that takes its time; `by_pop3`: and have no connection but of POP3. */
unsigned crowd_held_back(const struct crowd *crowd, bool by_pop3);
/* Has some case a maildrop, or will it, whose logins are all to pass? */
bool crowd_has_maildrop(const struct crowd *crowd);
/* Is some login of a case to be refused? */
bool crowd_is_refused(const struct crowd *crowd);
/* How many are on their way to a login that may be refused. */
unsigned crowd_busy(const struct crowd *crowd);
/* Could some case not connect, and will try again? */
bool crowd_misses_server(const struct crowd *crowd);
void crowd_deinit(struct crowd *crowd);

#endif
