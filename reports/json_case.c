#include "reports/json_case.h"

#include "base/base64.h"
#include "base/escape.h"
#include "reports/show.h"

/* ---- Values ---- */

json_t *json_octets(struct bytes octets)
{
    struct buf text = {0};
    struct buf base64 = {0};
    escape_append(&text, octets, ESCAPE_CI);
    base64_encode(&base64, octets);
    json_t *object = json_object();
    json_object_set_new(object, "text", json_string(buf_text(&text)));
    json_object_set_new(object, "base64", json_string(buf_text(&base64)));
    buf_deinit(&text);
    buf_deinit(&base64);
    return object;
}

json_t *json_ms(int64_t time_us)
{
    return json_real((double)time_us / 1000);
}

json_t *json_rule(const struct rule *rule)
{
    json_t *object = json_object();
    json_object_set_new(object, "rule", json_text(rule->id));
    json_object_set_new(object, "level", json_string(level_name(rule->level)));
    json_object_set_new(object, "impact", json_string(impact_name(rule->impact)));
    json_object_set_new(object, "sources", json_texts(rule->sources, rule->source_count));
    return object;
}

/* ---- Parts of a case ---- */

static json_t *findings_array(const struct case_result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        json_t *object = json_rule(finding->rule);
        json_object_set_new(object, "connection", json_integer(finding->connection));
        json_object_set_new(object, "harm", json_text(finding->rule->harm));
        json_object_set_new(object, "evidence", json_octets(finding->evidence));
        json_object_set_new(object, "found_by",
                            json_string(finding->by_script ? "scenario" : "session"));
        if (finding->says_no_wish) {
            json_object_set_new(object, "says_no_wish", json_true());
        }
        json_object_set_new(object, "t_ms", json_ms(finding->time_us - result->start_us));
        json_object_set_new(object, "text", json_text(finding->text));
        json_object_set_new(object, "verdict", json_string(verdict_name(finding->verdict)));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *wire_object(const struct wire_item *item)
{
    bool octets = item->kind == WIRE_OCTETS;
    json_t *object = octets ? json_octets(item->octets) : json_object();
    json_object_set_new(object, "connection", json_integer(item->connection));
    json_object_set_new(object, "kind", json_string(octets ? "octets" : "note"));
    json_object_set_new(object, "t_ms", json_ms(item->time_us));
    if (octets) {
        json_object_set_new(object, "octets_left_out",
                            json_integer((json_int_t)item->octets_left_out));
        json_object_set_new(object, "side", json_string(side_name(item->side)));
    } else {
        json_object_set_new(object, "text", json_text(item->note != NULL ? item->note : ""));
    }
    return object;
}

static json_t *wire_array(const struct case_result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->wire_count; i++) {
        json_array_append_new(array, wire_object(&result->wire[i]));
    }
    return array;
}

static json_t *place_object(const struct place *place)
{
    if (place->line == 0) {
        return json_null();
    }
    struct buf source = {0};
    show_line(&source, place->source);
    json_t *object = json_object();
    json_object_set_new(object, "column", json_integer(place->column));
    json_object_set_new(object, "file", json_text(place->path));
    json_object_set_new(object, "line", json_integer(place->line));
    json_object_set_new(object, "source", json_string(buf_text(&source)));
    buf_deinit(&source);
    return object;
}

/* Lines of the expected text as an array: it is in scenario notation, one line each. */
static json_t *expected_array(struct bytes expected)
{
    json_t *array = json_array();
    struct bytes rest = expected;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        struct buf shown = {0};
        show_line(&shown, line);
        json_array_append_new(array, json_string(buf_text(&shown)));
        buf_deinit(&shown);
    }
    return array;
}

static json_t *failure_text(const struct case_result *result,
                            const struct reporter_options *options)
{
    struct buf text = {0};
    failure_print(&text, result, options);
    json_t *string = json_string(buf_text(&text));
    buf_deinit(&text);
    return string;
}

