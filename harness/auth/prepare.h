/*
 * prepare - names and secrets as SASL compares them (SASLprep, RFC 4013; libgsasl with libidn)
 */
#ifndef MAILSPEC_AUTH_PREPARE_H
#define MAILSPEC_AUTH_PREPARE_H

#include "base/bytes.h"

enum { PREPARE_MAX = 1024 }; /* octets of a name or a secret that are still prepared */

/*
 * The prepared text, which the caller frees; NULL: not UTF-8, too long, a NUL or another character that RFC 4013 prohibits.
 * Code points that Unicode 3.2 had not assigned are allowed, as in a query (RFC 4616 section 2, RFC 5802 section 5.1).
 */
char *prepare_text(struct bytes text);

#endif
