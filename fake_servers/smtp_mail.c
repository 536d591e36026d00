/* MAIL and RCPT: paths, parameters, recipients (RFC 5321 4.1.1.2 and 4.1.1.3, RFC 1870, RFC 6152). */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_history.h"

/* The recipients-100 fault refuses one more than that. */
enum { FAULTY_MAX_RECIPIENTS = 50 };

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
    if (path->local_part.n >= 64 && smtp_session_has_fault(session, FAULT_LOCAL_PART_64)) {
        smtp_answer(session, 501, forward ? "5.1.3" : "5.1.7", "Local-part too long");
        return false;
    }
    return true;
}

/* ---- parameters of MAIL ---- */

enum param_result { PARAM_OK, PARAM_BAD, PARAM_TOO_LARGE };

/* RFC 1870 section 3: size-value = 1*20DIGIT */
static enum param_result take_size(struct smtp_session *session, struct bytes value)
{
    uint64_t octets = 0;
    if (value.n == 0 || value.n > 20) {
        return PARAM_BAD;
    }
    for (size_t i = 0; i < value.n; i++) {
        if (!octet_is_digit(value.p[i])) {
            return PARAM_BAD;
        }
    }
    if (!bytes_to_u64(value, &octets)) {
        octets = UINT64_MAX; /* 20 digits may be more than that */
    }
    session->transaction.declared_octets = octets;
    bool refuse = octets > session->settings->max_message_octets &&
                  !smtp_session_has_fault(session, FAULT_SIZE_REFUSED);
    return refuse ? PARAM_TOO_LARGE : PARAM_OK;
}

/* RFC 6152 section 2: body-value = "7BIT" / "8BITMIME" */
static enum param_result take_body(struct smtp_session *session, struct bytes value)
{
    (void)session; /* message data is 8-bit clean anyway */
    bool known = bytes_is_nocase(value, "7BIT") || bytes_is_nocase(value, "8BITMIME");
    return known ? PARAM_OK : PARAM_BAD;
}

struct param_row {
    const char *keyword;
    enum param_result (*take)(struct smtp_session *session, struct bytes value);
};

static const struct param_row param_rows[] = {
    {"SIZE", take_size},
    {"BODY", take_body},
};

static const struct param_row *find_param(struct bytes keyword)
{
    for (size_t i = 0; i < sizeof param_rows / sizeof param_rows[0]; i++) {
        if (bytes_is_nocase(keyword, param_rows[i].keyword)) {
            return &param_rows[i];
        }
    }
    return NULL;
}

static bool is_repeated(const struct smtp_path *path, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (bytes_equal_nocase(path->params[i].keyword, path->params[index].keyword)) {
            return true;
        }
    }
    return false;
}

static bool take_params(struct smtp_session *session, const struct smtp_path *path)
{
    for (size_t i = 0; i < path->param_count; i++) {
        const struct param_row *row = find_param(path->params[i].keyword);
        if (row == NULL || !session->extended) {
            smtp_answer(session, 555, "5.5.4", "Parameter of MAIL not recognised");
            return false;
        }
        enum param_result result =
            is_repeated(path, i) ? PARAM_BAD : row->take(session, path->params[i].value);
        if (result == PARAM_BAD) {
            smtp_answer(session, 501, "5.5.4", "%s must come once, with a value that it allows",
                        row->keyword);
            return false;
        }
        if (result == PARAM_TOO_LARGE) {
            smtp_answer(session, 552, "5.3.4", "Message too large: at most %zu octets",
                        session->settings->max_message_octets);
            return false;
        }
    }
    return true;
}

/* ---- MAIL ---- */

