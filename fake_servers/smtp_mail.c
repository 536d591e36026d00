/* MAIL and RCPT: paths and recipients (RFC 5321 4.1.1.2 and 4.1.1.3, RFC 6531). */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_list.h"
#include "fake_servers/smtp_faulty_reply.h"
#include "fake_servers/smtp_faulty_utf8.h"
#include "fake_servers/smtp_history.h"

/* The recipients-100 fault refuses one more than that. */
enum { FAULTY_MAX_RECIPIENTS = 50, FAULTY_LATE_RECIPIENTS = 100 };

/* ---- paths ---- */

struct path_refusal {
    unsigned defect;
    const char *status_of_mail;
    const char *status_of_rcpt;
    const char *text;
};

/*
 * In this order. RFC 5321 4.1.4: an argument that is not acceptable is answered 501. A source route is no reason to refuse, and a
 * local-part may be longer than the 64 octets that everybody must take (4.5.3.1: the fewer limits the better).
 */
static const struct path_refusal refusals[] = {
  /* defect, in MAIL, in RCPT, text */
    {SMTP_PATH_NO_KEYWORD,     "5.5.2", "5.5.2", "FROM: or TO: must stand before the path"            },
    {SMTP_PATH_BLANK,          "5.5.2", "5.5.2", "No blank may stand behind the colon"                },
    {SMTP_PATH_NO_BRACKETS,    "5.5.2", "5.5.2", "The path must stand in angle brackets"              },
    {SMTP_PATH_EIGHT_BIT,      "5.1.7", "5.1.3", "The path holds an octet above 127"                  },
    {SMTP_PATH_LONG_DOMAIN,    "5.1.7", "5.1.3", "Domain too long"                                    },
    {SMTP_PATH_LONG,           "5.1.7", "5.1.3", "Path too long"                                      },
    {SMTP_PATH_EMPTY,          "5.1.7", "5.1.3", "A mailbox must stand between the brackets"          },
    {SMTP_PATH_BAD_LOCAL_PART, "5.1.7", "5.1.3", "The local-part is malformed"                        },
    {SMTP_PATH_BAD_DOMAIN,     "5.1.7", "5.1.3", "The domain is malformed"                            },
    {SMTP_PATH_TRAILING,       "5.5.4", "5.5.4", "Only a blank and parameters may stand behind a path"},
    {SMTP_PATH_BAD_PARAM,      "5.5.4", "5.5.4", "A parameter is malformed"                           },
};

static bool path_is_right(struct smtp_session *session, const struct smtp_path *path, bool forward)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct path_refusal *row = &refusals[i];
        if ((path->defects & row->defect) != 0) {
            smtp_answer(session, 501, forward ? row->status_of_rcpt : row->status_of_mail, "%s",
                        row->text);
            return false;
        }
    }
    if (path->local_part.n >= 64 && smtp_has_fault(session, FAULT_LOCAL_PART_64)) {
        smtp_answer(session, 501, forward ? "5.1.3" : "5.1.7", "Local-part too long");
        return false;
    }
    return !smtp_faulty_refuses_path(session, path, forward);
}

/* RFC 6531 3.3: with the extension offered, UTF-8 is read; whether it is right depends on the transaction. */
static struct smtp_path read_path(const struct smtp_session *session,
                                  const struct smtp_command *command, bool forward)
{
    struct smtp_path path = smtp_session_may_use(session, EXTENSION_SMTPUTF8)
                                ? smtp_path_read_utf8(command->argument, forward)
                                : smtp_path_read(command->argument, forward);
    smtp_history_path(session, &path);
    smtp_faulty_path(session, &path, forward);
    return path;
}

static char *keep(struct bytes text)
{
    struct buf kept = {0};
    buf_append(&kept, text);
    return buf_steal(&kept);
}

/* ---- MAIL ---- */

static bool reverse_path_is_welcome(struct smtp_session *session, const struct smtp_path *path)
{
    if (path->mailbox.n == 0 && smtp_has_fault(session, FAULT_NULL_REVERSE_PATH)) {
        smtp_answer(session, 550, "5.1.7", "A reverse-path is wanted");
        return false;
    }
    if (!session->extended && smtp_has_fault(session, FAULT_HELO)) {
        smtp_answer(session, 550, "5.7.1", "Mail is taken only after EHLO");
        return false;
    }
    return true;
}

