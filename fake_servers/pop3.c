#include "fake_servers/pop3.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_servers/pop3_session.h"

/* ---- keywords ---- */

typedef void (*pop3_handler_fn)(struct pop3_session *session, const struct pop3_argument *argument);

enum {
    AUTHORIZATION = 1 << POP3_STATE_AUTHORIZATION,
    TRANSACTION = 1 << POP3_STATE_TRANSACTION,
    BOTH = AUTHORIZATION | TRANSACTION
};

static void do_unimplemented(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    pop3_say(session, POP3_TEXT_NOT_IMPLEMENTED);
}

static void do_unknown(struct pop3_session *session, const struct pop3_argument *argument)
{
    bool is_early = session->state == POP3_STATE_AUTHORIZATION;
    if (is_early && pop3_session_has_fault(session, FAULT_POP3_COMMAND_GETS_RESPONSE_2)) {
        session->state = POP3_STATE_OVER;
        return;
    }
    if (pop3_session_has_fault(session, FAULT_POP3_UNKNOWN_COMMAND) ||
        (argument->count > 0 && pop3_session_has_fault(session, FAULT_POP3_UNKNOWN_COMMAND_2))) {
        pop3_answer(session, true, "Done");
        return;
    }
    pop3_say(session, POP3_TEXT_NOT_RECOGNISED);
}

#define ALWAYS CAPABILITY_COUNT

struct pop3_rule {
    unsigned states;
    enum server_capability capability; /* ALWAYS, or what must be offered */
    pop3_handler_fn handle;
};

// clang-format off
static const struct pop3_rule rules[POP3_VERB_COUNT] = {
    [POP3_USER] =    {AUTHORIZATION, CAPABILITY_USER, pop3_do_user},
    [POP3_PASS] =    {AUTHORIZATION, CAPABILITY_USER, pop3_do_pass},
    [POP3_APOP] =    {AUTHORIZATION, CAPABILITY_APOP, pop3_do_apop},
    [POP3_AUTH] =    {AUTHORIZATION, ALWAYS,          pop3_do_auth},
    [POP3_STLS] =    {AUTHORIZATION, ALWAYS,          pop3_do_stls},
    [POP3_CAPA] =    {BOTH,          ALWAYS,          pop3_do_capa},
    [POP3_LANG] =    {BOTH,          CAPABILITY_LANG, pop3_do_lang},
    [POP3_UTF8] =    {AUTHORIZATION, CAPABILITY_UTF8, pop3_do_utf8},
    [POP3_STAT] =    {TRANSACTION,   ALWAYS,          pop3_do_stat},
    [POP3_LIST] =    {TRANSACTION,   ALWAYS,          pop3_do_list},
    [POP3_RETR] =    {TRANSACTION,   ALWAYS,          pop3_do_retr},
    [POP3_DELE] =    {TRANSACTION,   ALWAYS,          pop3_do_dele},
    [POP3_NOOP] =    {TRANSACTION,   ALWAYS,          pop3_do_noop},
    [POP3_RSET] =    {TRANSACTION,   ALWAYS,          pop3_do_rset},
    [POP3_TOP] =     {TRANSACTION,   CAPABILITY_TOP,  pop3_do_top},
    [POP3_UIDL] =    {TRANSACTION,   CAPABILITY_UIDL, pop3_do_uidl},
    [POP3_QUIT] =    {BOTH,          ALWAYS,          pop3_do_quit},
    [POP3_UNKNOWN] = {BOTH,          ALWAYS,          do_unknown},
};
// clang-format on

/* In which states a server with that fault takes the command, too. */
static bool is_wrongly_taken(const struct pop3_session *session, enum pop3_verb verb)
{
    bool of_base = verb != POP3_STLS && verb != POP3_AUTH;
    return (of_base && pop3_session_has_fault(session, FAULT_POP3_WRONG_STATE)) ||
           (verb == POP3_USER && pop3_session_has_fault(session, FAULT_POP3_WRONG_STATE_2)) ||
           (verb == POP3_STLS && pop3_session_has_fault(session, FAULT_POP3_STLS_STATE)) ||
           (verb == POP3_STLS && session->tls.secured &&
            pop3_session_has_fault(session, FAULT_POP3_STLS_STATE_2)) ||
           (verb == POP3_AUTH && pop3_session_has_fault(session, FAULT_POP3_AUTH_TWICE)) ||
           (verb == POP3_AUTH && !session->auth_done &&
            pop3_session_has_fault(session, FAULT_POP3_AUTH_TWICE_2));
}

