#include "fake_servers/smtp_faulty_utf8.h"

bool smtp_faulty_utf8_hides(const struct smtp_session *session, enum server_extension extension)
{
    bool is_first = !session->had_mail && !session->tls.secured;
    return extension == EXTENSION_8BITMIME &&
           ((is_first && smtp_has_fault(session, FAULT_UTF8_WITH_8BITMIME)) ||
            (session->tls.secured && smtp_has_fault(session, FAULT_UTF8_WITH_8BITMIME_2)));
}

static bool is_utf8_parameter(const struct smtp_param *param)
{
    return bytes_is_nocase(param->keyword, "SMTPUTF8");
}

bool smtp_faulty_utf8_unknown(const struct smtp_session *session, const struct smtp_param *param)
{
    return is_utf8_parameter(param) &&
           (smtp_has_fault(session, FAULT_UTF8_PARAMETER) ||
            (bytes_has_lower(param->keyword) && smtp_has_fault(session, FAULT_UTF8_PARAMETER_2)));
}

bool smtp_faulty_utf8_takes(struct smtp_session *session, const struct smtp_param *param)
{
    bool takes = smtp_has_fault(session, FAULT_UTF8_VALUE);
    if (!is_utf8_parameter(param) || !param->has_value ||
        (!takes && !smtp_has_fault(session, FAULT_UTF8_VALUE_2))) {
        return false;
    }
    session->transaction.is_utf8 = takes;
    return true;
}

bool smtp_faulty_utf8_refuses(struct smtp_session *session, const struct smtp_path *path)
{
    if (!bytes_is_ascii(path->local_part) && smtp_has_fault(session, FAULT_UTF8_ADDRESS)) {
        smtp_answer(session, 553, "5.6.7", "The local-part holds an octet above 127");
        return true;
    }
    if (!bytes_is_ascii(path->domain) && smtp_has_fault(session, FAULT_UTF8_ADDRESS_2)) {
        smtp_answer(session, 501, "5.1.3", "The domain is malformed");
        return true;
    }
    return false;
}

unsigned smtp_faulty_utf8_code(const struct smtp_session *session, unsigned code)
{
    return smtp_has_fault(session, FAULT_UTF8_REFUSAL_CODE) ? 501 : code;
}
