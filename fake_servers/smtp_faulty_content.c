/* Faults in what a message may hold. */
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

bool smtp_faulty_refuses_content(struct smtp_session *session)
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

void smtp_faulty_content(struct smtp_session *session)
{
    bool is_chunks = session->verb == SMTP_BDAT;
    if (smtp_has_fault(session, FAULT_CONTENT_KEPT)) {
        strip_blanks(session);
    }
    if (smtp_has_fault(session, is_chunks ? FAULT_BDAT : FAULT_DOT_UNSTUFFING)) {
        take_all_dots(session);
    }
    end_lines_at_cr(session);
}
