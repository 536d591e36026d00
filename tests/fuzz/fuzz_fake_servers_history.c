/*
 * Dialogues with a server of 1982, and what it says when TURN has made it the sender: octet 0 chooses the settings, the rest is what
 * the client sends. However the octets are cut, the server says the same and keeps the same messages; as a receiver its lines keep
 * to the grammar and to the codes of RFC 821, and without 3yz no message leaves the outbox.
 */
#include <stdlib.h>

#include "proto/smtp_reply.h"
#include "tests/unit/fake_dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTBOX_MESSAGES = 2 };

static const char *const forward_paths[] = {"@r.example:x@one.example", "y@two.example"};

static struct server_settings settings_of(uint8_t octet)
{
    struct server_settings settings = dialogue_settings();
    settings_take_profile(&settings, octet & 1 ? PROFILE_MINIMAL : PROFILE_RFC821);
    settings.send = (enum server_send)(octet >> 1 & 1);
    settings.turn = octet & 4 ? TURN_503 : TURN_250;
    settings.relay_stored = (octet & 8) != 0;
    settings.max_recipients = octet & 16 ? 1 : settings.max_recipients;
    return settings;
}

static void fill(struct store *store)
{
    for (size_t i = 0; i < OUTBOX_MESSAGES; i++) {
        struct buf content = {0};
        buf_append_text(&content, "Return-Path: <a@b>\r\nReceived: x\r\n\r\n.\r\n..x\r\n");
        struct store_message *message = store_message_new(&content);
        store_message_set_envelope(message, i == 0 ? "a@b" : "", forward_paths, 2 - i);
        maildrop_add(store_outbox(store), message);
        store_message_unref(&message);
    }
}

/* What was said, and how many messages are left, behind a NUL. */
static void run(struct bytes input, uint8_t octet, size_t cut, struct buf *out)
{
    struct server_settings settings = settings_of(octet);
    struct store *store = store_new(&settings);
    fill(store);
    dialogue_smtp_on(store, &settings, input, cut, out);
    size_t left = maildrop_count(store_outbox(store));
    if (left < OUTBOX_MESSAGES && bytes_index(input, '3', 0) == BYTES_NONE) {
        abort();
    }
    if (!maildrop_lock(store_outbox(store))) {
        abort();
    }
    buf_append_octet(out, '\0');
    buf_printf(out, "%zu", left);
    store_free(&store);
}

static bool is_of_1982(unsigned code)
{
    static const unsigned codes[] = {211, 214, 220, 221, 250, 251, 354, 421, 450, 451, 452,
                                     500, 501, 502, 503, 504, 550, 551, 552, 553, 554};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

static void check_lines(struct bytes output, bool old)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 600);
    wire_reader_feed(&reader, output);
    while (wire_reader_next(&reader, &line)) {
        struct smtp_reply_line reply = smtp_reply_line_read(&line);
        if (reply.defects != 0 || (old && !is_of_1982(reply.code))) {
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
    static const char turned[] = "the roles change\r\n";
    if (size < 1) {
        return 0;
    }
    struct bytes input = bytes_make(data + 1, size - 1);
    struct buf whole = {0};
    struct buf single = {0};
    run(input, data[0], 0, &whole);
    run(input, data[0], SIZE_MAX, &single);
    if (!bytes_equal(buf_bytes(&whole), buf_bytes(&single))) {
        abort();
    }
    struct bytes said = bytes_slice(buf_bytes(&whole), 0, bytes_index(buf_bytes(&whole), '\0', 0));
    size_t turn = bytes_find(said, bytes_of(turned), 0);
    check_lines(turn == BYTES_NONE ? said : bytes_slice(said, 0, turn + sizeof turned - 1),
                (data[0] & 1) == 0);
    buf_deinit(&single);
    buf_deinit(&whole);
    return 0;
}
