/* HELP: the verbs and parameters that this server has (RFC 5321 4.1.1.8). */
#include "fake_servers/smtp_history.h"

/* Verbs and parameters that stand alone have no extension. */
struct help_part {
    const char *text;
    enum server_extension extension;
};

enum { MAX_PARTS = 7 };

struct help_row {
    enum smtp_verb verb;
    struct help_part parts[MAX_PARTS]; /* the syntax; the last has no text */
};

#define ALWAYS EXTENSION_COUNT

// clang-format off
static const struct help_row rows[] = {
    {SMTP_HELO, {{"HELO domain", ALWAYS}}},
    {SMTP_EHLO, {{"EHLO domain or address literal", ALWAYS}}},
    {SMTP_LHLO, {{"LHLO domain or address literal", ALWAYS}}},
    {SMTP_MAIL, {{"MAIL FROM:<reverse-path>", ALWAYS}, {" [SIZE=octets]", EXTENSION_SIZE},
                 {" [BODY=7BIT or 8BITMIME]", EXTENSION_8BITMIME}, {" [BODY=BINARYMIME]", EXTENSION_BINARYMIME},
                 {" [SMTPUTF8]", EXTENSION_SMTPUTF8}, {" [RET=FULL or HDRS] [ENVID=xtext]", EXTENSION_DSN}}},
    {SMTP_RCPT, {{"RCPT TO:<forward-path>", ALWAYS},
                 {" [NOTIFY=NEVER or SUCCESS,FAILURE,DELAY] [ORCPT=type;xtext]", EXTENSION_DSN}}},
    {SMTP_DATA, {{"DATA", ALWAYS}}},
    {SMTP_BDAT, {{"BDAT octets [LAST]", EXTENSION_CHUNKING}}},
    {SMTP_RSET, {{"RSET", ALWAYS}}},
    {SMTP_NOOP, {{"NOOP [text]", ALWAYS}}},
    {SMTP_VRFY, {{"VRFY user or mailbox", ALWAYS}, {" [SMTPUTF8]", EXTENSION_SMTPUTF8}}},
    {SMTP_EXPN, {{"EXPN list", ALWAYS}, {" [SMTPUTF8]", EXTENSION_SMTPUTF8}}},
    {SMTP_HELP, {{"HELP [verb]", ALWAYS}}},
    {SMTP_AUTH, {{"AUTH mechanism [initial-response]", ALWAYS}}},
    {SMTP_STARTTLS, {{"STARTTLS", ALWAYS}}},
    {SMTP_SEND, {{"SEND FROM:<reverse-path>", ALWAYS}}},
    {SMTP_SOML, {{"SOML FROM:<reverse-path>", ALWAYS}}},
    {SMTP_SAML, {{"SAML FROM:<reverse-path>", ALWAYS}}},
    {SMTP_TURN, {{"TURN", ALWAYS}}},
    {SMTP_QUIT, {{"QUIT", ALWAYS}}},
};
// clang-format on

static bool is_there(const struct smtp_session *session, const struct help_row *row)
{
    const struct server_settings *settings = session->settings;
    enum smtp_verb verb = row->verb;
    if (verb == SMTP_HELO || verb == SMTP_EHLO || verb == SMTP_LHLO) {
        return session->lmtp == (verb == SMTP_LHLO);
    }
    if (smtp_history_lacks(session, verb) != 0) {
        return false;
    }
    if (verb == SMTP_VRFY || verb == SMTP_EXPN) {
        return (verb == SMTP_VRFY ? settings->vrfy : settings->expn) != QUERY_502;
    }
    return row->parts[0].extension == ALWAYS || smtp_offers(settings, row->parts[0].extension);
}

static void print_syntax(const struct smtp_session *session, const struct help_row *row,
                         struct buf *out)
{
    for (size_t i = 0; i < MAX_PARTS && row->parts[i].text != NULL; i++) {
        const struct help_part *part = &row->parts[i];
        if (part->extension == ALWAYS || smtp_offers(session->settings, part->extension)) {
            buf_append_text(out, part->text);
        }
    }
}

static void print_verbs(const struct smtp_session *session, struct buf *out)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (is_there(session, &rows[i])) {
            buf_printf(out, "%s%s", out->n > 0 ? " " : "", smtp_verb_row(rows[i].verb)->name);
        }
    }
}

bool smtp_do_help(struct smtp_session *session, const struct smtp_command *command)
{
    if (session->settings->profile == PROFILE_RFC821) {
        return smtp_history_help(session, command);
    }
    struct smtp_command topic = smtp_command_read(command->argument);
    struct buf text = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && text.n == 0; i++) {
        if (rows[i].verb == topic.verb && is_there(session, &rows[i])) {
            print_syntax(session, &rows[i], &text);
        }
    }
    if (text.n > 0) {
        smtp_answer(session, 214, "2.0.0", "Syntax:\n%s", buf_text(&text));
    } else {
        print_verbs(session, &text);
        smtp_answer(session, 214, "2.0.0",
                    "This server knows these verbs:\n%s\nHELP with a verb shows its syntax",
                    buf_text(&text));
    }
    buf_deinit(&text);
    return true;
}
