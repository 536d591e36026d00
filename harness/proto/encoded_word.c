#include "proto/encoded_word.h"

#include "base/base64.h"

struct encoded_word {
    struct bytes charset; /* without a language (RFC 2231 5) */
    struct bytes encoding;
    struct bytes text;
    size_t length; /* of it all */
};

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static bool has_blank(struct bytes octets)
{
    return bytes_index(octets, ' ', 0) != BYTES_NONE || bytes_index(octets, '\t', 0) != BYTES_NONE;
}

/* The field up to the next "?"; false when there is none, or a blank within, which no part may have (RFC 2047 2). */
static bool cut(struct bytes *rest, struct bytes *part_r)
{
    size_t end = bytes_index(*rest, '?', 0);
    if (end == BYTES_NONE) {
        return false;
    }
    *part_r = bytes_slice(*rest, 0, end);
    *rest = bytes_skip(*rest, end + 1);
    return !has_blank(*part_r);
}

static bool find_parts(struct bytes text, struct encoded_word *word_r)
{
    struct bytes rest = text;
    if (!bytes_starts(text, "=?")) {
        return false;
    }
    rest = bytes_skip(rest, 2);
    if (!cut(&rest, &word_r->charset) || !cut(&rest, &word_r->encoding) ||
        !cut(&rest, &word_r->text) || !bytes_starts(rest, "=")) {
        return false;
    }
    size_t star = bytes_index(word_r->charset, '*', 0);
    word_r->charset =
        bytes_slice(word_r->charset, 0, star == BYTES_NONE ? word_r->charset.n : star);
    word_r->length = text.n - rest.n + 1;
    return true;
}

static int hex_value(unsigned char c)
{
    if (octet_is_digit(c)) {
        return c - '0';
    }
    unsigned char lower = octet_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* RFC 2047 4.2: "_" is a blank, "=" begins two hexadecimal digits. */
static bool read_q(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '_') {
            buf_append_octet(out, ' ');
        } else if (text.p[i] != '=') {
            buf_append_octet(out, text.p[i]);
        } else {
            int high = i + 2 < text.n ? hex_value(text.p[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text.p[i + 2]) : -1;
            if (low < 0) {
                return false;
            }
            buf_append_octet(out, (unsigned char)(high * 16 + low));
            i += 2;
        }
    }
    return true;
}

static void append_latin1(struct buf *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = octets.p[i];
        if (c < 0x80) {
            buf_append_octet(out, c);
        } else {
            buf_append_octet(out, (unsigned char)(0xc0 | (c >> 6)));
            buf_append_octet(out, (unsigned char)(0x80 | (c & 0x3f)));
        }
    }
}

static bool append_charset(struct buf *out, struct bytes charset, struct bytes octets)
{
    if (bytes_is_nocase(charset, "UTF-8") || bytes_is_nocase(charset, "US-ASCII")) {
        buf_append(out, octets);
        return true;
    }
    if (bytes_is_nocase(charset, "ISO-8859-1")) {
        append_latin1(out, octets);
        return true;
    }
    return false;
}

static bool read_word(struct buf *out, struct bytes text, size_t *length_r)
{
    struct encoded_word word = {0};
    struct buf octets = {0};
    bool good = find_parts(text, &word);
    if (good && bytes_is_nocase(word.encoding, "B")) {
        good = (base64_decode(&octets, word.text) & ~(unsigned)BASE64_LOOSE_BITS) == 0;
    } else if (good) {
        good = bytes_is_nocase(word.encoding, "Q") && read_q(&octets, word.text);
    }
    good = good && append_charset(out, word.charset, buf_bytes(&octets));
    *length_r = word.length;
    buf_deinit(&octets);
    return good;
}

static size_t count_blanks(struct bytes text)
{
    size_t n = 0;
    while (n < text.n && is_blank(text.p[n])) {
        n++;
    }
    return n;
}

void encoded_words_read(struct buf *out, struct bytes text)
{
    bool behind_word = false;
    while (text.n > 0) {
        /* Blanks between two encoded words are not shown (RFC 2047 6.2): they are there for the folding. */
        size_t blanks = count_blanks(text);
        size_t before = out->n;
        size_t length = 0;
        buf_append(out, bytes_slice(text, 0, behind_word ? 0 : blanks));
        if (read_word(out, bytes_skip(text, blanks), &length)) {
            text = bytes_skip(text, blanks + length);
            behind_word = true;
            continue;
        }
        out->n = before;
        size_t plain = blanks < text.n ? blanks + 1 : blanks;
        buf_append(out, bytes_slice(text, 0, plain));
        text = bytes_skip(text, plain);
        behind_word = false;
    }
}
