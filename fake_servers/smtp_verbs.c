/* The verbs that begin no transaction. */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_history.h"

/* ---- HELO, EHLO ---- */

/*
 *     ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
 * RFC 5321 4.1.1.1: be prepared for text behind an address literal.
 */
static bool client_name_is_right(const struct smtp_session *session, struct bytes argument)
{
    struct bytes rest = argument;
    struct bytes name;
    if (!bytes_next_word(&rest, &name) || name.p != argument.p || name.n > 255) {
        return false;
    }
    return smtp_is_address_literal(name) ||
           (name.n == argument.n &&
            (smtp_is_domain(name) || smtp_history_is_domain(session, name)));
}

static bool take_client_name(struct smtp_session *session, struct bytes argument, bool extended)
{
    if (!client_name_is_right(session, argument)) {
        smtp_answer(session, 501, NULL, "A domain or an address literal must stand behind it");
        return false;
    }
    struct bytes name = {0};
    bytes_next_word(&argument, &name);
    struct buf kept = {0};
    buf_append(&kept, name);
    free(session->client_name);
    session->client_name = buf_steal(&kept);
    session->extended = extended;
    if (!smtp_session_has_fault(session, FAULT_EHLO_CLEARS)) {
        smtp_session_clear(session);
    }
    if (!smtp_session_in_transaction(session)) {
        session->state = SMTP_STATE_READY;
    }
    return true;
}

bool smtp_do_helo(struct smtp_session *session, const struct smtp_command *command)
{
    if (!take_client_name(session, command->argument, false)) {
        return false;
    }
    smtp_answer(session, 250, NULL, "%s", session->settings->hostname);
    return true;
}

/* RFC 2033 4.1: all that is said of EHLO holds for LHLO. */
bool smtp_do_ehlo(struct smtp_session *session, const struct smtp_command *command)
{
    if (smtp_session_has_fault(session, FAULT_EHLO)) {
        smtp_answer(session, 502, "5.5.1", "Only HELO is known here");
        return false;
    }
    if (!take_client_name(session, command->argument, true)) {
        return false;
    }
    if (session->settings->profile == PROFILE_MINIMAL) {
        smtp_answer(session, 250, NULL, "%s", session->settings->hostname);
        return true;
    }
    bool bad_domain = smtp_session_has_fault(session, FAULT_EHLO_DOMAIN);
    bool bad_keyword = smtp_session_has_fault(session, FAULT_EHLO_KEYWORD_GRAMMAR);
    smtp_answer(session, 250, NULL,
                "%s%s\nPIPELINING\nSIZE %zu\n8BITMIME\nENHANCEDSTATUSCODES%s\nEXPN\nHELP",
                bad_domain ? "-bad_domain- " : "", session->settings->hostname,
                session->settings->max_message_octets, bad_keyword ? "\nX_ODD" : "");
    return true;
}

/* ---- RSET, NOOP, QUIT ---- */

bool smtp_do_rset(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (!smtp_session_has_fault(session, FAULT_RSET_CLEARS)) {
        smtp_session_clear(session);
    }
    smtp_answer(session, 250, "2.0.0", "OK");
    return true;
}

bool smtp_do_noop(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (smtp_session_has_fault(session, FAULT_NOOP_KEEPS_STATE)) {
        smtp_session_clear(session);
    }
    smtp_answer(session, 250, "2.0.0", "OK");
    return true;
}

bool smtp_do_quit(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    bool wrong =
        session->state == SMTP_STATE_MAIL && smtp_session_has_fault(session, FAULT_QUIT_REPLY);
    unsigned code = wrong ? 250 : 221;
    smtp_answer(session, code, "2.0.0", "%s %s", session->settings->hostname,
                smtp_history_closing(session));
    smtp_session_clear(session);
    if (!smtp_session_has_fault(session, FAULT_QUIT_CLOSES)) {
        session->state = SMTP_STATE_OVER;
    }
    return true;
}

/* ---- VRFY, EXPN ---- */

/* RFC 5321 3.5.1: alice, alice@example.test and <alice@example.test> name a mailbox. */
static enum store_lookup find_user(struct smtp_session *session, struct bytes argument,
                                   struct maildrop **maildrop_r)
{
    struct bytes name = argument;
    if (bytes_starts(name, "<") && bytes_ends(name, ">")) {
        name = bytes_slice(name, 1, name.n - 1);
    }
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '@') {
        at--;
    }
    struct bytes domain = at > 0 ? bytes_skip(name, at) : (struct bytes){0};
    struct bytes local_part = at > 0 ? bytes_slice(name, 0, at - 1) : name;
    return store_by_address(session->store, local_part, domain, maildrop_r);
}

