#include "proto/wire_line.h"

#include "proto/defect_names.h"

static const char *const names[] = {"bare LF",         "bare CR",       "NUL",
                                    "octet above 127", "control octet", "line too long to keep",
                                    "no line end"};

enum { CR = '\r', LF = '\n', HT = '\t', DEL = 127 };

static unsigned octet_defect(unsigned char c)
{
    if (c == 0) {
        return WIRE_NUL;
    }
    if (c > DEL) {
        return WIRE_EIGHT_BIT;
    }
    return (c < ' ' && c != HT) || c == DEL ? WIRE_CONTROL : 0;
}

static void scan(struct wire_scan *seen, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = octets.p[i];
        if (seen->previous == CR && c != LF) {
            seen->defects |= WIRE_BARE_CR;
        }
        if (c == LF) {
            seen->defects |= seen->previous == CR ? 0 : WIRE_BARE_LF;
        } else if (c != CR) {
            seen->defects |= octet_defect(c);
        }
        seen->previous = c;
    }
}

/* How many octets the line end of a wholly seen line has: 2 CRLF, 1 bare LF, 0 none. */
static size_t end_octets(const struct wire_scan *seen)
{
    if (seen->previous != LF) {
        return 0;
    }
    return (seen->defects & WIRE_BARE_LF) != 0 ? 1 : 2;
}

/* `raw` is what was kept of a line of `octets` octets, all of which were seen. */
static struct wire_line describe(struct bytes raw, size_t octets, const struct wire_scan *seen)
{
    struct wire_line line = {.raw = raw, .defects = seen->defects, .octets = octets};
    if (seen->previous != LF) {
        line.defects |= WIRE_NO_END | (seen->previous == CR ? (unsigned)WIRE_BARE_CR : 0);
    }
    if (octets > raw.n) {
        line.defects |= WIRE_CUT;
    }
    line.text = bytes_slice(raw, 0, octets - end_octets(seen));
    return line;
}

struct wire_line wire_line_of(struct bytes raw)
{
    struct wire_scan seen = {0};
    scan(&seen, raw);
    return describe(raw, raw.n, &seen);
}

void wire_reader_init(struct wire_reader *reader, size_t max_octets)
{
    *reader = (struct wire_reader){.max_octets = max_octets};
}

void wire_reader_feed(struct wire_reader *reader, struct bytes octets)
{
    if (reader->begin > 0) {
        buf_consume(&reader->pending, reader->begin);
        reader->scanned -= reader->begin;
        reader->begin = 0;
    }
    buf_append(&reader->pending, octets);
}

static void begin_line(struct wire_reader *reader, size_t begin)
{
    reader->begin = begin;
    reader->scanned = begin;
    reader->skipped = 0;
    reader->seen = (struct wire_scan){0};
}

/* No LF stands in what is pending: keep no more than the beginning of an over-long line. */
static void forget_excess(struct wire_reader *reader)
{
    size_t kept = reader->pending.n - reader->begin;
    if (kept > reader->max_octets) {
        reader->skipped += kept - reader->max_octets;
        reader->pending.n = reader->begin + reader->max_octets;
    }
    reader->scanned = reader->pending.n;
}

bool wire_reader_next(struct wire_reader *reader, struct wire_line *line_r)
{
    struct bytes pending = buf_bytes(&reader->pending);
    size_t lf = bytes_index(pending, LF, reader->scanned);
    if (lf == BYTES_NONE) {
        scan(&reader->seen, bytes_skip(pending, reader->scanned));
        forget_excess(reader);
        return false;
    }
    scan(&reader->seen, bytes_slice(pending, reader->scanned, lf + 1));
    size_t here = lf + 1 - reader->begin;
    size_t kept = here < reader->max_octets ? here : reader->max_octets;
    struct bytes raw = bytes_slice(pending, reader->begin, reader->begin + kept);
    *line_r = describe(raw, here + reader->skipped, &reader->seen);
    begin_line(reader, lf + 1);
    return true;
}

struct bytes wire_reader_rest(const struct wire_reader *reader)
{
    return bytes_skip(buf_bytes(&reader->pending), reader->begin);
}

void wire_reader_take(struct wire_reader *reader, size_t n)
{
    size_t rest = wire_reader_rest(reader).n;
    begin_line(reader, reader->begin + (n < rest ? n : rest));
}

void wire_reader_deinit(struct wire_reader *reader)
{
    buf_deinit(&reader->pending);
    wire_reader_init(reader, reader->max_octets);
}

void wire_defects_print(struct buf *out, unsigned defects)
{
    defect_names_print(out, defects, names, sizeof names / sizeof names[0]);
}
