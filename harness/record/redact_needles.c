#include "record/redact_needles.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/mem.h"

/* "C12: ", "C & S: ": a line in the notation of scenarios. */
enum { SPEAKER_MOST = 8 };
/* So much of a secret that is cut off is enough to hide it. */
#define CUT_SHORTEST ((size_t)4)

/* ---- The list ---- */

static size_t bucket_of(const unsigned char *p)
{
    return (p[0] * (size_t)31 + p[1]) % REDACT_BUCKETS;
}

static void link_needle(struct redact_needles *needles, size_t i)
{
    struct redact_needle *needle = &needles->items[i];
    size_t *bucket = &needles->buckets[bucket_of(needle->octets.p)];
    needle->next = *bucket;
    *bucket = i + 1;
}

/* Would the octets be hidden already, wherever they stand? */
static bool is_found(const struct redact_needles *needles, enum redact_needle_kind kind,
                     struct bytes octets, size_t from)
{
    for (size_t at = 0; needles->count > 0 && at + 1 < octets.n; at++) {
        size_t i = needles->buckets[bucket_of(octets.p + at)];
        for (; i > 0; i = needles->items[i - 1].next) {
            const struct redact_needle *needle = &needles->items[i - 1];
            struct bytes own = buf_bytes(&needle->octets);
            bool plain = needle->kind == NEEDLE_PLAIN && needle->from == 0 && at >= from;
            bool same = needle->kind == kind && needle->from == from && own.n == octets.n;
            if ((plain || same) && bytes_equal(bytes_slice(octets, at, at + own.n), own)) {
                return true;
            }
        }
    }
    return false;
}

void redact_needles_add(struct redact_needles *needles, enum redact_needle_kind kind,
                        struct bytes octets, size_t from)
{
    if (octets.n < 2 || from >= octets.n || is_found(needles, kind, octets, from)) {
        return;
    }
    if (needles->buckets == NULL) {
        needles->buckets = mem_array(REDACT_BUCKETS, sizeof needles->buckets[0]);
    }
    needles->items =
        mem_grow(needles->items, needles->count, &needles->capacity, sizeof needles->items[0]);
    struct redact_needle *needle = &needles->items[needles->count++];
    *needle = (struct redact_needle){.from = from, .kind = kind};
    buf_append(&needle->octets, octets);
    needles->octets += octets.n;
    needles->longest = octets.n > needles->longest ? octets.n : needles->longest;
    link_needle(needles, needles->count - 1);
}

void redact_needles_bound(struct redact_needles *needles, size_t most, size_t most_octets)
{
    size_t gone = 0;
    bool full = needles->count > most || needles->octets > most_octets;
    /* A quarter of them at a time. */
    while (full && (needles->count - gone > most - most / 4 ||
                    needles->octets > most_octets - most_octets / 4)) {
        needles->octets -= needles->items[gone].octets.n;
        buf_deinit(&needles->items[gone++].octets);
    }
    if (gone == 0) {
        return;
    }
    for (size_t i = 0; i < REDACT_BUCKETS; i++) {
        needles->buckets[i] = 0;
    }
    needles->longest = 0;
    needles->count -= gone;
    for (size_t i = 0; i < needles->count; i++) {
        needles->items[i] = needles->items[i + gone];
        size_t n = needles->items[i].octets.n;
        needles->longest = n > needles->longest ? n : needles->longest;
        link_needle(needles, i);
    }
}

void redact_needles_deinit(struct redact_needles *needles)
{
    for (size_t i = 0; i < needles->count; i++) {
        buf_deinit(&needles->items[i].octets);
    }
    free(needles->items);
    free(needles->buckets);
    *needles = (struct redact_needles){0};
}

/* ---- Ranges ---- */

void redact_ranges_add(struct redact_ranges *ranges, size_t from, size_t to)
{
    if (from < to) {
        ranges->items =
            mem_grow(ranges->items, ranges->count, &ranges->capacity, sizeof ranges->items[0]);
        ranges->items[ranges->count++] = (struct redact_range){from, to};
    }
}

void redact_ranges_deinit(struct redact_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct redact_ranges){0};
}

static int by_begin(const void *a, const void *b)
{
    const struct redact_range *x = a;
    const struct redact_range *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

void redact_ranges_merge(struct redact_ranges *ranges)
{
    size_t kept = 0;
    if (ranges->count == 0) {
        return;
    }
    qsort(ranges->items, ranges->count, sizeof ranges->items[0], by_begin);
    for (size_t i = 1; i < ranges->count; i++) {
        struct redact_range *last = &ranges->items[kept];
        struct redact_range next = ranges->items[i];
        if (next.from <= last->to) {
            last->to = next.to > last->to ? next.to : last->to;
        } else {
            ranges->items[++kept] = next;
        }
    }
    ranges->count = kept + 1;
}

void redact_ranges_move(struct redact_ranges *ranges, size_t start)
{
    size_t kept = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        struct redact_range range = ranges->items[i];
        if (range.to > start) {
            size_t from = range.from > start ? range.from - start : 0;
            ranges->items[kept++] = (struct redact_range){from, range.to - start};
        }
    }
    ranges->count = kept;
}

