/*
 * The notification of delivery that NOTIFY=SUCCESS asks for (RFC 3461 5.2.3 and section 6, RFC 3464)
 *
 * One for each message, for all recipients that want it. Mail in the outbox is neither delivered nor relayed, because nothing is
 * passed on: no notification is due for it. There are none of failure either: what cannot be delivered is refused.
 */
#include <inttypes.h>

#include "fake_servers/smtp_faulty_dsn.h"
#include "fake_servers/trace.h"

/* What is returned of a header; the rest of a longer one is left out. */
enum { MAX_HEADER_OCTETS = 64 * 1024 };

/* ---- for whom ---- */

/* Without the source route that RFC 821 keeps. */
static struct bytes mailbox_in(struct bytes path)
{
    size_t colon = bytes_starts(path, "@") ? bytes_index(path, ':', 0) : BYTES_NONE;
    return colon == BYTES_NONE ? path : bytes_skip(path, colon + 1);
}

static bool is_local(const struct smtp_session *session, const struct smtp_recipient *recipient)
{
    for (size_t i = 0; i < recipient->maildrop_count; i++) {
        if (recipient->maildrops[i] != store_outbox(session->store)) {
            return true;
        }
    }
    return false;
}

static bool wants_dsn(const struct smtp_session *session, const struct smtp_recipient *recipient)
{
    bool is_asked = (recipient->notify & SMTP_NOTIFY_SUCCESS) != 0 ||
                    smtp_faulty_dsn_unasked(session, recipient);
    return is_asked && recipient->is_delivered && is_local(session, recipient);
}

/* RFC 3461 section 6.1, RFC 5321 4.5.5: never about mail with a null reverse-path; a fault finds somebody else then. */
static struct bytes path_told(const struct smtp_session *session, struct bytes message)
{
    const char *reverse_path = session->transaction.reverse_path;
    struct bytes path = bytes_of(reverse_path != NULL ? reverse_path : "");
    return path.n > 0 ? path : smtp_faulty_dsn_notified(session, message);
}

/*
 * Who gets it: the users behind the path, or the outbox when mail for other domains is kept. any_recipient does not
 * count, or the first user would get the notifications for all senders of the world.
 */
static bool find_sender(struct smtp_session *session, struct bytes path, struct recipient *sender)
{
    struct bytes mailbox = mailbox_in(path);
    struct bytes local_part;
    struct bytes domain;
    *sender = (struct recipient){0};
    if (mailbox.n == 0) {
        return false;
    }
    smtp_mailbox_split(mailbox, &local_part, &domain);
    recipient_find(session->settings, session->store, local_part, domain, sender);
    return recipient_is_taken(sender);
}

/* ---- parts ---- */

static struct bytes mailbox_of(const struct smtp_recipient *recipient)
{
    struct bytes path = bytes_of(recipient->path);
    return mailbox_in(bytes_slice(path, 1, path.n - 1));
}

/* RFC 3461 6.3: the recipient address of the envelope. */
static void print_recipient(const struct smtp_session *session,
                            const struct smtp_recipient *recipient, struct buf *out)
{
    struct bytes mailbox = mailbox_of(recipient);
    buf_append_text(out, "\r\n");
    if (recipient->original == NULL && smtp_has_fault(session, FAULT_DSN_FIELDS_UNASKED_2)) {
        buf_append_text(out, "Original-Recipient: rfc822;");
        buf_append(out, mailbox);
        buf_append_text(out, "\r\n");
    }
    if (recipient->original != NULL) {
        buf_printf(out, "Original-Recipient: %s\r\n", recipient->original);
    }
    buf_append_text(out, bytes_is_ascii(mailbox) ? "Final-Recipient: rfc822; "
                                                 : "Final-Recipient: utf-8; ");
    buf_append(out, mailbox);
    buf_append_text(out, "\r\nAction: delivered\r\nStatus: 2.0.0\r\n");
}

/* message/delivery-status (RFC 3464 2.1) */
static void print_status(const struct smtp_session *session, struct buf *out)
{
    const struct smtp_transaction *transaction = &session->transaction;
    const char *envid = smtp_faulty_dsn_envid(session, transaction->envid);
    if (envid != NULL) {
        buf_printf(out, "Original-Envelope-Id: %s\r\n", envid);
    }
    buf_printf(out, "Reporting-MTA: dns; %s\r\nArrival-Date: ", session->settings->hostname);
    trace_date(out, clock_wall_us(&session->settings->clock));
    buf_append_text(out, "\r\n");
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (wants_dsn(session, &transaction->recipients[i])) {
            print_recipient(session, &transaction->recipients[i], out);
        }
    }
}

static void print_text(const struct smtp_session *session, struct buf *out)
{
    const struct smtp_transaction *transaction = &session->transaction;
    buf_append_text(out, "Your message was delivered to\r\n\r\n");
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (wants_dsn(session, &transaction->recipients[i])) {
            buf_append_text(out, "    <");
            buf_append(out, mailbox_of(&transaction->recipients[i]));
            buf_append_text(out, ">\r\n");
        }
    }
}

static bool is_empty_line(struct bytes line)
{
    return bytes_is(line, "\n") || bytes_is(line, "\r\n");
}

/* The lines up to the empty one, fewer when there is too much of them. What came with BDAT may have a bare LF behind each. */
static struct bytes header_of(struct bytes message)
{
    size_t n = 0;
    while (n < message.n) {
        size_t lf = bytes_index(message, '\n', n);
        size_t end = lf == BYTES_NONE ? message.n : lf + 1;
        if (end > MAX_HEADER_OCTETS || is_empty_line(bytes_slice(message, n, end))) {
            break;
        }
        n = end;
    }
    return bytes_slice(message, 0, n);
}

