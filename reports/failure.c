/* failure_print(): what went wrong in one case, in the same words in every report. */
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "reports/compared.h"
#include "reports/losses.h"
#include "reports/reporter.h"
#include "reports/sentence.h"
#include "reports/show.h"

#define FAILURE_EVIDENCE_LIMIT ((size_t)200)
#define FAILURE_WIRE_LINES     ((size_t)12)
#define FAILURE_SAME_RULE      3
/* Columns of a rule's text; the catalogue has it in one line. */
#define FAILURE_COLUMNS ((size_t)88)

/* ---- Rules and what was found ---- */

/* Words in lines of at most FAILURE_COLUMNS behind the indent. */
static void print_wrapped(struct buf *out, size_t indent, struct bytes text)
{
    if (bytes_trim(text).n > 0) {
        buf_append_fill(out, ' ', indent);
        show_wrapped(out, text, indent, indent + FAILURE_COLUMNS);
        buf_append_octet(out, '\n');
    }
}

static void print_rule(struct buf *out, const struct rule *rule)
{
    buf_printf(out, "  -> %s ", level_name(rule->level));
    show_text(out, rule->id);
    show_sources(out, " (", rule, ")");
    buf_append_octet(out, '\n');
    struct bytes rest = bytes_trim(bytes_of(rule->text));
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        print_wrapped(out, 5, line);
    }
    if (rule->conflict != NULL) {
        print_wrapped(out, 5, bytes_of(rule->conflict));
    }
}

/* Does it say what the sentence above, or the reason and the compared octets below, say already? */
static bool is_said_elsewhere(const struct case_result *result, const struct finding *finding)
{
    struct bytes actual = result->outcome.actual;
    bool compared = result->reason != NULL && result->outcome.place.line > 0 && actual.n > 0;
    if (finding->text == NULL || finding == sentence_finding(result) ||
        (compared && bytes_equal(finding->evidence, actual))) {
        return true;
    }
    return result->reason != NULL && bytes_equal(bytes_of(finding->text), bytes_of(result->reason));
}

static void print_finding(struct buf *out, const struct case_result *result,
                          const struct finding *finding)
{
    if (!is_said_elsewhere(result, finding)) {
        buf_append_text(out, "     ");
        show_text(out, finding->text);
        buf_append_octet(out, '\n');
    }
    if (finding->evidence.n > 0 && !bytes_equal(finding->evidence, result->outcome.actual)) {
        buf_printf(out, "     evidence (connection %u, ", finding->connection);
        show_ms(out, finding->time_us - result->start_us);
        buf_append_text(out, " ms): ");
        show_octets(out, finding->evidence, FAILURE_EVIDENCE_LIMIT);
        buf_append_octet(out, '\n');
    }
}

static bool rule_seen_before(const struct case_result *result, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (result->findings[k].rule == result->findings[i].rule) {
            return true;
        }
    }
    return false;
}

/* Each rule once, its findings below it. */
static void print_findings(struct buf *out, const struct case_result *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (rule_seen_before(result, i)) {
            continue;
        }
        size_t same = 0;
        print_rule(out, result->findings[i].rule);
        for (size_t k = i; k < result->finding_count; k++) {
            if (result->findings[k].rule == result->findings[i].rule &&
                same++ < FAILURE_SAME_RULE) {
                print_finding(out, result, &result->findings[k]);
            }
        }
        if (same > FAILURE_SAME_RULE) {
            buf_printf(out, "     and %zu more times\n", same - FAILURE_SAME_RULE);
        }
    }
}

/* The rules that the case is about, when none of them has a finding of its own. */
static void print_case_rules(struct buf *out, const struct program *program)
{
    for (size_t i = 0; i < program->rule_count; i++) {
        buf_append_text(out, i == 0 ? "  This case judges " : ", ");
        show_text(out, program->rules[i]);
    }
    buf_append_text(out, program->rule_count > 0 ? ".\n" : "");
}

/* ---- The scenario ---- */

static bool step_gets_reply(const struct step *step)
{
    return step->kind == STEP_COMMAND || step->kind == STEP_RESPONSE || step->kind == STEP_DATA ||
           step->kind == STEP_SEND_MESSAGE;
}

/*
 * An optional reply answers nothing when enough replies that must come stand between it and the next command; else
 * it is the answer, or its absence.
 */
static bool reply_answers(const struct step *steps, size_t count, size_t at, size_t waiting)
{
    size_t ahead = 0;
    bool optional = steps[at].reply.optional;
    for (size_t i = at + 1; i < count && optional; i++) {
        bool same = steps[i].connection == steps[at].connection;
        if (same && step_gets_reply(&steps[i])) {
            break;
        }
        ahead += same && steps[i].kind == STEP_REPLY && !steps[i].reply.optional;
    }
    return waiting > 0 && (!optional || ahead < waiting);
}

/* How many of the connection's commands are answered when the reply at `at` has come. */
static size_t replies_until(const struct step *steps, size_t count, size_t at)
{
    size_t replies = 0;
    size_t waiting = 0;
    for (size_t i = 0; i <= at; i++) {
        if (steps[i].connection != steps[at].connection) {
            continue;
        }
        if (step_gets_reply(&steps[i])) {
            waiting++;
        } else if (steps[i].kind == STEP_REPLY && reply_answers(steps, count, i, waiting)) {
            waiting--;
            replies++;
        }
    }
    return replies;
}

/*
 * The client step that the failed reply belongs to. Replies pair with commands by count (RFC 2920 section 3.1), each
 * connection for itself; a reply too many (LMTP: one for each recipient) belongs to the last one.
 */
