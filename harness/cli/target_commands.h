/*
 * target_commands - Start and Stop of a target
 */
#ifndef MAILSPEC_CLI_TARGET_COMMANDS_H
#define MAILSPEC_CLI_TARGET_COMMANDS_H

#include "base/error.h"
#include "model/target.h"
#include "record/redact.h"

/*
 * Run the command where there is one. What it printed goes to standard error when it failed, without secrets. -1: it failed, did not end in a
 * minute (times `time_scale`), or the user asked us to end.
 */
int target_start(const struct target *target, const struct redact *redact, double time_scale,
                 struct error *error);
/* The same; it is left to finish when the user asks us to end. */
int target_stop(const struct target *target, const struct redact *redact, double time_scale,
                struct error *error);

/*
 * Stop, which may fail where nothing is left to stop, and Start. -1: Start failed, or, when *interrupted_r is set, the user asked us to
 * end.
 */
int target_start_again(const struct target *target, const struct redact *redact, double time_scale,
                       bool *interrupted_r, struct error *error);

#endif
