/* What a sender is asked for by people, and whether the server has it. */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_clients/sender_session.h"
#include "proto/smtp_ehlo.h"

/* RFC 5321 4.5.3.1.4, 4.5.3.1.6: without CRLF. */
enum { LONGEST_COMMAND = 510, LONGEST_LINE = 998 };

static const struct client_wishes *wishes_of(const struct sender *sender)
{
    return &sender->settings->wishes;
}

/* RFC 3030 section 3: NUL and longer lines are binary; RFC 5321 4.5.3.1.6. */
static bool is_binary(struct bytes message)
{
    struct bytes line;
    if (bytes_index(message, 0, 0) != BYTES_NONE) {
        return true;
    }
    while (message.n > 0 && bytes_next(&message, '\n', &line)) {
        if (bytes_trim_right(line).n > LONGEST_LINE) {
            return true;
        }
    }
    return false;
}

void sender_wish_begin(struct sender *sender)
{
    sender->wished.outcomes =
        mem_alloc(sender->settings->recipient_count * sizeof *sender->wished.outcomes);
    sender->wished.is_binary =
        wishes_of(sender)->chunks != CLIENT_CHUNKS_NEVER && is_binary(sender->settings->message);
}

void sender_wish_end(struct sender *sender)
{
    for (size_t i = 0; i < sender->settings->recipient_count; i++) {
        client_outcome_deinit(&sender->wished.outcomes[i]);
    }
    free(sender->wished.outcomes);
    sasl_login_deinit(&sender->wished.login);
    buf_deinit(&sender->wished.trouble);
}

/* ---- what is offered ---- */

void sender_wish_read(struct sender *sender, struct bytes text)
{
    struct smtp_ehlo_line line = smtp_ehlo_line_read(text);
    struct bytes word = {0};
    sender->wished.offers_utf8 |= bytes_is_nocase(line.keyword, "SMTPUTF8");
    sender->wished.offers_dsn |= bytes_is_nocase(line.keyword, "DSN");
    if (bytes_is_nocase(line.keyword, "SIZE") &&
        !bytes_to_u64(bytes_trim(line.params), &sender->wished.size)) {
        sender->wished.size = 0;
    }
    if (bytes_is_nocase(line.keyword, "AUTH")) {
        while (bytes_next_word(&line.params, &word)) {
            sasl_login_offer(&sender->wished.login, word);
        }
    }
}

void sender_wish_forget(struct sender *sender)
{
    sender->wished.offers_utf8 = false;
    sender->wished.offers_dsn = false;
    sender->wished.size = 0;
    sasl_login_forget(&sender->wished.login);
}

/* ---- TLS and logins ---- */

bool sender_wish_takes_clear(struct sender *sender)
{
    if (sender->in_tls || wishes_of(sender)->tls != CLIENT_TLS_DEMANDED) {
        return true;
    }
    sender_report_refuse(sender, CLIENT_REFUSED,
                         sender->offered[SENDER_STARTTLS] ? "the server does not begin TLS"
                                                          : "the server does not offer STARTTLS");
    return false;
}

bool sender_wish_is_login(const struct sender *sender)
{
    return wishes_of(sender)->login != CLIENT_LOGIN_SAFE;
}

static bool offers_login(const struct sender *sender)
{
    for (size_t i = 0; i < SASL_MECHANISM_COUNT; i++) {
        if (sender->wished.login.offered[i]) {
            return true;
        }
    }
    return false;
}

static const char *login_defect(const struct sender *sender)
{
    if (!offers_login(sender)) {
        return "the server offers no login that is known here";
    }
    if (wishes_of(sender)->login == CLIENT_LOGIN_SASL) {
        return "the server does not offer a login of that kind";
    }
    return sender->in_tls ? "the certificate is not good, and the server offers only logins that "
                            "would tell it the secret"
                          : "the connection is in clear text, and the server offers only logins "
                            "that would tell the secret";
}

/* RFC 4954 section 14: the secret is told inside TLS only, and to a certificate that is good. False: there is none to be sent. */
static bool say_auth(struct sender *sender, struct error *error)
{
    struct sasl_login *login = &sender->wished.login;
    const bool is_private = sender->in_tls && sender->certificate_is_good;
    struct buf text = {0};
    bool is_said = false;
    buf_append_text(&text, "AUTH ");
    if (!sasl_login_choose(login, wishes_of(sender), is_private)) {
        error_set(error, "%s", login_defect(sender));
    } else if (sasl_login_begin(login, sender->settings, LONGEST_COMMAND - text.n, &text, error)) {
        sender_say(sender, SENDER_AUTH, "%s", buf_text(&text));
        is_said = true;
    }
    buf_deinit(&text);
    return is_said;
}

bool sender_wish_logs_in(struct sender *sender)
{
    struct error error = {""};
    if (say_auth(sender, &error)) {
        return true;
    }
    sender_report_refuse(sender, CLIENT_LOGIN_REFUSED, error.text);
    return false;
}

