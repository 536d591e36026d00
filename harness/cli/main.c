/* mailspec - tests mail servers and clients by talking to them */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/glob.h"
#include "cli/commands.h"

static const struct command commands[] = {
    {"run",      VERB_RUN,      "[SELECTOR or FILE ...]", "run scenarios against a server or a client",
     "  mailspec run --server smtp://127.0.0.1:25 --server pop3://127.0.0.1:110 \\\n"
     "      --user bob:secret:bob@example.test\n"
     "  mailspec run --server 'pipe:exim -bs' 'smtp/**'\n"
     "  mailspec run --client 'curl smtp://{{host}}:{{port}} --mail-from {{sender}} \\\n"
     "      --mail-rcpt {{rcpt}} -T {{message-file}} --crlf'\n"
     "  mailspec run my.scn --report junit=report.xml\n",                                                                         command_run     },
    {"serve",    VERB_SERVE,    "[URL ...]",              "run the reference server, conforming or with faults",
     "  mailspec serve smtp://127.0.0.1:2525 pop3://127.0.0.1:2110\n"
     "  mailspec serve smtps://127.0.0.1:4465 pop3s://127.0.0.1:9995 --tls-folder tls\n"
     "  mailspec serve smtp://127.0.0.1:2525 --set starttls=yes \\\n"
     "      --set certificate-kind=expired\n"
     "  mailspec serve lmtp+unix:lmtp.sock --set max-message=10k --set full=bob\n"
     "  mailspec serve smtp://127.0.0.1:0 --port-file ports --transcripts seen \\\n"
     "      --sessions 1 --for 30s\n"
     "  mailspec serve smtp://127.0.0.1:2525 --fault reply-crlf\n",                                                               command_serve   },
    {"wait",     VERB_WAIT,     "",                       "wait for a message in a store and print it",
     "  mailspec wait --store mail --to bob@example.test --subject /invoice/ --timeout 10s\n"
     "  mailspec wait --store /home/bob/Maildir --header 'X-Test: 4711' --print path\n"
     "  mailspec wait --store mail --to carol@example.test --not --timeout 2s\n",                                                 command_wait    },
    {"send",     VERB_SEND,     "URL",                    "send a message, say what each recipient got",
     "  mailspec send smtp://127.0.0.1:2525 --from alice@example.test \\\n"
     "      --to bob@example.test --subject Hello --body 'See you at noon'\n"
     "  mailspec send smtps://mail.example.test --user alice:prompt: \\\n"
     "      --from 'Alice A <alice@example.test>' --to bob@example.test \\\n"
     "      --subject Report --attach report.pdf < text\n"
     "  mailspec send lmtp+unix:lmtp.sock --from '<>' --to bob@example.test \\\n"
     "      --eml bounce.eml -v\n",                                                                                               command_send    },
    {"fetch",    VERB_FETCH,    "URL [N ...]",            "list or fetch the messages of a maildrop",
     "  mailspec fetch pop3://127.0.0.1:2110 --user alice:secret-a\n"
     "  mailspec fetch pop3s://mail.example.test --user alice:prompt: 3 --text\n"
     "  mailspec fetch pop3://127.0.0.1:2110 --user alice:file:secret --all \\\n"
     "      -o mail --attachments files --delete\n",                                                                              command_fetch   },
    {"tell",     VERB_TELL,     "PATH COMMAND ...",       "tell a running server to change, print its answer",
     "  mailspec serve --control ctl &\n"
     "  mailspec tell ctl set full bob\n  mailspec tell ctl fault rset-clears\n"
     "  mailspec tell ctl help\n  mailspec tell ctl stop\n",                                                                      command_tell    },
    {"list",     VERB_LIST,     "[SELECTOR or FILE ...]", "list cases with their rules",
     "  mailspec list\n  mailspec list 'pop3/dele-*'\n",                                                                          command_list    },
    {"show",     VERB_SHOW,     "ID ...",                 "show a case or a rule in full",
     "  mailspec show smtp/rcpt-without-mail\n  mailspec show pop3/no-quit-keeps\n",                                              command_show    },
    {"lint",     VERB_LINT,     "FILE ...",               "check scenario files, all errors at once",
     "  mailspec lint my.scn\n  mailspec lint scenarios\n",                                                                       command_lint    },
    {"fmt",      VERB_FMT,      "FILE ...",               "print scenario files in canonical form",
     "  mailspec fmt my.scn\n  mailspec fmt --check scenarios\n",                                                                 command_fmt     },
    {"import",   VERB_IMPORT,   "FILE ... -o DIR",        "turn other people's dialogues into scenario files",
     "  mailspec import session.log -o mine\n"
     "  mailspec import --from rfc chapter.txt -o mine\n",                                                                        command_import  },
    {"check",    VERB_CHECK,    "FILE or FOLDER ...",     "judge stored sessions, without any network",
     "  mailspec check mailspec-out/transcripts\n"
     "  mailspec check session.txt --side client\n",                                                                              command_check   },
    {"report",   VERB_REPORT,   "merge|pcap RESULT ...",
     "join the reports of several runs; make a capture",                                                         "  mailspec report merge 1.json 2.json\n"
     "  mailspec report merge 1.json 2.json -r junit=all.xml\n"
     "  mailspec report pcap mailspec-out --pcap run.pcap\n",             command_report  },
    {"coverage", VERB_COVERAGE, "[RULE or RFC ...]",
     "show what is judged of the standards, and by what",                                                        "  mailspec coverage\n  mailspec coverage 'pop3/auth*'\n  mailspec coverage rfc1870\n"
     "  mailspec coverage --table\n  mailspec coverage --format json\n", command_coverage},
    {"selftest", VERB_SELFTEST, "[FAULT ...]",            "prove that every rule can fail",
     "  mailspec selftest\n  mailspec selftest rset-clears\n",                                                                    command_selftest},
};

