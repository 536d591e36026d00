#include <stdlib.h>

#include "fake_servers/pop3_session.h"

/* ---- what a response says ---- */

static const char *indicator_of(enum reply_form form)
{
    return form == REPLY_POP3_OK ? "+OK" : form == REPLY_POP3_ERR ? "-ERR" : "+";
}

/* The drop listing has two numbers (RFC 1939 5), and a greeting the timestamp of APOP (RFC 1939 7). */
static void print_usual_text(const struct pop3_session *session, enum stage stage,
                             enum reply_form form, struct buf *out)
{
    const char *timestamp = session->timestamp != NULL ? session->timestamp : "";
    if (form == REPLY_POP3_CONTINUE) {
        return; /* an empty challenge */
    }
    if (form == REPLY_POP3_ERR) {
        buf_append_text(out, "Not done, as a rule says");
    } else if (stage == STAGE_GREETING) {
        buf_printf(out, "Ready %s", timestamp);
    } else {
        buf_append_text(out, stage == STAGE_STAT ? "0 0" : "Done, as a rule says");
    }
}

static void write_body(struct buf *out, struct bytes lines)
{
    struct bytes line;
    while (lines.p != NULL && bytes_next(&lines, '\n', &line)) {
        buf_append_text(out, bytes_starts(line, ".") ? "." : "");
        buf_append(out, line);
        buf_append_text(out, "\r\n");
    }
    buf_append_text(out, ".\r\n");
}

static void write_response(struct pop3_session *session, enum stage stage,
                           const struct asked_reply *reply, bool has_body)
{
    struct buf text = {0};
    struct bytes line = {0};
    if (reply->text != NULL) {
        buf_append_text(&text, reply->text);
    } else {
        print_usual_text(session, stage, reply->form, &text);
    }
    struct bytes rest = bytes_of(buf_text(&text));
    bytes_next(&rest, '\n', &line);
    buf_printf(session->out, "%s ", indicator_of(reply->form));
    buf_append(session->out, line);
    buf_append_text(session->out, "\r\n");
    if (rest.p != NULL || has_body) {
        write_body(session->out, rest);
    }
    session->refused = reply->form == REPLY_POP3_ERR;
    buf_deinit(&text);
}

/* ---- what follows ---- */

static bool acts(struct pop3_session *session, const struct asked_reply *reply)
{
    if (reply->action == REPLY_SAY) {
        return false;
    }
    session->script.action = reply->action;
    if (reply->action == REPLY_CLOSE || reply->action == REPLY_RESET) {
        session->state = POP3_STATE_OVER;
        pop3_close_maildrop(session); /* without UPDATE (RFC 1939 6) */
    }
    return true;
}

/* Without a word of its own. */
static void follow_unit(struct pop3_session *session, struct bytes unit, bool positive)
{
    struct buf *out = session->out;
    enum pop3_verb verb = session->verb;
    session->script.is_telling = true;
    pop3_session_told(session, unit, positive);
    session->script.is_telling = false;
    session->verb = verb;
    session->out = out;
}

static bool choose_pair(const struct pop3_session *session, enum stage stage,
                        struct asked_reply *reply_r)
{
    bool is_here = session->script.pair.count > 0 && session->script.pair.stage == stage;
    if (is_here) {
        *reply_r = session->script.pair.reply;
    }
    return is_here;
}

static bool choose(struct pop3_session *session, enum stage stage, struct bytes argument,
                   struct asked_reply *reply_r)
{
    struct reply_moment moment = {stage, STAGE_POP3, argument, {0}};
    const struct asked_reply *chosen =
        reply_book_choose(session->settings->replies, &session->script.tally, &moment);
    if (chosen != NULL) {
        *reply_r = *chosen;
    }
    return chosen != NULL || choose_pair(session, stage, reply_r);
}

/* ---- greeting, command ---- */

static void say_greeting(struct pop3_session *session, const struct asked_reply *reply)
{
    if (!acts(session, reply)) {
        write_response(session, STAGE_GREETING, reply, false);
        /* Nobody is served behind it. */
        session->state = reply->form == REPLY_POP3_ERR ? POP3_STATE_OVER : session->state;
    }
}

