/* Faults in which commands are carried out: out of order, or refused though they are right. */
#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_lmtp.h"

enum { FAULTY_NAME_OCTETS = 200, FAULTY_ARGUMENT_OCTETS = 400, FAULTY_RECIPIENTS = 50 };

/* ---- what may not come here ---- */

static bool takes_data(const struct smtp_session *session)
{
    bool has_recipients = session->transaction.recipient_count > 0;
    switch (session->state) {
    case SMTP_STATE_MAIL:
        return (has_recipients &&
                (smtp_has_fault(session, FAULT_MAIL_CLEARS) || smtp_faulty_has_kept(session))) ||
               (!session->lmtp && smtp_has_fault(session, FAULT_DATA_WITHOUT_RCPT)) ||
               smtp_faulty_lmtp_takes_data(session);
    case SMTP_STATE_BDAT:
        return smtp_has_fault(session, FAULT_DATA_AFTER_BDAT) ||
               (session->content.size == 0 && smtp_has_fault(session, FAULT_DATA_AFTER_BDAT_2));
    case SMTP_STATE_START:
    case SMTP_STATE_READY:
    case SMTP_STATE_RCPT:
    case SMTP_STATE_DATA:
    case SMTP_STATE_TURNED:
    case SMTP_STATE_OVER:
    case SMTP_STATE_COUNT:
        break;
    }
    return session->just_delivered && smtp_has_fault(session, FAULT_MAIL_CLEARS_2);
}

bool smtp_faulty_allows(const struct smtp_session *session)
{
    return (session->verb == SMTP_DATA && takes_data(session)) ||
           (session->verb == SMTP_RCPT && session->just_delivered &&
            smtp_has_fault(session, FAULT_RCPT_WITHOUT_MAIL_2)) ||
           (session->verb == SMTP_AUTH && session->state == SMTP_STATE_RCPT &&
            smtp_has_fault(session, FAULT_AUTH_IN_TRANSACTION_2));
}

/* ---- refusals of what is right ---- */

/* When a fault shows in a command. */
typedef bool (*occasion_fn)(const struct smtp_session *session, const struct smtp_command *command);

static bool always(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)session;
    (void)command;
    return true;
}

static bool has_argument(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)session;
    return command->argument.n > 0;
}

static bool ends_in_blank(const struct smtp_session *session, const struct smtp_command *command)
{
    struct bytes line = line_in_text(&session->line);
    (void)command;
    return bytes_trim_right(line).n < line.n;
}

static bool is_blank_behind(const struct smtp_session *session, const struct smtp_command *command)
{
    return command->argument.n == 0 && ends_in_blank(session, command);
}

static bool is_behind_data(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    return session->is_behind_data;
}

static bool is_wounded(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    return store_is_wounded(session->store);
}

static bool is_as_it_must_be(const struct smtp_session *session, const struct smtp_command *command)
{
    return !has_argument(session, command);
}

static bool has_chunking(const struct smtp_session *session, const struct smtp_command *command)
{
    return !has_argument(session, command) && smtp_session_may_use(session, EXTENSION_CHUNKING);
}

static bool is_before_mail(const struct smtp_session *session, const struct smtp_command *command)
{
    return !has_argument(session, command) && session->state == SMTP_STATE_READY &&
           !session->had_mail;
}

static bool has_long_path(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)session;
    return smtp_path_read(command->argument, command->verb == SMTP_RCPT).whole.n >
           FAULTY_NAME_OCTETS;
}

static bool has_long_name(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)session;
    return command->argument.n > FAULTY_NAME_OCTETS;
}

static bool is_literal(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)session;
    return bytes_starts(command->argument, "[");
}

static bool has_small_keyword(const struct smtp_session *session,
                              const struct smtp_command *command)
{
    (void)session;
    size_t colon = bytes_index(command->argument, ':', 0);
    return colon != BYTES_NONE && bytes_has_lower(bytes_slice(command->argument, 0, colon));
}

static bool has_null_path(const struct smtp_session *session, const struct smtp_command *command)
{
    const char *path = session->transaction.reverse_path;
    (void)command;
    return path != NULL && path[0] == '\0';
}

static bool has_many_recipients(const struct smtp_session *session,
                                const struct smtp_command *command)
{
    (void)command;
    return session->transaction.recipient_count > FAULTY_RECIPIENTS;
}

static bool has_long_argument(const struct smtp_session *session,
                              const struct smtp_command *command)
{
    (void)session;
    return command->argument.n > FAULTY_ARGUMENT_OCTETS;
}

static bool must_log_in(const struct smtp_session *session, const struct smtp_command *command)
{
    (void)command;
    return session->settings->mail_needs_auth && session->user == NULL;
}

