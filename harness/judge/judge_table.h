/*
 * judge_table - what judges watch for, as rows
 *
 * A row names a rule, the moments at which it can be broken, and the test. A test sees one moment and remembers nothing.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_TABLE_H
#define MAILSPEC_JUDGE_JUDGE_TABLE_H

#include "judge/moment.h"

enum judge_rule {
    JUDGE_SMTP_GREETING_CODE,
    JUDGE_SMTP_REPLY_CRLF,
    JUDGE_SMTP_REPLY_CODE_GRAMMAR,
    JUDGE_SMTP_REPLY_SEPARATOR,
    JUDGE_SMTP_MULTILINE_SAME_CODE,
    JUDGE_SMTP_MULTILINE_LAST_LINE,
    JUDGE_SMTP_REPLY_LINE_LENGTH,
    JUDGE_SMTP_REPLY_TEXT_GRAMMAR,
    JUDGE_SMTP_COMMAND_GETS_REPLY,
    JUDGE_SMTP_ONE_REPLY_PER_COMMAND,
    JUDGE_SMTP_EHLO_DOMAIN,
    JUDGE_SMTP_EHLO_KEYWORD_GRAMMAR,
    JUDGE_SMTP_ENHANCED_CODE_CLASS,
    JUDGE_SMTP_STARTTLS_WITHIN_TLS,
    JUDGE_SMTP_TLS_COMMAND_INJECTION,
    JUDGE_SMTP_NO_TEXT_BEFORE_TLS,
    JUDGE_SMTP_AUTH_CHALLENGE,
    JUDGE_SMTP_AUTH_EMPTY_CHALLENGE,
    JUDGE_SMTP_AUTH_ENHANCED_CODE,
    JUDGE_SMTP_AUTH_OFFERED_IS_ALLOWED,
    JUDGE_SMTP_AUTH_THREE_ATTEMPTS,
    JUDGE_POP3_GREETING,
    JUDGE_POP3_STATUS_INDICATOR,
    JUDGE_POP3_LINE_END,
    JUDGE_POP3_STATUS_LINE_LENGTH,
    JUDGE_POP3_MULTILINE_END,
    JUDGE_POP3_COMMAND_GETS_RESPONSE,
    JUDGE_POP3_ONE_RESPONSE_PER_COMMAND,
    JUDGE_POP3_STAT_FORM,
    JUDGE_POP3_LIST_FORM,
    JUDGE_POP3_UIDL_FORM,
    JUDGE_POP3_LIST_MATCHES_STAT,
    JUDGE_POP3_STLS_COMMAND_INJECTION,
    JUDGE_POP3_NO_TEXT_BEFORE_TLS,
    JUDGE_POP3_AUTH_CHALLENGE,
    JUDGE_SMTP_CLIENT_CRLF,
    JUDGE_SMTP_WAITS_FOR_GREETING,
    JUDGE_SMTP_WAITS_FOR_REPLY,
    JUDGE_SMTP_PIPELINING_GROUP,
    JUDGE_SMTP_HELLO_BEFORE_MAIL,
    JUDGE_SMTP_EHLO_ARGUMENT,
    JUDGE_SMTP_MAIL_SYNTAX,
    JUDGE_SMTP_RCPT_SYNTAX,
    JUDGE_SMTP_PARAMETER_OFFERED,
    JUDGE_SMTP_NO_ARGUMENT,
    JUDGE_SMTP_COMMAND_ORDER,
    JUDGE_SMTP_COMMAND_ASCII,
    JUDGE_SMTP_COMMAND_LENGTH,
    JUDGE_SMTP_DATA_8BIT,
    JUDGE_SMTP_DATA_WITHOUT_354,
    JUDGE_SMTP_QUIT_BEFORE_CLOSE,
    JUDGE_SMTP_WAITS_FOR_QUIT_REPLY,
    JUDGE_SMTP_STARTTLS_LAST,
    JUDGE_SMTP_EHLO_AFTER_TLS,
    JUDGE_SMTP_STARTTLS_ONCE,
    JUDGE_SMTP_TLS_AFTER_220,
    JUDGE_SMTP_TLS_RESPONSE_INJECTION,
    JUDGE_SMTP_AUTH_BASE64,
    JUDGE_SMTP_AUTH_LINE_LENGTH,
    JUDGE_SMTP_AUTH_ORDER,
    JUDGE_POP3_CLIENT_LINE_END,
    JUDGE_POP3_WAITS_FOR_GREETING,
    JUDGE_POP3_WAITS_FOR_RESPONSE,
    JUDGE_POP3_COMMAND_SYNTAX,
    JUDGE_POP3_COMMAND_LENGTH,
    JUDGE_POP3_MESSAGE_NUMBER,
    JUDGE_POP3_USER_BEFORE_PASS,
    JUDGE_POP3_LOGIN_BEFORE_TRANSACTION,
    JUDGE_POP3_DELETED_MESSAGE_NAMED,
    JUDGE_POP3_STLS_LAST,
    JUDGE_POP3_CAPA_AFTER_TLS,
    JUDGE_POP3_TLS_RESPONSE_INJECTION,
    JUDGE_POP3_AUTH_BASE64,
    JUDGE_POP3_AUTH_LINE_LENGTH,
    JUDGE_POP3_AUTH_OFFERED,
    JUDGE_POP3_AUTH_INITIAL_RESPONSE,
    JUDGE_RULE_COUNT
};

/* What a broken rule says about a mismatch that the script tells later. */
enum judge_consequence {
    JUDGE_SEPARATE,
    JUDGE_UNREADABLE, /* explains a mismatch with these very octets: they are no reply, or no command in order */
    JUDGE_OUT_OF_STEP, /* explains any: commands and replies no longer belong together, or all fails that follows a wrong command */
    JUDGE_AT_END       /* explains one at the client's close */
};

struct judge_row {
    enum judge_rule rule;
    unsigned kinds; /* set of enum moment_kind */
    /* Is the rule broken? *evidence_r, if it narrows the moment's octets down. NULL: always. */
    bool (*broken)(const struct moment *moment, struct bytes *evidence_r);
    enum judge_consequence consequence;
    const char *wanted; /* completes "wanted is ..." */
};

const struct judge_row *judge_smtp_rows(size_t *count_r);
const struct judge_row *judge_pop3_rows(size_t *count_r);
/* The same for clients. */
const struct judge_row *judge_smtp_client_rows(size_t *count_r);
const struct judge_row *judge_pop3_client_rows(size_t *count_r);

#endif
