/*
 * fault_names_pop3_more - second faults of POP3's MUSTs, in the form of fault_names.h, which alone includes this
 *
 * Each breaks a rule in another way than the fault of the same name without suffix: at another moment, in another state, by other
 * octets.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_POP3_MORE_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_POP3_MORE_H

// clang-format off
#define FAULT_LIST_POP3_SECOND_OCTETS(row) \
    row(POP3_GREETING_2, "pop3-greeting.2", "pop3/greeting", \
        "greets with * OK, as an IMAP server does") \
    row(POP3_STATUS_INDICATOR_2, "pop3-status-indicator.2", "pop3/status-indicator", \
        "answers -ERROR to a command that it does not know behind the login") \
    row(POP3_LINE_END_2, "pop3-line-end.2", "pop3/line-end", \
        "ends the lines of the list of LIST in a bare LF, but for the first and the last one") \
    row(POP3_STATUS_LINE_LENGTH_2, "pop3-status-line-length.2", "pop3/status-line-length", \
        "tells an implementation of more than 600 octets in CAPA after login") \
    row(POP3_MULTILINE_END_2, "pop3-multiline-end.2", "pop3/multiline-end", \
        "puts a space behind the final dot of TOP") \
    row(POP3_BYTE_STUFFING_2, "pop3-byte-stuffing.2", "pop3/byte-stuffing", \
        "puts two dots before a line that is a dot and no more in RETR") \
    row(POP3_COMMAND_GETS_RESPONSE_2, "pop3-command-gets-response.2", "pop3/command-gets-response", \
        "closes the connection at an unknown command before the login without an answer") \
    row(POP3_ONE_RESPONSE_PER_COMMAND_2, "pop3-one-response-per-command.2", "pop3/one-response-per-command", \
        "says behind the list of LIST, in a second response, that it was all") \
    row(POP3_STAT_FORM_2, "pop3-stat-form.2", "pop3/stat-form", \
        "tells the size of the maildrop in words in STAT") \
    row(POP3_LIST_FORM_2, "pop3-list-form.2", "pop3/list-form", \
        "puts a colon behind the number in LIST of one message") \
    row(POP3_UIDL_FORM_2, "pop3-uidl-form.2", "pop3/uidl-form", \
        "ends unique-ids in the octet 127")

#define FAULT_LIST_POP3_SECOND_STATES(row) \
    row(POP3_UNKNOWN_COMMAND_2, "pop3-unknown-command.2", "pop3/unknown-command", \
        "answers +OK to an unknown command with an argument") \
    row(POP3_MINIMUM_2, "pop3-minimum.2", "pop3/minimum", \
        "answers -ERR to QUIT before the login") \
    row(POP3_WRONG_STATE_2, "pop3-wrong-state.2", "pop3/wrong-state", \
        "takes USER behind the login") \
    row(POP3_KEYWORD_CASE_2, "pop3-keyword-case.2", "pop3/keyword-case", \
        "knows keywords in capitals and in small letters, and in no mixture of them") \
    row(POP3_DELE_MARKS_2, "pop3-dele-marks.2", "pop3/dele-marks", \
        "goes on counting deleted messages in STAT") \
    row(POP3_RSET_UNMARKS_2, "pop3-rset-unmarks.2", "pop3/rset-unmarks", \
        "shows deleted messages again behind RSET, and removes them at QUIT all the same") \
    row(POP3_QUIT_DELETES_2, "pop3-quit-deletes.2", "pop3/quit-deletes", \
        "removes with each deleted message the one before it") \
    row(POP3_QUIT_CLOSES_2, "pop3-quit-closes.2", "pop3/quit-closes", \
        "keeps the connection open behind QUIT before the login") \
    row(POP3_NO_QUIT_KEEPS_2, "pop3-no-quit-keeps.2", "pop3/no-quit-keeps", \
        "removes the deleted messages when the connection ends within a command") \
    row(POP3_UIDL_STABLE_2, "pop3-uidl-stable.2", "pop3/uidl-stable", \
        "gives a message another unique-id in each session") \
    row(POP3_UIDL_UNIQUE_2, "pop3-uidl-unique.2", "pop3/uidl-unique", \
        "gives the third message the unique-id of the first") \
    row(POP3_TOP_LINES_2, "pop3-top-lines.2", "pop3/top-lines", \
        "sends the whole message in TOP where no line of the body is asked for") \
    row(POP3_NO_SUCH_MESSAGE_2, "pop3-no-such-message.2", "pop3/no-such-message", \
        "answers +OK for the message number 0") \
    row(POP3_BAD_LOGIN_2, "pop3-bad-login.2", "pop3/bad-login", \
        "answers -ERR to a wrong secret and opens the maildrop") \
    row(POP3_RETR_CONTENT_2, "pop3-retr-content.2", "pop3/retr-content", \
        "begins the name of the To field in a small letter in RETR") \
    row(POP3_RETR_KEEPS_2, "pop3-retr-keeps.2", "pop3/retr-keeps", \
        "removes what was fetched with RETR when the connection ends within a command") \
    row(POP3_RESPONSE_CODE_ANNOUNCED_2, "pop3-response-code-announced.2", "pop3/response-code-announced", \
        "says RESP-CODE in place of RESP-CODES in CAPA") \
    row(POP3_PASS_NEEDS_USER_2, "pop3-pass-needs-user.2", "pop3/pass-needs-user", \
        "answers +OK to a PASS behind one that was refused, and opens no maildrop") \
    row(POP3_NOOP_KEEPS_MARKS_2, "pop3-noop-keeps-marks.2", "pop3/noop-keeps-marks", \
        "shows deleted messages again behind NOOP, and removes them at QUIT all the same")

#define FAULT_LIST_POP3_SECOND_AUTH(row) \
    row(POP3_STLS_2, "pop3-stls.2", "pop3/stls", \
        "answers +OK to STLS and closes the connection") \
    row(POP3_STLS_STATE_2, "pop3-stls-state.2", "pop3/stls-state", \
        "answers +OK to STLS behind a login inside TLS") \
    row(POP3_NO_TEXT_BEFORE_TLS_2, "pop3-no-text-before-tls.2", "pop3/no-text-before-tls", \
        "sends an empty line in clear text behind the +OK to STLS") \
    row(POP3_AUTH_2, "pop3-auth.2", "pop3/auth", \
        "refuses the right digest of CRAM-MD5") \
    row(POP3_AUTH_WITHOUT_INITIAL_RESPONSE_2, "pop3-auth-without-initial-response.2", "pop3/auth-without-initial-response", \
        "refuses the right secret where it comes behind an empty challenge") \
    row(POP3_AUTH_CANCEL_2, "pop3-auth-cancel.2", "pop3/auth-cancel", \
        "answers the response * with another challenge") \
    row(POP3_AUTH_TWICE_2, "pop3-auth-twice.2", "pop3/auth-twice", \
        "takes AUTH behind USER and PASS") \
    row(POP3_AUTH_UNKNOWN_MECHANISM_2, "pop3-auth-unknown-mechanism.2", "pop3/auth-unknown-mechanism", \
        "answers +OK to AUTH with a mechanism that it does not offer, unless TLS is what it lacks") \
    row(POP3_AUTH_SERVER_FIRST_2, "pop3-auth-server-first.2", "pop3/auth-server-first", \
        "answers +OK to an initial response where the server begins, and opens no maildrop") \
    row(POP3_AUTH_BAD_BASE64_2, "pop3-auth-bad-base64.2", "pop3/auth-bad-base64", \
        "asks once more where a response is not base64") \
    row(POP3_AUTH_WRONG_SECRET_2, "pop3-auth-wrong-secret.2", "pop3/auth-wrong-secret", \
        "lets a client in by CRAM-MD5 that has a wrong secret") \
    row(POP3_AUTH_WRONG_SECRET_3, "pop3-auth-wrong-secret.3", "pop3/auth-wrong-secret", \
        "answers -ERR to AUTH with a wrong secret and opens the maildrop") \
    row(POP3_AUTH_FAILED_FORGOTTEN_2, "pop3-auth-failed-forgotten.2", "pop3/auth-failed-forgotten", \
        "takes no PASS behind an AUTH that failed") \
    row(POP3_AUTH_ANY_CASE_2, "pop3-auth-any-case.2", "pop3/auth-any-case", \
        "knows mechanisms in capitals and in small letters, and in no mixture of them") \
    row(POP3_SASL_AFTER_AUTH_2, "pop3-sasl-after-auth.2", "pop3/sasl-after-auth", \
        "says AUTH in place of SASL in the response to CAPA behind AUTH")

#define FAULT_LIST_POP3_SECOND(row) \
    FAULT_LIST_POP3_SECOND_OCTETS(row) \
    FAULT_LIST_POP3_SECOND_STATES(row) \
    FAULT_LIST_POP3_SECOND_AUTH(row)
// clang-format on

#endif
