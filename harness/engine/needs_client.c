#include "engine/needs_client.h"

#include "engine/about.h"
#include "engine/case_run.h"
#include "engine/client_command.h"
#include "engine/serve.h"

static const char *name_of(enum protocol protocol)
{
    static const char *const names[PROTOCOL_COUNT] = {"SMTP", "LMTP", "POP3"};

    return names[protocol];
}

static bool is_pop3(const struct program_connection *connection)
{
    return connection->protocol == PROTOCOL_POP3;
}

/* ---- What it says of itself ---- */

static bool is_declared(const struct client *client, const char *word)
{
    struct bytes rest = bytes_of(client->sends);
    struct bytes declared = {0};

    while (bytes_next_word(&rest, &declared)) {
        if (bytes_is_nocase(declared, word)) {
            return true;
        }
    }
    return false;
}

/* Where the dialogue is played inside TLS for a client that insists on it, what it said in clear text does not count. */
static bool sends(const struct engine_case *given, const struct facts *facts, const char *verb)
{
    struct bytes params;
    bool inside = facts->insists_tls && facts->sends_inside.count > 0 && !about_tls(given->program);

    if (is_declared(&given->target->client, verb)) {
        return true;
    }
    return inside ? offers_get(&facts->sends_inside, verb, &params)
                  : offers_get(&facts->sends_mail, verb, &params) ||
                        offers_get(&facts->sends_pop3, verb, &params);
}

/* Our own other side says what the dialogue says. */
static bool is_itself(const struct engine_case *given)
{
    return given->target->client.kind == CLIENT_SELF;
}

static bool not_sent(const struct engine_case *given, const char *what, struct buf *reason)
{
    buf_printf(reason,
               given->target->client.kind == CLIENT_LISTEN
                   ? "nothing tells whether the client sends %s of itself (Sends)"
                   : "the client does not send %s of itself",
               what);
    return false;
}

static bool check_auth(const struct engine_case *given, const struct facts *facts,
                       struct buf *reason)
{
    return is_itself(given) || sends(given, facts, "AUTH") || not_sent(given, "AUTH", reason);
}

/* All connections of a case speak one protocol. */
static bool begins_inside(const struct engine_case *given)
{
    const struct program *program = given->program;
    bool pop3 = program->connection_count > 0 && is_pop3(&program->connections[0]);

    return serve_is_implicit(&given->target->client, pop3 ? PROTOCOL_POP3 : PROTOCOL_SMTP);
}

/* By STARTTLS or STLS, or from the beginning. */
static bool check_tls(const struct engine_case *given, const struct facts *facts,
                      struct buf *reason)
{
    const struct program *program = given->program;
    bool pop3 = program->connection_count > 0 && is_pop3(&program->connections[0]);
    const char *verb = pop3 ? "STLS" : "STARTTLS";

    return is_itself(given) || begins_inside(given) || sends(given, facts, verb) ||
           not_sent(given, verb, reason);
}

/* ---- Connections ---- */

/* A client speaks one protocol. EHLO or LHLO in the dialogue tells which of the two it is for. */
static bool check_connection(const struct engine_case *given, const struct facts *facts,
                             const struct program_connection *connection, struct buf *reason)
{
    const struct client *client = &given->target->client;
    bool pop3 = client->speaks == PROTOCOL_POP3;

    if (client->speaks_known &&
        (is_pop3(connection) != pop3 ||
         (!pop3 && connection->greets_by_verb && connection->protocol != client->speaks))) {
        buf_printf(reason, "the case is for %s, the client speaks %s",
                   name_of(connection->protocol), name_of(client->speaks));
        return false;
    }
    if (serve_begins_in_tls(given->program, connection) && !is_itself(given) &&
        !begins_inside(given)) {
        buf_append_text(reason, "the dialogue is inside TLS from its beginning, the client begins "
                                "in clear text (Speaks)");
        return false;
    }
    if (connection->start == START_TLS && !check_tls(given, facts, reason)) {
        return false;
    }
    return is_pop3(connection) || connection->start != START_AUTH ||
           check_auth(given, facts, reason);
}

