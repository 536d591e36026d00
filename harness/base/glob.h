/*
 * glob - shell-like patterns over octets and over ids
 */
#ifndef MAILSPEC_BASE_GLOB_H
#define MAILSPEC_BASE_GLOB_H

#include "base/bytes.h"

/* "*" any octets, "?" one octet, "\" takes the next one literally; linear in time times pattern. */
bool glob_match(struct bytes pattern, struct bytes text);
/* For ids with "/": "*" stops at "/", "**" does not; a pattern that names a folder matches below. */
bool glob_match_id(const char *pattern, const char *id);

/*
 * The member of `words` nearest to `word` (edit distance at most 2 and less than half the word's
 * length, case ignored), or NULL: for "did you mean".
 */
const char *glob_nearest(struct bytes word, const char *const *words, size_t count);

#endif
