/*
 * shrink_words - a line of a dialogue, in the notation of scenarios, in parts that can be taken out
 *
 * A part is never half an escape or half of {{...}}: what is left parses. Views point into the text.
 */
#ifndef MAILSPEC_CLI_SHRINK_WORDS_H
#define MAILSPEC_CLI_SHRINK_WORDS_H

#include "base/arena.h"
#include "base/buf.h"

struct shrink_parts {
    const struct bytes *parts; /* the whole text, in order */
    size_t count;
};

/* Octets, escapes ("\n", "\x0d") and {{...}}. */
struct shrink_parts shrink_atoms(struct bytes text, struct arena *arena);
/* Words, each with the blanks before it. */
struct shrink_parts shrink_words(struct bytes text, struct arena *arena);
/* Append the parts that are kept. */
void shrink_join(const struct shrink_parts *parts, const bool *kept, struct buf *out);

/* The digits of the next "{{repeat N" at or behind `from`, also within an argument; empty: there is none. */
struct bytes shrink_repeat(struct bytes text, size_t from);

/* How many octets the line has on the wire, its line end included. False: {{...}} other than repeat stands in it. */
bool shrink_octets(struct bytes text, uint64_t *octets_r);

#endif
