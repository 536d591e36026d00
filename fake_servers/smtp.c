#include "fake_servers/smtp.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_lmtp.h"
#include "fake_servers/smtp_history.h"
#include "fake_servers/smtp_turn.h"

/* ---- verbs ---- */

typedef bool (*smtp_handler_fn)(struct smtp_session *session, const struct smtp_command *command);

enum {
    IN_START = 1 << SMTP_STATE_START,
    IN_READY = 1 << SMTP_STATE_READY,
    IN_MAIL = 1 << SMTP_STATE_MAIL,
    IN_RCPT = 1 << SMTP_STATE_RCPT,
    IN_BDAT = 1 << SMTP_STATE_BDAT,
    NO_MAIL_YET = 1 << SMTP_STATE_COUNT, /* in READY, and MAIL was never accepted */
    HELLO_SAID = IN_READY | IN_MAIL | IN_RCPT | IN_BDAT,
    ANYWHERE = IN_START | HELLO_SAID
};

/* `next` when the handler sets the state itself, or leaves it. */
enum { SAME = SMTP_STATE_COUNT };

/* RFC 5321 4.1.4: where a verb may come, and where it leads when it is accepted. */
struct smtp_rule {
    unsigned states;
    smtp_handler_fn handle;
    unsigned next;
    enum fault fault; /* with that fault, it may come in `faulty_states` instead */
    unsigned faulty_states;
};

static const struct smtp_rule rules[SMTP_VERB_COUNT] = {
  // clang-format off
    /* verb            states              handler                next             fault, states */
    [SMTP_HELO]     = {ANYWHERE,           smtp_do_helo,          SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_EHLO]     = {ANYWHERE,           smtp_do_ehlo,          SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_LHLO]     = {ANYWHERE,           smtp_do_ehlo,          SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_MAIL]     = {IN_READY,           smtp_do_mail,          SMTP_STATE_MAIL, FAULT_NESTED_MAIL, HELLO_SAID},
    [SMTP_RCPT]     = {IN_MAIL | IN_RCPT,  smtp_do_rcpt,          SMTP_STATE_RCPT, FAULT_RCPT_WITHOUT_MAIL, IN_MAIL | IN_RCPT | NO_MAIL_YET},
    [SMTP_DATA]     = {IN_RCPT,            smtp_do_data,          SMTP_STATE_DATA, FAULT_COUNT, ANYWHERE},
    [SMTP_BDAT]     = {ANYWHERE,           smtp_do_bdat,          SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_RSET]     = {ANYWHERE,           smtp_do_rset,          SAME,            FAULT_ANY_TIME, HELLO_SAID},
    [SMTP_NOOP]     = {ANYWHERE,           smtp_do_noop,          SAME,            FAULT_ANY_TIME, HELLO_SAID},
    [SMTP_VRFY]     = {ANYWHERE,           smtp_do_vrfy,          SAME,            FAULT_ANY_TIME, HELLO_SAID},
    [SMTP_EXPN]     = {ANYWHERE,           smtp_do_expn,          SAME,            FAULT_ANY_TIME, HELLO_SAID},
    [SMTP_HELP]     = {ANYWHERE,           smtp_do_help,          SAME,            FAULT_ANY_TIME, HELLO_SAID},
    [SMTP_QUIT]     = {ANYWHERE,           smtp_do_quit,          SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_STARTTLS] = {ANYWHERE,           smtp_do_starttls,      SAME,            FAULT_COUNT, ANYWHERE},
    [SMTP_AUTH]     = {IN_READY,           smtp_do_auth,          SAME,            FAULT_AUTH_IN_TRANSACTION, HELLO_SAID},
    [SMTP_SEND]     = {IN_READY,           smtp_do_send,          SMTP_STATE_MAIL, FAULT_NESTED_MAIL, HELLO_SAID},
    [SMTP_SOML]     = {IN_READY,           smtp_do_send,          SMTP_STATE_MAIL, FAULT_NESTED_MAIL, HELLO_SAID},
    [SMTP_SAML]     = {IN_READY,           smtp_do_send,          SMTP_STATE_MAIL, FAULT_NESTED_MAIL, HELLO_SAID},
    [SMTP_TURN]     = {IN_READY,           smtp_do_turn,          SMTP_STATE_TURNED, FAULT_COUNT, ANYWHERE},
    [SMTP_UNKNOWN]  = {ANYWHERE,           smtp_do_unknown,       SAME,            FAULT_COUNT, ANYWHERE},
  // clang-format on
};