/* RFC 4954 section 4: "*" cancels. */
static void take_challenge(struct sender *sender)
{
    const struct smtp_reply *reply = &sender->reply;
    struct error error = {""};
    struct buf response = {0};
    if (sender->result != CLIENT_DONE) { /* it was cancelled, and the server goes on */
        sender_give_up(sender);
    } else if (sasl_login_answer(&sender->wished.login, reply->lines[reply->count - 1].text,
                                 &response, &error)) {
        sender_say(sender, SENDER_AUTH, "%s", buf_text(&response));
    } else {
        sender_report_refuse(sender, CLIENT_PROTOCOL_ERROR, error.text);
        sender_say(sender, SENDER_AUTH, "*");
    }
    buf_deinit(&response);
}

void sender_wish_take_auth(struct sender *sender, unsigned code, enum client_result result)
{
    struct sasl_login *login = &sender->wished.login;
    if (code == 334) {
        take_challenge(sender);
        return;
    }
    if (code == 534 && sender->result == CLIENT_DONE) {
        login->too_weak[login->mechanism] = true;
        if (say_auth(sender, NULL)) {
            return;
        }
        sender_report_reply(sender, SENDER_AUTH, CLIENT_LOGIN_REFUSED);
    }
    if (result == CLIENT_DONE && !sasl_login_may_succeed(login)) {
        sender_report_refuse(sender, CLIENT_PROTOCOL_ERROR,
                             "the server says that the login is done before it is");
    }
    sender_note(sender, result == CLIENT_REFUSED ? CLIENT_LOGIN_REFUSED : result);
}

/* ---- the message and its envelope ---- */

static bool offers_binary(const struct sender *sender)
{
    return sender->offered[SENDER_BINARYMIME] && sender->offered[SENDER_CHUNKING];
}

/* RFC 1870 section 7: it need not be tried. A client of tests tries, and is refused. */
static bool is_too_large(const struct sender *sender)
{
    return wishes_of(sender)->chunks != CLIENT_CHUNKS_NEVER && sender->wished.size > 0 &&
           sender->message.n > sender->wished.size;
}

bool sender_wish_takes_message(struct sender *sender)
{
    const struct client_wishes *wishes = wishes_of(sender);
    const bool wants_dsn =
        wishes->notify != NULL || wishes->ret != NULL || wishes->envelope_id != NULL;
    const char *reason = NULL;
    if (wishes->utf8 && !sender->wished.offers_utf8) {
        reason = "an address is not US-ASCII, and the server does not offer SMTPUTF8";
    } else if (sender->wished.is_binary && !offers_binary(sender)) {
        reason = "the message has a NUL or a line of more than 998 octets, and the server does not "
                 "offer BINARYMIME";
    } else if (is_too_large(sender)) {
        reason = "the message is larger than what the server says it takes";
    } else if (wants_dsn && !sender->wished.offers_dsn) {
        reason = "the server does not offer DSN, so it would not look at what is asked for";
    }
    if (reason != NULL) {
        sender_report_refuse(sender, CLIENT_REFUSED, reason);
    }
    return reason == NULL;
}

/* RFC 6531 3.4, RFC 3461 4.3 and 4.4 */
void sender_wish_write_mail(const struct sender *sender, struct buf *argument)
{
    const struct client_wishes *wishes = wishes_of(sender);
    if (wishes->utf8) {
        buf_append_text(argument, " SMTPUTF8");
    }
    if (wishes->ret != NULL) {
        buf_printf(argument, " RET=%s", wishes->ret);
    }
    if (wishes->envelope_id != NULL) {
        buf_printf(argument, " ENVID=%s", wishes->envelope_id);
    }
}

/* RFC 3461 4.1 */
void sender_wish_write_rcpt(const struct sender *sender, struct buf *argument)
{
    if (wishes_of(sender)->notify != NULL) {
        buf_printf(argument, " NOTIFY=%s", wishes_of(sender)->notify);
    }
}

bool sender_wish_chunks(const struct sender *sender)
{
    return sender->wished.is_binary || (wishes_of(sender)->chunks == CLIENT_CHUNKS_WHERE_OFFERED &&
                                        sender->offered[SENDER_CHUNKING]);
}

/* RFC 3030 section 2: one chunk, whose octets are not stuffed. */
void sender_wish_say_chunk(struct sender *sender)
{
    const bool is_lmtp = sender->settings->protocol == CLIENT_LMTP;
    buf_printf(sender->out, "BDAT %zu LAST\r\n", sender->message.n);
    buf_append(sender->out, buf_bytes(&sender->message));
    for (size_t i = 0; i < (is_lmtp ? sender->accepted : 1); i++) {
        sender_await(sender, SENDER_CONTENT);
    }
}
