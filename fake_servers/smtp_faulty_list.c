#include "fake_servers/smtp_faulty_list.h"

void smtp_faulty_list_recipient(struct smtp_session *session, struct smtp_recipient *recipient)
{
    const char *sender = session->transaction.reverse_path;
    if (!recipient->is_list || sender == NULL || !smtp_has_fault(session, FAULT_LIST_WHOLE)) {
        return;
    }
    const struct maildrop *left_out = smtp_user_maildrop(session, sender);
    size_t kept = 0;
    for (size_t i = 0; i < recipient->maildrop_count; i++) {
        if (recipient->maildrops[i] != left_out) {
            recipient->maildrops[kept++] = recipient->maildrops[i];
        }
    }
    recipient->maildrop_count = kept;
}

bool smtp_faulty_list_prints_from(const struct smtp_session *session,
                                  const struct smtp_header_field *field, struct buf *out)
{
    const struct smtp_transaction *transaction = &session->transaction;
    if (!bytes_is_nocase(field->name, "From") || !smtp_has_fault(session, FAULT_LIST_EXPANSION_2)) {
        return false;
    }
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (transaction->recipients[i].is_list) {
            buf_printf(out, "From: %s\r\n", transaction->recipients[i].path);
            return true;
        }
    }
    return false;
}
