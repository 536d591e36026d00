/*
 * What judges watch for in clients of SMTP and LMTP.
 */
#include "judge/judge_smtp_mail.h"
#include "judge/judge_table.h"
#include "judge/sasl_text.h"
#include "proto/smtp_data.h"

enum { MAX_COMMAND_OCTETS = 512 }; /* RFC 5321 4.5.3.1.4 */

/* ---- Lines and octets ---- */

static bool client_crlf(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->kind == AT_BAD_LINE_END ||
           (moment->data_defects & (SMTP_DATA_BARE_LF | SMTP_DATA_BARE_CR)) != 0;
}

static bool data_8bit(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return (moment->data_defects & SMTP_DATA_EIGHT_BIT) != 0 &&
           !smtp_offer_allows_8bit(&moment->smtp_client->offer);
}

static bool names_a_mailbox(enum smtp_verb verb)
{
    return verb == SMTP_MAIL || verb == SMTP_RCPT || verb == SMTP_VRFY || verb == SMTP_EXPN;
}

static bool is_hello(enum smtp_verb verb)
{
    return verb == SMTP_HELO || verb == SMTP_EHLO || verb == SMTP_LHLO;
}

/* An octet that is not US-ASCII, or a control character (RFC 5321 4.1.2: 0 to 31 and 127). */
static bool has_odd_octet(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < ' ' || text.p[i] > '~') {
            return true;
        }
    }
    return false;
}

static bool command_ascii(const struct moment *moment, struct bytes *evidence_r)
{
    const unsigned defects = moment->line->defects;
    (void)evidence_r;
    if (!names_a_mailbox(moment->smtp_verb) && !is_hello(moment->smtp_verb)) {
        return false;
    }
    if ((defects & WIRE_EIGHT_BIT) != 0) {
        const struct smtp_offer *offer = &moment->smtp_client->offer;
        return !smtp_offer_has(offer, "SMTPUTF8") && !offer->others;
    }
    return has_odd_octet(moment->line->text);
}

/* ---- Forms ---- */

/* Whole, and without octets that are wrong in any form. */
static bool is_readable(const struct moment *moment)
{
    return (moment->line->defects & WIRE_CUT) == 0 && !has_odd_octet(moment->line->text);
}

/* Text behind an address literal is only discouraged (RFC 5321 4.1.1.1). */
static bool is_hello_argument(struct bytes argument)
{
    if (argument.n > 0 && argument.p[0] == '[') {
        const size_t end = bytes_index(argument, ']', 0);
        const struct bytes rest = bytes_skip(argument, end == BYTES_NONE ? argument.n : end + 1);
        return end != BYTES_NONE && (rest.n == 0 || rest.p[0] == ' ') &&
               smtp_is_address_literal(bytes_slice(argument, 0, end + 1));
    }
    return smtp_is_domain(argument);
}

static bool ehlo_argument(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_hello(moment->smtp_verb) && is_readable(moment) &&
           !is_hello_argument(smtp_command_read(moment->line->text).argument);
}

static struct smtp_path path_of(const struct moment *moment)
{
    return smtp_path_read(smtp_command_read(moment->line->text).argument,
                          moment->smtp_verb == SMTP_RCPT);
}

/* The limits on length, and source routes, are matters of SHOULD. */
static bool has_bad_path(const struct moment *moment, enum smtp_verb verb)
{
    static const unsigned wrong = SMTP_PATH_NO_KEYWORD | SMTP_PATH_BLANK | SMTP_PATH_NO_BRACKETS |
                                  SMTP_PATH_BAD_LOCAL_PART | SMTP_PATH_BAD_DOMAIN |
                                  SMTP_PATH_EMPTY | SMTP_PATH_TRAILING | SMTP_PATH_BAD_PARAM;
    return moment->smtp_verb == verb && is_readable(moment) &&
           (path_of(moment).defects & wrong) != 0;
}

static bool mail_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return has_bad_path(moment, SMTP_MAIL);
}

static bool rcpt_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return has_bad_path(moment, SMTP_RCPT);
}

