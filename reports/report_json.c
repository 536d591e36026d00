/* JSON for programs: reports/schema/run-1.json says what is in it. */
#include <stdlib.h>

#include "base/mem.h"
#include "reports/json_case.h"
#include "reports/kinds.h"
#include "reports/show.h"
#include "reports/tally.h"

struct reporter {
    struct reporter_options options;
    struct buf *out;
    struct run_info info;
    struct tally tally;
    struct buf cases; /* each as it will stand in the report: text takes less room than objects */
};

enum {
    JSON_STYLE = JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(15),
};
static const char case_indent[] = "    ";

static struct reporter *report_json_create(const struct reporter_options *options, struct buf *out)
{
    struct reporter *reporter = mem_alloc(sizeof *reporter);
    reporter->options = *options;
    reporter->options.colour = false;
    reporter->out = out;
    return reporter;
}

static void report_json_begin(struct reporter *reporter, const struct run_info *info)
{
    reporter->info = *info;
}

static int append_piece(const char *piece, size_t size, void *self)
{
    buf_append(self, bytes_make(piece, size));
    return 0;
}

/* An object as it stands among the cases. Strings have no line ends in them. */
static void append_indented(struct buf *out, struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    const char *before = "";
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_printf(out, "%s%s", before, case_indent);
        buf_append(out, line);
        before = "\n";
    }
}

static void report_json_case_done(struct reporter *reporter, const struct case_result *result)
{
    struct buf text = {0};
    json_t *object = json_case(result, &reporter->options, reporter->info.fail_on);
    tally_add(&reporter->tally, result);
    (void)json_dump_callback(object, append_piece, &text, JSON_STYLE);
    buf_append_text(&reporter->cases, reporter->cases.n > 0 ? ",\n" : "");
    append_indented(&reporter->cases, buf_bytes(&text));
    json_decref(object);
    buf_deinit(&text);
}

static json_t *shard_object(const struct run_info *info)
{
    if (info->shard == 0) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "count", json_integer(info->shard_count));
    json_object_set_new(object, "index", json_integer(info->shard));
    json_object_set_new(object, "whole_count", json_integer((json_int_t)info->whole_count));
    return object;
}

static json_t *info_object(const struct run_info *info, enum report_trace trace)
{
    struct buf started = {0};
    show_time(&started, info->wall_us, false);
    json_t *object = json_object();
    json_object_set_new(object, "case_count", json_integer((json_int_t)info->case_count));
    json_object_set_new(object, "command", json_text(info->command));
    json_object_set_new(object, "fail_on", json_string(show_fail_on(info->fail_on)));
    json_object_set_new(object, "shard", shard_object(info));
    if (info->shows_secrets) {
        json_object_set_new(object, "shows_secrets", json_true());
    }
    json_object_set_new(object, "started", json_string(buf_text(&started)));
    json_object_set_new(object, "target_name", json_text(info->target_name));
    json_object_set_new(object, "target_url", json_text(info->target_url));
    json_object_set_new(object, "trace", json_string(show_trace(trace)));
    json_object_set_new(object, "version", json_text(info->version));
    buf_deinit(&started);
    return object;
}

static json_t *broken_rules(const struct tally *tally)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tally->count; i++) {
        const struct tally_rule *row = &tally->rules[i];
        json_t *object = json_rule(row->rule);
        json_object_set_new(object, "cases", json_integer((json_int_t)row->cases));
        json_object_set_new(object, "known_failing", json_integer((json_int_t)row->known));
        json_object_set_new(object, "verdict", json_string(verdict_name(row->verdict)));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *absences_array(const struct run_summary *summary)
{
    json_t *array = json_array();
    for (size_t i = 0; i < summary->absence_count; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "cut", json_boolean(summary->absences[i].cut));
        json_object_set_new(object, "text", json_text(summary->absences[i].text));
        json_array_append_new(array, object);
    }
    return array;
}

/* What is seldom there is left out where it is not. */
static void add_seldom(json_t *object, const struct run_summary *summary)
{
    if (summary->absence_count > 0) {
        json_object_set_new(object, "absences", absences_array(summary));
    }
    if (summary->remark_count > 0) {
        json_object_set_new(object, "remarks", json_texts(summary->remarks, summary->remark_count));
    }
    if (summary->out_of_time > 0) {
        json_object_set_new(object, "out_of_time", json_integer((json_int_t)summary->out_of_time));
    }
}

static json_t *summary_object(const struct reporter *reporter, const struct run_summary *summary)
{
    static const enum verdict_outcome outcomes[] = {OUTCOME_OK, OUTCOME_NOT_OK, OUTCOME_NEUTRAL};
    struct buf sentence = {0};
    bool acceptable = tally_acceptable(&reporter->info, summary, &sentence);
    json_t *object = json_object();
    json_t *counts = json_object();
    json_t *by_outcome = json_object();
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        json_object_set_new(counts, verdict_name(verdict),
                            json_integer((json_int_t)summary->counts[verdict]));
    }
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        size_t count = tally_outcomes(summary, outcomes[i], reporter->info.fail_on);
        json_object_set_new(by_outcome, show_outcome(outcomes[i]), json_integer((json_int_t)count));
    }
    add_seldom(object, summary);
    json_object_set_new(object, "acceptable", json_boolean(acceptable));
    json_object_set_new(object, "broken_off", json_text(summary->broken_off));
    json_object_set_new(object, "broken_rules", broken_rules(&reporter->tally));
    json_object_set_new(object, "counts", counts);
    json_object_set_new(object, "duration_ms", json_ms(summary->duration_us));
    json_object_set_new(object, "interrupted", json_boolean(summary->interrupted));
    json_object_set_new(object, "not_run", json_integer((json_int_t)summary->not_run));
    json_object_set_new(object, "outcomes", by_outcome);
    json_object_set_new(object, "sentence", json_string(buf_text(&sentence)));
    buf_deinit(&sentence);
    return object;
}

/* The members stand in the order of their names: the cases come first. */
static void report_json_end(struct reporter *reporter, const struct run_summary *summary)
{
    struct buf *out = reporter->out;
    struct buf rest = {0};
    json_t *run = json_object();
    json_object_set_new(run, "schema", json_string("mailspec-run/1"));
    json_object_set_new(run, "info", info_object(&reporter->info, reporter->options.trace));
    json_object_set_new(run, "summary", summary_object(reporter, summary));
    (void)json_dump_callback(run, append_piece, &rest, JSON_STYLE);
    buf_append_text(out, reporter->cases.n > 0 ? "{\n  \"cases\": [\n" : "{\n  \"cases\": [");
    buf_append(out, buf_bytes(&reporter->cases));
    buf_append_text(out, reporter->cases.n > 0 ? "\n  ]," : "],");
    buf_append(out, bytes_skip(buf_bytes(&rest), 1)); /* behind the "{" */
    buf_append_octet(out, '\n');
    buf_deinit(&rest);
    json_decref(run);
}

static void report_json_destroy(struct reporter *reporter)
{
    if (reporter != NULL) {
        buf_deinit(&reporter->cases);
        tally_deinit(&reporter->tally);
        free(reporter);
    }
}

const struct reporter_kind report_json = {
    .name = "json",
    .create = report_json_create,
    .begin = report_json_begin,
    .case_done = report_json_case_done,
    .end = report_json_end,
    .destroy = report_json_destroy,
};
