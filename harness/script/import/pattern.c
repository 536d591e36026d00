#include "script/import/pattern.h"

#include "base/escape.h"

void pattern_prefix(struct buf *out, struct bytes literal)
{
    for (size_t i = 0; i < literal.n; i++) {
        unsigned char c = literal.p[i];
        if (i == 0 && c == ' ') {
            buf_append_text(out, "\\x20");
        } else if (c == '*' || c == '?') {
            buf_printf(out, "\\%c", c);
        } else {
            escape_append(out, bytes_slice(literal, i, i + 1), ESCAPE_BRACE);
        }
    }
    buf_append_octet(out, '*');
}

/* "250\\-": the hyphen is written as it is, because the scenario's reader looks for it. */
static size_t hyphen(struct bytes regex)
{
    bool code = regex.n > 4 && octet_is_digit(regex.p[0]) && octet_is_digit(regex.p[1]) &&
                octet_is_digit(regex.p[2]);
    return code && regex.p[3] == '\\' && regex.p[4] == '-' ? 3 : 0;
}

/* Backslashes belong to the pattern; a blank at its begin is one. */
void pattern_regex(struct buf *out, struct bytes regex)
{
    buf_append(out, bytes_slice(regex, 0, hyphen(regex)));
    regex = bytes_skip(regex, hyphen(regex) > 0 ? 4 : 0);
    struct bytes part;
    struct bytes rest = regex;
    bool either = bytes_index(regex, '|', 0) != BYTES_NONE;
    buf_append_text(out, either ? "(?:" : "");
    for (size_t n = 0; bytes_next(&rest, '\\', &part); n++) {
        buf_append_text(out, n > 0 ? "\\" : "");
        if (n == 0 && !either && part.n > 0 && part.p[0] == ' ') {
            buf_append_text(out, "\\x20");
            part = bytes_skip(part, 1);
        }
        escape_append(out, part, ESCAPE_UTF8);
    }
    buf_append_text(out, either ? ")$" : "$");
}
