#include "fake_servers/smtp_faulty_reply.h"

#include <string.h>

#include "fake_servers/smtp_header.h"

enum { FAULTY_MESSAGE_OCTETS = 60000, FAULTY_RECIPIENTS = 100 };

/* ---- Other answers ---- */

bool smtp_faulty_reply_to_chunk(struct smtp_session *session)
{
    if (session->state != SMTP_STATE_READY || !smtp_has_fault(session, FAULT_OFFERED_COMMAND_2)) {
        return false;
    }
    smtp_answer(session, 500, "5.5.1", "Command not recognised");
    return true;
}

unsigned smtp_faulty_reply_code(const struct smtp_session *session, unsigned code,
                                const char *status)
{
    bool is_unknown_user =
        session->verb == SMTP_RCPT && code == 550 && status != NULL && strcmp(status, "5.1.1") == 0;
    return is_unknown_user && !session->transaction.is_utf8 &&
                   smtp_has_fault(session, FAULT_USUAL_CODE)
               ? 541
               : code;
}

const char *smtp_faulty_reply_parameter(const struct smtp_session *session,
                                        enum server_extension extension)
{
    if (extension == EXTENSION_PIPELINING && smtp_has_fault(session, FAULT_EHLO_PARAMETER)) {
        return " yes";
    }
    if (extension == EXTENSION_SIZE && session->settings->max_message_octets > 0 &&
        smtp_has_fault(session, FAULT_EHLO_PARAMETER_2)) {
        return "k";
    }
    return "";
}

/* ---- Limits ---- */

bool smtp_faulty_reply_limits(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    bool is_large = content->size > FAULTY_MESSAGE_OCTETS;
    if (is_large && session->transaction.declared_octets == 0 &&
        smtp_has_fault(session, FAULT_MESSAGE_64K)) {
        smtp_answer(session, 552, "5.3.4", "Message too large");
        return true;
    }
    size_t most = content->trace_octets + FAULTY_MESSAGE_OCTETS;
    if (content->octets.n > most && smtp_has_fault(session, FAULT_MESSAGE_64K_2)) {
        content->octets.n = most; /* there may be less: what is not kept at all */
    }
    return false;
}

/* The recipients above 100 push out those that were there. */
void smtp_faulty_reply_recipient(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    size_t count = transaction->recipient_count;
    bool is_ring = smtp_has_fault(session, FAULT_RECIPIENTS_KEPT);
    bool is_new = smtp_has_fault(session, FAULT_RECIPIENTS_KEPT_2);
    if (count <= FAULTY_RECIPIENTS || (!is_ring && !is_new)) {
        return;
    }
    size_t dropped = is_ring ? 1 : count - 1;
    for (size_t i = 0; i < dropped; i++) {
        smtp_recipient_deinit(&transaction->recipients[i]);
    }
    memmove(transaction->recipients, transaction->recipients + dropped,
            (count - dropped) * sizeof *transaction->recipients);
    transaction->recipient_count = count - dropped;
    transaction->target_count = 0;
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        smtp_add_targets(session, &transaction->recipients[i]);
    }
}

/* ---- Messages that were refused ---- */

/* Whole, and refused for its trace fields or a long line: line ends have rules of their own. */
static bool is_whole(const struct smtp_session *session)
{
    bool has_reason =
        smtp_header_count(session, "Received") > 1 || session->settings->max_text_line_octets > 0;
    return has_reason && session->last_code == 554 &&
           session->content.octets.n > session->content.trace_octets;
}

void smtp_faulty_reply_refused(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    bool at_once = smtp_has_fault(session, FAULT_REFUSED_NOT_DELIVERED);
    bool later = smtp_has_fault(session, FAULT_REFUSED_NOT_DELIVERED_2);
    if (transaction->target_count == 0 || !is_whole(session) || (!at_once && !later)) {
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

void smtp_faulty_reply_late(struct smtp_session *session)
{
    if (session->refused_message != NULL) {
        store_deliver(session->store, &session->refused_for, 1, session->refused_message, NULL);
        store_message_unref(&session->refused_message);
    }
}
