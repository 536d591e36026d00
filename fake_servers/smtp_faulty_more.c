#include "fake_servers/smtp_faulty_more.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- Replies ---- */

size_t smtp_faulty_more_replies(const struct smtp_session *session)
{
    size_t recipients = session->transaction.recipient_count;
    return recipients > 1 && smtp_has_fault(session, FAULT_ONE_REPLY_PER_COMMAND_3) ? recipients
                                                                                    : 1;
}

/* ---- The transaction ---- */

bool smtp_faulty_more_keeps_recipients(struct smtp_session *session, enum fault fault)
{
    struct smtp_transaction *transaction = &session->transaction;
    if (session->state != SMTP_STATE_RCPT || !smtp_has_fault(session, fault)) {
        return false;
    }
    free(transaction->reverse_path);
    transaction->reverse_path = NULL;
    session->state = SMTP_STATE_READY;
    return true;
}

bool smtp_faulty_more_has_kept(const struct smtp_session *session)
{
    return session->transaction.recipient_count > 0 &&
           (smtp_has_fault(session, FAULT_RSET_CLEARS_2) ||
            smtp_has_fault(session, FAULT_EHLO_CLEARS_2));
}

void smtp_faulty_more_noop(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    if (session->state != SMTP_STATE_RCPT || !smtp_has_fault(session, FAULT_NOOP_KEEPS_STATE_2)) {
        return;
    }
    while (transaction->recipient_count > 0) {
        smtp_recipient_deinit(&transaction->recipients[--transaction->recipient_count]);
    }
    transaction->target_count = 0;
    session->state = SMTP_STATE_MAIL;
}

bool smtp_faulty_more_denies_user(const struct smtp_session *session, const struct smtp_path *path)
{
    return path->domain.n == 0 && bytes_is_nocase(path->local_part, "postmaster") &&
           smtp_has_fault(session, FAULT_POSTMASTER_2);
}

/* ---- TLS ---- */

void smtp_faulty_more_starttls(struct smtp_session *session)
{
    if (session->wants_tls && smtp_has_fault(session, FAULT_STARTTLS_2)) {
        session->wants_tls = false;
        session->state = SMTP_STATE_OVER;
    }
    if (session->wants_tls && smtp_has_fault(session, FAULT_NO_TEXT_BEFORE_TLS_2)) {
        smtp_answer(session, 220, NULL, "%s ESMTP", session->settings->hostname);
    }
}

void smtp_faulty_more_forget(struct smtp_session *session)
{
    bool keeps = session->client_name != NULL && smtp_has_fault(session, FAULT_TLS_FORGETS_2);
    char *name = keeps ? mem_strdup(session->client_name) : NULL;
    bool extended = session->extended;
    smtp_session_forget(session);
    if (keeps) {
        session->client_name = name;
        session->extended = extended;
        session->state = SMTP_STATE_READY;
    }
}

/* ---- The end ---- */

bool smtp_faulty_more_hangs_up(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_START && !session->no_service &&
           smtp_has_fault(session, FAULT_QUIT_REPLY_2);
}

bool smtp_faulty_more_stays(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_RCPT && smtp_has_fault(session, FAULT_QUIT_CLOSES_2);
}
