#include "proto/smtp_ehlo.h"

#include "proto/smtp_path.h"

static bool is_keyword(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (!octet_is_alpha(c) && !octet_is_digit(c) && (c != '-' || i == 0)) {
            return false;
        }
    }
    return text.n > 0;
}

static bool is_param(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < 33 || text.p[i] > 126) {
            return false;
        }
    }
    return text.n > 0;
}

static bool are_params(struct bytes text)
{
    struct bytes rest = text;
    struct bytes param;
    bool some = false;
    while (bytes_next(&rest, ' ', &param)) {
        if (!is_param(param)) {
            return false;
        }
        some = true;
    }
    return some;
}

struct smtp_ehlo_line smtp_ehlo_line_read(struct bytes text)
{
    struct smtp_ehlo_line line = {.keyword = text};
    if (text.n == 0) {
        line.defects = SMTP_EHLO_EMPTY;
        return line;
    }
    size_t blank = bytes_index(text, ' ', 0);
    if (blank != BYTES_NONE) {
        line.keyword = bytes_slice(text, 0, blank);
        line.params = bytes_skip(text, blank + 1);
        line.defects |= are_params(line.params) ? 0 : SMTP_EHLO_BAD_PARAM;
    }
    line.defects |= is_keyword(line.keyword) ? 0 : SMTP_EHLO_BAD_KEYWORD;
    return line;
}

static bool is_greet(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r' || text.p[i] == '\n' || text.p[i] > 127) {
            return false;
        }
    }
    return text.n > 0;
}

unsigned smtp_ehlo_greeting_check(struct bytes text)
{
    unsigned defects = 0;
    size_t blank = bytes_index(text, ' ', 0);
    struct bytes domain = bytes_slice(text, 0, blank);
    if (!smtp_is_domain(domain) && !smtp_is_address_literal(domain)) {
        defects |= SMTP_EHLO_BAD_DOMAIN;
    }
    if (blank != BYTES_NONE && !is_greet(bytes_skip(text, blank + 1))) {
        defects |= SMTP_EHLO_BAD_PARAM;
    }
    return defects;
}
