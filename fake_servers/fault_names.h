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
    FAULT_LIST_SMTP_SESSION(row) FAULT_LIST_SMTP_ADDRESSES(row) \
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

#define FAULT_LIST_SMTP_SESSION(row) \
    row(ABORTED_NOT_DELIVERED, "aborted-not-delivered", "smtp/aborted-not-delivered", \
        "takes the end of the connection within a message for the end of the message") \
    row(ABORTED_NOT_DELIVERED_2, "aborted-not-delivered.2", "smtp/aborted-not-delivered", \
        "delivers a message at its dot, before the CRLF of that line has come") \
    row(ACCEPTED_IS_DELIVERED, "accepted-is-delivered", "smtp/accepted-is-delivered", \
        "gives a message for several recipients to the last of them alone") \
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
        "does not know HELP") \
    row(OFFERS_8BITMIME, "offers-8bitmime", "smtp/offers-8bitmime", \
        "does not offer 8BITMIME") \
    row(VRFY_SUPPORTED, "vrfy-supported", "smtp/vrfy-supported", \
        "does not know VRFY") \
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
        "closes the connection behind a command that it does not know before EHLO") \
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
        "sends notifications as multipart/mixed")

#define FAULT_LIST_SMTP_ADDRESSES(row) \
    row(REVERSE_PATH_KEPT, "reverse-path-kept", "smtp/reverse-path-kept", \
        "writes the local part of MAIL in small letters") \
    row(REVERSE_PATH_KEPT_2, "reverse-path-kept.2", "smtp/reverse-path-kept", \
        "puts the first host of a source route of RCPT before the reverse-path") \
    row(INVALID_CHARACTER, "invalid-character", "smtp/invalid-character", \
        "takes control characters in the local part of MAIL") \
    row(INVALID_CHARACTER_2, "invalid-character.2", "smtp/invalid-character", \
        "takes control characters in a quoted local part of MAIL") \
    row(SOURCE_ROUTE, "source-route", "smtp/source-route", \
        "refuses RCPT with a source route for its syntax") \
    row(SOURCE_ROUTE_2, "source-route.2", "smtp/source-route", \
        "refuses MAIL with a source route for its syntax") \
    row(QUOTED_LOCAL_PART, "quoted-local-part", "smtp/quoted-local-part", \
        "looks for a quoted local part with its quotes") \
    row(QUOTED_LOCAL_PART_2, "quoted-local-part.2", "smtp/quoted-local-part", \
        "looks for a quoted local part with its backslashes") \
    row(MAIL_ARGUMENT, "mail-argument", "smtp/mail-argument", \
        "takes MAIL FROM: without a path for the null reverse-path") \
    row(MAIL_ARGUMENT_2, "mail-argument.2", "smtp/mail-argument", \
        "begins a transaction at a MAIL that it answers 501") \
    row(UNKNOWN_PARAMETER, "unknown-parameter", "smtp/unknown-parameter", \
        "passes over parameters of MAIL that it does not know") \
    row(UNKNOWN_PARAMETER_2, "unknown-parameter.2", "smtp/unknown-parameter", \
        "passes over parameters of RCPT that it does not know") \
    row(NON_ASCII_REFUSED, "non-ascii-refused", "smtp/non-ascii-refused", \
        "takes UTF-8 in the address of MAIL without SMTPUTF8") \
    row(NON_ASCII_REFUSED_2, "non-ascii-refused.2", "smtp/non-ascii-refused", \
        "clears the eighth bit of the octets of MAIL") \
    row(RELAY_REFUSAL_CODE, "relay-refusal-code", "smtp/relay-refusal-code", \
        "refuses recipients elsewhere with 554 instead of 550")

