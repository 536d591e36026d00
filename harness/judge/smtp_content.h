/*
 * smtp_content - what the lines of message data tell of the message: a few fields of its header, and whether its body is marked as 8-bit
 *
 * RFC 5322 2.2, RFC 2045 4 and 6. It is read as it goes by, and nothing of it is kept but the beginning of the line. A line that is no field
 * does not end the header: those are let by who reads mail, and nobody is to be accused for one.
 */
#ifndef MAILSPEC_JUDGE_SMTP_CONTENT_H
#define MAILSPEC_JUDGE_SMTP_CONTENT_H

#include "base/bytes.h"

enum { SMTP_CONTENT_LINE_OCTETS = 80 };

/* A zeroed struct stands at the start of the message. */
struct smtp_content {
    unsigned char line[SMTP_CONTENT_LINE_OCTETS]; /* private: how the line begins */
    size_t n;                                     /* private */
    bool in_body;                                 /* behind the empty line */
    bool has_received;                            /* in the header, like the next two */
    bool has_return_path;
    bool has_mime_version;
    bool
        has_eight_bit_encoding; /* Content-Transfer-Encoding, there or in a part: neither 7bit, nor one that makes text of ASCII */
    bool body_eight_bit; /* the body has an octet above 127 */
};

/* Data as it is sent, lines that end in LF; stuffed dots do no harm, for no field begins with one. */
void smtp_content_read(struct smtp_content *content, struct bytes octets);

#endif
