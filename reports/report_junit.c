/*
 * JUnit XML in the dialect that GitLab, Jenkins, GitHub actions and their kin all read.
 *
 * A suite is a folder of case ids. Cases are written as they come, into the buffer of their suite, because the counts
 * stand in front of them. Exactly one of failure, error and skipped is in a test case, or none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/junit_case.h"
#include "reports/kinds.h"
#include "reports/show.h"
#include "reports/tally.h"

struct junit_suite {
    char *name;
    size_t counts[JUNIT_RESULT_COUNT];
    int64_t duration_us;
    struct buf cases;
};

struct reporter {
    struct reporter_options options;
    struct buf *out;
    struct run_info info;
    struct junit_suite *suites;
    size_t suite_count;
    size_t suite_capacity;
};

static struct reporter *report_junit_create(const struct reporter_options *options, struct buf *out)
{
    struct reporter *reporter = mem_alloc(sizeof *reporter);
    reporter->options = *options;
    reporter->options.colour = false;
    reporter->out = out;
    return reporter;
}

static void report_junit_begin(struct reporter *reporter, const struct run_info *info)
{
    reporter->info = *info;
}

/* The suite of that name, in order of first appearance. */
static struct junit_suite *suite_of(struct reporter *reporter, const char *name)
{
    for (size_t i = 0; i < reporter->suite_count; i++) {
        if (strcmp(reporter->suites[i].name, name) == 0) {
            return &reporter->suites[i];
        }
    }
    reporter->suites = mem_grow(reporter->suites, reporter->suite_count, &reporter->suite_capacity,
                                sizeof reporter->suites[0]);
    struct junit_suite *suite = &reporter->suites[reporter->suite_count++];
    *suite = (struct junit_suite){.name = mem_strdup(name)};
    return suite;
}

static void report_junit_case_done(struct reporter *reporter, const struct case_result *result)
{
    struct buf name = {0};
    junit_class_name(&name, result);
    struct junit_suite *suite = suite_of(reporter, buf_text(&name));
    enum junit_result kind = junit_result_of(result->verdict, reporter->info.fail_on);
    suite->counts[kind]++;
    suite->duration_us += result->duration_us;
    junit_case(&suite->cases, result, &reporter->options, reporter->info.fail_on);
    buf_deinit(&name);
}

/* ---- The end ---- */

static void say_crashes(const struct run_summary *summary, struct buf *why)
{
    for (size_t i = 0; i < summary->absence_count; i++) {
        if (summary->absences[i].cut) {
            buf_append_text(why, why->n > 0 ? "; " : "");
            show_text(why, summary->absences[i].text);
        }
    }
}

/* What kept cases from being run is an error of its own: a report without it would look complete. */
static void add_run_error(struct reporter *reporter, const struct run_summary *summary)
{
    struct buf why = {0};
    bool whole = false;
    if (summary->broken_off != NULL) {
        buf_append_text(&why, "The run broke off: ");
        show_text(&why, summary->broken_off);
    } else if (summary->interrupted) {
        buf_append_text(&why, "The run was interrupted");
    } else if (tally_crashes_count(summary, reporter->info.fail_on)) {
        say_crashes(summary, &why);
        whole = true;
    } else if (reporter->suite_count == 0 && !tally_empty_shard(&reporter->info)) {
        buf_append_text(&why, "Nothing was selected");
    }
    if (why.n > 0 && !whole) {
        buf_printf(&why, " (%zu of %zu cases did not run)", summary->not_run,
                   reporter->info.case_count);
    }
    if (why.n > 0) {
        struct junit_suite *suite = suite_of(reporter, "mailspec");
        suite->counts[JUNIT_ERROR]++;
        junit_run_error(&suite->cases, buf_text(&why));
    }
    buf_deinit(&why);
}

static void write_count(xmlTextWriterPtr writer, const char *name, size_t count)
{
    struct buf text = {0};
    buf_printf(&text, "%zu", count);
    junit_attribute(writer, name, buf_text(&text));
    buf_deinit(&text);
}

static void write_time(xmlTextWriterPtr writer, int64_t duration_us)
{
    struct buf text = {0};
    show_seconds(&text, duration_us);
    junit_attribute(writer, "time", buf_text(&text));
    buf_deinit(&text);
}