bool smtp_do_mail(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_path path = read_path(session, command, false);
    if (bytes_is_nocase(command->argument, "FROM:") &&
        smtp_has_fault(session, FAULT_MAIL_ARGUMENT)) {
        path = smtp_path_read(BYTES_LIT("FROM:<>"), false);
    }
    if (!path_is_right(session, &path, false) || !reverse_path_is_welcome(session, &path)) {
        return false;
    }
    smtp_faulty_clear(session);
    if (!smtp_take_mail_params(session, &path)) {
        return false;
    }
    if (!bytes_is_ascii(path.whole) && !session->transaction.is_utf8 &&
        !smtp_has_fault(session, FAULT_NON_ASCII_REFUSED)) {
        /* RFC 6531 3.5: 550 to MAIL, 553 to RCPT. */
        smtp_answer(session, smtp_faulty_utf8_code(session, 550), "5.6.7",
                    "The address needs the parameter SMTPUTF8");
        return false;
    }
    if (smtp_faulty_utf8_refuses(session, &path)) {
        return false;
    }
    session->transaction.reverse_path = keep(smtp_history_kept(session, &path, false));
    smtp_faulty_reverse_path(session);
    session->had_mail = true;
    smtp_answer(session, 250, "2.1.0", "Sender OK");
    return true;
}

/* ---- RCPT ---- */

/* RFC 3463 3.2, 3.3; RFC 5321 4.2.3. With `address`, the one where mail goes stands behind the text. */
struct rcpt_reply {
    unsigned code;
    const char *status;
    const char *text;
    bool address;
    unsigned code_without; /* where the address must not be shown (RFC 6531 3.7.4.1) */
    const char *text_without;
};

static const struct rcpt_reply rcpt_replies[RECIPIENT_KIND_COUNT] = {
  // clang-format off
    [RECIPIENT_LOCAL]     = {250, "2.1.5", "Recipient OK",                     false, 0,   NULL},
    [RECIPIENT_LIST]      = {250, "2.1.5", "Recipient OK",                     false, 0,   NULL},
    [RECIPIENT_FORWARDED] = {251, "2.1.5", "User not local; will forward to ", true,  250, "Recipient OK"},
    [RECIPIENT_RELAYED]   = {250, "2.1.5", "Recipient OK",                     false, 0,   NULL},
    [RECIPIENT_MOVED]     = {551, "5.1.6", "User not local; please try ",      true,  550, "The user has moved"},
    [RECIPIENT_AMBIGUOUS] = {553, "5.1.4", "User ambiguous",                   false, 0,   NULL},
    [RECIPIENT_FULL]      = {452, "4.2.2", "The maildrop is full",             false, 0,   NULL},
    [RECIPIENT_LOCKED]    = {450, "4.2.1", "The mailbox is busy",              false, 0,   NULL},
    [RECIPIENT_UNKNOWN]   = {550, "5.1.1", "No such user",                     false, 0,   NULL},
    [RECIPIENT_FOREIGN]   = {550, "5.7.1", "Relaying denied",                  false, 0,   NULL},
    [RECIPIENT_LOOP]      = {550, "5.4.6", "The alias leads back to itself",   false, 0,   NULL},
  // clang-format on
};

static void answer_recipient(struct smtp_session *session, const struct recipient *found)
{
    const struct rcpt_reply *reply = &rcpt_replies[found->kind];
    struct buf address = {0};
    if (reply->address) {
        recipient_print_address(session->settings, session->store, found->address, &address);
    }
    bool wrong =
        found->kind == RECIPIENT_FOREIGN && smtp_has_fault(session, FAULT_RELAY_REFUSAL_CODE);
    if (!reply->address) {
        smtp_answer(session, wrong ? 554 : reply->code, reply->status, "%s", reply->text);
    } else if (smtp_can_show(buf_text(&address), session->transaction.is_utf8)) {
        smtp_answer(session, reply->code, reply->status, "%s<%s>", reply->text, buf_text(&address));
    } else {
        smtp_answer(session, reply->code_without, reply->status, "%s", reply->text_without);
    }
    buf_deinit(&address);
}

