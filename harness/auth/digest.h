/*
 * digest - MD5 and HMAC-MD5 as APOP (RFC 1939 section 7) and CRAM-MD5 (RFC 2195) use them (OpenSSL)
 */
#ifndef MAILSPEC_AUTH_DIGEST_H
#define MAILSPEC_AUTH_DIGEST_H

#include "base/buf.h"

/* Append the digest as 32 lower-case hexadecimal digits; nothing where OpenSSL has no MD5 at all. */
void digest_md5(struct buf *out, struct bytes data);
void digest_hmac_md5(struct buf *out, struct bytes key, struct bytes data);
/* MD5 of the timestamp, angle brackets included, followed by the secret. */
void digest_apop(struct buf *out, struct bytes timestamp, struct bytes secret);

#endif
