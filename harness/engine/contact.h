/*
 * contact - what cases had to do with the server so far, as the events tell
 *
 * Two things are asked: what one case did (struct contact), and since when the server is known to serve (struct contacts): a
 * connection on which it answered what was said there shows that it had survived all that ended before that connection began.
 * What comes before and what behind is told by a count of beginnings and ends, and not by the clock.
 */
#ifndef MAILSPEC_ENGINE_CONTACT_H
#define MAILSPEC_ENGINE_CONTACT_H

#include "model/event.h"

enum contact_endpoint { CONTACT_MAIL, CONTACT_POP3, CONTACT_ENDPOINTS };

#define CONTACT_SET(endpoint) (1U << (unsigned)(endpoint))

/* Of one case. Zeroed: nothing. */
struct contact {
    unsigned endpoints; /* that it turned to, a set */
    bool spoke;
    bool missed;          /* it could not connect */
    unsigned last_spoken; /* the connection; 0: none */
};

struct contact_link;

/* Of all cases. A zeroed struct is empty and ready for use. */
struct contacts {
    struct contact_link *links; /* private, as are those below */
    size_t count;
    size_t capacity;
    uint64_t moment;                    /* how often something began or ended */
    uint64_t begun;                     /* when the last connection did */
    uint64_t served[CONTACT_ENDPOINTS]; /* when the last one began that was served; 0: none was */
    bool missed;                        /* somebody could not connect ... */
    bool missed_alone;                  /* ... and no other connection was open */
    bool cut_alone; /* somebody was not greeted before the end, and no other one was open */
    int64_t missed_us;
};

/* An event of a case that tests a server, in order; `contact` is that case's. */
void contacts_event(struct contacts *contacts, const struct event *event, struct contact *contact);
/* A case has ended, and its connections with it. The moment. */
uint64_t contacts_end(struct contacts *contacts, size_t case_number);
/* A visit begins (engine/visit.h). The moment, for contacts_served() when it was served. */
uint64_t contacts_visit(struct contacts *contacts);
void contacts_served(struct contacts *contacts, enum contact_endpoint endpoint, uint64_t begun);
/* Has the server served somebody who came to each of these endpoints behind that moment? */
bool contacts_prove(const struct contacts *contacts, unsigned endpoints, uint64_t moment);
/* What was missed and cut is settled. */
void contacts_settle(struct contacts *contacts);
void contacts_deinit(struct contacts *contacts);

#endif
