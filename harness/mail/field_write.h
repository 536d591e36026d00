/*
 * field_write - header fields as a sender writes them (RFC 5322 2.2, RFC 2047, RFC 2231)
 *
 * Values are UTF-8 without control characters: the caller has checked that, for a line end in one would begin another field. What is not
 * US-ASCII is written as encoded words, or in the form of RFC 2231 in parameters. Lines are folded at blanks, so that they have 78
 * octets where the words let them, and never more than 998.
 */
#ifndef MAILSPEC_MAIL_FIELD_WRITE_H
#define MAILSPEC_MAIL_FIELD_WRITE_H

#include "mail/address.h"

/* "NAME: VALUE" CRLF; only words that need it are encoded, so that an address in a structured field stays one. */
void mail_field_write(struct buf *out, const char *name, struct bytes value);
/* A list of mailboxes (RFC 5322 3.4); nothing where there are none. */
void mail_field_write_addresses(struct buf *out, const char *name,
                                const struct mail_address *addresses, size_t count);
/* A parameter on a line of its own, behind what the field has: ";" CRLF " NAME=VALUE". */
void mail_field_write_parameter(struct buf *out, const char *name, struct bytes value);

#endif