bool smtp_do_mail(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_path path = smtp_path_read(command->argument, false);
    smtp_history_path(session, &path);
    if (!path_is_right(session, &path, false)) {
        return false;
    }
    if (path.mailbox.n == 0 && smtp_session_has_fault(session, FAULT_NULL_REVERSE_PATH)) {
        smtp_answer(session, 550, "5.1.7", "A reverse-path is wanted");
        return false;
    }
    if (!session->extended && smtp_session_has_fault(session, FAULT_HELO)) {
        smtp_answer(session, 550, "5.7.1", "Mail is taken only after EHLO");
        return false;
    }
    smtp_session_clear(session);
    if (!take_params(session, &path)) {
        return false;
    }
    struct buf reverse_path = {0};
    buf_append(&reverse_path, smtp_history_kept(session, &path, false));
    session->transaction.reverse_path = buf_steal(&reverse_path);
    session->had_mail = true;
    smtp_answer(session, 250, "2.1.0", "Sender OK");
    return true;
}

/* ---- RCPT ---- */

static bool has_room_for_recipient(struct smtp_session *session, const struct maildrop *maildrop)
{
    size_t most = smtp_session_has_fault(session, FAULT_RECIPIENTS_100)
                      ? FAULTY_MAX_RECIPIENTS
                      : session->settings->max_recipients;
    uint64_t declared = session->transaction.declared_octets;
    if (session->transaction.recipients >= most) {
        smtp_answer(session, 452, "4.5.3", "Too many recipients: at most %zu", most);
        return false;
    }
    if (!maildrop_has_room(maildrop, declared < SIZE_MAX ? (size_t)declared : SIZE_MAX) &&
        !smtp_session_has_fault(session, FAULT_SIZE_REFUSED)) {
        smtp_answer(session, 452, "4.2.2", "The maildrop is full");
        return false;
    }
    return true;
}

void smtp_add_recipient(struct smtp_session *session, struct maildrop *maildrop)
{
    struct smtp_transaction *transaction = &session->transaction;
    transaction->recipients++;
    for (size_t i = 0; i < transaction->maildrop_count; i++) {
        if (transaction->maildrops[i] == maildrop) {
            return;
        }
    }
    transaction->maildrops = mem_grow((void *)transaction->maildrops, transaction->maildrop_count,
                                      &transaction->maildrop_capacity, sizeof(struct maildrop *));
    transaction->maildrops[transaction->maildrop_count++] = maildrop;
}

static enum store_lookup look_up(struct smtp_session *session, const struct smtp_path *path,
                                 struct maildrop **maildrop_r)
{
    if (smtp_session_has_fault(session, FAULT_POSTMASTER) &&
        bytes_is_nocase(path->local_part, "postmaster")) {
        return STORE_NO_USER;
    }
    enum store_lookup found = store_by_address(session->store, path->local_part,
                                               smtp_history_next_host(session, path), maildrop_r);
    if (found != STORE_FOUND && session->settings->any_recipient) {
        *maildrop_r = store_first(session->store);
        return STORE_FOUND;
    }
    return found;
}

bool smtp_do_rcpt(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_path path = smtp_path_read(command->argument, true);
    smtp_history_path(session, &path);
    if (!path_is_right(session, &path, true)) {
        return false;
    }
    if (path.param_count > 0) {
        smtp_answer(session, 555, "5.5.4", "Parameter of RCPT not recognised");
        return false;
    }
    struct maildrop *maildrop = NULL;
    switch (look_up(session, &path, &maildrop)) {
    case STORE_FOUND:
        break;
    case STORE_NO_USER:
        smtp_answer(session, 550, "5.1.1", "No such user");
        return false;
    case STORE_FOREIGN:
        smtp_answer(session, 550, "5.7.1", "Relaying denied");
        return false;
    }
    if (session->transaction.to_terminal) {
        smtp_answer(session, 450, "4.2.1", "User not active now");
        return false;
    }
    if (!has_room_for_recipient(session, maildrop)) {
        return false;
    }
    smtp_add_recipient(session, maildrop);
    smtp_answer(session, 250, "2.1.5", "Recipient OK");
    return true;
}