static bool parameter_offered(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->smtp_verb != SMTP_MAIL && moment->smtp_verb != SMTP_RCPT) {
        return false;
    }
    const struct smtp_path path = path_of(moment);
    for (size_t i = 0; i < path.param_count; i++) {
        if (!smtp_offer_allows(&moment->smtp_client->offer, moment->smtp_verb,
                               path.params[i].keyword)) {
            return true;
        }
    }
    return false;
}

static bool no_argument(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->smtp_verb != SMTP_RSET && moment->smtp_verb != SMTP_DATA &&
        moment->smtp_verb != SMTP_QUIT) {
        return false;
    }
    return !moment->smtp_client->offer.others &&
           smtp_command_read(moment->line->text).argument.n > 0;
}

/* Extensions with parameters make MAIL and RCPT longer, AUTH has a limit of its own, and BDAT none of its argument. */
static bool command_length(const struct moment *moment, struct bytes *evidence_r)
{
    const enum smtp_verb verb = moment->smtp_verb;
    (void)evidence_r;
    if (moment->line->octets <= MAX_COMMAND_OCTETS || verb == SMTP_AUTH || verb == SMTP_UNKNOWN) {
        return false;
    }
    if (verb == SMTP_MAIL || verb == SMTP_RCPT) {
        return (moment->line->defects & WIRE_CUT) == 0 && path_of(moment).param_count == 0;
    }
    return true;
}

/* RFC 5321 4.1.1.1: the remark that RFC 2821 encouraged there. Blanks alone say nothing. */
static bool ehlo_literal_alone(const struct moment *moment, struct bytes *evidence_r)
{
    const struct bytes argument = bytes_trim_right(smtp_command_read(moment->line->text).argument);
    (void)evidence_r;
    return is_hello(moment->smtp_verb) && is_readable(moment) && bytes_starts(argument, "[") &&
           is_hello_argument(argument) && !bytes_ends(argument, "]");
}

/* ---- Order ---- */

static bool hello_before_mail(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_verb == SMTP_MAIL && !moment->smtp_client->hello_sent;
}

/* Inside TLS the first command has a rule of its own. */
static bool hello_first(const struct moment *moment, struct bytes *evidence_r)
{
    const enum smtp_verb verb = moment->smtp_verb;
    (void)evidence_r;
    return (verb == SMTP_NOOP || verb == SMTP_RSET || verb == SMTP_VRFY || verb == SMTP_EXPN ||
            verb == SMTP_HELP) &&
           !moment->smtp_client->hello_sent && !moment->smtp_client->in_tls;
}

/* Where commands come in groups, a refusal may not have been read when the next was sent. */
static bool ignores_refusal(const struct smtp_client *client)
{
    return client->transaction == SMTP_MAIL_REFUSED && !client->pipelining;
}

static bool begins_transaction(enum smtp_verb verb)
{
    return verb == SMTP_MAIL || verb == SMTP_SEND || verb == SMTP_SOML || verb == SMTP_SAML;
}

static bool command_order(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_client *client = moment->smtp_client;
    const bool without_mail = client->transaction == SMTP_NO_MAIL || ignores_refusal(client);
    (void)evidence_r;
    if (begins_transaction(moment->smtp_verb)) {
        return client->transaction == SMTP_MAIL_OPEN;
    }
    if (moment->smtp_verb == SMTP_DATA) {
        return without_mail ||
               (client->transaction != SMTP_MAIL_UNSURE && !client->recipient_named);
    }
    return moment->smtp_verb == SMTP_RCPT && without_mail;
}

/* The verb is that of the command that nothing may follow yet. */
static bool waits_for_reply(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_verb != SMTP_STARTTLS && !moment->smtp_client->pipelining;
}

static bool pipelining_group(const struct moment *moment, struct bytes *evidence_r)
{
    static const enum smtp_verb last[] = {SMTP_EHLO, SMTP_LHLO, SMTP_DATA, SMTP_VRFY, SMTP_EXPN,
                                          SMTP_TURN, SMTP_QUIT, SMTP_NOOP, SMTP_AUTH};
    (void)evidence_r;
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        if (moment->smtp_verb == last[i]) {
            return moment->smtp_client->pipelining && !moment->described;
        }
    }
    return false;
}

