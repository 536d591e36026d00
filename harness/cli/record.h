/*
 * record - run --record and run --accept
 *
 * Both play cases twice, write what the server said as scenarios (record/recording.h), and play these once more: only what
 * passes then is a pin. Private to run, as run_command.h.
 */
#ifndef MAILSPEC_CLI_RECORD_H
#define MAILSPEC_CLI_RECORD_H

#include "cli/run_command.h"

/* -1: --record or --accept was given, with something that does not go together with it. */
int record_check(const struct run_command *run, struct error *error);
/* Instead of a plain run; the suite is loaded. EXIT_NOT_ACCEPTABLE: something does not pass again, or is not accepted. */
enum exit_status record_execute(struct run_command *run);

#endif