static const struct {
    enum fault fault;
    enum smtp_verb verb;
    occasion_fn is_it;
    unsigned code; /* 0: none, and the connection is closed */
    const char *status;
    const char *text;
} refusals[] = {
  // clang-format off
    {FAULT_HELP,                 SMTP_HELP, always,              502, "5.5.1", "Command not implemented"},
    {FAULT_VRFY_SUPPORTED,       SMTP_VRFY, always,              502, "5.5.1", "Command not implemented"},
    {FAULT_OFFERED_COMMAND,      SMTP_EXPN, always,              502, "5.5.1", "Command not implemented"},
    {FAULT_COMMAND_GETS_REPLY_3, SMTP_EXPN, always,              0,   NULL,    NULL},
    {FAULT_NOOP_ARGUMENT,        SMTP_NOOP, has_argument,        501, "5.5.4", "NOOP takes no argument"},
    {FAULT_COMMAND_LINE_512_2,   SMTP_NOOP, has_long_argument,   501, "5.5.4", "Argument too long"},
    {FAULT_TRAILING_BLANKS,      SMTP_NOOP, is_blank_behind,     501, "5.5.4", "An argument is missing behind the blank"},
    {FAULT_TRAILING_BLANKS,      SMTP_RSET, is_blank_behind,     501, "5.5.4", "An argument is missing behind the blank"},
    {FAULT_TRAILING_BLANKS_2,    SMTP_MAIL, ends_in_blank,       555, "5.5.4", "Parameter not recognised"},
    {FAULT_TRAILING_BLANKS_2,    SMTP_RCPT, ends_in_blank,       555, "5.5.4", "Parameter not recognised"},
    {FAULT_PIPELINING_ORDER_2,   SMTP_MAIL, is_behind_data,      503, "5.5.1", "Bad sequence of commands: a message is being stored"},
    {FAULT_SERVES_AFTER_LOSS,    SMTP_MAIL, is_wounded,          451, "4.3.2", "Others are being served"},
    {FAULT_SERVES_AFTER_LOSS_2,  SMTP_RCPT, is_wounded,          452, "4.5.3", "Too many recipients at a time"},
    {FAULT_INTERMEDIATE_REPLY,   SMTP_DATA, is_as_it_must_be,    250, "2.0.0", "Go on"},
    {FAULT_MINIMUM,              SMTP_DATA, has_chunking,        500, "5.5.1", "Command not recognised"},
    {FAULT_MINIMUM_2,            SMTP_RSET, is_before_mail,      502, "5.5.1", "Command not implemented"},
    {FAULT_PATH_256,             SMTP_MAIL, has_long_path,       501, "5.1.7", "Path too long"},
    {FAULT_PATH_256,             SMTP_RCPT, has_long_path,       501, "5.1.7", "Path too long"},
    {FAULT_DOMAIN_255,           SMTP_EHLO, has_long_name,       501, NULL,    "Domain too long"},
    {FAULT_DOMAIN_255_2,         SMTP_HELO, has_long_name,       501, NULL,    "Domain too long"},
    {FAULT_EHLO_2,               SMTP_EHLO, is_literal,          500, NULL,    "Command not recognised"},
    {FAULT_VERB_CASE_2,          SMTP_MAIL, has_small_keyword,   501, "5.5.2", "FROM: must stand before the path"},
    {FAULT_VERB_CASE_2,          SMTP_RCPT, has_small_keyword,   501, "5.5.2", "TO: must stand before the path"},
    {FAULT_NULL_REVERSE_PATH_2,  SMTP_RCPT, has_null_path,       550, "5.7.1", "Bounces are not taken"},
    {FAULT_RECIPIENTS_100_2,     SMTP_DATA, has_many_recipients, 554, "5.5.3", "Too many recipients"},
    {FAULT_AUTH_REQUIRED_CODE_2, SMTP_NOOP, must_log_in,         503, "5.5.1", "Bad sequence of commands: AUTH comes next"},
  // clang-format on
};

bool smtp_faulty_refuses(struct smtp_session *session, const struct smtp_command *command)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (refusals[i].verb != command->verb || !refusals[i].is_it(session, command) ||
            !smtp_has_fault(session, refusals[i].fault)) {
            continue;
        }
        if (refusals[i].code == 0) {
            session->state = SMTP_STATE_OVER;
        } else {
            smtp_answer(session, refusals[i].code, refusals[i].status, "%s", refusals[i].text);
        }
        return true;
    }
    return false;
}

/* ---- arguments ---- */

bool smtp_faulty_takes_argument(const struct smtp_session *session, enum smtp_verb verb)
{
    return (verb == SMTP_QUIT && smtp_has_fault(session, FAULT_UNWANTED_ARGUMENT)) ||
           (verb == SMTP_DATA && smtp_has_fault(session, FAULT_UNWANTED_ARGUMENT_2)) ||
           (verb == SMTP_STARTTLS && smtp_has_fault(session, FAULT_STARTTLS_PARAMETER));
}

/* ---- QUIT, and the greeting ---- */

bool smtp_faulty_hangs_up(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_START && !session->no_service &&
           smtp_has_fault(session, FAULT_QUIT_REPLY_2);
}

bool smtp_faulty_stays(const struct smtp_session *session)
{
    return session->state == SMTP_STATE_RCPT && smtp_has_fault(session, FAULT_QUIT_CLOSES_2);
}

void smtp_faulty_greeted(struct smtp_session *session)
{
    if (smtp_has_fault(session, FAULT_REFUSED_GREETING_WAITS)) {
        session->state = SMTP_STATE_OVER;
    }
}

bool smtp_faulty_serves(const struct smtp_session *session, enum smtp_verb verb)
{
    return verb == SMTP_EHLO && smtp_has_fault(session, FAULT_REFUSED_GREETING_503_2);
}
