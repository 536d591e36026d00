#include "fake_servers/smtp_faulty_rest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- logins and TLS ---- */

void smtp_faulty_rest_mechanisms(const struct smtp_session *session, struct buf *list)
{
    for (size_t i = 1; i < list->n && smtp_has_fault(session, FAULT_AUTH_MECHANISM_NAMES); i++) {
        list->p[i] = list->p[i] == ' ' ? ',' : list->p[i];
    }
    if (list->n > 0 && smtp_has_fault(session, FAULT_AUTH_MECHANISM_NAMES_2)) {
        buf_append_text(list, " MAILSPEC-OWN-TOKEN-2026");
    }
}

bool smtp_faulty_rest_hides_login(const struct smtp_session *session)
{
    return smtp_has_fault(session, session->tls.secured ? FAULT_RECEIVED_WITH_AUTH_2
                                                        : FAULT_RECEIVED_WITH_AUTH);
}

/* ---- limits ---- */

bool smtp_faulty_rest_bad_value(const struct smtp_session *session, const struct smtp_param *param)
{
    enum { FAULTY_MAX_OCTETS = 255 };
    return bytes_is_nocase(param->keyword, "AUTH") && param->value.n > FAULTY_MAX_OCTETS &&
           smtp_has_fault(session, FAULT_AUTH_PARAMETER_LENGTH_2);
}

bool smtp_faulty_rest_refuses_content(struct smtp_session *session)
{
    enum { FAULTY_MAX_OCTETS = 20000 };
    if (session->transaction.declared_octets == 0 || session->content.size <= FAULTY_MAX_OCTETS ||
        !smtp_has_fault(session, FAULT_SIZE_PROMISED)) {
        return false;
    }
    smtp_answer(session, 552, "5.3.4", "Message too large");
    return true;
}

bool smtp_faulty_rest_takes_value(const struct smtp_session *session,
                                  const struct smtp_param *param)
{
    bool is_of_mail =
        bytes_is_nocase(param->keyword, "SIZE") || bytes_is_nocase(param->keyword, "BODY");
    return is_of_mail && smtp_has_fault(session, FAULT_PARAMETER_VALUE);
}

struct bytes smtp_faulty_rest_argument(const struct smtp_session *session, struct bytes argument)
{
    bool is_missing =
        (bytes_is_nocase(argument, "TO:") && smtp_has_fault(session, FAULT_RCPT_ARGUMENT)) ||
        (bytes_is_nocase(argument, "TO:<>") && smtp_has_fault(session, FAULT_RCPT_ARGUMENT_2));
    return is_missing ? BYTES_LIT("TO:<Postmaster>") : argument;
}

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

bool smtp_faulty_rest_keeps(const struct smtp_session *session)
{
    return local_part_octets(session) > LEAST_LOCAL_PART_OCTETS &&
           smtp_has_fault(session, FAULT_BEYOND_LIMITS);
}

void smtp_faulty_rest_reverse_path(struct smtp_session *session)
{
    size_t octets = local_part_octets(session);
    if (octets > LEAST_LOCAL_PART_OCTETS && smtp_has_fault(session, FAULT_BEYOND_LIMITS_2)) {
        char *path = session->transaction.reverse_path;
        memmove(path + LEAST_LOCAL_PART_OCTETS, path + octets, strlen(path + octets) + 1);
    }
}

/* ---- the greeting, and EHLO ---- */

void smtp_faulty_rest_greeted(struct smtp_session *session)
{
    if (smtp_has_fault(session, FAULT_REFUSED_GREETING_WAITS)) {
        session->state = SMTP_STATE_OVER;
    }
}

bool smtp_faulty_rest_serves(const struct smtp_session *session, enum smtp_verb verb)
{
    return verb == SMTP_EHLO && smtp_has_fault(session, FAULT_REFUSED_GREETING_503_2);
}

bool smtp_faulty_rest_hides(const struct smtp_session *session, enum server_extension extension)
{
    return extension == EXTENSION_CHUNKING &&
           smtp_has_fault(session, session->tls.secured ? FAULT_BINARYMIME_WITH_CHUNKING_2
                                                        : FAULT_BINARYMIME_WITH_CHUNKING);
}

