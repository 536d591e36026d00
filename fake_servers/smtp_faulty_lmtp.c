#include "fake_servers/smtp_faulty_lmtp.h"

#include <string.h>

static bool lmtp_has(const struct smtp_session *session, enum fault fault)
{
    return session->lmtp && smtp_has_fault(session, fault);
}

bool smtp_faulty_lmtp_knows(const struct smtp_session *session, enum smtp_verb verb)
{
    return (verb == SMTP_EHLO && lmtp_has(session, FAULT_LMTP_HELLO)) ||
           (verb == SMTP_HELO && lmtp_has(session, FAULT_LMTP_HELLO_2));
}

bool smtp_faulty_lmtp_takes_data(const struct smtp_session *session)
{
    return session->verb == SMTP_DATA && session->state == SMTP_STATE_MAIL &&
           lmtp_has(session, session->transaction.has_refused ? FAULT_LMTP_DATA_WITHOUT_RCPT_2
                                                              : FAULT_LMTP_DATA_WITHOUT_RCPT);
}

bool smtp_faulty_lmtp_hides(const struct smtp_session *session, enum server_extension extension)
{
    return (extension == EXTENSION_PIPELINING && lmtp_has(session, FAULT_LMTP_EXTENSIONS)) ||
           (extension == EXTENSION_ENHANCEDSTATUSCODES &&
            lmtp_has(session, FAULT_LMTP_EXTENSIONS_2));
}

bool smtp_faulty_lmtp_leaves_out(const struct smtp_session *session, size_t recipient)
{
    const struct smtp_recipient *recipients = session->transaction.recipients;
    for (size_t i = 0; i < recipient && lmtp_has(session, FAULT_COMMAND_GETS_REPLY_2); i++) {
        if (strcmp(recipients[i].path, recipients[recipient].path) == 0) {
            return true;
        }
    }
    return false;
}

void smtp_faulty_lmtp_answers_more(struct smtp_session *session)
{
    if (session->transaction.has_refused && lmtp_has(session, FAULT_ONE_REPLY_PER_COMMAND_2)) {
        smtp_answer(session, 550, "5.1.1", "No such user");
    }
}