/* Behind an AUTH that failed, a client may try another way in (RFC 5034 4). */
static bool is_wrongly_refused(const struct pop3_session *session, enum pop3_verb verb)
{
    return session->auth_failed &&
           ((verb == POP3_USER &&
             pop3_session_has_fault(session, FAULT_POP3_AUTH_FAILED_FORGOTTEN)) ||
            (verb == POP3_PASS &&
             pop3_session_has_fault(session, FAULT_POP3_AUTH_FAILED_FORGOTTEN_2)));
}

/* Whatever its state, and whether it is offered or not. */
static bool refuse_as_set(struct pop3_session *session, enum pop3_verb verb)
{
    const struct server_refusals *refusals = &session->settings->refusals;
    const char *name = pop3_verb_row(verb)->name;
    for (size_t i = 0; i < refusals->count; i++) {
        const struct server_refusal *row = &refusals->rows[i];
        if (verb != POP3_UNKNOWN && row->code == 0 &&
            bytes_is_nocase(bytes_of(row->command), name)) {
            pop3_answer(session, false, "%s", row->text != NULL ? row->text : SERVER_REFUSAL_TEXT);
            return true;
        }
    }
    return false;
}

static bool is_there(const struct pop3_session *session, const struct pop3_rule *rule)
{
    if (rule->handle == pop3_do_stls) {
        return session->settings->starttls;
    }
    if (rule->handle == pop3_do_auth) {
        return pop3_has_auth(session);
    }
    return rule->handle != do_unimplemented &&
           (rule->capability == ALWAYS || pop3_offers(session, rule->capability));
}

/* RFC 1939 section 3: arguments are separated by one blank each. PASS takes the rest of the line. */
static bool read_arguments(const struct pop3_command *command, bool ends_in_blank,
                           struct pop3_argument *argument_r)
{
    struct bytes rest = command->argument;
    struct bytes word;
    *argument_r = (struct pop3_argument){0};
    if (command->verb == POP3_PASS) {
        argument_r->words[argument_r->count++] = rest;
        return rest.n > 0;
    }
    if (ends_in_blank) {
        return false;
    }
    while (rest.n > 0 && bytes_next(&rest, ' ', &word)) {
        if (word.n == 0) {
            return false;
        }
        if (argument_r->count < POP3_MAX_ARGUMENTS) {
            argument_r->words[argument_r->count] = word;
        }
        argument_r->count++;
    }
    return true;
}

static void say_of_keyword(struct pop3_session *session, enum pop3_text text)
{
    pop3_say_with(session, text, (struct pop3_words){.name = pop3_verb_row(session->verb)->name});
}

/* Faults: what is missing is made up, what is too much is passed over. */
static void pretend_arguments(const struct pop3_session *session, const struct pop3_verb_row *row,
                              struct pop3_argument *argument)
{
    bool is_message = session->verb == POP3_RETR || session->verb == POP3_DELE;
    if (argument->count == 0 && is_message &&
        pop3_session_has_fault(session, FAULT_POP3_BAD_NUMBER_2)) {
        argument->words[argument->count++] = BYTES_LIT("1");
    }
    if (argument->count == 0 && session->verb == POP3_USER &&
        pop3_session_has_fault(session, FAULT_POP3_ARGUMENT_COUNT_2)) {
        argument->words[argument->count++] = (struct bytes){0};
    }
    if (argument->count > row->max_arguments &&
        pop3_session_has_fault(session, FAULT_POP3_ARGUMENT_COUNT)) {
        argument->count = row->max_arguments;
    }
}

/* Count and form of the arguments; one sentence when they are wrong. */
static bool arguments_are_right(struct pop3_session *session, const struct pop3_command *command,
                                struct pop3_argument *argument_r)
{
    const struct pop3_verb_row *row = pop3_verb_row(command->verb);
    bool ends_in_blank = bytes_ends(line_in_text(&session->line), " ");
    if (!read_arguments(command, ends_in_blank, argument_r)) {
        if (command->verb != POP3_UNKNOWN) {
            pop3_say(session, POP3_TEXT_SYNTAX);
        }
        return command->verb == POP3_UNKNOWN;
    }
    pretend_arguments(session, row, argument_r);
    if (argument_r->count < row->min_arguments) {
        say_of_keyword(session, POP3_TEXT_NEEDS_ARGUMENT);
        return false;
    }
    if (argument_r->count > row->max_arguments) {
        say_of_keyword(session, POP3_TEXT_MORE_ARGUMENTS);
        return false;
    }
    return true;
}

