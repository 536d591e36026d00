#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/key_word.h"
#include "fake_servers/reply_texts.h"
#include "fake_servers/smtp_session.h"

/* ---- what a reply says ---- */

static bool is_hello(enum stage stage)
{
    return stage == STAGE_EHLO || stage == STAGE_HELO || stage == STAGE_LHLO;
}

/* RFC 5321 4.1.1.1: what accepts EHLO begins with the server's name. */
static void print_usual_text(const struct smtp_session *session, enum stage stage,
                             const struct asked_reply *reply, struct buf *out)
{
    const struct reply_text *row = reply_text_find(reply->code);
    const char *host = session->settings->hostname;
    if (is_hello(stage) && reply->code == 250) {
        buf_append_text(out, host);
    } else if (row == NULL || reply->code == 0) {
        buf_append_text(out, "No document lists this code");
    } else {
        buf_printf(out, "%s%s%s", row->names_host ? host : "", row->names_host ? " " : "",
                   row->text);
    }
}

/* A code that came alone has the status that it usually has; who wrote a text has left it out on purpose. */
static const char *status_of(const struct smtp_session *session, enum stage stage,
                             const struct asked_reply *reply)
{
    const struct reply_text *row = reply_text_find(reply->code);
    if (reply->status[0] != '\0') {
        return reply->status;
    }
    bool is_usual = reply->text == NULL && row != NULL && reply->code != 0;
    return is_usual && smtp_takes_status(session) ? reply_text_status(row, stage) : NULL;
}

static void write_line(struct buf *out, const struct asked_reply *reply, const char *status,
                       struct bytes text, bool is_last)
{
    buf_printf(out, "%s%c", reply->digits, is_last ? ' ' : '-');
    if (status != NULL) {
        buf_printf(out, "%s ", status);
    }
    buf_append(out, text);
    buf_append_text(out, "\r\n");
}

static void write_reply(struct smtp_session *session, enum stage stage,
                        const struct asked_reply *reply)
{
    struct buf text = {0};
    struct bytes line;
    const char *status = status_of(session, stage, reply);
    if (reply->text != NULL) {
        buf_append_text(&text, reply->text);
    } else {
        print_usual_text(session, stage, reply, &text);
    }
    struct bytes rest = bytes_of(buf_text(&text));
    smtp_answer_held(session);
    while (bytes_next(&rest, '\n', &line)) {
        write_line(session->out, reply, status, line, rest.p == NULL);
    }
    session->last_code = reply->code;
    smtp_mark_reply(session, stage);
    buf_deinit(&text);
}

/* ---- what follows ---- */

static bool acts(struct smtp_session *session, const struct asked_reply *reply)
{
    if (reply->action == REPLY_SAY) {
        return false;
    }
    session->script.action = reply->action;
    if (reply->action == REPLY_CLOSE || reply->action == REPLY_RESET) {
        smtp_session_clear(session);
        session->state = SMTP_STATE_OVER;
    }
    return true;
}

/* Without a word of its own. */
static void follow_unit(struct smtp_session *session, struct bytes unit, unsigned code)
{
    struct buf *out = session->out;
    enum smtp_verb verb = session->verb;
    session->script.is_telling = true;
    smtp_session_told(session, unit, code);
    session->script.is_telling = false;
    session->verb = verb;
    session->out = out;
}

static bool is_end(unsigned code)
{
    return code == 221 || code == 421;
}

/* Codes that mean something at one stage alone leave the session as it is at others: nobody sends a message behind a 354 to RSET. */
static bool has_meaning(enum stage stage, unsigned code)
{
    return is_end(code) || ((code != 354 || stage == STAGE_DATA) &&
                            (stage != STAGE_STARTTLS || code == 220 || code >= 400));
}

static void follow_line(struct smtp_session *session, enum stage stage, struct bytes unit,
                        unsigned code)
{
    if (code == 334 && stage == STAGE_AUTH) {
        session->script.asks = true;
    } else if (has_meaning(stage, code)) {
        follow_unit(session, unit, code);
    }
}

/* ---- choosing ---- */

static struct reply_moment moment_of(enum stage stage, struct bytes argument)
{
    struct reply_moment moment = {stage, STAGE_SMTP, argument, {0}};
    if (stage == STAGE_MAIL || stage == STAGE_RCPT) {
        struct smtp_path path = smtp_path_read(argument, stage == STAGE_RCPT);
        moment.mailbox = path.mailbox;
    }
    return moment;
}