static const size_t command_count = sizeof commands / sizeof commands[0];

const char *command_statuses(const struct command *command)
{
    switch (command->verb) {
    case VERB_SERVE:
        return "  0  it was stopped, or is done with what was asked\n"
               "  2  an option or a setting is wrong\n"
               "  4  an address or the store cannot be had\n"
               "  6  a transcript could not be written\n";
    case VERB_WAIT:
        return "  0  the message is there; --not: none came\n"
               "  1  it did not come in time; --not: one came\n"
               "  2  an option is wrong\n"
               "  4  the store is not there or cannot be read\n";
    case VERB_SEND:
        return "  0  the server has accepted it for all recipients\n"
               "  1  refused for good: a recipient, the message or the login\n"
               "  2  an option is wrong, or a file cannot be read\n"
               "  3  what the server says makes no sense\n"
               "  4  there is no connection, it was lost, or TLS did not begin\n"
               "  5  refused for now: it may be tried again later\n";
    case VERB_FETCH:
        return "  0  done\n"
               "  1  refused for good: the login, or a message that is not there\n"
               "  2  an option is wrong, or a file cannot be read\n"
               "  3  what the server says makes no sense\n"
               "  4  there is no connection, it was lost, or TLS did not begin\n"
               "  5  refused for now: it may be tried again later\n"
               "  6  a message could not be written; it stays in the maildrop\n";
    case VERB_IMPORT:
        return "  0  a scenario was made of each file; standard error says what was left out\n"
               "  2  an option is wrong\n"
               "  3  no dialogue was found in a file, or it cannot be read\n"
               "  6  a scenario could not be written\n";
    case VERB_CHECK:
        return "  0  acceptable\n"
               "  1  not acceptable, see --fail-on\n"
               "  2  an option is wrong, or no transcript is named\n"
               "  3  a transcript cannot be read; nothing is judged\n"
               "  5  no transcript is there, or nothing was said in any\n"
               "  6  a report could not be written\n";
    case VERB_TELL:
        return "  0  done\n"
               "  1  refused, standard error says why\n"
               "  2  an option is wrong, or no command is given\n"
               "  4  no server answers there, or its answer breaks off\n";
    case VERB_COVERAGE:
        return "  0  it is printed\n"
               "  2  an option is wrong\n"
               "  3  a scenario, the statements or the table cannot be read\n"
               "  5  no rule and no document has such a name\n";
    case VERB_REPORT:
        return "  0  acceptable\n"
               "  1  not acceptable, see --fail-on\n"
               "  2  an option is wrong, or the results do not belong together\n"
               "  3  a result could not be read; the reports have the others\n"
               "  4  a run broke off, or the result of a shard is missing\n"
               "  5  nothing was judged\n"
               "  6  a report could not be written\n";
    default:
        return NULL;
    }
}

