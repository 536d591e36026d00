/*
 * reply_match - is an answer the reply that was written?
 *
 * Codes first, then the lines that are compared: by position, or, in what EHLO and CAPA list, by keyword. Nothing here
 * waits or sends.
 */
#ifndef MAILSPEC_ENGINE_REPLY_MATCH_H
#define MAILSPEC_ENGINE_REPLY_MATCH_H

#include "base/error.h"
#include "engine/answer.h"
#include "engine/vars.h"
#include "model/program.h"

enum reply_verdict {
    REPLY_MATCHES,
    REPLY_SECOND_CHOICE, /* as written behind "?" */
    REPLY_CODE_DIFFERS,
    REPLY_LINE_DIFFERS,
    REPLY_ERROR /* a line could not be compared; the error says why */
};

struct reply_difference {
    struct place place;
    struct buf expected; /* in scenario notation */
    struct bytes actual; /* into the answer */
    size_t offset;       /* of the first octet of `actual` that differs, or BYTES_NONE */
    struct buf reason;   /* one sentence */
    struct error error;
};

void reply_difference_init(struct reply_difference *difference);
void reply_difference_deinit(struct reply_difference *difference);

/* The difference is filled in when it differs, and for REPLY_SECOND_CHOICE. */
enum reply_verdict reply_match(const struct reply *reply, const struct answer *answer,
                               const struct scope *scope, struct reply_difference *difference);

/* Append what was expected, as written; without source text: the codes. */
void reply_written(const struct reply *reply, struct buf *out);
/* Where it is written: its status line. */
struct place reply_place(const struct reply *reply);

#endif