/* ---- Searching ---- */

static bool is_base64(unsigned char c, enum redact_needle_kind kind)
{
    return base64_is_octet(c) || (kind == NEEDLE_BASE64_URL && (c == '-' || c == '_'));
}

static bool begins_line(struct bytes octets, size_t at)
{
    size_t begin = at;
    while (begin > 0 && octets.p[begin - 1] != '\n') {
        begin--;
    }
    bool spoken = at - begin >= 3 && at - begin <= SPEAKER_MOST && octets.p[at - 1] == ' ' &&
                  octets.p[at - 2] == ':';
    return at == begin || (spoken && (octets.p[begin] == 'C' || octets.p[begin] == 'S'));
}

static bool ends_line(struct bytes octets, size_t at)
{
    return at == octets.n || octets.p[at] == '\n' || octets.p[at] == '\r';
}

static bool is_for_streams(const struct redact_needle *needle)
{
    return needle->kind != NEEDLE_LINE && needle->from == 0;
}

/* What is hidden as a whole run is not looked at again before `run_end`. */
static void hide(const struct redact_needle *needle, struct bytes octets, size_t at, size_t n,
                 struct redact_ranges *ranges, size_t *run_end)
{
    size_t from = at + needle->from;
    size_t to = at + n;
    if (needle->kind == NEEDLE_BASE64 || needle->kind == NEEDLE_BASE64_URL) {
        if (at < *run_end) {
            return;
        }
        while (from > 0 && is_base64(octets.p[from - 1], needle->kind)) {
            from--;
        }
        while (to < octets.n && is_base64(octets.p[to], needle->kind)) {
            to++;
        }
        *run_end = to;
    }
    if (needle->kind != NEEDLE_LINE || (begins_line(octets, at) && ends_line(octets, to))) {
        redact_ranges_add(ranges, from, to);
    }
}

/* A text of ours quotes no more than so many octets, and what it cuts off may be a secret. */
static bool is_cut(struct bytes octets, size_t at)
{
    return at == octets.n || octets.p[at] == '"' || bytes_starts(bytes_skip(octets, at), "...");
}

/* How many octets of the needle stand at `at`, when that is reason to hide them; else 0. */
static size_t found_at(const struct redact_needle *needle, struct bytes octets, size_t at,
                       bool whole)
{
    struct bytes sought = buf_bytes(&needle->octets);
    size_t n = 0;
    if (!whole && !is_for_streams(needle)) {
        return 0;
    }
    while (n < sought.n && at + n < octets.n && sought.p[n] == octets.p[at + n]) {
        n++;
    }
    if (n == sought.n) {
        return n;
    }
    return whole && n >= CUT_SHORTEST && is_for_streams(needle) && is_cut(octets, at + n) ? n : 0;
}

void redact_needles_find(const struct redact_needles *needles, struct bytes octets, bool whole,
                         struct redact_ranges *ranges)
{
    size_t run_end = 0;
    if (needles->count == 0) {
        return;
    }
    for (size_t at = 0; at + 1 < octets.n; at++) {
        size_t i = needles->buckets[bucket_of(octets.p + at)];
        for (; i > 0; i = needles->items[i - 1].next) {
            const struct redact_needle *needle = &needles->items[i - 1];
            size_t n = found_at(needle, octets, at, whole);
            if (n > 0) {
                hide(needle, octets, at, n, ranges, &run_end);
            }
        }
    }
}

/* The longest end of `octets` that is a beginning of `needle`, but not all of it. */
static size_t beginning_at_end(struct bytes octets, struct bytes needle)
{
    size_t n = needle.n > octets.n ? octets.n : needle.n > 0 ? needle.n - 1 : 0;
    while (n > 0 && (needle.p[n - 1] != octets.p[octets.n - 1] ||
                     !bytes_equal(bytes_skip(octets, octets.n - n), bytes_slice(needle, 0, n)))) {
        n--;
    }
    return n;
}

size_t redact_needles_begun(const struct redact_needles *needles, struct bytes octets)
{
    size_t begun = 0;
    for (size_t i = 0; i < needles->count; i++) {
        const struct redact_needle *needle = &needles->items[i];
        size_t n =
            is_for_streams(needle) ? beginning_at_end(octets, buf_bytes(&needle->octets)) : 0;
        begun = n > begun ? n : begun;
    }
    return begun;
}
