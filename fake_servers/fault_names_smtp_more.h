/*
 * fault_names_smtp_more - second faults of SMTP's and LMTP's MUSTs, in the form of fault_names.h, which alone includes this
 *
 * Each breaks a rule in another way than the fault of the same name without suffix: at another moment, in another state, by other
 * octets. Most are known of servers that have been in use.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_MORE_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_MORE_H

// clang-format off
#define FAULT_LIST_SMTP_MORE_STATES(row) \
    row(EHLO_2, "ehlo.2", "smtp/ehlo", \
        "takes EHLO with an address literal for an unknown command") \
    row(RCPT_WITHOUT_MAIL_2, "rcpt-without-mail.2", "smtp/rcpt-without-mail", \
        "accepts RCPT right behind a message that it has accepted") \
    row(VERB_CASE_2, "verb-case.2", "smtp/verb-case", \
        "knows FROM: and TO: in capital letters only") \
    row(RSET_CLEARS_2, "rset-clears.2", "smtp/rset-clears", \
        "forgets the reverse-path at RSET, and keeps the recipients for the next transaction") \
    row(EHLO_CLEARS_2, "ehlo-clears.2", "smtp/ehlo-clears", \
        "forgets the reverse-path at EHLO and HELO, and keeps the recipients for the next transaction") \
    row(NOOP_KEEPS_STATE_2, "noop-keeps-state.2", "smtp/noop-keeps-state", \
        "forgets the recipients at NOOP, and not the transaction") \
    row(ERROR_KEEPS_STATE_2, "error-keeps-state.2", "smtp/error-keeps-state", \
        "drops the mail transaction at VRFY, EXPN and HELP") \
    row(QUIT_REPLY_2, "quit-reply.2", "smtp/quit-reply", \
        "closes the connection at QUIT before EHLO without an answer") \
    row(QUIT_CLOSES_2, "quit-closes.2", "smtp/quit-closes", \
        "keeps the connection open behind a QUIT in a transaction with a recipient") \
    row(POSTMASTER_2, "postmaster.2", "smtp/postmaster", \
        "refuses mail for the postmaster without a domain") \
    row(NULL_REVERSE_PATH_2, "null-reverse-path.2", "smtp/null-reverse-path", \
        "takes MAIL FROM:<>, and refuses each recipient behind it") \
    row(HELO_2, "helo.2", "smtp/helo", \
        "lists its extensions in the reply to HELO")

#define FAULT_LIST_SMTP_MORE_DATA(row) \
    row(DOT_UNSTUFFING_2, "dot-unstuffing.2", "smtp/dot-unstuffing", \
        "takes no dot off the front of a line") \
    row(CONTENT_KEPT_2, "content-kept.2", "smtp/content-kept", \
        "leaves control characters out of a message") \
    row(RECEIVED_ADDED_2, "received-added.2", "smtp/received-added", \
        "puts its Received line at the end of the header") \
    row(RETURN_PATH_ADDED_2, "return-path-added.2", "smtp/return-path-added", \
        "adds no Return-Path line for the null reverse-path") \
    row(LOCAL_PART_64_2, "local-part-64.2", "smtp/local-part-64", \
        "keeps 63 octets of the local part of MAIL") \
    row(PATH_256_2, "path-256.2", "smtp/path-256", \
        "keeps 200 octets of the mailbox of MAIL") \
    row(DOMAIN_255_2, "domain-255.2", "smtp/domain-255", \
        "refuses HELO with a domain of more than 200 octets") \
    row(RECEIVED_FOR_2, "received-for.2", "smtp/received-for", \
        "writes two for clauses into its trace field where there are several recipients") \
    row(COMMAND_LINE_512_2, "command-line-512.2", "smtp/command-line-512", \
        "refuses NOOP with an argument of more than 400 octets") \
    row(TEXT_LINE_1000_2, "text-line-1000.2", "smtp/text-line-1000", \
        "counts the stuffed dot, and refuses a message with a line of more than 1000 octets then") \
    row(RECIPIENTS_100_2, "recipients-100.2", "smtp/recipients-100", \
        "refuses DATA for more than 50 recipients") \
    row(PIPELINING_ORDER_3, "pipelining-order.3", "smtp/pipelining-order", \
        "answers NOOP before RCPT commands that came with it") \
    row(SIZE_REFUSED_2, "size-refused.2", "smtp/size-refused", \
        "keeps 32 bits of a declared size")

#define FAULT_LIST_SMTP_MORE_REPLIES(row) \
    row(GREETING_CODE_2, "greeting-code.2", "smtp/greeting-code", \
        "greets with 354, as if it asked for more") \
    row(REPLY_CRLF_2, "reply-crlf.2", "smtp/reply-crlf", \
        "ends the lines of the reply to HELP in a bare LF, but for the last one") \
    row(REPLY_CODE_GRAMMAR_2, "reply-code-grammar.2", "smtp/reply-code-grammar", \
        "puts the code before the last line of the reply to HELP only") \
    row(REPLY_SEPARATOR_2, "reply-separator.2", "smtp/reply-separator", \
        "puts nothing between code and text in the reply to HELO") \
    row(MULTILINE_SAME_CODE_2, "multiline-same-code.2", "smtp/multiline-same-code", \
        "gives lines in the middle of the reply to HELP the code 211, the others 214") \
    row(MULTILINE_LAST_LINE_2, "multiline-last-line.2", "smtp/multiline-last-line", \
        "puts a hyphen behind the code in the one line of the reply to VRFY") \
    row(COMMAND_GETS_REPLY_3, "command-gets-reply.3", "smtp/command-gets-reply", \
        "closes the connection at EXPN without an answer") \
    row(ONE_REPLY_PER_COMMAND_3, "one-reply-per-command.3", "smtp/one-reply-per-command", \
        "answers the end of data once for each recipient, as only LMTP does") \
    row(EHLO_DOMAIN_2, "ehlo-domain.2", "smtp/ehlo-domain", \
        "leaves its name out of the reply to EHLO") \
    row(EHLO_KEYWORD_GRAMMAR_2, "ehlo-keyword-grammar.2", "smtp/ehlo-keyword-grammar", \
        "lists AUTH= besides AUTH in the reply to EHLO") \
    row(ENHANCED_CODE_CLASS_2, "enhanced-code-class.2", "smtp/enhanced-code-class", \
        "refuses an unknown recipient with 550 4.1.1")

#define FAULT_LIST_SMTP_MORE_EXTENSIONS(row) \
    row(DATA_AFTER_BDAT_2, "data-after-bdat.2", "smtp/data-after-bdat", \
        "answers 354 to DATA behind a chunk without an octet") \
    row(BDAT_AFTER_LAST_2, "bdat-after-last.2", "smtp/bdat-after-last", \
        "answers 250 to BDAT behind a last chunk without an octet") \
    row(SIZE_NOT_END_2, "size-not-end.2", "smtp/size-not-end", \
        "answers 552 within a message that is longer than declared, and goes on with commands") \
    row(SIZE_ENFORCED_2, "size-enforced.2", "smtp/size-enforced", \
        "compares each chunk with the limit, and not what they come to") \
    row(DATA_AFTER_BINARYMIME_2, "data-after-binarymime.2", "smtp/data-after-binarymime", \
        "answers 354 to DATA behind BODY=binarymime in small letters") \
    row(BINARY_LABEL_ACCEPTED_2, "binary-label-accepted.2", "smtp/binary-label-accepted", \
        "refuses a message of which a part calls itself binary where MAIL has not said BODY=BINARYMIME")

#define FAULT_LIST_SMTP_MORE_TLS(row) \
    row(STARTTLS_2, "starttls.2", "smtp/starttls", \
        "answers 220 to STARTTLS and closes the connection") \
    row(STARTTLS_NOT_OFFERED_WITHIN_TLS_2, "starttls-not-offered-within-tls.2", "smtp/starttls-not-offered-within-tls", \
        "offers STARTTLS inside TLS behind a login") \
    row(STARTTLS_WITHIN_TLS_2, "starttls-within-tls.2", "smtp/starttls-within-tls", \
        "forgets at RSET that TLS is active, and answers 220 to STARTTLS") \
    row(TLS_FORGETS_2, "tls-forgets.2", "smtp/tls-forgets", \
        "knows inside TLS by what name the client has greeted before") \
    row(TLS_COMMAND_INJECTION_2, "tls-command-injection.2", "smtp/tls-command-injection", \
        "puts the part of a line that the client sent in clear text behind STARTTLS before its first line inside TLS") \
    row(NO_TEXT_BEFORE_TLS_2, "no-text-before-tls.2", "smtp/no-text-before-tls", \
        "greets anew in clear text behind the 220 to STARTTLS")

#define FAULT_LIST_SMTP_MORE_AUTH(row) \
    row(AUTH_2, "auth.2", "smtp/auth", \
        "refuses the right digest of CRAM-MD5") \
    row(AUTH_CHALLENGE_2, "auth-challenge.2", "smtp/auth-challenge", \
        "sends a challenge that is not empty as it is, without base64") \
    row(AUTH_WITHOUT_INITIAL_RESPONSE_2, "auth-without-initial-response.2", "smtp/auth-without-initial-response", \
        "refuses the right secret where it comes behind an empty challenge") \
    row(AUTH_CANCEL_2, "auth-cancel.2", "smtp/auth-cancel", \
        "takes the response * for a name in LOGIN, and asks for the password") \
    row(AUTH_TWICE_2, "auth-twice.2", "smtp/auth-twice", \
        "forgets the login at RSET, and takes another one") \
    row(AUTH_IN_TRANSACTION_2, "auth-in-transaction.2", "smtp/auth-in-transaction", \
        "takes AUTH behind RCPT") \
    row(AUTH_UNKNOWN_MECHANISM_2, "auth-unknown-mechanism.2", "smtp/auth-unknown-mechanism", \
        "answers 235 to AUTH with a mechanism that it does not offer, unless TLS is what it lacks") \
    row(AUTH_SERVER_FIRST_2, "auth-server-first.2", "smtp/auth-server-first", \
        "takes an initial response for the answer to a challenge that it has not sent, and answers 535") \
    row(AUTH_WRONG_SECRET_2, "auth-wrong-secret.2", "smtp/auth-wrong-secret", \
        "lets a client in by LOGIN that sends an empty secret") \
    row(AUTH_ANY_CASE_2, "auth-any-case.2", "smtp/auth-any-case", \
        "knows CRAM-MD5 in capital letters only") \
    row(AUTH_PLAIN_255_2, "auth-plain-255.2", "smtp/auth-plain-255", \
        "answers 500 to a response of more than 512 octets") \
    row(AUTH_PARAMETER_2, "auth-parameter.2", "smtp/auth-parameter", \
        "answers 501 to a mailbox behind AUTH= in MAIL before a login")

#define FAULT_LIST_SMTP_MORE(row) \
    FAULT_LIST_SMTP_MORE_STATES(row) \
    FAULT_LIST_SMTP_MORE_DATA(row) \
    FAULT_LIST_SMTP_MORE_REPLIES(row) \
    FAULT_LIST_SMTP_MORE_EXTENSIONS(row) \
    FAULT_LIST_SMTP_MORE_TLS(row) \
    FAULT_LIST_SMTP_MORE_AUTH(row)
// clang-format on

#endif
