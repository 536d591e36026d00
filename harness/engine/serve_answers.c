/*
 * What a client said and was answered: units that wait for their reply, the responder's answers, and the tally of it all.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "engine/serve_internal.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* So many commands that no dialogue asks for are no session any more. */
enum { MOST_RESPONDED = 10000 };

/* ---- Units that wait for their reply ---- */

struct named_unit *serve_name_unit(struct serve_link *link, const struct unit *unit)
{
    struct named_unit *named = mem_alloc(sizeof *named);
    struct named_unit **at = &link->named;

    named->kind = unit->kind;
    buf_append(&named->octets, unit->octets);
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = named;
    return named;
}

struct named_unit *serve_next_named(struct serve_link *link)
{
    return link->named;
}

void serve_drop_named(struct serve_link *link)
{
    struct named_unit *named = link->named;

    if (named != NULL) {
        link->named = named->next;
        buf_deinit(&named->octets);
        free(named);
    }
}

/* ---- What was said ---- */

static void note_word(struct serve *serve, const struct serve_link *link, struct bytes word)
{
    offers_add_once(&serve->verbs, word);
    if (link->visitor->tls == VISITOR_SECURED) {
        offers_add_once(&serve->verbs_inside, word);
    }
}

/* Keywords behind the path of MAIL and RCPT: what a client sends is told by them, too. */
static void note_parameters(struct serve *serve, const struct serve_link *link, struct bytes line)
{
    enum smtp_verb verb = smtp_command_read(line).verb;
    size_t close = bytes_index(line, '>', 0);
    struct bytes rest = bytes_skip(line, close == BYTES_NONE ? line.n : close + 1);
    struct bytes word = {0};

    while ((verb == SMTP_MAIL || verb == SMTP_RCPT) && bytes_next_word(&rest, &word)) {
        size_t equals = bytes_index(word, '=', 0);
        note_word(serve, link, bytes_slice(word, 0, equals == BYTES_NONE ? word.n : equals));
    }
}

static void note_verb(struct serve *serve, const struct serve_link *link, const struct unit *unit)
{
    bool pop3 = link->visitor->protocol == PROTOCOL_POP3;
    struct bytes line = bytes_trim_right(unit->octets);
    const char *name = NULL;

    if (unit->kind != UNIT_COMMAND) {
        return;
    }
    if (pop3) {
        struct pop3_command command = pop3_command_read(line);
        bool one = (command.verb == POP3_LIST || command.verb == POP3_UIDL) &&
                   command.argument.n > 0; /* of one message: another question */
        name = command.verb == POP3_UNKNOWN ? NULL : pop3_verb_row(command.verb)->name;
        name = !one ? name : command.verb == POP3_LIST ? "LIST-n" : "UIDL-n";
    } else {
        enum smtp_verb verb = smtp_command_read(line).verb;
        name = verb == SMTP_UNKNOWN ? NULL : smtp_verb_row(verb)->name;
    }
    if (name != NULL) {
        note_word(serve, link, bytes_of(name));
    }
    if (!pop3) {
        note_parameters(serve, link, line);
    }
}

static enum progress smtp_progress(enum smtp_verb verb)
{
    static const enum progress rows[SMTP_VERB_COUNT] = {
        [SMTP_EHLO] = PROGRESS_HELLO, [SMTP_HELO] = PROGRESS_HELLO, [SMTP_LHLO] = PROGRESS_HELLO,
        [SMTP_MAIL] = PROGRESS_MAIL,  [SMTP_RCPT] = PROGRESS_RCPT,  [SMTP_DATA] = PROGRESS_DATA,
    };
    return rows[verb];
}

static enum progress progress_of(const struct serve_link *link, const struct unit *unit,
                                 struct bytes reply)
{
    struct bytes line = bytes_trim_right(unit->octets);

    if (link->visitor->protocol != PROTOCOL_POP3) {
        if (bytes_starts(reply, "235")) { /* RFC 4954 4: to AUTH, or to the last response */
            return PROGRESS_LOGIN;
        }
        bool accepted = bytes_starts(reply, "2") || bytes_starts(reply, "3");
        return accepted && unit->kind == UNIT_COMMAND ? smtp_progress(smtp_command_read(line).verb)
                                                      : PROGRESS_NONE;
    }
    if (!bytes_starts(reply, "+OK")) {
        return PROGRESS_NONE;
    }
    enum pop3_verb verb = pop3_command_read(line).verb;
    bool login =
        unit->kind == UNIT_RESPONSE || verb == POP3_PASS || verb == POP3_APOP || verb == POP3_AUTH;
    return login ? PROGRESS_LOGIN : PROGRESS_NONE;
}