static enum store_delivery room_for(const struct recipient *found, uint64_t octets)
{
    enum store_delivery room = STORE_DELIVERED;
    for (size_t i = 0; i < found->count && room == STORE_DELIVERED; i++) {
        room = maildrop_room(found->maildrops[i], octets < SIZE_MAX ? (size_t)octets : SIZE_MAX);
    }
    return room;
}

static bool has_room_for_recipient(struct smtp_session *session, const struct recipient *found)
{
    size_t count = session->transaction.recipient_count;
    size_t most = count >= FAULTY_MAX_RECIPIENTS && smtp_has_fault(session, FAULT_RECIPIENTS_100)
                      ? FAULTY_MAX_RECIPIENTS
                      : session->settings->max_recipients;
    if (count >= FAULTY_LATE_RECIPIENTS && smtp_has_fault(session, FAULT_TOO_MANY_RECIPIENTS)) {
        smtp_answer(session, 552, "5.5.3", "Too many recipients");
        return false;
    }
    if (count >= most) {
        smtp_answer(session, 452, "4.5.3", "Too many recipients: at most %zu", most);
        return false;
    }
    enum store_delivery room = room_for(found, session->transaction.declared_octets);
    if (room == STORE_DELIVERED || smtp_has_fault(session, FAULT_SIZE_REFUSED)) {
        return true;
    }
    if (room == STORE_MAILDROP_FULL) {
        smtp_answer(session, 452, "4.2.2", "The maildrop is full");
    } else {
        smtp_answer(session, 452, "4.3.1", "Insufficient system storage");
    }
    return false;
}

/* The outbox may be there twice: what a list sends there has an envelope of its own. */
static void add_target(struct smtp_session *session, struct maildrop *maildrop, bool of_list)
{
    struct smtp_transaction *transaction = &session->transaction;
    bool is_outbox = maildrop == store_outbox(session->store);
    for (size_t i = 0; i < transaction->target_count; i++) {
        struct smtp_target *target = &transaction->targets[i];
        if (target->maildrop == maildrop && (!is_outbox || target->of_list == of_list)) {
            target->of_list &= of_list;
            return;
        }
    }
    transaction->targets = mem_grow(transaction->targets, transaction->target_count,
                                    &transaction->target_capacity, sizeof *transaction->targets);
    transaction->targets[transaction->target_count++] =
        (struct smtp_target){.maildrop = maildrop, .of_list = of_list};
}

void smtp_add_targets(struct smtp_session *session, const struct smtp_recipient *recipient)
{
    for (size_t i = 0; i < recipient->maildrop_count; i++) {
        add_target(session, recipient->maildrops[i], recipient->is_list);
    }
}

void smtp_add_recipient(struct smtp_session *session, struct smtp_recipient recipient)
{
    struct smtp_transaction *transaction = &session->transaction;
    smtp_add_targets(session, &recipient);
    transaction->recipients =
        mem_grow(transaction->recipients, transaction->recipient_count,
                 &transaction->recipient_capacity, sizeof *transaction->recipients);
    transaction->recipients[transaction->recipient_count++] = recipient;
}

static void look_up(struct smtp_session *session, const struct smtp_path *path,
                    struct recipient *found)
{
    *found = (struct recipient){.kind = RECIPIENT_UNKNOWN};
    if ((bytes_is_nocase(path->local_part, "postmaster") &&
         smtp_has_fault(session, FAULT_POSTMASTER)) ||
        smtp_faulty_denies_user(session, path)) {
        return;
    }
    if (bytes_has_upper(path->local_part) && !bytes_is_nocase(path->local_part, "postmaster") &&
        smtp_has_fault(session, FAULT_LOCAL_PART_ANY_CASE)) {
        return;
    }
    bool has_pair = bytes_index(path->local_part, '\\', 0) != BYTES_NONE;
    if (bytes_starts(path->local_part, "\"") &&
        smtp_has_fault(session, has_pair ? FAULT_QUOTED_LOCAL_PART_2 : FAULT_QUOTED_LOCAL_PART)) {
        return;
    }
    smtp_find_recipient(session, path->local_part, smtp_history_next_host(session, path), found);
    bool is_nobody = found->kind == RECIPIENT_UNKNOWN || found->kind == RECIPIENT_FOREIGN;
    if (is_nobody && session->settings->any_recipient) {
        found->kind = RECIPIENT_LOCAL;
        recipient_add(found, store_first(session->store));
    } else if (found->kind == RECIPIENT_UNKNOWN &&
               smtp_has_fault(session, FAULT_UNKNOWN_USER_AT_RCPT)) {
        found->kind = RECIPIENT_LOCAL; /* of no maildrop */
    }
}

