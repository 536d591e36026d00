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

static void do_capa(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    pop3_answer(session, true, "Capability list follows");
    pop3_answer_lines(session, "TOP\nUSER\nUIDL\nRESP-CODES\nPIPELINING\nEXPIRE NEVER\n"
                               "IMPLEMENTATION mailspec-" MAILSPEC_VERSION "\n");
}

static void do_unimplemented(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    pop3_answer(session, false, "Command not implemented");
}

static void do_unknown(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    if (pop3_session_has_fault(session, FAULT_POP3_UNKNOWN_COMMAND)) {
        pop3_answer(session, true, "Done");
        return;
    }
    pop3_answer(session, false, "Command not recognised");
}

struct pop3_rule {
    unsigned states;
    pop3_handler_fn handle;
};

static const struct pop3_rule rules[POP3_VERB_COUNT] = {
    [POP3_USER] = {AUTHORIZATION, pop3_do_user    },
      [POP3_PASS] = {AUTHORIZATION, pop3_do_pass    },
    [POP3_APOP] = {AUTHORIZATION, pop3_do_apop    },
      [POP3_AUTH] = {BOTH,          do_unimplemented},
    [POP3_STLS] = {BOTH,          do_unimplemented},
      [POP3_CAPA] = {BOTH,          do_capa         },
    [POP3_LANG] = {BOTH,          do_unimplemented},
      [POP3_UTF8] = {BOTH,          do_unimplemented},
    [POP3_STAT] = {TRANSACTION,   pop3_do_stat    },
      [POP3_LIST] = {TRANSACTION,   pop3_do_list    },
    [POP3_RETR] = {TRANSACTION,   pop3_do_retr    },
      [POP3_DELE] = {TRANSACTION,   pop3_do_dele    },
    [POP3_NOOP] = {TRANSACTION,   pop3_do_noop    },
      [POP3_RSET] = {TRANSACTION,   pop3_do_rset    },
    [POP3_TOP] = {TRANSACTION,   pop3_do_top     },
      [POP3_UIDL] = {TRANSACTION,   pop3_do_uidl    },
    [POP3_QUIT] = {BOTH,          pop3_do_quit    },
      [POP3_UNKNOWN] = {BOTH,          do_unknown      },
};

/* RFC 1939 section 3: arguments are separated by one blank each. PASS takes the rest of the line. */
static bool read_arguments(const struct pop3_command *command, struct pop3_argument *argument_r)
{
    struct bytes rest = command->argument;
    struct bytes word;
    *argument_r = (struct pop3_argument){0};
    if (command->verb == POP3_PASS) {
        argument_r->words[argument_r->count++] = rest;
        return rest.n > 0;
    }
    if (rest.n > 0 && rest.p[rest.n - 1] == ' ') {
        return false;
    }
    while (rest.n > 0 && bytes_next(&rest, ' ', &word)) {
        if (word.n == 0 || argument_r->count == POP3_MAX_ARGUMENTS) {
            return false;
        }
        argument_r->words[argument_r->count++] = word;
    }
    return true;
}

/* Count and form of the arguments; one sentence when they are wrong. */
static bool arguments_are_right(struct pop3_session *session, const struct pop3_command *command,
                                struct pop3_argument *argument_r)
{
    const struct pop3_verb_row *row = pop3_verb_row(command->verb);
    bool known = command->verb != POP3_UNKNOWN && rules[command->verb].handle != do_unimplemented;
    if (!read_arguments(command, argument_r)) {
        if (known) {
            pop3_answer(session, false, "Syntax: one blank between keyword and arguments");
        }
        return !known;
    }
    if (known && argument_r->count < row->min_arguments) {
        pop3_answer(session, false, "%s needs an argument", row->name);
        return false;
    }
    if (known && argument_r->count > row->max_arguments) {
        pop3_answer(session, false, "%s takes fewer arguments", row->name);
        return false;
    }
    return true;
}

