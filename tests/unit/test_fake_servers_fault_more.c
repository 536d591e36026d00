/* What the faults in extensions do: enhanced status codes, DSN, SMTPUTF8, LMTP, PLAIN, LANG. */
#include "fault_effects.h"

#define LHLO_IN "LHLO c.example\r\n"
#define GO      "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NOBODY  "550 5.1.1 No such user\r\n"
#define TAKEN   "250 2.0.0 Message 1 accepted for delivery\r\n"
#define SENDER  "250 2.1.0 Sender OK\r\n"
#define RCPT    "250 2.1.5 Recipient OK\r\n"
#define FROM(p) "MAIL FROM:<bob@example.test> " p "\r\n"
#define TO(p)   "RCPT TO:<alice@example.test> " p "\r\n"
#define MORE_OFFERS                                                                                \
    "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define BAD(k) "501 5.5.4 " k " must come once, with a value that it allows\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_ENHANCED_CODE, SMTP, "RSET\r\nNOOP\r\n", OK "250 OK\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_2, SMTP, EHLO_IN "MAIL x\r\nNOOP\r\n", "501 FROM: or TO: must stand before the path\r\n" OK),
    EFFECT(FAULT_ENHANCED_CODE_SYNTAX, SMTP, "RSET\r\nNOOP\r\n", OK "250 2.0.00 OK\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_SYNTAX_2, SMTP, "HELP QUIT\r\n", "214-1.0.0 Syntax:\r\n214 1.0.0 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_LINES, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\r\n214 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_LINES_2, SMTP, "HELP QUIT\r\n", "214-2.0.0 Syntax:\r\n214 2.1.0 QUIT\r\n"),
    EFFECT(FAULT_ENHANCED_CODE_REGISTERED, SMTP, "RSET\r\nNOOP\r\n", OK "250 2.9.1 OK\r\n"),
    EFFECT(FAULT_LOCAL_PART_ANY_CASE, SMTP, EHLO_IN FROM("SIZE=1") "RCPT TO:<Alice@example.test>\r\nRCPT TO:<POSTMASTER>\r\n" TO("NOTIFY=NEVER"), SENDER NOBODY RCPT RCPT),
    EFFECT(FAULT_UNKNOWN_USER_AT_RCPT, SMTP, EHLO_IN FROM("SIZE=1") "RCPT TO:<who@example.test>\r\nRCPT TO:<who@elsewhere.example>\r\nDATA\r\n.\r\n", RCPT "550 5.7.1 Relaying denied\r\n" GO TAKEN),
    EFFECT(FAULT_OFFERS_PIPELINING, SMTP, EHLO_IN, "\r\n250-mx.example.test\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_OFFERS_SIZE, SMTP, EHLO_IN, "\r\n250-mx.example.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_POP3_LANG_ANSWER, POP3, "LANG en\r\n", "\r\n+OK  The language is English now\r\n"),
    EFFECT(FAULT_POP3_LANG_ANSWER_2, POP3, "LANG en\r\n", "\r\n+OK en: The language is English now\r\n"),
    EFFECT(FAULT_POP3_LANG_LIST, POP3, "LANG\r\n", "\r\nen=English\r\n.\r\n"),
    EFFECT(FAULT_POP3_LANG_LIST_2, POP3, "LANG\r\n", "\r\nen  English\r\n.\r\n"),
    EFFECT(FAULT_POP3_USER_UNTOLD, POP3, "USER alice\r\nUSER nobody\r\n", "-ERR The name is not well-formed UTF-8, or holds a character that no name may have\r\n"),
    EFFECT(FAULT_LMTP_HELLO, LMTP, "HELO c\r\nEHLO c\r\n", "250 HELP\r\n"),
    EFFECT(FAULT_LMTP_HELLO_2, LMTP, "EHLO c\r\nHELO c\r\n", "500 5.5.1 Command not recognised\r\n250 mx.example.test\r\n"),
    EFFECT(FAULT_LMTP_DATA_WITHOUT_RCPT, LMTP, LHLO_IN "MAIL FROM:<>\r\nDATA\r\n", SENDER GO),
    EFFECT(FAULT_LMTP_DATA_WITHOUT_RCPT_2, LMTP, LHLO_IN "MAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\nDATA\r\n", SENDER NOBODY GO),
    EFFECT(FAULT_LMTP_EXTENSIONS, LMTP, LHLO_IN, "250-mx.example.test\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_LMTP_EXTENSIONS_2, LMTP, LHLO_IN, "250-SIZE 3000\r\n250-8BITMIME\r\n250-CHUNKING\r\n" MORE_OFFERS),
    EFFECT(FAULT_COMMAND_GETS_REPLY_2, LMTP, LHLO_IN FROM("SIZE=1") TO("NOTIFY=NEVER") TO("NOTIFY=NEVER") "RCPT TO:<bob@example.test>\r\nDATA\r\n.\r\n", RCPT GO TAKEN TAKEN),
    EFFECT(FAULT_ONE_REPLY_PER_COMMAND_2, LMTP, LHLO_IN FROM("SIZE=1") TO("NOTIFY=NEVER") "RCPT TO:<who@example.test>\r\nDATA\r\n.\r\n", NOBODY GO TAKEN NOBODY),
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
// clang-format on

static void test_replies(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_effect(&rows[i], dialogue_settings());
    }
}

