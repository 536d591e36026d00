/*
 * fault_names_smtp_rest - faults of rules about logins, TLS, limits and lists, in the form of fault_names.h, which alone includes this
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_REST_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_SMTP_REST_H

// clang-format off
#define FAULT_LIST_SMTP_REST_AUTH(row) \
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
        "answers 503 to NOOP where a login is wanted before mail") \
    row(RECEIVED_WITH_AUTH, "received-with-auth", "smtp/received-with-auth", \
        "says ESMTP in Received: behind a login in clear text") \
    row(RECEIVED_WITH_AUTH_2, "received-with-auth.2", "smtp/received-with-auth", \
        "says ESMTPS in Received: behind a login inside TLS") \
    row(TLS_REQUIRED, "tls-required", "smtp/tls-required", \
        "answers 550 to MAIL where TLS is wanted first") \
    row(TLS_REQUIRED_2, "tls-required.2", "smtp/tls-required", \
        "answers 503 to NOOP where TLS is wanted first")

#define FAULT_LIST_SMTP_REST_SESSION(row) \
    row(REFUSED_GREETING_WAITS, "refused-greeting-waits", "smtp/refused-greeting-waits", \
        "closes the connection right behind a greeting that refuses") \
    row(REFUSED_GREETING_WAITS_2, "refused-greeting-waits.2", "smtp/refused-greeting-waits", \
        "closes the connection at the first command behind a greeting that refuses") \
    row(REFUSED_GREETING_503, "refused-greeting-503", "smtp/refused-greeting-503", \
        "answers 550 to commands behind a greeting that refuses") \
    row(REFUSED_GREETING_503_2, "refused-greeting-503.2", "smtp/refused-greeting-503", \
        "takes EHLO behind a greeting that refuses") \
    row(BINARYMIME_WITH_CHUNKING, "binarymime-with-chunking", "smtp/binarymime-with-chunking", \
        "leaves CHUNKING out of the reply to EHLO outside TLS, and not BINARYMIME") \
    row(BINARYMIME_WITH_CHUNKING_2, "binarymime-with-chunking.2", "smtp/binarymime-with-chunking", \
        "leaves CHUNKING out of the reply to EHLO inside TLS, and not BINARYMIME") \
    row(SIZE_PROMISED, "size-promised", "smtp/size-promised", \
        "answers 552 to a message of more than 20000 octets whose size was declared") \
    row(NO_RECIPIENTS_NO_MAIL, "no-recipients-no-mail", "smtp/no-recipients-no-mail", \
        "delivers to the first user what it was sent without a recipient") \
    row(NO_RECIPIENTS_NO_MAIL_2, "no-recipients-no-mail.2", "smtp/no-recipients-no-mail", \
        "tells the reverse-path that there was no recipient") \
    row(NO_NOTICE_FOR_NOTICE, "no-notice-for-notice", "smtp/no-notice-for-notice", \
        "sends a notice to the address in From: where the reverse-path is null") \
    row(NO_NOTICE_FOR_NOTICE_2, "no-notice-for-notice.2", "smtp/no-notice-for-notice", \
        "sends a notice to the address in Errors-To: where the reverse-path is null") \
    row(TWO_TRANSACTIONS, "two-transactions", "smtp/two-transactions", \
        "answers 503 to RCPT while another session has a transaction with the same reverse-path")

#define FAULT_LIST_SMTP_REST_LISTS(row) \
    row(LIST_EXPANSION, "list-expansion", "smtp/list-expansion", \
        "keeps the sender in the reverse-path of what a list sends on") \
    row(LIST_EXPANSION_2, "list-expansion.2", "smtp/list-expansion", \
        "puts the list into From: of what it sends on") \
    row(LIST_WHOLE, "list-whole", "smtp/list-whole", \
        "leaves the sender out of the members to whom a list sends")

#define FAULT_LIST_SMTP_REST_LIMITS(row) \
    row(BEYOND_LIMITS, "beyond-limits", "smtp/beyond-limits", \
        "keeps the mail transaction at RSET where the local part of MAIL has more than 64 octets") \
    row(BEYOND_LIMITS_2, "beyond-limits.2", "smtp/beyond-limits", \
        "keeps 64 octets of a local part of MAIL that has more") \
    row(TOO_MANY_RECIPIENTS, "too-many-recipients", "smtp/too-many-recipients", \
        "answers 552 to the 101st recipient") \
    row(RCPT_ARGUMENT, "rcpt-argument", "smtp/rcpt-argument", \
        "takes RCPT TO: without a path for the postmaster") \
    row(RCPT_ARGUMENT_2, "rcpt-argument.2", "smtp/rcpt-argument", \
        "takes the null path in RCPT for the postmaster") \
    row(PARAMETER_VALUE, "parameter-value", "smtp/parameter-value", \
        "passes over SIZE and BODY in MAIL with a value that they cannot have") \
    row(SOURCE_ROUTE_IGNORED, "source-route-ignored", "smtp/source-route-ignored", \
        "sends mail for a recipient with a source route to the first host of it, where it is lost") \
    row(BDAT_3, "bdat.3", "smtp/bdat", \
        "keeps of a message in chunks what stands before a line with one dot") \
    row(BDAT_OCTETS_3, "bdat-octets.3", "smtp/bdat-octets", \
        "takes a dot between two bare LF of a chunk for the end of the message")

#define FAULT_LIST_SMTP_REST(row) \
    FAULT_LIST_SMTP_REST_LIMITS(row) \
    FAULT_LIST_SMTP_REST_LISTS(row) \
    FAULT_LIST_SMTP_REST_AUTH(row) \
    FAULT_LIST_SMTP_REST_SESSION(row)
// clang-format on

#endif