#define FAULT_LIST_SMTP_EXTENSIONS(row) \
    row(BDAT, "bdat", "smtp/bdat", \
        "takes the dots off the front of the lines of a chunk") \
    row(BDAT_2, "bdat.2", "smtp/bdat", \
        "ends the line behind a chunk that ends within one") \
    row(BDAT_OCTETS, "bdat-octets", "smtp/bdat-octets", \
        "takes a dot alone on a line of a chunk for the end of the message") \
    row(BDAT_OCTETS_2, "bdat-octets.2", "smtp/bdat-octets", \
        "takes the last octet of the last chunk for a command, where it ends no line") \
    row(BDAT_RSET, "bdat-rset", "smtp/bdat-rset", \
        "keeps the mail transaction at RSET behind a chunk") \
    row(BDAT_RSET_2, "bdat-rset.2", "smtp/bdat-rset", \
        "answers 503 to RSET behind a chunk") \
    row(BDAT_DISCARDS, "bdat-discards", "smtp/bdat-discards", \
        "refuses BDAT behind MAIL at once, and takes the chunk for commands") \
    row(BDAT_DISCARDS_2, "bdat-discards.2", "smtp/bdat-discards", \
        "throws away the first chunk that it refuses, and takes those behind it for commands") \
    row(BDAT_AFTER_LAST, "bdat-after-last", "smtp/bdat-after-last", \
        "answers 250 to BDAT behind the last chunk") \
    row(DATA_AFTER_BDAT, "data-after-bdat", "smtp/data-after-bdat", \
        "answers 354 to DATA behind a chunk") \
    row(DATA_AFTER_BINARYMIME, "data-after-binarymime", "smtp/data-after-binarymime", \
        "answers 354 to DATA behind BODY=BINARYMIME") \
    row(BINARY_LABEL_ACCEPTED, "binary-label-accepted", "smtp/binary-label-accepted", \
        "refuses a message that calls itself binary where MAIL has not said BODY=BINARYMIME") \
    row(BINARY_LINE, "binary-line", "smtp/binary-line", \
        "answers 250 to a line with a NUL and no verb that it knows") \
    row(BINARY_LINE_2, "binary-line.2", "smtp/binary-line", \
        "answers 250 to a line with an octet of 255 and no verb that it knows") \
    row(EIGHT_BIT_KEPT, "8bit-kept", "smtp/8bit-kept", \
        "codes octets above 127 of a message with BODY=8BITMIME anew, and its header does not say so") \
    row(EIGHT_BIT_KEPT_2, "8bit-kept.2", "smtp/8bit-kept", \
        "writes ? for octets above 127 of a message with BODY=8BITMIME that is not UTF-8") \
    row(BODY_PARAMETER, "body-parameter", "smtp/body-parameter", \
        "answers 555 to BODY=7BIT") \
    row(BODY_PARAMETER_2, "body-parameter.2", "smtp/body-parameter", \
        "knows the values of BODY= in capital letters only") \
    row(SIZE_PARAMETER, "size-parameter", "smtp/size-parameter", \
        "answers 555 to SIZE= in MAIL") \
    row(SIZE_PARAMETER_2, "size-parameter.2", "smtp/size-parameter", \
        "answers 501 to a declared size with leading zeros") \
    row(SIZE_NOT_END, "size-not-end", "smtp/size-not-end", \
        "takes a message for complete with the declared size") \
    row(SIZE_ENFORCED, "size-enforced", "smtp/size-enforced", \
        "takes messages of any size")

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
        "refuses an unknown recipient with 541") \
    row(BARE_CODE, "bare-code", "smtp/bare-code", \
        "answers NOOP with a code and nothing behind it") \
    row(MESSAGE_64K, "message-64k", "smtp/message-64k", \
        "refuses a message of more than 60000 octets") \
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
    row(DOMAIN_255, "domain-255", "smtp/domain-255", \
        "refuses EHLO with a domain of more than 200 octets")

