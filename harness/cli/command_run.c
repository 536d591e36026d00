/* command_run - run scenarios against a server or a client, and report */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/file.h"
#include "cli/again.h"
#include "cli/faults.h"
#include "cli/record.h"
#include "cli/run_command.h"
#include "cli/shrink.h"
#include "cli/tags.h"
#include "cli/target_commands.h"
#include "cli/target_options.h"
#include "record/transcript.h"
#include "reports/show.h"
#include "reports/tally.h"

/* ---- options ---- */

static int read_numbers(struct run_command *run, struct error *error)
{
    const struct options *options = run->options;
    if (options_number(options, OPTION_JOBS, JOBS_MAX, 0, &run->request.jobs, error) != 0 ||
        options_number(options, OPTION_REPEAT, RUNS_MAX, 1, &run->request.repeat, error) != 0 ||
        options_factor(options, OPTION_TIME_SCALE, &run->request.time_scale, error) != 0 ||
        fail_on_from_options(options, &run->info.fail_on, error) != 0 ||
        reporter_from_options(options, &run->reporter, error) != 0) {
        return -1;
    }
    const char *for_text = options_get(options, OPTION_FOR);
    if (for_text != NULL &&
        (!duration_read(bytes_of(for_text), &run->request.for_ms) || run->request.for_ms == 0)) {
        return error_set(error, "%s: expected a time such as 60s, found \"%s\"",
                         options->value[OPTION_FOR].where, for_text);
    }
    run->request.keep_going = options_given(options, OPTION_KEEP_GOING);
    run->request.show_secrets = options_given(options, OPTION_SHOW_SECRETS);
    run->request.keep_wire = run->reporter.trace == TRACE_ALL;
    return 0;
}

static int read_variables(struct run_command *run, struct error *error)
{
    const struct option_value *value = &run->options->value[OPTION_VAR];
    struct engine_variable *variables =
        arena_array(run->arena, value->count + 1, sizeof *variables);
    for (size_t i = 0; i < value->count; i++) {
        const char *equals = strchr(value->values[i], '=');
        if (equals == NULL || equals == value->values[i]) {
            return error_set(error, "%s: expected NAME=VALUE, found \"%s\"", value->where,
                             value->values[i]);
        }
        size_t n = (size_t)(equals - value->values[i]);
        variables[i].name = arena_text(run->arena, bytes_make(value->values[i], n));
        variables[i].value = equals + 1;
    }
    run->request.variables = variables;
    run->request.variable_count = value->count;
    return 0;
}

