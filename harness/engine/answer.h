/*
 * answer - one SMTP reply or POP3 response, put together line by line
 *
 * RFC 5321 4.2.1 and RFC 1939 section 3. Both are bounded: of a longer one the beginning is kept, and where it
 * ends is still found. A zeroed struct is ready for answer_begin(). Memory that a long answer took is given back when the
 * next one begins.
 */
#ifndef MAILSPEC_ENGINE_ANSWER_H
#define MAILSPEC_ENGINE_ANSWER_H

#include "proto/pop3.h"
#include "proto/smtp_reply.h"

enum { ANSWER_MAX_OCTETS = 16 * 1024 * 1024 };

struct answer {
    size_t
        *room; /* octets that this answer and others may still keep together; NULL: no such bound */
    bool pop3;
    bool multiline; /* a positive response has a body */
    bool begun;     /* a line is there */
    bool complete;
    bool bare_lf;                  /* private: POP3, the status line ended in LF alone */
    bool cut;                      /* the POP3 response is longer than what is kept */
    struct smtp_reply smtp;        /* private */
    struct buf octets;             /* private: POP3, as they came */
    size_t *ends;                  /* private: POP3, where each line ends in `octets` */
    size_t count;                  /* private */
    size_t capacity;               /* private */
    size_t taken;                  /* private: out of *room */
    enum pop3_indicator indicator; /* POP3 */
};

/* Forget the last one and be ready for the first line of the next. */
void answer_begin(struct answer *answer, bool pop3, bool multiline);
/* True when the line completes the answer. */
bool answer_add(struct answer *answer, const struct wire_line *line);
/* Nothing more comes. */
void answer_end(struct answer *answer);
void answer_deinit(struct answer *answer);

/* Of a complete or ended answer. The lines of a body are counted, its "." line is not. */
size_t answer_line_count(const struct answer *answer);
struct bytes answer_line(const struct answer *answer,
                         size_t i); /* with its line end; empty: none */
struct bytes answer_octets(const struct answer *answer);
unsigned answer_code(const struct answer *answer); /* SMTP; 0: none */
uint64_t
answer_number(const struct answer *answer); /* the first word behind the first; 0: no number */
/* Is it what the choice allows: "250", "2yz", "+OK"? In a code any letter stands for any digit. */
bool answer_is(const struct answer *answer, const char *code);
/* "250", "+OK"; for a line without: its beginning, escaped. */
void answer_name(const struct answer *answer, struct buf *out);

#endif
