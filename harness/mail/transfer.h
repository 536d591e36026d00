/*
 * transfer - how content becomes lines of US-ASCII, and back (RFC 2045 section 6)
 *
 * Encoding writes CRLF and lines of at most 76 octets. Decoding is for reading what others wrote: what is no base64 and no
 * quoted-printable is let by or stays as it stands (RFC 2045 6.7, 6.8), and nothing is judged.
 */
#ifndef MAILSPEC_MAIL_TRANSFER_H
#define MAILSPEC_MAIL_TRANSFER_H

#include "base/buf.h"

enum mail_transfer {
    MAIL_7BIT, /* as it stands; 8bit and binary are read so, too */
    MAIL_QUOTED_PRINTABLE,
    MAIL_BASE64
};

const char *mail_transfer_name(enum mail_transfer transfer); /* "quoted-printable" */
/* The value of Content-Transfer-Encoding, in any case; what is not known is read as it stands. */
enum mail_transfer mail_transfer_from_name(struct bytes name);

/*
 * What a text is to be sent in: as it stands when it is US-ASCII in lines that may be sent (RFC 5322 2.1.1), else in whichever of
 * the others is shorter.
 */
enum mail_transfer mail_transfer_for_text(struct bytes text);

/* Append content of any octets. */
void mail_base64_write(struct buf *out, struct bytes octets);
/* Append a text, whose lines end in LF or CRLF; each ends in CRLF then, the last one, too. */
void mail_text_write(struct buf *out, struct bytes text, enum mail_transfer transfer);
/* Append what the body means. */
void mail_transfer_read(struct buf *out, struct bytes body, enum mail_transfer transfer);

#endif
