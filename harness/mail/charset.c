#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

enum { LONGEST_NAME = 40, PIECE_OCTETS = 4096 };

/* IANA's names; what stands behind a "/" would be options of iconv. */
static bool is_name(struct bytes charset)
{
    for (size_t i = 0; i < charset.n; i++) {
        const unsigned char c = charset.p[i];
        if (!octet_is_alpha(c) && !octet_is_digit(c) && c != '-' && c != '_' && c != '.' &&
            c != ':' && c != '+') {
            return false;
        }
    }
    return charset.n > 0 && charset.n <= LONGEST_NAME;
}

static bool is_utf8_already(struct bytes charset)
{
    return charset.n == 0 || bytes_is_nocase(charset, "UTF-8") ||
           bytes_is_nocase(charset, "US-ASCII");
}

/* False: there is no such charset. POSIX has a number for that where a pointer should be. */
static bool open_converter(const char *charset, iconv_t *converter_r)
{
    *converter_r = iconv_open("UTF-8", charset);
    return (intptr_t)*converter_r != -1;
}

static bool convert(iconv_t converter, struct bytes text, struct buf *out)
{
    char piece[PIECE_OCTETS];
    /* It reads what it is given, whatever its type says. */
    union {
        const unsigned char *octets;
        char *text;
    } from = {.octets = text.p};
    size_t left = text.n;
    while (left > 0) {
        char *to = piece;
        size_t room = sizeof piece;
        const bool stuck = iconv(converter, &from.text, &left, &to, &room) == (size_t)-1;
        buf_append(out, bytes_make(piece, sizeof piece - room));
        if (stuck && errno != E2BIG) {
            return false;
        }
    }
    return true;
}

bool mail_charset_read(struct buf *out, struct bytes charset, struct bytes text)
{
    const size_t before = out->n;
    struct buf name = {0};
    if (is_utf8_already(charset)) {
        buf_append(out, text);
        return true;
    }
    buf_append(&name, charset);
    iconv_t converter = NULL;
    bool good = is_name(charset) && open_converter(buf_text(&name), &converter);
    buf_deinit(&name);
    if (good) {
        good = convert(converter, text, out);
        (void)iconv_close(converter);
    }
    if (!good) {
        out->n = before;
        buf_append(out, text);
    }
    return good;
}