#define FAULT_LIST_SMTP_TRACE(row) \
    row(RECEIVED_KEPT, "received-kept", "smtp/received-kept", \
        "drops all but the first field of Received fields that a message has") \
    row(RECEIVED_KEPT_2, "received-kept.2", "smtp/received-kept", \
        "puts its trace field behind those that a message has") \
    row(HEADER_KEPT, "header-kept", "smtp/header-kept", \
        "writes the forward-path into the To field") \
    row(HEADER_KEPT_2, "header-kept.2", "smtp/header-kept", \
        "writes each field into one line") \
    row(ONE_RETURN_PATH, "one-return-path", "smtp/one-return-path", \
        "leaves a Return-Path field that a message has") \
    row(RECIPIENTS_NOT_SHOWN, "recipients-not-shown", "smtp/recipients-not-shown", \
        "lists all forward-paths in the field Envelope-To") \
    row(RECIPIENTS_NOT_SHOWN_2, "recipients-not-shown.2", "smtp/recipients-not-shown", \
        "lists all forward-paths in Apparently-To fields where To is missing") \
    row(RECEIVED_FORM, "received-form", "smtp/received-form", \
        "writes its trace field without a from clause") \
    row(RECEIVED_FORM_2, "received-form.2", "smtp/received-form", \
        "writes the year in its trace field with two digits") \
    row(RECEIVED_FROM, "received-from", "smtp/received-from", \
        "leaves the address of the client out of its trace field") \
    row(RECEIVED_FOR, "received-for", "smtp/received-for", \
        "writes two paths into its trace field where there are several recipients") \
    row(RECEIVED_ZONE, "received-zone", "smtp/received-zone", \
        "writes GMT in place of an offset in its trace field") \
    row(RECEIVED_REGISTERED, "received-registered", "smtp/received-registered", \
        "says XSMTP behind with in its trace field")

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
        "answers +OK for message numbers up to a hundred more than the maildrop has") \
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

#define FAULT_LIST_POP3_SESSION(row) \
    row(POP3_BAD_NUMBER, "pop3-bad-number", "pop3/bad-number", \
        "reads message numbers modulo 2^32") \
    row(POP3_BAD_NUMBER_2, "pop3-bad-number.2", "pop3/bad-number", \
        "takes the digits that a message number begins with, and none for 1") \
    row(POP3_PIPELINING_ORDER, "pop3-pipelining-order", "pop3/pipelining-order", \
        "answers -ERR to what stands behind a login in the same group of commands") \
    row(POP3_PIPELINING_ORDER_2, "pop3-pipelining-order.2", "pop3/pipelining-order", \
        "answers -ERR to what stands behind a refused command in the same group of commands") \
    row(POP3_LOCK_RELEASED, "pop3-lock-released", "pop3/lock-released", \
        "keeps the lock at QUIT until another session has been refused for it") \
    row(POP3_LOCK_RELEASED_2, "pop3-lock-released.2", "pop3/lock-released", \
        "keeps the lock of a maildrop whose secret was wrong until the connection ends") \
    row(POP3_CAPABILITIES_BOTH_STATES, "pop3-capabilities-both-states", "pop3/capabilities-both-states", \
        "lists TOP, USER and UIDL alone in CAPA after login") \
    row(POP3_CAPABILITIES_BOTH_STATES_2, "pop3-capabilities-both-states.2", "pop3/capabilities-both-states", \
        "leaves USER out of CAPA after login") \
    row(POP3_APOP, "pop3-apop", "pop3/apop", \
        "makes the digest of its own timestamps without their angle brackets") \
    row(POP3_APOP_2, "pop3-apop.2", "pop3/apop", \
        "answers +OK to the right digest of its own timestamp and opens no maildrop") \
    row(POP3_APOP_WRONG_DIGEST, "pop3-apop-wrong-digest", "pop3/apop-wrong-digest", \
        "takes a digest of the timestamp that it has shown before") \
    row(POP3_APOP_WRONG_DIGEST_2, "pop3-apop-wrong-digest.2", "pop3/apop-wrong-digest", \
        "takes a digest of the secret without any timestamp") \
    row(POP3_TIMESTAMP_DIFFERS, "pop3-timestamp-differs", "pop3/timestamp-differs", \
        "has the same timestamp in all greetings") \
    row(POP3_TIMESTAMP_DIFFERS_2, "pop3-timestamp-differs.2", "pop3/timestamp-differs", \
        "has two timestamps, and shows them in turn") \
    row(POP3_ARGUMENT_COUNT, "pop3-argument-count", "pop3/argument-count", \
        "passes over arguments that are too many") \
    row(POP3_ARGUMENT_COUNT_2, "pop3-argument-count.2", "pop3/argument-count", \
        "answers +OK to USER without a name") \
    row(POP3_UIDL_NOT_REUSED, "pop3-uidl-not-reused", "pop3/uidl-not-reused", \
        "makes unique-ids of the places in the maildrop") \
    row(POP3_UIDL_NOT_REUSED_2, "pop3-uidl-not-reused.2", "pop3/uidl-not-reused", \
        "gives a new message the number behind the highest one that is left") \
    row(POP3_RETR_KEEPS, "pop3-retr-keeps", "pop3/retr-keeps", \
        "removes what was fetched with RETR when the connection ends without QUIT") \
    row(POP3_AUTH_RESPONSE_CODE, "pop3-auth-response-code", "pop3/auth-response-code", \
        "leaves out [AUTH] for a name that nobody has") \
    row(POP3_AUTH_RESPONSE_CODE_2, "pop3-auth-response-code.2", "pop3/auth-response-code", \
        "leaves out [AUTH] for a wrong digest of APOP") \
    row(POP3_COMMAND_LINE_255, "pop3-command-line-255", "pop3/command-line-255", \
        "reads the first 128 octets of a command line only") \
    row(POP3_COMMAND_LINE_255_2, "pop3-command-line-255.2", "pop3/command-line-255", \
        "answers -ERR to all that stands behind a command line of more than 200 octets") \
    row(POP3_PASS_NEEDS_USER, "pop3-pass-needs-user", "pop3/pass-needs-user", \
        "keeps the name of USER behind a PASS that was refused") \
    row(POP3_NOOP_KEEPS_MARKS, "pop3-noop-keeps-marks", "pop3/noop-keeps-marks", \
        "takes the marks of deleted messages away at NOOP")

