/*
 * stored_said - what a line of a dialogue says: its octets, with marks for people and with fillers for judges
 *
 * Escapes as in the scenario language, but an unknown one stands for itself: somebody may have pasted the line. {{secret:NAME}} is a secret that
 * is not told; of it the place tells the form.
 */
#ifndef MAILSPEC_RECORD_STORED_SAID_H
#define MAILSPEC_RECORD_STORED_SAID_H

#include "record/hidden.h"

enum { STORED_SAID_SECRETS = 100 };

struct stored_said {
    struct buf shown;
    struct buf judged;
    struct hidden parts[STORED_SAID_SECRETS];
    size_t count; /* of secrets */
    bool no_end;  /* it ended in \c: no CR LF is behind it */
};

/* `said` is zeroed. NULL, or what is wrong with the line. */
const char *stored_said_read(struct stored_said *said, enum side side, struct bytes text);
void stored_said_deinit(struct stored_said *said);

#endif
