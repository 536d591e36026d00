/* What the second faults of fault_names_smtp_more.h do, each in the few words that show it. */
#include "fault_effects.h"

#define RCPT_ALICE "RCPT TO:<alice@example.test>\r\n"
#define SENDER_OK  "250 2.1.0 Sender OK\r\n"
#define RCPT_OK    "250 2.1.5 Recipient OK\r\n"
#define GO_ON      "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NO_MAIL    "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
#define NO_RCPT    "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_EHLO_2, SMTP, "EHLO [127.0.0.1]\r\n", "500 Command not recognised\r\n"),
    EFFECT(FAULT_RCPT_WITHOUT_MAIL_2, SMTP, EHLO_IN DELIVER "\r\n.\r\n" RCPT_ALICE, RCPT_OK),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "mail from:<>\r\n", "501 5.5.2 FROM: must stand before the path\r\n"),
    EFFECT(FAULT_VERB_CASE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT to:<alice@example.test>\r\n", "501 5.5.2 TO: must stand before the path\r\n"),
    EFFECT(FAULT_RSET_CLEARS_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" RCPT_ALICE "RSET\r\nMAIL FROM:<>\r\nDATA\r\n", OK SENDER_OK GO_ON),
    EFFECT(FAULT_EHLO_CLEARS_2, SMTP, "HELO c\r\nMAIL FROM:<>\r\n" RCPT_ALICE "HELO c\r\nMAIL FROM:<>\r\nDATA\r\n", SENDER_OK GO_ON),
    EFFECT(FAULT_NOOP_KEEPS_STATE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" RCPT_ALICE "NOOP\r\nDATA\r\n" RCPT_ALICE, OK NO_RCPT RCPT_OK),
    EFFECT(FAULT_ERROR_KEEPS_STATE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nVRFY x\r\n" RCPT_ALICE, "550 5.1.1 No such user\r\n" NO_MAIL),
    EFFECT(FAULT_QUIT_REPLY_2, SMTP, "NOOP\r\nQUIT\r\n", OK),
    EFFECT(FAULT_QUIT_CLOSES_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" RCPT_ALICE "QUIT\r\nNOOP\r\n", "closing the connection\r\n" OK),
    EFFECT(FAULT_POSTMASTER_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<postmaster@example.test>\r\nRCPT TO:<Postmaster>\r\n", RCPT_OK "550 5.1.1 No such user\r\n"),
    EFFECT(FAULT_NULL_REVERSE_PATH_2, SMTP, EHLO_IN "MAIL FROM:<>\r\n" RCPT_ALICE, SENDER_OK "550 5.7.1 Bounces are not taken\r\n"),
    EFFECT(FAULT_HELO_2, SMTP, "HELO c\r\n", "250-EXPN\r\n250 HELP\r\n"),
};
// clang-format on

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_effect(&rows[i], dialogue_settings());
    }
}

static bool has_row(enum fault fault)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].fault == fault) {
            return true;
        }
    }
    return false;
}

static void test_each_has_a_row(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        UNIT_ROW(fault_at(fault)->name, !fault_is_of_more(fault) || has_row(fault));
    }
}

static const struct unit_test tests[] = {
    {"effects",        test_effects       },
    {"each has a row", test_each_has_a_row},
};

UNIT_MAIN("fake_servers_fault_second", tests)
