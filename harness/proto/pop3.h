/*
 * pop3 - POP3 command lines and responses (RFC 1939 section 3, RFC 2449, RFC 6856)
 */
#ifndef MAILSPEC_PROTO_POP3_H
#define MAILSPEC_PROTO_POP3_H

#include "proto/wire_line.h"

enum pop3_verb {
    POP3_USER,
    POP3_PASS,
    POP3_APOP,
    POP3_AUTH,
    POP3_STLS,
    POP3_CAPA,
    POP3_LANG, /* RFC 6856 3 */
    POP3_UTF8, /* RFC 6856 2.1 */
    POP3_STAT,
    POP3_LIST,
    POP3_RETR,
    POP3_DELE,
    POP3_NOOP,
    POP3_RSET,
    POP3_TOP,
    POP3_UIDL,
    POP3_QUIT,
    POP3_UNKNOWN,
    POP3_VERB_COUNT
};

enum pop3_multiline { POP3_SINGLE, POP3_MULTI, POP3_MULTI_WITHOUT_ARGUMENT };

struct pop3_verb_row {
    const char *name;
    enum pop3_multiline multiline; /* of a positive response */
    unsigned min_arguments;
    unsigned max_arguments; /* PASS: 1, taking the whole rest of the line */
};

struct pop3_command {
    enum pop3_verb verb;
    struct bytes word;
    struct bytes argument; /* behind one blank */
};

const struct pop3_verb_row *pop3_verb_row(enum pop3_verb verb);
struct pop3_command pop3_command_read(struct bytes line);   /* without line end */
bool pop3_is_multiline(const struct pop3_command *command); /* a +OK to it has a body */

enum pop3_defect {
    POP3_NO_INDICATOR = 1,   /* neither +OK nor -ERR nor "+ " */
    POP3_INDICATOR_CASE = 2, /* +ok, -Err */
    POP3_BAD_SEPARATOR = 4,  /* something else than SP or the end behind it */
    POP3_BAD_LINE_END = 8,   /* any line: not CRLF */
    POP3_TOO_LONG = 16,      /* status line over 512 octets with CRLF */
    POP3_BAD_TEXT = 32,      /* control octets in the status line */
    POP3_EIGHT_BIT = 64,     /* in the status line */
    POP3_UNFINISHED = 128,   /* the stream or the wait ended inside a multi-line response */
    POP3_NOT_STUFFED = 256   /* a body line begins with "." and is neither stuffed nor the end */
};

enum pop3_indicator { POP3_INDICATOR_NONE, POP3_OK, POP3_ERR, POP3_CONTINUE };

struct pop3_status {
    struct bytes raw;
    struct bytes text;
    enum pop3_indicator indicator; /* case ignored */
    unsigned defects;
};

struct pop3_status pop3_status_read(const struct wire_line *line);

/* A line behind the first one of a multi-line response. */
struct pop3_body_line {
    struct bytes content; /* without line end, the stuffed dot taken off; empty at the end */
    bool end;             /* "." alone; also when only LF ends it */
    unsigned defects;     /* POP3_BAD_LINE_END, POP3_NOT_STUFFED */
};

struct pop3_body_line pop3_body_line_read(const struct wire_line *line);

/* Names of the defects, for people. */
void pop3_defects_print(struct buf *out, unsigned defects);
/* Append `content` stuffed, CRLF added where its last line has none, then "." CRLF (the body of RETR and TOP). */
void pop3_stuff(struct buf *out, struct bytes content);
/*
 * A drop listing (STAT), a scan listing (LIST) or a unique-id listing (UIDL): number SP rest (RFC 1939 sections 5 and 7).
 * False: the text does not begin so, or the number has more than 64 bits.
 */
struct pop3_listing {
    uint64_t number;   /* of messages, or of the message */
    struct bytes rest; /* the size and anything behind it, or the unique-id */
};
bool pop3_listing_read(struct bytes text, struct pop3_listing *listing_r);
/* The size that `rest` begins with, in octets; false: no digit, or more than 64 bits. */
bool pop3_size_read(struct bytes rest, uint64_t *octets_r);
/* A UIDL unique-id: 1 to 70 octets in the range 0x21 to 0x7E. */
bool pop3_is_unique_id(struct bytes text);
/* The timestamp in a greeting: from "<" to ">", with "@" between (RFC 1939 section 7: msg-id); false: none. */
bool pop3_timestamp_find(struct bytes text, struct bytes *timestamp_r);

#endif
