/*
 * What judges watch for in SMTP and LMTP.
 */
#include "judge/judge_smtp_ehlo.h"
#include "judge/judge_smtp_enhanced.h"
#include "judge/judge_table.h"
#include "judge/sasl_text.h"
#include "judge/smtp_codes.h"
#include "proto/smtp_enhanced_code.h"

enum {
    REPLIES = AT_GREETING | AT_REPLY | AT_SURPLUS,
};

/* The first line with one of the defects. */
static bool find_line(const struct smtp_reply *reply, unsigned defects, struct bytes *evidence_r)
{
    for (size_t i = 0; i < reply->count; i++) {
        if ((reply->lines[i].defects & defects) != 0) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

/* RFC 5321 4.3.2: 220 or 554; RFC 7504: 521; 3.8: 421; other refusals keep the code's meaning. */
static bool greeting_code(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind == AT_NO_GREETING) {
        return true;
    }
    const struct smtp_reply *reply = moment->reply;
    bool readable = reply->count > 0 && (reply->lines[0].defects & SMTP_CODES_NO_CODE) == 0;
    return readable && reply->code != 220 && reply->code < 400;
}

static bool reply_crlf(const struct moment *moment, struct bytes *evidence_r)
{
    return moment->kind == AT_NO_LINE_END ||
           find_line(moment->reply, SMTP_REPLY_BAD_LINE_END, evidence_r);
}

static bool reply_code_grammar(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment->reply, SMTP_CODES_NO_CODE, evidence_r);
}

