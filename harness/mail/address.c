#include "mail/address.h"

#include "base/escape.h"
#include "proto/smtp_path.h"

/* "\"Bob \\\"B\\\"\"" is Bob "B". */
static const char *read_name(struct bytes text, struct arena *arena)
{
    struct buf name = {0};
    text = bytes_trim(text);
    if (text.n > 1 && text.p[0] == '"' && smtp_quoted_length(text) == text.n) {
        smtp_local_part_unquote(text, &name);
    } else {
        buf_append(&name, text);
    }
    const char *kept = name.n > 0 ? arena_text(arena, buf_bytes(&name)) : NULL;
    buf_deinit(&name);
    return kept;
}

/* The path in brackets, as RCPT would have it: its grammar is that of the envelope. */
static bool is_mailbox(struct bytes mailbox, bool *is_utf8_r)
{
    struct buf argument = {0};
    buf_append_text(&argument, "TO:<");
    buf_append(&argument, mailbox);
    buf_append_octet(&argument, '>');
    const struct smtp_path path = smtp_path_read_utf8(buf_bytes(&argument), true);
    const bool good = path.defects == 0 && path.domain.n > 0 && path.param_count == 0;
    *is_utf8_r = !bytes_is_ascii(mailbox);
    buf_deinit(&argument);
    return good;
}

int mail_address_read(struct mail_address *address_r, const char *text, struct arena *arena,
                      struct error *error)
{
    struct bytes whole = bytes_trim(bytes_of(text));
    struct bytes mailbox = whole;
    *address_r = (struct mail_address){0};
    if (bytes_has_control(whole) || !escape_is_utf8(whole)) {
        return error_set(error, "an address is UTF-8 without line ends and control characters");
    }
    if (bytes_ends(whole, ">")) {
        size_t open = whole.n - 1;
        while (open > 0 && whole.p[open] != '<') {
            open--;
        }
        mailbox = bytes_slice(whole, open + 1, whole.n - 1);
        address_r->name = read_name(bytes_slice(whole, 0, open), arena);
    }
    if (!is_mailbox(mailbox, &address_r->is_utf8)) {
        return error_set(error,
                         "expected one address, as in bob@example.test or \"Bob "
                         "<bob@example.test>\", found \"%.200s\"",
                         text);
    }
    address_r->mailbox = arena_text(arena, mailbox);
    return 0;
}
