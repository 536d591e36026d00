#include "proto/smtp_data.h"

enum { MAX_TEXT_LINE_OCTETS = 1000 };

/* Named by the octets seen. */
enum state {
    LINE_START, /* at the start, or behind CRLF */
    DOT,        /* "." at the line start, held back */
    DOT_CR,     /* "." CR, both held back */
    TEXT,
    TEXT_CR /* a CR, kept already */
};

static void keep(struct smtp_data_reader *reader, unsigned char c, struct buf *out)
{
    reader->line++;
    if (reader->line > MAX_TEXT_LINE_OCTETS) {
        reader->defects |= SMTP_DATA_LONG_LINE;
    }
    reader->defects |= c == 0 ? SMTP_DATA_NUL : 0;
    reader->defects |= c > 127 ? SMTP_DATA_EIGHT_BIT : 0;
    if (out != NULL) {
        buf_append_octet(out, c);
    }
}

/* An octet of the content; a dot or CR that was held back has been dealt with. */
static void text_octet(struct smtp_data_reader *reader, unsigned char c, struct buf *out)
{
    bool behind_cr = reader->state == TEXT_CR;
    keep(reader, c, out);
    if (behind_cr && c == '\n') {
        reader->state = LINE_START;
        reader->line = 0;
        return;
    }
    reader->defects |= behind_cr ? SMTP_DATA_BARE_CR : 0;
    reader->defects |= c == '\n' ? SMTP_DATA_BARE_LF : 0;
    reader->state = c == '\r' ? TEXT_CR : TEXT;
}

static void octet(struct smtp_data_reader *reader, unsigned char c, struct buf *out)
{
    switch ((enum state)reader->state) {
    case LINE_START:
        if (c == '.') {
            reader->state = DOT;
            return;
        }
        break;
    case DOT:
        if (c == '\r') {
            reader->state = DOT_CR;
            return;
        }
        break; /* the dot is dropped: octets follow it on its line */
    case DOT_CR:
        if (c == '\n') {
            reader->complete = true;
            return;
        }
        text_octet(reader, '\r', out); /* no end after all: the CR belongs to the text */
        break;
    case TEXT:
    case TEXT_CR:
        break;
    }
    text_octet(reader, c, out);
}

static bool is_plain(unsigned char c)
{
    return c != '\r' && c != '\n' && c != 0 && c < 128;
}

/* Most octets of a message neither end a line nor are odd: those are taken by the run. */
static size_t plain_run(struct smtp_data_reader *reader, struct bytes octets, struct buf *out)
{
    size_t n = 0;
    while (n < octets.n && is_plain(octets.p[n])) {
        n++;
    }
    reader->line += n;
    if (n > 0 && reader->line > MAX_TEXT_LINE_OCTETS) {
        reader->defects |= SMTP_DATA_LONG_LINE;
    }
    if (out != NULL) {
        buf_append(out, bytes_slice(octets, 0, n));
    }
    return n;
}

size_t smtp_data_read(struct smtp_data_reader *reader, struct bytes octets, struct buf *out)
{
    size_t i = 0;
    while (i < octets.n && !reader->complete) {
        if (reader->state == TEXT) {
            i += plain_run(reader, bytes_skip(octets, i), out);
        }
        if (i < octets.n) {
            octet(reader, octets.p[i++], out);
        }
    }
    return i;
}

void smtp_data_stuff(struct buf *out, struct bytes content)
{
    size_t begin = 0;
    while (begin < content.n) {
        size_t crlf = bytes_find(content, BYTES_LIT("\r\n"), begin);
        size_t end = crlf == BYTES_NONE ? content.n : crlf + 2;
        if (content.p[begin] == '.') {
            buf_append_octet(out, '.');
        }
        buf_append(out, bytes_slice(content, begin, end));
        if (crlf == BYTES_NONE) {
            buf_append_text(out, "\r\n");
        }
        begin = end;
    }
    buf_append_text(out, ".\r\n");
}