static const struct smtp_rule unimplemented = {ANYWHERE, smtp_do_unimplemented, SAME, FAULT_COUNT,
                                               ANYWHERE};

/* What stands behind 503 in each state. */
static const char *const out_of_order[SMTP_STATE_COUNT] = {
    [SMTP_STATE_START] = "Bad sequence of commands: send EHLO or HELO first",
    [SMTP_STATE_READY] = "Bad sequence of commands: no mail transaction is open",
    [SMTP_STATE_MAIL] = "Bad sequence of commands: RCPT comes next",
    [SMTP_STATE_RCPT] = "Bad sequence of commands: a mail transaction is open",
    [SMTP_STATE_BDAT] = "Bad sequence of commands: the last BDAT has not come",
    [SMTP_STATE_DATA] = "Bad sequence of commands",
    [SMTP_STATE_TURNED] = "Bad sequence of commands",
    [SMTP_STATE_OVER] = "Bad sequence of commands",
};

/* RFC 5321 3.3: DATA when MAIL was accepted and no RCPT. RFC 2033 4.2: it is 503 under LMTP. */
static enum server_no_recipients no_recipients(const struct smtp_session *session,
                                               enum smtp_verb verb)
{
    bool asked = verb == SMTP_DATA && session->state == SMTP_STATE_MAIL && !session->lmtp;
    return asked ? session->settings->no_recipients : NO_RECIPIENTS_503;
}

static bool is_allowed(const struct smtp_session *session, const struct smtp_rule *rule)
{
    bool wrong = rule->fault != FAULT_COUNT && smtp_has_fault(session, rule->fault);
    unsigned states = wrong ? rule->faulty_states : rule->states;
    unsigned here = 1U << session->state;
    if (session->state == SMTP_STATE_READY && !session->had_mail) {
        here |= NO_MAIL_YET;
    }
    return (states & here) != 0 || no_recipients(session, session->verb) == NO_RECIPIENTS_354 ||
           smtp_faulty_allows(session);
}

bool smtp_refuse_order(struct smtp_session *session)
{
    if (no_recipients(session, session->verb) == NO_RECIPIENTS_554) {
        smtp_answer(session, 554, "5.5.1", "No valid recipients");
        return false;
    }
    smtp_answer(session, 503, "5.5.1", "%s", out_of_order[session->state]);
    return false;
}

/* RFC 5321 4.3.2: 501 for an argument where there may be none, and for none where one must be. */
static bool argument_is_right(struct smtp_session *session, const struct smtp_command *command)
{
    const struct smtp_verb_row *row = smtp_verb_row(command->verb);
    if (row->argument == SMTP_ARGUMENT_NONE && command->argument.n > 0 &&
        !smtp_faulty_takes_argument(session, command->verb)) {
        smtp_answer(session, 501, "5.5.4", "%s takes no argument", row->name);
        return false;
    }
    if (row->argument == SMTP_ARGUMENT_REQUIRED && command->argument.n == 0) {
        smtp_answer(session, 501, "5.5.4", "%s needs an argument", row->name);
        return false;
    }
    return true;
}

/* RFC 2033 4.1: LHLO is no command of SMTP, and LMTP has neither HELO nor EHLO. */
static bool is_of_other_protocol(const struct smtp_session *session, enum smtp_verb verb)
{
    if (!session->lmtp) {
        return verb == SMTP_LHLO;
    }
    return (verb == SMTP_HELO || verb == SMTP_EHLO) && !smtp_faulty_lmtp_knows(session, verb);
}

/* The row of a verb that the profile, or a setting, takes away is that of one which was never there. */
static const struct smtp_rule *rule_of(const struct smtp_session *session, enum smtp_verb *verb)
{
    bool takes_chunks = *verb == SMTP_BDAT && session->knows_bdat;
    unsigned lacking = takes_chunks ? 0 : smtp_history_lacks(session, *verb);
    if (lacking == 502) {
        return &unimplemented;
    }
    if (lacking != 0) {
        *verb = SMTP_UNKNOWN;
    }
    return &rules[*verb];
}

