/* man - the manual page mailspec(1), made from the tables of commands and options */
#include <stdio.h>

#include "cli/commands.h"

/* Text for roff: a hyphen is a minus, a dot or quote at the line's start no request. */
static void put(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '-') {
            fputs("\\-", stdout);
        } else if (*p == '\\') {
            fputs("\\e", stdout);
        } else if ((p == text || p[-1] == '\n') && (*p == '.' || *p == '\'')) {
            printf("\\&%c", *p);
        } else {
            putchar(*p);
        }
    }
}

static void put_option(const struct option_row *row)
{
    fputs(".TP\n", stdout);
    if (row->letter != 0) {
        printf("\\fB\\-%c\\fR, ", row->letter);
    }
    fputs("\\fB\\-\\-", stdout);
    put(row->name);
    fputs("\\fR", stdout);
    if (row->argument != NULL) {
        fputs(" \\fI", stdout);
        put(row->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put(row->help);
    puts(".");
}

static void put_command(const struct command *command)
{
    printf(".SS mailspec %s\n", command->name);
    fputs(".B mailspec ", stdout);
    put(command->name);
    fputs(" \\fR[OPTION ...] ", stdout);
    put(command->operands);
    fputs("\n.PP\n", stdout);
    put(command->what);
    puts(".");
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if ((option_row(i)->verbs & command->verb) != 0) {
            put_option(option_row(i));
        }
    }
    if (command_statuses(command) != NULL) {
        puts(".PP\nExit status:\n.PP\n.nf");
        put(command_statuses(command));
        puts(".fi");
    }
    puts(".PP\nExamples:\n.PP\n.nf");
    put(command->examples);
    puts(".fi");
}

static void put_statuses(void)
{
    static const char *const meanings[] = {
        "every case selected is acceptable",
        "at least one is not",
        "usage or configuration",
        "a scenario does not parse",
        "the target could not be reached, or the run broke off",
        "nothing was selected, or nothing could be judged",
        "a report could not be written",
        "our own fault",
    };
    puts(".SH EXIT STATUS");
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        printf(".TP\n.B %zu\n%s.\n", i, meanings[i]);
    }
}

void man_print(void)
{
    printf(".TH MAILSPEC 1 \"\" \"mailspec %s\"\n", MAILSPEC_VERSION);
    puts(".SH NAME\nmailspec \\- test mail servers and clients by replaying SMTP and POP3 "
         "dialogues\n"
         ".SH SYNOPSIS\n.B mailspec\n\\fICOMMAND\\fR [\\fIOPTION\\fR ...] [\\fIOPERAND\\fR ...]\n"
         ".SH DESCRIPTION\nmailspec replays dialogues that are written as the RFCs print them,\n"
         "judges every octet, and reports what rule is broken and where.\n"
         "Without a target it runs against its built\\-in server and client.\n.SH COMMANDS");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        put_command(command_at(i));
    }
    put_statuses();
    puts(".SH ENVIRONMENT\nEach option but \\-\\-help and \\-\\-no\\-config can be given as "
         "MAILSPEC_NAME, with "
         "underscores for\n"
         "hyphens; a switch is yes or no (1, 0, true, false). A name that is no option is an "
         "error. NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR are obeyed.\n"
         ".SH FILES\n.TP\n.I mailspec.conf\nSettings of a project, found upwards from the working "
         "folder: one option a line,\n"
         "\\(lqJobs: 20\\(rq.\n.TP\n.I $XDG_CONFIG_HOME/mailspec/config\nThe same for one user.");
}