static json_t *difference(const struct outcome *outcome)
{
    return outcome->actual_offset == BYTES_NONE || outcome->actual.n == 0
               ? json_null()
               : json_integer((json_int_t)outcome->actual_offset);
}

/* Where the dialogue begins; null when it says nothing. */
static json_t *first_line(const struct program *program)
{
    unsigned line = program->step_count > 0 ? program->steps[0].place.line : 0;
    return line > 0 ? json_integer(line) : json_null();
}

/* ---- The case ---- */

static void set_outcome(json_t *object, const struct outcome *outcome)
{
    json_object_set_new(object, "actual",
                        outcome->actual.n > 0 ? json_octets(outcome->actual) : json_null());
    json_object_set_new(object, "actual_offset", difference(outcome));
    json_object_set_new(object, "expected", expected_array(outcome->expected));
    json_object_set_new(object, "in_start", json_boolean(outcome->in_start));
    json_object_set_new(object, "not_reached", json_boolean(outcome->not_reached));
    json_object_set_new(object, "place", place_object(&outcome->place));
}

static void set_loss(json_t *object, const struct case_result *result)
{
    if (result->outcome.loss == LOSS_NONE) {
        return;
    }
    json_t *loss = json_object();
    json_object_set_new(loss, "kind", json_string(loss_name(result->outcome.loss)));
    json_object_set_new(loss, "last_sent",
                        result->last_sent.n > 0 ? json_octets(result->last_sent) : json_null());
    json_object_set_new(loss, "octets_left_out",
                        json_integer((json_int_t)result->last_sent_left_out));
    json_object_set_new(object, "loss", loss);
}

static void set_program(json_t *object, const struct program *program)
{
    json_object_set_new(object, "file", json_text(program->path));
    json_object_set_new(object, "id", json_text(program->id));
    json_object_set_new(object, "line", first_line(program));
    json_object_set_new(object, "rules", json_texts(program->rules, program->rule_count));
    json_object_set_new(object, "tags", json_texts(program->tags, program->tag_count));
    json_object_set_new(object, "title", json_text(program->title));
}

json_t *json_case(const struct case_result *result, const struct reporter_options *options,
                  enum fail_on fail_on)
{
    enum verdict_outcome outcome = verdict_outcome(result->verdict, fail_on);
    bool full = show_in_full(result->verdict, fail_on) || result->finding_count > 0;
    bool remarks = result->verdict != VERDICT_PASS || full || options->trace == TRACE_ALL;
    bool traced = options->trace == TRACE_ALL || (options->trace == TRACE_FAIL && full);
    json_t *object = json_object();
    set_program(object, result->program);
    set_outcome(object, &result->outcome);
    set_loss(object, result);
    json_object_set_new(object, "again", json_text(result->again));
    json_object_set_new(object, "duration_ms", json_ms(result->duration_us));
    json_object_set_new(object, "findings", findings_array(result));
    json_object_set_new(object, "known_failing", json_text(result->known_failing));
    json_object_set_new(object, "number", json_integer((json_int_t)result->case_number));
    json_object_set_new(object, "outcome", json_string(show_outcome(outcome)));
    json_object_set_new(object, "reason", json_text(result->reason));
    json_object_set_new(object, "repeat", json_integer(result->repeat));
    json_object_set_new(object, "start_ms", json_ms(result->start_us));
    json_object_set_new(object, "target", json_text(result->target));
    json_object_set_new(object, "text", remarks ? failure_text(result, options) : json_null());
    json_object_set_new(object, "transcript", json_text(result->transcript));
    json_object_set_new(object, "verdict", json_string(verdict_name(result->verdict)));
    json_object_set_new(object, "wire", traced ? wire_array(result) : json_array());
    json_object_set_new(object, "wire_left_out",
                        json_integer((json_int_t)(traced ? result->wire_left_out : 0)));
    return object;
}
