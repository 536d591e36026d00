#include "mail/parameter.h"

#include <string.h>

#include "mail/charset.h"
#include "proto/encoded_word.h"
#include "proto/smtp_path.h"

/* More of them are no file name. */
enum { MOST_SECTIONS = 100 };

struct parameter {
    struct bytes name;
    struct bytes value; /* with its quotes */
};

/* The octets up to the next ";" that is in no quoted string; one that does not end goes on to the end of all. */
static size_t piece_octets(struct bytes text)
{
    bool in_quotes = false;
    size_t n = 0;
    while (n < text.n && (in_quotes || text.p[n] != ';')) {
        const bool is_pair = in_quotes && text.p[n] == '\\' && n + 1 < text.n;
        in_quotes = in_quotes != (text.p[n] == '"');
        n += is_pair ? 2 : 1;
    }
    return n;
}

struct bytes mail_parameter_main(struct bytes value)
{
    return bytes_trim(bytes_slice(value, 0, piece_octets(value)));
}

/* Cut the next one off *rest, which begins with ";" or is empty; what has no "=" is let by. */
static bool next_parameter(struct bytes *rest, struct parameter *parameter_r)
{
    while (rest->n > 0) {
        *rest = bytes_skip(*rest, 1);
        const struct bytes piece = bytes_slice(*rest, 0, piece_octets(*rest));
        const size_t equals = bytes_index(piece, '=', 0);
        *rest = bytes_skip(*rest, piece.n);
        if (equals != BYTES_NONE) {
            parameter_r->name = bytes_trim(bytes_slice(piece, 0, equals));
            parameter_r->value = bytes_trim(bytes_skip(piece, equals + 1));
            return true;
        }
    }
    return false;
}

static void append_value(struct buf *out, struct bytes value)
{
    const size_t quoted = value.n > 0 && value.p[0] == '"' ? smtp_quoted_length(value) : 0;
    if (quoted > 0) {
        smtp_local_part_unquote(bytes_slice(value, 0, quoted), out);
    } else {
        buf_append(out, value);
    }
}

static bool find(struct bytes value, const char *name, struct bytes *found_r)
{
    struct bytes rest = bytes_skip(value, piece_octets(value));
    struct parameter parameter;
    while (next_parameter(&rest, &parameter)) {
        if (bytes_is_nocase(parameter.name, name)) {
            *found_r = parameter.value;
            return true;
        }
    }
    return false;
}

/* ---- RFC 2231 ---- */

static int hex_value(unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != 0 ? strchr(digits, octet_lower(c)) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static void append_percent(struct buf *out, struct bytes text)
{
    while (text.n > 0) {
        const int high = text.n > 2 && text.p[0] == '%' ? hex_value(text.p[1]) : -1;
        const int low = high >= 0 ? hex_value(text.p[2]) : -1;
        buf_append_octet(out, low >= 0 ? (unsigned char)(high * 16 + low) : text.p[0]);
        text = bytes_skip(text, low >= 0 ? 3 : 1);
    }
}

/* charset'language'text: false where the quotes are missing. */
static bool cut_charset(struct bytes *text, struct bytes *charset_r)
{
    const size_t first = bytes_index(*text, '\'', 0);
    const size_t second = first == BYTES_NONE ? BYTES_NONE : bytes_index(*text, '\'', first + 1);
    if (second == BYTES_NONE) {
        return false;
    }
    *charset_r = bytes_slice(*text, 0, first);
    *text = bytes_skip(*text, second + 1);
    return true;
}

/* name*N or name*N*; false: there is none. */
static bool find_section(struct bytes value, const char *name, unsigned number,
                         struct bytes *found_r, bool *is_extended_r)
{
    struct buf section = {0};
    buf_printf(&section, "%s*%u", name, number);
    bool found = find(value, buf_text(&section), found_r);
    *is_extended_r = false;
    if (!found) {
        buf_append_octet(&section, '*');
        found = find(value, buf_text(&section), found_r);
        *is_extended_r = found;
    }
    buf_deinit(&section);
    return found;
}

/* One that says its charset, in the first section or as it stands alone. */
static void append_extended(struct buf *octets, struct bytes value, bool is_first,
                            struct bytes *charset)
{
    if (is_first) {
        (void)cut_charset(&value, charset);
    }
    append_percent(octets, value);
}

static bool find_sections(struct bytes value, const char *name, struct buf *out)
{
    struct buf octets = {0};
    struct bytes charset = {0};
    struct bytes found = {0};
    bool is_extended = false;
    unsigned number = 0;
    while (number < MOST_SECTIONS && find_section(value, name, number, &found, &is_extended)) {
        if (is_extended) {
            append_extended(&octets, found, number == 0, &charset);
        } else {
            append_value(&octets, found);
        }
        number++;
    }
    if (number > 0) {
        (void)mail_charset_read(out, charset, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    return number > 0;
}

static bool find_extended(struct bytes value, const char *name, struct buf *out)
{
    struct buf starred = {0};
    struct buf octets = {0};
    struct bytes charset = {0};
    struct bytes found = {0};
    buf_printf(&starred, "%s*", name);
    const bool is_there = find(value, buf_text(&starred), &found);
    if (is_there) {
        append_extended(&octets, found, true, &charset);
        (void)mail_charset_read(out, charset, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    buf_deinit(&starred);
    return is_there;
}

bool mail_parameter_find(struct bytes value, const char *name, struct buf *out)
{
    struct bytes found = {0};
    struct buf text = {0};
    if (find_extended(value, name, out) || find_sections(value, name, out)) {
        return true;
    }
    if (!find(value, name, &found)) {
        return false;
    }
    append_value(&text, found);
    encoded_words_read(out, buf_bytes(&text));
    buf_deinit(&text);
    return true;
}
