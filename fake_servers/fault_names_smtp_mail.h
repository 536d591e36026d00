/*
 * fault_names_smtp_mail - faults of SMTP and LMTP in addresses and message data, and in what extensions make of them
 *
 * In the form of fault_names.h, which alone includes this.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_MAIL_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_MAIL_H

// clang-format off
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
        "refuses recipients elsewhere with 554 instead of 550") \
    row(BEYOND_LIMITS, "beyond-limits", "smtp/beyond-limits", \
        "keeps the mail transaction at RSET where the local part of MAIL has more than 64 octets") \
    row(BEYOND_LIMITS_2, "beyond-limits.2", "smtp/beyond-limits", \
        "keeps 64 octets of a local part of MAIL that has more") \
    row(RCPT_ARGUMENT, "rcpt-argument", "smtp/rcpt-argument", \
        "takes RCPT TO: without a path for the postmaster") \
    row(RCPT_ARGUMENT_2, "rcpt-argument.2", "smtp/rcpt-argument", \
        "takes the null path in RCPT for the postmaster") \
    row(SOURCE_ROUTE_IGNORED, "source-route-ignored", "smtp/source-route-ignored", \
        "sends mail for a recipient with a source route to the first host of it, where it is lost")

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
    row(DOT_UNSTUFFING_2, "dot-unstuffing.2", "smtp/dot-unstuffing", \
        "takes no dot off the front of a line") \
    row(CONTENT_KEPT, "content-kept", "smtp/content-kept", \
        "strips blanks at the end of the lines of a message's body") \
    row(CONTENT_KEPT_2, "content-kept.2", "smtp/content-kept", \
        "leaves control characters out of a message") \
    row(RECEIVED_ADDED, "received-added", "smtp/received-added", \
        "adds no Received line") \
    row(RECEIVED_ADDED_2, "received-added.2", "smtp/received-added", \
        "puts its Received line at the end of the header") \
    row(RETURN_PATH_ADDED, "return-path-added", "smtp/return-path-added", \
        "adds no Return-Path line") \
    row(RETURN_PATH_ADDED_2, "return-path-added.2", "smtp/return-path-added", \
        "adds no Return-Path line for the null reverse-path") \
    row(LOCAL_PART_64, "local-part-64", "smtp/local-part-64", \
        "refuses a local-part of 64 octets") \
    row(LOCAL_PART_64_2, "local-part-64.2", "smtp/local-part-64", \
        "keeps 63 octets of the local part of MAIL") \
    row(COMMAND_LINE_512, "command-line-512", "smtp/command-line-512", \
        "refuses a command line of more than 500 octets, but MAIL and in a transaction") \
    row(COMMAND_LINE_512_2, "command-line-512.2", "smtp/command-line-512", \
        "refuses NOOP with an argument of more than 400 octets") \
    row(OVER_LONG_COMMAND, "over-long-command", "smtp/over-long-command", \
        "takes what stands behind 512 octets of a NOOP for another command") \
    row(OVER_LONG_COMMAND_2, "over-long-command.2", "smtp/over-long-command", \
        "refuses a line that is too long twice") \
    row(TEXT_LINE_1000, "text-line-1000", "smtp/text-line-1000", \
        "refuses a message with a line of more than 990 octets") \
    row(TEXT_LINE_1000_2, "text-line-1000.2", "smtp/text-line-1000", \
        "counts the stuffed dot, and refuses a message with a line of more than 1000 octets then") \
    row(RECIPIENTS_100, "recipients-100", "smtp/recipients-100", \
        "refuses the 51st recipient") \
    row(RECIPIENTS_100_2, "recipients-100.2", "smtp/recipients-100", \
        "refuses DATA for more than 50 recipients") \
    row(PIPELINING_ORDER, "pipelining-order", "smtp/pipelining-order", \
        "answers the refused ones of RCPT commands that came together behind the others") \
    row(PIPELINING_ORDER_2, "pipelining-order.2", "smtp/pipelining-order", \
        "answers 503 to MAIL that stands in one segment with the end of data") \
    row(PIPELINING_ORDER_3, "pipelining-order.3", "smtp/pipelining-order", \
        "answers NOOP before RCPT commands that came with it") \
    row(SIZE_REFUSED, "size-refused", "smtp/size-refused", \
        "accepts a declared size beyond the one that it offers") \
    row(SIZE_REFUSED_2, "size-refused.2", "smtp/size-refused", \
        "keeps 32 bits of a declared size") \
    row(NO_RECIPIENTS_NO_MAIL, "no-recipients-no-mail", "smtp/no-recipients-no-mail", \
        "delivers to the first user what it was sent without a recipient") \
    row(NO_RECIPIENTS_NO_MAIL_2, "no-recipients-no-mail.2", "smtp/no-recipients-no-mail", \
        "tells the reverse-path that there was no recipient")

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
    row(RECEIVED_FOR_2, "received-for.2", "smtp/received-for", \
        "writes two for clauses into its trace field where there are several recipients") \
    row(RECEIVED_ZONE, "received-zone", "smtp/received-zone", \
        "writes GMT in place of an offset in its trace field") \
    row(RECEIVED_REGISTERED, "received-registered", "smtp/received-registered", \
        "says XSMTP behind with in its trace field, but for SMTPUTF8 and behind a login") \
    row(RECEIVED_WITH_AUTH, "received-with-auth", "smtp/received-with-auth", \
        "says ESMTP in Received: behind a login in clear text") \
    row(RECEIVED_WITH_AUTH_2, "received-with-auth.2", "smtp/received-with-auth", \
        "says ESMTPS in Received: behind a login inside TLS")

#define FAULT_LIST_SMTP_EXTENSIONS(row) \
    row(BDAT, "bdat", "smtp/bdat", \
        "takes the dots off the front of the lines of a chunk") \
    row(BDAT_2, "bdat.2", "smtp/bdat", \
        "ends the line behind a chunk that ends within one") \
    row(BDAT_ARGUMENT, "bdat-argument", "smtp/bdat-argument", \
        "takes BDAT with a number below zero for an empty chunk") \
    row(BDAT_3, "bdat.3", "smtp/bdat", \
        "keeps of a message in chunks what stands before a line with one dot") \
    row(BDAT_OCTETS, "bdat-octets", "smtp/bdat-octets", \
        "takes a dot alone on a line of a chunk for the end of the message") \
    row(BDAT_OCTETS_2, "bdat-octets.2", "smtp/bdat-octets", \
        "takes the last octet of the last chunk for a command, where it ends no line") \
    row(BDAT_OCTETS_3, "bdat-octets.3", "smtp/bdat-octets", \
        "takes a dot between two bare LF of a chunk for the end of the message") \
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
    row(BDAT_AFTER_LAST_2, "bdat-after-last.2", "smtp/bdat-after-last", \
        "answers 250 to BDAT behind a last chunk without an octet") \
    row(DATA_AFTER_BDAT, "data-after-bdat", "smtp/data-after-bdat", \
        "answers 354 to DATA behind a chunk") \
    row(DATA_AFTER_BDAT_2, "data-after-bdat.2", "smtp/data-after-bdat", \
        "answers 354 to DATA behind a chunk without an octet") \
    row(DATA_AFTER_BINARYMIME, "data-after-binarymime", "smtp/data-after-binarymime", \
        "answers 354 to DATA behind BODY=BINARYMIME") \
    row(DATA_AFTER_BINARYMIME_2, "data-after-binarymime.2", "smtp/data-after-binarymime", \
        "answers 354 to DATA behind BODY=binarymime in small letters") \
    row(BINARY_LABEL_ACCEPTED, "binary-label-accepted", "smtp/binary-label-accepted", \
        "refuses a message that calls itself binary where MAIL has not said BODY=BINARYMIME") \
    row(BINARY_LABEL_ACCEPTED_2, "binary-label-accepted.2", "smtp/binary-label-accepted", \
        "refuses a message of which a part calls itself binary where MAIL has not said BODY=BINARYMIME") \
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
    row(SIZE_NOT_END_2, "size-not-end.2", "smtp/size-not-end", \
        "answers 552 within a message that is longer than declared, and goes on with commands") \
    row(SIZE_ENFORCED, "size-enforced", "smtp/size-enforced", \
        "takes messages of any size") \
    row(SIZE_ENFORCED_2, "size-enforced.2", "smtp/size-enforced", \
        "compares each chunk with the limit, and not what they come to") \
    row(BINARYMIME_WITH_CHUNKING, "binarymime-with-chunking", "smtp/binarymime-with-chunking", \
        "leaves CHUNKING out of the reply to EHLO outside TLS, and not BINARYMIME") \
    row(BINARYMIME_WITH_CHUNKING_2, "binarymime-with-chunking.2", "smtp/binarymime-with-chunking", \
        "leaves CHUNKING out of the reply to EHLO inside TLS, and not BINARYMIME") \
    row(SIZE_PROMISED, "size-promised", "smtp/size-promised", \
        "answers 552 to a message of more than 20000 octets whose size was declared") \
    row(PARAMETER_VALUE, "parameter-value", "smtp/parameter-value", \
        "passes over SIZE and BODY in MAIL with a value that they cannot have")

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
        "sends the whole message back in notices of delivery") \
    row(NO_NOTICE_FOR_NOTICE, "no-notice-for-notice", "smtp/no-notice-for-notice", \
        "sends a notice to the address in From: where the reverse-path is null") \
    row(NO_NOTICE_FOR_NOTICE_2, "no-notice-for-notice.2", "smtp/no-notice-for-notice", \
        "sends a notice to the address in Errors-To: where the reverse-path is null")

#define FAULT_LIST_SMTP_LISTS(row) \
    row(LIST_EXPANSION, "list-expansion", "smtp/list-expansion", \
        "keeps the sender in the reverse-path of what a list sends on") \
    row(LIST_EXPANSION_2, "list-expansion.2", "smtp/list-expansion", \
        "puts the list into From: of what it sends on") \
    row(LIST_WHOLE, "list-whole", "smtp/list-whole", \
        "leaves the sender out of the members to whom a list sends")

#define FAULT_LIST_SMTP_MAIL(row) \
    FAULT_LIST_SMTP_ADDRESSES(row) \
    FAULT_LIST_SMTP_DATA(row) \
    FAULT_LIST_SMTP_TRACE(row) \
    FAULT_LIST_SMTP_EXTENSIONS(row) \
    FAULT_LIST_SMTP_UTF8(row) \
    FAULT_LIST_SMTP_DSN(row) \
    FAULT_LIST_SMTP_LISTS(row)
// clang-format on

#endif
