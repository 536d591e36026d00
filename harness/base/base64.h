/*
 * base64 - a strict codec that names what is wrong (RFC 4648 section 4)
 *
 * Decoding never repairs: it gives the octets up to the first defect and the set of defects.
 */
#ifndef MAILSPEC_BASE_BASE64_H
#define MAILSPEC_BASE_BASE64_H

#include "base/buf.h"

enum base64_defect {
    BASE64_BAD_OCTET = 1,   /* outside the alphabet */
    BASE64_BAD_LENGTH = 2,  /* not a multiple of four */
    BASE64_BAD_PADDING = 4, /* "=" in the middle, or more than two */
    BASE64_LOOSE_BITS = 8   /* unused bits of the last octet are not zero */
};

void base64_encode(struct buf *out, struct bytes octets);
/* Append the decoded octets; the set of defects, 0 when there are none. */
unsigned base64_decode(struct buf *out, struct bytes text);
/* Of the alphabet, or "=". */
bool base64_is_octet(unsigned char c);
/* Are all of them such octets, wherever a "=" stands? So is an empty text. */
bool base64_is_alphabet(struct bytes text);

#endif
