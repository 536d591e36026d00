/* command_send - send a message, and say what each recipient got; the exit status tells */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/mail_server.h"
#include "cli/send_message.h"
#include "proto/smtp_path.h"
#include "reports/show.h"

struct sending {
    const struct options *options;
    struct mail_server server;
    struct send_message message;
    struct loop *loop;
};

/* ---- options ---- */

/* A name that nobody knows elsewhere tells nothing (RFC 5321 2.3.5): then the address is said. */
static const char *own_name(struct arena *arena)
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) != 0 || strchr(name, '.') == NULL ||
        !smtp_is_domain(bytes_of(name))) {
        return NULL;
    }
    return arena_strdup(arena, name);
}

static int read_name(struct sending *sending, struct arena *arena, struct error *error)
{
    const char *name = options_get(sending->options, OPTION_EHLO);
    if (name != NULL && !smtp_is_domain(bytes_of(name)) &&
        !smtp_is_address_literal(bytes_of(name))) {
        return error_set(error, "%s: expected a domain or an address literal, found \"%s\"",
                         sending->options->value[OPTION_EHLO].where, name);
    }
    sending->server.settings.client_name = name != NULL ? name : own_name(arena);
    return 0;
}

/* RFC 3461 4.1: NEVER stands alone. */
static bool is_notify(struct bytes text)
{
    static const char *const words[] = {"SUCCESS", "FAILURE", "DELAY"};
    struct bytes word;
    unsigned seen = 0;
    if (bytes_is_nocase(text, "NEVER")) {
        return true;
    }
    while (bytes_next(&text, ',', &word)) {
        unsigned i = 0;
        while (i < sizeof words / sizeof words[0] && !bytes_is_nocase(word, words[i])) {
            i++;
        }
        if (i == sizeof words / sizeof words[0] || (seen & 1U << i) != 0) {
            return false;
        }
        seen |= 1U << i;
    }
    return seen != 0;
}

/* RFC 3461 section 4: xtext. */
static bool is_envelope_id(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= ' ' || text.p[i] > '~' || text.p[i] == '+' || text.p[i] == '=') {
            return false;
        }
    }
    return text.n > 0 && text.n <= 100;
}

static int read_dsn(struct sending *sending, struct error *error)
{
    static const char *const returns[] = {"full", "hdrs"};
    const struct options *options = sending->options;
    struct client_wishes *wishes = &sending->server.settings.wishes;
    unsigned ret = 2;
    wishes->notify = options_get(options, OPTION_NOTIFY);
    wishes->envelope_id = options_get(options, OPTION_ENVID);
    if (wishes->notify != NULL && !is_notify(bytes_of(wishes->notify))) {
        return error_set(error,
                         "%s: expected never, or some of success, failure and delay separated by "
                         "commas, found \"%s\"",
                         options->value[OPTION_NOTIFY].where, wishes->notify);
    }
    if (wishes->envelope_id != NULL && !is_envelope_id(bytes_of(wishes->envelope_id))) {
        return error_set(error,
                         "%s: expected 1 to 100 printable octets without blanks, \"+\" and \"=\"",
                         options->value[OPTION_ENVID].where);
    }
    if (options_choice(options, OPTION_RET, returns, 2, 2, &ret, error) != 0) {
        return -1;
    }
    wishes->ret = ret < 2 ? returns[ret] : NULL;
    return 0;
}

static int read_options(struct sending *sending, struct arena *arena, struct error *error)
{
    const struct options *options = sending->options;
    struct client_settings *settings = &sending->server.settings;
    if (options->operand_count > 1) {
        return error_set(error,
                         "\"%s\" stands behind the address of the server; a text is given "
                         "by --body or on standard input",
                         options->operands[1]);
    }
    if (mail_server_read(&sending->server, options, false, arena, error) != 0 ||
        read_name(sending, arena, error) != 0 || read_dsn(sending, error) != 0 ||
        send_message_read(&sending->message, options, arena, error) != 0 ||
        mail_server_read_secret(&sending->server, arena, error) != 0) {
        return -1;
    }
    settings->sender = sending->message.sender;
    settings->recipients = sending->message.recipients;
    settings->recipient_count = sending->message.recipient_count;
    settings->message = buf_bytes(&sending->message.octets);
    settings->wishes.utf8 = sending->message.needs_utf8;
    settings->wishes.chunks = options_given(options, OPTION_BDAT) ? CLIENT_CHUNKS_WHERE_OFFERED
                                                                  : CLIENT_CHUNKS_WHERE_NEEDED;
    return 0;
}

/* ---- what each recipient got ---- */

static const char *verdict_of(const struct client_outcome *outcome)
{
    if (outcome == NULL || !outcome->is_told) {
        return "not sent";
    }
    switch (outcome->result) {
    case CLIENT_DONE:
        return "accepted";
    case CLIENT_REFUSED_FOR_NOW:
        return "refused for now";
    case CLIENT_REFUSED:
    case CLIENT_LOGIN_REFUSED:
        return "refused";
    case CLIENT_PROTOCOL_ERROR:
        break;
    }
    return "answered by something that is no reply";
}

static void print_outcomes(const struct sending *sending, const struct fake_client *client)
{
    for (size_t i = 0; i < sending->message.recipient_count; i++) {
        const struct client_outcome *outcome = fake_client_outcome(client, i);
        struct buf line = {0};
        show_text(&line, sending->message.recipients[i]);
        buf_printf(&line, ": %s", verdict_of(outcome));
        if (outcome != NULL && outcome->is_told) {
            buf_append_text(&line, ": ");
            show_octets(&line, buf_bytes(&outcome->text), 1024);
        }
        puts(buf_text(&line));
        buf_deinit(&line);
    }
}

enum exit_status command_send(const struct options *options, struct arena *arena)
{
    struct sending sending = {.options = options};
    struct mail_session session = {0};
    struct error error = {""};
    enum exit_status status = EXIT_USAGE;
    if (read_options(&sending, arena, &error) != 0) {
        complain(EXIT_USAGE, "%s", error.text);
    } else {
        sending.loop = loop_new();
        mail_session_run(&session, &sending.server, options, sending.loop);
        if (!options_given(options, OPTION_QUIET)) {
            print_outcomes(&sending, session.client);
        }
        status = session.status;
        mail_session_end(&session);
        loop_free(&sending.loop);
    }
    send_message_deinit(&sending.message);
    return status;
}
