/*
 * What we say: replies as they are written, or where only a code is written with the text that a conforming server has.
 *
 * A code alone that accepts is answered by the responder, when it accepts, too: EHLO with what it offers, LIST with its body. For a
 * class the usual code of the stage stands (4yz 451, 5yz 550). The responder is told of every reply.
 */
#include <stdio.h>
#include <string.h>

#include "engine/about.h"
#include "engine/expand.h"
#include "engine/serve_internal.h"
#include "engine/serve_steps.h"
#include "engine/serve_texts.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

static const struct unit no_unit = {.kind = UNIT_COMMAND};

static struct unit unit_of(const struct named_unit *named)
{
    return named == NULL ? no_unit
                         : (struct unit){.kind = named->kind, .octets = buf_bytes(&named->octets)};
}

/* ---- The octets ---- */

/* As the responder answers; false: it would answer something else, and nothing is appended. */
static bool from_responder(struct serve *serve, struct serve_link *link, const struct unit *unit,
                           const char *code, struct buf *out)
{
    struct buf answer = {0};
    bool accepts = code[0] == '2' || code[0] == '3' || strcmp(code, "+OK") == 0;
    bool fits = false;

    if (accepts && unit->octets.n > 0) {
        serve->responder->answer(link->visitor->talk, unit->octets, &answer);
        fits = bytes_starts(buf_bytes(&answer), code);
    }
    if (fits) {
        buf_append(out, buf_bytes(&answer));
    }
    buf_deinit(&answer);
    return fits;
}

/* The dialogue accepts what the responder would refuse: the message that is asked for, or a body without lines. */
static void append_some_body(struct serve *serve, const struct unit *unit, struct buf *out)
{
    struct pop3_command command = pop3_command_read(bytes_trim_right(unit->octets));
    struct bytes rest = command.argument;
    struct bytes word = {0};
    struct bytes content = {0};
    uint64_t number = 0;

    if ((command.verb == POP3_RETR || command.verb == POP3_TOP) && bytes_next_word(&rest, &word) &&
        bytes_to_u64(word, &number) && number > 0 &&
        serve->responder->message(serve->room, (size_t)number, &content)) {
        pop3_stuff(out, content);
    } else {
        buf_append_text(out, ".\r\n");
    }
}

/* What the dialogue does not write of a multi-line response comes from the responder's. */
static void append_body(struct serve *serve, struct serve_link *link, const struct unit *unit,
                        struct buf *out)
{
    struct buf answer = {0};

    serve->responder->answer(link->visitor->talk, unit->octets, &answer);
    size_t end = bytes_find(buf_bytes(&answer), BYTES_LIT("\r\n"), 0);
    bool whole = bytes_starts(buf_bytes(&answer), "+OK") && end != BYTES_NONE;
    buf_append(out, whole ? bytes_skip(buf_bytes(&answer), end + 2) : BYTES_LIT(".\r\n"));
    buf_deinit(&answer);
}

static int append_lines(struct serve *serve, const struct reply *reply, size_t from,
                        struct buf *out, struct error *error)
{
    for (size_t i = from; i < reply->line_count; i++) {
        const struct line *line = &reply->lines[i];
        if ((line->flags & (LINE_FORBIDDEN | LINE_GAP)) != 0) {
            continue;
        }
        if (expand_sent_line(out, line, &serve->run->scope, error) != 0) {
            return -1;
        }
    }
    return 0;
}

static bool body_follows(const struct case_run *run, const struct step *step)
{
    const struct frame *frame = &run->steps;
    const struct step *next =
        frame->next + 1 < frame->count ? &frame->steps[frame->next + 1] : NULL;

    return next != NULL && next->connection == step->connection && next->kind == STEP_BODY;
}

/* ---- A login that the client insists on ---- */

static bool is_ehlo(const struct unit *unit)
{
    enum smtp_verb verb = smtp_command_read(bytes_trim_right(unit->octets)).verb;

    return unit->kind == UNIT_COMMAND && (verb == SMTP_EHLO || verb == SMTP_LHLO);
}

/* The line "250 AUTH ..." of the responder's reply, with its end; empty: it offers none. */
static struct bytes auth_line(struct bytes reply)
{
    size_t at = bytes_find(reply, BYTES_LIT("AUTH "), 0);
    size_t end = at == BYTES_NONE ? BYTES_NONE : bytes_find(reply, BYTES_LIT("\r\n"), at);

    return end == BYTES_NONE ? (struct bytes){0} : bytes_slice(reply, at, end + 2);
}

/* Of the last line in `out` only its first octets count: behind it one more stands now. */
static void append_to_list(struct buf *out, struct bytes line)
{
    size_t last = out->n >= 2 ? out->n - 2 : 0;

    while (last > 0 && out->p[last - 1] != '\n') {
        last--;
    }
    if (last + 3 < out->n && out->p[last + 3] == ' ') {
        out->p[last + 3] = '-';
        buf_append_text(out, "250 ");
        buf_append(out, line);
    }
}

