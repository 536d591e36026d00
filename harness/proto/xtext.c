#include "proto/xtext.h"

static int hex_digit(unsigned char c)
{
    if (octet_is_digit(c)) {
        return c - '0';
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* -1: it is no hexchar. */
static int hexchar_read(struct bytes text)
{
    int high = text.n >= 3 ? hex_digit(text.p[1]) : -1;
    int low = text.n >= 3 ? hex_digit(text.p[2]) : -1;
    return high < 0 || low < 0 ? -1 : 16 * high + low;
}

bool xtext_decode(struct bytes text, unsigned above, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        int value = text.p[i];
        if (value == '+') {
            value = hexchar_read(bytes_skip(text, i));
            i += 2;
            if (value < ' ' || value == 127 || (value > 127 && (above & XTEXT_ABOVE_CODED) == 0)) {
                return false;
            }
        } else if (value <= ' ' || value == '=' || value == 127 ||
                   (value > 127 && (above & XTEXT_ABOVE_PLAIN) == 0)) {
            return false;
        }
        buf_append_octet(out, (unsigned char)value);
    }
    return true;
}
