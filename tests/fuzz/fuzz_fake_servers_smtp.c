/*
 * SMTP dialogues in memory: octet 0 chooses the fault (none above the last), the rest is what the client sends.
 * However the octets are cut, the honest server says the same, and each of its lines keeps to the grammar.
 */
#include <stdlib.h>

#include "proto/smtp_reply.h"
#include "tests/unit/fake_dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(struct bytes input, enum fault fault, size_t cut, struct buf *out)
{
    struct server_settings settings = dialogue_settings();
    if (fault < FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    dialogue_smtp_on(store, &settings, input, cut, out);
    store_free(&store);
}

static void check_lines(struct bytes output)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 600);
    wire_reader_feed(&reader, output);
    while (wire_reader_next(&reader, &line)) {
        if (smtp_reply_line_read(&line).defects != 0) {
            abort();
        }
    }
    if (wire_reader_rest(&reader).n > 0) {
        abort();
    }
    wire_reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct bytes input = bytes_make(data + 1, size - 1);
    struct buf whole = {0};
    struct buf single = {0};
    enum fault fault = data[0] < FAULT_COUNT ? (enum fault)data[0] : FAULT_COUNT;
    run(input, fault, 0, &whole);
    run(input, fault, SIZE_MAX, &single);
    if (fault == FAULT_COUNT) {
        if (!bytes_equal(buf_bytes(&whole), buf_bytes(&single))) {
            abort();
        }
        check_lines(buf_bytes(&whole));
    }
    buf_deinit(&single);
    buf_deinit(&whole);
    return 0;
}
