/* command_check - judge stored transcripts and pasted dialogues, without any network */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/shell_word.h"
#include "cli/again.h"
#include "cli/check_files.h"
#include "cli/collect.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "judge/judge.h"
#include "record/redact_sink.h"

enum { SIDE_SETS = 4 }; /* of client and server */

struct check {
    const struct options *options;
    struct arena *arena;
    struct check_files files;
    struct rule_set rules;
    unsigned sides; /* --side; 0: as each transcript says */
    struct reporter_options reporter;
    struct run_info info;
    struct known_failing *known;
    struct output *output;
    struct collector *collector;
    struct redact_sink *shown;
    const char *again;               /* the command that judges once more, without a file */
    struct judge *judges[SIDE_SETS]; /* by the set of sides; [0] is NULL */
    struct judge *judge;             /* of the session under way */
    size_t not_ok;
    size_t judged; /* sessions in which something was said */
    struct error report_error;
};

/* ---- Options ---- */

static int read_side(struct check *check, struct error *error)
{
    static const char *const words[] = {"tested", "client", "server", "both"};
    static const unsigned sets[] = {0, JUDGE_CLIENTS, JUDGE_SERVERS, JUDGE_CLIENTS | JUDGE_SERVERS};
    unsigned number = 0;
    if (options_choice(check->options, OPTION_SIDE, words, sizeof words / sizeof words[0], 0,
                       &number, error) != 0) {
        return -1;
    }
    check->sides = sets[number];
    return 0;
}

static int read_known_failing(struct check *check, struct error *error)
{
    const struct option_value *value = &check->options->value[OPTION_KNOWN_FAILING];
    check->known = known_failing_new(check->arena);
    for (size_t i = 0; i < value->count; i++) {
        if (known_failing_read(check->known, value->values[i], error) != 0) {
            return -1;
        }
    }
    return 0;
}

static int read_options(struct check *check, struct error *error)
{
    const struct options *options = check->options;
    return reporter_from_options(options, &check->reporter, error) != 0 ||
                   fail_on_from_options(options, &check->info.fail_on, error) != 0 ||
                   read_side(check, error) != 0 || read_known_failing(check, error) != 0
               ? -1
               : 0;
}

/* Does `path` lie in the folder? */
static bool is_below(const char *path, const char *folder)
{
    char *real = realpath(path, NULL);
    char *above = realpath(folder, NULL);
    const size_t n = above != NULL ? strlen(above) : 0;
    const bool below = real != NULL && n > 0 && strncmp(real, above, n) == 0 &&
                       (real[n] == '/' || real[n] == '\0');
    free(real);
    free(above);
    return below;
}

/* The folder of a run has its reports beside the transcripts: they are not to be had again. */
static int check_place(const struct check *check, struct error *error)
{
    const struct options *options = check->options;
    const char *folder = options_get(options, OPTION_OUT);
    for (size_t i = 0; i < options->operand_count && folder != NULL; i++) {
        if (is_below(options->operands[i], folder)) {
            return error_set(error,
                             "%s: the reports of the run whose transcripts are checked stand "
                             "in %s: name another folder",
                             options->value[OPTION_OUT].where, folder);
        }
    }
    return 0;
}

/* ---- What is told ---- */

/* A transcript says who was put to the test; whom nobody tested, nobody accuses unasked. */
static struct judge *judge_of(const struct check *check, const struct event *begin)
{
    return check->judges[check->sides != 0 ? check->sides : begin->tested % SIDE_SETS];
}

/* Where nobody was judged, nothing passes. */
static void tell_shown(const struct check *check, const struct event *shown)
{
    struct event_sink sink = redact_sink_events(check->shown);
    struct outcome outcome = {.actual_offset = BYTES_NONE};
    struct event event = *shown;
    if (shown->kind == EVENT_CASE_END && check->judge == NULL &&
        shown->outcome->verdict == VERDICT_PASS) {
        outcome.verdict = VERDICT_SKIP;
        outcome.reason = "nobody was put to the test in it: --side says whom to judge";
        event.outcome = &outcome;
    }
    event_emit(&sink, &event);
}

static void on_event(void *self, const struct event *shown, const struct event *judged)
{
    struct check *check = self;
    if (shown->kind == EVENT_CASE_BEGIN) {
        check->judge = judge_of(check, shown);
    }
    /* The judge before the collector: findings belong to a case that has not ended. */
    if (judged != NULL && check->judge != NULL) {
        struct event_sink sink = judge_sink(check->judge);
        event_emit(&sink, judged);
    }
    tell_shown(check, shown);
}

/* What the scenario said is told, and no finding of these sessions. */
static void on_finding(void *self, const struct finding *finding)
{
    const struct check *check = self;
    struct finding_sink sink = redact_sink_findings(check->shown);
    if (!finding->by_script) {
        sink.on_finding(sink.self, finding);
    }
}

static const char *selector_of(void *self, size_t number)
{
    const struct check *check = self;
    struct buf word = {0};
    shell_word_append(&word, check_files_of(&check->files, number)->path);
    const char *selector = arena_text(check->arena, buf_bytes(&word));
    buf_deinit(&word);
    return selector;
}

/* What came by standard input stands nowhere. */
static const char *transcript_of(void *self, size_t number)
{
    const struct check *check = self;
    const char *path = check_files_of(&check->files, number)->path;
    return strcmp(path, "-") == 0 ? NULL : path;
}

