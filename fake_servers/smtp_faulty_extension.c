#include "fake_servers/smtp_faulty_extension.h"

#include "base/escape.h"
#include "fake_servers/smtp_faulty_more.h"
#include "fake_servers/smtp_header.h"

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
            smtp_has_fault(session, FAULT_BODY_PARAMETER_2));
}

/* ---- the declared size ---- */

static bool ends_by_size(const struct smtp_session *session)
{
    return session->transaction.declared_octets > 0 && smtp_has_fault(session, FAULT_SIZE_NOT_END);
}

struct bytes smtp_faulty_data(const struct smtp_session *session, struct bytes octets)
{
    uint64_t declared = session->transaction.declared_octets;
    uint64_t left = declared - session->content.reader.octets;
    bool cut = ends_by_size(session) && left < octets.n;
    return cut ? bytes_slice(octets, 0, (size_t)left) : octets;
}

void smtp_faulty_data_read(struct smtp_session *session)
{
    struct smtp_data_reader *reader = &session->content.reader;
    uint64_t declared = session->transaction.declared_octets;
    if (ends_by_size(session) && reader->octets >= declared) {
        reader->complete = true;
    }
}

/* ---- lines ---- */

bool smtp_faulty_answers_binary(struct smtp_session *session)
{
    static const struct {
        unsigned char octet;
        enum fault fault;
    } rows[] = {
        {0x00, FAULT_BINARY_LINE  },
        {0xff, FAULT_BINARY_LINE_2},
    };
    struct bytes line = line_in_text(&session->line);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes_index(line, rows[i].octet, 0) != BYTES_NONE &&
            smtp_command_read(line).verb == SMTP_UNKNOWN &&
            smtp_has_fault(session, rows[i].fault)) {
            smtp_answer(session, 250, "2.0.0", "OK");
            return true;
        }
    }
    return false;
}

/* ---- content ---- */

static bool has_label(const struct smtp_session *session)
{
    if (!smtp_has_fault(session, FAULT_BINARY_LABEL_ACCEPTED)) {
        return false;
    }
    struct bytes header = smtp_header_content(session);
    header = bytes_slice(header, 0, bytes_find(header, BYTES_LIT("\r\n\r\n"), 0));
    return bytes_find(header, BYTES_LIT("Content-Transfer-Encoding: binary"), 0) != BYTES_NONE;
}

bool smtp_faulty_refuses_label(struct smtp_session *session)
{
    if (session->transaction.is_binary ||
        (!has_label(session) && !smtp_faulty_more_dislikes_part(session))) {
        return false;
    }
    smtp_answer(session, 554, "5.6.1", "Binary content needs BODY=BINARYMIME");
    return true;
}

void smtp_faulty_octets(struct smtp_session *session)
{
    struct bytes text = smtp_header_content(session);
    if (!session->transaction.is_eight_bit || bytes_is_ascii(text)) {
        return;
    }
    bool codes = smtp_has_fault(session, FAULT_EIGHT_BIT_KEPT);
    if (!codes && (escape_is_utf8(text) || !smtp_has_fault(session, FAULT_EIGHT_BIT_KEPT_2))) {
        return;
    }
    struct buf changed = {0};
    smtp_header_copy_trace(session, &changed);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= 127) {
            buf_append_octet(&changed, text.p[i]);
        } else if (codes) {
            buf_printf(&changed, "=%02X", text.p[i]);
        } else {
            buf_append_octet(&changed, '?');
        }
    }
    smtp_header_replace(session, &changed);
}
