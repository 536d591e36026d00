/*
 * pop3_credential - user names and secrets in UTF-8 (RFC 6856 section 2.2, RFC 4013)
 */
#ifndef MAILSPEC_FAKE_SERVERS_POP3_CREDENTIAL_H
#define MAILSPEC_FAKE_SERVERS_POP3_CREDENTIAL_H

#include "base/buf.h"

/*
 * Append the name or secret as it is compared: the mapping of SASLprep (RFC 4013 2.1) is done, its prohibited output (2.3)
 * refused. Not done are its normalization and its check of directions, for which tables of all Unicode are needed: names and
 * secrets have to be sent, and written in the settings, in their composed form (NFKC). ASCII stays as it is.
 * False: no well-formed UTF-8, or a prohibited character.
 */
bool pop3_credential_prepare(struct bytes text, struct buf *out);

#endif
