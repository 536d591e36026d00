/* Message data: trace lines, receiving it, DATA (RFC 5321 4.1.1.4, 4.4, 4.5.2). */
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_header.h"
#include "fake_servers/smtp_faulty_login.h"
#include "fake_servers/trace.h"

void smtp_content_clear(struct smtp_session *session)
{
    store_release(session->store, session->content.held_octets);
    buf_deinit(&session->content.octets);
    session->content = (struct smtp_content){0};
}

/* RFC 3848: S is TLS, A is AUTH; RFC 6531 4.3 for those in UTF-8. Without EHLO there is neither. */
static const char *protocol_of(const struct smtp_session *session)
{
    static const char *const names[][4] = {
        {"ESMTP",    "ESMTPA",    "ESMTPS",    "ESMTPSA"   },
        {"LMTP",     "LMTPA",     "LMTPS",     "LMTPSA"    },
        {"UTF8SMTP", "UTF8SMTPA", "UTF8SMTPS", "UTF8SMTPSA"},
        {"UTF8LMTP", "UTF8LMTPA", "UTF8LMTPS", "UTF8LMTPSA"},
    };
    bool is_utf8 = session->transaction.is_utf8;
    if (!session->extended) {
        return "SMTP";
    }
    if (is_utf8 && smtp_has_fault(session, FAULT_UTF8_RECEIVED_2)) {
        return "UTF8ESMTP";
    }
    is_utf8 = is_utf8 && !smtp_has_fault(session, FAULT_UTF8_RECEIVED);
    unsigned kind = (is_utf8 ? 2U : 0U) + (session->lmtp ? 1U : 0U);
    bool is_login = session->user != NULL && !smtp_faulty_login_is_hidden(session);
    return names[kind][(session->tls.secured ? 2 : 0) + (is_login ? 1 : 0)];
}

/*
 * RFC 5321 4.4: FOR tells a mailbox; not with several recipients, who would learn of each other, and not <postmaster>, which is
 * none.
 */
static const char *only_path(const struct smtp_transaction *transaction)
{
    const char *path = transaction->recipient_count == 1 ? transaction->recipients[0].path : NULL;
    return path != NULL && bytes_index(bytes_of(path), '@', 0) != BYTES_NONE ? path : NULL;
}

static void write_envelope(struct smtp_session *session)
{
    const struct smtp_transaction *transaction = &session->transaction;
    struct trace_field field = {.out = &session->content.octets};
    trace_field_begin(&field, "Envelope-To:");
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (transaction->recipients[i].path != NULL && transaction->recipients[i].path[0] != 0) {
            trace_field_add(&field, transaction->recipients[i].path);
        }
    }
    trace_field_end(&field);
}

/* The trace lines are written first, so that the content can come in behind them. */
static void write_trace(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    const char *reverse_path = session->transaction.reverse_path;
    struct trace trace = {
        .reverse_path = reverse_path != NULL ? reverse_path : "",
        .client_name = session->client_name != NULL ? session->client_name : session->client,
        .client = session->client,
        .hostname = session->settings->hostname,
        .protocol = protocol_of(session),
        .for_path = only_path(&session->transaction),
        .number = content->number,
        .wall_us = clock_wall_us(&session->settings->clock),
    };
    smtp_faulty_header_trace(session, &trace);
    if (!smtp_has_fault(session, FAULT_RETURN_PATH_ADDED) &&
        !smtp_faulty_header_lacks_path(session, &trace)) {
        trace_return_path(&content->octets, &trace);
    }
    if (session->settings->envelope_to || smtp_has_fault(session, FAULT_RECIPIENTS_NOT_SHOWN)) {
        write_envelope(session);
    }
    if (!smtp_has_fault(session, FAULT_RECEIVED_ADDED)) {
        trace_received(&content->octets, &trace);
    }
    content->trace_octets = content->octets.n;
}

void smtp_content_begin(struct smtp_session *session)
{
    smtp_content_clear(session);
    session->content.number = store_next_number(session->store);
    session->content.reader.careless = session->settings->takes_bare_line_ends;
    write_trace(session);
}

bool smtp_do_data(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    if (session->transaction.is_binary && !smtp_has_fault(session, FAULT_DATA_AFTER_BINARYMIME)) {
        /* RFC 3030 section 3: its lines need not end in CRLF, so no line could end it. */
        smtp_answer(session, 503, "5.5.1",
                    "Bad sequence of commands: BODY=BINARYMIME comes with BDAT");
        return false;
    }
    smtp_content_begin(session);
    smtp_answer(session, 354, NULL, "Start mail input; end with <CRLF>.<CRLF>");
    return true;
}

/* ---- receiving ---- */

/* Nothing more is kept; reading goes on to the end of data. */
static void give_up(struct smtp_session *session, bool *why)
{
    *why = true;
    buf_deinit(&session->content.octets);
    store_release(session->store, session->content.held_octets);
    session->content.held_octets = 0;
    session->content.trace_octets = 0;
}

/* Neither the message nor a notification of its delivery will be kept. */
static bool is_superfluous(const struct smtp_session *session)
{
    const struct server_settings *settings = session->settings;
    return settings->keep == KEEP_NONE && settings->max_text_line_octets == 0 &&
           !smtp_has_fault(session, FAULT_TEXT_LINE_1000);
}

struct buf *smtp_content_sink(struct smtp_session *session, size_t octets)
{
    struct smtp_content *content = &session->content;
    content->is_cut |= is_superfluous(session);
    if (content->too_large || content->no_room || content->is_cut) {
        return NULL;
    }
    if (!store_hold(session->store, octets)) {
        give_up(session, &content->no_room);
        return NULL;
    }
    content->held_octets += octets;
    return &content->octets;
}

static void limit_size(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    if (content->size > session->settings->max_message_octets && !content->no_room &&
        !smtp_has_fault(session, FAULT_SIZE_ENFORCED)) {
        give_up(session, &content->too_large);
    }
}

void smtp_content_add(struct smtp_session *session, struct bytes octets)
{
    struct buf *sink = smtp_content_sink(session, octets.n);
    if (sink != NULL) {
        buf_append(sink, octets);
    }
    session->content.size += octets.n;
    if (!smtp_faulty_counts_chunk_alone(session)) {
        limit_size(session);
    }
}

bool smtp_content_has_line(const struct smtp_content *content, size_t octets, const char *prefix)
{
    struct bytes rest = bytes_skip(buf_bytes(&content->octets), content->trace_octets);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        if (line.n + 1 > octets && bytes_starts(line, prefix)) {
            return true;
        }
    }
    return false;
}

/* ---- DATA ---- */

size_t smtp_content_take(struct smtp_session *session, struct bytes octets)
{
    struct smtp_content *content = &session->content;
    size_t used = 0;
    session->verb = SMTP_DATA;
    if (smtp_faulty_ends_elsewhere(session)) {
        used = smtp_faulty_read_data(session, octets);
    } else if (smtp_faulty_keeps_dots(session)) {
        used = smtp_faulty_read_dots(session, octets);
    } else {
        struct bytes part = smtp_faulty_data(session, octets);
        used = smtp_data_read(&content->reader, part, smtp_content_sink(session, part.n));
        smtp_faulty_data_read(session);
    }
    content->size = content->reader.octets;
    limit_size(session);
    if (content->reader.complete) {
        smtp_deliver(session);
        session->is_behind_data = true;
    }
    return used;
}
