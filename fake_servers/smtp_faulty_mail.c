/* Faults in transactions, and in what becomes of a message that was accepted, or was not. */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_more.h"

/* ---- the transaction ---- */

void smtp_faulty_clear(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    struct smtp_transaction old = *transaction;
    if (!smtp_has_fault(session, FAULT_MAIL_CLEARS) && !smtp_faulty_more_has_kept(session)) {
        smtp_session_clear(session);
        return;
    }
    free(old.reverse_path);
    free(old.envid);
    *transaction = (struct smtp_transaction){.recipients = old.recipients,
                                             .recipient_count = old.recipient_count,
                                             .recipient_capacity = old.recipient_capacity,
                                             .targets = old.targets,
                                             .target_count = old.target_count,
                                             .target_capacity = old.target_capacity};
    for (size_t i = 0; i < transaction->target_count; i++) {
        transaction->targets[i].has_mail = false;
    }
}

void smtp_faulty_reverse_path(struct smtp_session *session)
{
    if (!smtp_has_fault(session, FAULT_REVERSE_PATH_KEPT)) {
        return;
    }
    for (char *p = session->transaction.reverse_path; *p != '\0' && *p != '@'; p++) {
        *p = (char)octet_lower((unsigned char)*p);
    }
}

/* RFC 821 wanted the hosts that a message has passed before its reverse-path. */
static void add_host(struct smtp_session *session, const struct smtp_path *path)
{
    const char *reverse_path = session->transaction.reverse_path; /* NULL with another fault */
    struct bytes whole = path->whole;
    size_t colon = bytes_index(whole, ':', 0);
    size_t comma = bytes_index(whole, ',', 0);
    struct bytes host = bytes_slice(whole, 1, comma < colon ? comma : colon);
    struct buf longer = {0};
    buf_append(&longer, host);
    buf_printf(&longer, ":%s", reverse_path != NULL ? reverse_path : "");
    free(session->transaction.reverse_path);
    session->transaction.reverse_path = buf_steal(&longer);
}

void smtp_faulty_recipient(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient)
{
    bool is_routed = (path->defects & SMTP_PATH_SOURCE_ROUTE) != 0;
    if (smtp_has_fault(session, FAULT_REVERSE_PATH_KEPT_2) && is_routed) {
        add_host(session, path);
    }
    if ((smtp_has_fault(session, FAULT_ACCEPTED_IS_DELIVERED_2) &&
         session->transaction.has_refused) ||
        (smtp_has_fault(session, FAULT_SOURCE_ROUTE_IGNORED) && is_routed)) {
        recipient->maildrop_count = 0;
    }
}

/* ---- messages ---- */

size_t smtp_faulty_first_target(const struct smtp_session *session)
{
    size_t count = session->transaction.target_count;
    bool is_pair = count == 2 && session->transaction.recipient_count == 2;
    return is_pair && !session->lmtp && smtp_has_fault(session, FAULT_ACCEPTED_IS_DELIVERED) ? 1
                                                                                             : 0;
}

void smtp_faulty_delivered(struct smtp_session *session, struct store_message *message)
{
    session->just_delivered = session->last_code == 250;
    if (!session->just_delivered || session->transaction.target_count == 0 ||
        (!smtp_has_fault(session, FAULT_CLOSE_KEEPS_ACCEPTED) &&
         !smtp_has_fault(session, FAULT_CLOSE_KEEPS_ACCEPTED_2))) {
        return;
    }
    store_message_unref(&session->taken);
    session->taken = store_message_ref(message);
    session->taken_into = session->transaction.targets[0].maildrop;
}

void smtp_faulty_take_back(struct smtp_session *session)
{
    size_t count = session->taken != NULL ? maildrop_count(session->taken_into) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct maildrop_entry *entry = maildrop_entry(session->taken_into, i);
        if (entry->message == session->taken) {
            uint64_t number = entry->number;
            maildrop_remove(session->taken_into, &number, 1, NULL);
            break;
        }
    }
    store_message_unref(&session->taken);
}

/* Is a message delivered whose end has not come? */
static bool delivers_unended(const struct smtp_session *session)
{
    if (session->state == SMTP_STATE_BDAT) {
        return session->chunk.left == 0 && smtp_has_fault(session, FAULT_ABORTED_NOT_DELIVERED_3);
    }
    return session->state == SMTP_STATE_DATA &&
           smtp_has_fault(session, smtp_data_is_at_dot(&session->content.reader)
                                       ? FAULT_ABORTED_NOT_DELIVERED_2
                                       : FAULT_ABORTED_NOT_DELIVERED);
}

void smtp_faulty_lost(struct smtp_session *session)
{
    struct buf unheard = {0};
    enum fault wound =
        session->line.last == '\r' ? FAULT_SERVES_AFTER_LOSS_2 : FAULT_SERVES_AFTER_LOSS;
    session->out = &unheard;
    if (session->line.octets > 0 && smtp_has_fault(session, wound)) {
        store_wound(session->store);
    }
    if (delivers_unended(session)) {
        smtp_deliver(session);
    }
    if (session->taken != NULL && smtp_has_fault(session, FAULT_CLOSE_KEEPS_ACCEPTED)) {
        smtp_faulty_take_back(session);
    }
    store_message_unref(&session->taken);
    session->out = NULL;
    buf_deinit(&unheard);
}
