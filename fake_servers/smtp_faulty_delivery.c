/* Faults in what becomes of a message that was accepted, or was not. */
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_header.h"

/* ---- accepted ---- */

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

/* ---- refused ---- */

/* Whole, and refused for its trace fields or a long line: line ends have rules of their own. */
static bool is_whole(const struct smtp_session *session)
{
    bool has_reason =
        smtp_header_count(session, "Received") > 1 || session->settings->max_text_line_octets > 0;
    return has_reason && session->last_code == 554 &&
           session->content.octets.n > session->content.trace_octets;
}

static void deliver_refused(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    if (transaction->target_count == 0 || !is_whole(session)) {
        return;
    }
    bool at_once = smtp_has_fault(session, FAULT_REFUSED_NOT_DELIVERED);
    if (!at_once && !smtp_has_fault(session, FAULT_REFUSED_NOT_DELIVERED_2)) {
        return;
    }
    struct store_message *message = store_message_new(&session->content.octets);
    struct maildrop *maildrop = transaction->targets[0].maildrop;
    if (at_once) {
        store_deliver(session->store, &maildrop, 1, message, NULL);
        store_message_unref(&message);
    } else {
        store_message_unref(&session->refused_message);
        session->refused_message = message;
        session->refused_for = maildrop;
    }
}

/* RFC 2920 4: no recipient was accepted, and data came. */
static void deliver_without_recipient(struct smtp_session *session)
{
    const char *sender = session->transaction.reverse_path;
    struct maildrop *maildrop = NULL;
    struct buf notice = {0};
    struct buf *content = &session->content.octets;
    if (session->transaction.recipient_count > 0 || sender == NULL) {
        return;
    }
    if (smtp_has_fault(session, FAULT_NO_RECIPIENTS_NO_MAIL)) {
        maildrop = store_first(session->store);
    } else if (smtp_has_fault(session, FAULT_NO_RECIPIENTS_NO_MAIL_2)) {
        buf_append_text(&notice, "Return-Path: <>\r\nSubject: No recipients\r\n\r\n");
        content = &notice;
        maildrop = smtp_user_maildrop(session, sender);
    }
    if (maildrop != NULL && content->n > 0) {
        struct store_message *message = store_message_new(content);
        store_deliver(session->store, &maildrop, 1, message, NULL);
        store_message_unref(&message);
    }
    buf_deinit(&notice);
}

void smtp_faulty_refused(struct smtp_session *session)
{
    deliver_refused(session);
    deliver_without_recipient(session);
}

void smtp_faulty_delivers_late(struct smtp_session *session)
{
    if (session->refused_message != NULL) {
        store_deliver(session->store, &session->refused_for, 1, session->refused_message, NULL);
        store_message_unref(&session->refused_message);
    }
}
