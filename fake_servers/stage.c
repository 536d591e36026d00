#include "fake_servers/stage.h"

#include "base/glob.h"

// clang-format off
static const struct stage_row rows[STAGE_COUNT] = {
    [STAGE_GREETING]      = {"greeting",      NULL,         STAGE_BOTH, "a connection that begins"},
    [STAGE_EHLO]          = {"EHLO",          NULL,         STAGE_SMTP, "EHLO"},
    [STAGE_HELO]          = {"HELO",          NULL,         STAGE_SMTP, "HELO"},
    [STAGE_LHLO]          = {"LHLO",          NULL,         STAGE_SMTP, "LHLO, of LMTP"},
    [STAGE_STARTTLS]      = {"STARTTLS",      NULL,         STAGE_SMTP, "STARTTLS"},
    [STAGE_CAPA]          = {"CAPA",          NULL,         STAGE_POP3, "CAPA"},
    [STAGE_STLS]          = {"STLS",          NULL,         STAGE_POP3, "STLS"},
    [STAGE_USER]          = {"USER",          NULL,         STAGE_POP3, "USER"},
    [STAGE_PASS]          = {"PASS",          NULL,         STAGE_POP3, "PASS"},
    [STAGE_APOP]          = {"APOP",          NULL,         STAGE_POP3, "APOP"},
    [STAGE_AUTH]          = {"AUTH",          NULL,         STAGE_BOTH, "the command AUTH"},
    [STAGE_AUTH_RESPONSE] = {"AUTH-response", "AUTH-later", STAGE_BOTH, "a response of the client's to a challenge of AUTH"},
    [STAGE_MAIL]          = {"MAIL",          NULL,         STAGE_SMTP, "MAIL"},
    [STAGE_RCPT]          = {"RCPT",          NULL,         STAGE_SMTP, "RCPT"},
    [STAGE_DATA]          = {"DATA",          NULL,         STAGE_SMTP, "the command DATA"},
    [STAGE_END_OF_DATA]   = {"end-of-data",   "dot",        STAGE_SMTP, "the end of a message, by DATA or by BDAT; LMTP: for each recipient"},
    [STAGE_BDAT]          = {"BDAT",          NULL,         STAGE_SMTP, "a chunk, behind its octets"},
    [STAGE_STAT]          = {"STAT",          NULL,         STAGE_POP3, "STAT"},
    [STAGE_LIST]          = {"LIST",          NULL,         STAGE_POP3, "LIST"},
    [STAGE_UIDL]          = {"UIDL",          NULL,         STAGE_POP3, "UIDL"},
    [STAGE_RETR]          = {"RETR",          NULL,         STAGE_POP3, "RETR"},
    [STAGE_TOP]           = {"TOP",           NULL,         STAGE_POP3, "TOP"},
    [STAGE_DELE]          = {"DELE",          NULL,         STAGE_POP3, "DELE"},
    [STAGE_LANG]          = {"LANG",          NULL,         STAGE_POP3, "LANG"},
    [STAGE_UTF8]          = {"UTF8",          NULL,         STAGE_POP3, "UTF8"},
    [STAGE_VRFY]          = {"VRFY",          NULL,         STAGE_SMTP, "VRFY"},
    [STAGE_EXPN]          = {"EXPN",          NULL,         STAGE_SMTP, "EXPN"},
    [STAGE_HELP]          = {"HELP",          NULL,         STAGE_SMTP, "HELP"},
    [STAGE_NOOP]          = {"NOOP",          NULL,         STAGE_BOTH, "NOOP"},
    [STAGE_RSET]          = {"RSET",          NULL,         STAGE_BOTH, "RSET"},
    [STAGE_QUIT]          = {"QUIT",          NULL,         STAGE_BOTH, "QUIT"},
    [STAGE_OTHER]         = {"other",         NULL,         STAGE_BOTH, "any command that is not in this table"},
    [STAGE_ANY]           = {"any",           NULL,         STAGE_BOTH, "all of these"},
};

static const enum stage smtp_stages[SMTP_VERB_COUNT + 1] = {
    [SMTP_HELO] = STAGE_HELO, [SMTP_EHLO] = STAGE_EHLO, [SMTP_LHLO] = STAGE_LHLO, [SMTP_MAIL] = STAGE_MAIL,
    [SMTP_RCPT] = STAGE_RCPT, [SMTP_DATA] = STAGE_DATA, [SMTP_BDAT] = STAGE_BDAT, [SMTP_RSET] = STAGE_RSET,
    [SMTP_NOOP] = STAGE_NOOP, [SMTP_VRFY] = STAGE_VRFY, [SMTP_EXPN] = STAGE_EXPN, [SMTP_HELP] = STAGE_HELP,
    [SMTP_QUIT] = STAGE_QUIT, [SMTP_STARTTLS] = STAGE_STARTTLS, [SMTP_AUTH] = STAGE_AUTH,
    [SMTP_SEND] = STAGE_OTHER, [SMTP_SOML] = STAGE_OTHER, [SMTP_SAML] = STAGE_OTHER, [SMTP_TURN] = STAGE_OTHER,
    [SMTP_UNKNOWN] = STAGE_OTHER, [SMTP_VERB_COUNT] = STAGE_GREETING,
};

static const enum stage pop3_stages[POP3_VERB_COUNT + 1] = {
    [POP3_USER] = STAGE_USER, [POP3_PASS] = STAGE_PASS, [POP3_APOP] = STAGE_APOP, [POP3_AUTH] = STAGE_AUTH,
    [POP3_STLS] = STAGE_STLS, [POP3_CAPA] = STAGE_CAPA, [POP3_LANG] = STAGE_LANG, [POP3_UTF8] = STAGE_UTF8,
    [POP3_STAT] = STAGE_STAT, [POP3_LIST] = STAGE_LIST, [POP3_RETR] = STAGE_RETR, [POP3_DELE] = STAGE_DELE,
    [POP3_NOOP] = STAGE_NOOP, [POP3_RSET] = STAGE_RSET, [POP3_TOP] = STAGE_TOP, [POP3_UIDL] = STAGE_UIDL,
    [POP3_QUIT] = STAGE_QUIT, [POP3_UNKNOWN] = STAGE_OTHER, [POP3_VERB_COUNT] = STAGE_GREETING,
};
// clang-format on

const struct stage_row *stage_row(enum stage stage)
{
    return &rows[stage];
}

bool stage_find(struct bytes name, enum stage *stage_r)
{
    for (unsigned i = 0; i < STAGE_COUNT; i++) {
        if (bytes_is_nocase(name, rows[i].name) ||
            (rows[i].other != NULL && bytes_is_nocase(name, rows[i].other))) {
            *stage_r = (enum stage)i;
            return true;
        }
    }
    return false;
}

const char *stage_nearest(struct bytes name)
{
    const char *names[2 * STAGE_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        names[count++] = rows[i].name;
        if (rows[i].other != NULL) {
            names[count++] = rows[i].other;
        }
    }
    return glob_nearest(name, names, count);
}

enum stage stage_of_smtp(enum smtp_verb verb)
{
    return smtp_stages[verb];
}

enum stage stage_of_pop3(enum pop3_verb verb)
{
    return pop3_stages[verb];
}
