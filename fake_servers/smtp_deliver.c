/* Final delivery, and the replies to the end of data (RFC 5321 4.4, RFC 2033 4.2). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_header.h"
#include "fake_servers/smtp_faulty_lmtp.h"
#include "fake_servers/smtp_faulty_reply.h"
#include "fake_servers/smtp_header.h"
#include "fake_servers/smtp_list.h"
#include "fake_servers/smtp_outbox.h"

/* The text-line-1000 fault refuses longer lines, with CRLF. */
enum { FAULTY_MAX_LINE_OCTETS = 990 };

/* RFC 5321 6.3: a threshold of at least 100. */
enum { MAX_RECEIVED = 100 };

/* ---- lines ---- */

/* RFC 3030 section 3: what BODY=BINARYMIME announces has no lines. */
static bool has_long_line(const struct smtp_session *session)
{
    size_t most = smtp_has_fault(session, FAULT_TEXT_LINE_1000)
                      ? FAULTY_MAX_LINE_OCTETS
                      : session->settings->max_text_line_octets;
    return most > 0 && !session->transaction.is_binary &&
           smtp_content_has_line(&session->content, most, "");
}

/* ---- maildrops ---- */

/* Of a maildrop that is there twice, the one for lists or the other. */
static struct smtp_target *target_of(struct smtp_transaction *transaction,
                                     const struct maildrop *maildrop, bool of_list)
{
    struct smtp_target *found = NULL;
    for (size_t i = 0; i < transaction->target_count; i++) {
        struct smtp_target *target = &transaction->targets[i];
        if (target->maildrop == maildrop && (found == NULL || target->of_list == of_list)) {
            found = target;
        }
    }
    return found;
}

/* Of one message. */
struct copies {
    struct store_message *direct;
    struct store_message *of_list; /* NULL: what a list sends on is the same */
};

struct targets {
    struct smtp_target **rows;
    size_t count;
};

static bool wants(const struct copies *copies, const struct smtp_target *target, bool of_list)
{
    return !target->has_mail && (copies->of_list != NULL && target->of_list) == of_list;
}

/* Those that have it already are left out. */
static enum store_delivery give_copy(struct smtp_session *session, const struct targets *targets,
                                     const struct copies *copies, bool of_list)
{
    struct store_message *message = of_list ? copies->of_list : copies->direct;
    struct maildrop **maildrops = mem_array(targets->count + 1, sizeof(struct maildrop *));
    size_t missing = 0;
    for (size_t i = 0; i < targets->count; i++) {
        if (wants(copies, targets->rows[i], of_list)) {
            maildrops[missing++] = targets->rows[i]->maildrop;
        }
    }
    enum store_delivery result = STORE_DELIVERED;
    if (missing > 0) {
        result = store_deliver(session->store, maildrops, missing, message, NULL);
    }
    for (size_t i = 0; i < targets->count && result == STORE_DELIVERED; i++) {
        targets->rows[i]->has_mail |= wants(copies, targets->rows[i], of_list);
    }
    free((void *)maildrops);
    return result;
}

/* Is there room for what lists send on? */
static enum store_delivery room_of_lists(const struct targets *targets, const struct copies *copies)
{
    enum store_delivery room = STORE_DELIVERED;
    size_t count = copies->of_list != NULL ? targets->count : 0;
    for (size_t i = 0; i < count && room == STORE_DELIVERED; i++) {
        if (wants(copies, targets->rows[i], true)) {
            room = maildrop_room(targets->rows[i]->maildrop, copies->of_list->n);
        }
    }
    return room;
}

/* Into all of these, or none: but for a disk that fails, or a store that is full, in between. The two copies count as one message. */
static enum store_delivery give(struct smtp_session *session, const struct targets *targets,
                                const struct copies *copies)
{
    enum store_delivery result = room_of_lists(targets, copies);
    if (result != STORE_DELIVERED) {
        return result;
    }
    result = give_copy(session, targets, copies, false);
    if (result != STORE_DELIVERED || copies->of_list == NULL) {
        return result;
    }
    copies->of_list->is_counted |= copies->direct->is_counted;
    result = give_copy(session, targets, copies, true);
    copies->direct->is_counted |= copies->of_list->is_counted;
    return result;
}

