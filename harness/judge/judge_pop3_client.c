/*
 * What judges watch for in clients of POP3.
 */
#include "judge/judge_table.h"
#include "judge/sasl_text.h"

enum { MAX_COMMAND_OCTETS = 255 }; /* RFC 2449 4 */

static struct bytes argument_of(const struct moment *moment)
{
    return pop3_command_read(moment->line->text).argument;
}

/* ---- Forms ---- */

/* A user name or a secret may hold anything, and AUTH has its own rules. */
static bool has_plain_arguments(enum pop3_verb verb)
{
    return verb != POP3_USER && verb != POP3_PASS && verb != POP3_APOP && verb != POP3_AUTH &&
           verb != POP3_UNKNOWN;
}

/* RFC 2449 3: command = keyword *(SP param); param = 1*VCHAR */
static bool is_plain_text(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        const bool last = i + 1 == text.n;
        const bool bad_blank = text.p[i] == ' ' && (last || text.p[i + 1] == ' ');
        if (text.p[i] < ' ' || text.p[i] > '~' || bad_blank) {
            return false;
        }
    }
    return true;
}

static bool command_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return has_plain_arguments(moment->pop3_verb) && (moment->line->defects & WIRE_CUT) == 0 &&
           !is_plain_text(moment->line->text);
}

static bool command_length(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->line->octets > MAX_COMMAND_OCTETS && moment->pop3_verb != POP3_AUTH &&
           moment->pop3_verb != POP3_UNKNOWN;
}

/* Messages are numbered from 1. What stands behind the numbers is not looked at: an extension may have put it there. */
static bool message_number(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes rest = argument_of(moment);
    struct bytes word = {0};
    uint64_t number = 0;
    const enum pop3_verb verb = moment->pop3_verb;
    const bool demanded = verb == POP3_RETR || verb == POP3_DELE || verb == POP3_TOP;
    (void)evidence_r;
    if (!demanded && verb != POP3_LIST && verb != POP3_UIDL) {
        return false;
    }
    if (!bytes_next_word(&rest, &word)) {
        return demanded;
    }
    if (!bytes_to_u64(word, &number) || number == 0) {
        return true;
    }
    return verb == POP3_TOP && !(bytes_next_word(&rest, &word) && bytes_to_u64(word, &number));
}

enum { DIGEST_DIGITS = 32 };

/* RFC 1939 section 7: in lower case. */
static bool is_digest(struct bytes word)
{
    for (size_t i = 0; i < word.n; i++) {
        const bool lower = word.p[i] >= 'a' && word.p[i] <= 'f';
        if (!lower && !octet_is_digit(word.p[i])) {
            return false;
        }
    }
    return word.n == DIGEST_DIGITS;
}

/* A name may hold spaces, so the digest is the last word. */
static bool ends_in_digest(struct bytes argument)
{
    size_t at = argument.n;
    while (at > 0 && argument.p[at - 1] != ' ') {
        at--;
    }
    return at > 1 && is_digest(bytes_skip(argument, at));
}

static bool login_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    const struct bytes argument = argument_of(moment);
    (void)evidence_r;
    if ((moment->line->defects & WIRE_CUT) != 0) {
        return false;
    }
    return (moment->pop3_verb == POP3_USER && argument.n == 0) ||
           (moment->pop3_verb == POP3_APOP && !ends_in_digest(argument));
}

static bool stls_before_utf8(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb == POP3_STLS && moment->pop3_client->utf8_asked;
}

/* ---- Order ---- */

/* Where commands come in groups, a refusal may not have been read when the next was sent. */
static bool is_missing(const struct pop3_client *client, enum pop3_progress progress)
{
    return progress == POP3_NOT_SENT || (progress == POP3_REFUSED && !client->pipelining);
}

static bool user_before_pass(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb == POP3_PASS &&
           is_missing(moment->pop3_client, moment->pop3_client->user);
}

static bool is_transaction_command(enum pop3_verb verb)
{
    static const enum pop3_verb verbs[] = {POP3_STAT, POP3_LIST, POP3_RETR, POP3_DELE,
                                           POP3_NOOP, POP3_RSET, POP3_TOP,  POP3_UIDL};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (verb == verbs[i]) {
            return true;
        }
    }
    return false;
}

static bool login_before_transaction(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_transaction_command(moment->pop3_verb) &&
           is_missing(moment->pop3_client, moment->pop3_client->login);
}

static bool deleted_message_named(const struct moment *moment, struct bytes *evidence_r)
{
    const enum pop3_verb verb = moment->pop3_verb;
    (void)evidence_r;
    return (verb == POP3_RETR || verb == POP3_DELE || verb == POP3_TOP || verb == POP3_LIST ||
            verb == POP3_UIDL) &&
           moment->has_number && pop3_client_has_deleted(moment->pop3_client, moment->number);
}

static bool waits_for_response(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb != POP3_STLS && !moment->pop3_client->pipelining;
}

/* ---- TLS and AUTH ---- */

/* RFC 2595 4: no further command before the response and TLS. */
static bool stls_last(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb == POP3_STLS;
}

static bool is_login(enum pop3_verb verb)
{
    return verb == POP3_USER || verb == POP3_PASS || verb == POP3_APOP || verb == POP3_AUTH;
}

