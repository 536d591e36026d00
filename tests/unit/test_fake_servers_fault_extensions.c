/* What the faults in extensions do, each in the few words that show it: what EHLO offers, sizes, chunks, pipelining, TLS, enhanced status codes, DSN, SMTPUTF8, LMTP. */
#include "fault_long_run.h"

#define LHLO_IN "LHLO c.example\r\n"
#define MORE_OFFERS                                                                                \
    "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define BAD(k) "501 5.5.4 " k " must come once, with a value that it allows\r\n"
#define FIRST  "Begin TLS first, by STARTTLS\r\n"
#define NO_CHUNKS                                                                                  \
    "250-SIZE "                                                                                    \
    "3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n250-"    \
    "DSN\r\n250-VRFY\r\n250-EXPN\r\n250-HELP\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_ENHANCED_CODE_CLASS, SMTP, "VRFY bob\r\n", "250 5.1.5 <bob@example.test>\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_CLASS, SMTP, "VRFY who\r\n", "550 2.1.1 No such user\r\n"),
    EFFECT(FAULT_PIPELINING_ORDER, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\nRCPT TO:<bob@example.test>\r\nRSET\r\n",
        "250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n550 5.1.1 No such user\r\n" OK),
    EFFECT(FAULT_PIPELINING_ORDER_2, SMTP, EHLO_IN DELIVER "x\r\n.\r\nMAIL FROM:<>\r\nRSET\r\n", "250 2.0.0 Message 1 accepted for delivery\r\n503 5.5.1 Bad sequence of commands: a message is being stored\r\n" OK),
    EFFECT(FAULT_PIPELINING_ORDER_3, SMTP, EHLO_IN TO_ALICE "NOOP\r\n", SENDER OK RCPT),
    EFFECT(FAULT_SIZE_REFUSED_2, SMTP, EHLO_IN "MAIL FROM:<> SIZE=4294967297\r\n", SENDER),
    EFFECT(FAULT_ENHANCED_CODE_CLASS_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\n", "550 4.1.1 No such user\r\n"),
    EFFECT(FAULT_DATA_AFTER_BDAT_2, SMTP, EHLO_IN TO_ALICE "BDAT 0\r\nDATA\r\n", "250 2.0.0 0 octets received\r\n" GO_ON),
    EFFECT(FAULT_BDAT_ARGUMENT, SMTP, EHLO_IN TO_ALICE "BDAT x\r\nBDAT -1\r\n", "501 5.5.4 Syntax: BDAT octets [LAST]\r\n250 2.0.0 0 octets received\r\n"),
    EFFECT(FAULT_BDAT_OCTETS, SMTP, EHLO_IN TO_ALICE "BDAT 6\r\n\r\na\r\n.BDAT 8 LAST\r\n\r\nNOOP\r\n", TAKEN OK),
    EFFECT(FAULT_BDAT_OCTETS_3, SMTP, EHLO_IN TO_ALICE "BDAT 12 LAST\r\n\r\na\n.\nNOOP\r\n", TAKEN OK),
    NO_EFFECT(FAULT_BDAT_OCTETS_3, SMTP, EHLO_IN TO_ALICE "BDAT 11 LAST\r\n\r\n.\r\nNOOP\r\n", TAKEN),
    EFFECT(FAULT_BDAT_AFTER_LAST_2, SMTP, EHLO_IN TO_ALICE "BDAT 3\r\nabcBDAT 0 LAST\r\nBDAT 0 LAST\r\n", TAKEN "250 2.0.0 0 octets received\r\n"),
    EFFECT(FAULT_SIZE_NOT_END_2, SMTP, EHLO_IN "MAIL FROM:<> SIZE=5\r\n" RCPT_ALICE "DATA\r\nabcdefNOOP\r\n", "552 5.3.4 Message too large: at most 3000 octets\r\n" OK),
    EFFECT(FAULT_SIZE_ENFORCED_2, SMTP, EHLO_IN TO_ALICE "BDAT 2000\r\n" TEN(TEN(TEN("xx"))) "BDAT 2000 LAST\r\n" TEN(TEN(TEN("xx"))), TAKEN),
    EFFECT(FAULT_DATA_AFTER_BINARYMIME_2, SMTP, EHLO_IN "MAIL FROM:<> BODY=binarymime\r\n" RCPT_ALICE "DATA\r\n", GO_ON),
    EFFECT(FAULT_BINARY_LABEL_ACCEPTED_2, SMTP, EHLO_IN DELIVER "A: b\r\n\r\n--c\r\nContent-Transfer-Encoding: binary\r\n.\r\n", "554 5.6.1 Binary content needs BODY=BINARYMIME\r\n"),
    EFFECT(FAULT_ENHANCED_CODE, SMTP, "RSET\r\nNOOP\r\n", OK "250 OK\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_2, SMTP, EHLO_IN "MAIL x\r\nNOOP\r\n", "501 FROM: or TO: must stand before the path\r\n" OK),
    EFFECT(FAULT_ENHANCED_CODE_SYNTAX, SMTP, "RSET\r\nNOOP\r\n", OK "250 2.0.00 OK\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_SYNTAX_2, SMTP, "HELP QUIT\r\n", "214-1.0.0 Syntax:\r\n214 1.0.0 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_LINES, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\r\n214 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_LINES_2, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\r\n214 2.1.0 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_REGISTERED, SMTP, "RSET\r\nNOOP\r\n", OK "250 2.9.1 OK\r\n"),
    EFFECT(FAULT_OFFERS_PIPELINING, SMTP, EHLO_IN, "\r\n250-mx.example.test\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_OFFERS_SIZE, SMTP, EHLO_IN, "\r\n250-mx.example.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_LMTP_HELLO, LMTP, "HELO c\r\nEHLO c\r\n", "250 HELP\r\n"),
    EFFECT(FAULT_LMTP_HELLO_2, LMTP, "EHLO c\r\nHELO c\r\n", "500 5.5.1 Command not recognised\r\n250 mx.example.test\r\n"),
    EFFECT(FAULT_LMTP_DATA_WITHOUT_RCPT, LMTP, LHLO_IN "MAIL FROM:<>\r\nDATA\r\n", SENDER GO_ON),
    EFFECT(FAULT_LMTP_DATA_WITHOUT_RCPT_2, LMTP, LHLO_IN "MAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\nDATA\r\n", SENDER NOBODY GO_ON),
    EFFECT(FAULT_LMTP_EXTENSIONS, LMTP, LHLO_IN, "250-mx.example.test\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_LMTP_EXTENSIONS_2, LMTP, LHLO_IN, "250-SIZE 3000\r\n250-8BITMIME\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_COMMAND_GETS_REPLY_2, LMTP, LHLO_IN FROM("SIZE=1") TO("NOTIFY=NEVER") TO("NOTIFY=NEVER") "RCPT TO:<bob@example.test>\r\nDATA\r\n.\r\n", RCPT GO_ON TAKEN TAKEN),
    EFFECT(FAULT_ONE_REPLY_PER_COMMAND_2, LMTP, LHLO_IN FROM("SIZE=1") TO("NOTIFY=NEVER") "RCPT TO:<who@example.test>\r\nDATA\r\n.\r\n", NOBODY GO_ON TAKEN NOBODY),
    EFFECT(FAULT_UTF8_WITH_8BITMIME, SMTP, EHLO_IN, "250-SIZE 3000\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_UTF8_WITH_8BITMIME, SMTP, EHLO_IN "MAIL FROM:<>\r\n" EHLO_IN, "250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_UTF8_PARAMETER, SMTP, EHLO_IN "MAIL FROM:<> SMTPUTF8\r\n", "555 5.5.4 Parameter of MAIL not recognised\r\n"),
    EFFECT(FAULT_UTF8_PARAMETER_2, SMTP, EHLO_IN "MAIL FROM:<> smtputf8\r\nMAIL FROM:<> SMTPUTF8\r\n", "555 5.5.4 Parameter of MAIL not recognised\r\n" SENDER),
    EFFECT(FAULT_UTF8_VALUE, SMTP, EHLO_IN "MAIL FROM:<\xC3\xB6@b.example> SMTPUTF8=1\r\n", SENDER),
    EFFECT(FAULT_UTF8_VALUE_2, SMTP, EHLO_IN "MAIL FROM:<\xC3\xB6@b.example> SMTPUTF8=1\r\nMAIL FROM:<> SMTPUTF8=1\r\n", "550 5.6.7 The address needs the parameter SMTPUTF8\r\n" SENDER),
    EFFECT(FAULT_UTF8_ADDRESS, SMTP, EHLO_IN "MAIL FROM:<\xC3\xB6@b.example> SMTPUTF8\r\nMAIL FROM:<a@\xC3\xB6.example> SMTPUTF8\r\nRCPT TO:<\xC3\xB6@example.test>\r\n",
        "553 5.6.7 The local-part holds an octet above 127\r\n" SENDER "553 5.6.7 The local-part holds an octet above 127\r\n"),
    EFFECT(FAULT_UTF8_ADDRESS_2, SMTP, EHLO_IN "MAIL FROM:<a@\xC3\xB6.example> SMTPUTF8\r\nMAIL FROM:<\xC3\xB6@b.example> SMTPUTF8\r\n", "501 5.1.3 The domain is malformed\r\n" SENDER),
    EFFECT(FAULT_UTF8_REFUSAL_CODE, SMTP, EHLO_IN "MAIL FROM:<\xC3\xB6@b.example>\r\nMAIL FROM:<>\r\nRCPT TO:<\xC3\xB6@example.test>\r\n",
        "501 5.6.7 The address needs the parameter SMTPUTF8\r\n" SENDER "501 5.6.7 The address needs the parameter SMTPUTF8 of MAIL\r\n"),
    EFFECT(FAULT_UTF8_VRFY, SMTP, EHLO_IN "VRFY bob SMTPUTF8\r\nVRFY bob\r\n", "501 5.5.4 There may be no parameter\r\n250 2.1.5 <bob@example.test>\r\n"),
    EFFECT(FAULT_UTF8_VRFY_2, SMTP, EHLO_IN "VRFY bob SMTPUTF8\r\nVRFY bob\r\n", "550 5.1.1 No such user\r\n250 2.1.5 <bob@example.test>\r\n"),
    EFFECT(FAULT_DSN_PARAMETERS, SMTP, EHLO_IN FROM("RET=HDRS") FROM("RET=FULL"), BAD("RET") SENDER),
    EFFECT(FAULT_DSN_PARAMETERS_2, SMTP, EHLO_IN FROM("RET=FULL") TO("NOTIFY=Never") TO("NOTIFY=NEVER"), BAD("NOTIFY") RCPT),
    EFFECT(FAULT_DSN_MAIL_VALUE, SMTP, EHLO_IN FROM("ENVID=x+") FROM("RET=ALL"), BAD("ENVID") SENDER),
    EFFECT(FAULT_DSN_MAIL_VALUE_2, SMTP, EHLO_IN FROM("RET=ALL") FROM("ENVID=+x.y"), BAD("RET") SENDER),
    EFFECT(FAULT_DSN_RCPT_VALUE, SMTP, EHLO_IN FROM("RET=FULL") TO("ORCPT=x") TO("NOTIFY=OFTEN") TO("NOTIFY=DELAY,NEVER"), BAD("ORCPT") RCPT RCPT),
    EFFECT(FAULT_DSN_RCPT_VALUE_2, SMTP, EHLO_IN FROM("RET=FULL") TO("NOTIFY=OFTEN") TO("ORCPT=x") TO("ORCPT=rfc822;+x"), BAD("NOTIFY") RCPT RCPT),
    EFFECT(FAULT_DSN_ONCE, SMTP, EHLO_IN FROM("RET=FULL RET=FULL") TO("ORCPT=x;x ORCPT=x;x"), SENDER RCPT),
    EFFECT(FAULT_DSN_LIMITS, SMTP, EHLO_IN FROM("ENVID=" TEN("12345678") "9") FROM("ENVID=" TEN("12345678")), BAD("ENVID") SENDER),
    EFFECT(FAULT_DSN_LIMITS_2, SMTP, EHLO_IN FROM("RET=FULL") TO("ORCPT=x;" TEN(TEN("1234"))) TO("NOTIFY=NEVER"), BAD("ORCPT") RCPT),
};

/* With TLS and AUTH. */
static const struct effect_row tls_rows[] = {
    EFFECT(FAULT_STARTTLS, SMTP, EHLO_IN "STARTTLS\r\nNOOP\r\n", "501 5.5.4 A parameter is missing\r\n" OK),
    EFFECT(FAULT_STARTTLS_PARAMETER, SMTP, EHLO_IN "STARTTLS now\r\nMAIL FROM:<>\r\n", READY NO_EHLO),
    EFFECT(FAULT_STARTTLS_NOT_OFFERED_WITHIN_TLS, SMTP, "STARTTLS\r\n" EHLO_IN, "250 STARTTLS\r\n"),
    EFFECT(FAULT_STARTTLS_WITHIN_TLS, SMTP, "STARTTLS\r\nSTARTTLS\r\nNOOP\r\n", READY READY OK),
    EFFECT(FAULT_TLS_FORGETS, SMTP, EHLO_IN "MAIL FROM:<>\r\nSTARTTLS\r\nRCPT TO:<bob@example.test>\r\n", READY "250 2.1.5 Recipient OK\r\n"),
    EFFECT(FAULT_NO_TEXT_BEFORE_TLS, SMTP, "STARTTLS\r\n", READY OK),
    EFFECT(FAULT_EHLO_KEYWORD_GRAMMAR_2, SMTP, EHLO_IN, "250-AUTH PLAIN LOGIN CRAM-MD5\r\n250-AUTH=PLAIN LOGIN CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_STARTTLS_2, SMTP, "STARTTLS\r\nNOOP\r\n", "ready\r\n" READY),
    EFFECT(FAULT_STARTTLS_NOT_OFFERED_WITHIN_TLS_2, SMTP, "STARTTLS\r\n" EHLO_IN LOGIN EHLO_IN, "250 STARTTLS\r\n"),
    EFFECT(FAULT_STARTTLS_WITHIN_TLS_2, SMTP, "STARTTLS\r\nRSET\r\nSTARTTLS\r\nNOOP\r\n", OK READY OK),
    NO_EFFECT(FAULT_STARTTLS_WITHIN_TLS_2, SMTP, "RSET\r\nSTARTTLS\r\nSTARTTLS\r\n", OK READY "503 5.5.1 TLS has begun already\r\n"),
    EFFECT(FAULT_TLS_FORGETS_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nSTARTTLS\r\n" RCPT_ALICE "MAIL FROM:<>\r\n", READY NO_MAIL SENDER),
    EFFECT(FAULT_NO_TEXT_BEFORE_TLS_2, SMTP, "STARTTLS\r\n", READY "220 mx.example.test ESMTP\r\n"),
};

/* Each with what it needs to show: see effect_settings_for(). */
static const struct effect_row set_rows[] = {
    EFFECT(FAULT_BINARYMIME_WITH_CHUNKING, SMTP, EHLO_IN, NO_CHUNKS "250-AUTH PLAIN LOGIN CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_BINARYMIME_WITH_CHUNKING_2, SMTP, EHLO_IN SECURE, NO_CHUNKS "250 AUTH PLAIN LOGIN CRAM-MD5\r\n"),
    EFFECT(FAULT_TLS_REQUIRED, SMTP, EHLO_IN "NOOP\r\nRSET\r\nMAIL FROM:<>\r\n", OK "530 5.7.0 " FIRST "550 5.7.1 " FIRST),
    EFFECT(FAULT_TLS_REQUIRED_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\nSTARTTLS\r\nNOOP\r\n", "530 5.7.0 " FIRST "503 5.5.1 Bad sequence of commands: STARTTLS comes next\r\n" READY OK),
};

/* With a great many octets in the middle. */
static const struct long_row long_rows[] = {
    {EFFECT(FAULT_SIZE_PROMISED, SMTP, "\r\n.\r\nNOOP\r\n", GO_ON "552 5.3.4 Message too large\r\n" OK), EHLO_IN "MAIL FROM:<> SIZE=30000\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n", 20001},
};
// clang-format on

static const struct effect_table tables[] = {EFFECT_TABLE(rows, effect_plain),
                                             EFFECT_TABLE(tls_rows, effect_of_tls),
                                             EFFECT_TABLE(set_rows, effect_settings_for)};

static void test_effects(void)
{
    try_tables(tables, sizeof tables / sizeof tables[0]);
}

static void test_long(void)
{
    try_long_rows(long_rows, sizeof long_rows / sizeof long_rows[0]);
}

static bool has_row(enum fault fault)
{
    return effect_is_in_tables(tables, sizeof tables / sizeof tables[0], fault) ||
           effect_is_among_long(long_rows, sizeof long_rows / sizeof long_rows[0], fault);
}

static void test_each_shows(void)
{
    effect_check_all(OF_EXTENSIONS, has_row);
}

static const struct unit_test tests[] = {
    {"effects",    test_effects   },
    {"long lines", test_long      },
    {"each shows", test_each_shows},
};

UNIT_MAIN("fake_servers_fault_extensions", tests)
