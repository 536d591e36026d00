/*
 * What judges watch for in SMTP and LMTP.
 */
#include "judge/judge_table.h"
#include "judge/sasl_text.h"
#include "proto/smtp_ehlo.h"

enum {
    REPLIES = AT_GREETING | AT_REPLY | AT_SURPLUS,
    CODE_DEFECTS = SMTP_REPLY_NO_CODE | SMTP_REPLY_BAD_CODE | SMTP_REPLY_FOUR_DIGITS,
    FRAME_DEFECTS = CODE_DEFECTS | SMTP_REPLY_BAD_SEPARATOR, /* the text cannot be found for sure */
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

static bool is_accepted_ehlo(const struct moment *moment)
{
    return (moment->smtp_verb == SMTP_EHLO || moment->smtp_verb == SMTP_LHLO) &&
           moment->reply->code == 250;
}

/* RFC 5321 4.3.2: 220 or 554; RFC 7504: 521; 3.8: 421; other refusals keep the code's meaning. */
static bool greeting_code(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind == AT_NO_GREETING) {
        return true;
    }
    const struct smtp_reply *reply = moment->reply;
    bool readable = reply->count > 0 && (reply->lines[0].defects & CODE_DEFECTS) == 0;
    return readable && reply->code != 220 && reply->code < 400;
}

static bool reply_crlf(const struct moment *moment, struct bytes *evidence_r)
{
    return moment->kind == AT_NO_LINE_END ||
           find_line(moment->reply, SMTP_REPLY_BAD_LINE_END, evidence_r);
}

static bool reply_code_grammar(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment->reply, CODE_DEFECTS, evidence_r);
}

