/*
 * draft - a message that is to be written, and the octets that it becomes (RFC 5322, RFC 2045, RFC 2046, RFC 2183)
 *
 * Plain data; all that it points to outlives the writing. The message is US-ASCII in lines of CRLF, but for mailboxes that need SMTPUTF8
 * (RFC 6532). Texts are UTF-8 without control characters where they stand in the header.
 */
#ifndef MAILSPEC_MAIL_DRAFT_H
#define MAILSPEC_MAIL_DRAFT_H

#include "mail/address.h"

struct mail_attachment {
    const char *name; /* of the file, without folders; UTF-8 */
    struct bytes octets;
};

struct mail_header {
    const char *name;
    const char *value;
};

struct mail_draft {
    const struct mail_address *from;
    const struct mail_address *to;
    size_t to_count;
    const struct mail_address *cc;
    size_t cc_count;
    const char *subject;               /* NULL: none */
    const struct mail_header *headers; /* on top, or instead of the field of that name */
    size_t header_count;
    struct bytes text;
    const struct mail_attachment *attachments;
    size_t attachment_count;
    int64_t time_s;         /* of Date:, seconds since 1970 */
    int zone_minutes;       /* its time zone: minutes east of UTC */
    const char *message_id; /* without brackets */
    const char *boundary;   /* of the parts: 1 to 60 octets that no part holds in a line */
};

/* Is a field of that name among the headers that were given? */
bool mail_draft_has(const struct mail_draft *draft, const char *name);
void mail_draft_write(const struct mail_draft *draft, struct buf *out);
/* May a field of that name be added? NULL, or what is wrong with it. */
const char *mail_header_defect(struct bytes name, struct bytes value);

#endif
