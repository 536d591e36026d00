#include "reports/result_read.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "reports/json_read.h"
#include "reports/show.h"

static const char schema_name[] = "mailspec-run/1";

enum { CASES_MAX = 1000000, SCHEMA_SHOWN = 32, SHARDS_LIMIT = 10000 };

/* ---- Words ---- */

static size_t word_index(struct json_reader *reader, struct json_part part, const char *member,
                         const char *(*name_of)(size_t), size_t count)
{
    const char *text = json_read_text(reader, part, member);
    struct buf list = {0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, name_of(i)) == 0) {
            buf_deinit(&list);
            return i;
        }
        buf_printf(&list, "%s%s", i > 0 ? ", " : "one of ", name_of(i));
    }
    json_read_fail(reader, part, member, buf_text(&list));
    buf_deinit(&list);
    return 0;
}

static const char *verdict_word(size_t i)
{
    return verdict_name((enum verdict)i);
}

static const char *level_word(size_t i)
{
    return level_name((enum level)i);
}

static const char *fail_on_word(size_t i)
{
    return show_fail_on((enum fail_on)i);
}

static const char *trace_word(size_t i)
{
    return show_trace((enum report_trace)i);
}

static const char *side_word(size_t i)
{
    return side_name((enum side)i);
}

static const char *wire_word(size_t i)
{
    return i == WIRE_OCTETS ? "octets" : "note";
}

static enum verdict read_verdict(struct json_reader *reader, struct json_part part)
{
    return (enum verdict)word_index(reader, part, "verdict", verdict_word, VERDICT_COUNT);
}

/* ---- Parts of a case ---- */

/* Reports of earlier versions do not say it. */
static bool is_by_script(struct json_reader *reader, struct json_part part)
{
    const char *text = json_read_text_or_null(reader, part, "found_by");
    return text != NULL && strcmp(text, "scenario") == 0;
}

/* Reports of earlier versions do not say it: then nothing is made of it. */
static enum impact read_impact(struct json_reader *reader, struct json_part part)
{
    enum impact impact = IMPACT_FORM;
    const char *text = json_read_text_or_null(reader, part, "impact");
    return text != NULL && impact_from_name(bytes_of(text), &impact) ? impact : IMPACT_FORM;
}

static struct finding read_finding(struct json_reader *reader, struct json_part part)
{
    struct rule *rule = arena_alloc(reader->arena, sizeof *rule);
    rule->id = json_read_text(reader, part, "rule");
    rule->level = (enum level)word_index(reader, part, "level", level_word, LEVEL_COUNT);
    rule->harm = json_read_text_or_null(reader, part, "harm");
    rule->impact = read_impact(reader, part);
    rule->sources = json_read_texts(reader, part, "sources", &rule->source_count);
    return (struct finding){
        .rule = rule,
        .verdict = read_verdict(reader, part),
        .by_script = is_by_script(reader, part),
        .text = json_read_text_or_null(reader, part, "text"),
        .connection = (unsigned)json_read_count(reader, part, "connection", UINT_MAX),
        .time_us = json_read_ms(reader, part, "t_ms"),
        .evidence = json_read_base64(reader, json_read_part(reader, part, "evidence")),
        .says_no_wish = json_read_mark(reader, part, "says_no_wish"),
    };
}

static void read_findings(struct json_reader *reader, struct json_part part,
                          struct case_result *result)
{
    size_t count = json_array_size(json_read_array(reader, part, "findings"));
    struct finding *findings = arena_array(reader->arena, count + 1, sizeof *findings);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        findings[i] = read_finding(reader, json_read_item(reader, part, "findings", i));
        findings[i].time_us += result->start_us;
        findings[i].case_number = result->case_number;
    }
    result->findings = findings;
    result->finding_count = count;
}

