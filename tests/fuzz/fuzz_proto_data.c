/* Message data: octet 0 chooses how it is cut; the rest is read as data, then stuffed as content and read back. */
#include "proto/smtp_data.h"
#include "proto_fuzz.h"

static void feed(struct bytes octets, size_t piece, struct buf *seen)
{
    struct smtp_data_reader reader = {0};
    struct smtp_data_reader dry = {0};
    size_t used = 0;
    for (size_t i = 0; i < octets.n; i += piece) {
        struct bytes part = bytes_slice(octets, i, i + piece);
        size_t now = smtp_data_read(&reader, part, seen);
        FUZZ_MUST(now == smtp_data_read(&dry, part, NULL));
        FUZZ_MUST(now == part.n || reader.complete);
        used += now;
    }
    FUZZ_MUST(!reader.complete || bytes_ends(bytes_slice(octets, 0, used), ".\r\n"));
    FUZZ_MUST(dry.defects == reader.defects && dry.complete == reader.complete);
    buf_printf(seen, "|%zu %u %d", used, reader.defects, reader.complete);
}

static void check_round_trip(struct bytes content)
{
    struct buf stuffed = {0};
    struct buf back = {0};
    struct smtp_data_reader reader = {0};
    smtp_data_stuff(&stuffed, content);
    FUZZ_MUST(smtp_data_read(&reader, buf_bytes(&stuffed), &back) == stuffed.n);
    FUZZ_MUST(reader.complete);
    bool added = content.n > 0 && !bytes_ends(content, "\r\n");
    FUZZ_MUST(back.n == content.n + (added ? 2 : 0));
    FUZZ_MUST(bytes_equal(bytes_slice(buf_bytes(&back), 0, content.n), content));
    FUZZ_MUST(!added || bytes_ends(buf_bytes(&back), "\r\n"));
    buf_deinit(&stuffed);
    buf_deinit(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = bytes_skip(bytes_make(data, size), 1);
    fuzz_feed_both_ways(feed, octets, size > 0 ? 1 + data[0] % 32 : 1);
    check_round_trip(octets);
    return 0;
}