/*
 * A client that sends nothing without a login is offered one, too, by a reply to EHLO that is written in a dialogue about something
 * else, unless every octet of it is.
 */
static bool append_auth(struct serve *serve, struct serve_link *link, const struct reply *reply,
                        const struct unit *unit, struct buf *out)
{
    struct buf answer = {0};

    if (!serve->run->facts->insists_auth || about_logins(serve->run->program) || !is_ehlo(unit) ||
        !bytes_starts(buf_bytes(out), "250") || reply->lines[0].compare == COMPARE_EXACT) {
        return false;
    }
    serve->responder->answer(link->visitor->talk, unit->octets, &answer);
    struct bytes line = auth_line(buf_bytes(&answer));
    if (line.n > 0 && bytes_find(buf_bytes(out), BYTES_LIT("AUTH "), 0) == BYTES_NONE) {
        append_to_list(out, line);
    }
    buf_deinit(&answer);
    return true;
}

/* `told_r`: the responder has heard the unit already, for it gave the answer. */
static int print_reply(struct case_run *run, const struct step *step, const struct unit *unit,
                       struct buf *out, bool *told_r, struct error *error)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    const struct reply *reply = &step->reply;
    bool pop3 = link->visitor->protocol == PROTOCOL_POP3;

    if (reply->codes_alone) {
        char code[8];
        serve_code_for(reply->codes[0].code, pop3, unit, code, sizeof code);
        /* Lines that must not be there may stand in what the responder would say. */
        bool own = reply->body_given || reply->line_count > 1 || body_follows(run, step);
        /* The end of data under LMTP has as many replies as recipients; they are written, or counted by times(). */
        bool each = reply->ends_data && link->visitor->protocol == PROTOCOL_LMTP;
        *told_r = !own && !each && from_responder(serve, link, unit, code, out);
        if (!*told_r) {
            serve_usual_reply(out, code, pop3, unit);
        }
        if (*told_r || !pop3 || !bytes_starts(buf_bytes(out), "+OK")) {
            return 0;
        }
        if (reply->body_given) {
            return append_lines(serve, reply, 1, out, error);
        }
        if (reply->multiline && !body_follows(run, step)) {
            append_some_body(serve, unit, out);
        }
        return 0;
    }
    if (append_lines(serve, reply, 0, out, error) != 0) {
        return -1;
    }
    *told_r = !pop3 && append_auth(serve, link, reply, unit, out);
    if (pop3 && reply->multiline && !reply->body_given && !body_follows(run, step) &&
        bytes_starts(buf_bytes(out), "+OK")) {
        append_body(serve, link, unit, out);
        *told_r = true;
    }
    return 0;
}

/* ---- Sending ---- */

static bool is_refusal(struct bytes reply)
{
    return bytes_starts(reply, "4") || bytes_starts(reply, "5") || bytes_starts(reply, "-ERR");
}

static void code_of(struct bytes reply, char *code_r, size_t size)
{
    size_t n = 0;

    while (n < reply.n && n + 1 < size && reply.p[n] != ' ' && reply.p[n] != '-' &&
           reply.p[n] != '\r' && reply.p[n] != '\n') {
        code_r[n] = (char)reply.p[n];
        n++;
    }
    if (bytes_starts(reply, "-ERR")) {
        n = (size_t)snprintf(code_r, size, "-ERR");
    }
    code_r[n] = '\0';
}

/* A client that takes another 3yz to DATA for 354 (it must not, RFC 5321 3.3) sends message data, no commands. */
static const char *code_as_meant(const struct unit *unit, const char *code)
{
    bool data = unit->kind == UNIT_COMMAND &&
                smtp_command_read(bytes_trim_right(unit->octets)).verb == SMTP_DATA;

    return data && code[0] == '3' ? "354" : code;
}

/* One written reply stands for all recipients under LMTP (RFC 2033 4.2), unless each has its own. */
static unsigned times(const struct case_run *run, const struct step *step)
{
    const struct visitor *visitor = run->serve->links[step->connection - 1].visitor;

    if (!step->reply.ends_data || visitor->protocol != PROTOCOL_LMTP) {
        return 1;
    }
    return visitor->accepted_recipients > 1 && frame_replies_for_all(&run->steps)
               ? visitor->accepted_recipients
               : 1;
}

static enum step_result go_out(struct case_run *run, const struct step *step)
{
    struct visitor *visitor = serve_link(run->serve, step)->visitor;
    int64_t ms = visitor == NULL ? 0 : visitor_flush(visitor);

    if (ms > 0) {
        run->timed_out = false;
        timer_start(run->timer, ms);
        return STEP_WAITS;
    }
    return STEP_DONE;
}

/* Another reply, which must come, stands behind this one before the client speaks again. */
static bool reply_follows(const struct case_run *run, const struct step *step)
{
    const struct frame *frame = &run->steps;

    for (size_t i = frame->next + 1; i < frame->count; i++) {
        const struct step *next = &frame->steps[i];
        if (next->connection != step->connection || next->kind == STEP_COMMENTARY ||
            next->kind == STEP_WITHIN || (next->kind == STEP_REPLY && next->reply.optional)) {
            continue;
        }
        return next->kind == STEP_REPLY;
    }
    return false;
}

