/*
 * curl_fill - what curl's runner fills in before a test is run (docs/tests/FILEFORMAT.md), as far as it is the same everywhere
 */
#include <string.h>

#include "base/base64.h"
#include "script/import/curl.h"

/* More of it than a line of a scenario may have is of no use. */
enum { REPEATED_MAX = 64 * 1024 };

static unsigned digit_of(unsigned char c)
{
    return octet_is_digit(c) ? c - (unsigned)'0' : octet_lower(c) - (unsigned)'a' + 10;
}

static bool is_hex(unsigned char c)
{
    return octet_is_digit(c) || (octet_lower(c) >= 'a' && octet_lower(c) <= 'f');
}

/* %HH is an octet, all else stands for itself. */
static void append_octets(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' && i + 2 < text.n && is_hex(text.p[i + 1]) && is_hex(text.p[i + 2])) {
            unsigned value = digit_of(text.p[i + 1]) * 16 + digit_of(text.p[i + 2]);
            buf_append_octet(out, (unsigned char)value);
            i += 2;
        } else {
            buf_append_octet(out, text.p[i]);
        }
    }
}

static bool fill_base64(struct buf *out, struct bytes text)
{
    struct buf octets = {0};
    append_octets(&octets, text);
    base64_encode(out, buf_bytes(&octets));
    buf_deinit(&octets);
    return true;
}

static bool fill_hex(struct buf *out, struct bytes text)
{
    append_octets(out, text);
    return true;
}

/* "20 x text" */
static bool fill_repeat(struct buf *out, struct bytes text)
{
    uint64_t count = 0;
    size_t end = bytes_find(text, BYTES_LIT(" x "), 0);
    if (end == BYTES_NONE || !bytes_to_u64(bytes_slice(text, 0, end), &count)) {
        return false;
    }
    struct bytes part = bytes_skip(text, end + 3);
    if (part.n > 0 && count > REPEATED_MAX / part.n) {
        return false;
    }
    for (uint64_t i = 0; i < count && part.n > 0; i++) {
        append_octets(out, part);
    }
    return true;
}

static const struct {
    const char *begin, *end;
    bool (*fill)(struct buf *out, struct bytes text);
} functions[] = {
    {"%b64[",    "]b64%", fill_base64},
    {"%hex[",    "]hex%", fill_hex   },
    {"%repeat[", "]%",    fill_repeat},
};

static const struct {
    const char *name, *text;
} names[] = {
    {"%CR",  "\r"},
    {"%SP",  " " },
    {"%TAB", "\t"},
};

/* Octets of `text` that were filled in; 0: it begins with nothing of the kind. */
static size_t fill_one(struct bytes number, struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        size_t begin = strlen(functions[i].begin);
        size_t end = bytes_starts(text, functions[i].begin)
                         ? bytes_find(text, bytes_of(functions[i].end), begin)
                         : BYTES_NONE;
        if (end != BYTES_NONE && functions[i].fill(out, bytes_slice(text, begin, end))) {
            return end + strlen(functions[i].end);
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_starts(text, names[i].name)) {
            buf_append_text(out, names[i].text);
            return strlen(names[i].name);
        }
    }
    if (number.n > 0 && bytes_starts(text, "%TESTNUMBER")) {
        buf_append(out, number);
        return strlen("%TESTNUMBER");
    }
    return 0;
}

/* Of those that depend on the runner, and what was not understood. */
static bool is_variable(struct bytes text)
{
    return text.n > 1 && text.p[0] == '%' &&
           ((text.p[1] >= 'A' && text.p[1] <= 'Z') || bytes_starts(text, "%hex[") ||
            bytes_starts(text, "%b64[") || bytes_starts(text, "%repeat["));
}

bool curl_fill_in(struct bytes number, struct bytes text, struct buf *out)
{
    bool whole = true;
    while (text.n > 0) {
        size_t used = text.p[0] == '%' ? fill_one(number, text, out) : 0;
        if (used == 0) {
            whole = whole && !is_variable(text);
            buf_append_octet(out, text.p[0]);
            used = 1;
        }
        text = bytes_skip(text, used);
    }
    return whole;
}
