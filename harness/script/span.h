/*
 * span - octets of a scenario file that know where they stand
 *
 * A span views one source line, or several that a notation joined: each part knows its place. Slices of a span keep
 * their places. Everything lives in the arena of the scenario.
 */
#ifndef MAILSPEC_SCRIPT_SPAN_H
#define MAILSPEC_SCRIPT_SPAN_H

#include "base/arena.h"
#include "model/place.h"

struct span_part {
    size_t offset; /* in the whole, uncut text */
    struct place place;
};

struct span {
    struct bytes text;
    size_t cut; /* octets of the whole text that were cut off before this slice */
    const struct span_part *parts;
    size_t part_count;
};

struct span span_of(struct arena *arena, struct bytes text, struct place place);
struct span span_slice(struct span span, size_t from, size_t to);
struct span span_skip(struct span span, size_t n);
struct span span_trim_left(struct span span); /* blanks and tabs */
struct span span_trim(struct span span);      /* the same at both ends */
/* Where octet `offset` of the span stands; `width` octets for the caret, at least 1. */
struct place span_place(struct span span, size_t offset, size_t width);
struct place span_whole_place(struct span span);

#endif