/* What a key word in this argument asks for is kept; VRFY and EXPN have the address alone. */
static bool note_key_word(struct smtp_session *session, enum stage stage, struct bytes argument)
{
    struct bytes local_part = smtp_path_read(argument, stage == STAGE_RCPT).local_part;
    struct bytes domain;
    enum stage meant = STAGE_COUNT;
    struct asked_reply reply;
    if (stage == STAGE_VRFY || stage == STAGE_EXPN) {
        smtp_mailbox_split(argument, &local_part, &domain);
    } else if (stage != STAGE_MAIL && stage != STAGE_RCPT) {
        return false;
    }
    if (!session->settings->takes_key_words || !key_word_read(local_part, &meant, &reply) ||
        meant == STAGE_AUTH) {
        return false;
    }
    if (session->script.key_words == NULL) {
        session->script.key_words = mem_alloc(sizeof *session->script.key_words);
    }
    session->script.key_words->is_set[meant] = true;
    session->script.key_words->is_of_sender[meant] = stage == STAGE_MAIL;
    session->script.key_words->replies[meant] = reply;
    return true;
}

static void forget_key_words(struct smtp_session *session)
{
    free(session->script.key_words);
    session->script.key_words = NULL;
}

/* The copy outlives the key words. */
static bool choose_key_word(struct smtp_session *session, enum stage stage,
                            struct asked_reply *reply_r)
{
    struct smtp_key_words *words = session->script.key_words;
    if (words == NULL || !words->is_set[stage]) {
        return false;
    }
    *reply_r = words->replies[stage];
    return true;
}

static bool is_asked_by_sender(const struct smtp_session *session, enum stage stage)
{
    const struct smtp_key_words *words = session->script.key_words;
    return words != NULL && words->is_of_sender[stage];
}

static bool choose_rule(struct smtp_session *session, const struct reply_moment *moment,
                        struct asked_reply *reply_r)
{
    const struct asked_reply *chosen =
        reply_book_choose(session->settings->replies, &session->script.tally, moment);
    assert(reply_r != NULL);
    if (chosen != NULL) {
        *reply_r = *chosen;
    }
    return chosen != NULL;
}

static bool choose_pair(const struct smtp_session *session, enum stage stage,
                        struct asked_reply *reply_r)
{
    bool is_here = session->script.pair.count > 0 && session->script.pair.stage == stage;
    if (is_here) {
        *reply_r = session->script.pair.reply;
    }
    return is_here;
}

static bool choose(struct smtp_session *session, const struct reply_moment *moment,
                   struct asked_reply *reply_r)
{
    return choose_rule(session, moment, reply_r) || choose_pair(session, moment->stage, reply_r) ||
           choose_key_word(session, moment->stage, reply_r);
}

static bool choose_at(struct smtp_session *session, enum stage stage, struct bytes argument,
                      struct asked_reply *reply_r)
{
    struct reply_moment moment = moment_of(stage, argument);
    return choose(session, &moment, reply_r);
}

/* ---- greeting, command ---- */

static void say_greeting(struct smtp_session *session, const struct asked_reply *reply)
{
    if (!acts(session, reply)) {
        write_reply(session, STAGE_GREETING, reply);
        session->no_service = reply->code >= 400; /* RFC 5321 3.1 */
        session->state = is_end(reply->code) ? SMTP_STATE_OVER : session->state;
    }
}

/* The pair is named in the greeting, also where that is what it is about. */
static void name_pair(const struct smtp_session *session, struct buf *out)
{
    if (session->script.pair.stage != STAGE_GREETING) {
        buf_printf(out, "%s ", session->settings->hostname);
    }
    sweep_pair_print(&session->script.pair, out);
}

static bool greets_with_pair(struct smtp_session *session)
{
    struct buf text = {0};
    struct asked_reply reply = {.form = REPLY_OF_SMTP, .digits = "220", .code = 220};
    session->script.pair =
        sweep_next(session->settings->sweep, session->lmtp ? SWEEP_LMTP : SWEEP_SMTP);
    if (session->script.pair.count == 0) {
        return false;
    }
    choose_pair(session, STAGE_GREETING, &reply);
    name_pair(session, &text);
    reply.text = buf_text(&text);
    say_greeting(session, &reply);
    buf_deinit(&text);
    return true;
}

bool smtp_script_greets(struct smtp_session *session)
{
    struct asked_reply reply;
    struct reply_moment moment = moment_of(STAGE_GREETING, (struct bytes){0});
    if (!choose_rule(session, &moment, &reply)) {
        return greets_with_pair(session);
    }
    say_greeting(session, &reply);
    return true;
}

/* RCPT that is about another stage: whoever it is for, it is taken. */
static void take_recipient(struct asked_reply *reply)
{
    *reply = (struct asked_reply){.form = REPLY_OF_SMTP, .digits = "250", .code = 250};
}

