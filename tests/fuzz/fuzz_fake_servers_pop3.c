/*
 * POP3 dialogues in memory: octet 0 chooses the fault (none above the last), octet 1 the length of a message in the
 * maildrop, then come the message and what the client sends behind its login. However the octets are cut, the honest server
 * says the same, and each of its lines ends in CRLF.
 */
#include <stdlib.h>

#include "tests/unit/fake_dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(struct bytes message, struct bytes input, enum fault fault, size_t cut,
                struct buf *out)
{
    struct server_message messages[] = {
        {"alice", message                 },
        {"alice", BYTES_INIT("x\r\n.\r\n")},
    };
    struct server_settings settings = dialogue_settings();
    settings.messages = messages;
    settings.message_count = 2;
    if (fault < FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    dialogue_pop3_on(store, &settings, input, cut, out);
    store_free(&store);
}

static void check_lines(struct bytes output)
{
    for (size_t lf = bytes_index(output, '\n', 0); lf != BYTES_NONE;
         lf = bytes_index(output, '\n', lf + 1)) {
        if (lf == 0 || output.p[lf - 1] != '\r') {
            abort();
        }
    }
    if (!bytes_starts(output, "+OK ") || !bytes_ends(output, "\r\n")) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct bytes rest = bytes_make(data + 2, size - 2);
    struct bytes message = bytes_slice(rest, 0, data[1]);
    struct buf input = {0};
    struct buf whole = {0};
    struct buf single = {0};
    enum fault fault = data[0] < FAULT_COUNT ? (enum fault)data[0] : FAULT_COUNT;
    buf_append_text(&input, "USER alice\r\nPASS secret-a\r\n");
    buf_append(&input, bytes_skip(rest, data[1]));
    run(message, buf_bytes(&input), fault, 0, &whole);
    run(message, buf_bytes(&input), fault, SIZE_MAX, &single);
    if (fault == FAULT_COUNT) {
        if (!bytes_equal(buf_bytes(&whole), buf_bytes(&single))) {
            abort();
        }
        check_lines(buf_bytes(&whole));
    }
    buf_deinit(&single);
    buf_deinit(&whole);
    buf_deinit(&input);
    return 0;
}