static bool check_connections(const struct engine_case *given, const struct facts *facts,
                              struct buf *reason)
{
    const struct program *program = given->program;

    for (size_t i = 0; i < program->connection_count; i++) {
        if (is_pop3(&program->connections[i]) != is_pop3(&program->connections[0])) {
            buf_append_text(reason, "the dialogue speaks SMTP and POP3, a client one of them");
            return false;
        }
        if (!check_connection(given, facts, &program->connections[i], reason)) {
            return false;
        }
    }
    return true;
}

static bool asks_for_message(const struct need *need)
{
    return need->kind == NEED_MESSAGE_FILE || need->kind == NEED_UNENDED_MESSAGE;
}

static bool speaks_fits(const struct client *client, const struct need *need)
{
    bool asked = need->kind == NEED_SMTP || need->kind == NEED_LMTP;
    enum protocol wanted = need->kind == NEED_LMTP ? PROTOCOL_LMTP : PROTOCOL_SMTP;

    return !asked || !client->speaks_known || client->speaks == wanted;
}

/* All else is about the server, and that are we. */
static bool check_need(const struct engine_case *given, const struct facts *facts,
                       const struct need *need, struct buf *reason)
{
    const struct client *client = &given->target->client;

    if (need->kind == NEED_TLS) {
        return check_tls(given, facts, reason);
    }
    if (need->kind == NEED_AUTH) {
        return check_auth(given, facts, reason);
    }
    if (!speaks_fits(client, need)) {
        buf_printf(reason, "the client speaks %s", name_of(client->speaks));
    } else if (need->kind == NEED_SENDS && !sends(given, facts, need->word)) {
        return not_sent(given, need->word, reason);
    } else if (need->kind == NEED_TOLD && !client_is_given(given->target, need->word)) {
        buf_printf(reason, "the client is not told {{%s}}", need->word);
    } else if (asks_for_message(need) && !client_is_given(given->target, "message-file")) {
        buf_append_text(reason, "the client does not take the message that is to be sent from us "
                                "({{message-file}})");
    } else if (need->kind == NEED_FETCHED && !client->fetches) {
        buf_append_text(reason, "the target does not tell where what is fetched goes (Fetched)");
    }
    return reason->n == 0;
}

/* A client that is inside TLS from the beginning asks for none. */
static bool asks_for_tls(const struct step *step)
{
    const struct text *text = step->kind == STEP_COMMAND ? &step->lines[0].text : NULL;
    struct bytes rest =
        text != NULL && text->count > 0 ? text->pieces[0].octets : (struct bytes){0};
    struct bytes verb = {0};

    return bytes_next_word(&rest, &verb) &&
           (bytes_is_nocase(verb, "STARTTLS") || bytes_is_nocase(verb, "STLS"));
}

static bool check_step(const struct engine_case *given, const struct facts *facts,
                       const struct step *step, struct buf *reason)
{
    if (begins_inside(given) && asks_for_tls(step)) {
        buf_append_text(reason, "the client is inside TLS from its beginning, and asks for none");
        return false;
    }
    if (step->kind == STEP_TLS || step->kind == STEP_TLS_FAILS) {
        return check_tls(given, facts, reason);
    }
    return step->kind != STEP_AUTHENTICATE || check_auth(given, facts, reason);
}

static bool check_steps(const struct engine_case *given, const struct facts *facts,
                        struct buf *reason)
{
    for (size_t i = 0; i < given->program->step_count; i++) {
        if (!check_step(given, facts, &given->program->steps[i], reason)) {
            return false;
        }
    }
    return true;
}

bool needs_of_client_met(const struct engine_case *given, const struct facts *facts,
                         struct buf *reason)
{
    const struct program *program = given->program;

    if (!program->playable_server) {
        buf_append_text(reason, program->unplayable_server_reason != NULL
                                    ? program->unplayable_server_reason
                                    : "the dialogue cannot be played to a client");
        return false;
    }
    for (size_t i = 0; i < program->need_count; i++) {
        if (!check_need(given, facts, &program->needs[i], reason)) {
            return false;
        }
    }
    return check_connections(given, facts, reason) && check_steps(given, facts, reason);
}
