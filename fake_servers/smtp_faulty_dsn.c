#include "fake_servers/smtp_faulty_dsn.h"

#include "fake_servers/smtp_header.h"

enum { FAULTY_ENVID_OCTETS = 80, FAULTY_ORCPT_OCTETS = 400 };

/* ---- parameters ---- */

static bool is_of_dsn(const struct smtp_param *param)
{
    static const char *const keywords[] = {"RET", "ENVID", "NOTIFY", "ORCPT"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (bytes_is_nocase(param->keyword, keywords[i])) {
            return true;
        }
    }
    return false;
}

bool smtp_faulty_dsn_takes(const struct smtp_session *session, const struct smtp_param *param,
                           bool is_repeated)
{
    static const struct {
        enum fault fault;
        const char *keyword;
    } rows[] = {
        {FAULT_DSN_MAIL_VALUE,   "RET"   },
        {FAULT_DSN_MAIL_VALUE_2, "ENVID" },
        {FAULT_DSN_RCPT_VALUE,   "NOTIFY"},
        {FAULT_DSN_RCPT_VALUE_2, "ORCPT" },
    };
    if (is_repeated) {
        return is_of_dsn(param) && smtp_has_fault(session, FAULT_DSN_ONCE);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes_is_nocase(param->keyword, rows[i].keyword)) {
            return smtp_has_fault(session, rows[i].fault);
        }
    }
    return false;
}

bool smtp_faulty_dsn_refuses(const struct smtp_session *session, const struct smtp_param *param)
{
    struct bytes value = param->value;
    return (bytes_is_nocase(param->keyword, "RET") && bytes_is_nocase(value, "HDRS") &&
            smtp_has_fault(session, FAULT_DSN_PARAMETERS)) ||
           (bytes_is_nocase(param->keyword, "NOTIFY") && bytes_has_lower(value) &&
            smtp_has_fault(session, FAULT_DSN_PARAMETERS_2)) ||
           (bytes_is_nocase(param->keyword, "ENVID") && value.n > FAULTY_ENVID_OCTETS &&
            smtp_has_fault(session, FAULT_DSN_LIMITS)) ||
           (bytes_is_nocase(param->keyword, "ORCPT") && value.n > FAULTY_ORCPT_OCTETS &&
            smtp_has_fault(session, FAULT_DSN_LIMITS_2));
}

/* ---- notices ---- */

bool smtp_faulty_dsn_unasked(const struct smtp_session *session,
                             const struct smtp_recipient *recipient)
{
    return (recipient->notify == SMTP_NOTIFY_NEVER && smtp_has_fault(session, FAULT_DSN_UNASKED)) ||
           (recipient->notify == 0 && smtp_has_fault(session, FAULT_DSN_UNASKED_2));
}

const char *smtp_faulty_dsn_envid(const struct smtp_session *session, const char *envid)
{
    if (envid == NULL) {
        return smtp_has_fault(session, FAULT_DSN_FIELDS_UNASKED) ? "mailspec" : NULL;
    }
    return smtp_has_fault(session, FAULT_DSN_FIELDS) ? NULL : envid;
}

/* What stands in the first pair of angle brackets. */
static struct bytes address_in(struct bytes field)
{
    size_t begin = bytes_index(field, '<', 0);
    size_t end = bytes_index(field, '>', begin == BYTES_NONE ? 0 : begin);
    return begin == BYTES_NONE || end == BYTES_NONE ? (struct bytes){0}
                                                    : bytes_slice(field, begin + 1, end);
}

struct bytes smtp_faulty_dsn_notified(const struct smtp_session *session, struct bytes message)
{
    const char *name = smtp_has_fault(session, FAULT_NO_NOTICE_FOR_NOTICE)     ? "From"
                       : smtp_has_fault(session, FAULT_NO_NOTICE_FOR_NOTICE_2) ? "Errors-To"
                                                                               : NULL;
    struct smtp_header_field field;
    while (name != NULL && smtp_header_next(&message, &field)) {
        if (bytes_is_nocase(field.name, name)) {
            return address_in(field.whole);
        }
    }
    return (struct bytes){0};
}
