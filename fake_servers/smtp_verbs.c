/* The verbs that begin no transaction. */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_reply.h"
#include "fake_servers/smtp_history.h"

/* ---- HELO, EHLO ---- */

/* A name of a host as people give it to machines and containers: a Domain, but for underscores. */
static bool is_odd_host_name(struct bytes name)
{
    struct buf plain = {0};
    for (size_t i = 0; i < name.n; i++) {
        buf_append_octet(&plain, name.p[i] == '_' ? 'x' : name.p[i]);
    }
    bool is_odd = smtp_is_domain(buf_bytes(&plain));
    buf_deinit(&plain);
    return is_odd;
}

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
            (is_odd_host_name(name) || smtp_history_is_domain(session, name)));
}

/* A trace line takes a Domain only (RFC 5321 4.4): a client with an underscore in its name is called by its address there. */
static void keep_client_name(struct smtp_session *session, struct bytes argument)
{
    struct bytes name = {0};
    bytes_next_word(&argument, &name);
    bool is_odd = bytes_index(name, '_', 0) != BYTES_NONE && !smtp_is_address_literal(name);
    struct buf kept = {0};
    buf_append(&kept, is_odd ? bytes_of(session->client) : name);
    free(session->client_name);
    session->client_name = buf_steal(&kept);
}

static bool take_client_name(struct smtp_session *session, struct bytes argument, bool extended)
{
    if (!client_name_is_right(session, argument)) {
        smtp_answer(session, 501, NULL, "A domain or an address literal must stand behind it");
        return false;
    }
    keep_client_name(session, argument);
    session->extended = extended;
    if (!smtp_has_fault(session, FAULT_EHLO_CLEARS) &&
        !smtp_faulty_keeps_recipients(session, FAULT_EHLO_CLEARS_2)) {
        smtp_session_clear(session);
    }
    if (!smtp_session_in_transaction(session)) {
        session->state = SMTP_STATE_READY;
    }
    return true;
}

/*
 * RFC 6531 3.1: who offers SMTPUTF8 offers 8BITMIME; RFC 3030 section 3: BINARYMIME comes only with CHUNKING. A verb that is not
 * there is not offered.
 */
bool smtp_offers(const struct server_settings *settings, enum server_extension extension)
{
    const bool *offers = settings->offers;
    if (extension == EXTENSION_8BITMIME) {
        return offers[extension] || offers[EXTENSION_SMTPUTF8];
    }
    bool is_there = (extension != EXTENSION_BINARYMIME || offers[EXTENSION_CHUNKING]) &&
                    (extension != EXTENSION_VRFY || settings->vrfy != QUERY_502) &&
                    (extension != EXTENSION_EXPN || settings->expn != QUERY_502);
    return offers[extension] && is_there;
}

static void print_extensions(const struct smtp_session *session, struct buf *out)
{
    const struct server_settings *settings = session->settings;
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        enum server_extension extension = (enum server_extension)i;
        if (!smtp_offers(settings, extension) || smtp_faulty_hides(session, extension)) {
            continue;
        }
        buf_printf(out, "\n%s", settings_extension_name(extension));
        /* RFC 1870 section 4: 0 would say that there is no limit. */
        if (extension == EXTENSION_SIZE && settings->max_message_octets > 0) {
            buf_printf(out, " %zu", settings->max_message_octets);
        }
        buf_append_text(out, smtp_faulty_reply_parameter(session, extension));
    }
    struct buf mechanisms = {0};
    smtp_print_mechanisms(session, &mechanisms);
    if (mechanisms.n > 0) {
        buf_printf(out, "\nAUTH%s", buf_text(&mechanisms));
    }
    if (mechanisms.n > 0 && smtp_has_fault(session, FAULT_EHLO_KEYWORD_GRAMMAR_2)) {
        buf_printf(out, "\nAUTH=%s", buf_text(&mechanisms) + 1);
    }
    buf_deinit(&mechanisms);
}