/* ---- the whole ---- */

struct dsn {
    struct bytes header; /* of the message, which is all that is sent back */
    struct buf to;       /* a path without brackets */
    struct buf text;
    struct buf status;
    struct buf boundary;
};

static bool holds(const struct dsn *dsn, struct bytes boundary)
{
    return bytes_find(dsn->header, boundary, 0) != BYTES_NONE ||
           bytes_find(buf_bytes(&dsn->status), boundary, 0) != BYTES_NONE ||
           bytes_find(buf_bytes(&dsn->text), boundary, 0) != BYTES_NONE;
}

/* RFC 2046 5.1.1: it must not stand in a part, and the client could have put it there. */
static void choose_boundary(struct dsn *dsn, uint64_t number)
{
    for (unsigned i = 0; i == 0 || holds(dsn, buf_bytes(&dsn->boundary)); i++) {
        buf_clear(&dsn->boundary);
        buf_printf(&dsn->boundary, "=_mailspec-%" PRIu64 "-%u", number, i);
    }
}

static void print_part(struct buf *out, const struct dsn *dsn, const char *type, struct bytes body)
{
    buf_append_text(out, "--");
    buf_append(out, buf_bytes(&dsn->boundary));
    buf_printf(out, "\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n", type,
               bytes_is_ascii(body) ? "7bit" : "8bit");
    buf_append(out, body);
    buf_append_text(out, "\r\n");
}

/* RFC 5321 4.5.5: null, so that nobody notifies of a notification. */
static void print_return_path(const struct smtp_session *session, struct buf *out)
{
    buf_append_text(out, "Return-Path: <");
    if (smtp_has_fault(session, FAULT_NOTIFICATION_NULL_PATH)) {
        buf_printf(out, "postmaster@%s", session->settings->hostname);
    }
    if (smtp_has_fault(session, FAULT_NOTIFICATION_NULL_PATH_2)) {
        buf_append(out, mailbox_of(&session->transaction.recipients[0]));
    }
    buf_append_text(out, ">\r\n");
}

/* RFC 3834: no machine shall answer it. RFC 6533: the types "global" hold UTF-8. */
static void print_dsn(const struct smtp_session *session, struct dsn *dsn, uint64_t number,
                      struct buf *out)
{
    const char *hostname = session->settings->hostname;
    struct bytes status = buf_bytes(&dsn->status);
    bool is_plain = smtp_has_fault(session, FAULT_NOTIFICATION_FORMAT);
    choose_boundary(dsn, number);
    print_return_path(session, out);
    buf_printf(out,
               "From: Mail Delivery System <postmaster@%s>\r\nTo: <%s>\r\n"
               "Subject: Delivery Status Notification (Success)\r\nDate: ",
               hostname, buf_text(&dsn->to));
    trace_date(out, clock_wall_us(&session->settings->clock));
    buf_printf(
        out,
        "\r\nMessage-ID: <dsn-%" PRIu64 "-%" PRIu64 "@%s>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/%s;\r\n\tboundary=\"%s\"\r\n\r\n",
        number, store_epoch(session->store), hostname,
        is_plain ? "mixed" : "report; report-type=delivery-status", buf_text(&dsn->boundary));
    print_part(out, dsn, "text/plain; charset=utf-8", buf_bytes(&dsn->text));
    print_part(out, dsn,
               bytes_is_ascii(status) ? "message/delivery-status"
                                      : "message/global-delivery-status",
               status);
    /* RFC 3461 4.3, 6.2: without a failure the header alone, whatever RET asks for. */
    print_part(out, dsn,
               bytes_is_ascii(dsn->header) ? "text/rfc822-headers" : "message/global-headers",
               dsn->header);
    buf_printf(out, "--%s--\r\n", buf_text(&dsn->boundary));
}

/* A maildrop without room gets none. */
static void send_to(struct smtp_session *session, const struct recipient *sender, struct dsn *dsn)
{
    struct buf content = {0};
    const char *to = buf_text(&dsn->to);
    print_dsn(session, dsn, store_next_number(session->store), &content);
    struct store_message *message = store_message_new(&content);
    message->is_counted = true; /* no client sent it */
    if (sender->goes_on) {
        store_message_set_envelope(message, "", &to, 1);
    } else if (sender->onward_count > 0) {
        store_message_set_envelope(message, "", sender->onward, sender->onward_count);
    }
    store_deliver(session->store, sender->maildrops, sender->count, message, NULL);
    store_message_unref(&message);
}

static bool is_wanted(const struct smtp_session *session)
{
    const struct smtp_transaction *transaction = &session->transaction;
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (wants_dsn(session, &transaction->recipients[i])) {
            return true;
        }
    }
    return false;
}

void smtp_dsn_send(struct smtp_session *session, struct bytes message)
{
    bool sends_all = smtp_has_fault(session, FAULT_DSN_HEADER_ALONE);
    struct dsn dsn = {.header = sends_all ? message : header_of(message)};
    struct recipient sender = {0};
    buf_append(&dsn.to, path_told(session, message));
    if (is_wanted(session) && find_sender(session, buf_bytes(&dsn.to), &sender)) {
        print_status(session, &dsn.status);
        print_text(session, &dsn.text);
        send_to(session, &sender, &dsn);
    }
    recipient_deinit(&sender);
    buf_deinit(&dsn.boundary);
    buf_deinit(&dsn.status);
    buf_deinit(&dsn.text);
    buf_deinit(&dsn.to);
}
