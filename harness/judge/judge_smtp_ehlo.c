#include "judge/judge_smtp_ehlo.h"

#include "judge/smtp_codes.h"
#include "proto/smtp_ehlo.h"

bool judge_smtp_is_accepted_ehlo(const struct moment *moment)
{
    return (moment->smtp_verb == SMTP_EHLO || moment->smtp_verb == SMTP_LHLO) &&
           moment->reply->code == 250;
}

static bool has_text(const struct smtp_reply_line *line)
{
    return (line->defects & SMTP_CODES_NO_TEXT) == 0;
}

bool judge_smtp_ehlo_domain(const struct moment *moment, struct bytes *evidence_r)
{
    if (!judge_smtp_is_accepted_ehlo(moment) || moment->reply->count == 0) {
        return false;
    }
    const struct smtp_reply_line *line = &moment->reply->lines[0];
    *evidence_r = line->raw;
    return has_text(line) && (smtp_ehlo_greeting_check(line->text) & SMTP_EHLO_BAD_DOMAIN) != 0;
}

/* ---- Lines, one by one ---- */

/* Is it wrong? Of a line whose text can be found. */
typedef bool (*line_test)(const struct smtp_ehlo_line *line);

static bool find_line(const struct moment *moment, line_test is_wrong, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 1; judge_smtp_is_accepted_ehlo(moment) && i < reply->count; i++) {
        const struct smtp_ehlo_line line = smtp_ehlo_line_read(reply->lines[i].text);
        if (has_text(&reply->lines[i]) && is_wrong(&line)) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

static bool is_malformed(const struct smtp_ehlo_line *line)
{
    return line->defects != 0;
}

bool judge_smtp_ehlo_keyword_grammar(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_malformed, evidence_r);
}

/* Of SIZE: none, or up to 20 digits. */
static bool is_size(struct bytes params)
{
    enum { MAX_DIGITS = 20 };
    bool is_number = params.n <= MAX_DIGITS;
    for (size_t i = 0; i < params.n; i++) {
        is_number = is_number && octet_is_digit(params.p[i]);
    }
    return is_number;
}

/* RFC 2920 2, 6152 2, 3030 2 and 3, 3207 2, 2034 3, 3461 3, 6531 3.1: none. */
static bool has_wrong_parameter(const struct smtp_ehlo_line *line)
{
    static const char *const without[] = {"PIPELINING", "8BITMIME", "CHUNKING",
                                          "BINARYMIME", "STARTTLS", "ENHANCEDSTATUSCODES",
                                          "DSN",        "SMTPUTF8"};
    if (line->defects != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        if (bytes_is_nocase(line->keyword, without[i])) {
            return line->params.n > 0;
        }
    }
    return bytes_is_nocase(line->keyword, "SIZE") && !is_size(line->params);
}

bool judge_smtp_ehlo_parameter(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, has_wrong_parameter, evidence_r);
}

/*
 * sasl-mech = 1*20( UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE ), and RFC 4954 8 has letter case make no difference in what it does
 * not define otherwise: small letters are let be.
 */
static bool is_mechanism_name(struct bytes name)
{
    enum { MAX_OCTETS = 20 };
    bool is_good = name.n >= 1 && name.n <= MAX_OCTETS;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = name.p[i];
        is_good = is_good && (octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_');
    }
    return is_good;
}

/* "AUTH=LOGIN", which servers have beside it for clients of before RFC 2554, is another keyword. */
static bool names_no_mechanism(const struct smtp_ehlo_line *line)
{
    struct bytes rest = line->params;
    struct bytes name;
    if (line->defects != 0 || !bytes_is_nocase(line->keyword, "AUTH")) {
        return false;
    }
    while (bytes_next_word(&rest, &name)) {
        if (!is_mechanism_name(name)) {
            return true;
        }
    }
    return false;
}

bool judge_smtp_mechanism_name(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, names_no_mechanism, evidence_r);
}

static bool is_starttls(const struct smtp_ehlo_line *line)
{
    return bytes_is_nocase(line->keyword, "STARTTLS");
}

bool judge_smtp_starttls_within_tls(const struct moment *moment, struct bytes *evidence_r)
{
    return moment->in_tls && find_line(moment, is_starttls, evidence_r);
}

/* ---- Extensions that stand together ---- */

/* Is the keyword there, and the other not? A line that cannot be read may be the one that is missing. */
static bool lists_without(const struct moment *moment, const char *keyword, const char *other,
                          struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    bool is_there = false;
    for (size_t i = 1; judge_smtp_is_accepted_ehlo(moment) && i < reply->count; i++) {
        const struct smtp_ehlo_line line = smtp_ehlo_line_read(reply->lines[i].text);
        if (!has_text(&reply->lines[i]) || line.defects != 0 ||
            bytes_is_nocase(line.keyword, other)) {
            return false;
        }
        if (bytes_is_nocase(line.keyword, keyword)) {
            *evidence_r = reply->lines[i].raw;
            is_there = true;
        }
    }
    return is_there;
}

bool judge_smtp_binary_without_chunks(const struct moment *moment, struct bytes *evidence_r)
{
    return lists_without(moment, "BINARYMIME", "CHUNKING", evidence_r);
}

bool judge_smtp_utf8_without_8bitmime(const struct moment *moment, struct bytes *evidence_r)
{
    return lists_without(moment, "SMTPUTF8", "8BITMIME", evidence_r);
}
