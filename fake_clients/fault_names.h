/*
 * fault_names - the list of the clients' faults, one row each
 *
 * CLIENT_FAULT_LIST(row) calls row(MEMBER, NAME, RULE, WHAT) for each fault: the member of enum client_fault without its
 * prefix, the name that switches it on, the one rule that it breaks, and what the client does wrong. Included by fault.h and
 * by nothing else.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_FAULT_NAMES_H
#define MAILSPEC_FAKE_CLIENTS_FAULT_NAMES_H

// clang-format off
#define CLIENT_FAULT_LIST_SMTP_OCTETS(row) \
    row(CLIENT_CRLF, "client-crlf", "smtp/client-crlf", \
        "ends QUIT in a bare LF") \
    row(CLIENT_CRLF_2, "client-crlf.2", "smtp/client-crlf", \
        "ends the first line of the message in a bare LF") \
    row(CLIENT_CRLF_3, "client-crlf.3", "smtp/client-crlf", \
        "sends a bare CR in the first line of the message") \
    row(EHLO_ARGUMENT, "ehlo-argument", "smtp/ehlo-argument", \
        "sends EHLO without an argument") \
    row(EHLO_ARGUMENT_2, "ehlo-argument.2", "smtp/ehlo-argument", \
        "sends EHLO with a name that ends in an exclamation mark") \
    row(MAIL_SYNTAX, "mail-syntax", "smtp/mail-syntax", \
        "puts a blank behind the colon of MAIL FROM:") \
    row(MAIL_SYNTAX_2, "mail-syntax.2", "smtp/mail-syntax", \
        "leaves out the angle brackets in MAIL") \
    row(RCPT_SYNTAX, "rcpt-syntax", "smtp/rcpt-syntax", \
        "puts a blank behind the colon of RCPT TO:") \
    row(RCPT_SYNTAX_2, "rcpt-syntax.2", "smtp/rcpt-syntax", \
        "leaves out the angle brackets in RCPT") \
    row(PARAMETER_OFFERED, "parameter-offered", "smtp/parameter-offered", \
        "sends SIZE= in MAIL though the reply to EHLO did not offer it") \
    row(PARAMETER_OFFERED_2, "parameter-offered.2", "smtp/parameter-offered", \
        "sends SIZE= in MAIL behind HELO") \
    row(NO_ARGUMENT, "no-argument", "smtp/no-argument", \
        "sends QUIT with an argument") \
    row(NO_ARGUMENT_2, "no-argument.2", "smtp/no-argument", \
        "sends RSET with an argument behind a message") \
    row(COMMAND_ASCII, "command-ascii", "smtp/command-ascii", \
        "sends an octet above 127 in the path of MAIL") \
    row(COMMAND_ASCII_2, "command-ascii.2", "smtp/command-ascii", \
        "sends a control octet in the path of MAIL") \
    row(COMMAND_LENGTH, "command-length", "smtp/command-length", \
        "sends a NOOP of more than 600 octets") \
    row(DATA_8BIT, "data-8bit", "smtp/data-8bit", \
        "sends octets above 127 in message data though 8BITMIME was not offered") \
    row(DATA_8BIT_2, "data-8bit.2", "smtp/data-8bit", \
        "puts two octets above 127 into the last line of the message though 8BITMIME was not offered") \
    row(DOT_STUFFING, "dot-stuffing", "smtp/dot-stuffing", \
        "does not double the dot at the beginning of a line, unless the line is just that dot") \
    row(DOT_STUFFING_2, "dot-stuffing.2", "smtp/dot-stuffing", \
        "trebles the dot at the beginning of a line") \
    row(NO_EXTRA_LINE, "no-extra-line", "smtp/no-extra-line", \
        "puts an empty line before the final dot, but for a message whose last line has no end") \
    row(NO_EXTRA_LINE_2, "no-extra-line.2", "smtp/no-extra-line", \
        "doubles an empty line at the end of the message")

#define CLIENT_FAULT_LIST_SMTP_STATES(row) \
    row(QUIT_BEFORE_CLOSE, "quit-before-close", "smtp/quit-before-close", \
        "closes the connection where it should send QUIT, when its EHLO or HELO was accepted") \
    row(QUIT_BEFORE_CLOSE_2, "quit-before-close.2", "smtp/quit-before-close", \
        "sends RSET where it should send QUIT, when its EHLO or HELO was accepted") \
    row(WAITS_FOR_QUIT_REPLY, "waits-for-quit-reply", "smtp/waits-for-quit-reply", \
        "sends QUIT and closes the connection at once") \
    row(WAITS_FOR_GREETING, "waits-for-greeting", "smtp/waits-for-greeting", \
        "sends EHLO as soon as it is connected") \
    row(WAITS_FOR_REPLY, "waits-for-reply", "smtp/waits-for-reply", \
        "sends MAIL, RCPT and DATA together though PIPELINING was not offered") \
    row(WAITS_FOR_REPLY_2, "waits-for-reply.2", "smtp/waits-for-reply", \
        "sends QUIT together with the end of data though PIPELINING was not offered") \
    row(PIPELINING_GROUP, "pipelining-group", "smtp/pipelining-group", \
        "sends NOOP, which only may end a group, together with the MAIL behind it") \
    row(PIPELINING_GROUP_2, "pipelining-group.2", "smtp/pipelining-group", \
        "sends VRFY, which only may end a group, between MAIL and RCPT") \
    row(HELLO_BEFORE_MAIL, "hello-before-mail", "smtp/hello-before-mail", \
        "sends MAIL as its first command, and EHLO then") \
    row(HELLO_BEFORE_MAIL_2, "hello-before-mail.2", "smtp/hello-before-mail", \
        "sends MAIL as its first command inside TLS, and EHLO then") \
    row(COMMAND_ORDER, "command-order", "smtp/command-order", \
        "sends MAIL again behind an accepted MAIL") \
    row(COMMAND_ORDER_2, "command-order.2", "smtp/command-order", \
        "sends RCPT before MAIL") \
    row(COMMAND_ORDER_3, "command-order.3", "smtp/command-order", \
        "sends DATA behind MAIL before it has named a recipient") \
    row(DATA_WITHOUT_354, "data-without-354", "smtp/data-without-354", \
        "sends the message though DATA was refused") \
    row(DATA_WITHOUT_354_2, "data-without-354.2", "smtp/data-without-354", \
        "sends the first line of the message though DATA was refused") \
    row(DATA_WITHOUT_354_3, "data-without-354.3", "smtp/data-without-354", \
        "sends the first line of the message where DATA is answered 2yz") \
    row(HELO_FALLBACK, "helo-fallback", "smtp/helo-fallback", \
        "gives up where EHLO is not known") \
    row(NOT_REPEATED_AFTER_5YZ, "not-repeated-after-5yz", "smtp/not-repeated-after-5yz", \
        "sends RCPT once more when it was refused for good")

#define CLIENT_FAULT_LIST_SMTP_TLS(row) \
    row(STARTTLS_LAST, "starttls-last", "smtp/starttls-last", \
        "sends EHLO together with the STARTTLS before it") \
    row(STARTTLS_LAST_2, "starttls-last.2", "smtp/starttls-last", \
        "sends NOOP in clear text behind the 220 to STARTTLS") \
    row(EHLO_AFTER_TLS, "ehlo-after-tls", "smtp/ehlo-after-tls", \
        "sends NOOP as its first command inside TLS") \
    row(STARTTLS_ONCE, "starttls-once", "smtp/starttls-once", \
        "sends STARTTLS inside TLS") \
    row(STARTTLS_ONCE_2, "starttls-once.2", "smtp/starttls-once", \
        "sends STARTTLS inside TLS behind a message") \
    row(TLS_AFTER_220, "tls-after-220", "smtp/tls-after-220", \
        "begins TLS though STARTTLS was answered 4yz") \
    row(TLS_AFTER_220_2, "tls-after-220.2", "smtp/tls-after-220", \
        "begins TLS though STARTTLS was answered 5yz") \
    row(TLS_RESPONSE_INJECTION, "tls-response-injection", "smtp/tls-response-injection", \
        "takes what came in clear text behind the 220 for the reply to EHLO inside TLS") \
    row(PLAIN_CERTIFICATE, "plain-certificate", "smtp/plain-certificate", \
        "logs in by PLAIN whatever the certificate is") \
    row(PLAIN_CERTIFICATE_2, "plain-certificate.2", "smtp/plain-certificate", \
        "logs in by AUTH PLAIN and a response to the challenge whatever the certificate is") \
    row(PLAIN_IN_CLEAR_TEXT, "plain-in-clear-text", "smtp/plain-in-clear-text", \
        "logs in by PLAIN without TLS") \
    row(AUTH_BASE64, "auth-base64", "smtp/auth-base64", \
        "sends AUTH PLAIN with an initial response that is not base64") \
    row(AUTH_BASE64_2, "auth-base64.2", "smtp/auth-base64", \
        "leaves the padding of an initial response out") \
    row(AUTH_LINE_LENGTH, "auth-line-length", "smtp/auth-line-length", \
        "sends AUTH PLAIN in a line of more than 600 octets") \
    row(AUTH_LINE_LENGTH_2, "auth-line-length.2", "smtp/auth-line-length", \
        "sends AUTH PLAIN in a line of 513 octets") \
    row(AUTH_ORDER, "auth-order", "smtp/auth-order", \
        "sends AUTH again behind its login") \
    row(AUTH_ORDER_2, "auth-order.2", "smtp/auth-order", \
        "sends AUTH in a transaction") \
    row(AUTH_CANCELS, "auth-cancels", "smtp/auth-cancels", \
        "answers a challenge that is not base64") \
    row(AUTH_CANCELS_2, "auth-cancels.2", "smtp/auth-cancels", \
        "answers a challenge that is not base64 with an empty line") \
    row(AUTH_LONG_CHALLENGE, "auth-long-challenge", "smtp/auth-long-challenge", \
        "reads as much of a challenge as goes into 512 octets") \
    row(AUTH_LONG_CHALLENGE_2, "auth-long-challenge.2", "smtp/auth-long-challenge", \
        "cancels the login at a challenge of more than 1000 octets") \
    row(AUTH_TOO_WEAK, "auth-too-weak", "smtp/auth-too-weak", \
        "takes 534 for the end of its login, as it does 535") \
    row(TLS_FAILURE_ABORTS, "tls-failure-aborts", "smtp/tls-failure-aborts", \
        "goes on with EHLO in clear text when the handshake fails") \
    row(CERTIFICATE_ALT_NAME, "certificate-alt-name", "smtp/certificate-alt-name", \
        "goes by the common name of a certificate that has a dNSName")

#define CLIENT_FAULT_LIST_SMTP_REPLIES(row) \
    row(READS_MULTILINE, "reads-multiline", "smtp/reads-multiline", \
        "cannot read a multi-line reply, but those to EHLO and DATA") \
    row(READS_MULTILINE_2, "reads-multiline.2", "smtp/reads-multiline", \
        "takes a number in the text of a line that is not the last for the code of a refusal, but in the replies to EHLO and DATA") \
    row(CODE_ALONE, "code-alone", "smtp/code-alone", \
        "cannot read a reply code without text, but that to DATA") \
    row(ACTS_ON_CODE, "acts-on-code", "smtp/acts-on-code", \
        "takes a reply with ERROR in its text for a refusal, and reports success for a refusal with OK in it") \
    row(ACTS_ON_CODE_2, "acts-on-code.2", "smtp/acts-on-code", \
        "takes a reply with an enhanced status code of class 5 for a refusal, whatever its code") \
    row(FIRST_DIGIT, "first-digit", "smtp/first-digit", \
        "gives up at a 2yz code that is in no list") \
    row(FIRST_DIGIT_2, "first-digit.2", "smtp/first-digit", \
        "reports success for a 4yz or 5yz code that is in no list") \
    row(KEYWORD_ANY_CASE, "keyword-any-case", "smtp/keyword-any-case", \
        "knows the keywords in the reply to EHLO in capital letters only") \
    row(KEYWORD_ANY_CASE_2, "keyword-any-case.2", "smtp/keyword-any-case", \
        "does not know keywords in mixed case in the reply to EHLO") \
    row(REFUSAL_REPORTED, "refusal-reported", "smtp/refusal-reported", \
        "reports success when the message is refused at the end of data") \
    row(REFUSAL_REPORTED_2, "refusal-reported.2", "smtp/refusal-reported", \
        "reports success when RCPT is refused") \
    row(REFUSAL_REPORTED_3, "refusal-reported.3", "smtp/refusal-reported", \
        "reports success when MAIL is refused, unless by 530") \
    row(EACH_STATUS, "each-status", "smtp/each-status", \
        "looks only at the last reply to a group that ends in DATA, when that is 354") \
    row(EACH_STATUS_2, "each-status.2", "smtp/each-status", \
        "reports success when a dot without recipients is answered by 2yz") \
    row(NO_SUCCESS_AFTER_LOSS, "no-success-after-loss", "smtp/no-success-after-loss", \
        "reports success when the connection is lost before the end of data is answered") \
    row(NO_SUCCESS_AFTER_LOSS_2, "no-success-after-loss.2", "smtp/no-success-after-loss", \
        "reports success when the connection is lost behind MAIL, RCPT or DATA") \
    row(CLOSING_421, "closing-421", "smtp/closing-421", \
        "reports success when a command or the end of data is answered by 421") \
    row(CLOSING_421_2, "closing-421.2", "smtp/closing-421", \
        "reports success when EHLO or HELO is answered by 421") \
    row(TEMPORARY_REPORTED, "temporary-reported", "smtp/temporary-reported", \
        "reports a refusal for good where the reply is 4yz") \
    row(PERMANENT_REPORTED, "permanent-reported", "smtp/permanent-reported", \
        "reports a failure that passes where the reply is 5yz") \
    row(SUCCESS_AFTER_2YZ, "success-after-2yz", "smtp/success-after-2yz", \
        "reports success when the end of data is answered by a line without a code") \
    row(SUCCESS_AFTER_2YZ_2, "success-after-2yz.2", "smtp/success-after-2yz", \
        "reports success when the end of data is answered 3yz") \
    row(ACCEPTED_IS_FINAL, "accepted-is-final", "smtp/accepted-is-final", \
        "reports a failure when the message is accepted, and QUIT is refused or not answered") \
    row(REPLY_TOO_EARLY, "reply-too-early", "smtp/reply-too-early", \
        "takes a reply that came before the end of data for the reply to it") \
    row(LAX_REPLY, "lax-reply", "smtp/lax-reply", \
        "gives up where a tab stands behind the code of a reply")

#define CLIENT_FAULT_LIST_SMTP_SESSION(row) \
    row(HELLO_FIRST, "hello-first", "smtp/hello-first", \
        "sends NOOP before EHLO") \
    row(EHLO_LITERAL_ALONE, "ehlo-literal-alone", "smtp/ehlo-literal-alone", \
        "sends EHLO with an address literal and a remark behind it") \
    row(EHLO_NAME_QUALIFIED, "ehlo-name-qualified", "smtp/ehlo-name-qualified", \
        "calls itself localhost") \
    row(NO_SOURCE_ROUTE, "no-source-route", "smtp/no-source-route", \
        "sends RCPT with a source route") \
    row(NO_SOURCE_ROUTE_2, "no-source-route.2", "smtp/no-source-route", \
        "sends MAIL with a source route") \
    row(LEAST_QUOTED, "least-quoted", "smtp/least-quoted", \
        "quotes the local part in RCPT") \
    row(PARAMETER_ONCE, "parameter-once", "smtp/parameter-once", \
        "sends SIZE= in MAIL twice") \
    row(PARAMETER_ONCE_2, "parameter-once.2", "smtp/parameter-once", \
        "sends BODY= in MAIL twice, with other values") \
    row(BINARY_OFFERED, "binary-offered", "smtp/binary-offered", \
        "sends BODY=BINARYMIME where 8BITMIME alone is offered") \
    row(BINARY_OFFERED_2, "binary-offered.2", "smtp/binary-offered", \
        "sends BDAT where CHUNKING is not offered") \
    row(BODY_DECLARED, "body-declared", "smtp/body-declared", \
        "sends octets above 127 without BODY= where 8BITMIME is offered") \
    row(SIZE_ZERO, "size-zero", "smtp/size-zero", \
        "takes SIZE 0 for a limit of nothing") \
    row(SIZE_ZERO_2, "size-zero.2", "smtp/size-zero", \
        "takes SIZE without a number for a limit of nothing") \
    row(SIZE_USED, "size-used", "smtp/size-used", \
        "declares no size") \
    row(SIZE_DECLARED, "size-declared", "smtp/size-declared", \
        "counts one octet for the end of a line in SIZE=") \
    row(SIZE_REFUSAL_ENDS, "size-refusal-ends", "smtp/size-refusal-ends", \
        "sends MAIL again without SIZE= when the declared size was refused") \
    row(LONE_DOT, "lone-dot", "smtp/lone-dot", \
        "sends the message behind 354 though no recipient was accepted") \
    row(CLIENT_TEXT_LINE, "client-text-line", "smtp/client-text-line", \
        "adds a header field of more than 1000 octets") \
    row(REPLY_LINE_512, "reply-line-512", "smtp/reply-line-512", \
        "gives up at a reply line of more than 500 octets, but those to EHLO and DATA") \
    row(REPLY_LINE_512_2, "reply-line-512.2", "smtp/reply-line-512", \
        "reports success for a refusal in a line of more than 500 octets") \
    row(OUT_OF_RANGE_CODE, "out-of-range-code", "smtp/out-of-range-code", \
        "goes by the last two digits of codes below 200 and above 599") \
    row(NOT_RESENT_AFTER_5YZ, "not-resent-after-5yz", "smtp/not-resent-after-5yz", \
        "sends MAIL again when the message was refused for good at its end") \
    row(CLIENT_RETURN_PATH, "client-return-path", "smtp/client-return-path", \
        "puts Return-Path before the message") \
    row(8BITMIME_NEEDS_MIME, "8bitmime-needs-mime", "smtp/8bitmime-needs-mime", \
        "declares BODY=8BITMIME for a body with octets above 127 that is not MIME") \
    row(8BITMIME_NEEDS_MIME_2, "8bitmime-needs-mime.2", "smtp/8bitmime-needs-mime", \
        "adds MIME-Version to such a message, and no encoding") \
    row(ONE_COPY, "one-copy", "smtp/one-copy", \
        "sends the message to each recipient in a transaction of its own") \
    row(REVERSE_PATH_GIVEN, "reverse-path-given", "smtp/reverse-path-given", \
        "sends MAIL with the null reverse-path") \
    row(LAST_LINE_COMPLETED, "last-line-completed", "smtp/last-line-completed", \
        "sends the final dot right behind a last line that has no line end") \
    row(LAST_LINE_COMPLETED_2, "last-line-completed.2", "smtp/last-line-completed", \
        "leaves out a last line that has no line end") \
    row(AUTH_PARAMETER_SYNTAX, "auth-parameter-syntax", "smtp/auth-parameter-syntax", \
        "sends AUTH= with a + that stands for itself, where AUTH is offered") \
    row(AUTH_PARAMETER_SYNTAX_2, "auth-parameter-syntax.2", "smtp/auth-parameter-syntax", \
        "sends AUTH= with a mailbox in angle brackets, where AUTH is offered") \
    row(CLIENT_RECIPIENTS_NOT_SHOWN, "client-recipients-not-shown", "smtp/client-recipients-not-shown", \
        "puts a field with all recipients before the message, when there are two") \
    row(BDAT_ORDER, "bdat-order", "smtp/bdat-order", \
        "sends an empty chunk before DATA, where CHUNKING is offered") \
    row(BDAT_ORDER_2, "bdat-order.2", "smtp/bdat-order", \
        "says BODY=BINARYMIME where it is offered, and then DATA") \
    row(BDAT_CANONICAL, "bdat-canonical", "smtp/bdat-canonical", \
        "sends the message in one chunk with lines that end in LF, where CHUNKING is offered") \
    row(BDAT_CANONICAL_2, "bdat-canonical.2", "smtp/bdat-canonical", \
        "sends the message in one chunk with a line behind it that holds a bare CR, where CHUNKING is offered") \
    row(QUIT_ALWAYS, "quit-always", "smtp/quit-always", \
        "closes without QUIT behind a greeting that refuses") \
    row(QUIT_ALWAYS_2, "quit-always.2", "smtp/quit-always", \
        "closes without QUIT where EHLO and HELO were refused") \
    row(LOSS_TEMPORARY, "loss-temporary", "smtp/loss-temporary", \
        "reports a refusal for good when the connection is lost")

#define CLIENT_FAULT_LIST_POP3_COMMANDS(row) \
    row(POP3_CLIENT_LINE_END, "pop3-client-line-end", "pop3/client-line-end", \
        "ends QUIT in a bare LF") \
    row(POP3_CLIENT_LINE_END_2, "pop3-client-line-end.2", "pop3/client-line-end", \
        "sends NOOP with a bare CR before its line end") \
    row(POP3_COMMAND_SYNTAX, "pop3-command-syntax", "pop3/command-syntax", \
        "sends LIST with two spaces before the number of a message") \
    row(POP3_COMMAND_SYNTAX_2, "pop3-command-syntax.2", "pop3/command-syntax", \
        "sends NOOP with a space behind it") \
    row(POP3_USER_BEFORE_PASS, "pop3-user-before-pass", "pop3/user-before-pass", \
        "sends PASS before USER") \
    row(POP3_USER_BEFORE_PASS_2, "pop3-user-before-pass.2", "pop3/user-before-pass", \
        "sends PASS though USER was refused") \
    row(POP3_LOGIN_BEFORE_TRANSACTION, "pop3-login-before-transaction", "pop3/login-before-transaction", \
        "sends STAT before it logs in") \
    row(POP3_LOGIN_BEFORE_TRANSACTION_2, "pop3-login-before-transaction.2", "pop3/login-before-transaction", \
        "sends STAT though the login was refused") \
    row(POP3_WAITS_FOR_RESPONSE, "pop3-waits-for-response", "pop3/waits-for-response", \
        "sends STAT and LIST together though PIPELINING was not offered") \
    row(POP3_WAITS_FOR_RESPONSE_2, "pop3-waits-for-response.2", "pop3/waits-for-response", \
        "sends USER and PASS together though PIPELINING was not offered") \
    row(POP3_WAITS_FOR_GREETING, "pop3-waits-for-greeting", "pop3/waits-for-greeting", \
        "sends CAPA as soon as it is connected") \
    row(POP3_WAITS_FOR_GREETING_2, "pop3-waits-for-greeting.2", "pop3/waits-for-greeting", \
        "sends the first half of CAPA as soon as it is connected, and the rest behind the greeting") \
    row(POP3_COMMAND_LENGTH, "pop3-command-length", "pop3/command-length", \
        "sends a NOOP of more than 300 octets") \
    row(POP3_COMMAND_LENGTH_2, "pop3-command-length.2", "pop3/command-length", \
        "sends TOP with so many zeros that it has 256 octets") \
    row(POP3_DELETED_MESSAGE_NAMED, "pop3-deleted-message-named", "pop3/deleted-message-named", \
        "sends LIST with the number of a message that it has deleted") \
    row(POP3_DELETED_MESSAGE_NAMED_2, "pop3-deleted-message-named.2", "pop3/deleted-message-named", \
        "fetches a message that it has deleted") \
    row(POP3_MESSAGE_NUMBER, "pop3-message-number", "pop3/message-number", \
        "sends RETR 0") \
    row(POP3_MESSAGE_NUMBER_2, "pop3-message-number.2", "pop3/message-number", \
        "sends TOP without the number of lines") \
    row(POP3_DELETES_WHAT_IT_HAS, "pop3-deletes-what-it-has", "pop3/deletes-what-it-has", \
        "deletes a message whose RETR was refused, when it was sent alone") \
    row(POP3_NOT_FETCHED_AGAIN, "pop3-not-fetched-again", "pop3/not-fetched-again", \
        "fetches what it has fetched in an earlier session")

#define CLIENT_FAULT_LIST_POP3_TLS(row) \
    row(POP3_STLS_LAST, "pop3-stls-last", "pop3/stls-last", \
        "sends CAPA together with the STLS before it") \
    row(POP3_STLS_LAST_2, "pop3-stls-last.2", "pop3/stls-last", \
        "sends CAPA in clear text behind the +OK to STLS") \
    row(POP3_CAPA_AFTER_TLS, "pop3-capa-after-tls", "pop3/capa-after-tls", \
        "logs in inside TLS without CAPA before") \
    row(POP3_TLS_RESPONSE_INJECTION, "pop3-tls-response-injection", "pop3/tls-response-injection", \
        "takes what came in clear text behind the +OK for the response to CAPA inside TLS") \
    row(POP3_PASSWORD_CERTIFICATE, "pop3-password-certificate", "pop3/password-certificate", \
        "logs in whatever the certificate is") \
    row(POP3_AUTH_BASE64, "pop3-auth-base64", "pop3/auth-base64", \
        "sends AUTH PLAIN with an initial response that is not base64") \
    row(POP3_AUTH_BASE64_2, "pop3-auth-base64.2", "pop3/auth-base64", \
        "leaves the padding of an initial response out") \
    row(POP3_AUTH_LINE_LENGTH, "pop3-auth-line-length", "pop3/auth-line-length", \
        "sends AUTH PLAIN in a line of more than 300 octets") \
    row(POP3_AUTH_LINE_LENGTH_2, "pop3-auth-line-length.2", "pop3/auth-line-length", \
        "sends AUTH PLAIN in a line of 257 octets") \
    row(POP3_AUTH_OFFERED, "pop3-auth-offered", "pop3/auth-offered", \
        "sends AUTH PLAIN though SASL is not among the capabilities") \
    row(POP3_AUTH_INITIAL_RESPONSE, "pop3-auth-initial-response", "pop3/auth-initial-response", \
        "sends AUTH PLAIN with an initial response though SASL is not among the capabilities") \
    row(POP3_AUTH_INITIAL_RESPONSE_2, "pop3-auth-initial-response.2", "pop3/auth-initial-response", \
        "sends AUTH LOGIN with a name though SASL is not among the capabilities") \
    row(POP3_CERTIFICATE_ALT_NAME, "pop3-certificate-alt-name", "pop3/certificate-alt-name", \
        "goes by the common name of a certificate that has a dNSName") \
    row(POP3_AUTH_CANCELS, "pop3-auth-cancels", "pop3/auth-cancels", \
        "passes over what is not base64 in a challenge") \
    row(POP3_AUTH_CANCELS_2, "pop3-auth-cancels.2", "pop3/auth-cancels", \
        "answers a challenge that is not base64 with QUIT") \
    row(POP3_AUTH_LONG_CHALLENGE, "pop3-auth-long-challenge", "pop3/auth-long-challenge", \
        "reads as much of a challenge as goes into 512 octets") \
    row(POP3_AUTH_LONG_CHALLENGE_2, "pop3-auth-long-challenge.2", "pop3/auth-long-challenge", \
        "cancels the login at a challenge of more than 1000 octets")

#define CLIENT_FAULT_LIST_POP3_RESPONSES(row) \
    row(POP3_BYTE_UNSTUFFING, "pop3-byte-unstuffing", "pop3/byte-unstuffing", \
        "keeps the dot that was stuffed into a line of a message") \
    row(POP3_BYTE_UNSTUFFING_2, "pop3-byte-unstuffing.2", "pop3/byte-unstuffing", \
        "takes off every dot at the beginning of a line") \
    row(POP3_TERMINATION, "pop3-termination", "pop3/termination", \
        "takes a line of two dots for the end of a message, and cannot read what is behind it") \
    row(POP3_TERMINATION_2, "pop3-termination.2", "pop3/termination", \
        "takes a dot between two LFs for the end of a message, and cannot read what is behind it") \
    row(POP3_CAPA_REFUSED, "pop3-capa-refused", "pop3/capa-refused", \
        "gives up where CAPA is refused") \
    row(POP3_CAPA_REFUSED_2, "pop3-capa-refused.2", "pop3/capa-refused", \
        "fetches nothing where CAPA is refused, and reports success") \
    row(POP3_OPTIONAL_REFUSED, "pop3-optional-refused", "pop3/optional-refused", \
        "gives up where UIDL or TOP is refused") \
    row(POP3_OPTIONAL_REFUSED_2, "pop3-optional-refused.2", "pop3/optional-refused", \
        "passes over a message whose TOP is refused") \
    row(POP3_CAPABILITY_ANY_CASE, "pop3-capability-any-case", "pop3/capability-any-case", \
        "gives up where USER, UIDL or TOP is not in capital letters in the response to CAPA") \
    row(POP3_CAPABILITY_ANY_CASE_2, "pop3-capability-any-case.2", "pop3/capability-any-case", \
        "gives up where USER, UIDL or TOP is in mixed case in the response to CAPA") \
    row(POP3_EXTRA_TEXT, "pop3-extra-text", "pop3/extra-text", \
        "cannot read a line of STAT or LIST with text behind the size") \
    row(POP3_EXTRA_TEXT_2, "pop3-extra-text.2", "pop3/extra-text", \
        "takes the last number in a line of LIST with text behind the size for that of the message") \
    row(POP3_ACTS_ON_INDICATOR, "pop3-acts-on-indicator", "pop3/acts-on-indicator", \
        "takes +OK with ERROR in its text for a refusal") \
    row(POP3_ACTS_ON_INDICATOR_2, "pop3-acts-on-indicator.2", "pop3/acts-on-indicator", \
        "takes +OK with nothing behind it for a refusal of RETR") \
    row(POP3_RESPONSE_CODES, "pop3-response-codes", "pop3/response-codes", \
        "takes +OK with a response code for a refusal") \
    row(POP3_RESPONSE_CODES_2, "pop3-response-codes.2", "pop3/response-codes", \
        "takes +OK with a response code of two levels for a refusal") \
    row(POP3_REFUSAL_REPORTED, "pop3-refusal-reported", "pop3/refusal-reported", \
        "reports success when the login is refused") \
    row(POP3_REFUSAL_REPORTED_2, "pop3-refusal-reported.2", "pop3/refusal-reported", \
        "reports success when RETR is refused") \
    row(POP3_EACH_RESPONSE, "pop3-each-response", "pop3/each-response", \
        "does not count a refused RETR of three sent together, and takes what follows for the message before it") \
    row(POP3_EACH_RESPONSE_2, "pop3-each-response.2", "pop3/each-response", \
        "looks only at the last of three responses to RETR that were asked for together") \
    row(POP3_NO_SUCCESS_AFTER_LOSS, "pop3-no-success-after-loss", "pop3/no-success-after-loss", \
        "reports success when the connection is lost within a message") \
    row(POP3_TEMPORARY_REPORTED, "pop3-temporary-reported", "pop3/temporary-reported", \
        "reports a refusal for good whatever the response code") \
    row(POP3_UNREADABLE_REPORTED, "pop3-unreadable-reported", "pop3/unreadable-reported", \
        "reports success when a response is neither +OK nor -ERR") \
    row(POP3_QUIT_TO_COMMIT, "pop3-quit-to-commit", "pop3/quit-to-commit", \
        "closes without QUIT when it has deleted messages")

#define CLIENT_FAULT_LIST_POP3_SESSION(row) \
    row(POP3_LOGIN_SYNTAX, "pop3-login-syntax", "pop3/login-syntax", \
        "sends APOP with a digest in capital letters behind its login") \
    row(POP3_LOGIN_SYNTAX_2, "pop3-login-syntax.2", "pop3/login-syntax", \
        "sends USER without a name before USER with it") \
    row(POP3_STLS_BEFORE_UTF8, "pop3-stls-before-utf8", "pop3/stls-before-utf8", \
        "sends UTF8 before STLS") \
    row(POP3_APOP_ODD_TIMESTAMP, "pop3-apop-odd-timestamp", "pop3/apop-odd-timestamp", \
        "answers a timestamp that is no msg-id with APOP") \
    row(POP3_SAME_UNIQUE_ID, "pop3-same-unique-id", "pop3/same-unique-id", \
        "gives up where two messages have one unique-id") \
    row(POP3_PLAIN_CERTIFICATE, "pop3-plain-certificate", "pop3/plain-certificate", \
        "tries AUTH PLAIN inside TLS whatever the certificate is, and logs in no other way") \
    row(POP3_PLAIN_CERTIFICATE_2, "pop3-plain-certificate.2", "pop3/plain-certificate", \
        "tries AUTH LOGIN inside TLS whatever the certificate is, and logs in no other way") \
    row(POP3_PLAIN_IN_CLEAR_TEXT, "pop3-plain-in-clear-text", "pop3/plain-in-clear-text", \
        "tries AUTH PLAIN in clear text where STLS is not offered")

#define CLIENT_FAULT_LIST(row) \
    CLIENT_FAULT_LIST_SMTP_OCTETS(row) CLIENT_FAULT_LIST_SMTP_STATES(row) CLIENT_FAULT_LIST_SMTP_TLS(row) \
    CLIENT_FAULT_LIST_SMTP_REPLIES(row) CLIENT_FAULT_LIST_SMTP_SESSION(row) CLIENT_FAULT_LIST_POP3_COMMANDS(row) \
    CLIENT_FAULT_LIST_POP3_TLS(row) CLIENT_FAULT_LIST_POP3_RESPONSES(row) CLIENT_FAULT_LIST_POP3_SESSION(row)

#define CLIENT_FAULT_MEMBER(member, name, rule, what) CLIENT_FAULT_##member,
enum client_fault { CLIENT_FAULT_LIST(CLIENT_FAULT_MEMBER) CLIENT_FAULT_COUNT };
#undef CLIENT_FAULT_MEMBER
// clang-format on

#endif