/* A line whose code is odd has been judged by that. */
static bool reply_separator(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 0; i < reply->count; i++) {
        const unsigned defects = reply->lines[i].defects;
        if ((defects & SMTP_REPLY_BAD_SEPARATOR) != 0 && (defects & CODE_DEFECTS) == 0) {
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
    return (reply->defects & SMTP_REPLY_CODES_DIFFER) != 0 && (reply->defects & CODE_DEFECTS) == 0;
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
    bool is_ehlo = is_accepted_ehlo(moment);
    for (size_t i = 0; i < reply->count; i++) {
        unsigned wrong = moment->utf8_asked ? 0 : (unsigned)SMTP_REPLY_EIGHT_BIT;
        wrong |= is_ehlo && i == 0 ? 0 : (unsigned)SMTP_REPLY_BAD_TEXT;
        unsigned defects = reply->lines[i].defects;
        if ((defects & wrong) != 0 && (defects & FRAME_DEFECTS) == 0) {
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

static bool ehlo_domain(const struct moment *moment, struct bytes *evidence_r)
{
    if (!is_accepted_ehlo(moment) || moment->reply->count == 0) {
        return false;
    }
    const struct smtp_reply_line *line = &moment->reply->lines[0];
    *evidence_r = line->raw;
    return (line->defects & FRAME_DEFECTS) == 0 &&
           (smtp_ehlo_greeting_check(line->text) & SMTP_EHLO_BAD_DOMAIN) != 0;
}

static bool ehlo_keyword_grammar(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    if (!is_accepted_ehlo(moment)) {
        return false;
    }
    for (size_t i = 1; i < reply->count; i++) {
        bool readable = (reply->lines[i].defects & FRAME_DEFECTS) == 0;
        if (readable && smtp_ehlo_line_read(reply->lines[i].text).defects != 0) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

/* RFC 2034 4: not in the greeting, not in replies to EHLO and HELO, not in 3yz. */
static bool has_enhanced_codes(const struct moment *moment)
{
    unsigned class = moment->reply->code / 100;
    return moment->enhanced_offered && (class == 2 || class == 4 || class == 5) &&
           moment->smtp_verb != SMTP_EHLO && moment->smtp_verb != SMTP_HELO &&
           moment->smtp_verb != SMTP_LHLO;
}

static bool enhanced_code_class(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    if (!has_enhanced_codes(moment)) {
        return false;
    }
    for (size_t i = 0; i < reply->count; i++) {
        const struct smtp_reply_line *line = &reply->lines[i];
        struct bytes code = {0};
        if ((line->defects & CODE_DEFECTS) == 0 && smtp_enhanced_code_read(line->text, &code) &&
            code.p[0] != '0' + line->code / 100) {
            *evidence_r = line->raw;
            return true;
        }
    }
    return false;
}

/* ---- TLS and AUTH ---- */

/* RFC 3207 4.2 */
static bool starttls_within_tls(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    if (!moment->in_tls || !is_accepted_ehlo(moment)) {
        return false;
    }
    for (size_t i = 1; i < reply->count; i++) {
        if (bytes_is_nocase(smtp_ehlo_line_read(reply->lines[i].text).keyword, "STARTTLS")) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

static bool is_challenge(const struct moment *moment)
{
    return moment->smtp_verb == SMTP_AUTH && moment->reply->code == 334 &&
           (moment->reply->defects & FRAME_DEFECTS) == 0;
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
    struct bytes code = {0};
    (void)evidence_r;
    if (moment->smtp_verb != SMTP_AUTH || !has_enhanced_codes(moment) || reply->count == 0 ||
        (reply->lines[0].defects & FRAME_DEFECTS) != 0 ||
        !smtp_enhanced_code_read(reply->lines[0].text, &code)) {
        return false;
    }
    for (size_t i = 0; i < sizeof suggested / sizeof suggested[0]; i++) {
        if (reply->code == suggested[i].code) {
            return !bytes_is(code, suggested[i].enhanced);
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
    {JUDGE_SMTP_EHLO_DOMAIN, AT_REPLY, ehlo_domain, JUDGE_SEPARATE,
     "the server's domain or address literal in the first line"},
    {JUDGE_SMTP_EHLO_KEYWORD_GRAMMAR, AT_REPLY, ehlo_keyword_grammar, JUDGE_SEPARATE,
     "a keyword of letters, digits and hyphens, then parameters, each behind one space"},
    {JUDGE_SMTP_ENHANCED_CODE_CLASS, AT_REPLY | AT_SURPLUS, enhanced_code_class, JUDGE_SEPARATE,
     "an enhanced status code that begins with the reply code's first digit"},
    {JUDGE_SMTP_STARTTLS_WITHIN_TLS, AT_REPLY, starttls_within_tls, JUDGE_SEPARATE,
     "no STARTTLS among the extensions, as TLS is active"},
    {JUDGE_SMTP_TLS_COMMAND_INJECTION, AT_EXECUTED, NULL, JUDGE_OUT_OF_STEP,
     "nothing done inside TLS that was asked for before it"},
    {JUDGE_SMTP_NO_TEXT_BEFORE_TLS, AT_SERVER_LEFT, NULL, JUDGE_SEPARATE,
     "nothing but TLS behind the 220 that begins it"},
    {JUDGE_SMTP_AUTH_CHALLENGE, AT_REPLY, auth_challenge, JUDGE_UNREADABLE,
     "one line of 334, one space and base64, or nothing"},
    {JUDGE_SMTP_AUTH_EMPTY_CHALLENGE, AT_REPLY, auth_empty_challenge, JUDGE_SEPARATE,
     "a space behind 334"},
    {JUDGE_SMTP_AUTH_ENHANCED_CODE, AT_REPLY, auth_enhanced_code, JUDGE_SEPARATE,
     "the enhanced status code that RFC 4954 suggests for this reply code"},
    {JUDGE_SMTP_AUTH_OFFERED_IS_ALLOWED, AT_REPLY, auth_offered_is_allowed, JUDGE_SEPARATE,
     "no 538 to a mechanism that the reply to EHLO offers"},
    {JUDGE_SMTP_AUTH_THREE_ATTEMPTS, AT_DROPPED, auth_three_attempts, JUDGE_OUT_OF_STEP,
     "three attempts at least"},
};
// clang-format on

const struct judge_row *judge_smtp_rows(size_t *count_r)
{
    *count_r = sizeof rows / sizeof rows[0];
    return rows;
}
