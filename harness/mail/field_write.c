#include "mail/field_write.h"

#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"

/* RFC 5322 2.1.1; RFC 2047 section 2: an encoded word has 75 octets at most. */
enum { FOLD_COLUMN = 78, LONGEST_WORD = 900, ENCODED_WORD_OCTETS = 75 };

#define WORD_BEGIN_Q "=?UTF-8?Q?"
#define WORD_BEGIN_B "=?UTF-8?B?"
#define WORD_END     "?="

/* Octets of text that go into one word. */
enum {
    WORD_ROOM = ENCODED_WORD_OCTETS - (int)sizeof WORD_BEGIN_Q - (int)sizeof WORD_END + 2,
    WORD_ROOM_B = WORD_ROOM / 4 * 3
};

/* ---- folding ---- */

struct line {
    struct buf *out;
    size_t column;
};

/* `blanks` stand before the word; there it may be folded. */
static void put_word(struct line *line, struct bytes blanks, struct bytes word)
{
    if (blanks.n > 0 && line->column + blanks.n + word.n > FOLD_COLUMN) {
        buf_append_text(line->out, "\r\n");
        line->column = 0;
    }
    buf_append(line->out, blanks);
    buf_append(line->out, word);
    line->column += blanks.n + word.n;
}

/* ---- encoded words ---- */

/* RFC 2047 5 (3): what may stand in one within a phrase; a blank is "_". */
static bool is_q_literal(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) || (c != 0 && strchr("!*+-/", c) != NULL);
}

static size_t q_octets(unsigned char c)
{
    return is_q_literal(c) || c == ' ' ? 1 : 3;
}

static size_t character_octets(struct bytes text)
{
    uint32_t code_point = 0;
    const size_t octets = utf8_read(text, &code_point);
    return octets > 0 ? octets : 1;
}

/* How many octets of the text, whole characters, go into the next word. */
static size_t word_octets(struct bytes text, bool base64)
{
    size_t taken = 0;
    size_t used = 0;
    while (taken < text.n) {
        const struct bytes rest = bytes_skip(text, taken);
        const size_t octets = character_octets(rest);
        size_t cost = octets;
        for (size_t i = 0; !base64 && i < octets; i++) {
            cost += q_octets(rest.p[i]) - 1;
        }
        if (taken > 0 && used + cost > (size_t)(base64 ? WORD_ROOM_B : WORD_ROOM)) {
            break;
        }
        taken += octets;
        used += cost;
    }
    return taken;
}

static void write_q(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ') {
            buf_append_octet(out, '_');
        } else {
            buf_printf(out, is_q_literal(text.p[i]) ? "%c" : "=%02X", text.p[i]);
        }
    }
}

/* Q is for texts that are US-ASCII for the most part: there people can read it. */
static bool wants_base64(struct bytes text)
{
    size_t q = 0;
    for (size_t i = 0; i < text.n; i++) {
        q += q_octets(text.p[i]);
    }
    return q > 2 * ((text.n + 2) / 3 * 4);
}

/* One or more encoded words, a blank between them, which is not shown (RFC 2047 6.2). */
static void put_encoded(struct line *line, struct bytes blanks, struct bytes text)
{
    const bool base64 = wants_base64(text);
    while (text.n > 0) {
        const struct bytes piece = bytes_slice(text, 0, word_octets(text, base64));
        struct buf word = {0};
        buf_append_text(&word, base64 ? WORD_BEGIN_B : WORD_BEGIN_Q);
        if (base64) {
            base64_encode(&word, piece);
        } else {
            write_q(&word, piece);
        }
        buf_append_text(&word, WORD_END);
        put_word(line, blanks, buf_bytes(&word));
        buf_deinit(&word);
        blanks = BYTES_LIT(" ");
        text = bytes_skip(text, piece.n);
    }
}

/* Also what would be read as an encoded word, and what no line has room for. */
static bool needs_encoding(struct bytes word)
{
    return !bytes_is_ascii(word) || word.n > LONGEST_WORD ||
           bytes_find(word, BYTES_LIT("=?"), 0) != BYTES_NONE;
}

static size_t blank_octets(struct bytes text)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] == ' ' || text.p[n] == '\t')) {
        n++;
    }
    return n;
}

static size_t plain_octets(struct bytes text)
{
    size_t n = 0;
    while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t') {
        n++;
    }
    return n;
}

/* Neighbours that need it go together: the blank between two encoded words would be lost. */
static size_t encoded_run(struct bytes text)
{
    size_t end = plain_octets(text);
    for (;;) {
        const struct bytes rest = bytes_skip(text, end);
        const size_t blanks = blank_octets(rest);
        const size_t word = plain_octets(bytes_skip(rest, blanks));
        if (word == 0 || !needs_encoding(bytes_slice(rest, blanks, blanks + word))) {
            return end;
        }
        end += blanks + word;
    }
}

