/*
 * fault_names_smtp - faults of SMTP and LMTP in lines, states and replies
 *
 * In the form of fault_names.h, which alone includes this.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_H

// clang-format off
#define FAULT_LIST_SMTP_OCTETS(row) \
    row(GREETING_CODE, "greeting-code", "smtp/greeting-code", \
        "greets with 250 instead of 220") \
    row(GREETING_CODE_2, "greeting-code.2", "smtp/greeting-code", \
        "greets with 354, as if it asked for more") \
    row(REPLY_CRLF, "reply-crlf", "smtp/reply-crlf", \
        "ends the reply to NOOP in a bare LF") \
    row(REPLY_CRLF_2, "reply-crlf.2", "smtp/reply-crlf", \
        "ends the lines of the reply to HELP in a bare LF, but for the last one") \
    row(REPLY_CODE_GRAMMAR, "reply-code-grammar", "smtp/reply-code-grammar", \
        "answers HELP outside a transaction with 294, whose second digit no code may have") \
    row(REPLY_CODE_GRAMMAR_2, "reply-code-grammar.2", "smtp/reply-code-grammar", \
        "puts the code before the last line of the reply to HELP only") \
    row(REPLY_SEPARATOR, "reply-separator", "smtp/reply-separator", \
        "puts a dot instead of a blank behind the code in the reply to NOOP") \
    row(REPLY_SEPARATOR_2, "reply-separator.2", "smtp/reply-separator", \
        "puts nothing between code and text in the reply to HELO") \
    row(MULTILINE_SAME_CODE, "multiline-same-code", "smtp/multiline-same-code", \
        "begins the lines of the reply to HELP with 211, the last one with 214") \
    row(MULTILINE_SAME_CODE_2, "multiline-same-code.2", "smtp/multiline-same-code", \
        "gives lines in the middle of the reply to HELP the code 211, the others 214") \
    row(MULTILINE_LAST_LINE, "multiline-last-line", "smtp/multiline-last-line", \
        "puts a hyphen behind the code in the last line of the reply to HELP") \
    row(MULTILINE_LAST_LINE_2, "multiline-last-line.2", "smtp/multiline-last-line", \
        "puts a hyphen behind the code in the one line of the reply to VRFY") \
    row(REPLY_LINE_LENGTH, "reply-line-length", "smtp/reply-line-length", \
        "sends a line of more than 600 octets in the reply to HELP") \
    row(REPLY_TEXT_GRAMMAR, "reply-text-grammar", "smtp/reply-text-grammar", \
        "sends an 8-bit octet in the text of the reply to NOOP") \
    row(REPLY_TEXT_GRAMMAR_2, "reply-text-grammar.2", "smtp/reply-text-grammar", \
        "sends a NUL in the text of the reply to NOOP") \
    row(COMMAND_GETS_REPLY, "command-gets-reply", "smtp/command-gets-reply", \
        "does not answer HELP") \
    row(COMMAND_GETS_REPLY_2, "command-gets-reply.2", "smtp/command-gets-reply", \
        "answers the end of data once, under LMTP, for a recipient that was named twice") \
    row(COMMAND_GETS_REPLY_3, "command-gets-reply.3", "smtp/command-gets-reply", \
        "closes the connection at EXPN without an answer") \
    row(ONE_REPLY_PER_COMMAND, "one-reply-per-command", "smtp/one-reply-per-command", \
        "answers HELP twice") \
    row(ONE_REPLY_PER_COMMAND_2, "one-reply-per-command.2", "smtp/one-reply-per-command", \
        "answers the end of data, under LMTP, once more where a recipient was refused") \
    row(ONE_REPLY_PER_COMMAND_3, "one-reply-per-command.3", "smtp/one-reply-per-command", \
        "answers the end of data once for each recipient, as only LMTP does") \
    row(EHLO_DOMAIN, "ehlo-domain", "smtp/ehlo-domain", \
        "begins the reply to EHLO with -bad_domain- instead of its domain") \
    row(EHLO_DOMAIN_2, "ehlo-domain.2", "smtp/ehlo-domain", \
        "leaves its name out of the reply to EHLO") \
    row(EHLO_KEYWORD_GRAMMAR, "ehlo-keyword-grammar", "smtp/ehlo-keyword-grammar", \
        "offers the keyword X_ODD in the reply to EHLO") \
    row(EHLO_KEYWORD_GRAMMAR_2, "ehlo-keyword-grammar.2", "smtp/ehlo-keyword-grammar", \
        "lists AUTH= besides AUTH in the reply to EHLO") \
    row(ENHANCED_CODE_CLASS, "enhanced-code-class", "smtp/enhanced-code-class", \
        "answers VRFY with an enhanced status code of another class than the reply code") \
    row(ENHANCED_CODE_CLASS_2, "enhanced-code-class.2", "smtp/enhanced-code-class", \
        "refuses an unknown recipient with 550 4.1.1")

#define FAULT_LIST_SMTP_STATES(row) \
    row(RCPT_WITHOUT_MAIL, "rcpt-without-mail", "smtp/rcpt-without-mail", \
        "accepts RCPT in a session that has not had MAIL yet") \
    row(RCPT_WITHOUT_MAIL_2, "rcpt-without-mail.2", "smtp/rcpt-without-mail", \
        "accepts RCPT right behind a message that it has accepted") \
    row(DATA_WITHOUT_RCPT, "data-without-rcpt", "smtp/data-without-rcpt", \
        "accepts DATA and a message without a recipient under SMTP") \
    row(NESTED_MAIL, "nested-mail", "smtp/nested-mail", \
        "accepts MAIL inside a mail transaction") \
    row(VERB_CASE, "verb-case", "smtp/verb-case", \
        "takes a verb with a lower-case letter for an unknown one") \
    row(VERB_CASE_2, "verb-case.2", "smtp/verb-case", \
        "knows FROM: and TO: in capital letters only") \
    row(UNKNOWN_COMMAND, "unknown-command", "smtp/unknown-command", \
        "answers 250 to printable text that is no command it knows, outside a transaction and LMTP") \
    row(ANY_TIME, "any-time", "smtp/any-time", \
        "answers 503 to RSET, NOOP, VRFY, EXPN and HELP before EHLO") \
    row(RSET_CLEARS, "rset-clears", "smtp/rset-clears", \
        "keeps the mail transaction at RSET behind a recipient, but for chunks") \
    row(RSET_CLEARS_2, "rset-clears.2", "smtp/rset-clears", \
        "forgets the reverse-path at RSET, and keeps the recipients for the next transaction") \
    row(NOOP_KEEPS_STATE, "noop-keeps-state", "smtp/noop-keeps-state", \
        "drops the mail transaction at NOOP") \
    row(NOOP_KEEPS_STATE_2, "noop-keeps-state.2", "smtp/noop-keeps-state", \
        "forgets the recipients at NOOP, and not the transaction") \
    row(QUIT_REPLY, "quit-reply", "smtp/quit-reply", \
        "answers QUIT behind MAIL with 250 instead of 221") \
    row(QUIT_REPLY_2, "quit-reply.2", "smtp/quit-reply", \
        "closes the connection at QUIT before EHLO without an answer") \
    row(QUIT_CLOSES, "quit-closes", "smtp/quit-closes", \
        "answers QUIT with 221 and keeps the connection open") \
    row(QUIT_CLOSES_2, "quit-closes.2", "smtp/quit-closes", \
        "keeps the connection open behind a QUIT in a transaction with a recipient") \
    row(POSTMASTER, "postmaster", "smtp/postmaster", \
        "refuses mail for the postmaster") \
    row(POSTMASTER_2, "postmaster.2", "smtp/postmaster", \
        "refuses mail for the postmaster without a domain") \
    row(NULL_REVERSE_PATH, "null-reverse-path", "smtp/null-reverse-path", \
        "refuses MAIL FROM:<>") \
    row(NULL_REVERSE_PATH_2, "null-reverse-path.2", "smtp/null-reverse-path", \
        "takes MAIL FROM:<>, and refuses each recipient behind it") \
    row(HELO, "helo", "smtp/helo", \
        "takes no mail after HELO") \
    row(HELO_2, "helo.2", "smtp/helo", \
        "lists its extensions in the reply to HELO") \
    row(EHLO, "ehlo", "smtp/ehlo", \
        "does not know EHLO") \
    row(EHLO_2, "ehlo.2", "smtp/ehlo", \
        "takes EHLO with an address literal for an unknown command") \
    row(EHLO_CLEARS, "ehlo-clears", "smtp/ehlo-clears", \
        "keeps the mail transaction at EHLO") \
    row(EHLO_CLEARS_2, "ehlo-clears.2", "smtp/ehlo-clears", \
        "forgets the reverse-path at EHLO and HELO, and keeps the recipients for the next transaction") \
    row(ERROR_KEEPS_STATE, "error-keeps-state", "smtp/error-keeps-state", \
        "drops the mail transaction when it answers 501") \
    row(ERROR_KEEPS_STATE_2, "error-keeps-state.2", "smtp/error-keeps-state", \
        "drops the mail transaction at VRFY, EXPN and HELP") \
    row(TWO_TRANSACTIONS, "two-transactions", "smtp/two-transactions", \
        "answers 503 to RCPT while another session has a transaction with the same reverse-path") \
    row(TOO_MANY_RECIPIENTS, "too-many-recipients", "smtp/too-many-recipients", \
        "answers 552 to the 101st recipient")

#define FAULT_LIST_SMTP_SESSION(row) \
    row(ABORTED_NOT_DELIVERED, "aborted-not-delivered", "smtp/aborted-not-delivered", \
        "takes the end of the connection within a message for the end of the message") \
    row(ABORTED_NOT_DELIVERED_2, "aborted-not-delivered.2", "smtp/aborted-not-delivered", \
        "delivers a message at its dot, before the CRLF of that line has come") \
    row(ABORTED_NOT_DELIVERED_3, "aborted-not-delivered.3", "smtp/aborted-not-delivered", \
        "takes the end of the connection between two chunks for the last of them") \
    row(SERVES_AFTER_LOSS, "serves-after-loss", "smtp/serves-after-loss", \
        "answers 451 to MAIL once a connection has ended within a command") \
    row(SERVES_AFTER_LOSS_2, "serves-after-loss.2", "smtp/serves-after-loss", \
        "answers 452 to RCPT once a connection has ended behind the CR of a command") \
    row(ACCEPTED_IS_DELIVERED, "accepted-is-delivered", "smtp/accepted-is-delivered", \
        "gives a message for two recipients to the second of them alone") \
    row(ACCEPTED_IS_DELIVERED_2, "accepted-is-delivered.2", "smtp/accepted-is-delivered", \
        "forgets the recipients that are named behind a refused one") \
    row(CLOSE_KEEPS_ACCEPTED, "close-keeps-accepted", "smtp/close-keeps-accepted", \
        "takes its last message back when the session ends without QUIT") \
    row(CLOSE_KEEPS_ACCEPTED_2, "close-keeps-accepted.2", "smtp/close-keeps-accepted", \
        "takes its last message back at RSET") \
    row(TEXT_LINE_END, "text-line-end", "smtp/text-line-end", \
        "takes a lone LF in a message for the end of a line") \
    row(TEXT_LINE_END_2, "text-line-end.2", "smtp/text-line-end", \
        "takes a lone CR in a message for the end of a line") \
    row(COMMAND_LINE_END, "command-line-end", "smtp/command-line-end", \
        "takes a lone LF for the end of a command") \
    row(COMMAND_LINE_END_2, "command-line-end.2", "smtp/command-line-end", \
        "takes a lone CR for the end of a command") \
    row(MAIL_CLEARS, "mail-clears", "smtp/mail-clears", \
        "keeps the recipients of a message that was accepted for the next transaction") \
    row(MAIL_CLEARS_2, "mail-clears.2", "smtp/mail-clears", \
        "accepts another DATA behind a message that was accepted") \
    row(TRAILING_BLANKS, "trailing-blanks", "smtp/trailing-blanks", \
        "refuses NOOP and RSET with a blank behind them") \
    row(TRAILING_BLANKS_2, "trailing-blanks.2", "smtp/trailing-blanks", \
        "takes a blank behind a path for a parameter that it does not know") \
    row(UNWANTED_ARGUMENT, "unwanted-argument", "smtp/unwanted-argument", \
        "carries QUIT out with an argument") \
    row(UNWANTED_ARGUMENT_2, "unwanted-argument.2", "smtp/unwanted-argument", \
        "carries DATA out with an argument") \
    row(NOOP_ARGUMENT, "noop-argument", "smtp/noop-argument", \
        "refuses NOOP with an argument") \
    row(HELP, "help", "smtp/help", \
        "does not know HELP, and does not list it") \
    row(OFFERS_8BITMIME, "offers-8bitmime", "smtp/offers-8bitmime", \
        "does not offer 8BITMIME") \
    row(VRFY_SUPPORTED, "vrfy-supported", "smtp/vrfy-supported", \
        "does not know VRFY, and does not list it") \
    row(VRFY_VERIFIED, "vrfy-verified", "smtp/vrfy-verified", \
        "answers VRFY with 250 where it has not found the user") \
    row(VRFY_VERIFIED_2, "vrfy-verified.2", "smtp/vrfy-verified", \
        "answers EXPN with 250 and what it was asked for") \
    row(VRFY_VERIFIED_3, "vrfy-verified.3", "smtp/vrfy-verified", \
        "answers VRFY with 550 whoever is asked for") \
    row(VRFY_USABLE, "vrfy-usable", "smtp/vrfy-usable", \
        "tells mailboxes at its own name in the reply to VRFY, which RCPT refuses") \
    row(VRFY_USER_NAME, "vrfy-user-name", "smtp/vrfy-user-name", \
        "refuses VRFY with a local part alone") \
    row(HEADER_DEFECTS, "header-defects", "smtp/header-defects", \
        "refuses a message with two From fields") \
    row(HEADER_DEFECTS_2, "header-defects.2", "smtp/header-defects", \
        "refuses a message with a line in its header that is no field") \
    row(RESENT_FIELDS, "resent-fields", "smtp/resent-fields", \
        "refuses a message with Resent-To and without Resent-From") \
    row(RESENT_FIELDS_2, "resent-fields.2", "smtp/resent-fields", \
        "refuses a message with other numbers of Resent-From and Resent-Date") \
    row(ODD_TRACE_FIELDS, "odd-trace-fields", "smtp/odd-trace-fields", \
        "refuses a message with a Received field without a date") \
    row(ODD_TRACE_FIELDS_2, "odd-trace-fields.2", "smtp/odd-trace-fields", \
        "refuses a message with a Return-Path field without brackets") \
    row(CLOSES_UNASKED, "closes-unasked", "smtp/closes-unasked", \
        "closes the connection behind its reply to RSET before EHLO") \
    row(CLOSES_UNASKED_2, "closes-unasked.2", "smtp/closes-unasked", \
        "closes the connection behind a line without a command that it knows, before EHLO") \
    row(EHLO_LISTS_COMMANDS, "ehlo-lists-commands", "smtp/ehlo-lists-commands", \
        "does not list HELP in the reply to EHLO") \
    row(EHLO_LISTS_COMMANDS_2, "ehlo-lists-commands.2", "smtp/ehlo-lists-commands", \
        "does not list EXPN in the reply to EHLO") \
    row(EHLO_REGISTERED_KEYWORD, "ehlo-registered-keyword", "smtp/ehlo-registered-keyword", \
        "offers the extension NOSUCH, which is not registered") \
    row(VRFY_MAILBOX, "vrfy-mailbox", "smtp/vrfy-mailbox", \
        "answers VRFY with the name of a user and no mailbox") \
    row(VRFY_MAILBOX_2, "vrfy-mailbox.2", "smtp/vrfy-mailbox", \
        "answers VRFY with a local part in brackets and no domain") \
    row(NOTIFICATION_NULL_PATH, "notification-null-path", "smtp/notification-null-path", \
        "sends notifications from the postmaster") \
    row(NOTIFICATION_NULL_PATH_2, "notification-null-path.2", "smtp/notification-null-path", \
        "sends notifications from the recipient") \
    row(NOTIFICATION_FORMAT, "notification-format", "smtp/notification-format", \
        "sends notifications as multipart/mixed") \
    row(REFUSED_GREETING_WAITS, "refused-greeting-waits", "smtp/refused-greeting-waits", \
        "closes the connection right behind a greeting that refuses") \
    row(REFUSED_GREETING_WAITS_2, "refused-greeting-waits.2", "smtp/refused-greeting-waits", \
        "closes the connection at the first command behind a greeting that refuses") \
    row(REFUSED_GREETING_503, "refused-greeting-503", "smtp/refused-greeting-503", \
        "answers 550 to commands behind a greeting that refuses") \
    row(REFUSED_GREETING_503_2, "refused-greeting-503.2", "smtp/refused-greeting-503", \
        "takes EHLO behind a greeting that refuses")

#define FAULT_LIST_SMTP_REPLIES(row) \
    row(INTERMEDIATE_REPLY, "intermediate-reply", "smtp/intermediate-reply", \
        "answers DATA with 250, and takes no data") \
    row(INTERMEDIATE_REPLY_2, "intermediate-reply.2", "smtp/intermediate-reply", \
        "answers HELP outside a transaction with 314") \
    row(MINIMUM, "minimum", "smtp/minimum", \
        "does not know DATA where it offers CHUNKING") \
    row(MINIMUM_2, "minimum.2", "smtp/minimum", \
        "answers RSET before the first MAIL with 502") \
    row(OFFERED_COMMAND, "offered-command", "smtp/offered-command", \
        "lists EXPN and answers it with 502") \
    row(OFFERED_COMMAND_2, "offered-command.2", "smtp/offered-command", \
        "lists CHUNKING and answers BDAT outside a transaction with 500") \
    row(EHLO_PARAMETER, "ehlo-parameter", "smtp/ehlo-parameter", \
        "offers PIPELINING with a parameter") \
    row(EHLO_PARAMETER_2, "ehlo-parameter.2", "smtp/ehlo-parameter", \
        "offers SIZE with a letter behind the number") \
    row(USUAL_CODE, "usual-code", "smtp/usual-code", \
        "refuses an unknown recipient with 541, but in SMTPUTF8") \
    row(BARE_CODE, "bare-code", "smtp/bare-code", \
        "answers NOOP with a code and nothing behind it") \
    row(MESSAGE_64K, "message-64k", "smtp/message-64k", \
        "refuses a message of more than 60000 octets whose size MAIL did not declare") \
    row(MESSAGE_64K_2, "message-64k.2", "smtp/message-64k", \
        "delivers the first 60000 octets of a message") \
    row(REFUSED_NOT_DELIVERED, "refused-not-delivered", "smtp/refused-not-delivered", \
        "delivers a message whose end it answers with 554") \
    row(REFUSED_NOT_DELIVERED_2, "refused-not-delivered.2", "smtp/refused-not-delivered", \
        "delivers a refused message when the session brings another") \
    row(RECIPIENTS_KEPT, "recipients-kept", "smtp/recipients-kept", \
        "forgets the first recipient for each one above 100") \
    row(RECIPIENTS_KEPT_2, "recipients-kept.2", "smtp/recipients-kept", \
        "begins a new list of recipients at the 101st") \
    row(PATH_256, "path-256", "smtp/path-256", \
        "refuses a path of more than 200 octets") \
    row(PATH_256_2, "path-256.2", "smtp/path-256", \
        "keeps 200 octets of the mailbox of MAIL") \
    row(DOMAIN_255, "domain-255", "smtp/domain-255", \
        "refuses EHLO with a domain of more than 200 octets") \
    row(DOMAIN_255_2, "domain-255.2", "smtp/domain-255", \
        "refuses HELO with a domain of more than 200 octets")

#define FAULT_LIST_SMTP_ENHANCED(row) \
    row(ENHANCED_CODE, "enhanced-code", "smtp/enhanced-code", \
        "answers NOOP without an enhanced status code") \
    row(ENHANCED_CODE_2, "enhanced-code.2", "smtp/enhanced-code", \
        "refuses commands of a wrong syntax without an enhanced status code") \
    row(ENHANCED_CODE_SYNTAX, "enhanced-code-syntax", "smtp/enhanced-code-syntax", \
        "answers NOOP with the enhanced status code 2.0.00") \
    row(ENHANCED_CODE_SYNTAX_2, "enhanced-code-syntax.2", "smtp/enhanced-code-syntax", \
        "answers HELP with the enhanced status code 1.0.0") \
    row(ENHANCED_CODE_LINES, "enhanced-code-lines", "smtp/enhanced-code-lines", \
        "puts the enhanced status code into the first line of the reply to HELP alone") \
    row(ENHANCED_CODE_LINES_2, "enhanced-code-lines.2", "smtp/enhanced-code-lines", \
        "puts 2.0.0 into the first line of the reply to HELP, and 2.1.0 into the others") \
    row(ENHANCED_CODE_REGISTERED, "enhanced-code-registered", "smtp/enhanced-code-registered", \
        "answers NOOP with the enhanced status code 2.9.1")

#define FAULT_LIST_SMTP_LMTP(row) \
    row(LMTP_HELLO, "lmtp-hello", "smtp/lmtp-hello", \
        "takes EHLO under LMTP") \
    row(LMTP_HELLO_2, "lmtp-hello.2", "smtp/lmtp-hello", \
        "takes HELO under LMTP") \
    row(LMTP_DATA_WITHOUT_RCPT, "lmtp-data-without-rcpt", "smtp/lmtp-data-without-rcpt", \
        "answers 354 to DATA without a recipient under LMTP") \
    row(LMTP_DATA_WITHOUT_RCPT_2, "lmtp-data-without-rcpt.2", "smtp/lmtp-data-without-rcpt", \
        "answers 354 to DATA behind a refused recipient under LMTP") \
    row(LMTP_EXTENSIONS, "lmtp-extensions", "smtp/lmtp-extensions", \
        "does not offer PIPELINING under LMTP") \
    row(LMTP_EXTENSIONS_2, "lmtp-extensions.2", "smtp/lmtp-extensions", \
        "does not offer ENHANCEDSTATUSCODES under LMTP")

#define FAULT_LIST_SMTP_PRACTICE(row) \
    row(LOCAL_PART_ANY_CASE, "local-part-any-case", "smtp/local-part-any-case", \
        "knows its users in small letters only") \
    row(UNKNOWN_USER_AT_RCPT, "unknown-user-at-rcpt", "smtp/unknown-user-at-rcpt", \
        "takes mail for users that it does not have, and throws it away") \
    row(OFFERS_PIPELINING, "offers-pipelining", "smtp/offers-pipelining", \
        "does not offer PIPELINING under SMTP") \
    row(OFFERS_SIZE, "offers-size", "smtp/offers-size", \
        "does not offer SIZE")

#define FAULT_LIST_SMTP(row) \
    FAULT_LIST_SMTP_OCTETS(row) \
    FAULT_LIST_SMTP_STATES(row) \
    FAULT_LIST_SMTP_SESSION(row) \
    FAULT_LIST_SMTP_REPLIES(row) \
    FAULT_LIST_SMTP_ENHANCED(row) \
    FAULT_LIST_SMTP_LMTP(row) \
    FAULT_LIST_SMTP_PRACTICE(row)
// clang-format on

#endif
