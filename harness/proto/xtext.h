/*
 * xtext - values of parameters that may hold any octet (RFC 3461 section 4)
 *
 * xtext = *( xchar / hexchar ); xchar = "!" to "~" without "+" and "="; hexchar = "+" and two upper-case hexadecimal digits.
 */
#ifndef MAILSPEC_PROTO_XTEXT_H
#define MAILSPEC_PROTO_XTEXT_H

#include "base/buf.h"

/* What may stand there in addition. */
enum xtext_above {
    XTEXT_ABOVE_PLAIN = 1, /* octets above 127, for themselves (RFC 6533 section 3) */
    XTEXT_ABOVE_CODED = 2  /* a hexchar for an octet above 127 */
};

/*
 * Append what it stands for. False: it is none, or stands for more than printable US-ASCII and what `above` allows; `out` then holds some of
 * it.
 */
bool xtext_decode(struct bytes text, unsigned above, struct buf *out);

#endif