static int read_known_failing(struct run_command *run, struct error *error)
{
    const struct option_value *value = &run->options->value[OPTION_KNOWN_FAILING];
    struct known_failing *known = known_failing_new(run->arena);
    for (size_t i = 0; i < value->count; i++) {
        if (known_failing_read(known, value->values[i], error) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < run->target.known_failing_count; i++) {
        if (known_failing_read(known, run->target.known_failing[i], error) != 0) {
            return -1;
        }
    }
    run->request.known = known;
    return 0;
}

static void know_secrets(struct run_command *run)
{
    const struct target *target = &run->target;
    const char **secrets = arena_array(run->arena, target->user_count + 1, sizeof *secrets);
    for (size_t i = 0; i < target->user_count; i++) {
        secrets[i] = target->users[i].secret;
    }
    run->redact =
        run->request.show_secrets ? redact_new_open() : redact_new(secrets, target->user_count);
}

/* Without the secrets of the users; NULL stays NULL. */
static const char *shown(struct run_command *run, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    struct buf hidden = {0};
    redact_text(run->redact, bytes_of(text), &hidden);
    const char *copy = arena_text(run->arena, buf_bytes(&hidden));
    buf_deinit(&hidden);
    return copy;
}

/* ---- what happens during the run ---- */

static const char *urls_of(struct run_command *run, const struct target *target)
{
    const char *mail = target->mail.url;
    const char *pop3 = target->pop3.url;
    if (mail != NULL && pop3 != NULL) {
        return arena_printf(run->arena, "%s %s", mail, pop3);
    }
    if (target->client.kind == CLIENT_COMMAND) {
        return target->client.command;
    }
    if (target->client.kind == CLIENT_LISTEN) {
        mail = target->client.mail.url;
        pop3 = target->client.pop3.url;
    }
    return mail != NULL ? mail : pop3;
}

static void on_begin(void *self, const struct target *target)
{
    struct run_command *run = self;
    struct clock clock = clock_system();
    run->info.version = MAILSPEC_VERSION;
    run->info.target_name = shown(run, target->name);
    run->info.target_url = shown(run, urls_of(run, target));
    run->info.wall_us = clock_wall_us(&clock);
    run->info.case_count = run->suite != NULL ? suite_count(run->suite) * run->request.repeat : 0;
    run->info.shows_secrets = run->request.show_secrets;
    run->info.shard = run->shard.index;
    run->info.shard_count = run->shard.count;
    run->info.whole_count =
        run->suite != NULL ? suite_whole(run->suite) * run->request.repeat : run->info.case_count;
    run->info.command = arena_text(run->arena, bytes_trim(bytes_of(run->request.again)));
    run->begun = true;
    output_begin(run->output, &run->info);
    progress_init(&run->progress, run->info.case_count, "cases");
}

/* Where a client finds its case; on standard error, for the report may go to standard output. */
static void on_listening(void *self, const struct program *program, const char *text)
{
    struct run_command *run = self;
    progress_erase(&run->progress);
    fprintf(stderr, "%s%s%s\n", text, program == NULL ? "" : "  ",
            program == NULL ? "" : program->id);
}

static void on_event(void *self, const struct event *event)
{
    struct run_command *run = self;
    progress_event(&run->progress, event);
    shrink_event(run->shrink, event);
}

/* Reports of parts have the numbers of the whole, by which they can be joined. */
static void tell(struct run_command *run, const struct case_result *result, enum output_which which)
{
    struct case_result told = *result;
    size_t cases = suite_count(run->suite);
    told.case_number = suite_position(run->suite, result->case_number % cases) +
                       result->case_number / cases * suite_whole(run->suite);
    progress_erase(&run->progress);
    output_case(run->output, &told, which);
}

static void on_ended(void *self, const struct case_result *result)
{
    tell(self, result, OUTPUT_IN_ANY_ORDER);
}

static void on_case(void *self, const struct case_result *result)
{
    struct run_command *run = self;
    enum verdict_outcome outcome = verdict_outcome(result->verdict, run->info.fail_on);
    run->counts[outcome]++;
    if (outcome == OUTCOME_NOT_OK || result->verdict == VERDICT_INCONCLUSIVE) {
        buf_printf(&run->state.ids, "%s\n", result->program->id);
    }
    shrink_result(run->shrink, result);
    tell(run, result, OUTPUT_IN_ORDER);
}

/* Does whoever reads standard error see the console report, too? Then nothing is said twice. */
static bool console_tells(const struct run_command *run)
{
    return output_has_console(run->output) && isatty(STDOUT_FILENO) == 1;
}

static void on_end(void *self, const struct run_summary *summary)
{
    struct run_command *run = self;
    struct run_summary told = *summary;
    progress_erase(&run->progress);
    told.broken_off = shown(run, summary->broken_off);
    run->broken_off = told.broken_off != NULL;
    run->interrupted = told.interrupted;
    run->crashed = tally_crashes_count(summary, run->info.fail_on);
    run->cut_short = told.not_run > 0 || told.out_of_time > 0;
    if (run->broken_off && !console_tells(run)) {
        complain(EXIT_TARGET, "%s", told.broken_off);
    }
    output_end(run->output, &told, &run->report_error);
}

static enum exit_status exit_status_of(const struct run_command *run,
                                       const struct error *transcript)
{
    if (run->report_error.text[0] != '\0') {
        return complain(EXIT_REPORT, "%s", run->report_error.text);
    }
    if (transcript->text[0] != '\0') {
        return complain(EXIT_REPORT, "%s", transcript->text);
    }
    if (run->broken_off || run->interrupted) {
        return EXIT_TARGET;
    }
    if (run->counts[OUTCOME_NOT_OK] > 0 || run->crashed) {
        return EXIT_NOT_ACCEPTABLE;
    }
    if (run->counts[OUTCOME_OK] == 0 && console_tells(run)) {
        return EXIT_NOTHING;
    }
    if (run->counts[OUTCOME_OK] == 0) {
        return complain(EXIT_NOTHING, "nothing could be judged: every case was unsupported, "
                                      "skipped or inconclusive");
    }
    return EXIT_ACCEPTABLE;
}

static void say_where(const struct run_command *run)
{
    const char *folder = run->request.transcripts;
    output_say_where(run->output, folder != NULL && file_is_folder(folder) ? folder : NULL);
}

/* No case can be run: the reports say why, as of any other run that broke off. What an earlier run left must not stay. */
static enum exit_status not_begun(struct run_command *run, enum exit_status status, const char *why)
{
    static const struct target built_in = {.name = "built-in server and client"};
    struct error transcript = {""};
    if (!run->begun) {
        on_begin(run, run->request.target != NULL ? run->request.target : &built_in);
    }
    struct run_summary summary = {.broken_off = why, .not_run = run->info.case_count};
    on_end(run, &summary);
    say_where(run);
    return exit_status_of(run, &transcript) == EXIT_REPORT ? EXIT_REPORT : status;
}

/*
 * A part without a case: something was selected, and it stands in the other parts. There is nobody to talk to, and the
 * sentence of the reports says so.
 */
static enum exit_status nothing_in_shard(struct run_command *run)
{
    static const struct target built_in = {.name = "built-in server and client"};
    struct error none = {""};
    struct run_summary summary = {0};
    on_begin(run, run->request.target != NULL ? run->request.target : &built_in);
    on_end(run, &summary);
    say_where(run);
    return run->report_error.text[0] == '\0' ? EXIT_ACCEPTABLE : exit_status_of(run, &none);
}

static enum exit_status execute(struct run_command *run)
{
    struct error error = {""};
    struct error transcript = {""};
    run->shrink = shrink_new(run);
    run->request.suite = run->suite;
    run->request.rules = &run->rules;
    run->request.catch_interrupts = true;
    run->request.on_begin = on_begin;
    run->request.on_listening = on_listening;
    run->request.on_event = on_event;
    run->request.on_case = on_case;
    run->request.on_ended = on_ended;
    run->request.on_end = on_end;
    run->request.self = run;
    if (run_execute(&run->request, &transcript, &error) != 0) {
        return not_begun(run, EXIT_TARGET, error.text);
    }
    say_where(run);
    enum exit_status status = exit_status_of(run, &transcript);
    if (!run->broken_off && !run->interrupted &&
        !run->cut_short) { /* else not all that failed is known */
        state_add_operands(&run->state, run->selection.operands, run->selection.operand_count);
        state_write(&run->state, run->arena);
    }
    if (!run->interrupted) { /* a server that went away may be there again: what took it down is worth knowing */
        enum exit_status shrunk = shrink_execute(run->shrink);
        status = status <= EXIT_NOT_ACCEPTABLE && shrunk != EXIT_ACCEPTABLE ? shrunk : status;
    }
    return status;
}

static bool records(const struct run_command *run)
{
    return options_given(run->options, OPTION_RECORD) || options_given(run->options, OPTION_ACCEPT);
}

/* Also when Start failed half-way there may be something to stop. */
static enum exit_status execute_on_target(struct run_command *run)
{
    struct error error = {""};
    enum exit_status status = EXIT_ACCEPTABLE;
    if (target_start(&run->target, run->redact, run->request.time_scale, &error) == 0) {
        status = records(run) ? record_execute(run) : execute(run);
    } else {
        status = not_begun(run, EXIT_TARGET, error.text);
    }
    if (target_stop(&run->target, run->redact, run->request.time_scale, &error) != 0) {
        enum exit_status stopped = complain(EXIT_TARGET, "%s", error.text);
        status = status == EXIT_ACCEPTABLE ? stopped : status;
    }
    return status;
}

/* The options. Nothing is written before they are all good. */
static enum exit_status prepare(struct run_command *run)
{
    struct error error = {""};
    enum exit_status status = EXIT_ACCEPTABLE;
    bool foreign = false;
    bool unwritable = false;
    if (!faults_read(run->options, false, &run->faults, &status)) {
        return status == EXIT_ACCEPTABLE ? EXIT_COUNT : status;
    }
    run->request.faults = &run->faults;
    if (read_numbers(run, &error) != 0 || read_variables(run, &error) != 0 ||
        target_from_options(run->options, run->arena, &run->target, &foreign, &error) != 0 ||
        read_known_failing(run, &error) != 0 ||
        tags_check(&run->options->value[OPTION_TAG], &error) != 0 ||
        shard_from_options(run->options, &run->shard, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    run->request.target = foreign ? &run->target : NULL;
    if (run->request.jobs == 0) {
        run->request.jobs = foreign ? JOBS_FOREIGN : JOBS_BUILT_IN;
    }
    run->request.tls = &run->target.tls;
    run->request.against_itself = options_given(run->options, OPTION_SELF);
    run->request.rehearse = !foreign && !run->request.against_itself;
    if (foreign && run->request.against_itself) {
        return complain(EXIT_USAGE, "--self plays a dialogue against itself: leave out --server, "
                                    "--client and --target");
    }
    if (record_check(run, &error) != 0 || shrink_check(run, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    know_secrets(run);
    run->request.again = again_command(run->options, run->redact, run->arena);
    status = rules_load(run->options, run->arena, &run->rules);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    run->output = output_new(run->options, &run->reporter, run->arena, &unwritable, &error);
    return run->output != NULL ? EXIT_ACCEPTABLE
                               : complain(unwritable ? EXIT_REPORT : EXIT_USAGE, "%s", error.text);
}

static void prepare_transcripts(struct run_command *run)
{
    const char *out = options_get(run->options, OPTION_OUT);
    if (out != NULL) {
        run->request.transcripts = arena_printf(run->arena, "%s/transcripts", out);
        transcript_clear(run->request.transcripts);
    }
    run->request.pcap = options_get(run->options, OPTION_PCAP);
}

enum exit_status command_run(const struct options *options, struct arena *arena)
{
    struct run_command run = {.options = options, .selection = *options, .arena = arena};
    struct error error = {""};
    enum exit_status status = prepare(&run);
    if (status == EXIT_ACCEPTABLE) {
        prepare_transcripts(&run);
        status = run_select(&run, &error);
        if (status != EXIT_ACCEPTABLE) {
            status = not_begun(&run, status, error.text);
        } else if (suite_count(run.suite) == 0) {
            status = nothing_in_shard(&run);
        } else {
            status = execute_on_target(&run);
        }
    }
    shrink_free(&run.shrink);
    output_free(&run.output);
    redact_free(&run.redact);
    suite_free(&run.suite);
    state_deinit(&run.last);
    state_deinit(&run.state);
    return status == EXIT_COUNT ? EXIT_ACCEPTABLE : status;
}
