/* Faults in what a message may hold. */
#include "base/escape.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_header.h"

/* ---- the header ---- */

static bool has_two_from(const struct smtp_session *session)
{
    return smtp_header_count(session, "From") > 1;
}

static bool has_odd_line(const struct smtp_session *session)
{
    struct bytes rest = smtp_header_content(session);
    struct smtp_header_field field;
    while (smtp_header_next(&rest, &field)) {
        if (field.name.n == 0) {
            return true;
        }
    }
    return false;
}

static bool has_resent_to_alone(const struct smtp_session *session)
{
    return smtp_header_count(session, "Resent-To") > 0 &&
           smtp_header_count(session, "Resent-From") == 0;
}

static bool has_odd_number_of_resent(const struct smtp_session *session)
{
    size_t from = smtp_header_count(session, "Resent-From");
    return from > 0 && from != smtp_header_count(session, "Resent-Date");
}

/* A field of that name in which the octet is missing. */
static bool lacks(const struct smtp_session *session, const char *name, unsigned char octet)
{
    struct bytes rest = smtp_header_content(session);
    struct smtp_header_field field;
    while (smtp_header_next(&rest, &field)) {
        if (bytes_is_nocase(field.name, name) && bytes_index(field.whole, octet, 0) == BYTES_NONE) {
            return true;
        }
    }
    return false;
}

static bool has_undated_received(const struct smtp_session *session)
{
    return lacks(session, "Received", ';');
}

static bool has_bare_return_path(const struct smtp_session *session)
{
    return lacks(session, "Return-Path", '<');
}

struct content_refusal {
    enum fault fault;
    bool (*is_bad)(const struct smtp_session *session);
    unsigned code;
    const char *text;
};

static const struct content_refusal refusals[] = {
    {FAULT_HEADER_DEFECTS,     has_two_from,             554, "There must be one From field"     },
    {FAULT_HEADER_DEFECTS_2,   has_odd_line,             550, "A line of the header is no field" },
    {FAULT_RESENT_FIELDS,      has_resent_to_alone,      554, "Resent-From is missing"           },
    {FAULT_RESENT_FIELDS_2,    has_odd_number_of_resent, 554, "Resent fields do not fit together"},
    {FAULT_ODD_TRACE_FIELDS,   has_undated_received,     554, "A Received field has no date"     },
    {FAULT_ODD_TRACE_FIELDS_2, has_bare_return_path,     554, "The Return-Path field has no path"},
};

static bool refuses_header(struct smtp_session *session)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct content_refusal *row = &refusals[i];
        if (smtp_has_fault(session, row->fault) && row->is_bad(session)) {
            smtp_answer(session, row->code, "5.6.0", "%s", row->text);
            return true;
        }
    }
    return false;
}

/* ---- labels ---- */

static bool has_label(const struct smtp_session *session)
{
    if (!smtp_has_fault(session, FAULT_BINARY_LABEL_ACCEPTED)) {
        return false;
    }
    struct bytes header = smtp_header_content(session);
    header = bytes_slice(header, 0, bytes_find(header, BYTES_LIT("\r\n\r\n"), 0));
    return bytes_find(header, BYTES_LIT("Content-Transfer-Encoding: binary"), 0) != BYTES_NONE;
}

static bool has_labelled_part(const struct smtp_session *session)
{
    if (!smtp_has_fault(session, FAULT_BINARY_LABEL_ACCEPTED_2)) {
        return false;
    }
    struct bytes octets = buf_bytes(&session->content.octets);
    size_t body = bytes_find(octets, BYTES_LIT("\r\n\r\n"), session->content.trace_octets);
    return body != BYTES_NONE &&
           bytes_find(octets, BYTES_LIT("\r\nContent-Transfer-Encoding: binary"), body) !=
               BYTES_NONE;
}

static bool refuses_label(struct smtp_session *session)
{
    if (session->transaction.is_binary || (!has_label(session) && !has_labelled_part(session))) {
        return false;
    }
    smtp_answer(session, 554, "5.6.1", "Binary content needs BODY=BINARYMIME");
    return true;
}

/* ---- sizes ---- */

enum { FAULTY_MESSAGE_OCTETS = 60000, FAULTY_DECLARED_OCTETS = 20000 };

/* Is it larger than the server takes, though it says that it takes more? */
static bool refuses_size(struct smtp_session *session)
{
    bool is_declared = session->transaction.declared_octets > 0;
    size_t most = is_declared ? FAULTY_DECLARED_OCTETS : FAULTY_MESSAGE_OCTETS;
    if (session->content.size <= most ||
        !smtp_has_fault(session, is_declared ? FAULT_SIZE_PROMISED : FAULT_MESSAGE_64K)) {
        return false;
    }
    smtp_answer(session, 552, "5.3.4", "Message too large");
    return true;
}

