#include "judge/judge_smtp_enhanced.h"

#include "judge/smtp_codes.h"
#include "proto/smtp_enhanced_code.h"

bool judge_smtp_has_enhanced_codes(const struct moment *moment)
{
    unsigned class = moment->reply->code / 100;
    return moment->enhanced_offered && (class == 2 || class == 4 || class == 5) &&
           moment->smtp_verb != SMTP_EHLO && moment->smtp_verb != SMTP_HELO &&
           moment->smtp_verb != SMTP_LHLO;
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
    return !smtp_enhanced_code_read(first->text).found;
}

typedef bool (*line_test)(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                          const struct smtp_enhanced_code *found);

static bool find_line(const struct moment *moment, line_test is_wrong, struct bytes *evidence_r)
{
    const struct smtp_reply *reply = moment->reply;
    for (size_t i = 0; judge_smtp_has_enhanced_codes(moment) && i < reply->count; i++) {
        const struct smtp_enhanced_code found = smtp_enhanced_code_read(reply->lines[i].text);
        if (has_text(&reply->lines[i]) && is_wrong(reply, &reply->lines[i], &found)) {
            *evidence_r = reply->lines[i].raw;
            return true;
        }
    }
    return false;
}

static bool is_malformed(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                         const struct smtp_enhanced_code *found)
{
    (void)reply;
    (void)line;
    return found->found && !found->is_good;
}

bool judge_smtp_enhanced_syntax(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_malformed, evidence_r);
}

static bool is_of_other_class(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                              const struct smtp_enhanced_code *found)
{
    (void)reply;
    return found->found && found->is_good && found->text.p[0] != '0' + line->code / 100;
}

bool judge_smtp_enhanced_class(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_of_other_class, evidence_r);
}

static bool is_unlike_first(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                            const struct smtp_enhanced_code *found)
{
    const struct smtp_enhanced_code first = smtp_enhanced_code_read(reply->lines[0].text);
    return line != reply->lines && first.found && first.is_good &&
           (!found->found || (found->is_good && !bytes_equal(found->subject_on, first.subject_on)));
}

bool judge_smtp_enhanced_lines(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_unlike_first, evidence_r);
}

/* IANA, "SMTP Enhanced Status Codes", Enumerated Status Codes, as of 2025: for each subject the largest detail. */
static bool is_not_registered(const struct smtp_reply *reply, const struct smtp_reply_line *line,
                              const struct smtp_enhanced_code *found)
{
    static const unsigned largest[] = {0, 10, 4, 6, 7, 6, 10, 30};
    (void)reply;
    (void)line;
    return found->found && found->is_good &&
           (found->subject >= sizeof largest / sizeof largest[0] ||
            found->detail > largest[found->subject]);
}

bool judge_smtp_enhanced_unregistered(const struct moment *moment, struct bytes *evidence_r)
{
    return find_line(moment, is_not_registered, evidence_r);
}