/* Faults: for some letter cases the keyword is another word. */
static bool is_strange(const struct pop3_session *session, struct bytes word)
{
    return (bytes_has_lower(word) && pop3_session_has_fault(session, FAULT_POP3_KEYWORD_CASE)) ||
           (bytes_has_lower(word) && bytes_has_upper(word) &&
            pop3_session_has_fault(session, FAULT_POP3_KEYWORD_CASE_2));
}

static void run_command(struct pop3_session *session, struct pop3_command command)
{
    struct pop3_argument argument;
    if (is_strange(session, command.word)) {
        command.verb = POP3_UNKNOWN;
    }
    session->verb = command.verb;
    const struct pop3_rule *rule = &rules[command.verb];
    if (refuse_as_set(session, command.verb)) {
        return;
    }
    if (session->vouched && rule->states == TRANSACTION) {
        pop3_session_admit(session, (struct bytes){0});
    }
    if (pop3_needs_tls(session, command.verb)) {
        pop3_say(session, POP3_TEXT_NEEDS_TLS);
        return;
    }
    if (!is_there(session, rule)) {
        do_unimplemented(session, NULL);
        return;
    }
    bool is_allowed = (rule->states & 1U << session->state) != 0;
    if ((!is_allowed && !is_wrongly_taken(session, command.verb)) ||
        is_wrongly_refused(session, command.verb)) {
        say_of_keyword(session, POP3_TEXT_WRONG_STATE);
        return;
    }
    if (arguments_are_right(session, &command, &argument)) {
        rule->handle(session, &argument);
    }
}

/* ---- lines ---- */

/* NUL, CR and LF, and outside names and secrets octets above 127; those may be UTF-8 (RFC 6856 2.2). */
static bool is_odd(const struct pop3_session *session, struct bytes text, enum pop3_verb verb)
{
    bool takes_utf8 = (verb == POP3_USER || verb == POP3_PASS || verb == POP3_APOP) &&
                      pop3_offers(session, CAPABILITY_UTF8);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (c == '\0' || c == '\r' || c == '\n' || (c > 127 && !takes_utf8)) {
            return true;
        }
    }
    return false;
}

/* RFC 1939 section 7: PASS comes immediately after a USER that was accepted. */
static void forget_user(struct pop3_session *session)
{
    free(session->user);
    session->user = NULL;
}

enum { FAULTY_READ_OCTETS = 128, FAULTY_LINE_OCTETS = 200, FAULTY_PART_OCTETS = 500 };

static struct bytes readable_text(const struct pop3_session *session)
{
    struct bytes text = line_in_text(&session->line);
    bool is_cut = pop3_session_has_fault(session, FAULT_POP3_COMMAND_LINE_255);
    return is_cut ? bytes_slice(text, 0, FAULTY_READ_OCTETS) : text;
}

static void run_line(struct pop3_session *session)
{
    if (pop3_script_answers_line(session)) {
        return;
    }
    struct bytes text = readable_text(session);
    struct pop3_command command = pop3_command_read(text);
    if (command.verb != POP3_PASS) {
        forget_user(session);
    }
    session->verb = POP3_UNKNOWN;
    if (session->group_refused || session->stuck) {
        pop3_answer(session, false, "Not now");
    } else if (session->line.octets > POP3_MAX_COMMAND_OCTETS) {
        pop3_say_with(session, POP3_TEXT_TOO_LONG,
                      (struct pop3_words){.numbers = {POP3_MAX_COMMAND_OCTETS}});
        if (pop3_session_has_fault(session, FAULT_POP3_OVER_LONG_COMMAND_2)) {
            pop3_answer(session, false, "Line too long");
        }
    } else if (is_odd(session, text, command.verb)) {
        pop3_say(session, POP3_TEXT_ODD_OCTET);
    } else {
        run_command(session, command);
    }
    session->pass_refused = command.verb == POP3_PASS && session->refused;
    if (command.verb == POP3_PASS && !pop3_session_has_fault(session, FAULT_POP3_PASS_NEEDS_USER)) {
        forget_user(session);
    }
}

