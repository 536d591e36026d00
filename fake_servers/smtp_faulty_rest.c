#include "fake_servers/smtp_faulty_rest.h"

static bool has(const struct smtp_session *session, enum fault fault)
{
    return smtp_session_has_fault(session, fault);
}

/* ---- logins and TLS ---- */

bool smtp_faulty_rest_refuses(struct smtp_session *session, const struct smtp_command *command)
{
    if (command->verb == SMTP_NOOP && session->settings->mail_needs_auth && session->user == NULL &&
        has(session, FAULT_AUTH_REQUIRED_CODE_2)) {
        smtp_answer(session, 530, "5.7.0", "Authentication required");
        return true;
    }
    return false;
}

void smtp_faulty_rest_mechanisms(const struct smtp_session *session, struct buf *list)
{
    for (size_t i = 1; i < list->n && has(session, FAULT_AUTH_MECHANISM_NAMES); i++) {
        list->p[i] = list->p[i] == ' ' ? ',' : list->p[i];
    }
    if (list->n > 0 && has(session, FAULT_AUTH_MECHANISM_NAMES_2)) {
        buf_append_text(list, " MAILSPEC-OWN-TOKEN-2026");
    }
}

bool smtp_faulty_rest_hides_login(const struct smtp_session *session)
{
    return has(session,
               session->tls.secured ? FAULT_RECEIVED_WITH_AUTH_2 : FAULT_RECEIVED_WITH_AUTH);
}

/* ---- limits ---- */

size_t smtp_faulty_rest_max_line(const struct smtp_session *session, size_t most)
{
    enum { FAULTY_MAX_OCTETS = 512 };
    bool is_mail = smtp_command_read(line_in_text(&session->line)).verb == SMTP_MAIL;
    return is_mail && has(session, FAULT_AUTH_PARAMETER_LENGTH) ? FAULTY_MAX_OCTETS : most;
}

bool smtp_faulty_rest_bad_value(const struct smtp_session *session, const struct smtp_param *param)
{
    enum { FAULTY_MAX_OCTETS = 255 };
    return bytes_is_nocase(param->keyword, "AUTH") && param->value.n > FAULTY_MAX_OCTETS &&
           has(session, FAULT_AUTH_PARAMETER_LENGTH_2);
}

bool smtp_faulty_rest_refuses_content(struct smtp_session *session)
{
    enum { FAULTY_MAX_OCTETS = 20000 };
    if (session->transaction.declared_octets == 0 || session->content.size <= FAULTY_MAX_OCTETS ||
        !has(session, FAULT_SIZE_PROMISED)) {
        return false;
    }
    smtp_answer(session, 552, "5.3.4", "Message too large");
    return true;
}

/* ---- the greeting, and EHLO ---- */

void smtp_faulty_rest_greeted(struct smtp_session *session)
{
    if (has(session, FAULT_REFUSED_GREETING_WAITS)) {
        session->state = SMTP_STATE_OVER;
    }
}

bool smtp_faulty_rest_serves(const struct smtp_session *session, enum smtp_verb verb)
{
    return verb == SMTP_EHLO && has(session, FAULT_REFUSED_GREETING_503_2);
}

bool smtp_faulty_rest_hides(const struct smtp_session *session, enum server_extension extension)
{
    return extension == EXTENSION_CHUNKING &&
           has(session, session->tls.secured ? FAULT_BINARYMIME_WITH_CHUNKING_2
                                             : FAULT_BINARYMIME_WITH_CHUNKING);
}
