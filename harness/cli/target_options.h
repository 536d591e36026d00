/*
 * target_options - the target that --server, --target, --user and their like describe
 */
#ifndef MAILSPEC_CLI_TARGET_OPTIONS_H
#define MAILSPEC_CLI_TARGET_OPTIONS_H

#include "cli/options.h"
#include "model/target.h"

/* *foreign_r is false when none is described: the built-in server is meant then. */
int target_from_options(const struct options *options, struct arena *arena, struct target *target_r,
                        bool *foreign_r, struct error *error);
/*
 * "NAME:SECRET[:ADDRESS]"; without ADDRESS it is NAME where that has an "@", else NAME@domain, else NULL for want of a
 * domain. The secret is as it was written: secret_source.h.
 */
int user_from_text(const char *text, const char *domain, struct arena *arena,
                   struct target_user *user_r, struct error *error);

#endif
