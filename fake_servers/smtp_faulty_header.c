#include "fake_servers/smtp_faulty_header.h"

#include "fake_servers/smtp_header.h"

void smtp_faulty_header_trace(const struct smtp_session *session, struct trace *trace)
{
    const struct smtp_transaction *transaction = &session->transaction;
    if (smtp_has_fault(session, FAULT_RECEIVED_FORM)) {
        trace->client_name = NULL;
    }
    if (smtp_has_fault(session, FAULT_RECEIVED_FROM)) {
        trace->client = NULL;
    }
    if (!transaction->is_utf8 && session->user == NULL &&
        smtp_has_fault(session, FAULT_RECEIVED_REGISTERED)) {
        trace->protocol = "XSMTP";
    }
    trace->short_year = smtp_has_fault(session, FAULT_RECEIVED_FORM_2);
    trace->zone = smtp_has_fault(session, FAULT_RECEIVED_ZONE) ? "GMT" : NULL;
    trace->two_clauses =
        transaction->recipient_count > 1 && smtp_has_fault(session, FAULT_RECEIVED_FOR_2);
    if (transaction->recipient_count > 1 &&
        (trace->two_clauses || smtp_has_fault(session, FAULT_RECEIVED_FOR))) {
        /* The same twice, as another rule forbids to show one recipient to another. */
        trace->for_path = transaction->recipients[transaction->recipient_count - 1].path;
        trace->second_path = trace->for_path;
    }
}

/* ---- The header ---- */

static void rewrite_to(const struct smtp_session *session, const struct smtp_header_field *field,
                       size_t received, struct buf *out)
{
    (void)received;
    const struct smtp_transaction *transaction = &session->transaction;
    if (bytes_is_nocase(field->name, "To") && transaction->recipient_count > 0) {
        buf_printf(out, "To: %s\r\n",
                   transaction->recipients[transaction->recipient_count - 1].path);
    } else {
        buf_append(out, field->whole);
    }
}

/* One line for each field, but for trace fields, which have a rule of their own. */
static void unfold(const struct smtp_session *session, const struct smtp_header_field *field,
                   size_t received, struct buf *out)
{
    const bool is_trace = bytes_is_nocase(field->name, "Received");
    (void)session;
    (void)received;
    for (size_t k = 0; k < field->whole.n; k++) {
        const unsigned char octet = field->whole.p[k];
        bool is_fold = (octet == '\r' || octet == '\n') && k + 2 < field->whole.n;
        if (is_trace || !is_fold) {
            buf_append_octet(out, octet);
        }
    }
}

/* Of the Received fields that stand there the first one is left, wherever it stands. */
static void drop_received(const struct smtp_session *session, const struct smtp_header_field *field,
                          size_t received, struct buf *out)
{
    (void)session;
    if (received == 0 || !bytes_is_nocase(field->name, "Received")) {
        buf_append(out, field->whole);
    }
}

/* Our own trace field goes behind those that stand at the top of the content, or behind all fields. */
static void put_below(struct smtp_session *session, bool all)
{
    struct bytes trace =
        bytes_slice(buf_bytes(&session->content.octets), 0, session->content.trace_octets);
    struct bytes rest = smtp_header_content(session);
    struct bytes content = rest;
    struct smtp_header_field field;
    struct bytes behind = rest;
    while (smtp_header_next(&rest, &field) && (all || bytes_is_nocase(field.name, "Received"))) {
        behind = rest;
    }
    size_t own = bytes_find(trace, BYTES_LIT("Received:"), 0);
    if (own == BYTES_NONE || behind.n == content.n) {
        return;
    }
    struct buf moved = {0};
    buf_append(&moved, bytes_slice(trace, 0, own));
    buf_append(&moved, bytes_slice(content, 0, content.n - behind.n));
    buf_append(&moved, bytes_skip(trace, own));
    buf_append(&moved, behind);
    smtp_header_replace(session, &moved);
}

static void show_recipients(struct smtp_session *session)
{
    struct buf shown = {0};
    if (smtp_header_count(session, "To") > 0) {
        return;
    }
    smtp_header_copy_trace(session, &shown);
    for (size_t i = 0; i < session->transaction.recipient_count; i++) {
        buf_printf(&shown, "Apparently-To: %s\r\n", session->transaction.recipients[i].path);
    }
    buf_append(&shown, smtp_header_content(session));
    smtp_header_replace(session, &shown);
}

void smtp_faulty_header_content(struct smtp_session *session)
{
    static const struct {
        enum fault fault;
        smtp_header_edit_fn edit;
    } edits[] = {
        {FAULT_HEADER_KEPT,   rewrite_to   },
        {FAULT_HEADER_KEPT_2, unfold       },
        {FAULT_RECEIVED_KEPT, drop_received},
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        if (smtp_has_fault(session, edits[i].fault)) {
            smtp_header_edit(session, edits[i].edit);
        }
    }
    if (smtp_has_fault(session, FAULT_RECEIVED_KEPT_2) ||
        smtp_has_fault(session, FAULT_RECEIVED_ADDED_2)) {
        put_below(session, smtp_has_fault(session, FAULT_RECEIVED_ADDED_2));
    }
    if (smtp_has_fault(session, FAULT_RECIPIENTS_NOT_SHOWN_2)) {
        show_recipients(session);
    }
}

bool smtp_faulty_header_lacks_path(const struct smtp_session *session, const struct trace *trace)
{
    return trace->reverse_path[0] == '\0' && smtp_has_fault(session, FAULT_RETURN_PATH_ADDED_2);
}