/* There may be less than the size: what is not kept at all. */
static void cut_content(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    size_t most = content->trace_octets + FAULTY_MESSAGE_OCTETS;
    if (content->octets.n > most && smtp_has_fault(session, FAULT_MESSAGE_64K_2)) {
        content->octets.n = most;
    }
}

bool smtp_faulty_refuses_content(struct smtp_session *session)
{
    return refuses_header(session) || refuses_label(session) || refuses_size(session);
}

bool smtp_faulty_has_long_line(const struct smtp_session *session)
{
    enum { MOST_OCTETS = 999 }; /* and the dot before it */
    return session->verb == SMTP_DATA && smtp_has_fault(session, FAULT_TEXT_LINE_1000_2) &&
           smtp_content_has_line(&session->content, MOST_OCTETS, ".");
}

/* ---- line ends ---- */

bool smtp_faulty_takes_line_ends(const struct smtp_session *session, bool bare_lf, bool bare_cr)
{
    return (!bare_lf || smtp_has_fault(session, FAULT_TEXT_LINE_END)) &&
           (!bare_cr || smtp_has_fault(session, FAULT_TEXT_LINE_END_2));
}

/* POP3 sends a lone LF as the end of a line, so a lone CR needs no more than its LF. */
static void end_lines_at_cr(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    const struct smtp_data_reader *reader = &session->content.reader;
    bool may_have_cr = reader->careless || (reader->defects & SMTP_DATA_BARE_CR) != 0;
    if (!may_have_cr || !smtp_has_fault(session, FAULT_TEXT_LINE_END_2)) {
        return;
    }
    for (size_t i = session->content.trace_octets; i < octets->n; i++) {
        bool ends_line = i + 1 < octets->n && octets->p[i + 1] == '\n';
        octets->p[i] = octets->p[i] == '\r' && !ends_line ? '\n' : octets->p[i];
    }
}

/* ---- all of it ---- */

/* The body's; fields of the header have rules of their own. */
static void strip_blanks(struct smtp_session *session)
{
    struct bytes whole = buf_bytes(&session->content.octets);
    size_t end = bytes_find(whole, BYTES_LIT("\r\n\r\n"), session->content.trace_octets);
    size_t header = end == BYTES_NONE ? whole.n : end + 4;
    struct bytes rest = bytes_skip(whole, header);
    struct buf stripped = {0};
    struct bytes line;
    buf_append(&stripped, bytes_slice(whole, 0, header));
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_append(&stripped, bytes_trim_right(line));
        if (rest.n > 0 || bytes_ends(line, "\r")) {
            buf_append_text(&stripped, "\r\n");
        }
    }
    smtp_header_replace(session, &stripped);
}

/* Not one dot but all are taken off the front of a line. */
static void take_all_dots(struct smtp_session *session)
{
    struct bytes rest = smtp_header_content(session);
    struct buf kept = {0};
    smtp_header_copy_trace(session, &kept);
    while (rest.n > 0) {
        size_t lf = bytes_index(rest, '\n', 0);
        size_t end = lf == BYTES_NONE ? rest.n : lf + 1;
        size_t dots = 0;
        while (dots < end && rest.p[dots] == '.') {
            dots++;
        }
        buf_append(&kept, bytes_slice(rest, dots, end));
        rest = bytes_skip(rest, end);
    }
    smtp_header_replace(session, &kept);
}

static void change_eight_bit(struct smtp_session *session)
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

static bool is_control(unsigned char c)
{
    return (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 127;
}

static void drop_controls(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    size_t kept = 0;
    if (session->transaction.is_eight_bit || !smtp_has_fault(session, FAULT_CONTENT_KEPT_2)) {
        return;
    }
    for (size_t i = 0; i < octets->n; i++) {
        if (!is_control(octets->p[i])) {
            octets->p[kept++] = octets->p[i];
        }
    }
    octets->n = kept;
}

void smtp_faulty_content(struct smtp_session *session)
{
    bool is_chunks = session->verb == SMTP_BDAT;
    cut_content(session);
    if (smtp_has_fault(session, FAULT_CONTENT_KEPT)) {
        strip_blanks(session);
    }
    if (smtp_has_fault(session, is_chunks ? FAULT_BDAT : FAULT_DOT_UNSTUFFING)) {
        take_all_dots(session);
    }
    end_lines_at_cr(session);
    change_eight_bit(session);
    drop_controls(session);
}
