/*
 * outcome - what became of a message, for each recipient, and what ended a session, in words
 *
 * Texts hold what the server said, as it came: who shows them escapes them.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_OUTCOME_H
#define MAILSPEC_FAKE_CLIENTS_OUTCOME_H

#include "base/buf.h"
#include "fake_clients/settings.h"
#include "proto/smtp_reply.h"

/* Of one recipient; deinit it. */
struct client_outcome {
    bool is_told; /* the server has answered for it: `result` and `text` hold */
    enum client_result result;
    struct buf text; /* "250 2.1.5 Ok", "550 5.1.1 No such user" */
};

void client_outcome_set(struct client_outcome *outcome, enum client_result result,
                        const struct smtp_reply *reply);
void client_outcome_deinit(struct client_outcome *outcome);

/* Append a reply in one line: its code, and the texts of its lines. */
void client_reply_print(struct buf *out, const struct smtp_reply *reply);
/* The first trouble is the reason of the others: `format` is written where there was none yet. */
void client_trouble_set(struct buf *trouble, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
