/* STLS, and what TLS changes in a session (RFC 2595 section 4). */
#include <stdlib.h>

#include "fake_servers/pop3_session.h"

bool pop3_offers_tls(const struct pop3_session *session)
{
    if (pop3_session_has_fault(session, FAULT_POP3_STLS_CAPABILITY)) {
        return false;
    }
    if (session->state == POP3_STATE_TRANSACTION &&
        pop3_session_has_fault(session, FAULT_POP3_STLS_CAPABILITY_2)) {
        return session->settings->starttls;
    }
    if (session->auth_done && pop3_session_has_fault(session, FAULT_POP3_AUTH)) {
        return false; /* as it would be if the maildrop were open */
    }
    return session->settings->starttls && !session->tls.secured &&
           session->state == POP3_STATE_AUTHORIZATION;
}

void pop3_do_stls(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    if (session->state == POP3_STATE_TRANSACTION && session->tls.secured &&
        pop3_session_has_fault(session, FAULT_POP3_STLS_STATE_2)) {
        pop3_say(session, POP3_TEXT_BEGIN_TLS);
        return;
    }
    if (session->tls.secured || pop3_session_has_fault(session, FAULT_POP3_STLS)) {
        pop3_say(session, POP3_TEXT_TLS_ACTIVE);
        return;
    }
    pop3_say(session, POP3_TEXT_BEGIN_TLS);
    if (pop3_session_has_fault(session, FAULT_POP3_STLS_2)) {
        session->state = POP3_STATE_OVER;
        return;
    }
    session->wants_tls = true;
    if (pop3_session_has_fault(session, FAULT_POP3_NO_TEXT_BEFORE_TLS_2)) {
        buf_append_text(session->out, "\r\n");
    }
    if (pop3_session_has_fault(session, FAULT_POP3_NO_TEXT_BEFORE_TLS)) {
        pop3_say(session, POP3_TEXT_NOOP);
    }
}

bool pop3_session_wants_tls(const struct pop3_session *session)
{
    return session->wants_tls;
}

/* Somebody in between may have said USER, or asked for another language, in clear text. */
void pop3_session_secured(struct pop3_session *session, const struct tls_facts *facts)
{
    session->wants_tls = false;
    if (!facts->secured) {
        return;
    }
    auth_free(&session->auth);
    free(session->user);
    session->user = NULL;
    session->utf8 = false;
    session->language = pop3_first_language(session->settings);
    line_in_reset(&session->line);
    client_tls_take(&session->tls, session->settings, facts);
}