static enum step_result say(struct case_run *run, const struct step *step, struct bytes octets,
                            bool told)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    struct named_unit *named = serve_next_named(link);
    struct unit unit = unit_of(named);
    bool greeting = named == NULL && !link->visitor->greeted;
    char code[8];

    code_of(octets, code, sizeof code);
    if (named != NULL && !told && !named->told) {
        serve->responder->note(link->visitor->talk, unit.octets, code_as_meant(&unit, code));
        named->told = true;
    }
    for (unsigned left = times(run, step); left > 0; left--) {
        visitor_say(link->visitor, octets);
    }
    if (named != NULL || !link->greeted) {
        serve_note_answer(serve, link, &unit, octets);
    }
    link->turned_away |= greeting && is_refusal(octets);
    link->greeted = true;
    link->began = true;
    run->before_line_one = false;
    bool more = step->reply.ends_data && link->visitor->protocol == PROTOCOL_LMTP &&
                reply_follows(run, step);
    if (!more) {
        serve_named_answered(serve, link);
    }
    return go_out(run, step);
}

/* Somebody must be there to be spoken to: the client connects first. */
static enum step_result need_listener(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    enum step_result result = serve_need_visitor(serve, step);

    if (result != STEP_DONE) {
        return result;
    }
    const struct serve_link *link = serve_link(serve, step);
    struct buf why = {0};
    bool gone = serve_print_tls_failure(link, &why) || link->visitor == NULL ||
                link->visitor->state == VISITOR_CLOSED;
    if (gone) {
        result = serve_never_sent(
            serve, step, why.n > 0 ? buf_text(&why) : "no connection is open for the reply");
    }
    buf_deinit(&why);
    return result;
}

static enum step_result reply_now(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    struct unit unit = unit_of(serve_next_named(link));
    struct buf octets = {0};
    struct error error = {""};
    bool told = false;
    enum step_result result;

    if (print_reply(run, step, &unit, &octets, &told, &error) != 0) {
        struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
        mismatch.place = step->place;
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else {
        serve->flushing = true;
        result = say(run, step, buf_bytes(&octets), told);
    }
    buf_deinit(&octets);
    return result;
}

enum step_result serve_reply_begin(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    const struct serve_link *link = serve_link(serve, step);

    serve->flushing = false;
    serve->waits_for_child = false;
    if (link->replaced) {
        return STEP_DONE; /* it was for one that has left: not for the one that came behind it */
    }
    if (step->reply.optional && (link->named == NULL || reply_follows(run, step))) {
        return STEP_DONE;
    }
    run_wait(run, run_reply_ms(run));
    return serve_reply_changed(run, step);
}

enum step_result serve_reply_changed(struct case_run *run, const struct step *step)
{
    if (run->serve->flushing) {
        return STEP_WAITS; /* until the timer of the pace */
    }
    if (serve_link(run->serve, step)->replaced) {
        return STEP_DONE;
    }
    enum step_result result = need_listener(run, step);
    return result == STEP_DONE ? reply_now(run, step) : result;
}

enum step_result serve_reply_timed_out(struct case_run *run, const struct step *step)
{
    if (run->serve->flushing) {
        return go_out(run, step);
    }
    return serve_command_timed_out(run, step);
}

/* ---- <the POP3 server sends message N> ---- */

static struct bytes first_lines(struct bytes content, uint64_t lines)
{
    size_t at = bytes_find(content, BYTES_LIT("\r\n\r\n"), 0);

    if (at == BYTES_NONE) {
        return content;
    }
    at += 4;
    for (uint64_t i = 0; i < lines && at < content.n; i++) {
        size_t end = bytes_find(content, BYTES_LIT("\r\n"), at);
        at = end == BYTES_NONE ? content.n : end + 2;
    }
    return bytes_slice(content, 0, at);
}

enum step_result serve_body_begin(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct buf number_text = {0};
    struct buf octets = {0};
    struct error error = {""};
    struct bytes content = {0};
    uint64_t number = 0;
    uint64_t lines = 0;
    enum step_result result;

    if (link->replaced || link->visitor == NULL) {
        return STEP_DONE;
    }
    if (expand_text(&number_text, &step->text, &run->scope, &error) != 0) {
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (!bytes_to_u64(buf_bytes(&number_text), &number) || number == 0 ||
               !serve->responder->message(serve->room, (size_t)number, &content)) {
        result = outcome_mismatch(run, &mismatch, "the maildrop has no message %s",
                                  buf_text(&number_text));
    } else {
        if (step->name != NULL && bytes_to_u64(bytes_of(step->name), &lines)) {
            content = first_lines(content, lines);
        }
        pop3_stuff(&octets, content);
        visitor_say(link->visitor, buf_bytes(&octets));
        result = go_out(run, step);
    }
    buf_deinit(&number_text);
    buf_deinit(&octets);
    return result;
}

enum step_result serve_body_timed_out(struct case_run *run, const struct step *step)
{
    return go_out(run, step);
}
