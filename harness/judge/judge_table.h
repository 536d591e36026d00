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
    JUDGE_RULE_COUNT
};

struct judge_row {
    enum judge_rule rule;
    unsigned kinds; /* set of enum moment_kind */
    /* Is the rule broken? *evidence_r, if it narrows the moment's octets down. NULL: always. */
    bool (*broken)(const struct moment *moment, struct bytes *evidence_r);
    bool unreadable; /* what breaks it is no reply: a mismatch with the script says nothing more */
    const char *wanted; /* completes "wanted is ..." */
};

const struct judge_row *judge_smtp_rows(size_t *count_r);
const struct judge_row *judge_pop3_rows(size_t *count_r);

#endif
