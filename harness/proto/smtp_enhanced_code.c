#include "proto/smtp_enhanced_code.h"

/* Digits from *at on, and behind them; false where there are none. */
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
    *is_good = *is_good && digits <= MAX_DIGITS && (digits <= 1 || text.p[begin] != '0');
    *number_r = number;
    return digits > 0;
}

static bool read_dot(struct bytes text, size_t *at)
{
    bool is_dot = *at < text.n && text.p[*at] == '.';
    *at += is_dot ? 1 : 0;
    return is_dot;
}

struct smtp_enhanced_code smtp_enhanced_code_read(struct bytes text)
{
    struct smtp_enhanced_code code = {0};
    bool is_good = true;
    unsigned class = 0;
    size_t at = 0;
    if (!read_number(text, &at, &class, &is_good)) {
        return code;
    }
    size_t class_end = at;
    if (!read_dot(text, &at) || !read_number(text, &at, &code.subject, &is_good) ||
        !read_dot(text, &at) || !read_number(text, &at, &code.detail, &is_good) ||
        read_dot(text, &at)) {
        return code;
    }
    code.found = true;
    code.is_good = is_good && (class == 2 || class == 4 || class == 5);
    code.ends = at == text.n || text.p[at] == ' ';
    code.text = bytes_slice(text, 0, at);
    code.subject_on = bytes_slice(text, class_end, at);
    return code;
}