/* Does mail depend on it? A refusal of anything else says nothing of success. */
static bool is_vital(const struct serve_link *link, const struct unit *unit)
{
    struct bytes line = bytes_trim_right(unit->octets);

    if (unit->kind == UNIT_DATA || unit->kind == UNIT_CHUNK) {
        return true;
    }
    if (link->visitor->protocol == PROTOCOL_POP3) {
        enum pop3_verb verb = pop3_command_read(line).verb;
        return verb == POP3_PASS || verb == POP3_USER || verb == POP3_RETR || verb == POP3_STAT;
    }
    enum smtp_verb verb = smtp_command_read(line).verb;
    return unit->octets.n == 0 || verb == SMTP_MAIL || verb == SMTP_RCPT || verb == SMTP_DATA ||
           verb == SMTP_BDAT;
}

/* What a positive reply to it accepts is a message (RFC 5321 4.2.5, RFC 3030 2). */
static bool ends_message(const struct serve_link *link, const struct unit *unit)
{
    struct smtp_command command = smtp_command_read(bytes_trim_right(unit->octets));
    struct smtp_chunk chunk;

    if (link->visitor->protocol == PROTOCOL_POP3) {
        return false;
    }
    return unit->kind == UNIT_DATA || (unit->kind == UNIT_COMMAND && command.verb == SMTP_BDAT &&
                                       smtp_chunk_read(command.argument, &chunk) && chunk.last);
}

static void tally(struct serve *serve, const struct serve_link *link, const struct unit *unit,
                  struct bytes reply)
{
    bool positive = bytes_starts(reply, "2") || bytes_starts(reply, "+OK");
    bool negative =
        bytes_starts(reply, "4") || bytes_starts(reply, "5") || bytes_starts(reply, "-");

    if (positive && ends_message(link, unit)) {
        serve->tally.accepted_messages++;
    }
    serve->tally.refused += negative && is_vital(link, unit) ? 1 : 0;
}

static void note_progress(struct serve_link *link, enum progress progress)
{
    link->logged_in |= progress == PROGRESS_LOGIN;
    link->progress = progress > link->progress ? progress : link->progress;
}

void serve_note_said(struct serve *serve, struct serve_link *link, const struct unit *unit,
                     struct bytes reply)
{
    enum progress progress = progress_of(link, unit, reply);

    note_verb(serve, link, unit);
    note_progress(link, progress);
}

static bool asks_for_offers(const struct serve_link *link, const struct unit *unit)
{
    struct bytes line = bytes_trim_right(unit->octets);

    if (unit->kind != UNIT_COMMAND) {
        return false;
    }
    if (link->visitor->protocol == PROTOCOL_POP3) {
        return pop3_command_read(line).verb == POP3_CAPA;
    }
    enum smtp_verb verb = smtp_command_read(line).verb;
    return verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO;
}

void serve_note_answer(struct serve *serve, struct serve_link *link, const struct unit *unit,
                       struct bytes reply)
{
    enum progress progress = progress_of(link, unit, reply);

    tally(serve, link, unit, reply);
    link->asked |= asks_for_offers(link, unit);
    note_progress(link, progress);
    visitor_answered(link->visitor, unit, reply);
}

/* What is there already goes by without a word: there may be a million of it. */
static void too_many(struct serve *serve, struct visitor *visitor)
{
    if (!serve->told_too_many) {
        emit_note(&serve->run->emitter, visitor->number,
                  "more than %d commands that the dialogue does not have: the connection is closed",
                  MOST_RESPONDED);
    }
    serve->told_too_many = true;
    visitor_close(visitor);
}

bool serve_is_patient(const struct serve *serve)
{
    return serve->responded < MOST_RESPONDED;
}

void serve_respond(struct serve *serve, struct serve_link *link, const struct unit *unit)
{
    struct visitor *visitor = link->visitor;
    struct buf out = {0};

    if (serve->responded >= MOST_RESPONDED) {
        too_many(serve, visitor);
        return;
    }
    serve->responded++;
    note_verb(serve, link, unit);
    serve->responder->answer(visitor->talk, unit->octets, &out);
    visitor_say(visitor, buf_bytes(&out));
    (void)visitor_flush(visitor);
    unsigned accepted = serve->tally.accepted_messages;
    serve_note_answer(serve, link, unit, buf_bytes(&out));
    serve->tally.accepted_elsewhere += serve->tally.accepted_messages - accepted;
    buf_deinit(&out);
    if (serve->responder->is_over(visitor->talk)) {
        visitor_close(visitor);
    }
}

void serve_respond_named(struct serve *serve, struct serve_link *link)
{
    const struct named_unit *named = link->named;
    struct unit unit = {.kind = named->kind, .octets = buf_bytes(&named->octets)};

    serve_respond(serve, link, &unit);
    serve_drop_named(link);
}

void serve_named_answered(struct serve *serve, struct serve_link *link)
{
    serve_drop_named(link);
    while (link->named != NULL && link->named->off_script && !serve_tls_is_due(serve, link)) {
        serve_respond_named(serve, link);
    }
}
