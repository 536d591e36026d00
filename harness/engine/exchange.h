/*
 * exchange - a few lines said to a server by the harness itself, each behind the answer to the one before
 *
 * The probe, the preparation of a maildrop and the wait for a message use it. What is expected is the first octet of the
 * answer: '2', '3' or '+'. TLS and a whole login by SASL count as lines. Nothing here waits: exchange_run() is called whenever the
 * session changed.
 */
#ifndef MAILSPEC_ENGINE_EXCHANGE_H
#define MAILSPEC_ENGINE_EXCHANGE_H

#include "engine/sasl_talk.h"
#include "engine/session.h"

/* What a line is for, as far as somebody asks (exchange_part()). */
enum exchange_part {
    EXCHANGE_OTHER,
    EXCHANGE_GREETING,
    EXCHANGE_TLS,   /* STARTTLS or STLS, and the handshake */
    EXCHANGE_USER,  /* the name alone */
    EXCHANGE_SECRET /* PASS, or the whole login */
};

enum exchange_kind { EXCHANGE_SAYS, EXCHANGE_SENDS_DATA, EXCHANGE_BEGINS_TLS, EXCHANGE_LOGS_IN };

struct exchange_line {
    enum exchange_kind kind;
    enum exchange_part part;
    struct buf
        octets; /* SAYS, empty: nothing is said, the greeting is awaited; LOGS_IN: the user */
    struct buf secret;     /* LOGS_IN */
    const char *mechanism; /* LOGS_IN */
    char expected;         /* 0: whatever comes */
};

/* A zeroed struct is empty and ready for use. */
struct exchange {
    struct exchange_line *lines; /* private, as are those below */
    size_t count;
    size_t capacity;
    size_t next;
    bool said;
    struct sasl_talk *talk;
    struct error wrong; /* what went wrong in TLS or a login beside the server's answer */
};

enum exchange_result {
    EXCHANGE_WAITS,
    EXCHANGE_DONE,    /* session->answer is that to the last line */
    EXCHANGE_REFUSED, /* session->answer is not what was expected */
    EXCHANGE_ENDED    /* the connection or TLS ended, or a line never does */
};

/* Add a line. `text` gets CRLF. */
void exchange_add(struct exchange *exchange, char expected, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void exchange_add_part(struct exchange *exchange, enum exchange_part part, char expected,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
void exchange_add_data(struct exchange *exchange, char expected, struct bytes octets);
/* The handshake, behind the answer to STARTTLS or STLS. */
void exchange_add_tls(struct exchange *exchange);
/* A login by SASL; the mechanism is one of ours. */
void exchange_add_login(struct exchange *exchange, const char *mechanism, const char *user,
                        const char *secret);
enum exchange_result exchange_run(struct exchange *exchange, struct session *session);
/* Did the server do something wrong in TLS or a login, beside what it answers? */
bool exchange_went_wrong(const struct exchange *exchange);
/* What the line at hand is for; behind the last one EXCHANGE_OTHER. */
enum exchange_part exchange_part(const struct exchange *exchange);
void exchange_clear(struct exchange *exchange); /* begin a new list */
void exchange_deinit(struct exchange *exchange);
/* "RETR 1: got -ERR" or "the connection ended: ...", for people; without what might be secret. */
void exchange_problem(const struct exchange *exchange, const struct session *session,
                      enum exchange_result result, struct buf *out);

#endif
