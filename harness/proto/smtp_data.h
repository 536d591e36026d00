/*
 * smtp_data - message data: where it ends, dot-stuffing both ways (RFC 5321 4.5.2)
 *
 * The end is CRLF . CRLF and nothing else (4.1.1.4); at the very start of the data "." CRLF ends it too.
 */
#ifndef MAILSPEC_PROTO_SMTP_DATA_H
#define MAILSPEC_PROTO_SMTP_DATA_H

#include "base/buf.h"

enum smtp_data_defect {
    SMTP_DATA_BARE_LF = 1,
    SMTP_DATA_BARE_CR = 2,
    SMTP_DATA_NUL = 4,
    SMTP_DATA_EIGHT_BIT = 8,
    SMTP_DATA_LONG_LINE = 16 /* over 1000 octets with CRLF, the stuffed dot not counted */
};

/* An octet machine; a zeroed struct stands at the start of the data. */
struct smtp_data_reader {
    int state;     /* private */
    size_t line;   /* octets of the line so far */
    size_t octets; /* of the content so far */
    unsigned defects;
    bool careless; /* the caller's: `defects` is not wanted, and means nothing */
    bool complete;
};

/*
 * Read octets until the end of data; returns how many of them belong to it (all, unless it became complete). When `out` is not
 * NULL the content, unstuffed, the final dot left out, is appended.
 */
size_t smtp_data_read(struct smtp_data_reader *reader, struct bytes octets, struct buf *out);

/* Does what was read end in a dot at the beginning of a line, or in that and CR: may it be the beginning of the end? */
bool smtp_data_is_at_dot(const struct smtp_data_reader *reader);

/* Append `content` stuffed; CRLF is added where its last line has none; then "." CRLF. */
void smtp_data_stuff(struct buf *out, struct bytes content);

#endif
