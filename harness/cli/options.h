/*
 * options - one table of all options, for the command line, the environment, files, help and manual
 *
 * Where an option is given twice the nearer place wins: command line, environment (MAILSPEC_JOBS), project file
 * (mailspec.conf, found upwards from the working folder), user file ($XDG_CONFIG_HOME/mailspec/config), built-in. Repeatable options
 * of a nearer place replace those of a farther one.
 */
#ifndef MAILSPEC_CLI_OPTIONS_H
#define MAILSPEC_CLI_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"

enum option_id {
    OPTION_SERVER,
    OPTION_CLIENT,
    OPTION_LISTEN,
    OPTION_SELF,
    OPTION_TARGET,
    OPTION_SOURCE,
    OPTION_DOMAIN,
    OPTION_UNKNOWN_USER,
    OPTION_RELAY_DOMAIN,
    OPTION_USER,
    OPTION_START_WITH,
    OPTION_TLS_MIN,
    OPTION_TLS_MAX,
    OPTION_TLS_CIPHERS,
    OPTION_TLS_NAME,
    OPTION_TLS_CERT,
    OPTION_TLS_KEY,
    OPTION_TLS_CA,
    OPTION_TLS_VERIFY,
    OPTION_INSECURE,
    OPTION_LOGIN,
    OPTION_KEYLOG,
    OPTION_SETTINGS,
    OPTION_SET,
    OPTION_PROFILE,
    OPTION_REPLY,
    OPTION_SEED,
    OPTION_SWEEP,
    OPTION_STORE,
    OPTION_TRANSCRIPTS,
    OPTION_PORT_FILE,
    OPTION_READY_FD,
    OPTION_SESSIONS,
    OPTION_CONTROL,
    OPTION_TLS_FOLDER,
    OPTION_SIDE,
    OPTION_TAG,
    OPTION_FAILED,
    OPTION_SHARD,
    OPTION_JOBS,
    OPTION_REPEAT,
    OPTION_TIME_SCALE,
    OPTION_FOR,
    OPTION_TIMEOUT,
    OPTION_VAR,
    OPTION_KEEP_GOING,
    OPTION_RECORD,
    OPTION_ACCEPT,
    OPTION_SHRINK,
    OPTION_FAIL_ON,
    OPTION_KNOWN_FAILING,
    OPTION_OUT,
    OPTION_REPORT,
    OPTION_JUNIT_STRICT,
    OPTION_PCAP,
    OPTION_TRACE,
    OPTION_VERBOSE,
    OPTION_SHOW_SECRETS,
    OPTION_QUIET,
    OPTION_COLOR,
    OPTION_FORMAT,
    OPTION_TABLE,
    OPTION_FAULT,
    OPTION_SCENARIOS,
    OPTION_CHECK,
    OPTION_WRITE,
    OPTION_TO,
    OPTION_FROM,
    OPTION_SUBJECT,
    OPTION_HEADER,
    OPTION_CC,
    OPTION_BCC,
    OPTION_BODY,
    OPTION_BODY_FILE,
    OPTION_ATTACH,
    OPTION_EML,
    OPTION_EHLO,
    OPTION_BDAT,
    OPTION_NOTIFY,
    OPTION_RET,
    OPTION_ENVID,
    OPTION_ALL,
    OPTION_TEXT,
    OPTION_ATTACHMENTS,
    OPTION_DELETE,
    OPTION_COUNT_OF,
    OPTION_NOT,
    OPTION_PRINT,
    OPTION_REMOVE,
    OPTION_NO_CONFIG,
    OPTION_HELP,
    OPTION_COUNT
};

/* Which subcommands know an option. */
enum option_verb {
    VERB_RUN = 1,
    VERB_SERVE = 2,
    VERB_LIST = 4,
    VERB_SHOW = 8,
    VERB_LINT = 16,
    VERB_FMT = 32,
    VERB_SELFTEST = 64,
    VERB_WAIT = 128,
    VERB_TELL = 256,
    VERB_REPORT = 512,
    VERB_IMPORT = 1024,
    VERB_COVERAGE = 2048,
    VERB_CHECK = 4096,
    VERB_SEND = 8192,
    VERB_FETCH = 16384,
    VERB_ALL = 32767
};

struct option_row {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* what the value is called; NULL: a switch */
    unsigned verbs;       /* set of enum option_verb */
    bool repeatable;
    const char *group; /* heading in --help */
    const char *help;
};

enum option_origin {
    ORIGIN_NONE,
    ORIGIN_USER_FILE,
    ORIGIN_PROJECT_FILE,
    ORIGIN_ENVIRONMENT,
    ORIGIN_COMMAND_LINE
};

struct option_value {
    const char **values;
    size_t count;
    enum option_origin origin;
    const char *where; /* "--jobs", "MAILSPEC_JOBS", "mailspec.conf:3" */
};

struct options {
    const char *program; /* as it was called */
    struct option_value value[OPTION_COUNT];
    const char **operands;
    size_t operand_count;
};

const struct option_row *option_row(enum option_id id);

/*
 * Read the words behind the subcommand and, unless --no-config is among them, environment and files. Everything lives in
 * `arena`. -1: a usage error.
 */
int options_read(struct options *options, unsigned verb, int argc, char **argv, struct arena *arena,
                 struct error *error);

/* The last value, or NULL. */
const char *options_get(const struct options *options, enum option_id id);
bool options_given(const struct options *options, enum option_id id);
/* Values within bounds, or `otherwise` when not given; -1 and an error that names the place. */
int options_number(const struct options *options, enum option_id id, unsigned max,
                   unsigned otherwise, unsigned *value_r, struct error *error);
int options_factor(const struct options *options, enum option_id id, double *value_r,
                   struct error *error);
/* Index of the value in `words`; `otherwise` when not given. */
int options_choice(const struct options *options, enum option_id id, const char *const *words,
                   size_t count, unsigned otherwise, unsigned *value_r, struct error *error);

#endif