#define FAULT_LIST_POP3_TOLD(row) \
    row(POP3_LIST_SIZE, "pop3-list-size", "pop3/list-size", \
        "counts one octet for each end of line in STAT and LIST") \
    row(POP3_LIST_SIZE_2, "pop3-list-size.2", "pop3/list-size", \
        "counts the dots that stuffing adds in STAT and LIST") \
    row(POP3_MESSAGE_NUMBERS, "pop3-message-numbers", "pop3/message-numbers", \
        "gives the last message of UIDL the number of the one before") \
    row(POP3_MESSAGE_NUMBERS_2, "pop3-message-numbers.2", "pop3/message-numbers", \
        "numbers the last message of LIST one too high") \
    row(POP3_LISTING_EXTRA, "pop3-listing-extra", "pop3/listing-extra", \
        "tells more behind the size in STAT") \
    row(POP3_LISTING_EXTRA_2, "pop3-listing-extra.2", "pop3/listing-extra", \
        "tells more behind the sizes in LIST") \
    row(POP3_TIMESTAMP_FORM, "pop3-timestamp-form", "pop3/timestamp-form", \
        "puts a dot in place of the @ of its own timestamps") \
    row(POP3_TIMESTAMP_FORM_2, "pop3-timestamp-form.2", "pop3/timestamp-form", \
        "puts an octet above 127 into its own timestamps") \
    row(POP3_CAPABILITY_FORM, "pop3-capability-form", "pop3/capability-form", \
        "puts a space behind the last parameter of IMPLEMENTATION in CAPA") \
    row(POP3_CAPABILITY_FORM_2, "pop3-capability-form.2", "pop3/capability-form", \
        "sends an empty line in the list of CAPA") \
    row(POP3_CAPABILITY_VALUES, "pop3-capability-values", "pop3/capability-values", \
        "tells a longer LOGIN-DELAY after login than before") \
    row(POP3_CAPABILITY_VALUES_2, "pop3-capability-values.2", "pop3/capability-values", \
        "tells a shorter EXPIRE after login than before") \
    row(POP3_CAPABILITY_USER_TOKEN, "pop3-capability-user-token", "pop3/capability-user-token", \
        "tells a shorter LOGIN-DELAY after login, and no USER before") \
    row(POP3_CAPABILITY_USER_TOKEN_2, "pop3-capability-user-token.2", "pop3/capability-user-token", \
        "says USER behind LOGIN-DELAY, and does not tell it after login") \
    row(POP3_RESPONSE_CODE_FORM, "pop3-response-code-form", "pop3/response-code-form", \
        "leaves out the ] of response codes but [AUTH]") \
    row(POP3_RESPONSE_CODE_FORM_2, "pop3-response-code-form.2", "pop3/response-code-form", \
        "puts a space into response codes but [AUTH]") \
    row(POP3_RESPONSE_CODE_ANNOUNCED, "pop3-response-code-announced", "pop3/response-code-announced", \
        "leaves RESP-CODES out of CAPA and sends response codes") \
    row(POP3_AUTH_RESP_CODE_ANNOUNCED, "pop3-auth-resp-code-announced", "pop3/auth-resp-code-announced", \
        "leaves AUTH-RESP-CODE out of CAPA and sends [AUTH]") \
    row(POP3_NO_AUTH_CODE_FOR_USER, "pop3-no-auth-code-for-user", "pop3/no-auth-code-for-user", \
        "refuses USER with [AUTH] for a name that nobody has") \
    row(POP3_UTF8_MODE, "pop3-utf8-mode", "pop3/utf8-mode", \
        "sends messages with UTF-8 in their header to clients that have not sent UTF8") \
    row(POP3_UTF8_MODE_2, "pop3-utf8-mode.2", "pop3/utf8-mode", \
        "refuses messages with UTF-8 in their header also to clients that have sent UTF8")

