/*
 * encoded_word - text of a header field with its encoded words read (RFC 2047)
 *
 *     encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
 *
 * For showing and searching. What is broken, or in a charset other than US-ASCII, UTF-8 and ISO-8859-1, stays as it was written. The
 * octets that come out may be any.
 */
#ifndef MAILSPEC_PROTO_ENCODED_WORD_H
#define MAILSPEC_PROTO_ENCODED_WORD_H

#include "base/buf.h"

/* Append `text`, which has been unfolded, as UTF-8. */
void encoded_words_read(struct buf *out, struct bytes text);

#endif