static bool data_without_354(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    const struct smtp_command command = smtp_command_read(moment->line->text);
    return moment->smtp_client->data_refused && smtp_client_is_text(&command);
}

/* ---- Ends ---- */

/* Where no greeting of the client's was accepted, QUIT is a matter of SHOULD (RFC 5321 4.1.4): quit_always(). */
static bool quit_before_close(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    /* One that has heard nothing since it spoke may have been stopped. Of a group's replies the first may have decided. */
    bool waits = moment->outstanding > 0 && moment->client_last;
    /* RFC 3207 4: what cannot begin TLS aborts the connection. */
    bool aborts = moment->smtp_client->tls_refused;
    return moment->smtp_client->hello_accepted && !moment->smtp_client->quit_sent && !waits &&
           !aborts;
}

/* One that says nothing to a greeting that lets it in was only looking, or was stopped. */
static bool quit_always(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_client *client = moment->smtp_client;
    (void)evidence_r;
    return (client->hello_sent || client->turned_away) && !client->hello_accepted &&
           !client->quit_sent && !moment->client_last;
}

static bool waits_for_quit_reply(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->outstanding == 1 && moment->smtp_verb == SMTP_QUIT;
}

/* ---- TLS and AUTH ---- */

/* RFC 3207 4: TLS is what comes behind STARTTLS, and in a group STARTTLS is the last. */
static bool starttls_last(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_verb == SMTP_STARTTLS;
}

/* RFC 3207 4.2; 4.1: QUIT, when the security is not enough. MAIL breaks smtp/hello-before-mail. */
static bool ehlo_after_tls(const struct moment *moment, struct bytes *evidence_r)
{
    const enum smtp_verb verb = moment->smtp_verb;
    (void)evidence_r;
    return moment->smtp_client->just_in_tls && verb != SMTP_EHLO && verb != SMTP_LHLO &&
           verb != SMTP_QUIT && verb != SMTP_MAIL && verb != SMTP_STARTTLS;
}

static bool starttls_once(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_verb == SMTP_STARTTLS && moment->smtp_client->in_tls;
}

static bool auth_base64(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind == AT_RESPONSE) {
        return sasl_text_response_is_broken(moment->line);
    }
    return moment->smtp_verb == SMTP_AUTH &&
           sasl_text_auth_is_broken(moment->line, smtp_command_read(moment->line->text).argument);
}

/* RFC 4954 4: what does not fit into the line of AUTH is sent behind an empty challenge. */
static bool auth_line_length(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_verb == SMTP_AUTH && moment->line->octets > MAX_COMMAND_OCTETS;
}

/* RFC 4954 4: not in a transaction, and not behind a login. */
static bool auth_order(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_client *client = moment->smtp_client;
    (void)evidence_r;
    return moment->smtp_verb == SMTP_AUTH &&
           (client->logged_in || client->transaction == SMTP_MAIL_OPEN);
}

