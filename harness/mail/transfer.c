#include "mail/transfer.h"

#include <string.h>

#include "base/base64.h"

/* RFC 2045 6.7 (5), 6.8: without CRLF. RFC 5322 2.1.1: the same of any line. */
enum { LINE_OCTETS = 76, LONGEST_LINE = 998, BASE64_LINE_INPUT = LINE_OCTETS / 4 * 3 };

static const char *const names[] = {
    [MAIL_7BIT] = "7bit", [MAIL_QUOTED_PRINTABLE] = "quoted-printable", [MAIL_BASE64] = "base64"};

const char *mail_transfer_name(enum mail_transfer transfer)
{
    return names[transfer];
}

enum mail_transfer mail_transfer_from_name(struct bytes name)
{
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_is_nocase(name, names[i])) {
            return (enum mail_transfer)i;
        }
    }
    return MAIL_7BIT;
}

/* ---- what is needed ---- */

static bool is_plain_line(struct bytes line)
{
    return line.n <= LONGEST_LINE && bytes_is_ascii(line) && !bytes_has_control(line);
}

/* As quoted-printable leaves it (RFC 2045 6.7 (2)). */
static bool is_literal(unsigned char c)
{
    return c == '\t' || (c >= ' ' && c <= '~' && c != '=');
}

enum mail_transfer mail_transfer_for_text(struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    bool is_plain = true;
    size_t encoded = 0;
    while (bytes_next_line(&rest, &line)) {
        is_plain = is_plain && is_plain_line(line);
        for (size_t i = 0; i < line.n; i++) {
            encoded += is_literal(line.p[i]) ? 0 : 1;
        }
    }
    if (is_plain) {
        return MAIL_7BIT;
    }
    /* Three octets for one, against four for three. */
    return encoded * 6 <= text.n ? MAIL_QUOTED_PRINTABLE : MAIL_BASE64;
}

/* ---- writing ---- */

void mail_base64_write(struct buf *out, struct bytes octets)
{
    while (octets.n > 0) {
        base64_encode(out, bytes_slice(octets, 0, BASE64_LINE_INPUT));
        buf_append_text(out, "\r\n");
        octets = bytes_skip(octets, BASE64_LINE_INPUT);
    }
}

/* A blank at the end of a line may be lost on the way (RFC 2045 6.7 (3)). */
static void write_quoted_line(struct buf *out, struct bytes line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.n; i++) {
        const unsigned char c = line.p[i];
        const bool is_last = i + 1 == line.n;
        const bool is_blank = c == ' ' || c == '\t';
        const bool literal = is_literal(c) && !(is_last && is_blank);
        const size_t octets = literal ? 1 : 3;
        /* Room for the "=" of a soft line break, but behind the last one. */
        if (column + octets > (size_t)LINE_OCTETS - (is_last ? 0 : 1)) {
            buf_append_text(out, "=\r\n");
            column = 0;
        }
        buf_printf(out, literal ? "%c" : "=%02X", c);
        column += octets;
    }
    buf_append_text(out, "\r\n");
}

static void write_lines(struct buf *out, struct bytes text,
                        void (*write)(struct buf *out, struct bytes line))
{
    struct bytes line;
    while (bytes_next_line(&text, &line)) {
        write(out, line);
    }
}

static void write_plain_line(struct buf *out, struct bytes line)
{
    buf_append(out, line);
    buf_append_text(out, "\r\n");
}

void mail_text_write(struct buf *out, struct bytes text, enum mail_transfer transfer)
{
    struct buf lines = {0};
    switch (transfer) {
    case MAIL_7BIT:
        write_lines(out, text, write_plain_line);
        break;
    case MAIL_QUOTED_PRINTABLE:
        write_lines(out, text, write_quoted_line);
        break;
    case MAIL_BASE64: /* RFC 2045 6.8: of the canonical form, whose lines end in CRLF */
        write_lines(&lines, text, write_plain_line);
        mail_base64_write(out, buf_bytes(&lines));
        break;
    }
    buf_deinit(&lines);
}

/* ---- reading ---- */

static int hex_value(unsigned char c)
{
    if (octet_is_digit(c)) {
        return c - '0';
    }
    const unsigned char lower = octet_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Of "=" and what stands behind it; what is no code stays. */
static size_t read_quoted(struct buf *out, struct bytes rest)
{
    const int high = rest.n > 2 ? hex_value(rest.p[1]) : -1;
    const int low = high >= 0 ? hex_value(rest.p[2]) : -1;
    if (low >= 0) {
        buf_append_octet(out, (unsigned char)(high * 16 + low));
        return 3;
    }
    buf_append_octet(out, '=');
    return 1;
}

/* False: it goes on in the next one. */
static bool read_quoted_line(struct buf *out, struct bytes line)
{
    line = bytes_trim_right(line);
    const bool is_soft = bytes_ends(line, "=");
    line.n -= is_soft ? 1 : 0;
    while (line.n > 0) {
        size_t taken = 1;
        if (line.p[0] == '=') {
            taken = read_quoted(out, line);
        } else {
            buf_append_octet(out, line.p[0]);
        }
        line = bytes_skip(line, taken);
    }
    return !is_soft;
}

static void read_quoted_lines(struct buf *out, struct bytes body)
{
    struct bytes line;
    while (body.n > 0) {
        const size_t end = bytes_index(body, '\n', 0);
        line = bytes_slice(body, 0, end == BYTES_NONE ? body.n : end);
        body = bytes_skip(body, end == BYTES_NONE ? body.n : end + 1);
        if (read_quoted_line(out, line) && end != BYTES_NONE) {
            buf_append_text(out, bytes_ends(line, "\r") ? "\r\n" : "\n");
        }
    }
}

/* The value of a digit of base64; -1: none, which is let by (RFC 2045 6.8). */
static int digit_value(unsigned char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != 0 ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* "=" ends it. */
static void read_base64(struct buf *out, struct bytes body)
{
    unsigned bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < body.n && body.p[i] != '='; i++) {
        const int value = digit_value(body.p[i]);
        if (value < 0) {
            continue;
        }
        bits = (bits << 6 | (unsigned)value) & 0xffffffU;
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_append_octet(out, (unsigned char)(bits >> count));
        }
    }
}

void mail_transfer_read(struct buf *out, struct bytes body, enum mail_transfer transfer)
{
    switch (transfer) {
    case MAIL_7BIT:
        buf_append(out, body);
        break;
    case MAIL_QUOTED_PRINTABLE:
        read_quoted_lines(out, body);
        break;
    case MAIL_BASE64:
        read_base64(out, body);
        break;
    }
}
