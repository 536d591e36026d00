#include "fake_servers/smtp_faulty_extension.h"

enum { FAULTY_AUTH_OCTETS = 255 };

/* ---- parameters of MAIL ---- */

bool smtp_faulty_unknown_parameter(const struct smtp_session *session,
                                   const struct smtp_param *param)
{
    return (bytes_is_nocase(param->keyword, "SIZE") &&
            smtp_has_fault(session, FAULT_SIZE_PARAMETER)) ||
           (bytes_is_nocase(param->keyword, "BODY") && bytes_is_nocase(param->value, "7BIT") &&
            smtp_has_fault(session, FAULT_BODY_PARAMETER));
}

bool smtp_faulty_bad_value(const struct smtp_session *session, const struct smtp_param *param)
{
    return (bytes_is_nocase(param->keyword, "SIZE") && bytes_starts(param->value, "00") &&
            smtp_has_fault(session, FAULT_SIZE_PARAMETER_2)) ||
           (bytes_is_nocase(param->keyword, "BODY") && bytes_has_lower(param->value) &&
            smtp_has_fault(session, FAULT_BODY_PARAMETER_2)) ||
           (bytes_is_nocase(param->keyword, "AUTH") && param->value.n > FAULTY_AUTH_OCTETS &&
            smtp_has_fault(session, FAULT_AUTH_PARAMETER_LENGTH_2));
}

bool smtp_faulty_takes_value(const struct smtp_session *session, const struct smtp_param *param)
{
    bool is_of_mail =
        bytes_is_nocase(param->keyword, "SIZE") || bytes_is_nocase(param->keyword, "BODY");
    return is_of_mail && smtp_has_fault(session, FAULT_PARAMETER_VALUE);
}

uint64_t smtp_faulty_size(const struct smtp_session *session, uint64_t size)
{
    return smtp_has_fault(session, FAULT_SIZE_REFUSED_2) ? (uint32_t)size : size;
}

bool smtp_faulty_counts_chunk_alone(const struct smtp_session *session)
{
    size_t most = session->settings->max_message_octets;
    return session->content.size > most && session->chunk.chunk.octets <= most &&
           smtp_has_fault(session, FAULT_SIZE_ENFORCED_2);
}

bool smtp_faulty_misses_binary(const struct smtp_session *session, struct bytes value)
{
    return bytes_has_lower(value) && smtp_has_fault(session, FAULT_DATA_AFTER_BINARYMIME_2);
}
