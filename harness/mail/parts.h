/*
 * parts - what a message holds: its texts and attachments (RFC 2045, RFC 2046 section 5.1, RFC 2183, RFC 2231)
 *
 * For showing and saving messages from anybody. Bounded in depth and number: what is beyond is one part as it stands. Nothing is judged,
 * and nothing is refused: a broken message has parts, too.
 */
#ifndef MAILSPEC_MAIL_PARTS_H
#define MAILSPEC_MAIL_PARTS_H

#include "base/arena.h"
#include "mail/transfer.h"

enum { MAIL_MOST_DEPTH = 16, MAIL_MOST_PARTS = 1000 };

struct mail_part {
    const char *type;     /* "text/plain", in small letters; never NULL */
    struct bytes charset; /* empty: none is named */
    struct bytes name;    /* of a file, UTF-8 or any octets; empty: none */
    bool is_attachment;   /* Content-Disposition says so */
    struct bytes body;    /* as it stands in the message */
    enum mail_transfer transfer;
};

/* The parts that hold no others, in their order; at least one. They live in `arena`, `body` in the message. */
const struct mail_part *mail_parts_read(struct bytes message, struct arena *arena, size_t *count_r);
/* A text that people may read in a terminal: text/plain, and no attachment. */
bool mail_part_is_text(const struct mail_part *part);
/* Append the content: the octets of a file, or a text in UTF-8 where its charset is known. */
void mail_part_content(const struct mail_part *part, struct buf *out);
void mail_part_text(const struct mail_part *part, struct buf *out);

#endif
