#include "judge/pop3_client.h"

enum {
    ODD_STATUS = POP3_NO_INDICATOR | POP3_INDICATOR_CASE | POP3_BAD_SEPARATOR | POP3_BAD_LINE_END |
                 POP3_TOO_LONG | POP3_BAD_TEXT
};

void pop3_client_greeted(struct pop3_client *client, const struct pop3_status *status)
{
    client->in_doubt |= (status->defects & ODD_STATUS) != 0 || status->indicator != POP3_OK;
}

static bool is_login(enum pop3_verb verb)
{
    return verb == POP3_PASS || verb == POP3_APOP || verb == POP3_AUTH;
}

void pop3_client_command(struct pop3_client *client, enum pop3_verb verb)
{
    if (verb == POP3_USER) {
        client->user = POP3_ASKED;
    } else if (is_login(verb)) {
        client->user = POP3_NOT_SENT;
        client->login = client->login == POP3_ACCEPTED ? POP3_ACCEPTED : POP3_ASKED;
    } else if (verb == POP3_CAPA) {
        client->capa_due = false;
    } else if (verb == POP3_UTF8) {
        client->utf8_asked = true;
    } else if (verb == POP3_RSET) {
        client->resets_waiting++;
        client->deleted_count = 0;
    }
}

/* A mark that RSET, sent since, takes off again does not count. */
static void mark(struct pop3_client *client, const struct pending *pending)
{
    if (pending->has_number && client->resets_waiting == 0 &&
        client->deleted_count < POP3_DELETED_MAX) {
        client->deleted[client->deleted_count++] = pending->number;
    }
}

static void command_answered(struct pop3_client *client, const struct pending *pending,
                             bool accepted)
{
    const enum pop3_verb verb = (enum pop3_verb)pending->verb;
    if (verb == POP3_USER && client->user == POP3_ASKED) {
        client->user = accepted ? POP3_ACCEPTED : POP3_REFUSED;
    } else if (is_login(verb) && client->login != POP3_ACCEPTED) {
        client->login = accepted ? POP3_ACCEPTED : POP3_REFUSED;
    } else if (verb == POP3_DELE && accepted) {
        mark(client, pending);
    } else if (verb == POP3_CAPA) {
        client->offers_known |= !accepted;
        client->capa_told |= accepted;
    } else if (verb == POP3_RSET && client->resets_waiting > 0) {
        client->resets_waiting--;
    }
}

void pop3_client_response(struct pop3_client *client, const struct pending *pending,
                          const struct pop3_status *status)
{
    client->in_doubt |= (status->defects & ODD_STATUS) != 0 ||
                        (status->indicator == POP3_CONTINUE && pending->verb != POP3_AUTH);
    if (status->indicator == POP3_OK || status->indicator == POP3_ERR) {
        command_answered(client, pending, status->indicator == POP3_OK);
    }
}

bool pop3_client_has_deleted(const struct pop3_client *client, uint64_t number)
{
    for (size_t i = 0; i < client->deleted_count; i++) {
        if (client->deleted[i] == number) {
            return true;
        }
    }
    return false;
}