static const struct step *step_answered(const struct step *steps, size_t count,
                                        const struct step *failed)
{
    size_t at = 0;
    while (at < count && &steps[at] != failed) {
        at++;
    }
    if (at == count || failed->kind != STEP_REPLY) {
        return NULL;
    }
    const struct step *answered = NULL;
    size_t replies = replies_until(steps, count, at);
    for (size_t i = 0; i < at && replies > 0; i++) {
        if (steps[i].connection == failed->connection && step_gets_reply(&steps[i])) {
            answered = &steps[i];
            replies--;
        }
    }
    return answered;
}

static const struct step *case_step_answered(const struct case_result *result)
{
    const struct program *program = result->program;
    const struct step *failed = result->outcome.step;
    if (failed == NULL) {
        return NULL;
    }
    const struct step *answered = step_answered(program->steps, program->step_count, failed);
    return answered != NULL ? answered
                            : step_answered(program->finally, program->finally_count, failed);
}

static void print_source_line(struct buf *out, const struct place *place)
{
    buf_printf(out, "%6u | ", place->line);
    show_line(out, place->source);
    buf_append_octet(out, '\n');
}

static void print_caret(struct buf *out, const struct place *place, bool colour)
{
    struct buf before = {0};
    struct buf marked = {0};
    size_t from = place->column > 0 ? place->column - 1 : 0;
    show_line(&before, bytes_slice(place->source, 0, from));
    show_line(&marked, bytes_slice(place->source, from, from + place->width));
    size_t width = utf8_width(buf_bytes(&marked));
    buf_append_text(out, "       | ");
    buf_append_fill(out, ' ', utf8_width(buf_bytes(&before)));
    show_colour(out, SHOW_RED, colour);
    buf_append_fill(out, '^', width > 0 ? width : 1);
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_octet(out, '\n');
    buf_deinit(&before);
    buf_deinit(&marked);
}

/* Where it ended: the command that was answered, the line that did not match, a caret below it. */
static void print_scenario(struct buf *out, const struct case_result *result, bool colour)
{
    const struct place *place = &result->outcome.place;
    if (place->line == 0) {
        return;
    }
    buf_append_text(out, "  --> ");
    show_text(out, place->path);
    buf_printf(out, ":%u:%u\n       |\n", place->line, place->column > 0 ? place->column : 1);
    const struct step *answered = case_step_answered(result);
    if (answered != NULL && answered->place.line > 0) {
        print_source_line(out, &answered->place);
        if (answered->place.line + 1 != place->line) {
            buf_append_text(out, "       | ...\n");
        }
    }
    print_source_line(out, place);
    print_caret(out, place, colour);
}

/* ---- The whole ---- */

static void print_wire(struct buf *out, const struct case_result *result,
                       const struct reporter_options *options)
{
    if (options->trace == TRACE_NONE || result->wire_count == 0) {
        return;
    }
    bool all = options->trace == TRACE_ALL;
    buf_append_text(out, all ? "  on the wire:\n" : "  last on the wire:\n");
    wire_print(out, result, all ? BYTES_NONE : FAILURE_WIRE_LINES);
}

static void print_sentence(struct buf *out, const struct case_result *result)
{
    struct buf sentence = {0};
    sentence_print(&sentence, result);
    print_wrapped(out, 2, buf_bytes(&sentence));
    buf_deinit(&sentence);
}

static void print_labelled(struct buf *out, const char *label, const char *text)
{
    if (text != NULL) {
        buf_printf(out, "  %s", label);
        show_text(out, text);
        buf_append_octet(out, '\n');
    }
}

/* Unless the sentence has said it. */
static void print_reason(struct buf *out, const struct case_result *result)
{
    const struct finding *told = sentence_finding(result);
    if (sentence_is_reason(result)) {
        return;
    }
    if (told == NULL || result->reason == NULL || strstr(told->text, result->reason) == NULL) {
        print_labelled(out, "", result->reason);
    }
}

/* Unless the reason has said it. */
static void print_last_sent(struct buf *out, const struct case_result *result)
{
    if (result->last_sent.n == 0) {
        return;
    }
    struct buf sent = {0};
    losses_sent(&sent, result->last_sent, result->last_sent_left_out);
    if (result->reason == NULL || strstr(result->reason, buf_text(&sent)) == NULL) {
        print_labelled(out, "Said last: ", buf_text(&sent));
    }
    buf_deinit(&sent);
}

/* As it was said by the run that saw it; its dialogue is not at hand. */
static void print_told(struct buf *out, const char *text)
{
    struct bytes rest = bytes_of(text);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        show_line(out, line);
        buf_append_octet(out, '\n');
    }
}

void failure_print(struct buf *out, const struct case_result *result,
                   const struct reporter_options *options)
{
    if (result->text != NULL) {
        print_told(out, result->text);
        return;
    }
    const struct outcome *outcome = &result->outcome;
    show_text(out, result->program->title != NULL ? result->program->title : result->program->id);
    buf_append_octet(out, '\n');
    print_sentence(out, result);
    if (result->finding_count > 0) {
        print_findings(out, result);
    } else {
        print_case_rules(out, result->program);
    }
    print_reason(out, result);
    print_last_sent(out, result);
    print_labelled(out, "known failing: ", result->known_failing);
    print_scenario(out, result, options->colour);
    if (outcome->lines_not_reached > 0) {
        buf_printf(out, "  %zu line%s of the dialogue not reached\n", outcome->lines_not_reached,
                   outcome->lines_not_reached == 1 ? "" : "s");
    }
    compared_print(out, outcome->expected, outcome->actual, outcome->actual_offset,
                   options->colour);
    print_wire(out, result, options);
    print_labelled(out, "Transcript: ", result->transcript);
    print_labelled(out, "Again: ", result->again);
}
