/* Message data: receiving it, and final delivery (RFC 5321 4.1.1.4, 4.4, 4.5.2). */
#include <inttypes.h>

#include "fake_servers/smtp_session.h"
#include "fake_servers/trace.h"

/* The text-line-1000 fault refuses longer lines, with CRLF. */
enum { FAULTY_MAX_LINE_OCTETS = 990 };

void smtp_content_clear(struct smtp_session *session)
{
    store_release(session->store, session->content.held_octets);
    buf_deinit(&session->content.octets);
    session->content = (struct smtp_content){0};
}

static const char *protocol_of(const struct smtp_session *session)
{
    if (session->lmtp) {
        return "LMTP";
    }
    return session->extended ? "ESMTP" : "SMTP";
}

/* The trace lines are written at DATA, so that the content can come in behind them. */
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
        .number = content->number,
        .wall_us = clock_wall_us(&session->settings->clock),
    };
    if (!smtp_session_has_fault(session, FAULT_RETURN_PATH_ADDED)) {
        trace_return_path(&content->octets, &trace);
    }
    if (!smtp_session_has_fault(session, FAULT_RECEIVED_ADDED)) {
        trace_received(&content->octets, &trace);
    }
    content->trace_octets = content->octets.n;
}

bool smtp_do_data(struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    smtp_content_clear(session);
    session->content.number = store_next_number(session->store);
    write_trace(session);
    smtp_answer(session, 354, NULL, "Send the message; end it with a line that holds only a dot");
    return true;
}

/* ---- receiving ---- */

static size_t content_octets(const struct smtp_content *content)
{
    return content->octets.n - content->trace_octets;
}

/* Nothing more is kept; reading goes on to the end of data. */
static void give_up(struct smtp_session *session, bool *why)
{
    *why = true;
    buf_deinit(&session->content.octets);
    store_release(session->store, session->content.held_octets);
    session->content.held_octets = 0;
    session->content.trace_octets = 0;
}

/* Where to put the octets that come, or NULL when they are thrown away. */
static struct buf *sink_for(struct smtp_session *session, size_t octets)
{
    struct smtp_content *content = &session->content;
    if (content->too_large || content->no_room) {
        return NULL;
    }
    if (!store_hold(session->store, octets)) {
        give_up(session, &content->no_room);
        return NULL;
    }
    content->held_octets += octets;
    return &content->octets;
}

/* Was LF "." LF the last that came? */
static bool is_early_end(struct smtp_content *content, unsigned char octet)
{
    bool is_end = content->last[0] == '\n' && content->last[1] == '.' && octet == '\n';
    content->last[0] = content->last[1];
    content->last[1] = octet;
    return is_end;
}

/* ---- faults that work on the whole content ---- */

static void strip_blanks(struct smtp_content *content)
{
    struct bytes rest = bytes_skip(buf_bytes(&content->octets), content->trace_octets);
    struct buf stripped = {0};
    struct bytes line;
    buf_append(&stripped, bytes_slice(buf_bytes(&content->octets), 0, content->trace_octets));
    while (bytes_next(&rest, '\n', &line)) {
        buf_append(&stripped, bytes_trim_right(line));
        if (rest.n > 0 || bytes_ends(line, "\r")) {
            buf_append_text(&stripped, "\r\n");
        }
        if (rest.n == 0) {
            break;
        }
    }
    buf_deinit(&content->octets);
    content->octets = stripped;
}

/* The dot-unstuffing fault: not one dot but all are taken off the front of a line. */
static void take_all_dots(struct smtp_content *content)
{
    struct bytes rest = bytes_skip(buf_bytes(&content->octets), content->trace_octets);
    struct buf kept = {0};
    buf_append(&kept, bytes_slice(buf_bytes(&content->octets), 0, content->trace_octets));
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
    buf_deinit(&content->octets);
    content->octets = kept;
}

static bool has_long_line(const struct smtp_content *content)
{
    struct bytes rest = bytes_skip(buf_bytes(&content->octets), content->trace_octets);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        if (line.n + 1 > FAULTY_MAX_LINE_OCTETS) {
            return true;
        }
    }
    return false;
}

