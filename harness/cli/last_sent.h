/*
 * last_sent - what the client said last on each connection of a case
 *
 * It reads events from which secrets are taken out. Of what was written since the last whole line the end is kept: a write of many lines
 * is one thing said, and so is a line that was written octet by octet.
 */
#ifndef MAILSPEC_CLI_LAST_SENT_H
#define MAILSPEC_CLI_LAST_SENT_H

#include "base/buf.h"
#include "model/event.h"

enum { LAST_SENT_OCTETS = 256 };

struct last_sent_item;

/* A zeroed struct is empty and ready for use. */
struct last_sent {
    struct last_sent_item *items; /* private, as are those below */
    size_t count;
    size_t capacity;
    unsigned latest;
};

void last_sent_event(struct last_sent *last, const struct event *event);
/*
 * On that connection; 0: on the one that was spoken on last. Empty: nothing was. The view is valid until the next event; *left_out_r
 * octets stood before it.
 */
struct bytes last_sent_get(const struct last_sent *last, unsigned connection, size_t *left_out_r);
void last_sent_deinit(struct last_sent *last);

#endif
