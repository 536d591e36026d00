/* A stored message: its fields, their encoded words and addresses, and the trace before it. */
#include "proto/encoded_word.h"
#include "proto/mailbox_list.h"
#include "proto/message_field.h"
#include "proto_fuzz.h"

static void check_value(struct bytes value)
{
    struct buf line = {0};
    struct buf text = {0};
    struct buf address = {0};
    message_field_unfold(&line, value);
    FUZZ_MUST(line.n <= value.n);
    encoded_words_read(&text, buf_bytes(&line));
    FUZZ_MUST(text.n <= 2 * line.n);
    struct bytes rest = buf_bytes(&line);
    for (size_t before = rest.n + 1; mailbox_list_next(&rest, &address); before = rest.n) {
        FUZZ_MUST(rest.n < before && address.n <= line.n);
    }
    FUZZ_MUST(rest.n == 0);
    buf_deinit(&line);
    buf_deinit(&text);
    buf_deinit(&address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes message = bytes_make(data, size);
    struct bytes rest = message;
    struct message_field field;
    for (size_t before = rest.n + 1; message_field_next(&rest, &field); before = rest.n) {
        FUZZ_MUST(rest.n < before);
        FUZZ_MUST(fuzz_within(field.name, message));
        FUZZ_MUST(fuzz_within(field.value, message));
        check_value(field.value);
    }
    FUZZ_MUST(fuzz_within(rest, message));
    FUZZ_MUST(message_trace_octets(message) <= size);
    check_value(message);
    return 0;
}