static void put_text(struct line *line, struct bytes text)
{
    while (text.n > 0) {
        const struct bytes blanks = bytes_slice(text, 0, blank_octets(text));
        text = bytes_skip(text, blanks.n);
        const struct bytes word = bytes_slice(text, 0, plain_octets(text));
        if (needs_encoding(word)) {
            const struct bytes run = bytes_slice(text, 0, encoded_run(text));
            put_encoded(line, blanks, run);
            text = bytes_skip(text, run.n);
        } else {
            put_word(line, blanks, word);
            text = bytes_skip(text, word.n);
        }
    }
}

static struct line begin_field(struct buf *out, const char *name)
{
    buf_printf(out, "%s:", name);
    return (struct line){out, strlen(name) + 1};
}

void mail_field_write(struct buf *out, const char *name, struct bytes value)
{
    struct line line = begin_field(out, name);
    struct buf text = {0};
    buf_append_octet(&text, ' ');
    buf_append(&text, bytes_trim(value));
    put_text(&line, buf_bytes(&text));
    buf_append_text(out, "\r\n");
    buf_deinit(&text);
}

/* ---- addresses ---- */

/* RFC 5322 3.2.3: atext and blanks need no quotes. */
static bool is_phrase(struct bytes name)
{
    for (size_t i = 0; i < name.n; i++) {
        const unsigned char c = name.p[i];
        const bool good = octet_is_alpha(c) || octet_is_digit(c) || c == ' ' ||
                          (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
        if (!good) {
            return false;
        }
    }
    return true;
}

static void put_quoted(struct line *line, struct bytes blanks, struct bytes name)
{
    struct buf quoted = {0};
    buf_append_octet(&quoted, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"' || name.p[i] == '\\') {
            buf_append_octet(&quoted, '\\');
        }
        buf_append_octet(&quoted, name.p[i]);
    }
    buf_append_octet(&quoted, '"');
    put_word(line, blanks, buf_bytes(&quoted));
    buf_deinit(&quoted);
}

static void put_name(struct line *line, struct bytes name)
{
    const struct bytes blank = BYTES_LIT(" ");
    if (needs_encoding(name)) {
        put_encoded(line, blank, name);
    } else if (is_phrase(name)) {
        put_word(line, blank, name);
    } else {
        put_quoted(line, blank, name);
    }
}

static void put_address(struct line *line, const struct mail_address *address, bool is_last)
{
    const struct bytes name = bytes_of(address->name);
    struct buf text = {0};
    if (name.n > 0) {
        put_name(line, name);
    }
    buf_printf(&text, name.n > 0 ? "<%s>%s" : "%s%s", address->mailbox, is_last ? "" : ",");
    put_word(line, BYTES_LIT(" "), buf_bytes(&text));
    buf_deinit(&text);
}

void mail_field_write_addresses(struct buf *out, const char *name,
                                const struct mail_address *addresses, size_t count)
{
    if (count == 0) {
        return;
    }
    struct line line = begin_field(out, name);
    for (size_t i = 0; i < count; i++) {
        put_address(&line, &addresses[i], i + 1 == count);
    }
    buf_append_text(out, "\r\n");
}

/* ---- parameters ---- */

enum { PARAMETER_ROOM = 60 }; /* octets of a value in one line */

static bool is_token(struct bytes value)
{
    for (size_t i = 0; i < value.n; i++) {
        const unsigned char c = value.p[i];
        if (c <= ' ' || c > '~' || strchr("()<>@,;:\\\"/[]?=", c) != NULL) {
            return false;
        }
    }
    return value.n > 0;
}

/* RFC 2231 section 7: attribute-char. */
static bool is_attribute_char(unsigned char c)
{
    return c > ' ' && c <= '~' && strchr("*'%()<>@,;:\\\"/[]?=", c) == NULL;
}

static size_t section_octets(struct bytes value)
{
    size_t taken = 0;
    size_t used = 0;
    while (taken < value.n) {
        const size_t cost = is_attribute_char(value.p[taken]) ? 1 : 3;
        if (used + cost > PARAMETER_ROOM) {
            break;
        }
        used += cost;
        taken++;
    }
    return taken;
}

/* RFC 2231 sections 3 and 4: name*0*=UTF-8''...; name*1*=... */
static void write_sections(struct buf *out, const char *name, struct bytes value)
{
    const bool is_one = section_octets(value) == value.n;
    for (unsigned number = 0; value.n > 0; number++) {
        const struct bytes piece = bytes_slice(value, 0, section_octets(value));
        buf_printf(out, ";\r\n %s", name);
        if (!is_one) {
            buf_printf(out, "*%u", number);
        }
        buf_printf(out, "*=%s", number == 0 ? "UTF-8''" : "");
        for (size_t i = 0; i < piece.n; i++) {
            buf_printf(out, is_attribute_char(piece.p[i]) ? "%c" : "%%%02X", piece.p[i]);
        }
        value = bytes_skip(value, piece.n);
    }
}

void mail_field_write_parameter(struct buf *out, const char *name, struct bytes value)
{
    if (!bytes_is_ascii(value) || value.n > PARAMETER_ROOM) {
        write_sections(out, name, value);
        return;
    }
    buf_printf(out, ";\r\n %s=", name);
    if (is_token(value)) {
        buf_append(out, value);
        return;
    }
    struct line line = {out, 0};
    put_quoted(&line, (struct bytes){0}, value);
}