/* ---- transactions ---- */

bool smtp_faulty_rest_is_taken(struct smtp_session *session)
{
    const char *sender = session->transaction.reverse_path;
    if (!smtp_has_fault(session, FAULT_TWO_TRANSACTIONS) || sender == NULL || sender[0] == '\0' ||
        session->taken_sender != NULL) {
        return false;
    }
    if (!store_take_sender(session->store, sender)) {
        smtp_answer(session, 503, "5.5.1", "Bad sequence of commands: a mail transaction is open");
        return true;
    }
    session->taken_sender = mem_strdup(sender);
    return false;
}

void smtp_faulty_rest_clears(struct smtp_session *session)
{
    if (session->taken_sender != NULL) {
        store_give_sender(session->store, session->taken_sender);
        free(session->taken_sender);
        session->taken_sender = NULL;
    }
}

/* The maildrop of the user with that mailbox; NULL: there is none. */
static struct maildrop *maildrop_of(const struct smtp_session *session, const char *mailbox)
{
    struct bytes local_part;
    struct bytes domain;
    struct maildrop *maildrop = NULL;
    smtp_mailbox_split(bytes_of(mailbox), &local_part, &domain);
    return store_by_address(session->store, local_part, domain, &maildrop) == STORE_FOUND ? maildrop
                                                                                          : NULL;
}

void smtp_faulty_rest_refused(struct smtp_session *session)
{
    const char *sender = session->transaction.reverse_path;
    struct maildrop *maildrop = NULL;
    struct buf notice = {0};
    struct buf *content = &session->content.octets;
    if (session->transaction.recipient_count > 0 || sender == NULL) {
        return;
    }
    if (smtp_has_fault(session, FAULT_NO_RECIPIENTS_NO_MAIL)) {
        maildrop = store_first(session->store);
    } else if (smtp_has_fault(session, FAULT_NO_RECIPIENTS_NO_MAIL_2)) {
        buf_append_text(&notice, "Return-Path: <>\r\nSubject: No recipients\r\n\r\n");
        content = &notice;
        maildrop = maildrop_of(session, sender);
    }
    if (maildrop != NULL && content->n > 0) {
        struct store_message *message = store_message_new(content);
        store_deliver(session->store, &maildrop, 1, message, NULL);
        store_message_unref(&message);
    }
    buf_deinit(&notice);
}

/* What stands in the first pair of angle brackets. */
static struct bytes address_in(struct bytes field)
{
    size_t begin = bytes_index(field, '<', 0);
    size_t end = bytes_index(field, '>', begin == BYTES_NONE ? 0 : begin);
    return begin == BYTES_NONE || end == BYTES_NONE ? (struct bytes){0}
                                                    : bytes_slice(field, begin + 1, end);
}

struct bytes smtp_faulty_rest_notified(const struct smtp_session *session, struct bytes message)
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

/* ---- lists ---- */

void smtp_faulty_rest_recipient(struct smtp_session *session, struct smtp_recipient *recipient)
{
    const char *sender = session->transaction.reverse_path;
    if (!recipient->is_list || sender == NULL || !smtp_has_fault(session, FAULT_LIST_WHOLE)) {
        return;
    }
    const struct maildrop *left_out = maildrop_of(session, sender);
    size_t kept = 0;
    for (size_t i = 0; i < recipient->maildrop_count; i++) {
        if (recipient->maildrops[i] != left_out) {
            recipient->maildrops[kept++] = recipient->maildrops[i];
        }
    }
    recipient->maildrop_count = kept;
}

bool smtp_faulty_rest_prints_from(const struct smtp_session *session,
                                  const struct smtp_header_field *field, struct buf *out)
{
    const struct smtp_transaction *transaction = &session->transaction;
    if (!bytes_is_nocase(field->name, "From") || !smtp_has_fault(session, FAULT_LIST_EXPANSION_2)) {
        return false;
    }
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (transaction->recipients[i].is_list) {
            buf_printf(out, "From: %s\r\n", transaction->recipients[i].path);
            return true;
        }
    }
    return false;
}
