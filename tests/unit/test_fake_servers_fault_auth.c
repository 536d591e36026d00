/* What the faults in logins by SMTP do, each in the few words that show it. */
#include "fault_long_run.h"

#define FOR_OTHER  "bm9ib2R5AGFsaWNlAHNlY3JldC1h" /* nobody\\0alice\\0secret-a */
#define FOR_NOBODY "wq0AYWxpY2UAc2VjcmV0LWE="     /* U+00AD\\0alice\\0secret-a */
#define ODD        "501 5.5.2 The response is not what this mechanism expects\r\n"
#define FOR_X      "eABhbGljZQBzZWNyZXQtYQ==" /* x\\0alice\\0secret-a */
#define BEGIN      "AUTH PLAIN\r\n"
#define NO_LINE    "The response is not base64\r\n"
#define FROM_64    "+61+61" TEN("+61+61+61+61+61+61") "+61+61@b.example"

// clang-format off
/* With TLS and AUTH. */
static const struct effect_row tls_rows[] = {
    EFFECT(FAULT_AUTH, SMTP, EHLO_IN "AUTH PLAIN " ALICE "\r\n", REFUSED),
    EFFECT(FAULT_AUTH_CHALLENGE, SMTP, EHLO_IN "AUTH PLAIN\r\n", "334 Go on\r\n"),
    EFFECT(FAULT_AUTH_EMPTY_CHALLENGE, SMTP, EHLO_IN "AUTH PLAIN\r\n" ALICE "\r\n", "\n334\r\n" YES),
    EFFECT(FAULT_AUTH_WITHOUT_INITIAL_RESPONSE, SMTP, EHLO_IN "AUTH PLAIN\r\nAUTH PLAIN " ALICE "\r\n", "501 5.5.2 The response is not what this mechanism expects\r\n" YES),
    EFFECT(FAULT_AUTH_ENHANCED_CODE, SMTP, EHLO_IN "AUTH PLAIN " ALICE_WRONG "\r\n", "535 5.7.0 Authentication credentials invalid\r\n"),
    EFFECT(FAULT_AUTH_CANCEL, SMTP, EHLO_IN "AUTH PLAIN\r\n*\r\nNOOP\r\n", "334 \r\n" REFUSED OK),
    EFFECT(FAULT_AUTH_TWICE, SMTP, EHLO_IN "AUTH PLAIN " ALICE "\r\nAUTH PLAIN " ALICE "\r\n", YES YES),
    EFFECT(FAULT_AUTH_IN_TRANSACTION, SMTP, EHLO_IN "MAIL FROM:<>\r\nAUTH PLAIN " ALICE "\r\nRCPT TO:<bob@example.test>\r\n", YES "250 2.1.5 Recipient OK\r\n"),
    EFFECT(FAULT_AUTH_UNKNOWN_MECHANISM, SMTP, EHLO_IN "AUTH X\r\n", "\n334 \r\n"),
    EFFECT(FAULT_AUTH_SERVER_FIRST, SMTP, EHLO_IN "AUTH CRAM-MD5 " NAME "\r\n", "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZS5uZXQ+\r\n"),
    EFFECT(FAULT_AUTH_BAD_BASE64, SMTP, EHLO_IN "AUTH PLAIN " ALICE_ODD "\r\n", YES),
    EFFECT(FAULT_AUTH_BAD_BASE64, SMTP, EHLO_IN "AUTH PLAIN\r\nAGFs=aWNlAHNlY3JldC1h\r\n", YES),
    EFFECT(FAULT_AUTH_BAD_BASE64_2, SMTP, EHLO_IN "AUTH PLAIN " ALICE_ODD "\r\n", REFUSED),
    EFFECT(FAULT_AUTH_WRONG_SECRET, SMTP, EHLO_IN "AUTH PLAIN " ALICE_WRONG "\r\n", YES),
    EFFECT(FAULT_AUTH_REFUSAL_CODE, SMTP, EHLO_IN "AUTH PLAIN " ALICE_WRONG "\r\n", "550 5.7.1 Authentication credentials invalid\r\n"),
    EFFECT(FAULT_AUTH_ANY_CASE, SMTP, EHLO_IN "AUTH plain " ALICE "\r\nauth PLAIN " ALICE "\r\n", "504 5.5.4 This authentication mechanism is not offered\r\n" YES),
    EFFECT(FAULT_AUTH_THREE_ATTEMPTS, SMTP, EHLO_IN "AUTH PLAIN " ALICE_WRONG "\r\nAUTH PLAIN " ALICE_WRONG "\r\nNOOP\r\n", REFUSED REFUSED),
    EFFECT(FAULT_AUTH_PLAIN_255, SMTP, EHLO_IN "AUTH PLAIN " LONG_NAME "\r\n", "501 5.5.2 The response is not what this mechanism expects\r\n"),
    EFFECT(FAULT_AUTH_PARAMETER, SMTP, EHLO_IN "MAIL FROM:<> AUTH=<>\r\n", "555 5.5.4 Parameter of MAIL not recognised\r\n"),
    EFFECT(FAULT_AUTH_OFFERED_IS_ALLOWED, SMTP, EHLO_IN "AUTH PLAIN\r\nSTARTTLS\r\n" EHLO_IN "AUTH PLAIN " ALICE "\r\n", "HELP\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n" YES),
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
        SENDER OK "501 5.5.4 AUTH must come once, with a value that it allows\r\n"),
    EFFECT(FAULT_AUTH_IDENTITY, SMTP, EHLO_IN PLAIN(FOUR_PARTS) PLAIN(FOR_OTHER), ODD YES),
    EFFECT(FAULT_AUTH_IDENTITY_2, SMTP, EHLO_IN PLAIN(FOR_OTHER) PLAIN(FOR_NOBODY), REFUSED YES),
    EFFECT(FAULT_AUTH_PLAIN_MESSAGE, SMTP, EHLO_IN PLAIN(TWO_PARTS) PLAIN(FOUR_PARTS), ODD YES),
    EFFECT(FAULT_AUTH_PLAIN_MESSAGE_2, SMTP, EHLO_IN PLAIN(FOUR_PARTS) PLAIN(TWO_PARTS), ODD YES),
};

