/*
 * again - the command that repeats a case, or its judging: what says what is tested and how, without what selects or reports
 */
#ifndef MAILSPEC_CLI_AGAIN_H
#define MAILSPEC_CLI_AGAIN_H

#include "cli/options.h"
#include "record/redact.h"

/*
 * "mailspec run --server ... ": a selector is put behind it. Holds what came from the command line and from the environment;
 * settings files are found again. The mark stands in place of the secret of a user and of each secret that `redact` knows.
 */
const char *again_command(const struct options *options, const struct redact *redact,
                          struct arena *arena);
/* "mailspec check --side client ": a file is put behind it. */
const char *again_check(const struct options *options, const struct redact *redact,
                        struct arena *arena);

#endif
