/*
 * fault_names_pop3 - faults of POP3
 *
 * In the form of fault_names.h, which alone includes this.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_POP3_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_POP3_H

// clang-format off
#define FAULT_LIST_POP3_OCTETS(row) \
    row(POP3_GREETING, "pop3-greeting", "pop3/greeting", \
        "greets with OK instead of +OK") \
    row(POP3_GREETING_2, "pop3-greeting.2", "pop3/greeting", \
        "greets with * OK, as an IMAP server does") \
    row(POP3_STATUS_INDICATOR, "pop3-status-indicator", "pop3/status-indicator", \
        "answers NOOP with +Ok") \
    row(POP3_STATUS_INDICATOR_2, "pop3-status-indicator.2", "pop3/status-indicator", \
        "answers -ERROR to a command that it does not know behind the login") \
    row(POP3_LINE_END, "pop3-line-end", "pop3/line-end", \
        "ends the response to NOOP in a bare LF") \
    row(POP3_LINE_END_2, "pop3-line-end.2", "pop3/line-end", \
        "ends the lines of the list of LIST in a bare LF, but for the first and the last one") \
    row(POP3_STATUS_LINE_LENGTH, "pop3-status-line-length", "pop3/status-line-length", \
        "answers NOOP with a line of more than 600 octets") \
    row(POP3_STATUS_LINE_LENGTH_2, "pop3-status-line-length.2", "pop3/status-line-length", \
        "tells an implementation of more than 600 octets in CAPA after login") \
    row(POP3_MULTILINE_END, "pop3-multiline-end", "pop3/multiline-end", \
        "sends no final dot in the response to CAPA after login") \
    row(POP3_MULTILINE_END_2, "pop3-multiline-end.2", "pop3/multiline-end", \
        "puts a space behind the final dot of TOP") \
    row(POP3_BYTE_STUFFING, "pop3-byte-stuffing", "pop3/byte-stuffing", \
        "does not byte-stuff lines of eight octets and more in RETR") \
    row(POP3_BYTE_STUFFING_2, "pop3-byte-stuffing.2", "pop3/byte-stuffing", \
        "puts two dots before a line that is a dot and no more in RETR") \
    row(POP3_COMMAND_GETS_RESPONSE, "pop3-command-gets-response", "pop3/command-gets-response", \
        "does not answer NOOP") \
    row(POP3_COMMAND_GETS_RESPONSE_2, "pop3-command-gets-response.2", "pop3/command-gets-response", \
        "closes the connection at an unknown command before the login without an answer") \
    row(POP3_ONE_RESPONSE_PER_COMMAND, "pop3-one-response-per-command", "pop3/one-response-per-command", \
        "answers NOOP twice") \
    row(POP3_ONE_RESPONSE_PER_COMMAND_2, "pop3-one-response-per-command.2", "pop3/one-response-per-command", \
        "says behind the list of LIST, in a second response, that it was all") \
    row(POP3_STAT_FORM, "pop3-stat-form", "pop3/stat-form", \
        "puts two spaces before the size of the maildrop in STAT") \
    row(POP3_STAT_FORM_2, "pop3-stat-form.2", "pop3/stat-form", \
        "tells the size of the maildrop in words in STAT") \
    row(POP3_LIST_FORM, "pop3-list-form", "pop3/list-form", \
        "puts two spaces before the sizes of messages in LIST") \
    row(POP3_LIST_FORM_2, "pop3-list-form.2", "pop3/list-form", \
        "puts a colon behind the number in LIST of one message") \
    row(POP3_UIDL_FORM, "pop3-uidl-form", "pop3/uidl-form", \
        "gives unique-ids of more than 70 octets") \
    row(POP3_UIDL_FORM_2, "pop3-uidl-form.2", "pop3/uidl-form", \
        "ends unique-ids in the octet 127")

#define FAULT_LIST_POP3_STATES(row) \
    row(POP3_UNKNOWN_COMMAND, "pop3-unknown-command", "pop3/unknown-command", \
        "answers +OK to a command that it does not know") \
    row(POP3_UNKNOWN_COMMAND_2, "pop3-unknown-command.2", "pop3/unknown-command", \
        "answers +OK to an unknown command with an argument") \
    row(POP3_MINIMUM, "pop3-minimum", "pop3/minimum", \
        "does not know RSET") \
    row(POP3_MINIMUM_2, "pop3-minimum.2", "pop3/minimum", \
        "answers -ERR to QUIT before the login") \
    row(POP3_WRONG_STATE, "pop3-wrong-state", "pop3/wrong-state", \
        "carries out commands in states where they are not allowed") \
    row(POP3_WRONG_STATE_2, "pop3-wrong-state.2", "pop3/wrong-state", \
        "takes USER behind the login") \
    row(POP3_KEYWORD_CASE, "pop3-keyword-case", "pop3/keyword-case", \
        "takes a keyword with a lower-case letter for an unknown one") \
    row(POP3_KEYWORD_CASE_2, "pop3-keyword-case.2", "pop3/keyword-case", \
        "knows keywords in capitals and in small letters, and in no mixture of them") \
    row(POP3_DELE_MARKS, "pop3-dele-marks", "pop3/dele-marks", \
        "still shows a deleted message in the session that deleted it") \
    row(POP3_DELE_MARKS_2, "pop3-dele-marks.2", "pop3/dele-marks", \
        "goes on counting deleted messages in STAT") \
    row(POP3_RSET_UNMARKS, "pop3-rset-unmarks", "pop3/rset-unmarks", \
        "keeps the marks of deleted messages at RSET") \
    row(POP3_RSET_UNMARKS_2, "pop3-rset-unmarks.2", "pop3/rset-unmarks", \
        "shows deleted messages again behind RSET, and removes them at QUIT all the same") \
    row(POP3_QUIT_DELETES, "pop3-quit-deletes", "pop3/quit-deletes", \
        "does not remove the deleted messages at QUIT") \
    row(POP3_QUIT_DELETES_2, "pop3-quit-deletes.2", "pop3/quit-deletes", \
        "removes with each deleted message the one before it") \
    row(POP3_QUIT_CLOSES, "pop3-quit-closes", "pop3/quit-closes", \
        "answers QUIT and keeps the connection open") \
    row(POP3_QUIT_CLOSES_2, "pop3-quit-closes.2", "pop3/quit-closes", \
        "keeps the connection open behind QUIT before the login") \
    row(POP3_NO_QUIT_KEEPS, "pop3-no-quit-keeps", "pop3/no-quit-keeps", \
        "removes the deleted messages when the connection ends without QUIT") \
    row(POP3_NO_QUIT_KEEPS_2, "pop3-no-quit-keeps.2", "pop3/no-quit-keeps", \
        "removes the deleted messages when the connection ends within a command") \
    row(POP3_UIDL_STABLE, "pop3-uidl-stable", "pop3/uidl-stable", \
        "gives a message another unique-id after each session that ends in QUIT") \
    row(POP3_UIDL_STABLE_2, "pop3-uidl-stable.2", "pop3/uidl-stable", \
        "gives a message another unique-id in each session") \
    row(POP3_UIDL_UNIQUE, "pop3-uidl-unique", "pop3/uidl-unique", \
        "gives the first message the unique-id of the second") \
    row(POP3_UIDL_UNIQUE_2, "pop3-uidl-unique.2", "pop3/uidl-unique", \
        "gives the third message the unique-id of the first") \
    row(POP3_LIST_MATCHES_STAT, "pop3-list-matches-stat", "pop3/list-matches-stat", \
        "leaves the last message out of LIST") \
    row(POP3_LIST_MATCHES_STAT_2, "pop3-list-matches-stat.2", "pop3/list-matches-stat", \
        "tells one octet too many in STAT") \
    row(POP3_TOP_LINES, "pop3-top-lines", "pop3/top-lines", \
        "sends one line of the body too many in TOP") \
    row(POP3_TOP_LINES_2, "pop3-top-lines.2", "pop3/top-lines", \
        "sends the whole message in TOP where no line of the body is asked for") \
    row(POP3_EXCLUSIVE_LOCK, "pop3-exclusive-lock", "pop3/exclusive-lock", \
        "opens a maildrop that another session has open") \
    row(POP3_NO_SUCH_MESSAGE, "pop3-no-such-message", "pop3/no-such-message", \
        "answers +OK for message numbers up to a hundred more than the maildrop has") \
    row(POP3_NO_SUCH_MESSAGE_2, "pop3-no-such-message.2", "pop3/no-such-message", \
        "answers +OK for the message number 0") \
    row(POP3_BAD_LOGIN, "pop3-bad-login", "pop3/bad-login", \
        "opens the maildrop with a wrong secret") \
    row(POP3_BAD_LOGIN_2, "pop3-bad-login.2", "pop3/bad-login", \
        "answers -ERR to a wrong secret and opens the maildrop") \
    row(POP3_RETR_CONTENT, "pop3-retr-content", "pop3/retr-content", \
        "changes the first letter of the third line of the body in RETR") \
    row(POP3_RETR_CONTENT_2, "pop3-retr-content.2", "pop3/retr-content", \
        "begins the name of the To field in a small letter in RETR")

#define FAULT_LIST_POP3_AUTH(row) \
    row(POP3_STLS, "pop3-stls", "pop3/stls", \
        "answers -ERR to STLS, though CAPA has it") \
    row(POP3_STLS_2, "pop3-stls.2", "pop3/stls", \
        "answers +OK to STLS and closes the connection") \
    row(POP3_STLS_STATE, "pop3-stls-state", "pop3/stls-state", \
        "takes STLS behind the login") \
    row(POP3_STLS_STATE_2, "pop3-stls-state.2", "pop3/stls-state", \
        "answers +OK to STLS behind a login inside TLS") \
    row(POP3_STLS_COMMAND_INJECTION, "pop3-stls-command-injection", "pop3/stls-command-injection", \
        "executes inside TLS what the client sent in clear text behind STLS") \
    row(POP3_NO_TEXT_BEFORE_TLS, "pop3-no-text-before-tls", "pop3/no-text-before-tls", \
        "sends a second response in clear text behind the +OK to STLS") \
    row(POP3_NO_TEXT_BEFORE_TLS_2, "pop3-no-text-before-tls.2", "pop3/no-text-before-tls", \
        "sends an empty line in clear text behind the +OK to STLS") \
    row(POP3_AUTH, "pop3-auth", "pop3/auth", \
        "answers +OK to AUTH and does not open the maildrop") \
    row(POP3_AUTH_2, "pop3-auth.2", "pop3/auth", \
        "refuses the right digest of CRAM-MD5") \
    row(POP3_AUTH_CHALLENGE, "pop3-auth-challenge", "pop3/auth-challenge", \
        "puts a text for people into an empty challenge") \
    row(POP3_AUTH_CHALLENGE_2, "pop3-auth-challenge.2", "pop3/auth-challenge", \
        "sends an empty challenge without the blank behind +") \
    row(POP3_AUTH_WITHOUT_INITIAL_RESPONSE, "pop3-auth-without-initial-response", "pop3/auth-without-initial-response", \
        "answers -ERR to AUTH without the initial response that the mechanism may have") \
    row(POP3_AUTH_WITHOUT_INITIAL_RESPONSE_2, "pop3-auth-without-initial-response.2", "pop3/auth-without-initial-response", \
        "refuses the right secret where it comes behind an empty challenge") \
    row(POP3_AUTH_CANCEL, "pop3-auth-cancel", "pop3/auth-cancel", \
        "answers +OK to the response * that cancels") \
    row(POP3_AUTH_CANCEL_2, "pop3-auth-cancel.2", "pop3/auth-cancel", \
        "answers the response * with another challenge") \
    row(POP3_AUTH_TWICE, "pop3-auth-twice", "pop3/auth-twice", \
        "takes AUTH behind the login") \
    row(POP3_AUTH_TWICE_2, "pop3-auth-twice.2", "pop3/auth-twice", \
        "takes AUTH behind USER and PASS") \
    row(POP3_AUTH_UNKNOWN_MECHANISM, "pop3-auth-unknown-mechanism", "pop3/auth-unknown-mechanism", \
        "asks for a response to AUTH with a mechanism that it does not offer, unless TLS is what it lacks") \
    row(POP3_AUTH_UNKNOWN_MECHANISM_2, "pop3-auth-unknown-mechanism.2", "pop3/auth-unknown-mechanism", \
        "answers +OK to AUTH with a mechanism that it does not offer, unless TLS is what it lacks") \
    row(POP3_AUTH_SERVER_FIRST, "pop3-auth-server-first", "pop3/auth-server-first", \
        "passes over an initial response where the server begins") \
    row(POP3_AUTH_SERVER_FIRST_2, "pop3-auth-server-first.2", "pop3/auth-server-first", \
        "answers +OK to an initial response where the server begins, and opens no maildrop") \
    row(POP3_AUTH_BAD_BASE64, "pop3-auth-bad-base64", "pop3/auth-bad-base64", \
        "passes over what is not base64 in a response") \
    row(POP3_AUTH_BAD_BASE64_2, "pop3-auth-bad-base64.2", "pop3/auth-bad-base64", \
        "asks once more where a response is not base64") \
    row(POP3_AUTH_WRONG_SECRET, "pop3-auth-wrong-secret", "pop3/auth-wrong-secret", \
        "lets a client in by AUTH that has a wrong secret") \
    row(POP3_AUTH_WRONG_SECRET_2, "pop3-auth-wrong-secret.2", "pop3/auth-wrong-secret", \
        "lets a client in by CRAM-MD5 that has a wrong secret") \
    row(POP3_AUTH_WRONG_SECRET_3, "pop3-auth-wrong-secret.3", "pop3/auth-wrong-secret", \
        "answers -ERR to AUTH with a wrong secret and opens the maildrop") \
    row(POP3_AUTH_FAILED_FORGOTTEN, "pop3-auth-failed-forgotten", "pop3/auth-failed-forgotten", \
        "does not take USER behind an AUTH that failed") \
    row(POP3_AUTH_FAILED_FORGOTTEN_2, "pop3-auth-failed-forgotten.2", "pop3/auth-failed-forgotten", \
        "takes no PASS behind an AUTH that failed") \
    row(POP3_AUTH_ANY_CASE, "pop3-auth-any-case", "pop3/auth-any-case", \
        "knows mechanisms in capital letters only") \
    row(POP3_AUTH_ANY_CASE_2, "pop3-auth-any-case.2", "pop3/auth-any-case", \
        "knows mechanisms in capitals and in small letters, and in no mixture of them") \
    row(POP3_SASL_AFTER_AUTH, "pop3-sasl-after-auth", "pop3/sasl-after-auth", \
        "leaves SASL out of the response to CAPA behind AUTH") \
    row(POP3_OVER_LONG_COMMAND, "pop3-over-long-command", "pop3/over-long-command", \
        "takes what stands behind 500 octets of a command line for another command") \
    row(POP3_OVER_LONG_COMMAND_2, "pop3-over-long-command.2", "pop3/over-long-command", \
        "refuses a command line that is too long twice") \
    row(POP3_SASL_AFTER_AUTH_2, "pop3-sasl-after-auth.2", "pop3/sasl-after-auth", \
        "says AUTH in place of SASL in the response to CAPA behind AUTH") \
    row(POP3_AUTH_PLAIN_MESSAGE, "pop3-auth-plain-message", "pop3/auth-plain-message", \
        "passes over what stands behind the third NUL of a PLAIN response") \
    row(POP3_AUTH_PLAIN_MESSAGE_2, "pop3-auth-plain-message.2", "pop3/auth-plain-message", \
        "takes a PLAIN response with one NUL for a name and a secret")

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
        "keeps the lock at QUIT; a session that is refused for a lock takes it away") \
    row(POP3_LOCK_RELEASED_2, "pop3-lock-released.2", "pop3/lock-released", \
        "keeps the lock of a maildrop whose secret was wrong until the connection ends") \
    row(POP3_LOSS_RELEASES, "pop3-loss-releases", "pop3/loss-releases", \
        "keeps the lock of a session that ends between commands; a session that is refused for a lock takes it away") \
    row(POP3_LOSS_RELEASES_2, "pop3-loss-releases.2", "pop3/loss-releases", \
        "keeps the lock of a session that ends within a command; a session that is refused for a lock takes it away") \
    row(POP3_CAPABILITIES_BOTH_STATES, "pop3-capabilities-both-states", "pop3/capabilities-both-states", \
        "lists TOP, USER, UIDL and SASL alone in CAPA after login") \
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
    row(POP3_RETR_KEEPS_2, "pop3-retr-keeps.2", "pop3/retr-keeps", \
        "removes what was fetched with RETR when the connection ends within a command") \
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
    row(POP3_PASS_NEEDS_USER_2, "pop3-pass-needs-user.2", "pop3/pass-needs-user", \
        "answers +OK to a PASS behind one that was refused, and opens no maildrop") \
    row(POP3_NOOP_KEEPS_MARKS, "pop3-noop-keeps-marks", "pop3/noop-keeps-marks", \
        "takes the marks of deleted messages away at NOOP") \
    row(POP3_NOOP_KEEPS_MARKS_2, "pop3-noop-keeps-marks.2", "pop3/noop-keeps-marks", \
        "shows deleted messages again behind NOOP, and removes them at QUIT all the same")

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
    row(POP3_RESPONSE_CODE_ANNOUNCED_2, "pop3-response-code-announced.2", "pop3/response-code-announced", \
        "says RESP-CODE in place of RESP-CODES in CAPA") \
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
        "answers -ERR to all that stands behind a SASL response of more than 512 octets") \
    row(POP3_AUTOLOGOUT, "pop3-autologout", "pop3/autologout", \
        "closes the connection when nothing comes for a second behind NOOP") \
    row(POP3_AUTOLOGOUT_2, "pop3-autologout.2", "pop3/autologout", \
        "closes the connection when nothing comes for a second behind TOP") \
    row(POP3_USER_UNTOLD, "pop3-user-untold", "pop3/user-untold", \
        "answers -ERR to USER with a name that nobody has")

#define FAULT_LIST_POP3_LANG(row) \
    row(POP3_LANG_ANSWER, "pop3-lang-answer", "pop3/lang-answer", \
        "answers LANG with a language without the tag") \
    row(POP3_LANG_ANSWER_2, "pop3-lang-answer.2", "pop3/lang-answer", \
        "puts a colon behind the tag in the response to LANG with a language") \
    row(POP3_LANG_LIST, "pop3-lang-list", "pop3/lang-list", \
        "lists languages with an equals sign behind the tag") \
    row(POP3_LANG_LIST_2, "pop3-lang-list.2", "pop3/lang-list", \
        "lists languages with two blanks behind the tag")

#define FAULT_LIST_POP3(row) \
    FAULT_LIST_POP3_OCTETS(row) \
    FAULT_LIST_POP3_STATES(row) \
    FAULT_LIST_POP3_AUTH(row) \
    FAULT_LIST_POP3_SESSION(row) \
    FAULT_LIST_POP3_TOLD(row) \
    FAULT_LIST_POP3_LOGIN(row) \
    FAULT_LIST_POP3_LANG(row)
// clang-format on

#endif
