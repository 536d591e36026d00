/*
 * line_in - collects one command line that ends in CRLF
 *
 * Only CRLF ends a line (RFC 5321 2.3.8, RFC 1939 section 3): a bare CR or LF stays inside it. At most a given number of octets is
 * kept, the line's true length is counted. A zeroed struct is ready for the first line.
 */
#ifndef MAILSPEC_FAKE_SERVERS_LINE_IN_H
#define MAILSPEC_FAKE_SERVERS_LINE_IN_H

#include "base/buf.h"

struct line_in {
    struct buf kept;
    size_t octets; /* true length so far, with the line end */
    unsigned char last;
};

/* Take octets of the current line; returns how many. *complete_r: the line's CRLF was among them. */
size_t line_in_take(struct line_in *line, struct bytes octets, size_t max_octets, bool *complete_r);
/* The complete line without CRLF; its beginning when it was longer than what is kept. */
struct bytes line_in_text(const struct line_in *line);
/* Does it hold what no command may: NUL, CR, LF or an octet above 127? */
bool line_in_is_odd(const struct line_in *line);
/* Ready for the next line. */
void line_in_reset(struct line_in *line);
void line_in_deinit(struct line_in *line);

#endif
