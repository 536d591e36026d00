#include "cli/conforming_mail.h"

#include "base/buf.h"

enum {
    MAIL_COUNT = 2,
    MAIL_MAX_COUNT = 1000, /* whatever a scenario requires */
    LONG_TEXT_LINES = 40
};

static void write_head(struct buf *out, const struct server_user *user, size_t number,
                       const char *subject)
{
    buf_printf(out,
               "From: Sender <sender@example.com>\r\n"
               "To: <%s>\r\n"
               "Subject: %s\r\n"
               "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
               "Message-ID: <message-%zu@example.com>\r\n"
               "\r\n",
               user->address, subject, number);
}

static void write_short(struct buf *out, const struct server_user *user, size_t number)
{
    write_head(out, user, number, "A short message");
    buf_append_text(out, "Hello.\r\n");
}

static void write_long(struct buf *out, const struct server_user *user, size_t number)
{
    write_head(out, user, number, "Dots, and a longer text");
    buf_append_text(out, "The lines behind the empty one begin with dots.\r\n"
                         "\r\n"
                         ".\r\n"
                         "..\r\n"
                         ".one dot\r\n"
                         "..two dots\r\n"
                         " .a blank before the dot\r\n");
    for (unsigned i = 1; i <= LONG_TEXT_LINES; i++) {
        buf_printf(out, "Line %u of %d, which is long enough to be seen but not too long.\r\n", i,
                   (int)LONG_TEXT_LINES);
    }
}

static size_t wanted_count(const struct program *program)
{
    size_t count = MAIL_COUNT;
    for (size_t i = 0; program != NULL && i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (need->kind == NEED_EMPTY) {
            return 0;
        }
        if (need->kind == NEED_MESSAGES && need->number > count) {
            count = need->number < MAIL_MAX_COUNT ? need->number : MAIL_MAX_COUNT;
        }
    }
    return count;
}

void conforming_mail_add(struct server_settings *settings, const struct program *program,
                         struct arena *arena)
{
    size_t count = wanted_count(program);
    const struct server_user *user = &settings->users[0];
    struct server_message *messages = arena_array(arena, count + 1, sizeof *messages);
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_clear(&text);
        if (i % 2 == 0) {
            write_short(&text, user, i + 1);
        } else {
            write_long(&text, user, i + 1);
        }
        messages[i] = (struct server_message){user->name, arena_copy(arena, buf_bytes(&text))};
    }
    buf_deinit(&text);
    settings->messages = messages;
    settings->message_count = count;
}
