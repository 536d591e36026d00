#include "script/span.h"

struct span span_of(struct arena *arena, struct bytes text, struct place place)
{
    struct span_part *part = arena_alloc(arena, sizeof *part);
    part->place = place;
    return (struct span){.text = text, .parts = part, .part_count = 1};
}

struct span span_slice(struct span span, size_t from, size_t to)
{
    size_t skipped = from < span.text.n ? from : span.text.n;
    span.text = bytes_slice(span.text, from, to);
    span.cut += skipped;
    return span;
}

struct span span_skip(struct span span, size_t n)
{
    return span_slice(span, n, span.text.n);
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim_left(struct span span)
{
    size_t n = 0;
    while (n < span.text.n && is_blank(span.text.p[n])) {
        n++;
    }
    return span_skip(span, n);
}

struct span span_trim(struct span span)
{
    struct span trimmed = span_trim_left(span);
    while (trimmed.text.n > 0 && is_blank(trimmed.text.p[trimmed.text.n - 1])) {
        trimmed.text.n--;
    }
    return trimmed;
}

struct place span_place(struct span span, size_t offset, size_t width)
{
    size_t at = span.cut + offset;
    /* The last part that begins at or before the octet. */
    size_t low = 0;
    size_t high = span.part_count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (span.parts[middle].offset <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    if (span.part_count == 0) {
        return (struct place){0};
    }
    struct place place = span.parts[low].place;
    place.column += (unsigned)(at - span.parts[low].offset);
    size_t left = place.source.n + 1 > place.column ? place.source.n + 1 - place.column : 0;
    width = width < left ? width : left;
    place.width = width > 0 ? (unsigned)width : 1;
    return place;
}

struct place span_whole_place(struct span span)
{
    return span_place(span, 0, span.text.n);
}
