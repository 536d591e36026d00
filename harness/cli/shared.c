/* shared - what several subcommands do: complain, find scenarios and rules, print help */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/tags.h"
#include "judge/catalogue.h"
#include "reports/show.h"

enum exit_status complain(enum exit_status status, const char *format, ...)
{
    struct buf text = {0};
    struct buf shown = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    show_line(&shown, buf_bytes(&text));
    fprintf(stderr, "mailspec: %s\n", buf_text(&shown));
    buf_deinit(&text);
    buf_deinit(&shown);
    return status;
}

void print_problems(const struct buf *problems)
{
    struct buf shown = {0};
    struct bytes rest = buf_bytes(problems);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        show_line(&shown, line);
        buf_append_octet(&shown, '\n');
    }
    fputs(buf_text(&shown), stderr);
    buf_deinit(&shown);
}

const char *scenarios_folder(const struct options *options)
{
    return suite_root(options_get(options, OPTION_SCENARIOS));
}

enum exit_status rules_load(const struct options *options, struct arena *arena,
                            struct rule_set *rules_r)
{
    struct error error = {""};
    const char *folder = arena_printf(arena, "%s/catalogue", scenarios_folder(options));
    if (catalogue_read(folder, arena, rules_r, NULL, NULL, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    return EXIT_ACCEPTABLE;
}

enum exit_status suite_open(const struct options *options, const struct rule_set *rules,
                            struct suite **suite_r, struct error *error)
{
    struct suite *suite = suite_new(scenarios_folder(options), rules);
    struct buf problems = {0};
    enum exit_status status = EXIT_ACCEPTABLE;
    if (suite_load(suite, options->operands, options->operand_count, error) != 0) {
        status = EXIT_NOTHING;
    }
    const struct option_value *tags = &options->value[OPTION_TAG];
    size_t errors = suite_print_problems(suite, tags->values, tags->count, &problems);
    print_problems(&problems);
    buf_deinit(&problems);
    if (errors > 0) {
        status = EXIT_SCENARIO;
        error_set(error, "%zu error%s in the scenarios; nothing was run", errors,
                  errors == 1 ? "" : "s");
    } else if (status == EXIT_ACCEPTABLE && suite_file_count(suite) == 0) {
        status = EXIT_NOTHING;
        error_set(error, "no scenario (*.scn) is there");
    }
    if (status != EXIT_ACCEPTABLE) {
        suite_free(&suite);
    }
    *suite_r = suite;
    return status;
}

enum exit_status suite_select_tags(const struct options *options, struct suite *suite,
                                   struct arena *arena, struct error *error)
{
    const struct option_value *tags = &options->value[OPTION_TAG];
    const char *nearest = NULL;
    const char *unknown = tags_unknown(suite, tags->values, tags->count, arena, &nearest);
    suite_keep_tags(suite, tags->values, tags->count);
    if (suite_count(suite) > 0) {
        return EXIT_ACCEPTABLE;
    }
    if (unknown == NULL) {
        error_set(error, "no case is selected");
        return EXIT_NOTHING;
    }
    error_set(error, "no case is selected: none has the tag \"%s\"%s%s%s", unknown,
              nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
              nearest != NULL ? "\"?" : "");
    return EXIT_NOTHING;
}

int fail_on_from_options(const struct options *options, enum fail_on *fail_on_r,
                         struct error *error)
{
    static const char *const words[] = {"must", "should", "any", "practice", "never"};
    unsigned number = 0;
    if (options_choice(options, OPTION_FAIL_ON, words, 5, 0, &number, error) != 0) {
        return -1;
    }
    *fail_on_r = (enum fail_on)number;
    return 0;
}

int shard_from_options(const struct options *options, struct shard *shard_r, struct error *error)
{
    const char *text = options_get(options, OPTION_SHARD);
    *shard_r = (struct shard){0};
    if (text == NULL || shard_read(bytes_of(text), shard_r)) {
        return 0;
    }
    return error_set(error, "%s: expected I/N, from 1/N to N/N with N up to %d, found \"%s\"",
                     options->value[OPTION_SHARD].where, SHARDS_MAX, text);
}

static bool environment_says(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' && strcmp(text, "0") != 0;
}

/* Where nobody says it: by the variables that all programs know, then whether it is a terminal. */
static bool colour_by_surroundings(void)
{
    const char *no = getenv("NO_COLOR");
    if (no != NULL && no[0] != '\0') {
        return false;
    }
    if (environment_says("CLICOLOR_FORCE") || environment_says("FORCE_COLOR")) {
        return true;
    }
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

int reporter_from_options(const struct options *options, struct reporter_options *reporter_r,
                          struct error *error)
{
    static const char *const traces[] = {"fail", "all", "none"};
    enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER, COLOUR_COUNT };
    static const char *const colours[COLOUR_COUNT] = {"auto", "always", "never"};
    unsigned colour = COLOUR_AUTO;
    unsigned trace = TRACE_FAIL;
    if (options_choice(options, OPTION_COLOR, colours, COLOUR_COUNT, COLOUR_AUTO, &colour, error) !=
            0 ||
        options_choice(options, OPTION_TRACE, traces, sizeof traces / sizeof traces[0], TRACE_FAIL,
                       &trace, error) != 0) {
        return -1;
    }
    *reporter_r = (struct reporter_options){
        .colour = colour == COLOUR_ALWAYS || (colour == COLOUR_AUTO && colour_by_surroundings()),
        .quiet = options_given(options, OPTION_QUIET),
        .trace = (enum report_trace)trace,
        .strict = options_given(options, OPTION_JUNIT_STRICT),
    };
    return 0;
}

int format_from_options(const struct options *options, enum table_format *format_r,
                        struct error *error)
{
    static const char *const formats[FORMAT_COUNT] = {"text", "markdown", "json", "tsv"};
    unsigned format = FORMAT_TEXT;
    int failed =
        options_choice(options, OPTION_FORMAT, formats, FORMAT_COUNT, FORMAT_TEXT, &format, error);
    *format_r = (enum table_format)format;
    return failed;
}

/* ---- help ---- */

enum { HELP_WIDTH = 80, HELP_COLUMN = 32, HELP_MARGIN = 2 };

static void help_option(const struct option_row *row)
{
    char left[64];
    const char *argument = row->argument != NULL ? row->argument : "";
    const char *blank = row->argument != NULL ? " " : "";
    if (row->letter != 0) {
        snprintf(left, sizeof left, "-%c, --%s%s%s", row->letter, row->name, blank, argument);
    } else {
        snprintf(left, sizeof left, "    --%s%s%s", row->name, blank, argument);
    }
    printf("%*s%-*s", HELP_MARGIN, "", HELP_COLUMN - HELP_MARGIN, left);
    if (strlen(left) >= HELP_COLUMN - HELP_MARGIN) {
        printf("\n%*s", HELP_COLUMN, "");
    }
    struct buf help = {0};
    show_wrapped(&help, bytes_of(row->help), HELP_COLUMN, HELP_WIDTH);
    printf("%s\n", buf_text(&help));
    buf_deinit(&help);
}

static void help_of_command(const struct command *command)
{
    printf("Usage: mailspec %s [OPTION ...]%s%s\n%c%s.\n", command->name,
           command->operands[0] != '\0' ? " " : "", command->operands,
           octet_upper((unsigned char)command->what[0]), command->what + 1);
    const char *group = NULL;
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if ((row->verbs & command->verb) == 0) {
            continue;
        }
        if (group == NULL || strcmp(group, row->group) != 0) {
            printf("\n%s:\n", row->group);
            group = row->group;
        }
        help_option(row);
    }
    if (command_statuses(command) != NULL) {
        printf("\nExit status:\n%s", command_statuses(command));
    }
    printf("\nExamples:\n%s", command->examples);
}

void help_print(const struct command *command)
{
    if (command != NULL) {
        help_of_command(command);
        return;
    }
    printf("Usage: mailspec COMMAND [OPTION ...] [OPERAND ...]\n"
           "Tests mail servers and clients by replaying SMTP and POP3 dialogues and judging every\n"
           "octet.\n\n"
           "Commands:\n");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        printf("  %-10s %s\n", command_at(i)->name, command_at(i)->what);
    }
    printf("\nmailspec COMMAND --help explains a command. Without a target, run uses the\n"
           "built-in server and client: mailspec run\n");
}
