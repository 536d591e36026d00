/* command_report - report merge: one report out of the results of several runs; report pcap is report_pcap.c's */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report_pcap.h"
#include "reports/merge.h"
#include "reports/tally.h"

/* A run of 200000 cases that all fail stays below. */
#define RESULT_MAX_OCTETS ((size_t)1 << 30)

enum { RESULTS_MAX = 10000 };

struct report {
    const struct options *options;
    struct arena *arena;
    struct read_result *results;
    size_t count;
    struct buf unread; /* names, separated by commas */
    struct merged merged;
};

static void add_unread(struct report *report, const char *name)
{
    buf_printf(&report->unread, "%s%s", report->unread.n > 0 ? ", " : "", name);
}

/* What cannot be read is told of, and the others are read all the same. */
static void read_results(struct report *report)
{
    const char *const *names = report->options->operands + 1;
    size_t count = report->options->operand_count - 1;
    report->results = arena_array(report->arena, count, sizeof *report->results);
    for (size_t i = 0; i < count; i++) {
        struct buf text = {0};
        struct error error = {""};
        struct read_result *result = &report->results[report->count];
        if (file_read(names[i], RESULT_MAX_OCTETS, &text, &error) != 0) {
            complain(EXIT_SCENARIO, "%s", error.text);
            add_unread(report, names[i]);
        } else if (result_read(names[i], buf_bytes(&text), report->arena, result, &error) != 0) {
            complain(EXIT_SCENARIO, "%s: %s", names[i], error.text);
            add_unread(report, names[i]);
        } else {
            report->count++;
        }
        buf_deinit(&text);
    }
}

static int join(struct report *report, struct error *error)
{
    struct buf notes = {0};
    const char *unread = report->unread.n > 0 ? buf_text(&report->unread) : NULL;
    int failed = merge_results(report->results, report->count, unread, report->arena,
                               &report->merged, &notes, error);
    struct bytes rest = buf_bytes(&notes);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line) && line.n > 0) {
        complain(EXIT_ACCEPTABLE, "%.*s", (int)line.n, (const char *)line.p);
    }
    buf_deinit(&notes);
    return failed;
}

/* --fail-on, else what the runs had. */
static int settle_fail_on(struct report *report, struct error *error)
{
    bool given = options_given(report->options, OPTION_FAIL_ON);
    if (report->merged.fail_on_differs && !given) {
        return error_set(error, "the results were judged under different --fail-on: name one");
    }
    return given ? fail_on_from_options(report->options, &report->merged.info.fail_on, error) : 0;
}

static enum exit_status status_of(const struct report *report)
{
    const struct run_summary *summary = &report->merged.summary;
    enum fail_on fail_on = report->merged.info.fail_on;
    size_t counts[3] = {0};
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        counts[verdict_outcome(verdict, fail_on)] += summary->counts[verdict];
    }
    if (report->unread.n > 0) {
        return EXIT_SCENARIO;
    }
    if (summary->broken_off != NULL) {
        return complain(EXIT_TARGET, "%s", summary->broken_off);
    }
    if (summary->interrupted) {
        return EXIT_TARGET;
    }
    if (counts[OUTCOME_NOT_OK] > 0 || tally_crashes_count(summary, fail_on)) {
        return EXIT_NOT_ACCEPTABLE;
    }
    return counts[OUTCOME_OK] > 0 ? EXIT_ACCEPTABLE : complain(EXIT_NOTHING, "nothing was judged");
}

/* The result of a run is not to be had again, so no report takes its place; that of one alone is written as it was. */
static int check_operands(const struct report *report, const struct output *output,
                          struct error *error)
{
    const struct options *options = report->options;
    return output_spares(output, options->operands + 1, options->operand_count - 1,
                         options->operand_count == 2 ? "json" : NULL, "result", error);
}

static enum exit_status write_reports(struct report *report)
{
    struct error error = {""};
    bool unwritable = false;
    struct reporter_options reporter = {0};
    if (reporter_from_options(report->options, &reporter, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    reporter.trace = report->merged.trace;
    struct output *output =
        output_new(report->options, &reporter, report->arena, &unwritable, &error);
    if (output == NULL) {
        return complain(unwritable ? EXIT_REPORT : EXIT_USAGE, "%s", error.text);
    }
    if (check_operands(report, output, &error) != 0) {
        output_free(&output);
        return complain(EXIT_USAGE, "%s", error.text);
    }
    output_begin(output, &report->merged.info);
    for (size_t i = 0; i < report->merged.case_count; i++) {
        output_case(output, report->merged.cases[i], OUTPUT_ALL);
    }
    int failed = output_end(output, &report->merged.summary, &error);
    output_say_where(output, NULL);
    output_free(&output);
    return failed != 0 ? complain(EXIT_REPORT, "%s", error.text) : status_of(report);
}

static enum exit_status report_merge(struct report *report)
{
    struct error error = {""};
    read_results(report);
    if (join(report, &error) != 0 || settle_fail_on(report, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    return write_reports(report);
}

enum exit_status command_report(const struct options *options, struct arena *arena)
{
    struct report report = {.options = options, .arena = arena};
    const char *word = options->operand_count > 0 ? options->operands[0] : "";
    if (strcmp(word, "pcap") == 0) {
        return report_pcap(options, options->operands + 1, options->operand_count - 1, arena);
    }
    if (options_given(options, OPTION_PCAP)) {
        return complain(EXIT_USAGE, "--pcap is an option of run and of report pcap");
    }
    if (strcmp(word, "merge") != 0) {
        return complain(EXIT_USAGE,
                        word[0] == '\0'
                            ? "report what? as in: mailspec report merge a.json b.json"
                            : "there is no report \"%s\"; there are report merge and report pcap",
                        word);
    }
    if (options->operand_count < 2 || options->operand_count - 1 > RESULTS_MAX) {
        return complain(EXIT_USAGE, "report merge: name from 1 to %d JSON reports of runs",
                        RESULTS_MAX);
    }
    enum exit_status status = report_merge(&report);
    buf_deinit(&report.unread);
    return status;
}