static void run_command(struct pop3_session *session, struct pop3_command command)
{
    struct pop3_argument argument;
    if (pop3_session_has_fault(session, FAULT_POP3_KEYWORD_CASE) &&
        line_in_has_lower_case(command.word)) {
        command.verb = POP3_UNKNOWN;
    }
    session->verb = command.verb;
    const struct pop3_rule *rule = &rules[command.verb];
    if (session->vouched && rule->states == TRANSACTION) {
        pop3_session_admit(session, (struct bytes){0});
    }
    if ((rule->states & 1U << session->state) == 0 &&
        !pop3_session_has_fault(session, FAULT_POP3_WRONG_STATE)) {
        pop3_answer(session, false, "%s is not allowed in this state",
                    pop3_verb_row(command.verb)->name);
        return;
    }
    if (arguments_are_right(session, &command, &argument)) {
        rule->handle(session, &argument);
    }
}

/* ---- lines ---- */

static void run_line(struct pop3_session *session)
{
    session->verb = POP3_UNKNOWN;
    if (session->line.octets > POP3_MAX_COMMAND_OCTETS) {
        pop3_answer(session, false, "Line too long: at most %d octets with CRLF",
                    (int)POP3_MAX_COMMAND_OCTETS);
    } else if (line_in_is_odd(&session->line)) {
        pop3_answer(session, false,
                    "Invalid character: NUL, bare CR, bare LF or an octet above 127");
    } else {
        run_command(session, pop3_command_read(line_in_text(&session->line)));
    }
    if (session->verb != POP3_USER) {
        free(session->user); /* PASS may come only just behind USER */
        session->user = NULL;
    }
}

static size_t take_line(struct pop3_session *session, struct bytes octets)
{
    bool complete = false;
    size_t used = line_in_take(&session->line, octets, POP3_MAX_COMMAND_OCTETS, &complete);
    if (complete) {
        run_line(session);
        line_in_reset(&session->line);
    }
    return used;
}

/* ---- the session ---- */

/* RFC 1939 section 7: another timestamp in each greeting. */
static char *make_timestamp(const struct pop3_session *session)
{
    const struct server_settings *settings = session->settings;
    if (settings->apop_timestamp != NULL) {
        return mem_strdup(settings->apop_timestamp);
    }
    struct buf text = {0};
    buf_printf(&text, "<%" PRIu64 ".%" PRId64 "@%s>", session->number,
               clock_wall_us(&settings->clock), settings->hostname);
    return buf_steal(&text);
}

struct pop3_session *pop3_session_new(const struct server_settings *settings, struct store *store,
                                      struct buf *out)
{
    struct pop3_session *session = mem_alloc(sizeof *session);
    session->settings = settings;
    session->store = store;
    session->number = store_next_number(store);
    session->timestamp = make_timestamp(session);
    session->verb = POP3_VERB_COUNT;
    session->out = out;
    const char *text = settings->pop3_greeting;
    if (text == NULL) {
        pop3_answer(session, true, "mailspec " MAILSPEC_VERSION " POP3 server ready %s",
                    session->timestamp);
    } else if (settings->apop_timestamp != NULL && strstr(text, settings->apop_timestamp) == NULL) {
        pop3_answer(session, true, "%s %s", text, session->timestamp);
    } else {
        pop3_answer(session, true, "%s", text);
    }
    session->out = NULL;
    return session;
}

size_t pop3_session_feed(struct pop3_session *session, struct bytes octets, struct buf *out)
{
    size_t end = out->n + POP3_MAX_OUTPUT_OCTETS;
    size_t used = 0;
    session->out = out;
    pop3_write_body(session, end);
    while (used < octets.n && session->state != POP3_STATE_OVER && out->n < end &&
           !pop3_session_has_more(session)) {
        used += take_line(session, bytes_skip(octets, used));
        pop3_write_body(session, end);
    }
    session->out = NULL;
    return session->state == POP3_STATE_OVER ? octets.n : used;
}

bool pop3_session_has_more(const struct pop3_session *session)
{
    return session->body.kind != POP3_BODY_NONE;
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
    if (session->state == POP3_STATE_TRANSACTION &&
        pop3_session_has_fault(session, FAULT_POP3_NO_QUIT_KEEPS)) {
        pop3_update(session);
    }
    pop3_close_maildrop(session);
    store_message_unref(&session->body.message);
    line_in_deinit(&session->line);
    free(session->user);
    free(session->timestamp);
    free(session);
}