/* RFC 2595 4: CAPA again, by a client that goes by capabilities at all. */
static bool capa_after_tls(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_login(moment->pop3_verb) && moment->pop3_client->capa_due;
}

static bool auth_base64(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind == AT_RESPONSE) {
        return sasl_text_response_is_broken(moment->line);
    }
    return moment->pop3_verb == POP3_AUTH &&
           sasl_text_auth_is_broken(moment->line, argument_of(moment));
}

/* RFC 5034 4: what does not fit into the line of AUTH is sent behind an empty challenge. */
static bool auth_line_length(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb == POP3_AUTH && moment->line->octets > MAX_COMMAND_OCTETS;
}

/* RFC 5034 3. A bare AUTH is older than SASL: it asks for the mechanisms. */
static bool is_unoffered_auth(const struct moment *moment)
{
    const struct pop3_client *client = moment->pop3_client;
    return moment->pop3_verb == POP3_AUTH && argument_of(moment).n > 0 && client->offers_known &&
           !client->sasl_offered;
}

static bool auth_offered(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes initial;
    (void)evidence_r;
    return is_unoffered_auth(moment) && !sasl_text_initial(argument_of(moment), &initial);
}

static bool auth_initial_response(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes initial;
    (void)evidence_r;
    return is_unoffered_auth(moment) && sasl_text_initial(argument_of(moment), &initial);
}

// clang-format off
static const struct judge_row rows[] = {
    /* rule, moments, test, what follows, wanted */
    {JUDGE_POP3_CLIENT_LINE_END, AT_BAD_LINE_END, NULL, JUDGE_OUT_OF_STEP,
     "CR LF at the end of each command, and neither alone"},
    {JUDGE_POP3_WAITS_FOR_GREETING, AT_EARLY, NULL, JUDGE_SEPARATE,
     "nothing before the greeting"},
    {JUDGE_POP3_WAITS_FOR_RESPONSE, AT_AHEAD, waits_for_response, JUDGE_OUT_OF_STEP,
     "nothing before the response, as PIPELINING is not offered"},
    {JUDGE_POP3_COMMAND_SYNTAX, AT_COMMAND, command_syntax, JUDGE_OUT_OF_STEP,
     "printable US-ASCII, one space before each argument, and none at the end"},
    {JUDGE_POP3_COMMAND_LENGTH, AT_COMMAND, command_length, JUDGE_UNREADABLE,
     "at most 255 octets in a command, CRLF included"},
    {JUDGE_POP3_MESSAGE_NUMBER, AT_COMMAND, message_number, JUDGE_OUT_OF_STEP,
     "a message number from 1, and behind it in TOP a number of lines"},
    {JUDGE_POP3_USER_BEFORE_PASS, AT_COMMAND, user_before_pass, JUDGE_OUT_OF_STEP,
     "PASS behind an accepted USER"},
    {JUDGE_POP3_LOGIN_BEFORE_TRANSACTION, AT_COMMAND, login_before_transaction, JUDGE_OUT_OF_STEP,
     "this command behind an accepted login"},
    {JUDGE_POP3_DELETED_MESSAGE_NAMED, AT_COMMAND, deleted_message_named, JUDGE_OUT_OF_STEP,
     "a message that is not marked as deleted"},
    {JUDGE_POP3_LOGIN_SYNTAX, AT_COMMAND, login_syntax, JUDGE_SEPARATE,
     "a name behind USER; behind APOP a name, a space and 32 hexadecimal digits in lower case"},
    {JUDGE_POP3_STLS_BEFORE_UTF8, AT_COMMAND, stls_before_utf8, JUDGE_SEPARATE,
     "no STLS behind UTF8"},
    {JUDGE_POP3_STLS_LAST, AT_AHEAD | AT_CLIENT_LEFT, stls_last, JUDGE_OUT_OF_STEP,
     "STLS as the last command in clear text, and then TLS"},
    {JUDGE_POP3_CAPA_AFTER_TLS, AT_COMMAND, capa_after_tls, JUDGE_SEPARATE,
     "CAPA again, as what it told before TLS does not count"},
    {JUDGE_POP3_TLS_RESPONSE_INJECTION, AT_INJECTED, NULL, JUDGE_OUT_OF_STEP,
     "the response that comes inside TLS, and nothing before it"},
    {JUDGE_POP3_AUTH_BASE64, AT_COMMAND | AT_RESPONSE, auth_base64, JUDGE_UNREADABLE,
     "base64, \"=\" for an empty initial response, or \"*\" to cancel"},
    {JUDGE_POP3_AUTH_LINE_LENGTH, AT_COMMAND, auth_line_length, JUDGE_UNREADABLE,
     "at most 255 octets in a line of AUTH, CRLF included, and a longer response behind a challenge"},
    {JUDGE_POP3_AUTH_OFFERED, AT_COMMAND, auth_offered, JUDGE_SEPARATE,
     "another login, as SASL is not among the capabilities"},
    {JUDGE_POP3_AUTH_INITIAL_RESPONSE, AT_COMMAND, auth_initial_response, JUDGE_SEPARATE,
     "AUTH without an initial response, as SASL is not among the capabilities"},
};
// clang-format on

const struct judge_row *judge_pop3_client_rows(size_t *count_r)
{
    *count_r = sizeof rows / sizeof rows[0];
    return rows;
}
