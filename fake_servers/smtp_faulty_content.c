/* Faults in what a message may hold. */
#include "fake_servers/smtp_faulty.h"

/* ---- the header ---- */

static struct bytes next_line(struct bytes *rest)
{
    struct bytes line = {0};
    bytes_next(rest, '\n', &line);
    return bytes_trim_right(line);
}

static struct bytes content_of(const struct smtp_session *session)
{
    return bytes_skip(buf_bytes(&session->content.octets), session->content.trace_octets);
}

static size_t count_fields(const struct smtp_session *session, const char *name)
{
    struct bytes rest = content_of(session);
    size_t count = 0;
    for (struct bytes line = next_line(&rest); line.n > 0; line = next_line(&rest)) {
        count += bytes_starts_nocase(line, name);
    }
    return count;
}

static bool has_two_from(const struct smtp_session *session)
{
    return count_fields(session, "From:") > 1;
}

static bool has_odd_line(const struct smtp_session *session)
{
    struct bytes rest = content_of(session);
    for (struct bytes line = next_line(&rest); line.n > 0; line = next_line(&rest)) {
        bool goes_on = line.p[0] == ' ' || line.p[0] == '\t';
        if (!goes_on && bytes_index(line, ':', 0) == BYTES_NONE) {
            return true;
        }
    }
    return false;
}

static bool has_resent_to_alone(const struct smtp_session *session)
{
    return count_fields(session, "Resent-To:") > 0 && count_fields(session, "Resent-From:") == 0;
}

static bool has_odd_number_of_resent(const struct smtp_session *session)
{
    size_t from = count_fields(session, "Resent-From:");
    return from > 0 && from != count_fields(session, "Resent-Date:");
}

/* A field of that name in whose lines the octet is missing. */
static bool lacks(const struct smtp_session *session, const char *name, unsigned char octet)
{
    struct bytes rest = content_of(session);
    bool is_in = false;
    for (struct bytes line = next_line(&rest); line.n > 0; line = next_line(&rest)) {
        bool goes_on = line.p[0] == ' ' || line.p[0] == '\t';
        if (is_in && !goes_on) {
            return true;
        }
        is_in = goes_on ? is_in : bytes_starts_nocase(line, name);
        is_in = is_in && bytes_index(line, octet, 0) == BYTES_NONE;
    }
    return is_in;
}

static bool has_undated_received(const struct smtp_session *session)
{
    return lacks(session, "Received:", ';');
}

static bool has_bare_return_path(const struct smtp_session *session)
{
    return lacks(session, "Return-Path:", '<');
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
        if (smtp_session_has_fault(session, row->fault) && row->is_bad(session)) {
            smtp_answer(session, row->code, "5.6.0", "%s", row->text);
            return true;
        }
    }
    return false;
}

/* ---- line ends ---- */

bool smtp_faulty_takes_line_ends(const struct smtp_session *session, bool bare_lf, bool bare_cr)
{
    return (!bare_lf || smtp_session_has_fault(session, FAULT_TEXT_LINE_END)) &&
           (!bare_cr || smtp_session_has_fault(session, FAULT_TEXT_LINE_END_2));
}

/* POP3 sends a lone LF as the end of a line, so a lone CR needs no more than its LF. */
void smtp_faulty_content(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    const struct smtp_data_reader *reader = &session->content.reader;
    bool may_have_cr = reader->careless || (reader->defects & SMTP_DATA_BARE_CR) != 0;
    if (!may_have_cr || !smtp_session_has_fault(session, FAULT_TEXT_LINE_END_2)) {
        return;
    }
    for (size_t i = session->content.trace_octets; i < octets->n; i++) {
        bool ends_line = i + 1 < octets->n && octets->p[i + 1] == '\n';
        octets->p[i] = octets->p[i] == '\r' && !ends_line ? '\n' : octets->p[i];
    }
}