static enum store_delivery give_all(struct smtp_session *session, const struct copies *copies)
{
    struct smtp_transaction *transaction = &session->transaction;
    struct targets targets = {
        mem_array(transaction->target_count + 1, sizeof(struct smtp_target *)), 0};
    for (size_t i = smtp_faulty_first_target(session); i < transaction->target_count; i++) {
        targets.rows[targets.count++] = &transaction->targets[i];
    }
    enum store_delivery result = give(session, &targets, copies);
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        transaction->recipients[i].is_delivered = result == STORE_DELIVERED;
    }
    free((void *)targets.rows);
    return result;
}

static enum store_delivery give_one(struct smtp_session *session, struct smtp_recipient *recipient,
                                    const struct copies *copies)
{
    struct targets targets = {
        mem_array(recipient->maildrop_count + 1, sizeof(struct smtp_target *)), 0};
    for (size_t i = 0; i < recipient->maildrop_count; i++) {
        targets.rows[targets.count++] =
            target_of(&session->transaction, recipient->maildrops[i], recipient->is_list);
    }
    enum store_delivery result = give(session, &targets, copies);
    recipient->is_delivered = result == STORE_DELIVERED;
    free((void *)targets.rows);
    return result;
}

/* ---- replies ---- */

/* RFC 2920 4, last example: the server asked for the data of nobody's message. With a fault it takes it. */
static bool lacks_recipients(const struct smtp_session *session)
{
    return session->settings->no_recipients == NO_RECIPIENTS_354 && !session->lmtp &&
           session->transaction.recipient_count == 0;
}

/*
 * RFC 5321 2.3.8, 4.1.1.4: neither a lone LF nor a lone CR is the end of a line, and POP3, which sends LF as one, would make it that.
 */
static bool has_bare_line_end(const struct smtp_session *session)
{
    const struct smtp_data_reader *reader = &session->content.reader;
    bool bare_lf = (reader->defects & SMTP_DATA_BARE_LF) != 0;
    bool bare_cr = (reader->defects & SMTP_DATA_BARE_CR) != 0;
    return !reader->careless && (bare_lf || bare_cr) &&
           !smtp_faulty_takes_line_ends(session, bare_lf, bare_cr);
}

bool smtp_refuse_content(struct smtp_session *session)
{
    bool kept_after_all =
        session->content.is_cut && session->settings->keep != KEEP_NONE; /* since a moment ago */
    if (session->content.too_large) {
        smtp_answer(session, 552, "5.3.4", "Message too large: at most %zu octets",
                    session->settings->max_message_octets);
    } else if (session->content.no_room || kept_after_all) {
        smtp_answer(session, 452, "4.3.1", "Insufficient system storage");
    } else if (lacks_recipients(session)) {
        smtp_answer(session, 554, "5.5.1", "No valid recipients");
    } else if (has_long_line(session) || smtp_faulty_has_long_line(session)) {
        /* RFC 3463 X.6.0: it is the content that cannot be delivered. */
        smtp_answer(session, 554, "5.6.0", "Line too long");
    } else if (has_bare_line_end(session)) {
        smtp_answer(session, 554, "5.6.0", "A CR or LF stands alone: lines end in CRLF");
    } else if (smtp_header_count(session, "Received") > MAX_RECEIVED) {
        smtp_answer(session, 554, "5.4.6", "More than %d Received fields: the message is in a loop",
                    MAX_RECEIVED);
    } else {
        return smtp_faulty_refuses_content(session);
    }
    return true;
}

static void answer_delivery(struct smtp_session *session, enum store_delivery result)
{
    switch (result) {
    case STORE_DELIVERED:
        smtp_answer(session, 250, "2.0.0", "Message %" PRIu64 " accepted for delivery",
                    session->content.number);
        break;
    case STORE_MAILDROP_FULL:
        smtp_answer(session, 452, "4.2.2", "A recipient's maildrop is full");
        break;
    case STORE_FULL:
    case STORE_FAILED:
        smtp_answer(session, 452, "4.3.1", "Insufficient system storage");
        break;
    }
}

static struct store_message *take_message(struct smtp_session *session)
{
    smtp_faulty_content(session);
    /* RFC 5321 4.4: so that there is one. */
    if (smtp_header_count(session, "Return-Path") > 0 &&
        !smtp_has_fault(session, FAULT_ONE_RETURN_PATH)) {
        smtp_header_drop_return_path(session);
    }
    smtp_faulty_header_content(session);
    return store_message_new(&session->content.octets);
}

static bool is_sent_by_list(const struct smtp_session *session)
{
    const struct smtp_transaction *transaction = &session->transaction;
    for (size_t i = 0; i < transaction->target_count; i++) {
        if (transaction->targets[i].of_list) {
            return true;
        }
    }
    return false;
}

