/*
 * fault_names - the list of faults, one row each
 *
 * FAULT_LIST(row) calls row(MEMBER, NAME, RULE, WHAT) for each fault: the member of enum fault without its prefix, the name that
 * switches it on, the one rule that it breaks, and what the server does wrong. Included by fault.h and by
 * nothing else.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_H

// clang-format off
#define FAULT_LIST_SMTP_OCTETS(row) \
    row(GREETING_CODE, "greeting-code", "smtp/greeting-code", \
        "greets with 250 instead of 220") \
    row(REPLY_CRLF, "reply-crlf", "smtp/reply-crlf", \
        "ends the reply to NOOP in a bare LF") \
    row(REPLY_CODE_GRAMMAR, "reply-code-grammar", "smtp/reply-code-grammar", \
        "answers HELP outside a transaction with 294, whose second digit no code may have") \
    row(REPLY_SEPARATOR, "reply-separator", "smtp/reply-separator", \
        "puts a dot instead of a blank behind the code in the reply to NOOP") \
    row(MULTILINE_SAME_CODE, "multiline-same-code", "smtp/multiline-same-code", \
        "begins the lines of the reply to HELP with 211, the last one with 214") \
    row(MULTILINE_LAST_LINE, "multiline-last-line", "smtp/multiline-last-line", \
        "puts a hyphen behind the code in the last line of the reply to HELP") \
    row(REPLY_LINE_LENGTH, "reply-line-length", "smtp/reply-line-length", \
        "sends a line of more than 600 octets in the reply to HELP") \
    row(REPLY_TEXT_GRAMMAR, "reply-text-grammar", "smtp/reply-text-grammar", \
        "sends an 8-bit octet in the text of the reply to NOOP") \
    row(REPLY_TEXT_GRAMMAR_2, "reply-text-grammar.2", "smtp/reply-text-grammar", \
        "sends a NUL in the text of the reply to NOOP") \
    row(COMMAND_GETS_REPLY, "command-gets-reply", "smtp/command-gets-reply", \
        "does not answer HELP") \
    row(ONE_REPLY_PER_COMMAND, "one-reply-per-command", "smtp/one-reply-per-command", \
        "answers HELP twice") \
    row(EHLO_DOMAIN, "ehlo-domain", "smtp/ehlo-domain", \
        "begins the reply to EHLO with -bad_domain- instead of its domain") \
    row(EHLO_KEYWORD_GRAMMAR, "ehlo-keyword-grammar", "smtp/ehlo-keyword-grammar", \
        "offers the keyword X_ODD in the reply to EHLO") \
    row(ENHANCED_CODE_CLASS, "enhanced-code-class", "smtp/enhanced-code-class", \
        "answers VRFY with an enhanced status code of another class than the reply code")

#define FAULT_LIST_SMTP_STATES(row) \
    row(RCPT_WITHOUT_MAIL, "rcpt-without-mail", "smtp/rcpt-without-mail", \
        "accepts RCPT in a session that has not had MAIL yet") \
    row(DATA_WITHOUT_RCPT, "data-without-rcpt", "smtp/data-without-rcpt", \
        "accepts DATA and a message without a recipient") \
    row(NESTED_MAIL, "nested-mail", "smtp/nested-mail", \
        "accepts MAIL inside a mail transaction") \
    row(VERB_CASE, "verb-case", "smtp/verb-case", \
        "takes a verb with a lower-case letter for an unknown one") \
    row(UNKNOWN_COMMAND, "unknown-command", "smtp/unknown-command", \
        "answers 250 to a command that it does not know, outside a transaction") \
    row(ANY_TIME, "any-time", "smtp/any-time", \
        "answers 503 to RSET, NOOP, VRFY, EXPN and HELP before EHLO") \
    row(RSET_CLEARS, "rset-clears", "smtp/rset-clears", \
        "keeps the mail transaction at RSET") \
    row(NOOP_KEEPS_STATE, "noop-keeps-state", "smtp/noop-keeps-state", \
        "drops the mail transaction at NOOP") \
    row(QUIT_REPLY, "quit-reply", "smtp/quit-reply", \
        "answers QUIT behind MAIL with 250 instead of 221") \
    row(QUIT_CLOSES, "quit-closes", "smtp/quit-closes", \
        "answers QUIT with 221 and keeps the connection open") \
    row(POSTMASTER, "postmaster", "smtp/postmaster", \
        "refuses mail for the postmaster") \
    row(NULL_REVERSE_PATH, "null-reverse-path", "smtp/null-reverse-path", \
        "refuses MAIL FROM:<>") \
    row(HELO, "helo", "smtp/helo", \
        "takes no mail after HELO") \
    row(EHLO, "ehlo", "smtp/ehlo", \
        "does not know EHLO") \
    row(EHLO_CLEARS, "ehlo-clears", "smtp/ehlo-clears", \
        "keeps the mail transaction at EHLO") \
    row(ERROR_KEEPS_STATE, "error-keeps-state", "smtp/error-keeps-state", \
        "drops the mail transaction when it answers 501")

#define FAULT_LIST_SMTP_DATA(row) \
    row(END_OF_DATA, "end-of-data", "smtp/end-of-data", \
        "takes a dot between LFs for the end of the message and goes on with commands") \
    row(DOT_UNSTUFFING, "dot-unstuffing", "smtp/dot-unstuffing", \
        "takes all dots off the front of a line") \
    row(CONTENT_KEPT, "content-kept", "smtp/content-kept", \
        "strips blanks at the end of the lines of a message") \
    row(RECEIVED_ADDED, "received-added", "smtp/received-added", \
        "adds no Received line") \
    row(RETURN_PATH_ADDED, "return-path-added", "smtp/return-path-added", \
        "adds no Return-Path line") \
    row(LOCAL_PART_64, "local-part-64", "smtp/local-part-64", \
        "refuses a local-part of 64 octets") \
    row(COMMAND_LINE_512, "command-line-512", "smtp/command-line-512", \
        "refuses a command line of more than 500 octets") \
    row(TEXT_LINE_1000, "text-line-1000", "smtp/text-line-1000", \
        "refuses a message with a line of more than 990 octets") \
    row(RECIPIENTS_100, "recipients-100", "smtp/recipients-100", \
        "refuses the 51st recipient") \
    row(PIPELINING_ORDER, "pipelining-order", "smtp/pipelining-order", \
        "answers the refused ones of RCPT commands that came together behind the others") \
    row(SIZE_REFUSED, "size-refused", "smtp/size-refused", \
        "accepts a declared size beyond the one that it offers")

#define FAULT_LIST_POP3_OCTETS(row) \
    row(POP3_GREETING, "pop3-greeting", "pop3/greeting", \
        "greets with OK instead of +OK") \
    row(POP3_STATUS_INDICATOR, "pop3-status-indicator", "pop3/status-indicator", \
        "answers NOOP with +Ok") \
    row(POP3_LINE_END, "pop3-line-end", "pop3/line-end", \
        "ends the response to NOOP in a bare LF") \
    row(POP3_STATUS_LINE_LENGTH, "pop3-status-line-length", "pop3/status-line-length", \
        "answers NOOP with a line of more than 600 octets") \
    row(POP3_MULTILINE_END, "pop3-multiline-end", "pop3/multiline-end", \
        "sends no final dot in the response to CAPA after login") \
    row(POP3_BYTE_STUFFING, "pop3-byte-stuffing", "pop3/byte-stuffing", \
        "does not byte-stuff lines of eight octets and more in RETR") \
    row(POP3_COMMAND_GETS_RESPONSE, "pop3-command-gets-response", "pop3/command-gets-response", \
        "does not answer NOOP") \
    row(POP3_ONE_RESPONSE_PER_COMMAND, "pop3-one-response-per-command", "pop3/one-response-per-command", \
        "answers NOOP twice") \
    row(POP3_STAT_FORM, "pop3-stat-form", "pop3/stat-form", \
        "puts two spaces before the size of the maildrop in STAT") \
    row(POP3_LIST_FORM, "pop3-list-form", "pop3/list-form", \
        "puts two spaces before the sizes of messages in LIST") \
    row(POP3_UIDL_FORM, "pop3-uidl-form", "pop3/uidl-form", \
        "gives unique-ids of more than 70 octets")

#define FAULT_LIST_POP3_STATES(row) \
    row(POP3_UNKNOWN_COMMAND, "pop3-unknown-command", "pop3/unknown-command", \
        "answers +OK to a command that it does not know") \
    row(POP3_MINIMUM, "pop3-minimum", "pop3/minimum", \
        "does not know RSET") \
    row(POP3_WRONG_STATE, "pop3-wrong-state", "pop3/wrong-state", \
        "carries out commands in states where they are not allowed") \
    row(POP3_KEYWORD_CASE, "pop3-keyword-case", "pop3/keyword-case", \
        "takes a keyword with a lower-case letter for an unknown one") \
    row(POP3_DELE_MARKS, "pop3-dele-marks", "pop3/dele-marks", \
        "still shows a deleted message in the session that deleted it") \
    row(POP3_RSET_UNMARKS, "pop3-rset-unmarks", "pop3/rset-unmarks", \
        "keeps the marks of deleted messages at RSET") \
    row(POP3_QUIT_DELETES, "pop3-quit-deletes", "pop3/quit-deletes", \
        "does not remove the deleted messages at QUIT") \
    row(POP3_QUIT_CLOSES, "pop3-quit-closes", "pop3/quit-closes", \
        "answers QUIT and keeps the connection open") \
    row(POP3_NO_QUIT_KEEPS, "pop3-no-quit-keeps", "pop3/no-quit-keeps", \
        "removes the deleted messages when the connection ends without QUIT") \
    row(POP3_UIDL_STABLE, "pop3-uidl-stable", "pop3/uidl-stable", \
        "gives a message another unique-id after each session that ends in QUIT") \
    row(POP3_UIDL_UNIQUE, "pop3-uidl-unique", "pop3/uidl-unique", \
        "gives the first message the unique-id of the second") \
    row(POP3_LIST_MATCHES_STAT, "pop3-list-matches-stat", "pop3/list-matches-stat", \
        "leaves the last message out of LIST") \
    row(POP3_LIST_MATCHES_STAT_2, "pop3-list-matches-stat.2", "pop3/list-matches-stat", \
        "tells one octet too many in STAT") \
    row(POP3_TOP_LINES, "pop3-top-lines", "pop3/top-lines", \
        "sends one line of the body too many in TOP") \
    row(POP3_EXCLUSIVE_LOCK, "pop3-exclusive-lock", "pop3/exclusive-lock", \
        "opens a maildrop that another session has open") \
    row(POP3_NO_SUCH_MESSAGE, "pop3-no-such-message", "pop3/no-such-message", \
        "answers +OK for message numbers that the maildrop does not have") \
    row(POP3_BAD_LOGIN, "pop3-bad-login", "pop3/bad-login", \
        "opens the maildrop with a wrong secret") \
    row(POP3_RETR_CONTENT, "pop3-retr-content", "pop3/retr-content", \
        "changes the first letter of the third line of the body in RETR")

#define FAULT_LIST_SMTP_TLS(row) \
    row(STARTTLS, "starttls", "smtp/starttls", \
        "answers STARTTLS with 250 instead of 220, and begins no TLS") \
    row(STARTTLS_PARAMETER, "starttls-parameter", "smtp/starttls-parameter", \
        "takes STARTTLS with a parameter") \
    row(STARTTLS_NOT_OFFERED_WITHIN_TLS, "starttls-not-offered-within-tls", "smtp/starttls-not-offered-within-tls", \
        "offers STARTTLS in the reply to EHLO inside TLS") \
    row(STARTTLS_WITHIN_TLS, "starttls-within-tls", "smtp/starttls-within-tls", \
        "answers 220 to STARTTLS inside TLS") \
    row(TLS_FORGETS, "tls-forgets", "smtp/tls-forgets", \
        "knows inside TLS what the client has said before") \
    row(TLS_COMMAND_INJECTION, "tls-command-injection", "smtp/tls-command-injection", \
        "executes inside TLS what the client sent in clear text behind STARTTLS") \
    row(NO_TEXT_BEFORE_TLS, "no-text-before-tls", "smtp/no-text-before-tls", \
        "sends a second reply in clear text behind the 220 to STARTTLS")

#define FAULT_LIST_SMTP_AUTH(row) \
    row(AUTH, "auth", "smtp/auth", \
        "answers a login that succeeds with 250 instead of 235") \
    row(AUTH_CHALLENGE, "auth-challenge", "smtp/auth-challenge", \
        "puts a text for people into an empty challenge") \
    row(AUTH_EMPTY_CHALLENGE, "auth-empty-challenge", "smtp/auth-empty-challenge", \
        "sends an empty challenge without the blank behind 334") \
    row(AUTH_WITHOUT_INITIAL_RESPONSE, "auth-without-initial-response", "smtp/auth-without-initial-response", \
        "answers 501 to AUTH without the initial response that the mechanism may have") \
    row(AUTH_ENHANCED_CODE, "auth-enhanced-code", "smtp/auth-enhanced-code", \
        "answers 535 with the enhanced status code 5.7.0") \
    row(AUTH_CANCEL, "auth-cancel", "smtp/auth-cancel", \
        "answers 535 to the response * that cancels") \
    row(AUTH_TWICE, "auth-twice", "smtp/auth-twice", \
        "takes a second AUTH behind one that succeeded") \
    row(AUTH_IN_TRANSACTION, "auth-in-transaction", "smtp/auth-in-transaction", \
        "takes AUTH in a mail transaction") \
    row(AUTH_UNKNOWN_MECHANISM, "auth-unknown-mechanism", "smtp/auth-unknown-mechanism", \
        "asks for a response to AUTH with a mechanism that it does not know") \
    row(AUTH_SERVER_FIRST, "auth-server-first", "smtp/auth-server-first", \
        "passes over an initial response where the server begins") \
    row(AUTH_BAD_BASE64, "auth-bad-base64", "smtp/auth-bad-base64", \
        "passes over what is not base64 in a response") \
    row(AUTH_BAD_BASE64_2, "auth-bad-base64.2", "smtp/auth-bad-base64", \
        "answers 535 to a response that is not base64") \
    row(AUTH_WRONG_SECRET, "auth-wrong-secret", "smtp/auth-wrong-secret", \
        "lets a client in that has a wrong secret") \
    row(AUTH_REFUSAL_CODE, "auth-refusal-code", "smtp/auth-refusal-code", \
        "answers 550 to a wrong secret") \
    row(AUTH_ANY_CASE, "auth-any-case", "smtp/auth-any-case", \
        "knows mechanisms in capital letters only") \
    row(AUTH_THREE_ATTEMPTS, "auth-three-attempts", "smtp/auth-three-attempts", \
        "closes the connection behind the second AUTH that fails") \
    row(AUTH_PLAIN_255, "auth-plain-255", "smtp/auth-plain-255", \
        "answers 501 to PLAIN with an identity or secret of more than 100 octets") \
    row(AUTH_PARAMETER, "auth-parameter", "smtp/auth-parameter", \
        "answers 555 to AUTH= in MAIL before a login") \
    row(AUTH_OFFERED_IS_ALLOWED, "auth-offered-is-allowed", "smtp/auth-offered-is-allowed", \
        "answers 538 to AUTH PLAIN before TLS, though it offers it")

#define FAULT_LIST_POP3_AUTH(row) \
    row(POP3_STLS, "pop3-stls", "pop3/stls", \
        "answers -ERR to STLS, though CAPA has it") \
    row(POP3_STLS_STATE, "pop3-stls-state", "pop3/stls-state", \
        "takes STLS behind the login") \
    row(POP3_STLS_COMMAND_INJECTION, "pop3-stls-command-injection", "pop3/stls-command-injection", \
        "executes inside TLS what the client sent in clear text behind STLS") \
    row(POP3_NO_TEXT_BEFORE_TLS, "pop3-no-text-before-tls", "pop3/no-text-before-tls", \
        "sends a second response in clear text behind the +OK to STLS") \
    row(POP3_AUTH, "pop3-auth", "pop3/auth", \
        "answers +OK to AUTH and does not open the maildrop") \
    row(POP3_AUTH_CHALLENGE, "pop3-auth-challenge", "pop3/auth-challenge", \
        "puts a text for people into an empty challenge") \
    row(POP3_AUTH_CHALLENGE_2, "pop3-auth-challenge.2", "pop3/auth-challenge", \
        "sends an empty challenge without the blank behind +") \
    row(POP3_AUTH_WITHOUT_INITIAL_RESPONSE, "pop3-auth-without-initial-response", "pop3/auth-without-initial-response", \
        "answers -ERR to AUTH without the initial response that the mechanism may have") \
    row(POP3_AUTH_CANCEL, "pop3-auth-cancel", "pop3/auth-cancel", \
        "answers +OK to the response * that cancels") \
    row(POP3_AUTH_TWICE, "pop3-auth-twice", "pop3/auth-twice", \
        "takes AUTH behind the login") \
    row(POP3_AUTH_UNKNOWN_MECHANISM, "pop3-auth-unknown-mechanism", "pop3/auth-unknown-mechanism", \
        "asks for a response to AUTH with a mechanism that it does not know") \
    row(POP3_AUTH_SERVER_FIRST, "pop3-auth-server-first", "pop3/auth-server-first", \
        "passes over an initial response where the server begins") \
    row(POP3_AUTH_BAD_BASE64, "pop3-auth-bad-base64", "pop3/auth-bad-base64", \
        "passes over what is not base64 in a response") \
    row(POP3_AUTH_WRONG_SECRET, "pop3-auth-wrong-secret", "pop3/auth-wrong-secret", \
        "lets a client in by AUTH that has a wrong secret") \
    row(POP3_AUTH_FAILED_FORGOTTEN, "pop3-auth-failed-forgotten", "pop3/auth-failed-forgotten", \
        "does not take USER behind an AUTH that failed") \
    row(POP3_AUTH_ANY_CASE, "pop3-auth-any-case", "pop3/auth-any-case", \
        "knows mechanisms in capital letters only") \
    row(POP3_SASL_AFTER_AUTH, "pop3-sasl-after-auth", "pop3/sasl-after-auth", \
        "leaves SASL out of the response to CAPA behind AUTH")

#define FAULT_LIST(row) \
    FAULT_LIST_SMTP_OCTETS(row) FAULT_LIST_SMTP_STATES(row) FAULT_LIST_SMTP_DATA(row) \
    FAULT_LIST_SMTP_TLS(row) FAULT_LIST_SMTP_AUTH(row) \
    FAULT_LIST_POP3_OCTETS(row) FAULT_LIST_POP3_STATES(row) FAULT_LIST_POP3_AUTH(row)

#define FAULT_MEMBER(member, name, rule, what) FAULT_##member,
enum fault { FAULT_LIST(FAULT_MEMBER) FAULT_COUNT };
#undef FAULT_MEMBER
// clang-format on

#endif