// clang-format off
static const struct judge_row rows[] = {
    /* rule, moments, test, what follows, wanted */
    {JUDGE_SMTP_CLIENT_CRLF, AT_BAD_LINE_END | AT_DATA, client_crlf, JUDGE_OUT_OF_STEP,
     "CR LF at the end of each line, and neither alone"},
    {JUDGE_SMTP_WAITS_FOR_GREETING, AT_EARLY, NULL, JUDGE_SEPARATE,
     "nothing before the greeting"},
    {JUDGE_SMTP_WAITS_FOR_REPLY, AT_AHEAD, waits_for_reply, JUDGE_OUT_OF_STEP,
     "nothing before the reply, as PIPELINING is not offered"},
    {JUDGE_SMTP_PIPELINING_GROUP, AT_AHEAD, pipelining_group, JUDGE_OUT_OF_STEP,
     "this command as the last of a group"},
    {JUDGE_SMTP_HELLO_BEFORE_MAIL, AT_COMMAND, hello_before_mail, JUDGE_OUT_OF_STEP,
     "EHLO or HELO before the first MAIL"},
    {JUDGE_SMTP_EHLO_ARGUMENT, AT_COMMAND, ehlo_argument, JUDGE_UNREADABLE,
     "a domain or an address literal behind one space"},
    {JUDGE_SMTP_MAIL_SYNTAX, AT_COMMAND, mail_syntax, JUDGE_OUT_OF_STEP,
     "\"MAIL FROM:<\", a mailbox or nothing, \">\", then parameters, each behind one space"},
    {JUDGE_SMTP_RCPT_SYNTAX, AT_COMMAND, rcpt_syntax, JUDGE_OUT_OF_STEP,
     "\"RCPT TO:<\", a mailbox, \">\", then parameters, each behind one space"},
    {JUDGE_SMTP_PARAMETER_OFFERED, AT_COMMAND, parameter_offered, JUDGE_OUT_OF_STEP,
     "no parameter but of extensions that the reply to EHLO offers"},
    {JUDGE_SMTP_NO_ARGUMENT, AT_COMMAND, no_argument, JUDGE_UNREADABLE,
     "this command without an argument"},
    {JUDGE_SMTP_COMMAND_ORDER, AT_COMMAND, command_order, JUDGE_OUT_OF_STEP,
     "MAIL outside a transaction, RCPT behind MAIL, DATA behind RCPT"},
    {JUDGE_SMTP_COMMAND_ASCII, AT_COMMAND, command_ascii, JUDGE_UNREADABLE,
     "printable US-ASCII and spaces only, as SMTPUTF8 is not offered"},
    {JUDGE_SMTP_COMMAND_LENGTH, AT_COMMAND, command_length, JUDGE_UNREADABLE,
     "at most 512 octets in a command line, CRLF included"},
    {JUDGE_SMTP_DATA_8BIT, AT_DATA, data_8bit, JUDGE_SEPARATE,
     "no octet above 127, as 8BITMIME is not offered"},
    {JUDGE_SMTP_DATA_WITHOUT_354, AT_COMMAND, data_without_354, JUDGE_OUT_OF_STEP,
     "no message text, as DATA was not answered 354"},
    {JUDGE_SMTP_QUIT_BEFORE_CLOSE, AT_CLIENT_CLOSED, quit_before_close, JUDGE_AT_END,
     "QUIT before the client closes"},
    {JUDGE_SMTP_QUIT_ALWAYS, AT_CLIENT_CLOSED, quit_always, JUDGE_AT_END,
     "QUIT before the client closes, also where no EHLO or HELO was accepted"},
    {JUDGE_SMTP_WAITS_FOR_QUIT_REPLY, AT_CLIENT_CLOSED, waits_for_quit_reply, JUDGE_AT_END,
     "the reply to QUIT before the client closes"},
    {JUDGE_SMTP_STARTTLS_LAST, AT_AHEAD | AT_CLIENT_LEFT, starttls_last, JUDGE_OUT_OF_STEP,
     "STARTTLS as the last command in clear text, and then TLS"},
    {JUDGE_SMTP_EHLO_AFTER_TLS, AT_COMMAND, ehlo_after_tls, JUDGE_SEPARATE,
     "EHLO as the first command inside TLS"},
    {JUDGE_SMTP_STARTTLS_ONCE, AT_COMMAND, starttls_once, JUDGE_OUT_OF_STEP,
     "no STARTTLS, as TLS is active"},
    {JUDGE_SMTP_TLS_AFTER_220, AT_TLS_UNASKED, NULL, JUDGE_OUT_OF_STEP,
     "TLS behind 220 only"},
    {JUDGE_SMTP_TLS_FAILURE_ABORTS, AT_UNSECURED, NULL, JUDGE_OUT_OF_STEP,
     "the end of the connection, or QUIT at most"},
    {JUDGE_SMTP_TLS_RESPONSE_INJECTION, AT_INJECTED, NULL, JUDGE_OUT_OF_STEP,
     "the reply that comes inside TLS, and nothing before it"},
    {JUDGE_SMTP_AUTH_BASE64, AT_COMMAND | AT_RESPONSE, auth_base64, JUDGE_UNREADABLE,
     "base64, \"=\" for an empty initial response, or \"*\" to cancel"},
    {JUDGE_SMTP_AUTH_LINE_LENGTH, AT_COMMAND, auth_line_length, JUDGE_UNREADABLE,
     "at most 512 octets in a line of AUTH, CRLF included, and a longer response behind a challenge"},
    {JUDGE_SMTP_AUTH_ORDER, AT_COMMAND, auth_order, JUDGE_OUT_OF_STEP,
     "AUTH outside a transaction, and once"},
    {JUDGE_SMTP_HELLO_FIRST, AT_COMMAND, hello_first, JUDGE_SEPARATE,
     "EHLO or HELO as the first command"},
    {JUDGE_SMTP_EHLO_LITERAL_ALONE, AT_COMMAND, ehlo_literal_alone, JUDGE_SEPARATE,
     "nothing behind the address literal"},
    {JUDGE_SMTP_NO_SOURCE_ROUTE, AT_COMMAND, judge_smtp_source_route, JUDGE_UNREADABLE,
     "a mailbox without a source route"},
    {JUDGE_SMTP_LEAST_QUOTED, AT_COMMAND, judge_smtp_over_quoted, JUDGE_UNREADABLE,
     "quotes and backslashes only where the local part cannot be written without"},
    {JUDGE_SMTP_PARAMETER_ONCE, AT_COMMAND, judge_smtp_parameter_twice, JUDGE_OUT_OF_STEP,
     "each parameter once"},
    {JUDGE_SMTP_AUTH_PARAMETER_SYNTAX, AT_COMMAND, judge_smtp_auth_parameter, JUDGE_OUT_OF_STEP,
     "AUTH= with <> or a mailbox in xtext: capitals in +HH, and no other +"},
    {JUDGE_SMTP_BINARY_OFFERED, AT_COMMAND, judge_smtp_binary_unoffered, JUDGE_OUT_OF_STEP,
     "8BITMIME, BINARYMIME and BDAT only where each of them is offered"},
    {JUDGE_SMTP_BDAT_ORDER, AT_COMMAND, judge_smtp_chunk_order, JUDGE_OUT_OF_STEP,
     "BDAT up to LAST and no DATA in one transaction, and RSET behind a chunk that was refused"},
    {JUDGE_SMTP_BDAT_CANONICAL, AT_CHUNKS, judge_smtp_chunk_text, JUDGE_SEPARATE,
     "lines that end in CR LF in the chunks, neither alone and no NUL, as MAIL did not say BODY=BINARYMIME"},
    {JUDGE_SMTP_SIZE_REFUSAL_ENDS, AT_COMMAND, judge_smtp_size_refusal_passed, JUDGE_OUT_OF_STEP,
     "RSET or QUIT, as the declared size was refused"},
    {JUDGE_SMTP_BODY_DECLARED, AT_DATA, judge_smtp_body_undeclared, JUDGE_SEPARATE,
     "BODY=8BITMIME in MAIL, as there are octets above 127"},
    {JUDGE_SMTP_SIZE_DECLARED, AT_DATA, judge_smtp_size_too_small, JUDGE_SEPARATE,
     "a declared size that is not below the size of the message"},
    {JUDGE_SMTP_LONE_DOT, AT_DATA, judge_smtp_data_for_nobody, JUDGE_SEPARATE,
     "a dot alone, as no recipient was accepted"},
    {JUDGE_SMTP_CLIENT_TEXT_LINE, AT_DATA, judge_smtp_long_text_line, JUDGE_SEPARATE,
     "at most 1000 octets in a line of text, CRLF included"},
    {JUDGE_SMTP_CLIENT_RETURN_PATH, AT_DATA, judge_smtp_return_path_sent, JUDGE_SEPARATE,
     "no Return-Path, as the message comes from its origin"},
    {JUDGE_SMTP_8BITMIME_NEEDS_MIME, AT_DATA, judge_smtp_not_mime, JUDGE_SEPARATE,
     "MIME-Version and an encoding of 8bit, as BODY=8BITMIME announces octets above 127"},
};
// clang-format on

const struct judge_row *judge_smtp_client_rows(size_t *count_r)
{
    *count_r = sizeof rows / sizeof rows[0];
    return rows;
}