/* BDAT is refused behind its chunk, which must be read. */
static bool is_refused(struct smtp_session *session, enum smtp_verb verb)
{
    return verb != SMTP_BDAT && smtp_refuse(session, smtp_verb_row(verb)->name);
}

/* RFC 5321 3.1: behind a greeting that refuses there is only QUIT. */
bool smtp_lacks_service(struct smtp_session *session, enum smtp_verb verb)
{
    if (!session->no_service || verb == SMTP_QUIT || smtp_faulty_serves(session, verb)) {
        return false;
    }
    smtp_answer(session, smtp_has_fault(session, FAULT_REFUSED_GREETING_503) ? 550 : 503, "5.5.1",
                "Bad sequence of commands: there is no service here, QUIT is all that is left");
    if (smtp_has_fault(session, FAULT_REFUSED_GREETING_WAITS_2)) {
        session->state = SMTP_STATE_OVER;
    }
    return true;
}

/* BDAT with a size: its chunk is read before anything is said. */
static bool begins_chunk(const struct smtp_rule *rule, const struct smtp_command *command)
{
    struct smtp_chunk chunk;
    return rule->handle == smtp_do_bdat && smtp_chunk_read(command->argument, &chunk);
}

/* Must something else come before any command like this? Then it is answered. */
static bool comes_too_early(struct smtp_session *session, const struct smtp_rule *rule,
                            const struct smtp_command *command)
{
    return !begins_chunk(rule, command) &&
           (smtp_lacks_service(session, command->verb) || smtp_lacks_tls(session, command->verb));
}

static bool begins_mail(const struct smtp_rule *rule)
{
    return rule->next == SMTP_STATE_MAIL;
}

static void run_command(struct smtp_session *session, struct smtp_command command)
{
    if (bytes_has_lower(command.word) && smtp_has_fault(session, FAULT_VERB_CASE)) {
        command.verb = SMTP_UNKNOWN;
    }
    if (is_of_other_protocol(session, command.verb)) {
        command.verb = SMTP_UNKNOWN;
    }
    const struct smtp_rule *rule = rule_of(session, &command.verb);
    session->verb = command.verb;
    bool is_known = rule->handle != smtp_do_unknown;
    bool can_run = is_known && rule->handle != smtp_do_unimplemented;
    if (comes_too_early(session, rule, &command)) {
        return;
    }
    if (!is_allowed(session, rule)) {
        smtp_refuse_order(session);
        return;
    }
    if (smtp_faulty_refuses_behind_end(session, &command) ||
        smtp_faulty_refuses(session, &command)) {
        return;
    }
    if ((can_run && !argument_is_right(session, &command)) ||
        (is_known && is_refused(session, command.verb))) {
        return;
    }
    if (begins_mail(rule) && smtp_lacks_login(session)) {
        return;
    }
    if (rule->handle(session, &command) && rule->next != SAME) {
        session->state = (enum smtp_state)rule->next;
    }
}

/* ---- lines ---- */

/* RFC 6531 3.3, 3.7.4.2: where mailboxes stand, UTF-8 may stand. */
static bool is_utf8_command(const struct smtp_session *session)
{
    static const bool takes_utf8[SMTP_VERB_COUNT] = {
        [SMTP_MAIL] = true, [SMTP_RCPT] = true, [SMTP_VRFY] = true, [SMTP_EXPN] = true};
    struct bytes text = line_in_text(&session->line);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\0' || text.p[i] == '\r' || text.p[i] == '\n') {
            return false;
        }
    }
    return smtp_session_may_use(session, EXTENSION_SMTPUTF8) &&
           takes_utf8[smtp_command_read(text).verb] && escape_is_utf8(text);
}

static bool has_too_many_errors(const struct smtp_session *session)
{
    return session->settings->max_errors > 0 && session->refused >= session->settings->max_errors;
}

