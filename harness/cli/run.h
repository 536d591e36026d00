/*
 * run - the whole of one run: engine, judges, recorder and collector joined around one loop
 *
 * Used by `run` and, once for each fault, by `selftest`. It prints nothing; results go to the caller one by one, in the
 * order of the scenarios.
 */
#ifndef MAILSPEC_CLI_RUN_H
#define MAILSPEC_CLI_RUN_H

#include "cli/faults.h"
#include "cli/known_failing.h"
#include "cli/suite.h"
#include "engine/engine.h"
#include "model/result.h"

struct run_request {
    const struct suite *suite;
    const struct rule_set *rules;
    const struct target *target;    /* NULL: the built-in server and client */
    const struct tls_settings *tls; /* of our sessions with the built-in server; NULL: nothing */
    bool rehearse;       /* what can be played from both sides is played against itself first */
    bool against_itself; /* each case is played from both sides */
    const struct faults *faults; /* of the built-in server and client; may be NULL */
    /* NULL, or FAULTS_COUNT for each case of the suite: set where its server or client asked for that fault. Each case has a server
     * of its own then, and is run once. */
    bool *asked;
    unsigned jobs;
    unsigned repeat; /* at least 1 */
    double time_scale;
    bool keep_going;
    const struct engine_variable *variables;
    size_t variable_count;
    const struct known_failing *known;
    bool keep_wire;
    bool show_secrets;       /* in results and transcripts */
    const char *again;       /* "mailspec run --server ... ": a selector is put behind it */
    const char *transcripts; /* folder, or NULL */
    const char *pcap;        /* file for a capture of all connections, or NULL */
    bool catch_interrupts;   /* SIGINT and SIGTERM end the run in good order */
    int64_t for_ms;          /* end after that long, as if nobody came any more; 0: never */
    bool expects_loss;       /* of the target: Start is run again at once (engine.h) */
    void (*on_listening)(void *self, const struct program *program, const char *text);
    void (*on_begin)(void *self, const struct target *target);
    void (*on_event)(void *self, const struct event *event); /* as it happens; may be NULL */
    /* Each reply of a server; may be NULL. */
    void (*on_reply)(void *self, const struct engine_reply *reply);
    void (*on_case)(void *self, const struct case_result *result);
    /* Each result at a server of somebody else, as soon as it may be told; may be NULL. At our own, and of clients, just before on_case. */
    void (*on_ended)(void *self, const struct case_result *result);
    void (*on_end)(void *self, const struct run_summary *summary);
    void *self;
};

/*
 * 0 when the run came to its end, also with failures and when it broke off (the summary says so); -1 when it could
 * not begin: on_end is not called then. *transcript_error_r is empty, or why transcripts, or the capture, could not be written.
 */
int run_execute(const struct run_request *request, struct error *transcript_error_r,
                struct error *error);

#endif
