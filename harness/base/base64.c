#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define NOT_IN_ALPHABET 64U
#define MOST_PADDING    2

void base64_encode(struct buf *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i += 3) {
        size_t left = octets.n - i;
        unsigned bits = (unsigned)octets.p[i] << 16;
        bits |= left > 1 ? (unsigned)octets.p[i + 1] << 8 : 0;
        bits |= left > 2 ? (unsigned)octets.p[i + 2] : 0;
        unsigned char quad[4] = {
            (unsigned char)alphabet[bits >> 18],
            (unsigned char)alphabet[bits >> 12 & 63],
            (unsigned char)(left > 1 ? alphabet[bits >> 6 & 63] : '='),
            (unsigned char)(left > 2 ? alphabet[bits & 63] : '='),
        };
        buf_append(out, bytes_make(quad, sizeof quad));
    }
}

static unsigned sextet(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (unsigned)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0') + 52;
    }
    if (c == '+' || c == '/') {
        return c == '+' ? 62 : 63;
    }
    return NOT_IN_ALPHABET;
}

/* The defects of everything from the first octet on that is no plain letter of the alphabet. */
static unsigned tail_defects(struct bytes tail)
{
    unsigned defects = 0;
    size_t padding = 0;
    for (size_t i = 0; i < tail.n; i++) {
        if (tail.p[i] == '=') {
            padding++;
            continue;
        }
        if (sextet(tail.p[i]) == NOT_IN_ALPHABET) {
            defects |= BASE64_BAD_OCTET;
        }
        if (padding > 0) {
            defects |= BASE64_BAD_PADDING;
        }
    }
    return padding > MOST_PADDING ? defects | BASE64_BAD_PADDING : defects;
}

/* base64 = *( 4ALPHABET ) [ 2ALPHABET "==" / 3ALPHABET "=" ]     RFC 4648 section 4 */
unsigned base64_decode(struct buf *out, struct bytes text)
{
    unsigned bits = 0;
    unsigned bit_count = 0;
    size_t i = 0;
    for (; i < text.n; i++) {
        unsigned value = sextet(text.p[i]);
        if (value == NOT_IN_ALPHABET) {
            break;
        }
        bits = (bits << 6 | value) & 0xffffU;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            buf_append_octet(out, (unsigned char)(bits >> bit_count & 0xffU));
        }
    }
    unsigned defects = tail_defects(bytes_skip(text, i));
    if (text.n % 4 != 0) {
        defects |= BASE64_BAD_LENGTH;
    }
    bool ends_here = i == text.n || text.p[i] == '=';
    /* Six bits left over are not loose bits: they are a letter too few, a wrong length. */
    if (ends_here && bit_count < 6 && (bits & ((1U << bit_count) - 1)) != 0) {
        defects |= BASE64_LOOSE_BITS;
    }
    return defects;
}

bool base64_is_octet(unsigned char c)
{
    return sextet(c) != NOT_IN_ALPHABET || c == '=';
}

bool base64_is_alphabet(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!base64_is_octet(text.p[i])) {
            return false;
        }
    }
    return true;
}