static void run_line(struct smtp_session *session)
{
    session->verb = SMTP_UNKNOWN;
    if (smtp_script_answers_line(session)) {
        return;
    }
    session->verb = SMTP_UNKNOWN;
    if (has_too_many_errors(session)) {
        smtp_answer(session, 421, "4.7.0", "%s closing: too many commands were refused",
                    session->settings->hostname);
        smtp_session_clear(session);
        session->state = SMTP_STATE_OVER;
        return;
    }
    size_t most = smtp_faulty_max_line(session, session->settings->max_line_octets);
    if (session->line.octets > most) {
        smtp_answer(session, 500, "5.5.2", "Line too long: at most %zu octets with CRLF", most);
        if (smtp_has_fault(session, FAULT_OVER_LONG_COMMAND_2)) {
            smtp_answer(session, 500, "5.5.2", "Line too long");
        }
        return;
    }
    smtp_faulty_line(session);
    if (smtp_faulty_answers_binary(session)) {
        return;
    }
    if (line_in_is_odd(&session->line) && !is_utf8_command(session)) {
        /* RFC 5321 4.1.2: 501, where there is a command. */
        bool is_known = smtp_command_read(line_in_text(&session->line)).verb != SMTP_UNKNOWN;
        smtp_answer(session, is_known ? 501 : 500, "5.5.2",
                    "Invalid character: NUL, bare CR, bare LF or an octet above 127");
        return;
    }
    run_command(session, smtp_command_read(line_in_text(&session->line)));
}

static size_t take_line(struct smtp_session *session, struct bytes octets)
{
    bool complete = false;
    size_t used = line_in_take(&session->line, smtp_faulty_part_of_line(session, octets),
                               session->settings->max_line_octets, &complete);
    if (!complete && !smtp_faulty_ends_line(session)) {
        return used;
    }
    if (!smtp_faulty_splits(session, run_line)) {
        run_line(session);
    }
    smtp_faulty_answered(session);
    line_in_reset(&session->line);
    return used;
}

/* ---- the session ---- */

void smtp_find_recipient(struct smtp_session *session, struct bytes local_part, struct bytes domain,
                         struct recipient *found)
{
    const struct server_settings *settings = session->settings;
    recipient_find(settings, session->store, local_part, domain, found);
    session->compared +=
        found->lookups * (settings->user_count + settings->aliases.count + settings->lists.count +
                          settings->forwards.count + settings->moved.count + 1);
}

bool smtp_session_in_transaction(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_MAIL || session->state == SMTP_STATE_RCPT ||
           session->state == SMTP_STATE_BDAT || session->state == SMTP_STATE_DATA;
}

bool smtp_session_may_use(const struct smtp_session *session, enum server_extension extension)
{
    return session->extended && smtp_offers(session->settings, extension);
}

static void transaction_deinit(struct smtp_transaction *transaction)
{
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        smtp_recipient_deinit(&transaction->recipients[i]);
    }
    free(transaction->recipients);
    free(transaction->targets);
    free(transaction->reverse_path);
    free(transaction->envid);
    *transaction = (struct smtp_transaction){0};
}

void smtp_session_clear(struct smtp_session *session)
{
    smtp_faulty_clears(session);
    transaction_deinit(&session->transaction);
    session->is_behind_last = false;
    smtp_content_clear(session);
    if (smtp_session_in_transaction(session)) {
        session->state = session->client_name != NULL ? SMTP_STATE_READY : SMTP_STATE_START;
    }
}

static struct smtp_session *new_session(const struct server_settings *settings, struct store *store,
                                        const char *client, bool lmtp, struct buf *out)
{
    struct smtp_session *session = mem_alloc(sizeof *session);
    session->settings = settings;
    session->store = store;
    session->lmtp = lmtp;
    session->client = mem_strdup(client);
    session->verb = SMTP_VERB_COUNT;
    session->out = out;
    if (smtp_script_greets(session)) {
        session->out = NULL;
        return session;
    }
    session->no_service = smtp_refuse(session, "greeting");
    if (session->no_service) {
        smtp_faulty_greeted(session);
    } else if (settings->smtp_greeting != NULL) {
        smtp_answer(session, 220, NULL, "%s", settings->smtp_greeting);
    } else {
        smtp_answer(session, 220, NULL, "%s %s", settings->hostname,
                    smtp_history_greeting(session));
    }
    session->out = NULL;
    return session;
}

