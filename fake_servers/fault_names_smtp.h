/*
 * fault_names_smtp - the faults of the server's SMTP and LMTP, in the form of fault_names.h, which alone includes this
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_H

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
    row(COMMAND_GETS_REPLY_2, "command-gets-reply.2", "smtp/command-gets-reply", \
        "answers the end of data once, under LMTP, for a recipient that was named twice") \
    row(ONE_REPLY_PER_COMMAND, "one-reply-per-command", "smtp/one-reply-per-command", \
        "answers HELP twice") \
    row(ONE_REPLY_PER_COMMAND_2, "one-reply-per-command.2", "smtp/one-reply-per-command", \
        "answers the end of data, under LMTP, once more where a recipient was refused") \
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
        "accepts DATA and a message without a recipient under SMTP") \
    row(NESTED_MAIL, "nested-mail", "smtp/nested-mail", \
        "accepts MAIL inside a mail transaction") \
    row(VERB_CASE, "verb-case", "smtp/verb-case", \
        "takes a verb with a lower-case letter for an unknown one") \
    row(UNKNOWN_COMMAND, "unknown-command", "smtp/unknown-command", \
        "answers 250 to printable text that is no command it knows, outside a transaction and LMTP") \
    row(ANY_TIME, "any-time", "smtp/any-time", \
        "answers 503 to RSET, NOOP, VRFY, EXPN and HELP before EHLO") \
    row(RSET_CLEARS, "rset-clears", "smtp/rset-clears", \
        "keeps the mail transaction at RSET behind a recipient, but for chunks") \
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
        "takes a dot between LFs, with or without CRs, for the end of a message, and refuses what stands behind it") \
    row(END_OF_DATA_2, "end-of-data.2", "smtp/end-of-data", \
        "answers a message at a dot between LFs, and again at its end") \
    row(END_OF_DATA_3, "end-of-data.3", "smtp/end-of-data", \
        "keeps nothing of a message behind a dot between LFs") \
    row(SMUGGLED_MESSAGE, "smuggled-message", "smtp/smuggled-message", \
        "takes a dot between LFs for the end of the message and goes on with commands") \
    row(SMUGGLED_MESSAGE_2, "smuggled-message.2", "smtp/smuggled-message", \
        "passes over CRs where it looks for the end of the message") \
    row(SMUGGLED_MESSAGE_3, "smuggled-message.3", "smtp/smuggled-message", \
        "takes a dot between CRs for the end of the message") \
    row(SMUGGLED_MESSAGE_4, "smuggled-message.4", "smtp/smuggled-message", \
        "takes a lone CR for a line end where it looks for the end of the message") \
    row(SMUGGLED_MESSAGE_5, "smuggled-message.5", "smtp/smuggled-message", \
        "takes several CRs for one where it looks for the end of the message") \
    row(SMUGGLED_MESSAGE_6, "smuggled-message.6", "smtp/smuggled-message", \
        "passes over NULs where it looks for the end of the message") \
    row(SMUGGLED_MESSAGE_7, "smuggled-message.7", "smtp/smuggled-message", \
        "reads a line of a message no further than a NUL where it looks for the end") \
    row(SMUGGLED_MESSAGE_8, "smuggled-message.8", "smtp/smuggled-message", \
        "reads a line of a message in parts of 1000 octets, and looks for the dot in each") \
    row(DOT_UNSTUFFING, "dot-unstuffing", "smtp/dot-unstuffing", \
        "takes all dots off the front of a line behind DATA") \
    row(CONTENT_KEPT, "content-kept", "smtp/content-kept", \
        "strips blanks at the end of the lines of a message's body") \
    row(RECEIVED_ADDED, "received-added", "smtp/received-added", \
        "adds no Received line") \
    row(RETURN_PATH_ADDED, "return-path-added", "smtp/return-path-added", \
        "adds no Return-Path line") \
    row(LOCAL_PART_64, "local-part-64", "smtp/local-part-64", \
        "refuses a local-part of 64 octets") \
    row(COMMAND_LINE_512, "command-line-512", "smtp/command-line-512", \
        "refuses a command line of more than 500 octets, but MAIL and in a transaction") \
    row(OVER_LONG_COMMAND, "over-long-command", "smtp/over-long-command", \
        "takes what stands behind 512 octets of a NOOP for another command") \
    row(OVER_LONG_COMMAND_2, "over-long-command.2", "smtp/over-long-command", \
        "refuses a line that is too long twice") \
    row(TEXT_LINE_1000, "text-line-1000", "smtp/text-line-1000", \
        "refuses a message with a line of more than 990 octets") \
    row(RECIPIENTS_100, "recipients-100", "smtp/recipients-100", \
        "refuses the 51st recipient") \
    row(PIPELINING_ORDER, "pipelining-order", "smtp/pipelining-order", \
        "answers the refused ones of RCPT commands that came together behind the others") \
    row(PIPELINING_ORDER_2, "pipelining-order.2", "smtp/pipelining-order", \
        "answers 503 to MAIL that stands in one segment with the end of data") \
    row(SIZE_REFUSED, "size-refused", "smtp/size-refused", \
        "accepts a declared size beyond the one that it offers")

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
        "clears the eighth bit of the octets of MAIL, where letters and digits come of it") \
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
        "says XSMTP behind with in its trace field, but for SMTPUTF8 and behind a login")

#define FAULT_LIST_SMTP_TLS(row) \
    row(STARTTLS, "starttls", "smtp/starttls", \
        "misses a parameter of STARTTLS, answers 501, and begins no TLS") \
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
        "refuses a login by AUTH whose secret is right") \
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
        "takes a mechanism that it does not know for PLAIN") \
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

#define FAULT_LIST_SMTP_DSN(row) \
    row(DSN_PARAMETERS, "dsn-parameters", "smtp/dsn-parameters", \
        "answers 501 to RET=HDRS") \
    row(DSN_PARAMETERS_2, "dsn-parameters.2", "smtp/dsn-parameters", \
        "answers 501 to NOTIFY= with a small letter in its value") \
    row(DSN_MAIL_VALUE, "dsn-mail-value", "smtp/dsn-mail-value", \
        "takes RET= with any value") \
    row(DSN_MAIL_VALUE_2, "dsn-mail-value.2", "smtp/dsn-mail-value", \
        "takes ENVID= with any value") \
    row(DSN_RCPT_VALUE, "dsn-rcpt-value", "smtp/dsn-rcpt-value", \
        "takes NOTIFY= with any value") \
    row(DSN_RCPT_VALUE_2, "dsn-rcpt-value.2", "smtp/dsn-rcpt-value", \
        "takes ORCPT= with any value") \
    row(DSN_ONCE, "dsn-once", "smtp/dsn-once", \
        "takes RET=, ENVID=, NOTIFY= and ORCPT= twice") \
    row(DSN_LIMITS, "dsn-limits", "smtp/dsn-limits", \
        "answers 501 to ENVID= with more than 80 octets") \
    row(DSN_LIMITS_2, "dsn-limits.2", "smtp/dsn-limits", \
        "answers 501 to ORCPT= with more than 400 octets") \
    row(DSN_UNASKED, "dsn-unasked", "smtp/dsn-unasked", \
        "sends a notice of delivery for NOTIFY=NEVER") \
    row(DSN_UNASKED_2, "dsn-unasked.2", "smtp/dsn-unasked", \
        "sends a notice of delivery where RCPT says nothing of it") \
    row(DSN_FIELDS, "dsn-fields", "smtp/dsn-fields", \
        "leaves the envelope identifier out of notices of delivery") \
    row(DSN_FIELDS_2, "dsn-fields.2", "smtp/dsn-fields", \
        "writes the envelope identifier into notices of delivery as it came, in xtext") \
    row(DSN_FIELDS_UNASKED, "dsn-fields-unasked", "smtp/dsn-fields-unasked", \
        "writes an envelope identifier of its own into notices of delivery") \
    row(DSN_FIELDS_UNASKED_2, "dsn-fields-unasked.2", "smtp/dsn-fields-unasked", \
        "writes the recipient into notices of delivery as the original one where no ORCPT= was given") \
    row(DSN_HEADER_ALONE, "dsn-header-alone", "smtp/dsn-header-alone", \
        "sends the whole message back in notices of delivery")

#define FAULT_LIST_SMTP_UTF8(row) \
    row(UTF8_WITH_8BITMIME, "utf8-with-8bitmime", "smtp/utf8-with-8bitmime", \
        "leaves 8BITMIME out of replies to EHLO before the first MAIL, outside TLS") \
    row(UTF8_WITH_8BITMIME_2, "utf8-with-8bitmime.2", "smtp/utf8-with-8bitmime", \
        "leaves 8BITMIME out of replies to EHLO inside TLS") \
    row(UTF8_PARAMETER, "utf8-parameter", "smtp/utf8-parameter", \
        "answers 555 to SMTPUTF8 in MAIL") \
    row(UTF8_PARAMETER_2, "utf8-parameter.2", "smtp/utf8-parameter", \
        "knows SMTPUTF8 in MAIL in capital letters only") \
    row(UTF8_VALUE, "utf8-value", "smtp/utf8-value", \
        "takes SMTPUTF8 with a value for SMTPUTF8") \
    row(UTF8_VALUE_2, "utf8-value.2", "smtp/utf8-value", \
        "passes over SMTPUTF8 with a value") \
    row(UTF8_ADDRESS, "utf8-address", "smtp/utf8-address", \
        "answers 553 to UTF-8 in a local part, whatever MAIL says") \
    row(UTF8_ADDRESS_2, "utf8-address.2", "smtp/utf8-address", \
        "answers 501 to UTF-8 in a domain, whatever MAIL says") \
    row(UTF8_REFUSAL_CODE, "utf8-refusal-code", "smtp/utf8-refusal-code", \
        "answers 501 to addresses in UTF-8 where MAIL has not said SMTPUTF8") \
    row(UTF8_VRFY, "utf8-vrfy", "smtp/utf8-vrfy", \
        "answers 501 to SMTPUTF8 behind VRFY and EXPN") \
    row(UTF8_VRFY_2, "utf8-vrfy.2", "smtp/utf8-vrfy", \
        "takes SMTPUTF8 behind VRFY and EXPN for a part of the name") \
    row(UTF8_RECEIVED, "utf8-received", "smtp/utf8-received", \
        "says ESMTP or LMTP in its trace field where MAIL has said SMTPUTF8") \
    row(UTF8_RECEIVED_2, "utf8-received.2", "smtp/utf8-received", \
        "says UTF8ESMTP in its trace field where MAIL has said SMTPUTF8")

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

#define FAULT_LIST_SMTP_PLAIN(row) \
    row(AUTH_IDENTITY, "auth-identity", "smtp/auth-identity", \
        "lets a client act as any user by PLAIN that has proved to be another") \
    row(AUTH_IDENTITY_2, "auth-identity.2", "smtp/auth-identity", \
        "takes an identity to act as of which SASLprep leaves nothing for none") \
    row(AUTH_PLAIN_MESSAGE, "auth-plain-message", "smtp/auth-plain-message", \
        "passes over what stands behind the third NUL of a PLAIN response") \
    row(AUTH_PLAIN_MESSAGE_2, "auth-plain-message.2", "smtp/auth-plain-message", \
        "takes a PLAIN response with one NUL for a name and a secret")

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
    FAULT_LIST_SMTP_DATA(row) \
    FAULT_LIST_SMTP_SESSION(row) \
    FAULT_LIST_SMTP_ADDRESSES(row) \
    FAULT_LIST_SMTP_EXTENSIONS(row) \
    FAULT_LIST_SMTP_REPLIES(row) \
    FAULT_LIST_SMTP_TRACE(row) \
    FAULT_LIST_SMTP_TLS(row) \
    FAULT_LIST_SMTP_AUTH(row) \
    FAULT_LIST_SMTP_ENHANCED(row) \
    FAULT_LIST_SMTP_DSN(row) \
    FAULT_LIST_SMTP_UTF8(row) \
    FAULT_LIST_SMTP_LMTP(row) \
    FAULT_LIST_SMTP_PLAIN(row) \
    FAULT_LIST_SMTP_PRACTICE(row)
// clang-format on

#endif
