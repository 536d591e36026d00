/*
 * parameter - the value of Content-Type and Content-Disposition, read (RFC 2045 5.1, RFC 2183 2, RFC 2231)
 *
 *     value = token *( ";" attribute "=" ( token / quoted-string ) )
 */
#ifndef MAILSPEC_MAIL_PARAMETER_H
#define MAILSPEC_MAIL_PARAMETER_H

#include "base/buf.h"

/* What stands before the first ";", without blanks. `value` has been unfolded. */
struct bytes mail_parameter_main(struct bytes value);
/*
 * Append the value of a parameter, in UTF-8 where it says its charset: sections are put together (RFC 2231 3, 4), and what people send
 * instead of that, encoded words, is read, too. False: it is not there.
 */
bool mail_parameter_find(struct bytes value, const char *name, struct buf *out);

#endif
