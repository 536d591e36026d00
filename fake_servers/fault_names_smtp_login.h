/*
 * fault_names_smtp_login - faults of SMTP and LMTP in STARTTLS and AUTH
 *
 * In the form of fault_names.h, which alone includes this.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_LOGIN_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_LOGIN_H

// clang-format off
#define FAULT_LIST_SMTP_TLS(row) \
    row(STARTTLS, "starttls", "smtp/starttls", \
        "misses a parameter of STARTTLS, answers 501, and begins no TLS") \
    row(STARTTLS_2, "starttls.2", "smtp/starttls", \
        "answers 220 to STARTTLS and closes the connection") \
    row(STARTTLS_PARAMETER, "starttls-parameter", "smtp/starttls-parameter", \
        "takes STARTTLS with a parameter") \
    row(STARTTLS_NOT_OFFERED_WITHIN_TLS, "starttls-not-offered-within-tls", "smtp/starttls-not-offered-within-tls", \
        "offers STARTTLS in the reply to EHLO inside TLS") \
    row(STARTTLS_NOT_OFFERED_WITHIN_TLS_2, "starttls-not-offered-within-tls.2", "smtp/starttls-not-offered-within-tls", \
        "offers STARTTLS inside TLS behind a login") \
    row(STARTTLS_WITHIN_TLS, "starttls-within-tls", "smtp/starttls-within-tls", \
        "answers 220 to STARTTLS inside TLS") \
    row(STARTTLS_WITHIN_TLS_2, "starttls-within-tls.2", "smtp/starttls-within-tls", \
        "forgets at RSET that TLS is active, and answers 220 to STARTTLS") \
    row(TLS_FORGETS, "tls-forgets", "smtp/tls-forgets", \
        "knows inside TLS what the client has said before") \
    row(TLS_FORGETS_2, "tls-forgets.2", "smtp/tls-forgets", \
        "knows inside TLS by what name the client has greeted before") \
    row(TLS_COMMAND_INJECTION, "tls-command-injection", "smtp/tls-command-injection", \
        "executes inside TLS what the client sent in clear text behind STARTTLS") \
    row(TLS_COMMAND_INJECTION_2, "tls-command-injection.2", "smtp/tls-command-injection", \
        "puts the part of a line that the client sent in clear text behind STARTTLS before its first line inside TLS") \
    row(NO_TEXT_BEFORE_TLS, "no-text-before-tls", "smtp/no-text-before-tls", \
        "sends a second reply in clear text behind the 220 to STARTTLS") \
    row(NO_TEXT_BEFORE_TLS_2, "no-text-before-tls.2", "smtp/no-text-before-tls", \
        "greets anew in clear text behind the 220 to STARTTLS") \
    row(TLS_REQUIRED, "tls-required", "smtp/tls-required", \
        "answers 550 to MAIL where TLS is wanted first") \
    row(TLS_REQUIRED_2, "tls-required.2", "smtp/tls-required", \
        "answers 503 to NOOP where TLS is wanted first")

#define FAULT_LIST_SMTP_AUTH(row) \
    row(AUTH, "auth", "smtp/auth", \
        "refuses a login by AUTH whose secret is right") \
    row(AUTH_2, "auth.2", "smtp/auth", \
        "refuses the right digest of CRAM-MD5") \
    row(AUTH_CHALLENGE, "auth-challenge", "smtp/auth-challenge", \
        "puts a text for people into an empty challenge") \
    row(AUTH_CHALLENGE_2, "auth-challenge.2", "smtp/auth-challenge", \
        "sends a challenge that is not empty as it is, without base64") \
    row(AUTH_EMPTY_CHALLENGE, "auth-empty-challenge", "smtp/auth-empty-challenge", \
        "sends an empty challenge without the blank behind 334") \
    row(AUTH_WITHOUT_INITIAL_RESPONSE, "auth-without-initial-response", "smtp/auth-without-initial-response", \
        "answers 501 to AUTH without the initial response that the mechanism may have") \
    row(AUTH_WITHOUT_INITIAL_RESPONSE_2, "auth-without-initial-response.2", "smtp/auth-without-initial-response", \
        "refuses the right secret where it comes behind an empty challenge") \
    row(AUTH_ENHANCED_CODE, "auth-enhanced-code", "smtp/auth-enhanced-code", \
        "answers 535 with the enhanced status code 5.7.0") \
    row(AUTH_CANCEL, "auth-cancel", "smtp/auth-cancel", \
        "answers 535 to the response * that cancels") \
    row(AUTH_CANCEL_2, "auth-cancel.2", "smtp/auth-cancel", \
        "takes the response * for a name in LOGIN, and asks for the password") \
    row(AUTH_TWICE, "auth-twice", "smtp/auth-twice", \
        "takes a second AUTH behind one that succeeded") \
    row(AUTH_TWICE_2, "auth-twice.2", "smtp/auth-twice", \
        "forgets the login at RSET, and takes another one") \
    row(AUTH_IN_TRANSACTION, "auth-in-transaction", "smtp/auth-in-transaction", \
        "takes AUTH in a mail transaction") \
    row(AUTH_IN_TRANSACTION_2, "auth-in-transaction.2", "smtp/auth-in-transaction", \
        "takes AUTH behind RCPT") \
    row(AUTH_UNKNOWN_MECHANISM, "auth-unknown-mechanism", "smtp/auth-unknown-mechanism", \
        "takes a mechanism that it does not know for PLAIN") \
    row(AUTH_UNKNOWN_MECHANISM_2, "auth-unknown-mechanism.2", "smtp/auth-unknown-mechanism", \
        "answers 235 to AUTH with a mechanism that it does not offer, unless TLS is what it lacks") \
    row(AUTH_SERVER_FIRST, "auth-server-first", "smtp/auth-server-first", \
        "passes over an initial response where the server begins") \
    row(AUTH_SERVER_FIRST_2, "auth-server-first.2", "smtp/auth-server-first", \
        "takes an initial response for the answer to a challenge that it has not sent, and answers 535") \
    row(AUTH_BAD_BASE64, "auth-bad-base64", "smtp/auth-bad-base64", \
        "passes over what is not base64 in a response") \
    row(AUTH_BAD_BASE64_2, "auth-bad-base64.2", "smtp/auth-bad-base64", \
        "answers 535 to a response that is not base64") \
    row(AUTH_WRONG_SECRET, "auth-wrong-secret", "smtp/auth-wrong-secret", \
        "lets a client in that has a wrong secret") \
    row(AUTH_WRONG_SECRET_2, "auth-wrong-secret.2", "smtp/auth-wrong-secret", \
        "lets a client in by LOGIN that sends an empty secret") \
    row(AUTH_REFUSAL_CODE, "auth-refusal-code", "smtp/auth-refusal-code", \
        "answers 550 to a wrong secret") \
    row(AUTH_ANY_CASE, "auth-any-case", "smtp/auth-any-case", \
        "knows mechanisms in capital letters only") \
    row(AUTH_ANY_CASE_2, "auth-any-case.2", "smtp/auth-any-case", \
        "knows CRAM-MD5 in capital letters only") \
    row(AUTH_THREE_ATTEMPTS, "auth-three-attempts", "smtp/auth-three-attempts", \
        "closes the connection behind the second AUTH that fails") \
    row(AUTH_PLAIN_255, "auth-plain-255", "smtp/auth-plain-255", \
        "answers 501 to PLAIN with an identity or secret of more than 100 octets") \
    row(AUTH_PLAIN_255_2, "auth-plain-255.2", "smtp/auth-plain-255", \
        "answers 500 to a response of more than 512 octets") \
    row(AUTH_PARAMETER, "auth-parameter", "smtp/auth-parameter", \
        "answers 555 to AUTH= in MAIL before a login") \
    row(AUTH_PARAMETER_2, "auth-parameter.2", "smtp/auth-parameter", \
        "answers 501 to a mailbox behind AUTH= in MAIL before a login") \
    row(AUTH_OFFERED_IS_ALLOWED, "auth-offered-is-allowed", "smtp/auth-offered-is-allowed", \
        "answers 538 to AUTH PLAIN before TLS, though it offers it") \
    row(AUTH_501_CODES, "auth-501-codes", "smtp/auth-501-codes", \
        "answers 501 5.5.4 to an initial response where the mechanism begins with a challenge") \
    row(AUTH_501_CODES_2, "auth-501-codes.2", "smtp/auth-501-codes", \
        "answers 501 5.7.8 to a response that is not base64") \
    row(AUTH_500_CODE, "auth-500-code", "smtp/auth-500-code", \
        "answers 500 5.5.2 to a response that is too long") \
    row(AUTH_RESPONSE_TOO_LONG, "auth-response-too-long", "smtp/auth-response-too-long", \
        "asks for another response behind one that is too long") \
    row(AUTH_RESPONSE_TOO_LONG_2, "auth-response-too-long.2", "smtp/auth-response-too-long", \
        "takes the command behind a response that is too long for another response") \
    row(AUTH_MECHANISM_NAMES, "auth-mechanism-names", "smtp/auth-mechanism-names", \
        "separates the mechanisms of AUTH by commas") \
    row(AUTH_MECHANISM_NAMES_2, "auth-mechanism-names.2", "smtp/auth-mechanism-names", \
        "lists a mechanism with a name of 23 octets") \
    row(AUTH_PARAMETER_LENGTH, "auth-parameter-length", "smtp/auth-parameter-length", \
        "takes no MAIL of more than 512 octets") \
    row(AUTH_PARAMETER_LENGTH_2, "auth-parameter-length.2", "smtp/auth-parameter-length", \
        "takes no AUTH= with a value of more than 255 octets") \
    row(AUTH_REQUIRED_CODE, "auth-required-code", "smtp/auth-required-code", \
        "answers 550 to MAIL where a login is wanted first") \
    row(AUTH_REQUIRED_CODE_2, "auth-required-code.2", "smtp/auth-required-code", \
        "answers 503 to NOOP where a login is wanted before mail")

#define FAULT_LIST_SMTP_PLAIN(row) \
    row(AUTH_IDENTITY, "auth-identity", "smtp/auth-identity", \
        "lets a client act as any user by PLAIN that has proved to be another") \
    row(AUTH_IDENTITY_2, "auth-identity.2", "smtp/auth-identity", \
        "takes an identity to act as of which SASLprep leaves nothing for none") \
    row(AUTH_PLAIN_MESSAGE, "auth-plain-message", "smtp/auth-plain-message", \
        "passes over what stands behind the third NUL of a PLAIN response") \
    row(AUTH_PLAIN_MESSAGE_2, "auth-plain-message.2", "smtp/auth-plain-message", \
        "takes a PLAIN response with one NUL for a name and a secret")

#define FAULT_LIST_SMTP_LOGIN(row) \
    FAULT_LIST_SMTP_TLS(row) \
    FAULT_LIST_SMTP_AUTH(row) \
    FAULT_LIST_SMTP_PLAIN(row)
// clang-format on

#endif