/* "[IN-USE] " */
static void append_response_code(struct buf *out, const char *text)
{
    size_t end = bytes_index(bytes_of(text), ']', 0);
    if (end != BYTES_NONE) {
        buf_append(out, bytes_slice(bytes_of(text), 0, end + 1));
        buf_append_text(out, " ");
    }
}

/* The pair is named in the greeting, also where that is what it is about; and so is the timestamp of APOP. */
static bool greets_with_pair(struct pop3_session *session)
{
    struct buf text = {0};
    struct asked_reply reply = {.form = REPLY_POP3_OK};
    session->script.pair = sweep_next(session->settings->sweep, SWEEP_POP3);
    if (session->script.pair.count == 0) {
        return false;
    }
    if (choose_pair(session, STAGE_GREETING, &reply)) {
        append_response_code(&text, reply.text);
    }
    sweep_pair_print(&session->script.pair, &text);
    if (session->timestamp != NULL && reply.form == REPLY_POP3_OK) {
        buf_printf(&text, " %s", session->timestamp);
    }
    reply.text = buf_text(&text);
    say_greeting(session, &reply);
    buf_deinit(&text);
    return true;
}

bool pop3_script_greets(struct pop3_session *session)
{
    struct asked_reply reply;
    if (!choose(session, STAGE_GREETING, (struct bytes){0}, &reply)) {
        return greets_with_pair(session);
    }
    say_greeting(session, &reply);
    return true;
}

static void answer_line(struct pop3_session *session, const struct pop3_command *command,
                        const struct asked_reply *reply)
{
    struct buf unit = {0};
    bool has_body = reply->form == REPLY_POP3_OK && pop3_is_multiline(command);
    buf_append(&unit, line_in_text(&session->line));
    buf_append_text(&unit, "\r\n");
    line_in_reset(&session->line);
    if (!acts(session, reply)) {
        session->script.asks = reply->form == REPLY_POP3_CONTINUE;
        if (!session->script.asks) {
            follow_unit(session, buf_bytes(&unit), reply->form == REPLY_POP3_OK);
        }
        write_response(session, stage_of_pop3(session->verb), reply, has_body);
    }
    buf_deinit(&unit);
}

bool pop3_script_answers_line(struct pop3_session *session)
{
    struct pop3_command command = pop3_command_read(line_in_text(&session->line));
    struct asked_reply reply;
    if (session->script.is_telling ||
        !choose(session, stage_of_pop3(command.verb), command.argument, &reply)) {
        return false;
    }
    session->verb = command.verb;
    answer_line(session, &command, &reply);
    return true;
}

/* ---- AUTH ---- */

static void let_in(struct pop3_session *session)
{
    const char *user = session->auth != NULL ? auth_user(session->auth) : NULL;
    pop3_session_admit(session, bytes_of(user));
    session->auth_done = true;
}

bool pop3_script_answers_response(struct pop3_session *session, bool goes_on)
{
    struct asked_reply reply;
    if (!choose(session, STAGE_AUTH_RESPONSE, (struct bytes){0}, &reply)) {
        return false;
    }
    bool asks = reply.form == REPLY_POP3_CONTINUE;
    session->script.asks = asks && !goes_on;
    if (reply.form == REPLY_POP3_OK) {
        let_in(session);
    }
    if (!asks || !goes_on) {
        auth_free(&session->auth);
    }
    if (!acts(session, &reply)) {
        write_response(session, STAGE_AUTH_RESPONSE, &reply, false);
    }
    return true;
}

size_t pop3_script_take_response(struct pop3_session *session, struct bytes octets)
{
    bool complete = false;
    size_t used = line_in_take(&session->line, octets, AUTH_MAX_LINE_OCTETS + 2, &complete);
    if (complete) {
        line_in_reset(&session->line);
        session->verb = POP3_AUTH;
        session->script.asks = false;
        if (!pop3_script_answers_response(session, false)) {
            pop3_say(session, POP3_TEXT_WRONG_LOGIN);
        }
    }
    return used;
}

void pop3_script_deinit(struct pop3_script *script)
{
    reply_tally_deinit(&script->tally);
    *script = (struct pop3_script){0};
}
