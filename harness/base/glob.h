/*
 * glob - shell-like patterns over octets and over ids
 *
 * Over octets for the lines of replies (NUL is one like any other), over ids for selectors such as "smtp/rcpt-*". No pattern
 * is wrong: what means nothing, such as a "\" at the very end, stands for itself. Nothing is allocated; what glob_nearest()
 * returns is one of the caller's words.
 */
#ifndef MAILSPEC_BASE_GLOB_H
#define MAILSPEC_BASE_GLOB_H

#include "base/bytes.h"

/* "*" any octets, "?" one octet, "\" takes the next one literally; linear in time times pattern. */
bool glob_match(struct bytes pattern, struct bytes text);
/*
 * For ids with "/": "*" and "?" stop at "/", "**" does not (and "**" with "/" behind it also stands
 * for no folder at all). What a pattern names it selects with everything below, so that "smtp",
 * "smtp/" and "smtp/rcpt-*" reach the rows of a table as well.
 */
bool glob_match_id(const char *pattern, const char *id);

/*
 * The member of `words` nearest to `word` (edit distance at most 2 and less than half the word's
 * length, case ignored), or NULL: for "did you mean".
 */
const char *glob_nearest(struct bytes word, const char *const *words, size_t count);

#endif
