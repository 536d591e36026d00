/*
 * delivery - what the run has seen of mail on its way to the target's users: taken by SMTP or LMTP, and come out by POP3
 *
 * An address that the server does not take leaves most cases unjudged, and mail that does not come out has each case wait for it to
 * the end: both are told once. Of the program's own server nothing is noted.
 */
#ifndef MAILSPEC_ENGINE_DELIVERY_H
#define MAILSPEC_ENGINE_DELIVERY_H

#include "base/buf.h"

struct case_run;

/* A zeroed struct knows of no mail. */
struct delivery {
    bool taken; /* some recipient was accepted */
    unsigned
        refused; /* recipients in a row, on the way to line one, as nobody's, or not to be relayed */
    bool came;   /* some message of the run was seen to come out, or more messages than at first */
    bool missed;         /* one was waited for in vain */
    bool told;           /* a case was judged by that */
    unsigned lost_alone; /* waited for in vain by cases that had the maildrop for themselves */
    bool
        deletes_others; /* some message came only to a case that did: a session deletes more than it is told to */
    const void *user; /* whose messages were counted first; NULL: nobody's */
    uint64_t first;   /* how many there were */
};

/* The answer taken on the current connection is one to RCPT. */
void delivery_note_recipient(struct case_run *run);
/* So many messages are in the maildrop of the case's user. */
void delivery_note_count(struct case_run *run, uint64_t messages);
void delivery_note_arrival(struct case_run *run);
/* A message was waited for to the end; `judging`: that is what the case is about. */
void delivery_note_absence(struct case_run *run, bool judging);
/* Can it be another case in the same maildrop that has deleted the message? The case tries that out. */
bool delivery_may_be_deleted(const struct case_run *run);
/* No use in waiting for one more: none ever came. The first case that is about that is judged by its own. */
bool delivery_is_hopeless(const struct case_run *run, bool judging);
void delivery_print_hopeless(const struct case_run *run, struct buf *out);

#endif
