/* Replies of a server: octet 0 chooses how they are cut, the rest is the stream. */
#include "proto/smtp_enhanced_code.h"
#include "proto/smtp_reply.h"
#include "proto_fuzz.h"

static void check_line(const struct smtp_reply_line *line)
{
    const struct smtp_enhanced_code code = smtp_enhanced_code_read(line->text);
    FUZZ_MUST(fuzz_within(line->text, wire_line_of(line->raw).text));
    FUZZ_MUST(line->code <= 999);
    FUZZ_MUST((line->defects & SMTP_REPLY_NO_CODE) == 0 || (line->code == 0 && !line->more));
    FUZZ_MUST(!code.found || fuzz_within(code.text, line->text));
    if (line->defects == 0) {
        FUZZ_MUST(line->code >= 200 && line->code <= 559 && line->raw.n <= 512);
        FUZZ_MUST(bytes_ends(line->raw, "\r\n"));
    }
}

static void print_reply(struct smtp_reply *reply, struct buf *seen)
{
    size_t total = 0;
    unsigned defects = 0;
    for (size_t i = 0; i < reply->count; i++) {
        check_line(&reply->lines[i]);
        FUZZ_MUST(fuzz_within(reply->lines[i].raw, buf_bytes(&reply->octets)));
        total += reply->lines[i].raw.n;
        defects |= reply->lines[i].defects;
        buf_printf(seen, "%u %u ", reply->lines[i].code, reply->lines[i].defects);
        buf_append(seen, reply->lines[i].text);
    }
    FUZZ_MUST(total == reply->octets.n);
    FUZZ_MUST((defects & ~reply->defects) == 0);
    buf_printf(seen, "%u %u %zu %d;", reply->code, reply->defects, reply->count, reply->complete);
    smtp_reply_defects_print(seen, reply->defects);
}

static void feed(struct bytes octets, size_t piece, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    struct smtp_reply reply = {0};
    wire_reader_init(&reader, 2048);
    for (size_t i = 0; i < octets.n; i += piece) {
        wire_reader_feed(&reader, bytes_slice(octets, i, i + piece));
        while (wire_reader_next(&reader, &line)) {
            if (smtp_reply_add(&reply, &line)) {
                print_reply(&reply, seen);
            }
        }
    }
    smtp_reply_end(&reply);
    print_reply(&reply, seen);
    smtp_reply_deinit(&reply);
    wire_reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_feed_both_ways(feed, bytes_skip(bytes_make(data, size), 1),
                        size > 0 ? 1 + data[0] % 32 : 1);
    return 0;
}
