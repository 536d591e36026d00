#include "engine/needs_client.h"

#include "engine/case_run.h"
#include "engine/client_command.h"

static const char tls_missing[] = "TLS is not built in yet";
static const char auth_missing[] = "authentication is not built in yet";

static const char *name_of(enum protocol protocol)
{
    static const char *const names[PROTOCOL_COUNT] = {"SMTP", "LMTP", "POP3"};

    return names[protocol];
}

static bool is_pop3(const struct program_connection *connection)
{
    return connection->protocol == PROTOCOL_POP3;
}

/* A client speaks one protocol. EHLO or LHLO in the dialogue tells which of the two it is for. */
static bool check_connection(const struct client *client,
                             const struct program_connection *connection, struct buf *reason)
{
    bool pop3 = client->speaks == PROTOCOL_POP3;

    if (client->speaks_known &&
        (is_pop3(connection) != pop3 ||
         (!pop3 && connection->greets_by_verb && connection->protocol != client->speaks))) {
        buf_printf(reason, "the case is for %s, the client speaks %s",
                   name_of(connection->protocol), name_of(client->speaks));
        return false;
    }
    if (connection->start == START_TLS) {
        buf_append_text(reason, tls_missing);
        return false;
    }
    if (!is_pop3(connection) && connection->start == START_AUTH) {
        buf_append_text(reason, auth_missing);
        return false;
    }
    return true;
}

static bool check_connections(const struct client *client, const struct program *program,
                              struct buf *reason)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (is_pop3(&program->connections[i]) != is_pop3(&program->connections[0])) {
            buf_append_text(reason, "the dialogue speaks SMTP and POP3, a client one of them");
            return false;
        }
        if (!check_connection(client, &program->connections[i], reason)) {
            return false;
        }
    }
    return true;
}

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

static bool sends(const struct engine_case *given, const struct facts *facts, const char *verb)
{
    struct bytes params;

    return is_declared(&given->target->client, verb) ||
           offers_get(&facts->sends_mail, verb, &params) ||
           offers_get(&facts->sends_pop3, verb, &params);
}

/* One that comes by itself is not given anything. */
static bool is_given_message(const struct target *target)
{
    enum client_kind kind = target->client.kind;

    return kind == CLIENT_BUILT_IN || kind == CLIENT_SELF ||
           (kind == CLIENT_COMMAND && client_command_uses(target, "message-file"));
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

    if (need->kind == NEED_TLS || need->kind == NEED_AUTH) {
        buf_append_text(reason, need->kind == NEED_TLS ? tls_missing : auth_missing);
    } else if (!speaks_fits(client, need)) {
        buf_printf(reason, "the client speaks %s", name_of(client->speaks));
    } else if (need->kind == NEED_SENDS && !sends(given, facts, need->word)) {
        buf_printf(reason,
                   client->kind == CLIENT_LISTEN
                       ? "nothing tells whether the client sends %s of itself (Sends)"
                       : "the client does not send %s of itself",
                   need->word);
    } else if (need->kind == NEED_MESSAGE_FILE && !is_given_message(given->target)) {
        buf_append_text(reason, "the client does not take the message that is to be sent from us "
                                "({{message-file}})");
    } else if (need->kind == NEED_FETCHED && !client->fetches) {
        buf_append_text(reason, "the target does not tell where what is fetched goes (Fetched)");
    }
    return reason->n == 0;
}

static bool check_steps(const struct step *steps, size_t count, struct buf *reason)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].kind == STEP_TLS || steps[i].kind == STEP_AUTHENTICATE) {
            buf_append_text(reason, steps[i].kind == STEP_TLS ? tls_missing : auth_missing);
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
    return check_connections(&given->target->client, program, reason) &&
           check_steps(program->steps, program->step_count, reason);
}