static bool choose_for_line(struct smtp_session *session, enum stage stage, struct bytes argument,
                            struct asked_reply *reply)
{
    if (stage == STAGE_MAIL) {
        forget_key_words(session);
    }
    bool noted = note_key_word(session, stage, argument);
    if (choose_at(session, stage, argument, reply)) {
        if (noted && session->script.key_words != NULL && stage == STAGE_RCPT) {
            session->script.key_words->is_set[STAGE_RCPT] = false; /* it was about this one */
        }
        return true;
    }
    if (noted && stage == STAGE_RCPT) {
        take_recipient(reply);
        return true;
    }
    return false;
}

/* BDAT with a size is answered behind its chunk. */
static bool is_chunk(const struct smtp_command *command)
{
    struct smtp_chunk chunk;
    return command->verb == SMTP_BDAT && smtp_chunk_read(command->argument, &chunk);
}

static void answer_line(struct smtp_session *session, enum stage stage,
                        const struct asked_reply *reply)
{
    struct buf unit = {0};
    buf_append(&unit, line_in_text(&session->line));
    buf_append_text(&unit, "\r\n");
    line_in_reset(&session->line);
    if (!acts(session, reply)) {
        follow_line(session, stage, buf_bytes(&unit), reply->code);
        write_reply(session, stage, reply);
    }
    buf_deinit(&unit);
}

bool smtp_script_answers_line(struct smtp_session *session)
{
    struct smtp_command command = smtp_command_read(line_in_text(&session->line));
    enum stage stage = stage_of_smtp(command.verb);
    struct asked_reply reply;
    if (session->script.is_telling || is_chunk(&command)) {
        return false;
    }
    session->verb = command.verb;
    if (!choose_for_line(session, stage, command.argument, &reply)) {
        return false;
    }
    answer_line(session, stage, &reply);
    return true;
}

/* ---- AUTH ---- */

bool smtp_script_answers_response(struct smtp_session *session, bool goes_on)
{
    struct asked_reply reply;
    if (!choose_at(session, STAGE_AUTH_RESPONSE, (struct bytes){0}, &reply)) {
        return false;
    }
    session->script.asks = reply.action == REPLY_SAY && reply.code == 334 && !goes_on;
    if (reply.code / 100 == 2) {
        const char *user = session->auth != NULL ? auth_user(session->auth) : NULL;
        smtp_session_admit(session, user != NULL ? user : "");
    } else if (reply.code != 334 || !goes_on) {
        auth_free(&session->auth);
    }
    if (!acts(session, &reply)) {
        session->state = is_end(reply.code) ? SMTP_STATE_OVER : session->state;
        write_reply(session, STAGE_AUTH_RESPONSE, &reply);
    }
    return true;
}

bool smtp_script_answers_login(struct smtp_session *session)
{
    const char *name = auth_user(session->auth);
    struct bytes local_part;
    struct bytes domain;
    enum stage stage = STAGE_COUNT;
    struct asked_reply reply;
    smtp_mailbox_split(bytes_of(name), &local_part, &domain);
    if (!session->settings->takes_key_words || !key_word_read(local_part, &stage, &reply) ||
        stage != STAGE_AUTH) {
        return false;
    }
    if (reply.code / 100 == 2) {
        smtp_session_admit(session, name);
    } else {
        auth_free(&session->auth);
    }
    session->script.asks = reply.code == 334;
    if (!acts(session, &reply)) {
        session->state = is_end(reply.code) ? SMTP_STATE_OVER : session->state;
        write_reply(session, STAGE_AUTH_RESPONSE, &reply);
    }
    return true;
}

size_t smtp_script_take_response(struct smtp_session *session, struct bytes octets)
{
    bool complete = false;
    size_t used = line_in_take(&session->line, octets, AUTH_MAX_LINE_OCTETS + 2, &complete);
    if (complete) {
        line_in_reset(&session->line);
        session->verb = SMTP_AUTH;
        session->script.asks = false;
        if (!smtp_script_answers_response(session, false)) {
            smtp_answer(session, 535, "5.7.8", "Authentication credentials invalid");
        }
    }
    return used;
}

/* ---- message data ---- */

/* Without its brackets. */
static struct bytes mailbox_of(const struct smtp_recipient *recipient)
{
    struct bytes path = bytes_of(recipient->path);
    return bytes_slice(path, 1, path.n > 0 ? path.n - 1 : 0);
}

/* The end of data has one reply for all recipients, so what is said of any of them counts. */
static bool choose_for_end(struct smtp_session *session, struct asked_reply *reply_r)
{
    const struct smtp_transaction *transaction = &session->transaction;
    struct buf mailboxes = {0};
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        buf_append_text(&mailboxes, i > 0 ? " " : "");
        buf_append(&mailboxes, mailbox_of(&transaction->recipients[i]));
    }
    struct reply_moment moment = {STAGE_END_OF_DATA, STAGE_SMTP, buf_bytes(&mailboxes),
                                  buf_bytes(&mailboxes)};
    bool chosen = choose(session, &moment, reply_r);
    buf_deinit(&mailboxes);
    return chosen;
}

