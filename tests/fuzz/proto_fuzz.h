/*
 * proto_fuzz - what the fuzz targets of the protocol readers share
 */
#ifndef MAILSPEC_TESTS_PROTO_FUZZ_H
#define MAILSPEC_TESTS_PROTO_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/* What must hold for every input; otherwise the input is kept as a finding. */
#define FUZZ_MUST(condition)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Is `part` a view into `whole`? An empty view may stand nowhere. */
static inline bool fuzz_within(struct bytes part, struct bytes whole)
{
    return part.n == 0 || (part.p >= whole.p && part.n <= (size_t)(whole.p + whole.n - part.p));
}

/* Reads `octets` in pieces of `piece` octets and appends what it saw. */
typedef void (*fuzz_feed_fn)(struct bytes octets, size_t piece, struct buf *seen);

/* How the octets come must make no difference. */
static inline void fuzz_feed_both_ways(fuzz_feed_fn feed, struct bytes octets, size_t piece)
{
    struct buf whole = {0};
    struct buf split = {0};
    feed(octets, octets.n > 0 ? octets.n : 1, &whole);
    feed(octets, piece, &split);
    FUZZ_MUST(bytes_equal(buf_bytes(&whole), buf_bytes(&split)));
    buf_deinit(&whole);
    buf_deinit(&split);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
