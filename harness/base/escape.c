#include "base/escape.h"

#include "base/utf8.h"

static const char hex_digits[] = "0123456789abcdef";

static void append_hex(struct buf *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char text[4] = {'\\', 'x', (unsigned char)hex_digits[octets.p[i] >> 4],
                                 (unsigned char)hex_digits[octets.p[i] & 15]};
        buf_append(out, bytes_make(text, sizeof text));
    }
}

/* The letter behind the backslash, or 0 when the octet has no name. */
static unsigned char name_of(unsigned char c, unsigned flags)
{
    switch (c) {
    case '\r':
        return 'r';
    case '\n':
        return 'n';
    case '\t':
        return 't';
    case '\0':
        return '0';
    case '\\':
        return '\\';
    case '{':
        return (flags & ESCAPE_BRACE) != 0 ? '{' : 0;
    default:
        return 0;
    }
}

/*
 * Would `c` behind what stands in `out` complete "::" or "##["? What stood there before this call
 * counts too: a peer must not complete a command that our own text begins.
 */
static bool completes_ci_command(const struct buf *out, unsigned char c)
{
    struct bytes before = buf_bytes(out);
    return (c == ':' && bytes_ends(before, ":")) || (c == '[' && bytes_ends(before, "##"));
}

static void append_octet(struct buf *out, unsigned char c, unsigned flags)
{
    unsigned char name = name_of(c, flags);
    if (name != 0) {
        buf_append_octet(out, '\\');
        buf_append_octet(out, name);
    } else if (c < 0x20 || c > 0x7e || ((flags & ESCAPE_CI) != 0 && completes_ci_command(out, c))) {
        append_hex(out, bytes_make(&c, 1));
    } else {
        buf_append_octet(out, c);
    }
}

void escape_append(struct buf *out, struct bytes octets, unsigned flags)
{
    size_t i = 0;
    while (i < octets.n) {
        uint32_t code_point = 0;
        size_t length = 0;
        if (octets.p[i] >= 0x80 && (flags & ESCAPE_UTF8) != 0) {
            length = utf8_read(bytes_skip(octets, i), &code_point);
        }
        if (length > 0) {
            struct bytes sequence = bytes_slice(octets, i, i + length);
            (utf8_is_visible(code_point) ? buf_append : append_hex)(out, sequence);
            i += length;
        } else {
            append_octet(out, octets.p[i], flags);
            i++;
        }
    }
}

bool escape_is_utf8(struct bytes octets)
{
    size_t i = 0;
    while (i < octets.n) {
        uint32_t code_point = 0;
        size_t length = utf8_read(bytes_skip(octets, i), &code_point);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

/* The value of a hexadecimal digit, or -1. */
static int hex_value(unsigned char c)
{
    if (octet_is_digit(c)) {
        return c - '0';
    }
    c = octet_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* hex-escape = "\x" 2HEXDIG */
static enum escape_read_result read_hex(struct bytes text, unsigned char *octet_r, size_t *used_r)
{
    int value = 0;
    for (size_t i = 2; i < 4; i++) {
        int digit = i < text.n ? hex_value(text.p[i]) : -1;
        if (digit < 0) {
            *used_r = i;
            return ESCAPE_READ_BAD;
        }
        value = value * 16 + digit;
    }
    *octet_r = (unsigned char)value;
    *used_r = 4;
    return ESCAPE_READ_OCTET;
}

/* escape = "\" ( "r" / "n" / "t" / "0" / "\" / "{" / "c" / "x" 2HEXDIG ) */
enum escape_read_result escape_read(struct bytes text, unsigned char *octet_r, size_t *used_r)
{
    static const char names[] = "rnt0\\{";
    static const char octets[] = "\r\n\t\0\\{";
    if (text.n < 2 || text.p[0] != '\\') {
        *used_r = text.n < 2 ? text.n : 1;
        return ESCAPE_READ_UNKNOWN;
    }
    *used_r = 2;
    if (text.p[1] == 'x') {
        return read_hex(text, octet_r, used_r);
    }
    if (text.p[1] == 'c') {
        return ESCAPE_READ_NO_END;
    }
    size_t i = bytes_index(BYTES_LIT(names), text.p[1], 0);
    if (i == BYTES_NONE) {
        return ESCAPE_READ_UNKNOWN;
    }
    *octet_r = (unsigned char)octets[i];
    return ESCAPE_READ_OCTET;
}