static void print_offers(const struct smtp_session *session, struct buf *out)
{
    const struct server_settings *settings = session->settings;
    bool bad_domain = smtp_has_fault(session, FAULT_EHLO_DOMAIN);
    bool offers_tls = smtp_offers_tls(session);
    if (!smtp_has_fault(session, FAULT_EHLO_DOMAIN_2)) {
        buf_printf(out, "%s%s", bad_domain ? "-bad_domain- " : "", settings->hostname);
    }
    if (!offers_tls || !settings->starttls_alone) {
        print_extensions(session, out);
    }
    if (offers_tls) {
        buf_append_text(out, "\nSTARTTLS");
    }
    if (smtp_has_fault(session, FAULT_EHLO_KEYWORD_GRAMMAR)) {
        buf_append_text(out, "\nX_ODD");
    }
    if (smtp_has_fault(session, FAULT_EHLO_REGISTERED_KEYWORD)) {
        buf_append_text(out, "\nNOSUCH");
    }
}

bool smtp_do_helo(struct smtp_session *session, const struct smtp_command *command)
{
    if (!take_client_name(session, command->argument, false)) {
        return false;
    }
    struct buf said = {0};
    if (smtp_has_fault(session, FAULT_HELO_2)) {
        print_offers(session, &said);
    } else {
        buf_append_text(&said, session->settings->hostname);
    }
    smtp_answer(session, 250, NULL, "%s", buf_text(&said));
    buf_deinit(&said);
    return true;
}

/* RFC 2033 4.1: all that is said of EHLO holds for LHLO. */
bool smtp_do_ehlo(struct smtp_session *session, const struct smtp_command *command)
{
    if (!session->lmtp && smtp_has_fault(session, FAULT_EHLO)) {
        smtp_answer(session, 502, "5.5.1", "Only HELO is known here");
        return false;
    }
    if (!take_client_name(session, command->argument, true)) {
        return false;
    }
    session->knows_bdat |= smtp_offers(session->settings, EXTENSION_CHUNKING);
    struct buf offers = {0};
    print_offers(session, &offers);
    smtp_answer(session, 250, NULL, "%s", buf_text(&offers));
    buf_deinit(&offers);
    return true;
}

/* ---- RSET, NOOP, QUIT ---- */

bool smtp_do_rset(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (smtp_faulty_refuses_reset(session)) {
        return false;
    }
    if (!smtp_faulty_keeps_transaction(session) &&
        !smtp_faulty_keeps_recipients(session, FAULT_RSET_CLEARS_2)) {
        smtp_session_clear(session);
    }
    if (session->taken != NULL && smtp_has_fault(session, FAULT_CLOSE_KEEPS_ACCEPTED_2)) {
        smtp_faulty_take_back(session);
    }
    if (session->user != NULL && smtp_has_fault(session, FAULT_AUTH_TWICE_2)) {
        smtp_session_forget_login(session);
    }
    smtp_answer(session, 250, "2.0.0", "OK");
    return true;
}

bool smtp_do_noop(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (smtp_session_in_transaction(session) && smtp_has_fault(session, FAULT_NOOP_KEEPS_STATE)) {
        smtp_session_clear(session);
    }
    smtp_faulty_noop(session);
    smtp_answer(session, 250, "2.0.0", "OK");
    return true;
}

bool smtp_do_quit(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    bool stays = smtp_has_fault(session, FAULT_QUIT_CLOSES) || smtp_faulty_stays(session);
    if (smtp_faulty_hangs_up(session)) {
        session->state = SMTP_STATE_OVER;
        return true;
    }
    bool wrong = session->state == SMTP_STATE_MAIL && smtp_has_fault(session, FAULT_QUIT_REPLY);
    unsigned code = wrong ? 250 : 221;
    smtp_answer(session, code, "2.0.0", "%s %s", session->settings->hostname,
                smtp_history_closing(session));
    smtp_session_clear(session);
    store_message_unref(&session->taken);
    if (!stays) {
        session->state = SMTP_STATE_OVER;
    }
    return true;
}

/* ---- what there is no verb for ---- */

/* RFC 5321 4.2.4: 502 for a verb that is recognised but not implemented, 500 for any other. */
bool smtp_do_unimplemented(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    smtp_answer(session, 502, "5.5.1", "Command not implemented");
    return false;
}

static bool is_printable(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < ' ' || text.p[i] > '~') {
            return false;
        }
    }
    return true;
}

bool smtp_do_unknown(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (!session->lmtp && smtp_has_fault(session, FAULT_UNKNOWN_COMMAND) &&
        !smtp_session_in_transaction(session) && is_printable(line_in_text(&session->line))) {
        smtp_answer(session, 250, "2.0.0", "OK");
        return false;
    }
    smtp_answer(session, 500, "5.5.1", "Command not recognised");
    return false;
}
