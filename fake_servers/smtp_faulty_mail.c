/* Faults in transactions: what is kept of the envelope, and how long. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"

/* ---- the transaction ---- */

enum { LEAST_LOCAL_PART_OCTETS = 64 }; /* that every server takes */

static size_t local_part_octets(const struct smtp_session *session)
{
    struct bytes local_part = {0};
    struct bytes domain;
    const char *sender = session->transaction.reverse_path;
    if (sender != NULL) {
        smtp_mailbox_split(bytes_of(sender), &local_part, &domain);
    }
    return local_part.n;
}

bool smtp_faulty_keeps_all(const struct smtp_session *session)
{
    return local_part_octets(session) > LEAST_LOCAL_PART_OCTETS &&
           smtp_has_fault(session, FAULT_BEYOND_LIMITS);
}

bool smtp_faulty_keeps_recipients(struct smtp_session *session, enum fault fault)
{
    struct smtp_transaction *transaction = &session->transaction;
    if (session->state != SMTP_STATE_RCPT || !smtp_has_fault(session, fault)) {
        return false;
    }
    free(transaction->reverse_path);
    transaction->reverse_path = NULL;
    session->state = SMTP_STATE_READY;
    return true;
}

bool smtp_faulty_has_kept(const struct smtp_session *session)
{
    return session->transaction.recipient_count > 0 &&
           (smtp_has_fault(session, FAULT_RSET_CLEARS_2) ||
            smtp_has_fault(session, FAULT_EHLO_CLEARS_2));
}

void smtp_faulty_clear(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    struct smtp_transaction old = *transaction;
    if (!smtp_has_fault(session, FAULT_MAIL_CLEARS) && !smtp_faulty_has_kept(session)) {
        smtp_session_clear(session);
        return;
    }
    free(old.reverse_path);
    free(old.envid);
    *transaction = (struct smtp_transaction){.recipients = old.recipients,
                                             .recipient_count = old.recipient_count,
                                             .recipient_capacity = old.recipient_capacity,
                                             .targets = old.targets,
                                             .target_count = old.target_count,
                                             .target_capacity = old.target_capacity};
    for (size_t i = 0; i < transaction->target_count; i++) {
        transaction->targets[i].has_mail = false;
    }
}

static void make_small(char *local_part)
{
    for (char *p = local_part; *p != '\0' && *p != '@'; p++) {
        *p = (char)octet_lower((unsigned char)*p);
    }
}

void smtp_faulty_reverse_path(struct smtp_session *session)
{
    enum { MOST_OCTETS = 63, MOST_OF_MAILBOX = 200 };
    char *path = session->transaction.reverse_path;
    size_t at = bytes_index(bytes_of(path), '@', 0);
    if (bytes_has_upper(bytes_slice(bytes_of(path), 0, at)) &&
        smtp_has_fault(session, FAULT_REVERSE_PATH_KEPT)) {
        make_small(path);
    }
    if (at != BYTES_NONE && at > MOST_OCTETS && smtp_has_fault(session, FAULT_LOCAL_PART_64_2)) {
        memmove(path + MOST_OCTETS, path + at, strlen(path + at) + 1);
    }
    size_t octets = local_part_octets(session);
    if (octets > LEAST_LOCAL_PART_OCTETS && smtp_has_fault(session, FAULT_BEYOND_LIMITS_2)) {
        memmove(path + LEAST_LOCAL_PART_OCTETS, path + octets, strlen(path + octets) + 1);
    }
    if (strlen(path) > MOST_OF_MAILBOX && smtp_has_fault(session, FAULT_PATH_256_2)) {
        path[MOST_OF_MAILBOX] = '\0';
    }
}

/* RFC 821 wanted the hosts that a message has passed before its reverse-path. */
static void add_host(struct smtp_session *session, const struct smtp_path *path)
{
    const char *reverse_path = session->transaction.reverse_path; /* NULL with another fault */
    struct bytes whole = path->whole;
    size_t colon = bytes_index(whole, ':', 0);
    size_t comma = bytes_index(whole, ',', 0);
    struct bytes host = bytes_slice(whole, 1, comma < colon ? comma : colon);
    struct buf longer = {0};
    buf_append(&longer, host);
    buf_printf(&longer, ":%s", reverse_path != NULL ? reverse_path : "");
    free(session->transaction.reverse_path);
    session->transaction.reverse_path = buf_steal(&longer);
}

void smtp_faulty_recipient(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient)
{
    bool is_routed = (path->defects & SMTP_PATH_SOURCE_ROUTE) != 0;
    if (is_routed && smtp_has_fault(session, FAULT_REVERSE_PATH_KEPT_2)) {
        add_host(session, path);
    }
    if ((session->transaction.has_refused &&
         smtp_has_fault(session, FAULT_ACCEPTED_IS_DELIVERED_2)) ||
        (is_routed && smtp_has_fault(session, FAULT_SOURCE_ROUTE_IGNORED))) {
        recipient->maildrop_count = 0;
    }
}

void smtp_faulty_noop(struct smtp_session *session)
{
    if (session->state == SMTP_STATE_RCPT && smtp_has_fault(session, FAULT_NOOP_KEEPS_STATE_2)) {
        smtp_drop_recipients(session, session->transaction.recipient_count);
        session->state = SMTP_STATE_MAIL;
    }
}

/* The recipients above 100 push out those that were there. */
void smtp_faulty_pushes_out(struct smtp_session *session)
{
    enum { MOST_RECIPIENTS = 100 };
    size_t count = session->transaction.recipient_count;
    if (count <= MOST_RECIPIENTS) {
        return;
    }
    if (smtp_has_fault(session, FAULT_RECIPIENTS_KEPT)) {
        smtp_drop_recipients(session, 1);
    } else if (smtp_has_fault(session, FAULT_RECIPIENTS_KEPT_2)) {
        smtp_drop_recipients(session, count - 1);
    }
}

bool smtp_faulty_denies_user(const struct smtp_session *session, const struct smtp_path *path)
{
    return path->domain.n == 0 && bytes_is_nocase(path->local_part, "postmaster") &&
           smtp_has_fault(session, FAULT_POSTMASTER_2);
}

/* ---- with other sessions ---- */

bool smtp_faulty_is_taken(struct smtp_session *session)
{
    const char *sender = session->transaction.reverse_path;
    if (sender == NULL || sender[0] == '\0' || session->taken_sender != NULL ||
        !smtp_has_fault(session, FAULT_TWO_TRANSACTIONS)) {
        return false;
    }
    if (!store_take_sender(session->store, sender)) {
        smtp_answer(session, 503, "5.5.1", "Bad sequence of commands: a mail transaction is open");
        return true;
    }
    session->taken_sender = mem_strdup(sender);
    return false;
}

void smtp_faulty_clears(struct smtp_session *session)
{
    if (session->taken_sender != NULL) {
        store_give_sender(session->store, session->taken_sender);
        free(session->taken_sender);
        session->taken_sender = NULL;
    }
}