/* RFC 5321 3.9.2. Who is named by the client as well gets what the client has sent. */
static struct copies make_copies(struct smtp_session *session)
{
    struct copies copies = {take_message(session), NULL};
    struct buf keeper = {0};
    smtp_list_print_keeper(session->settings, &keeper);
    if (is_sent_by_list(session)) {
        copies.of_list = smtp_list_copy(session, copies.direct, buf_text(&keeper));
    }
    smtp_outbox_address(session, copies.direct, copies.of_list, buf_text(&keeper));
    buf_deinit(&keeper);
    return copies;
}

static void deliver_one_as_asked(struct smtp_session *session, struct smtp_recipient *recipient,
                                 const struct copies *copies, const struct asked_reply *reply)
{
    if (reply == NULL) {
        answer_delivery(session, give_one(session, recipient, copies));
        return;
    }
    if (reply->code / 100 == 2) {
        (void)give_one(session, recipient, copies);
    }
    smtp_script_say_end(session, reply);
}

/* LMTP, where a reply to the end of data is asked for: who is refused by it does not get the message. False: none is. */
static bool deliver_as_asked(struct smtp_session *session, const struct copies *copies)
{
    struct smtp_transaction *transaction = &session->transaction;
    size_t count = transaction->recipient_count;
    const struct asked_reply **replies = mem_array(count + 1, sizeof(const struct asked_reply *));
    struct asked_reply *rooms = mem_array(count + 1, sizeof *rooms);
    bool is_asked = smtp_script_ends(session, replies, rooms);
    for (size_t i = 0; i < count && is_asked && !smtp_script_is_over(session); i++) {
        deliver_one_as_asked(session, &transaction->recipients[i], copies, replies[i]);
    }
    free(rooms);
    free((void *)replies);
    return is_asked;
}

/*
 * SMTP: all recipients or none, so that one reply tells the truth about each of them. RFC 2033 4.2: LMTP has one reply for each
 * accepted recipient, in the order of the RCPTs; when not all can have it, those do that can.
 */
static void deliver(struct smtp_session *session, const struct copies *copies)
{
    struct smtp_transaction *transaction = &session->transaction;
    if (session->lmtp && deliver_as_asked(session, copies)) {
        return;
    }
    enum store_delivery all = give_all(session, copies);
    /* With the data-without-rcpt fault there may be no recipient. */
    if (!session->lmtp || transaction->recipient_count == 0) {
        for (size_t i = 0; i < smtp_faulty_replies(session); i++) {
            answer_delivery(session, all);
        }
        return;
    }
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        bool is_there = all == STORE_DELIVERED;
        if (smtp_faulty_lmtp_leaves_out(session, i)) {
            continue;
        }
        answer_delivery(session,
                        is_there ? all : give_one(session, &transaction->recipients[i], copies));
    }
    smtp_faulty_lmtp_answers_more(session);
}

/* What holds for the message is said of each recipient under LMTP; 421 is said once. */
static bool refuse_for_all(struct smtp_session *session)
{
    size_t count = session->lmtp ? session->transaction.recipient_count : 1;
    bool is_refused = smtp_refuse(session, ".") || smtp_refuse_content(session);
    for (size_t i = 1; i < count && is_refused && session->state != SMTP_STATE_OVER; i++) {
        is_refused = smtp_refuse(session, ".") || smtp_refuse_content(session);
    }
    return is_refused;
}

/* RFC 5321 4.1.1.4: the buffers are cleared. */
static void end_transaction(struct smtp_session *session)
{
    bool keeps = session->just_delivered && smtp_has_fault(session, FAULT_MAIL_CLEARS);
    if (keeps) {
        smtp_content_clear(session);
        session->state = SMTP_STATE_READY;
    } else {
        smtp_session_clear(session);
    }
}

void smtp_deliver(struct smtp_session *session)
{
    if (smtp_script_answers_end(session)) {
        return;
    }
    if (refuse_for_all(session)) {
        smtp_faulty_refused(session);
    } else {
        smtp_faulty_delivers_late(session);
        struct copies copies = make_copies(session);
        deliver(session, &copies);
        smtp_dsn_send(session, bytes_make(copies.direct->p, copies.direct->n));
        smtp_faulty_delivered(session, copies.direct);
        store_message_unref(&copies.of_list);
        store_message_unref(&copies.direct);
    }
    end_transaction(session);
}
