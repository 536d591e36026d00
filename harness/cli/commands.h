/*
 * commands - the subcommands and what they share
 */
#ifndef MAILSPEC_CLI_COMMANDS_H
#define MAILSPEC_CLI_COMMANDS_H

#include "base/arena.h"
#include "cli/options.h"
#include "cli/suite.h"
#include "model/rule.h"
#include "reports/reporter.h"

/* Exit statuses: a table in docs/reports.md. */
enum exit_status {
    EXIT_ACCEPTABLE = 0,
    EXIT_NOT_ACCEPTABLE = 1,
    EXIT_USAGE = 2,
    EXIT_SCENARIO = 3,
    EXIT_TARGET = 4,
    EXIT_NOTHING = 5,
    EXIT_REPORT = 6,
    EXIT_OURS = 7,
    EXIT_COUNT /* no status: the command did what it was asked for and is done */
};

struct command {
    const char *name;
    unsigned verb;        /* enum option_verb */
    const char *operands; /* "[SELECTOR or FILE ...]" */
    const char *what;     /* one line */
    const char *examples; /* lines, each ended by LF */
    enum exit_status (*run)(const struct options *options, struct arena *arena);
};

const struct command *command_at(size_t i); /* NULL behind the last */

/* What its exit status means, in lines ended by LF; NULL: what the manual says of all of them. */
const char *command_statuses(const struct command *command);

enum exit_status command_run(const struct options *options, struct arena *arena);
enum exit_status command_serve(const struct options *options, struct arena *arena);
enum exit_status command_send(const struct options *options, struct arena *arena);
enum exit_status command_fetch(const struct options *options, struct arena *arena);
enum exit_status command_wait(const struct options *options, struct arena *arena);
enum exit_status command_tell(const struct options *options, struct arena *arena);
enum exit_status command_list(const struct options *options, struct arena *arena);
enum exit_status command_show(const struct options *options, struct arena *arena);
enum exit_status command_lint(const struct options *options, struct arena *arena);
enum exit_status command_fmt(const struct options *options, struct arena *arena);
enum exit_status command_import(const struct options *options, struct arena *arena);
enum exit_status command_check(const struct options *options, struct arena *arena);
enum exit_status command_report(const struct options *options, struct arena *arena);
enum exit_status command_coverage(const struct options *options, struct arena *arena);
enum exit_status command_selftest(const struct options *options, struct arena *arena);

/* Print "mailspec: TEXT" on standard error, one harmless line whatever is in it; returns `status`. */
enum exit_status complain(enum exit_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Print what scenario_print_problem() made on standard error. */
void print_problems(const struct buf *problems);
/* The folder of the shipped scenarios. */
const char *scenarios_folder(const struct options *options);
/* Read the catalogue of the shipped scenarios; complains. */
enum exit_status rules_load(const struct options *options, struct arena *arena,
                            struct rule_set *rules_r);
/*
 * Load the operands' scenarios, print their problems on standard error. EXIT_SCENARIO when one does not parse, EXIT_NOTHING when
 * nothing is there, with the reason in *error; on EXIT_ACCEPTABLE the caller frees *suite_r.
 */
enum exit_status suite_open(const struct options *options, const struct rule_set *rules,
                            struct suite **suite_r, struct error *error);
/* Keep what -t selects; EXIT_NOTHING and the reason when that is nothing. */
enum exit_status suite_select_tags(const struct options *options, struct suite *suite,
                                   struct arena *arena, struct error *error);
/* --fail-on, MUST when it is not given. */
int fail_on_from_options(const struct options *options, enum fail_on *fail_on_r,
                         struct error *error);
/* --color, --quiet, --trace and --junit-strict, for reports of which the console's goes to standard output. */
int reporter_from_options(const struct options *options, struct reporter_options *reporter_r,
                          struct error *error);
/* --format of what prints tables. */
enum table_format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON, FORMAT_TSV, FORMAT_COUNT };
int format_from_options(const struct options *options, enum table_format *format_r,
                        struct error *error);
/* --shard; zeroed when it is not given. */
int shard_from_options(const struct options *options, struct shard *shard_r, struct error *error);
void man_print(void);                           /* the manual page, as roff */
void help_print(const struct command *command); /* NULL: of the program */

#endif
