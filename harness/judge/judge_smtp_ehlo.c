#include "judge/judge_smtp_ehlo.h"

#include "judge/smtp_codes.h"
#include "proto/smtp_ehlo.h"

static bool is_accepted_ehlo(const struct moment *moment)
{
    return (moment->smtp_verb == SMTP_EHLO || moment->smtp_verb == SMTP_LHLO) &&
           moment->reply->code == 250;
}

/* Is line i one of the grammar? *line_r is what it lists. */
static bool is_readable(const struct smtp_reply *reply, size_t i, struct smtp_ehlo_line *line_r)
{
    *line_r = smtp_ehlo_line_read(reply->lines[i].text);
    return (reply->lines[i].defects & SMTP_CODES_NO_TEXT) == 0 && line_r->defects == 0;
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
bool judge_smtp_mechanism_name(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 1; is_accepted_ehlo(moment) && i < reply->count; i++) {
        struct smtp_ehlo_line line;
        struct bytes name;
        if (!is_readable(reply, i, &line) || !bytes_is_nocase(line.keyword, "AUTH")) {
            continue;
        }
        while (bytes_next_word(&line.params, &name)) {
            if (!is_mechanism_name(name)) {
                *evidence_r = reply->lines[i].raw;
                return true;
            }
        }
    }
    return false;
}

/* A line that cannot be read may be the one that is missing. */
bool judge_smtp_binary_without_chunks(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    bool has_binary = false;
    for (size_t i = 1; is_accepted_ehlo(moment) && i < reply->count; i++) {
        struct smtp_ehlo_line line;
        bool readable = is_readable(reply, i, &line);
        if (!readable || bytes_is_nocase(line.keyword, "CHUNKING")) {
            return false;
        }
        if (bytes_is_nocase(line.keyword, "BINARYMIME")) {
            *evidence_r = reply->lines[i].raw;
            has_binary = true;
        }
    }
    return has_binary;
}
