#include "fake_servers/smtp_list.h"

#include "fake_servers/smtp_faulty_list.h"
#include "fake_servers/smtp_header.h"

void smtp_list_print_keeper(const struct server_settings *settings, struct buf *out)
{
    buf_printf(out, "postmaster@%s",
               settings->domain_count > 0 ? settings->domains[0] : settings->hostname);
}

/* The first field is the trace line with the reverse-path; all others stay (RFC 5321 3.9). */
struct store_message *smtp_list_copy(struct smtp_session *session,
                                     const struct store_message *message, const char *keeper)
{
    struct bytes rest = bytes_make(message->p, message->n);
    struct smtp_header_field field;
    struct buf copy = {0};
    bool is_first = true;
    if (smtp_has_fault(session, FAULT_LIST_EXPANSION)) {
        return NULL;
    }
    while (smtp_header_next(&rest, &field)) {
        if (is_first && bytes_is_nocase(field.name, "Return-Path")) {
            buf_printf(&copy, "Return-Path: <%s>\r\n", keeper);
        } else if (!smtp_faulty_list_prints_from(session, &field, &copy)) {
            buf_append(&copy, field.whole);
        }
        is_first = false;
    }
    buf_append(&copy, rest);
    return store_message_new(&copy);
}
