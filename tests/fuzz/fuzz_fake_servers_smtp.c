/*
 * SMTP dialogues in memory: octets 0 and 1 choose the fault (none above the last), the rest is what the client sends.
 * However the octets are cut, the honest server says the same, and each of its lines keeps to the grammar.
 */
#include <stdlib.h>

#include "proto/smtp_reply.h"
#include "tests/unit/fake_dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct server_alias aliases[] = {
    {"boss", "alice"   },
    {"ring", "ring"    },
    {"away", "x@y.test"}
};
static const struct server_alias forwards[] = {
    {"jones", "jones@y.test"}
};
static const struct server_alias moved[] = {
    {"smith", "smith@y.test"}
};
static const char *const members[] = {"alice", "boss", "staff", "away"};
static const struct server_list lists[] = {
    {"staff", {members, sizeof members / sizeof members[0]}}
};

/* Everybody whom a server can know; what comes behind STARTTLS is inside TLS. */
static struct server_settings all_settings(void)
{
    struct server_settings settings = dialogue_settings_of_tls();
    settings.aliases = (struct server_aliases){aliases, sizeof aliases / sizeof aliases[0]};
    settings.forwards = (struct server_aliases){forwards, 1};
    settings.moved = (struct server_aliases){moved, 1};
    settings.lists = (struct server_lists){lists, 1};
    settings.relay_stored = true;
    settings.envelope_to = true;
    return settings;
}

static void run(struct bytes input, enum fault fault, size_t cut, struct buf *out)
{
    struct server_settings settings = all_settings();
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
    if (size < 2) {
        return 0;
    }
    struct bytes input = bytes_make(data + 2, size - 2);
    struct buf whole = {0};
    struct buf single = {0};
    unsigned chosen = (unsigned)data[0] << 8 | data[1];
    enum fault fault = chosen < FAULT_COUNT ? (enum fault)chosen : FAULT_COUNT;
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