static bool answer_with_mailbox(struct smtp_session *session, struct bytes argument,
                                const char *unknown)
{
    struct maildrop *maildrop = NULL;
    switch (find_user(session, argument, &maildrop)) {
    case STORE_FOUND: {
        const struct server_user *user = maildrop_user(maildrop);
        if (user != NULL) {
            smtp_answer(session, 250, "2.1.5", "<%s>", user->address);
        } else {
            smtp_answer(session, 250, "2.1.5", "<postmaster@%s>",
                        session->settings->domain_count > 0 ? session->settings->domains[0]
                                                            : session->settings->hostname);
        }
        return true;
    }
    case STORE_NO_USER:
        smtp_answer(session, 550, "5.1.1", "%s", unknown);
        return false;
    case STORE_FOREIGN:
        smtp_answer(session, 550, "5.7.1", "That mailbox is not here");
        return false;
    }
    return false;
}

/* RFC 5321 3.5.3: 252 where nobody can be verified, and mail for everybody is taken all the same. */
bool smtp_do_vrfy(struct smtp_session *session, const struct smtp_command *command)
{
    struct maildrop *maildrop = NULL;
    if (session->settings->any_recipient &&
        find_user(session, command->argument, &maildrop) != STORE_FOUND) {
        smtp_answer(session, 252, "2.0.0", "Cannot verify the user, but mail for it is taken");
        return true;
    }
    return answer_with_mailbox(session, command->argument, "No such user");
}

/* There are no lists; RFC 5321 3.5.1 lets a user be expanded to a list of one. */
bool smtp_do_expn(struct smtp_session *session, const struct smtp_command *command)
{
    return answer_with_mailbox(session, command->argument, "No such mailing list");
}

/* ---- HELP and what there is no verb for ---- */

struct help_row {
    enum smtp_verb verb;
    const char *syntax;
};

static const struct help_row help_rows[] = {
    {SMTP_HELO, "HELO domain"                                                   },
    {SMTP_EHLO, "EHLO domain or address literal"                                },
    {SMTP_MAIL, "MAIL FROM:<reverse-path> [SIZE=octets] [BODY=7BIT or 8BITMIME]"},
    {SMTP_RCPT, "RCPT TO:<forward-path>"                                        },
    {SMTP_DATA, "DATA"                                                          },
    {SMTP_RSET, "RSET"                                                          },
    {SMTP_NOOP, "NOOP [text]"                                                   },
    {SMTP_VRFY, "VRFY user or mailbox"                                          },
    {SMTP_EXPN, "EXPN list"                                                     },
    {SMTP_HELP, "HELP [verb]"                                                   },
    {SMTP_QUIT, "QUIT"                                                          },
};

bool smtp_do_help(struct smtp_session *session, const struct smtp_command *command)
{
    if (session->settings->profile == PROFILE_RFC821) {
        return smtp_history_help(session, command);
    }
    struct smtp_command topic = smtp_command_read(command->argument);
    for (size_t i = 0; i < sizeof help_rows / sizeof help_rows[0]; i++) {
        if (help_rows[i].verb == topic.verb) {
            smtp_answer(session, 214, "2.0.0", "Syntax:\n%s", help_rows[i].syntax);
            return true;
        }
    }
    smtp_answer(session, 214, "2.0.0",
                "This server knows these verbs:\n"
                "%s MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT\n"
                "HELP with a verb shows its syntax",
                session->lmtp ? "LHLO" : "HELO EHLO");
    return true;
}

/* RFC 5321 4.2.4: 502 for a verb that is recognised but not implemented, 500 for any other. */
bool smtp_do_unimplemented(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    smtp_answer(session, 502, "5.5.1", "Command not implemented");
    return false;
}

bool smtp_do_unknown(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (smtp_session_has_fault(session, FAULT_UNKNOWN_COMMAND) &&
        !smtp_session_in_transaction(session)) {
        smtp_answer(session, 250, "2.0.0", "OK");
        return false;
    }
    smtp_answer(session, 500, "5.5.1", "Command not recognised");
    return false;
}
