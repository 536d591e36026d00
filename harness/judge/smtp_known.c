#include "judge/smtp_known.h"

enum { MAX_COMMAND_OCTETS = 512 /* RFC 5321 4.5.3.1.4 */, MAX_REFUSALS = 4 };

/* In capitals: letter case has a rule of its own. */
static bool is_plain(const struct smtp_client *client, const struct smtp_command *command,
                     const struct wire_line *line)
{
    const enum smtp_argument argument = smtp_verb_row(command->verb)->argument;
    for (size_t i = 0; i < command->word.n; i++) {
        if (command->word.p[i] < 'A' || command->word.p[i] > 'Z') {
            return false;
        }
    }
    return client->hello_accepted && client->refusals <= MAX_REFUSALS && line->defects == 0 &&
           line->octets <= MAX_COMMAND_OCTETS &&
           (command->argument.n > 0 || line->text.n == command->word.n) &&
           (argument != SMTP_ARGUMENT_NONE || command->argument.n == 0) &&
           (argument != SMTP_ARGUMENT_REQUIRED || command->argument.n > 0);
}

/* A parameter may be wrong in many ways. */
static bool is_plain_path(struct bytes argument, bool forward)
{
    const struct smtp_path path = smtp_path_read(argument, forward);
    return path.defects == 0 && path.param_count == 0;
}

bool smtp_known_is_minimum(const struct smtp_client *client, size_t recipients,
                           const struct smtp_command *command, const struct wire_line *line)
{
    if (!is_plain(client, command, line)) {
        return false;
    }
    const bool is_open = client->transaction == SMTP_MAIL_OPEN;
    const bool is_free = command->verb == SMTP_RSET || command->verb == SMTP_QUIT;
    return is_free || (command->verb == SMTP_NOOP && command->argument.n == 0) ||
           (command->verb == SMTP_MAIL && client->transaction == SMTP_NO_MAIL &&
            is_plain_path(command->argument, false)) ||
           (command->verb == SMTP_RCPT && is_open && is_plain_path(command->argument, true)) ||
           (command->verb == SMTP_DATA && is_open && recipients > 0);
}

bool smtp_known_is_listed(const struct smtp_client *client, const struct smtp_command *command,
                          const struct wire_line *line)
{
    static const char *const listed[] = {"HELP", "VRFY", "EXPN", "ETRN", "TURN",     "ATRN",
                                         "SEND", "SOML", "SAML", "BURL", "STARTTLS", "AUTH"};
    bool is_listed = command->verb == SMTP_BDAT && smtp_offer_has(&client->offer, "CHUNKING");
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        is_listed |=
            bytes_is(command->word, listed[i]) && smtp_offer_has(&client->offer, listed[i]);
    }
    struct smtp_chunk chunk;
    bool is_odd_chunk = command->verb == SMTP_BDAT && !smtp_chunk_read(command->argument, &chunk);
    bool is_help_on =
        command->verb == SMTP_HELP && command->argument.n > 0; /* RFC 5321 4.1.1.8: a MAY */
    return is_listed && !is_odd_chunk && !is_help_on && is_plain(client, command, line);
}
