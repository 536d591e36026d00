/*
 * shrink - run --shrink: behind the run, each case that failed is reduced to the shortest dialogue that still fails the same way
 *
 * Private to run, as run_command.h. docs/shrink.md says what is done.
 */
#ifndef MAILSPEC_CLI_SHRINK_H
#define MAILSPEC_CLI_SHRINK_H

#include "cli/run_command.h"

/* -1: --shrink was given, with something that does not go together with it. */
int shrink_check(const struct run_command *run, struct error *error);

/* What a run tells; nothing is kept of a case that did not fail, or without --shrink. */
struct shrink *shrink_new(struct run_command *run);
void shrink_free(struct shrink **shrink_p);
void shrink_event(struct shrink *shrink, const struct event *event);
void shrink_result(struct shrink *shrink, const struct case_result *result);

/* When the run is over and its target still there. EXIT_REPORT: a file could not be written; else EXIT_ACCEPTABLE. */
enum exit_status shrink_execute(struct shrink *shrink);

#endif
