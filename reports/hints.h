/*
 * hints - what a reason for which a case was left out asks for
 *
 * The engine says why a case cannot run (engine/needs.c); here is what somebody does about it: give mailspec one more option, have
 * the server offer more, or nothing, because the case is for something else. A reason that is not known says all that is to be said.
 */
#ifndef MAILSPEC_REPORTS_HINTS_H
#define MAILSPEC_REPORTS_HINTS_H

#include "base/bytes.h"

enum hint_kind {
    HINT_GIVE,  /* mailspec: `what`, an option */
    HINT_OFFER, /* what the server does not: `what` */
    HINT_OTHER, /* the case is for `what` */
    HINT_NONE,  /* `what` is the reason itself */
    HINT_COUNT
};

struct hint {
    enum hint_kind kind;
    const char
        *purpose;      /* GIVE: what the option names. OFFER: the word in front of `what`, or "" */
    struct bytes what; /* a view of the reason, or of a literal */
};

struct hint hint_of(const char *reason);

#endif