/* ---- delivery ---- */

struct delivery_answer {
    unsigned code;
    const char *status;
    const char *text;
};

static const struct delivery_answer refusals[] = {
    [STORE_MAILDROP_FULL] = {452, "4.2.2", "A recipient's maildrop is full"},
    [STORE_FULL] = {452, "4.3.1", "Insufficient system storage"   },
    [STORE_FAILED] = {452, "4.3.1", "Insufficient system storage"   },
};

/* All recipients or none, so that one reply tells the truth about each of them. */
static void deliver(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    uint64_t number = session->content.number;
    if (smtp_session_has_fault(session, FAULT_CONTENT_KEPT)) {
        strip_blanks(&session->content);
    }
    if (smtp_session_has_fault(session, FAULT_DOT_UNSTUFFING)) {
        take_all_dots(&session->content);
    }
    struct store_message *message = store_message_new(&session->content.octets);
    enum store_delivery delivery = store_deliver(session->store, transaction->maildrops,
                                                 transaction->maildrop_count, message, NULL);
    store_message_unref(&message);
    if (delivery != STORE_DELIVERED) {
        const struct delivery_answer *refusal = &refusals[delivery];
        smtp_answer(session, refusal->code, refusal->status, "%s", refusal->text);
        return;
    }
    smtp_answer(session, 250, "2.0.0", "Message %" PRIu64 " accepted for delivery", number);
}

static void answer_content(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    if (smtp_refuse(session, ".")) {
        return;
    }
    if (content->too_large) {
        smtp_answer(session, 552, "5.3.4", "Message too large: at most %zu octets",
                    session->settings->max_message_octets);
    } else if (content->no_room) {
        smtp_answer(session, 452, "4.3.1", "Insufficient system storage");
    } else if (smtp_session_has_fault(session, FAULT_TEXT_LINE_1000) && has_long_line(content)) {
        smtp_answer(session, 554, "5.6.0", "Line too long");
    } else {
        deliver(session);
    }
}

/*
 * RFC 2033 4.2: under LMTP one reply for each accepted recipient. What deliver() says holds for all of them, so it is
 * written again for each further one.
 */
static void answer_content_of_all(struct smtp_session *session)
{
    size_t begin = session->out->n;
    answer_content(session);
    if (!session->lmtp) {
        return;
    }
    struct buf reply = {0};
    buf_append(&reply, bytes_skip(buf_bytes(session->out), begin));
    for (size_t i = 1; i < session->transaction.recipients; i++) {
        buf_append(session->out, buf_bytes(&reply));
    }
    buf_deinit(&reply);
}

/* The end-of-data fault, octet by octet; sets `complete`, too. */
static size_t read_until_early_end(struct smtp_session *session, struct bytes octets)
{
    struct smtp_content *content = &session->content;
    size_t used = 0;
    while (used < octets.n && !content->reader.complete) {
        struct bytes one = bytes_slice(octets, used, used + 1);
        struct buf *sink = sink_for(session, 1);
        smtp_data_read(&content->reader, one, sink);
        used++;
        if (is_early_end(content, one.p[0]) && !content->reader.complete) {
            content->reader.complete = true;
            if (sink != NULL) {
                sink->n -= bytes_ends(buf_bytes(sink), ".\n") ? 2 : 1;
            }
        }
    }
    return used;
}

size_t smtp_content_take(struct smtp_session *session, struct bytes octets)
{
    struct smtp_content *content = &session->content;
    size_t used = 0;
    session->verb = SMTP_DATA;
    if (smtp_session_has_fault(session, FAULT_END_OF_DATA)) {
        used = read_until_early_end(session, octets);
    } else {
        used = smtp_data_read(&content->reader, octets, sink_for(session, octets.n));
    }
    if (content_octets(content) > session->settings->max_message_octets) {
        give_up(session, &content->too_large);
    }
    if (content->reader.complete) {
        answer_content_of_all(session);
        smtp_session_clear(session);
    }
    return used;
}
