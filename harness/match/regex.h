/*
 * regex - PCRE2 patterns over octets, with limits
 *
 * Subjects are octets with a length: NUL is ordinary. Matching is bounded (match limit 100,000, depth
 * limit too), so a pattern cannot hang a run. Options: DOLLAR_ENDONLY, ANCHORED.
 */
#ifndef MAILSPEC_MATCH_REGEX_H
#define MAILSPEC_MATCH_REGEX_H

#include "base/buf.h"
#include "base/error.h"

struct regex;

/* NULL on a bad pattern: the error's text, and the offset in the pattern. */
struct regex *regex_new(struct bytes pattern, size_t *offset_r, struct error *error);
/* The same, found anywhere in the subject (`^` and `$` bind it), and if wanted in any letter case. */
struct regex *regex_new_anywhere(struct bytes pattern, bool any_case, size_t *offset_r,
                                 struct error *error);
void regex_free(struct regex **regex_p);

enum regex_result { REGEX_MATCH, REGEX_NO_MATCH, REGEX_LIMIT };
enum regex_result regex_match(const struct regex *regex, struct bytes subject);
/*
 * Octets captured by group `n` (0: all) in the last match, valid as long as its subject; false when
 * the group took no part or there was no match.
 */
bool regex_group(const struct regex *regex, unsigned n, struct bytes *octets_r);
/* The same by the group's name, (?<name>...). */
bool regex_named_group(const struct regex *regex, const char *name, struct bytes *octets_r);
/* Append `octets` with every special octet quoted. */
void regex_quote(struct buf *out, struct bytes octets);

#endif
