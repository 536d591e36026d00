/*
 * tls_options - options of TLS and logins for run: --tls-min, --start-with, --keylog and their like
 */
#ifndef MAILSPEC_CLI_TLS_OPTIONS_H
#define MAILSPEC_CLI_TLS_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/options.h"
#include "model/target.h"

/* What is given goes over what the target file said. -1: a value is wrong. */
int tls_options_take(const struct options *options, struct arena *arena, struct target *target,
                     struct error *error);
/* The same of a session of our own, whatever it is for: all but --start-with. */
int tls_options_take_session(const struct options *options, struct arena *arena,
                             struct target *target, struct error *error);
/* Can a session be made of it, with its files? Nothing is sent. */
int tls_options_check(const struct target *target, struct error *error);

#endif
