/*
 * collect - builds results from events and findings, and hands them on in scenario order
 *
 * A sink for events (join it behind the judge, so that findings come before CASE_END reaches it) and for findings.
 * A result lives until on_case has returned.
 */
#ifndef MAILSPEC_CLI_COLLECT_H
#define MAILSPEC_CLI_COLLECT_H

#include "base/buf.h"
#include "cli/known_failing.h"
#include "model/result.h"

struct collector;

struct collector_config {
    const struct rule_set *rules;
    const struct known_failing *known; /* may be NULL */
    size_t case_count;                 /* in all, repetitions included */
    size_t program_count; /* distinct cases: number % count is the place in the order */
    unsigned repeat;
    bool keep_wire;    /* also of cases that passed */
    const char *again; /* command line to which a selector is added */
    const char *(*selector)(void *self, size_t program_number);
    const char *(*transcript)(void *self, size_t case_number); /* path or NULL; may be NULL */
    void (*on_case)(void *self, const struct case_result *result);
    /* May be NULL: each result, for whom the order matters less than the time: one that is done goes before one that is not. */
    void (*on_ended)(void *self, const struct case_result *result);
    int64_t
        patience_us; /* so long it is held back for those before it, so that quick ones keep their order */
    void *self;
};

struct collector *collector_new(const struct collector_config *config);
struct event_sink collector_event_sink(struct collector *collector);
struct finding_sink collector_finding_sink(struct collector *collector);
/* So many cases have ended. */
size_t collector_ended(const struct collector *collector);
/* So much time has passed since the run began: what has waited long enough goes to on_ended(). */
void collector_time(struct collector *collector, int64_t now_us);
/* The run is over: hand on what waits behind cases that never ended, then fill in counts and not_run. */
void collector_finish(struct collector *collector, struct run_summary *summary);
/*
 * What was said last in cases that began and were begun again since this was asked, as "smtp/x "RSET\r\n", ...": appended to `out`, of many
 * only the first ones.
 */
void collector_last_words(struct collector *collector, struct buf *out);
void collector_free(struct collector **collector_p);

#endif