/* A line whose code is odd has been judged by that. */
static bool reply_separator(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 0; i < reply->count; i++) {
        const unsigned defects = reply->lines[i].defects;
        if ((defects & SMTP_REPLY_BAD_SEPARATOR) != 0 && (defects & SMTP_CODES_NO_CODE) == 0) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

static bool multiline_same_code(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    (void)evidence_r; /* all lines show it */
    return (reply->defects & SMTP_REPLY_CODES_DIFFER) != 0 &&
           (reply->defects & SMTP_CODES_NO_CODE) == 0;
}

/* A challenge within AUTH has no such limit (RFC 4954 section 4). */
static bool reply_line_length(const struct moment *moment, struct bytes *evidence_r)
{
    return moment->reply->code != 334 && find_line(moment->reply, SMTP_REPLY_TOO_LONG, evidence_r);
}

/* ehlo-greet = 1*(%d0-9 / %d11-12 / %d14-127): the first line of an EHLO reply may hold more. */
static bool reply_text_grammar(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    bool is_ehlo = judge_smtp_is_accepted_ehlo(moment);
    for (size_t i = 0; i < reply->count; i++) {
        unsigned wrong = moment->utf8_asked ? 0 : (unsigned)SMTP_REPLY_EIGHT_BIT;
        wrong |= is_ehlo && i == 0 ? 0 : (unsigned)SMTP_REPLY_BAD_TEXT;
        unsigned defects = reply->lines[i].defects;
        if ((defects & wrong) != 0 && (defects & SMTP_CODES_NO_TEXT) == 0) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

/* A line without a code is no reply: it has been judged by that. */
static bool one_reply_per_command(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return (moment->reply->defects & SMTP_REPLY_NO_CODE) == 0;
}

/* ---- Codes ---- */

/* Can the code be relied on? A line that is none has been judged by that, and 421 ends the service. */
static bool has_code(const struct smtp_reply *reply)
{
    return reply->count > 0 && (reply->lines[0].defects & SMTP_CODES_NO_TEXT) == 0 &&
           reply->code != 421;
}

static bool is_end_of_data(const struct moment *moment)
{
    return moment->smtp_verb == SMTP_DATA && moment->described;
}

/* RFC 5321 4.3.2; 3yz to AUTH is RFC 4954's. What nobody knows may ask for more. */
static bool intermediate_reply(const struct moment *moment, struct bytes *evidence_r)
{
    const unsigned class = moment->reply->code / 100;
    (void)evidence_r;
    if (!has_code(moment->reply) || moment->smtp_verb == SMTP_UNKNOWN ||
        moment->smtp_verb == SMTP_AUTH) {
        return false;
    }
    return moment->smtp_verb == SMTP_DATA && !moment->described ? class == 2 : class == 3;
}

static bool is_not_known(const struct moment *moment)
{
    return has_code(moment->reply) && (moment->reply->code == 500 || moment->reply->code == 502);
}

/* RFC 5321 4.3.2: "a violation of this specification" */
static bool minimum(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->is_minimum && is_not_known(moment);
}

/* RFC 5321 4.2.4 */
static bool offered_command(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->is_listed && is_not_known(moment);
}

/* RFC 5321 4.1.1.10. A refusal is what scenarios ask about. */
static bool quit_reply(const struct moment *moment, struct bytes *evidence_r)
{
    const unsigned code = moment->reply->code;
    (void)evidence_r;
    return moment->smtp_verb == SMTP_QUIT && has_code(moment->reply) && code / 100 == 2 &&
           code != 221;
}

/* What is wrong in its first digit, and what answers QUIT, has been judged by that. */
static bool usual_code(const struct moment *moment, struct bytes *evidence_r)
{
    return has_code(moment->reply) && !intermediate_reply(moment, evidence_r) &&
           !quit_reply(moment, evidence_r) &&
           !smtp_codes_are_usual(moment->smtp_verb, is_end_of_data(moment), moment->reply->code);
}

/* A challenge that is empty has a rule of its own. */
static bool bare_code(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    const struct smtp_reply_line *last = reply->count > 0 ? &reply->lines[reply->count - 1] : NULL;
    enum { CODE_OCTETS = 3 };
    if (last == NULL || (last->defects & SMTP_CODES_NO_TEXT) != 0 || last->more ||
        last->code == 334 || last->text.n > 0 || bytes_trim_right(last->raw).n != CODE_OCTETS ||
        bytes_index(last->raw, ' ', 0) != BYTES_NONE) {
        return false;
    }
    *evidence_r = last->raw;
    return true;
}

/* RFC 1870 6.3 */
static bool size_promised(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_end_of_data(moment) && moment->size_promised && moment->reply->code == 552;
}

/* RFC 5321 3.1; what nobody knows may get what it always gets. */
static bool refused_greeting_503(const struct moment *moment, struct bytes *evidence_r)
{
    const unsigned code = moment->reply->code;
    (void)evidence_r;
    return has_code(moment->reply) && code != 503 &&
           (moment->smtp_verb != SMTP_UNKNOWN || (code != 500 && code != 502));
}

/* ---- TLS and AUTH ---- */

static bool is_challenge(const struct moment *moment)
{
    return moment->smtp_verb == SMTP_AUTH && moment->reply->code == 334 &&
           (moment->reply->defects & SMTP_CODES_NO_TEXT) == 0;
}

/* RFC 4954 8: continue-req = "334" SP [base64] CRLF. Without the blank another rule is broken. */
static bool auth_challenge(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    (void)evidence_r;
    return is_challenge(moment) &&
           (reply->count != 1 || !sasl_text_is_base64(reply->lines[0].text));
}

/* RFC 4954 4: "there is still a space following the reply code" */
static bool auth_empty_challenge(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply_line *line = moment->reply->lines;
    (void)evidence_r;
    return is_challenge(moment) && moment->reply->count == 1 && line->text.n == 0 &&
           !bytes_starts(line->raw, "334 ");
}

/* RFC 4954 6; 504 by section 4. Codes that AUTH has in common with other commands, and for many reasons, have none. */
static const struct {
    unsigned code;
    const char *enhanced;
} suggested[] = {
    {235, "2.7.0" },
    {432, "4.7.12"},
    {454, "4.7.0" },
    {504, "5.5.4" },
    {530, "5.7.0" },
    {534, "5.7.9" },
    {535, "5.7.8" },
    {538, "5.7.11"},
};

static bool auth_enhanced_code(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    (void)evidence_r;
    if (moment->smtp_verb != SMTP_AUTH || !judge_smtp_has_enhanced_codes(moment) ||
        reply->count == 0 || (reply->lines[0].defects & SMTP_CODES_NO_TEXT) != 0) {
        return false;
    }
    const struct smtp_enhanced_code code = smtp_enhanced_code_read(reply->lines[0].text);
    if (!code.is_good || !code.ends) {
        return false;
    }
    for (size_t i = 0; i < sizeof suggested / sizeof suggested[0]; i++) {
        if (reply->code == suggested[i].code) {
            return !bytes_is(code.text, suggested[i].enhanced);
        }
    }
    return false;
}

/* RFC 4954 6: what needs TLS is not offered before. */
static bool auth_offered_is_allowed(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->reply->code == 538 && moment->smtp_verb == SMTP_AUTH &&
           moment->mechanism_offered;
}

/* RFC 4954 9 */
static bool auth_three_attempts(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->attempts < 3;
}

/* ---- EHLO and what it lists; VRFY and EXPN ---- */

/* Was EHLO accepted, with a list that can be read? Of HELO, and of servers of its time, nothing is said. */
static bool has_list(const struct moment *moment)
{
    return moment->smtp_client != NULL && moment->smtp_client->offer.known &&
           moment->smtp_client->offer.is_list;
}

/* RFC 5321 4.1.1.1, 3.5.2: a command that is not required of all is carried out, and its keyword was not in the list. Verbs of
 * RFC 821 that nobody sends any more are let be. */
static bool ehlo_lists_commands(const struct moment *moment, struct bytes *evidence_r)
{
    static const struct {
        enum smtp_verb verb;
        unsigned codes[2]; /* with which it is carried out */
        const char *keyword;
    } commands[] = {
        {SMTP_EXPN, {250, 250}, "EXPN"},
        {SMTP_HELP, {211, 214}, "HELP"},
    };
    (void)evidence_r;
    for (size_t i = 0; has_list(moment) && i < sizeof commands / sizeof commands[0]; i++) {
        unsigned code = moment->reply->code;
        if (moment->smtp_verb == commands[i].verb &&
            (code == commands[i].codes[0] || code == commands[i].codes[1])) {
            return !smtp_offer_has(&moment->smtp_client->offer, commands[i].keyword);
        }
    }
    return false;
}

/* 250, 251 and 551 tell a mailbox (RFC 5321 3.5.1). */
static bool tells_mailbox(const struct moment *moment)
{
    unsigned code = moment->reply->code;
    return has_list(moment) && (moment->smtp_verb == SMTP_VRFY || moment->smtp_verb == SMTP_EXPN) &&
           (code == 250 || code == 251 || code == 551) &&
           (moment->reply->defects & SMTP_CODES_NO_TEXT) == 0;
}

static struct bytes without_brackets(struct bytes word)
{
    struct bytes inside = bytes_starts(word, "<") ? bytes_skip(word, 1) : word;
    size_t end = bytes_index(inside, '>', 0);
    return end == BYTES_NONE ? inside : bytes_slice(inside, 0, end);
}

/* "@host,@host:mailbox" */
static bool is_route(struct bytes path)
{
    size_t colon = bytes_index(path, ':', 0);
    return bytes_starts(path, "@") && colon != BYTES_NONE &&
           smtp_is_mailbox(bytes_skip(path, colon + 1));
}

static bool has_word(struct bytes text, bool (*is_it)(struct bytes path))
{
    struct bytes word;
    while (bytes_next_word(&text, &word)) {
        if (is_it(without_brackets(word))) {
            return true;
        }
    }
    return false;
}

static bool is_mailbox_or_route(struct bytes path)
{
    return smtp_is_mailbox(path) || is_route(path);
}

/* A quoted local part may hold blanks, and UTF-8 is not looked into: such a line is let pass. */
static bool may_hold_mailbox(struct bytes text)
{
    return !bytes_is_ascii(text) || bytes_index(text, '"', 0) != BYTES_NONE ||
           has_word(text, is_mailbox_or_route);
}

/* In each line of what EXPN tells, in one of those that VRFY does. */
static bool vrfy_mailbox(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    bool each = moment->smtp_verb == SMTP_EXPN;
    if (!tells_mailbox(moment)) {
        return false;
    }
    for (size_t i = 0; i < reply->count; i++) {
        bool may = may_hold_mailbox(reply->lines[i].text);
        if (each && !may) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
        if (!each && may) {
            return false;
        }
    }
    return !each;
}

// clang-format off
static const struct judge_row rows[] = {
    /* rule, moments, test, what follows, wanted */
    {JUDGE_SMTP_GREETING_CODE, AT_GREETING | AT_NO_GREETING, greeting_code, JUDGE_UNREADABLE,
     "220, or a refusal (4yz or 5yz), as soon as the connection is open"},
    {JUDGE_SMTP_REPLY_CRLF, REPLIES | AT_NO_LINE_END, reply_crlf, JUDGE_SEPARATE,
     "CR LF at the end of each line"},
    {JUDGE_SMTP_REPLY_CODE_GRAMMAR, REPLIES, reply_code_grammar, JUDGE_UNREADABLE,
     "a code of three digits, the first 2 to 5, the second 0 to 5"},
    {JUDGE_SMTP_REPLY_SEPARATOR, REPLIES, reply_separator, JUDGE_SEPARATE,
     "a space or a hyphen behind the code, or the end of the line"},
    {JUDGE_SMTP_MULTILINE_SAME_CODE, REPLIES, multiline_same_code, JUDGE_SEPARATE,
     "the same code in each line of a reply"},
    {JUDGE_SMTP_MULTILINE_LAST_LINE, AT_UNFINISHED, NULL, JUDGE_SEPARATE,
     "a last line without a hyphen behind its code"},
    {JUDGE_SMTP_REPLY_LINE_LENGTH, REPLIES, reply_line_length, JUDGE_SEPARATE,
     "at most 512 octets in a line, CRLF included"},
    {JUDGE_SMTP_REPLY_TEXT_GRAMMAR, REPLIES, reply_text_grammar, JUDGE_SEPARATE,
     "printable US-ASCII, spaces and tabs only"},
    {JUDGE_SMTP_COMMAND_GETS_REPLY, AT_NO_REPLY, NULL, JUDGE_SEPARATE,
     "a reply to every command"},
    {JUDGE_SMTP_ONE_REPLY_PER_COMMAND, AT_SURPLUS, one_reply_per_command, JUDGE_SEPARATE,
     "one reply to each command, behind it"},
    {JUDGE_SMTP_EHLO_DOMAIN, AT_REPLY, judge_smtp_ehlo_domain, JUDGE_SEPARATE,
     "the server's domain or address literal in the first line"},
    {JUDGE_SMTP_EHLO_KEYWORD_GRAMMAR, AT_REPLY, judge_smtp_ehlo_keyword_grammar, JUDGE_SEPARATE,
     "a keyword of letters, digits and hyphens, then parameters, each behind one space"},
    {JUDGE_SMTP_ENHANCED_CODE_CLASS, AT_REPLY | AT_SURPLUS, judge_smtp_enhanced_class, JUDGE_SEPARATE,
     "an enhanced status code that begins with the reply code's first digit"},
    {JUDGE_SMTP_ENHANCED_CODE, AT_REPLY, judge_smtp_enhanced_missing, JUDGE_SEPARATE,
     "an enhanced status code behind the reply code"},
    {JUDGE_SMTP_ENHANCED_CODE_SYNTAX, AT_REPLY | AT_SURPLUS, judge_smtp_enhanced_syntax, JUDGE_SEPARATE,
     "class 2, 4 or 5, and two numbers of up to three digits without leading zeros"},
    {JUDGE_SMTP_ENHANCED_CODE_LINES, AT_REPLY | AT_SURPLUS, judge_smtp_enhanced_lines, JUDGE_SEPARATE,
     "the same enhanced status code in each line of a reply"},
    {JUDGE_SMTP_ENHANCED_CODE_REGISTERED, AT_REPLY | AT_SURPLUS, judge_smtp_enhanced_unregistered, JUDGE_SEPARATE,
     "an enhanced status code of IANA's registry"},
    {JUDGE_SMTP_INTERMEDIATE_REPLY, AT_REPLY, intermediate_reply, JUDGE_OUT_OF_STEP,
     "3yz to DATA, where it is not refused, and to no other command but AUTH"},
    {JUDGE_SMTP_MINIMUM, AT_REPLY, minimum, JUDGE_UNREADABLE,
     "an answer that shows the command is known: not 500, not 502"},
    {JUDGE_SMTP_OFFERED_COMMAND, AT_REPLY, offered_command, JUDGE_UNREADABLE,
     "neither 500 nor 502 to a command that the reply to EHLO lists"},
    {JUDGE_SMTP_EHLO_PARAMETER, AT_REPLY, judge_smtp_ehlo_parameter, JUDGE_SEPARATE,
     "no parameter behind this keyword; behind SIZE at most a number"},
    {JUDGE_SMTP_UTF8_WITH_8BITMIME, AT_REPLY, judge_smtp_utf8_without_8bitmime, JUDGE_SEPARATE,
     "8BITMIME beside SMTPUTF8"},
    {JUDGE_SMTP_QUIT_REPLY, AT_REPLY, quit_reply, JUDGE_SEPARATE, "221"},
    {JUDGE_SMTP_AUTH_MECHANISM_NAMES, AT_REPLY, judge_smtp_mechanism_name, JUDGE_SEPARATE,
     "names of 1 to 20 letters, digits, hyphens and underscores, each behind a space"},
    {JUDGE_SMTP_BINARYMIME_WITH_CHUNKING, AT_REPLY, judge_smtp_binary_without_chunks, JUDGE_SEPARATE,
     "CHUNKING beside BINARYMIME"},
    {JUDGE_SMTP_SIZE_PROMISED, AT_REPLY, size_promised, JUDGE_SEPARATE,
     "no 552 to a message that is not larger than MAIL declared it, as that was accepted"},
    {JUDGE_SMTP_REFUSED_GREETING_WAITS, AT_NO_SERVICE_ENDED, NULL, JUDGE_OUT_OF_STEP,
     "the connection open until QUIT, behind the greeting 554"},
    {JUDGE_SMTP_REFUSED_GREETING_503, AT_NO_SERVICE, refused_greeting_503, JUDGE_SEPARATE,
     "503, as the greeting was 554"},
    {JUDGE_SMTP_USUAL_CODE, AT_REPLY, usual_code, JUDGE_YIELDS,
     "a code that the standard, or one of an extension, has for this command"},
    {JUDGE_SMTP_BARE_CODE, REPLIES, bare_code, JUDGE_SEPARATE,
     "a space behind the code, and better some text"},
    {JUDGE_SMTP_STARTTLS_WITHIN_TLS, AT_REPLY, judge_smtp_starttls_within_tls, JUDGE_SEPARATE,
     "no STARTTLS among the extensions, as TLS is active"},
    {JUDGE_SMTP_TLS_COMMAND_INJECTION, AT_EXECUTED, NULL, JUDGE_OUT_OF_STEP,
     "nothing done inside TLS that was asked for before it"},
    {JUDGE_SMTP_NO_TEXT_BEFORE_TLS, AT_SERVER_LEFT, NULL, JUDGE_SEPARATE,
     "nothing but TLS behind the 220 that begins it"},
    {JUDGE_SMTP_AUTH_CHALLENGE, AT_REPLY, auth_challenge, JUDGE_OUT_OF_STEP,
     "one line of 334, one space and base64, or nothing"},
    {JUDGE_SMTP_AUTH_EMPTY_CHALLENGE, AT_REPLY, auth_empty_challenge, JUDGE_SEPARATE,
     "a space behind 334"},
    {JUDGE_SMTP_AUTH_ENHANCED_CODE, AT_REPLY, auth_enhanced_code, JUDGE_SEPARATE,
     "the enhanced status code that RFC 4954 suggests for this reply code"},
    {JUDGE_SMTP_AUTH_OFFERED_IS_ALLOWED, AT_REPLY, auth_offered_is_allowed, JUDGE_SEPARATE,
     "no 538 to a mechanism that the reply to EHLO offers"},
    {JUDGE_SMTP_AUTH_THREE_ATTEMPTS, AT_DROPPED, auth_three_attempts, JUDGE_OUT_OF_STEP,
     "three attempts at least"},
    {JUDGE_SMTP_EHLO_LISTS_COMMANDS, AT_REPLY, ehlo_lists_commands, JUDGE_SEPARATE,
     "the keyword of this command in the reply to EHLO, or the command refused"},
    {JUDGE_SMTP_VRFY_MAILBOX, AT_REPLY, vrfy_mailbox, JUDGE_SEPARATE,
     "a mailbox with its domain, alone or in angle brackets"},
    {JUDGE_SMTP_CLOSES_UNASKED, AT_ENDED, NULL, JUDGE_OUT_OF_STEP,
     "the connection open until QUIT, or 421 before it ends, also at a limit on errors"},
    {JUDGE_SMTP_SMUGGLED_MESSAGE, AT_SMUGGLED, NULL, JUDGE_OUT_OF_STEP,
     "one message, which CR LF \".\" CR LF ends and nothing else, and one answer to it"},
};
// clang-format on

const struct judge_row *judge_smtp_rows(size_t *count_r)
{
    *count_r = sizeof rows / sizeof rows[0];
    return rows;
}
