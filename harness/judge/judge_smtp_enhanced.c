#include "judge/judge_smtp_enhanced.h"

#include "judge/smtp_codes.h"

/* What stands where a code should: digits, dot, digits, dot, digits, and then no more of that. */
struct enhanced {
    bool is_there;
    bool is_good; /* by RFC 3463 2 */
    struct bytes text;
    struct bytes behind_class; /* ".subject.detail" */
    unsigned subject;
    unsigned detail;
};

bool judge_smtp_has_enhanced_codes(const struct moment *moment)
{
    unsigned class = moment->reply->code / 100;
    return moment->enhanced_offered && (class == 2 || class == 4 || class == 5) &&
           moment->smtp_verb != SMTP_EHLO && moment->smtp_verb != SMTP_HELO &&
           moment->smtp_verb != SMTP_LHLO;
}

/* Digits from *at on, and behind them; false where there are none. A number is cut where no code is so large. */
static bool read_number(struct bytes text, size_t *at, unsigned *number_r, bool *is_good)
{
    enum { MAX_DIGITS = 3 };
    size_t begin = *at;
    unsigned number = 0;
    while (*at < text.n && octet_is_digit(text.p[*at])) {
        number = *at - begin < MAX_DIGITS ? 10 * number + (text.p[*at] - '0') : number;
        ++*at;
    }
    size_t digits = *at - begin;
    *is_good = *is_good && digits <= MAX_DIGITS && (digits == 1 || text.p[begin] != '0');
    *number_r = number;
    return digits > 0;
}

static bool read_dot(struct bytes text, size_t *at)
{
    bool is_dot = *at < text.n && text.p[*at] == '.';
    *at += is_dot ? 1 : 0;
    return is_dot;
}

static struct enhanced read_enhanced(struct bytes text)
{
    struct enhanced found = {.is_good = true};
    unsigned class = 0;
    size_t at = 0;
    if (!read_number(text, &at, &class, &found.is_good)) {
        return found;
    }
    size_t class_end = at;
    if (!read_dot(text, &at) || !read_number(text, &at, &found.subject, &found.is_good) ||
        !read_dot(text, &at) || !read_number(text, &at, &found.detail, &found.is_good) ||
        read_dot(text, &at)) {
        return found;
    }
    found.is_there = true;
    found.is_good = found.is_good && (class == 2 || class == 4 || class == 5);
    found.text = bytes_slice(text, 0, at);
    found.behind_class = bytes_slice(text, class_end, at);
    return found;
}

static bool has_text(const struct smtp_reply_line *line)
{
    return (line->defects & SMTP_CODES_NO_TEXT) == 0;
}

/*
 * 421 is let be: it may come from something in front of the server that knows nothing of the offer. A code without any text is a
 * defect of its own, and so is text that cannot be found.
 */
bool judge_smtp_enhanced_missing(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    const struct smtp_reply_line *first = reply->count > 0 ? &reply->lines[0] : NULL;
    if (first == NULL || moment->command.n == 0 || !judge_smtp_has_enhanced_codes(moment) ||
        reply->code == 421 || !has_text(first) || (first->text.n == 0 && !first->more)) {
        return false;
    }
    *evidence_r = first->raw;
    return !read_enhanced(first->text).is_there;
}

typedef bool (*line_test)(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                          const struct enhanced *found);

static bool find_line(const struct moment *moment, line_test is_wrong, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 0; judge_smtp_has_enhanced_codes(moment) && i < reply->count; i++) {
        const struct enhanced found = read_enhanced(reply->lines[i].text);
        if (has_text(&reply->lines[i]) && is_wrong(reply, &reply->lines[i], &found)) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

static bool is_malformed(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                         const struct enhanced *found)
{
    (void)reply;
    (void)line;
    return found->is_there && !found->is_good;
}

bool judge_smtp_enhanced_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_malformed, evidence_r);
}

static bool is_of_other_class(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                              const struct enhanced *found)
{
    (void)reply;
    return found->is_there && found->is_good && found->text.p[0] != '0' + line->code / 100;
}

bool judge_smtp_enhanced_class(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_of_other_class, evidence_r);
}

static bool is_unlike_first(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                            const struct enhanced *found)
{
    const struct enhanced first = read_enhanced(reply->lines[0].text);
    return line != reply->lines && first.is_there && first.is_good &&
           (!found->is_there ||
            (found->is_good && !bytes_equal(found->behind_class, first.behind_class)));
}

bool judge_smtp_enhanced_lines(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_unlike_first, evidence_r);
}

/* IANA, "SMTP Enhanced Status Codes", Enumerated Status Codes, as of 2025: for each subject the largest detail. */
static bool is_not_registered(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                              const struct enhanced *found)
{
    static const unsigned largest[] = {0, 10, 4, 6, 7, 6, 10, 30};
    (void)reply;
    (void)line;
    return found->is_there && found->is_good &&
           (found->subject >= sizeof largest / sizeof largest[0] ||
            found->detail > largest[found->subject]);
}

bool judge_smtp_enhanced_unregistered(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_not_registered, evidence_r);
}
