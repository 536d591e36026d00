/*
 * loss - how the server that is tested was lost in the middle of a case
 *
 * None where the protocol lets it go: behind QUIT, 421 or -ERR. A reply that is another one than wanted is no loss.
 */
#ifndef MAILSPEC_MODEL_LOSS_H
#define MAILSPEC_MODEL_LOSS_H

#include "base/bytes.h"

enum loss {
    LOSS_NONE,
    LOSS_WENT_AWAY, /* nobody could connect any more, and this case alone brings that about */
    LOSS_HANGS,     /* nobody was greeted any more, and this case alone brings that about */
    LOSS_DIED,      /* the process of this connection ended (pipe:) */
    LOSS_RESET,     /* this connection, in place of a reply */
    LOSS_CLOSED,    /* the same, in order */
    LOSS_SILENT,    /* a reply that was due did not come, and nothing else did */
    LOSS_SUSPECT,   /* it was there when the server went away or hung, and nobody could tell more */
    LOSS_COUNT
};

const char *loss_name(enum loss loss); /* "went-away", "no-reply", ... */
bool loss_from_name(struct bytes name, enum loss *loss_r);
const char *loss_words(enum loss loss); /* "went away", "no reply", ...: what the server did */

#endif
