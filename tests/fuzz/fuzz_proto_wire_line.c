/* Lines of a stream: octet 0 chooses how it is cut, octet 1 how much of a line is kept. */
#include "proto/wire_line.h"
#include "proto_fuzz.h"

static size_t max_octets_of(struct bytes octets)
{
    return octets.n > 0 ? octets.p[0] : 0;
}

static void feed(struct bytes octets, size_t piece, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    size_t total = 0;
    size_t max_octets = max_octets_of(octets);
    wire_reader_init(&reader, max_octets);
    for (size_t i = 0; i < octets.n; i += piece) {
        wire_reader_feed(&reader, bytes_slice(octets, i, i + piece));
        while (wire_reader_next(&reader, &line)) {
            total += line.octets;
            FUZZ_MUST(line.raw.n <= max_octets && line.raw.n <= line.octets);
            FUZZ_MUST(fuzz_within(line.text, line.raw));
            FUZZ_MUST(((line.defects & WIRE_CUT) != 0) == (line.raw.n < line.octets));
            FUZZ_MUST((line.defects & WIRE_NO_END) == 0);
            FUZZ_MUST(line.raw.n < line.octets || line.defects == wire_line_of(line.raw).defects);
            buf_printf(seen, "%u %zu ", line.defects, line.octets);
            buf_append(seen, line.raw);
            buf_printf(seen, " %zu\n", line.text.n);
        }
        FUZZ_MUST(wire_reader_rest(&reader).n <= max_octets);
    }
    FUZZ_MUST(total + wire_reader_rest(&reader).n + reader.skipped == octets.n);
    buf_append(seen, wire_reader_rest(&reader));
    wire_reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf names = {0};
    struct bytes octets = bytes_skip(bytes_make(data, size), 1);
    fuzz_feed_both_ways(feed, octets, size > 0 ? 1 + data[0] % 32 : 1);
    wire_defects_print(&names, wire_line_of(octets).defects);
    buf_deinit(&names);
    return 0;
}