static size_t suite_total(const struct junit_suite *suite)
{
    size_t total = 0;
    for (size_t i = 0; i < JUNIT_RESULT_COUNT; i++) {
        total += suite->counts[i];
    }
    return total;
}

static void write_property(xmlTextWriterPtr writer, const char *name, const char *value)
{
    if (value != NULL) {
        struct buf shown = {0};
        show_text(&shown, value);
        (void)xmlTextWriterStartElement(writer, junit_chars("property"));
        junit_attribute(writer, "name", name);
        junit_attribute(writer, "value", buf_text(&shown));
        (void)xmlTextWriterEndElement(writer);
        buf_deinit(&shown);
    }
}

static void write_suite(struct reporter *reporter, xmlTextWriterPtr writer,
                        struct junit_suite *suite)
{
    const struct run_info *info = &reporter->info;
    struct buf started = {0};
    show_time(&started, info->wall_us, true);
    (void)xmlTextWriterStartElement(writer, junit_chars("testsuite"));
    junit_attribute(writer, "name", suite->name);
    write_count(writer, "tests", suite_total(suite));
    write_count(writer, "failures", suite->counts[JUNIT_FAILURE]);
    write_count(writer, "errors", suite->counts[JUNIT_ERROR]);
    write_count(writer, "skipped", suite->counts[JUNIT_SKIPPED]);
    write_time(writer, suite->duration_us);
    junit_attribute(writer, "timestamp", buf_text(&started));
    (void)xmlTextWriterStartElement(writer, junit_chars("properties"));
    write_property(writer, "target", info->target_name);
    write_property(writer, "target-url", info->target_url);
    write_property(writer, "mailspec-version", info->version);
    write_property(writer, "fail-on", show_fail_on(info->fail_on));
    write_property(writer, "command", info->command);
    if (info->shows_secrets) {
        write_property(writer, "secrets", SHOW_OPEN_NOTE);
    }
    (void)xmlTextWriterEndElement(writer);
    (void)xmlTextWriterWriteRaw(writer, junit_chars(buf_text(&suite->cases)));
    (void)xmlTextWriterEndElement(writer);
    buf_deinit(&started);
}

static void write_document(struct reporter *reporter, xmlTextWriterPtr writer,
                           const struct run_summary *summary)
{
    struct junit_suite all = {0};
    for (size_t i = 0; i < reporter->suite_count; i++) {
        for (size_t k = 0; k < JUNIT_RESULT_COUNT; k++) {
            all.counts[k] += reporter->suites[i].counts[k];
        }
    }
    (void)xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
    (void)xmlTextWriterStartElement(writer, junit_chars("testsuites"));
    junit_attribute(writer, "name", "mailspec");
    write_count(writer, "tests", suite_total(&all));
    write_count(writer, "failures", all.counts[JUNIT_FAILURE]);
    write_count(writer, "errors", all.counts[JUNIT_ERROR]);
    write_time(writer, summary->duration_us);
    for (size_t i = 0; i < reporter->suite_count; i++) {
        write_suite(reporter, writer, &reporter->suites[i]);
    }
    (void)xmlTextWriterEndDocument(writer);
}

static void report_junit_end(struct reporter *reporter, const struct run_summary *summary)
{
    add_run_error(reporter, summary);
    struct junit_writer writer;
    if (junit_writer_init(&writer)) {
        write_document(reporter, writer.xml, summary);
        junit_writer_deinit(&writer, reporter->out);
    }
}

static void report_junit_destroy(struct reporter *reporter)
{
    if (reporter == NULL) {
        return;
    }
    for (size_t i = 0; i < reporter->suite_count; i++) {
        free(reporter->suites[i].name);
        buf_deinit(&reporter->suites[i].cases);
    }
    free(reporter->suites);
    free(reporter);
}

const struct reporter_kind report_junit = {
    .name = "junit",
    .create = report_junit_create,
    .begin = report_junit_begin,
    .case_done = report_junit_case_done,
    .end = report_junit_end,
    .destroy = report_junit_destroy,
};
