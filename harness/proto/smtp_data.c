#include "proto/smtp_data.h"

#include <string.h>

enum {
    MAX_TEXT_LINE_OCTETS = 1000,
    /* How far to look for the end of a line at once. One who sends a lone CR in every other place makes us look for each. */
    LOOK_OCTETS = 1024
};

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
    reader->octets++;
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

/* Of a run in which so many CRs stand in CRLF. The compiler makes vectors of it, so it is cheaper than to look when a line is read. */
static unsigned odd_octets(struct bytes run, size_t crlfs)
{
    unsigned char all = 0;
    size_t crs = 0;
    for (size_t begin = 0; begin < run.n; begin += UINT8_MAX) {
        size_t end = run.n - begin < UINT8_MAX ? run.n : begin + UINT8_MAX;
        unsigned char some = 0;
        for (size_t i = begin; i < end; i++) {
            all |= run.p[i];
            some = (unsigned char)(some + (run.p[i] == '\r'));
        }
        crs += some;
    }
    return (all > 127 ? SMTP_DATA_EIGHT_BIT : 0) | (crs > crlfs ? SMTP_DATA_BARE_CR : 0) |
           (memchr(run.p, 0, run.n) != NULL ? SMTP_DATA_NUL : 0);
}

/* Where the LF stands that ends the line, 0: it is not the LF of a CRLF, or not near. */
static size_t near_crlf(const unsigned char *p, size_t n)
{
    const unsigned char *lf = memchr(p, '\n', n < LOOK_OCTETS ? n : LOOK_OCTETS);
    return lf != NULL && lf > p && lf[-1] == '\r' ? (size_t)(lf - p) : 0;
}

static void add_to_line(struct smtp_data_reader *reader, size_t octets)
{
    reader->line += octets;
    reader->defects |= reader->line > MAX_TEXT_LINE_OCTETS ? SMTP_DATA_LONG_LINE : 0;
}

/* Up to a CR or LF, which octet() has to look at, or to the end. */
static size_t piece_of_line(struct smtp_data_reader *reader, const unsigned char *p, size_t n)
{
    size_t taken = 0;
    while (taken < n && taken < LOOK_OCTETS && p[taken] != '\r' && p[taken] != '\n') {
        taken++;
    }
    if (taken > 0) {
        add_to_line(reader, taken);
        reader->state = TEXT;
    }
    return taken;
}

/* Nearly all of a message is lines that end in CRLF and begin with no dot: they are taken many at a time. */
static size_t plain_run(struct smtp_data_reader *reader, struct bytes octets, struct buf *out)
{
    size_t n = 0;
    size_t crlfs = 0;
    size_t lf = 0;
    while (n < octets.n && (reader->state != LINE_START || octets.p[n] != '.') &&
           (lf = near_crlf(octets.p + n, octets.n - n)) > 0) {
        add_to_line(reader, lf + 1);
        reader->state = LINE_START;
        reader->line = 0;
        n += lf + 1;
        crlfs++;
    }
    if (reader->state != LINE_START || (n < octets.n && octets.p[n] != '.')) {
        n += piece_of_line(reader, octets.p + n, octets.n - n);
    }
    struct bytes run = bytes_slice(octets, 0, n);
    reader->octets += n;
    reader->defects |= reader->careless ? 0 : odd_octets(run, crlfs);
    if (out != NULL) {
        buf_append(out, run);
    }
    return n;
}

size_t smtp_data_read(struct smtp_data_reader *reader, struct bytes octets, struct buf *out)
{
    size_t i = 0;
    while (i < octets.n && !reader->complete) {
        if (reader->state == LINE_START || reader->state == TEXT) {
            i += plain_run(reader, bytes_skip(octets, i), out);
        }
        if (i < octets.n) {
            octet(reader, octets.p[i++], out);
        }
    }
    return i;
}

bool smtp_data_is_at_dot(const struct smtp_data_reader *reader)
{
    return !reader->complete && (reader->state == DOT || reader->state == DOT_CR);
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