/* Each with what it needs to show: see effect_settings_for(). */
static const struct effect_row set_rows[] = {
    EFFECT(FAULT_AUTH_501_CODES, SMTP, EHLO_IN BEGIN "x\r\nAUTH CRAM-MD5 " NAME "\r\n", "501 5.5.2 " NO_LINE "501 5.5.4 This mechanism begins with a challenge\r\n"),
    EFFECT(FAULT_AUTH_501_CODES_2, SMTP, EHLO_IN "AUTH CRAM-MD5 " NAME "\r\n" BEGIN "x\r\n", "501 5.7.0 This mechanism begins with a challenge\r\n334 \r\n501 5.7.8 " NO_LINE),
    EFFECT(FAULT_AUTH_IDENTITY, SMTP, EHLO_IN "AUTH PLAIN " FOR_X "\r\n", YES),
    EFFECT(FAULT_AUTH_IDENTITY_2, SMTP, EHLO_IN "AUTH PLAIN " FOR_X "\r\nAUTH PLAIN " FOR_NOBODY "\r\n", REFUSED YES),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES, SMTP, EHLO_IN, "250-AUTH PLAIN,LOGIN,CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES_2, SMTP, EHLO_IN, "250-AUTH PLAIN LOGIN CRAM-MD5 MAILSPEC-OWN-TOKEN-2026\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" TEN(FROM_64) "\r\nNOOP " TEN(TEN("xxxxxx")) "\r\n", "500 5.5.2 Line too long: at most 512 octets with CRLF\r\n" OK),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH_2, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" FROM_64 "." TEN("+61+61+61") "\r\nMAIL FROM:<> AUTH=" FROM_64 "\r\n", "501 5.5.4 AUTH must come once, with a value that it allows\r\n" SENDER),
    EFFECT(FAULT_AUTH_REQUIRED_CODE, SMTP, EHLO_IN "NOOP\r\nMAIL FROM:<>\r\n", OK "550 5.7.1 Authentication required\r\n"),
    EFFECT(FAULT_AUTH_REQUIRED_CODE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\n" LOGIN "NOOP\r\n", "530 5.7.0 Authentication required\r\n503 5.5.1 Bad sequence of commands: AUTH comes next\r\n" YES OK),
};

/* With a great many octets in the middle. */
static const struct long_row long_rows[] = {
    {EFFECT(FAULT_AUTH_500_CODE, SMTP, "\r\nNOOP\r\n", "500 5.5.2 Authentication exchange line is too long\r\n" OK), EHLO_IN BEGIN, 13000},
    {EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG, SMTP, "\r\n" ALICE "\r\n", "334 \r\n334 \r\n" YES), EHLO_IN BEGIN, 13000},
    {EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG_2, SMTP, "\r\n" ALICE "\r\n", "500 5.5.6 Authentication exchange line is too long\r\n" YES), EHLO_IN BEGIN, 13000},
};
// clang-format on

static const struct effect_table tables[] = {EFFECT_TABLE(tls_rows, effect_of_tls),
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
    effect_check_all(OF_AUTH, has_row);
}

static const struct unit_test tests[] = {
    {"effects",    test_effects   },
    {"long lines", test_long      },
    {"each shows", test_each_shows},
};

UNIT_MAIN("fake_servers_fault_auth", tests)