const struct command *command_at(size_t i)
{
    return i < command_count ? &commands[i] : NULL;
}

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static enum exit_status unknown_command(const char *word)
{
    const char *names[sizeof commands / sizeof commands[0]];
    for (size_t i = 0; i < command_count; i++) {
        names[i] = commands[i].name;
    }
    if (word[0] == '-') {
        return complain(EXIT_USAGE, "options stand behind the command, as in mailspec run %s",
                        word);
    }
    const char *nearest = glob_nearest(bytes_of(word), names, command_count);
    if (nearest != NULL) {
        return complain(EXIT_USAGE, "unknown command \"%s\"; did you mean \"%s\"?", word, nearest);
    }
    return complain(EXIT_USAGE, "unknown command \"%s\"; try mailspec --help", word);
}

static enum exit_status run_command(const struct command *command, const char *program, int argc,
                                    char **argv)
{
    struct arena *arena = arena_new();
    struct options options;
    struct error error = {""};
    enum exit_status status = EXIT_ACCEPTABLE;
    if (options_read(&options, command->verb, argc, argv, arena, &error) != 0) {
        status = complain(EXIT_USAGE, "%s", error.text);
    } else if (options_given(&options, OPTION_HELP)) {
        help_print(command);
    } else {
        options.program = program;
        status = command->run(&options, arena);
    }
    arena_free(&arena);
    return status;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static enum exit_status run_words(int argc, char **argv)
{
    if (argc < 2 || is_one_of(argv[1], "--help", "-h", "help")) {
        const struct command *command = argc > 2 ? command_find(argv[2]) : NULL;
        if (argc > 2 && command == NULL) {
            return unknown_command(argv[2]);
        }
        help_print(command);
        return argc < 2 ? EXIT_USAGE : EXIT_ACCEPTABLE;
    }
    if (is_one_of(argv[1], "--version", "-V", "version")) {
        printf("mailspec %s\n", MAILSPEC_VERSION);
        return EXIT_ACCEPTABLE;
    }
    if (strcmp(argv[1], "--man") == 0) {
        man_print();
        return EXIT_ACCEPTABLE;
    }
    const struct command *command = command_find(argv[1]);
    return command != NULL ? run_command(command, argv[0], argc - 1, argv + 1)
                           : unknown_command(argv[1]);
}

/*
 * A standard descriptor that came closed would be given to the first file or socket that is opened, and what is meant
 * for a person would go there. What takes its place is open the other way round, so that using it is an error still.
 */
static int hold_standard_descriptors(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int i = 0; i < 3; i++) {
        /* The lowest free number is taken, and those below are in use: it is this one. */
        if (fcntl(i, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[i]) != i) {
            return -1;
        }
    }
    return 0;
}

/* What was printed may stand in the buffer still, and a full disk tells of itself only now. */
static enum exit_status after_printing(enum exit_status status)
{
    bool printed = fflush(stdout) == 0 && ferror(stdout) == 0;
    if (printed || (status != EXIT_ACCEPTABLE && status != EXIT_NOT_ACCEPTABLE)) {
        return status;
    }
    return complain(EXIT_REPORT, "cannot write to standard output");
}

int main(int argc, char **argv)
{
    if (hold_standard_descriptors() != 0) {
        return EXIT_OURS;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    return (int)after_printing(run_words(argc, argv));
}