#define FAULT_LIST_POP3_LOGIN(row) \
    row(POP3_LOGIN_DELAY, "pop3-login-delay", "pop3/login-delay", \
        "announces LOGIN-DELAY and does not keep to it") \
    row(POP3_STLS_CAPABILITY, "pop3-stls-capability", "pop3/stls-capability", \
        "leaves STLS out of CAPA though it has it") \
    row(POP3_STLS_CAPABILITY_2, "pop3-stls-capability.2", "pop3/stls-capability", \
        "lists STLS in CAPA after login") \
    row(POP3_AUTH_IDENTITY, "pop3-auth-identity", "pop3/auth-identity", \
        "lets a client act by PLAIN as whoever it says") \
    row(POP3_AUTH_IDENTITY_2, "pop3-auth-identity.2", "pop3/auth-identity", \
        "takes an identity to act as of which preparation leaves nothing for none") \
    row(POP3_AUTH_PLAIN_255, "pop3-auth-plain-255", "pop3/auth-plain-255", \
        "refuses parts of a PLAIN response that have more than 100 octets") \
    row(POP3_AUTH_PLAIN_255_2, "pop3-auth-plain-255.2", "pop3/auth-plain-255", \
        "answers -ERR to all that stands behind a SASL response of more than 512 octets")

#define FAULT_LIST(row) \
    FAULT_LIST_SMTP_OCTETS(row) FAULT_LIST_SMTP_STATES(row) FAULT_LIST_SMTP_DATA(row) \
    FAULT_LIST_SMTP_EXTENSIONS(row) \
    FAULT_LIST_SMTP_TLS(row) FAULT_LIST_SMTP_AUTH(row) \
    FAULT_LIST_POP3_OCTETS(row) FAULT_LIST_POP3_STATES(row) FAULT_LIST_POP3_AUTH(row) \
    FAULT_LIST_POP3_SESSION(row) FAULT_LIST_POP3_TOLD(row) \
    FAULT_LIST_POP3_LOGIN(row) FAULT_LIST_SMTP_REPLIES(row) FAULT_LIST_SMTP_TRACE(row)

#define FAULT_MEMBER(member, name, rule, what) FAULT_##member,
enum fault { FAULT_LIST(FAULT_MEMBER) FAULT_COUNT };
#undef FAULT_MEMBER
// clang-format on

#endif
