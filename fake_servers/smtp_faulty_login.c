#include "fake_servers/smtp_faulty_login.h"

#include "base/mem.h"

/* ---- AUTH ---- */

void smtp_faulty_login_mechanisms(const struct smtp_session *session, struct buf *list)
{
    for (size_t i = 1; i < list->n && smtp_has_fault(session, FAULT_AUTH_MECHANISM_NAMES); i++) {
        list->p[i] = list->p[i] == ' ' ? ',' : list->p[i];
    }
    if (list->n > 0 && smtp_has_fault(session, FAULT_AUTH_MECHANISM_NAMES_2)) {
        buf_append_text(list, " MAILSPEC-OWN-TOKEN-2026");
    }
}

bool smtp_faulty_login_is_hidden(const struct smtp_session *session)
{
    return smtp_has_fault(session, session->tls.secured ? FAULT_RECEIVED_WITH_AUTH_2
                                                        : FAULT_RECEIVED_WITH_AUTH);
}

/* ---- TLS ---- */

void smtp_faulty_login_starttls(struct smtp_session *session)
{
    if (session->wants_tls && smtp_has_fault(session, FAULT_STARTTLS_2)) {
        session->wants_tls = false;
        session->state = SMTP_STATE_OVER;
    }
    if (session->wants_tls && smtp_has_fault(session, FAULT_NO_TEXT_BEFORE_TLS_2)) {
        smtp_answer(session, 220, NULL, "%s ESMTP", session->settings->hostname);
    }
}

void smtp_faulty_login_forget(struct smtp_session *session)
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