/* As it would have, without a word of its own. */
static void deliver_silently(struct smtp_session *session)
{
    struct buf thrown = {0};
    struct buf *out = session->out;
    session->out = &thrown;
    session->script.is_telling = true;
    smtp_deliver(session);
    session->script.is_telling = false;
    session->out = out;
    buf_deinit(&thrown);
}

static void end_data(struct smtp_session *session, enum stage stage,
                     const struct asked_reply *reply)
{
    if (acts(session, reply)) {
        return;
    }
    if (reply->code / 100 == 2) {
        deliver_silently(session);
    }
    smtp_session_clear(session);
    session->state = is_end(reply->code) ? SMTP_STATE_OVER : session->state;
    write_reply(session, stage, reply);
}

bool smtp_script_answers_end(struct smtp_session *session)
{
    struct asked_reply reply;
    if (session->script.is_telling || session->lmtp || !choose_for_end(session, &reply)) {
        return false;
    }
    end_data(session, STAGE_END_OF_DATA, &reply);
    return true;
}

/* RFC 2033 4.2: each recipient has its own, and so has the key word in its address. */
static const struct asked_reply *choose_for_recipient(struct smtp_session *session,
                                                      const struct smtp_recipient *recipient,
                                                      struct asked_reply *room)
{
    struct bytes mailbox = mailbox_of(recipient);
    struct reply_moment moment = {STAGE_END_OF_DATA, STAGE_SMTP, mailbox, mailbox};
    struct bytes local_part;
    struct bytes domain;
    enum stage stage = STAGE_COUNT;
    if (choose_rule(session, &moment, room) || choose_pair(session, STAGE_END_OF_DATA, room)) {
        return room;
    }
    if (is_asked_by_sender(session, STAGE_END_OF_DATA) &&
        choose_key_word(session, STAGE_END_OF_DATA, room)) {
        return room;
    }
    smtp_mailbox_split(mailbox, &local_part, &domain);
    return session->settings->takes_key_words && key_word_read(local_part, &stage, room) &&
                   stage == STAGE_END_OF_DATA
               ? room
               : NULL;
}

bool smtp_script_ends(struct smtp_session *session, const struct asked_reply **replies,
                      struct asked_reply *rooms)
{
    bool any = false;
    for (size_t i = 0; i < session->transaction.recipient_count && !session->script.is_telling;
         i++) {
        replies[i] = choose_for_recipient(session, &session->transaction.recipients[i], &rooms[i]);
        any |= replies[i] != NULL;
    }
    return any;
}

void smtp_script_say_end(struct smtp_session *session, const struct asked_reply *reply)
{
    if (!acts(session, reply)) {
        write_reply(session, STAGE_END_OF_DATA, reply);
        session->state = is_end(reply->code) ? SMTP_STATE_OVER : session->state;
    }
}

bool smtp_script_is_over(const struct smtp_session *session)
{
    return session->script.action != REPLY_SAY || session->state == SMTP_STATE_OVER;
}

/* ---- BDAT ---- */

static bool choose_for_chunk(struct smtp_session *session, struct asked_reply *reply_r)
{
    bool is_last = session->chunk.chunk.last;
    return choose_at(session, STAGE_BDAT, BYTES_LIT(""), reply_r) ||
           (is_last && !session->lmtp && choose_for_end(session, reply_r));
}

/* RFC 3030 section 2: the last chunk ends the transaction, whatever is said of it. */
static void follow_chunk(struct smtp_session *session, const struct asked_reply *reply)
{
    if (session->chunk.is_refused) {
        return;
    }
    if (!session->chunk.chunk.last) {
        session->state = SMTP_STATE_BDAT;
        return;
    }
    if (reply->code / 100 == 2) {
        deliver_silently(session);
    }
    smtp_session_clear(session);
}

bool smtp_script_answers_chunk(struct smtp_session *session)
{
    struct asked_reply reply;
    bool is_end_of_lmtp = session->lmtp && session->chunk.chunk.last && !session->chunk.is_refused;
    size_t count = is_end_of_lmtp ? session->transaction.recipient_count : 1;
    if (session->script.is_telling || !choose_for_chunk(session, &reply)) {
        return false;
    }
    if (acts(session, &reply)) {
        return true;
    }
    follow_chunk(session, &reply);
    for (size_t i = 0; i < count; i++) {
        write_reply(session, STAGE_BDAT, &reply);
    }
    session->state = is_end(reply.code) ? SMTP_STATE_OVER : session->state;
    return true;
}

void smtp_script_deinit(struct smtp_script *script)
{
    reply_tally_deinit(&script->tally);
    free(script->key_words);
    *script = (struct smtp_script){0};
}
