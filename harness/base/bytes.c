#include "base/bytes.h"

#include <string.h>

#define NO_BYTES ((struct bytes){NULL, 0})

bool octet_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

bool octet_is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

unsigned char octet_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

unsigned char octet_upper(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : c;
}

static bool octet_is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes bytes_of(const char *text)
{
    return text != NULL ? bytes_make(text, strlen(text)) : NO_BYTES;
}

struct bytes bytes_make(const void *p, size_t n)
{
    return (struct bytes){p, n};
}

struct bytes bytes_slice(struct bytes b, size_t from, size_t to)
{
    if (b.p == NULL) { /* arithmetic on a null pointer is undefined, even with 0 */
        return NO_BYTES;
    }
    to = to < b.n ? to : b.n;
    from = from < to ? from : to;
    return bytes_make(b.p + from, to - from);
}

struct bytes bytes_skip(struct bytes b, size_t n)
{
    return bytes_slice(b, n < b.n ? n : b.n, b.n);
}

struct bytes bytes_trim_right(struct bytes b)
{
    while (b.n > 0 && octet_is_space(b.p[b.n - 1])) {
        b.n--;
    }
    return b;
}

struct bytes bytes_trim_left(struct bytes b)
{
    size_t from = 0;
    while (from < b.n && octet_is_space(b.p[from])) {
        from++;
    }
    return bytes_skip(b, from);
}

struct bytes bytes_trim(struct bytes b)
{
    return bytes_trim_right(bytes_trim_left(b));
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bytes_equal_nocase(struct bytes a, struct bytes b)
{
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (octet_lower(a.p[i]) != octet_lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

bool bytes_is(struct bytes b, const char *text)
{
    return bytes_equal(b, bytes_of(text));
}

bool bytes_is_nocase(struct bytes b, const char *text)
{
    return bytes_equal_nocase(b, bytes_of(text));
}

bool bytes_is_ascii(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] > 127) {
            return false;
        }
    }
    return true;
}

bool bytes_has_lower(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (octet_upper(b.p[i]) != b.p[i]) {
            return true;
        }
    }
    return false;
}

bool bytes_has_upper(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (octet_lower(b.p[i]) != b.p[i]) {
            return true;
        }
    }
    return false;
}

bool bytes_has_control(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if ((b.p[i] < ' ' && b.p[i] != '\t') || b.p[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

bool bytes_starts(struct bytes b, const char *prefix)
{
    struct bytes wanted = bytes_of(prefix);
    return b.n >= wanted.n && bytes_equal(bytes_slice(b, 0, wanted.n), wanted);
}

bool bytes_starts_nocase(struct bytes b, const char *prefix)
{
    struct bytes wanted = bytes_of(prefix);
    return b.n >= wanted.n && bytes_equal_nocase(bytes_slice(b, 0, wanted.n), wanted);
}

bool bytes_ends(struct bytes b, const char *suffix)
{
    struct bytes wanted = bytes_of(suffix);
    return b.n >= wanted.n && bytes_equal(bytes_skip(b, b.n - wanted.n), wanted);
}

int bytes_compare(struct bytes a, struct bytes b)
{
    size_t shorter = a.n < b.n ? a.n : b.n;
    int order = shorter > 0 ? memcmp(a.p, b.p, shorter) : 0;
    if (order != 0) {
        return order;
    }
    return (a.n > b.n) - (a.n < b.n);
}

size_t bytes_index(struct bytes b, unsigned char octet, size_t from)
{
    if (from >= b.n) {
        return BYTES_NONE;
    }
    const unsigned char *found = memchr(b.p + from, octet, b.n - from);
    return found != NULL ? (size_t)(found - b.p) : BYTES_NONE;
}

size_t bytes_find(struct bytes b, struct bytes needle, size_t from)
{
    if (from > b.n) {
        return BYTES_NONE;
    }
    if (needle.n == 0) {
        return from;
    }
    if (b.n - from < needle.n) {
        return BYTES_NONE;
    }
    /* memmem() of glibc is linear; a loop of our own would be quadratic on hostile input. */
    const unsigned char *found = memmem(b.p + from, b.n - from, needle.p, needle.n);
    return found != NULL ? (size_t)(found - b.p) : BYTES_NONE;
}

bool bytes_next(struct bytes *rest, unsigned char separator, struct bytes *field_r)
{
    if (rest->p == NULL) {
        *field_r = NO_BYTES;
        return false;
    }
    size_t end = bytes_index(*rest, separator, 0);
    if (end == BYTES_NONE) {
        *field_r = *rest;
        *rest = NO_BYTES; /* the null pointer says: not even an empty field is left */
        return true;
    }
    *field_r = bytes_slice(*rest, 0, end);
    *rest = bytes_skip(*rest, end + 1);
    return true;
}

bool bytes_next_line(struct bytes *rest, struct bytes *line_r)
{
    if (rest->n == 0) {
        return false;
    }
    size_t end = bytes_index(*rest, '\n', 0);
    *line_r = bytes_slice(*rest, 0, end);
    *rest = bytes_skip(*rest, end == BYTES_NONE ? rest->n : end + 1);
    if (bytes_ends(*line_r, "\r")) {
        line_r->n--;
    }
    return true;
}

bool bytes_next_word(struct bytes *rest, struct bytes *word_r)
{
    size_t from = 0;
    while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t')) {
        from++;
    }
    size_t to = from;
    while (to < rest->n && rest->p[to] != ' ' && rest->p[to] != '\t') {
        to++;
    }
    *word_r = bytes_slice(*rest, from, to);
    *rest = bytes_skip(*rest, to);
    return word_r->n > 0;
}

bool bytes_to_u64(struct bytes b, uint64_t *value_r)
{
    uint64_t value = 0;
    for (size_t i = 0; i < b.n; i++) {
        if (!octet_is_digit(b.p[i])) {
            return false;
        }
        uint64_t digit = (uint64_t)(b.p[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *value_r = value;
    return b.n > 0;
}