static struct wire_item read_wire_item(struct json_reader *reader, struct json_part part)
{
    struct wire_item item = {
        .kind = (enum wire_kind)word_index(reader, part, "kind", wire_word, WIRE_NOTE + 1),
        .time_us = json_read_ms(reader, part, "t_ms"),
        .connection = (unsigned)json_read_count(reader, part, "connection", UINT_MAX),
    };
    if (item.kind == WIRE_NOTE) {
        item.note = json_read_text(reader, part, "text");
        return item;
    }
    item.side = (enum side)word_index(reader, part, "side", side_word, SIDE_SERVER + 1);
    item.octets = json_read_base64(reader, part);
    item.octets_left_out = json_read_count(reader, part, "octets_left_out", SIZE_MAX);
    return item;
}

static void read_wire(struct json_reader *reader, struct json_part part, struct case_result *result)
{
    size_t count = json_array_size(json_read_array(reader, part, "wire"));
    struct wire_item *wire = arena_array(reader->arena, count + 1, sizeof *wire);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        wire[i] = read_wire_item(reader, json_read_item(reader, part, "wire", i));
    }
    result->wire = wire;
    result->wire_count = count;
    result->wire_left_out = json_read_count(reader, part, "wire_left_out", SIZE_MAX);
}

static void read_place(struct json_reader *reader, struct json_part part, struct place *place)
{
    struct json_part found = json_read_part_or_null(reader, part, "place");
    if (found.object != NULL) {
        place->path = json_read_text_or_null(reader, found, "file");
        place->line = (unsigned)json_read_count(reader, found, "line", UINT_MAX);
        place->column = (unsigned)json_read_count(reader, found, "column", UINT_MAX);
        place->source = bytes_of(json_read_text(reader, found, "source"));
    }
}

static struct bytes read_expected(struct json_reader *reader, struct json_part part)
{
    size_t count = 0;
    const char *const *lines = json_read_texts(reader, part, "expected", &count);
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_printf(&text, "%s%s", i > 0 ? "\n" : "", lines[i]);
    }
    struct bytes copy = arena_copy(reader->arena, buf_bytes(&text));
    buf_deinit(&text);
    return copy;
}

static void read_outcome(struct json_reader *reader, struct json_part part,
                         struct case_result *result)
{
    struct outcome *outcome = &result->outcome;
    struct json_part actual = json_read_part_or_null(reader, part, "actual");
    outcome->verdict = result->verdict;
    outcome->reason = result->reason;
    outcome->expected = read_expected(reader, part);
    outcome->actual = actual.object != NULL ? json_read_base64(reader, actual) : (struct bytes){0};
    outcome->actual_offset =
        json_read_count_or(reader, part, "actual_offset", SIZE_MAX - 1, BYTES_NONE);
    outcome->in_start = json_read_bool(reader, part, "in_start");
    outcome->not_reached = json_read_bool(reader, part, "not_reached");
    read_place(reader, part, &outcome->place);
}

static const char *loss_word(size_t i)
{
    return loss_name((enum loss)i);
}

static void read_loss(struct json_reader *reader, struct json_part part, struct case_result *result)
{
    struct json_part loss = json_read_part_or_null(reader, part, "loss");
    if (loss.object == NULL) {
        return;
    }
    struct json_part sent = json_read_part_or_null(reader, loss, "last_sent");
    result->outcome.loss = (enum loss)word_index(reader, loss, "kind", loss_word, LOSS_COUNT);
    result->last_sent = sent.object != NULL ? json_read_base64(reader, sent) : (struct bytes){0};
    result->last_sent_left_out = json_read_count(reader, loss, "octets_left_out", SIZE_MAX);
}

/* One step only: where the dialogue begins. */
static const struct program *read_program(struct json_reader *reader, struct json_part part)
{
    struct program *program = arena_alloc(reader->arena, sizeof *program);
    program->id = json_read_text(reader, part, "id");
    program->path = json_read_text_or_null(reader, part, "file");
    program->title = json_read_text_or_null(reader, part, "title");
    program->rules = json_read_texts(reader, part, "rules", &program->rule_count);
    program->tags = json_read_texts(reader, part, "tags", &program->tag_count);
    unsigned line = (unsigned)json_read_count_or(reader, part, "line", UINT_MAX, 0);
    if (line > 0) {
        struct step *step = arena_alloc(reader->arena, sizeof *step);
        step->place.line = line;
        program->steps = step;
        program->step_count = 1;
    }
    if (program->id[0] == '\0') {
        json_read_fail(reader, part, "id", "the id of a case");
    }
    return program;
}

