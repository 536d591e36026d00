/*
 * smtp_reply - SMTP replies: one line, and lines put together
 *
 * RFC 5321 4.2:
 *     Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
 *     Reply-code = %x32-35 %x30-35 %x30-39
 *     textstring = 1*(%d09 / %d32-126)
 * Parsing never fails: it keeps the octets and names each broken rule.
 */
#ifndef MAILSPEC_PROTO_SMTP_REPLY_H
#define MAILSPEC_PROTO_SMTP_REPLY_H

#include "proto/wire_line.h"

enum smtp_reply_defect {
    SMTP_REPLY_NO_CODE = 1,       /* does not begin with three digits */
    SMTP_REPLY_BAD_CODE = 2,      /* three digits outside the grammar (first 2-5, second 0-5) */
    SMTP_REPLY_BAD_SEPARATOR = 4, /* something else than SP, "-" or the end behind the code */
    SMTP_REPLY_BAD_LINE_END = 8,  /* not CRLF */
    SMTP_REPLY_BAD_TEXT = 16,     /* NUL, control octet or bare CR in the text */
    SMTP_REPLY_EIGHT_BIT = 32,
    SMTP_REPLY_TOO_LONG = 64,      /* over 512 octets with CRLF (4.5.3.1.5) */
    SMTP_REPLY_CODES_DIFFER = 128, /* whole reply: a line has another code than the first */
    SMTP_REPLY_UNFINISHED = 256,   /* whole reply: the stream ended behind a line with "-" */
    SMTP_REPLY_TOO_MANY = 512,     /* whole reply: more lines or octets than are kept */
    SMTP_REPLY_FOUR_DIGITS = 1024, /* a fourth digit stands behind the code */
    SMTP_REPLY_NO_TEXT = 2048      /* SP behind the code, then nothing; not for 334 (RFC 4954 4) */
};

struct smtp_reply_line {
    struct bytes raw; /* with its line end */
    struct bytes
        text;      /* behind the separator (behind the code when that is odd), without line end */
    unsigned code; /* the three digits as a number, also outside the grammar; 0 without */
    bool more;     /* "-" behind the code, or behind four digits and more */
    unsigned defects;
};

struct smtp_reply_line smtp_reply_line_read(const struct wire_line *line);

enum { SMTP_REPLY_MAX_LINES = 1000, SMTP_REPLY_MAX_OCTETS = 256 * 1024 };

/* A whole reply; it owns its octets. Of one that is longer than the bounds the beginning is kept. */
struct smtp_reply {
    struct buf octets;
    struct smtp_reply_line *lines; /* into `octets`, valid once the reply is complete */
    size_t *ends;                  /* private */
    size_t count;
    size_t capacity;  /* private */
    unsigned code;    /* of the first line that has one */
    unsigned defects; /* of all lines and of the whole */
    bool complete;    /* its last line is there */
    bool more;        /* private: the last line said so */
};

/*
 * Add a line; true when it completes the reply. A zeroed struct is ready for the first line; a line behind a complete
 * reply begins the next one. A line without a code completes the reply only when it stands alone: within a multi-line
 * reply the next line is waited for.
 */
bool smtp_reply_add(struct smtp_reply *reply, const struct wire_line *line);
/*
 * The stream ended or the wait did: what is there is all. `lines` is valid then, `complete` stays false, and the defect
 * is SMTP_REPLY_UNFINISHED, unless the reply is complete or no line came at all.
 */
void smtp_reply_end(struct smtp_reply *reply);
void smtp_reply_reset(struct smtp_reply *reply); /* empty, memory kept */
void smtp_reply_deinit(struct smtp_reply *reply);

/* "a line without a reply code, bare LF": names of the defects, for people. */
void smtp_reply_defects_print(struct buf *out, unsigned defects);

#endif
