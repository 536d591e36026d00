/*
 * POP3 dialogues in memory: octets 0 and 1 choose the fault (none above the last), octet 2 is the length of a message
 * in the maildrop, then come the message and what the client sends behind its login, or behind the greeting if
 * octets 0 and 1 are 65535. However the octets are cut, the honest server says the same, each of its lines ends in
 * CRLF, and it says nothing but ASCII of itself to a client that has not sent UTF8.
 */
#include <stdlib.h>

#include "tests/unit/fake_dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FROM_GREETING = 65535 };

static const char *const languages[] = {"en", "de", "fr-CA"};

static void run(struct bytes message, struct bytes input, enum fault fault, size_t cut,
                struct buf *out)
{
    struct server_message messages[] = {
        {"alice", message                 },
        {"alice", BYTES_INIT("x\r\n.\r\n")},
    };
    struct server_settings settings = dialogue_settings_of_tls();
    settings.messages = messages;
    settings.message_count = 2;
    settings.languages = (struct server_names){languages, 3};
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

static bool is_ascii(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] > 127) {
            return false;
        }
    }
    return true;
}

static bool asks_for_utf8(struct bytes input)
{
    for (size_t i = 0; i < input.n; i++) {
        if (bytes_starts_nocase(bytes_skip(input, i), "UTF8")) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3) {
        return 0;
    }
    struct bytes rest = bytes_make(data + 3, size - 3);
    struct bytes message = bytes_slice(rest, 0, data[2]);
    struct buf input = {0};
    struct buf whole = {0};
    struct buf single = {0};
    unsigned chosen = (unsigned)data[0] << 8 | data[1];
    enum fault fault = chosen < FAULT_COUNT ? (enum fault)chosen : FAULT_COUNT;
    if (chosen != FROM_GREETING) {
        buf_append_text(&input, "USER alice\r\nPASS secret-a\r\n");
    }
    buf_append(&input, bytes_skip(rest, data[2]));
    run(message, buf_bytes(&input), fault, 0, &whole);
    run(message, buf_bytes(&input), fault, SIZE_MAX, &single);
    if (fault == FAULT_COUNT) {
        if (!bytes_equal(buf_bytes(&whole), buf_bytes(&single))) {
            abort();
        }
        check_lines(buf_bytes(&whole));
        if (is_ascii(message) && !asks_for_utf8(buf_bytes(&input)) &&
            !is_ascii(buf_bytes(&whole))) {
            abort();
        }
    }
    buf_deinit(&single);
    buf_deinit(&whole);
    buf_deinit(&input);
    return 0;
}