struct smtp_session *smtp_session_new(const struct server_settings *settings, struct store *store,
                                      const char *client, struct buf *out)
{
    return new_session(settings, store, client, false, out);
}

struct smtp_session *smtp_session_new_lmtp(const struct server_settings *settings,
                                           struct store *store, const char *client, struct buf *out)
{
    return new_session(settings, store, client, true, out);
}

/* What stands next in the input: message data, a chunk, a reply to TURN's commands, a response of AUTH, or a command line. */
static size_t take(struct smtp_session *session, struct bytes octets)
{
    if (session->script.action != REPLY_SAY) {
        return octets.n; /* nothing is answered any more */
    }
    if (session->auth != NULL) {
        return smtp_auth_take(session, octets);
    }
    if (session->script.asks) {
        return smtp_script_take_response(session, octets);
    }
    if (session->state == SMTP_STATE_DATA) {
        return smtp_content_take(session, octets);
    }
    if (session->state == SMTP_STATE_TURNED) {
        return smtp_turn_take(session, octets);
    }
    return session->chunk.left > 0 ? smtp_chunk_take(session, octets) : take_line(session, octets);
}

size_t smtp_session_feed(struct smtp_session *session, struct bytes octets, struct buf *out)
{
    session->out = out;
    size_t before = out->n;
    size_t used = 0;
    session->compared = 0;
    session->is_behind_data = false;
    session->wants_tls = false;
    while (used < octets.n && session->state != SMTP_STATE_OVER && !session->wants_tls &&
           out->n - before < SMTP_MAX_OUTPUT_OCTETS && session->compared < SMTP_MAX_COMPARED) {
        session->last_code = 0;
        used += take(session, bytes_skip(octets, used));
        session->refused += session->last_code >= 400;
    }
    smtp_answer_held(session);
    session->out = NULL;
    return session->state == SMTP_STATE_OVER ? octets.n : used;
}

static void close_with_421(struct smtp_session *session, const char *status, const char *why,
                           struct buf *out)
{
    if (session->state == SMTP_STATE_TURNED) { /* no reply is the sender's to give */
        smtp_turn_end(session);
        session->state = SMTP_STATE_OVER;
        return;
    }
    session->out = out;
    session->verb = SMTP_UNKNOWN;
    smtp_answer(session, 421, status, "%s closing: %s", session->settings->hostname, why);
    session->out = NULL;
    session->state = SMTP_STATE_OVER;
}

void smtp_session_idle(struct smtp_session *session, struct buf *out)
{
    close_with_421(session, "4.4.2", "nothing came for too long", out);
}

void smtp_session_shut_down(struct smtp_session *session, struct buf *out)
{
    close_with_421(session, "4.3.2", "the server is being stopped", out);
}

bool smtp_session_takes_response(const struct smtp_session *session)
{
    return session->auth != NULL || session->script.asks;
}

enum reply_action smtp_session_action(const struct smtp_session *session)
{
    return session->script.action;
}

bool smtp_session_takes_data(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_DATA;
}

struct reply_marks *smtp_session_marks(struct smtp_session *session)
{
    return &session->marks;
}

const struct sweep_pair *smtp_session_pair(const struct smtp_session *session)
{
    return session->script.pair.count > 0 ? &session->script.pair : NULL;
}

bool smtp_session_is_over(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_OVER;
}

void smtp_session_free(struct smtp_session **session_p)
{
    struct smtp_session *session = *session_p;
    *session_p = NULL;
    if (session == NULL) {
        return;
    }
    smtp_faulty_lost(session);
    store_message_unref(&session->refused_message);
    smtp_session_clear(session);
    smtp_turn_end(session);
    line_in_deinit(&session->line);
    buf_deinit(&session->held);
    smtp_session_forget_login(session);
    client_tls_deinit(&session->tls);
    smtp_script_deinit(&session->script);
    reply_marks_deinit(&session->marks);
    free(session->client_name);
    free(session->client);
    free(session);
}