/* Faults: the rest of a group of commands is not carried out. */
static void note_group(struct pop3_session *session, enum pop3_state before)
{
    bool behind_login = before != session->state && session->state == POP3_STATE_TRANSACTION &&
                        pop3_session_has_fault(session, FAULT_POP3_PIPELINING_ORDER);
    bool behind_refusal =
        session->refused && pop3_session_has_fault(session, FAULT_POP3_PIPELINING_ORDER_2);
    session->group_refused |= behind_login || behind_refusal;
}

/* Faults: a line is read in parts. */
static size_t take_octets(struct pop3_session *session, struct bytes octets, bool *complete_r)
{
    bool is_read_in_parts = pop3_session_has_fault(session, FAULT_POP3_OVER_LONG_COMMAND);
    struct bytes part = is_read_in_parts
                            ? bytes_slice(octets, 0, FAULTY_PART_OCTETS - session->line.octets)
                            : octets;
    size_t used = line_in_take(&session->line, part, POP3_MAX_COMMAND_OCTETS, complete_r);
    *complete_r |= is_read_in_parts && session->line.octets == FAULTY_PART_OCTETS;
    return used;
}

static size_t take_line(struct pop3_session *session, struct bytes octets)
{
    if (session->script.action != REPLY_SAY) {
        return octets.n; /* nothing is answered any more */
    }
    if (session->auth != NULL) {
        return pop3_auth_take(session, octets);
    }
    if (session->script.asks) {
        return pop3_script_take_response(session, octets);
    }
    bool complete = false;
    size_t used = take_octets(session, octets, &complete);
    if (complete) {
        enum pop3_state before = session->state;
        run_line(session);
        note_group(session, before);
        session->stuck |= session->line.octets > FAULTY_LINE_OCTETS &&
                          pop3_session_has_fault(session, FAULT_POP3_COMMAND_LINE_255_2);
        line_in_reset(&session->line);
    }
    return used;
}

/* ---- the session ---- */

static void print_timestamp(const struct pop3_session *session, struct buf *out)
{
    const struct server_settings *settings = session->settings;
    if (pop3_session_has_fault(session, FAULT_POP3_TIMESTAMP_DIFFERS)) {
        buf_printf(out, "<clock@%s>", settings->hostname);
    } else if (pop3_session_has_fault(session, FAULT_POP3_TIMESTAMP_DIFFERS_2)) {
        buf_printf(out, "<%s@%s>", session->number % 2 == 0 ? "tick" : "tock", settings->hostname);
    } else {
        const char *at = pop3_session_has_fault(session, FAULT_POP3_TIMESTAMP_FORM) ? "." : "@";
        const char *odd =
            pop3_session_has_fault(session, FAULT_POP3_TIMESTAMP_FORM_2) ? "\xE4" : "";
        buf_printf(out, "<%s%" PRIu64 ".%" PRId64 "%s%s>", odd, session->number,
                   clock_wall_us(&settings->clock), at, settings->hostname);
    }
}

/*
 * RFC 1939 section 7: the timestamp of APOP, another one in each greeting; or that of a greeting from the settings. NULL: APOP
 * is not offered.
 */
static char *make_timestamp(const struct pop3_session *session)
{
    const struct server_settings *settings = session->settings;
    struct bytes given;
    struct buf text = {0};
    if (!pop3_offers(session, CAPABILITY_APOP)) {
        return NULL;
    }
    if (settings->apop_timestamp != NULL) {
        return mem_strdup(settings->apop_timestamp);
    }
    if (settings->pop3_greeting == NULL) {
        print_timestamp(session, &text);
    } else if (pop3_timestamp_find(bytes_of(settings->pop3_greeting), &given)) {
        buf_append(&text, given);
    } else {
        return NULL;
    }
    return buf_steal(&text);
}

/* The timestamp stands behind the text, unless that has it already. */
static void greet(struct pop3_session *session)
{
    const char *given = session->settings->pop3_greeting;
    struct buf line = {0};
    if (given != NULL) {
        buf_append_text(&line, given);
    } else {
        pop3_text_print(&line, pop3_text_row(POP3_TEXT_READY)->in[session->language], false, NULL);
    }
    if (session->timestamp != NULL && strstr(buf_text(&line), session->timestamp) == NULL) {
        buf_printf(&line, " %s", session->timestamp);
    }
    pop3_answer(session, true, "%s", buf_text(&line));
    buf_deinit(&line);
}

