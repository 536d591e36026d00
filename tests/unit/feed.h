/*
 * feed - hand a row's octets over whole, split at every position, and octet by octet
 *
 * What a reader makes of a stream must not depend on how the stream was cut. A test gives a function that reads pieces and
 * writes down everything it saw as text; that text must be the same for every cut. Each piece is a copy of exactly its size, so that
 * AddressSanitizer sees a read past its end.
 */
#ifndef MAILSPEC_TESTS_FEED_H
#define MAILSPEC_TESTS_FEED_H

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "proto/wire_line.h"
#include "unit.h"

/* Reads the pieces one after the other, then the end of the stream; appends what it saw. */
typedef void (*feed_fn)(const struct bytes *pieces, size_t count, struct buf *seen);

static inline struct bytes feed_copy(struct bytes piece)
{
    unsigned char *copy = malloc(piece.n > 0 ? piece.n : 1);
    if (piece.n > 0) {
        memcpy(copy, piece.p, piece.n);
    }
    return bytes_make(copy, piece.n);
}

static inline void feed_pieces(feed_fn feed, const struct bytes *pieces, size_t count,
                               struct buf *seen)
{
    struct bytes *copies = calloc(count > 0 ? count : 1, sizeof *copies);
    for (size_t i = 0; i < count; i++) {
        copies[i] = feed_copy(pieces[i]);
    }
    feed(copies, count, seen);
    for (size_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)copies[i].p);
    }
    free(copies);
}

/* Does feeding these pieces give `whole`? Says where it does not. */
static inline bool feed_gives(feed_fn feed, const struct bytes *pieces, size_t count,
                              struct bytes whole)
{
    struct buf seen = {0};
    feed_pieces(feed, pieces, count, &seen);
    bool same = bytes_equal(buf_bytes(&seen), whole);
    if (!same) {
        fprintf(stderr, "in %zu pieces, the first of %zu octets: %s\n", count, pieces[0].n,
                buf_text(&seen));
    }
    buf_deinit(&seen);
    return same;
}

/* All cuts of `octets` give the same; *whole is what feeding it in one piece gave. */
static inline bool feed_every_way(feed_fn feed, struct bytes octets, struct buf *whole)
{
    feed_pieces(feed, &octets, 1, whole);
    struct bytes expected = buf_bytes(whole);
    bool same = true;
    for (size_t cut = 0; cut <= octets.n && same; cut++) {
        struct bytes halves[2] = {bytes_slice(octets, 0, cut), bytes_skip(octets, cut)};
        same = feed_gives(feed, halves, 2, expected);
    }
    struct bytes *single = calloc(octets.n + 1, sizeof *single);
    for (size_t i = 0; i < octets.n; i++) {
        single[i] = bytes_slice(octets, i, i + 1);
    }
    same = same && feed_gives(feed, single, octets.n, expected);
    free(single);
    return same;
}

/* The check of a row: every cut gives the same, and that is what the row expects. */
static inline void feed_row(const char *name, feed_fn feed, struct bytes octets,
                            const char *expected)
{
    struct buf whole = {0};
    UNIT_ROW(name, feed_every_way(feed, octets, &whole));
    bool as_expected = strcmp(buf_text(&whole), expected) == 0;
    if (!as_expected) {
        fprintf(stderr, "expected %s\n     saw %s\n", expected, buf_text(&whole));
    }
    UNIT_ROW(name, as_expected);
    buf_deinit(&whole);
}

typedef void (*feed_line_fn)(const struct wire_line *line, struct buf *seen);

/* The pieces as lines of any length, the unfinished last one included. */
static inline void feed_lines(const struct bytes *pieces, size_t count, size_t max_octets,
                              feed_line_fn each, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, max_octets);
    for (size_t i = 0; i < count; i++) {
        wire_reader_feed(&reader, pieces[i]);
        while (wire_reader_next(&reader, &line)) {
            each(&line, seen);
        }
    }
    if (wire_reader_rest(&reader).n > 0) {
        line = wire_line_of(wire_reader_rest(&reader));
        each(&line, seen);
    }
    wire_reader_deinit(&reader);
}

/* "[text]", escaped. */
static inline void feed_print(struct buf *seen, struct bytes text)
{
    buf_append_octet(seen, '[');
    escape_append(seen, text, 0);
    buf_append_octet(seen, ']');
}

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
