#include "fake_servers/smtp_faulty_reply.h"

#include <string.h>

/* ---- Other answers ---- */

/* Where a fault shows. */
enum place { ANYWHERE, OUTSIDE, WITH_CHUNKING };

static const struct {
    enum fault fault;
    enum smtp_verb verb;
    enum place place;
    unsigned code;
    const char *status;
} instead[] = {
    {FAULT_INTERMEDIATE_REPLY, SMTP_DATA, ANYWHERE,      250, "2.0.0"},
    {FAULT_MINIMUM,            SMTP_DATA, WITH_CHUNKING, 500, "5.5.1"},
    {FAULT_MINIMUM_2,          SMTP_RSET, OUTSIDE,       502, "5.5.1"},
    {FAULT_OFFERED_COMMAND,    SMTP_EXPN, ANYWHERE,      502, "5.5.1"},
};

static bool is_there(const struct smtp_session *session, enum place place)
{
    switch (place) {
    case ANYWHERE:
        break;
    case OUTSIDE:
        return session->state == SMTP_STATE_READY;
    case WITH_CHUNKING:
        return smtp_session_may_use(session, EXTENSION_CHUNKING);
    }
    return true;
}

bool smtp_faulty_reply_instead(struct smtp_session *session, const struct smtp_command *command)
{
    for (size_t i = 0; i < sizeof instead / sizeof instead[0]; i++) {
        if (instead[i].verb == command->verb && smtp_session_has_fault(session, instead[i].fault) &&
            is_there(session, instead[i].place)) {
            smtp_answer(session, instead[i].code, instead[i].status, "Not as it should be");
            return true;
        }
    }
    return false;
}

bool smtp_faulty_reply_to_chunk(struct smtp_session *session)
{
    if (session->state != SMTP_STATE_READY ||
        !smtp_session_has_fault(session, FAULT_OFFERED_COMMAND_2)) {
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
    return is_unknown_user && smtp_session_has_fault(session, FAULT_USUAL_CODE) ? 541 : code;
}

const char *smtp_faulty_reply_parameter(const struct smtp_session *session,
                                        enum server_extension extension)
{
    if (extension == EXTENSION_PIPELINING &&
        smtp_session_has_fault(session, FAULT_EHLO_PARAMETER)) {
        return " yes";
    }
    if (extension == EXTENSION_SIZE && session->settings->max_message_octets > 0 &&
        smtp_session_has_fault(session, FAULT_EHLO_PARAMETER_2)) {
        return "k";
    }
    return "";
}
