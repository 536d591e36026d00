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

size_t smtp_faulty_replies(const struct smtp_session *session)
{
    size_t recipients = session->transaction.recipient_count;
    return recipients > 1 && smtp_has_fault(session, FAULT_ONE_REPLY_PER_COMMAND_3) ? recipients
                                                                                    : 1;
}
