/*
 * exchange - a few lines said to a server by the harness itself, each behind the answer to the one before
 *
 * The probe, the preparation of a maildrop and the wait for a message use it. What is expected is the first octet of the
 * answer: '2', '3' or '+'. Nothing here waits: exchange_run() is called whenever the session changed.
 */
#ifndef MAILSPEC_ENGINE_EXCHANGE_H
#define MAILSPEC_ENGINE_EXCHANGE_H

#include "engine/session.h"

struct exchange_line {
    struct buf octets; /* empty: nothing is said, the greeting is awaited */
    bool data;         /* message data with its end */
    char expected;     /* 0: whatever comes */
};

/* A zeroed struct is empty and ready for use. */
struct exchange {
    struct exchange_line *lines; /* private, as are those below */
    size_t count;
    size_t capacity;
    size_t next;
    bool said;
};

enum exchange_result {
    EXCHANGE_WAITS,
    EXCHANGE_DONE,    /* session->answer is that to the last line */
    EXCHANGE_REFUSED, /* session->answer is not what was expected */
    EXCHANGE_ENDED    /* the connection ended, or a line never does */
};

/* Add a line. `text` gets CRLF. */
void exchange_add(struct exchange *exchange, char expected, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void exchange_add_data(struct exchange *exchange, char expected, struct bytes octets);
enum exchange_result exchange_run(struct exchange *exchange, struct session *session);
void exchange_clear(struct exchange *exchange); /* begin a new list */
void exchange_deinit(struct exchange *exchange);
/* "RETR 1: got -ERR" or "the connection ended: ...", for people; without what might be secret. */
void exchange_problem(const struct exchange *exchange, const struct session *session,
                      enum exchange_result result, struct buf *out);

#endif
