/*
 * pending - commands that wait for their replies, in order
 *
 * Bounded: a client that has more than PENDING_MAX commands outstanding is no longer counted.
 */
#ifndef MAILSPEC_JUDGE_PENDING_H
#define MAILSPEC_JUDGE_PENDING_H

#include "base/bytes.h"

enum pending_kind { PENDING_COMMAND, PENDING_RESPONSE, PENDING_DATA };

enum { PENDING_MAX = 256, PENDING_TEXT_MAX = 72 };

struct pending {
    enum pending_kind kind;
    int verb;        /* enum smtp_verb or enum pop3_verb */
    bool alone;      /* nothing else was outstanding when it was sent */
    bool ends_group; /* nothing may be sent before its reply (RFC 2920 3.1) */
    bool multiline;  /* POP3: a positive response has a body */
    bool offered;    /* AUTH by a mechanism that is offered */
    bool is_minimum; /* SMTP: a command that every server knows, where nothing is wrong with it */
    bool is_listed;  /* SMTP: the reply to EHLO lists it */
    bool
        promised; /* SMTP: message data that is not larger than MAIL declared it, which was accepted */
    bool has_number;  /* POP3: names a message */
    bool has_initial; /* AUTH with an initial response */
    uint64_t number;
    size_t octets; /* of the command line with its line end */
    unsigned char text[PENDING_TEXT_MAX];
    size_t text_n; /* the beginning of what was sent, for people */
};

struct pending_queue {
    struct pending *rows;
    size_t begin;
    size_t count;
    size_t capacity;
};

/* Keep the beginning of `text`. */
void pending_set_text(struct pending *pending, struct bytes text);
struct bytes pending_text(const struct pending *pending);

/* False when the queue is full; sets `alone`. */
bool pending_push(struct pending_queue *queue, struct pending pending);
/* The oldest and the newest, or NULL. */
const struct pending *pending_first(const struct pending_queue *queue);
const struct pending *pending_last(const struct pending_queue *queue);
/* Take the oldest; false when there is none. */
bool pending_pop(struct pending_queue *queue, struct pending *pending_r);
void pending_clear(struct pending_queue *queue);
void pending_deinit(struct pending_queue *queue);

#endif