void smtp_recipient_take(struct smtp_session *session, const struct smtp_path *path,
                         struct recipient *found, struct smtp_recipient *recipient)
{
    recipient->path = keep(path->whole);
    recipient->is_list = found->kind == RECIPIENT_LIST;
    recipient->maildrops = found->maildrops;
    recipient->maildrop_count = found->count;
    found->maildrops = NULL;
    found->count = found->capacity = 0;
    recipient->onward = mem_array(found->onward_count + 1, sizeof *recipient->onward);
    for (size_t i = 0; i < found->onward_count; i++) {
        recipient->onward[recipient->onward_count++] = mem_strdup(found->onward[i]);
    }
    if (found->goes_on) {
        recipient->onward[recipient->onward_count++] = keep(smtp_history_kept(session, path, true));
    }
}

void smtp_recipient_deinit(struct smtp_recipient *recipient)
{
    for (size_t i = 0; i < recipient->onward_count; i++) {
        free(recipient->onward[i]);
    }
    free((void *)recipient->onward);
    free((void *)recipient->maildrops);
    free(recipient->original);
    free(recipient->path);
}

void smtp_drop_recipients(struct smtp_session *session, size_t count)
{
    struct smtp_transaction *transaction = &session->transaction;
    for (size_t i = 0; i < count; i++) {
        smtp_recipient_deinit(&transaction->recipients[i]);
    }
    transaction->recipient_count -= count;
    transaction->target_count = 0;
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        transaction->recipients[i] = transaction->recipients[i + count];
        smtp_add_targets(session, &transaction->recipients[i]);
    }
}

struct maildrop *smtp_user_maildrop(const struct smtp_session *session, const char *mailbox)
{
    struct bytes local_part;
    struct bytes domain;
    struct maildrop *maildrop = NULL;
    smtp_mailbox_split(bytes_of(mailbox), &local_part, &domain);
    return store_by_address(session->store, local_part, domain, &maildrop) == STORE_FOUND ? maildrop
                                                                                          : NULL;
}

/* With what SEND began, a user that takes mail must be at a terminal besides. */
static bool can_take(struct smtp_session *session, const struct recipient *found)
{
    if (recipient_is_taken(found) && session->transaction.to_terminal) {
        smtp_answer(session, 450, "4.2.1", "User not active now");
        return false;
    }
    if (recipient_is_taken(found) && !has_room_for_recipient(session, found)) {
        return false;
    }
    if (recipient_is_taken(found) && smtp_faulty_is_taken(session)) {
        return false;
    }
    answer_recipient(session, found);
    return recipient_is_taken(found);
}

/* Parameters are refused before anything is said of the mailbox. */
static bool take_recipient(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient)
{
    struct recipient found;
    if (!smtp_take_rcpt_params(session, path, recipient)) {
        return false;
    }
    look_up(session, path, &found);
    bool is_taken = can_take(session, &found);
    if (is_taken) {
        smtp_recipient_take(session, path, &found, recipient);
    }
    recipient_deinit(&found);
    return is_taken;
}

bool smtp_do_rcpt(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_command right = *command;
    right.argument = smtp_faulty_argument(session, command->argument);
    struct smtp_path path = read_path(session, &right, true);
    struct smtp_recipient recipient = {0};
    if (!path_is_right(session, &path, true)) {
        return false;
    }
    if (!bytes_is_ascii(path.whole) && !session->transaction.is_utf8) {
        smtp_answer(session, smtp_faulty_utf8_code(session, 553), "5.6.7",
                    "The address needs the parameter SMTPUTF8 of MAIL");
        return false;
    }
    if (smtp_faulty_utf8_refuses(session, &path)) {
        return false;
    }
    if (!take_recipient(session, &path, &recipient)) {
        session->transaction.has_refused = true;
        smtp_recipient_deinit(&recipient);
        return false;
    }
    smtp_faulty_recipient(session, &path, &recipient);
    smtp_faulty_list_recipient(session, &recipient);
    smtp_add_recipient(session, recipient);
    smtp_faulty_pushes_out(session);
    return true;
}