static void read_case(struct json_reader *reader, struct json_part part, struct case_result *result)
{
    result->program = read_program(reader, part);
    result->case_number = json_read_count(reader, part, "number", CASES_MAX);
    result->repeat = (unsigned)json_read_count(reader, part, "repeat", UINT_MAX);
    result->verdict = read_verdict(reader, part);
    result->reason = json_read_text_or_null(reader, part, "reason");
    result->known_failing = json_read_text_or_null(reader, part, "known_failing");
    result->start_us = json_read_ms(reader, part, "start_ms");
    result->duration_us = json_read_ms(reader, part, "duration_ms");
    result->transcript = json_read_text_or_null(reader, part, "transcript");
    result->again = json_read_text_or_null(reader, part, "again");
    result->text = json_read_text_or_null(reader, part, "text");
    result->target = json_read_text_or_null(reader, part, "target");
    read_outcome(reader, part, result);
    read_loss(reader, part, result);
    read_findings(reader, part, result);
    read_wire(reader, part, result);
}

/* ---- The run ---- */

static int64_t read_started(struct json_reader *reader, struct json_part info)
{
    struct buf again = {0};
    struct tm tm = {0};
    const char *text = json_read_text(reader, info, "started");
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S.", &tm);
    uint64_t ms = 0;
    bool good = rest != NULL && bytes_to_u64(bytes_slice(bytes_of(rest), 0, 3), &ms);
    int64_t wall_us = good ? ((int64_t)timegm(&tm) * 1000 + (int64_t)ms) * 1000 : 0;
    show_time(&again, wall_us, false);
    if (!good || !bytes_is(buf_bytes(&again), text)) {
        json_read_fail(reader, info, "started", "a time such as 2026-01-02T03:04:05.678Z");
    }
    buf_deinit(&again);
    return wall_us;
}

static void read_shard(struct json_reader *reader, struct json_part info, struct run_info *run)
{
    struct json_part shard = json_read_part_or_null(reader, info, "shard");
    run->whole_count = run->case_count;
    if (shard.object == NULL) {
        return;
    }
    run->shard = (unsigned)json_read_count(reader, shard, "index", SHARDS_LIMIT);
    run->shard_count = (unsigned)json_read_count(reader, shard, "count", SHARDS_LIMIT);
    run->whole_count = json_read_count(reader, shard, "whole_count", CASES_MAX);
    if (run->shard < 1 || run->shard > run->shard_count) {
        json_read_fail(reader, shard, "index", "a number from 1 to the count of shards");
    }
}

static void read_info(struct json_reader *reader, struct json_part info, struct read_result *result)
{
    struct run_info *run = &result->info;
    run->case_count = json_read_count(reader, info, "case_count", CASES_MAX);
    run->command = json_read_text_or_null(reader, info, "command");
    run->fail_on =
        (enum fail_on)word_index(reader, info, "fail_on", fail_on_word, FAIL_ON_NEVER + 1);
    run->wall_us = read_started(reader, info);
    run->target_name = json_read_text_or_null(reader, info, "target_name");
    run->target_url = json_read_text_or_null(reader, info, "target_url");
    run->version = json_read_text_or_null(reader, info, "version");
    read_shard(reader, info, run);
    if (json_object_get(info.object, "shows_secrets") != NULL) {
        run->shows_secrets = json_read_bool(reader, info, "shows_secrets");
    }
    if (json_object_get(info.object, "trace") != NULL) {
        result->trace =
            (enum report_trace)word_index(reader, info, "trace", trace_word, TRACE_NONE + 1);
    }
}

static void read_absences(struct json_reader *reader, struct json_part summary,
                          struct run_summary *read)
{
    if (json_object_get(summary.object, "absences") == NULL) {
        return;
    }
    size_t count = json_array_size(json_read_array(reader, summary, "absences"));
    struct absence *absences = arena_array(reader->arena, count + 1, sizeof *absences);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct json_part part = json_read_item(reader, summary, "absences", i);
        absences[i].text = json_read_text(reader, part, "text");
        absences[i].cut = json_read_bool(reader, part, "cut");
    }
    read->absences = absences;
    read->absence_count = count;
}

