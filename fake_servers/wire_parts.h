/*
 * wire_parts - the lines of a finished reply, for the faults of wire_fault.h that work on them
 *
 * Views point into the reply, and are valid as long as it is.
 */
#ifndef MAILSPEC_FAKE_SERVERS_WIRE_PARTS_H
#define MAILSPEC_FAKE_SERVERS_WIRE_PARTS_H

#include "fake_servers/wire_fault.h"

enum { WIRE_CODE_OCTETS = 3 };

/* The last line of an SMTP reply, the first of a POP3 response; all that stands before it, and behind it. */
struct wire_parts {
    struct bytes before;
    struct bytes line; /* without CRLF */
    struct bytes behind;
};

struct wire_parts wire_parts_of(const struct wire_work *work);

/* Cut the next line off *rest, without its CRLF: LF alone ends none. False: nothing is left. */
bool wire_next_line(struct bytes *rest, struct bytes *line_r);
/* With its CRLF. */
void wire_append_line(struct buf *out, struct bytes line);
/* Where the text of a status line begins: behind "250 " and behind "+OK ". */
size_t wire_text_at(const struct wire_work *work, struct bytes line);
/* Of an SMTP reply. */
struct bytes wire_code_of(const struct wire_work *work);
/* The plan gets the octets; the buffer is empty then. */
void wire_plan_buf(struct wire_work *work, struct buf *out);
void wire_plan_text(struct wire_work *work, const char *text);

#endif
