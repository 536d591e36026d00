/* What the second faults of fault_names_smtp_more.h do, each in the few words that show it. */
#include "fault_effects.h"

#define RCPT_ALICE "RCPT TO:<alice@example.test>\r\n"
#define TO_ALICE   "MAIL FROM:<>\r\n" RCPT_ALICE
#define SENDER_OK  "250 2.1.0 Sender OK\r\n"
#define RCPT_OK    "250 2.1.5 Recipient OK\r\n"
#define GO_ON      "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NO_MAIL    "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
#define NO_RCPT    "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"
#define TAKEN      "250 2.0.0 Message 1 accepted for delivery\r\n"
#define LOGIN      "AUTH PLAIN " ALICE "\r\n"
#define LABEL      "ddddddddd."
#define LABELS_19  TEN(LABEL) LABEL LABEL LABEL LABEL LABEL LABEL LABEL LABEL LABEL
#define LOCAL_63   "lll" TEN("llllll")
#define RECEIVED                                                                                   \
    "Received: from c.example ([127.0.0.1])\r\n\tby mx.example.test (mailspec)\r\n\twith ESMTP "   \
    "id "                                                                                          \
    "1\r\n\tfor <alice@example.test>;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_EHLO_2, SMTP, "EHLO [127.0.0.1]\r\n", "500 Command not recognised\r\n"),
    EFFECT(FAULT_RCPT_WITHOUT_MAIL_2, SMTP, EHLO_IN DELIVER "\r\n.\r\n" RCPT_ALICE, RCPT_OK),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "mail from:<>\r\n", "501 5.5.2 FROM: must stand before the path\r\n"),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT to:<alice@example.test>\r\n", "501 5.5.2 TO: must stand before the path\r\n"),
    EFFECT(FAULT_RSET_CLEARS_2, SMTP, EHLO_IN TO_ALICE "RSET\r\nMAIL FROM:<>\r\nDATA\r\n", OK SENDER_OK GO_ON),
    EFFECT(FAULT_EHLO_CLEARS_2, SMTP, "HELO c\r\nMAIL FROM:<>\r\n" RCPT_ALICE "HELO c\r\nMAIL FROM:<>\r\nDATA\r\n", SENDER_OK GO_ON),
    EFFECT(FAULT_NOOP_KEEPS_STATE_2, SMTP, EHLO_IN TO_ALICE "NOOP\r\nDATA\r\n" RCPT_ALICE, OK NO_RCPT RCPT_OK),
    EFFECT(FAULT_ERROR_KEEPS_STATE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nVRFY x\r\n" RCPT_ALICE, "550 5.1.1 No such user\r\n" NO_MAIL),
    EFFECT(FAULT_QUIT_REPLY_2, SMTP, "NOOP\r\nQUIT\r\n", OK),
    EFFECT(FAULT_QUIT_CLOSES_2, SMTP, EHLO_IN TO_ALICE "QUIT\r\nNOOP\r\n", "closing the connection\r\n" OK),
    EFFECT(FAULT_POSTMASTER_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<postmaster@example.test>\r\nRCPT TO:<Postmaster>\r\n", RCPT_OK "550 5.1.1 No such user\r\n"),
    EFFECT(FAULT_NULL_REVERSE_PATH_2, SMTP, EHLO_IN TO_ALICE, SENDER_OK "550 5.7.1 Bounces are not taken\r\n"),
    EFFECT(FAULT_HELO_2, SMTP, "HELO c\r\n", "250-EXPN\r\n250 HELP\r\n"),
    EFFECT(FAULT_DOT_UNSTUFFING_2, MAILDROP, EHLO_IN DELIVER "\r\n..x\r\n.\r\n", "\r\n...x\r\n.\r\n"),
    EFFECT(FAULT_DOT_UNSTUFFING_2, MAILDROP, EHLO_IN DELIVER "..x\r\n.\r\n", "\r\n...x\r\n.\r\n"),
    EFFECT(FAULT_RECEIVED_KEPT, MAILDROP, EHLO_IN DELIVER "A: b\r\nReceived: c\r\nReceived: d\r\n\r\n.\r\n", "+0000\r\nA: b\r\nReceived: c\r\n\r\n.\r\n"),
    EFFECT(FAULT_CONTENT_KEPT_2, MAILDROP, EHLO_IN DELIVER "\r\na\007\177b\t\r\n.\r\n", "\r\nab\t\r\n.\r\n"),
    EFFECT(FAULT_RECEIVED_ADDED_2, MAILDROP, EHLO_IN DELIVER "A: b\r\n\r\n.\r\n", "\r\nReturn-Path: <a@b.example>\r\nA: b\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_RETURN_PATH_ADDED_2, MAILDROP, EHLO_IN TO_ALICE "DATA\r\n\r\n.\r\n", "octets\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_LOCAL_PART_64_2, MAILDROP, EHLO_IN "MAIL FROM:<" LOCAL_63 "l@b.example>\r\n" RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\nReturn-Path: <" LOCAL_63 "@b.example>\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_PATH_256_2, MAILDROP, EHLO_IN "MAIL FROM:<a@" LABELS_19 LABEL "z>\r\n" RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\nReturn-Path: <a@" LABELS_19 "dddddddd>\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_DOMAIN_255_2, SMTP, "EHLO c\r\nHELO " LABELS_19 LABEL "d\r\n", "501 Domain too long\r\n"),
    EFFECT(FAULT_RECEIVED_FOR_2, MAILDROP, EHLO_IN TO_ALICE RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\n\tfor <alice@example.test>\r\n\tfor <alice@example.test>;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n\r\n.\r\n"),
    EFFECT(FAULT_COMMAND_LINE_512_2, SMTP, "NOOP " TEN(TEN("nnnn")) "n\r\n", "501 5.5.4 Argument too long\r\n"),
    EFFECT(FAULT_TEXT_LINE_1000_2, SMTP, EHLO_IN DELIVER ".." TEN(TEN("tttttttttt")) "\r\n.\r\n", "554 5.6.0 Line too long\r\n"),
    NO_EFFECT(FAULT_TEXT_LINE_1000_2, SMTP, EHLO_IN TO_ALICE "BDAT 1003 LAST\r\n." TEN(TEN("tttttttttt")) "\r\n", TAKEN),
    EFFECT(FAULT_RECIPIENTS_100_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" TEN(TEN(RCPT_ALICE)) "DATA\r\n", "554 5.5.3 Too many recipients\r\n"),
    EFFECT(FAULT_PIPELINING_ORDER_3, SMTP, EHLO_IN TO_ALICE "NOOP\r\n", SENDER_OK OK RCPT_OK),
    EFFECT(FAULT_SIZE_REFUSED_2, SMTP, EHLO_IN "MAIL FROM:<> SIZE=4294967297\r\n", SENDER_OK),
    EFFECT(FAULT_GREETING_CODE_2, SMTP, "", "354 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"),
    EFFECT(FAULT_REPLY_CRLF_2, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_CODE_GRAMMAR_2, SMTP, "HELP QUIT\r\n", "ready\r\n2.0.0 Syntax:\r\n214 2.0.0 QUIT\r\n"),
    EFFECT(FAULT_REPLY_SEPARATOR_2, SMTP, "HELO c\r\n", "\r\n250mx.example.test\r\n"),
    EFFECT(FAULT_MULTILINE_SAME_CODE_2, SMTP, "HELP\r\n", "\r\n211-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT\r\n214 2.0.0 HELP with a verb shows its syntax\r\n"),
    EFFECT(FAULT_MULTILINE_LAST_LINE_2, SMTP, "VRFY bob\r\n", "\r\n250-2.1.5 <bob@example.test>\r\n"),
    EFFECT(FAULT_COMMAND_GETS_REPLY_3, SMTP, "NOOP\r\nEXPN x\r\nNOOP\r\n", "ready\r\n" OK),
    EFFECT(FAULT_ONE_REPLY_PER_COMMAND_3, SMTP, EHLO_IN TO_ALICE RCPT_ALICE "DATA\r\n\r\n.\r\n", TAKEN TAKEN),
    EFFECT(FAULT_EHLO_DOMAIN_2, SMTP, EHLO_IN, "ready\r\n250-\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n"
        "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_CLASS_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\n", "550 4.1.1 No such user\r\n"),
    EFFECT(FAULT_DATA_AFTER_BDAT_2, SMTP, EHLO_IN TO_ALICE "BDAT 0\r\nDATA\r\n", "250 2.0.0 0 octets received\r\n" GO_ON),
    EFFECT(FAULT_BDAT_AFTER_LAST_2, SMTP, EHLO_IN TO_ALICE "BDAT 3\r\nabcBDAT 0 LAST\r\nBDAT 0 LAST\r\n", TAKEN "250 2.0.0 0 octets received\r\n"),
    EFFECT(FAULT_SIZE_NOT_END_2, SMTP, EHLO_IN "MAIL FROM:<> SIZE=5\r\n" RCPT_ALICE "DATA\r\nabcdefNOOP\r\n", "552 5.3.4 Message too large: at most 3000 octets\r\n" OK),
    EFFECT(FAULT_SIZE_ENFORCED_2, SMTP, EHLO_IN TO_ALICE "BDAT 2000\r\n" TEN(TEN(TEN("xx"))) "BDAT 2000 LAST\r\n" TEN(TEN(TEN("xx"))), TAKEN),
    EFFECT(FAULT_DATA_AFTER_BINARYMIME_2, SMTP, EHLO_IN "MAIL FROM:<> BODY=binarymime\r\n" RCPT_ALICE "DATA\r\n", GO_ON),
    EFFECT(FAULT_BINARY_LABEL_ACCEPTED_2, SMTP, EHLO_IN DELIVER "A: b\r\n\r\n--c\r\nContent-Transfer-Encoding: binary\r\n.\r\n", "554 5.6.1 Binary content needs BODY=BINARYMIME\r\n"),
};

/* With TLS and AUTH. */
static const struct effect_row tls_rows[] = {
    EFFECT(FAULT_EHLO_KEYWORD_GRAMMAR_2, SMTP, EHLO_IN, "250-AUTH PLAIN LOGIN CRAM-MD5\r\n250-AUTH=PLAIN LOGIN CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_STARTTLS_2, SMTP, "STARTTLS\r\nNOOP\r\n", "ready\r\n" READY),
    EFFECT(FAULT_STARTTLS_NOT_OFFERED_WITHIN_TLS_2, SMTP, "STARTTLS\r\n" EHLO_IN LOGIN EHLO_IN, "250 STARTTLS\r\n"),
    EFFECT(FAULT_STARTTLS_WITHIN_TLS_2, SMTP, "STARTTLS\r\nRSET\r\nSTARTTLS\r\nNOOP\r\n", OK READY OK),
    NO_EFFECT(FAULT_STARTTLS_WITHIN_TLS_2, SMTP, "RSET\r\nSTARTTLS\r\nSTARTTLS\r\n", OK READY "503 5.5.1 TLS has begun already\r\n"),
    EFFECT(FAULT_TLS_FORGETS_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nSTARTTLS\r\n" RCPT_ALICE "MAIL FROM:<>\r\n", READY NO_MAIL SENDER_OK),
    EFFECT(FAULT_NO_TEXT_BEFORE_TLS_2, SMTP, "STARTTLS\r\n", READY "220 mx.example.test ESMTP\r\n"),
    EFFECT(FAULT_AUTH_2, SMTP, EHLO_IN "AUTH CRAM-MD5\r\nYWxpY2UgNDg4NzJhZWRlZTNiZjBiMjYwNzI5MDAzZGI5NDczMWM=\r\n", REFUSED),
    EFFECT(FAULT_AUTH_CHALLENGE_2, SMTP, EHLO_IN "AUTH LOGIN\r\n", "\n334 Username:\r\n"),
    EFFECT(FAULT_AUTH_WITHOUT_INITIAL_RESPONSE_2, SMTP, EHLO_IN "AUTH PLAIN\r\n" ALICE "\r\n" LOGIN, "334 \r\n" REFUSED YES),
    EFFECT(FAULT_AUTH_CANCEL_2, SMTP, EHLO_IN "AUTH LOGIN\r\n*\r\n", "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n"),
    EFFECT(FAULT_AUTH_TWICE_2, SMTP, EHLO_IN LOGIN "RSET\r\n" LOGIN, YES OK YES),
    EFFECT(FAULT_AUTH_IN_TRANSACTION_2, SMTP, EHLO_IN TO_ALICE LOGIN "DATA\r\n", YES GO_ON),
    EFFECT(FAULT_AUTH_UNKNOWN_MECHANISM_2, SMTP, EHLO_IN "AUTH X\r\n", "\r\n" YES),
    EFFECT(FAULT_AUTH_SERVER_FIRST_2, SMTP, EHLO_IN "AUTH CRAM-MD5 " NAME "\r\n", "\r\n" REFUSED),
    EFFECT(FAULT_AUTH_WRONG_SECRET_2, SMTP, EHLO_IN "AUTH LOGIN\r\n" NAME "\r\n\r\n", "\r\n" YES),
    EFFECT(FAULT_AUTH_ANY_CASE_2, SMTP, EHLO_IN "AUTH login\r\n*\r\nAUTH cram-md5\r\n",
        "501 5.7.0 Authentication cancelled\r\n504 5.5.4 This authentication mechanism is not offered\r\n"),
    EFFECT(FAULT_AUTH_PLAIN_255_2, SMTP, EHLO_IN "AUTH PLAIN\r\n" LONG_NAME LONG_NAME "\r\n", "500 5.5.6 Authentication exchange line is too long\r\n"),
    EFFECT(FAULT_AUTH_PARAMETER_2, SMTP, EHLO_IN "MAIL FROM:<> AUTH=<>\r\nRSET\r\nMAIL FROM:<> AUTH=a@b.example\r\n",
        SENDER_OK OK "501 5.5.4 AUTH must come once, with a value that it allows\r\n"),
};
// clang-format on

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_effect(&rows[i], dialogue_settings());
    }
    for (size_t i = 0; i < sizeof tls_rows / sizeof tls_rows[0]; i++) {
        try_effect(&tls_rows[i], dialogue_settings_of_tls());
    }
}

static bool has_row(enum fault fault)
{
    return effect_is_among(rows, sizeof rows / sizeof rows[0], fault) ||
           effect_is_among(tls_rows, sizeof tls_rows / sizeof tls_rows[0], fault);
}

static void test_each_has_a_row(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        /* One acts on a connection: see test_fake_servers_running_tls.c. */
        bool needs_none = !fault_is_of_more(fault) || fault == FAULT_TLS_COMMAND_INJECTION_2;
        UNIT_ROW(fault_at(fault)->name, needs_none || has_row(fault));
    }
}

static const struct unit_test tests[] = {
    {"effects",        test_effects       },
    {"each has a row", test_each_has_a_row},
};

UNIT_MAIN("fake_servers_fault_second", tests)
