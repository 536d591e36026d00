/*
 * output - the reports of a run: which are wanted, where they go, and writing them
 *
 * A report to standard output is printed as it grows; one to a file is written at the end, atomically, after it was tried
 * at the beginning whether the file can be written at all.
 */
#ifndef MAILSPEC_CLI_OUTPUT_H
#define MAILSPEC_CLI_OUTPUT_H

#include "cli/options.h"
#include "reports/reporter.h"

struct output;

/* Everything lives in `arena` except what output_free() frees. NULL: a bad --report or a path that cannot be written. */
struct output *output_new(const struct options *options, const struct reporter_options *reporter,
                          struct arena *arena, bool *unwritable_r, struct error *error);
void output_begin(struct output *output, const struct run_info *info);
/* The cases for some reports, or for all. */
enum output_which { OUTPUT_ALL, OUTPUT_IN_ORDER, OUTPUT_IN_ANY_ORDER };
void output_case(struct output *output, const struct case_result *result, enum output_which which);
/* -1 when a file could not be written: the first reason. The others are written all the same. */
int output_end(struct output *output, const struct run_summary *summary, struct error *error);
/*
 * Asked before output_begin(), for nothing is written until then: would a report take the place of one of these files, however the paths are
 * spelt? `may` is the kind that may (NULL: none), `what` says what the files are. -1: that it would.
 */
int output_spares(const struct output *output, const char *const *paths, size_t count,
                  const char *may, const char *what, struct error *error);
/* Does the console report go to standard output? */
bool output_has_console(const struct output *output);
/* Below the console report, the reports that were written to files and the folder of the transcripts (NULL: none). */
void output_say_where(const struct output *output, const char *transcripts);
void output_free(struct output **output_p);

#endif
