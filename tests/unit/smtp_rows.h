/*
 * smtp_rows - rows of dialogues with an SMTP or LMTP session of the reference server
 *
 * A row has settings as they stand in a settings file, what the client sends, what the server says behind its greeting, and how many
 * messages then lie where. Each is fed whole, cut in two at every octet, and octet by octet.
 */
#ifndef MAILSPEC_TESTS_SMTP_ROWS_H
#define MAILSPEC_TESTS_SMTP_ROWS_H

#include "setting_text.h"

struct smtp_row {
    const char *name;
    const char *settings; /* "max-line 20\nlist staff alice bob" */
    struct bytes input;
    struct bytes output;
    const char *drops; /* "alice 1 outbox 0", or NULL */
    bool lmtp;
};

#define SMTP_ROW(name, settings, input, output, drops)                                             \
    {                                                                                              \
        name, settings, BYTES_INIT(input), BYTES_INIT(output), drops, false                        \
    }
#define LMTP_ROW(name, settings, input, output, drops)                                             \
    {                                                                                              \
        name, settings, BYTES_INIT(input), BYTES_INIT(output), drops, true                         \
    }

#define SAY_EHLO  "EHLO c.example\r\n"
#define SAY_MAIL  "MAIL FROM:<a@b.example>\r\n"
#define SAY_ALICE "RCPT TO:<alice@example.test>\r\n"
#define SAY_BOB   "RCPT TO:<bob@example.test>\r\n"

#define SAID_EHLO                                                                                  \
    "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n"                   \
    "250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n"     \
    "250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define SAID_OK     "250 2.0.0 OK\r\n"
#define SAID_SENDER "250 2.1.0 Sender OK\r\n"
#define SAID_RCPT   "250 2.1.5 Recipient OK\r\n"
#define SAID_GO     "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define SAID_TAKEN  "250 2.0.0 Message 1 accepted for delivery\r\n"
#define SAID_BYE    "221 2.0.0 mx.example.test closing the connection\r\n"

static inline struct maildrop *smtp_row_drop(struct store *store, struct bytes name)
{
    return bytes_is(name, "outbox") ? store_outbox(store) : store_by_user(store, name);
}

static inline bool smtp_row_has_drops(const struct smtp_row *row, struct store *store)
{
    struct bytes rest = bytes_of(row->drops);
    struct bytes name;
    struct bytes number;
    while (bytes_next_word(&rest, &name) && bytes_next_word(&rest, &number)) {
        uint64_t expected = 0;
        size_t count = maildrop_count(smtp_row_drop(store, name));
        if (!bytes_to_u64(number, &expected) || count != expected) {
            fprintf(stderr, "row \"%s\": %.*s has %zu messages\n", row->name, (int)name.n, name.p,
                    count);
            return false;
        }
    }
    return true;
}

/* The session's output behind the greeting. */
static inline void smtp_row_run(struct store *store, const struct server_settings *settings,
                                const struct smtp_row *row, size_t cut, struct buf *out)
{
    struct smtp_session *session = row->lmtp
                                       ? smtp_session_new_lmtp(settings, store, "[127.0.0.1]", out)
                                       : smtp_session_new(settings, store, "[127.0.0.1]", out);
    buf_clear(out);
    for (size_t done = 0; done < row->input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(row->input, done), done, cut);
        dialogue_feed_smtp(session, piece, out);
        done += piece.n;
    }
    smtp_session_free(&session);
}

static inline void smtp_row_check(const struct smtp_row *row, size_t cut)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text(row->name, row->settings, arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    smtp_row_run(store, &settings, row, cut, &out);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, row->output));
    UNIT_ROW(row->name, row->drops == NULL || smtp_row_has_drops(row, store));
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

static inline void smtp_rows_check(const struct smtp_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        smtp_row_check(&rows[i], SIZE_MAX);
        for (size_t cut = 0; cut < rows[i].input.n; cut++) {
            smtp_row_check(&rows[i], cut);
        }
    }
}

/* The whole of a message that lies there. */
static inline struct bytes smtp_row_message(struct store *store, const char *name, size_t index)
{
    struct maildrop *maildrop = smtp_row_drop(store, bytes_of(name));
    if (index >= maildrop_count(maildrop)) {
        return BYTES_LIT("(no such message)");
    }
    const struct store_message *message = maildrop_entry(maildrop, index)->message;
    return bytes_make(message->p, message->n);
}

#define ROW_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
