/*
 * line_reader - collects one line of a server's reply
 *
 * Only CRLF ends a line (RFC 5321 2.3.8, RFC 1939 section 3): a bare CR or LF stays inside it. Memory is bounded: of a line that
 * is longer than LINE_READER_MAX_OCTETS nothing more is taken. A zeroed struct is ready for the first line.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_LINE_READER_H
#define MAILSPEC_FAKE_CLIENTS_LINE_READER_H

#include "proto/wire_line.h"

/* With CRLF. RFC 5321 4.5.3.1.5 and RFC 1939 section 3 have 512, but a challenge may have 12288 (RFC 4954 section 4). */
enum { LINE_READER_MAX_OCTETS = 16384 };

enum line_reader_state { LINE_READER_PART, LINE_READER_WHOLE, LINE_READER_TOO_LONG };

struct line_reader {
    struct buf octets;
};

/* Take octets of the current line; returns how many. */
size_t line_reader_take(struct line_reader *reader, struct bytes octets,
                        enum line_reader_state *state_r);
/* The whole line, valid until the reset. */
struct wire_line line_reader_line(const struct line_reader *reader);
/* Ready for the next line. */
void line_reader_reset(struct line_reader *reader);
void line_reader_deinit(struct line_reader *reader);

#endif
