/*
 * charset - text of any charset in UTF-8 (iconv of the C library)
 */
#ifndef MAILSPEC_MAIL_CHARSET_H
#define MAILSPEC_MAIL_CHARSET_H

#include "base/buf.h"

/* Append the text. False: the charset is not known, or the text is none of it; it is appended as it stands then. */
bool mail_charset_read(struct buf *out, struct bytes charset, struct bytes text);

#endif
