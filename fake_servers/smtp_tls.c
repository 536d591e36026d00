/* STARTTLS, and what TLS changes in a session (RFC 3207). */
#include <stdlib.h>

#include "fake_servers/smtp_faulty_login.h"
#include "fake_servers/smtp_history.h"

bool smtp_offers_tls(const struct smtp_session *session)
{
    bool may_offer =
        !session->tls.secured || smtp_has_fault(session, FAULT_STARTTLS_NOT_OFFERED_WITHIN_TLS) ||
        (session->user != NULL && smtp_has_fault(session, FAULT_STARTTLS_NOT_OFFERED_WITHIN_TLS_2));
    return may_offer && smtp_history_lacks(session, SMTP_STARTTLS) == 0;
}

void smtp_session_forget(struct smtp_session *session)
{
    smtp_session_clear(session);
    smtp_session_forget_login(session);
    free(session->client_name);
    session->client_name = NULL;
    session->extended = false;
    session->had_mail = false;
    session->knows_bdat = false;
    session->state = SMTP_STATE_START;
}

/* RFC 3207 4; RFC 2033 4.1 has LHLO in the place of EHLO. */
bool smtp_lacks_tls(struct smtp_session *session, enum smtp_verb verb)
{
    static const bool leads_to_tls[SMTP_VERB_COUNT] = {[SMTP_EHLO] = true,
                                                       [SMTP_LHLO] = true,
                                                       [SMTP_NOOP] = true,
                                                       [SMTP_STARTTLS] = true,
                                                       [SMTP_QUIT] = true};
    if (!session->settings->mail_needs_tls || session->tls.secured) {
        return false;
    }
    if (verb == SMTP_NOOP && smtp_has_fault(session, FAULT_TLS_REQUIRED_2)) {
        smtp_answer(session, 503, "5.5.1", "Bad sequence of commands: STARTTLS comes next");
        return true;
    }
    if (leads_to_tls[verb]) {
        return false;
    }
    bool is_policy = verb == SMTP_MAIL && smtp_has_fault(session, FAULT_TLS_REQUIRED);
    smtp_answer(session, is_policy ? 550 : 530, is_policy ? "5.7.1" : "5.7.0",
                "Begin TLS first, by STARTTLS");
    return true;
}

/* RFC 3207 4.2: both know that a TLS session is active, and there is no second one in it. */
bool smtp_do_starttls(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (session->tls.secured && !session->is_tls_forgotten &&
        !smtp_has_fault(session, FAULT_STARTTLS_WITHIN_TLS)) {
        smtp_answer(session, 503, "5.5.1", "TLS has begun already");
        return false;
    }
    if (smtp_has_fault(session, FAULT_STARTTLS)) {
        smtp_answer(session, 501, "5.5.4", "A parameter is missing");
        return false;
    }
    smtp_answer(session, 220, "2.0.0", "Ready to start TLS");
    session->wants_tls = !session->tls.secured;
    if (session->wants_tls && smtp_has_fault(session, FAULT_NO_TEXT_BEFORE_TLS)) {
        smtp_answer(session, 250, "2.0.0", "OK");
    }
    smtp_faulty_login_starttls(session);
    return true;
}

bool smtp_session_wants_tls(const struct smtp_session *session)
{
    return session->wants_tls;
}

void smtp_session_secured(struct smtp_session *session, const struct tls_facts *facts)
{
    session->wants_tls = false;
    if (facts->secured) {
        if (!smtp_has_fault(session, FAULT_TLS_FORGETS)) {
            smtp_faulty_login_forget(session);
        }
        line_in_reset(&session->line);
        client_tls_take(&session->tls, session->settings, facts);
    }
}
