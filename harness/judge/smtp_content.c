#include "judge/smtp_content.h"

#include <string.h>

#define ENCODING "Content-Transfer-Encoding"

/* RFC 2045 6.1: with these the text has no octet above 127. */
static bool is_seven_bit(struct bytes encoding)
{
    static const char *const names[] = {"7bit", "quoted-printable", "base64"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_is_nocase(encoding, names[i])) {
            return true;
        }
    }
    return false;
}

static void take_field(struct smtp_content *content, struct bytes name, struct bytes value)
{
    if (bytes_is_nocase(name, ENCODING)) {
        content->has_eight_bit_encoding |= !is_seven_bit(bytes_trim(value));
    }
    if (content->in_body) {
        return;
    }
    content->has_received |= bytes_is_nocase(name, "Received");
    content->has_return_path |= bytes_is_nocase(name, "Return-Path");
    content->has_mime_version |= bytes_is_nocase(name, "MIME-Version");
}

static void take_line(struct smtp_content *content)
{
    const struct bytes line = bytes_make(content->line, content->n);
    const size_t colon = bytes_index(line, ':', 0);
    const bool folded = line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
    content->n = 0;
    if (bytes_trim_right(line).n == 0 && !folded) {
        content->in_body = true;
    } else if (colon != BYTES_NONE && !folded) {
        take_field(content, bytes_trim_right(bytes_slice(line, 0, colon)),
                   bytes_skip(line, colon + 1));
    }
}

static void keep(struct smtp_content *content, struct bytes octets)
{
    const size_t room = sizeof content->line - content->n;
    const size_t taken = octets.n < room ? octets.n : room;
    memcpy(content->line + content->n, octets.p, taken);
    content->n += taken;
}

void smtp_content_read(struct smtp_content *content, struct bytes octets)
{
    while (octets.n > 0) {
        const size_t lf = bytes_index(octets, '\n', 0);
        const struct bytes piece = bytes_slice(octets, 0, lf == BYTES_NONE ? octets.n : lf);
        if (content->in_body && !content->body_eight_bit) {
            content->body_eight_bit = !bytes_is_ascii(piece);
        }
        keep(content, piece);
        if (lf != BYTES_NONE) {
            take_line(content);
        }
        octets = bytes_skip(octets, piece.n + (lf == BYTES_NONE ? 0 : 1));
    }
}
