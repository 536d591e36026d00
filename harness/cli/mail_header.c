#include "cli/mail_header.h"

#include "base/buf.h"
#include "base/escape.h"
#include "proto/encoded_word.h"
#include "proto/message_field.h"

enum { MOST_OCTETS = 1000 };

char *mail_header_show(struct bytes message, const char *name)
{
    struct message_field field;
    struct buf line = {0};
    struct buf text = {0};
    struct buf shown = {0};
    bool is_found = false;
    while (!is_found && message_field_next(&message, &field)) {
        is_found = bytes_is_nocase(field.name, name);
    }
    if (is_found) {
        message_field_unfold(&line, bytes_slice(field.value, 0, MOST_OCTETS));
        encoded_words_read(&text, buf_bytes(&line));
        escape_append(&shown, buf_bytes(&text), ESCAPE_UTF8 | ESCAPE_CI);
    }
    buf_deinit(&line);
    buf_deinit(&text);
    return buf_steal(&shown);
}