static void on_case(void *self, const struct case_result *result)
{
    struct check *check = self;
    check->not_ok +=
        verdict_outcome(result->verdict, check->info.fail_on) == OUTCOME_NOT_OK ? 1 : 0;
    check->judged += result->verdict != VERDICT_SKIP ? 1 : 0;
    output_case(check->output, result, OUTPUT_ALL);
}

/* ---- Judging ---- */

static void begin(struct check *check)
{
    struct clock clock = clock_system();
    check->info.version = MAILSPEC_VERSION;
    check->info.target_name = "stored sessions";
    check->info.wall_us = clock_wall_us(&clock);
    check->info.case_count = check->files.sessions;
    check->info.whole_count = check->files.sessions;
    struct redact *redact = redact_new(NULL, 0);
    check->again = again_check(check->options, redact, check->arena);
    redact_free(&redact);
    check->info.command = arena_text(check->arena, bytes_trim(bytes_of(check->again)));
    output_begin(check->output, &check->info);
}

static void join(struct check *check)
{
    const struct collector_config config = {
        .rules = &check->rules,
        .known = check->known,
        .case_count = check->files.sessions,
        .program_count = check->files.sessions,
        .repeat = 1,
        .keep_wire = check->reporter.trace == TRACE_ALL,
        .again = check->again,
        .selector = selector_of,
        .transcript = transcript_of,
        .on_case = on_case,
        .self = check,
    };
    check->collector = collector_new(&config);
    check->shown = redact_sink_new(redact_new(NULL, 0), collector_event_sink(check->collector),
                                   collector_finding_sink(check->collector));
    for (unsigned sides = 1; sides < SIDE_SETS; sides++) {
        check->judges[sides] =
            judge_new(&check->rules, sides, (struct finding_sink){on_finding, check});
    }
}

static void judge_all(struct check *check)
{
    const struct stored_sink sink = {on_event, check};
    struct run_summary summary = {0};
    begin(check);
    join(check);
    check_files_tell(&check->files, check->arena, &sink);
    collector_finish(check->collector, &summary);
    if (check->files.problem_count > 0) {
        print_problems(&check->files.problems);
        summary.broken_off = "a transcript cannot be read any more";
    }
    (void)output_end(check->output, &summary, &check->report_error);
    for (unsigned sides = 1; sides < SIDE_SETS; sides++) {
        judge_free(&check->judges[sides]);
    }
    redact_sink_free(&check->shown);
    collector_free(&check->collector);
}

static enum exit_status status_of(const struct check *check)
{
    if (check->report_error.text[0] != '\0') {
        return complain(EXIT_REPORT, "%s", check->report_error.text);
    }
    if (check->files.problem_count > 0) {
        return EXIT_SCENARIO;
    }
    if (check->not_ok > 0) {
        return EXIT_NOT_ACCEPTABLE;
    }
    return check->judged > 0
               ? EXIT_ACCEPTABLE
               : complain(EXIT_NOTHING, "nothing could be judged: nothing was said in any session, "
                                        "or nobody was put to the test in it");
}

/* Nothing can be judged: the reports say why, so that none of an earlier time is taken for one of this. */
static enum exit_status not_begun(struct check *check, enum exit_status status, const char *why)
{
    const struct run_summary summary = {.broken_off = why, .not_run = check->files.sessions};
    begin(check);
    (void)output_end(check->output, &summary, &check->report_error);
    return check->report_error.text[0] == '\0' ? status : status_of(check);
}

/* Nor is a transcript: no report takes its place. */
static int spare_files(const struct check *check, struct error *error)
{
    const struct check_files *files = &check->files;
    const char **paths = arena_array(check->arena, files->count + 1, sizeof *paths);
    for (size_t i = 0; i < files->count; i++) {
        paths[i] = files->files[i].path;
    }
    return output_spares(check->output, paths, files->count, NULL, "transcript", error);
}

static enum exit_status judge_files(struct check *check)
{
    struct error error = {""};
    const struct options *options = check->options;
    if (check_files_open(&check->files, options->operands, options->operand_count, check->arena,
                         &error) != 0) {
        return not_begun(check, complain(EXIT_NOTHING, "%s", error.text), error.text);
    }
    if (spare_files(check, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    if (check->files.problem_count > 0) {
        print_problems(&check->files.problems);
        return not_begun(check, EXIT_SCENARIO, "a transcript cannot be read");
    }
    judge_all(check);
    return status_of(check);
}

enum exit_status command_check(const struct options *options, struct arena *arena)
{
    struct check check = {.options = options, .arena = arena};
    struct error error = {""};
    bool unwritable = false;
    if (options->operand_count == 0) {
        return complain(EXIT_USAGE, "no transcript is named, as in: mailspec check "
                                    "mailspec-out/transcripts");
    }
    if (read_options(&check, &error) != 0 || check_place(&check, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    enum exit_status status = rules_load(options, arena, &check.rules);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    check.output = output_new(options, &check.reporter, arena, &unwritable, &error);
    if (check.output == NULL) {
        return complain(unwritable ? EXIT_REPORT : EXIT_USAGE, "%s", error.text);
    }
    status = judge_files(&check);
    output_say_where(check.output, NULL);
    output_free(&check.output);
    check_files_deinit(&check.files);
    return status;
}
