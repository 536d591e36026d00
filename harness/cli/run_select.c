/* run_select - which cases are run: operands, --failed, tags, whom the target is, --shard */
#include "base/glob.h"
#include "cli/run_command.h"
#include "cli/tags.h"

/* What failed last time; without operands it is looked for where it was found then. */
static enum exit_status read_failed(struct run_command *run, struct error *error)
{
    if (state_read(&run->last, run->arena, error) != 0) {
        return EXIT_NOTHING;
    }
    if (run->last.ids.n == 0) {
        error_set(error, "--failed: nothing failed last time");
        return EXIT_NOTHING;
    }
    if (run->selection.operand_count == 0) {
        run->selection.operands =
            state_operands(&run->last, run->arena, &run->selection.operand_count);
    }
    return EXIT_ACCEPTABLE;
}

static enum exit_status keep_failed(struct run_command *run, struct error *error)
{
    suite_keep_ids(run->suite, buf_bytes(&run->last.ids));
    if (suite_count(run->suite) > 0) {
        return EXIT_ACCEPTABLE;
    }
    error_set(error, "--failed: what failed last time is not among these cases");
    return EXIT_NOTHING;
}

static enum exit_status check_repeat(const struct run_command *run, struct error *error)
{
    size_t cases = suite_whole(run->suite);
    if (cases <= RUNS_MAX / run->request.repeat) {
        return EXIT_ACCEPTABLE;
    }
    error_set(error, "--repeat: %zu case%s run %u times are %zu; at most %d are run at a time",
              cases, cases == 1 ? "" : "s", run->request.repeat, cases * run->request.repeat,
              RUNS_MAX);
    return EXIT_USAGE;
}

/* A slip in a name would let a case run without its value. What a settings file says may be for other scenarios. */
static enum exit_status check_variables(const struct run_command *run, struct error *error)
{
    const struct option_value *value = &run->options->value[OPTION_VAR];
    struct word_set names = {0};
    enum exit_status status = EXIT_ACCEPTABLE;
    suite_variables(run->suite, &names);
    for (size_t i = 0; value->origin == ORIGIN_COMMAND_LINE && i < value->count; i++) {
        const char *name = run->request.variables[i].name;
        if (!word_set_has(&names, name)) {
            const char *nearest = glob_nearest(bytes_of(name), names.words, names.count);
            error_set(error, "--var: no scenario has {{%s}}%s%s%s", name,
                      nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                      nearest != NULL ? "?" : "");
            status = EXIT_USAGE;
            break;
        }
    }
    word_set_deinit(&names);
    return status;
}

bool run_tests_client(const struct run_command *run)
{
    return run->request.target != NULL && run->target.client.kind != CLIENT_NONE;
}

/* Of the shipped cases those that are about whom we test. */
static enum exit_status keep_tests(struct run_command *run, struct error *error)
{
    bool named = run->request.target != NULL || run->request.against_itself;
    size_t before = suite_count(run->suite);
    enum suite_tests tests = run->request.against_itself ? SUITE_TESTS_ITSELF
                             : run_tests_client(run)     ? SUITE_TESTS_CLIENT
                                                         : SUITE_TESTS_SERVER;
    if (!named || before == 0) {
        return EXIT_ACCEPTABLE;
    }
    suite_keep_tests(run->suite, tests);
    size_t about = suite_count(run->suite);
    if (tests == SUITE_TESTS_CLIENT && run->target.client.speaks_known) {
        suite_keep_protocol(run->suite, run->target.client.speaks == PROTOCOL_POP3);
    }
    if (suite_count(run->suite) > 0) {
        return EXIT_ACCEPTABLE;
    }
    if (about > 0) {
        error_set(error, "the client speaks %s, and none of the cases selected does",
                  protocol_name(run->target.client.speaks));
        return EXIT_NOTHING;
    }
    static const char *const why[] = {
        [SUITE_TESTS_SERVER] = "the cases selected test clients: name one with --client",
        [SUITE_TESTS_CLIENT] = "the cases selected test servers: name one with --server",
        [SUITE_TESTS_ITSELF] = "none of the cases selected can be played from both sides",
    };
    error_set(error, "%s", why[tests]);
    return EXIT_NOTHING;
}

static bool speaks_pop3(const struct program *program)
{
    return program->connection_count > 0 && program->connections[0].protocol == PROTOCOL_POP3;
}

/* What a command speaks that does not tell: what the cases speak, when it is one. */
static enum exit_status settle_protocol(struct run_command *run, struct error *error)
{
    size_t pop3 = 0;
    size_t count = suite_count(run->suite);
    if (!run_tests_client(run) || run->target.client.speaks_known ||
        run->target.client.kind == CLIENT_LISTEN) {
        return EXIT_ACCEPTABLE;
    }
    for (size_t i = 0; i < count; i++) {
        pop3 += speaks_pop3(suite_program(run->suite, i)) ? 1 : 0;
    }
    if (pop3 > 0 && pop3 < count) {
        error_set(error,
                  "what the client speaks is not told: write --client 'smtp:%s' or "
                  "'pop3:...', or Speaks: in the target file",
                  run->target.client.command);
        return EXIT_USAGE;
    }
    run->target.client.speaks = pop3 > 0 ? PROTOCOL_POP3 : PROTOCOL_SMTP;
    return EXIT_ACCEPTABLE;
}

enum exit_status run_select(struct run_command *run, struct error *error)
{
    bool failed = options_given(run->options, OPTION_FAILED);
    enum exit_status status = failed ? read_failed(run, error) : EXIT_ACCEPTABLE;
    if (status == EXIT_ACCEPTABLE) {
        status = suite_open(&run->selection, &run->rules, &run->suite, error);
    }
    if (status == EXIT_ACCEPTABLE) {
        status = check_variables(run, error);
    }
    if (status == EXIT_ACCEPTABLE) {
        status = suite_select_tags(run->options, run->suite, run->arena, error);
    }
    if (status == EXIT_ACCEPTABLE && failed) {
        status = keep_failed(run, error);
    }
    if (status == EXIT_ACCEPTABLE) {
        status = keep_tests(run, error);
    }
    if (status == EXIT_ACCEPTABLE) {
        status = settle_protocol(run, error);
    }
    /* Last of all: only then do the parts make up the whole. */
    if (status == EXIT_ACCEPTABLE && run->shard.count > 0) {
        suite_keep_shard(run->suite, &run->shard);
    }
    return status == EXIT_ACCEPTABLE ? check_repeat(run, error) : status;
}