/* What came since `begin` is a response, and its end is there. */
static void mark_response(struct pop3_session *session, size_t begin)
{
    bool is_complete = session->out->n > begin && !pop3_session_has_more(session);
    if (is_complete && session->settings->wire.book != NULL && !session->script.is_telling) {
        reply_marks_add(&session->marks, pop3_session_stage(session), session->out->n);
    }
}

struct pop3_session *pop3_session_new(const struct server_settings *settings, struct store *store,
                                      struct buf *out)
{
    struct pop3_session *session = mem_alloc(sizeof *session);
    session->settings = settings;
    session->store = store;
    session->number = store_next_number(store);
    session->language = pop3_first_language(settings);
    session->timestamp = make_timestamp(session);
    session->verb = POP3_VERB_COUNT;
    session->out = out;
    if (!pop3_script_greets(session)) {
        greet(session);
    }
    mark_response(session, 0);
    session->out = NULL;
    return session;
}

static size_t take_and_answer(struct pop3_session *session, struct bytes octets, size_t end)
{
    size_t begin = session->out->n;
    session->is_at_response = session->auth != NULL || session->script.asks;
    size_t used = take_line(session, octets);
    pop3_write_body(session, end);
    mark_response(session, begin);
    return used;
}

size_t pop3_session_feed(struct pop3_session *session, struct bytes octets, struct buf *out)
{
    size_t end = out->n + POP3_MAX_OUTPUT_OCTETS;
    size_t used = 0;
    session->out = out;
    session->wants_tls = false;
    session->group_refused = false;
    pop3_write_body(session, end);
    mark_response(session, end - POP3_MAX_OUTPUT_OCTETS);
    while (used < octets.n && session->state != POP3_STATE_OVER && out->n < end &&
           !session->wants_tls && !pop3_session_has_more(session)) {
        used += take_and_answer(session, bytes_skip(octets, used), end);
    }
    session->out = NULL;
    return session->state == POP3_STATE_OVER ? octets.n : used;
}

bool pop3_session_has_more(const struct pop3_session *session)
{
    return session->body.kind != POP3_BODY_NONE;
}

bool pop3_session_takes_response(const struct pop3_session *session)
{
    return session->auth != NULL || session->script.asks;
}

enum reply_action pop3_session_action(const struct pop3_session *session)
{
    return session->script.action;
}

int64_t pop3_session_idle_ms(const struct pop3_session *session)
{
    enum { FAULTY_MS = 1000 };
    bool is_short =
        (session->verb == POP3_NOOP && pop3_session_has_fault(session, FAULT_POP3_AUTOLOGOUT)) ||
        (session->verb == POP3_TOP && pop3_session_has_fault(session, FAULT_POP3_AUTOLOGOUT_2));
    return is_short && session->state == POP3_STATE_TRANSACTION ? FAULTY_MS : 0;
}

struct reply_marks *pop3_session_marks(struct pop3_session *session)
{
    return &session->marks;
}

enum stage pop3_session_stage(const struct pop3_session *session)
{
    bool is_response = session->verb == POP3_AUTH && session->is_at_response;
    return is_response ? STAGE_AUTH_RESPONSE : stage_of_pop3(session->verb);
}

const struct sweep_pair *pop3_session_pair(const struct pop3_session *session)
{
    return session->script.pair.count > 0 ? &session->script.pair : NULL;
}

bool pop3_session_is_over(const struct pop3_session *session)
{
    return session->state == POP3_STATE_OVER;
}

void pop3_session_free(struct pop3_session **session_p)
{
    struct pop3_session *session = *session_p;
    *session_p = NULL;
    if (session == NULL) {
        return;
    }
    if (session->state == POP3_STATE_TRANSACTION) {
        pop3_lose(session);
    }
    pop3_close_maildrop(session);
    store_message_unref(&session->body.message);
    line_in_deinit(&session->line);
    auth_free(&session->auth);
    client_tls_deinit(&session->tls);
    pop3_script_deinit(&session->script);
    reply_marks_deinit(&session->marks);
    free(session->user);
    free(session->timestamp);
    free(session);
}