/* ---- PLAIN ---- */

#define FOUR_PARTS  "AGFsaWNlAHNlY3JldC1hAHg="     /* \\0alice\\0secret-a\\0x */
#define TWO_PARTS   "YWxpY2UAc2VjcmV0LWE="         /* alice\\0secret-a */
#define FOR_OTHER   "bm9ib2R5AGFsaWNlAHNlY3JldC1h" /* nobody\\0alice\\0secret-a */
#define FOR_NOBODY  "wq0AYWxpY2UAc2VjcmV0LWE="     /* U+00AD\\0alice\\0secret-a */
#define PLAIN(text) "AUTH PLAIN " text "\r\n"
#define YES         "235 2.7.0 Authentication successful\r\n"
#define ODD         "501 5.5.2 The response is not what this mechanism expects\r\n"
#define REFUSED     "535 5.7.8 Authentication credentials invalid\r\n"
#define POP3_YES    "+OK Maildrop has 0 messages (0 octets)\r\n"
#define POP3_ODD    "-ERR The response is not what this mechanism expects\r\n"

// clang-format off
static const struct effect_row plain_rows[] = {
    EFFECT(FAULT_AUTH_IDENTITY, SMTP, EHLO_IN PLAIN(FOUR_PARTS) PLAIN(FOR_OTHER), ODD YES),
    EFFECT(FAULT_AUTH_IDENTITY_2, SMTP, EHLO_IN PLAIN(FOR_OTHER) PLAIN(FOR_NOBODY), REFUSED YES),
    EFFECT(FAULT_AUTH_PLAIN_MESSAGE, SMTP, EHLO_IN PLAIN(TWO_PARTS) PLAIN(FOUR_PARTS), ODD YES),
    EFFECT(FAULT_AUTH_PLAIN_MESSAGE_2, SMTP, EHLO_IN PLAIN(FOUR_PARTS) PLAIN(TWO_PARTS), ODD YES),
    EFFECT(FAULT_POP3_AUTH_PLAIN_MESSAGE, POP3, PLAIN(TWO_PARTS) PLAIN(FOUR_PARTS), POP3_ODD POP3_YES),
    EFFECT(FAULT_POP3_AUTH_PLAIN_MESSAGE_2, POP3, PLAIN(FOUR_PARTS) PLAIN(TWO_PARTS), POP3_ODD POP3_YES),
};
// clang-format on

static void test_plain(void)
{
    for (size_t i = 0; i < sizeof plain_rows / sizeof plain_rows[0]; i++) {
        try_effect(&plain_rows[i], dialogue_settings_of_tls());
    }
}

/* ---- notices of delivery ---- */

#define SEND "DATA\r\n\r\nthe body\r\n.\r\n"

// clang-format off
static const struct delivered_row notices[] = {
    {FAULT_DSN_UNASKED, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=NEVER") SEND, "multipart/report", NULL},
    {FAULT_DSN_UNASKED_2, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=FAILURE") TO("ORCPT=x;x") SEND, "multipart/report", NULL},
    {FAULT_DSN_FIELDS, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=SUCCESS") SEND, NULL, "Original-Envelope-Id: x+x\r\n"},
    {FAULT_DSN_FIELDS_2, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=SUCCESS") SEND, "Original-Envelope-Id: x+2Bx\r\n", "Original-Envelope-Id: x+x\r\n"},
    {FAULT_DSN_FIELDS_UNASKED, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "Original-Envelope-Id: mailspec\r\n", NULL},
    {FAULT_DSN_FIELDS_UNASKED_2, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "Original-Recipient: rfc822;alice@example.test\r\n", NULL},
    {FAULT_UTF8_RECEIVED, EHLO_IN FROM("SMTPUTF8") "RCPT TO:<bob@example.test>\r\n" SEND, "with ESMTP id", "with UTF8SMTP id"},
    {FAULT_UTF8_RECEIVED_2, EHLO_IN FROM("SMTPUTF8") "RCPT TO:<bob@example.test>\r\n" SEND, "with UTF8ESMTP id", "with UTF8SMTP id"},
    {FAULT_DSN_HEADER_ALONE, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "the body", NULL},
};
// clang-format on

/* What bob, who sent it, finds in his maildrop. */
static void test_notices(void)
{
    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        try_delivered(&notices[i], dialogue_settings(), "USER bob\r\nPASS secret b\r\nRETR 1\r\n");
    }
}

static const struct unit_test tests[] = {
    {"replies",             test_replies},
    {"PLAIN",               test_plain  },
    {"notices of delivery", test_notices},
};

UNIT_MAIN("fake_servers: faults in extensions", tests)