/* What earlier versions do not say, and what is seldom said. */
static void read_seldom(struct json_reader *reader, struct json_part summary,
                        struct run_summary *read)
{
    read_absences(reader, summary, read);
    if (json_object_get(summary.object, "remarks") != NULL) {
        read->remarks = json_read_texts(reader, summary, "remarks", &read->remark_count);
    }
    if (json_object_get(summary.object, "out_of_time") != NULL) {
        read->out_of_time = json_read_count(reader, summary, "out_of_time", CASES_MAX);
    }
}

static void read_summary(struct json_reader *reader, struct json_part summary,
                         struct read_result *result)
{
    result->summary.duration_us = json_read_ms(reader, summary, "duration_ms");
    result->summary.interrupted = json_read_bool(reader, summary, "interrupted");
    result->summary.broken_off = json_read_text_or_null(reader, summary, "broken_off");
    result->summary.not_run = json_read_count(reader, summary, "not_run", CASES_MAX);
    read_seldom(reader, summary, &result->summary);
    for (size_t i = 0; i < result->case_count; i++) {
        result->summary.counts[result->cases[i].verdict]++;
    }
    if (!reader->failed &&
        result->case_count + result->summary.not_run != result->info.case_count) {
        json_read_fail(reader, summary, "not_run",
                       "what info.case_count has more than there are cases");
    }
}

static void read_cases(struct json_reader *reader, struct json_part root,
                       struct read_result *result)
{
    size_t count = json_array_size(json_read_array(reader, root, "cases"));
    if (count > CASES_MAX) {
        json_read_fail(reader, root, "cases", "a million of them at most");
        return;
    }
    result->cases = arena_array(reader->arena, count + 1, sizeof *result->cases);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        read_case(reader, json_read_item(reader, root, "cases", i), &result->cases[i]);
        result->case_count = i + 1;
    }
}

static void check_schema(struct json_reader *reader, struct json_part root)
{
    const json_t *schema = json_object_get(root.object, "schema");
    if (!json_is_string(schema)) {
        json_read_fail(reader, root, "schema",
                       "\"mailspec-run/1\"; is it a report that run --report json wrote?");
    } else if (strcmp(json_string_value(schema), schema_name) != 0) {
        struct bytes found = bytes_slice(bytes_of(json_string_value(schema)), 0, SCHEMA_SHOWN);
        json_read_fail(reader, root, "schema",
                       arena_printf(reader->arena,
                                    "\"%s\", which this version reads, found \"%.*s\"", schema_name,
                                    (int)found.n, (const char *)found.p));
    }
}

static int no_json(const json_error_t *problem, struct error *error)
{
    if (json_error_code(problem) == json_error_premature_end_of_input) {
        return error_set(error, "it ends in the middle, in line %d: is it cut off?", problem->line);
    }
    return error_set(error, "it is no JSON: line %d, column %d: %s", problem->line, problem->column,
                     problem->text);
}

int result_read(const char *name, struct bytes text, struct arena *arena,
                struct read_result *result_r, struct error *error)
{
    json_error_t problem;
    *result_r = (struct read_result){.name = arena_strdup(arena, name)};
    if (bytes_trim(text).n == 0) {
        return error_set(error, "it is empty");
    }
    json_t *document = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &problem);
    if (document == NULL) {
        return no_json(&problem, error);
    }
    struct json_reader reader = {arena, error, false};
    struct json_part root = {json_is_object(document) ? document : NULL, ""};
    check_schema(&reader, root);
    if (!reader.failed) {
        read_info(&reader, json_read_part(&reader, root, "info"), result_r);
        read_cases(&reader, root, result_r);
        read_summary(&reader, json_read_part(&reader, root, "summary"), result_r);
    }
    json_decref(document);
    return reader.failed ? -1 : 0;
}
