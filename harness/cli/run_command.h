/*
 * run_command - what the files of `run` share; private to them
 *
 * command_run.c has the options, the reports and the end; run_select.c which cases are run.
 */
#ifndef MAILSPEC_CLI_RUN_COMMAND_H
#define MAILSPEC_CLI_RUN_COMMAND_H

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "cli/state.h"
#include "record/redact.h"

/* A report keeps a KiB or two of each case until the end. */
enum { JOBS_MAX = 1000, RUNS_MAX = 200000 };
/* Most cases wait. The built-in server bears more at once than a stranger with limits (Dovecot: 10 a user, Exim: 20 in all). */
enum { JOBS_FOREIGN = 8, JOBS_BUILT_IN = 16 };

struct run_command {
    const struct options *options;
    struct options selection; /* the same, with the operands of the last run under --failed */
    struct arena *arena;
    struct rule_set rules;
    struct suite *suite;
    struct output *output;
    struct reporter_options reporter;
    struct progress progress;
    struct run_request request;
    struct target target;
    struct redact *redact; /* of what is said outside the cases */
    struct faults faults;
    struct shard shard;
    struct run_info info;
    struct state last;
    struct state state;
    struct shrink *shrink;
    size_t counts[3]; /* by enum verdict_outcome */
    bool begun;
    bool broken_off;
    bool interrupted;
    bool crashed;   /* in a way that no case brings about alone, and that counts */
    bool cut_short; /* cases did not run */
    struct error report_error;
};

/* Is a client put to the test? */
bool run_tests_client(const struct run_command *run);
/* Load what the operands name, and keep what the options and the target leave; what went wrong stands in *error. */
enum exit_status run_select(struct run_command *run, struct error *error);

#endif
