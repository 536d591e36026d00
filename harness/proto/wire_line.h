/*
 * wire_line - octets of a stream as lines, kept as they came
 *
 * A line runs up to and including its LF. Nothing is repaired: the line end that was seen and every odd octet are
 * named as defects, and the octets are kept. RFC 5321 2.3.8: lines end in CRLF, CR and LF stand nowhere else.
 */
#ifndef MAILSPEC_PROTO_WIRE_LINE_H
#define MAILSPEC_PROTO_WIRE_LINE_H

#include "base/buf.h"

enum wire_defect {
    WIRE_BARE_LF = 1, /* ended by LF without CR */
    WIRE_BARE_CR = 2, /* a CR that no LF follows (CR CR LF has one) */
    WIRE_NUL = 4,
    WIRE_EIGHT_BIT = 8, /* an octet above 127 */
    WIRE_CONTROL = 16,  /* a control octet other than HT, CR, LF, NUL */
    WIRE_CUT = 32,      /* longer than the reader keeps: `raw` is its beginning */
    WIRE_NO_END = 64    /* the stream ended before its LF */
};

struct wire_line {
    struct bytes raw;  /* with its line end */
    struct bytes text; /* without CRLF (or bare LF) */
    unsigned defects;  /* set of enum wire_defect */
    size_t octets;     /* true length with line end, also when cut */
};

/* Describe one whole line given with its line end; without one it has WIRE_NO_END. */
struct wire_line wire_line_of(struct bytes raw);

/* What was seen of a line so far. */
struct wire_scan {
    unsigned defects;
    unsigned char previous; /* the last octet; 0 at the start */
};

/*
 * Cuts a stream that comes in pieces into lines; at most `max_octets` of a line are kept, the defects of what was
 * thrown away too. Take all lines after each feed: that is what keeps the memory bounded.
 */
struct wire_reader {
    struct buf pending;
    size_t max_octets;
    size_t begin;          /* of the next line in `pending` */
    size_t scanned;        /* offset up to which no LF stands */
    size_t skipped;        /* octets of an over-long line thrown away so far */
    struct wire_scan seen; /* of the octets from `begin` to `scanned`, and of those skipped */
};

void wire_reader_init(struct wire_reader *reader, size_t max_octets);
void wire_reader_feed(struct wire_reader *reader, struct bytes octets);
/* The next complete line, valid until the next feed or deinit; false: none is complete. */
bool wire_reader_next(struct wire_reader *reader, struct wire_line *line_r);
/* What stands behind the last complete line (when the stream ends, a line with WIRE_NO_END). */
struct bytes wire_reader_rest(const struct wire_reader *reader);
/* Take `n` octets that are no lines (BDAT) off the front of the rest. */
void wire_reader_take(struct wire_reader *reader, size_t n);
void wire_reader_deinit(struct wire_reader *reader);

/* Append names of the defects, separated by ", ": "bare LF, NUL". */
void wire_defects_print(struct buf *out, unsigned defects);

#endif
