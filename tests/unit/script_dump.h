/*
 * script_dump - a compiled scenario as short text, one line a step, for rows of tests
 *
 *   C "EHLO {{client}}" +          a command; "+": the next one goes out with it
 *   S 250 [keywords] "250"         a reply: codes, what else is known, its lines
 * Behind a line's text: * / = v (glob, regex, exact, values), ? ! ~ (flags), c (no end).
 */
#ifndef MAILSPEC_TESTS_SCRIPT_DUMP_H
#define MAILSPEC_TESTS_SCRIPT_DUMP_H

#include "script/scenario.h"

static inline void dump_line(struct buf *out, const struct line *line)
{
    static const char *const compares[] = {"", "v", "*", "/", "="};
    buf_append_text(out, " \"");
    if (line->compare == COMPARE_GLOB || line->compare == COMPARE_REGEX) {
        scenario_print_line(out, line);
    } else {
        scenario_print_text(out, &line->text);
    }
    buf_printf(out, "\"%s%s%s%s%s", compares[line->compare],
               (line->flags & LINE_OPTIONAL) != 0 ? "?" : "",
               (line->flags & LINE_FORBIDDEN) != 0 ? "!" : "",
               (line->flags & LINE_ANY_ORDER) != 0 ? "~" : "",
               (line->flags & LINE_NO_END) != 0 ? "c" : "");
}

static inline void dump_reply(struct buf *out, const struct reply *reply)
{
    static const char *const names[] = {"keywords", "multiline", "body",
                                        "optional", "end",       "alone"};
    const bool facts[] = {reply->keywords, reply->multiline, reply->body_given,
                          reply->optional, reply->ends_data, reply->codes_alone};
    for (size_t i = 0; i < reply->code_count; i++) {
        buf_printf(out, "%s%s%s", i > 0 ? "|" : " ", reply->codes[i].second_choice ? "?" : "",
                   reply->codes[i].code);
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (facts[i]) {
            buf_printf(out, " [%s]", names[i]);
        }
    }
}

static inline void dump_step(struct buf *out, const struct step *step)
{
    static const char *const plain[STEP_KIND_COUNT] = {[STEP_COMMAND] = "",
                                                       [STEP_RESPONSE] = " response",
                                                       [STEP_DATA] = " data",
                                                       [STEP_CHUNK] = " chunk"};
    buf_append_octet(out, step->side == SIDE_CLIENT ? 'C' : 'S');
    if (step->connection != 1) {
        buf_printf(out, "%u", step->connection);
    }
    if (step->kind == STEP_REPLY) {
        dump_reply(out, &step->reply);
        for (size_t i = 0; i < step->reply.line_count; i++) {
            dump_line(out, &step->reply.lines[i]);
        }
    } else if (plain[step->kind] != NULL) {
        buf_append_text(out, plain[step->kind]);
        for (size_t i = 0; i < step->line_count; i++) {
            dump_line(out, &step->lines[i]);
        }
    } else {
        buf_printf(out, " <%s", step_kind_name(step->kind));
        if (step->text.count > 0) {
            buf_append_octet(out, ' ');
            scenario_print_text(out, &step->text);
        }
        if (step->name != NULL) {
            buf_printf(out, " name=%s", step->name);
        }
        if (step->kind == STEP_TLS_FACT) {
            buf_printf(out, " %s%s", step->negated ? "not " : "", tls_fact_name(step->fact));
        }
        if (step->secret.count > 0) {
            buf_append_text(out, " secret=");
            scenario_print_text(out, &step->secret);
        }
        buf_append_text(out, step->either ? " either" : "");
        buf_append_text(out, step->optional ? " optional" : "");
        if (step->duration_ms + step->pause_us != 0) {
            buf_printf(out, " %lld", (long long)(step->duration_ms + step->pause_us));
        }
        if (step->kind == STEP_IF) {
            buf_printf(out, " jump=%zu", step->jump);
        }
        buf_append_octet(out, '>');
    }
    buf_append_text(out, step->pipelined ? " +\n" : "\n");
}

/* All steps, then "finally" and those of Finally:. */
static inline void dump_steps(struct buf *out, const struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        dump_step(out, &program->steps[i]);
    }
    for (size_t i = 0; i < program->finally_count; i++) {
        buf_append_text(out, i == 0 ? "finally\n" : "");
        dump_step(out, &program->finally[i]);
    }
}

/* Each connection: number, protocol, start. */
static inline void dump_connections(struct buf *out, const struct program *program)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        const struct program_connection *connection = &program->connections[i];
        buf_printf(out, "%s%u %s%s %s", i > 0 ? ", " : "", connection->number,
                   protocol_name(connection->protocol), connection->greets_by_verb ? "!" : "",
                   start_name(connection->start));
    }
}

static inline void dump_problems(struct buf *out, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_problem_count(scenario); i++) {
        scenario_print_problem(out, scenario_problem(scenario, i));
    }
}

#endif
